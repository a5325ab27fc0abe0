"""Expressions that begin with a word: if, for, some, every, function."""

from __future__ import annotations

from collections.abc import Callable

from feel import syntax
from feel.cursor import RESERVED
from feel.parser.core import Parser, prefix
from feel.syntax import Node
from feel.typenames import parse_type


@prefix("if")
def _choice(parser: Parser) -> Node:
    position = parser.token.position
    branches: list[tuple[Node, Node]] = []
    while True:
        parser.expect_word("if", "条件")
        condition = parser.expression()
        parser.expect_word("then", "if 之后")
        branches.append((condition, parser.expression()))
        parser.expect_word("else", "if … then 之后")
        if not parser.at_word("if"):
            return syntax.Choice(position, tuple(branches), parser.expression())


@prefix("for")
def _loop(parser: Parser) -> Node:
    position = parser.take().position
    with parser.naming() as name:
        iterators = _iterators(parser, name)
        parser.expect_word("return", "for 之后")
        return syntax.Loop(position, iterators, parser.expression())


@prefix("some", "every")
def _quantified(parser: Parser) -> Node:
    token = parser.take()
    with parser.naming() as name:
        iterators = _iterators(parser, name)
        parser.expect_word("satisfies", f"{token.text} 之后")
        return syntax.Quantified(token.position, token.text, iterators, parser.expression())


def _iterators(parser: Parser, name: Callable[[str], None]) -> tuple[syntax.Iterator, ...]:
    found: list[syntax.Iterator] = []
    while True:
        position = parser.token.position
        if parser.token.text in RESERVED:
            raise parser.refuse()
        variable = parser.words("循环变量处")
        parser.expect_word("in", "循环变量之后")
        source = parser.expression()
        end = parser.expression() if parser.accept("..") else None
        found.append(syntax.Iterator(position, variable, source, end))
        name(variable)
        if not parser.accept(","):
            return tuple(found)


@prefix("function")
def _function(parser: Parser) -> Node | None:
    after = parser.ahead()
    if after.kind != "symbol" or after.text != "(":
        return None
    position = parser.take().position
    parser.take()
    parameters: list[tuple[str, syntax.TypeName | None]] = []
    with parser.naming() as name:
        while not parser.at_symbol(")"):
            label = parser.label()
            kind = parse_type(parser) if label is not None else None
            parameters.append((label or parser.words("函数参数处"), kind))
            name(parameters[-1][0])
            if not parser.accept(","):
                break
        parser.expect(")", "函数参数")
        if parser.at_word("external"):
            raise parser.refuse("不支持外部函数", mend="请直接写出函数体，或由处理程序提供函数")
        return syntax.FunctionOf(position, tuple(parameters), parser.expression())
