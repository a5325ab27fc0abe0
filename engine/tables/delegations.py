"""Who acts for whom while away (代理、离岗委托)."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.base import Base, Id, Json, UtcDateTime, new_id


class Delegation(Base):
    """One person entrusts another from a first to a last day.

    `kind` is `act` (acts in their place) or `arrange` (an assistant, who sets delegations for them).
    `posts` are [group, organisation id] pairs; empty for all that the person holds.
    """

    __tablename__ = "delegation"
    __table_args__ = (
        sa.Index("ix_delegation_to_user_id_until_on", "to_user_id", "until_on"),
        sa.Index("ix_delegation_from_user_id_until_on", "from_user_id", "until_on"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(sa.String(16))
    from_user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    to_user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    from_on: Mapped[date]
    until_on: Mapped[date]
    posts: Mapped[list[list[str]]] = mapped_column(Json, default=list)
    reason: Mapped[str] = mapped_column(sa.String(500))
    source: Mapped[str] = mapped_column(sa.String(16))  # self | assistant | import
    set_by: Mapped[str | None] = mapped_column(Id)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_by: Mapped[str | None] = mapped_column(Id)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
