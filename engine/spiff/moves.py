"""Move one token by hand: where it may go, taking it away, putting it down elsewhere.

A token goes back over elements that it came by, or on over an event that it waits for. It stays in its
process: never into or out of a sub-process, a called process or a multi-instance, and never over a
parallel gateway, for there the tokens of other branches would be lost or doubled. It goes over no
element that the caller calls fixed, and on over no task of a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.util.task import TaskState

from engine.errors import ProcessFault
from engine.spiff import passing, run, specs
from engine.spiff.model import Element
from engine.spiff.state import Workflow
from engine.spiff.timers import CycleTimer, Timer

#: Elements on which a token can be put down.
TARGETS = frozenset(
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
#: Elements that run by themselves, and that an operator may pass over when they fail.
AUTOMATIC = frozenset({"serviceTask", "sendTask", "scriptTask", "businessRuleTask"})

_SPLIT = ".BoundaryEventSplit"

IsFixed = Callable[[Element], bool]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A token that stands. `waits_for` is user, timer, message, event (the first of several),
    continue (an asynchronous step) or nothing (an automatic step that failed, or comes before it).
    """

    token_id: str
    element: Element
    waits_for: str
    task: Any


@dataclass(frozen=True, kw_only=True)
class Route:
    """A way that a token may be moved: the target, and what it passes (`over`, nearest first)."""

    target: Element
    is_back: bool
    over: tuple[Element, ...]


def standing(workflow: Workflow) -> list[Standing]:
    """The tokens that stand somewhere, but those beside an activity (boundary events) and at joins."""
    found = []
    for inner in workflow.all_workflows():
        for task in inner.tasks.values():
            element = getattr(task.task_spec, "element", None)
            waits_for = _waits_for(task)
            if element is not None and waits_for is not None:
                token_id = str(task.id)
                found.append(
                    Standing(token_id=token_id, element=element, waits_for=waits_for, task=task)
                )
    return found


def _waits_for(task: Any) -> str | None:
    spec = task.task_spec
    if isinstance(spec, defaults.BoundaryEvent):
        return None
    if task.state == TaskState.READY:
        return "user" if spec.manual else "nothing"
    if task.state != TaskState.WAITING:
        return None
    if isinstance(spec, specs.EventGateway):
        return "event"
    if isinstance(spec, specs.ServiceTask):
        return "continue"
    definition = getattr(spec, "event_definition", None)
    if isinstance(definition, Timer | CycleTimer):
        return "timer"
    return "message" if isinstance(definition, MessageEventDefinition) else None


def is_item(task: Any) -> bool:
    """Whether the token is one item of a multi-instance activity itself."""
    return "index" in task.internal_data


def routes(token: Standing, is_fixed: IsFixed) -> list[Route]:
    """Where this token may be moved, the nearest first, each element once."""
    if is_item(token.task):
        return []
    found: dict[str, Route] = {}
    for route in [*_ahead(token, is_fixed), *_back(token.task, is_fixed)]:
        found.setdefault(route.target.id, route)
    return list(found.values())


def _back(task: Any, is_fixed: IsFixed) -> Iterator[Route]:
    """The elements that this token came by, as far as nothing stands between."""
    over: list[Element] = []
    ancestor = entrance(task).parent
    while ancestor is not None:
        spec = ancestor.task_spec
        if isinstance(spec, specs.ParallelGateway) and branches(spec):
            return
        came_by = [ancestor]
        if isinstance(spec, defaults.BoundaryEvent):
            if not spec.cancel_activity:
                return
            came_by += [t for t in ancestor.parent.children if not _is_beside(t)]
        for passed in came_by:
            element = getattr(passed.task_spec, "element", None)
            if element is None:
                continue
            if is_fixed(element):
                return
            if is_target(passed.task_spec):
                yield Route(target=element, is_back=True, over=tuple(over))
            over.append(element)
        ancestor = entrance(ancestor).parent


def _ahead(token: Standing, is_fixed: IsFixed) -> Iterator[Route]:
    """What follows the event that the token waits for, behind exclusive gateways at most."""
    spec = token.task.task_spec
    if token.waits_for not in {"timer", "message", "event"} or is_fixed(token.element):
        return
    following = list(spec.outputs)
    if token.waits_for == "event":
        events = [event for event in following if not is_fixed(event.element)]
        following = [after for event in events for after in event.outputs]
    seen: set[str] = set()
    while following:
        after = following.pop(0)
        if after.name in seen:
            continue
        seen.add(after.name)
        if isinstance(after, defaults.ExclusiveGateway):
            following += after.outputs
            continue
        if after.name.endswith(_SPLIT):
            after = next(s for s in after.outputs if not isinstance(s, defaults.BoundaryEvent))
        if is_target(after):
            yield Route(target=after.element, is_back=False, over=(token.element,))


def is_target(spec: Any) -> bool:
    """Whether a token can be put down there."""
    element = getattr(spec, "element", None)
    return element is not None and element.kind in TARGETS and not element.is_multi


def _is_beside(task: Any) -> bool:
    return isinstance(task.task_spec, defaults.BoundaryEvent)


def branches(spec: Any) -> bool:
    """Whether several flows lead into a gateway or out of it."""
    return len(set(spec._inputs)) > 1 or len(set(spec._outputs)) > 1


def entrance(task: Any) -> Any:
    """Where a token enters an activity: with boundary events on it, the split before it."""
    parent = task.parent
    is_within = parent is not None and parent.task_spec.name.endswith(_SPLIT)
    return parent if is_within else task


def move(task: Any, target: Element) -> None:
    """Take this token away, with the boundary events on its activity, and put one on the target.

    The new token has the variables of the old one. `routes` has said that it may go there.
    """
    before = entrance(task).parent
    variables = passing.outside(task)
    take_away(task)
    put(before, task.workflow.spec.task_specs[target.id], variables)


def put(before: Any, spec: Any, variables: dict[str, Any]) -> Any:
    """Put a token on an activity, behind a finished one of its process; it or the split before it."""
    named = before.workflow.spec.task_specs
    spec = named.get(spec.name + _SPLIT, spec)
    placed = before._add_child(spec, TaskState.FUTURE)
    placed.triggered = True  # it is no prediction that could be taken back
    spec._predict(placed, mask=TaskState.NOT_FINISHED_MASK)
    spec._update(placed)
    passing.begin_anew(placed, variables)
    placed.internal_data.pop("due_at", None)  # reckoned before the variables were there
    return placed


def take_away(task: Any) -> None:
    """Cancel a standing token with the boundary events on its activity."""
    first = entrance(task)
    for sibling in first.children if first is not task else [task]:
        if not sibling.has_state(TaskState.FINISHED_MASK):
            specs.cancel_activity(sibling)


def skip_failing(workflow: Workflow, element_id: str, arrival: int) -> None:
    """Run on to an automatic step that fails, and let it count as done without running it.

    It is the step at the `arrival`-th token that comes to the element, see `failing_arrival`.
    """
    count = Arrivals(element_id)
    task = run.until_waiting(workflow, before=lambda task: count(task) == arrival)
    task.internal_data["skipped"] = True
    task.complete()


class Arrivals:
    """Counts the tokens that come to an element while automatic steps run."""

    def __init__(self, element_id: str) -> None:
        self.element_id = element_id
        self.number = 0

    def __call__(self, task: Any) -> int:
        """The number of this token there; 0 for a token that is elsewhere."""
        if task.task_spec.bpmn_id != self.element_id or task.task_spec.manual:
            return 0
        self.number += 1
        return self.number


def failing_arrival(workflow: Workflow, element_id: str) -> int:
    """Run every automatic step until one fails: at which token of this element; 0 if elsewhere.

    The caller undoes what these steps did. The order of steps is always the same.
    """
    count = Arrivals(element_id)
    try:
        run.until_waiting(workflow, before=lambda task: count(task) < 0)
    except ProcessFault as fault:
        return count.number if fault.element_id == element_id else 0
    return 0
