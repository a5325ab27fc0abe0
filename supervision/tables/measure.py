"""Measures: pressure on a unit that does not rectify, and those of an accountability decision."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.tables import Base, Id, Json, Organisation, new_id
from supervision.terms import MeasureState, Phase


class Measure(Base):
    """One measure on one object. A 督办单 left out is a row too, with the name and reason (D1).

    Where another organ has the power, the row holds the proposal and what that organ decided.
    """

    __tablename__ = "measure"
    __table_args__ = (
        sa.Index("ix_measure_case_id_kind", "case_id", "kind"),
        sa.CheckConstraint("state <> 'omitted' OR omit_reason <> ''", name="omission_has_reason"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("supervision_case.id"))
    accountability_id: Mapped[str | None] = mapped_column(
        Id, sa.ForeignKey("accountability.id"), index=True
    )
    kind: Mapped[str] = mapped_column(sa.String(32))
    phase: Mapped[str] = mapped_column(sa.String(16), default=Phase.RECTIFY)
    round: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(sa.String(16), default=MeasureState.PROPOSED)
    subject_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("organisation.id"))
    person_name: Mapped[str] = mapped_column(sa.String(80), default="")
    person_post: Mapped[str] = mapped_column(sa.String(80), default="")
    problem_ids: Mapped[list[str]] = mapped_column(Json, default=list)
    detail: Mapped[str] = mapped_column(sa.Text, default="")
    omit_reason: Mapped[str] = mapped_column(sa.Text, default="")
    omitted_by: Mapped[str | None] = mapped_column(Id)
    document_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("document.id"))
    issued_on: Mapped[date | None]
    #: Who must answer, e.g. a member unit or a competent organ, and what it answered.
    organ: Mapped[str] = mapped_column(sa.String(100), default="")
    delivered_on: Mapped[date | None]
    result: Mapped[str] = mapped_column(sa.Text, default="")
    result_kind: Mapped[str] = mapped_column(sa.String(80), default="")
    result_document: Mapped[str] = mapped_column(sa.String(100), default="")
    result_on: Mapped[date | None]
    #: Named to the plenary because nobody answered.
    is_listed: Mapped[bool] = mapped_column(default=False)
    done_on: Mapped[date | None]

    subject: Mapped[Organisation] = relationship(foreign_keys=[subject_id])


class Interview(Base):
    """How a 约谈 was held. `leads_government` raises the level of its approver (procedure D2)."""

    __tablename__ = "interview"

    measure_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("measure.id"), primary_key=True)
    planned_on: Mapped[date]
    place: Mapped[str] = mapped_column(sa.String(200))
    interviewee: Mapped[str] = mapped_column(sa.String(80))
    interviewee_post: Mapped[str] = mapped_column(sa.String(80))
    leads_government: Mapped[bool] = mapped_column(default=False)
    interviewers: Mapped[list[str]] = mapped_column(Json, default=list)
    was_attended: Mapped[bool | None]
    absence_reason: Mapped[str] = mapped_column(sa.Text, default="")
    held_on: Mapped[date | None]
    record_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("document.id"))


class UrgingReport(Base):
    """What the superior department did to urge the unit (连带督促, procedure D1s)."""

    __tablename__ = "urging_report"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("supervision_case.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("organisation.id"))
    round: Mapped[int] = mapped_column(default=1)
    content: Mapped[str] = mapped_column(sa.Text)
    reported_on: Mapped[date]
    reported_by: Mapped[str | None] = mapped_column(Id)
