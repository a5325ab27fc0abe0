"""The second factor: six digits that change every half minute (TOTP, RFC 6238), or a recovery code.

A code counts once: the step of the last accepted one is kept, and only later steps are accepted. The
clock of the phone may be one step off. Recovery codes have 80 random bits, so that a plain hash of
them cannot be guessed back.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyotp
import sqlalchemy as sa

from engine.administration import journal
from engine.administration.duties import ADMINISTRATORS
from engine.errors import Conflict, NotAllowed
from engine.identity import sealing, users
from engine.tables import RecoveryCode, SecondFactor, User

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

ISSUER = "Dudao"
#: Steps of half a minute by which a phone's clock may be off.
SKEW = 1
RECOVERY_CODES = 10

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # no letter that looks like a digit


def begin(uow: UnitOfWork) -> tuple[str, str]:
    """Make the actor's secret: (base 32, otpauth address). It counts once `confirm`ed with a code.

    Beginning again replaces a secret that was never confirmed; Conflict where one is in use.
    """
    user = users.get(uow, uow.actor.user_id or "")
    row = uow.session.get(SecondFactor, user.id)
    if row is not None and row.confirmed_at is not None:
        raise Conflict("您已启用两步验证。要换验证器，请先停用。", code="second-factor-enrolled")
    secret = pyotp.random_base32()
    if row is None:
        row = SecondFactor(user_id=user.id, created_at=uow.now)
        uow.session.add(row)
    row.secret = sealing.seal(uow.engine, secret)
    row.created_at = uow.now
    uow.session.flush()
    return secret, pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=ISSUER)


def confirm(uow: UnitOfWork, code: str) -> Sequence[str]:
    """Prove with a code that the authenticator has the secret: the recovery codes, shown once.

    Conflict where nothing was begun or all is done; NotAllowed for a wrong code.
    """
    user_id = uow.actor.user_id or ""
    row = uow.session.get(SecondFactor, user_id, with_for_update=True)
    if row is None or row.confirmed_at is not None:
        raise Conflict("没有待确认的验证器，请重新开始。", code="second-factor-not-begun")
    if not _accept_code(uow, row, code):
        raise NotAllowed(
            "验证码不正确，没有启用。请核对手机的时间，用下一个验证码再试。",
            code="second-factor-refused",
        )
    row.confirmed_at = uow.now
    _tell(uow, "second_factor.enrolled", user_id)
    return renew_recovery_codes(uow)


def renew_recovery_codes(uow: UnitOfWork) -> Sequence[str]:
    """New recovery codes for the actor, shown once; the old ones no longer count."""
    user_id = uow.actor.user_id or ""
    if not is_enrolled(uow, user_id):
        raise Conflict("您还没有启用两步验证。", code="second-factor-missing")
    uow.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    uow.session.add_all(RecoveryCode(digest=_digest(user_id, c), user_id=user_id) for c in codes)
    uow.session.flush()
    return codes


def accept(uow: UnitOfWork, user_id: str, code: str) -> bool:
    """Whether this is the person's code of now, or one of their recovery codes; it counts no more.

    The caller holds the account's row, so that a code sent twice at one moment is taken once.
    """
    row = uow.session.get(SecondFactor, user_id, with_for_update=True, populate_existing=True)
    if row is None or row.confirmed_at is None:
        return False
    return _accept_code(uow, row, code) or _accept_recovery(uow, user_id, code)


def remove(uow: UnitOfWork, user_id: str) -> None:
    """Take the second factor away. The caller has asked for password and code, or two people have."""
    uow.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    gone = uow.session.execute(
        sa.delete(SecondFactor)
        .where(SecondFactor.user_id == user_id)
        .returning(SecondFactor.user_id)
    ).all()
    if gone:
        _tell(uow, "second_factor.removed", user_id)


def is_enrolled(uow: UnitOfWork, user_id: str) -> bool:
    """Whether the person's second factor is in use."""
    row = uow.session.get(SecondFactor, user_id)
    return row is not None and row.confirmed_at is not None


def recovery_codes_left(uow: UnitOfWork, user_id: str) -> int:
    """How many recovery codes were not used yet."""
    unused = sa.select(sa.func.count()).where(
        RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
    )
    return uow.session.scalar(unused) or 0


def is_demanded(uow: UnitOfWork) -> bool:
    """Whether the actor's posts ask for one: roles with `second_factor` in a manifest, administrators.

    Demonstration accounts are exempt: nobody has their phone, and they are served to loopback only.
    """
    held = uow.actor.groups
    demanding = ADMINISTRATORS.union(
        *(package.manifest.second_factor_roles for package in uow.engine.packages.values())
    )
    if held.isdisjoint(demanding):
        return False
    return not users.get(uow, uow.actor.user_id or "").is_demo


def is_missing(uow: UnitOfWork) -> bool:
    """Whether the actor holds a post that asks for a second factor and has none."""
    return is_demanded(uow) and not is_enrolled(uow, uow.actor.user_id or "")


def _accept_code(uow: UnitOfWork, row: SecondFactor, code: str) -> bool:
    given = "".join(code.split())
    if not (given.isascii() and given.isdecimal()):
        return False
    totp = pyotp.TOTP(sealing.unseal(uow.engine, row.secret))
    now = totp.timecode(uow.now)
    for step in range(now - SKEW, now + SKEW + 1):
        if step > row.last_step and hmac.compare_digest(totp.generate_otp(step), given):
            row.last_step = step
            uow.session.flush()
            return True
    return False


def _accept_recovery(uow: UnitOfWork, user_id: str, code: str) -> bool:
    row = uow.session.get(RecoveryCode, _digest(user_id, code), with_for_update=True)
    if row is None or row.user_id != user_id or row.used_at is not None:
        return False
    row.used_at = uow.now
    _tell(uow, "recovery_code.used", user_id)
    return True


def _recovery_code() -> str:
    text = "".join(secrets.choice(_ALPHABET) for _ in range(16))
    return "-".join(text[i : i + 4] for i in range(0, 16, 4))


def _digest(user_id: str, code: str) -> str:
    text = "".join(char for char in code.lower() if char.isalnum())
    return hashlib.sha256(f"{user_id} {text}".encode("utf-8", "surrogatepass")).hexdigest()


def _tell(uow: UnitOfWork, kind: str, user_id: str) -> None:
    user = uow.session.get_one(User, user_id)
    journal.record(uow, kind, subject=("user", user_id), name=user.name)
