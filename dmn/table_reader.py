"""The decision table of a file: its columns, rules and hit policy."""

from __future__ import annotations

from itertools import zip_longest
from typing import Protocol

from lxml import etree

import feel
from dmn import model
from dmn.document import child, children, text_of
from dmn.index import Column, constants_of
from dmn.names import id_of, tidy
from dmn.type_reader import type_name
from dmn.types import Types
from feel import Expression, syntax
from feel.expression import Kind
from feel.values import KIND_NAMES, Value, kind_of

_CAMUNDA = "{http://camunda.org/schema/1.0/dmn}"
_ANYTHING = feel.compile("-", kind="unary_tests")
_NEEDS_ORDER = (model.HitPolicy.PRIORITY, model.HitPolicy.OUTPUT_ORDER)
#: Rules times columns that one table may have.
MAX_CELLS = 100_000


class Reader(Protocol):
    """What reading a table needs of dmn.reader.Reader."""

    types: Types

    def defect(self, element: etree._Element | None, what: str, mend: str = "") -> None: ...
    def compile(
        self, element: etree._Element, text: str, kind: Kind = "expression"
    ) -> Expression: ...
    def type_of(self, element: etree._Element | None) -> str: ...


def read_table(reader: Reader, element: etree._Element) -> model.Table:
    """The table; what is wrong with it are defects."""
    inputs = tuple(_input(reader, part) for part in children(element, "input"))
    outputs = tuple(_output(reader, part) for part in children(element, "output"))
    rule_elements = children(element, "rule")
    if not outputs:
        reader.defect(element, "决策表没有输出列", "请至少加一个输出列")
    if not rule_elements:
        reader.defect(element, "决策表没有规则", "请至少加一条规则")
    if len(rule_elements) * (len(inputs) + len(outputs)) > MAX_CELLS:
        reader.defect(element, f"决策表超过 {MAX_CELLS} 格", "请拆成几个决策")
        rule_elements = []
    policy = _hit_policy(reader, element)
    aggregation = _aggregation(reader, element, policy, outputs)
    _check_outputs(reader, element, policy, outputs)
    rules = tuple(
        _rule(reader, part, number, inputs, outputs) for number, part in enumerate(rule_elements, 1)
    )
    return model.Table(
        id=id_of(element),
        hit_policy=policy,
        aggregation=aggregation,
        inputs=inputs,
        outputs=outputs,
        rules=rules,
        columns=tuple(
            Column.of(rule.conditions[at].expression for rule in rules) for at in range(len(inputs))
        ),
    )


def _input(reader: Reader, element: etree._Element) -> model.Input:
    inner = child(element, "inputExpression")
    text = text_of(inner)
    if inner is None or not text:
        reader.defect(element, "输入列没有表达式", "请填写变量名或表达式")
        inner, text = element, "null"
    return model.Input(
        id=id_of(element),
        label=str(element.get("label") or text),
        expression=reader.compile(inner, text),
        type_name=reader.type_of(inner),
        variable=str(element.get(f"{_CAMUNDA}inputVariable", "")),
    )


def _output(reader: Reader, element: etree._Element) -> model.Output:
    values = child(element, "outputValues")
    default = child(element, "defaultOutputEntry")
    listed, fallback = text_of(values), text_of(default)
    return model.Output(
        id=id_of(element),
        name=tidy(element.get("name")),
        values=_listed(reader, element, values, listed),
        default=reader.compile(default, fallback) if default is not None and fallback else None,
        type_name=reader.type_of(element),
    )


def _listed(
    reader: Reader, output: etree._Element, values: etree._Element | None, listed: str
) -> Expression | None:
    """The output values of the column, else those that its type allows."""
    if values is not None and listed:
        return reader.compile(values, f"[{listed}]")
    item = reader.types.items.get(type_name(output))
    if item is None or item.allowed is None:
        return None
    return reader.compile(output, f"[{item.allowed.text}]")


def _hit_policy(reader: Reader, element: etree._Element) -> model.HitPolicy:
    written = " ".join(str(element.get("hitPolicy") or "UNIQUE").upper().replace("_", " ").split())
    if written in list(model.HitPolicy):
        return model.HitPolicy(written)
    reader.defect(element, f"不认识的命中策略“{written}”", f"可用 {'、'.join(model.HitPolicy)}")
    return model.HitPolicy.UNIQUE


def _aggregation(
    reader: Reader,
    element: etree._Element,
    policy: model.HitPolicy,
    outputs: tuple[model.Output, ...],
) -> model.Aggregation | None:
    written = str(element.get("aggregation") or "").upper()
    if not written:
        return None
    if written not in list(model.Aggregation):
        reader.defect(
            element, f"不认识的汇总方式“{written}”", f"可用 {'、'.join(model.Aggregation)}"
        )
        return None
    found = model.Aggregation(written)
    if policy is not model.HitPolicy.COLLECT:
        reader.defect(element, f"命中策略 {policy} 不能汇总", "汇总请用 COLLECT")
    elif len(outputs) > 1 and found is not model.Aggregation.COUNT:
        reader.defect(element, "多个输出列不能汇总", "请只留一个输出列，或去掉汇总")
    return found


def _check_outputs(
    reader: Reader,
    element: etree._Element,
    policy: model.HitPolicy,
    outputs: tuple[model.Output, ...],
) -> None:
    names = [output.name for output in outputs]
    if len(outputs) > 1 and (not all(names) or len(set(names)) != len(names)):
        reader.defect(element, "多个输出列的名称为空或重复", "请给每个输出列起不同的名称")
    if policy in _NEEDS_ORDER and not any(output.values for output in outputs):
        reader.defect(
            element, f"命中策略 {policy} 需要输出值的次序", "请在输出列填写可选值，优先的在前"
        )


def _rule(
    reader: Reader,
    element: etree._Element,
    number: int,
    inputs: tuple[model.Input, ...],
    outputs: tuple[model.Output, ...],
) -> model.Rule:
    conditions = [
        _condition(reader, part, column)
        for part, column in zip_longest(children(element, "inputEntry"), inputs)
        if part is not None
    ]
    results = [
        _result(reader, part, column)
        for part, column in zip_longest(children(element, "outputEntry"), outputs)
        if part is not None
    ]
    for kind, wanted, found in (
        ("输入", len(inputs), len(conditions)),
        ("输出", len(outputs), len(results)),
    ):
        if found != wanted:
            what = f"第 {number} 条规则应有 {wanted} 个{kind}格，实有 {found} 个"
            reader.defect(element, what, "请补齐或删除多余的格")
    missing = [model.Cell(id="", expression=_ANYTHING)] * (len(inputs) - len(conditions))
    return model.Rule(
        id=str(element.get("id", "")),
        number=number,
        conditions=tuple([*conditions, *missing][: len(inputs)]),
        results=tuple([*results, *([None] * len(outputs))][: len(outputs)]),
    )


def _condition(reader: Reader, element: etree._Element, column: model.Input | None) -> model.Cell:
    expression = reader.compile(element, text_of(element) or "-", "unary_tests")
    cell = constants_of(expression.tree)
    if column is not None and cell is not None:
        ends = [end for each in cell.intervals for end in (each.start, each.end)]
        _check_kinds(reader, element, column.type_name, [*cell.values, *ends])
    return model.Cell(id=str(element.get("id", "")), expression=expression)


def _result(
    reader: Reader, element: etree._Element, column: model.Output | None
) -> model.Cell | None:
    text = text_of(element)
    if not text:
        return None
    expression = reader.compile(element, text)
    if column is not None and isinstance(expression.tree, syntax.Constant):
        _check_kinds(reader, element, column.type_name, [expression.tree.value])
    return model.Cell(id=str(element.get("id", "")), expression=expression)


def _check_kinds(reader: Reader, element: etree._Element, wanted: str, values: list[Value]) -> None:
    """A constant in a cell that is not of the column's type could never match, or would be lost."""
    base = reader.types.base(wanted)
    if base not in ("number", "string", "boolean", "date"):
        return
    for value in values:
        if value is not None and kind_of(value) != base:
            what = f"格中是{KIND_NAMES[kind_of(value)]}，列的类型是 {wanted}"
            reader.defect(element, what, "请更正列的类型，或更正格中的值")
            return
