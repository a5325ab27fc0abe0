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
    #: What the digests are made with, see engine/record/digests.py.
    algorithm: Mapped[str] = mapped_column(sa.String(16), default="sha256")
    digest: Mapped[str] = mapped_column(sa.String(64))


class EventPayload(Base):
    """What an event said. Lies apart, so that it can be redacted while the chain still verifies."""

    __tablename__ = "event_payload"

    event_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("event.id"), primary_key=True)
    salt: Mapped[str] = mapped_column(sa.String(32))
    content: Mapped[dict[str, Any]] = mapped_column(Json)


class EventRedaction(Base):
    """In place of a payload that was taken away by rule; `recorded_id` is the event that says so."""

    __tablename__ = "event_redaction"

    event_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("event.id"), primary_key=True)
    recorded_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("event.id"), unique=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[str | None] = mapped_column(Id)
    actor_name: Mapped[str] = mapped_column(sa.String(80))
    rule: Mapped[str] = mapped_column(sa.String(64))
    reason: Mapped[str] = mapped_column(sa.Text)


class LegalHold(Base):
    """A case of which nothing is redacted, whatever a rule says, until the hold is lifted."""

    __tablename__ = "legal_hold"

    instance_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("instance.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_name: Mapped[str] = mapped_column(sa.String(80))
    reason: Mapped[str] = mapped_column(sa.Text)


class Checkpoint(Base):
    """A signed statement of where all chains ended; the chains that moved since the one before it."""

    __tablename__ = "checkpoint"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Canonical JSON, byte for byte as it was signed.
    statement: Mapped[str] = mapped_column(sa.Text)
    signature: Mapped[str] = mapped_column(sa.String(128))


class CheckpointHead(Base):
    """The end of one chain at a checkpoint, if the chain had moved since the checkpoint before it."""

    __tablename__ = "checkpoint_head"

    number: Mapped[int] = mapped_column(sa.ForeignKey("checkpoint.number"), primary_key=True)
    #: The instance's id, or `journal`; no foreign key: it is to be missed when the instance is gone.
    chain_id: Mapped[str] = mapped_column(Id, primary_key=True, index=True)
    length: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64))


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
    #: Whom it protects (`[protected.…]` of the manifest): opened with a reason only.
    protected: Mapped[str | None] = mapped_column(sa.String(40))
    uploaded_by: Mapped[str | None] = mapped_column(Id)
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When a rule took its bytes away; what it was called and its digest stay.
    redacted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
