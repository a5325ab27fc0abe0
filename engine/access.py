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
from engine.reach import Condition, Reach
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
    if uow.actor.is_system:
        return sa.true()
    return sa.false() if is_administrator(uow.actor) else Reach(uow).sees(instance_id)


def reads(uow: UnitOfWork, instance_id: Column, audience: Column | str) -> Condition:
    """Over any table with an instance and an audience: the actor reads this row.

    The families' own rows (documents, problems) use it; `audience` may be one fixed audience.
    """
    if uow.actor.is_system:
        return sa.true()
    if is_administrator(uow.actor):
        return sa.false()
    column = sa.literal(audience) if isinstance(audience, str) else audience
    return Reach(uow).reads(instance_id, column)


def visible_instances(uow: UnitOfWork) -> Condition:
    """Over Instance."""
    return sees(uow, Instance.id)


def visible_tasks(uow: UnitOfWork) -> Condition:
    """Over Task: of an audience that the actor reads, or theirs, or free for them to take."""
    if uow.actor.is_system:
        return sa.true()
    if is_administrator(uow.actor):
        return sa.false()
    reach = Reach(uow)
    return sa.or_(reach.reads(Task.instance_id, Task.audience), reach.own(Task))


def claimable_tasks(uow: UnitOfWork) -> Condition:
    """Over Task: free, and the actor may take it now. All of them are visible."""
    if uow.actor.is_system or is_administrator(uow.actor):
        return sa.false()
    return sa.and_(Task.assignee_id.is_(None), Reach(uow).eligible(Task))


def visible_events(uow: UnitOfWork) -> Condition:
    """Over Event."""
    return reads(uow, Event.instance_id, Event.audience)


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
    if uow.actor.is_system:
        return sa.true()
    if is_administrator(uow.actor):
        return sa.false()
    inside = reads(uow, Party.instance_id, "internal")
    return sa.or_(inside, Party.id.in_(Reach(uow).open_parties()))


def visible_jobs(uow: UnitOfWork) -> Condition:
    """Over Job: all to who runs the system; to others where they read what is internal."""
    return _operations(uow, Job.instance_id)


def visible_incidents(uow: UnitOfWork) -> Condition:
    """Over Incident: as `visible_jobs`."""
    return _operations(uow, Incident.instance_id)


def _operations(uow: UnitOfWork, instance_id: Column) -> Condition:
    if duties.holds(uow, duties.SYSTEM_ADMIN):
        return sa.true()
    return reads(uow, instance_id, "internal")


def relations(uow: UnitOfWork, instance: Instance) -> frozenset[str]:
    """The relations in which the actor stands to an instance; none for the system."""
    if uow.actor.is_system:
        return frozenset()
    return frozenset(uow.session.scalars(Reach(uow, within=instance.id).relations()))


def audiences(uow: UnitOfWork, instance: Instance) -> frozenset[str]:
    """What the actor reads of an instance: any of internal, unit, superior, public."""
    if uow.actor.is_system:
        return AUDIENCES
    if is_administrator(uow.actor):
        return frozenset()
    read = Reach(uow, within=instance.id).reads
    names = sorted(AUDIENCES)
    row = uow.session.execute(
        sa.select(*(read(sa.literal(instance.id), sa.literal(name)) for name in names))
    ).one()
    return frozenset(name for name, is_read in zip(names, row, strict=True) if is_read)


def require_instance(uow: UnitOfWork, instance_id: str) -> Instance:
    """The instance. NotFound where it does not exist or the actor may not know that it does."""
    condition = _within(uow, instance_id, lambda reach: reach.sees(Instance.id))
    found = uow.session.scalars(
        sa.select(Instance).where(Instance.id == instance_id, condition)
    ).one_or_none()
    if found is None:
        raise NotFound("没有找到该事项，或您无权查看。", code="instance-not-found")
    return found


def require_task(uow: UnitOfWork, task_id: str) -> Task:
    """The task. NotFound where it does not exist or the actor may not see it."""
    found = uow.session.get(Task, task_id)
    if found is not None:
        condition = _within(
            uow,
            found.instance_id,
            lambda reach: sa.or_(reach.reads(Task.instance_id, Task.audience), reach.own(Task)),
        )
        if uow.session.scalar(sa.select(Task.id).where(Task.id == task_id, condition)) is not None:
            return found
    raise NotFound("没有找到该任务，或您无权查看。", code="task-not-found")


def _within(
    uow: UnitOfWork, instance_id: str, condition: Callable[[Reach], Condition]
) -> Condition:
    if uow.actor.is_system:
        return sa.true()
    if is_administrator(uow.actor):
        return sa.false()
    return condition(Reach(uow, within=instance_id))


def require_file(uow: UnitOfWork, file_id: str) -> File:
    """The file's row. NotFound where it does not exist or the actor may not see it."""
    found = uow.session.scalars(
        sa.select(File).where(File.id == file_id, visible_files(uow))
    ).one_or_none()
    if found is None:
        raise NotFound("没有找到该文件，或您无权查看。", code="file-not-found")
    return found
