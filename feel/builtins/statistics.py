"""Built-ins that draw one value from many: min, sum, mean and their kin.

Each takes one list, or the values themselves.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable
from decimal import Decimal
from functools import cmp_to_key

from feel.builtins.registry import builtin
from feel.evaluation import Evaluation
from feel.operators import add, order
from feel.values import NUMBERS, Value

Draw = Callable[[Evaluation, list[Value]], Value]


def _drawing(name: str) -> Callable[[Draw], Draw]:
    """Declare a function of one list, or of several values."""

    def declare(function: Draw) -> Draw:
        builtin(name, "list: list")(function)
        builtin(name, "item...: any")(function)
        return function

    return declare


def _numbers(run: Evaluation, values: list[Value], name: str) -> list[Decimal] | None:
    run.spend(len(values))
    found = [value for value in values if isinstance(value, Decimal)]
    if len(found) == len(values):
        return found
    run.note(f"{name} 的列表中有不是数字的值")
    return None


@_drawing("min")
def smallest(run: Evaluation, values: list[Value]) -> Value:
    return _extreme(run, values, -1)


@_drawing("max")
def largest(run: Evaluation, values: list[Value]) -> Value:
    return _extreme(run, values, 1)


def _extreme(run: Evaluation, values: list[Value], sign: int) -> Value:
    run.spend(len(values))
    if not values:
        return None
    best = values[0]
    if order(run, best, best) is None:
        return None
    for value in values[1:]:
        found = order(run, value, best)
        if found is None:
            return None
        if found * sign > 0:
            best = value
    return best


@_drawing("sum")
def total(run: Evaluation, values: list[Value]) -> Value:
    """The sum of numbers, or of durations."""
    run.spend(len(values))
    if not values:
        return None
    result = values[0]
    if len(values) == 1:
        return result if add(run, result, result) is not None and type(result) is not str else None
    for value in values[1:]:
        if isinstance(value, str):
            return run.null("sum 的列表中有不是数字的值")
        result = add(run, result, value)
        if result is None:
            return None
    return result


@_drawing("mean")
def mean(run: Evaluation, values: list[Value]) -> Value:
    numbers = _numbers(run, values, "mean")
    return NUMBERS.divide(_sum(numbers), Decimal(len(numbers))) if numbers else None


@_drawing("product")
def product(run: Evaluation, values: list[Value]) -> Value:
    numbers = _numbers(run, values, "product")
    if not numbers:
        return None
    result = Decimal(1)
    try:
        for value in numbers:
            result = NUMBERS.multiply(result, value)
    except decimal.DecimalException:
        return run.null("数字运算超出范围")
    return result


@_drawing("median")
def median(run: Evaluation, values: list[Value]) -> Value:
    numbers = _numbers(run, values, "median")
    if not numbers:
        return None
    numbers.sort()
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return NUMBERS.divide(NUMBERS.add(numbers[middle - 1], numbers[middle]), Decimal(2))


@_drawing("stddev")
def standard_deviation(run: Evaluation, values: list[Value]) -> Value:
    """Of a sample, that is over n - 1."""
    numbers = _numbers(run, values, "stddev")
    if numbers is None or len(numbers) < 2:
        return None
    try:
        middle = NUMBERS.divide(_sum(numbers), Decimal(len(numbers)))
        squares = [NUMBERS.power(NUMBERS.subtract(value, middle), 2) for value in numbers]
        return NUMBERS.sqrt(NUMBERS.divide(_sum(squares), Decimal(len(numbers) - 1)))
    except decimal.DecimalException:
        return run.null("数字运算超出范围")


@_drawing("mode")
def mode(run: Evaluation, values: list[Value]) -> Value:
    """The numbers that occur most often, ascending."""
    numbers = _numbers(run, values, "mode")
    if numbers is None:
        return None
    counts: dict[Decimal, int] = {}
    for value in numbers:
        counts[value] = counts.get(value, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(value for value, times in counts.items() if times == most)


def _sum(numbers: list[Decimal]) -> Decimal:
    result = Decimal(0)
    for value in numbers:
        result = NUMBERS.add(result, value)
    return result


def in_order(run: Evaluation, values: list[Value]) -> list[Value] | None:
    """The values ascending, or None where two of them have no order."""
    run.spend(len(values) * max(len(values).bit_length(), 1))
    if any(order(run, values[0], value) is None for value in values):
        return None
    return sorted(values, key=cmp_to_key(lambda one, other: order(run, one, other) or 0))
