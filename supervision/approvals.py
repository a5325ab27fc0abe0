"""Who approves: by post, checked per person (procedure 9.2c). Silence and the system never approve."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from engine.actor import PostRef
from engine.errors import Conflict, Fault, Invalid, NotAllowed
from engine.tables import new_id
from engine.unit_of_work import UnitOfWork
from supervision import chronicle, hard_stops, organisations, rules
from supervision.tables import Approval, Document, Extension, Problem, SupervisionCase
from supervision.terms import (
    ApprovalOutcome,
    ApprovalStep,
    Approver,
    DocumentState,
    Level,
)


@dataclass(frozen=True, kw_only=True)
class Seat:
    """Whose posts count: the case's own committee and Office, or those of the tier above."""

    office_id: str
    committee_id: str

    @classmethod
    def of(cls, case: SupervisionCase) -> Seat:
        return cls(office_id=case.office_id, committee_id=case.committee_id)


def record(
    uow: UnitOfWork,
    case: SupervisionCase,
    *,
    subject_kind: str,
    subject_id: str,
    step: ApprovalStep,
    outcome: ApprovalOutcome,
    opinion: str = "",
    approver: Approver = Approver.OFFICE_HEAD,
    seat: Seat | None = None,
    content_digest: str = "",
    instance_id: str | None = None,
    concerns_id: str | None = None,
) -> Approval:
    """Write down what the actor decided, if the actor's post may and the person is not barred.

    `seat`: the deciding body, where it is not the case's own (an appeal). `concerns_id`: the unit
    that the step is about, where it is not the case's. NotAllowed without the post; Invalid when
    a return or a refusal has no opinion; Conflict where the person is barred.
    """
    if uow.actor.user_id is None:
        raise Conflict(
            "审批须由有权限的人作出，不因超时或系统处理而视为同意。", code="approval-needs-person"
        )
    seat = seat or Seat.of(case)
    post = _post(uow, seat, step, approver)
    hard_stops.require_no_conflict(uow, case, uow.actor.user_id, name=uow.actor.name)
    _require_same_text(uow)
    if post.group in rules.COMMITTEE_GROUPS:
        hard_stops.require_not_signed_as_head(uow, case, uow.actor.user_id)
        _require_not_host_leader(uow, seat, concerns_id or case.unit_id)
    _require_opinion(outcome, opinion)
    row = Approval(
        id=new_id(),
        case_id=case.id,
        subject_kind=subject_kind,
        subject_id=subject_id,
        step=step.value,
        seq=_next_seq(uow, subject_kind, subject_id),
        outcome=outcome.value,
        opinion=opinion,
        approver_id=uow.actor.user_id,
        approver_name=uow.actor.name,
        post_group=post.group,
        post_organisation_id=post.organisation_id,
        post_title=post.title,
        content_digest=content_digest,
        at=uow.now,
        paper_act_id=uow.actor.paper_act_id,
    )
    uow.session.add(row)
    uow.session.flush()
    chronicle.note(
        uow,
        instance_id or case.instance_id,
        "approval.recorded",
        f"{_what(uow, step, subject_id)}：{outcome.label}",
        step=step.value,
        outcome=outcome.value,
        opinion=opinion,
        subject_kind=subject_kind,
        subject_id=subject_id,
        post=post.group,
    )
    return row


def decide_document(
    uow: UnitOfWork,
    document: Document,
    *,
    outcome: ApprovalOutcome,
    opinion: str = "",
    seat: Seat | None = None,
    concerns_id: str | None = None,
) -> Approval:
    """Approve or return a draft in its present wording. NotAllowed for the person who drafted it."""
    if document.state not in (DocumentState.DRAFTED, DocumentState.APPROVED):
        raise Conflict(f"{document.title}已经印发，不再审批。", code="document-issued")
    if document.drafted_by is not None and document.drafted_by == uow.actor.user_id:
        raise NotAllowed(f"{document.title}是您起草的，应当由另一人审批。", code="own-document")
    row = record(
        uow,
        uow.session.get_one(SupervisionCase, document.case_id),
        subject_kind="document",
        subject_id=document.id,
        step=ApprovalStep.DOCUMENT,
        outcome=outcome,
        opinion=opinion,
        approver=Approver(document.approver),
        seat=seat,
        content_digest=document.content_digest,
        instance_id=document.instance_id,
        concerns_id=concerns_id,
    )
    approved = outcome is ApprovalOutcome.APPROVED
    document.state = DocumentState.APPROVED if approved else DocumentState.DRAFTED
    uow.session.flush()
    return row


def _what(uow: UnitOfWork, step: ApprovalStep, subject_id: str) -> str:
    """What was approved, as people say it; who did stands beside it in the history."""
    match step:
        case ApprovalStep.DOCUMENT:
            return f"审签{uow.session.get_one(Document, subject_id).title}"
        case ApprovalStep.EXTENSION:
            asked = uow.session.get(Extension, subject_id)
            if asked is None:
                return "调查认定延长"
            return f"第{uow.session.get_one(Problem, asked.problem_id).seq}项问题延期"
        case ApprovalStep.START:
            return "启动问责"
    return step.label


def _next_seq(uow: UnitOfWork, subject_kind: str, subject_id: str) -> int:
    said = uow.session.scalar(
        sa.select(sa.func.count())
        .select_from(Approval)
        .where(Approval.subject_kind == subject_kind, Approval.subject_id == subject_id)
    )
    return (said or 0) + 1


def _post(uow: UnitOfWork, seat: Seat, step: ApprovalStep, approver: Approver) -> PostRef:
    level = Level(organisations.get(uow, seat.office_id).level)
    groups = rules.approver_groups(step, level, approver=approver)
    for post in uow.actor.posts:
        if post.group in groups and post.organisation_id in (seat.office_id, seat.committee_id):
            return post
    raise NotAllowed(
        f"{step.label}不在您的审批权限内。", code="not-approver", groups=sorted(groups)
    )


def _require_not_host_leader(uow: UnitOfWork, seat: Seat, unit_id: str) -> None:
    """9.2c: the object hosts the Office, or is a school of its host: that body's leaders are out."""
    if not organisations.is_host_or_its_school(uow, seat.office_id, unit_id):
        return
    host = organisations.host_of(uow, seat.office_id)
    for post in uow.actor.posts:
        leads_host = post.organisation_id == host and post.group in rules.LEADER_GROUPS
        leads_office = post.organisation_id == seat.office_id and post.group in rules.HEAD_GROUPS
        if leads_host or leads_office:
            hard_stops.refuse(
                "host-leader-recused",
                "对象是督导办公室所在的机关或者其所办学校，该机关的负责人应当回避，"
                "请由委员会主任或者其他副主任审批。",
                "《教育督导条例》第十条",
            )


def _require_same_text(uow: UnitOfWork) -> None:
    """What was signed before it was submitted was not this text; only a paper can be that old."""
    paper = uow.actor.on_paper
    if paper is not None and paper.is_before_arrival:
        raise Conflict(
            f"纸质件的签批日期（{paper.acted_on}）早于送批，不能视为对这份文稿的审批。"
            "请核对日期；确是此前签的，请另送签批。",
            code="paper-older-than-text",
        )


def _require_opinion(outcome: ApprovalOutcome, opinion: str) -> None:
    if outcome is not ApprovalOutcome.APPROVED and not opinion.strip():
        raise Invalid(
            "退回或者不同意时，请写明意见。",
            errors=[Fault(pointer="/opinion", detail="请写明意见", code="required")],
        )
