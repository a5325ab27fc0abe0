"""Tokens as data: a slim snapshot without the specs, and back.

Each task keeps only what its data changes against its parent's. Order of tasks is kept: SpiffWorkflow's
restore depends on it. The snapshot is JSON bytes under zstd, never jsonb, never with sorted keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
import zstandard
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.specs.Join import Join
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.spiff.specs import GONE, gone

FORMAT = 1


class _FlatUpdates:
    """Only joins wait for other tasks; timers and messages wait for their job or message."""

    tasks: dict[UUID, Any]

    def update_waiting_tasks(self) -> None:
        for task in [t for t in self.tasks.values() if t.state == TaskState.WAITING]:
            if isinstance(task.task_spec, Join) and task.id in self.tasks:
                task.task_spec._update(task)


class SubWorkflow(_FlatUpdates, BpmnSubWorkflow):
    """A called or embedded process that runs inside an instance; `outer` holds its task.

    One that has ended may be `kept`, see engine/spiff/compensation.py.
    """

    kept = False

    def __init__(self, spec: Any, outer: Any, **kwargs: Any) -> None:
        self.outer = outer
        super().__init__(spec, **kwargs)

    def _calculate_depth(self) -> int:
        return int(self.outer.depth) + 1  # stock looks each outer task up in all processes


class Workflow(_FlatUpdates, BpmnWorkflow):
    """One instance's tokens.

    Of this step: `begun_by` is what started it, `departed` are sub-processes that ended, `thrown`
    what is yet to be delivered, `sent` the signals for other instances, `unheard` the escalations
    that nobody caught, `items` how many items of multi-instances began.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.begun_by: tuple[str, str] | None = None
        self.departed: list[SubWorkflow] = []
        self.thrown: list[tuple[Task, Any]] = []
        self.sent: list[str] = []
        self.items = 0
        self.unheard: list[tuple[str, str]] = []
        super().__init__(*args, **kwargs)

    def create_subprocess(self, my_task: Any, spec_name: str) -> SubWorkflow:
        inner = SubWorkflow(
            self.subprocess_specs[spec_name],
            my_task.workflow,
            parent_task_id=my_task.id,
            top_workflow=self,
        )
        begin_at(inner, self.begun_by)
        self.subprocesses[my_task.id] = inner
        return inner

    def all_workflows(self) -> list[Any]:
        """This workflow and every sub-workflow that is still here."""
        return [self, *self.subprocesses.values()]

    def find(self, token_id: str) -> Any:
        """The task with this id, in whichever process it runs, or None."""
        wanted = UUID(token_id)
        for workflow in self.all_workflows():
            task = workflow.tasks.get(wanted)
            if task is not None:
                return task
        return None


def begin_at(workflow: Any, begun_by: tuple[str, str] | None) -> None:
    """Of several start events of a fresh process take the one begun by this, or the plain one."""
    starts = workflow.task_tree.children
    if len(starts) < 2:
        return
    chosen = [task for task in starts if task.task_spec.begun_by == begun_by]
    for task in starts:
        if task is not (chosen or starts)[0]:
            workflow._remove_task(task.id)


def dump(workflow: Workflow) -> bytes:
    """The snapshot of an instance's tokens."""
    document = {
        "format": FORMAT,
        "top": _dump_tasks(workflow),
        "inner": {str(key): _dump_tasks(sub) for key, sub in workflow.subprocesses.items()},
    }
    return written(document)


def written(document: Mapping[str, Any]) -> bytes:
    """A snapshot's bytes from its parts."""
    return zstandard.ZstdCompressor(level=3).compress(orjson.dumps(document))


def read(content: bytes) -> dict[str, Any]:
    """A snapshot's parts. ValueError for a format that this version does not know."""
    document: dict[str, Any] = orjson.loads(zstandard.ZstdDecompressor().decompress(content))
    if document["format"] != FORMAT:
        raise ValueError(f"snapshot format {document['format']} is not known to this version")
    return document


def load(content: bytes, specs: Mapping[str, Any], script_engine: Any) -> Workflow:
    """Restore what `dump` wrote, on specs from the cache."""
    document = read(content)
    top = Workflow(
        specs[document["top"]["spec"]],
        subprocess_specs=specs,
        script_engine=script_engine,
        deserializing=True,
    )
    _load_tasks(top, document["top"])
    # Outer processes were written before inner ones, so a parent task is always there already.
    for key, row in document["inner"].items():
        parent_id = UUID(key)
        parent = top.get_task_from_id(parent_id)
        inner = SubWorkflow(
            specs[row["spec"]],
            parent.workflow,
            parent_task_id=parent_id,
            top_workflow=top,
            deserializing=True,
        )
        top.subprocesses[parent_id] = inner
        _load_tasks(inner, row)
        inner.kept = inner.completed
        inner.completed_event.connect(parent.task_spec._on_subworkflow_completed, parent)
    return top


def _dump_tasks(workflow: Any) -> dict[str, Any]:
    return {
        "spec": workflow.spec.name,
        "completed": workflow.completed,
        "success": workflow.success,
        "last": str(workflow.last_task.id) if workflow.last_task is not None else None,
        "tasks": [_dump_task(task) for task in workflow.tasks.values()],
    }


def _dump_task(task: Any) -> list[Any]:
    parent = task.parent
    inherited = parent.data if parent is not None else {}
    changed = {k: v for k, v in task.data.items() if k not in inherited or inherited[k] != v}
    missing = [k for k in inherited if k not in task.data]
    return [
        str(task.id),
        str(parent.id) if parent is not None else None,
        task.task_spec.name,
        task.state,
        task.last_state_change,
        int(task.triggered),
        changed,
        missing,
        task.internal_data,
    ]


def _load_tasks(workflow: Any, document: dict[str, Any]) -> None:
    workflow.completed = document["completed"]
    workflow.success = document["success"]
    for row in document["tasks"]:
        _load_task(workflow, row)
    last = document["last"]
    workflow.last_task = workflow.tasks.get(UUID(last)) if last is not None else None


def _load_task(workflow: Any, row: list[Any]) -> None:
    token, parent_id, spec_name, state, changed_at, triggered, changed, missing, internal = row
    parent = workflow.tasks[UUID(parent_id)] if parent_id is not None else None
    spec = gone(spec_name) if spec_name.startswith(GONE) else workflow.spec.task_specs[spec_name]
    task = Task(workflow, spec, parent, state=state, id=UUID(token))
    task.last_state_change = changed_at
    task.triggered = bool(triggered)
    task.internal_data = internal
    inherited = parent.data if parent is not None else {}
    task.data = {k: v for k, v in inherited.items() if k not in missing} | changed
    if parent is None:
        workflow.task_tree = task
