"""Tests of a value: `< 5`, `in (…)`, and whole decision cells."""

from __future__ import annotations

from feel import syntax
from feel.cursor import COMPARISONS, WORD_OPERATORS
from feel.parser.core import Binding, Parser
from feel.syntax import Node


def at_comparison(parser: Parser) -> bool:
    return parser.token.kind == "symbol" and parser.token.text in COMPARISONS


def comparison(parser: Parser) -> str:
    """Take a comparison operator, as the standard writes it."""
    token = parser.take()
    operator = COMPARISONS.get(token.text) or WORD_OPERATORS[token.text]
    if token.text != operator:
        parser.depart(token, f"请写 {operator}")
    return operator


def one_test(parser: Parser, binding: int = Binding.NONE) -> Node:
    """One test: `< 5`, or an expression."""
    if not at_comparison(parser):
        return parser.expression(binding)
    position = parser.token.position
    operator = comparison(parser)
    return syntax.Test(position, operator, parser.expression(Binding.COMPARE))


def several_tests(parser: Parser) -> tuple[Node, ...]:
    """Tests separated by commas."""
    found = [one_test(parser)]
    while parser.accept(","):
        found.append(one_test(parser))
    return tuple(found)


def open_range(position: int, operator: str, operand: Node) -> Node | None:
    """`(< 5)` as a range; None for `!=`, which is none."""
    match operator:
        case "<" | "<=":
            return syntax.RangeOf(position, None, operand, False, operator == "<=")
        case ">" | ">=":
            return syntax.RangeOf(position, operand, None, operator == ">=", False)
        case "=":
            return syntax.RangeOf(position, operand, operand, True, True)
    return None


def cell(parser: Parser) -> syntax.UnaryTests:
    """A decision cell: `-`, `not(…)`, or tests."""
    if parser.at_symbol("-") and parser.ahead().kind == "end":
        return syntax.UnaryTests(0, (), is_negated=False)
    negated = _negated(parser)
    if negated is not None:
        return syntax.UnaryTests(0, negated, is_negated=True)
    found = several_tests(parser)
    parser.finish()
    return syntax.UnaryTests(0, found, is_negated=False)


def _negated(parser: Parser) -> tuple[Node, ...] | None:
    """The tests of `not(…)` if that is the whole cell; else None with nothing taken."""
    after = parser.ahead()
    if not (parser.at_word("not") and after.kind == "symbol" and after.text == "("):
        return None
    begin = parser.index
    parser.index += 2
    found = several_tests(parser)
    if parser.accept(")") and parser.token.kind == "end":
        return found
    parser.index = begin
    return None
