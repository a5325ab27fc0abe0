"""Members, filters and the question for a type."""

from __future__ import annotations

from decimal import Decimal

from feel import syntax
from feel.compiler.core import Binder, Compiler, Run, Scope, compiles, note_no_boolean
from feel.evaluation import Evaluation
from feel.properties import member
from feel.syntax import Node
from feel.typenames import conforms
from feel.values import Value


@compiles(syntax.Path)
def _path(compiler: Compiler, node: syntax.Path) -> Run:
    operand, name = compiler.compile(node.operand), node.name
    return lambda scope: member(scope.run, operand(scope), name)


@compiles(syntax.InstanceOf)
def _instance_of(compiler: Compiler, node: syntax.InstanceOf) -> Run:
    operand, wanted, types = compiler.compile(node.operand), node.type, compiler.types
    return lambda scope: conforms(operand(scope), wanted, types)


@compiles(syntax.Filter)
def _filter(compiler: Compiler, node: syntax.Filter) -> Run:
    operand = compiler.compile(node.operand)
    index = _constant_index(node.condition)
    if index is not None:
        return lambda scope: _at(scope.run, operand(scope), index)
    binder = Binder(frozenset({"item"}), is_open=True)
    condition, cost = compiler.within(binder, node.condition)
    return lambda scope: _filtered(scope, operand(scope), condition, cost + 1)


def _constant_index(node: Node) -> Decimal | None:
    if isinstance(node, syntax.Negation):
        inner = _constant_index(node.operand)
        return -inner if inner is not None else None
    if isinstance(node, syntax.Constant) and isinstance(node.value, Decimal):
        return node.value
    return None


def _at(run: Evaluation, value: Value, index: Decimal) -> Value:
    """The element at a place counted from 1, or from the end where negative."""
    items = value if isinstance(value, list) else [] if value is None else [value]
    if index == index.to_integral_value() and 1 <= abs(index) <= len(items):
        return items[int(index) - 1 if index > 0 else int(index)]
    return run.null(f"列表没有第 {index} 个元素")


def _filtered(scope: Scope, value: Value, condition: Run, cost: int) -> Value:
    """The elements for which the condition holds; where it is a number, the element there."""
    run = scope.run
    if value is None:
        return run.null("对空值做了筛选")
    items = value if isinstance(value, list) else [value]
    if not items:
        with run.quiet():
            outside = condition(scope.inner({"item": None}))
        return _at(run, items, outside) if isinstance(outside, Decimal) else []
    found: list[Value] = []
    for item in items:
        run.spend(cost)
        inside = scope.inner({"item": item})
        if isinstance(item, dict):
            inside = inside.inner(item)
        decided = condition(inside)
        if isinstance(decided, Decimal):
            return _at(run, items, decided)
        if decided is True:
            found.append(item)
        elif decided is not False:
            note_no_boolean(run, decided)
    run.hold(8 * len(found))
    return found
