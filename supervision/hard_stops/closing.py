"""Before an item or a case is closed: verified, by two persons; reported, filed, published."""

from __future__ import annotations

from typing import NoReturn

import sqlalchemy as sa

from engine.unit_of_work import UnitOfWork
from supervision.hard_stops.refusal import refuse
from supervision.tables import (
    Accountability,
    Delivery,
    Document,
    Filing,
    Interview,
    Measure,
    Problem,
    Publication,
    Recheck,
    SupervisedOrganisation,
    SupervisionCase,
)
from supervision.terms import (
    AccountabilityState,
    DocumentKind,
    FilingKind,
    MeasureKind,
    MeasureState,
    ProblemState,
    RecheckResult,
)


def require_verified(uow: UnitOfWork, problem: Problem) -> None:
    """条例22: an item is closed only after a recheck found it done."""
    last = uow.session.scalar(
        sa.select(Recheck)
        .where(Recheck.problem_id == problem.id)
        .order_by(Recheck.round.desc())
        .limit(1)
    )
    if last is None or last.result != RecheckResult.DONE:
        refuse(
            "not-verified",
            f"第{problem.seq}项问题没有经复查确认完成，不能销号。",
            "《教育督导条例》第二十二条；《若干措施》第九条",
        )


def require_second_person(problem: Problem, user_id: str | None) -> None:
    """Procedure C6: proposed by one, confirmed by another; the system is nobody."""
    if problem.proposed_by is None:
        refuse(
            "closing-not-proposed",
            f"第{problem.seq}项问题还没有人提出销号。",
            "销号由二人办理（系统默认）",
        )
    if user_id is None or user_id == problem.proposed_by:
        refuse(
            "same-person-closes",
            f"第{problem.seq}项问题的销号应当由提出人以外的另一人确认。",
            "销号由二人办理（系统默认）",
        )


def require_every_problem_closed(uow: UnitOfWork, case: SupervisionCase) -> None:
    """津9: 每一个问题整改到位; no case is closed over an open item."""
    settled = (ProblemState.CLOSED, ProblemState.TRANSFERRED)
    left = uow.session.scalars(
        sa.select(Problem.seq)
        .where(Problem.case_id == case.id, Problem.state.not_in(settled))
        .order_by(Problem.seq)
    ).all()
    if left:
        refuse(
            "problems-open",
            f"第{'、'.join(map(str, left))}项问题还没有销号，不能结案。",
            "《若干措施》第九条",
        )


def require_measures_settled(uow: UnitOfWork, case: SupervisionCase) -> None:
    """No case is closed over a measure that was begun and not ended."""
    left = uow.session.scalars(
        sa.select(Measure.kind)
        .where(Measure.case_id == case.id)
        .where(Measure.state.in_([MeasureState.PROPOSED, MeasureState.ISSUED]))
        .where(Measure.kind != MeasureKind.SUPERVISION_NOTICE)
    ).all()
    if left:
        names = "、".join(MeasureKind(kind).label for kind in left)
        refuse(
            "measures-open",
            f"还有没办结的措施：{names}，不能结案。",
            "《若干措施》第十条、第十一条",
        )


def require_report_known(uow: UnitOfWork, case: SupervisionCase) -> None:
    """条例23: the report went to the government and to the upper body, and was published."""
    report = uow.session.scalar(
        sa.select(Document)
        .where(Document.case_id == case.id)
        .where(Document.kind == DocumentKind.SUPERVISION_REPORT)
        .where(Document.issued_on.is_not(None))
        .limit(1)
    )
    basis = "《教育督导条例》第二十三条"
    if report is None:
        refuse("no-report", "督导报告还没有印发，不能结案。", basis)
    if not _is_served(uow, report.id, _government_of(uow, case)):
        refuse("not-reported", "督导报告还没有报本级人民政府，不能结案。", basis)
    if not _is_filed(uow, case.id, FilingKind.REPORT_UPWARD):
        refuse("not-filed", "督导报告还没有报上级教育督导机构备案，不能结案。", basis)
    published = uow.session.scalar(
        sa.select(Publication.id)
        .where(Publication.case_id == case.id, Publication.document_id == report.id)
        .where(Publication.published_on.is_not(None), Publication.withdrawn_on.is_(None))
        .limit(1)
    )
    if published is None:
        refuse("not-published", "督导报告还没有向社会公布，不能结案。", basis)


def require_interviews_filed(uow: UnitOfWork, case: SupervisionCase) -> None:
    """津10: the written record of an interview lies with all three authorities before going on."""
    for measure in uow.session.scalars(
        sa.select(Measure)
        .join(Interview, Interview.measure_id == Measure.id)
        .where(Measure.case_id == case.id)
        .where(Interview.was_attended.is_(True))
    ):
        require_interview_filed(uow, measure)


def require_interview_filed(uow: UnitOfWork, measure: Measure) -> None:
    """津10, one interview: every authority that was sent the record has signed for it."""
    interview = uow.session.get_one(Interview, measure.id)
    receipts = uow.session.scalars(
        sa.select(Delivery.received_on).where(Delivery.document_id == interview.record_id)
    ).all()
    if interview.record_id is None or not receipts or None in receipts:
        refuse(
            "interview-not-filed",
            "约谈记录还没有报送所在地党委、政府和上级主管部门，案件不能继续。",
            "《若干措施》第十条",
        )


def require_decisions_known(uow: UnitOfWork, case: SupervisionCase) -> None:
    """问责18: a decision in force was published, as narrowly as the law allows or wider."""
    published = (
        sa.select(Publication.id)
        .where(Publication.document_id == Accountability.decision_id)
        .where(Publication.published_on.is_not(None))
    )
    left = uow.session.scalar(
        sa.select(Accountability.id)
        .where(Accountability.case_id == case.id, Accountability.issued_on.is_not(None))
        .where(Accountability.state != AccountabilityState.REVOKED, ~published.exists())
        .limit(1)
    )
    if left is not None:
        refuse(
            "decision-not-published",
            "问责决定还没有公开，不能结案。",
            "《教育督导问责办法》第十八条",
        )


def require_decisions_filed(uow: UnitOfWork, case: SupervisionCase) -> None:
    """问责办法 (filing upward): a decision went to the Office above, and its receipt is there (H1)."""
    received = (
        sa.select(Filing.id)
        .where(Filing.document_id == Accountability.decision_id)
        .where(Filing.kind == FilingKind.DECISION_UPWARD, Filing.receipt_on.is_not(None))
    )
    left = uow.session.scalar(
        sa.select(Accountability.id)
        .where(Accountability.case_id == case.id, Accountability.issued_on.is_not(None))
        .where(~received.exists())
        .limit(1)
    )
    if left is not None:
        refuse(
            "decision-not-filed",
            "问责决定报上级备案还没有回执，不能结案。",
            "《教育督导问责办法》关于备案的规定",
        )


def require_remedies_over(uow: UnitOfWork, case: SupervisionCase) -> None:
    """问责19–20: the archive waits for the last remedy, applied for or still to be applied for."""
    left = uow.session.scalar(
        sa.select(Accountability.id)
        .where(Accountability.case_id == case.id, Accountability.issued_on.is_not(None))
        .where(Accountability.remedies_end_on.is_(None))
        .limit(1)
    )
    if left is not None:
        refuse(
            "remedies-pending",
            "复核、申诉还没有终结，或者期限还没有届满，不能归档。",
            "《教育督导问责办法》关于归档的规定",
        )


def require_failures_answered(uow: UnitOfWork, case: SupervisionCase) -> None:
    """津9 once more at the end: no case with a failed recheck closes without any 督办单 or reason."""
    failed = uow.session.scalar(
        sa.select(Recheck.id)
        .join(Problem, Problem.id == Recheck.problem_id)
        .where(Problem.case_id == case.id)
        .where(Recheck.result.in_([RecheckResult.FAILED, RecheckResult.REBOUND]))
        .limit(1)
    )
    if failed is not None and not _has_notice(uow, case, None):
        _refuse_without_notice()


def require_notice_or_reason(uow: UnitOfWork, case: SupervisionCase, round_: int) -> None:
    """津9: a failed recheck is followed by a 督办单, or by a named person's reason for none."""
    if not _has_notice(uow, case, round_):
        _refuse_without_notice()


def _has_notice(uow: UnitOfWork, case: SupervisionCase, round_: int | None) -> bool:
    """Whether a 督办单 was issued, or left out by a named person: in this round, or in any."""
    query = (
        sa.select(Measure.id)
        .where(Measure.case_id == case.id, Measure.kind == MeasureKind.SUPERVISION_NOTICE)
        .where(Measure.state.in_([MeasureState.ISSUED, MeasureState.DONE, MeasureState.OMITTED]))
    )
    if round_ is not None:
        query = query.where(Measure.round == round_)
    return uow.session.scalar(query.limit(1)) is not None


def _refuse_without_notice() -> NoReturn:
    refuse(
        "no-supervision-notice",
        "复查发现整改不力，应当发督办单；不发的，由承办人写明理由。",
        "《若干措施》第九条",
    )


def _government_of(uow: UnitOfWork, case: SupervisionCase) -> str | None:
    return uow.session.scalar(
        sa.select(SupervisedOrganisation.government_id).where(
            SupervisedOrganisation.organisation_id == case.committee_id
        )
    )


def _is_served(uow: UnitOfWork, document_id: str, organisation_id: str | None) -> bool:
    return (
        uow.session.scalar(
            sa.select(Delivery.id)
            .where(Delivery.document_id == document_id)
            .where(Delivery.recipient_id == organisation_id)
            .limit(1)
        )
        is not None
    )


def _is_filed(uow: UnitOfWork, case_id: str, kind: FilingKind) -> bool:
    return (
        uow.session.scalar(
            sa.select(Filing.id).where(Filing.case_id == case_id, Filing.kind == kind).limit(1)
        )
        is not None
    )
