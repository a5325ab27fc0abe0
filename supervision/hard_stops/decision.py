"""Before an accountability decision: group in time, defence, approval, contents, own powers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.unit_of_work import UnitOfWork
from supervision import rules
from supervision.hard_stops.refusal import refuse
from supervision.tables import (
    Accountability,
    Approval,
    Consultation,
    Defence,
    Document,
    SupervisionCase,
)
from supervision.terms import (
    ApprovalOutcome,
    ApprovalStep,
    MeasureKind,
    PublishScope,
    Severity,
)

#: 问责16: what a decision must state; the remedies are there so that they can be used (procedure).
DECISION_CONTENTS: Mapping[str, str] = {
    "basic_situation": "基本情况",
    "facts": "认定的事实",
    "basis": "问责依据",
    "measures": "问责措施",
    "effective_on": "生效日期",
    "remedies": "救济途径和期限",
}

#: What the decision must repeat unchanged from the opinion that was approved.
APPROVED_CONTENTS = ("facts", "basis", "measures")


def require_group_in_time(record: Accountability) -> None:
    """问责13: the group within 60 days. Lateness stops nothing; the chair's reason for it must be
    on record (procedure F1)."""
    late = (
        record.group_formed_on is not None
        and record.group_due_on is not None
        and record.group_formed_on > record.group_due_on
    )
    if late and not (record.group_late_reason.strip() and record.group_late_by):
        refuse(
            "late-group-without-reason",
            f"调查认定工作组应当在{record.group_due_on}之前成立，已经逾期，"
            "须由督导委员会主任写明逾期理由后继续。",
            "《教育督导问责办法》第十三条",
        )


def require_group(record: Accountability) -> None:
    """问责13: nothing is found, and nothing started, without an investigation group."""
    if record.group_formed_on is None:
        refuse(
            "no-investigation-group",
            "还没有成立调查认定工作组。",
            "《教育督导问责办法》第十三条",
        )
    require_group_in_time(record)


def require_started(record: Accountability) -> None:
    """问责13: whether to start was decided on the facts, with reasons."""
    if record.is_started is not True or not record.facts.strip():
        refuse(
            "not-started",
            "还没有根据事实材料作出启动问责的决定。",
            "《教育督导问责办法》第十三条",
        )


def require_defence_before_decision(uow: UnitOfWork, record: Accountability) -> None:
    """问责14: the object was told and could state its case: it did, waived, or let it lapse."""
    defence = record.notice_id is not None and uow.session.scalar(
        sa.select(Defence.id).where(Defence.document_id == record.notice_id)
    )
    if not defence:
        refuse(
            "no-defence-before-decision",
            "没有告知被问责对象拟问责事实和措施，或者其陈述申辩的结果（提出、放弃、逾期）没有记录，"
            "不能作出问责决定。",
            "《教育督导问责办法》第十四条",
        )


def require_consulted(uow: UnitOfWork, record: Accountability) -> None:
    """问责15: member units were asked; each has answered or is on record as 未反馈."""
    replies = uow.session.scalars(
        sa.select(Consultation.reply).where(Consultation.accountability_id == record.id)
    ).all()
    if not replies or None in replies:
        refuse(
            "consultation-open",
            "还没有征求成员单位意见，或者有单位的意见（包括未反馈）没有记录。",
            "《教育督导问责办法》第十五条",
        )


def require_chair_approval(uow: UnitOfWork, record: Accountability) -> Approval:
    """问责15: the chair or a vice-chair approved this very opinion. Silence never approves."""
    opinion = uow.session.get(Document, record.opinion_id) if record.opinion_id else None
    approval = (
        latest_approval(uow, "document", opinion.id, ApprovalStep.DECISION) if opinion else None
    )
    if (
        opinion is None
        or approval is None
        or approval.outcome != ApprovalOutcome.APPROVED
        or approval.content_digest != opinion.content_digest
        or approval.post_group not in rules.COMMITTEE_GROUPS
    ):
        refuse(
            "not-approved-by-chair",
            "问责意见没有经督导委员会主任或者副主任审定，不能印发问责决定。",
            "《教育督导问责办法》第十五条",
        )
    return approval


def require_decision_contents(uow: UnitOfWork, record: Accountability, decision: Document) -> None:
    """问责16: the decision is complete, and says what was approved."""
    fields: Mapping[str, Any] = decision.fields
    missing = [label for key, label in DECISION_CONTENTS.items() if not fields.get(key)]
    if missing:
        refuse(
            "decision-incomplete",
            f"问责决定书缺少：{'、'.join(missing)}。",
            "《教育督导问责办法》第十六条",
        )
    opinion = uow.session.get(Document, record.opinion_id) if record.opinion_id else None
    approved = opinion.fields if opinion else {}
    if any(fields.get(key) != approved.get(key) for key in APPROVED_CONTENTS):
        refuse(
            "decision-differs",
            "问责决定书的事实、依据或措施与审定的问责意见不一致。",
            "《教育督导问责办法》第十五条、第十六条",
        )


def require_ours_to_issue(kind: MeasureKind) -> None:
    """问责17; 行政处罚法: discipline, penalties and licences are for the competent organs alone."""
    if not rules.is_ours_to_issue(kind):
        refuse(
            "not-ours-to-issue",
            f"{kind.label}由{rules.COMPETENT_ORGANS[kind]}依法作出，"
            "这里只记录建议和有权机关的处理结果。",
            "《教育督导问责办法》第十七条",
        )


def require_not_signed_as_head(uow: UnitOfWork, case: SupervisionCase, user_id: str) -> None:
    """9.2c: checked per person. Who signed as Office head cannot approve as vice-chair."""
    signed = uow.session.scalar(
        sa.select(Approval.id)
        .where(Approval.case_id == case.id, Approval.approver_id == user_id)
        .where(Approval.post_group.in_(rules.HEAD_GROUPS))
        .limit(1)
    )
    if signed is not None:
        refuse(
            "signed-as-head",
            "您在本案中以办公室主任身份签署过文书，不能再以副主任身份审批，请由主任或者其他副主任审批。",
            "《教育督导问责办法》第十五条（审签分离，系统默认）",
        )


def latest_approval(
    uow: UnitOfWork, subject_kind: str, subject_id: str, step: ApprovalStep
) -> Approval | None:
    """The last word on a subject at a step."""
    return uow.session.scalar(
        sa.select(Approval)
        .where(Approval.subject_kind == subject_kind, Approval.subject_id == subject_id)
        .where(Approval.step == step)
        .order_by(Approval.seq.desc())
        .limit(1)
    )


def require_publication_wide_enough(
    record: Accountability, scope: PublishScope, *, rectified_badly: bool
) -> None:
    """问责18: serious, or rectified badly, means to society."""
    least = rules.least_publish_scope(
        Severity(record.severity or Severity.MINOR),
        rectified_badly=rectified_badly,
    )
    if not rules.reaches(scope, least):
        refuse(
            "publication-too-narrow",
            f"情节较重、严重或者整改不力的，问责结果应当{least.label}。",
            "《教育督导问责办法》第十八条；《若干措施》第十三条",
        )


def accountability_of(uow: UnitOfWork, document: Document) -> Accountability | None:
    """The accountability record that a document belongs to."""
    if document.subject_kind != "accountability" or document.subject_id is None:
        return None
    return uow.session.get(Accountability, document.subject_id)


def require_before_decision(uow: UnitOfWork, case: SupervisionCase, decision: Document) -> None:
    """All of the above, for the one document that matters most."""
    record = accountability_of(uow, decision)
    if record is None:
        refuse(
            "decision-without-record",
            "问责决定书没有对应的问责事项。",
            "《教育督导问责办法》第十六条",
        )
    require_group(record)
    require_started(record)
    require_defence_before_decision(uow, record)
    require_consulted(uow, record)
    require_chair_approval(uow, record)
    require_decision_contents(uow, record, decision)
