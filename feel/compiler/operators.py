"""Arithmetic, comparisons, logic and the choice between values."""

from __future__ import annotations

from feel import syntax
from feel.compiler.core import Compiler, Run, Scope, compiles, note_no_boolean
from feel.operators import ARITHMETIC, both, compare, equal, negate
from feel.values import Value


@compiles(syntax.Arithmetic)
def _arithmetic(compiler: Compiler, node: syntax.Arithmetic) -> Run:
    first = compiler.compile(node.first)
    rest = [(ARITHMETIC[operator], compiler.compile(part)) for operator, part in node.rest]

    def run(scope: Scope) -> Value:
        value = first(scope)
        for operation, part in rest:
            value = operation(scope.run, value, part(scope))
        return value

    return run


@compiles(syntax.Negation)
def _negation(compiler: Compiler, node: syntax.Negation) -> Run:
    operand = compiler.compile(node.operand)
    return lambda scope: negate(scope.run, operand(scope))


@compiles(syntax.Comparison)
def _comparison(compiler: Compiler, node: syntax.Comparison) -> Run:
    left, right = compiler.compile(node.left), compiler.compile(node.right)
    operator = node.operator
    if operator == "=":
        return lambda scope: equal(scope.run, left(scope), right(scope))
    return lambda scope: compare(scope.run, operator, left(scope), right(scope))


@compiles(syntax.Between)
def _between(compiler: Compiler, node: syntax.Between) -> Run:
    operand = compiler.compile(node.operand)
    low, high = compiler.compile(node.low), compiler.compile(node.high)

    def run(scope: Scope) -> Value:
        value = operand(scope)
        above = compare(scope.run, ">=", value, low(scope))
        return both(above, compare(scope.run, "<=", value, high(scope)))

    return run


@compiles(syntax.Logic)
def _logic(compiler: Compiler, node: syntax.Logic) -> Run:
    operands = [compiler.compile(part) for part in node.operands]
    decisive = node.operator == "or"

    def run(scope: Scope) -> Value:
        unknown = False
        for part in operands:
            value = part(scope)
            if value is decisive:
                return decisive
            if value is not (not decisive):
                unknown = True
                note_no_boolean(scope.run, value)
        return None if unknown else not decisive

    return run


@compiles(syntax.Not)
def _not(compiler: Compiler, node: syntax.Not) -> Run:
    operand = compiler.compile(node.operand)

    def run(scope: Scope) -> Value:
        value = operand(scope)
        if isinstance(value, bool):
            return not value
        note_no_boolean(scope.run, value)
        return None

    return run


@compiles(syntax.Empty)
def _empty(compiler: Compiler, node: syntax.Empty) -> Run:
    operand = compiler.compile(node.operand)

    def run(scope: Scope) -> Value:
        value = operand(scope)
        return value is None or (isinstance(value, (str, list, dict)) and not value)

    return run


@compiles(syntax.Choice)
def _choice(compiler: Compiler, node: syntax.Choice) -> Run:
    branches = [(compiler.compile(test), compiler.compile(then)) for test, then in node.branches]
    otherwise = compiler.compile(node.otherwise)

    def run(scope: Scope) -> Value:
        for test, then in branches:
            decided = test(scope)
            if decided is True:
                return then(scope)
            if decided is not False:
                note_no_boolean(scope.run, decided)
        return otherwise(scope)

    return run
