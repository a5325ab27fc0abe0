"""Forms of approval, delivery, receipt, filing and publication."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from supervision import (
    documents,
    organisations,
    publications,
)
from supervision.form_data import wording
from supervision.form_data.context import FormContext
from supervision.form_data.shared import Facts, iso, number
from supervision.terms import (
    DeliveryMode,
    PublishScope,
)


def approval(ctx: FormContext) -> Facts:
    """What an approver reads: the document, who drafted it, whom it goes to."""
    document = ctx.document
    recipients = [ctx.organisation(str(id_)) for id_ in ctx.variables.get("recipients") or []]
    return {
        "drafted_by_name": ctx.person(document.drafted_by) if document else "",
        "basis": document.basis if document else "",
        "document_text": wording.document_text(ctx, document),
        "recipients_text": "、".join(recipients),
    }


def delivery(ctx: FormContext) -> Facts:
    """One row for each recipient."""
    rows = [
        {
            "recipient_id": str(id_),
            "mode": DeliveryMode.PLATFORM.value,
            "delivered_on": ctx.uow.today.isoformat(),
            "handler": ctx.uow.actor.name,
        }
        for id_ in ctx.variables.get("recipients") or []
    ]
    return {"deliveries": rows}


def receipt(ctx: FormContext) -> Facts:
    """What a recipient signs for, or another proves."""
    recipient = ctx.variable("recipient") or ctx.task.item
    rows = documents.deliveries(ctx.uow, ctx.document.id) if ctx.document else []
    own = next((row for row in rows if row.recipient_id == recipient), None)
    return {
        "recipient_name": ctx.organisation(recipient),
        "mode_name": DeliveryMode(own.mode).label if own else "",
        "delivered_on": iso(own.delivered_on) if own else None,
        "received_on": ctx.uow.today.isoformat(),
    }


def filing(ctx: FormContext) -> Facts:
    """What is filed, with whom."""
    subject = ctx.variable("subject_id")
    document = ctx.paper(subject)
    upper = organisations.appeal_authority(ctx.uow, ctx.case.office_id)
    return {
        "subject_name": document.title if document else "",
        "document_no": number(document),
        "recipient_name": upper.organisation.name,
        "sender_name": ctx.case.office.name,
        "filed_on": ctx.uow.today.isoformat(),
    }


def publication(ctx: FormContext) -> Facts:
    """The text that a second person checks."""
    id_ = ctx.variable("publication_id")
    row = publications.get(ctx.uow, id_) if id_ else None
    return {
        "title": row.title if row else "",
        "body": row.body if row else "",
        "scope_name": PublishScope(row.scope).label if row else "",
        "published_on": ctx.uow.today.isoformat(),
    }


def publication_draft(ctx: FormContext) -> Facts:
    """The report as the redacted text starts from it."""
    id_ = ctx.variable("report_id")
    report = ctx.paper(id_)
    return {
        "document_title": report.title if report else "",
        "title": report.title if report else "",
        "body": wording.document_text(ctx, report),
    }


def decision_publication(ctx: FormContext) -> Facts:
    """How far the decision table would publish."""
    proposed = ctx.variable("proposed_scope") or PublishScope.SOCIETY.value
    return {"proposed_scope": PublishScope(proposed).label, "scope": proposed}


OF_FORM: Mapping[str, Callable[[FormContext], Facts]] = {
    "approval": approval,
    "delivery": delivery,
    "receipt": receipt,
    "service_proof": receipt,
    "filing": filing,
    "filing_receipt": filing,
    "publication": publication,
    "publication_draft": publication_draft,
    "decision_publication": decision_publication,
}
