"""Finished loop rounds are taken out of the tokens: a case may go round for years.

Of each step its latest visit is kept, with everything that joins, boundary events and sending back
look at. What is taken out stays in `activity` and in the history.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.spiff import specs
from engine.spiff.state import Workflow

#: Tokens of one process, finished or not, that are left alone.
ENOUGH = 160

_VISITED = TaskState.FINISHED_MASK | TaskState.READY | TaskState.STARTED | TaskState.WAITING


def prune(workflow: Workflow) -> None:
    """Take out what later rounds have repeated. What happened must have been told (`run.visits`)."""
    for inner in workflow.all_workflows():
        if len(inner.tasks) > ENOUGH:
            _prune(inner)


def _prune(inner: Any) -> None:
    later: set[str] = set()
    tokens = {str(key) for key in inner.tasks}
    for task in reversed(list(inner.tasks.values())):  # what follows a token was added after it
        name = task.task_spec.name
        if name in later and _is_done_with(inner, task, tokens):
            _take_out(inner, task)
            tokens.discard(str(task.id))
        elif task.has_state(_VISITED):
            later.add(name)


def _is_done_with(inner: Any, task: Any, tokens: set[str]) -> bool:
    if not task.has_state(TaskState.FINISHED_MASK) or task.parent is None:
        return False
    element = getattr(task.task_spec, "element", None)
    is_undone = element is not None and element.undone_by
    if is_undone or task.id in inner.top_workflow.subprocesses:
        return False  # each round may be undone
    if task is inner.last_task or isinstance(task.task_spec, specs.EndJoin):
        return False  # a branch that ended here gives its data when all have
    if task.internal_data.get(specs.JOINED) in tokens:
        return False
    return len(task._children) < 2


def _take_out(inner: Any, task: Any) -> None:
    parent = task.parent
    place = parent._children.index(task.id)
    parent._children[place : place + 1] = task._children
    for child in task.children:
        child.parent = parent
    del inner.tasks[task.id]
