"""A task that is there again: whether one may be sent or taken back, and who then has it.

The token remembers which task it takes up and why (`specs.TAKES_UP`); engine/waits.py asks here when
it opens the row. How tokens go back is in engine/returns.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.identity import people
from engine.spiff.model import SEND_BACK_NONE
from engine.states import InstanceState, TaskState
from engine.tables import Event, EventPayload, File, Task

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

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
    """Those that the actor has done and nobody has followed up yet."""
    done = [
        task
        for task in tasks
        if task.state == TaskState.COMPLETED
        and task.completed_by is not None
        and task.completed_by == uow.actor.user_id
        and task.sign_off_id is None
        and task.instance.state == InstanceState.ACTIVE
    ]
    return frozenset(
        task_id
        for task_id, following in successors(uow, done).items()
        if following and all(_is_untouched(task) for task in following)
    )


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


def _is_untouched(task: Task) -> bool:
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
