"""Values to JSON and back, and expressions out of their wrappings.

Leaving: a whole number up to 2^53 is a JSON integer; another number is a JSON number where that
reads back as exactly the same number, else `{"$decimal": "…"}`, exact. Dates, times and durations
leave as ISO 8601 text, ranges as the text of the range, and come back as text: wrap them in
date(), date and time(), duration() where they are used.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from feel import literals
from feel.budget import Budget, Meter
from feel.errors import FeelError
from feel.text import write_number, written
from feel.values import MAX_NESTING, Function, Range, Value, YearsMonths, adopt

#: Beyond this a JSON reader that has only doubles no longer tells whole numbers apart.
_WIDEST_INTEGER = 2**53
#: JSON that comes from or goes to the store may be larger than what an expression makes.
_INTERCHANGE = Budget(steps=1_000_000, bytes=10_000_000)


def to_json(value: Value) -> object:
    """The value as JSON (None, bool, int, float, str, list, dict). Raises FeelError for a function
    and for what is too large or nested too deep."""
    return _leave(value, Meter(_INTERCHANGE), 0)


def from_json(value: object) -> Value:
    """Parsed JSON as a value. Raises FeelError for what is too large or nested too deep."""
    return adopt(value, zone=UTC, meter=Meter(_INTERCHANGE))


def _leave(value: Value, meter: Meter, depth: int) -> object:
    meter.spend(1)
    match value:
        case None | bool():
            return value
        case str():
            meter.hold(len(value))
            return value
        case Decimal():
            return _leave_number(value)
        case list() | dict() if depth >= MAX_NESTING:
            raise FeelError("结果嵌套层数过多", mend=f"最多 {MAX_NESTING} 层", code="budget")
        case list():
            return [_leave(item, meter, depth + 1) for item in value]
        case dict():
            return {name: _leave(item, meter, depth + 1) for name, item in value.items()}
        case Range():
            return written(value, meter)
        case Function():
            raise FeelError("结果是函数，不能保存", mend="请调用该函数，保存它的结果")
        case date() | time() | timedelta() | YearsMonths():
            return _leave_temporal(value)
    raise FeelError(f"类型为 {type(value).__name__} 的值不能保存")


def _leave_number(value: Decimal) -> object:
    if value == value.to_integral_value():
        if abs(value) <= _WIDEST_INTEGER:
            return int(value)
    else:
        near = float(value)
        if math.isfinite(near) and Decimal(repr(near)) == value:
            return near
    plain = write_number(value) if abs(value.adjusted()) < 40 else str(value)
    return {"$decimal": plain}


def _leave_temporal(value: date | time | timedelta | YearsMonths) -> str:
    """ISO text; a zone by name becomes its offset, which every reader knows."""
    if isinstance(value, datetime) and isinstance(value.tzinfo, ZoneInfo):
        offset = value.utcoffset()
        value = value.replace(tzinfo=literals.fixed_zone(offset) if offset else UTC)
    return literals.write(value) or ""


def unwrap(text: str) -> str:
    """The expression inside `${…}` or `#{…}`, or behind a leading `=`; else the text itself."""
    stripped = text.strip()
    if stripped[:2] in ("${", "#{") and stripped.endswith("}"):
        return stripped[2:-1].strip()
    if stripped.startswith("=") and not stripped.startswith("=="):
        return stripped[1:].strip()
    return stripped
