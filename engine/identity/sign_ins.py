"""Browser sessions and API tokens. The secret is given out once; only its SHA-256 is kept.

`sign_in` takes the engine, not a unit of work: a refusal must be remembered although it is raised,
and a slow password hash must not hold the writer's lock. `resolve` only reads.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.actor import Actor
from engine.duties import SECURITY_ADMIN, holds
from engine.errors import Fault, Invalid, NotAllowed, NotFound
from engine.identity import passwords, users
from engine.identity.posts import actor_of
from engine.tables import SignIn, User

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.unit_of_work import UnitOfWork

SESSION = "session"
TOKEN = "token"  # noqa: S105  # a kind, not a secret

#: A session ends this long after it was last extended,
IDLE = timedelta(hours=12)
#: and at the latest this long after sign-in.
LONGEST_SESSION = timedelta(hours=24)
#: A session is extended when it has less than this left, so that not every request writes.
EXTEND_BELOW = timedelta(hours=11)
LONGEST_TOKEN = timedelta(days=366)
TOKEN_PREFIX = "dudao_"  # noqa: S105  # lets a leaked one be recognised

#: Wrong passwords that cost nothing; each further one doubles the wait.
FREE_ATTEMPTS = 4
FIRST_LOCK = timedelta(seconds=30)
LONGEST_LOCK = timedelta(minutes=15)
#: Sign-ins are kept this long after their end.
KEPT = timedelta(days=30)

_SCOPE = re.compile(r"[a-z][a-z0-9_.:-]{0,39}")
_REFUSED = "用户名或密码不正确，或者因多次输错暂时锁定。请核对后稍等再试。"


def sign_in(engine: Engine, username: str, password: str) -> tuple[str, SignIn]:
    """Open a browser session: its secret and its row. NotAllowed (`sign-in-refused`) otherwise.

    Unknown user, wrong password, closed and locked account are one answer in one time. Call it
    outside of any unit of work: it begins its own.
    """
    with engine.read(Actor.system("sign-in")) as uow:
        user = users.by_username(uow, username)
        stored = user.password_hash if user is not None else None
        user_id = user.id if user is not None else None
    is_right = passwords.verify(stored, password)
    opened = None
    with engine.begin(Actor.system("sign-in")) as uow:
        if user_id is not None:
            opened = _answer(uow, user_id, password, is_right=is_right)
    if opened is None:
        raise NotAllowed(_REFUSED, code="sign-in-refused")
    return opened


def resolve(uow: UnitOfWork, secret: str) -> tuple[Actor, SignIn] | None:
    """Who a session or token belongs to, with the posts of today; None if it is no longer good."""
    row = uow.session.scalars(
        sa.select(SignIn)
        .join(User, User.id == SignIn.user_id)
        .where(
            SignIn.secret_digest == digest(secret),
            SignIn.revoked_at.is_(None),
            SignIn.expires_at > uow.now,
            User.is_active,
        )
    ).one_or_none()
    return None if row is None else (actor_of(uow, row.user_id), row)


def extend(uow: UnitOfWork, sign_in_id: str) -> bool:
    """Let a session that is in use last longer; true when it was moved. Call it where writing is due."""
    row = uow.session.get(SignIn, sign_in_id)
    if row is None or not wants_extension(row, uow.now):
        return False
    row.expires_at = min(uow.now + IDLE, row.created_at + LONGEST_SESSION)
    uow.session.flush()
    return True


def wants_extension(row: SignIn, now: datetime) -> bool:
    """Whether `extend` would move it."""
    return (
        row.kind == SESSION
        and row.revoked_at is None
        and now < row.expires_at < min(now + EXTEND_BELOW, row.created_at + LONGEST_SESSION)
    )


def sign_out(uow: UnitOfWork, secret: str) -> None:
    """End the session or token with this secret; an unknown one is no error."""
    uow.session.execute(
        sa.update(SignIn)
        .where(SignIn.secret_digest == digest(secret), SignIn.revoked_at.is_(None))
        .values(revoked_at=uow.now)
    )


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
    _check_token(uow, name, scopes, expires_at)
    return _open(
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


def revoke(uow: UnitOfWork, sign_in_id: str) -> SignIn:
    """End one's own session or token; another's is the system's or a security administrator's."""
    row = uow.session.get(SignIn, sign_in_id)
    is_allowed = row is not None and (
        row.user_id == uow.actor.user_id or holds(uow, SECURITY_ADMIN)
    )
    if row is None or not is_allowed:
        raise NotFound("没有这个登录或令牌。", code="sign-in-not-found")
    if row.revoked_at is None:
        row.revoked_at = uow.now
        uow.session.flush()
    return row


def sweep(uow: UnitOfWork) -> int:
    """Remove sign-ins that ended long ago; how many."""
    gone = list(uow.session.scalars(sa.select(SignIn.id).where(SignIn.expires_at < uow.now - KEPT)))
    uow.session.execute(sa.delete(SignIn).where(SignIn.id.in_(gone)))
    return len(gone)


def digest(secret: str) -> str:
    """What is stored of a secret. It has 256 random bits: a plain hash cannot be guessed back."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _answer(
    uow: UnitOfWork, user_id: str, password: str, *, is_right: bool
) -> tuple[str, SignIn] | None:
    user = uow.session.scalars(sa.select(User).where(User.id == user_id).with_for_update()).one()
    if user.locked_until is not None and uow.now < user.locked_until:
        return None  # not counted: whoever knocks on a locked door must not keep its owner out
    if not is_right:
        user.failed_attempts += 1
        user.locked_until = _lock(uow.now, user.failed_attempts)
        return None
    if not user.is_active:
        return None
    user.failed_attempts = 0
    user.locked_until = None
    if passwords.is_outdated(user.password_hash):
        user.password_hash = passwords.hashed(password)
    return _open(
        uow,
        user_id,
        kind=SESSION,
        secret=secrets.token_urlsafe(32),
        expires_at=uow.now + IDLE,
        csrf_token=secrets.token_urlsafe(32),
    )


def _lock(now: datetime, failed_attempts: int) -> datetime | None:
    beyond = failed_attempts - FREE_ATTEMPTS
    if beyond <= 0:
        return None
    doublings = min(beyond - 1, 20)
    return now + min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)


def _open(
    uow: UnitOfWork,
    user_id: str,
    *,
    kind: str,
    secret: str,
    expires_at: datetime,
    csrf_token: str | None = None,
    name: str = "",
    scopes: Collection[str] = (),
) -> tuple[str, SignIn]:
    row = SignIn(
        user_id=user_id,
        kind=kind,
        secret_digest=digest(secret),
        csrf_token=csrf_token,
        name=name,
        scopes=list(scopes),
        created_at=uow.now,
        expires_at=expires_at,
    )
    uow.session.add(row)
    uow.session.flush()
    return secret, row


def _check_token(uow: UnitOfWork, name: str, scopes: Collection[str], expires_at: datetime) -> None:
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
