"""What a model file draws, as plain values: elements with place and properties, and flows.

For comparing two versions and for planning a move between them. Order, white space and the diagram
itself are left out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from engine.spiff import model, signing, xml
from engine.spiff.names import BPMNDI, bpmn, local
from engine.spiff.normalise import normalise

#: Fields of Element that say where it is or what it is called, not what it does.
_PLACE = frozenset({"id", "name", "kind", "process_key"})

_EVENTS = {
    "timerEventDefinition": "timer",
    "messageEventDefinition": "message",
    "errorEventDefinition": "error",
    "terminateEventDefinition": "terminate",
}


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """One element. `scope` is the sub-process around it, or the process; `lane` the lane's name."""

    process: str
    id: str
    name: str
    kind: str
    scope: str
    lane: str
    is_multi: bool
    properties: Mapping[str, str]

    @property
    def is_gateway(self) -> bool:
        return self.kind.endswith("Gateway")


@dataclass(frozen=True, kw_only=True)
class Flow:
    """One sequence flow."""

    process: str
    source: str
    target: str
    name: str
    condition: str
    is_default: bool


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """All files of a deployment. `shapes` tells two diagrams apart, and nothing else."""

    processes: Mapping[str, str]
    elements: Mapping[tuple[str, str], Drawn]
    flows: Mapping[tuple[str, str, str], Flow]
    shapes: Mapping[str, bytes]


def read(files: Mapping[str, bytes]) -> Drawing:
    """The drawing of a deployment's files; they have passed the checks."""
    processes: dict[str, str] = {}
    elements: dict[tuple[str, str], Drawn] = {}
    flows: dict[tuple[str, str, str], Flow] = {}
    shapes: dict[str, bytes] = {}
    for path, content in files.items():
        if not path.startswith("bpmn/"):
            continue
        source = xml.parse(content, path)
        diagrams = source.iterfind(f"{{{BPMNDI}}}BPMNDiagram")
        shapes[path] = b"".join(_canonical(diagram) for diagram in diagrams)
        root = normalise(source)
        for process in root.iterchildren(bpmn("process")):
            key = process.get("id")
            processes[key] = process.get("name") or key
            lanes = _lanes(process)
            for drawn in _elements(root, process, key, key, lanes):
                elements[(key, drawn.id)] = drawn
            for flow in _flows(process, key):
                flows[(key, flow.source, flow.target)] = flow
    return Drawing(processes=processes, elements=elements, flows=flows, shapes=shapes)


def _canonical(node: Any) -> bytes:
    text: str = etree.canonicalize(etree.tostring(node, encoding="unicode"), strip_text=True)
    return text.encode()


def _lanes(process: Any) -> dict[str, str]:
    found = {}
    for lane in process.iter(bpmn("lane")):
        for ref in lane.iterchildren(bpmn("flowNodeRef")):
            found[(ref.text or "").strip()] = lane.get("name") or lane.get("id") or ""
    return found


def _elements(
    root: Any, scope: Any, process: str, scope_id: str, lanes: Mapping[str, str]
) -> Iterator[Drawn]:
    for node in scope.iterchildren():
        kind = local(str(node.tag))
        if not _is_flow_node(node, kind):
            continue
        element = model.read(node, process)
        loop = node.find(bpmn("multiInstanceLoopCharacteristics"))
        properties = dict(_properties(root, node, element))
        if loop is not None:
            properties["multi"] = "sequential" if loop.get("isSequential") == "true" else "parallel"
        yield Drawn(
            process=process,
            id=element.id,
            name=element.name,
            kind=kind,
            scope=scope_id,
            lane=lanes.get(element.id, ""),
            is_multi=loop is not None,
            properties=properties,
        )
        if kind == "subProcess":
            yield from _elements(root, node, process, element.id, lanes)


def _is_flow_node(node: Any, kind: str) -> bool:
    wanted = ("Task", "Event", "Gateway")
    return bool(node.get("id")) and (
        kind.endswith(wanted) or kind in {"task", "subProcess", "callActivity"}
    )


def _properties(root: Any, node: Any, element: model.Element) -> Iterator[tuple[str, str]]:
    for field in dataclasses.fields(element):
        value = getattr(element, field.name)
        if field.name in _PLACE or value == field.default or value in ("", (), False):
            continue
        yield field.name, _text(value)
    for name in ("calledElement", "attachedToRef", "cancelActivity"):
        if node.get(name):
            yield name, node.get(name)
    named = {n.get("id"): n.get("name") or n.get("errorCode") or "" for n in root.iterchildren()}
    if node.get("messageRef"):
        yield "message", named.get(node.get("messageRef"), "")
    for child in node.iterchildren():
        kind = _EVENTS.get(local(str(child.tag)))
        if kind is None:
            continue
        reference = child.get("messageRef") or child.get("errorRef")
        inner = next(iter(child), None)
        written = (inner.text or "").strip() if inner is not None else ""
        yield kind, named.get(reference, "") if reference else written or "deadline"


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return "，".join(_text(each) for each in value)
    if isinstance(value, model.VariableMapping):
        source = value.variables or value.source_expression or value.source
        return f"{value.direction} {source}→{value.target}"
    if isinstance(value, signing.Terms):
        return f"{signing.sentence(value)}（{'，'.join(_settings(value))}）"
    return "是" if value is True else str(value)


def _settings(terms: signing.Terms) -> Iterator[str]:
    for field in dataclasses.fields(terms):
        value = getattr(terms, field.name)
        if value != field.default:
            yield f"{field.name}={_text(value)}"


def _flows(process: Any, key: str) -> Iterator[Flow]:
    defaults = {node.get("default") for node in process.iter() if node.get("default")}
    for flow in process.iter(bpmn("sequenceFlow")):
        condition = flow.find(bpmn("conditionExpression"))
        yield Flow(
            process=key,
            source=flow.get("sourceRef"),
            target=flow.get("targetRef"),
            name=flow.get("name") or "",
            condition=(condition.text or "").strip() if condition is not None else "",
            is_default=flow.get("id") in defaults,
        )
