"""Move tokens: run what runs by itself until every branch waits, and say what waits for what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import SignalEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.specs.Join import Join
from SpiffWorkflow.util.task import TaskState
from sqlalchemy.exc import OperationalError

from engine.errors import ProcessFault
from engine.spiff import compensation, passing, specs, state, thrown
from engine.spiff.model import Element
from engine.spiff.state import Workflow
from engine.spiff.timers import CycleTimer, Timer

#: Automatic steps that one act may cause; a model that never waits ends in an incident, not in a spin.
STEP_BUDGET = 2_000
#: More for each item of a multi-instance that began in it, up to this many in all.
STEPS_OF_ITEM, MOST_STEPS = 40, 50_000


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A token that waits. `kind` is user, timer, message, signal or continue (an asyncBefore task).

    What waits for a condition, an error or an escalation has no row: it is looked at in every step.
    """

    kind: str
    token_id: str
    element: Element
    scope_id: str
    data: dict[str, Any]
    task: Any
    due_at: str | None = None
    message: str | None = None
    #: For an event gateway: the event that this wait belongs to.
    event_id: str | None = None
    item: Any = None


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A drawn element that a token has left or stands on."""

    token_id: str
    element_id: str
    process_key: str
    scope_id: str
    state: str  # active | completed | skipped | cancelled
    is_new: bool


def start(
    workflow: Workflow, variables: dict[str, Any], *, begun_by: tuple[str, str] | None = None
) -> None:
    """Put the variables on the first token, at the start event with this `StartEvent.begun_by`."""
    workflow.begun_by = begun_by
    state.begin_at(workflow, begun_by)
    workflow.task_tree.data.update(variables)


def complete(task: Any, variables: dict[str, Any]) -> None:
    """Complete a waiting user task with these variables."""
    task.data.update(variables)
    task.run()


def fire(task: Any, *, event_id: str | None = None, payload: dict[str, Any] | None = None) -> None:
    """Let a waiting timer, message, event gateway or asyncBefore task go on."""
    spec = task.task_spec
    if isinstance(spec, specs.EventGateway):
        task.internal_data["fired"] = event_id
        task.internal_data["payload"] = payload or {}
        spec._update(task)
        return
    if isinstance(spec, specs.ServiceTask):
        task.internal_data["continued"] = True
        spec._update(task)
        return
    specs.take(task, payload or {})


def variables(workflow: Workflow) -> dict[str, Any]:
    """All variables that unfinished tokens hold; those of outer processes win."""
    found: dict[str, Any] = {}
    for inner in reversed(workflow.all_workflows()):
        if getattr(inner, "kept", False):
            continue
        tasks = list(inner.tasks.values())
        held = [t for t in tasks if t.has_state(TaskState.DEFINITE_MASK)]
        for task in held or ([inner.last_task] if inner.last_task is not None else []):
            found.update(passing.outside(task))
    return found


def set_variables(workflow: Workflow, values: dict[str, Any]) -> None:
    """Set variables on every token that is not finished."""
    for inner in workflow.all_workflows():
        for task in inner.tasks.values():
            if task.has_state(TaskState.DEFINITE_MASK):
                passing.set_variables(task, values)


def throw(task: Any, code: str, message: str) -> None:
    """Leave a waiting user task by the nearest boundary event for this error, or ProcessFault."""
    specs.throw_error(task, code, message)


def is_waiting(task: Any) -> bool:
    """Whether an event or async task still waits to be let go on."""
    return bool(task.state == TaskState.WAITING)


def is_open(task: Any) -> bool:
    """Whether a user task still waits for its person."""
    return bool(task.state == TaskState.READY and task.task_spec.manual)


def until_waiting(workflow: Workflow, *, before: Callable[[Any], bool] | None = None) -> Any:
    """Run every automatic step. Raises ProcessFault with the element where it failed.

    Stops before a step for which `before` says so, and returns it.
    """
    steps = 0
    while steps < min(STEP_BUDGET + STEPS_OF_ITEM * workflow.items, MOST_STEPS):
        steps += 1
        task = _next_automatic(workflow)
        if task is None and (compensation.proceed(workflow) or thrown.watch(workflow)):
            continue
        if task is None or (before is not None and before(task)):
            return task
        _run_one(task)
        thrown.deliver(workflow)
        _drop_finished(workflow)
    raise _runaway(_next_automatic(workflow) or workflow.task_tree)


def deadlock(workflow: Workflow) -> ProcessFault | None:
    """Why an instance will never go on: tokens at joins alone, and nothing that others wait for."""
    if workflow.completed:
        return None
    at_joins = []
    for inner in workflow.all_workflows():
        for task in inner.tasks.values():
            if task.state == TaskState.READY or _may_come(task):
                return None
            element = getattr(task.task_spec, "element", None)
            if (
                task.state == TaskState.WAITING
                and element is not None
                and isinstance(task.task_spec, Join)
            ):
                at_joins.append((task, element))
    if not at_joins:
        return None
    task, element = at_joins[0]
    return ProcessFault(
        f"“{element.name}”还在等别的分支，但已经没有分支会走到这里，案件停住了。"
        "请由运维人员移动办理位置，或撤销后按改正的流程重办。",
        element_id=element.id,
        token_id=str(task.id),
        code="deadlock",
    )


#: What others, or time, may bring about.
_FROM_OUTSIDE = (Timer, CycleTimer, MessageEventDefinition, SignalEventDefinition, specs.Condition)


def _may_come(task: Any) -> bool:
    if task.state != TaskState.WAITING:
        return False
    awaited = (definition for _, definition in thrown.definitions_of(task))
    return isinstance(task.task_spec, specs.ServiceTask) or any(
        isinstance(definition, _FROM_OUTSIDE) for definition in awaited
    )


def _run_one(task: Any) -> None:
    try:
        task.run()
    except (ProcessFault, OperationalError):
        raise  # a fault names its element already; a lost database is not the model's fault
    except RecursionError as error:
        raise _runaway(task) from error
    except Exception as error:  # whatever a handler does wrong becomes an incident at its element
        raise ProcessFault(
            f"{type(error).__name__}：{error}",
            element_id=task.task_spec.bpmn_id or task.task_spec.name,
            token_id=str(task.id),
            may_pass=not isinstance(error, SpiffWorkflowException),
        ) from error


def _runaway(task: Any) -> ProcessFault:
    return ProcessFault(
        f"流程连续自动运行超过 {STEP_BUDGET} 步仍未停下，请检查模型里是否有不等待的循环。",
        element_id=task.task_spec.bpmn_id or task.task_spec.name,
        token_id=str(task.id),
        code="step-budget",
    )


def _next_automatic(workflow: Workflow) -> Any:
    for inner in reversed(workflow.all_workflows()):
        if inner.completed and not getattr(inner, "kept", False):
            continue
        for task in inner.tasks.values():
            if task.state == TaskState.READY and not task.task_spec.manual:
                return task
    return None


def _drop_finished(workflow: Workflow) -> None:
    """Sub-processes that ended have given their data to their task: they need not be kept."""
    ended = [each for each in workflow.subprocesses.items() if each[1].completed]
    for key, inner in ended:
        if inner.kept:
            continue
        parent = inner.outer.tasks.get(key)
        if parent is None or parent.has_state(TaskState.FINISHED_MASK):
            is_embedded = parent is not None and isinstance(parent.task_spec, specs.SubWorkflow)
            if is_embedded and specs.may_be_undone(inner):
                inner.kept = True
                continue
            for task in inner.tasks.values():
                specs.cancel_subprocess(task, with_kept=True)
            workflow.departed.append(inner)
            workflow.subprocesses.pop(key, None)


def waiting(workflow: Workflow) -> Iterator[Waiting]:
    """Everything that waits for a person, a time or a message."""
    for inner in workflow.all_workflows():
        for task in inner.tasks.values():
            if task.state == TaskState.READY and task.task_spec.manual:
                yield _wait("user", task, item=_item(task))
            elif task.state == TaskState.WAITING:
                yield from _waiting_events(task)


def _waiting_events(task: Any) -> Iterator[Waiting]:
    spec = task.task_spec
    if isinstance(spec, specs.EventGateway):
        for name, definition in spec.waits_for:
            element = task.workflow.spec.task_specs[name].element
            yield from _waiting_event(task, definition, element=element, event_id=name)
        return
    if isinstance(spec, specs.ServiceTask):
        yield _wait("continue", task)
        return
    yield from _waiting_event(task, getattr(spec, "event_definition", None))


def _waiting_event(task: Any, definition: Any, **place: Any) -> Iterator[Waiting]:
    if isinstance(definition, Timer | CycleTimer):
        gateway = place.get("event_id")
        due = definition.arm(task) if gateway is None else task.internal_data["due"][gateway]
        if due is not None:
            yield _wait("timer", task, due_at=due, **place)
    elif isinstance(definition, MessageEventDefinition):
        yield _wait("message", task, message=definition.name, **place)
    elif isinstance(definition, SignalEventDefinition):
        yield _wait("signal", task, message=definition.name, **place)


def _wait(kind: str, task: Any, *, element: Element | None = None, **details: Any) -> Waiting:
    return Waiting(
        kind=kind,
        token_id=str(task.id),
        element=element or task.task_spec.element,
        scope_id=scope_of(task),
        data=task.data,
        task=task,
        **details,
    )


def scope_of(task: Any) -> str:
    """The token that bounds what belongs together: the multi-instance item, else the sub-process."""
    if "index" in task.internal_data:
        return str(task.id)
    parent = task.workflow.parent_task_id
    if parent is None:
        return ""
    top = task.workflow.top_workflow
    found = (wf.tasks.get(parent) for wf in [*top.all_workflows(), *top.departed])
    around = next((each for each in found if each is not None), None)
    is_drawn = around is None or getattr(around.task_spec, "element", None) is not None
    return str(parent) if is_drawn else scope_of(around)


def _item(task: Any) -> Any:
    """The item that a token works on, however deep inside it stands."""
    while task is not None:
        if "index" in task.internal_data:
            return task.internal_data["item"]
        outer = task.workflow.parent_task_id
        task = None if outer is None else task.workflow.top_workflow.get_task_from_id(outer)
    return None


def visits(workflow: Workflow) -> Iterator[Visit]:
    """The drawn elements whose state changed since they were last told; tells each change once."""
    for inner in [*workflow.all_workflows(), *workflow.departed]:
        has_left = inner in workflow.departed
        for task in inner.tasks.values():
            element = getattr(task.task_spec, "element", None)
            state = _visit_state(task, has_left=has_left)
            told = task.internal_data.get("told")
            is_stand_in = getattr(task.task_spec, "opens", False)
            if element is None or is_stand_in or not state or state == told:
                continue
            task.internal_data["told"] = state
            yield Visit(
                token_id=str(task.id),
                element_id=element.id,
                process_key=element.process_key,
                scope_id=scope_of(task),
                state=state,
                is_new=told is None,
            )


def _visit_state(task: Any, *, has_left: bool) -> str:
    if task.has_state(TaskState.COMPLETED):
        return "skipped" if task.internal_data.get("skipped") else "completed"
    if task.has_state(TaskState.CANCELLED | TaskState.ERROR):
        return "cancelled" if task.internal_data.get("told") else ""
    if task.has_state(TaskState.READY | TaskState.STARTED | TaskState.WAITING):
        if isinstance(task.task_spec, defaults.BoundaryEvent):
            return ""
        return "cancelled" if has_left else "active"
    return ""
