"""Arrange a test in one line each: organisations, people with posts, a deployed family.

Rows are made by the same verbs that the product uses; only the password hash is made once for all
people, because hashing is slow on purpose.
"""

from __future__ import annotations

from functools import cache

from engine import identity
from engine.actor import Actor
from engine.engine import Engine
from engine.identity import passwords
from engine.repository import definitions
from engine.tables import Deployment, Organisation, User
from engine.unit_of_work import UnitOfWork

SYSTEM = Actor.system("test")

#: Of everybody that `person` makes.
PASSWORD = "a long sentence for tests"  # noqa: S105


def organisation(
    uow: UnitOfWork,
    code: str,
    *,
    name: str | None = None,
    kind: str = "unit",
    parent: Organisation | None = None,
) -> Organisation:
    """An organisation, by default named after its code."""
    return identity.organisations.add(
        uow, code=code, name=name or code, kind=kind, parent_id=parent.id if parent else None
    )


def person(
    uow: UnitOfWork, username: str, *posts: tuple[str, Organisation], name: str | None = None
) -> Actor:
    """Somebody who can sign in with PASSWORD and holds these posts `(role, organisation)` today."""
    user = User(
        username=username,
        name=name or username,
        password_hash=_password_hash(),
        created_at=uow.now,
    )
    uow.session.add(user)
    uow.session.flush()
    for role, where in posts:
        identity.posts.grant(uow, user.id, role, where.id, title=role)
    return identity.actor_of(uow, user.id)


def deploy(engine: Engine, family: str) -> Deployment:
    """Deploy one of the engine's families."""
    with engine.begin(SYSTEM) as uow:
        return definitions.deploy(uow, engine.package(family))


@cache
def _password_hash() -> str:
    return passwords.hashed(PASSWORD)
