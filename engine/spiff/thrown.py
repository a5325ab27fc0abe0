"""Events that come from within: signals, escalations, conditions that begin to hold.

They are delivered between two automatic steps, after the step that threw them is done and before
anything else runs: nobody misses a signal because its scope ended meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import (
    EscalationEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.util.task import TaskState

from engine.errors import ProcessFault
from engine.spiff import specs
from engine.spiff.state import Workflow

_STANDS = TaskState.READY | TaskState.STARTED | TaskState.WAITING


def deliver(workflow: Workflow) -> None:
    """Give what the last step threw to whoever waits for it in this instance.

    A signal also goes to `workflow.sent`, for the others; an escalation that nobody catches to
    `workflow.unheard`.
    """
    while workflow.thrown:
        task, definition = workflow.thrown.pop(0)
        if isinstance(definition, SignalEventDefinition):
            workflow.sent.append(definition.name)
            signal(workflow, definition.name)
            continue
        code = definition.code or ""
        catcher = specs.catcher_of(task, EscalationEventDefinition, code)
        if catcher is None:
            workflow.unheard.append((task.task_spec.element.id, code))
        else:
            specs.take(catcher, {"escalation_code": code})


def signal(workflow: Workflow, name: str) -> int:
    """Every token of this instance that waits for the signal now goes on; how many did."""
    count = 0
    for task, event_id in list(_awaiting(workflow, name)):
        inner = task.workflow
        if task.state == TaskState.WAITING and task.id in inner.tasks and not inner.completed:
            _go_on(task, event_id)
            count += 1
    return count


def _awaiting(workflow: Workflow, name: str) -> Iterator[tuple[Any, str | None]]:
    for inner in workflow.all_workflows():
        for task in inner.tasks.values():
            if task.state == TaskState.WAITING:
                for event_id, definition in definitions_of(task):
                    if isinstance(definition, SignalEventDefinition) and definition.name == name:
                        yield task, event_id
                        break


def definitions_of(task: Any) -> Iterator[tuple[str | None, Any]]:
    """What a waiting token waits for: its own event, or each behind its event gateway."""
    if isinstance(task.task_spec, specs.EventGateway):
        yield from task.task_spec.waits_for
    elif (definition := getattr(task.task_spec, "event_definition", None)) is not None:
        yield None, definition


def _go_on(task: Any, event_id: str | None) -> None:
    if event_id is None:
        specs.take(task, {})
        return
    task.internal_data["fired"] = event_id
    task.task_spec._update(task)


def watch(workflow: Workflow) -> bool:
    """Let events go on whose condition has begun to hold; whether one did.

    A condition that held before has to fail first (BPMN 2.0.2, 10.5.5): it is looked at in every step.
    That of an ad-hoc sub-process may have held all the time, but a step has to be done.
    """
    for inner in workflow.all_workflows():
        for task in list(inner.tasks.values()):
            if task.state != TaskState.WAITING or task.id not in inner.tasks:
                continue
            for event_id, definition in definitions_of(task):
                if isinstance(definition, specs.Condition) and _begins(task, event_id, definition):
                    _go_on(task, event_id)
                    return True
    return False


def _begins(task: Any, event_id: str | None, definition: specs.Condition) -> bool:
    ends_ad_hoc = event_id is None and task.task_spec.element is None
    held = task.internal_data.get(specs.HELD, ends_ad_hoc)
    holds = _holds(task, event_id, definition)
    if event_id is None:
        task.internal_data[specs.HELD] = holds and not ends_ad_hoc
    return holds and not held


def _holds(task: Any, event_id: str | None, definition: specs.Condition) -> bool:
    scripts = task.workflow.script_engine
    value = scripts.value(task, definition.expression, seen=seen_by(task))
    if value is None or isinstance(value, bool):
        return bool(value)
    raise ProcessFault(
        f"条件 {definition.expression} 没有得出“是”或“否”。",
        element_id=event_id or task.task_spec.bpmn_id,
        token_id=str(task.id),
    )


def seen_by(task: Any) -> dict[str, Any]:
    """The variables that a waiting event sees: its own, and what tokens in reach have changed.

    In reach are those of its process and its sub-processes, but not of a called process, nor of an
    item that it is not in.
    """
    items, root = _around(task)
    in_reach = []
    for inner in task.workflow.top_workflow.all_workflows():
        if getattr(inner, "kept", False):
            continue
        for other in inner.tasks.values():
            if other is task or not (other.has_state(_STANDS) or specs.has_ended(other)):
                continue
            others, top = _around(other)
            if top is root and others <= items:
                in_reach.append(other)
    seen: dict[str, Any] = task.data | specs.changed_by(in_reach, task.data)
    return seen


def _around(task: Any) -> tuple[set[Any], Any]:
    """The multi-instance items around a token, and the process that it is drawn in."""
    items = set()
    while True:
        if "index" in task.internal_data:
            items.add(task.id)
        outer = task.workflow.parent_task_id
        if outer is None:
            return items, task.workflow
        around = task.workflow.top_workflow.get_task_from_id(outer)
        if isinstance(around.task_spec, specs.CallActivity):
            return items, task.workflow
        task = around
