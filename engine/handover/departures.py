"""What a person leaves behind who goes: tasks in their hands, and tasks that nobody else could take.

Closing an account and ending a post give the tasks back to the queue, drafts and all. Who may give
out posts is related to no case: of a task they learn its name, its post and its date, no more.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from engine import identity, store
from engine.administration import duties
from engine.errors import NotAllowed
from engine.handover import lendings
from engine.handover.handover_acts import PENDING
from engine.identity import appointments, users
from engine.states import TaskState
from engine.tables import Post, Task, TaskCandidate, User

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Left:
    """A task that is left behind; `heirs` is how many others may take it."""

    name: str
    family: str
    posts: tuple[tuple[str, str | None], ...]  # (role, organisation's id)
    due_at: datetime | None
    is_held: bool
    heirs: int


def preview(uow: UnitOfWork, user_id: str) -> list[Left]:
    """What would be left if this account were closed now: first what nobody else could take.

    Only the system or a security administrator. NotFound.
    """
    duties.require(uow, duties.SECURITY_ADMIN)
    users.get(uow, user_id)
    found = [_left(uow, task, user_id) for task in _concerned(uow, user_id)]
    kept = [left for left in found if left.is_held or left.heirs == 0]
    return sorted(kept, key=lambda left: (left.heirs > 0, left.due_at is None, left.due_at))


def close(
    uow: UnitOfWork, user_id: str, *, revision: int | None = None
) -> tuple[User, Sequence[Left]]:
    """Close an account, give its tasks back, and say what was left behind.

    NotAllowed for one's own; Conflict for the last security administrator's; Stale. An account that
    is closed already stays so.
    """
    duties.require(uow, duties.SECURITY_ADMIN)
    if user_id == uow.actor.user_id:
        raise NotAllowed("不能停用自己的账号，请由另一位安全管理员办理。", code="own-account")
    user = users.locked(uow, user_id, revision)
    if not user.is_active:
        return user, []
    if _guards(uow, user_id):
        appointments.require_another_guardian(uow, user_id)
    left = preview(uow, user_id)
    users.close(uow, user_id)
    _release(uow, user_id)
    return user, left


def end_post(uow: UnitOfWork, post_id: str, *, last_day: date | None = None) -> Post:
    """End a post, see `appointments.end`; what its holder may do no longer goes back to the queue."""
    post = appointments.end(uow, post_id, last_day=last_day)
    _release(uow, post.user_id)
    return post


def release_lapsed(uow: UnitOfWork) -> int:
    """Give back what people hold whose post has ended by its date; how many people. Once a day."""
    ended = sa.exists().where(Post.user_id == Task.assignee_id, Post.until_on < uow.today)
    holders = uow.session.scalars(
        sa.select(Task.assignee_id).where(Task.state == TaskState.CLAIMED, ended).distinct()
    ).all()
    found = sorted(user_id for user_id in holders if user_id is not None)
    for user_id in found:
        _release(uow, user_id)
    return len(found)


def _concerned(uow: UnitOfWork, user_id: str) -> Sequence[Task]:
    """Open tasks in the person's hands, and those free ones that wait for their posts."""
    mine = sa.select(Post.id).where(
        Post.user_id == user_id,
        Post.group == TaskCandidate.group,
        Post.organisation_id == TaskCandidate.organisation_id,
        identity.posts.in_force(uow),
    )
    waiting = sa.exists().where(
        TaskCandidate.task_id == Task.id,
        sa.or_(TaskCandidate.user_id == user_id, mine.exists()),
    )
    query = (
        sa.select(Task)
        .where(
            sa.or_(
                sa.and_(Task.state == TaskState.CLAIMED, Task.assignee_id == user_id),
                sa.and_(Task.state == TaskState.READY, waiting),
            )
        )
        .options(joinedload(Task.instance), selectinload(Task.candidates))
    )
    return uow.session.scalars(query.order_by(Task.created_at, Task.id)).all()


def _left(uow: UnitOfWork, task: Task, user_id: str) -> Left:
    heirs = {user.id for user in identity.people_for(uow, task)} - {user_id}
    return Left(
        name=task.name,
        family=task.instance.family,
        posts=tuple(
            (row.group, row.organisation_id) for row in task.candidates if row.group is not None
        ),
        due_at=task.due_at,
        is_held=task.assignee_id == user_id,
        heirs=len(heirs),
    )


def _guards(uow: UnitOfWork, user_id: str) -> bool:
    held = sa.select(Post.id).where(
        Post.user_id == user_id,
        Post.group == duties.SECURITY_ADMIN,
        sa.or_(Post.until_on.is_(None), Post.until_on >= uow.today),
    )
    return uow.session.scalars(held.limit(1)).first() is not None


def _release(uow: UnitOfWork, user_id: str) -> None:
    """Put back what the person holds and may no longer take. What names them alone stays theirs."""
    held = sa.select(Task.id, Task.instance_id).where(
        Task.state == TaskState.CLAIMED,
        Task.assignee_id == user_id,
        sa.or_(
            Task.lending == PENDING,
            sa.exists().where(TaskCandidate.task_id == Task.id, TaskCandidate.group.is_not(None)),
        ),
    )
    rows = uow.session.execute(held.order_by(Task.instance_id, Task.id)).all()
    for task_id, instance_id in rows:
        store.lock(uow, instance_id)
        task = uow.session.get_one(Task, task_id, populate_existing=True, with_for_update=True)
        is_theirs = task.state == TaskState.CLAIMED and task.assignee_id == user_id
        if is_theirs and not identity.may_take(uow, task, user_id):
            _give_back(uow, task)


def _give_back(uow: UnitOfWork, task: Task) -> None:
    """To its owner, if it was lent; else to everybody who may take it."""
    if task.lending == PENDING:
        row = lendings.end(uow, task, "dropped")
        kind, more = "task.recalled", {"from": row.from_user_id, "to": row.to_user_id}
    else:
        _free(task)
        kind, more = "task.unclaimed", {}
    uow.record(
        kind,
        instance_id=task.instance_id,
        element_id=task.element_id,
        task_id=task.id,
        audience=task.audience,
        payload={"name": task.name, "item": task.item_name, **more},
    )


def _free(task: Task) -> None:
    lendings.settle(task)
    task.state = TaskState.READY
    task.assignee_id = None
    task.claimed_at = None
    task.revision += 1


def organisations_of(lefts: Collection[Left]) -> set[str]:
    """The organisations that they name."""
    return {place for left in lefts for _, place in left.posts if place is not None}
