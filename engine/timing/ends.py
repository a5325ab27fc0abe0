"""Putting a new end to a running clock: the one way of extensions, resumptions, corrections, recounts.

A segment is appended, date and sentence follow from all of them (engine/timing/segments.py), and the open
tasks and scheduled jobs that carry the deadline move along.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine import store
from engine.calendars.calendar import Calendar
from engine.permission import access
from engine.reminding import reminders
from engine.states import DeadlineState, JobState, TaskState
from engine.tables import Deadline, Job, Task
from engine.timing import lapses, reckoning, segments
from engine.timing.reckoning import End

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork


def held(uow: UnitOfWork, deadline_id: str) -> Deadline:
    """The deadline as it is now, its instance locked. NotFound where the actor may not see it."""
    seen = access.require_deadline(uow, deadline_id)
    store.lock(uow, seen.instance_id)
    query = sa.select(Deadline).where(Deadline.id == deadline_id).with_for_update(of=Deadline)
    return uow.session.scalars(query.execution_options(populate_existing=True)).one()


def put(uow: UnitOfWork, deadline: Deadline, segment: Mapping[str, Any]) -> Deadline:
    """Append a segment (its `to` is filled in) and move the end by it, with all that follows it.

    One that was missed runs again where its new end lies ahead.
    """
    calendar = reckoning.calendar_of(uow, deadline.rule.family)
    end = after(calendar, deadline, segment)
    old_at = deadline.due_at
    take(uow, deadline, segment, end)
    follow(uow, [(deadline, old_at)])
    return deadline


def after(calendar: Calendar, deadline: Deadline, segment: Mapping[str, Any]) -> End:
    """Where it would end after one more segment; nothing is changed."""
    told = [*deadline.segments, {"to": None, **segment}]
    return segments.replay(calendar, told, opened_at=deadline.opened_at)


def take(uow: UnitOfWork, deadline: Deadline, segment: Mapping[str, Any], end: End) -> None:
    """The row alone: segment, end, sentence, state. `follow` is to be called behind it."""
    told = {
        "from": deadline.due_on.isoformat(),
        **segment,
        "to": end.due_on.isoformat(),
        "by": uow.actor.user_id,
        "by_name": uow.actor.signature,
        "at": uow.now.isoformat(),
    }
    deadline.segments = [*deadline.segments, told]
    deadline.why = segments.sentence(deadline.rule, deadline.segments, end)
    deadline.starts_on = segments.start_of(deadline.segments, deadline.opened_at).on
    deadline.due_on, deadline.due_at = end.due_on, end.due_at
    deadline.is_provisional = end.is_provisional
    if deadline.state == DeadlineState.MISSED and end.due_at > uow.now:
        deadline.state = DeadlineState.OPEN


def follow(uow: UnitOfWork, moved: Sequence[tuple[Deadline, datetime]]) -> None:
    """Open tasks take the new end; scheduled jobs move by as much, a reminder before it too.

    `moved`: the deadlines with the instants at which they ended before. Their instances are locked.
    """
    rows = {deadline.id: (deadline, old_at) for deadline, old_at in moved}
    waiting = (TaskState.READY, TaskState.CLAIMED)
    for task in uow.session.scalars(
        sa.select(Task).where(Task.deadline_id.in_(rows), Task.state.in_(waiting))
    ):
        task.due_at = rows[task.deadline_id or ""][0].due_at
    lapsing, later = set(), []
    # columns alone, and not by the index of states: with many deadlines this takes most of the time
    for job in uow.session.execute(
        sa.select(Job.id, Job.kind, Job.deadline_id, Job.due_at)
        .where(Job.deadline_id.in_(rows), sa.func.coalesce(Job.state, "") == JobState.SCHEDULED)
        .order_by(Job.id)
        .with_for_update()
    ):
        deadline, old_at = rows[job.deadline_id]
        later.append({"id": job.id, "due_at": job.due_at + (deadline.due_at - old_at)})
        if job.kind == lapses.JOB_KIND:
            lapsing.add(deadline.id)
    if later:
        uow.session.execute(sa.update(Job), later)
    for deadline, _ in moved:
        # it has lapsed, or a worker holds it just now and will find it too early
        if deadline.id not in lapsing and deadline.state == DeadlineState.OPEN:
            lapses.schedule(uow, deadline)
    earlier = frozenset(row.id for row, old_at in moved if row.due_at < old_at)
    reminders.arm(uow, [deadline for deadline, _ in moved], earlier=earlier)
    uow.session.flush()
    uow.after_commit(uow.engine.wake)
