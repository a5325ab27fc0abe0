"""F9b–d, P: what only other organs may decide: proposed, and their result recorded (request_organ_…)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import Conflict
from engine.package import StepContext
from supervision import accountability, documents, measures, organs
from supervision.documents import Subject
from supervision.handlers import step
from supervision.handlers.measure import measure_of
from supervision.handlers.opinion import serve_outside
from supervision.terms import DocumentKind, MeasureKind, Phase


def draft_organ_letter(ctx: StepContext) -> Mapping[str, Any]:
    """建议函 or 移送函: in accountability only on the ground of an issued decision."""
    case, row = step.case_of(ctx), measure_of(ctx)
    if row.phase == Phase.ACCOUNTABILITY:
        record = accountability.get(ctx.uow, row.accountability_id or "")
        if record.issued_on is None:
            raise Conflict("问责决定还没有印发，不能建议或者移送。", code="no-decision")
    kind = (
        DocumentKind.REFERRAL_LETTER
        if row.kind == MeasureKind.REFERRAL
        else DocumentKind.MEASURE_PROPOSAL
    )
    row.organ = step.text(ctx, "organ") or row.organ
    organ_id = organs.named(ctx.uow, case, row.organ)
    letter = step.write(
        ctx,
        case,
        kind,
        basis="《教育督导问责办法》第十七条",
        addressee_id=organ_id,
        approver=step.approver_for(ctx, kind),
        subject=Subject(kind="measure", id=row.id),
    )
    measures.attach(ctx.uow, row, letter)
    return {**step.to_approval(letter, []), "organ_id": organ_id}


def draft_licence_proposal(ctx: StepContext) -> Mapping[str, Any]:
    """处理建议函 to the approval organ: warning, stop of enrolment, licence are for it to decide."""
    case, row = step.case_of(ctx), measure_of(ctx)
    row.organ = step.text(ctx, "organ") or row.organ
    organ_id = organs.named(ctx.uow, case, row.organ)
    letter = step.write(
        ctx,
        case,
        DocumentKind.HANDLING_PROPOSAL,
        addressee_id=organ_id,
        basis="《民办教育促进法》第六十二条；《若干措施》第十三条",
        subject=Subject(kind="measure", id=row.id),
    )
    measures.attach(ctx.uow, row, letter)
    return {**step.to_approval(letter, []), "organ_id": organ_id}


def record_organ_reply(ctx: StepContext) -> None:
    """Service, receipt, and what the organ decided, as its own act.

    Where the case began with a model of 0.1.0 the Office writes it down, also that nothing came.
    """
    step.require_as_on_paper(ctx, day="replied_on")
    case, row = step.case_of(ctx), measure_of(ctx)
    letter = documents.get(ctx.uow, row.document_id or "")
    delivered_on = step.day(ctx, "delivered_on")
    measures.mark_issued(ctx.uow, row)
    serve_outside(ctx, letter, row.organ, delivered_on=delivered_on)
    documents.receive(
        ctx.uow,
        letter,
        name=row.organ,
        received_on=delivered_on,
        received_by=row.organ,
        note=step.text(ctx, "receipt_no"),
    )
    if step.text(ctx, "reply") == "unanswered":
        measures.record_silence(ctx.uow, case, row, delivered_on=delivered_on)
        return
    measures.record_answer(
        ctx.uow,
        case,
        row,
        delivered_on=delivered_on,
        result=step.text(ctx, "result"),
        result_kind=step.text(ctx, "result_kind"),
        result_document=step.text(ctx, "result_document"),
        result_on=step.day(ctx, "result_on"),
    )


def decide_on_silence(ctx: StepContext) -> Mapping[str, Any]:
    """Nothing came in time: the organ was urged and has as long again, or the plenary is told."""
    case, row = step.case_of(ctx), measure_of(ctx)
    silence = step.text(ctx, "silence")
    if silence == "list":
        delivered_on = step.day(ctx, "delivered_on")
        measures.mark_issued(ctx.uow, row)
        letter = documents.get(ctx.uow, row.document_id or "")
        serve_outside(ctx, letter, row.organ, delivered_on=delivered_on)
        measures.record_silence(ctx.uow, case, row, delivered_on=delivered_on)
    return {"silence": silence, "reply_from": step.iso(ctx.uow.today)}
