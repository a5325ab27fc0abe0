"""Built-ins on truth and presence."""

from __future__ import annotations

from feel.builtins.registry import builtin
from feel.evaluation import Evaluation
from feel.values import Value


@builtin("not", "negand: any")
def negate(run: Evaluation, negand: Value) -> Value:
    if isinstance(negand, list) and len(negand) == 1:
        negand = negand[0]
    return not negand if isinstance(negand, bool) else None


@builtin("all", "list: list")
def every(run: Evaluation, values: list[Value]) -> Value:
    run.spend(len(values))
    if False in [value for value in values if isinstance(value, bool)]:
        return False
    return True if all(value is True for value in values) else None


@builtin("all", "b...: any")
def every_argument(run: Evaluation, values: list[Value]) -> Value:
    return every(run, values)


@builtin("any", "list: list")
def some(run: Evaluation, values: list[Value]) -> Value:
    run.spend(len(values))
    if any(value is True for value in values):
        return True
    return False if all(value is False for value in values) else None


@builtin("any", "b...: any")
def some_argument(run: Evaluation, values: list[Value]) -> Value:
    return some(run, values)


@builtin("is defined", "value: any")
def is_defined(run: Evaluation, value: Value) -> Value:
    return value is not None


@builtin("get or else", "value: any", "default: any")
def get_or_else(run: Evaluation, value: Value, default: Value) -> Value:
    return default if value is None else value
