"""People, organisations, posts, sign-ins."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from engine import initials
from engine.tables.base import Base, Id, Json, UtcDateTime, new_id


class Organisation(Base):
    """A node of the tree of organisations; `path` is the ids from the root, e.g. `/a/b/`."""

    __tablename__ = "organisation"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    parent_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("organisation.id"), index=True)
    code: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    short_name: Mapped[str] = mapped_column(sa.String(80), default="")
    kind: Mapped[str] = mapped_column(sa.String(40), index=True)
    path: Mapped[str] = mapped_column(sa.String(700), index=True)
    is_sample: Mapped[bool] = mapped_column(default=False)
    closed_on: Mapped[date | None]
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    #: The name by its initials (engine/initials.py); None until they are filled in.
    initials: Mapped[str | None] = mapped_column(sa.String(initials.LONGEST), index=True)

    @validates("name")
    def _spell(self, _key: str, name: str) -> str:
        self.initials = initials.of(name)
        return name


class User(Base):
    """A person who may sign in."""

    __tablename__ = "user_account"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    username: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    password_hash: Mapped[str] = mapped_column(sa.String(200))  # empty until one is set
    email: Mapped[str | None] = mapped_column(sa.String(254))
    phone: Mapped[str | None] = mapped_column(sa.String(40))
    is_active: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    locale: Mapped[str] = mapped_column(sa.String(16), default="zh-CN")
    failed_attempts: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    #: As of an organisation.
    initials: Mapped[str | None] = mapped_column(sa.String(initials.LONGEST), index=True)

    posts: Mapped[list[Post]] = relationship(back_populates="user")

    @validates("name")
    def _spell(self, _key: str, name: str) -> str:
        self.initials = initials.of(name)
        return name


class Post(Base):
    """A person holds a role (`group`) in an organisation for a period; `until_on` is its last day."""

    __tablename__ = "post"
    __table_args__ = (sa.Index("ix_post_group_organisation", "group_name", "organisation_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"), index=True)
    group: Mapped[str] = mapped_column("group_name", sa.String(64))
    organisation_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("organisation.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(80), default="")
    from_on: Mapped[date]
    until_on: Mapped[date | None]

    user: Mapped[User] = relationship(back_populates="posts")
    organisation: Mapped[Organisation] = relationship()


class SignIn(Base):
    """A browser session or an API token; only the digest of the secret is stored."""

    __tablename__ = "sign_in"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(16))  # session | token
    secret_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    csrf_token: Mapped[str | None] = mapped_column(sa.String(64))
    name: Mapped[str] = mapped_column(sa.String(80), default="")
    scopes: Mapped[list[str]] = mapped_column(Json, default=list)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: To within a few minutes, so that not every request writes.
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    address: Mapped[str] = mapped_column(sa.String(45), default="")
    agent: Mapped[str] = mapped_column(sa.String(200), default="")
    #: Of a session: how many tries were refused since the one before it.
    refused_before: Mapped[int] = mapped_column(default=0, server_default="0")
