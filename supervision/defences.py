"""The opportunity to defend: given, waived or lapsed, always on record (条例20；问责14)."""

from __future__ import annotations

import sqlalchemy as sa

from engine.errors import Conflict, Fault, Invalid
from engine.tables import new_id
from engine.unit_of_work import UnitOfWork
from supervision import chronicle
from supervision.tables import Defence, Document, SupervisionCase
from supervision.terms import Audience, DefenceOutcome, DocumentState


def record(
    uow: UnitOfWork,
    case: SupervisionCase,
    document: Document,
    outcome: DefenceOutcome,
    *,
    content: str = "",
) -> Defence:
    """Record what became of the opportunity that a served document opened.

    Conflict: the document was never served, so there was no opportunity; or the outcome is on
    record already. A lapse is recorded as what it is, never as agreement.
    """
    if document.state not in (DocumentState.DELIVERED, DocumentState.RECEIVED):
        raise Conflict(
            f"{document.title}还没有送达，申辩期限还没有开始。", code="defence-not-opened"
        )
    if of_document(uow, document.id) is not None:
        raise Conflict("申辩的结果已经记录。", code="defence-recorded")
    if outcome is DefenceOutcome.GIVEN and not content.strip():
        raise Invalid(
            "请写明申辩意见。",
            errors=[Fault(pointer="/points", detail="请至少写一条", code="required")],
        )
    row = Defence(
        id=new_id(),
        case_id=case.id,
        document_id=document.id,
        outcome=outcome.value,
        content=content if outcome is DefenceOutcome.GIVEN else "",
        recorded_on=uow.today,
        recorded_by=uow.actor.user_id,
    )
    uow.session.add(row)
    uow.session.flush()
    chronicle.note(
        uow,
        document.instance_id,
        "defence.recorded",
        f"{document.title}：{outcome.label}",
        audience=Audience.UNIT,
        outcome=outcome.value,
    )
    return row


def of_document(uow: UnitOfWork, document_id: str) -> Defence | None:
    """The outcome on record for a served document."""
    return uow.session.scalar(sa.select(Defence).where(Defence.document_id == document_id))
