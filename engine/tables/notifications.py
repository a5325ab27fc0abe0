"""What people are told: ladders of reminders, notifications, mail that waits to be sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.states import MailState
from engine.tables.base import Base, Id, Json, UtcDateTime, new_id, only


class ReminderLadder(Base):
    """One version of the reminders of a kind of deadline (`*`: of all others); the highest is in force."""

    __tablename__ = "reminder_ladder"
    __table_args__ = (sa.UniqueConstraint("family", "key", "version"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    family: Mapped[str] = mapped_column(sa.String(64))
    key: Mapped[str] = mapped_column(sa.String(64))
    version: Mapped[int]
    #: See engine/reminding/rungs.py.
    rungs: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    source: Mapped[str] = mapped_column(sa.String(200))
    created_by: Mapped[str | None] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Notification(Base):
    """One person is told one thing. Its text is made of `kind` and `data` when it is read."""

    __tablename__ = "notification"
    __table_args__ = (
        sa.Index("ix_notification_user_id_created_at", "user_id", "created_at", "id"),
        sa.Index("ix_notification_unread", "user_id", **only("read_at IS NULL")),
        sa.Index("ix_notification_undigested", "user_id", **only("digest_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    #: What was told to whom about which end: never twice.
    key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    kind: Mapped[str] = mapped_column(sa.String(60))
    instance_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("instance.id"), index=True)
    task_id: Mapped[str | None] = mapped_column(Id)
    deadline_id: Mapped[str | None] = mapped_column(Id)
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When it goes into the person's digest; null once it has, or where it goes into none.
    digest_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MailPreference(Base):
    """How a person wants mail: at once, once a day, or none. Without a row: at once."""

    __tablename__ = "mail_preference"

    user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"), primary_key=True)
    mode: Mapped[str] = mapped_column(sa.String(16))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Mail(Base):
    """A letter that waits, is being handed over, or was sent; written with what it tells of."""

    __tablename__ = "mail"
    __table_args__ = (sa.Index("ix_mail_state_due_at", "state", "due_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    #: The notification, or the digest of a person and hour: never two letters of one.
    key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    address: Mapped[str] = mapped_column(sa.String(254))
    subject: Mapped[str] = mapped_column(sa.String(300))
    body: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[str] = mapped_column(sa.String(16), default=MailState.WAITING)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None] = mapped_column(sa.String(80))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
