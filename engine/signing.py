"""Voting on a task that several sign, asking further signers, and taking them out again.

A vote closes the signer's own row; the vote that decides completes the task by the same road as any
completion (engine/tasks.py). Whoever is later finds it decided: the instance is locked first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.orm.attributes import set_committed_value

from engine import (
    access,
    advance,
    identity,
    recusals,
    signers,
    signing_acts,
    signoffs,
    store,
    tasks,
    verdicts,
    waits,
)
from engine.advance import Step
from engine.database import SEEN
from engine.errors import (
    Conflict,
    EngineError,
    Fault,
    Invalid,
    NotAllowed,
    NotFound,
    PreconditionMissing,
)
from engine.identity import people
from engine.signers import Board
from engine.spiff import run, signing
from engine.states import SignerState, SignOffState, TaskState
from engine.tables import Job, Signer, SignOff, Task, User, new_id
from engine.unit_of_work import UnitOfWork

#: Characters of an opinion, a question, or the reason for taking a signer out.
LONGEST_TEXT = 2_000
#: Signers that may be added to one task.
MOST_ADDED = 50

__all__ = ["add", "possible", "remove", "settle", "vote"]


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
    _record(
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
    return _go_on(uow, board, entry)


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
    text = _text(question, "/question")
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
        counts=board.terms.added == signing.COUNTED,
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
    _record(uow, "task.signer_added", task, to=user_id, placement=placement, question=text)
    step = advance.begin(uow, task.instance)
    signoffs.call_turns(step, board, task, _element(step, task))
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
    text = _text(reason, "/reason")
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
            _take_out(uow, row, SignerState.REMOVED, text)
    _record(
        uow,
        "task.signer_removed",
        task,
        reason=text,
        user_id=signer.user_id,
        organisation_id=signer.organisation_id,
    )
    return _go_on(uow, board, None)


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
    _go_on(uow, board, None)


def _go_on(uow: UnitOfWork, board: Board, entry: tasks.Entry | None) -> Step:
    """After a vote or a change of signers: the next turns, or the outcome and all that follows.

    `entry` is the vote's; else the last one's stands in for it.
    """
    if entry is None:
        task = _last_row(uow, board)
        step = advance.begin(uow, task.instance)
    else:
        task, step = entry.task, entry.step
    element = _element(step, task)
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
    _record(uow, "task.decided", task, outcome=outcome, votes=verdict.counts)
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
    signoffs.call_turns(step, board, task, _element(step, task))
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
    _record(uow, "task.handed_back", task, to=owner.user_id, reason=to.opinion if to else why)
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


def _open_board(uow: UnitOfWork, task: Task) -> Board:
    """The sign-off of a task that may itself be voted on already. Conflict unless it still runs."""
    if task.sign_off_id is None:
        raise Conflict("这项任务没有会签。", code="not-a-sign-off")
    locked = store.lock(uow, task.instance_id)
    set_committed_value(task, "instance", locked)
    advance.require_active(locked)
    board = signers.board(uow, task.sign_off_id)
    if board.sign_off.state != SignOffState.OPEN:
        raise Conflict("会签已有结果，不能再增减签署方。", code="sign-off-decided")
    return board


def _checked(board: Board, choice: str, opinion: str) -> str:
    """The opinion, trimmed. Invalid for what the terms do not allow."""
    text = _text(opinion, "/opinion")
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


def _text(text: str, pointer: str) -> str:
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
            _take_out(uow, row, SignerState.VOID, "已在本次会签中表决")


def _exclude(uow: UnitOfWork, task: Task) -> None:
    bundle = store.bundle(uow, task.instance.deployment_id)
    element = bundle.elements[(task.process_key, task.element_id)]
    recusals.separate(uow, task, element.separate_from)


def _take_out(uow: UnitOfWork, signer: Signer, state: SignerState, reason: str) -> None:
    signers.close(uow, signer, state, reason=reason)
    if signer.task_id is not None:
        signoffs.drop(uow, uow.session.get_one(Task, signer.task_id))


def _last_row(uow: UnitOfWork, board: Board) -> Task:
    """The row of whoever voted last; of the first signer who had a turn, where nobody did."""
    had_turn = [row for row in board.signers if row.task_id is not None]
    last = max(had_turn, key=lambda row: (row.number or 0, -row.position))
    return uow.session.get_one(Task, last.task_id)


def _element(step: Step, task: Task) -> Any:
    return step.bundle.elements[(task.process_key, task.element_id)]


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


def _record(uow: UnitOfWork, kind: str, task: Task, **payload: Any) -> None:
    uow.record(
        kind,
        instance_id=task.instance_id,
        element_id=task.element_id,
        task_id=task.id,
        audience=task.audience,
        payload={"name": task.name, "item": task.item_name, **payload},
    )
