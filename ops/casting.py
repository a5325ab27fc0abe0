"""Who does what in a rehearsal: the open tasks that a step means, and the people who may do them."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from engine import identity, tasks, waits
from engine.actor import Actor
from engine.engine import Engine
from engine.errors import Conflict
from engine.rehearsing import answers, rehearsals
from engine.tables import Event, Task
from engine.unit_of_work import UnitOfWork
from ops import expectations
from ops.narration import SYSTEM
from ops.stories import Step


class CastingError(Exception):
    """There is no such task, or nobody to do it; the message says what there is."""


def open_tasks(engine: Engine, step: Step, element_id: str) -> list[str]:
    """Ids of the open tasks of an element that the step can mean, the oldest first."""
    with engine.read(SYSTEM) as uow:
        rows: Sequence[Task] = uow.session.scalars(
            sa.select(Task)
            .outerjoin(Event, sa.and_(Event.task_id == Task.id, Event.kind == "task.created"))
            .where(Task.element_id == element_id, Task.state.in_(waits.OPEN_TASKS))
            # the clock stands still within a step: the history knows what came first
            .order_by(Task.created_at, Task.instance_id, Event.seq)
        ).all()
        if step.of:
            rows = [row for row in rows if step.of in row.instance.title]
        if step.item:
            rows = [row for row in rows if step.item in _label(uow, row)]
        ids = [row.id for row in rows]
        waiting = "、".join(dict.fromkeys(expectations.waiting(uow)))
    if step.by:
        actor = person(engine, step.by)
        ids = [task_id for task_id in ids if rehearsals.may(engine, actor, task_id)] or ids
    if not ids:
        which = f"（{step.of}{step.item}）" if step.of or step.item else ""
        raise CastingError(f"没有待办“{element_id}”{which}。现在等待的是：{waiting or '（无）'}。")
    return ids


def person(engine: Engine, username: str) -> Actor:
    """A sample account with the posts of the day."""
    with engine.read(SYSTEM) as uow:
        user = identity.users.by_username(uow, username)
        if user is None:
            raise CastingError(f"没有样例账号 {username}。")
        return identity.actor_of(uow, user.id)


def anyone(engine: Engine, task_id: str) -> Actor:
    """Whoever among the sample accounts may do the task."""
    try:
        return rehearsals.anyone(engine, task_id)
    except Conflict as error:
        raise CastingError(error.detail) from error


def _label(uow: UnitOfWork, task: Task) -> str:
    """What a task can be found by: its item's id, and any text of its form's data."""
    return "\n".join([task.item, *answers.texts(tasks.form_context(uow, task))])
