"""What happened, append-only, one chain per instance; and the files that people handed in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.base import Base, Id, Json, UtcDateTime, new_id


class Event(Base):
    """One link of an instance's chain: metadata and the salted digest of its payload."""

    __tablename__ = "event"
    __table_args__ = (
        sa.UniqueConstraint("instance_id", "seq"),
        sa.Index("ix_event_instance_id_audience_seq", "instance_id", "audience", "seq"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("instance.id"))
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(sa.String(60))
    actor_id: Mapped[str | None] = mapped_column(Id)
    actor_name: Mapped[str] = mapped_column(sa.String(80))
    actor_title: Mapped[str] = mapped_column(sa.String(80), default="")
    element_id: Mapped[str | None] = mapped_column(sa.String(100))
    task_id: Mapped[str | None] = mapped_column(Id)
    audience: Mapped[str] = mapped_column(sa.String(16))
    payload_digest: Mapped[str] = mapped_column(sa.String(64))
    previous_digest: Mapped[str] = mapped_column(sa.String(64))
    digest: Mapped[str] = mapped_column(sa.String(64))


class EventPayload(Base):
    """What an event said. Lies apart, so that it can be redacted while the chain still verifies."""

    __tablename__ = "event_payload"

    event_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("event.id"), primary_key=True)
    salt: Mapped[str] = mapped_column(sa.String(32))
    content: Mapped[dict[str, Any]] = mapped_column(Json)


class File(Base):
    """A file handed in: the bytes lie outside the database, once by digest; a row for each handing in."""

    __tablename__ = "file"
    __table_args__ = (sa.Index("ix_file_subject_kind_subject_id", "subject_kind", "subject_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    digest: Mapped[str] = mapped_column(sa.String(64), index=True)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(sa.String(100))
    name: Mapped[str] = mapped_column(sa.String(200))
    instance_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("instance.id"), index=True)
    task_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("task.id"), index=True)
    subject_kind: Mapped[str | None] = mapped_column(sa.String(40))
    subject_id: Mapped[str | None] = mapped_column(Id)
    audience: Mapped[str] = mapped_column(sa.String(16), default="internal")
    is_bound: Mapped[bool] = mapped_column(default=False)
    uploaded_by: Mapped[str | None] = mapped_column(Id)
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
