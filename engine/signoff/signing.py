"""Voting on a task that several sign, and what follows from a vote or a change of signers.

A vote closes the signer's own row; the vote that decides completes the task by the same road as any
completion (engine/tasks.py). Whoever is later finds it decided: the instance is locked first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine import advance, identity, store, tasks, waits
from engine.advance import Step
from engine.database import SEEN
from engine.errors import (
    Conflict,
    EngineError,
    Fault,
    Invalid,
    PreconditionMissing,
)
from engine.permission import access, recusals
from engine.signoff import signers, signoffs, verdicts
from engine.signoff.signers import Board
from engine.spiff import run, signing
from engine.states import SignerState, SignOffState, TaskState
from engine.tables import Job, Signer, SignOff, Task
from engine.unit_of_work import UnitOfWork

#: Characters of an opinion, a question, or the reason for taking a signer out.
LONGEST_TEXT = 2_000


def vote(
    uow: UnitOfWork,
    task_id: str,
    choice: str,
    *,
    values: Mapping[str, Any],
    opinion: str = "",
    revision: int | None,
) -> Step:
    """Agree, refuse or abstain in one's turn; the vote that decides lets the process run on.

    Raises Conflict (`sign-off-decided`: too late; `not-a-sign-off`), Stale, PreconditionMissing,
    NotAllowed (not this person, or not their turn), Invalid (no such vote, no opinion where one is
    needed, or the form does not fit).
    """
    if revision is None:
        raise PreconditionMissing("请先读取任务，再带上它的版本号提交。")
    task, board = _locked(uow, task_id, revision)
    signer = board.of_task(task.id)
    if board.is_alone and signer.id == board.owner.id:
        raise Conflict("这项任务由您本人办结，不是表决，请直接提交。", code="not-a-sign-off")
    access.require_act(uow, task, "vote")
    text = _checked(board, choice, opinion)
    if task.form_key is None and values:
        fault = Fault(pointer="/values", detail="这里没有表单，请写在意见里。", code="no-form")
        raise Invalid("没有提交：加签只有意见，没有表单。", errors=[fault])
    entry = tasks.enter(uow, task, values)
    tasks.bind_named(uow, entry)
    signers.cast(uow, board, signer, choice, text)
    signer.values = entry.sealed.values
    tasks.close_row(uow, task)
    proof = {"protected": entry.sealed.proof} if entry.sealed.rows else {}
    record(
        uow,
        "task.voted",
        task,
        vote=choice,
        opinion=text,
        values=entry.sealed.values,
        counts=signer.counts,
        **proof,
    )
    _one_vote_each(uow, board)
    return go_on(uow, board, entry)


def settle(uow: UnitOfWork, job: Job) -> None:
    """A seat became void outside of any act on the task: see whether the rest decides it."""
    sign_off = uow.session.get(SignOff, job.payload["sign_off"])
    if sign_off is None or sign_off.state != SignOffState.OPEN:
        return
    board = signers.board(uow, sign_off.id)
    void = [row for row in board.signers if row.state == SignerState.VOID]
    for task in signoffs.tasks_of(uow, void):
        if task.state in (TaskState.READY, TaskState.CLAIMED):
            signoffs.drop(uow, task)
    if not board.awaited() and not any(row.state == SignerState.VOTED for row in board.counted()):
        raise Conflict(
            "应签署的人员都已回避，无人可签。请由管理员改派或调整流程位置。", code="nobody-to-act"
        )
    go_on(uow, board, None)


def go_on(uow: UnitOfWork, board: Board, entry: tasks.Entry | None) -> Step:
    """After a vote or a change of signers: the next turns, or the outcome and all that follows.

    `entry` is the vote's; else the last one's stands in for it.
    """
    if entry is None:
        task = _last_row(uow, board)
        step = advance.begin(uow, task.instance)
    else:
        task, step = entry.task, entry.step
    element = element_of(step, task)
    outcome = board.outcome()
    if board.is_alone:
        return _go_on_alone(uow, board, step)
    if outcome is None:
        signoffs.call_turns(step, board, task, element)
        if (later := board.outcome()) is None:
            waits.exclude(step, element.id)
            return step
        outcome = later  # who would have come next keeps out
    signoffs.end(uow, board, outcome, but=task)
    verdict = verdicts.of(board, outcome)
    record(uow, "task.decided", task, outcome=outcome, votes=verdict.counts)
    if entry is None:
        token = step.workflow.find(task.token_id)
        if token is None or not run.is_open(token):
            raise Conflict("这项任务已经不在等待办理，请刷新。", code="not-waiting")
        entry = tasks.entered(step, task, token, board.of_task(task.id).values or {})
    return tasks.conclude(uow, entry, verdict)


def _go_on_alone(uow: UnitOfWork, board: Board, step: Step) -> Step:
    owner = board.owner
    task = uow.session.get_one(Task, owner.task_id)
    if owner.state == SignerState.VOTED and (against := board.objection()) is not None:
        _give_back(uow, board, task, to=against)
    elif owner.state == SignerState.VOTED and board.is_settled(owner):
        return _hand_in(uow, board, task) or step
    signoffs.call_turns(step, board, task, element_of(step, task))
    return step


def _hand_in(uow: UnitOfWork, board: Board, task: Task) -> Step | None:
    """Everybody asked has answered: the task is completed as its holder handed it in.

    As their act, with the posts that they hold now. What cannot be done goes back to them.
    """
    owner = board.owner
    holder = owner.user_id or ""
    if not identity.may_take(uow, task, holder):
        _give_back(uow, board, task, why="原办理人现在不能办理此任务，请改由他人办理。")
        signoffs.hold(uow, board)
        return None
    callbacks = uow.after_commit_mark()
    acting = replace(uow, actor=identity.actor_of(uow, holder))
    uow.session.info.pop(SEEN, None)
    try:
        with uow.session.begin_nested():
            return tasks.finish(acting, task, owner.values or {})
    except EngineError as error:
        uow.after_commit_forget(callbacks)
        board = signers.board(uow, board.sign_off.id)
        _give_back(uow, board, task, why=error.detail)
        signoffs.hold(uow, board)
        return None
    finally:
        uow.session.info.pop(SEEN, None)  # what the holder sees is not what the actor sees


def _give_back(
    uow: UnitOfWork, board: Board, task: Task, *, to: Signer | None = None, why: str = ""
) -> None:
    """Whoever handed the task in has it again, with what they entered."""
    owner = board.owner
    task.draft = dict(owner.values or {})
    task.draft_saved_at = uow.now
    record(uow, "task.handed_back", task, to=owner.user_id, reason=to.opinion if to else why)
    owner.state, owner.vote, owner.user_id = SignerState.OPEN, None, None


def _locked(uow: UnitOfWork, task_id: str, revision: int) -> tuple[Task, Board]:
    """The task and its sign-off, locked. Conflict where it is decided, which says more than closed."""
    seen = access.require_task(uow, task_id)
    if seen.sign_off_id is None:
        raise Conflict("这项任务不是会签，请直接办结。", code="not-a-sign-off")
    store.lock(uow, seen.instance_id)
    board = signers.board(uow, seen.sign_off_id)
    signer = board.of_task(task_id)
    if signer.state == SignerState.VOTED and not (board.is_alone and signer.id == board.owner.id):
        raise Conflict("您已经表决，不能再改。", code="already-voted")
    if board.sign_off.state == SignOffState.DECIDED:
        raise Conflict("会签已有结果，不再需要表决。", code="sign-off-decided")
    if signer.state in (SignerState.REMOVED, SignerState.VOID):
        raise Conflict("此签署方已被减去或作废，不再需要表决。", code="signer-closed")
    return tasks.lock(uow, task_id, revision), board


def _checked(board: Board, choice: str, opinion: str) -> str:
    """The opinion, trimmed. Invalid for what the terms do not allow."""
    text = trimmed(opinion, "/opinion")
    allowed = signing.VOTES if board.terms.may_abstain else signing.VOTES[:2]
    if choice not in allowed:
        detail = "应为 agree（同意）或 refuse（不同意）。"
        if board.terms.may_abstain:
            detail = "应为 agree（同意）、refuse（不同意）或 abstain（弃权）。"
        fault = Fault(pointer="/vote", detail=detail, code="choice")
        raise Invalid("没有提交。", errors=[fault])
    if choice in board.terms.opinion and not text:
        fault = Fault(pointer="/opinion", detail="请写明意见。", code="required")
        raise Invalid("没有提交：这样表决须写明意见。", errors=[fault], code="opinion-required")
    return text


def trimmed(text: str, pointer: str) -> str:
    """What a person wrote. Invalid where it is too long."""
    stripped = text.strip()
    if len(stripped) > LONGEST_TEXT:
        fault = Fault(pointer=pointer, detail=f"不超过{LONGEST_TEXT}字。", code="too-long")
        raise Invalid("内容太长。", errors=[fault])
    return stripped


def _one_vote_each(uow: UnitOfWork, board: Board) -> None:
    """Who has voted takes no other seat of it; a seat that is theirs alone is void."""
    for task in signoffs.tasks_of(uow, board.awaited()):
        if task.state in (TaskState.READY, TaskState.CLAIMED):
            _exclude(uow, task)
    for row in board.awaited():
        if row.user_id in uow.actor.persons and not (board.is_alone and row is board.owner):
            take_out(uow, row, SignerState.VOID, "已在本次会签中表决")


def _exclude(uow: UnitOfWork, task: Task) -> None:
    bundle = store.bundle(uow, task.instance.deployment_id)
    element = bundle.elements[(task.process_key, task.element_id)]
    recusals.separate(uow, task, element.separate_from)


def take_out(uow: UnitOfWork, signer: Signer, state: SignerState, reason: str) -> None:
    """A seat that will not vote leaves the queue."""
    signers.close(uow, signer, state, reason=reason)
    if signer.task_id is not None:
        signoffs.drop(uow, uow.session.get_one(Task, signer.task_id))


def _last_row(uow: UnitOfWork, board: Board) -> Task:
    """The row of whoever voted last; of the first signer who had a turn, where nobody did."""
    had_turn = [row for row in board.signers if row.task_id is not None]
    last = max(had_turn, key=lambda row: (row.number or 0, -row.position))
    return uow.session.get_one(Task, last.task_id)


def element_of(step: Step, task: Task) -> Any:
    """The element as the case now has it."""
    return step.bundle.elements[(task.process_key, task.element_id)]


def record(uow: UnitOfWork, kind: str, task: Task, **payload: Any) -> None:
    """An event of the task."""
    uow.record(
        kind,
        instance_id=task.instance_id,
        element_id=task.element_id,
        task_id=task.id,
        audience=task.audience,
        payload={"name": task.name, "item": task.item_name, **payload},
    )
