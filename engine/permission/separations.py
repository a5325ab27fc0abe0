"""Why somebody may not do a task: they did the one that it checks (dudao:separateFrom)."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.errors import Fault, Invalid
from engine.permission.standing import is_administrator
from engine.tables import Task, TaskExclusion

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork


def of_actor(uow: UnitOfWork, task_ids: Collection[str]) -> dict[str, Task]:
    """task → the task that the actor, or who stands in for them, has done; of those that are kept apart."""
    if not task_ids or uow.actor.is_system or is_administrator(uow.actor):
        return {}
    rows = uow.session.execute(
        sa.select(TaskExclusion.task_id, Task)
        .join(Task, Task.id == TaskExclusion.because_of)
        .where(
            TaskExclusion.task_id.in_(task_ids),
            TaskExclusion.user_id.in_(sorted(uow.actor.persons)),
        )
    )
    return {row.task_id: row.Task for row in rows}


def refusal(uow: UnitOfWork, task: Task, user_id: str) -> Invalid:
    """Why the task is not given to somebody who may not take it."""
    if uow.session.get(TaskExclusion, (task.id, user_id)) is not None:
        detail, code = "此人办理过须由另一人核对的步骤，请另选。", "separated"
    else:
        detail, code = "此人不能办理这项任务，请另选。", "not-a-candidate"
    fault = Fault(pointer="/user_id", detail=detail, code=code)
    return Invalid(f"没有办理：{detail}", errors=[fault], code=code)


def sentence(uow: UnitOfWork, done: Task) -> str:
    """What is said to whoever is kept out: it tells them of their own act alone."""
    who = "您" if uow.actor.stand_in is None else "您或者被代理人"
    return f"{who}办理了“{done.name}”，按岗位分离的规定，这项任务须由另一人办理。"
