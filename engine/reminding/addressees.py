"""Whom a reminder or a piece of news is for: people who may know of it, each once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.administration import oversight
from engine.errors import NotFound
from engine.identity import people
from engine.permission import access
from engine.permission.sight import OPEN
from engine.reminding.rungs import CANDIDATES, HOLDER, STARTER, Rung
from engine.tables import Deadline, Event, EventPayload, Instance, Task, User

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

#: The task because of which somebody is told; None where it is the case's matter.
People = dict[str, Task | None]

#: Who is told of an event, by its kind: takers, holder, sender, named (`to` of the payload).
OF_EVENTS: dict[str, tuple[str, ...]] = {
    "task.created": ("takers",),
    "task.assigned": ("holder",),
    "task.transferred": ("holder",),
    "task.lent": ("holder",),
    "task.given_back": ("holder",),
    "task.recalled": ("holder",),
    "task.handed_back": ("holder",),
    "task.voted": ("sender",),
    "task.decided": ("sender",),
    "task.urged": ("takers",),
    "task.circulated": ("named",),
    "task.commented": ("holder", "sender", "named"),
}


def of_rung(uow: UnitOfWork, deadline: Deadline, rung: Rung) -> People:
    """Whom a rung names, by what its deadline is now: who may not see the deadline is left out."""
    query = sa.select(Task).where(Task.deadline_id == deadline.id, Task.state.in_(OPEN))
    found: People = {}
    for task in uow.session.scalars(query.order_by(Task.id)):
        if CANDIDATES in rung.to:
            found |= {user.id: task for user in people.people_for(uow, task)}
        elif HOLDER in rung.to:
            found |= dict.fromkeys(_takers(uow, task), task)
    others = [
        user.id for user in _of_the_case(uow, deadline.instance, rung) if user.id not in found
    ]
    if STARTER in rung.to and deadline.instance.started_by is not None:
        others.append(deadline.instance.started_by)
    for user_id in dict.fromkeys(others):
        if user_id not in found and _sees(uow, user_id, deadline):
            found[user_id] = None
    return found


def of_event(uow: UnitOfWork, event: Event) -> People:
    """Whom an event of `OF_EVENTS` is news for; never who did it, nobody for a task that is over."""
    task = uow.session.get(Task, event.task_id) if event.task_id is not None else None
    if task is None:
        return {}
    ids: list[str] = []
    for way in OF_EVENTS[event.kind]:
        ids += _by_way(uow, way, task, event)
    mine = {uow.actor.user_id, uow.actor.account_id}
    return {user_id: task for user_id in dict.fromkeys(ids) if user_id not in mine}


def _by_way(uow: UnitOfWork, way: str, task: Task, event: Event) -> list[str]:
    if way == "takers":
        return _takers(uow, task) if task.state in OPEN else []
    if way == "holder":
        return [task.assignee_id] if task.assignee_id is not None and task.state in OPEN else []
    if way == "sender":
        return _active(uow, [task.sent_by])
    payload = uow.session.get(EventPayload, event.id)
    told: Any = payload.content.get("to") if payload is not None else None
    return _active(uow, told if isinstance(told, list) else [told])


def _active(uow: UnitOfWork, ids: Iterable[Any]) -> list[str]:
    wanted = [user_id for user_id in ids if isinstance(user_id, str)]
    if not wanted:
        return []
    return list(uow.session.scalars(sa.select(User.id).where(User.id.in_(wanted), User.is_active)))


def _takers(uow: UnitOfWork, task: Task) -> list[str]:
    """Who has it in hand; while nobody has, whoever may take it."""
    if task.assignee_id is not None:
        return _active(uow, [task.assignee_id])
    return [user.id for user in people.people_for(uow, task)]


def _of_the_case(uow: UnitOfWork, instance: Instance, rung: Rung) -> list[User]:
    package = uow.engine.packages.get(instance.family)
    if package is None:
        return []
    manifest, found = package.manifest, []
    for key in rung.roles:
        role = manifest.roles.get(key)
        relation = manifest.relations.get(role.relation) if role is not None else None
        if relation is not None:
            found += people.standing_in(uow, instance, relation, groups=[key])
    for key in rung.relations:
        if (relation := manifest.relations.get(key)) is not None:
            found += people.standing_in(uow, instance, relation)
    return found


def _sees(uow: UnitOfWork, user_id: str, deadline: Deadline) -> bool:
    user = uow.session.get(User, user_id)
    if user is None or not user.is_active:
        return False
    try:
        with oversight.in_the_place_of(uow, user) as theirs:
            access.require_deadline(theirs, deadline.id)
    except NotFound:
        return False
    return True
