"""Forms of the opening, the group, the visit and the opinion letter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from supervision import clocks, documents, hard_stops, inspectors, organisations, problems
from supervision.form_data import wording
from supervision.form_data.context import FormContext
from supervision.form_data.shared import Facts, iso, number
from supervision.tables import Problem
from supervision.terms import (
    DocumentKind,
    StartKind,
    TieGround,
)


def case_opening(ctx: FormContext) -> Facts:
    """The opening as it stands, to be revised."""
    case = ctx.case
    return {
        "number": case.number,
        "title": case.title,
        "unit_id": case.unit_id,
        "form": case.form,
        "matter": case.matter,
        "start_kind": case.start_kind,
        "start_note": case.start_note,
        "complainant": case.complainant or None,
        "visit_on": iso(case.visit_on),
        "is_unannounced": case.is_unannounced,
        "asks_self_evaluation": case.asks_self_evaluation,
    }


def case_approval(ctx: FormContext) -> Facts:
    """The opening, to be approved."""
    case = ctx.case
    return {
        "title": case.title,
        "matter": case.matter,
        "start": f"{StartKind(case.start_kind).label} {case.start_note}".strip(),
        "visit_on": iso(case.visit_on),
    }


def unannounced_approval(ctx: FormContext) -> Facts:
    """What would be visited without notice."""
    return {"matter": ctx.case.matter, "visit_on": iso(ctx.case.visit_on)}


def group_names(ctx: FormContext) -> Facts:
    """The members of the group."""
    names = [m.inspector.name for m in hard_stops.group_of(ctx.uow, ctx.case.id)]
    return {"group_members": "、".join(names)}


def inspection_notice(ctx: FormContext) -> Facts:
    """The group, the matters and the planned day."""
    return {
        **group_names(ctx),
        "matters": ctx.case.matter,
        "visit_from": iso(ctx.case.visit_on),
        "asks_self_evaluation": ctx.case.asks_self_evaluation,
    }


def recusal_decision(ctx: FormContext) -> Facts:
    """One row for each member, with what was declared."""
    rows = []
    for member in hard_stops.group_of(ctx.uow, ctx.case.id):
        user_id = member.inspector.user_id
        said = inspectors.declarations(ctx.uow, ctx.case.id, user_id)
        conflict = next((row for row in reversed(said) if row.has_conflict), None)
        ground = TieGround(conflict.ground).label if conflict and conflict.ground else ""
        rows.append(
            {
                "user_id": user_id,
                "declared": ground or ("无应当回避的情形" if said else "尚未申报"),
                "statement": conflict.statement if conflict else "",
                "decision": "recuse" if conflict and conflict.is_upheld is None else "stay",
            }
        )
    return {"declarations": rows}


def self_evaluation(ctx: FormContext) -> Facts:
    """To whom it is addressed."""
    return {"addressee": ctx.case.office.name}


def self_evaluation_review(ctx: FormContext) -> Facts:
    """Whether one was handed in."""
    states = {"submitted": "已提交", "missing": "逾期未提交"}
    return {"self_evaluation_state": states.get(ctx.variable("self_evaluation_state") or "", "")}


def urgent_order(ctx: FormContext) -> Facts:
    """Whether it comes after the visit, and must say why."""
    return {"is_late": ctx.task.element_id == "order_urgent_action_late"}


def preliminary_opinion(ctx: FormContext) -> Facts:
    """The problem cards of the visit."""
    return {"problems": [card(row) for row in problems.of_case(ctx.uow, ctx.case.id)]}


def feedback_letter(ctx: FormContext) -> Facts:
    """The group, the problems, the right to defend and its time."""
    days = clocks.words(ctx.uow, "defence.preliminary")
    return {
        **group_names(ctx),
        "problems": [
            {"title": row.title, "facts": row.facts}
            for row in problems.of_case(ctx.uow, ctx.case.id)
        ],
        "defence_right": "对以上初步意见有异议的，可以进行申辩。（《教育督导条例》第二十条）",
        "defence_limit": f"自收到之日起{days}内",
    }


def opinion_letter(ctx: FormContext) -> Facts:
    """The problems as found, and the points of defence to answer."""
    feedback = documents.latest(ctx.uow, ctx.case.id, DocumentKind.PRELIMINARY_OPINION)
    told: Mapping[str, Any] = feedback.fields if feedback else {}
    return {
        "evaluation": told.get("evaluation") or "",
        "facts": told.get("facts") or "",
        "problems": [card(row) for row in problems.of_case(ctx.uow, ctx.case.id)],
        "defence_replies": wording.defence_points(ctx, feedback),
        "opinion_review_enabled": bool(clocks.parameter(ctx.uow, "opinion_review.enabled")),
    }


def opinion_review_application(ctx: FormContext) -> Facts:
    """Which letter it is about."""
    letter = documents.latest(ctx.uow, ctx.case.id, DocumentKind.OPINION_LETTER)
    return {"opinion_letter_no": number(letter)}


def opinion_review_reply(ctx: FormContext) -> Facts:
    """What was asked."""
    asked = documents.latest(ctx.uow, ctx.case.id, DocumentKind.OPINION_REVIEW_APPLICATION)
    fields: Mapping[str, Any] = asked.fields if asked else {}
    return {"request": fields.get("request") or "", "reasons": fields.get("reasons") or ""}


def clue_triage(ctx: FormContext) -> Facts:
    """The problems, each with its road; the visit as the likely source of a clue."""
    rows = problems.of_case(ctx.uow, ctx.case.id)
    return {
        "problems": [{"problem_id": row.id, "route": "rectify"} for row in rows],
        "clue": {"activity_ended_on": iso(ctx.case.visit_ended_on)},
    }


def inspection_report(ctx: FormContext) -> Facts:
    """To whom it goes, and the problems it names."""
    government = organisations.get(ctx.uow, ctx.case.committee_id).government_id
    rows = problems.of_case(ctx.uow, ctx.case.id)
    return {
        "addressee": ctx.organisation(government),
        "problems": "\n".join(wording.problem_title(row) for row in rows),
    }


def card(row: Problem) -> Facts:
    """A problem as the forms of the visit and the letter hold it."""
    return {
        "problem_id": row.id,
        "title": row.title,
        "facts": row.facts,
        "basis": row.basis,
        "type": row.type,
        "severity": row.severity,
        "is_safety": row.is_safety,
        "requirement": row.requirement,
        "limit_class": row.limit_class,
        "limit_on": iso(row.limit_on),
    }


OF_FORM: Mapping[str, Callable[[FormContext], Facts]] = {
    "case_opening": case_opening,
    "case_approval": case_approval,
    "unannounced_approval": unannounced_approval,
    "inspection_notice": inspection_notice,
    "recusal_decision": recusal_decision,
    "self_evaluation": self_evaluation,
    "self_evaluation_review": self_evaluation_review,
    "urgent_order": urgent_order,
    "preliminary_opinion": preliminary_opinion,
    "feedback_letter": feedback_letter,
    "opinion_letter": opinion_letter,
    "opinion_review_application": opinion_review_application,
    "opinion_review_reply": opinion_review_reply,
    "clue_triage": clue_triage,
    "inspection_report": inspection_report,
}
