"""What an operand can be: a literal, something in brackets, or something negated."""

from __future__ import annotations

from feel import syntax
from feel.literals import temporal_literal
from feel.parser.cells import at_comparison, comparison, open_range
from feel.parser.core import Binding, Parser, prefix
from feel.syntax import Node


@prefix("true", "false", "null")
def _word_literal(parser: Parser) -> Node:
    token = parser.take()
    return syntax.Constant(token.position, {"true": True, "false": False}.get(token.text))


@prefix("@")
def _at_literal(parser: Parser) -> Node:
    position = parser.take().position
    if parser.token.kind != "string":
        raise parser.refuse("@ 之后应为文本", mend='例如 @"2026-01-31"')
    text = parser.take().text
    value = temporal_literal(text)
    if value is None:
        raise parser.refuse(
            f"“{text}”不是日期、时刻、日期时间或时长",
            mend='例如 @"2026-01-31"、@"2026-01-31T08:30:00"、@"P3D"、@"P1Y6M"',
            position=position,
        )
    return syntax.Constant(position, value)


@prefix("?")
def _value_under_test(parser: Parser) -> Node:
    return syntax.Name(parser.take().position, "?")


@prefix("-")
def _minus(parser: Parser) -> Node:
    position = parser.take().position
    return syntax.Negation(position, parser.right(Binding.NEGATE))


@prefix("!", "not")
def _not(parser: Parser) -> Node | None:
    """`!x`, `not x`; not(x) is a function."""
    after = parser.ahead()
    if parser.token.text == "not" and after.kind == "symbol" and after.text == "(":
        return None
    token = parser.take()
    parser.depart(token, "请写 not(x)")
    return syntax.Not(token.position, parser.expression(Binding.NEGATE))


@prefix("empty")
def _empty(parser: Parser) -> Node | None:
    """`empty x`; a variable may be called empty, too."""
    if not parser.begins_operand(1):
        return None
    token = parser.take()
    parser.depart(token, '请写 x = null or x = ""')
    return syntax.Empty(token.position, parser.expression(Binding.NEGATE))


@prefix("(")
def _parenthesis(parser: Parser) -> Node:
    """`(a)`, `(a..b)`, `(> a)`."""
    position = parser.take().position
    if at_comparison(parser):
        operator = comparison(parser)
        operand = parser.expression(Binding.COMPARE)
        parser.expect(")", "区间")
        found = open_range(position, operator, operand)
        return found or syntax.Test(position, operator, operand)
    inner = parser.expression()
    if parser.at_symbol(".."):
        return range_from(parser, position, inner, is_start_included=False)
    parser.expect(")", "括号")
    return inner


@prefix("[", "]")
def _bracket(parser: Parser) -> Node:
    """`[a, b]`, `[a..b]`, `]a..b]`."""
    opening = parser.take()
    if opening.text == "[" and parser.accept("]"):
        return syntax.ListOf(opening.position, ())
    first = _list_item(parser)
    if parser.at_symbol(".."):
        return range_from(parser, opening.position, first, is_start_included=opening.text == "[")
    if opening.text == "]":
        raise parser.refuse("“]”只能作为开区间的开头", position=opening.position)
    items = [first]
    while parser.accept(","):
        items.append(_list_item(parser))
    parser.expect("]", "列表")
    return syntax.ListOf(opening.position, tuple(items))


def _list_item(parser: Parser) -> Node:
    """An expression, or a test such as `> 5`, which is then a range."""
    if not at_comparison(parser):
        return parser.expression()
    position = parser.token.position
    operator = comparison(parser)
    found = open_range(position, operator, parser.expression(Binding.COMPARE))
    if found is None:
        raise parser.refuse("列表中不能用 !=", position=position)
    return found


def range_from(parser: Parser, position: int, start: Node, *, is_start_included: bool) -> Node:
    """The range whose start was read, up to its closing bracket."""
    parser.take()
    end = parser.expression(Binding.COMPARE, is_range_end=True)
    if not parser.at_symbol("]", ")", "["):
        raise parser.refuse("区间缺少结尾的 ] 或 )")
    closing = parser.take().text
    return syntax.RangeOf(position, start, end, is_start_included, closing == "]")


@prefix("{")
def _context(parser: Parser) -> Node:
    position = parser.take().position
    entries: list[tuple[str, Node]] = []
    with parser.naming() as name:
        while not parser.at_symbol("}"):
            at = parser.token.position
            if parser.token.kind == "quoted name":
                parser.depart(parser.token, "请改用不需要反引号的名称")
            key = parser.label()
            if key is None:
                raise parser.refuse("上下文的每一项应为 键: 值")
            if any(key == known for known, _ in entries):
                raise parser.refuse(f"上下文中的键“{key}”重复", position=at)
            entries.append((key, parser.expression()))
            name(key)
            if not parser.accept(","):
                break
        parser.expect("}", "上下文")
    return syntax.ContextOf(position, tuple(entries))
