"""The one door: who sees which rows, and what they may do with them. Default deny.

Every list, count, file and history read of the engine and of the families goes through here, as
an SQL condition (`sa.select(Task).where(access.visible_tasks(uow))`) or as `require_…` for one
row. The rules stand in docs/access.md. The system sees all; administrators are related to no case.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, TypeAlias

import sqlalchemy as sa

from engine.administration import duties
from engine.errors import NotFound
from engine.permission import sight
from engine.permission.acts import (
    allowed_acts,
    allowed_instance_acts,
    allowed_task_acts,
    known,
    require_act,
    require_message,
    sendable_messages,
)
from engine.permission.reach import Condition, Reach, reach_of
from engine.permission.standing import AUDIENCES, is_administrator
from engine.tables import Deadline, Event, File, Incident, Instance, Job, Party, Task

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

__all__ = [
    "AUDIENCES",
    "allowed_acts",
    "allowed_instance_acts",
    "allowed_task_acts",
    "audiences",
    "audiences_in",
    "claimable_tasks",
    "known",
    "own_tasks",
    "reads",
    "relations",
    "require_act",
    "require_deadline",
    "require_file",
    "require_instance",
    "require_message",
    "require_task",
    "sees",
    "sees_task",
    "sendable_messages",
    "visible_deadlines",
    "visible_events",
    "visible_files",
    "visible_incidents",
    "visible_instances",
    "visible_jobs",
    "visible_parties",
    "visible_tasks",
]

#: A mapped attribute or column, e.g. `Task.instance_id`.
Column: TypeAlias = Any


def sees(uow: UnitOfWork, instance_id: Column) -> Condition:
    """Over any table with an instance: the actor may know that this instance exists."""
    return _for(uow, lambda reach: reach.sees(instance_id))


def reads(
    uow: UnitOfWork,
    instance_id: Column,
    audience: Column | str,
    *,
    within: Collection[str] | None = None,
) -> Condition:
    """Over any table with an instance and an audience: the actor reads this row.

    The families' own rows (documents, problems) use it; `audience` may be one fixed audience. Where
    the query is about known instances, naming them `within` is many times faster.
    """
    if within is not None:
        return _known(uow, instance_id, audience, within)
    if isinstance(audience, str):
        return _for(uow, lambda reach: reach.reads_fixed(instance_id, audience))
    return _for(uow, lambda reach: reach.reads(instance_id, audience))


def visible_instances(uow: UnitOfWork) -> Condition:
    """Over Instance."""
    return _for(uow, lambda reach: reach.once("instances", _instances))


def visible_tasks(
    uow: UnitOfWork, *, within: Collection[str] | None = None, few: bool = False
) -> Condition:
    """Over Task: of an audience that the actor reads, or theirs, or free for them to take.

    `few`: the query's other conditions leave few tasks, and each is looked at by itself.
    """
    if within is None and few:
        return _for(uow, lambda reach: reach.once("few tasks", _few_tasks))
    if within is None:
        return _for(uow, lambda reach: reach.once("tasks", _tasks))
    return sa.or_(
        _known(uow, Task.instance_id, Task.audience, within), Task.id.in_(_own_ids(uow, within))
    )


def own_tasks(uow: UnitOfWork) -> Condition:
    """Over Task: held or completed by the actor, where they may still see it; all are visible."""
    return _for(uow, lambda reach: reach.once("own", lambda r: r.held_in_sight(Task.__table__.c)))


def claimable_tasks(uow: UnitOfWork) -> Condition:
    """Over Task: free, and the actor may take it now. All of them are visible."""
    if uow.actor.is_system:
        return sa.false()
    return _for(uow, lambda reach: reach.once("claimable", Reach.claimable))


def visible_events(uow: UnitOfWork, *, within: Collection[str] | None = None) -> Condition:
    """Over Event."""
    return reads(uow, Event.instance_id, Event.audience, within=within)


def visible_deadlines(uow: UnitOfWork, *, within: Collection[str] | None = None) -> Condition:
    """Over Deadline. The deadline of a task is also shown to whoever sees the task."""
    return reads(uow, Deadline.instance_id, Deadline.audience, within=within)


def visible_files(uow: UnitOfWork, *, within: Collection[str] | None = None) -> Condition:
    """Over File: bound ones by instance and audience; one not yet bound belongs to its uploader."""
    if uow.actor.is_system:
        return sa.true()
    return sa.or_(
        sa.and_(~File.is_bound, File.uploaded_by == uow.actor.account_id),
        sa.and_(File.is_bound, reads(uow, File.instance_id, File.audience, within=within)),
    )


def visible_parties(uow: UnitOfWork, *, within: Collection[str] | None = None) -> Condition:
    """Over Party: all to who reads internal matters; to others only what they themselves are.

    A unit must not learn from this list who is consulted, or who inspects it.
    """
    inside = reads(uow, Party.instance_id, "internal", within=within)
    if within is None:
        return _for(uow, lambda reach: sa.or_(inside, Party.id.in_(reach.open_parties)))
    if uow.actor.is_system or is_administrator(uow.actor):
        return inside
    views = sight.of_instances(uow, within).values()
    return sa.or_(inside, Party.id.in_([party.id for view in views for party, _ in view.related]))


def visible_jobs(uow: UnitOfWork) -> Condition:
    """Over Job: all to who runs the system; to others where they read what is internal."""
    return _operations(uow, Job.instance_id)


def visible_incidents(uow: UnitOfWork) -> Condition:
    """Over Incident: as `visible_jobs`."""
    return _operations(uow, Incident.instance_id)


def relations(uow: UnitOfWork, instance: Instance) -> frozenset[str]:
    """The relations in which the actor stands to an instance; none for the system."""
    if uow.actor.is_system or is_administrator(uow.actor):
        return frozenset()
    view = sight.of_instances(uow, [instance.id])[instance.id]
    return frozenset(party.relation for party, _ in view.related)


def audiences(uow: UnitOfWork, instance: Instance) -> frozenset[str]:
    """What the actor reads of an instance: any of internal, unit, superior, public."""
    return audiences_in(uow, [instance.id]).get(instance.id, frozenset())


def audiences_in(uow: UnitOfWork, instance_ids: Collection[str]) -> dict[str, frozenset[str]]:
    """The same for several instances, by id, in a fixed number of statements."""
    if uow.actor.is_system:
        return dict.fromkeys(instance_ids, AUDIENCES)
    if is_administrator(uow.actor):
        return dict.fromkeys(instance_ids, frozenset())
    views = sight.of_instances(uow, instance_ids)
    unsure = [key for key, view in views.items() if view.by_party != AUDIENCES]
    tasks = sight.tasks_of(uow, unsure) if unsure else {}
    return {key: view.audiences(tasks.get(key, ())) for key, view in views.items()}


def require_instance(uow: UnitOfWork, instance_id: str) -> Instance:
    """The instance. NotFound where it does not exist or the actor may not know that it does."""
    found = uow.session.get(Instance, instance_id)
    if found is not None and known(uow, [found.id]):
        return found
    raise NotFound("没有找到该事项，或您无权查看。", code="instance-not-found")


def require_task(uow: UnitOfWork, task_id: str) -> Task:
    """The task. NotFound where it does not exist or the actor may not see it."""
    found = uow.session.get(Task, task_id)
    if found is not None and _sees_task(uow, found):
        return found
    raise NotFound("没有找到该任务，或您无权查看。", code="task-not-found")


def sees_task(uow: UnitOfWork, task: Task) -> bool:
    """Whether the actor may see the task."""
    return _sees_task(uow, task)


def require_deadline(uow: UnitOfWork, deadline_id: str) -> Deadline:
    """The deadline, by its audience or by a task of it. NotFound where the actor may not see it."""
    found = uow.session.get(Deadline, deadline_id)
    if found is not None and _sees_deadline(uow, found):
        return found
    raise NotFound("没有这项期限，或您无权查看。", code="deadline-not-found")


def require_file(uow: UnitOfWork, file_id: str) -> File:
    """The file's row. NotFound where it does not exist or the actor may not see it."""
    found = uow.session.scalars(
        sa.select(File).where(File.id == file_id, visible_files(uow))
    ).one_or_none()
    if found is None:
        raise NotFound("没有找到该文件，或您无权查看。", code="file-not-found")
    return found


def _for(uow: UnitOfWork, condition: Callable[[Reach], Condition]) -> Condition:
    if uow.actor.is_system:
        return sa.true()
    return sa.false() if is_administrator(uow.actor) else condition(reach_of(uow))


def _operations(uow: UnitOfWork, instance_id: Column) -> Condition:
    if duties.holds(uow, duties.SYSTEM_ADMIN):
        return sa.true()
    return reads(uow, instance_id, "internal")


def _sees_deadline(uow: UnitOfWork, deadline: Deadline) -> bool:
    if deadline.audience in audiences_in(uow, [deadline.instance_id])[deadline.instance_id]:
        return True
    tasks = uow.session.scalars(sa.select(Task).where(Task.deadline_id == deadline.id))
    return any(_sees_task(uow, task) for task in tasks)


def _sees_task(uow: UnitOfWork, task: Task) -> bool:
    if uow.actor.is_system:
        return True
    if is_administrator(uow.actor):
        return False
    view = sight.of_instances(uow, [task.instance_id])[task.instance_id]
    if task.audience in view.by_party:
        return True
    if any(view.owns(facts) for facts in sight.tasks(uow, [task.id])):
        return True
    others = sight.tasks_of(uow, [task.instance_id])
    return task.audience in view.audiences(others[task.instance_id])


def _known(
    uow: UnitOfWork, instance_id: Column, audience: Column | str, within: Collection[str]
) -> Condition:
    """The same as `Reach.reads`, where the instances are known: their audiences, written out."""
    by_audiences: dict[frozenset[str], list[str]] = {}
    for key, readable in audiences_in(uow, within).items():
        by_audiences.setdefault(readable, []).append(key)
    ways = []
    for readable, ids in by_audiences.items():
        if isinstance(audience, str):
            is_read = sa.true() if audience in readable else sa.false()
        else:
            is_read = audience.in_(sorted(readable))
        ways.append(sa.and_(instance_id.in_(ids), is_read))
    return sa.or_(sa.false(), *ways)


def _own_ids(uow: UnitOfWork, within: Collection[str]) -> list[str]:
    if uow.actor.is_system or is_administrator(uow.actor):
        return []
    views = sight.of_instances(uow, within)
    tasks = sight.tasks_of(uow, views)
    return [task.id for key, view in views.items() for task in tasks[key] if view.owns(task)]


def _instances(reach: Reach) -> Condition:
    return reach.sees(Instance.id)


def _tasks(reach: Reach, *, few: bool = False) -> Condition:
    task = Task.__table__.c
    return sa.or_(reach.reads(task.instance_id, task.audience, few=few), reach.own(task, few=few))


def _few_tasks(reach: Reach) -> Condition:
    return _tasks(reach, few=True)
