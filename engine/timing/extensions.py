"""Moving the end of a running clock further away, with the reason and every end it had before.

`extend` is the act itself, for steps of a process and for engine/timing/extension_requests.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.errors import Conflict, Fault, Invalid, NotFound
from engine.states import DeadlineState
from engine.tables import Deadline
from engine.timing import ends, lapses, reckoning
from engine.timing.reckoning import Moment

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
    Whether the actor may extend is the caller's to know: it is a step of the family's process, or
    was granted on request. NotFound; Conflict for a deadline that is closed or paused; Invalid unless
    exactly one of the two is given, a reason too, and the new end lies later than the old one.
    """
    deadline = uow.session.get(Deadline, deadline_id)
    if deadline is None:
        raise NotFound("没有这项期限。", code="deadline-not-found")
    if deadline.state == DeadlineState.PAUSED:
        raise Conflict("这项期限正在中止，请先恢复再延长。", code="deadline-paused")
    if deadline.state not in (DeadlineState.OPEN, DeadlineState.MISSED):
        raise Conflict("这项期限已经结束，不能再延长。", code="deadline-closed")
    segment = _segment(uow, deadline, reason.strip(), to, amount)
    calendar = reckoning.calendar_of(uow, deadline.rule.family)
    if ends.after(calendar, deadline, segment).due_at <= deadline.due_at:
        fault = Fault(pointer="/to", detail="应晚于原定期限。", code="not-later")
        raise Invalid("延期未办理。", errors=[fault], code="extension-invalid")
    old_on = deadline.due_on
    deadline.state = DeadlineState.OPEN
    ends.put(uow, deadline, segment)
    uow.record(
        "deadline.extended",
        instance_id=deadline.instance_id,
        element_id=deadline.element_id or None,
        audience=deadline.audience,
        payload={**lapses.facts(deadline), "from": old_on.isoformat(), "reason": reason.strip()},
    )
    return deadline


def _segment(
    uow: UnitOfWork, deadline: Deadline, reason: str, to: Moment | None, amount: int | None
) -> dict[str, Any]:
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
    told: dict[str, Any] = {
        "kind": "extension",
        "from": deadline.due_on.isoformat(),
        "amount": amount,
        "unit": None if amount is None else deadline.rule.unit,
        "reason": reason,
    }
    return told if to is None else told | _decided(uow, to)


def _decided(uow: UnitOfWork, to: Moment) -> dict[str, str]:
    try:
        moment = reckoning.start_of(uow, to)
    except ValueError as error:
        fault = Fault(pointer="/to", detail="不是日期。", code="not-a-date")
        raise Invalid("延期未办理。", errors=[fault], code="extension-invalid") from error
    return {"to": moment.on.isoformat(), "to_at": moment.at.isoformat()}
