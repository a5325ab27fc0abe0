"""Event sub-processes as boundary events: stock SpiffWorkflow starts them at once, or breaks the specs.

An event sub-process waits as long as its scope runs, and interrupts it or runs beside it. That is what
a boundary event does to an activity. So the other steps of the scope go into an inner one, `….body`, the
start events become boundary events on it, `….armed`, and each leads to its sub-process, now an
ordinary one.
"""

from __future__ import annotations

from typing import Any

from lxml import etree

from engine.spiff.mappings import PASSED
from engine.spiff.names import CAMUNDA, DUDAO, bpmn, dudao, local
from engine.spiff.normalise import UNDONE_BY, insert, insert_flow

#: On the boundary event: the start event that it stands for.
OPENS = dudao("opens")
_STAYS = frozenset(
    {
        "documentation",
        "extensionElements",
        "laneSet",
        "incoming",
        "outgoing",
        "property",
        "multiInstanceLoopCharacteristics",
    }
)


def nest(tree: Any) -> Any:
    """Rewrite every event sub-process of a normalised model, in place; the model."""
    for scope in reversed(list(tree.iter(bpmn("process"), bpmn("subProcess")))):
        events = [
            child
            for child in scope.iterchildren(bpmn("subProcess"))
            if child.get("triggeredByEvent") == "true"
        ]
        if events:
            _rewrite(scope, events)
    return tree


def _rewrite(scope: Any, events: list[Any]) -> None:
    key = scope.get("id")
    undoing = {event.get(UNDONE_BY) for event in events}  # they follow what they undo
    inside = [
        child
        for child in scope.iterchildren("{*}*")
        if child not in events
        and local(child.tag) not in _STAYS
        and child.get("id", "") not in undoing
    ]
    body = insert(scope, "subProcess", f"{key}.body")
    for child in inside:
        body.append(child)
    insert(scope, "startEvent", f"{key}.start")
    insert(scope, "endEvent", f"{key}.end")
    insert_flow(scope, f"{key}.start", f"{key}.body")
    insert_flow(scope, f"{key}.body", f"{key}.end")
    for event in events:
        del event.attrib["triggeredByEvent"]
        start = event.find(bpmn("startEvent"))
        _arm(scope, body.get("id"), start)
        insert_flow(scope, f"{start.get('id')}.armed", event.get("id"))
        insert_flow(scope, event.get("id"), f"{key}.end")


def _arm(scope: Any, body: str, start: Any) -> None:
    """The boundary event that waits in place of a start event, with its definition and attributes."""
    armed = etree.SubElement(
        scope,
        bpmn("boundaryEvent"),
        id=f"{start.get('id')}.armed",
        name=start.get("name") or start.get("id"),
        attachedToRef=body,
        cancelActivity="false" if start.get("isInterrupting") == "false" else "true",
    )
    armed.set(OPENS, start.get("id"))
    for name, value in start.attrib.items():
        if name.startswith((f"{{{CAMUNDA}}}", f"{{{DUDAO}}}")):
            armed.set(name, value)
    for child in list(start):
        if child.tag == PASSED or local(str(child.tag)).endswith("EventDefinition"):
            armed.append(child)
