"""What a model may not say of compensation and transactions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.spiff.names import bpmn, local
from engine.spiff.normalise import begins_to_undo, compensation_handlers

#: Rule, element, what is wrong, mend.
Slip = tuple[str, Any, str, str]


def stands_apart(node: Any) -> bool:
    """Whether no flow leads to a node or from it, and none has to."""
    if "true" in (node.get("triggeredByEvent"), node.get("isForCompensation")):
        return True
    return local(node.tag) == "boundaryEvent" and _undoes(node) is not None


def slips(root: Any, scope: Any, nodes: Mapping[str, Any], flows: list[Any]) -> Iterator[Slip]:
    """Everything of one scope that would not be undone as drawn."""
    linked = compensation_handlers(root)
    handlers = {each for led_to in linked.values() for each in led_to}
    touched = {flow.get(side) for flow in flows for side in ("sourceRef", "targetRef")}
    guarded = {node.get("attachedToRef") for node in nodes.values()}
    for key, node in nodes.items():
        if node.get("isForCompensation") == "true":
            yield from _handler(node, key in handlers, key in touched, key in guarded)
        definition = _undoes(node)
        if definition is not None and local(node.tag) == "boundaryEvent":
            yield from _boundary(node, linked[key], nodes)
        elif definition is not None and local(node.tag) == "startEvent":
            yield from _begun(node, scope)
        elif definition is not None:
            yield from _thrown(node, definition, scope)
        if node.find(bpmn("cancelEventDefinition")) is not None:
            yield from _cancel(node, scope, nodes)


def _undoes(node: Any) -> Any:
    return node.find(bpmn("compensateEventDefinition"))


def _handler(node: Any, is_linked: bool, is_touched: bool, is_guarded: bool) -> Iterator[Slip]:
    has_loop = node.find(bpmn("multiInstanceLoopCharacteristics")) is not None
    if not is_linked or is_touched or is_guarded or has_loop:
        yield _fault(
            "compensation-activity",
            node,
            "补偿活动没有由补偿边界事件的关联指向，或带有顺序流、边界事件、多实例标记。",
            "请只用一条关联从补偿边界事件连到它，删去其余的；复杂的补偿请放进一个子流程。",
        )


def _boundary(node: Any, led_to: list[str], nodes: Mapping[str, Any]) -> Iterator[Slip]:
    handler = nodes.get(led_to[0]) if len(led_to) == 1 else None
    if handler is None or handler.get("isForCompensation") != "true":
        yield _fault(
            "no-compensation",
            node,
            "补偿边界事件没有恰好连到同一层的一个补偿活动。",
            "请用一条关联连到一个标为补偿的活动（isForCompensation）。",
        )
    host = nodes.get(node.get("attachedToRef"))
    if host is not None and host.find(bpmn("multiInstanceLoopCharacteristics")) is not None:
        yield _fault(
            "compensated-items",
            node,
            "多实例活动不能逐项补偿。",
            "请把补偿边界事件画在多实例子流程里面的活动上。",
        )


def _begun(node: Any, scope: Any) -> Iterator[Slip]:
    """An event sub-process that undoes the one around it (BPMN 2.0.2, 10.7)."""
    if scope.get("triggeredByEvent") != "true":
        return
    undone = scope.getparent()
    if local(undone.tag) == "process":
        yield _fault(
            "compensation-start",
            node,
            "由补偿启动的事件子流程直接画在流程里，而流程办结后不再有人补偿它。",
            "请把要补偿的各步连同它放进一个子流程。",
        )
        return
    beside = undone.getparent().iterchildren(bpmn("boundaryEvent"))
    others = [
        e for e in beside if e.get("attachedToRef") == undone.get("id") and _undoes(e) is not None
    ]
    others += [each for each in undone if begins_to_undo(each) not in (None, node)]
    if others:
        yield _fault(
            "compensation-start",
            node,
            "一个子流程有不止一处补偿：几个由补偿启动的事件子流程，或同时有补偿边界事件。",
            "请只留一处。",
        )


def _thrown(node: Any, definition: Any, scope: Any) -> Iterator[Slip]:
    if definition.get("waitForCompletion") == "false":
        yield _fault(
            "compensation-waits",
            node,
            "补偿总是等办完才继续。",
            "请删去 waitForCompletion。",
        )
    wanted = definition.get("activityRef")
    if wanted is None:
        return
    around = scope.getparent() if scope.get("triggeredByEvent") == "true" else scope
    found = next((n for n in around.iterchildren("{*}*") if n.get("id") == wanted), None)
    events = around.iterchildren(bpmn("boundaryEvent"))
    has_handler = any(e.get("attachedToRef") == wanted and _undoes(e) is not None for e in events)
    is_scope = found is not None and local(found.tag) in {"subProcess", "transaction"}
    if not (has_handler or is_scope):
        yield _fault(
            "unknown-activity",
            node,
            f"要补偿的 {wanted} 不在同一层，或没有补偿边界事件。",
            "请重新选择要补偿的活动，或不指明活动以补偿全部。",
        )


def _cancel(node: Any, scope: Any, nodes: Mapping[str, Any]) -> Iterator[Slip]:
    if local(node.tag) == "endEvent":
        around = scope.getparent().iterchildren(bpmn("boundaryEvent"))
        is_caught = any(
            event.get("attachedToRef") == scope.get("id")
            and event.find(bpmn("cancelEventDefinition")) is not None
            for event in around
        )
        if local(scope.tag) != "transaction" or not is_caught:
            yield _fault(
                "cancel-here",
                node,
                "取消结束事件不在带有取消边界事件的事务子流程里。",
                "请放进事务子流程，并在它的边上画取消边界事件；或改用错误结束事件。",
            )
        return
    host = nodes.get(node.get("attachedToRef"))
    if host is None or local(host.tag) != "transaction" or node.get("cancelActivity") == "false":
        yield _fault(
            "cancel-here",
            node,
            "取消边界事件只能画在事务子流程上，并且必须中断它。",
            "请移到事务子流程的边上，或改用错误边界事件。",
        )


def _fault(rule: str, node: Any, detail: str, mend: str) -> Slip:
    return rule, node, detail, mend
