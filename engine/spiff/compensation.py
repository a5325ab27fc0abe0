"""Compensation: what was done in a scope is undone by its handlers, the last first.

A thrown compensation stays `STARTED` while its handlers run, one after the other, each a token below the
activity that it undoes. What ran in a sub-process that has ended is kept for it (`specs.may_be_undone`).
The library knows none of this.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.spiff import items, specs
from engine.spiff.state import Workflow

#: On the thrown event: what is yet to be undone, and the handler that is at it.
QUEUE, HANDLER = "queue", "handler"
#: On a done activity: it has been undone.
UNDOING = "undoing"


def proceed(workflow: Workflow) -> bool:
    """Begin the next handler of a thrown compensation, or let it go on; whether anything was done."""
    for inner in workflow.all_workflows():
        for task in list(inner.tasks.values()):
            if task.state != TaskState.STARTED:
                continue
            definition = getattr(task.task_spec, "event_definition", None)
            if not isinstance(definition, specs.Compensation):
                continue
            if _step(workflow, task, definition):
                return True
    return False


def _step(workflow: Workflow, task: Any, definition: specs.Compensation) -> bool:
    notes = task.internal_data
    if QUEUE not in notes:
        done = sorted(_undone(task, definition), key=lambda each: each.last_state_change)
        notes[QUEUE] = [str(each.id) for each in done]
    if (handler := workflow.find(notes[HANDLER]) if notes.get(HANDLER) else None) is not None:
        if not handler.has_state(TaskState.FINISHED_MASK):
            return False
        task.data.update(specs.changed_keys(handler.parent.data, handler.data))
    notes.pop(HANDLER, None)
    if notes[QUEUE]:
        notes[HANDLER] = _begin(workflow.find(notes[QUEUE].pop()))
    else:
        notes[specs.COMPENSATED] = True
        task._set_state(TaskState.READY)
    return True


def _begin(done: Any) -> str:
    done.internal_data[UNDOING] = True
    spec = done.workflow.spec.task_specs[done.task_spec.element.undone_by]
    handler = done._add_child(spec, TaskState.FUTURE)
    handler.triggered = True  # it is no prediction that could be taken back
    spec._update(handler)
    if "index" in done.internal_data:  # what undoes an item works on that item
        handler.internal_data |= {key: done.internal_data[key] for key in ("index", "item")}
    return str(handler.id)


def _undone(task: Any, definition: specs.Compensation) -> Iterator[Any]:
    """The activities that a thrown event undoes: of its scope, or the one that it names."""
    scope = task.workflow
    around = _around(scope)
    is_drawn = around is None or around.task_spec.element is not None
    if not is_drawn:  # the body that engine/spiff/nesting.py makes
        around = _around(around.workflow)
    if around is not None and getattr(around.parent.task_spec, "opens", False):
        scope = around.workflow  # an event sub-process undoes what its scope did
    elif around is not None and getattr(around.task_spec, "undoes_inside", False):
        scope = scope.top_workflow.subprocesses.get(around.parent.id)  # kept, if there is anything
    if scope is not None:
        yield from _done(scope, definition.activity)


def _around(scope: Any) -> Any:
    return None if scope.parent_task_id is None else scope.outer.tasks[scope.parent_task_id]


def _done(scope: Any, only: str | None) -> Iterator[Any]:
    for task in scope.tasks.values():
        spec = task.task_spec
        element = getattr(spec, "element", None)
        is_meant = only is None or spec.name.removesuffix(" [child]") == only
        is_activity = not isinstance(spec, items.ParallelItems | items.SequentialItems)
        if is_activity and element is not None and element.undone_by:
            is_done = task.has_state(TaskState.COMPLETED) and UNDOING not in task.internal_data
            if is_meant and is_done:
                yield task
            continue
        inner = scope.top_workflow.subprocesses.get(task.id)
        if inner is not None and inner.completed and type(spec) is specs.SubWorkflow:
            yield from _done(inner, None if is_meant else only)
