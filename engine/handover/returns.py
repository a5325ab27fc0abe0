"""Sending a task back (退回) along the way it really came, and taking one's own act back (撤回).

"Only return": what came after the step is taken away, in every branch, and the flow is gone through
again. "Return and come back": the step alone is done again, and the task is back with who sent it.
Nobody learns by it of steps that are not theirs to read. A step is done again only where that is
harmless: it calls no handler, or one that its family calls `repeatable`; nothing goes back over what
the manifest names `fixed`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from engine import advance, pages, store, tasks, waits
from engine.advance import Step
from engine.errors import Conflict, Fault, Invalid, PreconditionMissing
from engine.handover import rework
from engine.operating import mend_effects
from engine.operating.mend_effects import Effects
from engine.permission import access
from engine.spiff import moves, run, trail
from engine.spiff.model import SEND_BACK_PREVIOUS, Element
from engine.states import TaskState
from engine.tables import Activity, Task
from engine.unit_of_work import UnitOfWork

LONGEST_OPINION = 2_000


class Mode(StrEnum):
    ONLY = "only"  #: the flow is gone through again from there (只退回)
    AND_BACK = "and_back"  #: that step alone, then straight back (退回后直接返回)


@dataclass(frozen=True, kw_only=True)
class Destination:
    """A finished step that a task could go back to.

    `refused` says why not, by mode: (code, sentence). `again` are the elements that "only return"
    would run or wait for once more, by name.
    """

    task: Task
    done_by: str
    is_previous: bool
    is_start: bool
    refused: Mapping[Mode, tuple[str, str]]
    again: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _Way:
    """One finished step with its token, and the token that stands for ours in its process."""

    task: Task
    origin: Any
    level: Any
    after: tuple[Any, ...]
    is_previous: bool = False
    is_start: bool = False


def destinations(uow: UnitOfWork, task_id: str) -> list[Destination]:
    """Where an open task may be sent back, the nearest first, each step once. NotAllowed, NotFound."""
    task = access.require_task(uow, task_id)
    access.require_act(uow, task, "send_back")
    step = advance.begin(uow, task.instance)
    token = _token(step, task)
    ways = _ways(uow, step, token)
    names = pages.user_names(uow, {way.task.completed_by for way in ways if way.task.completed_by})
    return [
        Destination(
            task=way.task,
            done_by=names.get(way.task.completed_by or "", ""),
            is_previous=way.is_previous,
            is_start=way.is_start,
            refused=_refusals(step, token, way),
            again=tuple(element.name for element in _passed(step, way)),
        )
        for way in ways
    ]


def preview(uow: UnitOfWork, task_id: str, *, to: str, mode: Mode) -> Effects:
    """What would be cancelled and created, found by doing it and taking it back."""
    task = tasks.lock(uow, task_id, None)
    access.require_act(uow, task, "send_back")
    callbacks = uow.after_commit_mark()
    savepoint = uow.session.begin_nested()
    try:
        before = mend_effects.Rows(uow, task.instance)
        step = _go_back(uow, task, to, mode, opinion="")
        after = mend_effects.Rows(uow, task.instance)
        effects = mend_effects.between(before, after, step.bundle)
        if "internal" in access.audiences(uow, task.instance):
            return effects
        # all tasks that it touches are the actor's to see, see `_refusals`; what runs inside is not
        return mend_effects.seen(effects, lambda thing: thing["what"] == "task")
    finally:
        savepoint.rollback()
        uow.after_commit_forget(callbacks)


def send_back(
    uow: UnitOfWork, task_id: str, *, to: str, mode: Mode, opinion: str, revision: int | None
) -> Step:
    """Send a task back to the step that the task `to` was, with an opinion.

    Invalid without an opinion or for a step that it did not come by; Conflict with the reason where
    that step cannot be done again; NotAllowed; Stale.
    """
    if revision is None:
        raise PreconditionMissing("请先读取任务，再带上它的版本号退回。")
    text = opinion.strip()
    if not 0 < len(text) <= LONGEST_OPINION:
        fault = Fault(pointer="/opinion", detail="请写明退回意见（2000字以内）。", code="required")
        raise Invalid("没有退回：需要写明意见。", errors=[fault], code="opinion-required")
    task = tasks.lock(uow, task_id, revision)
    access.require_act(uow, task, "send_back")
    return _go_back(uow, task, to, mode, opinion=text)


def take_back(uow: UnitOfWork, task_id: str, *, reason: str = "") -> Step:
    """Take one's own finished task back, before anybody has begun what follows (撤回/拿回)."""
    task = access.require_task(uow, task_id)
    access.require_act(uow, task, "take_back")
    instance = store.lock(uow, task.instance_id)
    uow.session.refresh(task)
    advance.require_active(instance)
    access.require_act(uow, task, "take_back")
    step = advance.begin(uow, instance)
    following = rework.successors(uow, [task])[task.id]
    token = _token(step, following[0])
    way = next((w for w in _ways(uow, step, token) if w.task.id == task.id), None)
    if way is None:
        raise Conflict("现在不能撤回：流程已经走到别处。", code="not-on-the-way")
    _require(step, token, way, Mode.ONLY)
    uow.record(
        "task.taken_back",
        instance_id=task.instance_id,
        element_id=task.element_id,
        task_id=task.id,
        audience=task.audience,
        payload={"name": task.name, "reason": reason.strip()[:LONGEST_OPINION]},
    )
    again = {"task": task.id, "returned": _returned(uow, task, "taken_back", reason)}
    trail.send_back(token, way.origin, way.level, again=again)
    return advance.proceed(step)


def _go_back(uow: UnitOfWork, task: Task, to: str, mode: Mode, *, opinion: str) -> Step:
    step = advance.begin(uow, task.instance)
    token = _token(step, task)
    way = next((w for w in _ways(uow, step, token) if w.task.id == to), None)
    if way is None:
        fault = Fault(pointer="/to", detail="请从可退回的步骤中选择。", code="not-on-the-way")
        raise Invalid("没有退回：这项任务没有经过那一步。", errors=[fault], code="not-on-the-way")
    _require(step, token, way, mode)
    uow.record(
        "task.sent_back",
        instance_id=task.instance_id,
        element_id=task.element_id,
        task_id=task.id,
        audience=task.audience,
        payload={
            "name": task.name,
            "to": way.task.element_id,
            "to_name": way.task.name,
            "mode": mode.value,
            "opinion": opinion,
        },
    )
    again = {"task": way.task.id, "returned": _returned(uow, task, mode.value, opinion)}
    if mode is Mode.ONLY:
        trail.send_back(token, way.origin, way.level, again=again)
    else:
        came_back = {"task": task.id, "returned": _returned(uow, task, "came_back", opinion)}
        trail.lend(token, way.origin, again=again, came_back=came_back)
    return advance.proceed(step)


def _returned(uow: UnitOfWork, task: Task, mode: str, opinion: str) -> dict[str, Any]:
    """What the new task says of why it is there again."""
    return {
        "mode": mode,
        "from": task.id,
        "from_name": task.name,
        "by": uow.actor.user_id,
        "by_name": uow.actor.name,
        "opinion": opinion.strip(),
        "at": uow.now.isoformat(),
    }


def _token(step: Step, task: Task) -> Any:
    token = step.workflow.find(task.token_id)
    if token is None or not run.is_open(token):
        raise Conflict("这项任务已经不在等待办理，请刷新。", code="not-waiting")
    return token


def _ways(uow: UnitOfWork, step: Step, token: Any) -> list[_Way]:
    """The finished steps that the token came by and the actor may read, the last round of each."""
    passed = {str(origin.id): (origin, level) for origin, level in trail.before(token)}
    query = sa.select(Task).where(
        Task.instance_id == step.instance.id,
        Task.token_id.in_(sorted(passed)),
        Task.state == TaskState.COMPLETED,
        access.visible_tasks(uow, within=[step.instance.id]),
    )
    nearest = {token_id: number for number, token_id in enumerate(passed)}
    rows = sorted(
        uow.session.scalars(query),
        # of one token: whoever's task it was before those whom they asked, who have no form
        key=lambda row: (nearest[row.token_id], row.form_key is None, row.id),
    )
    found: dict[tuple[str, str], _Way] = {}
    for row in rows:
        origin, level = passed[row.token_id]
        way = _Way(task=row, origin=origin, level=level, after=tuple(trail.after(origin)))
        found.setdefault((row.process_key, row.element_id), way)
    origins = {way.origin.id for way in found.values()}
    return [
        replace(
            way,
            is_previous=origins.isdisjoint(task.id for task in way.after),
            is_start=not any(way.origin in other.after for other in found.values()),
        )
        for way in found.values()
    ]


def _require(step: Step, token: Any, way: _Way, mode: Mode) -> None:
    refused = _refusals(step, token, way).get(mode)
    if refused is not None:
        code, detail = refused
        raise Conflict(f"不能这样退回到“{way.task.name}”：{detail}", code=code)


def _refusals(step: Step, token: Any, way: _Way) -> dict[Mode, tuple[str, str]]:
    own = step.bundle.elements[(way.task.process_key, way.task.element_id)]
    if token.task_spec.element.send_back == SEND_BACK_PREVIOUS and not way.is_previous:
        why = ("previous-only", "这一步只能退回到上一步。")
        return {Mode.ONLY: why, Mode.AND_BACK: why}
    if not _is_repeatable(step, own):
        why = ("not-repeatable", "那一步的办理结果已经形成记录，不能重做。")
        return {Mode.ONLY: why, Mode.AND_BACK: why}
    found: dict[Mode, tuple[str, str]] = {}
    stops = [e.name for e in _passed(step, way) if not _is_repeatable(step, e)]
    if stops:
        names = "、".join(f"“{name}”" for name in stops)
        found[Mode.ONLY] = ("over-what-stands", f"其后{names}已经生效，不能越过。")
    elif _hidden(step, way):
        found[Mode.ONLY] = ("beyond-sight", "其后还有您看不到的事项正在办理，不能由您撤去。")
    if way.level is not token:
        detail = "那一步在这个子流程之外，退回会结束子流程，不能直接返回。"
        found[Mode.AND_BACK] = ("other-process", detail)
    elif moves.is_item(token):
        found[Mode.AND_BACK] = ("item", "这是逐项办理中的一项，不能直接返回。")
    return found


def _hidden(step: Step, way: _Way) -> bool:
    """Whether an open task that came after is not the actor's to see."""
    tokens = {str(task.id) for task in way.after}
    inner = step.workflow.subprocesses
    waiting = [w for key, w in inner.items() if str(key) in tokens]
    while waiting:
        for task in waiting.pop().tasks.values():
            tokens.add(str(task.id))
            if task.id in inner:
                waiting.append(inner[task.id])
    open_there = sa.select(Task.id).where(
        Task.instance_id == step.instance.id,
        Task.token_id.in_(sorted(tokens)),
        Task.state.in_(waits.OPEN_TASKS),
    )
    visible = open_there.where(access.visible_tasks(step.uow, within=[step.instance.id]))
    session = step.uow.session
    return len(session.scalars(open_there).all()) > len(session.scalars(visible).all())


def _passed(step: Step, way: _Way) -> list[Element]:
    """The elements that were finished since, those within sub-processes too, each once."""
    tokens = {str(task.id) for task in way.after}
    scopes = set(tokens)
    found: dict[tuple[str, str], Element] = {}
    rows = step.uow.session.execute(
        sa.select(Activity.token_id, Activity.scope_id, Activity.process_key, Activity.element_id)
        .where(Activity.instance_id == step.instance.id, Activity.state == "completed")
        .order_by(Activity.entered_at)
    ).all()
    grown = True
    while grown:
        grown = False
        for row in rows:
            if row.scope_id in scopes and row.token_id not in scopes:
                scopes.add(row.token_id)
                grown = True
    for row in rows:
        if row.token_id in scopes:
            element = step.bundle.elements.get((row.process_key, row.element_id))
            if element is not None and element.kind in rework.DONE_AGAIN:
                found[(row.process_key, row.element_id)] = element
    return list(found.values())


def _is_repeatable(step: Step, element: Element) -> bool:
    return rework.is_repeatable(step.uow, step.bundle, step.instance.family, element)
