"""A2–A5: open, approve, form the group, decide on recusal, notify (models: accountability_case, prepare)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import Conflict, Fault, Invalid
from engine.package import StepContext
from supervision import approvals, cases, chronicle, clocks, documents, hard_stops, inspectors
from supervision.cases import Opening
from supervision.handlers import step
from supervision.tables import SupervisionCase
from supervision.terms import (
    ApprovalOutcome,
    ApprovalStep,
    Audience,
    CaseForm,
    CaseStage,
    DocumentKind,
    StartKind,
    TieGround,
)

#: Variables of the start form that the case row now holds: they leave the process data.
_OPENING_KEYS = (
    "title",
    "form",
    "matter",
    "start_kind",
    "start_note",
    "complainant",
    "is_unannounced",
    "asks_self_evaluation",
    "visit_on",
    "number",
    "attachments",
)


def open_case(ctx: StepContext) -> Mapping[str, Any]:
    """The case stands (opened by cases.open), or is written from the values of the start form."""
    case = cases.of_instance(ctx.uow, ctx.instance.id)
    if case is None:
        case = cases.write(
            ctx.uow, opening_of(ctx.variables), instance_id=ctx.instance.id, requires_post=True
        )
    documents.draft(
        ctx.uow,
        case,
        DocumentKind.OPENING_FORM,
        fields={
            "title": case.title,
            "matter": case.matter,
            "start_kind": case.start_kind,
            "start_note": case.start_note,
            **({"complainant": case.complainant} if case.complainant else {}),
            "form": case.form,
            "visit_on": step.iso(case.visit_on),
        },
        basis="《教育督导条例》第十六条",
    )
    blank = {key: None for key in _OPENING_KEYS if key in ctx.variables}
    return {
        **blank,
        "case_id": case.id,
        "unit_id": case.unit_id,
        "office_id": case.office_id,
        "committee_id": case.committee_id,
        "upper_office": cases.upper_office_in_system(ctx.uow, case),
        "case_form": case.form,
        "feedback_key": f"feedback.{case.form}",
    }


def opening_of(values: Mapping[str, Any]) -> Opening:
    """What the form supervision/case_opening says."""
    unit = str(values.get("unit_id") or "")
    if not unit:
        raise Invalid(
            "请选择被督导单位。",
            errors=[Fault(pointer="/unit_id", detail="请选择", code="required")],
        )
    unannounced = values.get("is_unannounced") is True
    return Opening(
        title=str(values.get("title") or ""),
        unit_id=unit,
        form=CaseForm(str(values.get("form") or CaseForm.SPECIAL)),
        matter=str(values.get("matter") or ""),
        start_kind=StartKind(str(values.get("start_kind") or StartKind.PLAN)),
        start_note=str(values.get("start_note") or ""),
        complainant=str(values.get("complainant") or ""),
        is_unannounced=unannounced,
        asks_self_evaluation=values.get("asks_self_evaluation") is True and not unannounced,
        visit_on=step.as_day(values.get("visit_on")),
    )


def approve_case(ctx: StepContext) -> Mapping[str, Any]:
    """立项审批: approved, returned for revision, or refused."""
    case = step.case_of(ctx)
    outcome = ApprovalOutcome(step.text(ctx, "outcome"))
    approvals.record(
        ctx.uow,
        case,
        subject_kind="case",
        subject_id=case.id,
        step=ApprovalStep.CASE_OPENING,
        outcome=outcome,
        opinion=step.text(ctx, "opinion"),
    )
    if outcome is ApprovalOutcome.APPROVED:
        cases.approve(
            ctx.uow,
            case,
            is_announced=not case.is_unannounced,
            asks_self_evaluation=case.asks_self_evaluation,
        )
    elif outcome is ApprovalOutcome.REFUSED:
        cases.reject(ctx.uow, case)
    return {
        "outcome": outcome.value,
        "approved_on": step.iso(case.approved_on),
        "announced": not case.is_unannounced,
        "self_evaluation": case.asks_self_evaluation,
    }


def revise_case(ctx: StepContext) -> None:
    """The opening, returned, is written anew."""
    cases.revise(ctx.uow, step.case_of(ctx), opening_of(ctx.values))


def form_group(ctx: StepContext) -> Mapping[str, Any]:
    """Three inspectors at least; the ids of their users go to the declarations."""
    case = step.case_of(ctx)
    members = inspectors.form_group(
        ctx.uow, case, step.ids(ctx, "members"), leader_id=step.text(ctx, "leader")
    )
    return {"group_members": [member.inspector.user_id for member in members]}


def declare_recusal(ctx: StepContext) -> None:
    """One inspector's own declaration."""
    has_conflict = step.text(ctx, "declaration") == "conflict"
    inspectors.declare(
        ctx.uow,
        step.case_of(ctx),
        user_id=ctx.uow.actor.user_id or "",
        has_conflict=has_conflict,
        ground=TieGround(step.text(ctx, "ground")) if has_conflict else None,
        statement=step.text(ctx, "statement"),
    )


def decide_recusal(ctx: StepContext) -> Mapping[str, Any]:
    """Person by person; a group of fewer than three, or with an open conflict, cannot go on."""
    case = step.case_of(ctx)
    for row in step.rows(ctx, "declarations"):
        inspectors.decide_recusal(
            ctx.uow,
            case,
            str(row["user_id"]),
            is_upheld=row.get("decision") == "recuse",
            reason=str(row.get("reason") or ""),
        )
    outcome = step.text(ctx, "outcome")
    if outcome == "clear":
        hard_stops.require_three_inspectors(ctx.uow, case)
        hard_stops.require_cleared_group(ctx.uow, case)
    approvals.record(
        ctx.uow,
        case,
        subject_kind="case",
        subject_id=case.id,
        step=ApprovalStep.RECUSAL,
        outcome=ApprovalOutcome.APPROVED,
        opinion=step.text(ctx, "opinion"),
    )
    return {"outcome": outcome}


def approve_unannounced(ctx: StepContext) -> Mapping[str, Any]:
    """The approval that stands in for the written notice (A5, 津7)."""
    case = step.case_of(ctx)
    if not step.flag(ctx, "is_approved"):
        raise Conflict(
            "不发通知的督导须经批准；不批准的，请退回改为书面通知。",
            code="unannounced-not-approved",
        )
    hard_stops.require_three_inspectors(ctx.uow, case)
    hard_stops.require_cleared_group(ctx.uow, case)
    document = step.write(ctx, case, DocumentKind.UNANNOUNCED_APPROVAL, basis="《若干措施》第七条")
    approvals.record(
        ctx.uow,
        case,
        subject_kind="document",
        subject_id=document.id,
        step=ApprovalStep.UNANNOUNCED_VISIT,
        outcome=ApprovalOutcome.APPROVED,
        opinion=step.text(ctx, "reason"),
        content_digest=document.content_digest,
    )
    case.asks_self_evaluation = False
    return {"self_evaluation": False}


def draft_inspection_notice(ctx: StepContext) -> Mapping[str, Any]:
    """督导通知书, in time before the visit: longer where a self-evaluation is asked for (A5)."""
    case = step.case_of(ctx)
    hard_stops.require_three_inspectors(ctx.uow, case)
    hard_stops.require_cleared_group(ctx.uow, case)
    asks = step.flag(ctx, "asks_self_evaluation")
    _require_lead_time(ctx, asks)
    case.visit_on = step.day(ctx, "visit_from")
    _note_clashes(ctx, case, asks)
    case.asks_self_evaluation = asks
    document = step.write(
        ctx,
        case,
        DocumentKind.INSPECTION_NOTICE,
        basis="《教育督导条例》第十七条",
        addressee_id=case.unit_id,
        audience=Audience.UNIT,
    )
    return {**step.to_approval(document, [case.unit_id]), "self_evaluation": asks}


def _note_clashes(ctx: StepContext, case: SupervisionCase, asks: bool) -> None:
    """What the plan cannot keep stands in the case's history: holidays made it so (§9.2)."""
    found = clocks.clashes(ctx.uow, step.day(ctx, "visit_until"), f"visit.opinion.{case.form}")
    if asks:
        found += clocks.clashes(ctx.uow, step.day(ctx, "visit_from"), "visit.notice")
    for text in found:
        chronicle.note(ctx.uow, ctx.instance.id, "plan.does_not_fit", text)


def _require_lead_time(ctx: StepContext, asks: bool) -> None:
    key = "notice.before_visit" if asks else "notice.before_visit.short"
    visit_on = step.day(ctx, "visit_from")
    latest = clocks.latest_notice(ctx.uow, key, visit_on)
    if ctx.uow.today > latest:
        raise Invalid(
            f"督导通知书应提前{clocks.words(ctx.uow, key)}送达，"
            f"{visit_on}的督导最迟应在{latest}送达，请改期。（默认值，无法定期限）",
            errors=[Fault(pointer="/visit_from", detail="提前量不足", code="notice-too-short")],
        )


def confirm_notice(ctx: StepContext) -> Mapping[str, Any]:
    """The unit has its notice: the self-evaluation runs from the receipt."""
    case: SupervisionCase = step.case_of(ctx)
    cases.move(ctx.uow, case, CaseStage.NOTICED)
    received = ctx.variables.get("received_on") or ctx.variables.get("issued_on")
    return {"notice_received_on": received}
