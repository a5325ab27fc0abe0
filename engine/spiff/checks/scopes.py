"""A process or sub-process as a whole: its parts, starts and ends, flows, what can be reached."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from engine.spiff.checks import undoing
from engine.spiff.checks.attributes import of_extensions_only, of_process
from engine.spiff.checks.faults import ModelFault, fault, of_condition
from engine.spiff.dialect import (
    NODES,
)
from engine.spiff.names import bpmn, local

#: Parts of a process that carry no meaning for running, or that are read with their owner.
SILENT = frozenset(
    {
        "sequenceFlow",
        "laneSet",
        "documentation",
        "extensionElements",
        "textAnnotation",
        "association",
        "group",
        "incoming",
        "outgoing",
        "multiInstanceLoopCharacteristics",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "property",
        "ioSpecification",
        "dataInputAssociation",
        "dataOutputAssociation",
        "script",
        "completionCondition",
        *(f"{kind}EventDefinition" for kind in ("timer", "message", "error", "terminate")),
    }
)


MENDS = {
    "task": "未定类型的任务不能运行：请改为用户任务或服务任务。",
    "manualTask": "手工任务不能运行：请改为用户任务，由经办人登记。",
    "complexGateway": "复杂网关不能运行：请用排他网关和并行网关表达。",
    "standardLoopCharacteristics": "本版本不运行循环标记：请用排他网关画出回路，或用多实例。",
}


def of_event_sub_process(path: str, scope: Any) -> Iterator[ModelFault]:
    """What an event sub-process itself may not have; its start event is checked as an event."""
    beside = scope.getparent()
    touching = any(
        scope.get("id") in (flow.get("sourceRef"), flow.get("targetRef"))
        for flow in beside.iterchildren(bpmn("sequenceFlow"))
    )
    guarded = any(
        event.get("attachedToRef") == scope.get("id")
        for event in beside.iterchildren(bpmn("boundaryEvent"))
    )
    if touching or guarded or scope.find(bpmn("multiInstanceLoopCharacteristics")) is not None:
        yield fault(
            path,
            scope,
            "event-sub-process",
            "事件子流程上连着顺序流、边界事件或多实例标记。",
            "请删去：事件子流程只由它的开始事件启动。",
        )


def of_unknown_parts(path: str, scope: Any) -> Iterator[ModelFault]:
    if local(scope.tag) == "process":
        yield from of_process(path, scope)
    for child in scope.iterchildren():
        tag = local(str(child.tag))
        if tag == "sequenceFlow":
            yield from of_extensions_only(path, child)
        if tag not in NODES and tag not in SILENT:
            mend = MENDS.get(tag, "请改用支持的元素（见 docs/authoring.md）。")
            yield fault(path, child, "unsupported-element", f"不能运行元素 {tag}。", mend)


def of_starts_and_ends(path: str, scope: Any, nodes: Mapping[str, Any]) -> Iterator[ModelFault]:
    starts = [n for n in nodes.values() if local(n.tag) == "startEvent"]
    ends = [n for n in nodes.values() if local(n.tag) == "endEvent"]
    flows = list(scope.iterchildren(bpmn("sequenceFlow")))
    inner = {k: n for k, n in nodes.items() if not undoing.stands_apart(n)}
    first = inner.keys() - {flow.get("targetRef") for flow in flows}
    last = inner.keys() - {flow.get("sourceRef") for flow in flows}
    is_event = scope.get("triggeredByEvent") == "true"
    plain = [start for start in starts if not _begun_by(start)]
    several = plain if local(scope.tag) == "process" else starts
    if len(several) > 1 or (not starts and (is_event or not first)):
        yield fault(
            path,
            scope,
            "one-start",
            f"这里有 {len(several)} 个开始事件，应当恰好一个。",
            "请保留一个开始事件；流程另外可以有由消息或信号启动的开始事件。",
        )
    elif len(starts) > 1 and len({_begun_by(start) for start in starts}) < len(starts):
        yield fault(
            path,
            scope,
            "one-start",
            "几个开始事件由同一消息或信号启动，分不清从哪里开始。",
            "请让每个开始事件由不同的消息或信号启动。",
        )
    if not ends and not last:
        yield fault(path, scope, "no-end", "没有结束事件。", "请在每条路的尽头画结束事件。")
    if local(scope.tag) == "adHocSubProcess":
        yield from _ad_hoc(path, scope, starts + ends)


def _begun_by(start: Any) -> tuple[str, str] | None:
    for kind in ("message", "signal"):
        definition = start.find(bpmn(f"{kind}EventDefinition"))
        if definition is not None:
            return kind, definition.get(f"{kind}Ref") or ""
    if start.find(bpmn("timerEventDefinition")) is not None:
        return "timer", start.get("id") or ""
    return None


def _ad_hoc(path: str, scope: Any, events: list[Any]) -> Iterator[ModelFault]:
    if events:
        yield fault(
            path, scope, "ad-hoc", "即席子流程里有开始或结束事件。", "请删去：各步同时可办。"
        )
    if scope.get("ordering") == "Sequential" or scope.get("cancelRemainingInstances") == "false":
        yield fault(
            path,
            scope,
            "ad-hoc",
            "不支持逐个办理，或满足完成条件后保留其余各步。",
            "请删去 ordering 和 cancelRemainingInstances，或用普通子流程画出顺序。",
        )
    condition = scope.find(bpmn("completionCondition"))
    if condition is not None:
        yield from of_condition(path, scope, condition)


def of_connections(
    path: str, scope: Any, nodes: Mapping[str, Any], flows: list[Any]
) -> Iterator[ModelFault]:
    refused = {n.get("id") for n in scope.iterchildren(*map(bpmn, MENDS))}  # told by itself
    for flow in flows:
        for side in ("sourceRef", "targetRef"):
            reference = (flow.get(side) or "").rpartition(":")[2]
            if reference not in nodes and reference not in refused:
                yield fault(
                    path,
                    flow,
                    "loose-flow",
                    f"顺序流的 {side} 指向不存在的 {reference or '（空）'}。",
                    "请重新连接这条顺序流，它的两端要在同一层。",
                )
    left_by = {flow.get("sourceRef") for flow in flows}
    led_to = {flow.get("targetRef") for flow in flows}
    reached = _reached(nodes, flows)
    may_end = not any(local(node.tag) == "endEvent" for node in nodes.values())
    for element_id, node in nodes.items():
        yield from _ends_of(path, node, left_by, led_to)
        if undoing.stands_apart(node):
            continue
        if element_id not in reached:
            yield fault(
                path, node, "unreachable", "从开始事件走不到这里。", "请连上顺序流，或删去它。"
            )
        if local(node.tag) != "endEvent" and element_id not in left_by and not may_end:
            yield fault(
                path, node, "dead-end", "这里没有出口，流程会停住。", "请连到下一步或结束事件。"
            )


def _ends_of(
    path: str, node: Any, left_by: Collection[str], led_to: Collection[str]
) -> Iterator[ModelFault]:
    """Flows where the standard has none (BPMN 2.0.2, 10.5.2, 10.5.3)."""
    kind, element_id = local(node.tag), node.get("id")
    if kind == "endEvent" and element_id in left_by:
        yield fault(path, node, "flow-here", "结束事件有出口。", "请删去它的出口。")
    if kind in {"startEvent", "boundaryEvent"} and element_id in led_to:
        yield fault(
            path, node, "flow-here", "开始事件或边界事件有入口。", "请把入口改接到后面一步。"
        )


def _reached(nodes: Mapping[str, Any], flows: list[Any]) -> set[str]:
    following: dict[str, list[str]] = {}
    for flow in flows:
        following.setdefault(flow.get("sourceRef"), []).append(flow.get("targetRef"))
    for element_id, node in nodes.items():
        if local(node.tag) == "boundaryEvent":
            following.setdefault(node.get("attachedToRef"), []).append(element_id)
    todo = [i for i, node in nodes.items() if local(node.tag) == "startEvent"]
    if not todo:  # without a start event all begins that no flow leads to
        led_to = {flow.get("targetRef") for flow in flows}
        borders = {i for i, node in nodes.items() if local(node.tag) == "boundaryEvent"}
        todo = [i for i in nodes if i not in led_to and i not in borders]
    seen: set[str] = set()
    while todo:
        current = todo.pop()
        if current not in seen:
            seen.add(current)
            todo.extend(following.get(current, []))
    return seen
