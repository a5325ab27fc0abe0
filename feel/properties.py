"""`x.name`: members of contexts, and the parts of dates, times, durations and ranges."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from feel.evaluation import Evaluation
from feel.values import NUMBERS, Range, Value, YearsMonths, kind_name, kind_of


def member(run: Evaluation, value: Value, name: str) -> Value:
    """The member or part of that name; of a list, the list of its elements' members."""
    if isinstance(value, dict):
        if name not in value:
            return run.null(f"上下文没有“{name}”这一项")
        return value[name]
    if isinstance(value, list):
        run.spend(len(value))
        run.hold(8 * len(value))
        return [member(run, item, name) for item in value]
    read = _PARTS.get(kind_of(value), {}).get(name)
    if read is None:
        return run.null(f"{kind_name(value)}没有“{name}”这一项")
    return read(value)


def _offset(value: Value) -> Value:
    if isinstance(value, datetime):
        return value.utcoffset()
    if isinstance(value, time) and value.tzinfo is not None:
        return value.tzinfo.utcoffset(None if not isinstance(value.tzinfo, ZoneInfo) else _EPOCH)
    return None


_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 (a zone's offset is asked for a wall clock time)


def _zone_name(value: Value) -> Value:
    zone = value.tzinfo if isinstance(value, (datetime, time)) else None
    return zone.key if isinstance(zone, ZoneInfo) else None


def _second(value: Value) -> Value:
    if not isinstance(value, (datetime, time)):
        return None
    return Decimal(value.second)


_Part = Callable[[Value], Value]


def _number(name: str) -> _Part:
    return lambda value: Decimal(getattr(value, name))


def _weekday(value: Value) -> Value:
    return Decimal(value.isoweekday()) if isinstance(value, date) else None


_DATE: dict[str, _Part] = {
    "year": _number("year"),
    "month": _number("month"),
    "day": _number("day"),
    "weekday": _weekday,
}
_TIME: dict[str, _Part] = {
    "hour": _number("hour"),
    "minute": _number("minute"),
    "second": _second,
    "time offset": _offset,
    "timezone": _zone_name,
}


def _clock_part(size: int, modulus: int) -> _Part:
    """A part of a days and time duration, with the sign of the whole."""

    def read(value: Value) -> Value:
        if not isinstance(value, timedelta):
            return None
        whole = abs(value) // timedelta(seconds=1)
        part = whole // size % modulus if modulus else whole // size
        return Decimal(-part if value < timedelta() else part)

    return read


def _months_part(read_part: Callable[[int], int]) -> _Part:
    def read(value: Value) -> Value:
        if not isinstance(value, YearsMonths):
            return None
        part = read_part(abs(value.months))
        return NUMBERS.create_decimal(-part if value.months < 0 else part)

    return read


def _range_part(name: str) -> _Part:
    return lambda value: getattr(value, name) if isinstance(value, Range) else None


_PARTS: dict[str, dict[str, _Part]] = {
    "date": _DATE,
    "time": _TIME,
    "date and time": {**_DATE, **_TIME},
    "days and time duration": {
        "days": _clock_part(86400, 0),
        "hours": _clock_part(3600, 24),
        "minutes": _clock_part(60, 60),
        "seconds": _clock_part(1, 60),
    },
    "years and months duration": {
        "years": _months_part(lambda months: months // 12),
        "months": _months_part(lambda months: months % 12),
    },
    "range": {
        "start": _range_part("start"),
        "end": _range_part("end"),
        "start included": _range_part("start_included"),
        "end included": _range_part("end_included"),
    },
}
