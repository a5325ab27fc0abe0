"""Every act that needs two people, by its key."""

from __future__ import annotations

from collections.abc import Mapping

from engine.administration.proposals import Kind
from engine.identity import appointments, federation, recoveries
from engine.migrating import migration_proposals
from engine.operating import mending
from engine.paper import paper_acts
from engine.record import redaction_proposals
from engine.repository import deployment_proposals
from engine.timing import corrections

KINDS: Mapping[str, Kind] = {
    kind.key: kind
    for kind in (
        appointments.KIND,
        corrections.KIND,
        deployment_proposals.KIND,
        federation.KIND,
        mending.KIND,
        migration_proposals.KIND,
        paper_acts.KIND,
        recoveries.KIND,
        redaction_proposals.KIND,
        redaction_proposals.LIFT,
    )
}
