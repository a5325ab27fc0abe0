"""What stands before a document of each kind is issued."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.unit_of_work import UnitOfWork
from supervision.hard_stops import decision, opinion, preparation
from supervision.hard_stops.refusal import refuse
from supervision.tables import Accountability, Document, Measure, SupervisionCase
from supervision.terms import ApprovalOutcome, ApprovalStep, DocumentKind

Stop = Callable[[UnitOfWork, SupervisionCase, Document], None]

#: Documents that a post must have approved in their present wording before they are issued.
APPROVED_BEFORE_ISSUE = frozenset(
    {
        DocumentKind.INSPECTION_NOTICE,
        DocumentKind.PRELIMINARY_OPINION,
        DocumentKind.OPINION_LETTER,
        DocumentKind.TRANSFER_LETTER,
        DocumentKind.SUPERVISION_REPORT,
        DocumentKind.RECTIFICATION_ORDER,
        DocumentKind.SUPERVISION_NOTICE,
        DocumentKind.RECTIFY_INTERVIEW_NOTICE,
        DocumentKind.ACCOUNTABILITY_INTERVIEW_NOTICE,
        DocumentKind.RECTIFY_CIRCULAR,
        DocumentKind.ACCOUNTABILITY_CIRCULAR,
        DocumentKind.CRITICISM_NOTICE,
        DocumentKind.RESOURCE_LETTER,
        DocumentKind.GROUP_NOTICE,
        DocumentKind.ACCOUNTABILITY_NOTICE,
        DocumentKind.MEASURE_PROPOSAL,
        DocumentKind.REFERRAL_LETTER,
        DocumentKind.WRITTEN_REVIEW_ORDER,
        DocumentKind.PERSONAL_CRITICISM_NOTICE,
        DocumentKind.HANDLING_PROPOSAL,
        DocumentKind.REVIEW_DECISION,
        DocumentKind.APPEAL_DECISION,
        DocumentKind.CORRECTION,
    }
)

#: Documents that bind somebody: an act without a basis cannot be issued (measures, point 18).
WITH_BASIS = (
    APPROVED_BEFORE_ISSUE
    | frozenset({DocumentKind.URGENT_ORDER, DocumentKind.ACCOUNTABILITY_DECISION})
) - frozenset({DocumentKind.SUPERVISION_REPORT, DocumentKind.GROUP_NOTICE})


def before_issue(uow: UnitOfWork, case: SupervisionCase, document: Document) -> None:
    """Raise the hard-stop that stands between this document and its effect, if one does."""
    kind = DocumentKind(document.kind)
    if kind in WITH_BASIS and not document.basis.strip():
        refuse("no-basis", f"{kind.label}没有写明依据，不能印发。", "《若干措施》第十八条")
    for stop in _STOPS.get(kind, ()):
        stop(uow, case, document)
    if kind in APPROVED_BEFORE_ISSUE:
        require_approved(uow, document)


def require_approved(uow: UnitOfWork, document: Document) -> None:
    """The document was approved by a post that may, in the words that it has now."""
    approval = decision.latest_approval(uow, "document", document.id, ApprovalStep.DOCUMENT)
    if (
        approval is None
        or approval.outcome != ApprovalOutcome.APPROVED
        or approval.content_digest != document.content_digest
    ):
        refuse(
            "not-approved",
            f"{DocumentKind(document.kind).label}没有经有权限的人批准，或者批准之后又作了修改，"
            "不能印发。",
            document.basis or "审批权限（系统默认）",
        )


def _opinion_letter(uow: UnitOfWork, case: SupervisionCase, document: Document) -> None:
    opinion.require_visit(uow, case)
    opinion.require_public_heard(uow, case)
    opinion.require_defence_before_opinion(uow, case)
    opinion.require_answers_to_defence(uow, case, document)
    opinion.require_limits(uow, case)


def _feedback_letter(uow: UnitOfWork, case: SupervisionCase, document: Document) -> None:
    opinion.require_visit(uow, case)
    opinion.require_public_heard(uow, case)


def _order(uow: UnitOfWork, case: SupervisionCase, document: Document) -> None:
    opinion.require_limits(uow, case)


def _inspection_notice(uow: UnitOfWork, case: SupervisionCase, document: Document) -> None:
    preparation.require_three_inspectors(uow, case)
    preparation.require_cleared_group(uow, case)


def _of_a_decision(uow: UnitOfWork, case: SupervisionCase, document: Document) -> None:
    """Only a decision in force opens the accountability kinds of interview and circular."""
    measure = uow.session.get(Measure, document.subject_id) if document.subject_id else None
    record = (
        uow.session.get(Accountability, measure.accountability_id)
        if measure is not None and measure.accountability_id
        else None
    )
    if record is None or record.issued_on is None:
        refuse(
            "no-decision",
            f"{DocumentKind(document.kind).label}须以已经印发的问责决定为依据。",
            "《教育督导问责办法》第十六条、第十七条",
        )


def _accountability_notice(uow: UnitOfWork, case: SupervisionCase, document: Document) -> None:
    record = decision.accountability_of(uow, document)
    if record is not None:
        decision.require_group(record)
        decision.require_started(record)


_STOPS: Mapping[DocumentKind, tuple[Stop, ...]] = {
    DocumentKind.INSPECTION_NOTICE: (_inspection_notice,),
    DocumentKind.PRELIMINARY_OPINION: (_feedback_letter,),
    DocumentKind.OPINION_LETTER: (_opinion_letter,),
    DocumentKind.RECTIFICATION_ORDER: (_order,),
    DocumentKind.ACCOUNTABILITY_NOTICE: (_accountability_notice,),
    DocumentKind.ACCOUNTABILITY_DECISION: (decision.require_before_decision,),
    DocumentKind.ACCOUNTABILITY_INTERVIEW_NOTICE: (_of_a_decision,),
    DocumentKind.ACCOUNTABILITY_CIRCULAR: (_of_a_decision,),
    DocumentKind.PERSONAL_CRITICISM_NOTICE: (_of_a_decision,),
    DocumentKind.WRITTEN_REVIEW_ORDER: (_of_a_decision,),
}
