"""The links of the requirement graph: followed, checked for ends that are not there and circles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from lxml import etree

from dmn import model
from dmn.document import child, children, local_name
from dmn.errors import Fault
from dmn.names import key_of, name_of
from dmn.type_reader import type_name
from dmn.types import Types

_GRAPH = ("decision", "inputData", "businessKnowledgeModel", "decisionService")
_FUNCTIONS = ("businessKnowledgeModel", "decisionService")
#: Links of an element and what they may lead to: the element around the link, and the link.
_WRAPPED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("informationRequirement", "requiredDecision"): ("decision",),
    ("informationRequirement", "requiredInput"): ("inputData",),
    ("knowledgeRequirement", "requiredKnowledge"): _FUNCTIONS,
}
#: The same for links without an element around them.
_LISTED: Mapping[str, tuple[str, ...]] = {
    "outputDecision": ("decision",),
    "encapsulatedDecision": ("decision",),
    "inputDecision": ("decision",),
    "inputData": ("inputData",),
}


class Reader(Protocol):
    """What checking needs of dmn.reader.Reader."""

    namespace: str
    types: Types
    faults: list[Fault]

    def defect(self, element: etree._Element | None, what: str, mend: str = "") -> None: ...
    def fault(self, element: etree._Element | None, what: str, mend: str = "") -> None: ...
    def type_of(self, element: etree._Element | None) -> str: ...


def linked(
    reader: Reader, element: etree._Element, wrapper: str, reference: str
) -> tuple[str, ...]:
    """The ids at the ends of an element's links of one kind."""
    return tuple(
        _local(reader, target)
        for requirement in children(element, wrapper)
        for target in children(requirement, reference)
    )


def listed(reader: Reader, element: etree._Element, reference: str) -> tuple[str, ...]:
    """The ids that a decision service names under one heading."""
    return tuple(_local(reader, target) for target in children(element, reference))


def _local(reader: Reader, target: etree._Element) -> str:
    """The id that a link leads to; that of another file stays as it is written."""
    href = str(target.get("href", ""))
    place, mark, id_ = href.rpartition("#")
    return id_ if mark and place in ("", reader.namespace) else href


def result_type(reader: Reader, element: etree._Element) -> str:
    """The type of what a knowledge model or service gives: its variable's, if that is a function's
    then what the function gives."""
    variable = child(element, "variable")
    item = reader.types.items.get(type_name(variable))
    return item.gives if item is not None and item.is_function else reader.type_of(variable)


def check(reader: Reader, root: etree._Element, made: model.Model) -> None:
    """Note names and ids that occur twice, links that lead nowhere, and circles."""
    elements = children(root, *_GRAPH)
    _check_unique(reader, elements)
    kinds = {key_of(element): local_name(element) for element in elements}
    needed: set[str] = set()
    for element in elements:
        for reference, wanted in _links(reader, element):
            needed.add(reference)
            _check_link(reader, element, reference, wanted, kinds)
    for element in elements:
        decision = made.decisions.get(key_of(element))
        if decision and isinstance(decision.logic, model.Outside) and decision.id not in needed:
            reader.defect(element, "没有决策逻辑", "请填写决策表或表达式")
    requires = {key: (*part.decisions, *part.knowledge) for key, part in made.decisions.items()}
    requires |= {key: part.requires for key, part in made.knowledge.items()}
    requires |= {key: part.outputs for key, part in made.services.items()}
    _check_circles(reader, requires)


def _links(reader: Reader, element: etree._Element) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The ends of all links of an element, each with what it may be."""
    for pair, wanted in _WRAPPED.items():
        for reference in linked(reader, element, *pair):
            yield reference, wanted
    for name, wanted in _LISTED.items():
        for reference in listed(reader, element, name):
            yield reference, wanted


def _check_link(
    reader: Reader,
    element: etree._Element,
    reference: str,
    wanted: tuple[str, ...],
    kinds: Mapping[str, str],
) -> None:
    if reference in kinds:
        if kinds[reference] not in wanted:
            reader.defect(element, f"连线不能连到“{reference}”", "请按图中元素的种类重画该连线")
    elif "#" in reference and not reference.startswith("#"):
        reader.fault(element, f"不支持引用其他文件“{reference}”", "请放在同一个文件中")
    else:
        what = f"引用的“{reference.removeprefix('#')}”不存在"
        reader.fault(element, what, "请删除或重连该连线")


def _check_unique(reader: Reader, elements: list[etree._Element]) -> None:
    ids: set[str] = set()
    names: set[str] = set()
    for element in elements:
        own, name = key_of(element), name_of(element)
        if not own:
            reader.fault(element, "元素没有 id 和名称", "请用建模器重新导出")
        elif own in ids:
            reader.fault(element, f"id “{own}”重复", "请改成不同的 id")
        elif local_name(element) != "inputData" and name in names:
            reader.fault(element, f"名称“{name}”重复", "请改成不同的名称")
        ids.add(own)
        if local_name(element) != "inputData":
            names.add(name)


def _check_circles(reader: Reader, requires: Mapping[str, tuple[str, ...]]) -> None:
    """Remove what requires nothing that is left, until nothing is removed; the rest is in, or
    behind, a circle."""
    left = dict(requires)
    waited_for: dict[str, list[str]] = {}
    for key, needs in left.items():
        for need in needs:
            waited_for.setdefault(need, []).append(key)
    count = {key: sum(need in left for need in needs) for key, needs in left.items()}
    free = [key for key, number in count.items() if not number]
    while free:
        key = free.pop()
        del left[key]
        for waiting in waited_for.get(key, ()):
            count[waiting] -= 1
            if not count[waiting]:
                free.append(waiting)
    for key in left:
        reader.faults.append(
            Fault(element_id=key, what="决策之间的依赖成环", mend="请删除其中一条依赖连线")
        )
