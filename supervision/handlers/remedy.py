"""G: review, appeal, correction, in an instance of its own (models: review_and_appeal, …)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import jobs
from engine.package import StepContext
from engine.permission import parties, recusals
from engine.unit_of_work import UnitOfWork
from supervision import (
    appeals,
    documents,
    hard_stops,
    measures,
    organisations,
    publications,
)
from supervision.documents import Subject
from supervision.handlers import step
from supervision.handlers.investigation import record_of
from supervision.tables import Accountability, Document, Remedy
from supervision.terms import (
    AccountabilityState,
    ApprovalStep,
    Audience,
    DocumentKind,
    MeasureState,
    RemedyKind,
    RemedyResult,
)

#: The job that tells the case that its remedies have ended.
REMEDIES_ENDED_JOB = "remedies_ended"


def register_remedy(ctx: StepContext) -> Mapping[str, Any]:
    """The application and the instance that handles it know each other."""
    row = _remedy(ctx)
    row.instance_id = ctx.instance.id
    record = record_of(ctx)
    step.tell(ctx, record.organisation_id)
    _keep_out(ctx, step.case_of(ctx).instance_id)
    outside = _tell_upper(ctx, row) if row.kind == RemedyKind.APPEAL else None
    return {
        "appeal_id": row.id,
        "remedy": row.kind,
        "application_received_on": row.received_on.isoformat(),
        "upper_in_system": bool(ctx.variables.get("upper_office")),
        "outside_office": outside,
        "decision_received_on": step.iso(record.received_on),
        "object_organisation": record.organisation_id,
    }


def draft_review_decision(ctx: StepContext) -> Mapping[str, Any]:
    """复核决定, not by who drafted the decision; the chair approves a change."""
    case, record, row = step.case_of(ctx), record_of(ctx), _remedy(ctx)
    appeals.require_not_drafter(ctx.uow, record)
    result = RemedyResult(step.text(ctx, "result"))
    kind = DocumentKind.REVIEW_DECISION
    changes = result is not RemedyResult.UPHELD
    decision = step.write(
        ctx,
        case,
        kind,
        basis="《教育督导问责办法》关于复核的规定",
        approver=step.approver_for(ctx, kind, changes_decision=changes),
        addressee_id=record.organisation_id,
        subject=Subject(kind="remedy", id=row.id),
        audience=Audience.UNIT,
    )
    appeals.decide(
        ctx.uow,
        row,
        decision,
        result=result,
        finding=step.text(ctx, "finding"),
        instruction=step.text(ctx, "amended_text") or step.text(ctx, "instruction"),
    )
    return {
        "review_result": result.value,
        **step.to_approval(decision, [record.organisation_id]),
    }


def apply_review_result(ctx: StepContext) -> Mapping[str, Any]:
    """The review has its effect; its receipt starts the 15 days to appeal."""
    record, row = record_of(ctx), _remedy(ctx)
    received = step.variable_day(ctx, "received_on") or ctx.uow.today
    appeals.conclude(
        ctx.uow,
        row,
        decided_on=step.variable_day(ctx, "issued_on") or ctx.uow.today,
        received_on=received,
    )
    if row.result != RemedyResult.UPHELD:
        _change(ctx, record, row, documents.get(ctx.uow, row.decision_id or ""))
    return {"review_received_on": received.isoformat()}


def file_appeal(ctx: StepContext) -> Mapping[str, Any]:
    """申诉 after the review, or the choice not to."""
    if step.text(ctx, "appeal_choice") != "appeal":
        return {"appeal_choice": "none"}
    case, record = step.case_of(ctx), record_of(ctx)
    row = appeals.apply(
        ctx.uow,
        case,
        record,
        RemedyKind.APPEAL,
        request=step.text(ctx, "request"),
        reasons=step.text(ctx, "reasons"),
        instance_id=ctx.instance.id,
    )
    step.take_in(
        ctx,
        case,
        DocumentKind.APPEAL_APPLICATION,
        subject=Subject(kind="remedy", id=row.id),
    )
    return {
        "outside_office": _tell_upper(ctx, row),
        "appeal_choice": "appeal",
        "application_received_on": row.received_on.isoformat(),
        "remedy_id": row.id,
        "appeal_id": row.id,
    }


def record_appeal_lapsed(ctx: StepContext) -> Mapping[str, Any]:
    """Nobody appealed in time: the right has lapsed."""
    return {"appeal_choice": "none"}


def decide_appeal(ctx: StepContext) -> Mapping[str, Any]:
    """《申诉处理决定书》 of the Office one tier up."""
    case, record, row = step.case_of(ctx), record_of(ctx), _remedy(ctx)
    upper = str(ctx.variables["upper_office"])
    result = RemedyResult(step.text(ctx, "result"))
    decision = step.write(
        ctx,
        case,
        DocumentKind.APPEAL_DECISION,
        basis="《教育督导问责办法》关于申诉的规定",
        addressee_id=case.office_id,
        issuer_id=upper,
        subject=Subject(kind="remedy", id=row.id),
        audience=Audience.UNIT,
    )
    appeals.decide(
        ctx.uow,
        row,
        decision,
        result=result,
        finding=step.text(ctx, "finding"),
        instruction=step.text(ctx, "instruction"),
    )
    committee = organisations.get(ctx.uow, upper).committee_id
    return {
        "appeal_result": result.value,
        **step.to_approval(
            decision,
            [record.organisation_id, case.office_id],
            signing_office=upper,
            signing_committee=committee,
        ),
    }


def record_outside_appeal(ctx: StepContext) -> Mapping[str, Any]:
    """What the Office outside this system decided (the State Council's), as its own act.

    Where the case began with a model of 0.1.0, its own Office notes it.
    """
    step.require_as_on_paper(ctx, day="decided_on")
    case, row = step.case_of(ctx), _remedy(ctx)
    result = RemedyResult(step.text(ctx, "result"))
    received = step.day(ctx, "received_on")
    paper = step.take_in(
        ctx, case, DocumentKind.APPEAL_DECISION, subject=Subject(kind="remedy", id=row.id)
    )
    appeals.decide(
        ctx.uow,
        row,
        paper,
        result=result,
        finding="",
        instruction=step.text(ctx, "instruction"),
    )
    appeals.conclude(ctx.uow, row, decided_on=step.day(ctx, "decided_on"), received_on=received)
    return {"appeal_result": result.value, "received_on": received.isoformat()}


def record_appeal_result(ctx: StepContext) -> Mapping[str, Any]:
    """The original Office has the result: 15 days to correct run from here."""
    row = _remedy(ctx)
    received = step.variable_day(ctx, "received_on") or ctx.uow.today
    if row.decided_on is None:
        appeals.conclude(
            ctx.uow,
            row,
            decided_on=step.variable_day(ctx, "issued_on") or ctx.uow.today,
            received_on=received,
        )
    return {
        "appeal_decision_received_on": received.isoformat(),
        "signing_office": None,
        "signing_committee": None,
    }


def draft_correction(ctx: StepContext) -> Mapping[str, Any]:
    """更正（撤销）决定, to everybody who had the decision (G3)."""
    case, record, row = step.case_of(ctx), record_of(ctx), _remedy(ctx)
    correction = step.write(
        ctx,
        case,
        DocumentKind.CORRECTION,
        basis="《教育督导问责办法》关于申诉处理的规定",
        approver=step.approver_for(ctx, DocumentKind.CORRECTION, changes_decision=True),
        addressee_id=record.organisation_id,
        subject=Subject(kind="remedy", id=row.id),
        audience=Audience.UNIT,
    )
    return step.to_approval(correction, served_with(ctx.uow, record))


def served_with(uow: UnitOfWork, record: Accountability) -> list[str]:
    """The organisations that were served the decision, its object first."""
    served = [
        row.recipient_id
        for row in documents.deliveries(uow, record.decision_id or "")
        if row.recipient_id is not None
    ]
    return list(dict.fromkeys([record.organisation_id, *served]))


def apply_correction(ctx: StepContext) -> None:
    """Rows, publication and measures follow the correction."""
    record, row = record_of(ctx), _remedy(ctx)
    correction = documents.latest(
        ctx.uow, record.case_id, DocumentKind.CORRECTION, subject_id=row.id
    )
    if correction is not None:
        row.result = str(correction.fields.get("correction") or row.result)
        _change(ctx, record, row, correction)


def report_remedy_result(ctx: StepContext) -> None:
    """The case learns by a job that its remedies have ended."""
    record = record_of(ctx)
    appeals.lapse(ctx.uow, record, on=ctx.uow.today)
    case = step.case_of(ctx)
    jobs.schedule(
        ctx.uow,
        REMEDIES_ENDED_JOB,
        ctx.uow.now,
        instance_id=case.instance_id,
        payload={"case_id": case.id, "accountability_id": record.id},
        key=f"remedies_ended:{record.id}",
    )


def _change(ctx: StepContext, record: Accountability, row: Remedy, paper: Document) -> None:
    """Revoked: nothing of the decision stands. Amended: the text that replaces it is on record."""
    case = step.case_of(ctx)
    appeals.correct(ctx.uow, row, record, paper)
    record.amendment = row.instruction or str(paper.fields.get("content") or "")
    if row.result == RemedyResult.REVOKED:
        record.state = AccountabilityState.REVOKED
        for measure in measures.of_case(ctx.uow, case.id, accountability_id=record.id):
            if measure.state != MeasureState.WITHDRAWN:
                measures.withdraw(ctx.uow, measure)
    published = [
        text
        for text in publications.of_case(ctx.uow, case.id)
        if text.document_id == record.decision_id and text.withdrawn_on is None
    ]
    for text in published:
        publications.withdraw(ctx.uow, text, reason=paper.title)
    approval = hard_stops.latest_approval(ctx.uow, "document", paper.id, ApprovalStep.DOCUMENT)
    if published and approval is not None:
        publications.publish_correction(
            ctx.uow,
            case,
            paper,
            body=str(paper.fields.get("public_text") or record.amendment),
            checked_by=approval.approver_id,
        )


def _tell_upper(ctx: StepContext, row: Remedy) -> str | None:
    """The Office one tier up takes the appeal and reads all of it, where it works in this system.

    One outside is returned: it reads nothing here, but has the appeal, so that what it decides can be
    recorded as its act.

    Whose decision is appealed against no longer reads what is internal there: how the upper Office
    deliberates, and what it has not issued yet. Of the first decision all lies in the case itself.
    """
    upper = ctx.variables.get("upper_office")
    if not upper:
        outside = row.authority_id
        parties.add(ctx.uow, ctx.instance.id, "outside_office", outside, notified=True)
        return outside
    for relation in ("office", "committee"):
        for organisation_id in parties.organisations(ctx.uow, ctx.instance.id, relation):
            parties.add(ctx.uow, ctx.instance.id, "appealed_office", organisation_id, notified=True)
    for relation in ("upper_office", "appeal_office"):
        parties.add(ctx.uow, ctx.instance.id, relation, str(upper), notified=True)
    return None


def _keep_out(ctx: StepContext, case_instance_id: str) -> None:
    """Who keeps out of the case keeps out of what becomes of its decision."""
    for row in recusals.of(ctx.uow, case_instance_id):
        recusals.add(ctx.uow, ctx.instance.id, row.user_id, reason=row.reason)


def _remedy(ctx: StepContext) -> Remedy:
    return appeals.get(ctx.uow, str(ctx.variables["remedy_id"]))
