"""Gateways, and flows with conditions out of a step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.spiff.checks.faults import ModelFault, fault, of_condition
from engine.spiff.names import bpmn, local


def of_gateway(
    path: str, node: Any, outgoing: list[Any], nodes: Mapping[str, Any]
) -> Iterator[ModelFault]:
    kind = local(node.tag)
    if kind == "eventBasedGateway":
        if node.get("instantiate") == "true" or node.get("eventGatewayType") == "Parallel":
            yield fault(
                path,
                node,
                "instantiate",
                "事件网关不能启动流程，也不能等齐所有事件。",
                "请用消息开始事件；要等齐请用并行网关。",
            )
        for flow in outgoing:
            target = nodes.get(flow.get("targetRef"))
            if target is None or local(target.tag) not in {"intermediateCatchEvent", "receiveTask"}:
                yield fault(
                    path, node, "event-gateway", "事件网关后面只能是捕获事件。", "请改接中间事件。"
                )
        return
    conditions = {f.get("id"): f.find(bpmn("conditionExpression")) for f in outgoing}
    if kind == "parallelGateway":
        for flow_id, condition in conditions.items():
            if condition is not None:
                yield fault(
                    path,
                    node,
                    "condition-on-parallel",
                    f"并行网关的出口 {flow_id} 有条件。",
                    "请改用排他网关。",
                )
        return
    default = node.get("default")
    if default and default not in conditions:
        yield fault(path, node, "loose-default", f"缺省出口 {default} 不存在。", "请重新指定。")
    for flow_id, condition in conditions.items():
        if condition is None:
            if flow_id != default and len(outgoing) > 1:
                yield fault(
                    path,
                    node,
                    "no-condition",
                    f"出口 {flow_id} 既没有条件也不是缺省。",
                    "请写条件，或设为缺省出口。",
                )
        else:
            yield from of_condition(path, node, condition)
    if len(outgoing) > 1 and default is None:
        yield fault(
            path,
            node,
            "no-default",
            "没有缺省出口：条件都不成立时流程会停住。",
            "请指定一条缺省出口。",
        )


def of_implicit_choice(path: str, node: Any, outgoing: list[Any]) -> Iterator[ModelFault]:
    """Conditions on the flows out of a step: each that holds is taken, as by an inclusive gateway."""
    default = node.get("default")
    conditions = {f.get("id"): f.find(bpmn("conditionExpression")) for f in outgoing}
    if default and default not in conditions:
        yield fault(path, node, "loose-default", f"缺省出口 {default} 不存在。", "请重新指定。")
    for condition in conditions.values():
        if condition is not None:
            yield from of_condition(path, node, condition)
    if default is None and all(condition is not None for condition in conditions.values()):
        yield fault(
            path,
            node,
            "no-default",
            "每条出口都有条件，没有缺省出口：条件都不成立时流程会停住。",
            "请指定一条缺省出口。",
        )
