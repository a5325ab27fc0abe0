"""Asking further people to sign a task (加签), and taking them out again (减签)."""

from __future__ import annotations

from sqlalchemy.orm.attributes import set_committed_value

from engine import advance, store, tasks
from engine.advance import Step
from engine.errors import Conflict, Fault, Invalid, NotAllowed, NotFound
from engine.identity import people
from engine.permission import access
from engine.signoff import signers, signing, signing_acts, signoffs
from engine.signoff.signers import Board
from engine.spiff import signing as terms
from engine.states import SignerState, SignOffState
from engine.tables import Signer, Task, User, new_id
from engine.unit_of_work import UnitOfWork

#: Signers that may be added to one task.
MOST_ADDED = 50


def add(
    uow: UnitOfWork,
    task_id: str,
    user_id: str,
    *,
    placement: str,
    question: str = "",
    revision: int | None = None,
) -> Task:
    """Ask one more person to sign (加签): before whoever asks, after them, or in parallel.

    On a task of one person the answer is advice: whoever holds the task decides. In a sign-off it is
    counted where the model says so. Invalid for a person who cannot be asked.
    """
    task = tasks.lock(uow, task_id, revision)
    if placement not in signers.PLACEMENTS:
        fault = Fault(
            pointer="/placement", detail="应为 before、after 或 parallel。", code="choice"
        )
        raise Invalid("没有加签。", errors=[fault])
    access.require_act(uow, task, signing_acts.ADDING[placement])
    text = signing.trimmed(question, "/question")
    _require_possible(uow, task, user_id)
    if task.sign_off_id is None:
        board = signoffs.begin_alone(uow, task)
    else:
        board = signers.board(uow, task.sign_off_id)
    host = board.of_task(task.id)
    if sum(row.added_by is not None for row in board.signers) >= MOST_ADDED:
        raise Conflict(f"一项任务最多加签{MOST_ADDED}人。", code="too-many-signers")
    signer = Signer(
        id=new_id(),
        sign_off_id=board.sign_off.id,
        position=max(row.position for row in board.signers) + 1,
        user_id=user_id,
        groups=[],
        weight=1,
        has_veto=False,
        counts=board.terms.added == terms.COUNTED,
        state=SignerState.WAITING,
        opinion="",
        beside_id=host.id,
        placement=placement,
        added_by=uow.actor.user_id,
        added_at=uow.now,
        question=text,
        reason="",
    )
    uow.session.add(signer)
    uow.session.flush()
    board.signers = [*board.signers, signer]
    task.revision += 1
    signing.record(uow, "task.signer_added", task, to=user_id, placement=placement, question=text)
    step = advance.begin(uow, task.instance)
    signoffs.call_turns(step, board, task, signing.element_of(step, task))
    if signer.state == SignerState.VOID:
        raise _impossible("此人须回避，或须与已办环节分开，不能加签。")
    return task


def remove(uow: UnitOfWork, task_id: str, signer_id: str, *, reason: str) -> Step | None:
    """Take out a signer who has not voted (减签), with those whom they asked in turn.

    The step where the process ran on for it: nobody else was awaited. NotFound for a signer who is
    not of this task; Conflict for one who has voted, or whom the model demands.
    """
    task = access.require_task(uow, task_id)
    board = _open_board(uow, task)
    signer = next((row for row in board.signers if row.id == signer_id), None)
    if signer is None:
        raise NotFound("这项任务没有这个签署方。", code="signer-not-found")
    text = signing.trimmed(reason, "/reason")
    if not text:
        fault = Fault(pointer="/reason", detail="请写明减签的理由。", code="required")
        raise Invalid("没有减签。", errors=[fault])
    if signer.state not in (SignerState.WAITING, SignerState.OPEN):
        raise Conflict("此方已经表决或不再需要表决，不能减签。", code="signer-closed")
    if not signing_acts.removable(uow, board, [signer]):
        raise NotAllowed("您不能减去这个签署方。", code="signer-fixed")
    if signer.counts and len(board.counted()) - 1 < board.terms.least:
        raise Conflict(
            f"按模型规定至少要有{board.terms.least}方签署，不能再减。", code="too-few-signers"
        )
    for row in [signer, *board.below(signer)]:
        if row.state in (SignerState.WAITING, SignerState.OPEN):
            signing.take_out(uow, row, SignerState.REMOVED, text)
    signing.record(
        uow,
        "task.signer_removed",
        task,
        reason=text,
        user_id=signer.user_id,
        organisation_id=signer.organisation_id,
    )
    return signing.go_on(uow, board, None)


def possible(
    uow: UnitOfWork,
    task: Task,
    *,
    q: str = "",
    after: tuple[str, str] | None = None,
    limit: int | None = None,
) -> list[User]:
    """Who may be asked to sign beside the actor, by name: see `identity.askable`."""
    asked = _asked(uow, task)
    return people.askable(uow, task, q=q, after=after, limit=limit, but=asked)


def _open_board(uow: UnitOfWork, task: Task) -> Board:
    """The sign-off of a task that may itself be voted on already. Conflict unless it still runs."""
    if task.sign_off_id is None:
        raise Conflict("这项任务没有会签。", code="not-a-sign-off")
    locked = store.lock(uow, task.instance_id)
    set_committed_value(task, "instance", locked)
    advance.require_active(locked)
    board = signers.board(uow, task.sign_off_id)
    if board.sign_off.state == SignOffState.CANCELLED:
        raise Conflict("这项任务已经不需要办理。", code="task-cancelled")
    if board.sign_off.state == SignOffState.DECIDED:
        raise Conflict("会签已有结果，不能再增减签署方。", code="sign-off-decided")
    return board


def _asked(uow: UnitOfWork, task: Task) -> set[str]:
    """Who signs already, or has signed."""
    if task.sign_off_id is None:
        return {task.assignee_id} if task.assignee_id is not None else set()
    board = signers.board(uow, task.sign_off_id)
    rows = [r for r in board.signers if r.state not in (SignerState.REMOVED, SignerState.VOID)]
    found = {row.user_id for row in rows} | {row.voted_by for row in rows}
    found |= {row.assignee_id for row in signoffs.tasks_of(uow, rows)}
    return {user_id for user_id in found if user_id is not None}


def _require_possible(uow: UnitOfWork, task: Task, user_id: str) -> None:
    if user_id in _asked(uow, task):
        raise _impossible("此人已在签署方之列。", code="already-signer")
    if not people.is_askable(uow, task, user_id):
        raise _impossible("此人不能参与签署：须是本单位或与案件有关的在岗人员，且没有回避。")


def _impossible(detail: str, *, code: str = "not-a-signer") -> Invalid:
    fault = Fault(pointer="/user_id", detail=detail, code=code)
    return Invalid("没有加签。", errors=[fault], code=code)
