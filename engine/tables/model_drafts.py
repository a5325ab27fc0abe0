"""Model drafts: files of a family that are being changed, and what each was before."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.base import Base, Id, UtcDateTime, new_id


class ModelDraft(Base):
    """A family's next version while it is written. One person at a time edits it."""

    __tablename__ = "model_draft"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    family: Mapped[str] = mapped_column(sa.String(64), index=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    #: The version that it is compared with; null where none was deployed.
    base_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("deployment.id"))
    made_by: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Who edits it, since when, and until when without another sign of life.
    editor_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    editing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    editing_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ModelDraftPart(Base):
    """One file of a draft, as it is now."""

    __tablename__ = "model_draft_part"
    __table_args__ = (sa.UniqueConstraint("draft_id", "path"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    draft_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("model_draft.id"))
    path: Mapped[str] = mapped_column(sa.String(200))
    revision: Mapped[int] = mapped_column(default=1)
    #: Null where it was taken out.
    content: Mapped[str | None] = mapped_column(sa.Text)
    #: SHA-256 of the file in the base; null where that has none.
    base_digest: Mapped[str | None] = mapped_column(sa.String(64))
    changed_by: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ModelDraftVersion(Base):
    """What a part was: one row for a few minutes of saving, or for a save with a note."""

    __tablename__ = "model_draft_version"
    __table_args__ = (sa.UniqueConstraint("part_id", "number"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    part_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("model_draft_part.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(16))
    content: Mapped[str | None] = mapped_column(sa.Text)
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    by: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
