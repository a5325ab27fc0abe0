"""Moving the end of a running clock, with the reason and every end it had before."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine import deadline_rules, lapses, reckoning
from engine.calendar import end_of
from engine.errors import Conflict, Fault, Invalid, NotFound
from engine.reckoning import End, Moment, Start
from engine.states import DeadlineState, TaskState
from engine.tables import Deadline, Task

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork


def extend(
    uow: UnitOfWork,
    deadline_id: str,
    *,
    reason: str,
    to: Moment | None = None,
    amount: int | None = None,
) -> Deadline:
    """Move the end: `to` a day (or instant), or by `amount` of the rule's unit from the old end.

    Open tasks and scheduled jobs that carry the deadline move along; a missed one runs again.
    Whether the actor may extend is the caller's to know: it is a step of the family's process.
    NotFound; Conflict for a deadline that is closed; Invalid unless exactly one of the two is
    given, a reason too, and the new end lies later than the old one.
    """
    deadline = uow.session.get(Deadline, deadline_id)
    if deadline is None:
        raise NotFound("没有这项期限。", code="deadline-not-found")
    if deadline.state not in (DeadlineState.OPEN, DeadlineState.MISSED):
        raise Conflict("这项期限已经结束，不能再延长。", code="deadline-closed")
    reason = reason.strip()
    end = _new_end(uow, deadline, reason, to, amount)
    old_on, old_at = deadline.due_on, deadline.due_at
    _append(uow, deadline, end, reason, amount)
    _move(uow, deadline, old_at)
    uow.record(
        "deadline.extended",
        instance_id=deadline.instance_id,
        element_id=deadline.element_id or None,
        audience=deadline.audience,
        payload={**lapses.facts(deadline), "from": old_on.isoformat(), "reason": reason},
    )
    return deadline


def _new_end(
    uow: UnitOfWork, deadline: Deadline, reason: str, to: Moment | None, amount: int | None
) -> End:
    faults = []
    if not reason:
        faults.append(Fault(pointer="/reason", detail="请写明延期理由。", code="required"))
    if (to is None) == (amount is None):
        faults.append(
            Fault(pointer="/to", detail="请写明延至哪一天，或延长多少，二者择一。", code="required")
        )
    if amount is not None and amount <= 0:
        faults.append(Fault(pointer="/amount", detail="应大于零。", code="out-of-range"))
    if faults:
        raise Invalid("延期未办理。", errors=faults, code="extension-invalid")
    end = _counted(uow, deadline, amount) if to is None else _given(uow, deadline, to)
    if end.due_at <= deadline.due_at:
        fault = Fault(pointer="/to", detail="应晚于原定期限。", code="not-later")
        raise Invalid("延期未办理。", errors=[fault], code="extension-invalid")
    return end


def _given(uow: UnitOfWork, deadline: Deadline, to: Moment) -> End:
    """The end that was decided. A date of a decision is no period: it stays on a rest day."""
    try:
        moment = reckoning.start_of(uow, to)
    except ValueError as error:
        fault = Fault(pointer="/to", detail="不是日期。", code="not-a-date")
        raise Invalid("延期未办理。", errors=[fault], code="extension-invalid") from error
    is_instant = deadline.rule.unit in deadline_rules.CLOCK_UNITS
    return End(
        due_on=moment.on,
        due_at=moment.at if is_instant else end_of(moment.on),
        why=f"自{deadline.due_on}延至{moment.on}",
        is_provisional=False,
    )


def _counted(uow: UnitOfWork, deadline: Deadline, amount: int | None) -> End:
    calendar = reckoning.calendar_of(uow, deadline.rule.family)
    start = Start(on=deadline.due_on, at=deadline.due_at)
    return reckoning.reckon(calendar, deadline.rule, start, amount)


def _append(uow: UnitOfWork, deadline: Deadline, end: End, reason: str, amount: int | None) -> None:
    segment = {
        "kind": "extension",
        "from": deadline.due_on.isoformat(),
        "to": end.due_on.isoformat(),
        "amount": amount,
        "unit": None if amount is None else deadline.rule.unit,
        "why": end.why,
        "reason": reason,
        "by": uow.actor.user_id,
        "by_name": uow.actor.name,
        "at": uow.now.isoformat(),
    }
    deadline.segments = [*deadline.segments, segment]
    deadline.why = f"{deadline.why}延期：{end.why}，{reason.rstrip('。')}。"
    deadline.due_on, deadline.due_at = end.due_on, end.due_at
    deadline.is_provisional = end.is_provisional
    deadline.state = DeadlineState.OPEN


def _move(uow: UnitOfWork, deadline: Deadline, old_at: datetime) -> None:
    """Open tasks take the new end; scheduled jobs move by as much, a reminder before it too."""
    for task in uow.session.scalars(
        sa.select(Task).where(
            Task.deadline_id == deadline.id,
            Task.state.in_((TaskState.READY, TaskState.CLAIMED)),
        )
    ):
        task.due_at = deadline.due_at
    lapses_later = False
    for job in lapses.scheduled(uow, deadline):
        job.due_at += deadline.due_at - old_at
        lapses_later = lapses_later or job.kind == lapses.JOB_KIND
    if not lapses_later:  # it has lapsed, or a worker holds it just now and will find it too early
        lapses.schedule(uow, deadline)
    uow.session.flush()
