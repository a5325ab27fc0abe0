"""Rewrite a model into the subset that SpiffWorkflow runs right, with the same meaning.

Works on a copy: what is stored and shown is the file as it came.
"""

from __future__ import annotations

from typing import Any

from lxml import etree

from engine.spiff.names import bpmn, local

_REFERENCES = (
    "sourceRef",
    "targetRef",
    "attachedToRef",
    "default",
    "messageRef",
    "errorRef",
    "calledElement",
)

#: Nodes from which several flows may leave without a gateway drawn: an implicit parallel split.
_IMPLICIT_FORKS = frozenset(
    {
        "userTask",
        "serviceTask",
        "scriptTask",
        "businessRuleTask",
        "receiveTask",
        "subProcess",
        "callActivity",
        "startEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
    }
)


def normalise(root: Any) -> Any:
    """A rewritten copy of a model's root element."""
    tree = etree.fromstring(etree.tostring(root))
    _plain_references(tree)
    _ids_for_flows(tree)
    for scope in tree.iter(bpmn("process"), bpmn("subProcess")):
        _draw_implicit_forks(scope)
    return tree


def _plain_references(tree: Any) -> None:
    """`tns:x` means x: a QName whose prefix is that of the file itself."""
    for node in tree.iter():
        for name in _REFERENCES:
            value = node.get(name)
            if value and ":" in value and not value.startswith("$"):
                node.set(name, value.rpartition(":")[2])
        if local(str(node.tag)) in {"flowNodeRef", "incoming", "outgoing"} and node.text:
            node.text = node.text.strip().rpartition(":")[2]


def _ids_for_flows(tree: Any) -> None:
    """A sequence flow without an id would be dropped."""
    for number, flow in enumerate(tree.iter(bpmn("sequenceFlow"))):
        if not flow.get("id"):
            flow.set("id", f"flow_without_id_{number}")


def _draw_implicit_forks(scope: Any) -> None:
    outgoing: dict[str, list[Any]] = {}
    for flow in scope.iterchildren(bpmn("sequenceFlow")):
        outgoing.setdefault(flow.get("sourceRef"), []).append(flow)
    for node in list(scope.iterchildren()):
        flows = outgoing.get(node.get("id") or "", [])
        if len(flows) < 2 or local(str(node.tag)) not in _IMPLICIT_FORKS:
            continue
        fork = f"{node.get('id')}.fork"
        etree.SubElement(scope, bpmn("parallelGateway"), id=fork)
        for flow in flows:
            flow.set("sourceRef", fork)
        etree.SubElement(
            scope,
            bpmn("sequenceFlow"),
            id=f"{node.get('id')}.to_fork",
            sourceRef=node.get("id"),
            targetRef=fork,
        )
