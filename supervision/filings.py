"""Filings upward (备案) and their receipts (条例23; procedure B11, H1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from engine.errors import Conflict, Fault, Invalid, NotFound
from engine.tables import new_id
from engine.unit_of_work import UnitOfWork
from supervision import chronicle, organisations
from supervision.tables import Document, Filing, SupervisionCase
from supervision.terms import FilingKind


def submit(
    uow: UnitOfWork,
    case: SupervisionCase,
    kind: FilingKind,
    document: Document,
    *,
    filed_on: date,
) -> Filing:
    """File a document with the Office one tier up; for the city that body is outside this system."""
    if document.issued_on is None:
        raise Conflict(f"{document.title}还没有印发，不能备案。", code="document-not-issued")
    if not document.issued_on <= filed_on <= uow.today:
        raise Invalid(
            "报送日期应在印发之后、今天之前。",
            errors=[Fault(pointer="/filed_on", detail="日期不正确", code="out-of-range")],
        )
    upper = organisations.appeal_authority(uow, case.office_id)
    row = Filing(
        id=new_id(),
        case_id=case.id,
        kind=kind.value,
        document_id=document.id,
        recipient_id=upper.organisation_id,
        recipient_name=upper.organisation.name,
        filed_on=filed_on,
        filed_by=uow.actor.user_id,
    )
    uow.session.add(row)
    uow.session.flush()
    chronicle.note(
        uow,
        case.instance_id,
        "filing.submitted",
        f"向{row.recipient_name}报送{kind.label}",
        filing_id=row.id,
    )
    return row


def receive(
    uow: UnitOfWork,
    case: SupervisionCase,
    row: Filing,
    *,
    receipt_no: str,
    receipt_on: date,
    receipt_by: str,
) -> None:
    """The receipt of a filing, given by the upper Office or recorded for one outside."""
    if row.receipt_on is not None:
        raise Conflict("这项备案已经有回执。", code="already-received")
    if not row.filed_on <= receipt_on <= uow.today:
        raise Invalid(
            "回执日期应在报送之后、今天之前。",
            errors=[Fault(pointer="/receipt_on", detail="日期不正确", code="out-of-range")],
        )
    row.receipt_no = receipt_no
    row.receipt_on = receipt_on
    row.receipt_by = receipt_by
    uow.session.flush()
    chronicle.note(
        uow,
        case.instance_id,
        "filing.received",
        f"{row.recipient_name}出具备案回执{receipt_no}",
        filing_id=row.id,
    )


def get(uow: UnitOfWork, filing_id: str) -> Filing:
    """A filing by id. NotFound if there is none."""
    row = uow.session.get(Filing, filing_id)
    if row is None:
        raise NotFound("没有这项备案。", code="filing-not-found")
    return row


def of_case(uow: UnitOfWork, case_id: str, kind: FilingKind | None = None) -> Sequence[Filing]:
    """The filings of a case (of a kind), oldest first."""
    query = sa.select(Filing).where(Filing.case_id == case_id)
    if kind is not None:
        query = query.where(Filing.kind == kind.value)
    return uow.session.scalars(query.order_by(Filing.filed_on, Filing.id)).all()
