"""The moment at which a running clock lapses: the job that carries it, and what then is recorded.

`deadline.missed` says what was owed by whom and what the office attaches to it; the family's
listeners act on it. Used by deadlines.py, ends.py and pauses.py of this room alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine import jobs
from engine.reminding import reminders
from engine.states import DeadlineState, JobState
from engine.tables import Deadline, Job

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

#: The kind of the jobs that `deadlines.lapse` handles.
JOB_KIND = "deadline"


def schedule(uow: UnitOfWork, deadline: Deadline) -> Job:
    """Write the job that lapses the deadline at its end."""
    return jobs.schedule(
        uow,
        JOB_KIND,
        deadline.due_at,
        instance_id=deadline.instance_id,
        element_id=deadline.element_id or None,
        deadline_id=deadline.id,
        # one for each end that the deadline has had: a second lapse needs an extension before it
        key=f"{JOB_KIND}:{deadline.id}:{len(deadline.segments)}",
    )


def cancel(uow: UnitOfWork, deadline: Deadline) -> None:
    """It will not lapse, and nobody is reminded of it."""
    reminders.disarm(uow, deadline)
    for job in scheduled(uow, deadline):
        if job.kind == JOB_KIND:
            job.state = JobState.CANCELLED
            job.finished_at = uow.now


def scheduled(uow: UnitOfWork, deadline: Deadline) -> list[Job]:
    """Every scheduled job that carries the deadline, timers of the model among them; locked."""
    return list(
        uow.session.scalars(
            sa.select(Job)
            .where(Job.deadline_id == deadline.id, Job.state == JobState.SCHEDULED)
            .order_by(Job.id)
            .with_for_update()
        )
    )


def miss(uow: UnitOfWork, deadline: Deadline) -> None:
    """The time is up and it is not done."""
    deadline.state = DeadlineState.MISSED
    uow.record(
        "deadline.missed",
        instance_id=deadline.instance_id,
        element_id=deadline.element_id or None,
        audience=deadline.audience,
        payload=facts(deadline),
    )


def take_back(uow: UnitOfWork, deadline: Deadline) -> None:
    """It was done in time after all, as a paper that came later says. What the lapse led to stays."""
    uow.record(
        "deadline.kept",
        instance_id=deadline.instance_id,
        element_id=deadline.element_id or None,
        audience=deadline.audience,
        payload=facts(deadline),
    )


def facts(deadline: Deadline) -> dict[str, Any]:
    """What an event says of a deadline."""
    rule = deadline.rule
    return {
        "deadline_id": deadline.id,
        "key": deadline.key,
        "name": rule.name,
        "scope_id": deadline.scope_id,
        "starts_on": deadline.starts_on.isoformat(),
        "due_on": deadline.due_on.isoformat(),
        "binds": rule.binds,
        "on_lapse": rule.on_lapse,
    }
