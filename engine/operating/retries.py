"""Retry many incidents: one job for each, so that each is a step of its own case, in its own transaction.

A batch is the jobs that carry its number. What came of each is read off its job and its incident; no
table of its own is needed. A job of a suspended case waits until the case is resumed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from engine import jobs
from engine.administration import duties, journal
from engine.errors import Conflict, Fault, Invalid, NotAllowed, NotFound
from engine.identity.posts import actor_of
from engine.operating import incidents
from engine.states import IncidentState, JobState
from engine.tables import Incident, Job, JournalEntry, new_id
from engine.unit_of_work import UnitOfWork

JOB_KIND = "retry_incident"
#: Incidents of one batch.
MOST = 1_000
#: Batches that are listed.
RECENT = 5
STOPPED = "已停止，没有重试。"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One incident of a batch. `outcome` is waiting, resolved, queued (its own job runs again),
    failed_again or refused; `detail` says why it is not resolved."""

    incident_id: str
    instance_id: str | None
    element_id: str
    outcome: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class Batch:
    """How far a batch is."""

    id: str
    reason: str
    started_by: str
    started_at: datetime
    total: int
    done: int
    items: tuple[Item, ...]

    @property
    def is_done(self) -> bool:
        return self.done == self.total


def start(
    uow: UnitOfWork, *, ids: Sequence[str] = (), group: str | None = None, reason: str
) -> str:
    """Retry these incidents, or those of a group, in the background; the number of the batch.

    Invalid where none or more than MOST are named, and for an id of no open incident: nothing is
    begun then.
    """
    duties.require(uow, duties.SYSTEM_ADMIN)
    text = incidents.require_reason(reason)
    wanted = incidents.of_group(uow, group) if group is not None else list(dict.fromkeys(ids))
    if not wanted:
        raise Conflict("没有待处理的异常，可能已经处理完毕。", code="nothing-to-retry")
    rows = _open_rows(uow, wanted[:MOST] if group is not None else wanted)
    batch = new_id()
    for row in rows:
        jobs.schedule(
            uow,
            JOB_KIND,
            uow.now,
            instance_id=row.instance_id,
            element_id=row.element_id,
            payload={"incident": row.id, "by": uow.actor.user_id, "reason": text},
            key=_key(batch, row.id),
        )
    journal.record(
        uow,
        "incidents.retried",
        subject=("retry", batch),
        name=f"重试{len(rows)}个异常",
        reason=text,
        after={"incidents": [row.id for row in rows]},
    )
    return batch


def stop(uow: UnitOfWork, batch: str) -> None:
    """Try none of those that were not tried yet; their incidents stay open. Conflict where all were.

    What a worker has begun goes on to its end.
    """
    duties.require(uow, duties.SYSTEM_ADMIN)
    waiting = uow.session.scalars(
        _jobs(batch)
        .where(Job.state == JobState.SCHEDULED)
        .order_by(Job.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    if not waiting:
        of(uow, batch)
        raise Conflict("这次批量重试已经办完，没有可停止的。", code="nothing-to-stop")
    for job in waiting:
        job.state, job.finished_at, job.error = JobState.CANCELLED, uow.now, STOPPED
    journal.record(
        uow,
        "incidents.retry_stopped",
        subject=("retry", batch),
        name=f"停止重试{len(waiting)}个异常",
        after={"incidents": [job.payload["incident"] for job in waiting]},
    )


def recent(uow: UnitOfWork) -> list[Batch]:
    """The last batches, the newest first. Operators only."""
    duties.require(uow, duties.SYSTEM_ADMIN)
    begun = uow.session.scalars(
        sa.select(JournalEntry.subject_id)
        .where(JournalEntry.kind == "incidents.retried")
        .order_by(JournalEntry.seq.desc())
        .limit(RECENT)
    )
    return [of(uow, batch) for batch in begun]


def run(uow: UnitOfWork, job: Job) -> None:
    """The handler of these jobs: the retry, as the act of who began the batch.

    The worker has locked the case. What fails again leaves its incident standing.
    """
    by = job.payload["by"]
    actor = actor_of(uow, by) if by is not None else uow.actor
    try:
        incidents.retry(
            replace(uow, actor=actor), job.payload["incident"], reason=job.payload["reason"]
        )
    except (Conflict, NotAllowed) as error:
        job.payload = {**job.payload, "refused": error.detail}


def of(uow: UnitOfWork, batch: str) -> Batch:
    """A batch with what came of each incident. NotFound; operators only."""
    duties.require(uow, duties.SYSTEM_ADMIN)
    rows = uow.session.scalars(_jobs(batch).order_by(Job.key)).all()
    if not rows:
        raise NotFound("没有这次批量重试。", code="retry-not-found")
    named = [row.payload["incident"] for row in rows]
    found = {
        row.id: row
        for row in uow.session.scalars(sa.select(Incident).where(Incident.id.in_(named)))
    }
    items = tuple(_item(job, found[job.payload["incident"]]) for job in rows)
    return Batch(
        id=batch,
        reason=rows[0].payload["reason"],
        started_by=rows[0].payload["by"] or "",
        started_at=rows[0].created_at,
        total=len(items),
        done=sum(item.outcome != "waiting" for item in items),
        items=items,
    )


def _open_rows(uow: UnitOfWork, wanted: Sequence[str]) -> Sequence[Incident]:
    if len(wanted) > MOST:
        raise _wrong("/ids", f"一次最多重试{MOST}个异常。")
    rows = uow.session.scalars(
        sa.select(Incident)
        .where(Incident.id.in_(wanted), Incident.state == IncidentState.OPEN)
        .order_by(Incident.opened_at, Incident.id)
    ).all()
    missing = set(wanted) - {row.id for row in rows}
    if missing:
        raise _wrong("/ids", f"有{len(missing)}个异常不存在或已经处理完毕，请刷新后再选。")
    return rows


def _jobs(batch: str) -> sa.Select[Job]:
    return sa.select(Job).where(
        Job.kind == JOB_KIND, Job.key.startswith(_key(batch, ""), autoescape=True)
    )


def _wrong(pointer: str, detail: str) -> Invalid:
    return Invalid("没有开始重试。", errors=[Fault(pointer=pointer, detail=detail, code="ids")])


def _key(batch: str, incident_id: str) -> str:
    return f"retry:{batch}:{incident_id}"


def _item(job: Job, incident: Incident) -> Item:
    outcome, detail = _outcome(job, incident)
    return Item(
        incident_id=incident.id,
        instance_id=incident.instance_id,
        element_id=incident.element_id,
        outcome=outcome,
        detail=detail,
    )


def _outcome(job: Job, incident: Incident) -> tuple[str, str]:
    if job.state in (JobState.SCHEDULED, JobState.RUNNING):
        return "waiting", job.error or ""
    if job.state in (JobState.FAILED, JobState.CANCELLED):
        return "refused", job.error or "案件已经结束。"
    if "refused" in job.payload:
        return "refused", str(job.payload["refused"])
    if incident.state == IncidentState.RESOLVED:
        return "resolved", ""
    return ("queued", "") if incident.job_id is not None else ("failed_again", incident.message)
