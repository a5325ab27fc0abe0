"""What is kept from most readers of a case, and who has opened it and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.base import Base, Id, Json, UtcDateTime, new_id


class ProtectedValue(Base):
    """A value of a form that lies here and nowhere else; elsewhere stands a mark with its code."""

    __tablename__ = "protected_value"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    #: What the mark names it by.
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    #: Absent only while a start form is being handed in.
    instance_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("instance.id"), index=True)
    task_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("task.id"), index=True)
    #: Which persons it protects: a key of `[protected.…]` of the family's manifest.
    kind: Mapped[str] = mapped_column(sa.String(40))
    label: Mapped[str] = mapped_column(sa.String(300))
    content: Mapped[Any] = mapped_column(Json)
    salt: Mapped[str] = mapped_column(sa.String(32))
    #: Of a task that was handed in; what is not kept belongs to a draft.
    is_kept: Mapped[bool] = mapped_column(default=False)
    entered_by: Mapped[str | None] = mapped_column(Id)
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Disclosure(Base):
    """Somebody opened protected values, or a protected file, of one instance, and said why."""

    __tablename__ = "disclosure"
    __table_args__ = (
        sa.Index("ix_disclosure_at_id", "at", "id"),
        sa.Index("ix_disclosure_file_id_actor_id_at", "file_id", "actor_id", "at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("instance.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    actor_name: Mapped[str] = mapped_column(sa.String(80))
    actor_title: Mapped[str] = mapped_column(sa.String(80), default="")
    reason: Mapped[str] = mapped_column(sa.Text)
    kinds: Mapped[list[str]] = mapped_column(Json)
    codes: Mapped[list[str]] = mapped_column(Json)
    file_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("file.id"))
