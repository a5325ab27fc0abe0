"""Tables around deadlines: counting anew, extensions asked for, parameters that are no clock."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.states import ExtensionState, RecountState
from engine.tables.base import Base, Id, Json, UtcDateTime, new_id
from engine.tables.runtime import Deadline


class Recount(Base):
    """Running deadlines counted anew: after a year's notice, or by the newer version of a parameter.

    `calendar` and `year` are set for the first, `family` and `key` for the second; `cursor` is the
    last deadline looked at.
    """

    __tablename__ = "recount"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    calendar: Mapped[str | None] = mapped_column(sa.String(32))
    year: Mapped[int | None]
    family: Mapped[str | None] = mapped_column(sa.String(64))
    key: Mapped[str | None] = mapped_column(sa.String(64))
    version: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[str] = mapped_column(sa.String(16), default=RecountState.RUNNING)
    cursor: Mapped[str] = mapped_column(sa.String(32), default="")
    total: Mapped[int]
    looked: Mapped[int] = mapped_column(default=0)
    moved: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    started_by: Mapped[str | None] = mapped_column(Id)
    started_by_name: Mapped[str] = mapped_column(sa.String(100), default="")
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RecountMove(Base):
    """One deadline that a recount moved, or could not count (`to_on` is null then)."""

    __tablename__ = "recount_move"
    __table_args__ = (sa.Index("ix_recount_move_recount_id_id", "recount_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    recount_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("recount.id"))
    deadline_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("deadline.id"))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(sa.Text, default="")

    deadline: Mapped[Deadline] = relationship()


class ExtensionRequest(Base):
    """Somebody who is bound by a deadline asks for more time, and what was decided."""

    __tablename__ = "extension_request"
    __table_args__ = (
        sa.Index(
            "uq_extension_request_open",
            "deadline_id",
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
        sa.Index("ix_extension_request_deadline_id", "deadline_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    deadline_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("deadline.id"))
    until_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[str] = mapped_column(sa.String(16), default=ExtensionState.OPEN)
    asked_by: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    asked_by_name: Mapped[str] = mapped_column(sa.String(100))
    asked_stand_in_id: Mapped[str | None] = mapped_column(Id)  # who asked in that person's place
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    granted_until_on: Mapped[date | None]
    opinion: Mapped[str] = mapped_column(sa.Text, default="")
    decided_by: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    decided_by_name: Mapped[str] = mapped_column(sa.String(100), default="")
    decided_stand_in_id: Mapped[str | None] = mapped_column(Id)  # who decided in their place
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    deadline: Mapped[Deadline] = relationship()


class Parameter(Base):
    """One version of a number, term or switch of a family; the highest version is in force.

    `bounds` holds `least` and `most` of numbers, or `among` of words, where there are any.
    """

    __tablename__ = "parameter"
    __table_args__ = (sa.UniqueConstraint("family", "key", "version"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    family: Mapped[str] = mapped_column(sa.String(64))
    key: Mapped[str] = mapped_column(sa.String(64))
    version: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(100))
    value: Mapped[Any] = mapped_column(Json)
    unit: Mapped[str] = mapped_column(sa.String(16), default="")
    period: Mapped[str] = mapped_column(sa.String(40), default="")
    bounds: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    is_law: Mapped[bool]
    mark: Mapped[str] = mapped_column(sa.String(4))
    source: Mapped[str] = mapped_column(sa.String(200))
    basis: Mapped[str] = mapped_column(sa.String(200), default="")
    created_by: Mapped[str | None] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
