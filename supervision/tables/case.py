"""A supervision case and what happens before its opinion letter: group, recusal, visits, public."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.tables import Base, Id, Instance, Json, Organisation, UtcDateTime, new_id
from supervision.tables.registry import Inspector
from supervision.terms import CaseStage


class SupervisionCase(Base):
    """One case, one process instance. `stage` is where it stands in the procedure (9.4)."""

    __tablename__ = "supervision_case"
    __table_args__ = (
        sa.Index("ix_supervision_case_office_id_stage", "office_id", "stage"),
        sa.Index("ix_supervision_case_unit_id_opened_on", "unit_id", "opened_on"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("instance.id"), unique=True)
    number: Mapped[str] = mapped_column(sa.String(80), unique=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    type: Mapped[str] = mapped_column(sa.String(16))
    form: Mapped[str] = mapped_column(sa.String(16))
    matter: Mapped[str] = mapped_column(sa.Text)
    start_kind: Mapped[str] = mapped_column(sa.String(24))
    start_note: Mapped[str] = mapped_column(sa.Text, default="")
    #: The mark that stands for who complained (engine/record/protection.py).
    complainant: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    is_unannounced: Mapped[bool] = mapped_column(default=False)
    asks_self_evaluation: Mapped[bool] = mapped_column(default=True)
    unit_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("organisation.id"))
    office_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("organisation.id"))
    committee_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("organisation.id"))
    superior_id: Mapped[str | None] = mapped_column(
        Id, sa.ForeignKey("organisation.id"), index=True
    )
    stage: Mapped[str] = mapped_column(sa.String(24), default=CaseStage.DRAFT)
    origin_case_id: Mapped[str | None] = mapped_column(
        Id, sa.ForeignKey("supervision_case.id"), index=True
    )
    opened_on: Mapped[date]
    approved_on: Mapped[date | None]
    visit_on: Mapped[date | None]
    visit_ended_on: Mapped[date | None]
    deliberated_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    archived_on: Mapped[date | None]
    archive_until_on: Mapped[date | None]

    instance: Mapped[Instance] = relationship(foreign_keys=[instance_id])
    unit: Mapped[Organisation] = relationship(foreign_keys=[unit_id])
    office: Mapped[Organisation] = relationship(foreign_keys=[office_id])
    committee: Mapped[Organisation] = relationship(foreign_keys=[committee_id])
    superior: Mapped[Organisation | None] = relationship(foreign_keys=[superior_id])


class GroupMember(Base):
    """An inspector in the supervision group of a case; who was replaced keeps the row."""

    __tablename__ = "group_member"
    __table_args__ = (sa.UniqueConstraint("case_id", "inspector_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("supervision_case.id"), index=True)
    inspector_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("inspector.id"), index=True)
    is_leader: Mapped[bool] = mapped_column(default=False)
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    left_reason: Mapped[str] = mapped_column(sa.String(300), default="")

    inspector: Mapped[Inspector] = relationship()


class RecusalDeclaration(Base):
    """What a person declared, or a unit applied for, and the Office's decision on it (条例10)."""

    __tablename__ = "recusal_declaration"
    __table_args__ = (sa.Index("ix_recusal_declaration_case_id_user_id", "case_id", "user_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("supervision_case.id"))
    user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"), index=True)
    #: self | unit | office
    origin: Mapped[str] = mapped_column(sa.String(8))
    has_conflict: Mapped[bool]
    ground: Mapped[str | None] = mapped_column(sa.String(16))
    statement: Mapped[str] = mapped_column(sa.Text, default="")
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: None: open; true: the person must go; false: turned down, with the reason.
    is_upheld: Mapped[bool | None]
    decision: Mapped[str] = mapped_column(sa.Text, default="")
    decided_by: Mapped[str | None] = mapped_column(Id)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Visit(Base):
    """A supervision activity on the spot: the visit, or a recheck as an activity of its own."""

    __tablename__ = "visit"
    __table_args__ = (sa.Index("ix_visit_case_id_kind", "case_id", "kind"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("supervision_case.id"))
    kind: Mapped[str] = mapped_column(sa.String(16))
    started_on: Mapped[date]
    ended_on: Mapped[date]
    place: Mapped[str] = mapped_column(sa.String(200))
    record: Mapped[str] = mapped_column(sa.Text)
    #: The ids of the people who were there, at least two for a recheck.
    inspectors: Mapped[list[str]] = mapped_column(Json, default=list)


class PublicOpinion(Base):
    """How the public, pupils, parents and teachers were heard (条例19)."""

    __tablename__ = "public_opinion"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("supervision_case.id"), index=True)
    method: Mapped[str] = mapped_column(sa.String(16))
    held_on: Mapped[date]
    participants: Mapped[int]
    #: Which of pupils, parents, teachers, residents were heard.
    groups: Mapped[list[str]] = mapped_column(Json, default=list)
    managers_left: Mapped[bool]
    summary: Mapped[str] = mapped_column(sa.Text)


class Defence(Base):
    """The outcome of one opportunity to defend: on a preliminary opinion, or a notice (问责14)."""

    __tablename__ = "defence"
    __table_args__ = (
        sa.UniqueConstraint("document_id"),
        sa.CheckConstraint("outcome <> 'given' OR content <> ''", name="given_defence_has_content"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("supervision_case.id"), index=True)
    #: The served document that opened the opportunity.
    document_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("document.id"))
    outcome: Mapped[str] = mapped_column(sa.String(16))
    content: Mapped[str] = mapped_column(sa.Text, default="")
    recorded_on: Mapped[date]
    recorded_by: Mapped[str | None] = mapped_column(Id)


class Lapse(Base):
    """Something owed and not done: an input to pressure, joint duty and aggravation."""

    __tablename__ = "lapse"
    __table_args__ = (sa.Index("ix_lapse_case_id_kind", "case_id", "kind"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("supervision_case.id"))
    kind: Mapped[str] = mapped_column(sa.String(24))
    organisation_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("organisation.id"))
    problem_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("problem.id"))
    round: Mapped[int] = mapped_column(default=0)
    text: Mapped[str] = mapped_column(sa.Text)
    on: Mapped[date] = mapped_column("recorded_on", sa.Date)


class Clue(Base):
    """Why somebody should be held accountable (津13), and the activity that showed it (问责13)."""

    __tablename__ = "clue"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("supervision_case.id"), index=True)
    source: Mapped[str] = mapped_column(sa.String(16))
    trigger: Mapped[str] = mapped_column("trigger_kind", sa.String(24))
    text: Mapped[str] = mapped_column(sa.Text)
    #: The supervision activity that produced the clue was completed then, and why it is dated so.
    activity_ended_on: Mapped[date]
    activity_reason: Mapped[str] = mapped_column(sa.Text)
    problem_ids: Mapped[list[str]] = mapped_column(Json, default=list)
    recorded_on: Mapped[date]
    recorded_by: Mapped[str | None] = mapped_column(Id)


class Transfer(Base):
    """A clue handed to a competent organ (移交, 津13), its letter and its receipt."""

    __tablename__ = "transfer"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("supervision_case.id"), index=True)
    organ: Mapped[str] = mapped_column(sa.String(100))
    law: Mapped[str] = mapped_column(sa.String(300), default="")
    clue: Mapped[str] = mapped_column(sa.Text, default="")
    problem_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("problem.id"))
    document_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("document.id"))
    received_on: Mapped[date | None]
    received_by: Mapped[str] = mapped_column(sa.String(80), default="")
    receipt_no: Mapped[str] = mapped_column(sa.String(80), default="")
