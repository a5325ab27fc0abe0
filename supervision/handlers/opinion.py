"""B6–B9: feedback, defence, opinion letter, its review, triage (models: give_feedback, conclude_…)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.package import StepContext
from supervision import cases, clocks, clues, defences, documents, hard_stops, organs, problems
from supervision.documents import Recipient, Subject
from supervision.handlers import step
from supervision.handlers.inspection import cards_of
from supervision.tables import Document, SupervisionCase
from supervision.terms import (
    Audience,
    CaseStage,
    ClueSource,
    DefenceOutcome,
    DocumentKind,
    Trigger,
)

_OPINION_BASIS = "《教育督导条例》第二十一条"


def draft_feedback_letter(ctx: StepContext) -> Mapping[str, Any]:
    """初步督导意见反馈函, with the right to defend and its time."""
    case = step.case_of(ctx)
    letter = step.write(
        ctx,
        case,
        DocumentKind.PRELIMINARY_OPINION,
        basis="《教育督导条例》第二十条",
        addressee_id=case.unit_id,
        audience=Audience.UNIT,
    )
    cases.move(ctx.uow, case, CaseStage.FEEDBACK)
    return step.to_approval(letter, [case.unit_id])


def submit_defence(ctx: StepContext) -> Mapping[str, Any]:
    """The unit defends itself, or waives it."""
    case = step.case_of(ctx)
    given = step.text(ctx, "defence") == DefenceOutcome.GIVEN
    if given:
        step.take_in(ctx, case, DocumentKind.DEFENCE)
    defences.record(
        ctx.uow,
        case,
        _feedback(ctx, case),
        DefenceOutcome.GIVEN if given else DefenceOutcome.WAIVED,
        content=points_text(ctx),
    )
    return {"defence_state": "submitted" if given else "waived"}


def record_no_defence(ctx: StepContext) -> Mapping[str, Any]:
    """The time is over: recorded as no defence, the case goes on."""
    case = step.case_of(ctx)
    defences.record(ctx.uow, case, _feedback(ctx, case), DefenceOutcome.LAPSED)
    return {"defence_state": "none"}


def points_text(ctx: StepContext) -> str:
    """The points of a defence as one text."""
    return "\n".join(
        f"{row.get('point') or ''}：{row.get('reason') or ''}" for row in step.rows(ctx, "points")
    ).strip()


def draft_opinion_letter(ctx: StepContext) -> Mapping[str, Any]:
    """督导意见书: defence on record, answered, every problem with requirement and class."""
    case = step.case_of(ctx)
    hard_stops.require_defence_before_opinion(ctx.uow, case)
    rows = problems.write(ctx.uow, case, cards_of(step.rows(ctx, "problems")))
    hard_stops.require_limits(ctx.uow, case)
    letter = step.write(
        ctx,
        case,
        DocumentKind.OPINION_LETTER,
        basis=_OPINION_BASIS,
        addressee_id=case.unit_id,
        audience=Audience.UNIT,
    )
    return {
        **step.to_approval(letter, step.unit_and_superior(case)),
        "has_problems": bool(rows),
    }


def record_opinion_letter(ctx: StepContext) -> Mapping[str, Any]:
    """The letter is out: its date starts the order and the triage."""
    cases.move(ctx.uow, step.case_of(ctx), CaseStage.OPINION_ISSUED)
    return {
        "opinion_issued_on": ctx.variables.get("issued_on"),
        "opinion_received_on": ctx.variables.get("received_on") or ctx.variables.get("issued_on"),
        "opinion_review_enabled": bool(clocks.parameter(ctx.uow, "opinion_review.enabled")),
    }


def apply_opinion_review(ctx: StepContext) -> Mapping[str, Any]:
    """The unit asks for a review of the letter, or says that it does not (off in Tianjin)."""
    choice = step.text(ctx, "opinion_review")
    if choice == "applied":
        step.take_in(ctx, step.case_of(ctx), DocumentKind.OPINION_REVIEW_APPLICATION)
    return {"opinion_review": choice}


def reply_opinion_review(ctx: StepContext) -> Mapping[str, Any]:
    """The Office's reply goes to the unit."""
    case = step.case_of(ctx)
    reply = step.write(
        ctx,
        case,
        DocumentKind.OPINION_REVIEW_REPLY,
        basis=_OPINION_BASIS,
        addressee_id=case.unit_id,
        audience=Audience.UNIT,
    )
    documents.issue(ctx.uow, reply)
    documents.deliver(ctx.uow, reply, [Recipient(organisation_id=case.unit_id)])
    return {"opinion_review_result": step.text(ctx, "opinion_review_result")}


def triage_clues(ctx: StepContext) -> Mapping[str, Any]:
    """Each problem: rectify, hand over, or both; and whether there is a clue for accountability."""
    case = step.case_of(ctx)
    transfers, rectify = [], 0
    for row in step.rows(ctx, "problems"):
        problem = problems.get(ctx.uow, str(row["problem_id"]))
        route = row.get("route")
        if route in ("transfer", "both"):
            handed = clues.hand_over(
                ctx.uow,
                case,
                organ=str(row.get("organ") or ""),
                law=str(row.get("law") or ""),
                clue=problem.title,
                problem_id=problem.id,
            )
            transfers.append(handed.id)
        if route == "transfer":
            problems.transfer(ctx.uow, problem)
        else:
            rectify += 1
    clue_id = None
    if step.flag(ctx, "accountability_clue"):
        clue_id = record_clue(ctx, case, ClueSource.TRIAGE)
    return {
        "transfer_ids": transfers,
        "has_problems": rectify > 0,
        "accountability_clue": clue_id is not None,
        "clue_source": clue_id,
    }


def record_clue(ctx: StepContext, case: SupervisionCase, source: ClueSource) -> str:
    """The group of fields `clue` of a form as a clue row; its id."""
    group: Mapping[str, Any] = ctx.values.get("clue") or {}
    row = clues.record(
        ctx.uow,
        case,
        source=source,
        trigger=Trigger(str(group.get("trigger") or Trigger.POOR_RECTIFICATION)),
        text=str(group.get("text") or ""),
        activity_ended_on=step.as_day(group.get("activity_ended_on")) or ctx.uow.today,
        activity_reason=str(group.get("activity_reason") or ""),
        problem_ids=[str(id_) for id_ in group.get("problem_ids") or ()],
    )
    return row.id


def draft_transfer_letter(ctx: StepContext) -> Mapping[str, Any]:
    """移交函 to a competent organ: its receipt follows."""
    case = step.case_of(ctx)
    row = clues.transfer(ctx.uow, str(ctx.variables["transfer_id"]))
    organ = step.text(ctx, "organ") or row.organ
    organ_id = organs.named(ctx.uow, case, organ)
    letter = step.write(
        ctx,
        case,
        DocumentKind.TRANSFER_LETTER,
        addressee_id=organ_id,
        basis="《若干措施》第十三条",
        subject=Subject(kind="transfer", id=row.id),
    )
    clues.attach_letter(ctx.uow, row, letter, organ=organ)
    return {**step.to_approval(letter, []), "organ_id": organ_id}


def record_transfer_receipt(ctx: StepContext) -> None:
    """The organ's receipt."""
    step.require_as_on_paper(ctx, person="received_by", day="received_on")
    case = step.case_of(ctx)
    row = clues.transfer(ctx.uow, str(ctx.variables["transfer_id"]))
    letter = documents.get(ctx.uow, row.document_id or "")
    received_on = step.day(ctx, "received_on")
    serve_outside(ctx, letter, row.organ, delivered_on=letter.issued_on or received_on)
    documents.receive(
        ctx.uow,
        letter,
        name=row.organ,
        received_on=received_on,
        received_by=step.text(ctx, "received_by"),
    )
    clues.receive(
        ctx.uow,
        case,
        row,
        received_on=received_on,
        received_by=step.text(ctx, "received_by"),
        receipt_no=step.text(ctx, "receipt_no"),
    )


def serve_outside(ctx: StepContext, letter: Document, organ: str, *, delivered_on: Any) -> None:
    """Record the service on the organ of a letter; drafts of 0.1.0 have its name alone."""
    recipient = Recipient(organisation_id=letter.addressee_id, name=organ)
    documents.deliver(ctx.uow, letter, [recipient], delivered_on=delivered_on)


def _feedback(ctx: StepContext, case: SupervisionCase) -> Document:
    letter = documents.latest(ctx.uow, case.id, DocumentKind.PRELIMINARY_OPINION)
    return letter if letter is not None else documents.get(ctx.uow, "")
