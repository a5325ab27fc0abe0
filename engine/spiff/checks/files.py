"""One model file: its ids, its processes, and in each scope every element by its kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from engine.package import ProcessPackage
from engine.spiff import model
from engine.spiff.checks import deadlocks, signing_checks, standard, undoing
from engine.spiff.checks.activities import (
    of_call_activity,
    of_deadline,
    of_multi_instance,
    of_performers,
    of_rule_task,
    of_script_task,
    of_service_task,
    of_user_task,
)
from engine.spiff.checks.attributes import of_attributes
from engine.spiff.checks.data import of_data
from engine.spiff.checks.events import of_event
from engine.spiff.checks.faults import Known, ModelFault, fault
from engine.spiff.checks.gateways import of_gateway, of_implicit_choice
from engine.spiff.checks.scopes import (
    MENDS,
    of_connections,
    of_event_sub_process,
    of_starts_and_ends,
    of_unknown_parts,
)
from engine.spiff.dialect import (
    EVENTS,
    GATEWAYS,
    NODES,
)
from engine.spiff.names import RESERVED_IDS, bpmn, local

_SUB_PROCESSES = ("subProcess", "transaction", "adHocSubProcess")


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
        yield fault(path, root, "not-bpmn", "这不是 BPMN 2.0 文件。", "请从建模工具导出 BPMN 2.0。")
        return
    yield from _duplicate_ids(path, root)
    yield from standard.of_file(path, root)
    yield from of_data(path, root)
    processes = list(root.iter(bpmn("process")))
    if not processes:
        yield fault(path, root, "no-process", "文件里没有流程。", "请至少画一个可执行流程。")
    for process in processes:
        for scope in [process, *process.iter(*map(bpmn, _SUB_PROCESSES))]:
            yield from _scope(path, root, scope, known)


def _duplicate_ids(path: str, root: Any) -> Iterator[ModelFault]:
    counted = Counter(node.get("id") for node in root.iter() if node.get("id"))
    first: dict[str, Any] = {}
    for node in root.iter():
        first.setdefault(node.get("id"), node)
    for element_id, times in counted.items():
        if times > 1:
            yield fault(
                path,
                first[element_id],
                "duplicate-id",
                f"标识 {element_id} 用了 {times} 次。",
                "请改成各不相同的标识。",
            )


def _scope(path: str, root: Any, scope: Any, known: Known) -> Iterator[ModelFault]:
    nodes = {n.get("id"): n for n in scope.iterchildren() if local(str(n.tag)) in NODES}
    flows = list(scope.iterchildren(bpmn("sequenceFlow")))
    yield from of_unknown_parts(path, scope)
    yield from standard.of_scope(path, scope, nodes, flows)
    yield from of_starts_and_ends(path, scope, nodes)
    if scope.get("triggeredByEvent") == "true":
        yield from of_event_sub_process(path, scope)
    yield from of_connections(path, scope, nodes, flows)
    for rule, node, detail, mend in undoing.slips(root, scope, nodes, flows):
        yield fault(path, node, rule, detail, mend)
    for join, split in deadlocks.of(nodes, flows):
        yield fault(
            path,
            join,
            "deadlock",
            f"并行网关要等齐各条入口，但排他网关 {split.get('id')} 只走其中一条，案件会停在这里。",
            "请把这个并行网关改为排他网关，或把那个排他网关改为并行网关。",
        )
    outgoing: dict[str, list[Any]] = {}
    for flow in flows:
        outgoing.setdefault(flow.get("sourceRef"), []).append(flow)
    for key, node in nodes.items():
        yield from _node(path, root, node, outgoing.get(key, []), nodes, known)


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
        yield fault(path, node, "reserved-id", "这个标识被引擎占用。", "请换一个标识。")
    yield from of_attributes(path, node)
    if node.find(bpmn("standardLoopCharacteristics")) is not None:
        yield fault(
            path,
            node,
            "unsupported-loop",
            "不能运行循环标记。",
            MENDS["standardLoopCharacteristics"],
        )
    if kind in EVENTS or kind == "receiveTask":
        yield from of_event(path, root, node, nodes, known)
    if kind in GATEWAYS:
        yield from of_gateway(path, node, outgoing, nodes)
    elif any(flow.find(bpmn("conditionExpression")) is not None for flow in outgoing):
        yield from of_implicit_choice(path, node, outgoing)
    element = model.read(node, "")
    yield from of_multi_instance(path, node, element)
    yield from of_performers(path, node)
    for rule, detail, mend in signing_checks.slips(node, element, known.manifest):
        yield fault(path, node, rule, detail, mend)
    if kind == "userTask":
        yield from of_user_task(path, node, element, known)
    elif kind in {"serviceTask", "sendTask"}:
        yield from of_service_task(path, node, element, known)
    elif kind == "scriptTask":
        yield from of_script_task(path, node, element)
    elif kind == "businessRuleTask":
        yield from of_rule_task(path, node, element, known)
    elif kind == "callActivity":
        yield from of_call_activity(path, node, known)
    yield from of_deadline(path, node, element, known)
