"""Forms of pressure and of each measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from supervision import (
    clues,
    documents,
    interviews,
    measures,
    organisations,
    problems,
    urging,
)
from supervision.form_data import wording
from supervision.form_data.context import FormContext
from supervision.form_data.shared import Facts, number
from supervision.terms import (
    DocumentKind,
    MeasureKind,
    MeasureState,
)


def supervision_notice(ctx: FormContext) -> Facts:
    """The failing problems; the return slip is filled in later."""
    return {
        "problem_ids": list(ctx.variables.get("failing_ids") or []),
        "handling_result": None,
        "handler": None,
        "reviewer": None,
        "returned_on": None,
    }


def omission_reason(ctx: FormContext) -> Facts:
    """The reason that was proposed."""
    rows = [
        row
        for row in measures.of_case(ctx.uow, ctx.case.id)
        if row.kind == MeasureKind.SUPERVISION_NOTICE and row.state == MeasureState.PROPOSED
    ]
    return {
        "proposed_reason": rows[-1].detail if rows else "",
        "problem_ids": list(ctx.variables.get("failing_ids") or []),
    }


def measure_choice(ctx: FormContext) -> Facts:
    """The situation, and one row for each measure, proposed or not."""
    proposed = {str(kind) for kind in ctx.variables.get("proposed_measures") or []}
    unit = organisations.get(ctx.uow, ctx.case.unit_id)
    licensed = organisations.is_licensed(unit)
    kinds = [
        MeasureKind.RECTIFY_INTERVIEW,
        MeasureKind.RECTIFY_CIRCULAR,
        MeasureKind.OPEN_CRITICISM,
        MeasureKind.RESOURCE_ADJUSTMENT,
        *([MeasureKind.LICENCE_PROPOSAL] if licensed else []),
    ]
    failing = [
        wording.problem_title(row) + ("（未完成）" if row.failures else "")
        for row in problems.of_case(ctx.uow, ctx.case.id)
        if row.state not in problems.SETTLED
    ]
    return {
        "situation": "\n".join(failing),
        "measures": [
            {
                "kind": kind.value,
                "is_proposed": kind.value in proposed,
                "choice": "adopt" if kind.value in proposed else "omit",
            }
            for kind in kinds
        ],
    }


def circular(ctx: FormContext) -> Facts:
    """Its name and its three addressees."""
    subject = ctx.measure.subject_id if ctx.measure else ctx.case.unit_id
    return {
        **_measure_name(ctx),
        "addressees": list(organisations.addressees(ctx.uow, subject).ids),
    }


def _measure_name(ctx: FormContext) -> Facts:
    return {"kind_name": MeasureKind(ctx.measure.kind).label if ctx.measure else ""}


def interview_record(ctx: FormContext) -> Facts:
    """The plan of the interview, and who gets the record."""
    if ctx.measure is None:
        return {}
    plan = interviews.of_measure(ctx.uow, ctx.measure.id)
    notice = ctx.paper(ctx.measure.document_id)
    return {
        "notice_no": number(notice),
        "interviewee": plan.interviewee,
        "interviewee_post": plan.interviewee_post,
        "interviewers": plan.interviewers,
        "place": plan.place,
        "copies": list(organisations.addressees(ctx.uow, ctx.measure.subject_id).ids),
    }


def resource_proposal(ctx: FormContext) -> Facts:
    """The member unit that the decision table would ask."""
    return {"proposed_member_unit": ctx.variable("proposed_member_unit") or ""}


def member_unit_reply(ctx: FormContext) -> Facts:
    """The proposal that is answered."""
    letter = ctx.paper(ctx.measure.document_id if ctx.measure else None)
    return {"document_no": number(letter), "proposal": wording.document_text(ctx, letter)}


def self_review(ctx: FormContext) -> Facts:
    """The order, and the review that was handed in."""
    order = ctx.paper(ctx.measure.document_id if ctx.measure else None)
    review = documents.latest(
        ctx.uow,
        ctx.case.id,
        DocumentKind.WRITTEN_REVIEW,
        subject_id=ctx.measure.id if ctx.measure else None,
    )
    return {"order_no": number(order), "review": wording.document_text(ctx, review)}


def organ(ctx: FormContext) -> Facts:
    """The organ, and the letter it was sent."""
    if ctx.measure is not None:
        letter = ctx.paper(ctx.measure.document_id)
        return {"organ_name": ctx.measure.organ, "document_no": number(letter)}
    row = clues.transfer(ctx.uow, ctx.variable("transfer_id") or "")
    letter = ctx.paper(row.document_id)
    return {"organ_name": row.organ, "document_no": number(letter)}


def superior_report(ctx: FormContext) -> Facts:
    """The notice that the superior was sent."""
    notice = documents.latest(ctx.uow, ctx.case.id, DocumentKind.SUPERVISION_NOTICE)
    return {"notice_no": number(notice)}


def joint_duty_assessment(ctx: FormContext) -> Facts:
    """The case it comes from, and the evidence of urging."""
    origin = ctx.case.origin_case_id
    rows = urging.of_case(ctx.uow, origin) if origin else ()
    source = ctx.uow.session.get(type(ctx.case), origin) if origin else None
    return {
        "source_case": f"{source.title}（{source.number}）" if source else "",
        "urging_records": "\n".join(f"{row.reported_on} {row.content}" for row in rows)
        or "没有督促记录",
    }


OF_FORM: Mapping[str, Callable[[FormContext], Facts]] = {
    "supervision_notice": supervision_notice,
    "omission_reason": omission_reason,
    "measure_choice": measure_choice,
    "circular": circular,
    "interview_notice": _measure_name,
    "interview_record": interview_record,
    "resource_proposal": resource_proposal,
    "member_unit_reply": member_unit_reply,
    "self_review": self_review,
    "self_review_result": self_review,
    "organ_letter": _measure_name,
    "organ_receipt": organ,
    "organ_reply": organ,
    "organ_silence": organ,
    "superior_report": superior_report,
    "joint_duty_assessment": joint_duty_assessment,
}
