"""Accounts of people: add, find, set a password, close."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine import duties, journal
from engine.errors import Conflict, Fault, Invalid, NotAllowed, NotFound
from engine.identity import passwords
from engine.tables import SignIn, User

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,62}[a-z0-9]")
_NAME_LENGTH = 80


def add(
    uow: UnitOfWork, *, username: str, name: str, password: str | None, is_demo: bool = False
) -> User:
    """Add an account. Only the system or a security administrator.

    Without a password nobody can sign in with it until one is set. Invalid for a username that is
    not letters, digits, `.`, `_`, `-`, an empty name or a weak password; Conflict for a username in
    use (upper and lower case are the same).
    """
    duties.require(uow, duties.SECURITY_ADMIN)
    handle = normal(username)
    _check(handle, name)
    if password is not None:
        passwords.check(password, username=handle, name=name)
    if by_username(uow, handle) is not None:
        raise Conflict(f"用户名“{handle}”已有人使用。", code="username-taken")
    user = User(
        username=handle,
        name=name.strip(),
        password_hash="" if password is None else passwords.hashed(password),
        is_demo=is_demo,
        created_at=uow.now,
    )
    uow.session.add(user)
    uow.session.flush()
    _tell(uow, "account.added", user, username=handle)
    return user


def get(uow: UnitOfWork, user_id: str) -> User:
    """The account. NotFound."""
    user = uow.session.get(User, user_id)
    if user is None:
        raise NotFound("没有这个账号。", code="user-not-found")
    return user


def by_username(uow: UnitOfWork, username: str) -> User | None:
    """The account with this username."""
    return uow.session.scalars(
        sa.select(User).where(User.username == normal(username))
    ).one_or_none()


def search(
    uow: UnitOfWork, q: str = "", *, after: tuple[str, str] | None = None, limit: int = 50
) -> list[User]:
    """Active accounts whose name or username contains `q`, by name; see `narrowed`."""
    query = narrowed(sa.select(User).where(User.is_active), q, after=after, limit=limit)
    return list(uow.session.scalars(query))


def narrowed(
    query: sa.Select[User],
    q: str,
    *,
    after: tuple[str, str] | None = None,
    limit: int | None = None,
) -> sa.Select[User]:
    """A part of a list of people, in the order of name and id.

    `q` is a part of name or username; `after` is (name, id) of the last one seen.
    """
    text = q.strip()
    if text:
        query = query.where(
            sa.or_(
                User.name.icontains(text, autoescape=True),
                User.username.icontains(text, autoescape=True),
            )
        )
    if after is not None:
        name, last = after
        query = query.where(sa.or_(User.name > name, sa.and_(User.name == name, User.id > last)))
    return query.order_by(User.name, User.id).limit(limit)


def set_password(
    uow: UnitOfWork,
    user_id: str,
    password: str,
    *,
    current: str | None = None,
    keep: str | None = None,
) -> User:
    """Set a password, end all the person's sessions and tokens but `keep`, and lift a lock.

    One's own needs the `current` one; another's is the system's to set: people need two for that
    (engine/identity/recoveries.py). Invalid for a weak password; NotAllowed for a wrong current one.
    """
    user = get(uow, user_id)
    if uow.actor.user_id == user_id:
        if current is None or not passwords.verify(user.password_hash, current):
            raise NotAllowed("原密码不正确，密码没有修改。", code="wrong-password")
    elif not uow.actor.is_system:
        raise NotAllowed("别人的密码只能经两人办理重设。", code="second-person-needed")
    passwords.check(password, username=user.username, name=user.name)
    user.password_hash = passwords.hashed(password)
    user.failed_attempts = 0
    user.locked_until = None
    end_sign_ins(uow, user_id, keep=keep)
    _tell(uow, "account.password_set", user)
    return user


def close(uow: UnitOfWork, user_id: str) -> User:
    """Close an account: it can no longer sign in. Only the system or a security administrator."""
    duties.require(uow, duties.SECURITY_ADMIN)
    user = get(uow, user_id)
    user.is_active = False
    end_sign_ins(uow, user_id)
    _tell(uow, "account.closed", user)
    return user


def reopen(uow: UnitOfWork, user_id: str) -> User:
    """Open a closed account again. Only the system or a security administrator."""
    duties.require(uow, duties.SECURITY_ADMIN)
    user = get(uow, user_id)
    user.is_active = True
    user.failed_attempts = 0
    user.locked_until = None
    _tell(uow, "account.reopened", user)
    return user


def normal(username: str) -> str:
    """One spelling of a username."""
    return unicodedata.normalize("NFKC", username).strip().lower()


def _tell(uow: UnitOfWork, kind: str, user: User, **after: object) -> None:
    journal.record(uow, kind, subject=("user", user.id), name=user.name, after=after)


def end_sign_ins(uow: UnitOfWork, user_id: str, *, keep: str | None = None) -> None:
    """End every session and token of a person, but `keep`. The caller has the right to it."""
    gone = sa.update(SignIn).where(SignIn.user_id == user_id, SignIn.revoked_at.is_(None))
    if keep is not None:
        gone = gone.where(SignIn.id != keep)
    uow.session.execute(gone.values(revoked_at=uow.now))
    uow.session.flush()


def _check(username: str, name: str) -> None:
    faults = []
    if not _USERNAME.fullmatch(username):
        faults.append(
            Fault(
                pointer="/username",
                detail="用户名只能用英文字母、数字和 . _ -，首尾为字母或数字，3到64个字符。",
                code="username-form",
            )
        )
    if not 0 < len(name.strip()) <= _NAME_LENGTH:
        faults.append(
            Fault(pointer="/name", detail=f"姓名应为1到{_NAME_LENGTH}个字。", code="length")
        )
    if faults:
        raise Invalid("账号没有建立。", errors=faults, code="user-invalid")
