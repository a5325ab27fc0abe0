"""The decision table of a file: its columns, rules and hit policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from lxml import etree

from dmn import model
from dmn.document import child, children, text_of
from feel import Expression
from feel.expression import Kind

_CAMUNDA = "{http://camunda.org/schema/1.0/dmn}"
_NEEDS_ORDER = (model.HitPolicy.PRIORITY, model.HitPolicy.OUTPUT_ORDER)
#: Rules times columns that one table may have.
MAX_CELLS = 20_000


class Compile(Protocol):
    def __call__(
        self, element: etree._Element, text: str, kind: Kind = "expression"
    ) -> Expression: ...


Refuse = Callable[[etree._Element | None, str, str], None]


def read_table(element: etree._Element, compile: Compile, refuse: Refuse) -> model.Table:
    """The table; what is wrong with it goes to `refuse`."""
    inputs = tuple(_input(part, compile, refuse) for part in children(element, "input"))
    outputs = tuple(_output(part, compile) for part in children(element, "output"))
    rule_elements = children(element, "rule")
    if not outputs:
        refuse(element, "决策表没有输出列", "请至少加一个输出列")
    if not rule_elements:
        refuse(element, "决策表没有规则", "请至少加一条规则")
    if len(rule_elements) * (len(inputs) + len(outputs)) > MAX_CELLS:
        refuse(element, f"决策表超过 {MAX_CELLS} 格", "请拆成几个决策")
        rule_elements = []
    policy = _hit_policy(element, refuse)
    aggregation = _aggregation(element, policy, outputs, refuse)
    _check_outputs(element, policy, outputs, refuse)
    rules = tuple(
        _rule(part, number, len(inputs), len(outputs), compile, refuse)
        for number, part in enumerate(rule_elements, 1)
    )
    return model.Table(
        id=str(element.get("id", "")),
        hit_policy=policy,
        aggregation=aggregation,
        inputs=inputs,
        outputs=outputs,
        rules=rules,
    )


def _input(element: etree._Element, compile: Compile, refuse: Refuse) -> model.Input:
    inner = child(element, "inputExpression")
    text = text_of(inner)
    if inner is None or not text:
        refuse(element, "输入列没有表达式", "请填写变量名或表达式")
        inner, text = element, "null"
    return model.Input(
        id=str(element.get("id", "")),
        label=str(element.get("label") or text),
        expression=compile(inner, text),
        type_name=str(inner.get("typeRef", "")).rsplit(":", 1)[-1],
        variable=str(element.get(f"{_CAMUNDA}inputVariable", "")),
    )


def _output(element: etree._Element, compile: Compile) -> model.Output:
    values = child(element, "outputValues")
    default = child(element, "defaultOutputEntry")
    listed, fallback = text_of(values), text_of(default)
    return model.Output(
        id=str(element.get("id", "")),
        name=str(element.get("name") or ""),
        values=compile(values, f"[{listed}]") if values is not None and listed else None,
        default=compile(default, fallback) if default is not None and fallback else None,
    )


def _hit_policy(element: etree._Element, refuse: Refuse) -> model.HitPolicy:
    written = " ".join(str(element.get("hitPolicy") or "UNIQUE").upper().replace("_", " ").split())
    if written in list(model.HitPolicy):
        return model.HitPolicy(written)
    refuse(element, f"不认识的命中策略“{written}”", f"可用 {'、'.join(model.HitPolicy)}")
    return model.HitPolicy.UNIQUE


def _aggregation(
    element: etree._Element,
    policy: model.HitPolicy,
    outputs: tuple[model.Output, ...],
    refuse: Refuse,
) -> model.Aggregation | None:
    written = str(element.get("aggregation") or "").upper()
    if not written:
        return None
    if written not in list(model.Aggregation):
        refuse(element, f"不认识的汇总方式“{written}”", f"可用 {'、'.join(model.Aggregation)}")
        return None
    found = model.Aggregation(written)
    if policy is not model.HitPolicy.COLLECT:
        refuse(element, f"命中策略 {policy} 不能汇总", "汇总请用 COLLECT")
    elif len(outputs) > 1 and found is not model.Aggregation.COUNT:
        refuse(element, "多个输出列不能汇总", "请只留一个输出列，或去掉汇总")
    return found


def _check_outputs(
    element: etree._Element,
    policy: model.HitPolicy,
    outputs: tuple[model.Output, ...],
    refuse: Refuse,
) -> None:
    names = [output.name for output in outputs]
    if len(outputs) > 1 and (not all(names) or len(set(names)) != len(names)):
        refuse(element, "多个输出列的名称为空或重复", "请给每个输出列起不同的名称")
    if policy in _NEEDS_ORDER and not any(output.values for output in outputs):
        refuse(element, f"命中策略 {policy} 需要输出值的次序", "请在输出列填写可选值，优先的在前")


def _rule(
    element: etree._Element,
    number: int,
    inputs: int,
    outputs: int,
    compile: Compile,
    refuse: Refuse,
) -> model.Rule:
    conditions = children(element, "inputEntry")
    results = children(element, "outputEntry")
    for kind, wanted, found in (("输入", inputs, conditions), ("输出", outputs, results)):
        if len(found) != wanted:
            what = f"第 {number} 条规则应有 {wanted} 个{kind}格，实有 {len(found)} 个"
            refuse(element, what, "请补齐或删除多余的格")
    return model.Rule(
        id=str(element.get("id", "")),
        number=number,
        conditions=tuple(
            model.Cell(
                id=str(part.get("id", "")),
                expression=compile(part, text_of(part) or "-", "unary_tests"),
            )
            for part in conditions
        ),
        results=tuple(
            model.Cell(id=str(part.get("id", "")), expression=compile(part, text))
            if (text := text_of(part))
            else None
            for part in results
        ),
    )
