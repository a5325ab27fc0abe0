"""Accounts of people whom the organisation's own sign-in vouches for (OpenID Connect).

Who somebody is there is issuer and subject together, never a name or an address. The first sign-in
makes an account; an account that was here before is linked by two people, never by a name that
happens to be alike. Groups of the provider give and end posts, but only those that they gave
themselves, and never a post of an administrator.
"""

from __future__ import annotations

import hashlib
import logging
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.administration import duties, journal
from engine.administration.proposals import Kind, propose
from engine.errors import Conflict, Fault, Invalid, NotAllowed, NotFound
from engine.identity import organisations, posts, users
from engine.tables import (
    OutsideAttempt,
    OutsideIdentity,
    OutsidePost,
    OutsideSession,
    Post,
    Proposal,
    SignIn,
    User,
)

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

logger = logging.getLogger("dudao.identity")

LONGEST_SUBJECT = 255
_NAME_LENGTH = 80
_USERNAME_LENGTH = 56  # leaves room for a number that makes it unique


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A post that a group of the provider gives: a role in the organisation with this code."""

    group: str
    organisation: str
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Outsider:
    """Who came, as the provider says."""

    issuer: str
    subject: str
    username: str = ""
    name: str = ""
    #: What their groups give; None where groups are not mapped at all.
    seats: Collection[Seat] | None = None
    #: Whether the provider asked for a second factor that counts here.
    has_second_factor: bool = False
    #: The provider's own session, and the token that it is ended with.
    session: str | None = None
    id_token: str = ""


def admit(uow: UnitOfWork, outsider: Outsider) -> OutsideIdentity:
    """The identity of who came, with account and posts. Only the system.

    Made at the first time. NotAllowed (`account-closed`) for a closed account, which stays closed.
    """
    query = sa.select(OutsideIdentity).where(
        OutsideIdentity.issuer == outsider.issuer, OutsideIdentity.subject == outsider.subject
    )
    identity = uow.session.scalars(query.with_for_update()).one_or_none()
    if identity is None:
        user = _made(uow, outsider)
        identity = _linked(uow, user, outsider.issuer, outsider.subject)
    user = users.get(uow, identity.user_id)
    if not user.is_active:
        raise NotAllowed("这个账号已停用，不能登录。请联系安全管理员。", code="account-closed")
    identity.used_at = uow.now
    if outsider.seats is not None:
        align(uow, user, outsider.seats)
    return identity


def align(uow: UnitOfWork, user: User, seats: Collection[Seat]) -> None:
    """Give the posts of these seats and end those that earlier ones gave and these do not.

    What was given by hand stays, and no administrator's post comes this way. A seat in an
    organisation that does not exist or is closed is left out and logged.
    """
    wanted = {}
    for seat in seats:
        where = organisations.by_code(uow, seat.organisation)
        if seat.group in duties.ADMINISTRATORS or where is None or where.closed_on is not None:
            logger.warning(
                "group mapping left out: role=%s organisation=%s", seat.group, seat.organisation
            )
            continue
        wanted[seat.group, where.id] = seat
    held = posts.of(uow, user.id)
    marked = set(
        uow.session.scalars(
            sa.select(OutsidePost.post_id).where(OutsidePost.post_id.in_([p.id for p in held]))
        )
    )
    ended = [p for p in held if p.id in marked and (p.group, p.organisation_id) not in wanted]
    for post in ended:
        posts.end(uow, post.id)
    have = {(post.group, post.organisation_id) for post in held}
    given = [
        posts.grant(uow, user.id, group, where, title=seat.title)
        for (group, where), seat in wanted.items()
        if (group, where) not in have
    ]
    uow.session.add_all(OutsidePost(post_id=post.id) for post in given)
    uow.session.flush()
    if given or ended:
        _tell(uow, "account.mapped", user, given=_named(given), ended=_named(ended))


def ask_link(uow: UnitOfWork, user_id: str, *, issuer: str, subject: str, reason: str) -> Proposal:
    """Ask that who is `subject` at the provider is this account. Two people do it, as a way back in.

    Only a security administrator, and not for their own account. Invalid for a subject that can be
    none; Conflict for one that is somebody's already, or a closed account.
    """
    duties.require(uow, duties.SECURITY_ADMIN)
    user = users.get(uow, user_id)
    if user_id == uow.actor.user_id:
        raise NotAllowed("不能为自己的账号申请关联。", code="own-account")
    if not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        fault = Fault(pointer="/subject", detail="请填写统一认证中的标识（sub）。", code="subject")
        raise Invalid("没有提出。", errors=[fault], code="identity-invalid")
    _require_free(uow, user, issuer, subject)
    return propose(
        uow,
        KIND,
        subject=("user", user_id),
        # the second person must be able to read what they say yes to
        title=f"把统一认证账号关联到“{user.name}”（{user.username}）",
        reason=f"{reason.strip()}\n统一认证标识：{subject}" if reason.strip() else "",
        content={"issuer": issuer, "subject": subject},
    )


def unlink(uow: UnitOfWork, user_id: str, identity_id: str) -> None:
    """The account is no longer theirs who are this at the provider; sessions from there end.

    Only a security administrator. Posts that the groups gave end, too. NotFound.
    """
    duties.require(uow, duties.SECURITY_ADMIN)
    identity = uow.session.get(OutsideIdentity, identity_id)
    if identity is None or identity.user_id != user_id:
        raise NotFound("没有这项关联。", code="identity-not-found")
    user = users.get(uow, user_id)
    end_sessions(uow, OutsideSession.identity_id == identity_id)
    for gone in (OutsideSession, OutsideAttempt):
        uow.session.execute(sa.delete(gone).where(gone.identity_id == identity_id))
    uow.session.delete(identity)
    align(uow, user, ())
    before = {"issuer": identity.issuer, "subject": identity.subject}
    subject = ("user", user.id)
    journal.record(uow, "identity.unlinked", subject=subject, name=user.name, before=before)


def of(uow: UnitOfWork, user_id: str) -> list[OutsideIdentity]:
    """Who this account is at the provider. Only the system or a security administrator."""
    duties.require(uow, duties.SECURITY_ADMIN)
    users.get(uow, user_id)
    query = sa.select(OutsideIdentity).where(OutsideIdentity.user_id == user_id)
    return list(uow.session.scalars(query.order_by(OutsideIdentity.created_at, OutsideIdentity.id)))


def end_sessions(uow: UnitOfWork, *which: sa.ColumnElement[bool]) -> int:
    """End the browser sessions of which this holds, over OutsideSession; how many."""
    ids = sa.select(OutsideSession.sign_in_id).where(*which)
    gone = sa.update(SignIn).where(SignIn.id.in_(ids), SignIn.revoked_at.is_(None))
    ended = gone.values(revoked_at=uow.now).returning(SignIn.id)
    return len(uow.session.scalars(ended.execution_options(synchronize_session=False)).all())


def _made(uow: UnitOfWork, outsider: Outsider) -> User:
    handle = _username(outsider)
    number = 1
    while users.by_username(uow, handle if number == 1 else f"{handle}-{number}") is not None:
        number += 1
    return users.add(
        uow,
        username=handle if number == 1 else f"{handle}-{number}",
        name=_plain(outsider.name) or _plain(outsider.username) or handle,
        password=None,
    )


def _username(outsider: Outsider) -> str:
    wished = re.sub(r"[^a-z0-9._-]+", "-", users.normal(outsider.username))
    handle = wished[:_USERNAME_LENGTH].strip("._-")
    if len(handle) >= 3:
        return handle
    told = f"{outsider.issuer} {outsider.subject}".encode("utf-8", "surrogatepass")
    return f"user-{hashlib.sha256(told).hexdigest()[:10]}"


def _plain(name: str) -> str:
    text = unicodedata.normalize("NFC", name)
    return "".join(char for char in text if char.isprintable()).strip()[:_NAME_LENGTH].strip()


def _linked(uow: UnitOfWork, user: User, issuer: str, subject: str) -> OutsideIdentity:
    identity = OutsideIdentity(user_id=user.id, issuer=issuer, subject=subject, created_at=uow.now)
    uow.session.add(identity)
    uow.session.flush()
    _tell(uow, "identity.linked", user, issuer=issuer, subject=subject)
    return identity


def _require_free(uow: UnitOfWork, user: User, issuer: str, subject: str) -> None:
    if not user.is_active:
        raise Conflict("这个账号已停用，没有提出。", code="account-closed")
    query = sa.select(OutsideIdentity.id).where(
        OutsideIdentity.issuer == issuer, OutsideIdentity.subject == subject
    )
    if uow.session.scalars(query).first() is not None:
        raise Conflict("这个标识已关联到一个账号。请先解除原来的关联。", code="identity-linked")


def _may_confirm(uow: UnitOfWork, proposal: Proposal) -> bool:
    is_owner = uow.actor.user_id == proposal.subject_id
    admins = {duties.SECURITY_ADMIN, duties.SYSTEM_ADMIN}
    return not is_owner and not uow.actor.groups.isdisjoint(admins)


def _carry_out(uow: UnitOfWork, proposal: Proposal) -> Mapping[str, Any]:
    duties.require(uow, duties.SECURITY_ADMIN)
    user = users.get(uow, proposal.subject_id)
    issuer, subject = proposal.content["issuer"], proposal.content["subject"]
    _require_free(uow, user, issuer, subject)
    _linked(uow, user, issuer, subject)
    return {"user": user.username, "subject": subject}


def _named(given: Collection[Post]) -> list[dict[str, str]]:
    return [{"group": post.group, "organisation_id": post.organisation_id} for post in given]


def _tell(uow: UnitOfWork, kind: str, user: User, **after: object) -> None:
    journal.record(uow, kind, subject=("user", user.id), name=user.name, after=after)


KIND = Kind(
    key="identity_link",
    name="关联统一认证账号",
    may_confirm=_may_confirm,
    carry_out=_carry_out,
)
