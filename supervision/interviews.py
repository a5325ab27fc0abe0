"""Interviews (约谈): announced in time, held by two, the record filed with three authorities."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from engine.errors import Conflict, Fault, Invalid
from engine.unit_of_work import UnitOfWork
from supervision import chronicle, clocks, lapses
from supervision.tables import Document, Interview, Measure, SupervisionCase
from supervision.terms import Audience, LapseKind


def plan(
    uow: UnitOfWork,
    measure: Measure,
    *,
    planned_on: date,
    place: str,
    interviewee: str,
    interviewee_post: str,
    leads_government: bool,
    interviewers: Sequence[str],
) -> Interview:
    """Fix who interviews whom, when and where. Invalid: too few interviewers, or too short a notice.

    The notice must reach the unit `interview.notice` before the day (procedure D2, mark C).
    """
    names = [name.strip() for name in interviewers if name.strip()]
    least = int(clocks.parameter(uow, "interview.min_interviewers"))
    faults = []
    if len(set(names)) < least:
        faults.append(
            Fault(pointer="/interviewers", detail=f"约谈人不少于{least}名", code="too-few")
        )
    latest = clocks.latest_notice(uow, "interview.notice", planned_on)
    if uow.today > latest:
        faults.append(
            Fault(
                pointer="/planned_on",
                detail=f"约谈通知应提前{clocks.words(uow, 'interview.notice')}送达，请改期",
                code="notice-too-short",
            )
        )
    if faults:
        raise Invalid("约谈安排不符合要求。", errors=faults)
    row = uow.session.get(Interview, measure.id)
    if row is None:
        row = Interview(measure_id=measure.id)
        uow.session.add(row)
    row.planned_on = planned_on
    row.place = place
    row.interviewee = interviewee
    row.interviewee_post = interviewee_post
    row.leads_government = leads_government
    row.interviewers = names
    uow.session.flush()
    return row


def hold(
    uow: UnitOfWork,
    case: SupervisionCase,
    measure: Measure,
    record: Document,
    *,
    held_on: date,
) -> Interview:
    """The interview was held and both sides signed its record."""
    row = of_measure(uow, measure.id)
    if held_on > uow.today or held_on < row.planned_on:
        raise Invalid(
            "约谈日期应在通知的日期之后、今天之前。",
            errors=[Fault(pointer="/held_on", detail="日期不正确", code="out-of-range")],
        )
    row.was_attended = True
    row.held_on = held_on
    row.record_id = record.id
    uow.session.flush()
    chronicle.note(
        uow,
        case.instance_id,
        "interview.held",
        f"约谈{row.interviewee}（{row.interviewee_post}）",
        audience=Audience.UNIT,
        measure_id=measure.id,
    )
    return row


def note_absence(
    uow: UnitOfWork, case: SupervisionCase, measure: Measure, *, reason: str, is_justified: bool
) -> Interview:
    """Nobody came. Without a good reason that is a failure to cooperate (D2)."""
    row = of_measure(uow, measure.id)
    row.was_attended = False
    row.absence_reason = reason
    uow.session.flush()
    if not is_justified:
        lapses.record(uow, case, LapseKind.NO_SHOW, text=f"{row.interviewee}无正当理由不参加约谈")
    return row


def of_measure(uow: UnitOfWork, measure_id: str) -> Interview:
    """The interview of a measure. Conflict while none is planned."""
    row = uow.session.get(Interview, measure_id)
    if row is None:
        raise Conflict("还没有安排约谈。", code="interview-not-planned")
    return row
