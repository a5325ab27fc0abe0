"""Running clocks: open, extend, close, lapse; how much is left; and the FEEL functions for models.

A task and a timer that name the same deadline share one row and move together when it is extended.
A job carries the moment at which it lapses: `lapse` marks the row and records `deadline.missed`,
and the family's listeners do what the law or the office attaches to it. Callers that change an
instance hold its lock.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.errors import NotFound
from engine.permission import access
from engine.reminding import reminders
from engine.states import DeadlineState, TaskState
from engine.tables import Deadline, Instance, Job, Task, new_id
from engine.timing import deadline_rules, lapses, reckoning, segments
from engine.timing.countdown import DaysLeft, Light, days_left, days_until, light, light_until
from engine.timing.deadline_rules import seed as seed_rules
from engine.timing.extensions import extend
from engine.timing.reckoning import Moment, functions

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

__all__ = [
    "DaysLeft",
    "Light",
    "cancel",
    "close",
    "days_left",
    "days_until",
    "due_instant",
    "extend",
    "functions",
    "get",
    "lapse",
    "light",
    "light_until",
    "of_instance",
    "of_task",
    "open",
    "seed_rules",
    "withdraw",
    "withdraw_all",
    "withdraw_timer",
]

_OWED = (DeadlineState.OPEN, DeadlineState.PAUSED)
_RUNNING = (*_OWED, DeadlineState.MISSED)
_OPEN_TASKS = (TaskState.READY, TaskState.CLAIMED)


def open(
    uow: UnitOfWork,
    instance_id: str,
    key: str,
    *,
    starts_on: Moment,
    element_id: str = "",
    scope_id: str = "",
    audience: str = "internal",
) -> Deadline:
    """Start a clock; the one that already runs for the same key, scope and start day is shared.

    NotFound for an unknown key; Conflict where it reaches a year without a stored holiday notice.
    """
    instance = uow.session.get_one(Instance, instance_id)
    start = reckoning.start_of(uow, starts_on)
    shared = _running(uow, instance_id, key, scope_id, start.on)
    if shared is not None:
        if shared.audience == "internal":  # a timer came first; the task's readers see it as well
            shared.audience = audience
        return shared
    rule = deadline_rules.current(uow, instance.family, key)
    end = reckoning.reckon(reckoning.calendar_of(uow, instance.family), rule, start)
    first = {
        "kind": "initial",
        "from": start.on.isoformat(),
        "start_at": start.at.isoformat(),
        "to": end.due_on.isoformat(),
        "amount": rule.amount,
        "unit": rule.unit,
        "why": end.why,
    }
    row = Deadline(
        id=new_id(),
        instance_id=instance_id,
        rule_id=rule.id,
        key=key,
        scope_id=scope_id,
        element_id=element_id,
        audience=audience,
        starts_on=start.on,
        due_on=end.due_on,
        due_at=end.due_at,
        why=segments.sentence(rule, [first], end),
        is_provisional=end.is_provisional,
        segments=[first],
        opened_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    lapses.schedule(uow, row)
    reminders.arm(uow, [row])
    return row


def due_instant(uow: UnitOfWork, instance: Instance, *, key: str, starts_on: Moment) -> datetime:
    """When a deadline of this key that starts then ends (aware UTC); no row is made."""
    rule = deadline_rules.current(uow, instance.family, key)
    calendar = reckoning.calendar_of(uow, instance.family)
    return reckoning.reckon(calendar, rule, reckoning.start_of(uow, starts_on)).due_at


def get(uow: UnitOfWork, deadline_id: str) -> Deadline:
    """The row, whoever asks. NotFound."""
    row = uow.session.get(Deadline, deadline_id)
    if row is None:
        raise NotFound("没有这项期限。", code="deadline-not-found")
    return row


def of_task(uow: UnitOfWork, task_id: str) -> Deadline | None:
    """The deadline of a task that the actor sees; NotFound for another task."""
    task = access.require_task(uow, task_id)
    return None if task.deadline_id is None else uow.session.get(Deadline, task.deadline_id)


def of_instance(uow: UnitOfWork, instance_id: str) -> list[Deadline]:
    """The deadlines of an instance that the actor may see, the nearest first."""
    return list(
        uow.session.scalars(
            sa.select(Deadline)
            .where(Deadline.instance_id == instance_id, access.visible_deadlines(uow))
            .order_by(Deadline.due_at, Deadline.id)
        )
    )


def close(uow: UnitOfWork, deadline: Deadline, *, done_at: datetime | None = None) -> Deadline:
    """What was owed is done: met, or late. Closing a closed one changes nothing.

    `done_at` is when it was really done, for an act on paper that is recorded afterwards (代录).
    """
    if deadline.state not in _RUNNING:
        return deadline
    done = uow.now if done_at is None else done_at
    was_missed = deadline.state == DeadlineState.MISSED
    # a clock that stands still has not run out
    is_met = deadline.state == DeadlineState.PAUSED or done <= deadline.due_at
    deadline.state = DeadlineState.MET if is_met else DeadlineState.LATE
    if was_missed and deadline.state == DeadlineState.MET:
        lapses.take_back(uow, deadline)
    deadline.closed_at = uow.now
    lapses.cancel(uow, deadline)
    return deadline


def cancel(uow: UnitOfWork, deadline: Deadline) -> Deadline:
    """It is no longer owed. A missed one stays missed: that it was missed remains a fact."""
    if deadline.state in _OWED:
        deadline.state = DeadlineState.CANCELLED
        deadline.closed_at = uow.now
        lapses.cancel(uow, deadline)
    return deadline


def withdraw(uow: UnitOfWork, task: Task) -> None:
    """A task ended undone: its deadline is no longer owed, unless another open task shares it.

    Where the time was up (a timer on the task took it away), it is missed, not cancelled, whichever of
    the jobs of that moment came first: what is told after the end is told.
    """
    if task.deadline_id is None:
        return
    sharing = uow.session.scalar(
        sa.select(sa.func.count())
        .select_from(Task)
        .where(
            Task.deadline_id == task.deadline_id,
            Task.id != task.id,
            Task.state.in_(_OPEN_TASKS),
        )
    )
    deadline = uow.session.get_one(Deadline, task.deadline_id)
    if sharing or deadline.state not in _OWED:
        return
    if deadline.state == DeadlineState.OPEN and uow.now >= deadline.due_at:
        lapses.miss(uow, deadline)
    else:
        cancel(uow, deadline)


def withdraw_timer(uow: UnitOfWork, job: Job) -> None:
    """A timer of the model was taken away unfired: its deadline is owed no longer.

    Unless an open task or another timer shares it. A deadline that passed stays missed.
    """
    if job.deadline_id is None:
        return
    deadline = uow.session.get_one(Deadline, job.deadline_id)
    tasks = uow.session.scalar(
        sa.select(sa.func.count())
        .select_from(Task)
        .where(Task.deadline_id == deadline.id, Task.state.in_(_OPEN_TASKS))
    )
    timers = [row for row in lapses.scheduled(uow, deadline) if row.kind != lapses.JOB_KIND]
    if not tasks and not [row for row in timers if row.id != job.id]:
        cancel(uow, deadline)


def withdraw_all(uow: UnitOfWork, instance_id: str) -> None:
    """The instance ended: what is still owed in it is owed no longer."""
    for deadline in uow.session.scalars(
        sa.select(Deadline).where(Deadline.instance_id == instance_id, Deadline.state.in_(_OWED))
    ):
        cancel(uow, deadline)


def lapse(uow: UnitOfWork, job: Job) -> None:
    """The handler of the jobs in engine/timing/lapses.py: the time is up and it is not done.

    A deadline that was closed, or extended after the job was claimed, is left alone.
    """
    if job.deadline_id is None:
        return
    deadline = uow.session.get_one(Deadline, job.deadline_id)
    if deadline.state == DeadlineState.OPEN and uow.now >= deadline.due_at:
        lapses.miss(uow, deadline)


def _running(
    uow: UnitOfWork, instance_id: str, key: str, scope_id: str, starts_on: date
) -> Deadline | None:
    return uow.session.scalars(
        sa.select(Deadline)
        .where(
            Deadline.instance_id == instance_id,
            Deadline.key == key,
            Deadline.scope_id == scope_id,
            Deadline.starts_on == starts_on,
            Deadline.state.in_(_RUNNING),
        )
        .order_by(Deadline.opened_at, Deadline.id)
    ).first()
