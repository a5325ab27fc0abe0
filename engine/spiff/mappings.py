"""Which variables a model hands into a step and out of it, as `camunda:inputOutput` says.

A value is text, an expression, both mixed, a list, a map or a script, nested as one likes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.spiff.expressions import is_expression
from engine.spiff.names import bpmn, camunda, dudao, local

#: What a value is: a variable's, a FEEL expression's, or as written.
VARIABLE, EXPRESSION, TEXT, JOINED, LIST, MAP = (
    *("variable", "expression", "text", "joined", "list", "map"),
)
#: Around the step itself, or around all items of a multi-instance.
STEP, ITEMS = "step", "items"
IN, OUT = "in", "out"
#: Stands in a rewritten model for a data association, see engine/spiff/associations.py.
PASSED = dudao("passed")
BLOCK = f"{bpmn('extensionElements')}/{camunda('inputOutput')}"
PARAMETERS = {IN: camunda("inputParameter"), OUT: camunda("outputParameter")}
_LIST, _MAP, _SCRIPT = camunda("list"), camunda("map"), camunda("script")
#: An expression inside other text.
_WITHIN = re.compile(r"[$#]\{[^{}]*\}")


@dataclass(frozen=True, kw_only=True)
class Given:
    """One value as the model gives it: by its `kind` a text, or parts (of a map with their names)."""

    kind: str
    name: str = ""
    text: str = ""
    parts: tuple[Given, ...] = ()


def parameters(node: Any, direction: str) -> tuple[Given, ...]:
    """The input or output parameters of a step, in the order of the file."""
    rows = node.iterfind(f"{BLOCK}/{PARAMETERS[direction]}")
    return tuple(_owned(row, row.get("name", "")) for row in rows)


def of_step(node: Any, direction: str) -> tuple[Given, ...]:
    """What a step of the rewritten model is handed, or hands on; of a multi-instance each item."""
    return passed(node, direction, STEP) + parameters(node, direction)


def passed(node: Any, direction: str, around: str) -> tuple[Given, ...]:
    """What the data associations of a step hand over, as the rewritten model says."""
    return tuple(
        Given(kind=row.get("kind"), name=row.get("target"), text=row.get("source"))
        for row in node.iterchildren(PASSED)
        if (row.get("direction"), row.get("around")) == (direction, around)
    )


def write_passed(node: Any, given: Given, direction: str, around: str) -> None:
    """Say on a node of the rewritten model what `passed` reads."""
    row = node.makeelement(PASSED)
    row.set("kind", given.kind)
    row.set("target", given.name)
    row.set("source", given.text)
    row.set("direction", direction)
    row.set("around", around)
    node.append(row)


def expressions(given: Given) -> Iterator[str]:
    """Every expression in a value."""
    if given.kind == EXPRESSION:
        yield given.text
    for part in given.parts:
        yield from expressions(part)


def _owned(owner: Any, name: str) -> Given:
    """The value in an element: what stands in it, or its text."""
    for child in owner.iterchildren("{*}*"):
        return _value(child, name)
    return _text((owner.text or "").strip(), name)


def _value(node: Any, name: str) -> Given:
    if node.tag == _LIST:
        parts = tuple(_value(child, "") for child in node.iterchildren("{*}*"))
        return Given(kind=LIST, name=name, parts=parts)
    if node.tag == _MAP:
        rows = tuple(_owned(child, child.get("key", "")) for child in node.iterchildren("{*}*"))
        return Given(kind=MAP, name=name, parts=rows)
    if node.tag == _SCRIPT:
        return Given(kind=EXPRESSION, name=name, text=(node.text or "").strip())
    return _owned(node, name)


def _text(text: str, name: str) -> Given:
    spots = [(found.start(), found.end()) for found in _WITHIN.finditer(text)]
    is_whole = is_expression(text) and (text.startswith("=") or text.endswith("}"))
    if is_whole and len(spots) < 2:
        return Given(kind=EXPRESSION, name=name, text=text)
    if not spots:
        return Given(kind=TEXT, name=name, text=text)
    parts = []
    after = 0
    for begins, ends in spots:
        parts.append(Given(kind=TEXT, text=text[after:begins]))
        parts.append(Given(kind=EXPRESSION, text=text[begins:ends]))
        after = ends
    parts.append(Given(kind=TEXT, text=text[after:]))
    return Given(kind=JOINED, name=name, parts=tuple(parts))


def foreign_scripts(node: Any) -> Iterator[str]:
    """The languages of scripts in the parameters of a step that are not FEEL."""
    for script in node.iterfind(f"{BLOCK}//{_SCRIPT}"):
        language = script.get("scriptFormat") or ""
        if language.lower() != "feel" or script.get("resource"):
            yield language or local(script.tag)
