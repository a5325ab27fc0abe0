"""The ledger: one row per problem, its reports, rechecks and extension."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables import Base, Id, Json, new_id
from supervision.terms import ProblemState, ProblemType, Severity


class Problem(Base):
    """One ledger item. `limit_on` is its last day, known once the order is received."""

    __tablename__ = "problem"
    __table_args__ = (
        sa.UniqueConstraint("case_id", "seq"),
        sa.Index("ix_problem_case_id_state", "case_id", "state"),
        sa.CheckConstraint(
            "limit_class IS NULL OR limit_class IN ('A','B','C','D')", name="limit_class"
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("supervision_case.id"))
    seq: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(300))
    facts: Mapped[str] = mapped_column(sa.Text)
    basis: Mapped[str] = mapped_column(sa.Text, default="")
    requirement: Mapped[str] = mapped_column(sa.Text, default="")
    severity: Mapped[str] = mapped_column(sa.String(16), default=Severity.MINOR)
    type: Mapped[str] = mapped_column(sa.String(24), default=ProblemType.OTHER)
    is_safety: Mapped[bool] = mapped_column(default=False)
    limit_class: Mapped[str | None] = mapped_column(sa.String(1))
    #: Which clock runs for it now, from when, until when.
    limit_key: Mapped[str] = mapped_column(sa.String(64), default="")
    limit_from: Mapped[date | None]
    limit_on: Mapped[date | None]
    is_overdue: Mapped[bool] = mapped_column(default=False)
    lead_unit: Mapped[str] = mapped_column(sa.String(100), default="")
    responsible_person: Mapped[str] = mapped_column(sa.String(80), default="")
    state: Mapped[str] = mapped_column(sa.String(16), default=ProblemState.OPEN)
    #: How many rechecks found it failed or rebounded.
    failures: Mapped[int] = mapped_column(default=0)
    proposed_by: Mapped[str | None] = mapped_column(Id)
    proposed_on: Mapped[date | None]
    closed_by: Mapped[str | None] = mapped_column(Id)
    closed_on: Mapped[date | None]


class ProblemReport(Base):
    """What the unit says it did about one problem (part of the 整改报告)."""

    __tablename__ = "problem_report"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    problem_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("problem.id"), index=True)
    seq: Mapped[int]
    measure: Mapped[str] = mapped_column(sa.Text)
    result: Mapped[str] = mapped_column(sa.Text)
    remaining: Mapped[str] = mapped_column(sa.Text, default="")
    reported_on: Mapped[date]
    reported_by: Mapped[str | None] = mapped_column(Id)


class Recheck(Base):
    """One verification of one problem (回头看); `verifiers` are user ids, two at least."""

    __tablename__ = "recheck"
    __table_args__ = (sa.UniqueConstraint("problem_id", "round"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    problem_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("problem.id"), index=True)
    visit_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("visit.id"), index=True)
    round: Mapped[int]
    result: Mapped[str] = mapped_column(sa.String(16))
    verifiers: Mapped[list[str]] = mapped_column(Json, default=list)
    opinion: Mapped[str] = mapped_column(sa.Text)
    checked_on: Mapped[date]
    recorded_by: Mapped[str | None] = mapped_column(Id)


class Extension(Base):
    """An application to extend one problem's limit: before it is due, once (procedure C2)."""

    __tablename__ = "extension"
    __table_args__ = (sa.Index("ix_extension_problem_id", "problem_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    problem_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("problem.id"))
    reason: Mapped[str] = mapped_column(sa.Text)
    asked_until_on: Mapped[date]
    applied_on: Mapped[date]
    applied_by: Mapped[str | None] = mapped_column(Id)
    #: None: undecided.
    is_granted: Mapped[bool | None]
    granted_until_on: Mapped[date | None]
    decision: Mapped[str] = mapped_column(sa.Text, default="")
    decided_on: Mapped[date | None]
    decided_by: Mapped[str | None] = mapped_column(Id)
