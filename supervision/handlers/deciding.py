"""F4–F8: notice, defence, consultation, approval, decision (models: hear_object, decide_…)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import Conflict
from engine.package import StepContext
from engine.permission import parties
from supervision import decisions, defences, documents
from supervision.decisions import Sanction
from supervision.documents import Subject
from supervision.handlers import step
from supervision.handlers.investigation import record_of
from supervision.handlers.opinion import points_text
from supervision.tables import Accountability
from supervision.terms import (
    ApprovalOutcome,
    Approver,
    Audience,
    ConsultationReply,
    DefenceOutcome,
    DocumentKind,
    MeasureKind,
    Severity,
)

_DECISION_BASIS = "《教育督导问责办法》第十六条"


def draft_accountability_notice(ctx: StepContext) -> Mapping[str, Any]:
    """问责告知书: facts, basis, proposed measures, the right to be heard (问责14)."""
    case, row = step.case_of(ctx), record_of(ctx)
    object_id = row.organisation_id
    notice = step.write(
        ctx,
        case,
        DocumentKind.ACCOUNTABILITY_NOTICE,
        basis="《教育督导问责办法》第十四条",
        addressee_id=object_id,
        subject=Subject(kind="accountability", id=row.id),
        audience=Audience.UNIT,
    )
    decisions.notify(ctx.uow, row, notice, organisation_id=object_id)
    return {**step.to_approval(notice, [object_id]), "object_organisation": object_id}


def submit_account_defence(ctx: StepContext) -> None:
    """陈述申辩, or its waiver."""
    case, row = step.case_of(ctx), record_of(ctx)
    given = step.text(ctx, "defence") == DefenceOutcome.GIVEN
    if given:
        step.take_in(
            ctx,
            case,
            DocumentKind.STATEMENT,
            subject=Subject(kind="accountability", id=row.id),
        )
    _record_defence(ctx, row, DefenceOutcome.GIVEN if given else DefenceOutcome.WAIVED)


def record_defence_waived(ctx: StepContext) -> None:
    """The time is over: recorded as lapsed, never as agreement."""
    _record_defence(ctx, record_of(ctx), DefenceOutcome.LAPSED)


def draft_accountability_opinion(ctx: StepContext) -> Mapping[str, Any]:
    """问责意见: measures against unit and persons, the defence answered; who is asked (问责15)."""
    case, row = step.case_of(ctx), record_of(ctx)
    sanctions = decisions.read_sanctions(step.rows(ctx, "measures"))
    _require_answers(ctx, row)
    fields = {
        **ctx.values,
        "facts": step.text(ctx, "facts"),
        "basis": step.text(ctx, "basis"),
        "measures": [sanction.as_field() for sanction in sanctions],
    }
    opinion = step.write(
        ctx,
        case,
        DocumentKind.ACCOUNTABILITY_OPINION,
        fields=fields,
        approver=Approver.CHAIR,
        subject=Subject(kind="accountability", id=row.id),
    )
    chosen = step.ids(ctx, "consulted_units")
    decisions.draw_up_opinion(
        ctx.uow,
        case,
        row,
        opinion,
        severity=Severity(row.severity or Severity.MINOR),
        mitigation=step.text(ctx, "mitigation_reason"),
        consulted_ids=chosen,
    )
    for unit_id in chosen:
        parties.add(ctx.uow, ctx.instance.id, "member_unit", unit_id, notified=True)
    return {"opinion_id": opinion.id, "consulted_units": list(dict.fromkeys(chosen))}


def reply_consultation(ctx: StepContext) -> None:
    """A member unit answers."""
    _reply(ctx, ConsultationReply(step.text(ctx, "reply")), step.text(ctx, "text"))


def record_no_feedback(ctx: StepContext) -> None:
    """未反馈: shown to the chair with the opinion, never as agreement."""
    _reply(ctx, ConsultationReply.NONE, "")


def submit_accountability_opinion(ctx: StepContext) -> Mapping[str, Any]:
    """The opinion goes to the chair, with every answer and what was made of it."""
    row = record_of(ctx)
    decisions.submit(ctx.uow, row)
    opinion = documents.get(ctx.uow, row.opinion_id or "")
    documents.revise(
        ctx.uow,
        opinion,
        fields={
            **opinion.fields,
            "consultation": step.rows(ctx, "replies"),
            "consultation_summary": step.text(ctx, "summary"),
            "conflicts": step.text(ctx, "conflicts"),
        },
    )
    return {"submitted_on": ctx.uow.today.isoformat()}


def approve_accountability(ctx: StepContext) -> Mapping[str, Any]:
    """审定 by the chair or a vice-chair: approved, returned for more facts, or refused."""
    outcome = ApprovalOutcome(step.text(ctx, "outcome"))
    decisions.approve(
        ctx.uow,
        step.case_of(ctx),
        record_of(ctx),
        outcome=outcome,
        opinion=step.text(ctx, "opinion"),
    )
    today = ctx.uow.today.isoformat()
    decided = {"approval": outcome.value, "approved_on": today}
    if outcome is ApprovalOutcome.RETURNED:
        # F2 once more, and its thirty days: the first ones are long over.
        decided |= {"facts_key": "facts.find", "facts_from": today}
    return decided


def draft_accountability_decision(ctx: StepContext) -> Mapping[str, Any]:
    """问责决定书: facts, basis and measures as approved; situation, effect, remedies (问责16)."""
    case, row = step.case_of(ctx), record_of(ctx)
    opinion = documents.get(ctx.uow, row.opinion_id or "")
    fields = {
        **ctx.values,
        **{key: opinion.fields.get(key) for key in ("facts", "basis", "measures")},
        "effective_on": step.day(ctx, "effective_on").isoformat(),
    }
    decision = step.write(
        ctx,
        case,
        DocumentKind.ACCOUNTABILITY_DECISION,
        fields=fields,
        basis=_DECISION_BASIS,
        approver=Approver.APPROVED,
        addressee_id=row.organisation_id,
        subject=Subject(kind="accountability", id=row.id),
        audience=Audience.UNIT,
    )
    decisions.decide(ctx.uow, case, row, decision)
    told = [row.organisation_id, *([case.superior_id] if case.superior_id else [])]
    return step.to_approval(decision, told)


def record_decision(ctx: StepContext) -> Mapping[str, Any]:
    """Served: measures fall due, remedies run from the receipt."""
    case, row = step.case_of(ctx), record_of(ctx)
    received = step.variable_day(ctx, "received_on") or ctx.uow.today
    taken = decisions.take_effect(ctx.uow, case, row, received_on=received)
    return {
        "decision_id": row.decision_id,
        "decision_issued_on": step.iso(row.issued_on),
        "decision_received_on": received.isoformat(),
        "decision_measure_ids": [measure.id for measure in taken],
        "object_organisation": row.organisation_id,
    }


def sanction_lines(sanctions: list[Sanction]) -> str:
    """The measures of a proposal as lines for people to read."""
    return "\n".join(
        f"{MeasureKind(s.kind).label}（{s.person_post}{s.person_name}）：{s.detail}"
        if s.person_name
        else f"{MeasureKind(s.kind).label}：{s.detail}"
        for s in sanctions
    )


def _record_defence(ctx: StepContext, row: Accountability, outcome: DefenceOutcome) -> None:
    notice = documents.get(ctx.uow, row.notice_id or "")
    defences.record(ctx.uow, step.case_of(ctx), notice, outcome, content=points_text(ctx))
    decisions.mark_defended(ctx.uow, row)


def _reply(ctx: StepContext, answer: ConsultationReply, text: str) -> None:
    decisions.reply(
        ctx.uow,
        step.case_of(ctx),
        record_of(ctx),
        str(ctx.variables["consulted_unit"]),
        answer,
        text=text,
    )


def _require_answers(ctx: StepContext, row: Accountability) -> None:
    """A defence that was given is answered point by point; it never makes things worse (F5)."""
    defence = defences.of_document(ctx.uow, row.notice_id) if row.notice_id else None
    if defence is None or defence.outcome != DefenceOutcome.GIVEN:
        return
    replies = step.rows(ctx, "defence_replies")
    if not replies or not all(str(reply.get("reply") or "").strip() for reply in replies):
        raise Conflict(
            "被问责对象作了陈述申辩，问责意见应当逐条回应。（依据：《教育督导问责办法》第十四条）",
            code="defence-not-answered",
        )
