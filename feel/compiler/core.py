"""The compiler itself: every part of a tree becomes a closure over the closures of its parts.

A closure takes the scope and gives the value. How each kind of part is compiled is declared by
`compiles` in the modules beside this one. What a loop, a filter or a function body costs is known
here: the number of its parts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from feel.errors import FeelSyntaxError
from feel.evaluation import Evaluation
from feel.syntax import Node, TypeName
from feel.values import Value


class Scope:
    """Names bound inside the expression, and where to look further."""

    __slots__ = ("names", "outer", "run")

    def __init__(
        self, run: Evaluation, names: Mapping[str, Value], outer: Scope | None = None
    ) -> None:
        self.run = run
        self.names = names
        self.outer = outer

    def inner(self, names: Mapping[str, Value]) -> Scope:
        return Scope(self.run, names, self)


Run = Callable[[Scope], Value]


@dataclass(frozen=True)
class Binder:
    """Names bound around a part; `is_open` where the members of a filtered element are, too."""

    names: frozenset[str] = frozenset()
    is_open: bool = False


@dataclass
class Compiler:
    """One text on its way from tree to closure."""

    text: str
    functions: frozenset[str]
    #: Variables that the host announced; what they hold may be a function.
    names: frozenset[str] = frozenset()
    types: Mapping[str, TypeName] = field(default_factory=dict)
    #: Free variables, for the checks at deployment.
    free: set[str] = field(default_factory=set)
    parts: int = 0
    _binders: list[Binder] = field(default_factory=list)

    def compile(self, node: Node) -> Run:
        self.parts += 1
        return _COMPILERS[type(node)](self, node)

    def within(self, binder: Binder, node: Node) -> tuple[Run, int]:
        """A part inside a binder, and how many parts it has."""
        before = self.parts
        self._binders.append(binder)
        run = self.compile(node)
        self._binders.pop()
        return run, self.parts - before

    def is_bound(self, name: str) -> bool:
        return any(name in binder.names for binder in self._binders)

    def is_open(self) -> bool:
        return any(binder.is_open for binder in self._binders)

    def refuse(self, node: Node, message: str, *, mend: str = "") -> FeelSyntaxError:
        return FeelSyntaxError(node.position, message, mend=mend, text=self.text)


N = TypeVar("N", bound=Node)

_COMPILERS: dict[type[Node], Callable[[Compiler, Any], Run]] = {}


def compiles(
    kind: type[N],
) -> Callable[[Callable[[Compiler, N], Run]], Callable[[Compiler, N], Run]]:
    """Declare how a kind of part is compiled."""

    def declare(function: Callable[[Compiler, N], Run]) -> Callable[[Compiler, N], Run]:
        _COMPILERS[kind] = function
        return function

    return declare


def note_no_boolean(run: Evaluation, value: Value) -> None:
    """Say that a condition was neither true nor false; null has been noted where it arose."""
    if value is not None:
        run.expected_boolean(value)
