"""What guards an account beside its password: second factor, recovery, and counted requests."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.base import Base, Id, UtcDateTime, new_id


class SecondFactor(Base):
    """A person's authenticator (TOTP, RFC 6238); it counts from `confirmed_at` on."""

    __tablename__ = "second_factor"

    user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(sa.String(300))  # sealed where the installation has a key
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_step: Mapped[int] = mapped_column(sa.BigInteger, default=0)  # of the last accepted code


class RecoveryCode(Base):
    """Stands once for a code of the second factor; only its digest is stored."""

    __tablename__ = "recovery_code"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"), index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AccountRecovery(Base):
    """A way back into an account that two people opened; each gives the owner one half of the key."""

    __tablename__ = "account_recovery"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    proposal_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("proposal.id"), unique=True)
    user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"), index=True)
    first_digest: Mapped[str | None] = mapped_column(sa.String(64))  # of who proposed it
    second_digest: Mapped[str | None] = mapped_column(sa.String(64))  # of who confirmed it
    drops_factor: Mapped[bool]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AccountActivation(Base):
    """The code with which the owner of a new account sets its first password; a new one replaces it."""

    __tablename__ = "account_activation"

    user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"), primary_key=True)
    code_digest: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RequestCount(Base):
    """How often something was done in one window of time, by all web processes together."""

    __tablename__ = "request_count"

    subject: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    count: Mapped[int]
