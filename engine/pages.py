"""What a page of rows shows: lists in keyset order, and the relations of all its rows at once.

Everything goes through the one door. The task queue is in engine/desk/worklist.py, the list of cases in
engine/instances.py. `after` is (sort value, id) of the last row seen; a page is asked for with one
row more than it shows, to know whether another follows. Each function sends one statement for its
rows and one for each relation loaded along, however many rows there are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from engine import identity
from engine.permission import access
from engine.states import IncidentState, TaskState
from engine.tables import (
    Deadline,
    Definition,
    Event,
    EventPayload,
    File,
    Incident,
    Instance,
    Job,
    Organisation,
    Party,
    Task,
    TaskCandidate,
    User,
)
from engine.unit_of_work import UnitOfWork

After: TypeAlias = tuple[Any, str] | None
_OPEN = Task.state.in_((TaskState.READY, TaskState.CLAIMED))
#: What worklist.search loads along, too.
_TASK_ROW = (
    joinedload(Task.instance),
    selectinload(Task.candidates),
    joinedload(Task.deadline).joinedload(Deadline.rule),
)


def open_tasks(uow: UnitOfWork, instance_ids: Sequence[str]) -> Mapping[str, Sequence[Task]]:
    """The open tasks of each instance that the actor sees, the oldest first."""
    query = (
        sa.select(Task)
        .where(
            Task.instance_id.in_(instance_ids),
            _OPEN,
            access.visible_tasks(uow, within=instance_ids),
        )
        .options(*_TASK_ROW)
        .order_by(Task.created_at, Task.id)
    )
    return _grouped(uow.session.scalars(query), lambda task: task.instance_id)


def task_rows(uow: UnitOfWork, tasks: Sequence[Task]) -> Sequence[Task]:
    """These of the tasks that the actor sees, the oldest first, with all that a list shows."""
    if not tasks:
        return []
    within = {task.instance_id for task in tasks}
    query = sa.select(Task).where(
        Task.id.in_([task.id for task in tasks]), access.visible_tasks(uow, within=within)
    )
    query = query.options(*_TASK_ROW).order_by(Task.created_at, Task.id)
    return uow.session.scalars(query).all()


def instances_by_key(uow: UnitOfWork, business_key: str) -> Sequence[Instance]:
    """The instances of this number that the actor sees: one at most in each family."""
    query = sa.select(Instance).where(
        Instance.business_key == business_key, access.visible_instances(uow)
    )
    return uow.session.scalars(query.order_by(Instance.started_at)).all()


def parties(uow: UnitOfWork, instance_ids: Sequence[str]) -> Mapping[str, Sequence[Party]]:
    """The parties of each instance that the actor may know of, with their organisations' ids."""
    query = (
        sa.select(Party)
        .where(
            Party.instance_id.in_(instance_ids), access.visible_parties(uow, within=instance_ids)
        )
        .order_by(Party.created_at, Party.id)
    )
    return _grouped(uow.session.scalars(query), lambda party: party.instance_id)


def deadlines(uow: UnitOfWork, instance_ids: Sequence[str]) -> Mapping[str, Sequence[Deadline]]:
    """The deadlines of each instance that the actor sees, the nearest first."""
    query = (
        sa.select(Deadline)
        .where(
            Deadline.instance_id.in_(instance_ids),
            access.visible_deadlines(uow, within=instance_ids),
        )
        .options(joinedload(Deadline.rule))
        .order_by(Deadline.due_at, Deadline.id)
    )
    return _grouped(uow.session.scalars(query), lambda deadline: deadline.instance_id)


def incident_counts(uow: UnitOfWork, instance_ids: Sequence[str]) -> Mapping[str, int]:
    """Open incidents by instance; none where the actor may not know of them."""
    query = (
        sa.select(Incident.instance_id, sa.func.count().label("open"))
        .where(
            Incident.instance_id.in_(instance_ids),
            Incident.state == IncidentState.OPEN,
            access.visible_incidents(uow),
        )
        .group_by(Incident.instance_id)
    )
    return {row.instance_id: row.open for row in uow.session.execute(query)}


def files_of_task(uow: UnitOfWork, task: Task) -> Sequence[File]:
    """The files handed in with a task that the actor sees, the oldest first."""
    query = sa.select(File).where(
        File.task_id == task.id, access.visible_files(uow, within=[task.instance_id])
    )
    return uow.session.scalars(query.order_by(File.uploaded_at, File.id)).all()


def file_counts(uow: UnitOfWork, tasks: Sequence[Task]) -> Mapping[str, int]:
    """task id → how many of its files the actor sees; tasks without any are left out."""
    ids = [task.id for task in tasks]
    within = list({task.instance_id for task in tasks})
    query = (
        sa.select(File.task_id, sa.func.count())
        .where(File.task_id.in_(ids), access.visible_files(uow, within=within))
        .group_by(File.task_id)
    )
    return {task_id: count for task_id, count in uow.session.execute(query) if task_id}


def completed_values(uow: UnitOfWork, task: Task) -> Mapping[str, Any]:
    """What was entered when the task was completed, as its history says; empty if not readable."""
    query = (
        sa.select(EventPayload.content)
        .join(Event, Event.id == EventPayload.event_id)
        .where(
            Event.task_id == task.id,
            Event.kind.in_(("task.completed", "task.voted")),
            access.visible_events(uow, within=[task.instance_id]),
        )
    )
    content = uow.session.scalars(query).first() or {}
    values: Mapping[str, Any] = content.get("values", {})
    return values


def events(
    uow: UnitOfWork, instance_id: str, *, after_id: str | None = None, limit: int
) -> Sequence[tuple[Event, Mapping[str, Any], Task | None]]:
    """The history as the actor reads it: event, what it said, the task that it is about.

    `after_id` is the last event seen; one that is not of this instance begins nothing.
    """
    seen = sa.select(Event.seq).where(Event.id == after_id, Event.instance_id == instance_id)
    query = (
        sa.select(Event, EventPayload.content, Task)
        .outerjoin(EventPayload, EventPayload.event_id == Event.id)
        .outerjoin(Task, Task.id == Event.task_id)
        .where(
            Event.instance_id == instance_id,
            sa.true() if after_id is None else Event.seq > seen.scalar_subquery(),
            access.visible_events(uow, within=[instance_id]),
        )
        .order_by(Event.seq)
        .limit(limit)
    )
    return [(event, content or {}, task) for event, content, task in uow.session.execute(query)]


def definitions(
    uow: UnitOfWork, *, key: str | None = None, after: After = None, limit: int
) -> Sequence[Definition]:
    """The newest version of each process; with `key` every version of that one."""
    query = sa.select(Definition).options(joinedload(Definition.deployment))
    if key is not None:
        query = query.where(Definition.key == key)
        query = keyset(query, Definition.version, Definition.id, descending=True, after=after)
        return uow.session.scalars(query.limit(limit)).all()
    newest = (
        sa.select(Definition.key, sa.func.max(Definition.version).label("version"))
        .group_by(Definition.key)
        .subquery()
    )
    query = query.join(
        newest, sa.and_(Definition.key == newest.c.key, Definition.version == newest.c.version)
    )
    query = keyset(query, Definition.key, Definition.id, descending=False, after=after)
    return uow.session.scalars(query.limit(limit)).all()


def jobs(
    uow: UnitOfWork,
    *,
    state: str | None = None,
    instance_id: str | None = None,
    after: After = None,
    limit: int,
) -> Sequence[Job]:
    """Jobs, the earliest due first."""
    query = sa.select(Job).where(access.visible_jobs(uow))
    if state is not None:
        query = query.where(Job.state == state)
    if instance_id is not None:
        query = query.where(Job.instance_id == instance_id)
    query = keyset(query, Job.due_at, Job.id, descending=False, after=after)
    return uow.session.scalars(query.limit(limit)).all()


def incidents(
    uow: UnitOfWork,
    *,
    state: str | None = None,
    instance_id: str | None = None,
    after: After = None,
    limit: int,
) -> Sequence[Incident]:
    """Incidents, the newest first."""
    query = sa.select(Incident).where(access.visible_incidents(uow))
    if state is not None:
        query = query.where(Incident.state == state)
    if instance_id is not None:
        query = query.where(Incident.instance_id == instance_id)
    query = keyset(query, Incident.opened_at, Incident.id, descending=True, after=after)
    return uow.session.scalars(query.limit(limit)).all()


def organisations(
    uow: UnitOfWork,
    *,
    q: str = "",
    kind: str | None = None,
    under: str | None = None,
    is_open: bool | None = None,
    after: After = None,
    limit: int,
) -> Sequence[Organisation]:
    """Organisations by code; everybody who signed in may look one up. `under`: it and all below."""
    query = sa.select(Organisation)
    if under is not None:
        query = query.where(identity.organisations.below(identity.organisations.get(uow, under)))
    if is_open is not None:
        closed = Organisation.closed_on
        query = query.where(closed.is_(None) if is_open else closed.is_not(None))
    if q:
        query = query.where(
            sa.or_(
                Organisation.name.icontains(q, autoescape=True),
                Organisation.short_name.icontains(q, autoescape=True),
                Organisation.code.istartswith(q, autoescape=True),
            )
        )
    if kind is not None:
        query = query.where(Organisation.kind == kind)
    query = keyset(query, Organisation.code, Organisation.id, descending=False, after=after)
    return uow.session.scalars(query.limit(limit)).all()


def organisation_names(uow: UnitOfWork, ids: set[str]) -> Mapping[str, str]:
    """id → name."""
    query = sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    return {row.id: row.name for row in uow.session.execute(query)} if ids else {}


def user_names(uow: UnitOfWork, ids: set[str]) -> Mapping[str, str]:
    """id → name of the person."""
    query = sa.select(User.id, User.name).where(User.id.in_(ids))
    return {row.id: row.name for row in uow.session.execute(query)} if ids else {}


def find_deadlines(
    uow: UnitOfWork,
    *,
    states: Collection[str],
    instance_id: str | None = None,
    family: str | None = None,
    key: str | None = None,
    due_from: date | None = None,
    due_until: date | None = None,
    provisional: bool | None = None,
    whose: str | None = None,
    after: After = None,
    limit: int,
) -> Sequence[Deadline]:
    """Deadlines that the actor may see, with rule and instance, the first to end first.

    `whose`: `mine` of tasks in the actor's hands, `office` of open tasks of their organisations.
    """
    within = None if instance_id is None else [instance_id]
    query = (
        sa.select(Deadline)
        .join(Deadline.instance)
        .options(joinedload(Deadline.rule), contains_eager(Deadline.instance))
        .where(Deadline.state.in_(list(states)), access.visible_deadlines(uow, within=within))
    )
    for column, value in (
        (Deadline.instance_id, instance_id),
        (Instance.family, family),
        (Deadline.key, key),
        (Deadline.is_provisional, provisional),
    ):
        if value is not None:
            query = query.where(column == value)
    if due_from is not None:
        query = query.where(Deadline.due_on >= due_from)
    if due_until is not None:
        query = query.where(Deadline.due_on <= due_until)
    if whose is not None:
        query = query.where(_owed(uow, whose))
    query = keyset(query, Deadline.due_at, Deadline.id, descending=False, after=after)
    return uow.session.scalars(query.limit(limit)).all()


def _owed(uow: UnitOfWork, whose: str) -> Any:
    """Over Deadline: of an open task that the actor holds, or that their organisations may take."""
    own = sa.select(Task.id).where(Task.deadline_id == Deadline.id, _OPEN)
    if whose == "mine":
        return own.where(Task.assignee_id == uow.actor.user_id).exists()
    places = sorted(uow.actor.organisation_ids)
    offered = sa.select(TaskCandidate.id).where(
        TaskCandidate.task_id == Task.id, TaskCandidate.organisation_id.in_(places)
    )
    return own.where(offered.exists()).exists()


def keyset(query: Any, column: Any, row_id: Any, *, descending: bool, after: After) -> Any:
    """Order by `column` (absent values last), then id, and begin after the row last seen."""
    nullable = column.nullable
    order = [column.desc(), row_id.desc()] if descending else [column, row_id]
    if nullable:
        order.insert(0, column.is_(None))
    query = query.order_by(*order)
    if after is None:
        return query
    value, last = after
    further = row_id < last if descending else row_id > last
    if value is None:
        return query.where(column.is_(None), further)
    beyond = column < value if descending else column > value
    ways = [beyond, sa.and_(column == value, further)]
    if nullable:
        ways.append(column.is_(None))
    return query.where(sa.or_(*ways))


def _grouped(rows: Any, key: Callable[[Any], str]) -> Mapping[str, Sequence[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found
