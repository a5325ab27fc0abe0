"""The task queue: what waits for the actor, what they may take, have started, have done.

One condition per tab; lists and live counts use the same ones, all behind engine/access.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from engine import access
from engine.clock import LOCAL_ZONE
from engine.states import InstanceState, TaskState
from engine.tables import Deadline, Instance, Task
from engine.unit_of_work import UnitOfWork

_OPEN = (TaskState.READY, TaskState.CLAIMED)


class Tab(StrEnum):
    MINE = "mine"  #: 我的待办: claimed by or assigned to the actor
    CLAIMABLE = "claimable"  #: 可认领
    STARTED = "started"  #: 我发起的: open tasks of instances that the actor started
    DONE = "done"  #: 已办
    OVERDUE = "overdue"  #: 逾期: mine or claimable, past due
    TODAY = "today"  #: 今日到期: mine or claimable, due before the local day ends


class Sort(StrEnum):
    DUE = "due_at"
    DUE_LATEST = "-due_at"
    CREATED = "created_at"
    CREATED_LATEST = "-created_at"
    COMPLETED = "completed_at"
    COMPLETED_LATEST = "-completed_at"


def search(
    uow: UnitOfWork,
    *,
    tab: Tab = Tab.MINE,
    q: str = "",
    sort: Sort = Sort.DUE,
    after: tuple[datetime | None, str] | None = None,
    limit: int = 50,
) -> Sequence[Task]:
    """Tasks of a tab in order; `after` is the (sort value, id) of the last row already shown.

    Rows come with instance, deadline and candidates loaded. Tasks without the date come last.
    """
    query = (
        sa.select(Task)
        .join(Instance, Instance.id == Task.instance_id)
        .where(_condition(uow, tab))
        .options(
            joinedload(Task.instance).joinedload(Instance.definition),
            joinedload(Task.deadline).joinedload(Deadline.rule),
            selectinload(Task.candidates),
        )
    )
    if q.strip():
        query = query.where(_matches(q.strip()))
    return uow.session.scalars(_in_order(query, sort, after).limit(limit)).unique().all()


def counts(uow: UnitOfWork) -> dict[str, int]:
    """How many tasks each tab holds, in one statement."""
    columns = [
        sa.select(sa.func.count())
        .select_from(Task)
        .join(Instance, Instance.id == Task.instance_id)
        .where(_condition(uow, tab))
        .scalar_subquery()
        .label(tab.value)
        for tab in Tab
    ]
    row = uow.session.execute(sa.select(*columns)).one()
    return {tab.value: getattr(row, tab.value) for tab in Tab}


def _condition(uow: UnitOfWork, tab: Tab) -> sa.ColumnElement[bool]:
    if tab is Tab.DONE:
        return sa.and_(
            Task.completed_by == uow.actor.user_id,
            Task.state == TaskState.COMPLETED,
            access.own_tasks(uow),
        )
    running = sa.and_(Task.state.in_(_OPEN), Instance.state == InstanceState.ACTIVE)
    if tab is Tab.STARTED:
        return sa.and_(running, Instance.started_by == uow.actor.user_id, access.visible_tasks(uow))
    mine = sa.and_(running, Task.assignee_id == uow.actor.user_id, access.own_tasks(uow))
    if tab is Tab.MINE:
        return mine
    claimable = sa.and_(running, access.claimable_tasks(uow))
    if tab is Tab.CLAIMABLE:
        return claimable
    if tab is Tab.OVERDUE:
        return sa.and_(sa.or_(mine, claimable), Task.due_at < uow.now)
    return sa.and_(
        sa.or_(mine, claimable), Task.due_at >= uow.now, Task.due_at <= _end_of_day(uow.today)
    )


def _end_of_day(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), LOCAL_ZONE)


def _matches(q: str) -> sa.ColumnElement[bool]:
    return sa.or_(
        *(
            column.contains(q, autoescape=True)
            for column in (Task.name, Instance.title, Instance.business_key)
        )
    )


def _in_order(
    query: sa.Select[Task], sort: Sort, after: tuple[datetime | None, str] | None
) -> sa.Select[Task]:
    column: Any = getattr(Task, sort.removeprefix("-"))
    is_descending = sort.startswith("-")
    if after is not None:
        query = query.where(_beyond(column, after, is_descending))
    ordered = column.desc() if is_descending else column.asc()
    return query.order_by(column.is_(None), ordered, Task.id)


def _beyond(
    column: Any, after: tuple[datetime | None, str], is_descending: bool
) -> sa.ColumnElement[bool]:
    value, last_id = after
    if value is None:
        return sa.and_(column.is_(None), Task.id > last_id)
    further = column < value if is_descending else column > value
    return sa.or_(further, sa.and_(column == value, Task.id > last_id), column.is_(None))
