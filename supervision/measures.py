"""Measures: chosen, drafted, issued, answered, done; a 督办单 left out with a named reason.

The Office carries out what is its own. What belongs to another organ (discipline, penalties,
licences) is proposed, and the organ's result recorded: this system never issues it (问责17).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from engine.errors import Conflict, Fault, Invalid, NotFound
from engine.tables import new_id
from engine.unit_of_work import UnitOfWork
from supervision import chronicle, hard_stops, organisations, rules
from supervision.tables import Document, Measure, SupervisionCase
from supervision.terms import MeasureKind, MeasureState, Phase


def propose(
    uow: UnitOfWork,
    case: SupervisionCase,
    kind: MeasureKind,
    *,
    round_: int = 0,
    phase: Phase = Phase.RECTIFY,
    accountability_id: str | None = None,
    subject_id: str | None = None,
    person_name: str = "",
    person_post: str = "",
    problem_ids: Sequence[str] = (),
    detail: str = "",
    organ: str = "",
) -> Measure:
    """Decide to take a measure. Conflict where the kind does not exist in this phase.

    A licence proposal only against units that hold a licence (津13, branch P).
    """
    known = rules.PRESSURE_KINDS if phase is Phase.RECTIFY else rules.ACCOUNTABILITY_KINDS
    if kind not in known:
        raise Conflict(f"{phase.label}阶段没有“{kind.label}”这种措施。", code="wrong-phase")
    unit = organisations.get(uow, subject_id or case.unit_id)
    if kind is MeasureKind.LICENCE_PROPOSAL and not organisations.is_licensed(unit):
        raise Conflict(
            "办学许可处理建议只适用于民办学校和校外培训机构。（依据：《民办教育促进法》第六十二条）",
            code="not-licensed",
        )
    row = Measure(
        id=new_id(),
        case_id=case.id,
        accountability_id=accountability_id,
        kind=kind.value,
        phase=phase.value,
        round=round_,
        state=MeasureState.PROPOSED,
        subject_id=unit.organisation_id,
        person_name=person_name,
        person_post=person_post,
        problem_ids=list(problem_ids),
        detail=detail,
        organ=organ or rules.COMPETENT_ORGANS.get(kind, ""),
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def omit_notice(uow: UnitOfWork, case: SupervisionCase, row: Measure, *, reason: str) -> None:
    """Leave a proposed 督办单 out: only a named person, only with a reason (津9)."""
    if uow.actor.user_id is None:
        raise Conflict("不发督办单须由具名的人写明理由。", code="omission-needs-person")
    if not reason.strip():
        raise Invalid(
            "不发督办单的，请写明理由。（依据：《若干措施》第九条）",
            errors=[Fault(pointer="/reason", detail="请写明理由", code="required")],
        )
    if row.kind != MeasureKind.SUPERVISION_NOTICE or row.state != MeasureState.PROPOSED:
        raise Conflict("只有还没有印发的督办单可以不发。", code="not-omittable")
    row.omit_reason = reason
    row.omitted_by = uow.actor.user_id
    row.state = MeasureState.OMITTED
    row.done_on = uow.today
    uow.session.flush()
    chronicle.note(
        uow,
        case.instance_id,
        "measure.omitted",
        f"不发督办单：{uow.actor.name}，理由：{reason}",
        measure_id=row.id,
    )


def attach(uow: UnitOfWork, row: Measure, document: Document) -> None:
    """The document by which the measure is taken; a new draft replaces the one before."""
    row.document_id = document.id
    uow.session.flush()


def mark_issued(uow: UnitOfWork, row: Measure) -> None:
    """Its document was issued. Conflict while it was not."""
    document = uow.session.get(Document, row.document_id) if row.document_id else None
    if document is None or document.issued_on is None:
        raise Conflict("措施的文书还没有印发。", code="measure-not-issued")
    row.issued_on = document.issued_on
    row.state = MeasureState.ISSUED
    uow.session.flush()


def record_answer(
    uow: UnitOfWork,
    case: SupervisionCase,
    row: Measure,
    *,
    delivered_on: date | None,
    result: str,
    result_kind: str = "",
    result_document: str = "",
    result_on: date | None = None,
) -> None:
    """What the member unit or the competent organ answered or decided: recorded as its act."""
    row.delivered_on = delivered_on
    row.result = result
    row.result_kind = result_kind
    row.result_document = result_document
    row.result_on = result_on or uow.today
    row.state = MeasureState.ANSWERED
    uow.session.flush()
    chronicle.note(
        uow,
        case.instance_id,
        "measure.answered",
        f"登记{row.organ or '有关单位'}的处理结果：{named(row)}",
        measure_id=row.id,
    )


def record_silence(
    uow: UnitOfWork, case: SupervisionCase, row: Measure, *, delivered_on: date | None = None
) -> None:
    """Nobody answered in time: recorded, and named to the plenary (D5, F9b)."""
    row.delivered_on = delivered_on or row.delivered_on
    row.state = MeasureState.UNANSWERED
    row.is_listed = True
    uow.session.flush()
    chronicle.note(
        uow,
        case.instance_id,
        "measure.unanswered",
        f"{row.organ or '有关单位'}逾期未答复，列入全体会议通报事项",
        measure_id=row.id,
    )


def carry_out(uow: UnitOfWork, row: Measure) -> None:
    """Carry out a measure of the Office's own. Hard-stop: never one of another organ."""
    hard_stops.require_ours_to_issue(MeasureKind(row.kind))
    row.state = MeasureState.DONE
    row.done_on = uow.today
    uow.session.flush()


def finish(uow: UnitOfWork, case: SupervisionCase, row: Measure) -> None:
    """End of a measure: carried out, or answered, or silent. Interviews: the record is filed."""
    if row.state in (MeasureState.ANSWERED, MeasureState.UNANSWERED):
        row.done_on = uow.today
    elif row.state not in (MeasureState.WITHDRAWN, MeasureState.OMITTED):
        carry_out(uow, row)
    uow.session.flush()
    chronicle.note(
        uow,
        case.instance_id,
        "measure.done",
        f"{named(row)}办结",
        measure_id=row.id,
    )


def named(row: Measure) -> str:
    """The measure as people tell it from others of its kind: with the person, where it is one."""
    person = f"{row.person_post}{row.person_name}"
    return f"{MeasureKind(row.kind).label}（{person}）" if person else MeasureKind(row.kind).label


def withdraw(uow: UnitOfWork, row: Measure) -> None:
    """A correction took the measure back."""
    row.state = MeasureState.WITHDRAWN
    row.done_on = uow.today
    uow.session.flush()


def get(uow: UnitOfWork, measure_id: str) -> Measure:
    """A measure by id. NotFound if there is none."""
    row = uow.session.get(Measure, measure_id)
    if row is None:
        raise NotFound("没有这项措施。", code="measure-not-found")
    return row


def of_case(
    uow: UnitOfWork, case_id: str, *, accountability_id: str | None = None
) -> Sequence[Measure]:
    """The measures of a case (of one decision, if given), in the order they were decided."""
    query = sa.select(Measure).where(Measure.case_id == case_id)
    if accountability_id is not None:
        query = query.where(Measure.accountability_id == accountability_id)
    return uow.session.scalars(query.order_by(Measure.round, Measure.kind, Measure.id)).all()
