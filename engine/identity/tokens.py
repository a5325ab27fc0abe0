"""API tokens of scripts: made by their owner for some scopes and a time. Only the digest is kept."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.errors import Fault, Invalid, NotAllowed
from engine.identity import users
from engine.identity.sign_ins import TOKEN, open_row
from engine.tables import SignIn

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

LONGEST_TOKEN = timedelta(days=366)
TOKEN_PREFIX = "dudao_"  # noqa: S105  # lets a leaked one be recognised

_SCOPE = re.compile(r"[a-z][a-z0-9_.:-]{0,39}")


def create_token(
    uow: UnitOfWork,
    user_id: str,
    *,
    name: str,
    scopes: Collection[str],
    expires_at: datetime,
) -> tuple[str, SignIn]:
    """A bearer token for scripts: its secret, shown once, and its row.

    For oneself, or by the system. What the scopes permit is the API's to say. Invalid without a name
    or scope, or for an expiry that is past or more than a year away.
    """
    if not uow.actor.is_system and uow.actor.user_id != user_id:
        raise NotAllowed("只能为自己的账号建立令牌。", code="not-your-account")
    users.get(uow, user_id)
    _check(uow, name, scopes, expires_at)
    return open_row(
        uow,
        user_id,
        kind=TOKEN,
        secret=TOKEN_PREFIX + secrets.token_urlsafe(32),
        expires_at=expires_at,
        name=name.strip(),
        scopes=sorted(set(scopes)),
    )


def tokens(uow: UnitOfWork, user_id: str) -> list[SignIn]:
    """A person's tokens that are still good, the newest first."""
    return list(
        uow.session.scalars(
            sa.select(SignIn)
            .where(
                SignIn.user_id == user_id,
                SignIn.kind == TOKEN,
                SignIn.revoked_at.is_(None),
                SignIn.expires_at > uow.now,
            )
            .order_by(SignIn.created_at.desc(), SignIn.id)
        )
    )


def _check(uow: UnitOfWork, name: str, scopes: Collection[str], expires_at: datetime) -> None:
    faults = []
    if not 0 < len(name.strip()) <= 80:
        faults.append(Fault(pointer="/name", detail="请为令牌起一个名称。", code="length"))
    if not scopes or not all(_SCOPE.fullmatch(scope) for scope in scopes):
        faults.append(Fault(pointer="/scopes", detail="请至少选择一项权限。", code="scopes"))
    if not uow.now < expires_at <= uow.now + LONGEST_TOKEN:
        faults.append(
            Fault(pointer="/expires_at", detail="有效期应在一年以内。", code="out-of-range")
        )
    if faults:
        raise Invalid("令牌没有建立。", errors=faults, code="token-invalid")
