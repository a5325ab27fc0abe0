"""A task of several signers opens: rows for each, a task for whose turn it is, and the next ones' after.

Each signer's task is a row of the queue like any other: it is claimed, drafted, passed on and seen by
the rules for tasks, and nobody is in another's way. Rows of one sign-off share token and deadline.
The verbs of people are in engine/signoff/signing.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.arrivals import arrive
from engine.errors import Conflict
from engine.handover import lendings
from engine.signoff import seating, signers
from engine.signoff.signers import Board
from engine.spiff import signing
from engine.states import SignerState, TaskState
from engine.tables import (
    Recusal,
    Signer,
    SignOff,
    Task,
    TaskExclusion,
    new_id,
)

if TYPE_CHECKING:
    from engine.advance import Step
    from engine.spiff.expressions import Scope
    from engine.spiff.model import Element
    from engine.spiff.signing import Terms
    from engine.unit_of_work import UnitOfWork

#: What every row of a sign-off has from the first one.
_SHARED = (
    "instance_id",
    "token_id",
    "process_key",
    "element_id",
    "name",
    "item",
    "item_name",
    "scope_id",
    "audience",
    "basis",
    "priority",
    "deadline_id",
    "due_at",
    "follow_up_at",
    "sign_off_id",
    "returned",
    "in_bulk",
)


def open(step: Step, pattern: Task, element: Element, terms: Terms, scope: Scope) -> None:
    """Begin to sign; `pattern` is what the task would be if one person did it, and is not written."""
    places = seating.places(step, element, terms, scope)
    board = _begin(step.uow, pattern, terms)
    board.signers = [
        Signer(
            id=new_id(),
            sign_off_id=board.sign_off.id,
            position=position,
            organisation_id=place.organisation_id,
            groups=list(place.groups),
            user_id=place.user_id,
            weight=place.weight,
            has_veto=place.has_veto,
            counts=True,
            state=SignerState.WAITING,
            opinion="",
            question="",
            reason="",
        )
        for position, place in enumerate(places)
    ]
    step.uow.session.add_all(board.signers)
    step.uow.session.flush()
    pattern.sign_off_id = board.sign_off.id
    call_turns(step, board, pattern, element)
    if not board.awaited():
        raise seating.nobody(element)


def begin_alone(uow: UnitOfWork, task: Task) -> Board:
    """A task of one person gets signers: its holder first."""
    terms = signing.Terms(rule=signing.ALONE, added=signing.ADVICE, opinion=(signing.REFUSE,))
    board = _begin(uow, task, terms)
    owner = Signer(
        id=new_id(),
        sign_off_id=board.sign_off.id,
        position=0,
        task_id=task.id,
        groups=[],
        weight=1,
        has_veto=False,
        counts=True,
        state=SignerState.OPEN,
        opinion="",
        question="",
        reason="",
    )
    uow.session.add(owner)
    uow.session.flush()
    task.sign_off_id = board.sign_off.id
    board.signers = [owner]
    return board


def _begin(uow: UnitOfWork, task: Task, terms: Terms) -> Board:
    sign_off = SignOff(
        id=new_id(),
        instance_id=task.instance_id,
        token_id=task.token_id,
        element_id=task.element_id,
        terms=terms.as_dict(),
        votes=0,
        opened_at=uow.now,
    )
    uow.session.add(sign_off)
    uow.session.flush()
    return Board(sign_off=sign_off, signers=[])


def call_turns(step: Step, board: Board, pattern: Task, element: Element) -> None:
    """Open a task for everybody whose turn has come; hold those who wait for others, free the rest."""
    for signer in board.signers:
        # one that turns out void may make it the next one's turn: they come later in the list
        if signer.state == SignerState.WAITING and board.has_turn(signer):
            _call(step, board, signer, pattern, element)
    step.uow.session.flush()
    hold(step.uow, board)


def hold(uow: UnitOfWork, board: Board) -> None:
    """Mark the tasks whose holders wait for others, and give back those that wait no longer."""
    for signer in board.signers:
        if signer.task_id is None:
            continue
        task = uow.session.get_one(Task, signer.task_id)
        if task.state not in (TaskState.READY, TaskState.CLAIMED):
            continue
        is_held = board.is_held(signer)
        if is_held != (task.held_at is not None):
            task.held_at = uow.now if is_held else None
            task.revision += 1


def _call(step: Step, board: Board, signer: Signer, pattern: Task, element: Element) -> None:
    uow = step.uow
    if signer.user_id is not None and _is_recused(uow, board, signer):
        signers.close(uow, signer, SignerState.VOID, reason="已回避")
        return
    task = Task(
        id=new_id(),
        state=TaskState.READY,
        form_key=None if signer.beside_id else element.form_key or None,
        sent_by=uow.actor.user_id,
        created_at=uow.now,
        revision=1,
        **{name: getattr(pattern, name) for name in _SHARED},
    )
    rows = seating.candidates(task.id, signer.organisation_id, signer.groups, signer.user_id)
    arrive(step, task, rows, element)
    uow.session.flush()
    signer.task_id, signer.state = task.id, SignerState.OPEN
    if signer.user_id is not None and _is_excluded(uow, task, signer.user_id):
        signers.close(uow, signer, SignerState.VOID, reason="须与已办环节分开办理")
        drop(uow, task)


def _is_recused(uow: UnitOfWork, board: Board, signer: Signer) -> bool:
    key = (signer.user_id, board.sign_off.instance_id)
    return uow.session.get(Recusal, key) is not None


def _is_excluded(uow: UnitOfWork, task: Task, user_id: str) -> bool:
    return uow.session.get(TaskExclusion, (task.id, user_id)) is not None


def drop(uow: UnitOfWork, task: Task) -> None:
    """A signer's row in the queue is needed no more. What became of the seat is recorded by the caller."""
    lendings.drop(uow, task)
    task.state = TaskState.CANCELLED
    task.held_at = None
    task.revision += 1


def tasks_of(uow: UnitOfWork, rows: Sequence[Signer]) -> list[Task]:
    """The rows in the queue of these signers."""
    ids = [row.task_id for row in rows if row.task_id is not None]
    query = sa.select(Task).where(Task.id.in_(ids)).order_by(Task.created_at, Task.id)
    return list(uow.session.scalars(query.execution_options(populate_existing=True)))


def end(uow: UnitOfWork, board: Board, outcome: str, *, but: Task) -> None:
    """It is decided: whoever has not voted is needed no more. `but` is closed by the caller."""
    awaited = board.awaited()
    signers.end(uow, board, outcome=outcome)
    for task in tasks_of(uow, awaited):
        if task.id != but.id and task.state in (TaskState.READY, TaskState.CLAIMED):
            drop(uow, task)


def holds_back(step: Step, task: Task, values: dict[str, Any]) -> bool:
    """Whoever holds a task of one person hands it in: must it wait for others to sign?

    Conflict for a task that is voted on: values alone are no vote.
    """
    if task.sign_off_id is None:
        return False
    uow = step.uow
    board = signers.board(uow, task.sign_off_id)
    if not board.is_alone or board.of_task(task.id).id != board.owner.id:
        raise Conflict("这项任务要表明同意与否：请用“表决”提交。", code="vote-instead")
    if uow.actor.on_paper is not None:
        raise Conflict("这项任务有加签，不能按书面补录，请由办理人提交。", code="vote-instead")
    owner = board.owner
    if owner.state != SignerState.VOTED:
        signers.cast(uow, board, owner, signing.AGREE, "")
        owner.user_id = uow.actor.user_id  # till then it is whoever holds the task
    owner.values = values
    if board.is_settled(owner):
        end(uow, board, signing.AGREED, but=task)
        task.held_at = None
        return False
    task.draft = dict(values)
    task.draft_saved_at = uow.now
    task.revision += 1
    call_turns(step, board, task, step.bundle.elements[(task.process_key, task.element_id)])
    uow.record(
        "task.handed_in",
        instance_id=task.instance_id,
        element_id=task.element_id,
        task_id=task.id,
        audience=task.audience,
        payload={"name": task.name, "item": task.item_name, "values": values},
    )
    return True
