"""Tokens to a tree: a Pratt parser for expressions and for the unary tests of decision cells."""

from __future__ import annotations

import decimal
from collections.abc import Iterable
from dataclasses import dataclass

from feel import syntax
from feel.cursor import RESERVED, WORD_OPERATORS, Cursor
from feel.errors import FeelSyntaxError
from feel.lexer import Token
from feel.literals import temporal_literal
from feel.syntax import Node
from feel.typenames import parse_type
from feel.values import NUMBERS

#: Longest text that is read at all.
MAX_LENGTH = 20_000
#: How high the tree may grow; compiling and evaluating recurse that deep.
MAX_HEIGHT = 60

_COMPARISONS = {"=": "=", "==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_LOGIC = {"and": "and", "&&": "and", "or": "or", "||": "or"}
# How tightly an operator binds, weakest first (DMN 1.5, 10.3.1.2, rules 2 to 18).
_TERNARY, _OR, _AND, _COMPARE, _ADD, _MULTIPLY, _POWER, _NEGATE, _INSTANCE, _POSTFIX = range(1, 11)
_BINDING = {
    "?": _TERNARY,
    "or": _OR,
    "||": _OR,
    "and": _AND,
    "&&": _AND,
    **dict.fromkeys((*_COMPARISONS, *WORD_OPERATORS, "between", "in"), _COMPARE),
    **dict.fromkeys("+-", _ADD),
    **dict.fromkeys("*/", _MULTIPLY),
    "**": _POWER,
    "instance": _INSTANCE,
    **dict.fromkeys(".[(", _POSTFIX),
}
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


@dataclass(frozen=True, slots=True)
class Departure:
    """Something accepted here that the standard has not, and how the standard writes it."""

    position: int
    written: str
    mend: str


def parse(text: str, *, functions: frozenset[str], names: frozenset[str] = frozenset()) -> Node:
    """The tree of an expression. `functions` and `names` tell which names of several words there
    are. Raises FeelSyntaxError."""
    return read(text, functions=functions, names=names)[0]


def read(
    text: str, *, functions: Iterable[str], names: Iterable[str] = ()
) -> tuple[Node, list[Departure]]:
    """The tree, and where the text departs from the standard. Raises FeelSyntaxError."""
    parser = Parser(_checked(text), frozenset((*functions, *names)))
    tree = parser.expression()
    parser.finish()
    return tree, parser.departures


def parse_unary_tests(
    text: str, *, functions: frozenset[str], names: frozenset[str] = frozenset()
) -> syntax.UnaryTests:
    """The tree of a decision cell: `-`, `not(…)`, or tests separated by commas."""
    return Parser(_checked(text), functions | names).unary_tests()


def _checked(text: str) -> str:
    if len(text) > MAX_LENGTH:
        raise FeelSyntaxError(
            MAX_LENGTH, f"表达式超过 {MAX_LENGTH} 个字符", mend="请改用决策表或处理程序", text=text
        )
    if not text.strip():
        raise FeelSyntaxError(0, "表达式为空", mend="请填写表达式", text=text)
    return text


class Parser(Cursor):
    def __init__(self, text: str, known: frozenset[str]) -> None:
        super().__init__(text, known)
        self.height = 0  # of the tallest part read inside the expression under way
        self.depth = 0
        self.is_range_end = False  # there "[" closes an open range and filters nothing
        self.departures: list[Departure] = []
        self.filters = 0  # inside a filter the members of its elements may be named

    def finish(self) -> None:
        if self.token.kind != "end":
            raise self.refuse()

    def expression(self, binding: int = 0, *, is_range_end: bool = False) -> Node:
        """Operands and operators that bind tighter than `binding`."""
        outer_height, outer_end = self.height, self.is_range_end
        self.height, self.is_range_end = 0, is_range_end
        self.depth += 1
        self._limit(self.depth)
        left = self._prefix()
        while (strength := self._strength()) > binding:
            left = self._infix(left, strength)
            self.height += 1
            self._limit(self.height)
        self.depth -= 1
        self.height = max(outer_height, self.height + 1)
        self.is_range_end = outer_end
        return left

    def _depart(self, token: Token, mend: str) -> None:
        self.departures.append(Departure(token.position, token.text, mend))

    def _limit(self, height: int) -> None:
        if height > MAX_HEIGHT:
            raise self.refuse(f"表达式嵌套超过 {MAX_HEIGHT} 层", mend="请拆成几步，或改用决策表")

    def _strength(self) -> int:
        token = self.token
        if token.kind not in ("symbol", "name"):
            return 0
        if token.text == "[" and self.is_range_end:
            return 0
        return _BINDING.get(token.text, 0)

    # operands

    def _prefix(self) -> Node:
        token = self.token
        if token.kind == "number":
            return self._number()
        if token.kind == "string":
            if self.text[token.position] == "'":
                self._depart(token, "文本请用双引号")
            return syntax.Constant(self.take().position, token.text)
        if token.kind == "quoted name":
            self._depart(token, "请改用不需要反引号的名称")
            return syntax.Name(self.take().position, token.text)
        if token.kind == "name":
            return self._word()
        return self._symbol()

    def _number(self) -> Node:
        token = self.take()
        if "e" in token.text.lower():
            self._depart(token, "数字请不用指数写法")
        try:
            return syntax.Constant(token.position, NUMBERS.create_decimal(token.text))
        except decimal.DecimalException:
            raise self.refuse("数字过大", position=token.position) from None

    def _word(self) -> Node:
        token = self.token
        name = self.known_name()
        if name is not None:
            return syntax.Name(token.position, name)
        after = self.ahead()
        match token.text:
            case "true" | "false":
                return syntax.Constant(self.take().position, token.text == "true")
            case "null":
                return syntax.Constant(self.take().position, None)
            case "if":
                return self._choice()
            case "for":
                return self._loop()
            case "some" | "every":
                return self._quantified()
            case "function" if after.kind == "symbol" and after.text == "(":
                return self._function()
            case "not" if not (after.kind == "symbol" and after.text == "("):
                self._depart(self.take(), "请写 not(x)")
                return syntax.Not(token.position, self.expression(_NEGATE))
            case "empty" if self._begins_operand(1):
                self._depart(self.take(), '请写 x = null or x = ""')
                return syntax.Empty(token.position, self.expression(_NEGATE))
        if token.text in RESERVED:
            raise self.refuse()
        if self.filters:
            return syntax.Name(token.position, self.words(""))
        return syntax.Name(self.take().position, token.text)

    def _begins_operand(self, count: int) -> bool:
        token = self.ahead(count)
        if token.kind == "symbol":
            return token.text in ("(", "[", "{")
        if token.kind == "name":
            return token.text not in RESERVED - {"null", "true", "false"} and (
                token.text not in WORD_OPERATORS
            )
        return token.kind != "end"

    def _symbol(self) -> Node:
        token = self.token
        match token.text if token.kind == "symbol" else "":
            case "(":
                return self._parenthesis()
            case "[" | "]":
                return self._bracket()
            case "{":
                return self._context()
            case "-":
                self.take()
                return syntax.Negation(token.position, self.expression(_NEGATE))
            case "!":
                self._depart(self.take(), "请写 not(x)")
                return syntax.Not(token.position, self.expression(_NEGATE))
            case "?":
                return syntax.Name(self.take().position, "?")
            case "@":
                return self._at_literal()
        raise self.refuse()

    def _at_literal(self) -> Node:
        position = self.take().position
        if self.token.kind != "string":
            raise self.refuse("@ 之后应为文本", mend='例如 @"2026-01-31"')
        text = self.take().text
        value = temporal_literal(text)
        if value is None:
            raise self.refuse(
                f"“{text}”不是日期、时刻、日期时间或时长",
                mend='例如 @"2026-01-31"、@"2026-01-31T08:30:00"、@"P3D"、@"P1Y6M"',
                position=position,
            )
        return syntax.Constant(position, value)

    def _parenthesis(self) -> Node:
        position = self.take().position
        if self._at_comparison():
            operator = self._comparison()
            operand = self.expression(_COMPARE)
            self.expect(")", "区间")
            return _open_range(position, operator, operand) or syntax.Test(
                position, operator, operand
            )
        inner = self.expression()
        if self.at_symbol(".."):
            return self._range(position, inner, is_start_included=False)
        self.expect(")", "括号")
        return inner

    def _bracket(self) -> Node:
        opening = self.take()
        if opening.text == "[" and self.accept("]"):
            return syntax.ListOf(opening.position, ())
        first = self._list_item()
        if self.at_symbol(".."):
            return self._range(opening.position, first, is_start_included=opening.text == "[")
        if opening.text == "]":
            raise self.refuse("“]”只能作为开区间的开头", position=opening.position)
        items = [first]
        while self.accept(","):
            items.append(self._list_item())
        self.expect("]", "列表")
        return syntax.ListOf(opening.position, tuple(items))

    def _list_item(self) -> Node:
        """An expression, or a test such as `> 5`, which is then a range."""
        if not self._at_comparison():
            return self.expression()
        position = self.token.position
        operator = self._comparison()
        found = _open_range(position, operator, self.expression(_COMPARE))
        if found is None:
            raise self.refuse("列表中不能用 !=", position=position)
        return found

    def _range(self, position: int, start: Node, *, is_start_included: bool) -> Node:
        self.take()
        end = self.expression(_COMPARE, is_range_end=True)
        if not self.at_symbol("]", ")", "["):
            raise self.refuse("区间缺少结尾的 ] 或 )")
        closing = self.take().text
        return syntax.RangeOf(position, start, end, is_start_included, closing == "]")

    def _context(self) -> Node:
        position = self.take().position
        entries: list[tuple[str, Node]] = []
        added: set[str] = set()
        while not self.at_symbol("}"):
            at = self.token.position
            key = self.label()
            if key is None:
                raise self.refuse("上下文的每一项应为 键: 值")
            if any(key == name for name, _ in entries):
                raise self.refuse(f"上下文中的键“{key}”重复", position=at)
            entries.append((key, self.expression()))
            if " " in key and key not in self.known:
                self.known.add(key)
                added.add(key)
            if not self.accept(","):
                break
        self.expect("}", "上下文")
        self.known -= added
        return syntax.ContextOf(position, tuple(entries))

    # words that begin an expression

    def _choice(self) -> Node:
        position = self.token.position
        branches: list[tuple[Node, Node]] = []
        while True:
            self.expect_word("if", "条件")
            condition = self.expression()
            self.expect_word("then", "if 之后")
            branches.append((condition, self.expression()))
            self.expect_word("else", "if … then 之后")
            if not self.at_word("if"):
                return syntax.Choice(position, tuple(branches), self.expression())

    def _loop(self) -> Node:
        position = self.take().position
        iterators, added = self._iterators()
        self.expect_word("return", "for 之后")
        body = self.expression()
        self.known -= added
        return syntax.Loop(position, iterators, body)

    def _quantified(self) -> Node:
        token = self.take()
        iterators, added = self._iterators()
        self.expect_word("satisfies", f"{token.text} 之后")
        body = self.expression()
        self.known -= added
        return syntax.Quantified(token.position, token.text, iterators, body)

    def _iterators(self) -> tuple[tuple[syntax.Iterator, ...], set[str]]:
        found: list[syntax.Iterator] = []
        added: set[str] = set()
        while True:
            position = self.token.position
            if self.token.text in RESERVED:
                raise self.refuse()
            name = self.words("循环变量处")
            self.expect_word("in", "循环变量之后")
            source = self.expression()
            end = self.expression() if self.accept("..") else None
            found.append(syntax.Iterator(position, name, source, end))
            if " " in name and name not in self.known:
                self.known.add(name)
                added.add(name)
            if not self.accept(","):
                return tuple(found), added

    def _function(self) -> Node:
        position = self.take().position
        self.take()
        parameters: list[tuple[str, syntax.TypeName | None]] = []
        added: set[str] = set()
        while not self.at_symbol(")"):
            name = self.label()
            kind = parse_type(self) if name is not None else None
            name = self.words("函数参数处") if name is None else name
            parameters.append((name, kind))
            if " " in name and name not in self.known:
                self.known.add(name)
                added.add(name)
            if not self.accept(","):
                break
        self.expect(")", "函数参数")
        if self.at_word("external"):
            raise self.refuse("不支持外部函数", mend="请直接写出函数体，或由处理程序提供函数")
        body = self.expression()
        self.known -= added
        return syntax.FunctionOf(position, tuple(parameters), body)

    # operators

    def _infix(self, left: Node, strength: int) -> Node:
        if strength == _TERNARY:
            return self._ternary(left)
        if strength in (_OR, _AND):
            return self._logic(left, strength)
        if strength == _COMPARE:
            return self._compare(left)
        if strength in (_ADD, _MULTIPLY, _POWER):
            return self._arithmetic(left, strength)
        if strength == _INSTANCE:
            return self._instance_of(left)
        return self._postfix(left)

    def _ternary(self, left: Node) -> Node:
        self._depart(self.take(), "请写 if a then b else c")
        then = self.expression()
        self.expect(":", "a ? b : c ")
        return syntax.Choice(left.position, ((left, then),), self.expression())

    def _logic(self, left: Node, strength: int) -> Node:
        operands = [left]
        while self._strength() == strength:
            token = self.take()
            operator = _LOGIC[token.text]
            if token.text != operator:
                self._depart(token, f"请写 {operator}")
            operands.append(self.expression(strength, is_range_end=self.is_range_end))
        return syntax.Logic(left.position, operator, tuple(operands))

    def _arithmetic(self, left: Node, strength: int) -> Node:
        rest: list[tuple[str, Node]] = []
        while self._strength() == strength:
            operator = self.take().text
            rest.append((operator, self.expression(strength, is_range_end=self.is_range_end)))
        return syntax.Arithmetic(left.position, left, tuple(rest))

    def _at_comparison(self) -> bool:
        return self.token.kind == "symbol" and self.token.text in _COMPARISONS

    def _comparison(self) -> str:
        token = self.take()
        operator = _COMPARISONS.get(token.text) or WORD_OPERATORS[token.text]
        if token.text != operator:
            self._depart(token, f"请写 {operator}")
        return operator

    def _compare(self, left: Node) -> Node:
        if self.at_word("between"):
            return self._between(left)
        if self.at_word("in"):
            return self._membership(left)
        operator = self._comparison()
        right = self.expression(_COMPARE, is_range_end=self.is_range_end)
        return syntax.Comparison(left.position, operator, left, right)

    def _between(self, left: Node) -> Node:
        self.take()
        low = self.expression(_COMPARE)
        self.expect_word("and", "between 之后")
        return syntax.Between(left.position, left, low, self.expression(_COMPARE))

    def _membership(self, left: Node) -> Node:
        self.take()
        if not self.at_symbol("("):
            return syntax.Membership(left.position, left, (self._test(_COMPARE),))
        position = self.take().position
        first = self._test()
        if self.at_symbol(".."):
            found = self._range(position, first, is_start_included=False)
            return syntax.Membership(left.position, left, (found,))
        tests = [first]
        while self.accept(","):
            tests.append(self._test())
        self.expect(")", "in 之后")
        return syntax.Membership(left.position, left, tuple(tests))

    def _test(self, binding: int = 0) -> Node:
        """One test: `< 5` or an expression."""
        if not self._at_comparison():
            return self.expression(binding)
        position = self.token.position
        operator = self._comparison()
        return syntax.Test(position, operator, self.expression(_COMPARE))

    def _instance_of(self, left: Node) -> Node:
        self.take()
        self.expect_word("of", "instance 之后")
        return syntax.InstanceOf(left.position, left, parse_type(self))

    def _postfix(self, left: Node) -> Node:
        if self.accept("."):
            return syntax.Path(left.position, left, self.words("“.”之后"))
        if self.accept("["):
            self.filters += 1
            condition = self.expression()
            self.filters -= 1
            self.expect("]", "筛选条件")
            return syntax.Filter(left.position, left, condition)
        return self._call(left)

    def _call(self, left: Node) -> Node:
        if isinstance(left, syntax.Path):
            raise self.refuse(
                f"不能调用方法“{left.name}”",
                mend=_METHODS.get(left.name, "请改用内置函数，或在处理程序中先算好再写入变量"),
            )
        self.take()
        arguments: list[Node] = []
        named: list[tuple[str, Node]] = []
        while not self.at_symbol(")"):
            label = self.label()
            if label is not None:
                named.append((label, self.expression()))
            elif named:
                raise self.refuse("不能混用按名称和按位置的参数")
            else:
                arguments.append(self.expression())
            if not self.accept(","):
                break
        if arguments and named:
            raise self.refuse("不能混用按名称和按位置的参数", position=left.position)
        self.expect(")", "函数参数")
        return syntax.Call(left.position, left, tuple(arguments), tuple(named))

    # decision cells

    def unary_tests(self) -> syntax.UnaryTests:
        if self.at_symbol("-") and self.ahead().kind == "end":
            return syntax.UnaryTests(0, (), is_negated=False)
        tests = self._negated_tests()
        if tests is not None:
            return syntax.UnaryTests(0, tests, is_negated=True)
        found = self._tests()
        self.finish()
        return syntax.UnaryTests(0, found, is_negated=False)

    def _tests(self) -> tuple[Node, ...]:
        tests = [self._test()]
        while self.accept(","):
            tests.append(self._test())
        return tuple(tests)

    def _negated_tests(self) -> tuple[Node, ...] | None:
        """The tests of `not(…)` if that is the whole cell; else None with nothing taken."""
        after = self.ahead()
        if not (self.at_word("not") and after.kind == "symbol" and after.text == "("):
            return None
        begin = self.index
        self.index += 2
        tests = self._tests()
        if self.accept(")") and self.token.kind == "end":
            return tests
        self.index = begin
        return None


def _open_range(position: int, operator: str, operand: Node) -> Node | None:
    """`(< 5)` as a range; None for `!=`, which is none."""
    match operator:
        case "<" | "<=":
            return syntax.RangeOf(position, None, operand, False, operator == "<=")
        case ">" | ">=":
            return syntax.RangeOf(position, operand, None, operator == ">=", False)
        case "=":
            return syntax.RangeOf(position, operand, operand, True, True)
    return None
