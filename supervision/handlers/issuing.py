"""Approval, issue, delivery, receipt of any document (models: approve_and_issue, collect_receipt)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.package import StepContext
from supervision import approvals, documents, organs
from supervision.approvals import Seat
from supervision.documents import Recipient
from supervision.handlers import step
from supervision.tables import Accountability, Document, Measure
from supervision.terms import ApprovalOutcome, DeliveryMode


def document_of(ctx: StepContext) -> Document:
    """The document that this call is about."""
    return documents.get(ctx.uow, str(ctx.variables["document_id"]))


def approve_document(ctx: StepContext) -> Mapping[str, Any]:
    """One approval, by post and per person; the drafter does not approve."""
    document = document_of(ctx)
    outcome = ApprovalOutcome(step.text(ctx, "outcome"))
    approvals.decide_document(
        ctx.uow,
        document,
        outcome=outcome,
        opinion=step.text(ctx, "opinion"),
        seat=_seat(ctx),
        concerns_id=_object_of(ctx, document),
    )
    return {"outcome": outcome.value}


def issue_document(ctx: StepContext) -> Mapping[str, Any]:
    """Guard: number and effect, if every hard-stop of its kind lets it pass; an organ is told."""
    document = documents.issue(ctx.uow, document_of(ctx))
    organs.tell(ctx.uow, ctx.instance.id, document)
    return {"issued_on": step.iso(document.issued_on)}


def deliver_document(ctx: StepContext) -> None:
    """Serve each recipient; from now on it sees the case in its relation."""
    document = document_of(ctx)
    given = {str(row.get("recipient_id")): row for row in step.rows(ctx, "deliveries")}
    for recipient in ctx.variables.get("recipients") or []:
        row = given.get(str(recipient), {})
        documents.deliver(
            ctx.uow,
            document,
            [Recipient(organisation_id=str(recipient))],
            mode=DeliveryMode(str(row.get("mode") or DeliveryMode.PLATFORM)),
            delivered_on=step.as_day(row.get("delivered_on")) or ctx.uow.today,
        )
        step.tell(ctx, str(recipient))


def sign_receipt(ctx: StepContext) -> None:
    """The recipient signs (送达回证). A receipt on paper says what its record says: it starts clocks."""
    step.require_as_on_paper(ctx, person="signed_by", day="received_on")
    signer = f"{step.text(ctx, 'signed_by')}（{step.text(ctx, 'signed_post')}）"
    documents.receive(
        ctx.uow,
        document_of(ctx),
        organisation_id=str(ctx.variables["recipient"]),
        received_on=step.day(ctx, "received_on"),
        received_by=signer,
    )


def prove_service(ctx: StepContext) -> None:
    """Nobody signed in time: service proved in another way, with its date."""
    documents.receive(
        ctx.uow,
        document_of(ctx),
        organisation_id=str(ctx.variables["recipient"]),
        received_on=step.day(ctx, "received_on"),
        received_by=step.text(ctx, "witness") or step.text(ctx, "handler"),
        mode=DeliveryMode(step.text(ctx, "mode")),
        note=step.text(ctx, "reason")[:300],
    )


def conclude_delivery(ctx: StepContext) -> Mapping[str, Any]:
    """The receipt that starts the clocks."""
    return {"received_on": step.iso(documents.effective_receipt(ctx.uow, document_of(ctx)))}


def _seat(ctx: StepContext) -> Seat | None:
    office, committee = ctx.variables.get("signing_office"), ctx.variables.get("signing_committee")
    if not office:
        return None
    return Seat(office_id=str(office), committee_id=str(committee or office))


def _object_of(ctx: StepContext, document: Document) -> str | None:
    """Against whom the document goes, where that is not the case's unit."""
    if document.subject_kind == "measure" and document.subject_id:
        return ctx.uow.session.get_one(Measure, document.subject_id).subject_id
    if document.subject_kind == "accountability" and document.subject_id:
        return ctx.uow.session.get_one(Accountability, document.subject_id).organisation_id
    return None
