"""Browser sessions, and what they share with API tokens. Only the SHA-256 of a secret is kept.

`sign_in` takes the engine, not a unit of work: a refusal must be remembered although it is raised,
and a slow password hash must not hold the writer's lock. `resolve` only reads.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.actor import Actor
from engine.administration import journal
from engine.administration.duties import SECURITY_ADMIN, holds, require
from engine.errors import NotAllowed, NotFound
from engine.identity import attempts, passwords, second_factors, users
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
#: For the same reason its last use is known to within this.
USED_WITHIN = timedelta(minutes=10)
#: Sign-ins are kept this long after their end.
KEPT = timedelta(days=180)

#: So many of a person's sessions are compared with a new one.
_LOOKED_AT = 200

#: Asked with every request, hence built once; the account comes with it.
_BY_SECRET = (
    sa.select(SignIn, User)
    .join(User, User.id == SignIn.user_id)
    .where(
        SignIn.secret_digest == sa.bindparam("digest"),
        SignIn.revoked_at.is_(None),
        SignIn.expires_at > sa.bindparam("now"),
        User.is_active,
    )
)

_REFUSED = "用户名或密码不正确，或者因多次输错暂时锁定。请核对后稍等再试。"


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a request came from: network address and what the browser calls itself."""

    address: str = ""
    agent: str = ""


def sign_in(
    engine: Engine, username: str, password: str, *, code: str = "", origin: Origin | None = None
) -> tuple[str, SignIn]:
    """Open a browser session: its secret and its row. NotAllowed (`sign-in-refused`) otherwise.

    Unknown user, wrong password, closed and locked account are one answer in one time. Who has a
    second factor gives its `code`, too: without one `second-factor-needed`, with a wrong one
    `second-factor-refused`. Call it outside of any unit of work: it begins its own.
    """
    with engine.read(Actor.system("sign-in")) as uow:
        user = users.by_username(uow, username)
        stored = user.password_hash if user is not None else None
        user_id = user.id if user is not None else None
    is_right = passwords.verify(stored, password)
    opened: tuple[str, SignIn] | NotAllowed = NotAllowed(_REFUSED, code="sign-in-refused")
    with engine.begin(Actor.system("sign-in")) as uow:
        if user_id is not None:
            user = attempts.locked_row(uow, user_id)
            refusal = _refusal(uow, user, code, is_right=is_right)
            opened = refusal or _opened(uow, user, password, origin or Origin())
    if isinstance(opened, NotAllowed):
        raise opened
    return opened


def resolve(uow: UnitOfWork, secret: str) -> tuple[Actor, SignIn] | None:
    """Who a session or token belongs to, with the posts of today; None if it is no longer good."""
    given = {"digest": digest(secret), "now": uow.now}
    found = uow.session.execute(_BY_SECRET, given).one_or_none()
    return None if found is None else (actor_of(uow, found[0].user_id), found[0])


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


def mark_used(uow: UnitOfWork, sign_in_id: str, origin: Origin) -> None:
    """Keep when and from where it was last used."""
    row = uow.session.get(SignIn, sign_in_id)
    if row is not None:
        row.last_used_at = uow.now
        row.address, row.agent = origin.address[:45], origin.agent[:200]
        uow.session.flush()


def wants_mark(row: SignIn, now: datetime) -> bool:
    """Whether its last use is no longer known well enough."""
    return row.last_used_at is None or now >= row.last_used_at + USED_WITHIN


def sign_out(uow: UnitOfWork, secret: str) -> None:
    """End the session or token with this secret; an unknown one is no error."""
    uow.session.execute(
        sa.update(SignIn)
        .where(SignIn.secret_digest == digest(secret), SignIn.revoked_at.is_(None))
        .values(revoked_at=uow.now)
    )


def of(uow: UnitOfWork, user_id: str) -> list[SignIn]:
    """A person's open sessions and tokens, the newest first.

    One's own; another's is the system's or a security administrator's to read.
    """
    if uow.actor.user_id != user_id:
        require(uow, SECURITY_ADMIN)
        users.get(uow, user_id)
    query = sa.select(SignIn).where(_open_of(uow, user_id))
    return list(uow.session.scalars(query.order_by(SignIn.created_at.desc(), SignIn.id)))


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
        if row.user_id != uow.actor.user_id:
            _tell(uow, row.user_id, count=1)
    return row


def revoke_all(
    uow: UnitOfWork, user_id: str, *, but: str | None = None, kind: str | None = None
) -> int:
    """End all open sessions and tokens of a person, `but` this one; how many.

    One's own, or by the system or a security administrator. With `kind` only sessions, or tokens.
    """
    gone = [row for row in of(uow, user_id) if row.id != but and kind in (None, row.kind)]
    for row in gone:
        row.revoked_at = uow.now
    uow.session.flush()
    if gone and uow.actor.user_id != user_id:
        _tell(uow, user_id, count=len(gone))
    return len(gone)


def sweep(uow: UnitOfWork, *, kept: timedelta = KEPT) -> int:
    """Remove sign-ins that ended longer ago than they are kept; how many."""
    gone = list(uow.session.scalars(sa.select(SignIn.id).where(SignIn.expires_at < uow.now - kept)))
    uow.session.execute(sa.delete(SignIn).where(SignIn.id.in_(gone)))
    return len(gone)


def digest(secret: str) -> str:
    """What is stored of a secret. It has 256 random bits: a plain hash cannot be guessed back."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def open_row(
    uow: UnitOfWork,
    user_id: str,
    *,
    kind: str,
    secret: str,
    expires_at: datetime,
    csrf_token: str | None = None,
    name: str = "",
    scopes: Collection[str] = (),
    origin: Origin | None = None,
) -> tuple[str, SignIn]:
    """The row of a new session or token, and its secret again. The caller has checked all."""
    found = origin or Origin()
    row = SignIn(
        user_id=user_id,
        kind=kind,
        secret_digest=digest(secret),
        csrf_token=csrf_token,
        name=name,
        scopes=list(scopes),
        created_at=uow.now,
        expires_at=expires_at,
        last_used_at=uow.now if origin else None,
        address=found.address[:45],
        agent=found.agent[:200],
    )
    uow.session.add(row)
    uow.session.flush()
    if kind == SESSION and _is_elsewhere(uow, row):
        uow.engine.tell_owner(uow, user_id, "sign_in.elsewhere", row.id, address=row.address)
    return secret, row


def _is_elsewhere(uow: UnitOfWork, row: SignIn) -> bool:
    """Whether the person's sessions that are still kept came from other networks, or other browsers."""
    query = sa.select(SignIn.address, SignIn.agent).where(
        SignIn.user_id == row.user_id,
        SignIn.kind == SESSION,
        SignIn.id != row.id,
        SignIn.address != "",
    )
    known = uow.session.execute(query.order_by(SignIn.created_at.desc()).limit(_LOOKED_AT)).all()
    if not row.address or not known:
        return False
    networks, browsers = ({_network(a) for a, _ in known}, {_browser(b) for _, b in known})
    return _network(row.address) not in networks or _browser(row.agent) not in browsers


def _network(address: str) -> str:
    """The address itself; of IPv6 its /64, for machines change the rest by themselves."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False))


def _browser(agent: str) -> str:
    """What the browser calls itself, whatever its version."""
    return re.sub(r"\d+", "", agent)


def _refusal(uow: UnitOfWork, user: User, code: str, *, is_right: bool) -> NotAllowed | None:
    """Why this person is not let in; wrong tries are counted on the way."""
    if attempts.is_waiting(user, uow.now):
        return NotAllowed(_REFUSED, code="sign-in-refused")
    if not is_right:
        attempts.count(user, uow.now)
        return NotAllowed(_REFUSED, code="sign-in-refused")
    if not user.is_active:
        return NotAllowed(_REFUSED, code="sign-in-refused")
    if not second_factors.is_enrolled(uow, user.id):
        return None
    if not code.strip():
        return NotAllowed("请输入验证器上的六位验证码，或一个恢复码。", code="second-factor-needed")
    if second_factors.accept(uow, user.id, code):
        return None
    attempts.count(user, uow.now)
    return NotAllowed(
        "验证码不正确或已用过。请等验证器显示下一个验证码后再试。", code="second-factor-refused"
    )


def _opened(uow: UnitOfWork, user: User, password: str, origin: Origin) -> tuple[str, SignIn]:
    refused = user.failed_attempts
    attempts.forget(user)
    if passwords.is_outdated(user.password_hash):
        user.password_hash = passwords.hashed(password)
    secret, row = open_row(
        uow,
        user.id,
        kind=SESSION,
        secret=secrets.token_urlsafe(32),
        expires_at=uow.now + IDLE,
        csrf_token=secrets.token_urlsafe(32),
        origin=origin,
    )
    row.refused_before = refused
    return secret, row


def _open_of(uow: UnitOfWork, user_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        SignIn.user_id == user_id, SignIn.revoked_at.is_(None), SignIn.expires_at > uow.now
    )


def _tell(uow: UnitOfWork, user_id: str, *, count: int) -> None:
    name = users.get(uow, user_id).name
    journal.record(
        uow, "sign_in.revoked", subject=("user", user_id), name=name, after={"count": count}
    )
