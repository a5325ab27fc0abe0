"""How a lending ends: with an answer, recalled, or because the task went elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine import identity
from engine.handover.handover_acts import PENDING, RESOLVED
from engine.states import TaskState
from engine.tables import Handover, Task, TaskCandidate

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork


def end(uow: UnitOfWork, task: Task, ending: str, *, answer: str = "") -> Handover:
    """The task is its owner's again; or everybody's who may take it, if the owner no longer may."""
    row = _close(uow, task, ending, answer=answer)
    owner = task.owner_id or ""
    task.lending = RESOLVED
    if identity.may_take(uow, task, owner):
        task.state, task.assignee_id, task.claimed_at = TaskState.CLAIMED, owner, uow.now
    else:
        settle(task)
        task.state, task.assignee_id, task.claimed_at = TaskState.READY, None, None
    task.revision += 1
    return row


def drop(uow: UnitOfWork, task: Task) -> None:
    """The task goes elsewhere, or is needed no more. The caller sees to whose it is."""
    if task.lending == PENDING:
        _close(uow, task, "dropped")
    settle(task)


def settle(task: Task) -> None:
    """Whoever has it now has it alone."""
    task.owner_id, task.lending = None, None


def borrowed(uow: UnitOfWork, task_ids: list[str]) -> dict[str, list[str]]:
    """task → who prepared it for its owner and gave it back: for the separation of duties."""
    query = sa.select(Handover).where(Handover.task_id.in_(task_ids), Handover.ending == "answered")
    found: dict[str, list[str]] = {}
    for row in uow.session.scalars(query):
        people = (row.to_user_id, row.answered_for_id)
        found.setdefault(row.task_id, []).extend(i for i in people if i is not None)
    return found


def _close(uow: UnitOfWork, task: Task, ending: str, *, answer: str = "") -> Handover:
    row = uow.session.scalars(
        sa.select(Handover).where(
            Handover.task_id == task.id, Handover.kind == "lend", Handover.ended_at.is_(None)
        )
    ).one()
    row.ended_at, row.ended_by = uow.now, uow.actor.user_id
    row.ending, row.answer = ending, answer
    if uow.actor.stand_in is not None:
        row.answered_for_id = uow.actor.stand_in.user_id
    if row.is_admitted:
        uow.session.execute(
            sa.delete(TaskCandidate).where(
                TaskCandidate.task_id == task.id, TaskCandidate.user_id == row.to_user_id
            )
        )
        uow.session.expire(task, ["candidates"])
    uow.session.flush()
    return row
