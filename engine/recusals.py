"""Who keeps out: a person recused from an instance, or excluded from one task by another.

Rules are per person, not per post: who did one step under one hat may not check it under another.
`engine/access.py` reads these rows; task creation and the domain's recusal decisions write them.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.errors import NotFound
from engine.states import TaskState
from engine.tables import Recusal, Task, TaskExclusion, User

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork


def add(uow: UnitOfWork, instance_id: str, user_id: str, *, reason: str) -> Recusal:
    """Keep a person out of an instance from now on; a second time changes nothing.

    Tasks that the person already holds stay theirs in name, but cannot be completed by them: the
    other candidates may assign them anew (`access.allowed_acts`). NotFound for an unknown person.
    """
    if uow.session.get(User, user_id) is None:
        raise NotFound("没有这个人员。", code="user-unknown")
    row = uow.session.get(Recusal, (user_id, instance_id))
    if row is not None:
        return row
    row = Recusal(
        user_id=user_id,
        instance_id=instance_id,
        reason=reason,
        decided_by=uow.actor.user_id,
        decided_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.record(
        "person.recused", instance_id=instance_id, payload={"user_id": user_id, "reason": reason}
    )
    return row


def of(uow: UnitOfWork, instance_id: str) -> list[Recusal]:
    """The recusals of an instance, oldest first."""
    return list(
        uow.session.scalars(
            sa.select(Recusal)
            .where(Recusal.instance_id == instance_id)
            .order_by(Recusal.decided_at, Recusal.user_id)
        )
    )


def separate(uow: UnitOfWork, task: Task, elements: Collection[str]) -> list[str]:
    """Exclude from an open task everyone who completed one of `elements` (dudao:separateFrom).

    Counts tasks of the same instance; inside a multi-instance those of the same item, and those
    outside of it. Idempotent: call it when the task is created, and again for open tasks when one
    of `elements` is completed. Returns the ids of the persons now excluded.
    """
    if not elements:
        return []
    query = sa.select(Task.completed_by, Task.id).where(
        Task.instance_id == task.instance_id,
        Task.state == TaskState.COMPLETED,
        Task.element_id.in_(elements),
        Task.completed_by.is_not(None),
        Task.id != task.id,
    )
    if task.item:
        query = query.where(Task.item.in_(("", task.item)))
    done = {user_id: done_id for user_id, done_id in uow.session.execute(query) if user_id}
    known = set(
        uow.session.scalars(
            sa.select(TaskExclusion.user_id).where(TaskExclusion.task_id == task.id)
        )
    )
    for user_id in sorted(set(done) - known):
        uow.session.add(TaskExclusion(task_id=task.id, user_id=user_id, because_of=done[user_id]))
    uow.session.flush()
    return sorted(set(done) | known)
