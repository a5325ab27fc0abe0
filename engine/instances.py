"""Process instances (案件): start, suspend, resume, cancel, and what they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engine import advance, jobs, store, waits
from engine.errors import Conflict, Invalid
from engine.permission import access, parties
from engine.permission.parties import Party
from engine.repository import definitions
from engine.spiff import run
from engine.states import INSTANCE_MOVES, DeadlineState, IncidentState, InstanceState, JobState
from engine.tables import (
    Activity,
    Deadline,
    Incident,
    Instance,
    Job,
    Subscription,
    Task,
    new_id,
)
from engine.timing import deadlines
from engine.unit_of_work import UnitOfWork

#: What people call each state.
_NAMES: Mapping[str, str] = {
    InstanceState.ACTIVE: "在办",
    InstanceState.SUSPENDED: "暂停",
    InstanceState.COMPLETED: "办结",
    InstanceState.CANCELLED: "已撤销",
}


def start(
    uow: UnitOfWork,
    family: str,
    *,
    process: str | None = None,
    message: str | None = None,
    signal: str | None = None,
    timer: str | None = None,
    business_key: str | None = None,
    title: str = "",
    variables: Mapping[str, Any] | None = None,
    related: Sequence[Party] = (),
    origin_id: str | None = None,
    prepare: advance.Prepare | None = None,
) -> Instance:
    """Start an instance of a family (of its start process, or of another of its processes).

    `message` starts the process whose start event waits for that message; with `process`, `signal`
    begins at its start event for that signal, `timer` at the one of that id. `related` are the
    organisations that stand in a relation to it. `prepare(uow, instance)` writes the domain's own
    rows before the first step runs. Raises Conflict for a business key in use.
    """
    package = uow.engine.package(family)
    if message is not None:
        definition = definitions.started_by(uow, family, message)
    else:
        definition = definitions.latest(uow, process or package.manifest.start)
    definitions.require_startable(definition)
    if business_key is not None and _by_business_key(uow, family, business_key) is not None:
        raise Conflict(f"案号 {business_key} 已经用过。", code="duplicate-business-key")
    instance = Instance(
        id=new_id(),
        definition_id=definition.id,
        deployment_id=definition.deployment_id,
        family=family,
        business_key=business_key,
        title=title,
        state=InstanceState.ACTIVE,
        origin_id=origin_id,
        started_by=uow.actor.user_id,
        started_at=uow.now,
        revision=0,
        history_length=0,
        history_digest="",
    )
    uow.session.add(instance)
    uow.session.flush()
    uow.session.refresh(instance, ["definition"])
    for party in related:
        parties.add(uow, instance.id, party.relation, party.organisation_id, user_id=party.user_id)
    uow.record(
        "instance.started",
        instance_id=instance.id,
        payload={"definition": definition.key, "version": definition.version},
    )
    if prepare is not None:
        prepare(uow, instance)
    step = advance.begin(uow, instance, fresh=True)
    chosen = (("message", message), ("signal", signal), ("timer", timer))
    begun_by = [(kind, name) for kind, name in chosen if name]
    run.start(step.workflow, dict(variables or {}), begun_by=begun_by[0] if begun_by else None)
    advance.proceed(step)
    return instance


def open_tasks(uow: UnitOfWork, instance_id: str) -> Sequence[Task]:
    """The open tasks of an instance that the actor may see, the most urgent first."""
    return uow.session.scalars(
        sa.select(Task)
        .where(
            Task.instance_id == instance_id,
            Task.state.in_(waits.OPEN_TASKS),
            access.visible_tasks(uow),
        )
        .order_by(Task.due_at.is_(None), Task.due_at, Task.id)
    ).all()


def _by_business_key(uow: UnitOfWork, family: str, business_key: str) -> Instance | None:
    return uow.session.scalar(
        sa.select(Instance).where(Instance.family == family, Instance.business_key == business_key)
    )


def suspend(uow: UnitOfWork, instance_id: str, *, reason: str) -> Instance:
    """Freeze an instance: no task completes and no timer fires until it is resumed."""
    return _move(uow, instance_id, InstanceState.SUSPENDED, "instance.suspended", reason)


def resume(uow: UnitOfWork, instance_id: str, *, reason: str) -> Instance:
    """Let a suspended instance go on; what fell due meanwhile fires now."""
    instance = _move(uow, instance_id, InstanceState.ACTIVE, "instance.resumed", reason)
    uow.after_commit(uow.engine.wake)
    return instance


def cancel(uow: UnitOfWork, instance_id: str, *, reason: str) -> Instance:
    """End an instance before its end: open tasks, timers and subscriptions go with it."""
    instance = _move(uow, instance_id, InstanceState.CANCELLED, "instance.cancelled", reason)
    instance.ended_at = uow.now
    step = advance.begin(uow, instance)
    for task in uow.session.scalars(
        sa.select(Task).where(Task.instance_id == instance.id, Task.state.in_(waits.OPEN_TASKS))
    ):
        waits.close_task(step, task)
    uow.session.execute(
        sa.update(Job)
        .where(
            Job.instance_id == instance.id,
            Job.state.in_((JobState.SCHEDULED, JobState.RUNNING, JobState.FAILED)),
        )
        .values(state=JobState.CANCELLED, finished_at=uow.now)
    )
    uow.session.execute(sa.delete(Subscription).where(Subscription.instance_id == instance.id))
    uow.session.execute(
        sa.update(Activity)
        .where(Activity.instance_id == instance.id, Activity.state == "active")
        .values(state="cancelled", left_at=uow.now)
    )
    for deadline in uow.session.scalars(
        sa.select(Deadline).where(
            Deadline.instance_id == instance.id,
            Deadline.state.in_((DeadlineState.OPEN, DeadlineState.PAUSED)),
        )
    ):
        deadlines.cancel(uow, deadline)
    for incident in uow.session.scalars(
        sa.select(Incident).where(
            Incident.instance_id == instance.id, Incident.state == IncidentState.OPEN
        )
    ):
        jobs.resolve(uow, incident)
    return instance


def _move(
    uow: UnitOfWork, instance_id: str, target: InstanceState, kind: str, reason: str
) -> Instance:
    instance = store.lock(uow, instance_id)
    if target not in INSTANCE_MOVES[InstanceState(instance.state)]:
        raise Conflict(
            f"案件现在的状态（{_NAMES[instance.state]}）不允许这样做。",
            code="illegal-instance-move",
        )
    if not reason.strip():
        raise Invalid("请写明理由。", code="reason-missing")
    instance.state = target
    instance.revision += 1
    uow.record(kind, instance_id=instance.id, payload={"reason": reason.strip()})
    return instance


def variables(uow: UnitOfWork, instance: Instance) -> dict[str, Any]:
    """The variables as the instance's tokens hold them; the outermost process wins."""
    step = advance.begin(uow, instance)
    return run.variables(step.workflow)


def set_variables(
    uow: UnitOfWork, instance_id: str, values: Mapping[str, Any], *, reason: str
) -> Instance:
    """Correct variables of a running instance, on every token that is still under way."""
    instance = store.lock(uow, instance_id)
    advance.require_active(instance)
    step = advance.begin(uow, instance)
    before = run.variables(step.workflow)
    run.set_variables(step.workflow, dict(values))
    uow.record(
        "variables.set",
        instance_id=instance.id,
        payload={
            "reason": reason,
            "before": {key: before.get(key) for key in values},
            "after": dict(values),
        },
    )
    store.save(uow, instance, step.workflow)
    return instance
