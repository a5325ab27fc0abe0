"""The task queue: what waits for the actor, what they may take, have started, have done.

One condition per tab; lists and live counts use the same ones, all behind engine/permission/access.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from engine.clock import LOCAL_ZONE
from engine.handover import handover_acts
from engine.permission import access, sets
from engine.states import InstanceState, TaskState
from engine.tables import Copy, Deadline, Instance, Task
from engine.unit_of_work import UnitOfWork


class Tab(StrEnum):
    MINE = "mine"  #: 我的待办: claimed by or assigned to the actor
    CLAIMABLE = "claimable"  #: 可认领
    STARTED = "started"  #: 我发起的: open tasks of instances that the actor started
    DONE = "done"  #: 已办
    OVERDUE = "overdue"  #: 逾期: mine or claimable, past due
    COPIED = "copied"  #: 抄送我: brought to the actor's notice, open or done
    LENT = "lent"  #: 已委派: the actor's, in another's hands until it is given back
    TODAY = "today"  #: 今日到期: mine or claimable, due before the local day ends


#: How many of the copies have not been read: counted beside the tabs.
UNREAD = "copied_unread"


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
    # What is theirs and what they may take is gone through once; a task is never both.
    mine = _of_tab(uow, Tab.MINE, Task.due_at, sa.true().label("is_mine"))
    claimable = sa.select(Task.due_at, sa.false()).where(access.claimable_tasks(uow))
    waiting = sa.union_all(mine, claimable).subquery()
    due_at = waiting.c.due_at
    conditions = {
        Tab.MINE: waiting.c.is_mine,
        Tab.CLAIMABLE: ~waiting.c.is_mine,
        Tab.OVERDUE: _is_overdue(uow, due_at),
        Tab.TODAY: _is_due_today(uow, due_at),
    }
    columns = [
        sa.func.count(sa.case((condition, 1))).label(tab.value)
        for tab, condition in conditions.items()
    ]
    columns += [
        _of_tab(uow, tab, sa.func.count()).scalar_subquery().label(tab.value)
        for tab in (Tab.STARTED, Tab.DONE, Tab.COPIED, Tab.LENT)
    ]
    unread = _of_tab(uow, Tab.COPIED, sa.func.count()).where(_has_copy(uow, Copy.read_at.is_(None)))
    columns.append(unread.scalar_subquery().label(UNREAD))
    row = uow.session.execute(sa.select(*columns).select_from(waiting)).one()
    return {name: getattr(row, name) for name in (*Tab, UNREAD)}


def _of_tab(uow: UnitOfWork, tab: Tab, *columns: Any) -> sa.Select[Any]:
    return (
        sa.select(*columns)
        .select_from(Task)
        .join(Instance, Instance.id == Task.instance_id)
        .where(_condition(uow, tab))
    )


def _condition(uow: UnitOfWork, tab: Tab) -> sa.ColumnElement[bool]:
    if tab is Tab.DONE:
        return sa.and_(
            Task.completed_by == uow.actor.user_id,
            Task.state == TaskState.COMPLETED,
            access.own_tasks(uow),
        )
    if tab is Tab.COPIED:
        return sa.and_(_has_copy(uow), access.visible_tasks(uow, few=True))
    running = sa.and_(sets.is_open(Task.__table__.c), Instance.state == InstanceState.ACTIVE)
    if tab is Tab.STARTED:
        is_started = Instance.started_by == uow.actor.user_id
        return sa.and_(running, is_started, access.visible_tasks(uow, few=True))
    if tab is Tab.LENT:
        is_lent = sa.and_(Task.owner_id == uow.actor.user_id, Task.lending == handover_acts.PENDING)
        return sa.and_(running, is_lent, access.visible_tasks(uow, few=True))
    mine = sa.and_(
        running,
        Task.assignee_id == uow.actor.user_id,
        Task.held_at.is_(None),  # it comes back when others have signed
        access.own_tasks(uow),
    )
    if tab is Tab.MINE:
        return mine
    claimable = sa.and_(running, access.claimable_tasks(uow))
    if tab is Tab.CLAIMABLE:
        return claimable
    is_due = _is_overdue if tab is Tab.OVERDUE else _is_due_today
    return sa.and_(sa.or_(mine, claimable), is_due(uow, Task.due_at))


def _has_copy(uow: UnitOfWork, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    copies = sa.select(Copy.id).where(
        Copy.task_id == Task.id, Copy.to_user_id == uow.actor.user_id, *conditions
    )
    return copies.exists()


def _is_overdue(uow: UnitOfWork, due_at: Any) -> sa.ColumnElement[bool]:
    return sa.and_(due_at < uow.now)


def _is_due_today(uow: UnitOfWork, due_at: Any) -> sa.ColumnElement[bool]:
    end_of_day = datetime.combine(uow.today + timedelta(days=1), time(), LOCAL_ZONE)
    return sa.and_(due_at >= uow.now, due_at <= end_of_day)


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
    return query.order_by(ordered.nulls_last(), Task.id)


def _beyond(
    column: Any, after: tuple[datetime | None, str], is_descending: bool
) -> sa.ColumnElement[bool]:
    value, last_id = after
    if value is None:
        return sa.and_(column.is_(None), Task.id > last_id)
    further = column < value if is_descending else column > value
    return sa.or_(further, sa.and_(column == value, Task.id > last_id), column.is_(None))
