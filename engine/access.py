"""The one door: who sees which rows, and what they may do with them. Default deny.

Every list, count, file and history read of the engine and of the families goes through here, as
an SQL condition (`sa.select(Task).where(access.visible_tasks(uow))`) or as `require_…` for one
row. The rules stand in docs/access.md. The system sees all; administrators are related to no case.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import sqlalchemy as sa

from engine import duties
from engine.acts import allowed_acts, allowed_task_acts, require_act
from engine.errors import NotFound
from engine.reach import Condition, Reach, reach_of
from engine.standing import AUDIENCES, is_administrator
from engine.tables import Deadline, Event, File, Incident, Instance, Job, Party, Task

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

__all__ = [
    "AUDIENCES",
    "allowed_acts",
    "allowed_task_acts",
    "audiences",
    "claimable_tasks",
    "reads",
    "relations",
    "require_act",
    "require_file",
    "require_instance",
    "require_task",
    "sees",
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


def reads(uow: UnitOfWork, instance_id: Column, audience: Column | str) -> Condition:
    """Over any table with an instance and an audience: the actor reads this row.

    The families' own rows (documents, problems) use it; `audience` may be one fixed audience.
    """
    if isinstance(audience, str):
        return _for(uow, lambda reach: reach.reads_fixed(instance_id, audience))
    return _for(uow, lambda reach: reach.reads(instance_id, audience))


def visible_instances(uow: UnitOfWork) -> Condition:
    """Over Instance."""
    return _for(uow, lambda reach: reach.once("instances", _instances))


def visible_tasks(uow: UnitOfWork) -> Condition:
    """Over Task: of an audience that the actor reads, or theirs, or free for them to take."""
    return _for(uow, lambda reach: reach.once("tasks", _tasks))


def claimable_tasks(uow: UnitOfWork) -> Condition:
    """Over Task: free, and the actor may take it now. All of them are visible."""
    if uow.actor.is_system:
        return sa.false()
    return _for(uow, lambda reach: reach.once("claimable", _claimable))


def visible_events(uow: UnitOfWork) -> Condition:
    """Over Event."""
    return _for(
        uow,
        lambda reach: reach.once("events", lambda r: r.reads(Event.instance_id, Event.audience)),
    )


def visible_deadlines(uow: UnitOfWork) -> Condition:
    """Over Deadline. The deadline of a task is also shown to whoever sees the task."""
    return reads(uow, Deadline.instance_id, Deadline.audience)


def visible_files(uow: UnitOfWork) -> Condition:
    """Over File: bound ones by instance and audience; one not yet bound belongs to its uploader."""
    if uow.actor.is_system:
        return sa.true()
    return sa.or_(
        sa.and_(~File.is_bound, File.uploaded_by == uow.actor.user_id),
        sa.and_(File.is_bound, reads(uow, File.instance_id, File.audience)),
    )


def visible_parties(uow: UnitOfWork) -> Condition:
    """Over Party: all to who reads internal matters; to others only what they themselves are.

    A unit must not learn from this list who is consulted, or who inspects it.
    """
    return _for(
        uow,
        lambda reach: sa.or_(
            reach.reads_fixed(Party.instance_id, "internal"), Party.id.in_(reach.open_parties)
        ),
    )


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
    query = reach_of(uow, within=True).relations
    return frozenset(uow.session.scalars(query, {"instance_id": instance.id}))


def audiences(uow: UnitOfWork, instance: Instance) -> frozenset[str]:
    """What the actor reads of an instance: any of internal, unit, superior, public."""
    if uow.actor.is_system:
        return AUDIENCES
    if is_administrator(uow.actor):
        return frozenset()
    query, names = reach_of(uow, within=True).once("audiences", _audiences)
    row = uow.session.execute(query, {"instance_id": instance.id}).one()
    return frozenset(name for name, is_read in zip(names, row, strict=True) if is_read)


def require_instance(uow: UnitOfWork, instance_id: str) -> Instance:
    """The instance. NotFound where it does not exist or the actor may not know that it does."""
    found = uow.session.get(Instance, instance_id)
    if found is not None and _passes(uow, "instance", _one_instance, found.id, found.id):
        return found
    raise NotFound("没有找到该事项，或您无权查看。", code="instance-not-found")


def require_task(uow: UnitOfWork, task_id: str) -> Task:
    """The task. NotFound where it does not exist or the actor may not see it."""
    found = uow.session.get(Task, task_id)
    if found is not None and _passes(uow, "task", _one_task, found.instance_id, found.id):
        return found
    raise NotFound("没有找到该任务，或您无权查看。", code="task-not-found")


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


def _passes(
    uow: UnitOfWork,
    name: str,
    make: Callable[[Reach], sa.Select[str]],
    instance_id: str,
    row_id: str,
) -> bool:
    """Whether a row comes through the door, by a statement that is made once for each actor."""
    if uow.actor.is_system:
        return True
    if is_administrator(uow.actor):
        return False
    query = reach_of(uow, within=True).once(name, make)
    found = uow.session.scalar(query, {"instance_id": instance_id, "row_id": row_id})
    return found is not None


def _one_instance(reach: Reach) -> sa.Select[str]:
    return sa.select(Instance.id).where(
        Instance.id == sa.bindparam("row_id"), reach.sees(Instance.id)
    )


def _one_task(reach: Reach) -> sa.Select[str]:
    return sa.select(Task.id).where(Task.id == sa.bindparam("row_id"), _tasks(reach))


def _audiences(reach: Reach) -> tuple[sa.Executable, list[str]]:
    names = sorted(AUDIENCES)
    wanted = sa.bindparam("instance_id", type_=Instance.id.type)
    return sa.select(*(reach.reads_fixed(wanted, name) for name in names)), names


def _instances(reach: Reach) -> Condition:
    return reach.sees(Instance.id)


def _tasks(reach: Reach) -> Condition:
    return sa.or_(reach.reads(Task.instance_id, Task.audience), reach.own(Task.__table__.c))


def _claimable(reach: Reach) -> Condition:
    return sa.and_(Task.assignee_id.is_(None), reach.eligible())
