"""Forms of the ledger: order, plan, reports, verification, closing, extension."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from supervision import accountability, clocks, documents, extensions, problems
from supervision.form_data import wording
from supervision.form_data.context import FormContext
from supervision.form_data.shared import Facts, iso, number
from supervision.tables import Problem
from supervision.terms import DocumentKind


def rectification_order(ctx: FormContext) -> Facts:
    """The problems with basis, requirement and class."""
    letter = documents.latest(ctx.uow, ctx.case.id, DocumentKind.OPINION_LETTER)
    return {
        "opinion_letter_no": number(letter),
        "problems": [
            {
                "problem_id": row.id,
                "basis": row.basis,
                "requirement": row.requirement,
                "limit_class": row.limit_class,
                "limit_on": iso(row.limit_on),
            }
            for row in _owed(ctx)
        ],
    }


def rectification_plan(ctx: FormContext) -> Facts:
    """One row for each problem, with its limit."""
    return {
        "items": [
            {"problem_id": row.id, "limit_on": iso(row.limit_on), "due_on": iso(row.limit_on)}
            for row in _owed(ctx)
        ]
    }


def plan(ctx: FormContext) -> Facts:
    """The plan, and what the superior said of it."""
    return {"plan": wording.plan_text(ctx), "endorsement": wording.endorsement_text(ctx)}


def rectification_report(ctx: FormContext) -> Facts:
    """One row for each problem, with what was reported last."""
    return {
        "addressee": ctx.case.committee.name,
        "problems": [_reported(ctx, row) for row in _owed(ctx)],
    }


def rectification_publication(ctx: FormContext) -> Facts:
    """The title that a unit would give it."""
    return {"title": f"{ctx.case.unit.name}关于督导问题整改结果的公告"}


def problem(ctx: FormContext) -> Facts:
    """One problem with its reports and rechecks."""
    row = ctx.problem
    if row is None:
        return {}
    return {
        "problem": wording.problem_title(row),
        "requirement": row.requirement,
        "limit_on": iso(row.limit_on),
        "report": wording.report_text(ctx),
        "verification": wording.verification_text(ctx),
        "reason": _closing_reason(ctx),
    }


def extension_decision(ctx: FormContext) -> Facts:
    """What is asked for, of a problem or of the fact finding."""
    row = ctx.problem
    if row is None:
        return _facts_extension(ctx)
    asked = extensions.open_application(ctx.uow, row.id)
    return {
        "subject": wording.problem_title(row),
        "reason": asked.reason if asked else "",
        "limit_on": iso(row.limit_on),
        "asked_until_on": iso(asked.asked_until_on) if asked else None,
        "granted_until_on": iso(asked.asked_until_on) if asked else None,
    }


def _facts_extension(ctx: FormContext) -> Facts:
    row = ctx.record
    due = accountability.facts_due(ctx.uow, row) if row is not None else None
    if row is None or due is None:
        return {}
    until = clocks.last_day(ctx.uow, "facts.extended", due)
    return {
        "subject": "调查认定期限延长",
        "reason": row.facts_extension_reason,
        "limit_on": iso(due),
        "asked_until_on": iso(until),
        "granted_until_on": iso(until),
    }


def _owed(ctx: FormContext) -> list[Problem]:
    rows = problems.of_case(ctx.uow, ctx.case.id)
    return [row for row in rows if row.state not in problems.SETTLED]


def _reported(ctx: FormContext, row: Problem) -> Facts:
    last = problems.latest_report(ctx.uow, row.id)
    return {
        "problem_id": row.id,
        "measure": last.measure if last else "",
        "result": last.result if last else "",
        "remaining": last.remaining if last else "",
    }


def _closing_reason(ctx: FormContext) -> str:
    person = ctx.person(ctx.problem.proposed_by) if ctx.problem else ""
    return f"{person}提出销号" if person else ""


OF_FORM: Mapping[str, Callable[[FormContext], Facts]] = {
    "rectification_order": rectification_order,
    "rectification_plan": rectification_plan,
    "plan_endorsement": plan,
    "plan_review": plan,
    "rectification_report": rectification_report,
    "rectification_publication": rectification_publication,
    "problem_report": problem,
    "verification": problem,
    "closure_proposal": problem,
    "closure_confirmation": problem,
    "extension_decision": extension_decision,
}
