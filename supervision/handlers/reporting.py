"""B10–B12, H1: report, filing upward, publication (models: report_inspection, file_upward, publish_…)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import Fault, Invalid
from engine.package import StepContext
from engine.permission import parties
from supervision import cases, documents, filings, organisations, publications
from supervision.handlers import step
from supervision.terms import Audience, DocumentKind, FilingKind, PublishScope


def draft_inspection_report(ctx: StepContext) -> Mapping[str, Any]:
    """督导报告 to the government at the same level (条例23)."""
    case = step.case_of(ctx)
    government = organisations.get(ctx.uow, case.committee_id).government_id
    report = step.write(
        ctx,
        case,
        DocumentKind.SUPERVISION_REPORT,
        basis="《教育督导条例》第二十三条",
        addressee_id=government,
        audience=Audience.SUPERIOR,
    )
    return {
        **step.to_approval(report, [government] if government else []),
        "report_id": report.id,
    }


def prepare_report_filing(ctx: StepContext) -> Mapping[str, Any]:
    """What file_upward needs for the report; its issue also starts the clock of publication."""
    issued_on = ctx.variables.get("issued_on")
    return {
        "filing_subject": FilingKind.REPORT_UPWARD.value,
        "subject_id": ctx.variables["report_id"],
        "filing_key": "filing.upward",
        "filing_from": issued_on,
        "report_formed_on": issued_on,
    }


def prepare_decision_filing(ctx: StepContext) -> Mapping[str, Any]:
    """What file_upward needs for the decision (H1)."""
    return {
        "filing_subject": FilingKind.DECISION_UPWARD.value,
        "subject_id": ctx.variables["decision_id"],
        "filing_key": "filing.decision",
        "filing_from": ctx.variables.get("decision_issued_on"),
    }


def submit_filing(ctx: StepContext) -> Mapping[str, Any]:
    """备案: to the Office one tier up, here or outside."""
    case = step.case_of(ctx)
    row = filings.submit(
        ctx.uow,
        case,
        FilingKind(str(ctx.variables["filing_subject"])),
        documents.get(ctx.uow, str(ctx.variables["subject_id"])),
        filed_on=step.day(ctx, "filed_on"),
    )
    upper = cases.upper_office_in_system(ctx.uow, case)
    relation = "upper_office" if upper is not None else "outside_office"
    recipient = upper or organisations.appeal_authority(ctx.uow, case.office_id).organisation_id
    parties.add(ctx.uow, ctx.instance.id, relation, recipient, notified=True)
    return {
        "filing_id": row.id,
        "upper_in_system": upper is not None,
        "outside_office": recipient if upper is None else None,
    }


def receive_filing(ctx: StepContext) -> Mapping[str, Any]:
    """The receipt, given by the upper Office here, or on paper by the one outside.

    Where the case began with a model of 0.1.0, its own Office notes what the one outside gave.
    """
    step.require_as_on_paper(ctx, day="receipt_on")
    receipt_on = step.day(ctx, "receipt_on")
    filings.receive(
        ctx.uow,
        step.case_of(ctx),
        filings.get(ctx.uow, str(ctx.variables["filing_id"])),
        receipt_no=step.text(ctx, "receipt_no"),
        receipt_on=receipt_on,
        receipt_by=step.text(ctx, "receipt_by"),
    )
    return {"filing_received_on": receipt_on.isoformat()}


def draft_publication(ctx: StepContext) -> Mapping[str, Any]:
    """The redacted report, for society."""
    require_redacted(ctx)
    row = publications.draft(
        ctx.uow,
        step.case_of(ctx),
        documents.get(ctx.uow, str(ctx.variables["report_id"])),
        scope=PublishScope.SOCIETY,
        title=step.text(ctx, "title"),
        body=step.text(ctx, "body"),
    )
    return {"publication_id": row.id}


def publish_document(ctx: StepContext) -> None:
    """A second person checks for privacy and makes the text known."""
    publications.publish(
        ctx.uow,
        step.case_of(ctx),
        publications.get(ctx.uow, str(ctx.variables["publication_id"])),
        channel="、".join(step.ids(ctx, "channels")),
        published_on=step.day(ctx, "published_on"),
        privacy_checked=step.flag(ctx, "is_privacy_checked"),
        address=step.text(ctx, "address"),
    )


def require_redacted(ctx: StepContext) -> None:
    """津8: no pupil, no complainant in what is made known."""
    if not step.flag(ctx, "is_redacted"):
        raise Invalid(
            "请先确认已经脱敏：不得出现学生、举报人的个人信息。",
            errors=[Fault(pointer="/is_redacted", detail="请确认", code="required")],
        )
