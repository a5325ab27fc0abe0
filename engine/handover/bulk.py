"""The same act on many tasks, each in a transaction of its own, with a result for each.

Approving many at once is the model's to allow (`dudao:bulk`), and never for a step of accountability
(`dudao:neverAuto`): there each is decided by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from engine import advance, tasks
from engine.actor import Actor
from engine.engine import Engine
from engine.errors import EngineError, Fault, Invalid, NotAllowed
from engine.handover import handovers
from engine.signoff import signers, signing
from engine.spiff import signing as words
from engine.states import TaskState
from engine.tables import Task
from engine.unit_of_work import UnitOfWork

#: Tasks that one request does while it is waited for; more are done in the background.
MOST = 20


class BulkAct(StrEnum):
    CLAIM = "claim"
    TRANSFER = "transfer"
    APPROVE = "approve"


@dataclass(frozen=True, kw_only=True)
class Item:
    """A task and the revision that the actor has read."""

    task_id: str
    revision: int


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of one item; `error` is why it was not done, and then nothing of it was."""

    task_id: str
    name: str
    error: EngineError | None = None


def run(
    engine: Engine,
    actor: Actor,
    act: BulkAct,
    items: Sequence[Item],
    *,
    to: str | None = None,
    opinion: str = "",
    values: Mapping[str, Any] | None = None,
) -> list[Result]:
    """Do the act for each item, in the order given. Invalid, before anything is done, for a bad list.

    `to` and `opinion` are of a transfer. `values` are entered into the form of each task that is
    approved, over its draft; where several sign, the vote is to agree, with the opinion.
    """
    require_fit(act, items, to, opinion, most=MOST)
    return [_tried(engine, actor, act, item, to, opinion, values or {}) for item in items]


def require_fit(
    act: BulkAct, items: Sequence[Item], to: str | None, opinion: str, *, most: int
) -> None:
    """Invalid for none or more than `most`, for a task named twice, for a transfer to nobody."""
    faults = []
    if not 0 < len(items) <= most:
        detail = f"一次请选1至{most}项任务。"
        faults.append(Fault(pointer="/items", detail=detail, code="length"))
    seen: set[str] = set()
    for number, item in enumerate(items):
        if item.task_id in seen:
            pointer = f"/items/{number}/task_id"
            faults.append(Fault(pointer=pointer, detail="这项任务列了两次。", code="duplicate"))
        seen.add(item.task_id)
    if act is BulkAct.TRANSFER and to is None:
        faults.append(Fault(pointer="/to", detail="请选择转给谁。", code="required"))
    if act is BulkAct.TRANSFER and not opinion.strip():
        faults.append(Fault(pointer="/opinion", detail="请写明转办的事由。", code="required"))
    if faults:
        raise Invalid("没有办理，请改正后再提交。", errors=faults, code="bulk-invalid")


def _tried(
    engine: Engine,
    actor: Actor,
    act: BulkAct,
    item: Item,
    to: str | None,
    opinion: str,
    values: Mapping[str, Any],
) -> Result:
    name = ""
    try:
        with engine.begin(actor) as uow:
            name = tasks.get(uow, item.task_id).name
            do(uow, act, item, to=to, opinion=opinion, values=values)
    except EngineError as error:
        return Result(task_id=item.task_id, name=name, error=error)
    return Result(task_id=item.task_id, name=name)


def do(
    uow: UnitOfWork,
    act: BulkAct,
    item: Item,
    *,
    to: str | None,
    opinion: str,
    values: Mapping[str, Any],
) -> None:
    """The act on one task, with what refuses it when it is done alone."""
    task = tasks.get(uow, item.task_id)
    if act is BulkAct.CLAIM:
        tasks.claim(uow, task.id, revision=item.revision)
    elif act is BulkAct.TRANSFER:
        handovers.transfer(uow, task.id, to or "", opinion=opinion, revision=item.revision)
    else:
        _approve(uow, task, item.revision, opinion, values)


def _approve(
    uow: UnitOfWork, task: Task, revision: int, opinion: str, values: Mapping[str, Any]
) -> None:
    task = tasks.lock(uow, task.id, revision)
    step = advance.begin(uow, task.instance)
    element = step.bundle.elements[(task.process_key, task.element_id)]
    if element.never_auto or not element.in_bulk:
        raise NotAllowed(
            f"“{task.name}”须逐件办理，不能批量审批。", code="not-in-bulk", act="approve"
        )
    if task.state == TaskState.READY:
        task = tasks.claim(uow, task.id, revision=revision)
    whole = {**(task.draft or {}), **values}
    board = signers.board(uow, task.sign_off_id) if task.sign_off_id is not None else None
    if board is None or board.is_alone_with(task.id):
        tasks.complete(uow, task.id, whole, revision=task.revision)
    else:
        signing.vote(
            uow, task.id, words.AGREE, values=whole, opinion=opinion, revision=task.revision
        )
