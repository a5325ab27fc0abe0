"""SpiffWorkflow's parser, making our specs and reading our attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from SpiffWorkflow.bpmn.parser import event_parsers, task_parsers
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import (
    ErrorEventDefinition,
    EscalationEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.exceptions import SpiffWorkflowException

from engine.spiff import items, model, nesting, specs
from engine.spiff.inclusive import InclusiveGateway
from engine.spiff.names import NSMAP, bpmn
from engine.spiff.normalise import CANCELS, INSERTED, UNDOES_INSIDE, UNDONE_BY
from engine.spiff.timers import CycleTimer, Timer

#: What the library raises for a model that it does not take. Anything else is a fault of ours.
Refusal = SpiffWorkflowException


class _Reads:
    """Puts the Element on the spec that SpiffWorkflow makes; items of a multi-instance share it."""

    PARALLEL_MI_CLASS = items.ParallelItems
    SEQUENTIAL_MI_CLASS = items.SequentialItems

    def create_task(self: Any) -> Any:
        self.process_parser.opened.append(self)
        task = super().create_task()  # type: ignore[misc]  # the parser class this is mixed into
        task.element = self._element()
        return task

    def _element(self: Any) -> model.Element | None:
        if self.node.get(INSERTED) is not None:
            return None
        element = model.read(self.node, self.process_parser.process_key)
        opens = self.node.get(nesting.OPENS)
        return element if opens is None else replace(element, id=opens, kind="startEvent")

    def get_position(self: Any, node: Any = None) -> Mapping[str, float]:
        """Flows are tried in the order of the file; stock goes by where the targets are drawn."""
        return {"x": 0.0, "y": 0.0}

    def _add_multiinstance_task(self: Any, loop: Any) -> None:
        sequential = loop.get("isSequential") == "true"
        original = self.spec.task_specs.pop(self.task.name)
        kind = self.SEQUENTIAL_MI_CLASS if sequential else self.PARALLEL_MI_CLASS
        self.task = kind(
            self.spec,
            original.name,
            task_spec="",
            lane=original.lane,
            bpmn_name=original.bpmn_name,
            description=original.description,
        )
        self._copy_task_attrs(original, loop)
        self.task.element = original.element
        original.completed_event.connect(self.task.merge_child)


class _Node(_Reads, TaskParser):
    pass


class _SubProcess(_Reads, TaskParser):
    def create_task(self) -> Any:
        """As stock, but for a scope with several start events (engine/spiff/nesting.py)."""
        self.process_parser.opened.append(self)
        parser = self.process_parser.parser
        parser.create_parser(self.node, filename=self.filename, lane=self.lane)
        parser.process_parsers[self.bpmn_id].parent = self.process_parser
        task = self.spec_class(
            self.spec, self.bpmn_id, subworkflow_spec=self.bpmn_id, **self.bpmn_attributes
        )
        task.element = self._element()
        task.undoes_inside = self.node.get(UNDOES_INSIDE) is not None
        return task


class _CallActivity(_Reads, task_parsers.CallActivityParser):
    pass


class _Script(_Reads, task_parsers.ScriptTaskParser):
    pass


class _Gateway(_Reads, task_parsers.GatewayParser):
    pass


class _ConditionalGateway(_Reads, task_parsers.ConditionalGatewayParser):
    pass


class _Inclusive(_ConditionalGateway):
    def connect_outgoing(
        self, outgoing_task: Any, sequence_flow_node: Any, is_default: bool
    ) -> None:
        if is_default:
            self.task.default = outgoing_task.name
            self.task.connect(outgoing_task)
        else:
            condition = self.parse_condition(sequence_flow_node)
            self.task.connect_outgoing_if(condition, outgoing_task)


class _Events:
    """Event definitions of ours: timers that read no clock, and names of the event's own file.

    Stock looks names up by id over all files, and takes that of the last.
    """

    def _named(self: Any, kind: str, event: Any) -> Any:
        wanted = event.get(f"{kind}Ref")
        root = event.getroottree().getroot()
        return next((n for n in root.iterchildren(bpmn(kind)) if n.get("id") == wanted), None)

    def parse_message_event(self: Any, event: Any) -> Any:
        return MessageEventDefinition(self._named("message", event).get("name"))

    def parse_signal_event(self: Any, event: Any) -> Any:
        return SignalEventDefinition(self._named("signal", event).get("name"))

    def parse_error_event(self: Any, event: Any) -> Any:
        found = self._named("error", event)
        return ErrorEventDefinition("error", None if found is None else found.get("errorCode"))

    def parse_escalation_event(self: Any, event: Any) -> Any:
        found = self._named("escalation", event)
        code = None if found is None else found.get("escalationCode")
        return EscalationEventDefinition("escalation", code)

    def parse_conditional_event(self: Any, event: Any) -> Any:
        return specs.Condition((event.findtext(bpmn("condition")) or "").strip())

    def parse_timer_event(self: Any, event: Any) -> Any:
        for kind, tag in (("date", "timeDate"), ("duration", "timeDuration")):
            found = event.find(bpmn(tag))
            if found is not None:
                return Timer(self.bpmn_id, (found.text or "").strip(), kind)
        found = event.find(bpmn("timeCycle"))
        if found is not None:
            return CycleTimer(self.bpmn_id, (found.text or "").strip())
        return Timer(self.bpmn_id, "", "deadline")


def _compensation(node: Any) -> specs.Compensation | None:
    found = node.find(bpmn("compensateEventDefinition"))
    if found is None:
        return None
    return specs.Compensation(found.get("activityRef"), found.get(CANCELS))


class _Start(_Reads, _Events, event_parsers.StartEventParser):
    def create_task(self: Any) -> Any:
        task = super().create_task()
        if isinstance(task.event_definition, MessageEventDefinition | SignalEventDefinition):
            is_message = isinstance(task.event_definition, MessageEventDefinition)
            task.begun_by = ("message" if is_message else "signal", task.event_definition.name)
        elif isinstance(task.event_definition, Timer | CycleTimer):
            task.begun_by = ("timer", self.bpmn_id)
        # Whoever starts the instance has chosen this event already: it does not wait.
        task.event_definition = NoneEventDefinition()
        return task


class _End(_Reads, _Events, event_parsers.EndEventParser):
    def get_event_definition(self, xpaths: list[str]) -> Any:
        found = super().get_event_definition([*xpaths, event_parsers.SIGNAL_EVENT_XPATH])
        return _compensation(self.node) or found


class _Catch(_Reads, _Events, event_parsers.IntermediateCatchEventParser):
    pass


class _Throw(_Reads, _Events, event_parsers.IntermediateThrowEventParser):
    def get_event_definition(self, xpaths: list[str]) -> Any:
        return _compensation(self.node) or super().get_event_definition(xpaths)


class _Boundary(_Reads, _Events, event_parsers.BoundaryEventParser):
    def create_task(self) -> Any:
        task = super().create_task()
        task.opens = self.node.get(nesting.OPENS) is not None
        return task


class _Receive(_Reads, _Events, event_parsers.ReceiveTaskParser):
    pass


class _EventGateway(_Reads, event_parsers.EventBasedGatewayParser):
    pass


class _Process(ProcessParser):
    """Makes our ProcessSpec and knows which process a nested scope belongs to.

    Stock parses a step inside the parsing of the one before, and gives up in a line of some 300.
    Here each is parsed as if no flow left it, and connected when what follows has been parsed.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        #: Parsers of the steps that are parsed and not yet connected.
        self.opened: list[Any] = []

    def get_outgoing_sequence_flows(self, source_ref: str) -> list[Any]:
        return []  # for TaskParser.parse_node; `_connect` goes by them

    def _parse_from(self, node: Any) -> Any:
        """The spec of a step, after it and all that it leads to have been parsed."""
        found = self.parse_node(node)
        way = self._opened()
        while way:
            _, flows, targets = way[-1]
            flow = next(flows, None)
            if flow is None:
                _connect(way.pop()[0], targets)
                continue
            key = flow.get("targetRef")
            if key not in self.spec.task_specs:
                self.parse_node(self.get_node_by_id(key))
                way += self._opened()
            targets.append((flow, key))
        return found

    def _opened(self) -> list[tuple[Any, Iterator[Any], list[tuple[Any, str]]]]:
        """The step that was parsed now and the events on its border, each with its flows."""
        opened, self.opened = self.opened, []
        in_turn = opened[:1] + opened[:0:-1]  # the last is gone through first
        ways = self.outgoing_sequence_flows
        return [(each, iter(ways.get(each.bpmn_id, ())), []) for each in in_turn]

    @property
    def process_key(self) -> str:
        node = self.node
        while node.getparent() is not None and node.tag != bpmn("process"):
            node = node.getparent()
        return str(node.get("id"))

    def add_tasks(self) -> None:
        for node in self.node.iterchildren(bpmn("startEvent")):
            self._parse_from(node)  # which of several begins: `state.begin_at`
        for node in self.node.iterchildren("{*}*"):
            undone_by = node.get(UNDONE_BY)
            if undone_by is not None and (done := self.spec.task_specs.get(node.get("id"))):
                # no flow leads there, and the library runs no step that nothing leads to
                handler = self._parse_from(self.get_node_by_id(undone_by))
                handler._inputs.append(done.name)

    def create_spec(self) -> specs.ProcessSpec:
        return specs.ProcessSpec(self.bpmn_id, description=self.get_name(), filename=self.filename)


def _connect(step: Any, targets: list[tuple[Any, str]]) -> None:
    """Connect a step with what follows; its task is the last that stock made of it."""
    specs_ = step.spec.task_specs
    default = step.node.get("default")
    if len(targets) == 1 and isinstance(step.task, (defaults.ExclusiveGateway, InclusiveGateway)):
        [(flow, _)] = targets
        if step.parse_condition(flow) is None:
            default = flow.get("id")
    for flow, key in targets:
        target = specs_.get(f"{key}.BoundaryEventSplit") or specs_[key]
        step.connect_outgoing(target, flow, flow.get("id") == default)


class Parser(BpmnParser):
    """Files in, ProcessSpecs out. What it is given has passed the checks."""

    PROCESS_PARSER_CLASS = _Process
    OVERRIDE_PARSER_CLASSES: ClassVar[dict[str, tuple[type, type]]] = {
        full_tag("startEvent"): (_Start, specs.StartEvent),
        full_tag("endEvent"): (_End, specs.EndEvent),
        full_tag("userTask"): (_Node, specs.UserTask),
        full_tag("serviceTask"): (_Node, specs.ServiceTask),
        full_tag("sendTask"): (_Node, specs.ServiceTask),
        full_tag("businessRuleTask"): (_Node, specs.BusinessRuleTask),
        full_tag("scriptTask"): (_Script, specs.ScriptTask),
        full_tag("receiveTask"): (_Receive, specs.ReceiveTask),
        full_tag("subProcess"): (_SubProcess, specs.SubWorkflow),
        full_tag("callActivity"): (_CallActivity, specs.CallActivity),
        full_tag("exclusiveGateway"): (_ConditionalGateway, specs.ExclusiveGateway),
        full_tag("inclusiveGateway"): (_Inclusive, InclusiveGateway),
        full_tag("parallelGateway"): (_Gateway, specs.ParallelGateway),
        full_tag("eventBasedGateway"): (_EventGateway, specs.EventGateway),
        full_tag("intermediateCatchEvent"): (_Catch, specs.IntermediateCatchEvent),
        full_tag("intermediateThrowEvent"): (_Throw, specs.ThrowEvent),
        full_tag("boundaryEvent"): (_Boundary, specs.BoundaryEvent),
    }

    def __init__(self) -> None:
        super().__init__(namespaces=NSMAP)

    def specs(self) -> dict[str, Any]:
        """Every process of the files, embedded sub-processes included, by id."""
        found: dict[str, Any] = {}
        for process_id in list(self.process_parsers):
            found[process_id] = self.get_spec(process_id)
            found |= self.get_subprocess_specs(process_id)
        return found
