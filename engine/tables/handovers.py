"""What colleagues do around a task: pass it on, urge it, send copies, talk of it, put it on a sheet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.base import Base, Id, Json, UtcDateTime, new_id, only


class Handover(Base):
    """A task went from one person to another: for good (transfer, 转办) or and back (lend, 委派).

    Of a lending `ended_at` is when the task was the owner's again, and `ending` how: answered,
    recalled, or dropped (the task was given to somebody else, or needed no more).
    """

    __tablename__ = "handover"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("instance.id"), index=True)
    task_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("task.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(16))  # transfer | lend
    from_user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    to_user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    stand_in_id: Mapped[str | None] = mapped_column(Id)  # who passed it on in that person's place
    opinion: Mapped[str] = mapped_column(sa.Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: The borrower became a candidate of the task for this alone.
    is_admitted: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None] = mapped_column(Id)
    ending: Mapped[str | None] = mapped_column(sa.String(16))
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    answered_for_id: Mapped[str | None] = mapped_column(Id)  # who answered in the borrower's place


class Urge(Base):
    """Somebody urged an open task (催办)."""

    __tablename__ = "urge"
    __table_args__ = (sa.Index("ix_urge_task_id_at", "task_id", "at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("instance.id"), index=True)
    task_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("task.id"))
    by_user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    to_user_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    channel: Mapped[str] = mapped_column(sa.String(16))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Copy(Base):
    """A task was brought to somebody's notice (抄送), and when they read it (已阅)."""

    __tablename__ = "task_copy"
    __table_args__ = (
        sa.UniqueConstraint("task_id", "to_user_id"),
        sa.Index("ix_task_copy_to_user_id", "to_user_id", "task_id"),
        sa.Index("ix_task_copy_unread", "to_user_id", **only("read_at IS NULL")),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("instance.id"), index=True)
    task_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("task.id"))
    to_user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    by_user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    read_by: Mapped[str | None] = mapped_column(Id)  # themselves, or who stands in for them


class Comment(Base):
    """A word about a task: opinion, question or reply. Never edited; withdrawn, its text is not shown."""

    __tablename__ = "task_comment"
    __table_args__ = (sa.Index("ix_task_comment_task_id_at", "task_id", "at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("instance.id"), index=True)
    task_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("task.id"))
    kind: Mapped[str] = mapped_column(sa.String(16))
    reply_to_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("task_comment.id"))
    author_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    stand_in_id: Mapped[str | None] = mapped_column(Id)
    text: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[str | None] = mapped_column(Id)
    reason: Mapped[str] = mapped_column(sa.Text, default="")


class Phrase(Base):
    """A sentence ready for use in opinions (常用语): a person's own, or a unit's."""

    __tablename__ = "phrase"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("user_account.id"), index=True)
    organisation_id: Mapped[str | None] = mapped_column(
        Id, sa.ForeignKey("organisation.id"), index=True
    )
    text: Mapped[str] = mapped_column(sa.String(200))
    created_by: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ApprovalSheet(Base):
    """What is put before whoever decides on paper (呈批件), as it was when it was made."""

    __tablename__ = "approval_sheet"
    __table_args__ = (sa.UniqueConstraint("instance_id", "number", "version"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("instance.id"))
    task_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("task.id"), index=True)
    number: Mapped[int]  # from 1 in each case
    version: Mapped[int]  # from 1; the highest counts
    title: Mapped[str] = mapped_column(sa.String(200))
    proposed: Mapped[str] = mapped_column(sa.Text)
    #: Facts, attachments, opinions, basis and deadline.
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    made_by: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    stand_in_id: Mapped[str | None] = mapped_column(Id)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    paper_act_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("paper_act.id"))
