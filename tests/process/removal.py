"""Takes one element out of the text of a model, and mends the drawing around the hole.

What led to a step then leads to what followed it; what only the element led to goes with it. So the
model that is left is one that somebody could have drawn, and runs, or is refused for this element alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lxml import etree

from engine.spiff.names import bpmn

CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"


def without(models: Sequence[str], what: str) -> list[str]:
    """The models with it taken out.

    `id` is an element, `id/name` parts of it of that name, and `…@attribute` an attribute, which is
    left out, or set where `=value` follows.
    """
    path, _, attribute = what.partition("@")
    element_id, _, part = path.partition("/")
    roots = [etree.fromstring(text.encode()) for text in models]
    found: list[Any]
    found = [node for root in roots for node in root.iter() if node.get("id") == element_id]
    if part:
        found = [node for owner in found for node in owner.iter(bpmn(part), CAMUNDA + part)]
    if not found:
        raise LookupError(f"the model has no {path}")
    for node in found:
        if attribute:
            _turn(node, attribute)
        elif part:
            node.getparent().remove(node)
        else:
            _take_out(node)
    return [etree.tostring(root, encoding="unicode") for root in roots]


def _turn(node: Any, attribute: str) -> None:
    name, sets, value = attribute.partition("=")
    key = name.replace("camunda:", CAMUNDA)
    if node.get(key) == (value if sets else None):
        raise LookupError(f"{attribute} changes nothing")
    if sets:
        node.set(key, value)
    else:
        del node.attrib[key]


def _take_out(node: Any) -> None:
    scope = node.getparent()
    into, out = list(_flows(scope, "targetRef", node)), list(_flows(scope, "sourceRef", node))
    _bridge(node, into, out)
    # without a start event the first step begins
    goes_with_it = not into and scope.findall(bpmn("startEvent")) != [node]
    lost = [_node(scope, flow.get("targetRef")) for flow in out if goes_with_it]
    lost += list(_hung_on(scope, node))
    for flow in [*into, *out]:
        scope.remove(flow)
    scope.remove(node)
    for other in lost:
        if other.getparent() is not None and not list(_flows(scope, "targetRef", other)):
            _take_out(other)


def _bridge(node: Any, into: list[Any], out: list[Any]) -> None:
    for entry in into:
        for leaving in out:
            flow = etree.SubElement(node.getparent(), bpmn("sequenceFlow"))
            kept = entry if len(out) == 1 else leaving
            alone = min(len(into), len(out)) == 1
            flow.set("id", kept.get("id") if alone else f"{entry.get('id')}_{leaving.get('id')}")
            flow.set("sourceRef", entry.get("sourceRef"))
            flow.set("targetRef", leaving.get("targetRef"))
            flow.extend(etree.fromstring(etree.tostring(each)) for each in (*entry, *leaving))
            source = _node(node.getparent(), entry.get("sourceRef"))
            if node.get("default") == flow.get("id") and source.get("default") is None:
                source.set("default", node.get("default"))


def _hung_on(scope: Any, node: Any) -> Iterator[Any]:
    """Its boundary events, and the step that undoes it."""
    for event in scope.iterchildren(bpmn("boundaryEvent")):
        if event.get("attachedToRef") == node.get("id"):
            yield event
    for link in list(scope.iterchildren(bpmn("association"))):
        if link.get("sourceRef") == node.get("id"):
            yield _node(scope, link.get("targetRef"))
        if node.get("id") in (link.get("sourceRef"), link.get("targetRef")):
            scope.remove(link)


def _flows(scope: Any, end: str, node: Any) -> Iterator[Any]:
    for flow in scope.iterchildren(bpmn("sequenceFlow")):
        if flow.get(end) == node.get("id"):
            yield flow


def _node(scope: Any, element_id: str) -> Any:
    [found] = [each for each in scope.iterchildren() if each.get("id") == element_id]
    return found
