"""A compiled expression: the one thing that other packages hold."""

from __future__ import annotations

from collections.abc import Mapping, MutableSequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from feel.budget import DEFAULT, Budget
from feel.builtins import BUILTINS
from feel.compiler import Compiler, Run, Scope
from feel.errors import FeelError
from feel.evaluation import Evaluation, HostFunction
from feel.parser import parse, parse_unary_tests
from feel.syntax import Node, TypeName
from feel.values import MAX_NESTING, Value

Kind = Literal["expression", "unary_tests"]

SHANGHAI = ZoneInfo("Asia/Shanghai")
_NO_FUNCTIONS: Mapping[str, HostFunction] = {}
#: Longer texts are compiled each time, so that the cache stays small; callers keep what they got.
_LONGEST_CACHED = 1000
_BUILTIN_NAMES = frozenset(BUILTINS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Expression:
    """Immutable and safe to share between threads."""

    text: str
    kind: Kind
    #: Variables of the host that it reads. A name inside a filter that may as well be a member of
    #: the filtered elements is not among them.
    names: frozenset[str]
    #: Its parts as they were read.
    tree: Node = field(repr=False)
    _run: Run = field(repr=False)

    def evaluate(
        self,
        variables: Mapping[str, object],
        *,
        functions: Mapping[str, HostFunction] | None = None,
        now: datetime | None = None,
        zone: tzinfo = SHANGHAI,
        budget: Budget = DEFAULT,
        strict: bool = False,
        notes: MutableSequence[str] | None = None,
    ) -> Value:
        """The value of the expression; of unary tests, whether the variable `?` passes them.

        `variables` are Python values or parsed JSON. `functions` are called with values of the
        language (Decimal for numbers). `now` is aware. As the standard asks, an operation without
        meaning is null; why is appended to `notes` in Chinese, or with `strict` refused. Raises
        FeelError; what a function of the host raises passes through.
        """
        run = Evaluation(
            variables,
            functions=functions if functions is not None else _NO_FUNCTIONS,
            now=now,
            zone=zone,
            budget=budget,
            is_strict=strict,
            notes=notes,
        )
        return self.apply(run)

    def apply(self, run: Evaluation) -> Value:
        """The value within an evaluation under way, which several expressions share."""
        try:
            value = self._run(Scope(run, {}))
            _measure(run, value, 0)
        except RecursionError:
            raise FeelError("表达式嵌套过深，无法运算", mend="请拆成几步", code="budget") from None
        return value


def _measure(run: Evaluation, value: Value, depth: int) -> None:
    """Refuse a result that is larger, all shared parts counted, or deeper than may leave."""
    if isinstance(value, str):
        run.hold(len(value))
    elif isinstance(value, (list, dict)):
        if depth >= MAX_NESTING:
            raise FeelError("结果嵌套层数过多", mend=f"最多 {MAX_NESTING} 层", code="budget")
        run.hold(8 * len(value))
        run.spend(1)
        for item in value.values() if isinstance(value, dict) else value:
            if isinstance(item, (str, list, dict)):
                _measure(run, item, depth + 1)


def compile(
    text: str,
    *,
    kind: Kind = "expression",
    functions: frozenset[str] = frozenset(),
    names: frozenset[str] = frozenset(),
    types: Mapping[str, TypeName] | None = None,
) -> Expression:
    """The expression in a text, ready to be evaluated many times; cached unless types are given.

    `functions` are names that the host will supply, beside the built-in ones. `names` are
    variables whose names have spaces or signs in them, or which may hold functions. `types` are
    those of the host, by name. Raises FeelSyntaxError.
    """
    if len(text) > _LONGEST_CACHED or types:
        return _compiled(text, kind, functions, names, types or {})
    return _cached(text, kind, functions, names)


@lru_cache(maxsize=2048)
def _cached(text: str, kind: Kind, functions: frozenset[str], names: frozenset[str]) -> Expression:
    return _compiled(text, kind, functions, names, {})


@lru_cache(maxsize=64)
def _with_builtins(functions: frozenset[str]) -> frozenset[str]:
    return functions | _BUILTIN_NAMES


def _compiled(
    text: str,
    kind: Kind,
    functions: frozenset[str],
    names: frozenset[str],
    types: Mapping[str, TypeName],
) -> Expression:
    compiler = Compiler(text, functions, names, types)
    read = parse_unary_tests if kind == "unary_tests" else parse
    tree = read(text, functions=_with_builtins(functions), names=names, types=types)
    run = compiler.compile(tree)
    free = frozenset(compiler.free - {"?"})
    return Expression(text=text, kind=kind, names=free, tree=tree, _run=run)
