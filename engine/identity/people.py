"""Who may take a task: the same rule as `Reach.eligible`, asked from the task's side."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from engine.duties import ADMINISTRATORS
from engine.identity import users
from engine.identity.posts import in_force
from engine.package import ProcessPackage, Relation
from engine.standing import relation_of
from engine.tables import Instance, Party, Post, Recusal, Task, TaskCandidate, TaskExclusion, User

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork


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
                User.id.in_(_members(uow, instance, [among])),
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
    ways: list[sa.ColumnElement[bool]] = [User.id.in_(colleagues), *_ways(uow, task, package)]
    if package is None:
        return _fit(uow, task, instance, package, ways)
    manifest = package.manifest
    readers = [r for r in manifest.relations.values() if task.audience in r.audiences]
    ways.append(User.id.in_(_members(uow, instance, readers)))
    query = _fit(uow, task, instance, package, ways)
    if task.audience == "internal":
        kept_out = [r for r in manifest.relations.values() if r.bars_internal]
        query = query.where(User.id.not_in(_members(uow, instance, kept_out)))
    return query


def _people(uow: UnitOfWork, task: Task) -> sa.Select[User]:
    instance = uow.session.get_one(Instance, task.instance_id)
    package = uow.engine.packages.get(instance.family)
    return _fit(uow, task, instance, package, _ways(uow, task, package))


def _ways(
    uow: UnitOfWork, task: Task, package: ProcessPackage | None
) -> list[sa.ColumnElement[bool]]:
    """What makes a person a candidate."""
    ways: list[sa.ColumnElement[bool]] = [User.id.in_(_named(task))]
    if package is not None:
        ways += [
            User.id.in_(_seated(uow, task, package, row)) for row in _candidate_posts(uow, task)
        ]
    if not _has_candidates(uow, task):
        ways.append(User.id == task.assignee_id)
    return ways


def _fit(
    uow: UnitOfWork,
    task: Task,
    instance: Instance,
    package: ProcessPackage | None,
    ways: list[sa.ColumnElement[bool]],
) -> sa.Select[User]:
    """Of whoever comes in one of the ways: those whom nothing keeps out."""
    query = sa.select(User).where(
        User.is_active,
        sa.or_(*ways),
        User.id.not_in(_administrators(uow)),
        User.id.not_in(sa.select(Recusal.user_id).where(Recusal.instance_id == instance.id)),
        User.id.not_in(sa.select(TaskExclusion.user_id).where(TaskExclusion.task_id == task.id)),
    )
    if package is not None:
        untold = _party_members(uow, instance, package, told=False)
        related = _party_members(uow, instance, package, told=True)
        query = query.where(sa.or_(User.id.not_in(untold), User.id.in_(related)))
    return query


def _candidate_posts(uow: UnitOfWork, task: Task) -> list[TaskCandidate]:
    return list(
        uow.session.scalars(
            sa.select(TaskCandidate).where(
                TaskCandidate.task_id == task.id, TaskCandidate.group.is_not(None)
            )
        )
    )


def _has_candidates(uow: UnitOfWork, task: Task) -> bool:
    query = sa.select(TaskCandidate.id).where(TaskCandidate.task_id == task.id).limit(1)
    return uow.session.scalar(query) is not None


def _named(task: Task) -> sa.Select[str | None]:
    return sa.select(TaskCandidate.user_id).where(
        TaskCandidate.task_id == task.id, TaskCandidate.user_id.is_not(None)
    )


def _seated(
    uow: UnitOfWork, task: Task, package: ProcessPackage, row: TaskCandidate
) -> sa.Select[str]:
    """Holders of a candidate post; none where its relation is unknown or has not been told."""
    relation = relation_of(package, row.group or "")
    query = sa.select(Post.user_id).where(
        Post.group == row.group, Post.organisation_id == row.organisation_id, in_force(uow)
    )
    if relation is None:
        return query.where(sa.false())
    if relation.needs_notice:
        party = aliased(Party)
        query = query.where(
            sa.exists().where(
                party.instance_id == task.instance_id,
                party.relation == relation.key,
                party.organisation_id == row.organisation_id,
                sa.or_(party.user_id.is_(None), party.user_id == Post.user_id),
                party.notified_at.is_not(None),
            )
        )
    return query


def _administrators(uow: UnitOfWork) -> sa.Select[str]:
    return sa.select(Post.user_id).where(Post.group.in_(sorted(ADMINISTRATORS)), in_force(uow))


def _party_members(
    uow: UnitOfWork, instance: Instance, package: ProcessPackage, *, told: bool
) -> sa.Select[str]:
    """Persons with a post that is related to the instance; or that will be, once it is told."""
    relations = package.manifest.relations.values()
    among = [relation for relation in relations if told or relation.needs_notice]
    return _members(uow, instance, among, told=told)


def _members(
    uow: UnitOfWork, instance: Instance, among: Iterable[Relation], *, told: bool = True
) -> sa.Select[str]:
    """Persons with a post that stands in one of these relations to the instance."""
    post, party = aliased(Post), aliased(Party)
    ways = [_stands(relation, post, party, told=told) for relation in among]
    return (
        sa.select(post.user_id)
        .join(party, party.organisation_id == post.organisation_id)
        .where(
            party.instance_id == instance.id,
            sa.or_(party.user_id.is_(None), party.user_id == post.user_id),
            in_force(uow, post),
            sa.or_(sa.false(), *ways),
        )
    )


def _stands(
    relation: Relation, post: type[Post], party: type[Party], *, told: bool
) -> sa.ColumnElement[bool]:
    parts = [party.relation == relation.key]
    if relation.groups:
        parts.append(post.group.in_(sorted(relation.groups)))
    if relation.needs_notice:
        parts.append(party.notified_at.is_not(None) if told else party.notified_at.is_(None))
    return sa.and_(*parts)
