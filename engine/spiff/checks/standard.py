"""Rules of BPMN 2.0.2 that a file can break and that no kind of element alone is to blame for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from engine.spiff.checks.faults import WARNING, ModelFault, fault
from engine.spiff.names import bpmn, local
from engine.spiff.normalise import FLOW_NODES

#: Parts of which an element has one at most (the schemas of clause 15 say so).
_ONCE = frozenset(
    {
        "conditionExpression",
        "multiInstanceLoopCharacteristics",
        "standardLoopCharacteristics",
        "ioSpecification",
        "condition",
        "loopCardinality",
        "loopDataInputRef",
        "loopDataOutputRef",
        "inputDataItem",
        "outputDataItem",
        "completionCondition",
        "extensionElements",
    }
)
#: What is put behind an id when the engine draws what the standard leaves implied. The flow of a link
#: is drawn before the checks: an id that meets it is there twice.
_OURS = (
    ".begin",
    ".over",
    ".fork",
    ".to_fork",
    ".end",
    ".enough",
    ".cancelled",
    ".BoundaryEventSplit",
    ".BoundaryEventJoin",
)
#: Characters of expressions in one file; compiling so many takes a second.
MOST_EXPRESSIONS = 400_000
MOST_NODES = 5_000
#: What an id may hold: it is part of addresses, of keys and of sentences. The standard allows less.
_ID = re.compile(r"[\w.:+~@$-]{1,200}")
_PROSE = frozenset({"documentation", "text"})
_NAMED = FLOW_NODES | {"process", "sequenceFlow"}
_JOINS = frozenset({"parallelGateway", "inclusiveGateway"})


def of_file(path: str, root: Any) -> Iterator[ModelFault]:
    """What the file as a whole breaks."""
    for extension in root.iterchildren(bpmn("extension")):
        if extension.get("mustUnderstand") in ("true", "1"):
            yield fault(
                path,
                extension,
                "must-understand",
                f"文件要求必须理解扩展 {extension.get('definition') or ''}，本系统不认识它。",
                "请删去这个扩展，或把 mustUnderstand 改为 false。",
            )
    for node in root.iter("{*}*"):
        seen = Counter(local(part.tag) for part in node.iterchildren("{*}*"))
        for tag in _ONCE & seen.keys():
            if seen[tag] > 1:
                yield fault(path, node, "twice-here", f"{tag} 写了几次。", "请只留一个。")
    named = {node.get("id"): node for node in root.iter("{*}*") if node.get("id")}
    for key, node in named.items():
        if local(node.tag) in _NAMED and not _ID.fullmatch(key):
            yield fault(
                path,
                node,
                "bad-id",
                "标识里有空白、引号或其他不能用的字符，或者太长。",
                "请只用文字、数字、下划线、连字符和点。",
            )
        if any(key.endswith(each) and key.removesuffix(each) in named for each in _OURS):
            yield fault(path, node, "reserved-id", "这个标识被引擎占用。", "请换一个标识。")
    yield from _message_flows(path, root)


def excess(root: Any) -> tuple[str, str, str] | None:
    """Rule, detail and mend where checking a file would take longer than somebody waits."""
    nodes = written = 0
    for node in root.iter("{*}*"):
        tag = local(node.tag)
        nodes += tag in FLOW_NODES or tag in {"task", "manualTask", "complexGateway"}
        if tag not in _PROSE:
            written += len(node.text or "")
            values = (value for value in node.attrib.values() if value.startswith(("$", "#", "=")))
            written += sum(map(len, values))
    if nodes > MOST_NODES:
        return _fault(
            "too-many-nodes",
            f"文件里有{nodes}个节点，最多{MOST_NODES}个，没有逐个检查。",
            "请把流程分成几个文件，用调用活动连接。",
        )
    if written > MOST_EXPRESSIONS:
        return _fault(
            "too-many-expressions",
            f"文件里的表达式合计超过{MOST_EXPRESSIONS // 10_000}万字，没有逐个检查。",
            "请把长的表达式改为决策表，或把流程分成几个文件。",
        )
    return None


def _fault(rule: str, detail: str, mend: str) -> tuple[str, str, str]:
    return rule, detail, mend


def _message_flows(path: str, root: Any) -> Iterator[ModelFault]:
    """A message flow joins two pools (9.3); here it only says so."""
    pools: dict[str, str] = {}
    for process in root.iterchildren(bpmn("process")):
        for node in process.iter("{*}*"):
            pools[node.get("id") or ""] = process.get("id") or ""
    for pool in root.iter(bpmn("participant")):
        own = (pool.get("processRef") or "").rpartition(":")[2]
        pools[pool.get("id") or ""] = own or f"pool {pool.get('id')}"
    for flow in root.iter(bpmn("messageFlow")):
        ends = [(flow.get(side) or "").rpartition(":")[2] for side in ("sourceRef", "targetRef")]
        if any(end not in pools for end in ends) or pools[ends[0]] == pools[ends[1]]:
            yield fault(
                path,
                flow,
                "message-flow",
                "消息流没有连接两个不同的泳池。",
                "请连到另一个泳池；同一泳池里用顺序流。",
                severity=WARNING,
            )


def of_scope(
    path: str, scope: Any, nodes: Mapping[str, Any], flows: list[Any]
) -> Iterator[ModelFault]:
    """What the nodes and flows of a process or sub-process break together."""
    if not scope.get("id"):
        yield fault(
            path, scope, "no-id", "流程没有标识，不能发起或调用。", "请给它一个标识（id）。"
        )
    for node in scope.iterchildren("{*}*"):
        if local(node.tag) in FLOW_NODES and not node.get("id"):
            name = node.get("name") or local(node.tag)
            yield fault(path, node, "no-id", f"“{name}”没有标识。", "请给它一个标识（id）。")
    outgoing: dict[str, list[Any]] = {}
    for flow in flows:
        outgoing.setdefault(flow.get("sourceRef") or "", []).append(flow)
    for key, node in nodes.items():
        if node.get("id"):
            yield from _ways_out(path, node, outgoing.get(key, []), nodes)
    yield from _same_ways(path, nodes, outgoing)
    yield from _same_errors(path, nodes)


def _ways_out(
    path: str, node: Any, flows: list[Any], nodes: Mapping[str, Any]
) -> Iterator[ModelFault]:
    kind, default = local(node.tag), node.get("default")
    conditional = [f for f in flows if f.find(bpmn("conditionExpression")) is not None]
    if kind == "eventBasedGateway":
        if conditional:
            yield fault(
                path,
                node,
                "condition-here",
                "事件网关的出口有条件。",
                "请删去条件：哪个事件先到就走哪一条。",
            )
        guarded = {event.get("attachedToRef") for event in nodes.values()} & nodes.keys()
        for flow in flows:
            target = flow.get("targetRef")
            if target in guarded and local(nodes[target].tag) == "receiveTask":
                yield fault(
                    path,
                    nodes[target],
                    "event-gateway",
                    "事件网关后面的接收任务带有边界事件。",
                    "请把边界事件改为事件网关后面的另一个捕获事件。",
                )
    if default and default not in {flow.get("id") for flow in flows} and not conditional:
        yield fault(path, node, "loose-default", f"缺省出口 {default} 不存在。", "请重新指定。")
    if default in {flow.get("id") for flow in conditional}:
        yield fault(
            path,
            node,
            "default-condition",
            "缺省出口上写了条件，这个条件不起作用。",
            "请删去条件，或改选另一条缺省出口。",
            severity=WARNING,
        )
    if (
        kind == "boundaryEvent"
        and flows
        and node.find(bpmn("compensateEventDefinition")) is not None
    ):
        yield fault(
            path, node, "flow-here", "补偿边界事件有出口。", "请删去它的出口，用关联连到补偿活动。"
        )


def _same_ways(
    path: str, nodes: Mapping[str, Any], outgoing: Mapping[str, list[Any]]
) -> Iterator[ModelFault]:
    """Two flows from one node into one join: which of them a token came by is not kept."""
    for flows in outgoing.values():
        for target, times in Counter(flow.get("targetRef") for flow in flows).items():
            if times > 1 and target in nodes and local(nodes[target].tag) in _JOINS:
                yield fault(
                    path,
                    nodes[target],
                    "same-way",
                    f"从同一处有 {times} 条顺序流进入这个网关。",
                    "请只留一条，或在其余各条上画一个步骤。",
                )


def _same_errors(path: str, nodes: Mapping[str, Any]) -> Iterator[ModelFault]:
    """Two error events on one activity that catch the same: which one would, nobody could tell."""
    seen: set[tuple[str | None, str | None]] = set()
    for node in nodes.values():
        definition = node.find(bpmn("errorEventDefinition"))
        if local(node.tag) != "boundaryEvent" or definition is None:
            continue
        caught = node.get("attachedToRef"), definition.get("errorRef")
        if caught in seen:
            yield fault(
                path,
                node,
                "same-error",
                "同一个活动上有两个边界事件捕获同一个错误。",
                "请删去其中一个，或改选另一个错误。",
            )
        seen.add(caught)
