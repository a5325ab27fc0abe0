"""Data of the standard: which variable a data object is, and what associations copy (BPMN 2.0.2, 10.4).

A data object is the variable of its name, or of the one name of its references, if an expression can say
it and no other data object has it; else of its id. An association that leads nowhere, as modellers draw
it, only says what is used; any other one copies when the step begins or is done, if there is a value.
What a step was handed is known in it alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.spiff.mappings import EXPRESSION, IN, ITEMS, OUT, STEP, VARIABLE, Given
from engine.spiff.names import bpmn, local

INPUT, OUTPUT = bpmn("dataInputAssociation"), bpmn("dataOutputAssociation")
_LOOP = bpmn("multiInstanceLoopCharacteristics")
_HELD = frozenset({"dataInput", "dataOutput", "inputDataItem", "outputDataItem", "property"})
_STORES = frozenset({"dataStoreReference", "dataStore"})
#: What modellers write as the target of an association that only points at a step.
_PLACEHOLDER = "__targetRef_placeholder"
_NAME = re.compile(r"[^\W\d]\w*")


#: Of a slip: no name for an expression; no source; a data store would be read or written; nothing is said to
#: be reckoned, or no place for it; no variable to assign to.
NO_NAME, NO_SOURCE, STORE, TRANSFORMED, ASSIGNED = (
    *("no name", "no source", "store", "transformed", "assigned"),
)


@dataclass(frozen=True, kw_only=True)
class Passing:
    """One value that goes into a step or out of it; `around` the step, or all its items."""

    given: Given
    direction: str
    around: str


@dataclass(frozen=True, kw_only=True)
class Slip:
    """Why an association cannot be carried out: a kind of below, and the name or text that it is about."""

    kind: str
    about: str = ""


@dataclass(frozen=True)
class Items:
    """The data of one model file by id."""

    by_id: dict[str, Any]
    #: The names of data objects.
    objects: dict[str, str]

    @classmethod
    def of(cls, root: Any) -> Items:
        """All that an association may refer to."""
        wanted = {*_HELD, *_STORES, "dataObject", "dataObjectReference"}
        found = root.iter(*(bpmn(tag) for tag in sorted(wanted)))
        by_id = {node.get("id"): node for node in found if node.get("id")}
        return cls(by_id, _names_of_objects(by_id))

    def find(self, reference: str | None) -> Any:
        """What a reference means, a data object for each reference to one; None if unknown."""
        node = self.by_id.get(_plain(reference))
        if node is not None and local(node.tag) == "dataObjectReference":
            return self.by_id.get(_plain(node.get("dataObjectRef")), node)
        return node

    def variable(self, node: Any) -> str:
        """The variable that holds it."""
        key = str(node.get("id"))
        if local(node.tag) == "dataObject":
            return self.objects.get(key, key)
        name = node.get("name") or ""
        return str(name if _NAME.fullmatch(name) else key)


def _names_of_objects(by_id: dict[str, Any]) -> dict[str, str]:
    called: dict[str, set[str]] = {}
    for key, node in by_id.items():
        kind, name = local(node.tag), node.get("name") or ""
        if kind == "dataObject":
            called[key] = {name} if name else called.get(key, set())
        elif kind == "dataObjectReference" and name:
            meant = _plain(node.get("dataObjectRef"))
            if meant in by_id and not by_id[meant].get("name"):
                called.setdefault(meant, set()).add(name)
    names = {key: each.pop() for key, each in called.items() if len(each) == 1}
    taken = Counter(names.values())
    return {k: name for k, name in names.items() if taken[name] == 1 and _NAME.fullmatch(name)}


def of_node(node: Any, items: Items) -> Iterator[Passing | Slip]:
    """What the associations of a step copy, in the order of the file; or why they cannot."""
    for association in node.iterchildren(INPUT, OUTPUT):
        yield from _association(node, association, items)


def _association(node: Any, association: Any, items: Items) -> Iterator[Passing | Slip]:
    direction = IN if association.tag == INPUT else OUT
    sources = [_plain(each.text) for each in association.iterchildren(bpmn("sourceRef"))]
    target = _plain(association.findtext(bpmn("targetRef")))
    change = association.find(bpmn("transformation"))
    assigned = list(association.iterchildren(bpmn("assignment")))
    around = _around(node, [*sources, target])
    into = items.find(target)
    if into is not None and into.get("name") == _PLACEHOLDER:
        into = None
    if not assigned and change is None:
        if into is None or not sources:
            return  # it only says what is used
        yield from _copied(items, sources, into, direction, around)
        return
    for each in assigned:
        yield _assigned(each, items, direction, around)
    if change is not None:
        yield _transformed(change, into, items, direction, around)


def _copied(
    items: Items, sources: list[str], into: Any, direction: str, around: str
) -> Iterator[Passing | Slip]:
    origin = items.find(sources[0])
    if len(sources) > 1 or origin is None:
        yield Slip(kind=NO_SOURCE)
        return
    if {local(origin.tag), local(into.tag)} & _STORES:
        yield Slip(kind=STORE)
        return
    value, name = items.variable(origin), items.variable(into)
    if value != name:
        given = Given(kind=VARIABLE, name=name, text=value)
        yield Passing(given=given, direction=direction, around=around)


def _transformed(
    change: Any, into: Any, items: Items, direction: str, around: str
) -> Passing | Slip:
    text = (change.text or "").strip()
    if into is None or local(into.tag) in _STORES or not text:
        return Slip(kind=TRANSFORMED)
    name = items.variable(into)
    given = Given(kind=EXPRESSION, name=name, text=text)
    return Passing(given=given, direction=direction, around=around)


def _assigned(assignment: Any, items: Items, direction: str, around: str) -> Passing | Slip:
    text = (assignment.findtext(bpmn("from")) or "").strip()
    target = (assignment.findtext(bpmn("to")) or "").strip()
    meant = items.find(target)
    name = target if meant is None else items.variable(meant)
    if not text or not _NAME.fullmatch(name):
        return Slip(kind=ASSIGNED, about=target)
    given = Given(kind=EXPRESSION, name=name, text=text)
    return Passing(given=given, direction=direction, around=around)


def _around(node: Any, touched: list[str]) -> str:
    """An association that touches the item of a multi-instance is carried out for each item."""
    loop = node.find(_LOOP)
    if loop is None:
        return STEP
    each = {item.get("id") for item in loop.iterchildren("{*}*") if local(item.tag) in _HELD}
    return STEP if each & set(touched) else ITEMS


def name_loop_data(tree: Any) -> None:
    """A multi-instance may name its collection and its output by the id of a data: by the variable, now."""
    items = Items.of(tree)
    for reference in tree.iter(bpmn("loopDataInputRef"), bpmn("loopDataOutputRef")):
        meant = items.find((reference.text or "").strip())
        if meant is not None:
            reference.text = items.variable(meant)


def loop_slips(loop: Any, items: Items) -> Iterator[Slip]:
    """Collections and outputs of a multi-instance that are data without a name for a variable."""
    for tag in ("loopDataInputRef", "loopDataOutputRef"):
        text = (loop.findtext(bpmn(tag)) or "").strip()
        if text in items.by_id and not _NAME.fullmatch(text):
            yield Slip(kind=NO_NAME, about=text)


def _plain(reference: str | None) -> str:
    return (reference or "").strip().rpartition(":")[2]
