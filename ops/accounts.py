"""Accounts from the command line: the system adds people, sets passwords, ends demo accounts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from engine import identity
from engine.actor import Actor
from engine.engine import Engine
from engine.tables import Post, User
from engine.unit_of_work import UnitOfWork
from ops import people
from ops.errors import Refusal
from ops.messages import text

ACTOR = Actor.system("dudao user")


def add(
    engine: Engine, username: str, *, name: str, password: str | None, posts: Sequence[str] = ()
) -> None:
    """Add a person with posts `ROLE@ORGANISATION-CODE[:TITLE]`: all of it or nothing."""
    with engine.begin(ACTOR) as uow:
        user = identity.users.add(uow, username=username, name=name, password=password)
        for post in posts:
            people.give(uow, user, post)


def set_password(engine: Engine, username: str, *, password: str) -> None:
    """Set a password; the person's sessions and tokens end."""
    with engine.begin(ACTOR) as uow:
        user = identity.users.by_username(uow, username)
        if user is None:
            raise Refusal("user.unknown", username=username)
        identity.users.set_password(uow, user.id, password)


def lines(engine: Engine) -> Iterator[str]:
    """One line for each account, by username: who, which posts, whether closed or for demonstration."""
    with engine.read(ACTOR) as uow:
        query = sa.select(User).order_by(User.username)
        posts = selectinload(User.posts).joinedload(Post.organisation)
        found = uow.session.scalars(query.options(posts)).all()
        if not found:
            yield text("user.none")
        for user in found:
            held = [post for post in user.posts if _is_held(uow, post)]
            marks = [
                *(["user.mark.closed"] if not user.is_active else []),
                *(["user.mark.demo"] if user.is_demo else []),
            ]
            yield "\t".join(
                [
                    user.username,
                    user.name,
                    "、".join(f"{p.group}@{p.organisation.code}" for p in held),
                    " ".join(text(mark) for mark in marks),
                ]
            ).rstrip()


def count_demo(engine: Engine) -> int:
    """How many demo accounts could sign in."""
    with engine.read(ACTOR) as uow:
        return uow.session.scalar(sa.select(sa.func.count()).where(_IS_DEMO)) or 0


def disable_demo(engine: Engine) -> int:
    """Close every demo account; how many there were."""
    with engine.begin(ACTOR) as uow:
        found = uow.session.scalars(sa.select(User.id).where(_IS_DEMO)).all()
        for user_id in found:
            identity.users.close(uow, user_id)
        return len(found)


_IS_DEMO = sa.and_(User.is_demo, User.is_active)


def _is_held(uow: UnitOfWork, post: Post) -> bool:
    return post.from_on <= uow.today and (post.until_on is None or post.until_on >= uow.today)
