"""Accountability: from the clue to the archived decision, its execution, review and appeal."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.tables import Base, Id, Json, Organisation, new_id
from supervision.terms import AccountabilityState, RemedyState


class Accountability(Base):
    """One object, a unit or a person, and everything that was found and decided about it."""

    __tablename__ = "accountability"
    __table_args__ = (
        sa.Index("ix_accountability_case_id_state", "case_id", "state"),
        sa.Index("ix_accountability_organisation_id_issued_on", "organisation_id", "issued_on"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("supervision_case.id"))
    state: Mapped[str] = mapped_column(sa.String(16), default=AccountabilityState.CLUE)
    object_kind: Mapped[str] = mapped_column(sa.String(8))
    #: The unit that answers, or the unit that the person belongs to.
    organisation_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("organisation.id"))
    person_name: Mapped[str] = mapped_column(sa.String(80), default="")
    person_post: Mapped[str] = mapped_column(sa.String(80), default="")
    clue_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("clue.id"), unique=True)
    #: When the supervision activity that produced the clue was completed, and why it is dated so.
    activity_ended_on: Mapped[date]
    activity_reason: Mapped[str] = mapped_column(sa.Text)
    visit_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("visit.id"))
    group_due_on: Mapped[date | None]
    group_formed_on: Mapped[date | None]
    group_members: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    group_late_reason: Mapped[str] = mapped_column(sa.Text, default="")
    group_late_by: Mapped[str | None] = mapped_column(Id)
    facts: Mapped[str] = mapped_column(sa.Text, default="")
    evidence: Mapped[str] = mapped_column(sa.Text, default="")
    triggers: Mapped[list[str]] = mapped_column(Json, default=list)
    severity: Mapped[str | None] = mapped_column(sa.String(16))
    suggestion: Mapped[str] = mapped_column(sa.String(16), default="")
    facts_extension_reason: Mapped[str] = mapped_column(sa.Text, default="")
    is_facts_extended: Mapped[bool] = mapped_column(default=False)
    #: What the working group found of the five grounds; then those that hold.
    conduct: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    aggravations: Mapped[list[str]] = mapped_column(Json, default=list)
    mitigation: Mapped[str] = mapped_column(sa.Text, default="")
    is_started: Mapped[bool | None]
    start_reason: Mapped[str] = mapped_column(sa.Text, default="")
    started_by: Mapped[str | None] = mapped_column(Id)
    started_on: Mapped[date | None]
    notice_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("document.id"))
    opinion_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("document.id"))
    decision_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("document.id"))
    issued_on: Mapped[date | None]
    effective_on: Mapped[date | None]
    received_on: Mapped[date | None]
    is_executed: Mapped[bool] = mapped_column(default=False)
    #: How a review or an appeal changed the decision.
    amendment: Mapped[str] = mapped_column(sa.Text, default="")
    #: The last day on which a remedy could still end; the archive waits for it.
    remedies_end_on: Mapped[date | None]
    final_on: Mapped[date | None]

    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])


class Consultation(Base):
    """What one member unit was asked on the draft opinion and what it said (问责15)."""

    __tablename__ = "consultation"
    __table_args__ = (sa.UniqueConstraint("accountability_id", "organisation_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    accountability_id: Mapped[str] = mapped_column(
        Id, sa.ForeignKey("accountability.id"), index=True
    )
    organisation_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("organisation.id"), index=True)
    asked_on: Mapped[date]
    #: None: no answer yet; at the limit it becomes `none` (未反馈).
    reply: Mapped[str | None] = mapped_column(sa.String(16))
    text: Mapped[str] = mapped_column(sa.Text, default="")
    replied_on: Mapped[date | None]
    replied_by: Mapped[str | None] = mapped_column(Id)

    organisation: Mapped[Organisation] = relationship()


class Remedy(Base):
    """One review (复核) or appeal (申诉) against a decision; an instance of its own."""

    __tablename__ = "remedy"
    __table_args__ = (sa.Index("ix_remedy_accountability_id_kind", "accountability_id", "kind"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    accountability_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("accountability.id"))
    #: The instance that handles it; empty until the job that starts it has run.
    instance_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("instance.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(8))
    state: Mapped[str] = mapped_column(sa.String(16), default=RemedyState.RECEIVED)
    #: Who decides; outside this system for a city decision's appeal (9.2c).
    authority_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("organisation.id"))
    request: Mapped[str] = mapped_column(sa.Text)
    reasons: Mapped[str] = mapped_column(sa.Text)
    applied_by: Mapped[str | None] = mapped_column(Id)
    received_on: Mapped[date]
    apply_until_on: Mapped[date]
    is_late: Mapped[bool] = mapped_column(default=False)
    refusal_reason: Mapped[str] = mapped_column(sa.Text, default="")
    refused_by: Mapped[str | None] = mapped_column(Id)
    result: Mapped[str | None] = mapped_column(sa.String(16))
    finding: Mapped[str] = mapped_column(sa.Text, default="")
    instruction: Mapped[str] = mapped_column(sa.Text, default="")
    decision_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("document.id"))
    decided_on: Mapped[date | None]
    decision_received_on: Mapped[date | None]
    correction_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("document.id"))
    corrected_on: Mapped[date | None]

    authority: Mapped[Organisation] = relationship(foreign_keys=[authority_id])
