"""Our task specs: SpiffWorkflow's, with the behaviour of the standard where stock differs.

Each class says which trap of the library it closes. Specs are shared by all instances and threads: they
hold nothing of an instance.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import SimpleBpmnTask, _EndJoin
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.conditional import ConditionalEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import (
    CodeEventDefinition,
    ErrorEventDefinition,
    EscalationEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import (
    NoneEventDefinition,
    TerminateEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import MultiInstanceTask
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.specs.Join import Join
from SpiffWorkflow.util.task import TaskState

from engine.errors import BpmnError, ProcessFault
from engine.spiff import passing
from engine.spiff.model import Element
from engine.spiff.outlook import OneAhead
from engine.spiff.passing import Step
from engine.spiff.timers import CycleTimer

#: On an arrival that ended at a join: the id of the arrival that went on for all of them.
JOINED = "joined"
#: On a join that went on, and was gone back over since.
UNDONE = "undone"
#: On a token that was lent to an earlier step: the spec at which it comes back, and what it takes up.
COMES_BACK = "comes_back"
#: On a thrown compensation: all is undone.
COMPENSATED = "compensated"
#: On an event that waits for a condition: it held when last looked at.
HELD = "held"
#: On a token that is at a step again: the task that it takes up, and why.
TAKES_UP = "takes_up"


_STANDS = TaskState.READY | TaskState.STARTED | TaskState.WAITING


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


class StartEvent(Step, defaults.StartEvent):
    """Where a process begins. `begun_by` is what starts it, or None.

    (message or signal, its name), or (timer, the start event's id).
    """

    begun_by: tuple[str, str] | None = None


class UserTask(Step, defaults.UserTask):
    """Waits for a person; `element` says for whom."""


class ServiceTask(Step, defaults.ServiceTask):
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


class ScriptTask(Step, defaults.ScriptTask):
    """A FEEL expression whose value goes to the result variable. No Python in a model."""

    def _run_hook(self, my_task: Any) -> bool:
        value = my_task.workflow.script_engine.value(my_task, self.script)
        my_task.data[self.element.result_variable] = value
        return True


class BusinessRuleTask(Step, defaults.ServiceTask):
    """Asks a decision of the deployment."""

    def _run_hook(self, my_task: Any) -> bool:
        value = my_task.workflow.script_engine.decide(my_task, self.element)
        my_task.data[self.element.result_variable] = value
        return True


class ExclusiveGateway(OneAhead, defaults.ExclusiveGateway):
    """Goes on by the first flow whose condition holds, else by its default flow."""


class ParallelGateway(OneAhead, defaults.ParallelGateway):
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


def has_ended(task: Any) -> bool:
    """Whether a branch ended here, in a scope in which others go on."""
    is_end = isinstance(task.task_spec, EndJoin)
    return is_end and task.parent is not None and task.parent.has_state(TaskState.COMPLETED)


def changed_keys(base: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """The entries of `data` that are not in `base` with the same value."""
    return {key: value for key, value in data.items() if key not in base or base[key] != value}


def _ancestors(task: Any) -> list[Any]:
    found = []
    while task is not None:
        found.append(task)
        task = task.parent
    return found


class SubWorkflow(Step, defaults.SubWorkflowTask):
    """An embedded sub-process that stays cancelled once it was cancelled."""

    #: Was drawn in the sub-process that it undoes, see engine/spiff/compensation.py.
    undoes_inside = False

    def _on_subworkflow_completed(self, subworkflow: Any, my_task: Any) -> None:
        if not my_task.has_state(TaskState.FINISHED_MASK):
            super()._on_subworkflow_completed(subworkflow, my_task)

    def copy_data(self, my_task: Any, subworkflow: Any) -> None:
        passing.begin(my_task)
        subworkflow.task_tree.data.update(my_task.data)

    def update_data(self, my_task: Any, subworkflow: Any) -> None:
        my_task.data = dict(subworkflow.last_task.data)

    def _on_cancel(self, my_task: Any) -> None:
        cancel_subprocess(my_task)


class CallActivity(Step, defaults.CallActivity):
    """A called process in the same instance; `camunda:in`/`out` say what passes, else all does."""

    def _on_subworkflow_completed(self, subworkflow: Any, my_task: Any) -> None:
        if not my_task.has_state(TaskState.FINISHED_MASK):
            super()._on_subworkflow_completed(subworkflow, my_task)

    def copy_data(self, my_task: Any, subworkflow: Any) -> None:
        passing.begin(my_task)
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
            passed[row.target] = task.workflow.script_engine.value(
                task, row.source_expression, seen=data
            )
        else:
            passed[row.target] = data.get(row.source)
    return passed


def cancel_activity(task: Any) -> None:
    """Cancel an activity with what runs inside it. Stock drops the children first, and then dies."""
    if isinstance(task.task_spec, MultiInstanceTask):
        for child in task.children:
            if not child.has_state(TaskState.FINISHED_MASK):
                cancel_activity(child)
    cancel_subprocess(task)
    if not task.has_state(TaskState.FINISHED_MASK):
        task.cancel()


def _is_undone(task: Any) -> bool:
    element = getattr(task.task_spec, "element", None)
    return element is not None and bool(element.undone_by)


def may_be_undone(inner: Any) -> bool:
    """Whether something that was done in an embedded sub-process has a compensation handler."""
    kept = inner.top_workflow.subprocesses
    return any(
        task.has_state(TaskState.COMPLETED) and (_is_undone(task) or task.id in kept)
        for task in inner.tasks.values()
    )


def _keep_cancelled(inner: Any) -> None:
    """The rest of a scope was interrupted by its event sub-process, which may undo what was done."""
    for task in list(inner.tasks.values()):
        if task.id in inner.tasks and task.has_state(_STANDS):
            cancel_activity(task)
    inner.completed = inner.kept = True


def cancel_subprocess(my_task: Any, *, with_kept: bool = False) -> None:
    """Cancel what runs inside a sub-process task, and take it out of the instance.

    What is kept to be undone goes only together with the scope around it.
    """
    top = my_task.workflow.top_workflow
    inner = top.subprocesses.get(my_task.id)
    if inner is None or (inner.kept and not with_kept):
        return
    if (
        not with_kept
        and getattr(my_task.task_spec, "element", None) is None
        and may_be_undone(inner)
    ):
        _keep_cancelled(inner)
        return
    for task in list(inner.tasks.values()):
        if task.id in top.subprocesses:
            cancel_subprocess(task, with_kept=True)
    inner.completed = True
    top.departed.append(inner)
    top.subprocesses.pop(my_task.id, None)


class EventGateway(OneAhead, defaults.EventBasedGateway):
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


class Condition(ConditionalEventDefinition):
    """What `thrown.watch` evaluates; stock looks at the token's own data alone, and too late."""

    def has_fired(self, my_task: Any) -> bool:
        return bool(my_task.internal_data.get("event_fired"))

    def details(self, my_task: Any) -> Any:
        return None

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__


class Compensation(EventDefinition):
    """Undoes what was done in the scope, or one activity; engine/spiff/compensation.py carries it out.

    `cancels`: the error by which a transaction is left then.
    """

    def __init__(self, activity: str | None, cancels: str | None) -> None:
        super().__init__("compensation")
        self.activity = activity
        self.cancels = cancels


class ThrowEvent(Step, defaults.IntermediateThrowEvent):
    """Throws a signal or an escalation: engine/spiff/thrown.py delivers it before the next step."""

    def _run_hook(self, my_task: Any) -> bool | None:
        if isinstance(self.event_definition, Compensation):
            return True if my_task.internal_data.get(COMPENSATED) else None
        _throw(my_task, self.event_definition)
        return True


class EndEvent(Step, defaults.EndEvent):
    """An error end event takes the error path at once; stock runs one more step first."""

    def _run_hook(self, my_task: Any) -> bool | None:
        if isinstance(self.event_definition, Compensation):
            return self._compensate(my_task, self.event_definition.cancels)
        if isinstance(self.event_definition, ErrorEventDefinition):
            throw_error(my_task, self.event_definition.code or "", self.bpmn_name or "")
            return False
        _throw(my_task, self.event_definition)
        return True

    def _compensate(self, my_task: Any, cancels: str | None) -> bool | None:
        """A cancel end stops the transaction first, and leaves it when all is undone."""
        if my_task.internal_data.get(COMPENSATED):
            if cancels is None:
                return True
            throw_error(my_task, cancels, "")
            return False
        if cancels is not None:
            for task in list(my_task.workflow.tasks.values()):
                is_other = task is not my_task and not isinstance(task.task_spec, EndJoin)
                if is_other and task.has_state(_STANDS) and task.id in my_task.workflow.tasks:
                    cancel_activity(task)
        return None

    def _on_complete_hook(self, my_task: Any) -> None:
        passing.end(my_task)
        if isinstance(self.event_definition, TerminateEventDefinition):
            workflow = my_task.workflow
            for task in list(workflow.tasks.values()):
                if task is not my_task and task.id in workflow.tasks:
                    cancel_activity(task)
            _end_beside(workflow)
            workflow._mark_complete(my_task)


def _throw(my_task: Any, definition: Any) -> None:
    if isinstance(definition, SignalEventDefinition | EscalationEventDefinition):
        my_task.workflow.top_workflow.thrown.append((my_task, definition))


def _end_beside(body: Any) -> None:
    """A terminate end ends its whole scope, also what event sub-processes do beside the body."""
    outer = None
    if body.parent_task_id is not None:
        outer = body.top_workflow.get_task_from_id(body.parent_task_id)
    if outer is None or getattr(outer.task_spec, "element", None) is not None:
        return
    for task in list(outer.workflow.tasks.values()):
        if isinstance(task.task_spec, SubWorkflow) and task is not outer:
            cancel_activity(task)


class IntermediateCatchEvent(Step, defaults.IntermediateCatchEvent):
    """Waits for a timer or a message."""


class BoundaryEvent(Step, defaults.BoundaryEvent):
    """Waits beside an activity for an event.

    One that does not interrupt catches each message and each round of a cycle, see `stay_armed`.
    """

    #: Stands for the start event of an event sub-process, see engine/spiff/nesting.py.
    opens = False

    def _predict_hook(self, my_task: Any) -> None:
        TaskSpec._predict_hook(self, my_task)  # stock leaves out what follows a cycle


class ReceiveTask(Step, defaults.ReceiveTask):
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
    catcher = catcher_of(task, ErrorEventDefinition, code)
    if catcher is not None:
        take(catcher, {"error_code": code, "error_message": message})
        return
    raise ProcessFault(
        f"流程抛出了错误“{code}”（{message}），但没有边界事件接住它。",
        element_id=task.task_spec.bpmn_id or task.task_spec.name,
        token_id=str(task.id),
        code="uncaught-error",
    )


def catcher_of(task: Any, kind: type[CodeEventDefinition], code: str) -> Any:
    """The boundary event that catches this error or escalation, the nearest outwards; or None."""
    inner = task
    while inner is not None:
        split = inner.parent
        if split is not None and split.task_spec.name.endswith(".BoundaryEventSplit"):
            catching = [
                sibling
                for sibling in split.children
                if isinstance(sibling.task_spec, defaults.BoundaryEvent)
                and isinstance(sibling.task_spec.event_definition, kind)
                and sibling.state == TaskState.WAITING
            ]
            exact = [s for s in catching if s.task_spec.event_definition.code == code]
            general = [s for s in catching if s.task_spec.event_definition.code is None]
            if exact or general:
                return (exact or general)[0]
        inner = _outer_task(inner)
    return None


def take(event_task: Any, payload: dict[str, Any]) -> None:
    """A waiting event has come: its token goes on, and cancels what it interrupts, at once."""
    spec = event_task.task_spec
    is_beside = isinstance(spec, defaults.BoundaryEvent)
    event_task.internal_data["event_fired"] = True
    spec._update(event_task)
    if is_beside and spec.opens:
        event_task.data.update(_scope_data(event_task))
    event_task.data.update(payload)  # only now: what the token was armed with is older
    if is_beside:
        interrupt(event_task)
        stay_armed(event_task)


def _scope_data(event_task: Any) -> dict[str, Any]:
    """What the steps of a scope have changed: its event sub-process sees the scope as it is."""
    body = next(t for t in event_task.parent.children if isinstance(t.task_spec, SubWorkflow))
    holders = []
    todo = [body]
    while todo:
        inner = body.workflow.top_workflow.subprocesses.get(todo.pop().id)
        for task in [] if inner is None else list(inner.tasks.values()):
            stands = task.has_state(TaskState.READY | TaskState.STARTED | TaskState.WAITING)
            if stands or has_ended(task):
                holders.append(task)
                if type(task.task_spec) is SubWorkflow and "index" not in task.internal_data:
                    todo.append(task)
    return changed_by(holders, body.data)


def changed_by(tokens: list[Any], base: dict[str, Any]) -> dict[str, Any]:
    """What these tokens know otherwise than `base`; who moved last is right."""
    holders = [task.parent if isinstance(task.task_spec, Join) else task for task in tokens]
    found: dict[str, Any] = {}
    for task in sorted(holders, key=lambda each: each.last_state_change):
        found.update(changed_keys(base, passing.outside(task)))
    return found


def _outer_task(task: Any) -> Any:
    """The activity around a task: its multi-instance, else the sub-process task that holds it."""
    ancestor = task.parent
    while ancestor is not None:
        if isinstance(ancestor.task_spec, MultiInstanceTask) and not ancestor.has_state(
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
    if event_task.task_spec.opens:
        _cancel_beside(event_task)
    for sibling in event_task.parent.children:
        is_activity = not isinstance(sibling.task_spec, defaults.BoundaryEvent)
        if is_activity and not sibling.has_state(TaskState.FINISHED_MASK):
            cancel_activity(sibling)


def _cancel_beside(event_task: Any) -> None:
    """An interrupting event sub-process ends those that run beside, too."""
    for task in list(event_task.workflow.tasks.values()):
        is_other = isinstance(task.task_spec, SubWorkflow) and task.parent is not event_task
        if is_other and task.has_state(TaskState.NOT_FINISHED_MASK & ~TaskState.PREDICTED_MASK):
            cancel_activity(task)


#: What may come again and again while its activity goes on.
_COMES_AGAIN = (
    MessageEventDefinition,
    SignalEventDefinition,
    EscalationEventDefinition,
    Condition,
    CycleTimer,
)


def stay_armed(event_task: Any) -> None:
    """A non-interrupting event was caught: a new token waits for the next in its place.

    A sibling, for what hangs below a waiting token goes with it when the activity ends. Stock
    catches one message, and hangs the rounds of a cycle below the token that waits for the next.
    """
    spec = event_task.task_spec
    definition = spec.event_definition
    if spec.cancel_activity or not isinstance(definition, _COMES_AGAIN):
        return
    rounds = definition.rounds_after(event_task) if isinstance(definition, CycleTimer) else None
    if rounds == 0:
        return
    following = event_task.parent._add_child(spec, TaskState.WAITING)
    following.triggered = True  # it is no prediction that could be taken back
    following._inherit_data()
    if rounds is not None:
        following.internal_data["rounds_left"] = rounds
    if isinstance(definition, Condition):
        following.internal_data[HELD] = True
    spec._predict(following, mask=TaskState.NOT_FINISHED_MASK)


def _may_continue(spec: Any, my_task: Any) -> bool:
    """An asyncBefore task waits until its own job lets it go on."""
    if not spec.element.async_before or my_task.internal_data.get("continued"):
        return True
    my_task._set_state(TaskState.WAITING)
    return False
