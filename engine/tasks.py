"""User tasks: search, claim, hand back, assign, draft, complete.

Every verb goes through engine/permission/access.py; every change locks the instance first, then the task.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm.attributes import set_committed_value

from engine import advance, identity, store, waits
from engine.advance import Step
from engine.errors import (
    BpmnError,
    Conflict,
    Fault,
    Invalid,
    PreconditionMissing,
    ProcessFault,
    Stale,
)
from engine.filing import files
from engine.handover import lendings
from engine.package import StepContext
from engine.permission import access, separations
from engine.record import protection
from engine.record.protection import Sealed
from engine.signoff import opinions, signoffs
from engine.signoff.verdicts import Verdict
from engine.spiff import run, trail
from engine.spiff.model import Element
from engine.states import TaskState
from engine.tables import Task
from engine.timing import deadlines
from engine.unit_of_work import UnitOfWork
from forms import validation

#: A draft larger than this (as JSON text) is refused.
MAX_DRAFT_BYTES = 256 * 1024


def get(uow: UnitOfWork, task_id: str) -> Task:
    """A task that the actor may see. Raises NotFound."""
    return access.require_task(uow, task_id)


def claim(uow: UnitOfWork, task_id: str, *, revision: int | None = None) -> Task:
    """Take a task that waits for one of the actor's posts. Conflict if somebody has it.

    What is theirs already, taken or given by the model, is answered as it is.
    """
    task = lock(uow, task_id, revision)
    me = uow.actor.user_id
    if task.assignee_id is not None and task.assignee_id == me:
        return task
    if task.state == TaskState.CLAIMED and (me is None or task.owner_id != me):
        raise Conflict("这项任务刚刚已被他人认领，请刷新列表。", code="already-claimed")
    access.require_act(uow, task, "claim")
    _give(uow, task, uow.actor.user_id)
    _record(uow, "task.claimed", task)
    return task


def unclaim(uow: UnitOfWork, task_id: str, *, revision: int | None = None) -> Task:
    """Hand a claimed task back to the queue; its draft stays."""
    task = lock(uow, task_id, revision)
    access.require_act(uow, task, "unclaim")
    lendings.drop(uow, task)
    task.state = TaskState.READY
    task.assignee_id = None
    task.claimed_at = None
    task.revision += 1
    _record(uow, "task.unclaimed", task)
    return task


def assign(uow: UnitOfWork, task_id: str, user_id: str, *, revision: int | None = None) -> Task:
    """Give a task to one of the people who may take it. Invalid when that person may not."""
    task = lock(uow, task_id, revision)
    access.require_act(uow, task, "assign")
    if not identity.may_take(uow, task, user_id):
        raise separations.refusal(uow, task, user_id)
    lendings.drop(uow, task)
    _give(uow, task, user_id)
    _record(uow, "task.assigned", task, to=user_id)
    return task


def save_draft(
    uow: UnitOfWork, task_id: str, values: Mapping[str, Any], *, revision: int | None = None
) -> Task:
    """Keep what was entered so far, unchecked. It survives a refused completion."""
    task = lock(uow, task_id, revision)
    access.require_act(uow, task, "save_draft")
    if len(store.encode(values)) > MAX_DRAFT_BYTES:
        raise Invalid("草稿太大，没有保存，请删减后再试。", code="draft-too-large")
    task.draft = _sealed_draft(uow, task, values)
    task.draft_saved_at = uow.now
    task.revision += 1
    return task


def complete(
    uow: UnitOfWork, task_id: str, values: Mapping[str, Any], *, revision: int | None
) -> Step:
    """Complete a task with the values of its form, and run on until every branch waits.

    Raises Conflict (completed already, case suspended or ended), Stale, PreconditionMissing, NotAllowed
    (not this person), Invalid with pointers below `/values` when the form does not fit.
    """
    if revision is None:
        raise PreconditionMissing("请先读取任务，再带上它的版本号提交。")
    task = lock(uow, task_id, revision)
    access.require_act(uow, task, "complete")
    return finish(uow, task, values)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What was entered for a task, checked, and the token that waits for it."""

    step: Step
    task: Task
    token: Any
    element: Element
    sealed: Sealed
    named_files: frozenset[str]


def finish(uow: UnitOfWork, task: Task, values: Mapping[str, Any]) -> Step:
    """The one road of every completion; the caller has locked the task and checked who acts."""
    entry = enter(uow, task, values)
    if signoffs.holds_back(entry.step, task, entry.sealed.values):
        bind_named(uow, entry)
        return entry.step
    return conclude(uow, entry)


def enter(uow: UnitOfWork, task: Task, values: Mapping[str, Any]) -> Entry:
    """Check the values of the form against the token that waits. Nothing is changed yet."""
    step = advance.begin(uow, task.instance)
    token = step.workflow.find(task.token_id)
    if token is None or not run.is_open(token):
        raise Conflict("这项任务已经不在等待办理，请刷新。", code="not-waiting")
    usable = files.usable(uow, task)
    sealed = _checked(uow, step, task, values, usable)
    opinions.require(token.task_spec.element, sealed.values)
    found = entered(step, task, token, {})
    named = frozenset(texts(sealed.values) & usable)
    return replace(found, sealed=sealed, named_files=named)


def entered(step: Step, task: Task, token: Any, values: Mapping[str, Any]) -> Entry:
    """The same of values that were checked before."""
    return Entry(
        step=step,
        task=task,
        token=token,
        element=token.task_spec.element,
        sealed=Sealed(values=dict(values)),
        named_files=frozenset(),
    )


def conclude(uow: UnitOfWork, entry: Entry, verdict: Verdict | None = None) -> Step:
    """Let the completion handler have the values, complete the token and run on.

    `verdict` is what several signers came to; then each of their tasks was closed by their vote.
    """
    step, task, token, element = entry.step, entry.task, entry.token, entry.element
    try:
        outcome = _call_completion(entry, verdict)
    except BpmnError as error:
        _take_error_path(token, error)
        outcome = None
    except Invalid as error:
        raise _below_values(error) from error
    bind_named(uow, entry)
    if verdict is None:
        _close(uow, task, entry.sealed)
    elif task.deadline is not None:
        deadlines.close(uow, task.deadline, done_at=uow.acted_at)
    if outcome is not None:
        (trail.give_back if trail.comes_back(token) else run.complete)(token, outcome)
    advance.proceed(step)
    waits.exclude(step, element.id)
    return step


def bind_named(uow: UnitOfWork, entry: Entry) -> None:
    """Uploads that the values name belong to the task now, but those that the handler has bound."""
    if entry.named_files and (left := entry.named_files & files.usable(uow, entry.task)):
        files.bind(uow, sorted(left), task=entry.task, audience=entry.task.audience)


def lock(uow: UnitOfWork, task_id: str, revision: int | None) -> Task:
    """The instance locked, then the task: open, at this revision. Conflict or Stale otherwise."""
    instance_id = access.require_task(uow, task_id).instance_id
    locked = store.lock(uow, instance_id)
    task = uow.session.get_one(Task, task_id, populate_existing=True, with_for_update=True)
    if task.state == TaskState.COMPLETED:
        raise Conflict("这项任务已经办结，不能再办一次。", code="already-completed")
    if task.state == TaskState.CANCELLED:
        raise Conflict("这项任务已经不需要办理。", code="task-cancelled")
    set_committed_value(task, "instance", locked)  # else it is read again
    advance.require_active(locked)
    if revision is not None and revision != task.revision:
        raise Stale("任务在您打开之后有变动，请刷新后再办；您填的内容没有丢。")
    return task


def _sealed_draft(uow: UnitOfWork, task: Task, values: Mapping[str, Any]) -> dict[str, Any]:
    """What is protected lies apart from a draft, too: another may take the task over."""
    if task.form_key is None:
        return dict(values)
    form = store.form_of(uow, task)
    family = task.instance.family
    return protection.seal(uow, form, values, family=family, task=task, keep=False).values


def _checked(
    uow: UnitOfWork, step: Step, task: Task, values: Mapping[str, Any], usable: Collection[str]
) -> Sealed:
    """The values as the form keeps them, what is protected taken out. Invalid where they do not fit."""
    if task.form_key is None:
        return Sealed(values=dict(values))
    form = step.bundle.forms[task.form_key]
    opened = protection.open_for_check(uow, form, values, instance_id=task.instance_id)
    checked = validation.check(
        form,
        opened.values,
        context=form_context(uow, task),
        files=usable,
        now=uow.now,
    )
    if checked.faults:
        raise Invalid(
            f"表单有 {len(checked.faults)} 处需要改正，任务没有提交，草稿仍在。",
            code="form-invalid",
            errors=[
                Fault(pointer=f"/values{f.pointer}", detail=f.detail, code=f.code)
                for f in checked.faults
            ],
        )
    files.protect(uow, protection.protected_files(form, checked.values))
    return protection.seal(
        uow,
        form,
        checked.values,
        family=task.instance.family,
        task=task,
        marked=opened.rows,
        keep=True,
    )


def form_context(uow: UnitOfWork, task: Task) -> dict[str, Any]:
    """What the family puts into a task's form: read-only facts and lists to choose from."""
    form_data = uow.engine.package(task.instance.family).form_data
    return dict(form_data(uow, task)) if form_data is not None else {}


def _below_values(error: Invalid) -> Invalid:
    """A completion handler points into the values of the form; the answer points into the request."""
    faults = [
        fault
        if fault.pointer.startswith("/values")
        else Fault(pointer=f"/values{fault.pointer}", detail=fault.detail, code=fault.code)
        for fault in error.errors
    ]
    return Invalid(error.detail, errors=faults, code=error.code, **error.data)


def _take_error_path(token: Any, error: BpmnError) -> None:
    """The completion handler asks for the model's error path. Conflict where none is drawn."""
    try:
        run.throw(token, error.code, error.message)
    except ProcessFault as fault:
        raise Conflict(fault.detail, code=fault.code) from error


def _call_completion(entry: Entry, verdict: Verdict | None) -> dict[str, Any]:
    """The completion handler may refuse the act; without one the values become variables.

    What signers came to is a variable in any case, and their forms' values are not.
    """
    step, task, element = entry.step, entry.task, entry.element
    known = dict(verdict.variables) if verdict is not None else {}
    if not element.completion:
        return known if verdict is not None else dict(entry.sealed.values)
    handler = step.scripts.handlers[element.completion]
    context = StepContext(
        uow=step.uow,
        instance=step.instance,
        element_id=element.id,
        token_id=task.token_id,
        variables=dict(entry.token.data),
        values=entry.sealed.values,
        task=task,
        verdict=verdict,
    )
    return {**known, **(handler.call(context) or {})}


def texts(value: Any) -> set[str]:
    """Every text among the values of a form: ids of files are some of them."""
    if isinstance(value, str):
        return {value}
    if isinstance(value, Mapping):
        return set().union(*(texts(inner) for inner in value.values()))
    if isinstance(value, list):
        return set().union(*(texts(inner) for inner in value))
    return set()


def close_row(uow: UnitOfWork, task: Task) -> None:
    """The actor has done their part of it: it leaves the queues."""
    task.state = TaskState.COMPLETED
    if task.assignee_id is None or uow.actor.on_paper is not None:
        task.assignee_id = uow.actor.user_id
    task.completed_by = uow.actor.user_id
    if uow.actor.stand_in is not None:
        task.stand_in_id = uow.actor.stand_in.user_id
    task.completed_at = uow.now
    task.draft = None
    task.revision += 1


def _close(uow: UnitOfWork, task: Task, sealed: Sealed) -> None:
    close_row(uow, task)
    if task.deadline is not None:
        deadlines.close(uow, task.deadline, done_at=uow.acted_at)
    proof = {"protected": sealed.proof} if sealed.rows else {}
    _record(uow, "task.completed", task, values=sealed.values, **proof)


def _give(uow: UnitOfWork, task: Task, user_id: str | None) -> None:
    task.state = TaskState.CLAIMED
    task.assignee_id = user_id
    task.claimed_at = uow.now
    task.revision += 1


def _record(uow: UnitOfWork, kind: str, task: Task, **payload: Any) -> None:
    uow.record(
        kind,
        instance_id=task.instance_id,
        element_id=task.element_id,
        task_id=task.id,
        audience=task.audience,
        payload={"name": task.name, "item": task.item_name, **payload},
    )
