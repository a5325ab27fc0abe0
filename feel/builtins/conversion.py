"""Built-ins that make a value of one kind from another."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal

from feel import literals, temporal
from feel.builtins.registry import builtin
from feel.evaluation import Evaluation
from feel.text import written
from feel.values import Range, Value, number

_NUMBER = re.compile(r"-?(\d{1,200}(\.\d{0,200})?|\.\d{1,200})([eE][+-]?\d{1,5})?", re.ASCII)
_SEPARATORS = (" ", ",", ".")


@builtin("string", "from: any")
def string(run: Evaluation, value: Value) -> Value:
    return None if value is None else written(value, run)


@builtin("number", "from: string|number")
def to_number(run: Evaluation, text: Value) -> Value:
    if isinstance(text, Decimal):
        return text
    found = number(text) if isinstance(text, str) and _NUMBER.fullmatch(text) else None
    return found if found is not None else run.null(f"“{_short(text)}”不是数字")


@builtin("number", "from: string", "grouping separator: any", "decimal separator?: any")
def to_number_with_separators(
    run: Evaluation, text: str, grouping: Value, point: Value = None
) -> Value:
    if grouping is not None and grouping not in _SEPARATORS:
        return run.null("分组符只能是空格、逗号或点")
    if point is not None and (point not in (",", ".") or point == grouping):
        return run.null("小数点只能是逗号或点，且与分组符不同")
    if isinstance(grouping, str):
        text = text.replace(grouping, "")
    if isinstance(point, str):
        text = text.replace(point, ".")
    return to_number(run, text)


@builtin("date", "from: string|date|date and time")
def to_date(run: Evaluation, value: Value) -> Value:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    found = literals.parse_date(value) if isinstance(value, str) else None
    return found if found is not None else run.null(f"“{_short(value)}”不是日期，应如 2026-01-31")


@builtin("date", "year: number", "month: number", "day: number")
def date_of_parts(run: Evaluation, year: Decimal, month: Decimal, day: Decimal) -> Value:
    whole = _whole(year, month, day)
    found = literals.make_date(*whole) if whole else None
    return found if found is not None else run.null("没有这一天")


@builtin("time", "from: string|date|time|date and time")
def to_time(run: Evaluation, value: Value) -> Value:
    match value:
        case datetime():
            return value.timetz()
        case date():
            return time(tzinfo=UTC)
        case time():
            return value
        case str():
            found = literals.parse_time(value.removeprefix("T"))
            if found is not None:
                return found
    return run.null(f"“{_short(value)}”不是时刻，应如 08:30:00")


@builtin("time", "hour: number", "minute: number", "second: number", "offset?: any")
def time_of_parts(
    run: Evaluation, hour: Decimal, minute: Decimal, second: Decimal, offset: Value = None
) -> Value:
    zone: tzinfo | None = None
    if isinstance(offset, timedelta):
        zone = literals.fixed_zone(offset)
    if offset is not None and zone is None:
        return run.null("时刻的时差应为不超过 14 小时的日时时长")
    whole = _whole(hour, minute)
    if whole is None or not 0 <= second < 60:
        return run.null("没有这个时刻")
    micro = int((second - int(second)) * 1_000_000)
    try:
        return time(whole[0], whole[1], int(second), micro, zone)
    except ValueError:
        return run.null("没有这个时刻")


@builtin("date and time", "from: string|date|date and time")
def to_datetime(run: Evaluation, value: Value) -> Value:
    match value:
        case datetime():
            return value
        case date():
            return datetime.combine(value, time())
        case str():
            found = literals.parse_datetime(value)
            if found is not None:
                return found
            day = literals.parse_date(value)
            if day is not None:
                return datetime.combine(day, time())
    return run.null(f"“{_short(value)}”不是日期时间，应如 2026-01-31T08:30:00")


@builtin("date and time", "date: date|date and time", "time: time")
def datetime_of_parts(run: Evaluation, day: date, clock: time) -> Value:
    if isinstance(day, datetime):
        day = day.date()
    return datetime.combine(day, clock)


@builtin(
    "date and time",
    *(f"{part}: number" for part in ("year", "month", "day", "hour", "minute", "second")),
    "offset?: any",
)
def datetime_of_numbers(
    run: Evaluation,
    year: Decimal,
    month: Decimal,
    day: Decimal,
    hour: Decimal,
    minute: Decimal,
    second: Decimal,
    offset: Value = None,
) -> Value:
    """The last argument is an offset as a duration, or the name of a zone."""
    on = date_of_parts(run, year, month, day)
    zone = literals.find_zone(offset) if isinstance(offset, str) else None
    at = time_of_parts(run, hour, minute, second, None if zone else offset)
    if not isinstance(on, date) or not isinstance(at, time):
        return None
    return datetime.combine(on, at.replace(tzinfo=zone) if zone else at)


@builtin("duration", "from: string|days and time duration|years and months duration")
def to_duration(run: Evaluation, value: Value) -> Value:
    if not isinstance(value, str):
        return value
    found = literals.parse_duration(value)
    return found if found is not None else run.null(f"“{_short(value)}”不是时长，应如 P3D、P1Y6M")


@builtin("years and months duration", "from: date|date and time", "to: date|date and time")
def months_between(run: Evaluation, start: date, end: date) -> Value:
    one = start.date() if isinstance(start, datetime) else start
    other = end.date() if isinstance(end, datetime) else end
    return temporal.months_between(one, other)


_RANGE = re.compile(r"\s*([\[(\]])(.*?)\.\.(.*)([\])\[])\s*", re.DOTALL)


@builtin("range", "from: string")
def to_range(run: Evaluation, text: str) -> Value:
    found = _RANGE.fullmatch(text) if len(text) <= 200 else None
    if found:
        opening, low, high, closing = found.groups()
        start, end = _end(low.strip()), _end(high.strip())
        known = [value for value in (start, end) if value is not None]
        if (
            known
            and all(type(value) is type(known[0]) for value in known)
            and (start is not None or not low.strip())
            and (end is not None or not high.strip())
        ):
            return Range(
                start=start,
                end=end,
                start_included=opening == "[" and start is not None,
                end_included=closing == "]" and end is not None,
            )
    return run.null(f"“{_short(text)}”不是区间，应如 [1..5]")


def _end(text: str) -> Value:
    """A number, a quoted text, or a date, time or duration, quoted after @ or as its function."""
    if _NUMBER.fullmatch(text):
        return number(text)
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return text[1:-1]
    found = re.fullmatch(
        r'(?:@|(?:date|time|date and time|duration)\()"([^"]{1,60})"\)?', text, re.ASCII
    )
    return literals.temporal_literal(found.group(1)) if found else None


def _whole(*values: Decimal) -> list[int] | None:
    """The values as ints where all are whole and small."""
    if any(value != value.to_integral_value() or abs(value) > 10**9 for value in values):
        return None
    return [int(value) for value in values]


def _short(value: Value) -> str:
    return str(value)[:40]
