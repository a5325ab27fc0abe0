"""Acts that were done on paper, as the Office recorded them (代录)."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.base import Base, Id, Json, UtcDateTime, new_id


class PaperAct(Base):
    """A task that somebody did on paper: who, in which post, when; who wrote it in, who compared it."""

    __tablename__ = "paper_act"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("instance.id"), index=True)
    task_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("task.id"), unique=True)
    proposal_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("proposal.id"))
    #: The post on the paper; `user_id` where its holder has an account.
    group: Mapped[str] = mapped_column("group_name", sa.String(64))
    organisation_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(sa.String(80))
    title: Mapped[str] = mapped_column(sa.String(80))
    user_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    #: When it was done, and the instant that counted for its deadline.
    acted_on: Mapped[date]
    acted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_before_arrival: Mapped[bool] = mapped_column(default=False)
    scans: Mapped[list[str]] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(sa.Text)
    recorded_by: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_by: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)
