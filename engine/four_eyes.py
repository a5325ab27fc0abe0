"""Every act that needs two people, by its key."""

from __future__ import annotations

from collections.abc import Mapping

from engine import (
    corrections,
    deployment_proposals,
    mending,
    migration_proposals,
    paper_acts,
    redaction_proposals,
)
from engine.identity import appointments, federation, recoveries
from engine.proposals import Kind

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
