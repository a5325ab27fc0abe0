"""Pausing a running clock (中止) and letting it go on: the time between is not counted.

Only what its rule says may be paused (`pausable`, with its ground): a clock of law only where the
law knows it. While it is paused nothing lapses, and no timer that carries it fires.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from engine import jobs
from engine.errors import Conflict, Fault, Invalid
from engine.states import DeadlineState
from engine.tables import Deadline, Job
from engine.timing import ends, lapses, reckoning, segments
from engine.timing.reckoning import End

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

#: Until when jobs of a paused clock wait: they are told anew when it goes on.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_HELD = "held_due_at"


def pause(uow: UnitOfWork, deadline: Deadline, *, reason: str) -> Deadline:
    """Stop the clock. The caller has checked that the actor may, and holds the instance lock.

    Conflict for a rule that knows no pause, and for a clock that does not run any more; Invalid
    without a reason.
    """
    reason = _reason(reason, "中止")
    if not deadline.rule.pausable:
        raise Conflict(
            f"“{deadline.rule.name}”不能中止：没有可以中止的依据。", code="deadline-not-pausable"
        )
    if deadline.state == DeadlineState.PAUSED:
        raise Conflict("这项期限已经中止。", code="deadline-paused")
    if deadline.state != DeadlineState.OPEN or uow.now >= deadline.due_at:
        raise Conflict("这项期限已经届满或者办结，不能再中止。", code="deadline-closed")
    deadline.state, deadline.paused_at = DeadlineState.PAUSED, uow.now
    told = {
        "kind": "pause",
        "from": deadline.due_on.isoformat(),
        "to": None,
        "paused_on": uow.today.isoformat(),
        "paused_at": uow.now.isoformat(),
        "reason": reason,
        "ground": deadline.rule.pausable,
        "by": uow.actor.user_id,
        "by_name": uow.actor.signature,
        "at": uow.now.isoformat(),
    }
    deadline.segments = [*deadline.segments, told]
    deadline.why = segments.sentence(deadline.rule, deadline.segments, _stood(uow, deadline))
    lapses.cancel(uow, deadline)
    for job in lapses.scheduled(uow, deadline):
        if job.kind != lapses.JOB_KIND:
            _hold(job, job.due_at)
    _tell(uow, deadline, "deadline.paused", reason)
    return deadline


def resume(uow: UnitOfWork, deadline: Deadline, *, reason: str) -> Deadline:
    """Let it go on: what was left when it stopped begins with the day after this one.

    The caller has checked that the actor may, and holds the instance lock. Conflict unless it is
    paused; Invalid without a reason.
    """
    reason = _reason(reason, "恢复")
    if deadline.state != DeadlineState.PAUSED or deadline.paused_at is None:
        raise Conflict("这项期限没有中止。", code="deadline-not-paused")
    for job in lapses.scheduled(uow, deadline):
        if _HELD in job.payload:
            job.due_at = datetime.fromisoformat(job.payload[_HELD])
            job.payload = {key: told for key, told in job.payload.items() if key != _HELD}
    segment = {
        "kind": "resume",
        "paused_at": deadline.paused_at.isoformat(),
        "resumed_at": uow.now.isoformat(),
        "reason": reason,
    }
    deadline.state, deadline.paused_at = DeadlineState.OPEN, None
    ends.put(uow, deadline, segment)
    _tell(uow, deadline, "deadline.resumed", reason)
    return deadline


def hold_back(uow: UnitOfWork, job: Job) -> bool:
    """True where the job carries a paused clock: it waits, though a worker had claimed it already."""
    deadline = uow.session.get(Deadline, job.deadline_id) if job.deadline_id else None
    if deadline is None or deadline.state != DeadlineState.PAUSED:
        return False
    due_at = job.due_at
    jobs.postpone(job, NEVER)
    _hold(job, due_at)
    return True


def _hold(job: Job, due_at: datetime) -> None:
    job.payload = {**job.payload, _HELD: due_at.isoformat()}
    job.due_at = NEVER


def _stood(uow: UnitOfWork, deadline: Deadline) -> End:
    calendar = reckoning.calendar_of(uow, deadline.rule.family)
    return segments.end_of_deadline(calendar, deadline)


def _reason(text: str, act: str) -> str:
    if not text.strip():
        fault = Fault(pointer="/reason", detail=f"请写明{act}的理由。", code="required")
        raise Invalid(f"没有{act}：请写明理由。", errors=[fault])
    return text.strip()


def _tell(uow: UnitOfWork, deadline: Deadline, kind: str, reason: str) -> None:
    told = deadline.segments[-1]
    uow.record(
        kind,
        instance_id=deadline.instance_id,
        element_id=deadline.element_id or None,
        audience=deadline.audience,
        payload={**lapses.facts(deadline), "from": told["from"], "reason": reason},
    )
