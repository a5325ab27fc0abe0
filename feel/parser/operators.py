"""What stands between or after operands."""

from __future__ import annotations

from feel import syntax
from feel.cursor import COMPARISONS, WORD_OPERATORS
from feel.parser.cells import comparison, one_test
from feel.parser.core import Binding, Parser, infix
from feel.parser.operands import range_from
from feel.syntax import Node
from feel.typenames import parse_type

_LOGIC = {"and": "and", "&&": "and", "or": "or", "||": "or"}
_METHODS = {
    "size": "元素个数请写 count(x)",
    "length": "文本长度请写 string length(x)",
    "equals": "比较请写 x = y",
    "isEmpty": "判断为空请写 empty x 或 x = null",
    "contains": '请写 contains(x, "…") 或 list contains(x, …)',
    "startsWith": '请写 starts with(x, "…")',
    "endsWith": '请写 ends with(x, "…")',
    "get": '请写 x[1]（从 1 数起）或 get value(x, "键")',
    "getVariable": "请直接写变量名",
    "toString": "请写 string(x)",
}


@infix(Binding.TERNARY, "?")
def _ternary(parser: Parser, left: Node, binding: int) -> Node:
    parser.depart(parser.take(), "请写 if a then b else c")
    then = parser.expression()
    parser.expect(":", "a ? b : c ")
    return syntax.Choice(left.position, ((left, then),), parser.expression())


@infix(Binding.OR, "or", "||")
@infix(Binding.AND, "and", "&&")
def _logic(parser: Parser, left: Node, binding: int) -> Node:
    operands = [left]
    operator = _LOGIC[parser.token.text]
    while parser.strength() == binding:
        token = parser.take()
        if token.text != operator:
            parser.depart(token, f"请写 {operator}")
        operands.append(parser.right(binding))
    return syntax.Logic(left.position, operator, tuple(operands))


@infix(Binding.ADD, "+", "-")
@infix(Binding.MULTIPLY, "*", "/")
@infix(Binding.POWER, "**")
def _arithmetic(parser: Parser, left: Node, binding: int) -> Node:
    rest: list[tuple[str, Node]] = []
    while parser.strength() == binding:
        operator = parser.take().text
        rest.append((operator, parser.right(binding)))
    return syntax.Arithmetic(left.position, left, tuple(rest))


@infix(Binding.COMPARE, *COMPARISONS, *WORD_OPERATORS)
def _compare(parser: Parser, left: Node, binding: int) -> Node:
    operator = comparison(parser)
    return syntax.Comparison(left.position, operator, left, parser.right(binding))


@infix(Binding.COMPARE, "between")
def _between(parser: Parser, left: Node, binding: int) -> Node:
    parser.take()
    low = parser.expression(binding)
    parser.expect_word("and", "between 之后")
    return syntax.Between(left.position, left, low, parser.expression(binding))


@infix(Binding.COMPARE, "in")
def _membership(parser: Parser, left: Node, binding: int) -> Node:
    """`x in test`, `x in (test, test)`, `x in (a..b)`."""
    parser.take()
    if not parser.at_symbol("("):
        return syntax.Membership(left.position, left, (one_test(parser, binding),))
    position = parser.take().position
    first = one_test(parser)
    if parser.at_symbol(".."):
        found = range_from(parser, position, first, is_start_included=False)
        return syntax.Membership(left.position, left, (found,))
    found_tests = [first]
    while parser.accept(","):
        found_tests.append(one_test(parser))
    parser.expect(")", "in 之后")
    return syntax.Membership(left.position, left, tuple(found_tests))


@infix(Binding.INSTANCE, "instance")
def _instance_of(parser: Parser, left: Node, binding: int) -> Node:
    parser.take()
    parser.expect_word("of", "instance 之后")
    return syntax.InstanceOf(left.position, left, parse_type(parser))


@infix(Binding.POSTFIX, ".")
def _path(parser: Parser, left: Node, binding: int) -> Node:
    parser.take()
    return syntax.Path(left.position, left, parser.words("“.”之后"))


@infix(Binding.POSTFIX, "[")
def _filter(parser: Parser, left: Node, binding: int) -> Node:
    parser.take()
    parser.filters += 1
    condition = parser.expression()
    parser.filters -= 1
    parser.expect("]", "筛选条件")
    return syntax.Filter(left.position, left, condition)


def _may_hold_functions(parser: Parser, node: Node) -> bool:
    """Whether it is a member of something that is known here; elsewhere it is another language's
    method."""
    while isinstance(node, (syntax.Path, syntax.Filter)):
        node = node.operand
    if isinstance(node, syntax.Name):
        return parser.is_told(node.name)
    return isinstance(node, syntax.ContextOf)


@infix(Binding.POSTFIX, "(")
def _call(parser: Parser, left: Node, binding: int) -> Node:
    if isinstance(left, syntax.Path) and not _may_hold_functions(parser, left):
        raise parser.refuse(
            f"不能调用方法“{left.name}”",
            mend=_METHODS.get(left.name, "请改用内置函数，或在处理程序中先算好再写入变量"),
        )
    parser.take()
    arguments: list[Node] = []
    named: list[tuple[str, Node]] = []
    while not parser.at_symbol(")"):
        label = parser.label()
        if label is not None:
            named.append((label, parser.expression()))
        else:
            arguments.append(parser.expression())
        if not parser.accept(","):
            break
    if arguments and named:
        raise parser.refuse("不能混用按名称和按位置的参数", position=left.position)
    parser.expect(")", "函数参数")
    return syntax.Call(left.position, left, tuple(arguments), tuple(named))
