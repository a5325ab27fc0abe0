"""Our task specs: SpiffWorkflow's, with the behaviour of the standard where stock differs.

Each class says which trap of the library it closes. Specs are shared by all instances and threads: they
hold nothing of an instance.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import SimpleBpmnTask, _EndJoin
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import ErrorEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import (
    NoneEventDefinition,
    TerminateEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.util.task import TaskState

from engine.errors import BpmnError, ProcessFault
from engine.spiff.model import Element
from engine.spiff.timers import CycleTimer

#: Keys that the engine itself puts into token data; never shown as variables.
ITEM_COUNTERS = ("loopCounter",)
#: On an arrival that ended at a join: the id of the arrival that went on for all of them.
JOINED = "joined"
#: On a join that went on, and was gone back over since.
UNDONE = "undone"
#: On a token that was lent to an earlier step: the spec at which it comes back, and what it takes up.
COMES_BACK = "comes_back"
#: On a token that is at a step again: the task that it takes up, and why.
TAKES_UP = "takes_up"


class ProcessSpec(BpmnProcessSpec):
    """A process whose end waits by a flat scan: stock stops looking 1000 tasks deep."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.elements: dict[str, Element] = {}
        end = f"{name}.EndJoin"
        del self.task_specs[end], self.task_specs["End"]
        self.end: EndJoin = EndJoin(self, end)
        self.end.connect(SimpleBpmnTask(self, "End"))


class EndJoin(_EndJoin):
    """Waits until nothing else in this process is unfinished."""

    def _check_threshold_unstructured(self, my_task: Any) -> bool:
        return not any(
            task.has_state(TaskState.NOT_FINISHED_MASK)
            for task in my_task.workflow.tasks.values()
            if task.task_spec is not self and task.task_spec.name != "End"
        )

    def _run_hook(self, my_task: Any) -> bool:
        arrivals = [
            task
            for task in my_task.workflow.tasks.values()
            if task.task_spec is self and task.parent.has_state(TaskState.COMPLETED)
        ]
        my_task.data = merge_branches(arrivals)
        return True


class UserTask(defaults.UserTask):
    """Waits for a person; `element` says for whom."""


class ServiceTask(defaults.ServiceTask):
    """Calls a handler of the family; a BpmnError becomes the model's error path."""

    def _update_hook(self, my_task: Any) -> bool:
        return super()._update_hook(my_task) and _may_continue(self, my_task)

    def _run_hook(self, my_task: Any) -> bool:
        try:
            result = my_task.workflow.script_engine.call_handler(my_task, self.element)
        except BpmnError as error:
            throw_error(my_task, error.code, error.message)
            return False  # SpiffWorkflow then marks this task ERROR, which counts as finished
        my_task.data.update(result)
        return True


class ScriptTask(defaults.ScriptTask):
    """A FEEL expression whose value goes to the result variable. No Python in a model."""

    def _run_hook(self, my_task: Any) -> bool:
        value = my_task.workflow.script_engine.value(my_task, self.script)
        my_task.data[self.element.result_variable] = value
        return True


class BusinessRuleTask(defaults.ServiceTask):
    """Asks a decision of the deployment."""

    def _run_hook(self, my_task: Any) -> bool:
        value = my_task.workflow.script_engine.decide(my_task, self.element)
        my_task.data[self.element.result_variable] = value
        return True


class ParallelGateway(defaults.ParallelGateway):
    """Waits for one token on each incoming flow, of this round only, and merges what they changed.

    Stock looks at tasks of the same name in called processes too, recurses per ancestor (a loop dies near
    round 984) and lets a branch that changed nothing overwrite one that did.
    """

    def _update_hook(self, my_task: Any) -> bool:
        arrivals = {my_task.parent.task_spec.name: my_task}
        for task in my_task.workflow.tasks.values():
            if task.task_spec is self and task is not my_task and task.state == TaskState.WAITING:
                arrivals.setdefault(task.parent.task_spec.name, task)
        if len(arrivals) < len(set(self._inputs)):
            if not my_task.has_state(TaskState.FINISHED_MASK):
                my_task._set_state(TaskState.WAITING)
            return False
        others = [task for task in arrivals.values() if task is not my_task]
        my_task.data = merge_branches([my_task, *others])
        for task in others:
            task.internal_data[JOINED] = str(my_task.id)
            task.cancel()
        return True

    def _run_hook(self, my_task: Any) -> bool:
        return True


def merge_branches(arrivals: list[Any]) -> dict[str, Any]:
    """The data after a join: what each branch changed since the fork, in the order they arrived."""
    ordered = sorted((task.parent for task in arrivals), key=lambda task: task.last_state_change)
    paths = [_ancestors(task) for task in ordered]
    shared = set(paths[0]).intersection(*paths[1:])
    fork = next((task for task in paths[0] if task in shared), None)
    base = fork.data if fork is not None else {}
    merged = dict(base)
    for branch in ordered:
        merged.update(changed_keys(base, branch.data))
    return merged


def changed_keys(base: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """The entries of `data` that are not in `base` with the same value."""
    return {key: value for key, value in data.items() if key not in base or base[key] != value}


def _ancestors(task: Any) -> list[Any]:
    found = []
    while task is not None:
        found.append(task)
        task = task.parent
    return found


class SubWorkflow(defaults.SubWorkflowTask):
    """An embedded sub-process that stays cancelled once it was cancelled."""

    def _on_subworkflow_completed(self, subworkflow: Any, my_task: Any) -> None:
        if not my_task.has_state(TaskState.FINISHED_MASK):
            super()._on_subworkflow_completed(subworkflow, my_task)

    def copy_data(self, my_task: Any, subworkflow: Any) -> None:
        subworkflow.task_tree.data.update(my_task.data)

    def update_data(self, my_task: Any, subworkflow: Any) -> None:
        my_task.data = dict(subworkflow.last_task.data)

    def _on_cancel(self, my_task: Any) -> None:
        cancel_subprocess(my_task)


class CallActivity(defaults.CallActivity):
    """A called process in the same instance; `camunda:in`/`out` say what passes, else all does."""

    def _on_subworkflow_completed(self, subworkflow: Any, my_task: Any) -> None:
        if not my_task.has_state(TaskState.FINISHED_MASK):
            super()._on_subworkflow_completed(subworkflow, my_task)

    def copy_data(self, my_task: Any, subworkflow: Any) -> None:
        subworkflow.task_tree.data.update(_mapped(self.element, "in", my_task, my_task.data))

    def update_data(self, my_task: Any, subworkflow: Any) -> None:
        result = subworkflow.last_task.data
        if any(row.direction == "out" for row in self.element.mappings):
            my_task.data.update(_mapped(self.element, "out", my_task, result))
        elif not any(row.direction == "in" for row in self.element.mappings):
            my_task.data = dict(result)

    def _on_cancel(self, my_task: Any) -> None:
        cancel_subprocess(my_task)


def _mapped(element: Element, direction: str, task: Any, data: dict[str, Any]) -> dict[str, Any]:
    rows = [row for row in element.mappings if row.direction == direction]
    if not rows and direction == "in":
        return dict(data)
    passed: dict[str, Any] = {}
    for row in rows:
        if row.variables == "all":
            passed.update(data)
        elif row.source_expression:
            passed[row.target] = task.workflow.script_engine.value_in(data, row.source_expression)
        else:
            passed[row.target] = data.get(row.source)
    return passed


def cancel_activity(task: Any) -> None:
    """Cancel an activity with what runs inside it. Stock drops the children first, and then dies."""
    if isinstance(task.task_spec, _Items):
        for child in task.children:
            if not child.has_state(TaskState.FINISHED_MASK):
                cancel_activity(child)
    cancel_subprocess(task)
    if not task.has_state(TaskState.FINISHED_MASK):
        task.cancel()


def cancel_subprocess(my_task: Any) -> None:
    """Cancel what runs inside a sub-process task, and take it out of the instance."""
    top = my_task.workflow.top_workflow
    inner = top.subprocesses.get(my_task.id)
    if inner is None:
        return
    for task in list(inner.tasks.values()):
        if task.id in top.subprocesses:
            cancel_subprocess(task)
    inner.completed = True
    top.departed.append(inner)
    top.subprocesses.pop(my_task.id, None)


class _Items:
    """What our two multi-instance tasks share: items by FEEL, results that do not leak."""

    element: Element
    task_spec: str

    def _items(self, my_task: Any) -> list[Any]:
        value = my_task.workflow.script_engine.value(my_task, self.element.collection)
        if not isinstance(value, list):
            raise ProcessFault(
                f"“{self.element.name}”的集合 {self.element.collection} 不是列表，无法逐项办理。",
                element_id=self.element.id,
                token_id=str(my_task.id),
            )
        return value

    def _start_item(self, my_task: Any, index: int, item: Any) -> None:
        spec = my_task.workflow.spec.task_specs[self.task_spec]
        child = my_task._add_child(spec, TaskState.WAITING)
        child.triggered = True
        child.internal_data["item"] = item
        child.internal_data["index"] = index
        child.data[self.element.element_variable] = item
        child.data["loopCounter"] = index + 1
        child.task_spec._update(child)

    def _finish_item(self, my_task: Any, child: Any) -> None:
        own = {self.element.element_variable, *ITEM_COUNTERS}
        before = dict(my_task.internal_data.get("before", {}))
        for key, value in changed_keys(before, child.data).items():
            if key not in own:
                my_task.data[key] = value


class ParallelItems(_Items, defaults.ParallelMultiInstanceTask):
    """Parallel multi-instance. Stock dies when it is interrupted, and leaks the item variable."""

    def _update_hook(self, my_task: Any) -> bool:
        if my_task.state == TaskState.STARTED:
            return False
        my_task._inherit_data()
        my_task.internal_data["before"] = dict(my_task.data)
        items = self._items(my_task)
        my_task.internal_data["total"] = len(items)
        if not items:
            return True
        my_task._set_state(TaskState.STARTED)
        for index, item in enumerate(items):
            self._start_item(my_task, index, item)
        return False

    def merge_child(self, workflow: Any, child: Any) -> None:
        my_task = child.parent
        self._finish_item(my_task, child)
        if all(c.has_state(TaskState.FINISHED_MASK) for c in self._instances(my_task)):
            my_task._set_state(TaskState.READY)


class SequentialItems(_Items, defaults.SequentialMultiInstanceTask):
    """Sequential multi-instance: the next item begins when the one before it is done."""

    def _update_hook(self, my_task: Any) -> bool:
        if my_task.state == TaskState.STARTED:
            return False
        my_task._inherit_data()
        my_task.internal_data["before"] = dict(my_task.data)
        items = self._items(my_task)
        my_task.internal_data["items"] = items
        my_task.internal_data["total"] = len(items)
        if not items:
            return True
        my_task._set_state(TaskState.STARTED)
        self._start_item(my_task, 0, items[0])
        return False

    def merge_child(self, workflow: Any, child: Any) -> None:
        my_task = child.parent
        self._finish_item(my_task, child)
        done = child.internal_data["index"] + 1
        if done == my_task.internal_data["total"]:
            my_task._set_state(TaskState.READY)
        else:
            self._start_item(my_task, done, my_task.internal_data["items"][done])


class EventGateway(defaults.EventBasedGateway):
    """Goes on with the first of its events. Stock confuses two timers, and drops which one fired."""

    def connect(self, child: Any) -> None:
        TaskSpec.connect(self, child)  # stock's own connect would take the event away
        if not hasattr(self, "waits_for"):
            self.waits_for: list[tuple[str, Any]] = []
        self.waits_for.append((child.name, child.event_definition))
        child.event_definition = NoneEventDefinition()

    def _update_hook(self, my_task: Any) -> bool:
        my_task._inherit_data()
        if "fired" in my_task.internal_data:
            return True
        my_task._set_state(TaskState.WAITING)
        due = my_task.internal_data.setdefault("due", {})
        for name, definition in self.waits_for:
            if isinstance(definition, TimerEventDefinition) and name not in due:
                due[name] = my_task.workflow.script_engine.due(my_task, definition, element_id=name)
        return False

    def _on_ready_hook(self, my_task: Any) -> None:
        self.ready_event.emit(my_task.workflow, my_task)

    def _run_hook(self, my_task: Any) -> bool:
        chosen = my_task.workflow.spec.task_specs[my_task.internal_data["fired"]]
        my_task.data.update(my_task.internal_data.get("payload", {}))
        my_task._sync_children([chosen], TaskState.FUTURE)
        for child in my_task.children:
            child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
        return True


class EndEvent(defaults.EndEvent):
    """An error end event takes the error path at once; stock runs one more step first."""

    def _run_hook(self, my_task: Any) -> bool:
        if isinstance(self.event_definition, ErrorEventDefinition):
            throw_error(my_task, self.event_definition.code or "", self.bpmn_name or "")
            return False
        return True

    def _on_complete_hook(self, my_task: Any) -> None:
        if isinstance(self.event_definition, TerminateEventDefinition):
            workflow = my_task.workflow
            for task in list(workflow.tasks.values()):
                if task is not my_task and task.id in workflow.tasks:
                    cancel_activity(task)
            workflow._mark_complete(my_task)


class IntermediateCatchEvent(defaults.IntermediateCatchEvent):
    """Waits for a timer or a message."""


class BoundaryEvent(defaults.BoundaryEvent):
    """Waits beside an activity for a timer, a message or an error.

    One that does not interrupt catches each message and each round of a cycle, see `stay_armed`.
    """

    def _predict_hook(self, my_task: Any) -> None:
        TaskSpec._predict_hook(self, my_task)  # stock leaves out what follows a cycle


class ReceiveTask(defaults.ReceiveTask):
    """Waits for a message."""


#: Before the name of a finished step that the version in force no longer draws; no id begins so.
GONE = "~"


def gone_name(name: str) -> str:
    """What a finished step is called in the snapshot when its version has gone."""
    return GONE + name.replace(".BoundaryEvent", ".Boundary")


def gone(name: str) -> Any:
    """A spec that stands for such a step; it has a process of its own, and no element."""
    return SimpleBpmnTask(BpmnProcessSpec(name=GONE), name)


def throw_error(task: Any, code: str, message: str) -> None:
    """Take the nearest boundary event that catches this error, outwards; else ProcessFault."""
    inner = task
    while inner is not None:
        catcher = _error_catcher(inner, code)
        if catcher is not None:
            catcher.internal_data["event_fired"] = True
            catcher.data["error_code"] = code
            catcher.data["error_message"] = message
            catcher.task_spec._update(catcher)
            interrupt(catcher)
            return
        inner = _outer_task(inner)
    raise ProcessFault(
        f"流程抛出了错误“{code}”（{message}），但没有边界事件接住它。",
        element_id=task.task_spec.bpmn_id or task.task_spec.name,
        token_id=str(task.id),
        code="uncaught-error",
    )


def _error_catcher(task: Any, code: str) -> Any:
    split = task.parent
    if split is None or not split.task_spec.name.endswith(".BoundaryEventSplit"):
        return None
    catching = [
        sibling
        for sibling in split.children
        if isinstance(sibling.task_spec, defaults.BoundaryEvent)
        and isinstance(sibling.task_spec.event_definition, ErrorEventDefinition)
        and sibling.state == TaskState.WAITING
    ]
    exact = [s for s in catching if s.task_spec.event_definition.code == code]
    general = [s for s in catching if s.task_spec.event_definition.code is None]
    return next(iter(exact + general), None)


def _outer_task(task: Any) -> Any:
    """The activity around a task: its multi-instance, else the sub-process task that holds it."""
    ancestor = task.parent
    while ancestor is not None:
        if isinstance(ancestor.task_spec, _Items) and not ancestor.has_state(
            TaskState.FINISHED_MASK
        ):
            return ancestor
        ancestor = ancestor.parent
    outer = task.workflow.parent_task_id
    return None if outer is None else task.workflow.top_workflow.get_task_from_id(outer)


def interrupt(event_task: Any) -> None:
    """An interrupting boundary event cancels its activity at once, before anything else runs."""
    if not event_task.task_spec.cancel_activity:
        return
    for sibling in event_task.parent.children:
        is_activity = not isinstance(sibling.task_spec, defaults.BoundaryEvent)
        if is_activity and not sibling.has_state(TaskState.FINISHED_MASK):
            cancel_activity(sibling)


def stay_armed(event_task: Any) -> None:
    """A non-interrupting event was caught: a new token waits for the next in its place.

    A sibling, for what hangs below a waiting token goes with it when the activity ends. Stock
    catches one message, and hangs the rounds of a cycle below the token that waits for the next.
    """
    spec = event_task.task_spec
    definition = spec.event_definition
    if spec.cancel_activity or not isinstance(definition, MessageEventDefinition | CycleTimer):
        return
    rounds = definition.rounds_after(event_task) if isinstance(definition, CycleTimer) else None
    if rounds == 0:
        return
    following = event_task.parent._add_child(spec, TaskState.WAITING)
    following.triggered = True  # it is no prediction that could be taken back
    following._inherit_data()
    if rounds is not None:
        following.internal_data["rounds_left"] = rounds
    spec._predict(following, mask=TaskState.NOT_FINISHED_MASK)


def _may_continue(spec: Any, my_task: Any) -> bool:
    """An asyncBefore task waits until its own job lets it go on."""
    if not spec.element.async_before or my_task.internal_data.get("continued"):
        return True
    my_task._set_state(TaskState.WAITING)
    return False
