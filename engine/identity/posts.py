"""Posts: who holds which role in which organisation, and on which days; and the actor they make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from engine.actor import Actor, PostRef
from engine.administration import duties, journal
from engine.errors import Conflict, Fault, Invalid, NotAllowed, NotFound
from engine.tables import Organisation, Post, User

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

_TITLE_LENGTH = 80


def grant(
    uow: UnitOfWork,
    user_id: str,
    group: str,
    organisation_id: str,
    *,
    title: str = "",
    from_on: date | None = None,
    until_on: date | None = None,
) -> Post:
    """Give a person a role in an organisation, from today unless `from_on` says otherwise.

    Only the system or a security administrator. Granting what the person already holds on that day
    gives back the post they hold. Invalid for an unknown person or organisation, or a period that
    ends before it begins; Conflict for a second of the duties that are kept apart.
    """
    duties.require(uow, duties.SECURITY_ADMIN)
    start = uow.today if from_on is None else from_on
    _check(uow, user_id, group, organisation_id, title, start, until_on)
    held = uow.session.scalars(
        sa.select(Post).where(
            Post.user_id == user_id,
            Post.group == group,
            Post.organisation_id == organisation_id,
            Post.from_on <= start,
            sa.or_(Post.until_on.is_(None), Post.until_on >= start),
        )
    ).first()
    if held is not None:
        return held
    keep_apart(uow, user_id, group, start, until_on)
    post = Post(
        user_id=user_id,
        group=group,
        organisation_id=organisation_id,
        title=title.strip(),
        from_on=start,
        until_on=until_on,
    )
    uow.session.add(post)
    uow.session.flush()
    _tell(uow, "post.granted", post, before=None)
    return post


def end(uow: UnitOfWork, post_id: str, *, last_day: date | None = None) -> Post:
    """End a post: `last_day` is its last day in force, by default yesterday (over at once).

    Only the system or a security administrator. A post that has ended keeps its earlier last day.
    """
    duties.require(uow, duties.SECURITY_ADMIN)
    post = uow.session.get(Post, post_id)
    if post is None:
        raise NotFound("没有这个岗位。", code="post-not-found")
    day = uow.today - timedelta(days=1) if last_day is None else last_day
    if post.until_on is None or day < post.until_on:
        before = _terms(post)
        post.until_on = day
        _tell(uow, "post.ended", post, before=before)
    return post


def of(uow: UnitOfWork, user_id: str, *, on: date | None = None) -> list[Post]:
    """The posts that a person holds on a day (today), the oldest first."""
    given = {"user_id": user_id, "day": uow.today if on is None else on}
    return list(uow.session.scalars(_HELD_ON, given))


def of_many(uow: UnitOfWork, user_ids: Sequence[str]) -> Mapping[str, Sequence[Post]]:
    """The posts that each of these people holds today, with person and organisation loaded."""
    query = (
        sa.select(Post)
        .where(Post.user_id.in_(user_ids), in_force(uow))
        .options(joinedload(Post.user), joinedload(Post.organisation))
        .order_by(Post.from_on, Post.id)
    )
    found: dict[str, list[Post]] = {}
    for post in uow.session.scalars(query):
        found.setdefault(post.user_id, []).append(post)
    return found


def in_force(
    uow: UnitOfWork, post: Any = Post, *, on: date | None = None
) -> sa.ColumnElement[bool]:
    """Over Post: held on a day (today)."""
    return _on(post, uow.today if on is None else on)


def _on(post: Any, day: Any) -> sa.ColumnElement[bool]:
    return sa.and_(post.from_on <= day, sa.or_(post.until_on.is_(None), post.until_on >= day))


#: Asked with every request, hence built once.
_HELD_ON = (
    sa.select(Post)
    .where(Post.user_id == sa.bindparam("user_id"), _on(Post, sa.bindparam("day")))
    .order_by(Post.from_on, Post.id)
)


def actor_of(uow: UnitOfWork, user_id: str) -> Actor:
    """The person with the posts held today. NotFound; NotAllowed for a closed account."""
    user = uow.session.get(User, user_id)
    if user is None:
        raise NotFound("没有这个账号。", code="user-not-found")
    if not user.is_active:
        raise NotAllowed("这个账号已停用。", code="account-closed")
    return Actor(
        user_id=user.id,
        name=user.name,
        posts=tuple(
            PostRef(group=post.group, organisation_id=post.organisation_id, title=post.title)
            for post in of(uow, user.id)
        ),
        locale=user.locale,
    )


def keep_apart(
    uow: UnitOfWork, user_id: str, group: str, start: date, until_on: date | None
) -> None:
    """Conflict for a second of the duties that are kept apart on one day.

    Two at the same moment: the account's row is held, so that the second sees the first.
    """
    if group not in duties.KEPT_APART:
        return
    uow.session.execute(sa.select(User.id).where(User.id == user_id).with_for_update())
    overlapping = sa.select(Post.group).where(
        Post.user_id == user_id,
        Post.group.in_(duties.KEPT_APART - {group}),
        sa.or_(Post.until_on.is_(None), Post.until_on >= start),
        sa.true() if until_on is None else Post.from_on <= until_on,
    )
    if uow.session.scalars(overlapping.limit(1)).first() is not None:
        raise Conflict(
            "系统管理员、安全管理员、审计管理员不得由同一人担任，岗位没有设立。",
            code="duties-kept-apart",
        )


def _tell(uow: UnitOfWork, kind: str, post: Post, *, before: dict[str, str | None] | None) -> None:
    user = uow.session.get_one(User, post.user_id)
    subject = ("user", post.user_id)
    journal.record(uow, kind, subject=subject, name=user.name, before=before, after=_terms(post))


def _terms(post: Post) -> dict[str, str | None]:
    return {
        "group": post.group,
        "organisation_id": post.organisation_id,
        "title": post.title,
        "from_on": post.from_on.isoformat(),
        "until_on": post.until_on.isoformat() if post.until_on is not None else None,
    }


def _check(
    uow: UnitOfWork,
    user_id: str,
    group: str,
    organisation_id: str,
    title: str,
    start: date,
    until_on: date | None,
) -> None:
    faults = []
    if uow.session.get(User, user_id) is None:
        faults.append(Fault(pointer="/user_id", detail="没有这个账号。", code="unknown-user"))
    if uow.session.get(Organisation, organisation_id) is None:
        faults.append(
            Fault(pointer="/organisation_id", detail="没有这个单位。", code="unknown-organisation")
        )
    if not group.strip():
        faults.append(Fault(pointer="/group", detail="请写明岗位角色。", code="required"))
    if len(title.strip()) > _TITLE_LENGTH:
        faults.append(
            Fault(pointer="/title", detail=f"不超过{_TITLE_LENGTH}个字。", code="too-long")
        )
    if until_on is not None and until_on < start:
        faults.append(Fault(pointer="/until_on", detail="不应早于起始日。", code="out-of-range"))
    if faults:
        raise Invalid("岗位没有设立。", errors=faults, code="post-invalid")
