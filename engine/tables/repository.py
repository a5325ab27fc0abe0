"""What has been deployed: bytes with a digest, and the definitions found in them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.states import DefinitionState
from engine.tables.base import Base, Id, Json, UtcDateTime, new_id


class Deployment(Base):
    """A family's files at one moment; the same digest is never deployed twice."""

    __tablename__ = "deployment"
    __table_args__ = (sa.UniqueConstraint("family", "version"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    family: Mapped[str] = mapped_column(sa.String(64), index=True)
    version: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    deployed_by: Mapped[str | None] = mapped_column(Id)
    deployed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    resources: Mapped[list[Resource]] = relationship(back_populates="deployment")
    definitions: Mapped[list[Definition]] = relationship(back_populates="deployment")


class Resource(Base):
    """One file of a deployment."""

    __tablename__ = "resource"
    __table_args__ = (sa.UniqueConstraint("deployment_id", "path"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    deployment_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("deployment.id"), index=True)
    path: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[str] = mapped_column(sa.String(16))  # bpmn | dmn | form | manifest
    digest: Mapped[str] = mapped_column(sa.String(64))
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)

    deployment: Mapped[Deployment] = relationship(back_populates="resources")


class Definition(Base):
    """A process definition: one process of a deployment, by key and version."""

    __tablename__ = "definition"
    __table_args__ = (sa.UniqueConstraint("key", "version"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    deployment_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("deployment.id"), index=True)
    family: Mapped[str] = mapped_column(sa.String(64))
    key: Mapped[str] = mapped_column(sa.String(100))
    version: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(200))
    resource_path: Mapped[str] = mapped_column(sa.String(200))
    state: Mapped[str] = mapped_column(sa.String(16), default=DefinitionState.ACTIVE)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    deployment: Mapped[Deployment] = relationship(back_populates="definitions")


class CalendarYear(Base):
    """One version of one year of a working-day calendar; the highest version is in force."""

    __tablename__ = "calendar_year"
    __table_args__ = (sa.UniqueConstraint("calendar", "year", "version"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    calendar: Mapped[str] = mapped_column(sa.String(32))
    year: Mapped[int]
    version: Mapped[int]
    provisional: Mapped[bool]
    source: Mapped[str] = mapped_column(sa.String(300))
    days: Mapped[dict[str, Any]] = mapped_column(Json)
    created_by: Mapped[str | None] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DeadlineRule(Base):
    """One version of a deadline parameter; running deadlines keep the version they were opened with."""

    __tablename__ = "deadline_rule"
    __table_args__ = (sa.UniqueConstraint("family", "key", "version"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    family: Mapped[str] = mapped_column(sa.String(64))
    key: Mapped[str] = mapped_column(sa.String(64))
    version: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(100))
    amount: Mapped[int]
    unit: Mapped[str] = mapped_column(sa.String(16))
    start_event: Mapped[str] = mapped_column(sa.String(200))
    binds: Mapped[str] = mapped_column(sa.String(64))
    on_lapse: Mapped[str] = mapped_column(sa.String(300))
    is_law: Mapped[bool]
    mark: Mapped[str] = mapped_column(sa.String(4))
    source: Mapped[str] = mapped_column(sa.String(200))
    basis: Mapped[str] = mapped_column(sa.String(200), default="")
    #: The start event is the receipt of a document, which law or template make one.
    at_receipt: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    #: Why it may be paused (中止), with its ground; empty: it may not.
    pausable: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")
    #: `most` (a number, or the key of a parameter), `by` (groups), `longest` (days past the end),
    #: `in_process`; null: nobody asks for more time.
    extensions: Mapped[dict[str, Any] | None] = mapped_column(Json)
    created_by: Mapped[str | None] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
