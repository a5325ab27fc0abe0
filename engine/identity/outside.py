"""Signing in at the provider and back: what is under way, the session it opens, and its end.

These take the engine and begin their own units of work, as `sign_ins.sign_in` does: what was used up
stays used up although the sign-in is refused. What the provider answered was checked by the caller.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.actor import Actor
from engine.errors import NotAllowed
from engine.identity import attempts, federation, sealing, second_factors, users
from engine.identity.federation import Outsider
from engine.identity.sign_ins import IDLE, SESSION, Origin, digest, open_row
from engine.tables import (
    OutsideAttempt,
    OutsideIdentity,
    OutsideLogout,
    OutsideSession,
    SignIn,
)

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.unit_of_work import UnitOfWork

#: How long somebody may take at the provider, and then with our own second factor.
VALID = timedelta(minutes=10)
#: Acts that ask for the password are open to a person without one this long after signing in.
FRESH = timedelta(minutes=10)

ACTOR = Actor.system("oidc")


@dataclass(frozen=True, kw_only=True)
class Departure:
    """Somebody on the way to the provider: `secret` stays in their browser."""

    secret: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, kw_only=True)
class Return:
    """What was kept of a departure."""

    nonce: str
    verifier: str
    destination: str


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """Signed in: `secret` and `row` of the session. Without a row our own code is still missing."""

    secret: str
    row: SignIn | None
    destination: str


def depart(engine: Engine, destination: str) -> Departure:
    """Begin a sign-in that ends at our own address `destination`."""
    leaving = Departure(
        secret=secrets.token_urlsafe(32),
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
    )
    with engine.begin(ACTOR) as uow:
        uow.session.add(
            OutsideAttempt(
                digest=digest(leaving.secret),
                state_digest=digest(leaving.state),
                nonce=leaving.nonce,
                verifier=leaving.verifier,
                destination=destination[:1000],
                expires_at=uow.now + VALID,
            )
        )
    return leaving


def come_back(engine: Engine, secret: str, state: str) -> Return:
    """What was kept for this browser and state, given out once.

    NotAllowed (`sign-in-lost`) for another browser, another state, a second time, or too late.
    """
    with engine.begin(ACTOR) as uow:
        row = _open(uow, secret)
        fits = row is not None and hmac.compare_digest(row.state_digest, digest(state))
        found = None
        if row is not None and fits and row.identity_id is None:
            found = Return(nonce=row.nonce, verifier=row.verifier, destination=row.destination)
            uow.session.delete(row)
    if found is None:
        raise _lost()
    return found


def arrive(engine: Engine, outsider: Outsider, *, destination: str, origin: Origin) -> Arrival:
    """Open a session for who came, or keep their arrival until `finish` is given the code.

    NotAllowed for a closed account.
    """
    with engine.begin(ACTOR) as uow:
        identity = federation.admit(uow, outsider)
        token = sealing.seal(uow.engine, outsider.id_token)
        if outsider.has_second_factor or not second_factors.is_enrolled(uow, identity.user_id):
            secret, row = _opened(
                uow,
                identity,
                origin,
                session=outsider.session,
                id_token=token,
                has_second_factor=outsider.has_second_factor,
            )
            return Arrival(secret=secret, row=row, destination=destination)
        waiting = OutsideAttempt(
            digest=digest(secret := secrets.token_urlsafe(32)),
            state_digest="",
            nonce="",
            verifier="",
            destination=destination,
            expires_at=uow.now + VALID,
            identity_id=identity.id,
            provider_session=outsider.session,
            id_token=token,
        )
        uow.session.add(waiting)
    return Arrival(secret=secret, row=None, destination=destination)


def finish(engine: Engine, secret: str, code: str, *, origin: Origin) -> Arrival:
    """The code of our own second factor for an arrival that waits for it.

    NotAllowed: `sign-in-lost` where nothing waits, `second-factor-refused` for a wrong code, which
    counts like a wrong password.
    """
    with engine.begin(ACTOR) as uow:
        done = _finished(uow, secret, code, origin)
    if isinstance(done, NotAllowed):
        raise done
    return done


def session_of(uow: UnitOfWork, sign_in_id: str) -> OutsideSession | None:
    """What is known of this session's beginning at the provider; None where it began here."""
    return uow.session.get(OutsideSession, sign_in_id)


def hint_of(uow: UnitOfWork, sign_in_id: str) -> str | None:
    """The token with which the provider ends its own session, too."""
    row = session_of(uow, sign_in_id)
    return None if row is None else sealing.unseal(uow.engine, row.id_token)


def is_fresh(uow: UnitOfWork, sign_in: SignIn) -> bool:
    """Whether this session began at the provider a moment ago: proves who has no password."""
    return session_of(uow, sign_in.id) is not None and uow.now < sign_in.created_at + FRESH


def log_out(
    engine: Engine,
    *,
    issuer: str,
    subject: str | None,
    session: str | None,
    token_id: str,
    expires_at: datetime,
) -> int:
    """The provider ended its session: ours of it end, of the whole person where it names none.

    How many. NotAllowed (`logout-repeated`) for a token that was taken before.
    """
    with engine.begin(ACTOR) as uow:
        spent = digest(f"{issuer} {token_id}")
        if uow.session.get(OutsideLogout, spent) is not None:
            raise NotAllowed("这个退出通知已经收到过。", code="logout-repeated")
        uow.session.add(OutsideLogout(digest=spent, expires_at=expires_at))
        mine = sa.select(OutsideIdentity.id).where(OutsideIdentity.issuer == issuer)
        if subject is not None:
            mine = mine.where(OutsideIdentity.subject == subject)
        which: list[sa.ColumnElement[bool]] = [OutsideSession.identity_id.in_(mine)]
        waiting: list[sa.ColumnElement[bool]] = [OutsideAttempt.identity_id.in_(mine)]
        if session is not None:
            which.append(OutsideSession.provider_session == session)
            waiting.append(OutsideAttempt.provider_session == session)
        uow.session.execute(sa.delete(OutsideAttempt).where(*waiting))
        return federation.end_sessions(uow, *which)


def sweep(uow: UnitOfWork) -> None:
    """Remove sign-ins that nobody came back from, and logout tokens that are too old to be used."""
    for table in (OutsideAttempt, OutsideLogout):
        uow.session.execute(sa.delete(table).where(table.expires_at <= uow.now))


def _open(uow: UnitOfWork, secret: str) -> OutsideAttempt | None:
    row = uow.session.get(OutsideAttempt, digest(secret), with_for_update=True)
    return None if row is None or uow.now >= row.expires_at else row


def _finished(uow: UnitOfWork, secret: str, code: str, origin: Origin) -> Arrival | NotAllowed:
    waiting = _open(uow, secret)
    if waiting is None or waiting.identity_id is None:
        return _lost()
    identity = uow.session.get_one(OutsideIdentity, waiting.identity_id)
    if not users.get(uow, identity.user_id).is_active:
        return _lost()
    refusal = _refusal(uow, identity.user_id, code)
    if refusal is not None:
        return refusal
    opened, row = _opened(
        uow,
        identity,
        origin,
        session=waiting.provider_session,
        id_token=waiting.id_token or "",
        has_second_factor=False,
    )
    uow.session.delete(waiting)
    return Arrival(secret=opened, row=row, destination=waiting.destination)


def _opened(
    uow: UnitOfWork,
    identity: OutsideIdentity,
    origin: Origin,
    *,
    session: str | None,
    id_token: str,
    has_second_factor: bool,
) -> tuple[str, SignIn]:
    secret, row = open_row(
        uow,
        identity.user_id,
        kind=SESSION,
        secret=secrets.token_urlsafe(32),
        expires_at=uow.now + IDLE,
        csrf_token=secrets.token_urlsafe(32),
        origin=origin,
    )
    uow.session.add(
        OutsideSession(
            sign_in_id=row.id,
            identity_id=identity.id,
            provider_session=session,
            id_token=id_token,
            has_second_factor=has_second_factor,
        )
    )
    uow.session.flush()
    return secret, row


def _refusal(uow: UnitOfWork, user_id: str, code: str) -> NotAllowed | None:
    user = attempts.locked_row(uow, user_id)
    if not attempts.is_waiting(user, uow.now) and second_factors.accept(uow, user_id, code):
        attempts.forget(user)
        return None
    attempts.count(user, uow.now)
    return NotAllowed(
        "验证码不正确或已用过，或者因多次输错暂时锁定。请等验证器显示下一个验证码后再试。",
        code="second-factor-refused",
    )


def _lost() -> NotAllowed:
    return NotAllowed("这次登录已过期或已用过，请重新登录。", code="sign-in-lost")
