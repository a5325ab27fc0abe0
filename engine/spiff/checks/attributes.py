"""Attributes and extensions of an element: honoured, or named with the mend."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.spiff.checks.faults import ERROR, WARNING, ModelFault, fault
from engine.spiff.dialect import (
    CAMUNDA_NAMES,
    ELEMENT,
    LOOP,
    ON_LOOP,
    OUR_NAMES,
    PLACES,
)
from engine.spiff.names import CAMUNDA, DUDAO, bpmn, camunda, local

_FOREIGN_CODE = ("class", "expression", "resource")


_ASYNC = frozenset({"serviceTask", "sendTask"})


_MOST_PRIORITY = 100


def of_attributes(path: str, node: Any) -> Iterator[ModelFault]:
    loop = node.find(bpmn("multiInstanceLoopCharacteristics"))
    for owner in [node, *([loop] if loop is not None else [])]:
        for name in owner.keys():  # noqa: SIM118  # an lxml element, not a dict
            namespace, _, plain = name.removeprefix("{").rpartition("}")
            if namespace == CAMUNDA and plain in _FOREIGN_CODE:
                yield fault(
                    path,
                    node,
                    "foreign-code",
                    f"camunda:{plain} 指向别的平台的代码。",
                    "请改为 camunda:delegateExpression，写本系统的处理器名。",
                )
            elif namespace == CAMUNDA and plain not in CAMUNDA_NAMES:
                yield fault(
                    path,
                    node,
                    "ignored-attribute",
                    f"camunda:{plain} 在这里不起作用。",
                    "请删去，或见 docs/authoring.md 里支持的属性。",
                )
            elif namespace == DUDAO and plain not in OUR_NAMES:
                yield fault(
                    path, node, "unknown-attribute", f"没有属性 dudao:{plain}。", "请检查拼写。"
                )
            elif namespace in (CAMUNDA, DUDAO):
                yield from _place(path, node, owner, namespace, plain)
    yield from _quantities(path, node)
    yield from _extensions(path, node)


def _place(path: str, node: Any, owner: Any, namespace: str, plain: str) -> Iterator[ModelFault]:
    """An attribute on an element that does not read it; what is only said of it does no harm."""
    key = f"{'camunda' if namespace == CAMUNDA else 'dudao'}:{plain}"
    place = ON_LOOP if local(owner.tag) == LOOP else ELEMENT
    if (local(node.tag), place, key) not in PLACES:
        yield fault(
            path,
            node,
            "attribute-here",
            f"{key} 在这种元素上不起作用。",
            "请删去，或写到支持它的元素上（见 docs/authoring.md）。",
            severity=WARNING,
        )


def _quantities(path: str, node: Any) -> Iterator[ModelFault]:
    """What the standard lets an activity say and this engine does not run."""
    for name in ("startQuantity", "completionQuantity"):
        if node.get(name, "1") != "1":
            yield fault(path, node, "token-quantity", f"不支持 {name}。", "请改为 1，或用多实例。")
    if node.get(camunda("asyncBefore")) == "true" and local(node.tag) not in _ASYNC:
        yield fault(
            path,
            node,
            "async-here",
            "camunda:asyncBefore 只用在服务任务上。",
            "请删去，或改为服务任务。",
        )
    priority = node.get(camunda("priority"))
    if priority is not None and not (priority.isdecimal() and int(priority) <= _MOST_PRIORITY):
        yield fault(
            path,
            node,
            "bad-priority",
            f"优先级“{priority}”不是 0 到 100 的整数。",
            "请写 0 到 100。",
        )


def _extensions(path: str, node: Any) -> Iterator[ModelFault]:
    """Extension elements of the platform whose dialect this is: honoured, or refused by name."""
    for child in node.iterfind(f"{bpmn('extensionElements')}/*"):
        namespace, _, plain = str(child.tag).removeprefix("{").rpartition("}")
        if namespace != CAMUNDA:
            continue
        if plain in {"in", "out"} and local(node.tag) == "callActivity":
            continue
        if plain != "inputOutput":  # engine/spiff/checks/data.py
            yield from _extension(path, node, plain)
    for inner in node.iterchildren():
        tag = local(str(inner.tag))
        if tag == LOOP or tag.endswith("EventDefinition"):
            yield from of_extensions_only(path, inner)


def of_extensions_only(path: str, node: Any) -> Iterator[ModelFault]:
    """Extension elements where none is honoured: of a process, a flow, an event definition."""
    for child in node.iterfind(f"{bpmn('extensionElements')}/*"):
        namespace, _, plain = str(child.tag).removeprefix("{").rpartition("}")
        if namespace == CAMUNDA:
            yield from _extension(path, node, plain)


def of_process(path: str, process: Any) -> Iterator[ModelFault]:
    """What a process itself says and this engine does not do."""
    yield from of_extensions_only(path, process)
    for name in process.keys():  # noqa: SIM118  # an lxml element, not a dict
        namespace, _, plain = name.removeprefix("{").rpartition("}")
        if namespace == CAMUNDA and plain not in CAMUNDA_NAMES:
            yield fault(
                path,
                process,
                "ignored-attribute",
                f"camunda:{plain} 在这里不起作用。",
                "请删去，或见 docs/authoring.md 里支持的属性。",
                severity=ERROR if plain.startswith("candidateStarter") else WARNING,
            )


def _extension(path: str, node: Any, plain: str) -> Iterator[ModelFault]:
    if plain in {"executionListener", "taskListener"}:
        yield fault(path, node, "foreign-code", f"camunda:{plain} 不会运行。", "请改用服务任务。")
    elif plain != "properties":
        yield fault(
            path,
            node,
            "ignored-extension",
            f"camunda:{plain} 在这里不起作用。",
            "请删去，或见 docs/authoring.md 里支持的写法。",
        )
