"""Data that goes into steps and out of them: what cannot be carried out as written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.spiff import associations, mappings
from engine.spiff.associations import Items, Slip
from engine.spiff.checks.faults import WARNING, ModelFault, fault, of_condition, of_expression
from engine.spiff.dialect import ACTIVITIES, CALL, CATCH, END, LOOP, NODES, THROW
from engine.spiff.mappings import IN, OUT
from engine.spiff.names import bpmn, camunda, local

#: Which elements may have `camunda:inputOutput`.
_MAPPED = ACTIVITIES | {CATCH, THROW, END}
#: What other platforms write to hand the number of a case on to a called process.
_SAME_KEY = frozenset({"execution.processBusinessKey", "execution.businessKey"})


def of_data(path: str, root: Any) -> Iterator[ModelFault]:
    """Every fault in the data associations, parameters and mappings of a file."""
    items = Items.of(root)
    for node in root.iter(*(bpmn(tag) for tag in sorted(NODES))):
        yield from _associations(path, node, items)
        loop = node.find(bpmn(LOOP))
        for slip in associations.loop_slips(loop, items) if loop is not None else ():
            yield _of_slip(path, node, slip)
        if node.find(mappings.BLOCK) is not None:
            yield from _parameters(path, node)
        if local(node.tag) == CALL:
            yield from _call(path, node)


def _associations(path: str, node: Any, items: Items) -> Iterator[ModelFault]:
    for found in associations.of_node(node, items):
        if isinstance(found, Slip):
            yield _of_slip(path, node, found)
    for association in node.iterchildren(associations.INPUT, associations.OUTPUT):
        for tag in ("transformation", "assignment/{*}from"):
            for formula in association.iterfind(f"{{*}}{tag}"):
                if (formula.text or "").strip():
                    yield from of_condition(path, node, formula)


def _of_slip(path: str, node: Any, slip: Slip) -> ModelFault:
    if slip.kind == associations.STORE:
        return fault(
            path,
            node,
            "data-store",
            "数据存储在案件之外，数据关联不会去读写它。",
            "请用服务任务读写；只是画出用到什么，可以保留。",
            severity=WARNING,
        )
    if slip.kind == associations.NO_NAME:
        return fault(
            path,
            node,
            "data-name",
            f"数据“{slip.about}”的名称不能作变量名，多实例无法取值。",
            "请给它一个与别的数据不同的名称：一个词（字母、汉字、数字、下划线，不以数字开头）。",
        )
    detail, mend = {
        associations.NO_SOURCE: (
            "数据关联的来源不存在，或不止一个而没有写怎样合成。",
            "请把 sourceRef 改为一个已有的数据，或写 transformation。",
        ),
        associations.TRANSFORMED: (
            "数据关联的转换没有写表达式，或结果没有去处。",
            "请把 targetRef 指向任务的数据输入或数据对象，并写 FEEL 表达式。",
        ),
        associations.ASSIGNED: (
            f"数据关联的赋值没有写从哪里来，或去处“{slip.about}”不是一个变量名。",
            "请在 from 里写 FEEL 表达式，在 to 里写一个变量名；不能只改变量的一部分。",
        ),
    }[slip.kind]
    return fault(path, node, "data-mapping", detail, mend)


def _parameters(path: str, node: Any) -> Iterator[ModelFault]:
    if local(node.tag) not in _MAPPED:
        yield fault(
            path,
            node,
            "mapping-here",
            "camunda:inputOutput 在这种元素上不起作用。",
            "请写到活动、中间事件或结束事件上。",
        )
        return
    if mappings.parameters(node, OUT) and node.find(bpmn(LOOP)) is not None:
        yield fault(
            path,
            node,
            "item-output",
            "多实例的各项同时写同一个输出参数，只会留下最后一项。",
            "请用 loopDataOutputRef 和 outputDataItem 把各项的结果收成一列。",
        )
    for language in mappings.foreign_scripts(node):
        yield fault(
            path,
            node,
            "foreign-language",
            f"参数是用 {language} 写的脚本。",
            '请用 FEEL 改写，并把 scriptFormat 设为 "feel"。',
        )
    for given in (*mappings.parameters(node, IN), *mappings.parameters(node, OUT)):
        if not given.name.strip():
            yield fault(path, node, "no-name", "输入输出参数没有名称。", "请写 name。")
        for text in mappings.expressions(given):
            yield from of_expression(path, node, text)


def _call(path: str, node: Any) -> Iterator[ModelFault]:
    for direction in (IN, OUT):
        rows = node.iterfind(f"{bpmn('extensionElements')}/{camunda(direction)}")
        for row in rows:
            yield from _row(path, node, row, direction)


def _row(path: str, node: Any, row: Any, direction: str) -> Iterator[ModelFault]:
    key = row.get("businessKey")
    if row.get("local") == "true":
        yield fault(
            path,
            node,
            "local-mapping",
            f"camunda:{direction} 的 local 在这里不起作用：变量没有局部和全局之分。",
            "请删去 local，并逐个写 source 和 target。",
        )
    if key is not None:
        if key.strip().strip("${#}").strip() not in _SAME_KEY:
            yield fault(
                path,
                node,
                "business-key",
                "调用的流程与本流程是同一案件，编号相同，不能另给编号。",
                "请删去 businessKey，需要时用 camunda:in 传一个变量。",
            )
        return
    if (every := row.get("variables")) is not None:
        if every != "all":
            yield fault(
                path, node, "bad-mapping", f"variables 写作“{every}”。", "请写 all，或逐个列出。"
            )
        return
    text = row.get("sourceExpression")
    if not row.get("target") or not (text or row.get("source")):
        yield fault(
            path,
            node,
            "bad-mapping",
            f"camunda:{direction} 没有写从哪个变量来，或到哪个变量去。",
            '请写 source（或 sourceExpression）和 target，或 variables="all"。',
        )
    elif text:
        yield from of_expression(path, node, text)
