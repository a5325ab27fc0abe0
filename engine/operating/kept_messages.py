"""Messages that wait for who takes them, and what an operator does with one that nobody does.

They are the jobs of engine/messages.py. An operator sees their names and the names of what they carry,
and no value: whoever operates is related to no case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa

from engine import jobs, messages, pages, store
from engine.administration import duties, journal
from engine.errors import Conflict, NotFound
from engine.operating.incidents import RUNS, require_reason
from engine.states import JobState
from engine.tables import Job
from engine.unit_of_work import UnitOfWork

#: Jobs whose message nobody has taken yet.
KEPT = (JobState.SCHEDULED, JobState.FAILED)


def search(
    uow: UnitOfWork, *, instance_id: str | None = None, after: pages.After = None, limit: int
) -> Sequence[Job]:
    """Kept messages, the oldest first. NotAllowed to who is no operator."""
    duties.require(uow, duties.SYSTEM_ADMIN)
    query = sa.select(Job).where(Job.kind == "message", Job.state.in_(KEPT))
    if instance_id is not None:
        query = query.where(Job.instance_id == instance_id)
    query = pages.keyset(query, Job.created_at, Job.id, descending=False, after=after)
    return uow.session.scalars(query.limit(limit)).all()


def deliver(uow: UnitOfWork, job_id: str, *, reason: str, element_id: str | None = None) -> Job:
    """Give it to the one that waits, or of several to the one at this element, as the system.

    NotFound; Conflict if it is kept no longer, nobody waits, or several do.
    """
    job = _locked(uow, job_id)
    text = require_reason(reason)
    again = replace(uow, actor=RUNS)
    messages.hand_over(again, job, element_id=element_id)
    jobs.finish(uow, job)
    _settle(uow, job, "message.delivered", text)
    return job


def discard(uow: UnitOfWork, job_id: str, *, reason: str) -> Job:
    """Nobody shall have it. NotFound; Conflict if it is kept no longer."""
    job = _locked(uow, job_id)
    text = require_reason(reason)
    job.state = JobState.CANCELLED
    job.finished_at = uow.now
    _settle(uow, job, "message.discarded", text)
    return job


def _locked(uow: UnitOfWork, job_id: str) -> Job:
    duties.require(uow, duties.SYSTEM_ADMIN)
    found = uow.session.get(Job, job_id)
    if found is None or found.kind != "message":
        raise NotFound("没有这条消息。", code="message-not-found")
    if found.instance_id is not None:
        store.lock(uow, found.instance_id)
    query = sa.select(Job).where(Job.id == job_id).with_for_update()
    job = uow.session.scalars(query.execution_options(populate_existing=True)).one()
    if job.state not in KEPT:
        raise Conflict("这条消息已经送达、作废，或正在送达。", code="message-not-kept")
    return job


def _settle(uow: UnitOfWork, job: Job, kind: str, reason: str) -> None:
    jobs.resolve_incidents(uow, job)
    name = job.payload["name"]
    if job.instance_id is not None:
        uow.record(
            kind,
            instance_id=job.instance_id,
            payload={"job": job.id, "name": name, "reason": reason},
        )
    journal.record(
        uow,
        kind,
        subject=("job", job.id),
        name=name,
        reason=reason,
        before={"state": "kept"},
        after={"state": str(job.state)},
        instance_id=job.instance_id,
    )
