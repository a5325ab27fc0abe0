"""Reminders of a running clock: its next rung is one job, told anew whenever the clock moves.

A reminder is told in the morning of a working day: what would fall into quiet hours waits for the next
one, unless the end comes before it. Of rungs that passed while no worker ran only the last is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine import jobs
from engine.administration import parameters
from engine.calendars.calendar import Calendar, YearNotLoaded
from engine.clock import LOCAL_ZONE, local_date
from engine.reminding import ladders
from engine.reminding.rungs import HOURS, WORKING_DAYS, Rung
from engine.states import DeadlineState, InstanceState, JobState
from engine.tables import Deadline, Instance, Job
from engine.timing import reckoning

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

#: The kind of the jobs that `run` handles.
JOB_KIND = "reminder"
#: Parameters of a family: the hours (0 to 24, local) between which nobody is reminded.
QUIET_FROM, QUIET_UNTIL = "reminders.quiet_from", "reminders.quiet_until"

_RUNNING = (DeadlineState.OPEN, DeadlineState.MISSED)
_KEPT = "quiet_hours"
_LATEST_REST = 60


@dataclass(frozen=True, kw_only=True)
class Quiet:
    """When nobody is reminded: from one hour of a day to another of the next, and on rest days."""

    calendar: Calendar
    begins: int
    ends: int

    def is_quiet(self, at: datetime) -> bool:
        local = at.astimezone(LOCAL_ZONE)
        hour = local.hour
        if self.begins <= self.ends:
            at_rest = self.begins <= hour < self.ends
        else:
            at_rest = hour >= self.begins or hour < self.ends
        return at_rest or not self._is_worked(local.date())

    def morning(self, day: date) -> datetime:
        """When reminders of a day are told."""
        return datetime.combine(day, time(self.ends % 24), LOCAL_ZONE)

    def next_morning(self, at: datetime) -> datetime:
        """The first morning of a working day that is not before `at`."""
        day = local_date(at)
        for _ in range(_LATEST_REST):
            if self._is_worked(day) and self.morning(day) >= at:
                break
            day += timedelta(days=1)
        return self.morning(day)

    def shift(self, day: date, rung: Rung) -> date:
        """The day of a rung, before a last day or after it; before it always a working day."""
        try:
            if rung.unit != WORKING_DAYS:
                return self._roll(day + timedelta(days=rung.offset), back=rung.offset <= 0)
            if rung.offset < 0:
                return self.calendar.subtract_working_days(day, -rung.offset)
            if rung.offset > 0:
                return self.calendar.add_working_days(day, rung.offset)
            return self.calendar.roll_back(day)
        except YearNotLoaded:  # a reminder is not to fail for it
            return day + timedelta(days=rung.offset)

    def _roll(self, day: date, *, back: bool) -> date:
        return self.calendar.roll_back(day) if back else self.calendar.roll(day)

    def _is_worked(self, day: date) -> bool:
        try:
            return self.calendar.is_working_day(day)
        except YearNotLoaded:
            return day.weekday() < 5


def arm(
    uow: UnitOfWork, deadlines: Sequence[Deadline], *, earlier: frozenset[str] = frozenset()
) -> None:
    """Make the next rung of each the one that its job tells. Their instances are locked.

    Rungs that passed before are not told, but of those that now end `earlier` than they did, the
    last one: nobody is to hear of the nearer end too late.
    """
    running = [row for row in deadlines if row.state in _RUNNING]
    keys = [_key(row.id) for row in running]
    found = {row.key: row for row in uow.session.scalars(sa.select(Job).where(Job.key.in_(keys)))}
    for deadline in running:
        after = uow.now
        passed = [at for at, _ in moments(uow, deadline) if deadline.opened_at < at <= uow.now]
        if deadline.id in earlier and passed:
            after = passed[-1] - timedelta(microseconds=1)
        _set(uow, deadline, found.get(_key(deadline.id)), after)


def disarm(uow: UnitOfWork, deadline: Deadline) -> None:
    """Nothing more is told of it."""
    uow.session.execute(
        sa.update(Job)
        .where(Job.key == _key(deadline.id), Job.state == JobState.SCHEDULED)
        .values(state=JobState.CANCELLED, finished_at=uow.now)
    )


def run(uow: UnitOfWork, job: Job, instance: Instance | None) -> None:
    """The handler of the jobs: tell the last rung that has come, then wait for the next."""
    from engine.reminding import (
        notifications,  # it asks engine/permission/access.py, which asks about tasks
    )

    deadline = uow.session.get_one(Deadline, job.payload["deadline"])
    over = instance is None or instance.state not in (
        InstanceState.ACTIVE,
        InstanceState.SUSPENDED,
    )
    if over or deadline.state not in _RUNNING:
        return
    after = datetime.fromisoformat(job.payload["after"])
    come = [(at, rung) for at, rung in moments(uow, deadline) if after < at <= uow.now]
    quiet = quiet_of(uow, deadline.rule.family)
    if come and quiet.is_quiet(uow.now) and come[-1][1].unit != HOURS:
        morning = quiet.next_morning(uow.now)
        if come[-1][1].offset > 0 or morning <= deadline.due_at:
            jobs.postpone(job, morning)
            return
    if come:
        notifications.remind(uow, deadline, come[-1][1])
    _set(uow, deadline, job, uow.now)


def moments(uow: UnitOfWork, deadline: Deadline) -> list[tuple[datetime, Rung]]:
    """When each rung of a deadline is told, by its present end, the earliest first."""
    quiet = quiet_of(uow, deadline.rule.family)
    rungs = ladders.rungs_of(uow, deadline.rule.family, deadline.key)
    return sorted(
        ((_moment(quiet, deadline, rung), rung) for rung in rungs), key=lambda pair: pair[0]
    )


def quiet_of(uow: UnitOfWork, family: str) -> Quiet:
    """The quiet hours of a family: its parameters, else from 20 to 8."""
    # once in a unit of work: many deadlines are armed in one
    kept: dict[str, tuple[int, int]] = uow.session.info.setdefault(_KEPT, {})
    if family not in kept:
        told = (parameters.find(uow, family, key) for key in (QUIET_FROM, QUIET_UNTIL))
        begins, ends = (
            other if row is None else row.value for row, other in zip(told, (20, 8), strict=True)
        )
        kept[family] = (begins, ends)
    begins, ends = kept[family]
    return Quiet(calendar=reckoning.calendar_of(uow, family), begins=begins, ends=ends)


def _moment(quiet: Quiet, deadline: Deadline, rung: Rung) -> datetime:
    if rung.unit != HOURS:
        return quiet.morning(quiet.shift(deadline.due_on, rung))
    at = deadline.due_at + timedelta(hours=rung.offset)
    if not quiet.is_quiet(at):
        return at
    morning = quiet.next_morning(at)
    return morning if rung.offset > 0 or morning <= deadline.due_at else at


def _set(uow: UnitOfWork, deadline: Deadline, job: Job | None, after: datetime) -> None:
    """The job of the first rung behind `after`; none where the ladder has no more."""
    due_at = next((at for at, _ in moments(uow, deadline) if at > after), None)
    if due_at is None:
        if job is not None and job.state == JobState.SCHEDULED:
            job.state, job.finished_at = JobState.CANCELLED, uow.now
        return
    due_at = max(due_at, uow.now)
    if job is None:
        job = jobs.schedule(
            uow,
            JOB_KIND,
            due_at,
            instance_id=deadline.instance_id,
            element_id=deadline.element_id or None,
            key=_key(deadline.id),
        )
    jobs.postpone(job, due_at)
    # no `deadline_id`: the jobs that carry a deadline are those that make it lapse or fire
    job.payload = {"deadline": deadline.id, "after": after.isoformat()}
    uow.after_commit(uow.engine.wake)


def _key(deadline_id: str) -> str:
    return f"{JOB_KIND}:{deadline_id}"
