"""Mending a running case by hand: preview, propose, carry out; suspend and resume in an emergency.

An operator (`system_admin`) is related to no case: what they see of one is in operator_sight.py.
What changes where a case stands needs a second person from the case's own Office; freezing it does
not, for it changes nothing and can be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine import advance, instances, store
from engine.administration import duties, journal, proposals, rejections
from engine.administration.proposals import Kind
from engine.errors import Conflict, Fault, Invalid, NotAllowed
from engine.operating import mend_effects, mend_plans
from engine.operating.mend_effects import Effects
from engine.operating.mend_plans import ACTS, Plan
from engine.permission import sight
from engine.permission.standing import is_administrator
from engine.spiff import moves
from engine.states import IncidentState, InstanceState
from engine.tables import Event, Incident, Instance, JournalEntry, Proposal, User
from engine.unit_of_work import UnitOfWork

SUSPENDED = "instance.suspended"


def preview(uow: UnitOfWork, instance_id: str, plan: Plan) -> Effects:
    """What the act would cancel, create and run, found by doing it and taking it back.

    Raises what the act itself would raise. The value of a variable that is shown is told of in the
    journal.
    """
    duties.require(uow, duties.SYSTEM_ADMIN)
    instance = store.lock(uow, instance_id)
    effects = _rehearse(uow, instance, plan)
    if plan.variable is not None:
        _tell(uow, instance, "variable.shown", after={"variable": plan.variable})
    return effects


def propose(uow: UnitOfWork, instance_id: str, plan: Plan, *, reason: str) -> Proposal:
    """Ask a second person for the act; it could be done now, and this is what would come of it."""
    duties.require(uow, duties.SYSTEM_ADMIN)
    instance = store.lock(uow, instance_id)
    rejections.tell(
        uow,
        "mend.rejected",
        subject=("instance", instance.id),
        name=_name(instance),
        reason=reason,
        # the value that a variable was to have is the case's own
        asked={"plan": {key: each for key, each in plan.as_dict().items() if key != "value"}},
        instance_id=instance.id,
    )
    effects = _rehearse(uow, instance, plan)
    places = _places(uow, instance, plan)
    return proposals.propose(
        uow,
        KIND,
        subject=("instance", instance.id),
        title=_title(plan.act, _name(instance)),
        reason=reason,
        content={
            "plan": plan.as_dict(),
            "places": places,
            "preview": effects,
            "revision": instance.revision,
        },
        instance_id=instance.id,
    )


def _title(act: str, name: str) -> str:
    return {
        "edit_variable": f"修改流程变量：{name}",
        "skip": f"跳过故障步骤：{name}",
        "move": f"移动流程位置：{name}",
        "jump": f"自由跳转：{name}",
        "resume": f"恢复案件：{name}",
        "cancel": f"终止案件：{name}",
    }[act]


def _places(uow: UnitOfWork, instance: Instance, plan: Plan) -> dict[str, str]:
    """By name, for the second person: where the token stands, or what broke, and where it would go."""
    if plan.act not in ("move", "jump", "skip"):
        return {}
    step = advance.begin(uow, instance)
    names = {element.id: element.name for element in step.bundle.elements.values()}
    if plan.incident_id is not None:
        at = uow.session.get_one(Incident, plan.incident_id).element_id
    else:
        standing = moves.standing(step.workflow)
        at = next(token.element.id for token in standing if token.token_id == plan.token_id)
    found = {"from": names.get(at) or at}
    if plan.target is not None:
        found["to"] = names.get(plan.target) or plan.target
    return found


def suspend(uow: UnitOfWork, instance_id: str, *, reason: str) -> Instance:
    """Freeze a case in an emergency, alone: it changes nothing and is taken back by `resume`."""
    duties.require(uow, duties.SYSTEM_ADMIN)
    instance = instances.suspend(uow, instance_id, reason=reason)
    _tell(uow, instance, SUSPENDED, reason=reason, before={"state": "active"})
    return instance


def resume(uow: UnitOfWork, instance_id: str, *, reason: str) -> Instance:
    """Take back one's own kind of freezing. What the Office froze needs a second person (NotAllowed)."""
    duties.require(uow, duties.SYSTEM_ADMIN)
    instance = store.lock(uow, instance_id)
    if instance.state == InstanceState.SUSPENDED and not _is_by_operator(uow, instance):
        raise NotAllowed(
            "案件是由承办单位暂停的，恢复须提出双人操作，由其负责人确认。",
            code="second-person-needed",
        )
    instance = instances.resume(uow, instance_id, reason=reason)
    _tell(uow, instance, "instance.resumed", reason=reason, before={"state": "suspended"})
    return instance


def allowed_acts(uow: UnitOfWork, instance: Instance) -> frozenset[str]:
    """What an operator may do with a case now: `suspend` and `resume` alone, `propose_…` with another."""
    if not duties.holds(uow, duties.SYSTEM_ADMIN):
        return frozenset()
    acts = {f"propose_{act}" for act in mend_plans.allowed(instance)}
    if instance.state == InstanceState.ACTIVE:
        acts.add("suspend")
        if _has_incident(uow, instance):
            acts.add("propose_skip")
    elif instance.state == InstanceState.SUSPENDED and _is_by_operator(uow, instance):
        acts.add("resume")
    return frozenset(acts)


def _has_incident(uow: UnitOfWork, instance: Instance) -> bool:
    query = sa.select(Incident.id).where(
        Incident.instance_id == instance.id,
        Incident.state == IncidentState.OPEN,
        Incident.job_id.is_(None),
    )
    return uow.session.scalars(query.limit(1)).first() is not None


def _is_by_operator(uow: UnitOfWork, instance: Instance) -> bool:
    """Whether the last freezing stands in the journal, too: the Office's own does not."""
    query = sa.select(Event.at, Event.actor_id).where(
        Event.instance_id == instance.id, Event.kind == SUSPENDED
    )
    last = uow.session.execute(query.order_by(Event.seq.desc()).limit(1)).one_or_none()
    if last is None:
        return False
    told = sa.select(JournalEntry.id).where(
        JournalEntry.instance_id == instance.id,
        JournalEntry.kind == SUSPENDED,
        JournalEntry.at == last.at,
        JournalEntry.actor_id == last.actor_id,
    )
    return uow.session.scalars(told.limit(1)).first() is not None


def _rehearse(uow: UnitOfWork, instance: Instance, plan: Plan) -> Effects:
    callbacks = uow.after_commit_mark()
    savepoint = uow.session.begin_nested()
    try:
        return _do(uow, instance, plan, reason="预演")
    finally:
        savepoint.rollback()
        uow.after_commit_forget(callbacks)


def _do(uow: UnitOfWork, instance: Instance, plan: Plan, *, reason: str) -> Effects:
    if plan.act not in ACTS:
        fault = Fault(pointer="/act", detail="没有这种操作。", code="choice")
        raise Invalid("没有这种操作。", errors=[fault], code="unknown-act")
    bundle = store.bundle(uow, instance.deployment_id)
    before = mend_effects.Rows(uow, instance, plan.variable)
    mend_plans.carry_out(uow, instance, plan, reason=reason)
    after = mend_effects.Rows(uow, instance, plan.variable)
    return mend_effects.between(before, after, bundle, variable=plan.variable)


def may_confirm(uow: UnitOfWork, proposal: Proposal) -> bool:
    """A post that the manifest names, in an organisation that reads the case's internal matters.

    Where the family names none, another operator. Never who keeps out of the case (回避).
    """
    instance = uow.session.get(Instance, proposal.instance_id or proposal.subject_id)
    package = uow.engine.packages.get(instance.family) if instance is not None else None
    if instance is None or package is None or uow.actor.is_system:
        return False
    posts = package.manifest.second_persons
    if not posts:
        return duties.holds(uow, duties.SYSTEM_ADMIN)
    if is_administrator(uow.actor):
        return False
    view = sight.of_instances(uow, [instance.id])[instance.id]
    if view.is_recused:
        return False
    offices = {
        party.organisation_id
        for party, standing in view.related
        if "internal" in standing.audiences
    }
    return any(p.group in posts and p.organisation_id in offices for p in uow.actor.posts)


def _carry_out(uow: UnitOfWork, proposal: Proposal) -> Mapping[str, Any]:
    duties.require(uow, duties.SYSTEM_ADMIN)
    instance = store.lock(uow, proposal.subject_id)
    plan = Plan(**proposal.content["plan"])
    effects = _do(uow, instance, plan, reason=proposal.reason)
    seen = proposal.content["preview"]
    if mend_effects.essence(effects) != mend_effects.essence(seen):
        raise Conflict(
            "提出之后案件又有变化，结果与预演不同，没有执行。请重新提出。", code="case-moved"
        )
    before, after = _before_and_after(effects)
    uow.record(
        "instance.mended",
        instance_id=instance.id,
        payload={
            "act": plan.act,
            "before": before,
            "after": after,
            "reason": proposal.reason,
            "proposal": proposal.id,
            "proposed_by": uow.actor.name,
            "confirmed_by": _confirmer(uow, proposal),
        },
    )
    _tell(
        uow,
        instance,
        "instance.mended",
        reason=proposal.reason,
        before=before,
        after={"act": plan.act, **after},
        proposal_id=proposal.id,
    )
    return {"instance": instance.id, "act": plan.act, "effects": effects}


def _confirmer(uow: UnitOfWork, proposal: Proposal) -> str:
    user = uow.session.get(User, proposal.decided_by)
    return user.name if user is not None else ""


def _before_and_after(effects: Effects) -> tuple[dict[str, Any], dict[str, Any]]:
    """The two sides of a mend, as history and journal keep them."""
    state = effects["state"]
    before: dict[str, Any] = {"state": state["before"], "cancelled": effects["cancels"]}
    after: dict[str, Any] = {
        "state": state["after"],
        "created": effects["creates"],
        "ran": effects["runs"],
        "skipped": effects["skips"],
    }
    if effects["variable"] is not None:
        name = effects["variable"]["name"]
        before["variable"] = {name: effects["variable"]["before"]}
        after["variable"] = {name: effects["variable"]["after"]}
    return before, after


def _tell(
    uow: UnitOfWork,
    instance: Instance,
    kind: str,
    *,
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    proposal_id: str | None = None,
) -> None:
    journal.record(
        uow,
        kind,
        subject=("instance", instance.id),
        name=_name(instance),
        reason=reason.strip(),
        before=before,
        after={"state": instance.state} if after is None else after,
        instance_id=instance.id,
        proposal_id=proposal_id,
    )


def _name(instance: Instance) -> str:
    """What operators call a case: its number, never its title."""
    return instance.business_key or instance.id


KIND = Kind(key="mend", name="处理运行中的案件", may_confirm=may_confirm, carry_out=_carry_out)
