"""Tests of a value: `in`, and decision cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from feel import syntax
from feel.compiler.core import Compiler, Run, Scope, compiles
from feel.evaluation import Evaluation
from feel.operators import compare, contains, equal
from feel.syntax import Node
from feel.values import Range, Value

Test = Callable[[Scope, Value], Value]

#: Cells of these forms are conditions in their own right, whatever they are about.
_CONDITIONS = (
    syntax.Comparison,
    syntax.Between,
    syntax.Membership,
    syntax.Logic,
    syntax.Not,
    syntax.Empty,
    syntax.Quantified,
    syntax.InstanceOf,
)


@compiles(syntax.Membership)
def _membership(compiler: Compiler, node: syntax.Membership) -> Run:
    operand = compiler.compile(node.operand)
    tests = [_membership_test(compiler, test) for test in node.tests]

    def run(scope: Scope) -> Value:
        value = operand(scope)
        return _any_holds(test(scope, value) for test in tests)

    return run


def _membership_test(compiler: Compiler, node: Node) -> Test:
    if isinstance(node, syntax.Test):
        return _against(compiler, node)
    part = compiler.compile(node)
    return lambda scope, value: _is_in(scope.run, value, part(scope))


def _against(compiler: Compiler, node: syntax.Test) -> Test:
    compiler.parts += 1
    operand, operator = compiler.compile(node.operand), node.operator
    return lambda scope, value: compare(scope.run, operator, value, operand(scope))


@compiles(syntax.Test)
def _test(compiler: Compiler, node: syntax.Test) -> Run:
    """`(!= 5)` outside of a test: the other operators have become ranges."""
    raise compiler.refuse(node, "!= 缺少左边的值", mend="请写成 x != y")


@compiles(syntax.UnaryTests)
def _unary_tests(compiler: Compiler, node: syntax.UnaryTests) -> Run:
    tests = [_cell_test(compiler, test) for test in node.tests]
    if not tests:
        return lambda scope: True

    def run(scope: Scope) -> Value:
        value = scope.run.variable("?")
        return _any_holds(test(scope, value) for test in tests)

    if not node.is_negated:
        return run

    def negated(scope: Scope) -> Value:
        holds = run(scope)
        return None if holds is None else not holds

    return negated


def _cell_test(compiler: Compiler, node: Node) -> Test:
    """One test of a cell: a comparison, a condition, or what the value should be or be in."""
    if isinstance(node, syntax.Test):
        return _against(compiler, node)
    before = compiler.free
    compiler.free = set()
    part = compiler.compile(node)
    is_condition = "?" in compiler.free or isinstance(node, _CONDITIONS)
    compiler.free |= before
    if is_condition:
        return lambda scope, value: part(scope)

    def run(scope: Scope, value: Value) -> Value:
        wanted = part(scope)
        if isinstance(wanted, bool) and not isinstance(value, bool) and value is not None:
            return wanted
        return _is_in(scope.run, value, wanted)

    return run


def _is_in(run: Evaluation, value: Value, wanted: Value) -> bool | None:
    """Whether the value is what is wanted, in the range, or one of the list."""
    if isinstance(wanted, Range):
        return contains(run, wanted, value)
    if not isinstance(wanted, list):
        return equal(run, value, wanted)
    if isinstance(value, list) and equal(run, value, wanted):
        return True
    run.spend(len(wanted))
    return _any_holds(
        contains(run, item, value) if isinstance(item, Range) else equal(run, value, item)
        for item in wanted
    )


def _any_holds(values: Iterable[Value]) -> bool | None:
    unknown = False
    for value in values:
        if value is True:
            return True
        unknown = unknown or value is None
    return None if unknown else False
