"""Work for later as rows: schedule, claim under a lease, finish, retry.

A job row is written in the transaction of the step that needs it. Any number of workers claim due rows
(`FOR UPDATE SKIP LOCKED`; on SQLite the writer's lock). What a kind does is in engine/runner.py.
Honest limit: a job runs at least once; its effect is once because it commits together with its row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engine.database import insert
from engine.errors import Conflict, NotFound
from engine.states import IncidentState, InstanceState, JobState
from engine.tables import Incident, Instance, Job, new_id
from engine.unit_of_work import UnitOfWork

#: How long a worker may hold a job before another takes it over.
LEASE = timedelta(seconds=60)
#: Seconds before the next try, by attempt.
BACK_OFF = (10, 60, 600)
#: Attempts that may end with the database away, each a lease long, before a job gives up.
MOST_OUTAGES = 30


def schedule(
    uow: UnitOfWork,
    kind: str,
    due_at: datetime,
    *,
    instance_id: str | None = None,
    token_id: str | None = None,
    element_id: str | None = None,
    deadline_id: str | None = None,
    payload: Mapping[str, Any] | None = None,
    key: str | None = None,
) -> Job:
    """Write a job. With a `key` that exists already, the existing row is returned unchanged.

    Also where another transaction writes the same key at this moment: it is waited for.
    """
    job = Job(
        id=new_id(),
        kind=kind,
        key=key,
        instance_id=instance_id,
        token_id=token_id,
        element_id=element_id,
        deadline_id=deadline_id,
        payload=dict(payload or {}),
        due_at=due_at,
        state=JobState.SCHEDULED,
        created_at=uow.now,
    )
    if key is None:
        uow.session.add(job)
    else:
        kept = _insert_once(uow, job)
        if kept.id != job.id:
            return kept
        job = kept
    uow.after_commit(uow.engine.wake)
    return job


def _insert_once(uow: UnitOfWork, job: Job) -> Job:
    """Insert a row with a key unless the key is there; the row that has the key now."""
    uow.session.flush()  # what the row refers to may be new
    columns = (column.key for column in sa.inspect(Job).column_attrs)
    given = {name: value for name in columns if (value := getattr(job, name)) is not None}
    once = insert(uow.session, Job).values(given).on_conflict_do_nothing(index_elements=["key"])
    new: Job | None = uow.session.scalars(once.returning(Job)).one_or_none()
    if new is not None:
        return new
    return uow.session.scalars(sa.select(Job).where(Job.key == job.key)).one()


def claim(uow: UnitOfWork, *, worker: str, limit: int = 20, lease: timedelta = LEASE) -> list[str]:
    """Take up to `limit` due jobs for this worker; the ids, earliest first.

    Jobs of suspended instances wait. A job whose worker let its lease run out is taken over.
    """
    suspended = (
        sa.select(Instance.id)
        .where(Instance.id == Job.instance_id, Instance.state == InstanceState.SUSPENDED)
        .exists()
    )
    found: list[tuple[datetime, str]] = []
    # one after the other: with both in one condition, all that is due would be read and sorted
    for is_due in (
        sa.and_(Job.state == JobState.SCHEDULED, Job.due_at <= uow.now),
        sa.and_(Job.state == JobState.RUNNING, Job.lease_until < uow.now),
    ):
        query = sa.select(Job.due_at, Job.id).where(is_due, ~suspended)
        first = query.order_by(Job.due_at, Job.id).limit(limit)
        rows = uow.session.execute(first.with_for_update(skip_locked=True, of=Job))
        found += [(due_at, id_) for due_at, id_ in rows]
    ids = [id_ for _, id_ in sorted(found)[:limit]]
    if ids:
        uow.session.execute(
            sa.update(Job)
            .where(Job.id.in_(ids))
            .values(
                state=JobState.RUNNING,
                worker=worker,
                lease_until=uow.now + lease,
                attempts=Job.attempts + 1,
            )
            .execution_options(synchronize_session=False)
        )
    return ids


def next_due(uow: UnitOfWork) -> datetime | None:
    """When the next job falls due (or the next lease runs out); None when nothing waits."""
    waiting = ((JobState.SCHEDULED, Job.due_at), (JobState.RUNNING, Job.lease_until))
    # each by itself is the head of an index
    moments = [
        uow.session.scalar(sa.select(sa.func.min(moment)).where(Job.state == state))
        for state, moment in waiting
    ]
    return min((moment for moment in moments if moment is not None), default=None)


def hold(uow: UnitOfWork, job_id: str, *, worker: str) -> Job | None:
    """The job row, locked, if this worker still holds its lease; else None."""
    job = uow.session.scalar(
        sa.select(Job)
        .where(Job.id == job_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if job is None or job.state != JobState.RUNNING or job.worker != worker:
        return None
    return job


def finish(uow: UnitOfWork, job: Job) -> None:
    """The job is done; its effect commits with this."""
    job.state = JobState.SUCCEEDED
    job.finished_at = uow.now
    job.error = None


def postpone(job: Job, until: datetime) -> None:
    """Not now, and not a failure: the job waits again."""
    job.state = JobState.SCHEDULED
    job.due_at = until
    job.attempts = 0
    job.worker = None
    job.lease_until = None
    job.finished_at = None


def waiting(uow: UnitOfWork, kind: str, instance_id: str) -> Sequence[Job]:
    """The scheduled jobs of one kind of an instance. The caller holds the instance lock."""
    return uow.session.scalars(
        sa.select(Job).where(
            Job.instance_id == instance_id, Job.kind == kind, Job.state == JobState.SCHEDULED
        )
    ).all()


def resolve_incidents(uow: UnitOfWork, job: Job) -> None:
    """The job went through in the end, or is no longer needed: its incident is resolved."""
    for incident in uow.session.scalars(
        sa.select(Incident).where(Incident.job_id == job.id, Incident.state == IncidentState.OPEN)
    ):
        resolve(uow, incident)


def resolve(uow: UnitOfWork, incident: Incident) -> None:
    """What had failed went through, or is no longer asked for."""
    incident.state = IncidentState.RESOLVED
    incident.resolved_at = uow.now
    incident.resolved_by = uow.actor.user_id
    if incident.instance_id is not None:
        uow.record(
            "incident.resolved",
            instance_id=incident.instance_id,
            element_id=incident.element_id,
            payload={"incident": incident.id},
        )


def fail(uow: UnitOfWork, job: Job, error: str) -> bool:
    """Note a failure: try again after a while, or give up. True when it gave up."""
    job.error = error[:4000]
    job.worker = None
    job.lease_until = None
    if job.attempts >= job.max_attempts:
        job.state = JobState.FAILED
        job.finished_at = uow.now
        return True
    wait = BACK_OFF[min(job.attempts, len(BACK_OFF)) - 1]
    job.state = JobState.SCHEDULED
    job.due_at = uow.now + timedelta(seconds=wait)
    return False


def retry(uow: UnitOfWork, job_id: str) -> Job:
    """Put a failed job back, due now. Raises NotFound; Conflict if it has not failed."""
    query = sa.select(Job).where(Job.id == job_id).with_for_update()
    job = uow.session.scalar(query.execution_options(populate_existing=True))
    if job is None:
        raise NotFound("没有这个作业。", code="job-not-found")
    if job.state != JobState.FAILED:
        raise Conflict("只有失败的作业可以重试。", code="job-not-failed")
    job.state = JobState.SCHEDULED
    job.due_at = uow.now
    job.attempts = 0
    job.finished_at = None
    uow.after_commit(uow.engine.wake)
    return job


def search(
    uow: UnitOfWork,
    *,
    state: str | None = None,
    instance_id: str | None = None,
    kind: str | None = None,
) -> Sequence[Job]:
    """Jobs, the earliest due first. Operators only: the caller has checked."""
    query = sa.select(Job)
    if state is not None:
        query = query.where(Job.state == state)
    if instance_id is not None:
        query = query.where(Job.instance_id == instance_id)
    if kind is not None:
        query = query.where(Job.kind == kind)
    return uow.session.scalars(query.order_by(Job.due_at, Job.id).limit(500)).all()
