"""Correcting a running clock (更正): a wrong start day, or a wrong end, by two people of the case.

Who may is the family's rule (`correct` of a deadline); one proposes with the reason, another of them
confirms (engine/administration/proposals.py). The old dates stay in the deadline's segments.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.administration import proposals
from engine.administration.proposals import Kind
from engine.calendars.calendar import end_of
from engine.errors import Conflict, Fault, Invalid, NotFound
from engine.permission import access
from engine.states import DeadlineState
from engine.tables import Deadline, Proposal, User
from engine.timing import deadline_acts, ends, lapses, reckoning
from engine.timing.reckoning import End
from engine.unit_of_work import UnitOfWork


def preview(
    uow: UnitOfWork, deadline_id: str, *, starts_on: date | None = None, due_on: date | None = None
) -> End:
    """Where it would end; nothing is changed. Refused as the correction itself would be."""
    deadline = access.require_deadline(uow, deadline_id)
    deadline_acts.require(uow, deadline, "correct")
    return _checked(uow, deadline, starts_on, due_on)[1]


def propose(
    uow: UnitOfWork,
    deadline_id: str,
    *,
    starts_on: date | None = None,
    due_on: date | None = None,
    reason: str,
) -> Proposal:
    """Ask a second person: `starts_on` is counted anew from, `due_on` is the end itself.

    Conflict for a clock that does not run; Invalid unless exactly one day is given, and for one that
    changes nothing or lies in the future (a start) or before the start (an end).
    """
    deadline = ends.held(uow, deadline_id)
    deadline_acts.require(uow, deadline, "correct")
    segment, end = _checked(uow, deadline, starts_on, due_on)
    return proposals.propose(
        uow,
        KIND,
        subject=("deadline", deadline.id),
        title=f"更正期限：{deadline.rule.name}",
        reason=reason,
        content={
            "segment": segment,
            "from": deadline.due_on.isoformat(),
            "to": end.due_on.isoformat(),
            "why": end.why,
            "segments": len(deadline.segments),
        },
        instance_id=deadline.instance_id,
    )


def _checked(
    uow: UnitOfWork, deadline: Deadline, starts_on: date | None, due_on: date | None
) -> tuple[dict[str, Any], End]:
    if deadline.state not in (DeadlineState.OPEN, DeadlineState.MISSED):
        raise Conflict("这项期限正在中止或者已经办结，不能更正。", code="deadline-closed")
    if (starts_on is None) == (due_on is None):
        raise _wrong("/starts_on", "请写明更正起算日，还是更正届满日，二者择一。")
    if starts_on is not None and starts_on > uow.today and deadline.rule.amount >= 0:
        raise _wrong("/starts_on", "起算的事件还没有发生，不能晚于今天。")
    if due_on is not None and due_on < deadline.starts_on and deadline.rule.amount >= 0:
        raise _wrong("/due_on", "届满日不能早于起算日。")
    segment: dict[str, Any] = {
        "kind": "correction",
        "from": deadline.due_on.isoformat(),
        "starts_on": None if starts_on is None else starts_on.isoformat(),
    }
    if due_on is not None:
        segment |= {"to": due_on.isoformat(), "to_at": end_of(due_on).isoformat()}
    calendar = reckoning.calendar_of(uow, deadline.rule.family)
    end = ends.after(calendar, deadline, segment)
    if starts_on == deadline.starts_on or (due_on is not None and due_on == deadline.due_on):
        raise _wrong("/starts_on" if due_on is None else "/due_on", "与现在的日期相同。")
    return segment, end


def _may_confirm(uow: UnitOfWork, proposal: Proposal) -> bool:
    """Another of those who may propose it: of the case's own Office, not kept out of the case."""
    deadline = uow.session.get(Deadline, proposal.subject_id)
    if deadline is None:
        return False
    found = deadline_acts.allowed_acts(uow, [deadline])[deadline.id]
    return "correct" in found


def _carry_out(uow: UnitOfWork, proposal: Proposal) -> Mapping[str, Any]:
    try:
        deadline = ends.held(uow, proposal.subject_id)
    except NotFound as gone:
        raise Conflict("提出人已经看不到这项期限，请撤回。", code="proposal-stale") from gone
    deadline_acts.require(uow, deadline, "correct")
    if len(deadline.segments) != proposal.content["segments"]:
        raise Conflict("提出之后这项期限又有变动，没有更正。请重新提出。", code="deadline-moved")
    segment = proposal.content["segment"]
    start, end = segment["starts_on"], segment.get("to")
    checked, _ = _checked(uow, deadline, _day(start), None if start else _day(end))
    confirmer = uow.session.get(User, proposal.decided_by)
    confirmed_by = confirmer.name if confirmer is not None else ""
    old_on = deadline.due_on
    ends.put(
        uow,
        deadline,
        {**checked, "reason": proposal.reason, "confirmed_by": confirmed_by},
    )
    if deadline.state == DeadlineState.OPEN and deadline.due_at <= uow.now:
        lapses.miss(uow, deadline)
        lapses.cancel(uow, deadline)
    uow.record(
        "deadline.corrected",
        instance_id=deadline.instance_id,
        element_id=deadline.element_id or None,
        audience=deadline.audience,
        payload={
            **lapses.facts(deadline),
            "from": old_on.isoformat(),
            "reason": proposal.reason,
            "proposal": proposal.id,
            "confirmed_by": confirmed_by,
        },
    )
    return {"deadline": deadline.id, "from": old_on.isoformat(), "to": deadline.due_on.isoformat()}


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _wrong(pointer: str, detail: str) -> Invalid:
    return Invalid("期限没有更正。", errors=[Fault(pointer=pointer, detail=detail, code="date")])


KIND = Kind(
    key="deadline_correction", name="更正期限", may_confirm=_may_confirm, carry_out=_carry_out
)
