"""People who come from outside: from the organisation's own sign-in (OpenID Connect)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.base import Base, Id, UtcDateTime, new_id


class OutsideIdentity(Base):
    """Who a provider says somebody is, and whose account that is."""

    __tablename__ = "outside_identity"
    __table_args__ = (sa.UniqueConstraint("issuer", "subject"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"), index=True)
    issuer: Mapped[str] = mapped_column(sa.String(300))
    subject: Mapped[str] = mapped_column(sa.String(255))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OutsideAttempt(Base):
    """A sign-in under way at the provider, or waiting for our own second factor; used once."""

    __tablename__ = "outside_attempt"

    #: Of the secret in the browser's cookie.
    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    state_digest: Mapped[str] = mapped_column(sa.String(64))
    nonce: Mapped[str] = mapped_column(sa.String(64))
    verifier: Mapped[str] = mapped_column(sa.String(128))
    destination: Mapped[str] = mapped_column(sa.String(1000))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    #: Set when the provider has answered and only our own code is missing.
    identity_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("outside_identity.id"))
    provider_session: Mapped[str | None] = mapped_column(sa.String(255))
    id_token: Mapped[str | None] = mapped_column(sa.Text)


class OutsideSession(Base):
    """What is known of a browser session that was opened at the provider."""

    __tablename__ = "outside_session"

    sign_in_id: Mapped[str] = mapped_column(
        Id, sa.ForeignKey("sign_in.id", ondelete="CASCADE"), primary_key=True
    )
    identity_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("outside_identity.id"), index=True)
    provider_session: Mapped[str | None] = mapped_column(sa.String(255))
    id_token: Mapped[str] = mapped_column(sa.Text)  # sealed where the installation has a key
    #: Whether the provider has asked for a second factor that counts here.
    has_second_factor: Mapped[bool]


class OutsidePost(Base):
    """Marks a post that the provider's groups gave: only such a post is ended by them."""

    __tablename__ = "outside_post"

    post_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("post.id"), primary_key=True)


class OutsideLogout(Base):
    """A logout token that was taken; it counts once."""

    __tablename__ = "outside_logout"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
