"""Who may take a task: the same rule as `Reach.eligible`, asked from the task's side."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.administration.duties import ADMINISTRATORS
from engine.identity import users
from engine.identity.posts import in_force
from engine.package import ProcessPackage, Relation
from engine.permission.standing import relation_of
from engine.tables import Instance, Party, Post, Recusal, Task, TaskCandidate, TaskExclusion, User

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class _Side:
    """A row of Party."""

    relation: str
    organisation_id: str
    user_id: str | None
    is_told: bool


def people_for(
    uow: UnitOfWork,
    task: Task,
    *,
    q: str = "",
    after: tuple[str, str] | None = None,
    limit: int | None = None,
) -> list[User]:
    """Active users who may take the task, by name; `q` narrows by a part of name or username.

    `after` is (name, id) of the last one seen. Without candidates only its assignee. Recused and
    excluded persons, administrators, and members of an organisation that has not been told of the
    case are left out.
    """
    query = users.narrowed(_people(uow, task), q, after=after, limit=limit)
    return list(uow.session.scalars(query))


def may_take(uow: UnitOfWork, task: Task, user_id: str) -> bool:
    """Whether this person may take the task, or keep it."""
    return uow.session.scalar(_people(uow, task).where(User.id == user_id)) is not None


def askable(
    uow: UnitOfWork,
    task: Task,
    *,
    but: Collection[str] = (),
    q: str = "",
    after: tuple[str, str] | None = None,
    limit: int | None = None,
) -> list[User]:
    """Active users whom the actor may ask to sign this task with them (加签), by name.

    Colleagues of an organisation of the actor's, who read the case by this task alone; and whoever
    may take the task or reads its audience as a party. Never who is recused, excluded or an
    administrator, or whose organisation has not been told of the case. `but` are left out.
    """
    query = _askable(uow, task).where(User.id.not_in(sorted(but)))
    return list(uow.session.scalars(users.narrowed(query, q, after=after, limit=limit)))


def is_askable(uow: UnitOfWork, task: Task, user_id: str) -> bool:
    """Whether the actor may ask this person to sign the task with them."""
    return uow.session.scalar(_askable(uow, task).where(User.id == user_id)) is not None


def standing_in(
    uow: UnitOfWork, instance: Instance, relation: Relation, *, groups: Collection[str] = ()
) -> list[User]:
    """Active users who stand in a relation to an instance (by one of these posts, if any are named).

    Never who keeps out of it or is an administrator; nobody of an organisation that has not been told.
    """
    among = relation if not groups else replace(relation, groups=frozenset(groups))
    return list(
        uow.session.scalars(
            sa.select(User)
            .where(
                User.is_active,
                _members(uow, _parties(uow, instance.id), [among]),
                User.id.not_in(_administrators(uow)),
                User.id.not_in(
                    sa.select(Recusal.user_id).where(Recusal.instance_id == instance.id)
                ),
            )
            .order_by(User.name, User.id)
        )
    )


def _askable(uow: UnitOfWork, task: Task) -> sa.Select[User]:
    instance = uow.session.get_one(Instance, task.instance_id)
    package = uow.engine.packages.get(instance.family)
    colleagues = sa.select(Post.user_id).where(
        Post.organisation_id.in_(sorted(uow.actor.organisation_ids)), in_force(uow)
    )
    parties = _parties(uow, instance.id)
    ways = [User.id.in_(colleagues), *_ways(uow, task, package, parties)]
    if package is None:
        return _fit(uow, task, package, parties, ways)
    manifest = package.manifest
    readers = [r for r in manifest.relations.values() if task.audience in r.audiences]
    ways.append(_members(uow, parties, readers))
    query = _fit(uow, task, package, parties, ways)
    if task.audience == "internal":
        kept_out = [r for r in manifest.relations.values() if r.bars_internal]
        query = query.where(~_members(uow, parties, kept_out))
    return query


def _people(uow: UnitOfWork, task: Task) -> sa.Select[User]:
    instance = uow.session.get_one(Instance, task.instance_id)
    package = uow.engine.packages.get(instance.family)
    parties = _parties(uow, instance.id)
    return _fit(uow, task, package, parties, _ways(uow, task, package, parties))


def _ways(
    uow: UnitOfWork, task: Task, package: ProcessPackage | None, parties: Sequence[_Side]
) -> list[sa.ColumnElement[bool]]:
    """What makes a person a candidate."""
    candidates = _candidates(uow, task)
    named = sorted(row.user_id for row in candidates if row.user_id is not None)
    ways: list[sa.ColumnElement[bool]] = [User.id.in_(named)] if named else []
    if package is not None:
        ways += [
            User.id.in_(_seated(uow, parties, package, row))
            for row in candidates
            if row.group is not None
        ]
    if not candidates:
        ways.append(User.id == task.assignee_id)
    return ways or [sa.false()]


def _fit(
    uow: UnitOfWork,
    task: Task,
    package: ProcessPackage | None,
    parties: Sequence[_Side],
    ways: list[sa.ColumnElement[bool]],
) -> sa.Select[User]:
    """Of whoever comes in one of the ways: those whom nothing keeps out."""
    query = sa.select(User).where(
        User.is_active,
        sa.or_(*ways),
        User.id.not_in(_administrators(uow)),
        User.id.not_in(sa.select(Recusal.user_id).where(Recusal.instance_id == task.instance_id)),
        User.id.not_in(sa.select(TaskExclusion.user_id).where(TaskExclusion.task_id == task.id)),
    )
    if package is not None:
        relations = package.manifest.relations.values()
        untold = _members(
            uow, parties, [relation for relation in relations if relation.needs_notice], told=False
        )
        query = query.where(sa.or_(~untold, _members(uow, parties, relations)))
    return query


def _parties(uow: UnitOfWork, instance_id: str) -> list[_Side]:
    """Who is party to the instance: a handful of rows, so that no query need join them."""
    query = sa.select(
        Party.relation, Party.organisation_id, Party.user_id, Party.notified_at.is_not(None)
    ).where(Party.instance_id == instance_id)
    return [
        _Side(relation=relation, organisation_id=place, user_id=user_id, is_told=is_told)
        for relation, place, user_id, is_told in uow.session.execute(query)
    ]


def _candidates(uow: UnitOfWork, task: Task) -> list[TaskCandidate]:
    query = sa.select(TaskCandidate).where(TaskCandidate.task_id == task.id)
    return list(uow.session.scalars(query))


def _seated(
    uow: UnitOfWork, parties: Sequence[_Side], package: ProcessPackage, row: TaskCandidate
) -> sa.Select[str]:
    """Holders of a candidate post; none where its relation is unknown or has not been told."""
    relation = relation_of(package, row.group or "")
    query = sa.select(Post.user_id).where(
        Post.group == row.group, Post.organisation_id == row.organisation_id, in_force(uow)
    )
    if relation is None:
        return query.where(sa.false())
    if relation.needs_notice:
        told = [
            party.user_id
            for party in parties
            if party.relation == relation.key
            and party.organisation_id == row.organisation_id
            and party.is_told
        ]
        if None not in told:
            query = query.where(Post.user_id.in_(told))
    return query


def _administrators(uow: UnitOfWork) -> sa.Select[str]:
    return sa.select(Post.user_id).where(Post.group.in_(sorted(ADMINISTRATORS)), in_force(uow))


def _members(
    uow: UnitOfWork, parties: Sequence[_Side], among: Iterable[Relation], *, told: bool = True
) -> sa.ColumnElement[bool]:
    """Over User: has a post that stands in one of these relations; or that will, once it is told."""
    ways = [way for relation in among for way in _stands(relation, parties, told=told)]
    if not ways:
        return sa.false()
    return User.id.in_(sa.select(Post.user_id).where(in_force(uow), sa.or_(*ways)))


def _stands(
    relation: Relation, parties: Sequence[_Side], *, told: bool
) -> Iterator[sa.ColumnElement[bool]]:
    own = [
        party
        for party in parties
        if party.relation == relation.key and (party.is_told == told or not relation.needs_notice)
    ]
    among = [Post.group.in_(sorted(relation.groups))] if relation.groups else []
    if places := sorted({party.organisation_id for party in own if party.user_id is None}):
        yield sa.and_(Post.organisation_id.in_(places), *among)
    for party in own:
        if party.user_id is not None:
            yield sa.and_(
                Post.organisation_id == party.organisation_id,
                Post.user_id == party.user_id,
                *among,
            )
