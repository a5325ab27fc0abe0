"""A task that is there again: whether one may be sent or taken back, and who then has it.

The token remembers which task it takes up and why (`specs.TAKES_UP`); engine/waits.py asks here when
it opens the row. How tokens go back is in engine/handover/returns.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine import store
from engine.identity import people
from engine.permission import sight
from engine.spiff.cache import Bundle
from engine.spiff.model import SEND_BACK_NONE, Element
from engine.states import InstanceState, TaskState
from engine.tables import Activity, Event, EventPayload, File, Task

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

#: What is run, done or waited for once more; gateways and ends decide nothing that stands.
DONE_AGAIN = frozenset(
    {
        "userTask",
        "serviceTask",
        "sendTask",
        "scriptTask",
        "businessRuleTask",
        "receiveTask",
        "intermediateCatchEvent",
    }
)

_OPEN = (TaskState.READY, TaskState.CLAIMED)


def take_up(uow: UnitOfWork, task: Task, again: Mapping[str, Any]) -> None:
    """Give a new row what the earlier one of `again["task"]` had: its person and its values.

    Who may no longer take it does not get it: then it waits for all its candidates, as any other.
    """
    earlier = uow.session.get_one(Task, again["task"])
    task.returned = dict(again["returned"])
    uow.session.flush()
    person = earlier.completed_by or earlier.assignee_id
    if person is None or not people.may_take(uow, task, person):
        return
    task.assignee_id = person
    task.state = TaskState.CLAIMED
    task.claimed_at = uow.now
    draft = earlier.draft if earlier.completed_at is None else _entered(uow, earlier)
    if draft is not None:
        task.draft = dict(draft)
        task.draft_saved_at = uow.now
        _move_files(uow, earlier, task)


def resume(uow: UnitOfWork, task: Task) -> None:
    """Give a new row the draft of the one that was sent back there, for whoever takes it now.

    Only where nobody has done that step since. Files of the draft go with it.
    """
    over = (TaskState.CANCELLED, TaskState.COMPLETED)
    rounds = uow.session.scalars(
        sa.select(Task).where(
            Task.instance_id == task.instance_id,
            Task.process_key == task.process_key,
            Task.element_id == task.element_id,
            Task.item == task.item,
            Task.state.in_(over),
        )
    ).all()
    drafted = [row for row in rounds if row.state == TaskState.CANCELLED and row.draft is not None]
    if not drafted:
        return
    earlier = max(drafted, key=lambda row: row.created_at)
    is_done_since = any(
        row.completed_at is not None and row.completed_at >= earlier.created_at for row in rounds
    )
    sent_back = sa.select(Event.id).where(
        Event.task_id == earlier.id, Event.kind == "task.sent_back"
    )
    if is_done_since or uow.session.scalar(sent_back.limit(1)) is None:
        return
    task.draft, task.draft_saved_at = dict(earlier.draft or {}), earlier.draft_saved_at
    _move_files(uow, earlier, task)


def _move_files(uow: UnitOfWork, earlier: Task, task: Task) -> None:
    """What a draft names stays while its task is open: that is the new one."""
    of_draft = sa.update(File).where(File.task_id == earlier.id, ~File.is_bound)
    uow.session.execute(of_draft.values(task_id=task.id))


def sendable(uow: UnitOfWork, held: Sequence[Task]) -> frozenset[str]:
    """Those of the open tasks that the actor holds and may send back, if they came by any step.

    Whether that step can be done again is `returns.destinations`' to say. One that several sign is
    refused by their votes.
    """
    mine = [
        task
        for task in held
        if task.assignee_id == uow.actor.user_id
        and task.instance.state == InstanceState.ACTIVE
        and task.send_back != SEND_BACK_NONE
    ]
    if not mine:
        return frozenset()
    done = sa.select(Task.instance_id).where(
        Task.instance_id.in_({task.instance_id for task in mine}),
        Task.state == TaskState.COMPLETED,
    )
    found = set(uow.session.scalars(done.distinct()))
    return frozenset(task.id for task in mine if task.instance_id in found)


def retakable(uow: UnitOfWork, tasks: Sequence[Task]) -> frozenset[str]:
    """Those that the actor has done, nobody has followed up yet, and the flow lets be done again."""
    done = [
        task
        for task in tasks
        if task.state == TaskState.COMPLETED
        and task.completed_by is not None
        and task.completed_by == uow.actor.user_id
        and task.sign_off_id is None
        and task.instance.state == InstanceState.ACTIVE
    ]
    following = successors(uow, done)
    found = [t for t in done if following[t.id] and all(map(is_untouched, following[t.id]))]
    hindered = hindrances(uow, found, following)
    return frozenset(task.id for task in found if task.id not in hindered)


def hindrances(
    uow: UnitOfWork, done: Sequence[Task], following: Mapping[str, Sequence[Task]]
) -> dict[str, str]:
    """task → code of what keeps the flow from going back to it from the tasks that follow.

    As engine/handover/returns.py finds it from the tokens, told by the rows: for many, and without tokens.
    """
    if not done:
        return {}
    ids = {task.instance_id for task in done}
    passed: dict[str, list[Activity]] = {key: [] for key in ids}
    for row in uow.session.scalars(sa.select(Activity).where(Activity.instance_id.in_(ids))):
        passed[row.instance_id].append(row)
    found = {}
    for task in done:
        code = _hindrance(uow, task, following[task.id], passed[task.instance_id])
        if code is not None:
            found[task.id] = code
    return found


def _hindrance(
    uow: UnitOfWork, task: Task, following: Sequence[Task], passed: Sequence[Activity]
) -> str | None:
    instance = task.instance
    bundle = store.bundle(uow, instance.deployment_id)
    element = bundle.elements.get((task.process_key, task.element_id))
    around = {row.token_id: row.scope_id for row in passed}
    if element is None or element.is_multi:
        return "not-on-the-way"
    if not all(_is_within(row.scope_id, task.scope_id, around) for row in following):
        return "not-on-the-way"
    if not is_repeatable(uow, bundle, instance.family, element):
        return "not-repeatable"
    for row in passed:
        if row.state == "completed" and row.entered_at == task.completed_at:
            between = bundle.elements.get((row.process_key, row.element_id))
            if between is None or between.kind not in DONE_AGAIN:
                continue
            if not is_repeatable(uow, bundle, instance.family, between):
                return "over-what-stands"
    return None if _sees_all(uow, task, following) else "beyond-sight"


def _is_within(scope_id: str, outer: str, around: Mapping[str, str]) -> bool:
    """Whether a scope is this one or lies in it; the outermost is the empty text.

    A token that opened a scope of its own names itself there: it says nothing of what is around.
    """
    seen = set()
    while scope_id and scope_id != outer and scope_id not in seen:
        seen.add(scope_id)
        scope_id = around.get(scope_id, "")
    return scope_id == outer or (outer == "" and scope_id in seen)


def _sees_all(uow: UnitOfWork, task: Task, following: Sequence[Task]) -> bool:
    view = sight.of_instances(uow, [task.instance_id])[task.instance_id]
    facts = sight.tasks_of(uow, [task.instance_id])[task.instance_id]
    readable = view.audiences(facts)
    owned = {fact.id for fact in facts if view.owns(fact)}
    return all(row.audience in readable or row.id in owned for row in following)


def is_repeatable(uow: UnitOfWork, bundle: Bundle, family: str, element: Element) -> bool:
    """Whether doing an element again is harmless: no manifest fixes it, and its handlers say so."""
    package = uow.engine.package(family)
    if element.id in package.manifest.fixed | bundle.manifest.fixed:
        return False
    names = [name for name in (element.handler, element.completion) if name]
    handlers = [package.handlers.get(name) for name in names]
    return all(handler is not None and handler.repeatable for handler in handlers)


def successors(uow: UnitOfWork, done: Sequence[Task]) -> dict[str, list[Task]]:
    """The open tasks that came of the same act as each task was completed by.

    Nothing where the process has gone on since: something else was done, or more came.
    """
    found: dict[str, list[Task]] = {task.id: [] for task in done}
    if not done:
        return found
    rows = uow.session.scalars(
        sa.select(Task).where(
            Task.instance_id.in_({task.instance_id for task in done}), Task.state.in_(_OPEN)
        )
    ).all()
    for task in done:
        found[task.id] = [
            row
            for row in rows
            if row.instance_id == task.instance_id
            and row.created_at == task.completed_at
            and row.sent_by == task.completed_by
        ]
    return found


def is_untouched(task: Task) -> bool:
    """Nobody has begun it."""
    return task.claimed_at is None and task.draft is None


def _entered(uow: UnitOfWork, task: Task) -> dict[str, Any] | None:
    """What it was completed with; None once that is redacted."""
    said = uow.session.scalar(
        sa.select(EventPayload.content)
        .join(Event, Event.id == EventPayload.event_id)
        .where(Event.task_id == task.id, Event.kind == "task.completed")
    )
    values = (said or {}).get("values")
    return dict(values) if isinstance(values, dict) else None
