"""Events: what each may wait for or throw, where it stands, what it refers to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import feel
from engine.spiff import model
from engine.spiff.checks.faults import Known, ModelFault, fault, of_condition, of_expression
from engine.spiff.dialect import (
    ACTIVITIES,
    EVENT_DEFINITIONS,
    EVENT_SUB_STARTS,
)
from engine.spiff.names import bpmn, dudao, local
from engine.spiff.timers import as_instant, parse_cycle

EVENT_MENDS = {
    "link": ("落单的链接事件", "请在同一层为每个名称画恰好一个捕获链接和至少一个抛出链接。"),
}


def of_event(
    path: str, root: Any, node: Any, nodes: Mapping[str, Any], known: Known
) -> Iterator[ModelFault]:
    kind = local(node.tag)
    definitions = [c for c in node if local(str(c.tag)).endswith("EventDefinition")]
    names = [local(c.tag).removesuffix("EventDefinition") for c in definitions]
    for reference in node.iterchildren(bpmn("eventDefinitionRef")):
        yield fault(
            path,
            node,
            "loose-definition",
            f"事件引用的定义 {(reference.text or '').strip()} 不存在。",
            "请重新选择事件的定义。",
        )
    if node.get("instantiate") == "true":
        yield fault(path, node, "instantiate", "接收任务不能启动流程。", "请改用消息开始事件。")
    for name in names:
        if name in EVENT_MENDS:
            what, mend = EVENT_MENDS[name]
            yield fault(path, node, "unsupported-event", f"本版本不运行{what}。", mend)
    if len(names) > 1:
        yield fault(path, node, "several-events", "一个事件上有多个定义。", "请拆成多个事件。")
    opens = kind == "startEvent" and node.getparent().get("triggeredByEvent") == "true"
    allowed = EVENT_SUB_STARTS if opens else EVENT_DEFINITIONS[kind]
    if local(node.getparent().tag) != "process" and kind == "startEvent" and not opens:
        allowed = frozenset()
    is_begun = kind == "startEvent" and not opens and "conditional" in names
    if is_begun:
        yield fault(
            path,
            node,
            "conditional-start",
            "条件不能启动流程：还没有案件，没有可以看的数据。",
            "请改用消息、信号或定时启动，把条件写在后面的网关上；或放进事件子流程。",
        )
    for name in names:
        if (
            name not in allowed
            and name not in EVENT_MENDS
            and not (is_begun and name == "conditional")
        ):
            yield fault(
                path, node, "event-here", f"{kind} 不支持 {name}。", "请见 docs/authoring.md。"
            )
    if not names and (opens or kind in {"intermediateCatchEvent", "boundaryEvent"}):
        yield fault(path, node, "empty-event", "事件没有定义等什么。", "请选定时、消息或错误。")
    if opens and "error" in names and node.get("isInterrupting") == "false":
        yield fault(path, node, "error-must-interrupt", "错误开始事件必须中断。", "请改为中断型。")
    if kind == "boundaryEvent":
        yield from _boundary(path, node, names, nodes)
    for definition in definitions:
        yield from _definition(path, root, node, definition, known)
    if kind == "receiveTask":
        yield from _reference(path, root, node, node.get("messageRef"), "message")


def _boundary(
    path: str, node: Any, names: list[str], nodes: Mapping[str, Any]
) -> Iterator[ModelFault]:
    attached = (node.get("attachedToRef") or "").rpartition(":")[2]
    if attached not in nodes or local(nodes[attached].tag) not in ACTIVITIES:
        yield fault(
            path,
            node,
            "loose-boundary",
            f"边界事件没有附着在活动上（{attached}）。",
            "请拖到活动的边上。",
        )
    if "error" in names and node.get("cancelActivity") == "false":
        yield fault(
            path, node, "error-must-interrupt", "错误边界事件必须中断活动。", "请改为中断型。"
        )


def _sent_message(path: str, node: Any, definition: Any, known: Known) -> Iterator[ModelFault]:
    """A thrown message is sent by a handler, as by a send task."""
    handler = model.handler_of(definition)
    if not handler:
        yield fault(
            path,
            node,
            "no-handler",
            "没有写由哪个处理器发出消息。",
            "请在消息定义上写 camunda:delegateExpression，或改用发送任务。",
        )
    elif handler not in known.handlers:
        yield fault(
            path,
            node,
            "unknown-handler",
            f"没有处理器 {handler}。",
            "请检查拼写，或补上处理器。",
        )


def _definition(
    path: str, root: Any, node: Any, definition: Any, known: Known
) -> Iterator[ModelFault]:
    kind = local(definition.tag).removesuffix("EventDefinition")
    if kind == "timer":
        yield from _timer(path, node, definition)
    elif kind == "message" and local(node.tag) in {"endEvent", "intermediateThrowEvent"}:
        yield from _sent_message(path, node, definition, known)
    elif kind in {"message", "error", "signal", "escalation"}:
        reference = definition.get(f"{kind}Ref")
        catches = local(node.tag) in {"boundaryEvent", "startEvent"}
        if kind in {"error", "escalation"} and reference is None and catches:
            return
        yield from _reference(path, root, node, reference, kind)
    elif kind == "conditional":
        condition = definition.find(bpmn("condition"))
        if condition is None or not (condition.text or "").strip():
            yield fault(path, node, "no-condition", "条件事件没有写条件。", "请写条件。")
        else:
            yield from of_condition(path, node, condition)


def _reference(
    path: str, root: Any, node: Any, reference: str | None, kind: str
) -> Iterator[ModelFault]:
    wanted = (reference or "").rpartition(":")[2]
    found = next((n for n in root.iterchildren(bpmn(kind)) if n.get("id") == wanted), None)
    attribute = {"error": "errorCode", "escalation": "escalationCode"}.get(kind, "name")
    if found is None:
        yield fault(path, node, f"no-{kind}", f"没有指明哪个 {kind}。", f"请选一个 {kind}。")
    elif not found.get(attribute):
        yield fault(
            path, node, f"nameless-{kind}", f"{kind} {wanted} 没有 {attribute}。", "请填写。"
        )


def _start_timer(path: str, node: Any, text: str) -> Iterator[ModelFault]:
    """A time at which a case begins is known without a case."""
    cycle = text.startswith("R")
    now = datetime(2000, 1, 1, tzinfo=UTC)
    try:
        due = as_instant(parse_cycle(text)[1] if cycle else text, now=now)
    except (feel.FeelError, ValueError, OverflowError):
        due = None
    if node.get(dudao("deadline")) or due is None or due - now < timedelta(minutes=cycle):
        yield fault(
            path,
            node,
            "start-timer",
            "启动流程的定时不是日期、时长或至少一分钟的循环：那时还没有案件，没有期限，也没有数据。",
            "请写作 2026-03-31、P5D 或 R/P7D。",
        )


def _timer(path: str, node: Any, definition: Any) -> Iterator[ModelFault]:
    texts = {
        tag: (found.text or "").strip()
        for tag in ("timeDate", "timeDuration", "timeCycle")
        if (found := definition.find(bpmn(tag))) is not None
    }
    begins = local(node.tag) == "startEvent" and node.getparent().get("triggeredByEvent") != "true"
    if begins and len(texts) == 1:
        yield from _start_timer(path, node, *texts.values())
        return
    if node.get(dudao("deadline")) and not begins:
        return
    if not texts or not next(iter(texts.values())):
        yield fault(
            path,
            node,
            "empty-timer",
            "定时没有写时间。",
            "请写时长（P5D）、日期，或 dudao:deadline。",
        )
        return
    if len(texts) > 1:
        yield fault(
            path, node, "several-times", "一个定时上写了几种时间。", "请只留日期、时长或循环之一。"
        )
    tag, text = next(iter(texts.items()))
    if tag == "timeCycle":
        if "false" not in (node.get("cancelActivity"), node.get("isInterrupting")):
            yield fault(
                path,
                node,
                "cycle-here",
                "循环定时只能用在非中断的边界事件，或事件子流程的非中断开始事件上。",
                "请改为时长或日期。",
            )
        if text.startswith("R"):
            try:
                parse_cycle(text)
            except ValueError as error:
                yield fault(path, node, "bad-timer", str(error), "请写作 R3/P1D。")
            return
    if text.startswith("P"):
        try:
            value = feel.compile(f'duration("{text}")').evaluate({})
        except feel.FeelError:
            value = None
        if value is None:
            yield fault(path, node, "bad-timer", f"“{text}”不是时长。", "请写作 P5D 或 PT2H。")
    elif not (tag == "timeDate" and text[:4].isdigit()):
        yield from of_expression(path, node, text)
