"""What the public writes to an Office."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.tables import Base, Id, Organisation, User, UtcDateTime, new_id
from supervision.tables.document import Publication


class Suggestion(Base):
    """An opinion that somebody sent in from the portal; name and contact are the writer's choice."""

    __tablename__ = "suggestion"
    __table_args__ = (sa.Index("ix_suggestion_office_id_received_at", "office_id", "received_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    office_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("organisation.id"))
    #: The published text that it is about, if it is about one.
    publication_id: Mapped[str | None] = mapped_column(
        Id, sa.ForeignKey("publication.id"), index=True
    )
    text: Mapped[str] = mapped_column(sa.Text)
    writer: Mapped[str] = mapped_column(sa.String(80), default="")
    contact: Mapped[str] = mapped_column(sa.String(120), default="")
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    handled_by: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    note: Mapped[str] = mapped_column(sa.Text, default="")

    office: Mapped[Organisation] = relationship()
    publication: Mapped[Publication | None] = relationship()
    handler: Mapped[User | None] = relationship()
