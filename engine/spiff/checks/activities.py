"""Tasks, calls and items: who does them, with which form, handler, decision, deadline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.spiff import model
from engine.spiff.checks.faults import (
    ERROR,
    WARNING,
    Known,
    ModelFault,
    fault,
    of_condition,
    of_expression,
)
from engine.spiff.dialect import (
    AUDIENCES,
    RESULT_SHAPES,
    USER,
)
from engine.spiff.expressions import is_expression
from engine.spiff.names import bpmn, dudao, local


def of_multi_instance(path: str, node: Any, element: model.Element) -> Iterator[ModelFault]:
    loop = node.find(bpmn("multiInstanceLoopCharacteristics"))
    if loop is None:
        return
    if loop.get("behavior", "All") != "All":
        yield fault(
            path,
            node,
            "item-events",
            "不支持多实例逐项抛出事件（behavior）。",
            "请删去 behavior，需要时在项内画抛出事件。",
        )
    if bool(element.collection) == bool(element.times):
        yield fault(
            path,
            node,
            "no-collection",
            "多实例应当写集合或次数之一。",
            "请写 camunda:collection（和 camunda:elementVariable），或 loopCardinality。",
        )
    elif element.collection and not element.element_variable:
        yield fault(
            path, node, "no-collection", "多实例没有写单项变量。", "请写 camunda:elementVariable。"
        )
    if bool(element.results) != bool(element.result_item):
        yield fault(
            path,
            node,
            "no-result-item",
            "多实例的输出要同时写集合和单项。",
            "请同时写 loopDataOutputRef 和 outputDataItem，或都删去。",
        )
    if element.collection:
        yield from of_expression(path, node, element.collection)
    for formula in loop.iterchildren(bpmn("loopCardinality"), bpmn("completionCondition")):
        if (formula.text or "").strip():
            yield from of_condition(path, node, formula)


_PERFORMERS = ("potentialOwner", "humanPerformer", "performer", "resourceRole")


def of_performers(path: str, node: Any) -> Iterator[ModelFault]:
    """Who does a step, in the words of the standard: these are read nowhere."""
    if any(node.find(bpmn(tag)) is not None for tag in _PERFORMERS):
        yield fault(
            path,
            node,
            "performer-unread",
            "标准的执行者（potentialOwner、humanPerformer 等）在这里不起作用。",
            "请删去，用户任务改写 camunda:candidateGroups 或 assignee。",
            severity=ERROR if local(node.tag) == USER else WARNING,
        )


def _bulk(path: str, node: Any, element: model.Element) -> Iterator[ModelFault]:
    said = node.get(dudao("bulk"))
    if said not in (None, "true", "false"):
        yield fault(path, node, "bulk-choice", f"dudao:bulk 写作“{said}”。", "请写 true 或 false。")
    if element.in_bulk and element.never_auto:
        yield fault(
            path,
            node,
            "bulk-never-auto",
            "须由人逐件决定的步骤（dudao:neverAuto）不能批量审批。",
            "请删去 dudao:bulk。",
        )


def of_user_task(
    path: str, node: Any, element: model.Element, known: Known
) -> Iterator[ModelFault]:
    listed = element.sign_off is not None and element.sign_off.signers
    candidates = (element.candidate_groups, element.assignee, element.candidate_users, listed)
    if not any(candidates):
        yield fault(
            path, node, "nobody", "没有写由谁办理。", "请写 camunda:candidateGroups 或 assignee。"
        )
    for group in element.candidate_groups:
        if group not in known.manifest.roles:
            yield fault(
                path,
                node,
                "unknown-group",
                f"没有角色 {group}。",
                "请从 manifest.toml 的角色里选。",
            )
    yield from _bulk(path, node, element)
    if not element.form_key:
        yield fault(path, node, "no-form", "没有写表单。", "请写 camunda:formKey。")
    elif element.form_key not in known.forms:
        yield fault(
            path,
            node,
            "unknown-form",
            f"没有表单 {element.form_key}。",
            "请检查表单名，或补上表单。",
        )
    if element.completion and element.completion not in known.handlers:
        yield fault(
            path,
            node,
            "unknown-handler",
            f"没有处理器 {element.completion}。",
            "请检查 dudao:completion。",
        )
    if element.audience not in AUDIENCES:
        yield fault(
            path,
            node,
            "unknown-audience",
            f"没有可见范围 {element.audience}。",
            "请用 internal、unit、superior 或 public。",
        )
    if element.send_back not in model.SEND_BACK:
        yield fault(
            path,
            node,
            "unknown-send-back",
            f"dudao:sendBack 不能是 {element.send_back}。",
            "请用 any（任意已办步骤）、previous（上一步）或 none（不可退回）。",
        )
    for text in (element.assignee, element.candidate_users, element.organisation):
        if text and is_expression(text):
            yield from of_expression(path, node, text)


def of_service_task(
    path: str, node: Any, element: model.Element, known: Known
) -> Iterator[ModelFault]:
    if not element.handler:
        yield fault(path, node, "no-handler", "没有写处理器。", "请写 camunda:delegateExpression。")
    elif element.handler not in known.handlers:
        yield fault(
            path,
            node,
            "unknown-handler",
            f"没有处理器 {element.handler}。",
            "请检查拼写，或补上处理器。",
        )


def of_script_task(path: str, node: Any, element: model.Element) -> Iterator[ModelFault]:
    if (node.get("scriptFormat") or "").lower() != "feel":
        yield fault(
            path, node, "not-feel", "脚本任务只运行 FEEL。", '请把 scriptFormat 设为 "feel"。'
        )
    if not element.result_variable:
        yield fault(
            path, node, "no-result", "脚本的结果没有去处。", "请写 camunda:resultVariable。"
        )
    yield from of_expression(path, node, element.script)


def of_rule_task(
    path: str, node: Any, element: model.Element, known: Known
) -> Iterator[ModelFault]:
    if element.decision not in known.decisions:
        yield fault(
            path,
            node,
            "unknown-decision",
            f"没有决策 {element.decision}。",
            "请检查 camunda:decisionRef。",
        )
    if not element.result_variable:
        yield fault(
            path, node, "no-result", "决策的结果没有去处。", "请写 camunda:resultVariable。"
        )
    if element.map_result not in RESULT_SHAPES:
        yield fault(
            path,
            node,
            "unknown-result-shape",
            f"没有结果形式 {element.map_result}。",
            f"请用 {'、'.join(sorted(RESULT_SHAPES))} 之一。",
        )


def of_call_activity(path: str, node: Any, known: Known) -> Iterator[ModelFault]:
    called = (node.get("calledElement") or "").rpartition(":")[2]
    if called not in known.processes:
        yield fault(
            path,
            node,
            "unknown-process",
            f"没有流程 {called or '（空）'}。",
            "请检查 calledElement。",
        )


def of_deadline(path: str, node: Any, element: model.Element, known: Known) -> Iterator[ModelFault]:
    if not element.deadline:
        return
    if is_expression(element.deadline):
        yield from of_expression(path, node, element.deadline)
    elif element.deadline not in known.manifest.deadlines:
        yield fault(
            path,
            node,
            "unknown-deadline",
            f"没有期限参数 {element.deadline}。",
            "请在 deadlines.toml 里补上。",
        )
    elif known.manifest.deadlines[element.deadline].at_receipt and not element.deadline_from:
        yield fault(
            path,
            node,
            "receipt-without-day",
            f"期限 {element.deadline} 自签收起算，任务到达不是签收。",
            "请在 dudao:deadlineFrom 里写明签收的日期。",
        )
    if element.deadline_from:
        yield from of_expression(path, node, element.deadline_from)
