"""What many forms show at their head, and how dates and numbers are shown."""

from __future__ import annotations

from datetime import date
from typing import Any

from supervision.form_data.context import FormContext
from supervision.tables import Document

Facts = dict[str, Any]


def common(ctx: FormContext) -> Facts:
    """What many forms show at their head."""
    decision = ctx.decision()
    document = ctx.document
    return {
        "unit_name": ctx.case.unit.name,
        "case_number": ctx.case.number,
        "today": ctx.uow.today.isoformat(),
        "object_name": object_name(ctx),
        "decision_no": number(decision),
        "document_title": document.title if document else "",
        "document_no": number(document),
        "number": None,
        "signed_by": None,
        "issued_on": None,
    }


def object_name(ctx: FormContext) -> str:
    """Against whom it goes: the record's object, the measure's, or the unit."""
    if ctx.record is not None:
        person = f"{ctx.record.person_post}{ctx.record.person_name}"
        return ctx.organisation(ctx.record.organisation_id) + person
    if ctx.measure is not None:
        return ctx.organisation(ctx.measure.subject_id)
    return ctx.case.unit.name


def number(document: Document | None) -> str:
    """The number of a document, empty without one."""
    return (document.number or "") if document is not None else ""


def iso(day: date | None) -> str | None:
    """How a date goes to a form."""
    return day.isoformat() if day else None
