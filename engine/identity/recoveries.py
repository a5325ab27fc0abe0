"""A way back into an account whose owner lost password or authenticator, opened by two people.

A security administrator asks for it, another person confirms within a day. Each of the two then
takes one half of a key and gives it to the owner; both halves together set a new password, once.
Neither of the two can get into the account alone.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.actor import Actor
from engine.administration import duties, journal
from engine.administration.proposals import Kind, propose
from engine.errors import Conflict, NotAllowed, NotFound
from engine.identity import attempts, passwords, second_factors, users
from engine.identity.sign_ins import digest
from engine.tables import AccountRecovery, Proposal, User

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.unit_of_work import UnitOfWork

#: The second person confirms within this time, and the owner uses the key within it afterwards.
VALID = timedelta(days=1)

_REFUSED = (
    "用户名与两段恢复密钥不相符，或者密钥已用过、已过期。请核对后再试，或请安全管理员重新办理。"
)


def ask(uow: UnitOfWork, user_id: str, *, reason: str, drops_factor: bool) -> Proposal:
    """Ask for a way back for this person; with `drops_factor` their authenticator no longer counts.

    Only a security administrator, and not for their own account.
    """
    duties.require(uow, duties.SECURITY_ADMIN)
    user = users.get(uow, user_id)
    if user_id == uow.actor.user_id:
        raise NotAllowed("不能为自己的账号申请重设。", code="own-account")
    if not user.is_active:
        raise Conflict("这个账号已停用，没有提出。", code="account-closed")
    what = "密码和两步验证" if drops_factor else "密码"
    return propose(
        uow,
        KIND,
        subject=("user", user_id),
        title=f"重设“{user.name}”（{user.username}）的{what}",
        reason=reason,
        content={"drops_factor": drops_factor},
    )


def take_half(uow: UnitOfWork, proposal_id: str) -> str:
    """The actor's half of the key, shown once. NotFound unless they asked for it or confirmed it.

    Conflict where it was taken already or its time is over.
    """
    query = sa.select(AccountRecovery).where(AccountRecovery.proposal_id == proposal_id)
    row = uow.session.scalars(query.with_for_update()).one_or_none()
    proposal = uow.session.get(Proposal, proposal_id)
    me = uow.actor.user_id
    if row is None or proposal is None or me not in (proposal.proposed_by, proposal.decided_by):
        raise NotFound("没有您可以领取的恢复密钥。", code="recovery-not-found")
    is_first = me == proposal.proposed_by
    taken = row.first_digest if is_first else row.second_digest
    if taken is not None or row.used_at is not None or uow.now >= row.expires_at:
        raise Conflict("您的这一段密钥已经领取，或已过期。", code="recovery-taken")
    half = secrets.token_urlsafe(12)
    if is_first:
        row.first_digest = digest(half)
    else:
        row.second_digest = digest(half)
    user = users.get(uow, row.user_id)
    _tell(uow, "recovery.half_taken", user)
    return half


def recover(engine: Engine, username: str, halves: tuple[str, str], password: str) -> None:
    """The owner sets a new password with both halves, in either order; every session ends.

    NotAllowed (`recovery-refused`), one answer for all that does not fit; Invalid for a weak password,
    and the key stays good.
    """
    given = sorted(digest(half.strip()) for half in halves)
    hashed = passwords.hashed(password[: passwords.LONGEST + 1])
    is_done = False
    with engine.begin(Actor.system("recovery")) as uow:
        user = users.by_username(uow, username)
        row = _fitting(uow, user, given)
        if user is not None and row is not None:
            passwords.check(password, username=user.username, name=user.name)
            _carry_out(uow, user, row, hashed)
            is_done = True
    if not is_done:
        raise NotAllowed(_REFUSED, code="recovery-refused")


def _fitting(uow: UnitOfWork, user: User | None, given: list[str]) -> AccountRecovery | None:
    if user is None or not user.is_active:
        return None
    query = sa.select(AccountRecovery).where(
        AccountRecovery.user_id == user.id,
        AccountRecovery.used_at.is_(None),
        AccountRecovery.expires_at > uow.now,
    )
    for row in uow.session.scalars(query.with_for_update()):
        if row.first_digest is not None and row.second_digest is not None:
            kept = sorted((row.first_digest, row.second_digest))
            if hmac.compare_digest("".join(kept), "".join(given)):
                return row
    return None


def _carry_out(uow: UnitOfWork, user: User, row: AccountRecovery, hashed: str) -> None:
    row.used_at = uow.now
    user.password_hash = hashed
    attempts.forget(user)
    users.end_sign_ins(uow, user.id)
    if row.drops_factor:
        second_factors.remove(uow, user.id)
    _tell(uow, "account.recovered", user, drops_factor=row.drops_factor)


def _may_confirm(uow: UnitOfWork, proposal: Proposal) -> bool:
    posts = {duties.SECURITY_ADMIN, duties.SYSTEM_ADMIN}
    is_owner = uow.actor.user_id == proposal.subject_id
    return not is_owner and not uow.actor.groups.isdisjoint(posts)


def _open(uow: UnitOfWork, proposal: Proposal) -> Mapping[str, Any]:
    duties.require(uow, duties.SECURITY_ADMIN)
    user = users.get(uow, proposal.subject_id)
    if not user.is_active:
        raise Conflict("这个账号已停用，请撤回。", code="account-closed")
    row = AccountRecovery(
        proposal_id=proposal.id,
        user_id=user.id,
        drops_factor=proposal.content["drops_factor"],
        expires_at=uow.now + VALID,
    )
    uow.session.add(row)
    uow.session.flush()
    return {"user": user.username, "expires_at": row.expires_at.isoformat()}


def _tell(uow: UnitOfWork, kind: str, user: User, **after: object) -> None:
    journal.record(uow, kind, subject=("user", user.id), name=user.name, after=after)


KIND = Kind(
    key="account_recovery",
    name="重设账号",
    may_confirm=_may_confirm,
    carry_out=_open,
    valid_for=VALID,
)
