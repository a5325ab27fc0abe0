"""Make task, job and subscription rows match what an instance's tokens wait for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import orjson
import sqlalchemy as sa

import feel
from engine import jobs
from engine.arrivals import arrive
from engine.errors import EngineError, ProcessFault
from engine.handover import lendings, rework
from engine.permission import assignment, recusals
from engine.signoff import signers, signoffs
from engine.spiff import run, trail
from engine.spiff.run import Waiting
from engine.states import JobState, TaskState
from engine.tables import Deadline, Job, Subscription, Task, TaskCandidate, new_id
from engine.timing import deadlines

if TYPE_CHECKING:
    from engine.advance import Step

OPEN_TASKS = (TaskState.READY, TaskState.CLAIMED)
_TIMER_KINDS = ("timer", "continue")
_SUBSCRIBED = ("message", "signal")


def sync(step: Step) -> None:
    """Close the rows of tokens that went on, insert rows for tokens that now wait."""
    waiting = [] if step.workflow.completed else list(run.waiting(step.workflow))
    _sync_tasks(step, [w for w in waiting if w.kind == "user"])
    _sync_jobs(step, [w for w in waiting if w.kind in _TIMER_KINDS])
    _sync_subscriptions(step, [w for w in waiting if w.kind in _SUBSCRIBED])
    step.uow.session.flush()


def _sync_tasks(step: Step, waiting: list[Waiting]) -> None:
    uow = step.uow
    rows = uow.session.scalars(
        sa.select(Task).where(Task.instance_id == step.instance.id, Task.state.in_(OPEN_TASKS))
    )
    open_rows = list(rows)  # of a task that several sign there are several of one token
    present = {row.token_id for row in open_rows}
    wanted = {w.token_id for w in waiting}
    for row in open_rows:
        if row.token_id not in wanted:
            close_task(step, row)
    for wait in waiting:
        if wait.token_id not in present:
            _attempt(step, wait, _open_task)


def close_task(step: Step, task: Task) -> None:
    """The process went on without this task."""
    task.state = TaskState.CANCELLED
    task.revision += 1
    signers.cancel(step.uow, task)
    lendings.drop(step.uow, task)
    deadlines.withdraw(step.uow, task)
    step.uow.record(
        "task.cancelled",
        instance_id=task.instance_id,
        element_id=task.element_id,
        task_id=task.id,
        audience=task.audience,
        payload={"name": task.name},
    )


def _open_task(step: Step, wait: Waiting) -> None:
    uow, element = step.uow, wait.element
    task = Task(
        id=new_id(),
        instance_id=step.instance.id,
        token_id=wait.token_id,
        process_key=element.process_key,
        element_id=element.id,
        name=element.name,
        item=_item_text(wait.item),
        item_name=_item_name(step, _item_text(wait.item)),
        scope_id=wait.scope_id,
        state=TaskState.READY,
        form_key=element.form_key or None,
        audience=element.audience,
        send_back=element.send_back,
        in_bulk=element.in_bulk,
        basis=element.basis,
        priority=element.priority,
        sent_by=uow.actor.user_id,
        created_at=uow.now,
        revision=1,
    )
    scope = step.scripts.scope(wait.data)
    rows: list[TaskCandidate] = []
    if element.sign_off is None:
        found = assignment.resolve(uow, step.instance, step.bundle.manifest, element, scope)
        task.assignee_id, rows = found.assignee_id, found.rows(task.id)
    if element.deadline:
        deadline = _deadline(step, wait)
        task.deadline_id = deadline.id
        task.due_at = deadline.due_at
    elif element.due_date:
        task.due_at = step.scripts.instant(wait.task, element.due_date)
    if element.follow_up:
        task.follow_up_at = step.scripts.instant(wait.task, element.follow_up)
    again = trail.takes_up(wait.task)
    if element.sign_off is not None:  # all sign anew, whoever signed before
        task.returned = dict(again["returned"]) if again is not None else None
        signoffs.open(step, task, element, element.sign_off, scope)
        return
    arrive(step, task, rows, element)
    if again is not None:
        rework.take_up(uow, task, again)
    else:
        rework.resume(uow, task)


def _deadline(step: Step, wait: Waiting) -> Deadline:
    scope = step.scripts.scope(wait.data)
    return deadlines.open(
        step.uow,
        step.instance.id,
        scope.text(wait.element.deadline),
        starts_on=step.scripts.starts_on(wait.task, wait.element),
        element_id=wait.element.id,
        scope_id=wait.scope_id,
        audience=wait.element.audience,
    )


def _item_name(step: Step, item: str) -> str:
    """What people call the item; the item itself where the family has no name for it."""
    naming = step.uow.engine.package(step.instance.family).item_name
    if not item or naming is None:
        return item
    return (naming(step.uow, item) or item)[:200]


def _item_text(item: object) -> str:
    if item is None:
        return ""
    return (item if isinstance(item, str) else orjson.dumps(item).decode())[:200]


def exclude(step: Step, element_id: str) -> None:
    """This element was just completed: who did it may not take the open tasks that check it."""
    if not any(element_id in each.separate_from for each in step.bundle.elements.values()):
        return
    open_tasks = step.uow.session.scalars(
        sa.select(Task).where(Task.instance_id == step.instance.id, Task.state.in_(OPEN_TASKS))
    )
    for task in open_tasks:
        element = step.bundle.elements[(task.process_key, task.element_id)]
        if element_id in element.separate_from:
            recusals.separate(step.uow, task, element.separate_from)


def _sync_jobs(step: Step, waiting: list[Waiting]) -> None:
    uow = step.uow
    rows = uow.session.scalars(
        sa.select(Job).where(
            Job.instance_id == step.instance.id,
            Job.kind.in_(_TIMER_KINDS),
            Job.state.in_((JobState.SCHEDULED, JobState.RUNNING, JobState.FAILED)),
        )
    )
    present = {row.key: row for row in rows}
    wanted = {_job_key(wait): wait for wait in waiting}
    for key, row in present.items():
        if key not in wanted:
            if row.state == JobState.FAILED:
                jobs.resolve_incidents(uow, row)
            row.state = JobState.CANCELLED
            row.finished_at = uow.now
            deadlines.withdraw_timer(uow, row)
    for key, wait in wanted.items():
        if key not in present:
            _attempt(step, wait, _open_job)


def _job_key(wait: Waiting) -> str:
    """One job per token, event and round: the same wait never gets a second row."""
    due = hashlib.sha256((wait.due_at or "").encode()).hexdigest()[:12]
    return f"{wait.kind}:{wait.token_id}:{wait.event_id or ''}:{due}"


def _open_job(step: Step, wait: Waiting) -> None:
    due_at = step.uow.now if wait.due_at is None else datetime.fromisoformat(wait.due_at)
    deadline = _deadline(step, wait) if wait.element.deadline and wait.kind == "timer" else None
    jobs.schedule(
        step.uow,
        wait.kind,
        deadline.due_at if deadline is not None else due_at,
        instance_id=step.instance.id,
        token_id=wait.token_id,
        element_id=wait.element.id,
        deadline_id=deadline.id if deadline is not None else None,
        payload={"event_id": wait.event_id} if wait.event_id else {},
        key=_job_key(wait),
    )


def _sync_subscriptions(step: Step, waiting: list[Waiting]) -> None:
    uow = step.uow
    rows = uow.session.scalars(
        sa.select(Subscription).where(Subscription.instance_id == step.instance.id)
    )
    present = {(row.token_id, row.element_id): row for row in rows}
    wanted = {(w.token_id, w.element.id): w for w in waiting}
    for key, row in present.items():
        if key not in wanted:
            uow.session.delete(row)
    for key, wait in wanted.items():
        if key not in present:
            _attempt(step, wait, _open_subscription)


def _open_subscription(step: Step, wait: Waiting) -> None:
    correlation = None
    if wait.element.correlation:
        correlation = step.scripts.scope(wait.data).text(wait.element.correlation)
    step.uow.session.add(
        Subscription(
            instance_id=step.instance.id,
            token_id=wait.token_id,
            element_id=wait.element.id,
            message=wait.message or "",
            kind=wait.kind,
            correlation=correlation,
            created_at=step.uow.now,
        )
    )
    if wait.kind == "message":
        _wake_early(step, wait.message or "")


def _wake_early(step: Step, name: str) -> None:
    """A token begins to wait for a message: one that came early is delivered now."""
    for job in jobs.waiting(step.uow, "message", step.instance.id):
        if job.payload["name"] == name:
            job.due_at = step.uow.now
            step.uow.after_commit(step.uow.engine.wake)


def _attempt(step: Step, wait: Waiting, make: Callable[[Step, Waiting], None]) -> None:
    """Make a row; if that fails, an incident stands at the token instead, and later steps retry."""
    from engine import advance

    try:
        with step.uow.session.begin_nested():
            make(step, wait)
    except (EngineError, feel.FeelError, ValueError) as error:
        reason = error.detail if isinstance(error, EngineError) else str(error)
        fault = ProcessFault(reason, element_id=wait.element.id, token_id=wait.token_id)
        step.scripts.sync_faults.append(fault)
        step.incident = advance.open_incident(step.uow, step.instance, fault)
