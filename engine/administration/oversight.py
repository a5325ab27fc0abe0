"""Who may see what: for auditors and security administrators, without anything of a case.

The answers are asked of the rules themselves: of the manifests for a person, of engine/permission/access.py for
a case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from engine import identity
from engine.administration import duties
from engine.database import SEEN
from engine.errors import NotFound
from engine.package import ProcessPackage
from engine.permission import access
from engine.tables import Instance, Party, Post, Task, TaskCandidate, User

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A relation that a post opens to its holder, where the organisation is party to a case."""

    family: str
    relation: str
    name: str
    audiences: tuple[str, ...]
    needs_notice: bool
    #: By a task that waits for this role; else by being a party.
    is_role: bool


@dataclass(frozen=True, kw_only=True)
class Held:
    """A post of that day, and where it can lead."""

    post: Post
    is_duty: bool
    standings: tuple[Standing, ...]


@dataclass(frozen=True, kw_only=True)
class Reader:
    """A person who can read a case now, and which audiences of it."""

    user: User
    audiences: frozenset[str]


def posts_of(uow: UnitOfWork, user_id: str, *, on: date | None = None) -> list[Held]:
    """What a person held on a day (today), with the relations that today's manifests give to it.

    A closed account has no access whatever it held. Who holds an administrator's post stands in no
    relation. Only security and audit administrators; NotFound.
    """
    duties.require(uow, duties.SECURITY_ADMIN, duties.AUDIT_ADMIN)
    identity.users.get(uow, user_id)
    query = (
        sa.select(Post)
        .where(Post.user_id == user_id, identity.posts.in_force(uow, on=on))
        .options(joinedload(Post.organisation))
        .order_by(Post.from_on, Post.id)
    )
    found = uow.session.scalars(query).all()
    is_apart = any(post.group in duties.ADMINISTRATORS for post in found)
    return [
        Held(
            post=post,
            is_duty=post.group in duties.ADMINISTRATORS,
            standings=() if is_apart else _standings(uow, post.group),
        )
        for post in found
    ]


def readers_of(uow: UnitOfWork, instance_id: str) -> list[Reader]:
    """Everybody who can read this case now, by name. Only security and audit administrators.

    Asked are those whom the rules could let in at all (docs/access.md, 3 to 6): each once, by the one
    door. NotFound.
    """
    duties.require(uow, duties.SECURITY_ADMIN, duties.AUDIT_ADMIN)
    instance = uow.session.get(Instance, instance_id)
    if instance is None:
        raise NotFound("没有这个案件。", code="instance-not-found")
    readers = []
    for user in possible(uow, instance_id):
        with in_the_place_of(uow, user) as theirs:
            seen = access.visible_instances(theirs)
            query = sa.select(Instance.id).where(Instance.id == instance_id, seen)
            if uow.session.scalar(query) is not None:
                audiences = frozenset(map(str, access.audiences(theirs, instance)))
                readers.append(Reader(user=user, audiences=audiences))
    return readers


@contextmanager
def in_the_place_of(uow: UnitOfWork, user: User) -> Iterator[UnitOfWork]:
    """The unit of work as this person's; what it keeps of what one person sees is not another's."""
    _forget(uow)
    try:
        yield replace(uow, actor=identity.actor_of(uow, user.id))
    finally:
        _forget(uow)


def _forget(uow: UnitOfWork) -> None:
    for kept in ("reach", SEEN):
        uow.session.info.pop(kept, None)


def possible(uow: UnitOfWork, instance_id: str) -> Sequence[User]:
    """Active people with a post in an organisation of the case, or named by it or its tasks."""
    tasks = sa.select(Task.id).where(Task.instance_id == instance_id)
    candidates = TaskCandidate.task_id.in_(tasks)
    of_instance = Party.instance_id == instance_id
    places: sa.CompoundSelect[str | None] = sa.union(
        sa.select(Party.organisation_id).where(of_instance),
        sa.select(TaskCandidate.organisation_id).where(
            candidates, TaskCandidate.organisation_id.is_not(None)
        ),
    )
    seated = sa.select(Post.user_id).where(
        Post.organisation_id.in_(places), identity.posts.in_force(uow)
    )
    named = sa.union(
        sa.select(Task.assignee_id).where(Task.instance_id == instance_id),
        sa.select(Task.completed_by).where(Task.instance_id == instance_id),
        sa.select(TaskCandidate.user_id).where(candidates),
        sa.select(Party.user_id).where(of_instance),
    )
    query = sa.select(User).where(User.is_active, sa.or_(User.id.in_(seated), User.id.in_(named)))
    return uow.session.scalars(query.order_by(User.name, User.id)).all()


def _standings(uow: UnitOfWork, group: str) -> tuple[Standing, ...]:
    return tuple(
        standing
        for package in uow.engine.packages.values()
        for standing in _of_family(package, group)
    )


def _of_family(package: ProcessPackage, group: str) -> list[Standing]:
    role = package.manifest.roles.get(group)
    found = []
    for relation in package.manifest.relations.values():
        by_role = role is not None and role.relation == relation.key
        if by_role or not relation.groups or group in relation.groups:
            found.append(
                Standing(
                    family=package.family,
                    relation=relation.key,
                    name=relation.name,
                    audiences=tuple(sorted(map(str, relation.audiences))),
                    needs_notice=relation.needs_notice,
                    is_role=by_role,
                )
            )
    return found
