"""Boxed expressions of a file: tables, literal expressions, contexts, functions, loops."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from lxml import etree

import feel
from dmn import model
from dmn.document import child, children, local_name, text_of
from dmn.names import id_of, name_of, tidy
from dmn.table_reader import read_table
from dmn.types import Types
from feel.expression import Kind

_NULL = feel.compile("null")


class Reader(Protocol):
    """What reading a box needs of dmn.reader.Reader."""

    types: Types

    def defect(self, element: etree._Element | None, what: str, mend: str = "") -> None: ...
    def compile(
        self, element: etree._Element, text: str, kind: Kind = "expression"
    ) -> feel.Expression: ...
    def type_of(self, element: etree._Element | None) -> str: ...


def nothing(element: etree._Element) -> model.Literal:
    """What stands for a logic that is not there: null."""
    return model.Literal(id=id_of(element), expression=_NULL)


def decision_logic(reader: Reader, element: etree._Element) -> model.Logic:
    """The box of a decision; one without any is made outside."""
    if any(local_name(part) in _KINDS for part in children(element)):
        return logic_in(reader, element)
    return model.Outside(id=id_of(element), name=name_of(element))


def logic_in(reader: Reader, element: etree._Element) -> model.Logic:
    """The one box that an element holds; without any, a defect."""
    found = [part for part in children(element) if local_name(part) in _KINDS]
    if len(found) == 1:
        return _logic(reader, found[0])
    if found:
        reader.defect(element, "有多个逻辑", "请只保留一个")
    else:
        reader.defect(element, "没有决策逻辑", "请填写决策表或表达式")
    return nothing(element)


def _logic(reader: Reader, element: etree._Element) -> model.Logic:
    logic = _KINDS[local_name(element)](reader, element)
    if isinstance(logic, model.Table):
        return logic  # its type is that of the columns
    name = reader.type_of(element)
    return model.Typed(id=id_of(element), type_name=name, logic=logic) if name else logic


def _literal(reader: Reader, element: etree._Element) -> model.Literal:
    text = text_of(element)
    if not text:
        reader.defect(element, "表达式为空", "请填写表达式")
    expression = reader.compile(element, text) if text else _NULL
    return model.Literal(id=id_of(element), expression=expression)


def _parameter(reader: Reader, element: etree._Element) -> model.Parameter:
    return model.Parameter(name=name_of(element), type_name=reader.type_of(element))


def _context(reader: Reader, element: etree._Element) -> model.Context:
    entries: list[tuple[model.Parameter, model.Logic]] = []
    for part in children(element, "contextEntry"):
        variable = child(part, "variable")
        name = model.Parameter(name="") if variable is None else _parameter(reader, variable)
        entries.append((name, logic_in(reader, part)))
    names = [name.name for name, _ in entries]
    if not all(names[:-1]):
        reader.defect(element, "只有最后一项可以没有名称", "请给各项起名")
    if len(set(names)) != len(names):
        reader.defect(element, "上下文中有重名的项", "请改成不同的名称")
    return model.Context(id=id_of(element), entries=tuple(entries))


def _boxes(reader: Reader, element: etree._Element) -> tuple[model.Logic, ...]:
    return tuple(_logic(reader, part) for part in children(element) if local_name(part) in _KINDS)


def _list(reader: Reader, element: etree._Element) -> model.ListOf:
    return model.ListOf(id=id_of(element), items=_boxes(reader, element))


def _relation(reader: Reader, element: etree._Element) -> model.Relation:
    columns = tuple(name_of(part) for part in children(element, "column"))
    rows = []
    for row in children(element, "row"):
        cells = _boxes(reader, row)
        if len(cells) != len(columns):
            reader.defect(row, f"这一行应有 {len(columns)} 格，实有 {len(cells)} 格", "请补齐")
            cells = (nothing(row),) * len(columns)
        rows.append(cells)
    return model.Relation(id=id_of(element), columns=columns, rows=tuple(rows))


def _invocation(reader: Reader, element: etree._Element) -> model.Invocation:
    called = child(element, "literalExpression")
    text = text_of(called)
    if not text:
        reader.defect(element, "没有写明调用的知识模型", "请填写知识模型的名称")
    arguments = []
    for binding in children(element, "binding"):
        parameter = child(binding, "parameter")
        name = tidy(parameter.get("name")) if parameter is not None else ""
        arguments.append((name, logic_in(reader, binding)))
    return model.Invocation(
        id=id_of(element),
        function=reader.compile(element, text) if text else _NULL,
        arguments=tuple(arguments),
    )


def function(reader: Reader, element: etree._Element) -> model.FunctionOf:
    """A function definition; that of a knowledge model is one as well."""
    kind = str(element.get("kind") or "FEEL")
    if kind.upper() not in ("FEEL", "F"):
        reader.defect(element, f"不支持 {kind} 函数", "请改用 FEEL")
    parameters = tuple(_parameter(reader, part) for part in children(element, "formalParameter"))
    if len({part.name for part in parameters}) != len(parameters):
        reader.defect(element, "参数重名", "请改成不同的名称")
    return model.FunctionOf(
        id=id_of(element), parameters=parameters, logic=logic_in(reader, element)
    )


def _in(reader: Reader, element: etree._Element, name: str) -> model.Logic:
    """The box in the child of that name."""
    part = child(element, name)
    if part is not None:
        return logic_in(reader, part)
    reader.defect(element, f"缺少 {name}", "请补上该部分")
    return nothing(element)


def _conditional(reader: Reader, element: etree._Element) -> model.Conditional:
    return model.Conditional(
        id=id_of(element),
        test=_in(reader, element, "if"),
        then=_in(reader, element, "then"),
        otherwise=_in(reader, element, "else"),
    )


def _filter(reader: Reader, element: etree._Element) -> model.Filter:
    return model.Filter(
        id=id_of(element),
        source=_in(reader, element, "in"),
        condition=_in(reader, element, "match"),
    )


def _iteration(reader: Reader, element: etree._Element) -> model.Iteration:
    variable = tidy(element.get("iteratorVariable"))
    if not variable:
        reader.defect(element, "没有循环变量", "请填写循环变量的名称")
    kind = local_name(element)
    return model.Iteration(
        id=id_of(element),
        kind=kind,
        variable=variable,
        source=_in(reader, element, "in"),
        body=_in(reader, element, "return" if kind == "for" else "satisfies"),
        uses_partial="partial" in "".join(map(str, element.itertext())),
    )


def _table(reader: Reader, element: etree._Element) -> model.Table:
    return read_table(reader, element)


_KINDS: Mapping[str, Callable[[Reader, etree._Element], model.Logic]] = {
    "decisionTable": _table,
    "literalExpression": _literal,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "invocation": _invocation,
    "functionDefinition": function,
    "conditional": _conditional,
    "filter": _filter,
    "for": _iteration,
    "some": _iteration,
    "every": _iteration,
}
