"""What an expression works on: the kinds of values, and how values of the host become them.

null is None, a boolean bool, a number Decimal, a string str, a date `date`, a date and time
`datetime`, a time `time`, a days and time duration `timedelta`, a list `list`, a context `dict`;
the three kinds that Python lacks are defined here. No value is ever changed once it is made.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

from feel.budget import Meter
from feel.errors import FeelError

Value: TypeAlias = object

#: IEEE 754-2008 decimal128, as the standard asks (DMN 1.5, 10.3.2.3.1 number).
NUMBERS = decimal.Context(
    prec=34,
    rounding=decimal.ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)

#: How deep lists and contexts may lie in each other; every walk over a value recurses that deep.
MAX_NESTING = 60

KIND_NAMES = {
    "null": "空值",
    "boolean": "布尔值",
    "number": "数字",
    "string": "文本",
    "date": "日期",
    "time": "时刻",
    "date and time": "日期时间",
    "days and time duration": "日时时长",
    "years and months duration": "年月时长",
    "list": "列表",
    "context": "上下文",
    "range": "区间",
    "function": "函数",
}


@dataclass(frozen=True, slots=True)
class YearsMonths:
    """A years and months duration, in months; may be negative."""

    months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Values between two ends; an end that is None is open to infinity."""

    start: Value
    end: Value
    start_included: bool = True
    end_included: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function as a value: built in, given by the host, or written in the expression.

    `call` takes the evaluation, the positional arguments and the named ones.
    """

    name: str
    call: Callable[[list[Value], dict[str, Value]], Value]
    parameters: tuple[str, ...] = ()


_KINDS: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    Decimal: "number",
    str: "string",
    datetime: "date and time",
    date: "date",
    time: "time",
    timedelta: "days and time duration",
    YearsMonths: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
    Function: "function",
}


def kind_of(value: Value) -> str:
    """The standard's name of the value's kind."""
    return _KINDS[type(value)]


def kind_name(value: Value) -> str:
    """The value's kind as a Chinese reader calls it."""
    return KIND_NAMES[_KINDS[type(value)]]


def number(value: int | float | str | Decimal) -> Decimal | None:
    """The number in 34 digits, or None where it is none (text, NaN) or too large."""
    try:
        return NUMBERS.create_decimal(repr(value) if isinstance(value, float) else value)
    except decimal.DecimalException:
        return None


def adopt(value: object, *, zone: tzinfo, meter: Meter, depth: int = 0) -> Value:
    """The value of the host (Python, or parsed JSON) as a value of the language.

    Floats become the shortest decimal that reads back as the same float, so 0.1 is 0.1.
    `{"$decimal": "1.5"}` is a number. An aware date and time is moved to `zone`: the host keeps
    UTC inside, and the date that a person means by it is the local one. Raises FeelError for what
    has no meaning here.
    """
    kind = type(value)
    if value is None or kind is bool or kind is str:
        return value
    if kind is int or kind is float or kind is Decimal:
        return _adopt_number(value)
    if kind is list or kind is dict or kind is tuple:
        return _adopt_nest(value, zone, meter, depth)
    return _adopt_other(value, zone, meter, depth)


def _adopt_number(value: object) -> Decimal:
    found = number(value) if isinstance(value, (int, float, Decimal)) else None
    if found is None or not found.is_finite():
        raise FeelError("变量中的数字过大或不是有限数", mend="请检查该变量的来源")
    return found


def _adopt_nest(value: object, zone: tzinfo, meter: Meter, depth: int) -> Value:
    if depth >= MAX_NESTING:
        raise FeelError("变量嵌套层数过多", mend=f"列表和上下文最多嵌套 {MAX_NESTING} 层")
    if isinstance(value, Mapping):
        if value.keys() == {"$decimal"}:
            return _tagged_number(value["$decimal"])
        meter.spend(len(value))
        return {
            _key(name): adopt(member, zone=zone, meter=meter, depth=depth + 1)
            for name, member in value.items()
        }
    if isinstance(value, (Sequence, Set)):
        meter.spend(len(value))
        return [adopt(element, zone=zone, meter=meter, depth=depth + 1) for element in value]
    raise _unknown(value)


def _tagged_number(text: object) -> Decimal:
    found = number(text) if isinstance(text, str) else None
    if found is None or not found.is_finite():
        raise FeelError("“$decimal” 标记的内容不是数字", mend='应为文本，例如 {"$decimal": "1.5"}')
    return found


def _key(name: object) -> str:
    if isinstance(name, str):
        return str(name)
    raise FeelError("上下文的键必须是文本", mend="请检查该变量的来源")


def _adopt_other(value: object, zone: tzinfo, meter: Meter, depth: int) -> Value:
    if isinstance(value, Enum):
        return adopt(value.value, zone=zone, meter=meter, depth=depth)
    if isinstance(value, datetime):
        return _plain_datetime(value, zone)
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    if isinstance(value, time):
        return value.replace(fold=0)
    if isinstance(value, timedelta):
        return timedelta(value.days, value.seconds, value.microseconds)
    if isinstance(value, (YearsMonths, Range, Function)):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return _adopt_number(int(value))
    if isinstance(value, float):
        return _adopt_number(float(value))
    if isinstance(value, (Mapping, Sequence, Set)) and not isinstance(value, (bytes, bytearray)):
        return _adopt_nest(value, zone, meter, depth)
    raise _unknown(value)


def _plain_datetime(value: datetime, zone: tzinfo) -> datetime:
    if value.tzinfo is None:
        return value
    try:
        return value.astimezone(zone)
    except OverflowError:
        return value.astimezone(UTC)


def _unknown(value: object) -> FeelError:
    return FeelError(
        f"类型为 {type(value).__name__} 的值不能用于表达式",
        mend="变量只能是数字、文本、布尔值、日期、时长、列表、上下文或空值",
    )
