"""Documents as records: drafted, approved, issued, delivered, received (procedure 10.1).

Issuing is the one door through which a document takes effect: the hard-stops of its kind stand
there, whatever a model did or left out before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
import sqlalchemy as sa

from engine.errors import Conflict, Fault, Invalid, NotFound
from engine.tables import new_id
from engine.unit_of_work import UnitOfWork
from supervision import chronicle, disclosures, hard_stops, numbers, organisations
from supervision.tables import Delivery, Document, SupervisionCase
from supervision.terms import (
    Approver,
    Audience,
    DeliveryMode,
    Disclosure,
    DocumentKind,
    DocumentState,
)

_IN_FORCE = (DocumentState.ISSUED, DocumentState.DELIVERED, DocumentState.RECEIVED)


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Who is served: an organisation of the registry, or a name outside it."""

    organisation_id: str | None = None
    name: str = ""
    is_copy: bool = False


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The record that a document belongs to, e.g. `Subject("measure", id)`."""

    kind: str
    id: str


def draft(
    uow: UnitOfWork,
    case: SupervisionCase,
    kind: DocumentKind,
    *,
    fields: Mapping[str, Any],
    instance_id: str | None = None,
    basis: str = "",
    title: str = "",
    approver: Approver = Approver.OFFICE_HEAD,
    issuer_id: str | None = None,
    addressee_id: str | None = None,
    subject: Subject | None = None,
    audience: Audience = Audience.INTERNAL,
    disclosure: Disclosure | None = None,
    disclosure_reason: str = "",
    form_key: str = "",
) -> Document:
    """Write a document down. It has no number and no effect before `issue`.

    `instance_id`: where it is drafted, the case's own instance unless another is given. Without a
    `disclosure` that of its kind.
    """
    if disclosure is None:
        disclosure, disclosure_reason = disclosures.default_of(kind)
    _check_disclosure(disclosure, disclosure_reason)
    document = Document(
        id=new_id(),
        case_id=case.id,
        seq=_next_seq(uow, case.id),
        kind=kind.value,
        title=title or f"{kind.label}（{case.unit.short_name or case.unit.name}）",
        issuer_id=issuer_id or case.office_id,
        fields=dict(fields),
        instance_id=instance_id or case.instance_id,
        approver=approver.value,
        addressee_id=addressee_id,
        form_key=form_key,
        content_digest="",
        basis=basis,
        audience=audience.value,
        disclosure=disclosure.value,
        disclosure_reason=disclosure_reason,
        subject_kind=subject.kind if subject else None,
        subject_id=subject.id if subject else None,
        state=DocumentState.DRAFTED,
        drafted_by=uow.actor.user_id,
        drafted_at=uow.now,
    )
    document.content_digest = digest_of(document)
    uow.session.add(document)
    uow.session.flush()
    return document


def revise(
    uow: UnitOfWork,
    document: Document,
    *,
    fields: Mapping[str, Any],
    basis: str | None = None,
    title: str | None = None,
    approver: Approver | None = None,
    addressee_id: str | None = None,
    disclosure: Disclosure | None = None,
    disclosure_reason: str = "",
    form_key: str = "",
) -> None:
    """Change a draft. What was approved before is void: the approval covers the text it saw."""
    if document.state not in (DocumentState.DRAFTED, DocumentState.APPROVED):
        raise Conflict(
            f"{document.title}已经印发，不能再修改；需要更正的，另行印发更正决定。",
            code="document-issued",
        )
    _check_disclosure(disclosure, disclosure_reason)
    document.fields = dict(fields)
    document.basis = document.basis if basis is None else basis
    document.title = title or document.title
    document.form_key = form_key or document.form_key
    document.approver = (approver or Approver(document.approver)).value
    document.addressee_id = addressee_id or document.addressee_id
    if disclosure is not None:
        document.disclosure = disclosure.value
        document.disclosure_reason = disclosure_reason
    document.drafted_by = uow.actor.user_id
    document.content_digest = digest_of(document)
    document.state = DocumentState.DRAFTED
    uow.session.flush()


def issue(uow: UnitOfWork, document: Document, *, issued_on: date | None = None) -> Document:
    """Give the document its number and its effect, if every hard-stop of its kind lets it pass."""
    if document.state in _IN_FORCE:
        raise Conflict(f"{document.title}已经印发。", code="document-issued")
    case = uow.session.get_one(SupervisionCase, document.case_id)
    hard_stops.before_issue(uow, case, document)
    document.number = numbers.next_of(uow, document.issuer_id, DocumentKind(document.kind))
    document.state = DocumentState.ISSUED
    document.issued_on = issued_on or uow.today
    document.issued_by = uow.actor.user_id
    uow.session.flush()
    named = f"{document.title}{document.number or ''}"
    chronicle.note(
        uow,
        document.instance_id,
        "document.issued",
        f"印发{named}",
        document_id=document.id,
        document_kind=document.kind,
        number=document.number,
        issued_on=document.issued_on.isoformat(),
        disclosure=document.disclosure,
        disclosure_reason=document.disclosure_reason,
    )
    return document


def disclose(uow: UnitOfWork, document: Document, disclosure: Disclosure, *, reason: str) -> None:
    """Change whether an issued document is made public (公开属性), with the reason, on record.

    Conflict for a draft, whose attribute belongs to the wording that is approved, and where nothing
    changes. The caller holds the instance lock.
    """
    if document.state not in (*_IN_FORCE, DocumentState.RECEIVED):
        raise Conflict("文书还没有印发，公开属性请在起草时填写。", code="document-not-issued")
    if not reason.strip():
        raise Invalid(
            "请写明变更公开属性的理由。",
            errors=[Fault(pointer="/reason", detail="请写明理由", code="required")],
        )
    before = Disclosure(document.disclosure)
    if before is disclosure:
        raise Conflict(f"公开属性已经是“{before.label}”。", code="same-disclosure")
    old_reason = document.disclosure_reason
    document.disclosure = disclosure.value
    document.disclosure_reason = reason.strip()
    uow.session.flush()
    chronicle.note(
        uow,
        document.instance_id,
        "document.disclosure_changed",
        f"{document.title}的公开属性由“{before.label}”改为“{disclosure.label}”：{reason.strip()}",
        document_id=document.id,
        before=[before.value, old_reason],
        after=[disclosure.value, reason.strip()],
    )


def hand_in(uow: UnitOfWork, document: Document) -> Document:
    """Take in a document that somebody else wrote (a report, a defence): received as it is."""
    document.state = DocumentState.RECEIVED
    document.issued_on = uow.acted_on
    document.issued_by = uow.actor.user_id
    document.paper_act_id = uow.actor.paper_act_id
    uow.session.flush()
    chronicle.note(
        uow,
        document.instance_id,
        "document.handed_in",
        f"收到{document.title}",
        audience=Audience(document.audience),
        document_id=document.id,
        document_kind=document.kind,
    )
    return document


def deliver(
    uow: UnitOfWork,
    document: Document,
    recipients: Iterable[Recipient],
    *,
    mode: DeliveryMode = DeliveryMode.PLATFORM,
    delivered_on: date | None = None,
) -> list[Delivery]:
    """Serve an issued document. A second service on the same recipient changes nothing."""
    if document.state not in _IN_FORCE:
        raise Conflict(f"{document.title}还没有印发，不能送达。", code="document-not-issued")
    known = {row.recipient_name for row in deliveries(uow, document.id)}
    rows = []
    for recipient in recipients:
        name = recipient.name or organisations.name_of(uow, recipient.organisation_id or "")
        if name in known:
            continue
        known.add(name)
        rows.append(
            Delivery(
                id=new_id(),
                document_id=document.id,
                recipient_id=recipient.organisation_id,
                recipient_name=name,
                is_copy=recipient.is_copy,
                mode=mode.value,
                delivered_on=delivered_on or uow.today,
            )
        )
    uow.session.add_all(rows)
    if document.state == DocumentState.ISSUED:
        document.state = DocumentState.DELIVERED
    uow.session.flush()
    for row in rows:
        chronicle.note(
            uow,
            document.instance_id,
            "document.delivered",
            _served(uow, row.recipient_name, document, row.delivered_on),
            audience=Audience(document.audience),
            document_id=document.id,
            recipient_id=row.recipient_id,
        )
    return rows


def receive(
    uow: UnitOfWork,
    document: Document,
    *,
    organisation_id: str | None = None,
    name: str = "",
    received_on: date | None = None,
    received_by: str = "",
    mode: DeliveryMode | None = None,
    note: str = "",
) -> Delivery:
    """Record a receipt (送达回证). The first receipt counts: a second one is refused.

    `mode`: how it was served instead, where nobody signed; the history then says that, not 签收.
    """
    row = _delivery(uow, document, organisation_id, name)
    on = received_on or uow.today
    if row.received_on is not None:
        raise Conflict(
            f"{row.recipient_name}已于{row.received_on}签收{document.title}。",
            code="already-received",
        )
    if on < row.delivered_on or on > uow.today:
        raise Invalid(
            "签收日期应在送达之后、今天之前。",
            errors=[
                Fault(
                    pointer="/received_on",
                    detail=f"送达日期是{row.delivered_on}，今天是{uow.today}",
                    code="out-of-range",
                )
            ],
        )
    row.received_on = on
    row.received_by = received_by or uow.actor.name
    row.paper_act_id = uow.actor.paper_act_id
    row.note = note
    row.mode = (mode or DeliveryMode(row.mode)).value
    if row.recipient_id == document.addressee_id or document.addressee_id is None:
        document.state = DocumentState.RECEIVED
    uow.session.flush()
    chronicle.note(
        uow,
        document.instance_id,
        "document.received",
        _served(uow, row.recipient_name, document, on, how=mode.label)
        if mode is not None
        else _signed_for(uow, row.recipient_name, document, on),
        audience=Audience(document.audience),
        document_id=document.id,
        received_on=on.isoformat(),
        mode=row.mode,
    )
    return row


def get(uow: UnitOfWork, document_id: str) -> Document:
    """A document by id. NotFound if there is none."""
    row = uow.session.get(Document, document_id)
    if row is None:
        raise NotFound("没有这份文书。")
    return row


def latest(
    uow: UnitOfWork, case_id: str, kind: DocumentKind, *, subject_id: str | None = None
) -> Document | None:
    """The newest document of a kind in a case (of one subject, if given)."""
    query = (
        sa.select(Document)
        .where(Document.case_id == case_id, Document.kind == kind.value)
        .order_by(Document.seq.desc())
        .limit(1)
    )
    if subject_id is not None:
        query = query.where(Document.subject_id == subject_id)
    return uow.session.scalar(query)


def of_case(
    uow: UnitOfWork, case_id: str, *, audiences: Iterable[Audience] | None = None
) -> Sequence[Document]:
    """The documents of a case, oldest first, limited to what these audiences may read.

    Who does not read what is internal sees a document only once it is issued; who reads what is
    public only, those that are made public (主动公开).
    """
    query = sa.select(Document).where(Document.case_id == case_id).order_by(Document.seq)
    if audiences is not None:
        allowed = {audience.value for audience in audiences}
        query = query.where(Document.audience.in_(sorted(allowed)))
        if Audience.INTERNAL not in allowed:
            query = query.where(Document.issued_on.is_not(None))
        if allowed <= {Audience.PUBLIC}:
            query = query.where(Document.disclosure == Disclosure.ACTIVE.value)
    return uow.session.scalars(query).all()


def deliveries(uow: UnitOfWork, document_id: str) -> Sequence[Delivery]:
    """The services of a document."""
    return uow.session.scalars(
        sa.select(Delivery).where(Delivery.document_id == document_id).order_by(Delivery.is_copy)
    ).all()


def received_on(uow: UnitOfWork, document_id: str, organisation_id: str) -> date | None:
    """When an organisation signed for a document."""
    return uow.session.scalar(
        sa.select(Delivery.received_on).where(
            Delivery.document_id == document_id, Delivery.recipient_id == organisation_id
        )
    )


def digest_of(document: Document) -> str:
    """SHA-256 of what an approver reads, in canonical JSON: also whether it is made public."""
    content = {
        "disclosure": [document.disclosure, document.disclosure_reason],
        "title": document.title,
        "basis": document.basis,
        "fields": document.fields,
    }
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def effective_receipt(uow: UnitOfWork, document: Document) -> date | None:
    """The receipt that starts the clocks: the addressee's, or the last one where none is named."""
    rows = [row for row in deliveries(uow, document.id) if row.received_on is not None]
    for row in rows:
        if document.addressee_id is not None and row.recipient_id == document.addressee_id:
            return row.received_on
    if document.addressee_id is not None:
        return None
    return max((row.received_on for row in rows if row.received_on), default=None)


def _served(uow: UnitOfWork, name: str, document: Document, on: date, *, how: str = "送达") -> str:
    """That it was served, with the day where it is recorded later than it was done."""
    named = f"{document.title}{document.number or ''}"
    if on == uow.today:
        return f"向{name}{how}{named}"
    return f"向{name}{how}{named}（送达日期{on}）"


def _signed_for(uow: UnitOfWork, name: str, document: Document, on: date) -> str:
    """That somebody signed for it, with the day where it is recorded later than it was done."""
    named = f"{document.title}{document.number or ''}"
    if on == uow.today:
        return f"{name}签收{named}"
    return f"{name}签收{named}（签收日期{on}）"


def _next_seq(uow: UnitOfWork, case_id: str) -> int:
    last = uow.session.scalar(
        sa.select(sa.func.max(Document.seq)).where(Document.case_id == case_id)
    )
    return (last or 0) + 1


def _check_disclosure(disclosure: Disclosure | None, reason: str) -> None:
    if disclosure is Disclosure.NONE and not reason.strip():
        raise Invalid(
            "不予公开的文书必须写明理由。",
            errors=[
                Fault(pointer="/disclosure_reason", detail="请写明不予公开的理由", code="required")
            ],
        )


def _delivery(
    uow: UnitOfWork, document: Document, organisation_id: str | None, name: str
) -> Delivery:
    query = sa.select(Delivery).where(Delivery.document_id == document.id)
    if organisation_id is not None:
        query = query.where(Delivery.recipient_id == organisation_id)
    elif name:
        query = query.where(Delivery.recipient_name == name)
    row = uow.session.scalar(query.order_by(Delivery.is_copy).limit(1))
    if row is None:
        raise NotFound(f"{document.title}没有送达这个机构的记录。", code="not-delivered")
    return row
