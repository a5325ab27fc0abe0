"""Sandboxes: where cases are rehearsed, and what a case was started with, so that it can be replayed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.states import SandboxOrigin, SandboxState
from engine.tables.base import Base, Id, Json, UtcDateTime, new_id


class Sandbox(Base):
    """A database file in which a case is rehearsed; the row stays when the file is gone.

    The same row lies in that file: there alone `stands_at`, where its clock stands, `story_step` and,
    of a rehearsal without a live case, `instance_id` move.
    """

    __tablename__ = "sandbox"
    __table_args__ = (sa.Index("ix_sandbox_state_expires_at", "state", "expires_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    #: The case that was copied; null where none was, but for the one that was started in the file.
    instance_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("instance.id"), index=True)
    family: Mapped[str] = mapped_column(sa.String(64))
    origin: Mapped[str] = mapped_column(sa.String(16), default=SandboxOrigin.CASE)
    #: The model draft that it rehearses, which may be gone.
    draft_id: Mapped[str | None] = mapped_column(Id, index=True)
    #: The story that is played in it, and how many of its steps were.
    story: Mapped[str | None] = mapped_column(sa.String(64))
    story_step: Mapped[int] = mapped_column(default=0)
    #: Why the story does not go on here.
    story_stopped: Mapped[str] = mapped_column(sa.Text, default="")
    made_by: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(sa.Text)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: How long the history was when the case was copied: what came later happened in the sandbox.
    from_seq: Mapped[int]
    stands_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(sa.String(16), default=SandboxState.OPEN)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Who deleted it; null where its time was over.
    ended_by: Mapped[str | None] = mapped_column(Id)


class StartEntry(Base):
    """What was entered in the form that started an instance, marks in place of what is protected."""

    __tablename__ = "start_entry"

    instance_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("instance.id"), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(Json)
