"""How much there is of everything, and how late the work is: what a monitoring system watches.

Read from the rows, so that it is the same whichever process is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.states import (
    IncidentState,
    InstanceState,
    JobState,
    ProposalState,
    TaskState,
)
from engine.tables import Incident, Instance, Job, Proposal, Task
from engine.unit_of_work import UnitOfWork

_OPEN_TASK = (TaskState.READY, TaskState.CLAIMED)


@dataclass(frozen=True, kw_only=True)
class Gauges:
    """Counts, and in seconds how long the oldest due job has waited for a worker (0: none waits)."""

    instances: Mapping[str, int]
    open_tasks: int
    overdue_tasks: int
    jobs: Mapping[str, int]
    job_delay: float
    open_incidents: int
    open_proposals: int


def read(uow: UnitOfWork) -> Gauges:
    """As things are now. The caller has checked who asks: counts tell of cases, if not of which."""
    open_task = Task.state.in_(_OPEN_TASK)
    jobs = _by_state(uow, Job, (JobState.SCHEDULED, JobState.RUNNING, JobState.FAILED))
    return Gauges(
        instances=_by_state(uow, Instance, tuple(InstanceState)),
        open_tasks=_count(uow, Task, open_task),
        overdue_tasks=_count(uow, Task, sa.and_(open_task, Task.due_at < uow.now)),
        jobs=jobs,
        job_delay=_job_delay(uow),
        open_incidents=_count(uow, Incident, Incident.state == IncidentState.OPEN),
        open_proposals=_count(uow, Proposal, Proposal.state == ProposalState.OPEN),
    )


def _by_state(uow: UnitOfWork, table: Any, states: tuple[str, ...]) -> dict[str, int]:
    query = sa.select(table.state, sa.func.count()).where(table.state.in_(states))
    found = {row[0]: row[1] for row in uow.session.execute(query.group_by(table.state))}
    return {str(state): found.get(state, 0) for state in states}


def _count(uow: UnitOfWork, table: Any, condition: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(table).where(condition)
    return uow.session.scalars(query).one()


def _job_delay(uow: UnitOfWork) -> float:
    """Jobs of a suspended instance wait for people, not for a worker."""
    oldest = uow.session.scalar(
        sa.select(sa.func.min(Job.due_at))
        .outerjoin(Instance, Instance.id == Job.instance_id)
        .where(
            Job.state == JobState.SCHEDULED,
            sa.or_(Job.instance_id.is_(None), Instance.state == InstanceState.ACTIVE),
        )
    )
    return 0.0 if oldest is None else max(0.0, (uow.now - oldest).total_seconds())
