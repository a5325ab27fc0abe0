"""One step of one instance: run it until every branch waits, then make the rows match its tokens.

The person's act is never undone by someone else's fault: what runs by itself after it stands behind a
savepoint. If that fails, the tokens are those just after the act, and an incident says where.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engine import jobs, store, waits
from engine.errors import Conflict, ProcessFault
from engine.spiff import pruning, run, state
from engine.spiff.cache import Bundle
from engine.spiff.scripts import ScriptEngine
from engine.spiff.state import Workflow
from engine.states import IncidentState, InstanceState
from engine.tables import Activity, Incident, Instance, Task
from engine.timing import deadlines
from engine.unit_of_work import UnitOfWork

#: Writes a domain's own rows for a new instance, before its first step runs.
Prepare = Callable[[UnitOfWork, Instance], None]


@dataclass(kw_only=True)
class Step:
    """What one act works on, and what came of it."""

    uow: UnitOfWork
    instance: Instance
    bundle: Bundle
    scripts: ScriptEngine
    workflow: Workflow
    incident: Incident | None = None
    #: What failed among the steps that run by themselves.
    fault: ProcessFault | None = None
    new_tasks: list[Task] = field(default_factory=list)


def begin(uow: UnitOfWork, instance: Instance, *, fresh: bool = False) -> Step:
    """Open a step on a locked instance: restore its tokens, or make the first one."""
    bundle = store.bundle(uow, instance.deployment_id)
    scripts = ScriptEngine(
        uow=uow,
        instance=instance,
        bundle=bundle,
        handlers=uow.engine.package(instance.family).handlers,
        functions=deadlines.functions(uow, instance.family),
    )
    workflow = store.create(instance, scripts) if fresh else store.load(uow, instance, scripts)
    return Step(uow=uow, instance=instance, bundle=bundle, scripts=scripts, workflow=workflow)


def proceed(step: Step) -> Step:
    """Run what runs by itself, behind a savepoint; then rows, state, end of the instance.

    Raises what a guard handler raised: that refuses the whole act.
    """
    fault = step.fault = _run_automatic(step)
    waits.sync(step)
    _tell_visits(step)
    pruning.prune(step.workflow)
    _tell_thrown(step)
    if fault is not None:
        step.incident = open_incident(step.uow, step.instance, fault)
    else:
        _resolve_incidents(step)
    store.save(step.uow, step.instance, step.workflow)
    if step.workflow.completed and step.instance.state == InstanceState.ACTIVE:
        _end(step)
    return step


def _tell_thrown(step: Step) -> None:
    """What left the tokens of this step: signals go out as jobs, an escalation unheard goes on record."""
    for name in dict.fromkeys(step.workflow.sent):
        broadcast(step.uow, name, thrown_by=step.instance.id)
    for element_id, code in step.workflow.unheard:
        step.uow.record(
            "escalation.unheard",
            instance_id=step.instance.id,
            element_id=element_id,
            payload={"code": code},
        )


def broadcast(uow: UnitOfWork, name: str, *, thrown_by: str | None = None) -> None:
    """Throw a signal to every instance that waits for it, and to start events (engine/signals.py).

    `thrown_by`: the instance that threw it; it has caught it already.
    """
    jobs.schedule(uow, "broadcast", uow.now, payload={"name": name, "thrown_by": thrown_by})
    if thrown_by is not None:
        uow.record("signal.sent", instance_id=thrown_by, payload={"name": name})


def _run_automatic(step: Step) -> ProcessFault | None:
    uow = step.uow
    kept = state.dump(step.workflow)
    callbacks = uow.after_commit_mark()
    try:
        with uow.session.begin_nested():
            run.until_waiting(step.workflow)
            uow.session.flush()
    except ProcessFault as fault:
        if step.scripts.refusals:
            raise step.scripts.refusals[0] from fault
        uow.after_commit_forget(callbacks)
        step.workflow = store.restore(kept, step.scripts)
        return fault
    return run.deadlock(step.workflow)  # what was done stays done


def _tell_visits(step: Step) -> None:
    """Write which elements tokens entered and left during this step."""
    now = step.uow.now
    fresh, left = [], []
    for visit in run.visits(step.workflow):
        left_at = None if visit.state == "active" else now
        if visit.is_new:
            fresh.append(
                {
                    "token_id": visit.token_id,
                    "instance_id": step.instance.id,
                    "process_key": visit.process_key,
                    "element_id": visit.element_id,
                    "scope_id": visit.scope_id,
                    "state": visit.state,
                    "entered_at": now,
                    "left_at": left_at,
                }
            )
        else:
            left.append({"token_id": visit.token_id, "state": visit.state, "left_at": left_at})
    if fresh:
        step.uow.session.execute(sa.insert(Activity).execution_options(render_nulls=True), fresh)
    if left:
        step.uow.session.execute(sa.update(Activity), left)


def open_incident(
    uow: UnitOfWork, instance: Instance, fault: ProcessFault, *, job_id: str | None = None
) -> Incident:
    """An incident at the failing element; one that stands there already is brought up to date."""
    incident = uow.session.scalar(
        sa.select(Incident).where(
            Incident.instance_id == instance.id,
            Incident.element_id == fault.element_id,
            Incident.job_id == job_id if job_id else Incident.job_id.is_(None),
            Incident.state == IncidentState.OPEN,
        )
    )
    if incident is None:
        incident = Incident(
            instance_id=instance.id,
            job_id=job_id,
            element_id=fault.element_id,
            opened_at=uow.now,
            state=IncidentState.OPEN,
        )
        uow.session.add(incident)
    incident.message = fault.detail
    incident.token_id = fault.token_id
    uow.session.flush()
    uow.record(
        "incident.opened",
        instance_id=instance.id,
        element_id=fault.element_id,
        payload={"incident": incident.id, "message": fault.detail, "code": fault.code},
    )
    return incident


def _resolve_incidents(step: Step) -> None:
    """Nothing failed in this step: what had failed by itself before went through."""
    rows = step.uow.session.scalars(
        sa.select(Incident).where(
            Incident.instance_id == step.instance.id,
            Incident.state == IncidentState.OPEN,
            Incident.job_id.is_(None),
        )
    )
    failing = {fault.element_id for fault in step.scripts.sync_faults}
    for incident in rows:
        if incident.element_id in failing:
            continue
        jobs.resolve(step.uow, incident)


def _end(step: Step) -> None:
    step.instance.state = InstanceState.COMPLETED
    step.instance.ended_at = step.uow.now
    step.uow.record("instance.completed", instance_id=step.instance.id)


def fire(
    uow: UnitOfWork,
    instance: Instance,
    token_id: str,
    *,
    event_id: str | None = None,
    payload: Mapping[str, Any] | None = None,
) -> Step:
    """Let a waiting token go on: a timer, a message, an async step. Conflict if it waits no more."""
    require_active(instance)
    step = begin(uow, instance)
    task = step.workflow.find(token_id)
    if task is None or not run.is_waiting(task):
        raise Conflict("流程已经不在等待这个事件。", code="not-waiting")
    run.fire(task, event_id=event_id, payload=dict(payload or {}))
    return proceed(step)


def resume(uow: UnitOfWork, instance: Instance) -> Step:
    """Try the automatic steps again that had failed."""
    require_active(instance)
    return proceed(begin(uow, instance))


def require_active(instance: Instance) -> None:
    """Conflict unless tokens of this instance may move."""
    if instance.state == InstanceState.SUSPENDED:
        raise Conflict("案件已暂停，恢复后才能办理。", code="instance-suspended")
    if instance.state != InstanceState.ACTIVE:
        raise Conflict("案件已经结束，不能再办理。", code="instance-ended")
