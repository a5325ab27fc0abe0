"""D2–D5, F9: each measure on its way (models: take_measure, hold_interview, issue_circular, …)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.package import StepContext
from engine.permission import parties
from supervision import (
    clocks,
    documents,
    hard_stops,
    interviews,
    lapses,
    measures,
    organisations,
    problems,
    publications,
)
from supervision.documents import Subject
from supervision.handlers import step
from supervision.handlers.reporting import require_redacted
from supervision.tables import Document, Measure, SupervisionCase
from supervision.terms import (
    Approver,
    Audience,
    DocumentKind,
    LapseKind,
    MeasureKind,
    Phase,
    ProblemState,
    ProblemType,
    PublishScope,
)

_INTERVIEWS = (MeasureKind.RECTIFY_INTERVIEW, MeasureKind.ACCOUNTABILITY_INTERVIEW)
_BASIS: Mapping[Phase, str] = {
    Phase.RECTIFY: "《若干措施》第十条",
    Phase.ACCOUNTABILITY: "《教育督导问责办法》第十七条",
}
_CIRCULAR_BASIS = {
    "measures_11": "《若干措施》第十一条",
    "regulation_25": "《教育督导条例》第二十五条",
    "accountability": "《教育督导问责办法》第十七条",
}


def measure_of(ctx: StepContext) -> Measure:
    """The measure of this line."""
    return measures.get(ctx.uow, str(ctx.variables["measure_id"]))


def open_measure(ctx: StepContext) -> Mapping[str, Any]:
    """Which way the measure goes, and against whom."""
    row = measure_of(ctx)
    first = problems.get(ctx.uow, row.problem_ids[0]) if row.problem_ids else None
    return {
        "measure_kind": row.kind,
        "object_organisation": row.subject_id,
        "problem_type": first.type if first is not None else ProblemType.OTHER.value,
    }


def draft_interview_notice(ctx: StepContext) -> Mapping[str, Any]:
    """约谈通知书: to the unit in time; approved by the Office head or chief inspector, or the chair."""
    case, row = step.case_of(ctx), measure_of(ctx)
    leads = step.flag(ctx, "leads_government")
    interviews.plan(
        ctx.uow,
        row,
        planned_on=step.day(ctx, "planned_at"),
        place=step.text(ctx, "place"),
        interviewee=step.text(ctx, "interviewee"),
        interviewee_post=step.text(ctx, "interviewee_post"),
        leads_government=leads,
        interviewers=step.ids(ctx, "interviewers"),
    )
    kind = DocumentKind(f"{row.kind}_notice")
    notice = step.write(
        ctx,
        case,
        kind,
        basis=_BASIS[Phase(row.phase)],
        title=step.text(ctx, "title"),
        approver=step.approver_for(ctx, kind, government_leader=leads),
        addressee_id=row.subject_id,
        subject=Subject(kind="measure", id=row.id),
        audience=Audience.UNIT,
    )
    measures.attach(ctx.uow, row, notice)
    return step.to_approval(notice, [row.subject_id])


def record_interview(ctx: StepContext) -> Mapping[str, Any]:
    """Held: the record goes to three authorities. Nobody came: a circular. Postponed: a new notice."""
    case, row = step.case_of(ctx), measure_of(ctx)
    result = step.text(ctx, "interview_result")
    if result != "held":
        if result == "no_show":
            interviews.note_absence(
                ctx.uow, case, row, reason=step.text(ctx, "absence_reason"), is_justified=False
            )
        return {"interview_result": result}
    held_on = step.day(ctx, "held_at")
    record = step.write(
        ctx,
        case,
        DocumentKind(f"{row.kind}_record"),
        basis=_BASIS[Phase(row.phase)],
        subject=Subject(kind="measure", id=row.id),
        audience=Audience.SUPERIOR,
    )
    interviews.hold(ctx.uow, case, row, record, held_on=held_on)
    if row.phase == Phase.RECTIFY:
        _prolong_limits(ctx, case, step.day(ctx, "signed_on"))
    return {
        "interview_result": result,
        "held_on": held_on.isoformat(),
        **_filing(ctx, row, record, held_on),
    }


def prepare_record_filing(ctx: StepContext) -> Mapping[str, Any]:
    """The signed record, and the three who must have it (津10)."""
    row = measure_of(ctx)
    interview = interviews.of_measure(ctx.uow, row.id)
    record = documents.get(ctx.uow, interview.record_id or "")
    return _filing(ctx, row, record, interview.held_on or ctx.uow.today)


def confirm_record_filing(ctx: StepContext) -> None:
    """Guard: the case does not go on before all three have signed for the record."""
    row = measure_of(ctx)
    hard_stops.require_interview_filed(ctx.uow, row)


def draft_circular(ctx: StepContext) -> Mapping[str, Any]:
    """督导通报 (or 通报批评 of a person) to Party committee, government and superior (津11)."""
    case, row = step.case_of(ctx), _circular_of(ctx, step.case_of(ctx))
    kind = (
        DocumentKind.PERSONAL_CRITICISM_NOTICE
        if row.kind == MeasureKind.PERSONAL_CRITICISM
        else DocumentKind(row.kind)
    )
    told = organisations.addressees(ctx.uow, row.subject_id)
    circular = step.write(
        ctx,
        case,
        kind,
        basis=_CIRCULAR_BASIS.get(step.text(ctx, "legal_basis"), "《若干措施》第十一条"),
        approver=step.approver_for(ctx, kind),
        subject=Subject(kind="measure", id=row.id),
        audience=Audience.SUPERIOR,
    )
    measures.attach(ctx.uow, row, circular)
    return step.to_approval(circular, told.ids, delivery_key="circular.issue")


def record_circular(ctx: StepContext) -> None:
    """The circular is out, with its three receipts."""
    case = step.case_of(ctx)
    row = _circular_of(ctx, case)
    measures.mark_issued(ctx.uow, row)
    if row.id != ctx.variables["measure_id"]:
        measures.finish(ctx.uow, case, row)  # it followed an interview to which nobody came


def draft_public_criticism(ctx: StepContext) -> Mapping[str, Any]:
    """公开批评: the chair approves, a second person publishes."""
    require_redacted(ctx)
    case, row = step.case_of(ctx), measure_of(ctx)
    kind = DocumentKind.CRITICISM_NOTICE
    notice = step.write(
        ctx,
        case,
        kind,
        basis="《若干措施》第八条；《教育督导问责办法》",
        title=step.text(ctx, "title"),
        approver=step.approver_for(ctx, kind),
        subject=Subject(kind="measure", id=row.id),
        audience=Audience.UNIT,
    )
    measures.attach(ctx.uow, row, notice)
    text = publications.draft(
        ctx.uow,
        case,
        notice,
        scope=PublishScope(step.text(ctx, "scope")),
        title=step.text(ctx, "title"),
        body=step.text(ctx, "body"),
        channel="、".join(step.ids(ctx, "channels")),
    )
    return {**step.to_approval(notice, []), "publication_id": text.id}


def draft_resource_proposal(ctx: StepContext) -> Mapping[str, Any]:
    """资源调整建议函 to the member unit that has the resource (D5)."""
    case, row = step.case_of(ctx), measure_of(ctx)
    member = step.text(ctx, "member_unit")
    letter = step.write(
        ctx,
        case,
        DocumentKind.RESOURCE_LETTER,
        basis="《教育督导问责办法》",
        addressee_id=member,
        subject=Subject(kind="measure", id=row.id),
    )
    row.organ = organisations.name_of(ctx.uow, member)
    measures.attach(ctx.uow, row, letter)
    parties.add(ctx.uow, ctx.instance.id, "member_unit", member)
    return {**step.to_approval(letter, [member]), "member_unit": member}


def reply_resource_proposal(ctx: StepContext) -> None:
    """The member unit's answer."""
    case, row = step.case_of(ctx), measure_of(ctx)
    measures.record_answer(
        ctx.uow,
        case,
        row,
        delivered_on=step.variable_day(ctx, "received_on"),
        result=step.text(ctx, "measures") or step.text(ctx, "reason"),
        result_kind=step.text(ctx, "adoption"),
    )


def record_no_reply(ctx: StepContext) -> None:
    """No answer in time: named to the plenary."""
    case, row = step.case_of(ctx), measure_of(ctx)
    measures.record_silence(ctx.uow, case, row, delivered_on=step.variable_day(ctx, "received_on"))
    lapses.record(ctx.uow, case, LapseKind.NO_REPLY, text=f"{row.organ}逾期未答复资源调整建议")


def draft_written_review_order(ctx: StepContext) -> Mapping[str, Any]:
    """责令检查通知 on the ground of a decision in force."""
    case, row = step.case_of(ctx), measure_of(ctx)
    order = step.write(
        ctx,
        case,
        DocumentKind.WRITTEN_REVIEW_ORDER,
        basis=_BASIS[Phase.ACCOUNTABILITY],
        addressee_id=row.subject_id,
        subject=Subject(kind="measure", id=row.id),
        audience=Audience.UNIT,
    )
    measures.attach(ctx.uow, row, order)
    return step.to_approval(order, [row.subject_id])


def submit_self_review(ctx: StepContext) -> None:
    """The written review is handed in."""
    row = measure_of(ctx)
    step.take_in(
        ctx,
        step.case_of(ctx),
        DocumentKind.WRITTEN_REVIEW,
        subject=Subject(kind="measure", id=row.id),
    )


def record_no_self_review(ctx: StepContext) -> None:
    """None came: a ground of aggravation."""
    row = measure_of(ctx)
    lapses.record(
        ctx.uow,
        step.case_of(ctx),
        LapseKind.NO_SELF_REVIEW,
        organisation_id=row.subject_id,
    )


def record_self_review(ctx: StepContext) -> None:
    """Whether the review will do."""
    row = measure_of(ctx)
    row.result_kind = step.text(ctx, "result")
    row.result = step.text(ctx, "opinion")
    row.result_on = ctx.uow.today


def close_measure(ctx: StepContext) -> None:
    """End of the measure. What only another organ may do must have been answered, or be silent."""
    measures.finish(ctx.uow, step.case_of(ctx), measure_of(ctx))


def _circular_of(ctx: StepContext, case: SupervisionCase) -> Measure:
    """The circular of this line; after an interview to which nobody came, a measure of its own."""
    row = measure_of(ctx)
    if row.kind not in _INTERVIEWS:
        return row
    wanted = (
        MeasureKind.RECTIFY_CIRCULAR
        if row.phase == Phase.RECTIFY
        else MeasureKind.ACCOUNTABILITY_CIRCULAR
    )
    follows = f"约谈未到场（{row.id}）"
    for other in measures.of_case(ctx.uow, case.id):
        if other.kind == wanted and other.detail == follows:
            return other
    return measures.propose(
        ctx.uow,
        case,
        wanted,
        round_=row.round,
        phase=Phase(row.phase),
        accountability_id=row.accountability_id,
        subject_id=row.subject_id,
        problem_ids=row.problem_ids,
        detail=follows,
    )


def _filing(ctx: StepContext, row: Measure, record: Document, held_on: date) -> dict[str, Any]:
    told = organisations.addressees(ctx.uow, row.subject_id)
    return step.to_approval(
        record,
        told.ids,
        approver=Approver.APPROVED,
        delivery_key="interview.record_filing",
        delivery_from=held_on,
    )


def _prolong_limits(ctx: StepContext, case: SupervisionCase, signed_on: date) -> None:
    """After an interview the unit has `interview.rectify` from its signature (D2)."""
    until = step.last_day(ctx, "interview.rectify", signed_on)
    for problem in problems.of_case(ctx.uow, case.id):
        running = problem.state == ProblemState.IN_PROGRESS and problem.limit_on is not None
        if running and problem.limit_on is not None and problem.limit_on < until:
            problem.limit_on = until
            problem.is_overdue = False
            reported = step.last_day(ctx, "rectify.problem_report", until)
            for key, to in ((problem.limit_key, until), ("rectify.problem_report", reported)):
                clocks.prolong(ctx.uow, ctx.instance.id, key, to=to, reason="约谈后重新确定期限")
