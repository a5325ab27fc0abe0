"""Tokens to a tree, for expressions and for the unary tests of decision cells."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from feel import syntax
from feel.parser import operands, operators, phrases
from feel.parser.cells import cell
from feel.parser.core import Departure, Parser

__all__ = ["Departure", "operands", "operators", "parse", "parse_unary_tests", "phrases", "read"]


def parse(
    text: str,
    *,
    functions: frozenset[str],
    names: frozenset[str] = frozenset(),
    types: Collection[str] = (),
) -> syntax.Node:
    """The tree of an expression. `functions`, `names` and `types` tell which names of several
    words there are. Raises FeelSyntaxError."""
    return read(text, functions=functions, names=names, types=types)[0]


def read(
    text: str,
    *,
    functions: Iterable[str],
    names: Iterable[str] = (),
    types: Collection[str] = (),
) -> tuple[syntax.Node, list[Departure]]:
    """The tree, and where the text departs from the standard. Raises FeelSyntaxError."""
    parser = Parser(text, frozenset(functions), frozenset(names), types)
    tree = parser.expression()
    parser.finish()
    return tree, parser.departures


def parse_unary_tests(
    text: str,
    *,
    functions: frozenset[str],
    names: frozenset[str] = frozenset(),
    types: Collection[str] = (),
) -> syntax.UnaryTests:
    """The tree of a decision cell: `-`, `not(…)`, or tests separated by commas."""
    return cell(Parser(text, functions, names, types))
