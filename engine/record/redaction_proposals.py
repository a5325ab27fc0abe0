"""Redaction of an ended case by two people, and the hold that keeps a case whole.

An operator (`system_admin`) looks what the rules of the family let go, and proposes it; who confirms a
mend of the case confirms it. They see how much of which kind, and nothing of the case. Holding a case
needs one person, for it takes nothing away; lifting the hold needs two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from engine import store
from engine.actor import Actor
from engine.administration import duties, proposals
from engine.administration.proposals import Kind
from engine.errors import Conflict
from engine.operating import mending
from engine.record import redactions
from engine.tables import Event, Instance, LegalHold, Proposal
from engine.unit_of_work import UnitOfWork

#: A rule takes away, no person does: they ask for it.
_RUNS = Actor.system("redaction")


def preview(uow: UnitOfWork, instance_id: str) -> dict[str, Any]:
    """What would go: by rule, how many events of which kind and how many files; who holds the case."""
    duties.require(uow, duties.SYSTEM_ADMIN)
    instance = store.lock(uow, instance_id)
    row = uow.session.get(LegalHold, instance.id)
    held = {"at": row.at, "by_name": row.actor_name, "reason": row.reason} if row else None
    return {
        "instance_id": instance.id,
        "business_key": instance.business_key,
        "ended_at": instance.ended_at,
        "held": held,
        "parts": _parts(uow, instance),
        "allowed_acts": sorted(_acts(uow, instance, is_held=row is not None)),
    }


def propose(uow: UnitOfWork, instance_id: str, *, reason: str) -> Proposal:
    """Ask a second person to let everything go that is due. Conflict where nothing is, or it is held."""
    duties.require(uow, duties.SYSTEM_ADMIN)
    instance = store.lock(uow, instance_id)
    redactions.require_free(uow, instance)
    parts = _parts(uow, instance)
    if not parts:
        raise Conflict("这个案件现在没有按规则可以删除的内容。", code="nothing-due")
    return proposals.propose(
        uow,
        KIND,
        subject=("instance", instance.id),
        title=f"到期删除：{_name(instance)}",
        reason=reason,
        content={"parts": parts},
        instance_id=instance.id,
    )


def hold(uow: UnitOfWork, instance_id: str, *, reason: str) -> None:
    """Keep the case whole from now on. Conflict where it is held already."""
    duties.require(uow, duties.SYSTEM_ADMIN)
    redactions.hold(uow, instance_id, reason=reason)


def propose_lift(uow: UnitOfWork, instance_id: str, *, reason: str) -> Proposal:
    """Ask a second person to let the rules count again. Conflict where the case is not held."""
    duties.require(uow, duties.SYSTEM_ADMIN)
    instance = store.lock(uow, instance_id)
    redactions.require_held(uow, instance)
    return proposals.propose(
        uow,
        LIFT,
        subject=("instance", instance.id),
        title=f"恢复到期删除：{_name(instance)}",
        reason=reason,
        instance_id=instance.id,
    )


def _acts(uow: UnitOfWork, instance: Instance, *, is_held: bool) -> set[str]:
    if is_held:
        return {"propose_lift"}
    return {"hold", "propose"} if _parts(uow, instance) else {"hold"}


def _parts(uow: UnitOfWork, instance: Instance) -> list[dict[str, Any]]:
    return [
        {
            "rule": found.rule.key,
            "rule_name": found.rule.name,
            "after_days": found.rule.after_days,
            "ground": found.rule.ground,
            "events": _kinds(uow, found.events),
            "files": len(found.files),
        }
        for found in redactions.due_of(replace(uow, actor=_RUNS), instance)
    ]


def _kinds(uow: UnitOfWork, ids: Any) -> dict[str, int]:
    kinds = uow.session.scalars(sa.select(Event.kind).where(Event.id.in_(ids)))
    return dict(sorted(Counter(kinds).items()))


def _carry_out(uow: UnitOfWork, proposal: Proposal) -> Mapping[str, Any]:
    duties.require(uow, duties.SYSTEM_ADMIN)
    instance = store.lock(uow, proposal.subject_id)
    redactions.require_free(uow, instance)
    if _parts(uow, instance) != proposal.content["parts"]:
        raise Conflict(
            "提出之后可删除的内容又有变化，没有删除。请重新提出。", code="redaction-changed"
        )
    runs = replace(uow, actor=_RUNS)
    events, files = 0, 0
    for found in redactions.due_of(runs, instance):
        gone = redactions.run(runs, found, reason=proposal.reason, proposal_id=proposal.id)
        events, files = events + gone[0], files + gone[1]
    return {"instance": instance.id, "events": events, "files": files}


def _carry_out_lift(uow: UnitOfWork, proposal: Proposal) -> Mapping[str, Any]:
    duties.require(uow, duties.SYSTEM_ADMIN)
    redactions.lift(
        replace(uow, actor=_RUNS),
        proposal.subject_id,
        reason=proposal.reason,
        proposal_id=proposal.id,
    )
    return {"instance": proposal.subject_id}


def _name(instance: Instance) -> str:
    return instance.business_key or instance.id


KIND = Kind(key="redaction", name="到期删除", may_confirm=mending.may_confirm, carry_out=_carry_out)
LIFT = Kind(
    key="hold_lift",
    name="恢复到期删除",
    may_confirm=mending.may_confirm,
    carry_out=_carry_out_lift,
)
