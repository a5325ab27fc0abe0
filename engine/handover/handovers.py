"""Passing a task on: for good (转办), or to somebody who prepares it and gives it back (委派).

A task that is lent is its owner's: the borrower drafts, answers with an opinion, and the owner alone
completes it. Who gets a task may read of the case what they could read before; a borrower who is no
candidate reads this one task, and only while they have it. Drafts go along.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from engine import identity, tasks
from engine.errors import Fault, Invalid, PreconditionMissing
from engine.handover import lendings
from engine.handover.handover_acts import PENDING, RESOLVED
from engine.identity import people
from engine.permission import access, separations
from engine.states import TaskState
from engine.tables import Handover, Task, TaskCandidate, User, new_id
from engine.unit_of_work import UnitOfWork

LONGEST_OPINION = 2_000
TRANSFER, LEND = KINDS = ("transfer", "lend")


def transfer(uow: UnitOfWork, task_id: str, to: str, *, opinion: str, revision: int | None) -> Task:
    """Hand one's task over to another who may take it. Nothing of it stays with the first.

    Invalid without an opinion or for a person who may not take it (`not-a-candidate`, `separated`);
    NotAllowed, Conflict, Stale.
    """
    text = _text(opinion, "/opinion", "请写明转办的事由（2000字以内）。")
    task = _locked(uow, task_id, revision)
    access.require_act(uow, task, "transfer")
    _require_other(uow, to)
    if not identity.may_take(uow, task, to):
        raise separations.refusal(uow, task, to)
    row = _row(uow, task, TRANSFER, to, text)
    lendings.settle(task)
    task.state, task.assignee_id, task.claimed_at = TaskState.CLAIMED, to, uow.now
    task.revision += 1
    _record(uow, "task.transferred", task, row, opinion=text)
    return task


def lend(uow: UnitOfWork, task_id: str, to: str, *, opinion: str, revision: int | None) -> Task:
    """Let another prepare one's task and give it back with an answer; it stays one's own.

    To whoever may take it, a colleague, or who reads it as a party. Errors as of `transfer`.
    """
    text = _text(opinion, "/opinion", "请写明委派的要求（2000字以内）。")
    task = _locked(uow, task_id, revision)
    access.require_act(uow, task, "lend")
    _require_other(uow, to)
    if not people.is_askable(uow, task, to):
        raise separations.refusal(uow, task, to)
    row = _row(uow, task, LEND, to, text)
    if not identity.may_take(uow, task, to):
        _admit(uow, task, to)
        row.is_admitted = True
    task.owner_id, task.lending = task.assignee_id, PENDING
    task.assignee_id, task.claimed_at = to, uow.now
    task.revision += 1
    _record(uow, "task.lent", task, row, opinion=text)
    return task


def give_back(uow: UnitOfWork, task_id: str, *, opinion: str, revision: int | None) -> Task:
    """The borrower has prepared it: it is its owner's again, with the answer and the draft.

    Invalid without an opinion; NotAllowed, Conflict, Stale.
    """
    text = _text(opinion, "/opinion", "请写明办理的意见（2000字以内）。")
    task = _locked(uow, task_id, revision)
    access.require_act(uow, task, "give_back")
    row = lendings.end(uow, task, "answered", answer=text)
    _record(uow, "task.given_back", task, row, opinion=text)
    return task


def recall(uow: UnitOfWork, task_id: str, *, reason: str, revision: int | None) -> Task:
    """The owner has it back before there is an answer; what was drafted stays.

    Invalid without a reason; NotAllowed, Conflict, Stale.
    """
    text = _text(reason, "/reason", "请写明收回的理由（2000字以内）。")
    task = _locked(uow, task_id, revision)
    access.require_act(uow, task, "recall")
    row = lendings.end(uow, task, "recalled", answer=text)
    _record(uow, "task.recalled", task, row, reason=text)
    return task


def takers(
    uow: UnitOfWork,
    task_id: str,
    *,
    kind: str,
    q: str = "",
    after: tuple[str, str] | None = None,
    limit: int | None = None,
) -> list[User]:
    """To whom the actor may transfer or lend the task, by name. NotFound, NotAllowed."""
    task = access.require_task(uow, task_id)
    access.require_act(uow, task, kind)
    me = uow.actor.user_id or ""
    if kind == LEND:
        return people.askable(uow, task, but=[me], q=q, after=after, limit=limit)
    found = people.people_for(uow, task, q=q, after=after, limit=None)
    others = [user for user in found if user.id != me]
    return others if limit is None else others[:limit]


def of_tasks(uow: UnitOfWork, task_ids: Collection[str]) -> dict[str, Sequence[Handover]]:
    """How each of the tasks went from hand to hand, the earliest first; the actor sees the tasks."""
    query = sa.select(Handover).where(Handover.task_id.in_(task_ids))
    found: dict[str, list[Handover]] = {}
    for row in uow.session.scalars(query.order_by(Handover.at, Handover.id)):
        found.setdefault(row.task_id, []).append(row)
    return {key: tuple(rows) for key, rows in found.items()}


def _locked(uow: UnitOfWork, task_id: str, revision: int | None) -> Task:
    if revision is None:
        raise PreconditionMissing("请先读取任务，再带上它的版本号提交。")
    return tasks.lock(uow, task_id, revision)


def _text(text: str, pointer: str, detail: str) -> str:
    found = text.strip()
    if not 0 < len(found) <= LONGEST_OPINION:
        fault = Fault(pointer=pointer, detail=detail, code="required")
        raise Invalid("没有办理：需要写明意见。", errors=[fault], code="opinion-required")
    return found


def _require_other(uow: UnitOfWork, to: str) -> None:
    if to == uow.actor.user_id:
        detail = "任务已经在您手中，请选择他人。"
        fault = Fault(pointer="/user_id", detail=detail, code="to-oneself")
        raise Invalid(f"没有办理：{detail}", errors=[fault], code="to-oneself")


def _row(uow: UnitOfWork, task: Task, kind: str, to: str, opinion: str) -> Handover:
    stand_in = uow.actor.stand_in
    row = Handover(
        id=new_id(),
        instance_id=task.instance_id,
        task_id=task.id,
        kind=kind,
        from_user_id=task.assignee_id,
        to_user_id=to,
        stand_in_id=stand_in.user_id if stand_in is not None else None,
        opinion=opinion,
        at=uow.now,
        is_admitted=False,
        answer="",
    )
    uow.session.add(row)
    return row


def _admit(uow: UnitOfWork, task: Task, to: str) -> None:
    """The borrower becomes a candidate; the owner of a task without candidates must stay one."""
    query = sa.select(TaskCandidate.id).where(TaskCandidate.task_id == task.id).limit(1)
    if uow.session.scalar(query) is None:
        uow.session.add(TaskCandidate(id=new_id(), task_id=task.id, user_id=task.assignee_id))
    uow.session.add(TaskCandidate(id=new_id(), task_id=task.id, user_id=to))


def _record(uow: UnitOfWork, kind: str, task: Task, row: Handover, **said: Any) -> None:
    names = {
        user.id: user.name
        for user in uow.session.scalars(
            sa.select(User).where(User.id.in_((row.from_user_id, row.to_user_id)))
        )
    }
    uow.record(
        kind,
        instance_id=task.instance_id,
        element_id=task.element_id,
        task_id=task.id,
        audience=task.audience,
        payload={
            "name": task.name,
            "item": task.item_name,
            "from": row.from_user_id,
            "from_name": names.get(row.from_user_id, ""),
            "to": row.to_user_id,
            "to_name": names.get(row.to_user_id, ""),
            **said,
        },
    )


__all__ = [
    "LEND",
    "PENDING",
    "RESOLVED",
    "TRANSFER",
    "give_back",
    "lend",
    "of_tasks",
    "recall",
    "takers",
    "transfer",
]
