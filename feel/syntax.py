"""The parts of an expression, as the parser hands them to the compiler."""

from __future__ import annotations

from dataclasses import dataclass

from feel.values import Value


@dataclass(frozen=True, slots=True)
class Node:
    """Any part; `position` is where it begins in the text."""

    position: int


@dataclass(frozen=True, slots=True)
class Constant(Node):
    value: Value


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextOf(Node):
    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class RangeOf(Node):
    """`[a..b)`; an end that is None is open to infinity."""

    start: Node | None
    end: Node | None
    start_included: bool
    end_included: bool


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """Operators of one precedence from left to right, kept flat so that long sums do not nest."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Negation(Node):
    """`-x`."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    operand: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Test(Node):
    """`< 5`: a comparison whose left side is the value under test."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Membership(Node):
    """`x in (tests)`; `is_listed` where the tests stood in parentheses."""

    operand: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """`and` or `or` over two or more operands."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    """`!x`, `not x`."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Empty(Node):
    """`empty x`: null, an empty text, list or context."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Choice(Node):
    """`if … then … else if … then … else …`, the branches flat."""

    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Iterator(Node):
    """`name in source`; with an `end`, the numbers or dates from source to end."""

    name: str
    source: Node
    end: Node | None


@dataclass(frozen=True, slots=True)
class Loop(Node):
    """`for … return body`."""

    iterators: tuple[Iterator, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`some … satisfies body`, `every … satisfies body`."""

    quantifier: str
    iterators: tuple[Iterator, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class TypeName(Node):
    """A type; `parts` are element or member types, or those of parameters and the result last."""

    name: str
    parts: tuple[tuple[str, TypeName], ...] = ()


@dataclass(frozen=True, slots=True)
class FunctionOf(Node):
    parameters: tuple[tuple[str, TypeName | None], ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    target: Node
    arguments: tuple[Node, ...]
    named: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Path(Node):
    operand: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    operand: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    operand: Node
    type: TypeName


@dataclass(frozen=True, slots=True)
class UnaryTests(Node):
    """A decision cell: any of the tests holds; `is_negated` for `not(…)`; none at all for `-`."""

    tests: tuple[Node, ...]
    is_negated: bool
