"""One element of a model with everything that our engine reads off it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.spiff import mappings, signing
from engine.spiff.mappings import Given
from engine.spiff.names import BPMN, camunda, dudao, local

#: The priority of a task whose model names none (0 to 100, as the field has it).
DEFAULT_PRIORITY = 50
#: What `dudao:sendBack` of a user task may say; the first where it says nothing.
SEND_BACK_ANY, SEND_BACK_PREVIOUS, SEND_BACK_NONE = SEND_BACK = ("any", "previous", "none")


@dataclass(frozen=True, kw_only=True)
class Element:
    """A flow node as drawn. Expression texts are kept as written; checks has compiled them."""

    id: str
    name: str
    kind: str
    process_key: str
    assignee: str = ""
    candidate_groups: tuple[str, ...] = ()
    candidate_users: str = ""
    organisation: str = ""
    form_key: str = ""
    completion: str = ""
    deadline: str = ""
    deadline_from: str = ""
    follow_up: str = ""
    due_date: str = ""
    audience: str = "internal"
    basis: str = ""
    never_auto: bool = False
    separate_from: tuple[str, ...] = ()
    send_back: str = SEND_BACK_ANY
    #: May be approved together with other tasks (engine/handover/bulk.py).
    in_bulk: bool = False
    #: Which field decides, which of its values need an opinion, and the field that holds it.
    opinion_for: tuple[str, ...] = ()
    outcome_field: str = "outcome"
    opinion_field: str = "opinion"
    priority: int = DEFAULT_PRIORITY
    handler: str = ""
    async_before: bool = False
    decision: str = ""
    result_variable: str = ""
    map_result: str = "resultList"
    script: str = ""
    collection: str = ""
    element_variable: str = ""
    #: Of a multi-instance: how many times where there is no collection, when it is enough, and the
    #: list that collects the value of one variable of each item.
    times: str = ""
    enough: str = ""
    results: str = ""
    result_item: str = ""
    #: The activity that undoes it (compensation), as normalise.py has found it.
    undone_by: str = ""
    correlation: str = ""
    documentation: str = ""
    mappings: tuple[VariableMapping, ...] = field(default=())
    #: What it is handed and hands on (engine/spiff/passing.py); of a multi-instance, each item.
    inputs: tuple[Given, ...] = ()
    outputs: tuple[Given, ...] = ()
    #: The same around all items.
    items_in: tuple[Given, ...] = ()
    items_out: tuple[Given, ...] = ()
    #: Several people sign it, by these terms.
    sign_off: signing.Terms | None = None

    @property
    def is_multi(self) -> bool:
        return bool(self.collection or self.times)


@dataclass(frozen=True, kw_only=True)
class VariableMapping:
    """One `camunda:in` or `camunda:out` of a call activity."""

    direction: str  # in | out
    source: str = ""
    source_expression: str = ""
    target: str = ""
    variables: str = ""


def read(node: Any, process_key: str) -> Element:
    """The Element of an XML node."""
    loop = node.find(f"{{{BPMN}}}multiInstanceLoopCharacteristics")
    script = node.find(f"{{{BPMN}}}script")
    documentation = node.find(f"{{{BPMN}}}documentation")
    return Element(
        id=node.get("id"),
        name=node.get("name") or node.get("id"),
        kind=local(node.tag),
        process_key=process_key,
        assignee=node.get(camunda("assignee"), ""),
        candidate_groups=_names(node.get(camunda("candidateGroups"), "")),
        candidate_users=node.get(camunda("candidateUsers"), ""),
        organisation=node.get(dudao("organisation"), ""),
        form_key=node.get(camunda("formKey"), ""),
        completion=node.get(dudao("completion"), ""),
        deadline=node.get(dudao("deadline"), ""),
        deadline_from=node.get(dudao("deadlineFrom"), ""),
        follow_up=node.get(camunda("followUpDate"), ""),
        due_date=node.get(camunda("dueDate"), ""),
        audience=node.get(dudao("audience"), "internal"),
        basis=node.get(dudao("basis"), ""),
        never_auto=node.get(dudao("neverAuto")) == "true",
        separate_from=_names(node.get(dudao("separateFrom"), "")),
        send_back=node.get(dudao("sendBack"), SEND_BACK_ANY),
        in_bulk=node.get(dudao("bulk")) == "true",
        opinion_for=_names(node.get(dudao("opinionFor"), "")),
        outcome_field=node.get(dudao("outcomeField"), "outcome"),
        opinion_field=node.get(dudao("opinionField"), "opinion"),
        priority=_priority(node.get(camunda("priority"), "")),
        handler=handler_of(node),
        async_before=node.get(camunda("asyncBefore")) == "true",
        decision=node.get(camunda("decisionRef"), ""),
        result_variable=node.get(camunda("resultVariable"), ""),
        map_result=node.get(camunda("mapDecisionResult"), "resultList"),
        script=(script.text or "").strip() if script is not None else "",
        **_loop(loop),
        undone_by=node.get(dudao("undoneBy"), ""),
        correlation=node.get(dudao("correlation"), ""),
        documentation=(documentation.text or "").strip() if documentation is not None else "",
        mappings=tuple(_mappings(node)),
        inputs=mappings.of_step(node, mappings.IN),
        outputs=mappings.of_step(node, mappings.OUT),
        items_in=mappings.passed(node, mappings.IN, mappings.ITEMS),
        items_out=mappings.passed(node, mappings.OUT, mappings.ITEMS),
        sign_off=signing.read(node),
    )


def _loop(loop: Any) -> dict[str, str]:
    """A multi-instance marker, in the words of Camunda 7 or of the standard."""
    if loop is None:
        return {}
    inner = {local(str(child.tag)): child for child in loop}

    def text(tag: str) -> str:
        return (inner[tag].text or "").strip() if tag in inner else ""

    def named(tag: str) -> str:
        return inner[tag].get("name") or inner[tag].get("id", "") if tag in inner else ""

    return {
        "collection": loop.get(camunda("collection")) or text("loopDataInputRef"),
        "element_variable": loop.get(camunda("elementVariable")) or named("inputDataItem"),
        "times": text("loopCardinality"),
        "enough": text("completionCondition"),
        "results": text("loopDataOutputRef"),
        "result_item": named("outputDataItem"),
    }


def handler_of(node: Any) -> str:
    """The name in `camunda:delegateExpression`."""
    return _handler(node.get(camunda("delegateExpression"), ""))


def _handler(text: str) -> str:
    stripped = text.strip()
    if stripped.startswith(("${", "#{")) and stripped.endswith("}"):
        return stripped[2:-1].strip()
    return stripped


def _priority(text: str) -> int:
    """A whole number; checks refuses anything else before it is run."""
    return int(text) if text.isdecimal() else DEFAULT_PRIORITY


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _mappings(node: Any) -> list[VariableMapping]:
    found = []
    for direction in ("in", "out"):
        for row in node.iterfind(f"{{{BPMN}}}extensionElements/{camunda(direction)}"):
            if row.get("businessKey") is not None:
                continue  # a called process is the same case, with the same number
            found.append(
                VariableMapping(
                    direction=direction,
                    source=row.get("source", ""),
                    source_expression=row.get("sourceExpression", ""),
                    target=row.get("target", ""),
                    variables=row.get("variables", ""),
                )
            )
    return found
