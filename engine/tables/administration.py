"""What administrators do: the journal of their acts, and what one proposes for another to confirm."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.states import ProposalState
from engine.tables.base import Base, Id, Json, UtcDateTime, new_id


class JournalEntry(Base):
    """One administrative act with what was before and after; all of them are one chain."""

    __tablename__ = "journal_entry"
    __table_args__ = (sa.Index("ix_journal_entry_subject", "subject_kind", "subject_id"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(Id, unique=True, default=new_id)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    kind: Mapped[str] = mapped_column(sa.String(60))
    actor_id: Mapped[str | None] = mapped_column(Id)
    actor_name: Mapped[str] = mapped_column(sa.String(80))
    actor_title: Mapped[str] = mapped_column(sa.String(80), default="")
    subject_kind: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[str] = mapped_column(sa.String(100))
    subject_name: Mapped[str] = mapped_column(sa.String(200))
    instance_id: Mapped[str | None] = mapped_column(Id, index=True)
    proposal_id: Mapped[str | None] = mapped_column(Id)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)
    after: Mapped[dict[str, Any] | None] = mapped_column(Json)
    previous_digest: Mapped[str] = mapped_column(sa.String(64))
    #: What the digest is made with, see engine/record/digests.py.
    algorithm: Mapped[str] = mapped_column(sa.String(16), default="sha256")
    digest: Mapped[str] = mapped_column(sa.String(64))


class JournalHead(Base):
    """The end of that chain, in the only row; locked by whoever appends."""

    __tablename__ = "journal_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    length: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64))


class Proposal(Base):
    """A dangerous act that one person asks for and another confirms (双人操作)."""

    __tablename__ = "proposal"
    __table_args__ = (
        sa.Index("ix_proposal_state_proposed_at", "state", "proposed_at"),
        sa.Index(
            "uq_proposal_open",
            "kind",
            "subject_kind",
            "subject_id",
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(sa.String(60))
    subject_kind: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[str] = mapped_column(sa.String(100))
    title: Mapped[str] = mapped_column(sa.String(200))
    instance_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("instance.id"), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[str] = mapped_column(sa.String(16), default=ProposalState.OPEN)
    proposed_by: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    outcome: Mapped[dict[str, Any] | None] = mapped_column(Json)
