"""What a model may not contain, found before anything is stored: every fault, with the mend.

Never silently wrong: what this engine does not run is refused here by name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import feel
from engine.package import Manifest, ProcessPackage
from engine.spiff import deadlocks, model, signing_checks, undoing
from engine.spiff.dialect import (
    ACTIVITIES,
    AUDIENCES,
    CAMUNDA_NAMES,
    ELEMENT,
    EVENT_DEFINITIONS,
    EVENT_SUB_STARTS,
    EVENTS,
    GATEWAYS,
    LOOP,
    NODES,
    ON_LOOP,
    OUR_NAMES,
    PLACES,
    RESULT_SHAPES,
)
from engine.spiff.expressions import compile_text, is_expression
from engine.spiff.names import CAMUNDA, DUDAO, RESERVED_IDS, bpmn, camunda, dudao, local
from engine.spiff.timers import parse_cycle

ERROR = "error"
WARNING = "warning"

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
EVENT_MENDS = {
    "link": ("落单的链接事件", "请在同一层为每个名称画恰好一个捕获链接和至少一个抛出链接。"),
}

_FOREIGN_CODE = ("class", "expression", "resource")
_SUB_PROCESSES = ("subProcess", "transaction", "adHocSubProcess")
_ASYNC = frozenset({"serviceTask", "sendTask"})
_MOST_PRIORITY = 100


@dataclass(frozen=True, kw_only=True)
class ModelFault:
    """One fault of a model, and how to mend it."""

    file: str
    element_id: str
    element_name: str
    rule: str
    detail: str
    mend: str
    severity: str = ERROR


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a model may refer to."""

    processes: frozenset[str]
    decisions: frozenset[str]
    forms: frozenset[str]
    handlers: frozenset[str]
    manifest: Manifest


def known_of(package: ProcessPackage, roots: Mapping[str, Any], decisions: frozenset[str]) -> Known:
    """The references that resolve in this family."""
    return Known(
        processes=frozenset(
            process.get("id", "")
            for root in roots.values()
            for process in root.iter(bpmn("process"))
        ),
        decisions=decisions,
        forms=frozenset(
            path.removeprefix("forms/").removesuffix(".json")
            for path in package.files
            if path.startswith("forms/")
        ),
        handlers=frozenset(package.handlers),
        manifest=package.manifest,
    )


def check(path: str, root: Any, known: Known) -> Iterator[ModelFault]:
    """Every fault of one model file."""
    if root.tag != bpmn("definitions"):
        yield _fault(
            path, root, "not-bpmn", "这不是 BPMN 2.0 文件。", "请从建模工具导出 BPMN 2.0。"
        )
        return
    yield from _duplicate_ids(path, root)
    processes = list(root.iter(bpmn("process")))
    if not processes:
        yield _fault(path, root, "no-process", "文件里没有流程。", "请至少画一个可执行流程。")
    for process in processes:
        for scope in [process, *process.iter(*map(bpmn, _SUB_PROCESSES))]:
            yield from _scope(path, root, scope, known)


def _duplicate_ids(path: str, root: Any) -> Iterator[ModelFault]:
    counted = Counter(node.get("id") for node in root.iter() if node.get("id"))
    for element_id, times in counted.items():
        if times > 1:
            node = next(n for n in root.iter() if n.get("id") == element_id)
            yield _fault(
                path,
                node,
                "duplicate-id",
                f"标识 {element_id} 用了 {times} 次。",
                "请改成各不相同的标识。",
            )


def _scope(path: str, root: Any, scope: Any, known: Known) -> Iterator[ModelFault]:
    nodes = {n.get("id"): n for n in scope.iterchildren() if local(str(n.tag)) in NODES}
    flows = list(scope.iterchildren(bpmn("sequenceFlow")))
    yield from _unknown_parts(path, scope)
    yield from _starts_and_ends(path, scope, nodes)
    if scope.get("triggeredByEvent") == "true":
        yield from _event_sub_process(path, scope)
    yield from _connections(path, scope, nodes, flows)
    for rule, node, detail, mend in undoing.slips(root, scope, nodes, flows):
        yield _fault(path, node, rule, detail, mend)
    for join, split in deadlocks.of(nodes, flows):
        yield _fault(
            path,
            join,
            "deadlock",
            f"并行网关要等齐各条入口，但排他网关 {split.get('id')} 只走其中一条，案件会停在这里。",
            "请把这个并行网关改为排他网关，或把那个排他网关改为并行网关。",
        )
    for node in nodes.values():
        outgoing = [flow for flow in flows if flow.get("sourceRef") == node.get("id")]
        yield from _node(path, root, node, outgoing, nodes, known)


def _event_sub_process(path: str, scope: Any) -> Iterator[ModelFault]:
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
        yield _fault(
            path,
            scope,
            "event-sub-process",
            "事件子流程上连着顺序流、边界事件或多实例标记。",
            "请删去：事件子流程只由它的开始事件启动。",
        )


def _unknown_parts(path: str, scope: Any) -> Iterator[ModelFault]:
    for child in scope.iterchildren():
        tag = local(str(child.tag))
        if tag not in NODES and tag not in SILENT:
            mend = MENDS.get(tag, "请改用支持的元素（见 docs/authoring.md）。")
            yield _fault(path, child, "unsupported-element", f"不能运行元素 {tag}。", mend)


def _starts_and_ends(path: str, scope: Any, nodes: Mapping[str, Any]) -> Iterator[ModelFault]:
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
        yield _fault(
            path,
            scope,
            "one-start",
            f"这里有 {len(several)} 个开始事件，应当恰好一个。",
            "请保留一个开始事件；流程另外可以有由消息或信号启动的开始事件。",
        )
    elif len(starts) > 1 and len({_begun_by(start) for start in starts}) < len(starts):
        yield _fault(
            path,
            scope,
            "one-start",
            "几个开始事件由同一消息或信号启动，分不清从哪里开始。",
            "请让每个开始事件由不同的消息或信号启动。",
        )
    if not ends and not last:
        yield _fault(path, scope, "no-end", "没有结束事件。", "请在每条路的尽头画结束事件。")
    if local(scope.tag) == "adHocSubProcess":
        yield from _ad_hoc(path, scope, starts + ends)


def _begun_by(start: Any) -> tuple[str, str] | None:
    for kind in ("message", "signal"):
        definition = start.find(bpmn(f"{kind}EventDefinition"))
        if definition is not None:
            return kind, definition.get(f"{kind}Ref") or ""
    return None


def _ad_hoc(path: str, scope: Any, events: list[Any]) -> Iterator[ModelFault]:
    if events:
        yield _fault(
            path, scope, "ad-hoc", "即席子流程里有开始或结束事件。", "请删去：各步同时可办。"
        )
    if scope.get("ordering") == "Sequential" or scope.get("cancelRemainingInstances") == "false":
        yield _fault(
            path,
            scope,
            "ad-hoc",
            "不支持逐个办理，或满足完成条件后保留其余各步。",
            "请删去 ordering 和 cancelRemainingInstances，或用普通子流程画出顺序。",
        )
    condition = scope.find(bpmn("completionCondition"))
    if condition is not None:
        yield from _condition(path, scope, condition)


def _connections(
    path: str, scope: Any, nodes: Mapping[str, Any], flows: list[Any]
) -> Iterator[ModelFault]:
    for flow in flows:
        for side in ("sourceRef", "targetRef"):
            reference = (flow.get(side) or "").rpartition(":")[2]
            if reference not in nodes:
                yield _fault(
                    path,
                    flow,
                    "loose-flow",
                    f"顺序流的 {side} 指向不存在的 {reference or '（空）'}。",
                    "请重新连接这条顺序流，它的两端要在同一层。",
                )
    reached = _reached(nodes, flows)
    may_end = not any(local(node.tag) == "endEvent" for node in nodes.values())
    for element_id, node in nodes.items():
        yield from _ends_of(path, node, flows)
        if undoing.stands_apart(node):
            continue
        if element_id not in reached:
            yield _fault(
                path, node, "unreachable", "从开始事件走不到这里。", "请连上顺序流，或删去它。"
            )
        kind = local(node.tag)
        has_exit = any(flow.get("sourceRef") == element_id for flow in flows)
        if kind != "endEvent" and not has_exit and not may_end:
            yield _fault(
                path, node, "dead-end", "这里没有出口，流程会停住。", "请连到下一步或结束事件。"
            )


def _ends_of(path: str, node: Any, flows: list[Any]) -> Iterator[ModelFault]:
    """Flows where the standard has none (BPMN 2.0.2, 10.5.2, 10.5.3)."""
    kind, element_id = local(node.tag), node.get("id")
    if kind == "endEvent" and any(flow.get("sourceRef") == element_id for flow in flows):
        yield _fault(path, node, "flow-here", "结束事件有出口。", "请删去它的出口。")
    if kind in {"startEvent", "boundaryEvent"} and any(
        flow.get("targetRef") == element_id for flow in flows
    ):
        yield _fault(
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


def _node(
    path: str,
    root: Any,
    node: Any,
    outgoing: list[Any],
    nodes: Mapping[str, Any],
    known: Known,
) -> Iterator[ModelFault]:
    kind = local(node.tag)
    if node.get("id") in RESERVED_IDS:
        yield _fault(path, node, "reserved-id", "这个标识被引擎占用。", "请换一个标识。")
    yield from _attributes(path, node)
    if node.find(bpmn("standardLoopCharacteristics")) is not None:
        yield _fault(
            path,
            node,
            "unsupported-loop",
            "不能运行循环标记。",
            MENDS["standardLoopCharacteristics"],
        )
    if kind in EVENTS or kind == "receiveTask":
        yield from _event(path, root, node, nodes, known)
    if kind in GATEWAYS:
        yield from _gateway(path, node, outgoing, nodes)
    elif any(flow.find(bpmn("conditionExpression")) is not None for flow in outgoing):
        yield from _implicit_choice(path, node, outgoing)
    element = model.read(node, "")
    yield from _multi_instance(path, node, element)
    for rule, detail, mend in signing_checks.slips(node, element, known.manifest):
        yield _fault(path, node, rule, detail, mend)
    if kind == "userTask":
        yield from _user_task(path, node, element, known)
    elif kind in {"serviceTask", "sendTask"}:
        yield from _service_task(path, node, element, known)
    elif kind == "scriptTask":
        yield from _script_task(path, node, element)
    elif kind == "businessRuleTask":
        yield from _rule_task(path, node, element, known)
    elif kind == "callActivity":
        yield from _call_activity(path, node, known)
    yield from _deadline(path, node, element, known)


def _implicit_choice(path: str, node: Any, outgoing: list[Any]) -> Iterator[ModelFault]:
    """Conditions on the flows out of a step: each that holds is taken, as by an inclusive gateway."""
    default = node.get("default")
    conditions = {f.get("id"): f.find(bpmn("conditionExpression")) for f in outgoing}
    if default and default not in conditions:
        yield _fault(path, node, "loose-default", f"缺省出口 {default} 不存在。", "请重新指定。")
    for condition in conditions.values():
        if condition is not None:
            yield from _condition(path, node, condition)
    if default is None and all(condition is not None for condition in conditions.values()):
        yield _fault(
            path,
            node,
            "no-default",
            "每条出口都有条件，没有缺省出口：条件都不成立时流程会停住。",
            "请指定一条缺省出口。",
        )


_LANGUAGES = ("feel", "juel")


def _condition(path: str, node: Any, condition: Any) -> Iterator[ModelFault]:
    language = (condition.get("language") or "feel").lower()
    if not any(known in language for known in _LANGUAGES):
        yield _fault(
            path,
            node,
            "foreign-language",
            f"条件是用 {condition.get('language')} 写的。",
            "请用 FEEL 改写，并删去 language。",
        )
        return
    yield from _expression(path, node, condition.text or "")


def _attributes(path: str, node: Any) -> Iterator[ModelFault]:
    loop = node.find(bpmn("multiInstanceLoopCharacteristics"))
    for owner in [node, *([loop] if loop is not None else [])]:
        for name in owner.keys():  # noqa: SIM118  # an lxml element, not a dict
            namespace, _, plain = name.removeprefix("{").rpartition("}")
            if namespace == CAMUNDA and plain in _FOREIGN_CODE:
                yield _fault(
                    path,
                    node,
                    "foreign-code",
                    f"camunda:{plain} 指向别的平台的代码。",
                    "请改为 camunda:delegateExpression，写本系统的处理器名。",
                )
            elif namespace == CAMUNDA and plain not in CAMUNDA_NAMES:
                yield _fault(
                    path,
                    node,
                    "ignored-attribute",
                    f"camunda:{plain} 在这里不起作用。",
                    "请删去，或见 docs/authoring.md 里支持的属性。",
                )
            elif namespace == DUDAO and plain not in OUR_NAMES:
                yield _fault(
                    path, node, "unknown-attribute", f"没有属性 dudao:{plain}。", "请检查拼写。"
                )
            elif namespace in (CAMUNDA, DUDAO):
                yield from _place(path, node, owner, namespace, plain)
    yield from _quantities(path, node)
    yield from _data(path, node)
    yield from _extensions(path, node)


def _place(path: str, node: Any, owner: Any, namespace: str, plain: str) -> Iterator[ModelFault]:
    """An attribute on an element that does not read it; what is only said of it does no harm."""
    key = f"{'camunda' if namespace == CAMUNDA else 'dudao'}:{plain}"
    place = ON_LOOP if local(owner.tag) == LOOP else ELEMENT
    if (local(node.tag), place, key) not in PLACES:
        yield _fault(
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
            yield _fault(path, node, "token-quantity", f"不支持 {name}。", "请改为 1，或用多实例。")
    if node.get(camunda("asyncBefore")) == "true" and local(node.tag) not in _ASYNC:
        yield _fault(
            path,
            node,
            "async-here",
            "camunda:asyncBefore 只用在服务任务上。",
            "请删去，或改为服务任务。",
        )
    priority = node.get(camunda("priority"))
    if priority is not None and not (priority.isdecimal() and int(priority) <= _MOST_PRIORITY):
        yield _fault(
            path,
            node,
            "bad-priority",
            f"优先级“{priority}”不是 0 到 100 的整数。",
            "请写 0 到 100。",
        )


def _data(path: str, node: Any) -> Iterator[ModelFault]:
    """Data associations only say what is used; one that computes would be passed over."""
    for tag in ("dataInputAssociation", "dataOutputAssociation"):
        for association in node.iterchildren(bpmn(tag)):
            if any(local(str(c.tag)) in {"assignment", "transformation"} for c in association):
                yield _fault(
                    path,
                    node,
                    "data-mapping",
                    "数据关联里的赋值或转换不会运行。",
                    "请改用脚本任务，或 camunda:in 和 camunda:out。",
                )


def _extensions(path: str, node: Any) -> Iterator[ModelFault]:
    """Extension elements of the platform whose dialect this is: honoured, or refused by name."""
    for child in node.iterfind(f"{bpmn('extensionElements')}/*"):
        namespace, _, plain = str(child.tag).removeprefix("{").rpartition("}")
        if namespace != CAMUNDA:
            continue
        if plain in {"executionListener", "taskListener"}:
            yield _fault(
                path, node, "foreign-code", f"camunda:{plain} 不会运行。", "请改用服务任务。"
            )
        elif plain in {"in", "out"} and local(node.tag) == "callActivity":
            continue
        elif plain != "properties":
            yield _fault(
                path,
                node,
                "ignored-extension",
                f"camunda:{plain} 在这里不起作用。",
                "请删去，或见 docs/authoring.md 里支持的写法。",
            )


def _event(
    path: str, root: Any, node: Any, nodes: Mapping[str, Any], known: Known
) -> Iterator[ModelFault]:
    kind = local(node.tag)
    definitions = [c for c in node if local(str(c.tag)).endswith("EventDefinition")]
    names = [local(c.tag).removesuffix("EventDefinition") for c in definitions]
    for reference in node.iterchildren(bpmn("eventDefinitionRef")):
        yield _fault(
            path,
            node,
            "loose-definition",
            f"事件引用的定义 {(reference.text or '').strip()} 不存在。",
            "请重新选择事件的定义。",
        )
    if node.get("instantiate") == "true":
        yield _fault(path, node, "instantiate", "接收任务不能启动流程。", "请改用消息开始事件。")
    for name in names:
        if name in EVENT_MENDS:
            what, mend = EVENT_MENDS[name]
            yield _fault(path, node, "unsupported-event", f"本版本不运行{what}。", mend)
    if len(names) > 1:
        yield _fault(path, node, "several-events", "一个事件上有多个定义。", "请拆成多个事件。")
    opens = kind == "startEvent" and node.getparent().get("triggeredByEvent") == "true"
    allowed = EVENT_SUB_STARTS if opens else EVENT_DEFINITIONS[kind]
    if local(node.getparent().tag) != "process" and kind == "startEvent" and not opens:
        allowed = frozenset()
    for name in names:
        if name not in allowed and name not in EVENT_MENDS:
            yield _fault(
                path, node, "event-here", f"{kind} 不支持 {name}。", "请见 docs/authoring.md。"
            )
    if not names and (opens or kind in {"intermediateCatchEvent", "boundaryEvent"}):
        yield _fault(path, node, "empty-event", "事件没有定义等什么。", "请选定时、消息或错误。")
    if opens and "error" in names and node.get("isInterrupting") == "false":
        yield _fault(path, node, "error-must-interrupt", "错误开始事件必须中断。", "请改为中断型。")
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
        yield _fault(
            path,
            node,
            "loose-boundary",
            f"边界事件没有附着在活动上（{attached}）。",
            "请拖到活动的边上。",
        )
    if "error" in names and node.get("cancelActivity") == "false":
        yield _fault(
            path, node, "error-must-interrupt", "错误边界事件必须中断活动。", "请改为中断型。"
        )


def _sent_message(path: str, node: Any, definition: Any, known: Known) -> Iterator[ModelFault]:
    """A thrown message is sent by a handler, as by a send task."""
    handler = model.handler_of(definition)
    if not handler:
        yield _fault(
            path,
            node,
            "no-handler",
            "没有写由哪个处理器发出消息。",
            "请在消息定义上写 camunda:delegateExpression，或改用发送任务。",
        )
    elif handler not in known.handlers:
        yield _fault(
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
            yield _fault(path, node, "no-condition", "条件事件没有写条件。", "请写条件。")
        else:
            yield from _condition(path, node, condition)


def _reference(
    path: str, root: Any, node: Any, reference: str | None, kind: str
) -> Iterator[ModelFault]:
    wanted = (reference or "").rpartition(":")[2]
    found = next((n for n in root.iterchildren(bpmn(kind)) if n.get("id") == wanted), None)
    attribute = {"error": "errorCode", "escalation": "escalationCode"}.get(kind, "name")
    if found is None:
        yield _fault(path, node, f"no-{kind}", f"没有指明哪个 {kind}。", f"请选一个 {kind}。")
    elif not found.get(attribute):
        yield _fault(
            path, node, f"nameless-{kind}", f"{kind} {wanted} 没有 {attribute}。", "请填写。"
        )


def _timer(path: str, node: Any, definition: Any) -> Iterator[ModelFault]:
    texts = {
        tag: (found.text or "").strip()
        for tag in ("timeDate", "timeDuration", "timeCycle")
        if (found := definition.find(bpmn(tag))) is not None
    }
    if node.get(dudao("deadline")):
        return
    if not texts or not next(iter(texts.values())):
        yield _fault(
            path,
            node,
            "empty-timer",
            "定时没有写时间。",
            "请写时长（P5D）、日期，或 dudao:deadline。",
        )
        return
    if len(texts) > 1:
        yield _fault(
            path, node, "several-times", "一个定时上写了几种时间。", "请只留日期、时长或循环之一。"
        )
    tag, text = next(iter(texts.items()))
    if tag == "timeCycle":
        if "false" not in (node.get("cancelActivity"), node.get("isInterrupting")):
            yield _fault(
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
                yield _fault(path, node, "bad-timer", str(error), "请写作 R3/P1D。")
            return
    if text.startswith("P"):
        try:
            value = feel.compile(f'duration("{text}")').evaluate({})
        except feel.FeelError:
            value = None
        if value is None:
            yield _fault(path, node, "bad-timer", f"“{text}”不是时长。", "请写作 P5D 或 PT2H。")
    elif not (tag == "timeDate" and text[:4].isdigit()):
        yield from _expression(path, node, text)


def _gateway(
    path: str, node: Any, outgoing: list[Any], nodes: Mapping[str, Any]
) -> Iterator[ModelFault]:
    kind = local(node.tag)
    if kind == "eventBasedGateway":
        if node.get("instantiate") == "true" or node.get("eventGatewayType") == "Parallel":
            yield _fault(
                path,
                node,
                "instantiate",
                "事件网关不能启动流程，也不能等齐所有事件。",
                "请用消息开始事件；要等齐请用并行网关。",
            )
        for flow in outgoing:
            target = nodes.get(flow.get("targetRef"))
            if target is None or local(target.tag) not in {"intermediateCatchEvent", "receiveTask"}:
                yield _fault(
                    path, node, "event-gateway", "事件网关后面只能是捕获事件。", "请改接中间事件。"
                )
        return
    conditions = {f.get("id"): f.find(bpmn("conditionExpression")) for f in outgoing}
    if kind == "parallelGateway":
        for flow_id, condition in conditions.items():
            if condition is not None:
                yield _fault(
                    path,
                    node,
                    "condition-on-parallel",
                    f"并行网关的出口 {flow_id} 有条件。",
                    "请改用排他网关。",
                )
        return
    default = node.get("default")
    if default and default not in conditions:
        yield _fault(path, node, "loose-default", f"缺省出口 {default} 不存在。", "请重新指定。")
    for flow_id, condition in conditions.items():
        if condition is None:
            if flow_id != default and len(outgoing) > 1:
                yield _fault(
                    path,
                    node,
                    "no-condition",
                    f"出口 {flow_id} 既没有条件也不是缺省。",
                    "请写条件，或设为缺省出口。",
                )
        else:
            yield from _condition(path, node, condition)
    if len(outgoing) > 1 and default is None:
        yield _fault(
            path,
            node,
            "no-default",
            "没有缺省出口：条件都不成立时流程会停住。",
            "请指定一条缺省出口。",
        )


def _multi_instance(path: str, node: Any, element: model.Element) -> Iterator[ModelFault]:
    loop = node.find(bpmn("multiInstanceLoopCharacteristics"))
    if loop is None:
        return
    if loop.get("behavior", "All") != "All":
        yield _fault(
            path,
            node,
            "item-events",
            "不支持多实例逐项抛出事件（behavior）。",
            "请删去 behavior，需要时在项内画抛出事件。",
        )
    if bool(element.collection) == bool(element.times):
        yield _fault(
            path,
            node,
            "no-collection",
            "多实例应当写集合或次数之一。",
            "请写 camunda:collection（和 camunda:elementVariable），或 loopCardinality。",
        )
    elif element.collection and not element.element_variable:
        yield _fault(
            path, node, "no-collection", "多实例没有写单项变量。", "请写 camunda:elementVariable。"
        )
    if bool(element.results) != bool(element.result_item):
        yield _fault(
            path,
            node,
            "no-result-item",
            "多实例的输出要同时写集合和单项。",
            "请同时写 loopDataOutputRef 和 outputDataItem，或都删去。",
        )
    for text in (element.collection, element.times, element.enough):
        if text:
            yield from _expression(path, node, text)


def _bulk(path: str, node: Any, element: model.Element) -> Iterator[ModelFault]:
    said = node.get(dudao("bulk"))
    if said not in (None, "true", "false"):
        yield _fault(
            path, node, "bulk-choice", f"dudao:bulk 写作“{said}”。", "请写 true 或 false。"
        )
    if element.in_bulk and element.never_auto:
        yield _fault(
            path,
            node,
            "bulk-never-auto",
            "须由人逐件决定的步骤（dudao:neverAuto）不能批量审批。",
            "请删去 dudao:bulk。",
        )


def _user_task(path: str, node: Any, element: model.Element, known: Known) -> Iterator[ModelFault]:
    listed = element.sign_off is not None and element.sign_off.signers
    candidates = (element.candidate_groups, element.assignee, element.candidate_users, listed)
    if not any(candidates):
        yield _fault(
            path, node, "nobody", "没有写由谁办理。", "请写 camunda:candidateGroups 或 assignee。"
        )
    for group in element.candidate_groups:
        if group not in known.manifest.roles:
            yield _fault(
                path,
                node,
                "unknown-group",
                f"没有角色 {group}。",
                "请从 manifest.toml 的角色里选。",
            )
    yield from _bulk(path, node, element)
    if not element.form_key:
        yield _fault(path, node, "no-form", "没有写表单。", "请写 camunda:formKey。")
    elif element.form_key not in known.forms:
        yield _fault(
            path,
            node,
            "unknown-form",
            f"没有表单 {element.form_key}。",
            "请检查表单名，或补上表单。",
        )
    if element.completion and element.completion not in known.handlers:
        yield _fault(
            path,
            node,
            "unknown-handler",
            f"没有处理器 {element.completion}。",
            "请检查 dudao:completion。",
        )
    if element.audience not in AUDIENCES:
        yield _fault(
            path,
            node,
            "unknown-audience",
            f"没有可见范围 {element.audience}。",
            "请用 internal、unit、superior 或 public。",
        )
    if element.send_back not in model.SEND_BACK:
        yield _fault(
            path,
            node,
            "unknown-send-back",
            f"dudao:sendBack 不能是 {element.send_back}。",
            "请用 any（任意已办步骤）、previous（上一步）或 none（不可退回）。",
        )
    for text in (element.assignee, element.candidate_users, element.organisation):
        if text and is_expression(text):
            yield from _expression(path, node, text)


def _service_task(
    path: str, node: Any, element: model.Element, known: Known
) -> Iterator[ModelFault]:
    if not element.handler:
        yield _fault(
            path, node, "no-handler", "没有写处理器。", "请写 camunda:delegateExpression。"
        )
    elif element.handler not in known.handlers:
        yield _fault(
            path,
            node,
            "unknown-handler",
            f"没有处理器 {element.handler}。",
            "请检查拼写，或补上处理器。",
        )


def _script_task(path: str, node: Any, element: model.Element) -> Iterator[ModelFault]:
    if (node.get("scriptFormat") or "").lower() != "feel":
        yield _fault(
            path, node, "not-feel", "脚本任务只运行 FEEL。", '请把 scriptFormat 设为 "feel"。'
        )
    if not element.result_variable:
        yield _fault(
            path, node, "no-result", "脚本的结果没有去处。", "请写 camunda:resultVariable。"
        )
    yield from _expression(path, node, element.script)


def _rule_task(path: str, node: Any, element: model.Element, known: Known) -> Iterator[ModelFault]:
    if element.decision not in known.decisions:
        yield _fault(
            path,
            node,
            "unknown-decision",
            f"没有决策 {element.decision}。",
            "请检查 camunda:decisionRef。",
        )
    if not element.result_variable:
        yield _fault(
            path, node, "no-result", "决策的结果没有去处。", "请写 camunda:resultVariable。"
        )
    if element.map_result not in RESULT_SHAPES:
        yield _fault(
            path,
            node,
            "unknown-result-shape",
            f"没有结果形式 {element.map_result}。",
            f"请用 {'、'.join(sorted(RESULT_SHAPES))} 之一。",
        )


def _call_activity(path: str, node: Any, known: Known) -> Iterator[ModelFault]:
    called = (node.get("calledElement") or "").rpartition(":")[2]
    if called not in known.processes:
        yield _fault(
            path,
            node,
            "unknown-process",
            f"没有流程 {called or '（空）'}。",
            "请检查 calledElement。",
        )


def _deadline(path: str, node: Any, element: model.Element, known: Known) -> Iterator[ModelFault]:
    if not element.deadline:
        return
    if is_expression(element.deadline):
        yield from _expression(path, node, element.deadline)
    elif element.deadline not in known.manifest.deadlines:
        yield _fault(
            path,
            node,
            "unknown-deadline",
            f"没有期限参数 {element.deadline}。",
            "请在 deadlines.toml 里补上。",
        )
    elif known.manifest.deadlines[element.deadline].at_receipt and not element.deadline_from:
        yield _fault(
            path,
            node,
            "receipt-without-day",
            f"期限 {element.deadline} 自签收起算，任务到达不是签收。",
            "请在 dudao:deadlineFrom 里写明签收的日期。",
        )
    if element.deadline_from:
        yield from _expression(path, node, element.deadline_from)


def _expression(path: str, node: Any, text: str) -> Iterator[ModelFault]:
    try:
        compile_text(text)
    except feel.FeelSyntaxError as error:
        yield _fault(
            path, node, "bad-expression", f"表达式 {text} 有误：{error}", "请按 FEEL 改写。"
        )


def _fault(
    path: str, node: Any, rule: str, detail: str, mend: str, *, severity: str = ERROR
) -> ModelFault:
    owner = node
    while owner.get("id") is None and owner.getparent() is not None:
        owner = owner.getparent()
    return ModelFault(
        file=path,
        element_id=owner.get("id") or "",
        element_name=owner.get("name") or "",
        rule=rule,
        detail=detail,
        mend=mend,
        severity=severity,
    )
