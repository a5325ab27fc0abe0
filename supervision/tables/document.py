"""Documents as records, their receipts, approvals, filings and publications; the number series."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.tables import Base, Id, Json, Organisation, UtcDateTime, new_id
from supervision.terms import Approver, Audience, Disclosure, DocumentState


class Document(Base):
    """One document. `content_digest` covers its fields: a change after approval voids that."""

    __tablename__ = "document"
    __table_args__ = (
        sa.UniqueConstraint("issuer_id", "number"),
        sa.Index("ix_document_case_id_kind", "case_id", "kind"),
        sa.CheckConstraint(
            "disclosure <> 'none' OR disclosure_reason <> ''", name="secrecy_has_reason"
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("supervision_case.id"))
    #: The order in which the documents of a case were written: instants may be equal.
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(40))
    number: Mapped[str | None] = mapped_column(sa.String(80))
    title: Mapped[str] = mapped_column(sa.String(300))
    issuer_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("organisation.id"))
    fields: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    #: The form that wrote the fields: it has their labels.
    form_key: Mapped[str] = mapped_column(sa.String(100), default="")
    content_digest: Mapped[str] = mapped_column(sa.String(64))
    basis: Mapped[str] = mapped_column(sa.String(300), default="")
    state: Mapped[str] = mapped_column(sa.String(16), default=DocumentState.DRAFTED)
    audience: Mapped[str] = mapped_column(sa.String(16), default=Audience.INTERNAL)
    disclosure: Mapped[str] = mapped_column(sa.String(16), default=Disclosure.ON_REQUEST)
    disclosure_reason: Mapped[str] = mapped_column(sa.String(300), default="")
    #: The instance in which it was drafted: its events are recorded there.
    instance_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("instance.id"), index=True)
    #: Whose approval it goes to, and who is served first: that receipt starts the clocks.
    approver: Mapped[str] = mapped_column(sa.String(16), default=Approver.OFFICE_HEAD)
    addressee_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("organisation.id"))
    #: The record that it belongs to: an accountability, a measure, a remedy, a problem.
    subject_kind: Mapped[str | None] = mapped_column(sa.String(24))
    subject_id: Mapped[str | None] = mapped_column(Id, index=True)
    drafted_by: Mapped[str | None] = mapped_column(Id)
    drafted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_by: Mapped[str | None] = mapped_column(Id)
    issued_on: Mapped[date | None]
    #: Set where it was done on paper and recorded (代录): who signed stands there.
    paper_act_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("paper_act.id"))

    issuer: Mapped[Organisation] = relationship(foreign_keys=[issuer_id])
    deliveries: Mapped[list[Delivery]] = relationship(back_populates="document")


class Delivery(Base):
    """A service on one recipient, with its receipt (送达回证): receipts start clocks."""

    __tablename__ = "delivery"
    __table_args__ = (sa.UniqueConstraint("document_id", "recipient_name"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    document_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("document.id"), index=True)
    recipient_id: Mapped[str | None] = mapped_column(
        Id, sa.ForeignKey("organisation.id"), index=True
    )
    recipient_name: Mapped[str] = mapped_column(sa.String(200))
    is_copy: Mapped[bool] = mapped_column(default=False)
    mode: Mapped[str] = mapped_column(sa.String(16))
    delivered_on: Mapped[date]
    received_on: Mapped[date | None]
    received_by: Mapped[str] = mapped_column(sa.String(80), default="")
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    #: Set where it was done on paper and recorded (代录): who signed stands there.
    paper_act_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("paper_act.id"))

    document: Mapped[Document] = relationship(back_populates="deliveries")


class Approval(Base):
    """Who approved what, in which post, with what opinion. Checked per person (9.2c)."""

    __tablename__ = "approval"
    __table_args__ = (
        sa.Index("ix_approval_subject_kind_subject_id_step", "subject_kind", "subject_id", "step"),
        sa.Index("ix_approval_case_id", "case_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("supervision_case.id"))
    subject_kind: Mapped[str] = mapped_column(sa.String(24))
    subject_id: Mapped[str] = mapped_column(Id)
    step: Mapped[str] = mapped_column(sa.String(32))
    #: The order of what was said on this subject.
    seq: Mapped[int]
    outcome: Mapped[str] = mapped_column(sa.String(16))
    opinion: Mapped[str] = mapped_column(sa.Text, default="")
    approver_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"), index=True)
    approver_name: Mapped[str] = mapped_column(sa.String(80))
    post_group: Mapped[str] = mapped_column(sa.String(64))
    post_organisation_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("organisation.id"))
    post_title: Mapped[str] = mapped_column(sa.String(80), default="")
    content_digest: Mapped[str] = mapped_column(sa.String(64), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Set where it was done on paper and recorded (代录): who signed stands there.
    paper_act_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("paper_act.id"))


class Filing(Base):
    """Something handed to an authority that must have it, and its receipt (备案回执)."""

    __tablename__ = "filing"
    __table_args__ = (sa.Index("ix_filing_case_id_kind", "case_id", "kind"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("supervision_case.id"))
    kind: Mapped[str] = mapped_column(sa.String(32))
    document_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("document.id"), index=True)
    recipient_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("organisation.id"))
    recipient_name: Mapped[str] = mapped_column(sa.String(200))
    filed_on: Mapped[date]
    filed_by: Mapped[str | None] = mapped_column(Id)
    receipt_no: Mapped[str] = mapped_column(sa.String(80), default="")
    receipt_on: Mapped[date | None]
    receipt_by: Mapped[str] = mapped_column(sa.String(80), default="")


class Publication(Base):
    """A text made known: drafted by one, checked by another; no pupils, no complainants."""

    __tablename__ = "publication"
    __table_args__ = (sa.Index("ix_publication_scope_published_on", "scope", "published_on"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("supervision_case.id"), index=True)
    document_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("document.id"), index=True)
    scope: Mapped[str] = mapped_column(sa.String(16))
    title: Mapped[str] = mapped_column(sa.String(300))
    body: Mapped[str] = mapped_column(sa.Text)
    channel: Mapped[str] = mapped_column(sa.String(200), default="")
    address: Mapped[str] = mapped_column(sa.String(300), default="")
    #: Names of persons stand in it by a human choice, with its reason.
    names_reason: Mapped[str] = mapped_column(sa.Text, default="")
    drafted_by: Mapped[str | None] = mapped_column(Id)
    published_on: Mapped[date | None]
    published_by: Mapped[str | None] = mapped_column(Id)
    withdrawn_on: Mapped[date | None]
    withdrawn_reason: Mapped[str] = mapped_column(sa.Text, default="")


class NumberSeries(Base):
    """The running number of one kind of document of one office in one year."""

    __tablename__ = "number_series"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "series", "year"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("organisation.id"))
    series: Mapped[str] = mapped_column(sa.String(40))
    year: Mapped[int]
    pattern: Mapped[str] = mapped_column(sa.String(80))
    last: Mapped[int] = mapped_column(default=0)
