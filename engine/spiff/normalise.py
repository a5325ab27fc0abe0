"""Rewrite a model into the subset that SpiffWorkflow runs right, with the same meaning.

Works on a copy: what is stored and shown is the file as it came. `tidy` spells the same model in one
way, and is what the checks read; `normalise` draws what the standard leaves implied as well.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from lxml import etree

from engine.spiff import associations
from engine.spiff.mappings import write_passed
from engine.spiff.names import bpmn, camunda, dudao, local

#: On what this rewriting draws: it is no element of the model, and nobody is told of it.
INSERTED = dudao("inserted")

_REFERENCES = (
    "sourceRef",
    "targetRef",
    "attachedToRef",
    "default",
    "messageRef",
    "errorRef",
    "signalRef",
    "escalationRef",
    "activityRef",
    "calledElement",
)
_BOOLEANS = (
    "cancelActivity",
    "isInterrupting",
    "triggeredByEvent",
    "isSequential",
    "isForCompensation",
    "instantiate",
    "parallelMultiple",
    "waitForCompletion",
    "cancelRemainingInstances",
)
_SCOPES = ("process", "subProcess", "transaction", "adHocSubProcess")
_HANDLER = camunda("delegateExpression")
#: On an activity, who undoes it; on a thrown compensation, the error by which it leaves.
UNDONE_BY, CANCELS = dudao("undoneBy"), dudao("cancels")
#: On a sub-process that was drawn in the one that it undoes: it undoes what was done there.
UNDOES_INSIDE = dudao("undoesInside")

#: Nodes from which several flows may leave without a gateway drawn: an implicit split.
IMPLICIT_FORKS = frozenset(
    {
        "userTask",
        "serviceTask",
        "sendTask",
        "scriptTask",
        "businessRuleTask",
        "receiveTask",
        "subProcess",
        "transaction",
        "adHocSubProcess",
        "callActivity",
        "startEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
    }
)
FLOW_NODES = IMPLICIT_FORKS | {
    "endEvent",
    "exclusiveGateway",
    "parallelGateway",
    "inclusiveGateway",
    "eventBasedGateway",
}
#: Data of the standard. Variables are in reach of every step; what associations copy is said in one way.
_DATA = frozenset(
    {
        "ioSpecification",
        "dataInputAssociation",
        "dataOutputAssociation",
        "dataObject",
        "dataObjectReference",
        "dataStore",
        "dataStoreReference",
        "property",
    }
)


def tidy(root: Any) -> Any:
    """A copy of a model's root element in which each thing is spelt in one way."""
    tree = etree.fromstring(etree.tostring(root, encoding="utf-8"))
    _plain_references(tree)
    _plain_booleans(tree)
    _definitions_in_place(tree)
    _ids_for_flows(tree)
    _links(tree)
    associations.name_loop_data(tree)
    return tree


def normalise(root: Any) -> Any:
    """A rewritten copy of a model's root element."""
    tree = tidy(root)
    _data(tree)
    _sent_messages(tree)
    _cancels(tree)
    _compensations(tree)
    for scope in list(tree.iter(*(bpmn(tag) for tag in _SCOPES))):
        _draw_start_and_end(scope)
        _plain_scope(scope)
    for scope in tree.iter(bpmn("process"), bpmn("subProcess")):
        _draw_implicit_forks(scope)
    return tree


def _data(tree: Any) -> None:
    items = associations.Items.of(tree)
    for node in tree.iter(*(bpmn(tag) for tag in FLOW_NODES)):
        for passing in list(associations.of_node(node, items)):
            if isinstance(passing, associations.Passing):
                write_passed(node, passing.given, passing.direction, passing.around)
    for node in list(tree.iter(*(bpmn(tag) for tag in _DATA))):
        node.getparent().remove(node)


def _plain_references(tree: Any) -> None:
    """`tns:x` means x: a QName whose prefix is that of the file itself."""
    for node in tree.iter():
        for name in _REFERENCES:
            value = node.get(name)
            if value and ":" in value and not value.startswith("$"):
                node.set(name, value.rpartition(":")[2])
        if local(str(node.tag)) in {"flowNodeRef", "incoming", "outgoing"} and node.text:
            node.text = node.text.strip().rpartition(":")[2]


def _plain_booleans(tree: Any) -> None:
    """XML Schema lets 1 and 0 stand for true and false."""
    for node in tree.iter():
        for name in _BOOLEANS:
            value = node.get(name)
            if value is not None:
                plain = value.strip().lower()
                node.set(name, {"1": "true", "0": "false"}.get(plain, plain))


def _definitions_in_place(tree: Any) -> None:
    """An event that refers to a definition of the file has it as its own."""
    shared = {node.get("id"): node for node in tree.iterchildren("{*}*") if node.get("id")}
    for reference in list(tree.iter(bpmn("eventDefinitionRef"))):
        wanted = (reference.text or "").strip().rpartition(":")[2]
        found = shared.get(wanted)
        if found is not None and local(found.tag).endswith("EventDefinition"):
            own = deepcopy(found)
            own.attrib.pop("id", None)
            own.tail = None
            reference.getparent().replace(reference, own)


def _ids_for_flows(tree: Any) -> None:
    """A sequence flow without an id would be dropped."""
    for number, flow in enumerate(tree.iter(bpmn("sequenceFlow"))):
        if not flow.get("id"):
            flow.set("id", f"flow_without_id_{number}")


def _links(tree: Any) -> None:
    """A throwing link goes on at the catching one of the same name and scope: a flow says the same.

    A pair that does not fit is left as it is, for the checks.
    """
    for scope in tree.iter(*(bpmn(tag) for tag in _SCOPES)):
        catching: dict[str, list[Any]] = {}
        for node in scope.iterchildren(bpmn("intermediateCatchEvent")):
            if (link := node.find(bpmn("linkEventDefinition"))) is not None:
                catching.setdefault(link.get("name") or "", []).append(node)
        thrown: set[str] = set()
        for node in list(scope.iterchildren(bpmn("intermediateThrowEvent"))):
            link = node.find(bpmn("linkEventDefinition"))
            name = "" if link is None else link.get("name") or ""
            if not name or len(catching.get(name, ())) != 1:
                continue
            thrown.add(name)
            node.remove(link)
            flow = f"{node.get('id')}.link"
            target = catching[name][0].get("id")
            etree.SubElement(
                scope, bpmn("sequenceFlow"), id=flow, sourceRef=node.get("id"), targetRef=target
            )
        for name in thrown:
            [node] = catching[name]
            node.remove(node.find(bpmn("linkEventDefinition")))
            node.tag = bpmn("intermediateThrowEvent")  # it waits for nothing


def _sent_messages(tree: Any) -> None:
    """A thrown message is sent by a handler: a send task, and behind an end event an end."""
    for tag in ("intermediateThrowEvent", "endEvent"):
        for event in list(tree.iter(bpmn(tag))):
            definition = event.find(bpmn("messageEventDefinition"))
            if definition is None:
                continue
            event.remove(definition)
            event.tag = bpmn("sendTask")
            event.set(_HANDLER, definition.get(_HANDLER, ""))
            if tag == "endEvent":
                key = event.get("id")
                insert(event.getparent(), "endEvent", f"{key}.end")
                insert_flow(event.getparent(), key, f"{key}.end")


def compensation_handlers(tree: Any) -> dict[str, list[str]]:
    """Which activities a compensation boundary event leads to, by its id."""
    found: dict[str, list[str]] = {
        event.get("id"): []
        for event in tree.iter(bpmn("boundaryEvent"))
        if event.find(bpmn("compensateEventDefinition")) is not None
    }
    for association in tree.iter(bpmn("association")):
        if association.get("sourceRef") in found:
            found[association.get("sourceRef")].append(association.get("targetRef"))
    return found


def _compensations(tree: Any) -> None:
    """A compensation boundary event waits for nothing: its activity knows who undoes it."""
    handlers = compensation_handlers(tree)
    nodes = {node.get("id"): node for node in tree.iter("{*}*") if node.get("id")}
    for event_id, led_to in handlers.items():
        event = nodes[event_id]
        nodes[event.get("attachedToRef")].set(UNDONE_BY, led_to[0])
        event.getparent().remove(event)
    for handler in list(tree.iter(bpmn("subProcess"))):
        if (begins := begins_to_undo(handler)) is not None:
            _draw_beside(handler, begins)


def begins_to_undo(scope: Any) -> Any:
    """The start event by which an event sub-process undoes the scope around it, or None."""
    if scope.get("triggeredByEvent") != "true":
        return None
    begins = scope.find(bpmn("startEvent"))
    is_one = begins is not None and begins.find(bpmn("compensateEventDefinition")) is not None
    return begins if is_one else None


def _draw_beside(handler: Any, begins: Any) -> None:
    """An event sub-process that undoes its scope runs when this has ended: so it is moved out of it."""
    undone = handler.getparent()
    begins.remove(begins.find(bpmn("compensateEventDefinition")))
    del handler.attrib["triggeredByEvent"]
    handler.set("isForCompensation", "true")
    handler.set(UNDOES_INSIDE, "true")
    undone.set(UNDONE_BY, handler.get("id"))
    undone.getparent().append(handler)


def _cancels(tree: Any) -> None:
    """A cancel end undoes all, and then leaves the transaction by an error of its own."""
    for event in list(tree.iter(bpmn("boundaryEvent"))):
        definition = event.find(bpmn("cancelEventDefinition"))
        if definition is not None:
            key = f"{event.get('attachedToRef')}.cancelled"
            definition.tag = bpmn("errorEventDefinition")
            definition.set("errorRef", key)
            etree.SubElement(tree, bpmn("error"), id=key, errorCode=key)
    for event in tree.iter(bpmn("endEvent")):
        definition = event.find(bpmn("cancelEventDefinition"))
        if definition is not None:
            definition.tag = bpmn("compensateEventDefinition")
            definition.set(CANCELS, f"{event.getparent().get('id')}.cancelled")


def _draw_start_and_end(scope: Any) -> None:
    """Without a start event all begins that no flow leads to; without an end event paths just end."""
    parts = [node for node in scope.iterchildren("{*}*") if local(node.tag) in FLOW_NODES]
    parts = [
        node
        for node in parts
        if "true" not in (node.get("triggeredByEvent"), node.get("isForCompensation"))
    ]
    flows = list(scope.iterchildren(bpmn("sequenceFlow")))
    key = scope.get("id")
    if not any(local(node.tag) == "startEvent" for node in parts):
        led_to = {flow.get("targetRef") for flow in flows}
        first = [n for n in parts if n.get("id") not in led_to and local(n.tag) != "boundaryEvent"]
        insert(scope, "startEvent", f"{key}.begin")
        for node in first:
            insert_flow(scope, f"{key}.begin", node.get("id"))
    if not any(local(node.tag) == "endEvent" for node in parts):
        left_by = {flow.get("sourceRef") for flow in flows}
        insert(scope, "endEvent", f"{key}.over")
        for node in [n for n in parts if n.get("id") not in left_by]:
            insert_flow(scope, node.get("id"), f"{key}.over")


def _plain_scope(scope: Any) -> None:
    """A transaction that is never cancelled, and an ad-hoc sub-process, are sub-processes.

    All steps of an ad-hoc one are there at once. Its completion condition ends it: an event
    sub-process that begins when the condition holds after a step, see `thrown.watch`.
    """
    if local(scope.tag) not in {"transaction", "adHocSubProcess"}:
        return
    scope.tag = bpmn("subProcess")
    condition = scope.find(bpmn("completionCondition"))
    if condition is None:
        return
    scope.remove(condition)
    key = f"{scope.get('id')}.enough"
    enough = insert(scope, "subProcess", key)
    enough.set("triggeredByEvent", "true")
    begin = insert(enough, "startEvent", f"{key}.begin")
    definition = etree.SubElement(begin, bpmn("conditionalEventDefinition"))
    etree.SubElement(definition, bpmn("condition")).text = condition.text
    insert(enough, "endEvent", f"{key}.over")
    insert_flow(enough, f"{key}.begin", f"{key}.over")


def insert(scope: Any, tag: str, element_id: str) -> Any:
    """An element that is not drawn."""
    node = etree.SubElement(scope, bpmn(tag), id=element_id)
    node.set(INSERTED, "true")
    return node


def insert_flow(scope: Any, source: str, target: str) -> None:
    """A sequence flow that is not drawn."""
    etree.SubElement(
        scope,
        bpmn("sequenceFlow"),
        id=f"{source}.to.{target}",
        sourceRef=source,
        targetRef=target,
    )


def _draw_implicit_forks(scope: Any) -> None:
    """Several flows out of a step, or a condition on one, mean a gateway that is not drawn."""
    outgoing: dict[str, list[Any]] = {}
    for flow in scope.iterchildren(bpmn("sequenceFlow")):
        outgoing.setdefault(flow.get("sourceRef"), []).append(flow)
    for node in list(scope.iterchildren("{*}*")):
        flows = outgoing.get(node.get("id") or "", [])
        if not flows or local(node.tag) not in IMPLICIT_FORKS:
            continue
        is_choice = any(flow.find(bpmn("conditionExpression")) is not None for flow in flows)
        if len(flows) < 2 and not is_choice:
            continue
        fork = f"{node.get('id')}.fork"
        kind = "inclusiveGateway" if is_choice else "parallelGateway"
        gateway = insert(scope, kind, fork)
        if is_choice and (default := node.attrib.pop("default", None)):
            gateway.set("default", default)
        for flow in flows:
            flow.set("sourceRef", fork)
        etree.SubElement(
            scope,
            bpmn("sequenceFlow"),
            id=f"{node.get('id')}.to_fork",
            sourceRef=node.get("id"),
            targetRef=fork,
        )
