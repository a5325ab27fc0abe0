"""Urging an open task (催办): who may, how often, and what is on record of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from engine import tasks
from engine.administration import parameters
from engine.errors import Conflict, Fault, Invalid
from engine.permission import access
from engine.tables import Task, Urge, new_id
from engine.unit_of_work import UnitOfWork

#: By which way it was said: the program tells them itself only `in_app`, the others are on record.
IN_APP, PHONE, IN_PERSON = CHANNELS = ("in_app", "phone", "in_person")
LONGEST_NOTE = 500
#: Hours between two of one task, where the family says nothing. Ours, no law's.
COOL_DOWN_HOURS = 24
#: The parameter of a family that says otherwise.
COOL_DOWN = "urge.cool_down_hours"


@dataclass(frozen=True, kw_only=True)
class Urged:
    """How often a task was urged, when last, and from when it may be again."""

    count: int
    last_at: datetime
    next_at: datetime


def urge(uow: UnitOfWork, task_id: str, *, channel: str, note: str = "") -> Urge:
    """Urge whoever has the task, or may take it. Conflict (`urged-recently`) within the cool-down.

    Whoever reads the case internally may, its starter, the task's sender and the owner of a lent one.
    """
    task = tasks.lock(uow, task_id, None)
    access.require_act(uow, task, "urge")
    text = note.strip()
    if channel not in CHANNELS or len(text) > LONGEST_NOTE:
        detail = f"方式应为 {'、'.join(CHANNELS)} 之一，附言不超过{LONGEST_NOTE}字。"
        fault = Fault(pointer="/channel", detail=detail, code="choice")
        raise Invalid("没有催办。", errors=[fault])
    before = of_tasks(uow, [task]).get(task.id)
    if before is not None and uow.now < before.next_at:
        raise Conflict(
            f"刚刚催办过（已催{before.count}次），间隔{_hours(uow, task)}小时后可以再催。",
            code="urged-recently",
        )
    row = Urge(
        id=new_id(),
        instance_id=task.instance_id,
        task_id=task.id,
        by_user_id=uow.actor.user_id,
        to_user_id=task.assignee_id,
        channel=channel,
        note=text,
        at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.record(
        "task.urged",
        instance_id=task.instance_id,
        element_id=task.element_id,
        task_id=task.id,
        audience=task.audience,
        payload={
            "name": task.name,
            "item": task.item_name,
            "to": task.assignee_id,
            "channel": channel,
            "note": text,
            "count": 1 if before is None else before.count + 1,
        },
    )
    return row


def of_tasks(uow: UnitOfWork, rows: Collection[Task]) -> Mapping[str, Urged]:
    """Of those that were urged at all: task → how often and when, in one statement and the parameters."""
    if not rows:
        return {}
    query = (
        sa.select(Urge.task_id, sa.func.count().label("times"), sa.func.max(Urge.at).label("last"))
        .where(Urge.task_id.in_([task.id for task in rows]))
        .group_by(Urge.task_id)
    )
    by_id = {task.id: task for task in rows}
    return {
        row.task_id: Urged(
            count=row.times,
            last_at=row.last,
            next_at=row.last + timedelta(hours=_hours(uow, by_id[row.task_id])),
        )
        for row in uow.session.execute(query)
    }


def _hours(uow: UnitOfWork, task: Task) -> int:
    found = parameters.find(uow, task.instance.family, COOL_DOWN)
    return COOL_DOWN_HOURS if found is None else int(found.value)
