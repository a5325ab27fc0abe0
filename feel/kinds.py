"""Kinds of values that can be seen in the text, before anything is carried out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from feel import syntax
from feel.budget import DEFAULT
from feel.builtins import BUILTINS
from feel.compiler import Compiler, Scope
from feel.errors import FeelError
from feel.evaluation import Evaluation
from feel.syntax import Node
from feel.values import Value, YearsMonths, kind_of

DURATIONS = frozenset({"days and time duration", "years and months duration"})
MOMENTS = frozenset({"date", "time", "date and time"})
_NUMBERS = (
    "number", "count", "string length", "decimal", "floor", "ceiling", "round up", "round down",
    "round half up", "round half down", "modulo", "sqrt", "log", "exp", "day of year",
    "week of year", "mean", "median", "stddev",
)  # fmt: skip
_TEXTS = (
    "string", "substring", "upper case", "lower case", "substring before", "substring after",
    "replace", "string join", "day of week", "month of year",
)  # fmt: skip
_TRUTHS = ("contains", "starts with", "ends with", "matches", "list contains", "odd", "even")
_GIVES = {
    **dict.fromkeys(_NUMBERS, "number"),
    **dict.fromkeys(_TEXTS, "string"),
    **dict.fromkeys(_TRUTHS, "boolean"),
    "date": "date",
    "today": "date",
    "time": "time",
    "date and time": "date and time",
    "now": "date and time",
    "years and months duration": "years and months duration",
    "split": "list",
}
_CONDITIONS = (
    syntax.Comparison,
    syntax.Between,
    syntax.Membership,
    syntax.Logic,
    syntax.Not,
    syntax.InstanceOf,
    syntax.Quantified,
)


def seen_kind(node: Node) -> str | None:
    """The kind that the value of a part has if it has one, by its form alone; None if unknown."""
    match node:
        case syntax.Constant(value=value):
            return None if value is None else kind_of(value)
        case syntax.Call(target=syntax.Name(name="duration")):
            value = constant_value(node)
            return kind_of(value) if isinstance(value, (timedelta, YearsMonths)) else None
        case syntax.Call(target=syntax.Name(name=name)):
            return _GIVES.get(name)
        case syntax.ListOf():
            return "list"
        case syntax.ContextOf():
            return "context"
        case syntax.RangeOf():
            return "range"
        case syntax.Negation(operand=operand):
            return seen_kind(operand)
        case syntax.Arithmetic():
            return _of_arithmetic(node)
    return "boolean" if isinstance(node, _CONDITIONS) else None


def _of_arithmetic(node: syntax.Arithmetic) -> str | None:
    kinds = [seen_kind(node.first), *(seen_kind(part) for _, part in node.rest)]
    if all(kind == "number" for kind in kinds):
        return "number"
    if len(kinds) == 2 and kinds[0] in MOMENTS:
        if kinds[1] in DURATIONS:
            return kinds[0]
        if kinds[1] in MOMENTS and node.rest[0][0] == "-":
            return "days and time duration"
    return kinds[0] if len(set(kinds)) == 1 and kinds[0] in DURATIONS | {"string"} else None


def is_constant(node: Node) -> bool:
    """Whether a call has nothing but literals in it."""
    match node:
        case syntax.Constant():
            return True
        case syntax.Negation(operand=operand):
            return is_constant(operand)
        case syntax.Call(target=syntax.Name(name=name), arguments=arguments, named=named):
            parts = [*arguments, *(part for _, part in named)]
            return (
                name in BUILTINS and name not in ("now", "today") and all(map(is_constant, parts))
            )
    return False


def constant_value(node: Node) -> Value:
    """The value of a part with nothing but literals in it; null where it has none."""
    if not is_constant(node):
        return None
    run = Evaluation(
        {},
        functions={},
        now=datetime(2000, 1, 1, tzinfo=UTC),
        zone=UTC,
        budget=DEFAULT,
        is_strict=False,
        notes=None,
    )
    try:
        return Compiler("", frozenset()).compile(node)(Scope(run, {}))
    except FeelError:
        return None


def whole_constant(node: Node) -> Decimal | None:
    """The number that is written, where one is."""
    value = constant_value(node)
    return value if isinstance(value, Decimal) else None
