"""Accounts of people: add, find, change, set a password, close."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.administration import duties, journal
from engine.errors import Conflict, Fault, Invalid, NotAllowed, NotFound, Stale
from engine.identity import organisations, passwords, texts
from engine.tables import Organisation, Post, SignIn, User

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,62}[a-z0-9]")
#: One address, plainly written: a letter to it is the only proof that there is one.
_EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}")
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{4,30}(?: ?(?:转|x|ext\.?) ?[0-9]{1,6})?")
_NAME_LENGTH = 80
_EMAIL_LENGTH = 254


def add(
    uow: UnitOfWork,
    *,
    username: str,
    name: str,
    password: str | None,
    email: str | None = None,
    phone: str | None = None,
    is_demo: bool = False,
) -> User:
    """Add an account. Only the system or a security administrator.

    Without a password nobody can sign in with it until its owner sets one, see activations. Invalid
    for a username that is not letters, digits, `.`, `_`, `-`, an empty name, an address that is none
    or a weak password; Conflict for a username in use (upper and lower case are the same).
    """
    duties.require(uow, duties.SECURITY_ADMIN)
    handle = normal(username)
    _check(name, email, phone, username=handle)
    if password is not None:
        passwords.check(password, username=handle, name=name)
    if by_username(uow, handle) is not None:
        raise Conflict(f"用户名“{handle}”已有人使用。", code="username-taken")
    user = User(
        username=handle,
        name=name.strip(),
        email=_kept(email),
        phone=_kept(phone),
        password_hash="" if password is None else passwords.hashed(password),
        is_demo=is_demo,
        created_at=uow.now,
    )
    uow.session.add(user)
    uow.session.flush()
    _tell(uow, "account.added", user, after={"username": handle, **terms(user)})
    return user


def change(
    uow: UnitOfWork,
    user_id: str,
    *,
    name: str,
    email: str | None,
    phone: str | None,
    revision: int | None = None,
) -> User:
    """Correct name and contact. Only the system or a security administrator. Invalid; Stale."""
    duties.require(uow, duties.SECURITY_ADMIN)
    user = locked(uow, user_id, revision)
    _check(name, email, phone)
    before = terms(user)
    user.name, user.email, user.phone = name.strip(), _kept(email), _kept(phone)
    if terms(user) != before:
        user.revision += 1
        uow.session.flush()
        _tell(uow, "account.changed", user, before=before, after=terms(user))
    return user


def get(uow: UnitOfWork, user_id: str) -> User:
    """The account. NotFound."""
    user = uow.session.get(User, user_id)
    if user is None:
        raise NotFound("没有这个账号。", code="user-not-found")
    return user


def locked(uow: UnitOfWork, user_id: str, revision: int | None) -> User:
    """The account, held. NotFound; Stale where it is not at `revision`."""
    query = sa.select(User).where(User.id == user_id).with_for_update()
    user = uow.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if user is None:
        raise NotFound("没有这个账号。", code="user-not-found")
    if revision is not None and revision != user.revision:
        raise Stale("账号在您打开之后有变动，没有保存，请刷新后再改。")
    return user


def terms(user: User) -> dict[str, object]:
    """What the journal tells of it."""
    return {"name": user.name, "email": user.email, "phone": user.phone}


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


def accounts(
    uow: UnitOfWork,
    q: str = "",
    *,
    under: str | None = None,
    group: str | None = None,
    is_active: bool | None = None,
    after: tuple[str, str] | None = None,
    limit: int = 50,
) -> list[User]:
    """Accounts, closed ones among them, by name; see `narrowed`.

    `under` is an organisation with all below it where the person holds a post today, `group` the
    role of such a post. Only security and audit administrators.
    """
    duties.require(uow, duties.SECURITY_ADMIN, duties.AUDIT_ADMIN)
    query = sa.select(User)
    if is_active is not None:
        query = query.where(User.is_active.is_(is_active))
    if under is not None or group is not None:
        held = sa.select(Post.user_id).where(
            Post.from_on <= uow.today,
            sa.or_(Post.until_on.is_(None), Post.until_on >= uow.today),
        )
        if group is not None:
            held = held.where(Post.group == group)
        if under is not None:
            root = organisations.get(uow, under)
            places = sa.select(Organisation.id).where(organisations.below(root))
            held = held.where(Post.organisation_id.in_(places))
        query = query.where(User.id.in_(held))
    return list(uow.session.scalars(narrowed(query, q, after=after, limit=limit)))


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
    """Close an account: it can no longer sign in. Only the system or a security administrator.

    What its owner leaves behind is engine/handover/departures.py's.
    """
    duties.require(uow, duties.SECURITY_ADMIN)
    user = get(uow, user_id)
    user.is_active = False
    user.revision += 1
    end_sign_ins(uow, user_id)
    _tell(uow, "account.closed", user, before={"is_active": True}, after={"is_active": False})
    return user


def reopen(uow: UnitOfWork, user_id: str, *, revision: int | None = None) -> User:
    """Open a closed account again. Only the system or a security administrator. Stale."""
    duties.require(uow, duties.SECURITY_ADMIN)
    user = locked(uow, user_id, revision)
    if user.is_active:
        return user
    user.is_active = True
    user.revision += 1
    user.failed_attempts = 0
    user.locked_until = None
    _tell(uow, "account.reopened", user, before={"is_active": False}, after={"is_active": True})
    return user


def normal(username: str) -> str:
    """One spelling of a username."""
    return unicodedata.normalize("NFKC", username).strip().lower()


def _tell(
    uow: UnitOfWork,
    kind: str,
    user: User,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    subject = ("user", user.id)
    journal.record(uow, kind, subject=subject, name=user.name, before=before, after=after)


def end_sign_ins(uow: UnitOfWork, user_id: str, *, keep: str | None = None) -> None:
    """End every session and token of a person, but `keep`. The caller has the right to it."""
    gone = sa.update(SignIn).where(SignIn.user_id == user_id, SignIn.revoked_at.is_(None))
    if keep is not None:
        gone = gone.where(SignIn.id != keep)
    uow.session.execute(gone.values(revoked_at=uow.now))
    uow.session.flush()


def _kept(contact: str | None) -> str | None:
    return (contact or "").strip() or None


def _check(name: str, email: str | None, phone: str | None, *, username: str | None = None) -> None:
    faults = []
    if username is not None and not _USERNAME.fullmatch(username):
        detail = "用户名只能用英文字母、数字和 . _ -，首尾为字母或数字，3到64个字符。"
        faults.append(Fault(pointer="/username", detail=detail, code="username-form"))
    faults += texts.faults("/name", name, most=_NAME_LENGTH)
    address, number = _kept(email), _kept(phone)
    if address is not None and not (
        len(address) <= _EMAIL_LENGTH and _EMAIL.fullmatch(address) and address.isprintable()
    ):
        detail = "应为一个电子邮箱地址，如 zhang@example.org。"
        faults.append(Fault(pointer="/email", detail=detail, code="email-form"))
    if number is not None and not _PHONE.fullmatch(number):
        detail = "应为一个电话号码，如 13800000000 或 022-12345678转801。"
        faults.append(Fault(pointer="/phone", detail=detail, code="phone-form"))
    if faults:
        raise Invalid("账号没有保存。", errors=faults, code="user-invalid")
