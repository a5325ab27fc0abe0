"""Moving running instances to another version: one plan, and what became of each instance."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.states import MigrationItemState, MigrationState
from engine.tables.base import Base, Id, Json, UtcDateTime, new_id


class Migration(Base):
    """A plan that is being carried out, or was. Its job goes from instance to instance."""

    __tablename__ = "migration"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    family: Mapped[str] = mapped_column(sa.String(64), index=True)
    from_deployment_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("deployment.id"))
    to_deployment_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("deployment.id"))
    plan: Mapped[dict[str, Any]] = mapped_column(Json)
    plan_digest: Mapped[str] = mapped_column(sa.String(64))
    state: Mapped[str] = mapped_column(sa.String(16), default=MigrationState.RUNNING)
    #: How often it was paused: a job that was written before a pause does nothing after it.
    round: Mapped[int] = mapped_column(default=0)
    proposal_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("proposal.id"))
    started_by: Mapped[str | None] = mapped_column(Id)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MigrationItem(Base):
    """One instance of a migration: where it stood before, kept so that it can be put back."""

    __tablename__ = "migration_item"
    __table_args__ = (
        sa.UniqueConstraint("migration_id", "instance_id"),
        sa.Index("ix_migration_item_migration_id_state", "migration_id", "state", "position"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    migration_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("migration.id"))
    instance_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("instance.id"), index=True)
    position: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(16), default=MigrationItemState.WAITING)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    outcome: Mapped[dict[str, Any] | None] = mapped_column(Json)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: What `revert` needs: the tokens, the definition and the drafts before; the revision after.
    snapshot: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    definition_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("definition.id"))
    drafts: Mapped[dict[str, Any] | None] = mapped_column(Json)
    revision: Mapped[int | None]
