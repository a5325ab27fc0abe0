"""Who has a task open, and which tasks a person has not opened yet. Never what anybody types."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

import sqlalchemy as sa

from engine.database import insert
from engine.identity.posts import in_force
from engine.permission import access
from engine.tables import Post, Task, TaskReading, User
from engine.unit_of_work import UnitOfWork

#: How often a page says that it is open, and how long after its last word it counts as open.
BEAT = timedelta(seconds=30)
GONE = timedelta(seconds=75)


def beat(uow: UnitOfWork, task_id: str) -> Sequence[User]:
    """The actor has the task open; answers who else has, by name. NotFound.

    Whoever reads nothing internal of the case learns of people of their own units only: a unit is
    not to learn from a page who works on its case.
    """
    task = access.require_task(uow, task_id)
    if uow.actor.account_id is not None:
        _mark(uow, task.id, uow.actor.account_id)
    return _others(uow, task)


def leave(uow: UnitOfWork, task_id: str) -> None:
    """The actor closed the page; that it was read stays. NotFound."""
    task = access.require_task(uow, task_id)
    row = uow.session.get(TaskReading, (task.id, uow.actor.account_id))
    if row is not None:
        row.seen_at = uow.now - GONE


def unread(uow: UnitOfWork, task_ids: Collection[str]) -> frozenset[str]:
    """Those of the tasks that the actor has never opened."""
    query = sa.select(TaskReading.task_id).where(
        TaskReading.user_id == uow.actor.account_id, TaskReading.task_id.in_(task_ids)
    )
    return frozenset(task_ids) - set(uow.session.scalars(query))


def _mark(uow: UnitOfWork, task_id: str, user_id: str) -> None:
    """One statement, so that two windows of one person never collide."""
    row = insert(uow.session, TaskReading).values(
        task_id=task_id, user_id=user_id, first_at=uow.now, seen_at=uow.now
    )
    uow.session.execute(
        row.on_conflict_do_update(index_elements=["task_id", "user_id"], set_={"seen_at": uow.now})
    )


def _others(uow: UnitOfWork, task: Task) -> Sequence[User]:
    query = (
        sa.select(User)
        .join(TaskReading, TaskReading.user_id == User.id)
        .where(
            TaskReading.task_id == task.id,
            TaskReading.seen_at > uow.now - GONE,
            User.id != uow.actor.account_id,
        )
        .order_by(User.name, User.id)
    )
    if "internal" not in access.audiences(uow, task.instance):
        colleagues = sa.select(Post.user_id).where(
            Post.organisation_id.in_(sorted(uow.actor.organisation_ids)), in_force(uow)
        )
        query = query.where(User.id.in_(colleagues))
    return uow.session.scalars(query).all()
