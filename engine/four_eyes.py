"""Every act that needs two people, by its key."""

from __future__ import annotations

from collections.abc import Mapping

from engine import deployment_proposals, mending, migration_proposals
from engine.identity import recoveries
from engine.proposals import Kind

KINDS: Mapping[str, Kind] = {
    kind.key: kind
    for kind in (deployment_proposals.KIND, mending.KIND, migration_proposals.KIND, recoveries.KIND)
}
