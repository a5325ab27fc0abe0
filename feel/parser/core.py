"""The Pratt parser itself: operands, then operators as long as they bind tight enough.

What the parts of the language look like is declared by `prefix` and `infix` in the modules beside
this one. What a text may cost is limited here: its length, and the height of its tree.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import IntEnum

from feel import syntax
from feel.cursor import RESERVED, WORD_OPERATORS, Cursor
from feel.errors import FeelSyntaxError
from feel.lexer import Token
from feel.syntax import Node
from feel.values import NUMBERS

#: Longest text that is read at all.
MAX_LENGTH = 20_000
#: How high the tree may grow; compiling and evaluating recurse that deep.
MAX_HEIGHT = 60


class Binding(IntEnum):
    """How tightly an operator binds (DMN 1.5, 10.3.1.2, rules 2 to 18), weakest first."""

    NONE = 0  #: anything ends it
    TERNARY = 1  #: a ? b : c
    OR = 2  #: or
    AND = 3  #: and
    COMPARE = 4  #: = < between in
    ADD = 5  #: + -
    MULTIPLY = 6  #: * /
    POWER = 7  #: **
    NEGATE = 8  #: - before an operand, tighter than **
    INSTANCE = 9  #: instance of
    POSTFIX = 10  #: .name [filter] (arguments)


@dataclass(frozen=True, slots=True)
class Departure:
    """Something accepted here that the standard has not, and how the standard writes it."""

    position: int
    written: str
    mend: str


class Parser(Cursor):
    """A text on its way to a tree."""

    def __init__(
        self,
        text: str,
        functions: frozenset[str],
        names: frozenset[str] = frozenset(),
        types: Collection[str] = (),
    ) -> None:
        super().__init__(_checked(text), functions, names, types)
        self.departures: list[Departure] = []
        self.filters = 0  # inside a filter the members of its elements may be named
        self._is_range_end = False  # there "[" closes an open range and filters nothing
        self._height = 0  # of the tallest part read inside the expression under way
        self._depth = 0

    def expression(self, binding: int = Binding.NONE, *, is_range_end: bool = False) -> Node:
        """Operands and operators that bind tighter than `binding`."""
        outer_height, outer_end = self._height, self._is_range_end
        self._height, self._is_range_end = 0, is_range_end
        self._depth += 1
        self._limit(self._depth)
        left = self._operand()
        while (strength := self.strength()) > binding:
            left = INFIXES[self.token.text][1](self, left, strength)
            self._height += 1
            self._limit(self._height)
        self._depth -= 1
        self._height = max(outer_height, self._height + 1)
        self._is_range_end = outer_end
        return left

    def right(self, binding: int) -> Node:
        """The right side of an operator; the end of a range goes on in it."""
        return self.expression(binding, is_range_end=self._is_range_end)

    def strength(self) -> int:
        """How tightly the operator here binds; 0 where there is none."""
        token = self.token
        if token.kind not in ("symbol", "name") or (token.text == "[" and self._is_range_end):
            return 0
        found = INFIXES.get(token.text)
        return found[0] if found else 0

    def finish(self) -> None:
        if self.token.kind != "end":
            raise self.refuse()

    def depart(self, token: Token, mend: str) -> None:
        self.departures.append(Departure(token.position, token.text, mend))

    def _limit(self, height: int) -> None:
        if height > MAX_HEIGHT:
            raise self.refuse(f"表达式嵌套超过 {MAX_HEIGHT} 层", mend="请拆成几步，或改用决策表")

    def _operand(self) -> Node:
        token = self.token
        match token.kind:
            case "number":
                return self._number()
            case "string":
                if self.text[token.position] == "'":
                    self.depart(token, "文本请用双引号")
                elif "\\u" in self.text[token.position : self.ahead().position].lower():
                    self.depart(token, "请直接写出该字符")
                return syntax.Constant(self.take().position, token.text)
            case "quoted name":
                self.depart(token, "请改用不需要反引号的名称")
                return syntax.Name(self.take().position, token.text)
            case "given name":
                return syntax.Name(self.take().position, token.text)
            case "name":
                return self._word()
        found = SYMBOLS.get(token.text)
        node = found(self) if found and token.kind == "symbol" else None
        if node is None:
            raise self.refuse()
        return node

    def _number(self) -> Node:
        token = self.take()
        if "e" in token.text.lower():
            self.depart(token, "数字请不用指数写法")
        try:
            return syntax.Constant(token.position, NUMBERS.create_decimal(token.text))
        except decimal.DecimalException:
            raise self.refuse("数字过大", position=token.position) from None

    def _word(self) -> Node:
        position = self.token.position
        name = self.known_name()
        if name is not None:
            return syntax.Name(position, name)
        found = WORDS.get(self.token.text)
        node = found(self) if found else None
        if node is not None:
            return node
        if self.token.text in RESERVED:
            raise self.refuse()
        return syntax.Name(position, self.words("") if self.filters else self.take().text)

    def begins_operand(self, count: int) -> bool:
        """Whether what stands `count` tokens ahead can only be an operand."""
        token = self.ahead(count)
        if token.kind == "symbol":
            return token.text in ("(", "[", "{")
        if token.kind == "name":
            return token.text in ("null", "true", "false") or not (
                token.text in RESERVED or token.text in WORD_OPERATORS
            )
        return token.kind != "end"


def _checked(text: str) -> str:
    if len(text) > MAX_LENGTH:
        raise FeelSyntaxError(
            MAX_LENGTH, f"表达式超过 {MAX_LENGTH} 个字符", mend="请改用决策表或处理程序", text=text
        )
    if not text.strip():
        raise FeelSyntaxError(0, "表达式为空", mend="请填写表达式", text=text)
    return text


#: Reads what begins here, or gives None and takes nothing where it does not begin here after all.
Prefix = Callable[[Parser], Node | None]
#: Reads the operator here and its right side, given the left one and how tightly it binds.
Infix = Callable[[Parser, Node, int], Node]

SYMBOLS: dict[str, Prefix] = {}
WORDS: dict[str, Prefix] = {}
INFIXES: dict[str, tuple[int, Infix]] = {}


def prefix(*starts: str) -> Callable[[Prefix], Prefix]:
    """Declare how an operand that begins with one of these symbols or words is read."""

    def declare(read: Prefix) -> Prefix:
        for start in starts:
            (WORDS if start.isalpha() else SYMBOLS)[start] = read
        return read

    return declare


def infix(binding: Binding, *operators: str) -> Callable[[Infix], Infix]:
    """Declare how one of these operators is read after its left side."""

    def declare(read: Infix) -> Infix:
        INFIXES.update(dict.fromkeys(operators, (int(binding), read)))
        return read

    return declare
