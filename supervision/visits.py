"""The inspection on the spot, the public heard, and the group's deliberation (procedure B3–B5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from engine.errors import Fault, Invalid
from engine.tables import new_id
from engine.unit_of_work import UnitOfWork
from supervision import cases, chronicle, clocks, hard_stops
from supervision.tables import PublicOpinion, SupervisionCase, Visit
from supervision.terms import CaseStage, OpinionMethod, VisitKind

#: 条例19: whose opinion must be among those heard, besides the public at large.
MUST_BE_HEARD = {"pupils": "学生", "parents": "家长", "teachers": "教师"}


@dataclass(frozen=True, kw_only=True)
class Hearing:
    """One way in which the public was asked."""

    method: OpinionMethod
    held_on: date
    participants: int
    groups: tuple[str, ...]
    managers_left: bool
    summary: str


def record(
    uow: UnitOfWork,
    case: SupervisionCase,
    *,
    kind: VisitKind,
    started_on: date,
    ended_on: date,
    place: str,
    text: str,
    people: Sequence[str] = (),
) -> Visit:
    """Record an activity on the spot. The first visit needs its written notice before (条例17)."""
    _check_days(uow, started_on, ended_on)
    if kind is VisitKind.VISIT:
        hard_stops.require_three_inspectors(uow, case)
        hard_stops.require_cleared_group(uow, case)
        hard_stops.require_notice_before_visit(uow, case, started_on)
    row = Visit(
        id=new_id(),
        case_id=case.id,
        kind=kind.value,
        started_on=started_on,
        ended_on=ended_on,
        place=place,
        record=text,
        inspectors=list(people),
    )
    uow.session.add(row)
    uow.session.flush()
    if kind is VisitKind.VISIT:
        case.visit_on = started_on
        case.visit_ended_on = ended_on
        cases.move(uow, case, CaseStage.ON_SITE)
    days = str(ended_on) if started_on == ended_on else f"{started_on}至{ended_on}"
    chronicle.note(
        uow,
        case.instance_id,
        "visit.recorded",
        f"{kind.label}：{place}，{days}",
        visit_id=row.id,
    )
    return row


def hear_public(
    uow: UnitOfWork, case: SupervisionCase, hearings: Sequence[Hearing]
) -> list[PublicOpinion]:
    """Record how pupils, parents, teachers and the public were heard (条例19).

    Invalid where one of the three was not heard at all, or where managers stayed in a meeting of
    pupils or parents (渝25, the protective reading).
    """
    faults = [
        Fault(pointer="/activities", detail=f"没有听取{name}的意见", code="not-heard")
        for key, name in MUST_BE_HEARD.items()
        if not any(key in hearing.groups for hearing in hearings)
    ]
    for index, hearing in enumerate(hearings):
        closed = {"pupils", "parents"} & set(hearing.groups)
        if hearing.method is OpinionMethod.MEETING and closed and not hearing.managers_left:
            faults.append(
                Fault(
                    pointer=f"/activities/{index}/managers_left",
                    detail="学生、家长座谈会，学校管理人员和教师应当回避",
                    code="managers-present",
                )
            )
    if faults:
        raise Invalid("征求公众意见的记录不完整。（依据：《教育督导条例》第十九条）", errors=faults)
    rows = [
        PublicOpinion(
            id=new_id(),
            case_id=case.id,
            method=hearing.method.value,
            held_on=hearing.held_on,
            participants=hearing.participants,
            groups=list(hearing.groups),
            managers_left=hearing.managers_left,
            summary=hearing.summary,
        )
        for hearing in hearings
    ]
    uow.session.add_all(rows)
    uow.session.flush()
    chronicle.note(uow, case.instance_id, "public.heard", "征求公众意见并形成汇总")
    return rows


def deliberate(
    uow: UnitOfWork, case: SupervisionCase, *, deliberated_on: date, attended: int, agreed: int
) -> None:
    """The group's deliberation. Raises the hard-stops of 条例18 and 19 where a step is missing."""
    hard_stops.require_visit(uow, case)
    hard_stops.require_public_heard(uow, case)
    faults = []
    if not 0 <= agreed <= attended:
        faults.append(
            Fault(pointer="/agreed", detail="同意人数应在0与参加人数之间", code="out-of-range")
        )
    if deliberated_on > uow.today or (
        case.visit_ended_on is not None and deliberated_on < case.visit_ended_on
    ):
        faults.append(
            Fault(
                pointer="/deliberated_on",
                detail="评议日期应在现场督导结束之后、今天之前",
                code="out-of-range",
            )
        )
    if clocks.parameter(uow, "deliberation.two_thirds") and agreed * 3 < attended * 2:
        faults.append(
            Fault(pointer="/agreed", detail="须有三分之二以上成员同意", code="not-two-thirds")
        )
    if faults:
        raise Invalid("评议记录不符合要求。", errors=faults)
    case.deliberated_on = deliberated_on
    cases.move(uow, case, CaseStage.DELIBERATION)


def of_case(uow: UnitOfWork, case_id: str) -> Sequence[Visit]:
    """The visits and rechecks of a case, oldest first."""
    return uow.session.scalars(
        sa.select(Visit).where(Visit.case_id == case_id).order_by(Visit.ended_on, Visit.id)
    ).all()


def public_opinions(uow: UnitOfWork, case_id: str) -> Sequence[PublicOpinion]:
    """How the public was heard in a case."""
    return uow.session.scalars(
        sa.select(PublicOpinion)
        .where(PublicOpinion.case_id == case_id)
        .order_by(PublicOpinion.held_on, PublicOpinion.id)
    ).all()


def _check_days(uow: UnitOfWork, started_on: date, ended_on: date) -> None:
    if not started_on <= ended_on <= uow.today:
        raise Invalid(
            "督导的起止日期不正确。",
            errors=[
                Fault(
                    pointer="/ended_on",
                    detail="结束日期应在开始日期之后、今天之前",
                    code="out-of-range",
                )
            ],
        )
