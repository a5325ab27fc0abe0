"""What a person's desk keeps: filters of the queue, habits of the page, which tasks were opened."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.base import Base, Id, Json, UtcDateTime, new_id


class SavedFilter(Base):
    """A view of the queue under a name: its owner's, or also for an organisation of the owner's."""

    __tablename__ = "saved_filter"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"), index=True)
    organisation_id: Mapped[str | None] = mapped_column(
        Id, sa.ForeignKey("organisation.id"), index=True
    )
    name: Mapped[str] = mapped_column(sa.String(40))
    criteria: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DeskSetting(Base):
    """How one person wants the page to behave; who has no row wants what is usual."""

    __tablename__ = "desk_setting"

    user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"), primary_key=True)
    opens_next: Mapped[bool] = mapped_column(default=False)


class TaskReading(Base):
    """A person has opened a task, and had it open last at `seen_at`."""

    __tablename__ = "task_reading"
    __table_args__ = (sa.Index("ix_task_reading_user_id", "user_id", "task_id"),)

    task_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("task.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"), primary_key=True)
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
