"""A task row arrives in the queues of whoever may take it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.permission import recusals
from engine.tables import Task, TaskCandidate

if TYPE_CHECKING:
    from engine.advance import Step
    from engine.spiff.model import Element


def arrive(step: Step, task: Task, candidates: Sequence[TaskCandidate], element: Element) -> None:
    """Write a new task with its candidates, keep out who may not take it, and record it."""
    uow = step.uow
    uow.session.add_all([task, *candidates])
    if element.separate_from or task.sign_off_id is not None:
        recusals.separate(uow, task, element.separate_from)
    step.new_tasks.append(task)
    uow.record(
        "task.created",
        instance_id=task.instance_id,
        element_id=task.element_id,
        task_id=task.id,
        audience=task.audience,
        payload={"name": task.name, "item": task.item_name},
    )
