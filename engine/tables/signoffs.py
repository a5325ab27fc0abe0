"""Several people sign one task (会签): the terms as they were when it came, and a row for each signer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.states import SignerState, SignOffState
from engine.tables.base import Base, Id, Json, UtcDateTime, new_id


class SignOff(Base):
    """What one waiting token is signed under. Its signers have a task row each, all of that token."""

    __tablename__ = "sign_off"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("instance.id"), index=True)
    token_id: Mapped[str] = mapped_column(sa.String(36))
    element_id: Mapped[str] = mapped_column(sa.String(100))
    #: `engine.spiff.signing.Terms` as data: another version of the model changes them no more.
    terms: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(sa.String(16), default=SignOffState.OPEN)
    outcome: Mapped[str | None] = mapped_column(sa.String(16))  # agreed | refused
    #: How many votes were cast so far: each vote has its number.
    votes: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Signer(Base):
    """One who signs: posts of an organisation, or a person. The task row is there when it is their turn."""

    __tablename__ = "signer"
    __table_args__ = (
        sa.Index("ix_signer_sign_off_id_position", "sign_off_id", "position"),
        sa.Index("ix_signer_user_id_state", "user_id", "state"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    sign_off_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("sign_off.id"))
    position: Mapped[int]  # from 0, in the order in which they sign or were added
    task_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("task.id"), index=True)
    organisation_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("organisation.id"))
    groups: Mapped[list[str]] = mapped_column("group_names", Json, default=list)
    user_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    weight: Mapped[int] = mapped_column(default=1)
    has_veto: Mapped[bool] = mapped_column(default=False)
    #: Whether the vote is counted; what an adviser says is recorded and waited for alone.
    counts: Mapped[bool] = mapped_column(default=True)
    state: Mapped[str] = mapped_column(sa.String(16), default=SignerState.WAITING)
    vote: Mapped[str | None] = mapped_column(sa.String(16))  # agree | refuse | abstain
    number: Mapped[int | None]  # which vote it was, from 1
    opinion: Mapped[str] = mapped_column(sa.Text, default="")
    values: Mapped[dict[str, Any] | None] = mapped_column("form_values", Json)
    voted_by: Mapped[str | None] = mapped_column(Id)
    voted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: 加签: beside whom, where (before, after, parallel), by whom, and what is asked.
    beside_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("signer.id"))
    placement: Mapped[str | None] = mapped_column(sa.String(16))
    added_by: Mapped[str | None] = mapped_column(Id)
    added_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    question: Mapped[str] = mapped_column(sa.Text, default="")
    #: 减签: by whom and why; of a void seat, why it is void.
    closed_by: Mapped[str | None] = mapped_column(Id)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
