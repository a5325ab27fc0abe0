"""What the operators mean for each pair of kinds, nulls and mixed kinds included."""

from __future__ import annotations

import decimal
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from feel import temporal
from feel.evaluation import Evaluation
from feel.values import NUMBERS, Function, Range, Value, YearsMonths, kind_name

_ORDERED = (Decimal, str, timedelta)


def add(run: Evaluation, left: Value, right: Value) -> Value:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return _number(run, NUMBERS.add, left, right)
    if isinstance(left, str) and isinstance(right, str):
        run.hold(len(left) + len(right))
        return left + right
    result = temporal.add(left, right)
    return result if result is not None else _meaningless(run, "相加", left, right)


def subtract(run: Evaluation, left: Value, right: Value) -> Value:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return _number(run, NUMBERS.subtract, left, right)
    result = temporal.subtract(left, right, zone=run.zone)
    return result if result is not None else _meaningless(run, "相减", left, right)


def multiply(run: Evaluation, left: Value, right: Value) -> Value:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return _number(run, NUMBERS.multiply, left, right)
    if isinstance(left, Decimal):
        left, right = right, left
    if isinstance(left, (timedelta, YearsMonths)) and isinstance(right, Decimal):
        return temporal.scale(left, right)
    return _meaningless(run, "相乘", left, right)


def divide(run: Evaluation, left: Value, right: Value) -> Value:
    if isinstance(right, Decimal) and not right:
        return run.null("除数为零")
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return _number(run, NUMBERS.divide, left, right)
    if isinstance(left, (timedelta, YearsMonths)) and isinstance(right, Decimal):
        return temporal.scale(left, right, divide=True)
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        return temporal.ratio(left, right)
    if isinstance(left, YearsMonths) and isinstance(right, YearsMonths) and right.months:
        return NUMBERS.divide(Decimal(left.months), Decimal(right.months))
    return _meaningless(run, "相除", left, right)


def power(run: Evaluation, left: Value, right: Value) -> Value:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return _number(run, NUMBERS.power, left, right)
    return _meaningless(run, "乘方", left, right)


def negate(run: Evaluation, operand: Value) -> Value:
    match operand:
        case Decimal():
            return NUMBERS.minus(operand)
        case timedelta():
            return temporal.subtract(timedelta(), operand, zone=run.zone)
        case YearsMonths():
            return YearsMonths(-operand.months)
    return run.null(f"{kind_name(operand)}不能取负")


ARITHMETIC = {"+": add, "-": subtract, "*": multiply, "/": divide, "**": power}


def _number(
    run: Evaluation, operation: Callable[[Decimal, Decimal], Decimal], left: Decimal, right: Decimal
) -> Value:
    try:
        return operation(left, right)
    except decimal.DecimalException:
        return run.null("数字运算超出范围")


def _meaningless(run: Evaluation, verb: str, left: Value, right: Value) -> Value:
    return run.null(f"{kind_name(left)}与{kind_name(right)}不能{verb}")


def equal(run: Evaluation, left: Value, right: Value) -> bool | None:
    """Whether two values are equal; None where their kinds cannot be."""
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is not type(right):
        run.note(f"{kind_name(left)}与{kind_name(right)}不能比较", mend="两边应为同一类型")
        return None
    if kind is list or kind is dict:
        return _equal_nests(run, left, right)
    if kind is datetime or kind is time:
        return order(run, left, right) == 0
    if kind is Range:
        return _equal_ranges(run, left, right)
    if kind is Function:
        return left is right
    return left == right


def _equal_nests(run: Evaluation, left: Value, right: Value) -> bool:
    run.spend(1)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(
            equal(run, one, other) for one, other in zip(left, right, strict=True)
        )
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(
            equal(run, member, right[name]) for name, member in left.items()
        )
    return False


def _equal_ranges(run: Evaluation, left: Value, right: Value) -> bool:
    if not isinstance(left, Range) or not isinstance(right, Range):
        return False
    return (
        left.start_included == right.start_included
        and left.end_included == right.end_included
        and bool(equal(run, left.start, right.start))
        and bool(equal(run, left.end, right.end))
    )


def order(run: Evaluation, left: Value, right: Value) -> int | None:
    """Negative, zero or positive as left is before, at or after right; None without an order."""
    kind = type(left)
    if kind is type(right):
        if kind in _ORDERED or kind is date:
            # one kind on both sides, and these kinds have an order
            return int(left > right) - int(left < right)  # type: ignore[operator]
        if isinstance(left, YearsMonths) and isinstance(right, YearsMonths):
            return (left.months > right.months) - (left.months < right.months)
        found = _order_clocks(run, left, right)
        if found is not None:
            return found
    if left is None or right is None:
        run.note("空值不能比较大小", mend="请先判断是否为空，例如 x != null and x > 1")
        return None
    mend = "两边应为同一类型"
    if isinstance(left, date) and isinstance(right, date):
        mend = "请用 date(x) 取日期部分再比较"
    elif isinstance(left, str) != isinstance(right, str):
        mend = "文本可用 number(x)、date(x)、date and time(x) 转换后再比较"
    run.note(f"{kind_name(left)}与{kind_name(right)}不能比较大小", mend=mend)
    return None


def _order_clocks(run: Evaluation, left: Value, right: Value) -> int | None:
    try:
        if isinstance(left, datetime) and isinstance(right, datetime):
            one, other = temporal.instant(left, run.zone), temporal.instant(right, run.zone)
            return (one > other) - (one < other)
    except OverflowError:
        return None
    if isinstance(left, time) and isinstance(right, time):
        since, until = temporal.seconds_of(left, run.zone), temporal.seconds_of(right, run.zone)
        return (since > until) - (since < until)
    return None


def compare(run: Evaluation, operator: str, left: Value, right: Value) -> bool | None:
    """`=`, `!=`, `<`, `<=`, `>` or `>=` in three-valued logic."""
    if operator == "=":
        return equal(run, left, right)
    if operator == "!=":
        same = equal(run, left, right)
        return None if same is None else not same
    found = order(run, left, right)
    if found is None:
        return None
    match operator:
        case "<":
            return found < 0
        case "<=":
            return found <= 0
        case ">":
            return found > 0
    return found >= 0


def both(left: bool | None, right: bool | None) -> bool | None:
    """`and` in three-valued logic."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def contains(run: Evaluation, within: Range, value: Value) -> bool | None:
    """Whether a value lies in a range."""
    above: bool | None = True
    below: bool | None = True
    if within.start is not None:
        above = compare(run, ">=" if within.start_included else ">", value, within.start)
    if within.end is not None:
        below = compare(run, "<=" if within.end_included else "<", value, within.end)
    return both(above, below)
