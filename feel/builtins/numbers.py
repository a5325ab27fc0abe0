"""Built-ins on numbers."""

from __future__ import annotations

import decimal
from collections.abc import Callable
from decimal import Decimal

from feel.builtins.registry import builtin
from feel.evaluation import Evaluation
from feel.values import NUMBERS, Value, YearsMonths

#: The scales that a number of 34 digits can have (DMN 1.5, table 74).
_SCALES = range(-6111, 6177)


def _rounded(run: Evaluation, number: Decimal, scale: Decimal | None, rounding: str) -> Value:
    scale = Decimal(0) if scale is None else scale
    if scale != scale.to_integral_value() or not _SCALES[0] <= scale <= _SCALES[-1]:
        return run.null("小数位数应为整数")
    if -number.as_tuple().exponent <= scale:  # type: ignore[operator] # always finite here
        return number
    try:
        made = number.quantize(Decimal(1).scaleb(-int(scale)), rounding=rounding, context=NUMBERS)
    except decimal.DecimalException:
        return run.null("数字运算超出范围")
    return NUMBERS.plus(made)


def _rounding(name: str, rounding: str, *, is_scale_optional: bool) -> None:
    def function(run: Evaluation, number: Decimal, scale: Decimal | None = None) -> Value:
        return _rounded(run, number, scale, rounding)

    builtin(name, "n: number", "scale?: number" if is_scale_optional else "scale: number")(function)


_rounding("decimal", decimal.ROUND_HALF_EVEN, is_scale_optional=False)
_rounding("floor", decimal.ROUND_FLOOR, is_scale_optional=True)
_rounding("ceiling", decimal.ROUND_CEILING, is_scale_optional=True)
_rounding("round up", decimal.ROUND_UP, is_scale_optional=False)
_rounding("round down", decimal.ROUND_DOWN, is_scale_optional=False)
_rounding("round half up", decimal.ROUND_HALF_UP, is_scale_optional=False)
_rounding("round half down", decimal.ROUND_HALF_DOWN, is_scale_optional=False)


@builtin("abs", "n: number|days and time duration|years and months duration")
def absolute(run: Evaluation, value: Value) -> Value:
    if isinstance(value, Decimal):
        return NUMBERS.abs(value)
    if isinstance(value, YearsMonths):
        return YearsMonths(abs(value.months))
    try:
        return abs(value)  # type: ignore[arg-type] # the registry gives nothing else
    except OverflowError:
        return None


@builtin("modulo", "dividend: number", "divisor: number")
def modulo(run: Evaluation, dividend: Decimal, divisor: Decimal) -> Value:
    """dividend - divisor * floor(dividend / divisor): the sign is that of the divisor."""
    if not divisor:
        return run.null("除数为零")
    try:
        rest = NUMBERS.remainder(dividend, divisor)
    except decimal.DecimalException:
        return run.null("数字运算超出范围")
    return NUMBERS.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


def _computed(
    run: Evaluation, function: Callable[[Decimal], Decimal], number: Decimal, is_defined: bool
) -> Value:
    if not is_defined:
        return run.null("该数字没有这个函数值")
    try:
        return function(number)
    except decimal.DecimalException:
        return run.null("数字运算超出范围")


@builtin("sqrt", "number: number")
def square_root(run: Evaluation, number: Decimal) -> Value:
    return _computed(run, NUMBERS.sqrt, number, number >= 0)


@builtin("log", "number: number")
def logarithm(run: Evaluation, number: Decimal) -> Value:
    return _computed(run, NUMBERS.ln, number, number > 0)


@builtin("exp", "number: number")
def exponential(run: Evaluation, number: Decimal) -> Value:
    return _computed(run, NUMBERS.exp, number, True)


@builtin("odd", "number: number")
def odd(run: Evaluation, number: Decimal) -> Value:
    return _is_whole(number) and modulo(run, number, Decimal(2)) == 1


@builtin("even", "number: number")
def even(run: Evaluation, number: Decimal) -> Value:
    return _is_whole(number) and modulo(run, number, Decimal(2)) == 0


def _is_whole(number: Decimal) -> bool:
    return number == number.to_integral_value()
