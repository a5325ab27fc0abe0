"""The first password of an account is set by its owner, with a code that is good once and for a while.

A security administrator makes the code and hands it over; only its digest is kept. It opens no
account that ever had a password: that way back needs two people (engine/identity/recoveries.py).
"""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.actor import Actor
from engine.administration import duties, journal
from engine.errors import Conflict, NotAllowed
from engine.identity import attempts, passwords, users
from engine.identity.sign_ins import digest
from engine.tables import AccountActivation, User

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.unit_of_work import UnitOfWork

#: Long enough for a list of new colleagues to be called up, and no longer.
VALID = timedelta(days=3)

_REFUSED = "用户名与激活码不相符，或者激活码已用过、已过期。请核对后再试，或请安全管理员另发一个。"


def issue(uow: UnitOfWork, user_id: str) -> tuple[str, AccountActivation]:
    """A code for an account without a password, shown once, and its row; an earlier one ends.

    Only the system or a security administrator. Conflict for an account that is closed or in use.
    """
    duties.require(uow, duties.SECURITY_ADMIN)
    user = users.locked(uow, user_id, None)
    if not user.is_active:
        raise Conflict("这个账号已停用，没有发激活码。", code="account-closed")
    if user.password_hash:
        raise Conflict(
            "本人已设过密码，激活码只用于新账号。忘记密码请走两人重设。", code="account-activated"
        )
    code = secrets.token_urlsafe(15)
    row = uow.session.get(AccountActivation, user_id)
    if row is None:
        row = AccountActivation(user_id=user_id)
        uow.session.add(row)
    row.code_digest = digest(code)
    row.created_at = uow.now
    row.expires_at = uow.now + VALID
    uow.session.flush()
    _tell(uow, "activation.issued", user, expires_at=row.expires_at.isoformat())
    return code, row


def activate(engine: Engine, username: str, code: str, password: str) -> None:
    """The owner sets the first password with the code. It begins a unit of work of its own.

    NotAllowed (`activation-refused`), one answer for all that does not fit; Invalid for a weak
    password, and the code stays good.
    """
    hashed = passwords.hashed(password[: passwords.LONGEST + 1])
    is_done = False
    with engine.begin(Actor.system("activation")) as uow:
        user = _fitting(uow, users.by_username(uow, username), code)
        if user is not None:
            passwords.check(password, username=user.username, name=user.name)
            _carry_out(uow, user, hashed)
            is_done = True
    if not is_done:
        raise NotAllowed(_REFUSED, code="activation-refused")


def is_open(uow: UnitOfWork, user: User) -> bool:
    """Whether a code for this account is out and still good."""
    row = uow.session.get(AccountActivation, user.id)
    return row is not None and uow.now < row.expires_at


def _fitting(uow: UnitOfWork, found: User | None, code: str) -> User | None:
    if found is None:
        return None
    user = users.locked(uow, found.id, None)
    row = uow.session.get(AccountActivation, user.id, populate_existing=True)
    is_good = (
        row is not None
        and user.is_active
        and not user.password_hash
        and uow.now < row.expires_at
        and hmac.compare_digest(row.code_digest, digest(code.strip()))
    )
    return user if is_good else None


def _carry_out(uow: UnitOfWork, user: User, hashed: str) -> None:
    user.password_hash = hashed
    attempts.forget(user)
    uow.session.execute(sa.delete(AccountActivation).where(AccountActivation.user_id == user.id))
    _tell(uow, "account.activated", user)


def _tell(uow: UnitOfWork, kind: str, user: User, **after: object) -> None:
    journal.record(uow, kind, subject=("user", user.id), name=user.name, after=after)
