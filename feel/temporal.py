"""Arithmetic of dates, times and durations (DMN 1.5, table 58).

A date and time without a zone is read in the local zone where it meets one that has a zone.
Time that passes is added on the time line, months on the calendar: in a zone with summer time one
day later and 24 hours later are the same instant, one month later is the same time of day.
None stands for a result outside the years 1 to 9999 or an operation without meaning.
"""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal

from feel.values import NUMBERS, Value, YearsMonths

_MICROSECOND = timedelta(microseconds=1)


def instant(value: datetime, zone: tzinfo) -> datetime:
    """The date and time in UTC. Raises OverflowError at the ends of the calendar."""
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)


def add(left: Value, right: Value) -> Value:
    """A date, time or duration plus a duration, in either order."""
    if isinstance(left, (timedelta, YearsMonths)) and not isinstance(right, type(left)):
        left, right = right, left
    try:
        if isinstance(right, timedelta):
            return _add_elapsed(left, right)
        if isinstance(right, YearsMonths):
            return _add_months(left, right.months)
    except OverflowError:
        return None
    return None


def subtract(left: Value, right: Value, *, zone: tzinfo) -> Value:
    """A date, time or duration less a duration, or the time between two points."""
    try:
        if isinstance(right, timedelta):
            return _add_elapsed(left, -right)
        if isinstance(right, YearsMonths):
            return _add_months(left, -right.months)
        return _between(left, right, zone)
    except OverflowError:
        return None


def _add_elapsed(left: Value, elapsed: timedelta) -> Value:
    match left:
        case timedelta():
            return left + elapsed
        case datetime() if left.tzinfo is not None:
            return (left.astimezone(UTC) + elapsed).astimezone(left.tzinfo)
        case datetime():
            return left + elapsed
        case date():
            return (datetime.combine(left, time()) + elapsed).date()
        case time():
            moved = datetime.combine(date(2000, 1, 2), left.replace(tzinfo=None)) + (
                elapsed % timedelta(days=1)
            )
            return moved.time().replace(tzinfo=left.tzinfo)
    return None


def _add_months(left: Value, months: int) -> Value:
    match left:
        case YearsMonths():
            return YearsMonths(left.months + months)
        case datetime():
            moved = _add_months(left.date(), months)
            return datetime.combine(moved, left.timetz()) if isinstance(moved, date) else None
        case date():
            year, month = divmod(left.year * 12 + left.month - 1 + months, 12)
            if not 1 <= year <= 9999:
                return None
            last = calendar.monthrange(year, month + 1)[1]
            return date(year, month + 1, min(left.day, last))
    return None


def _between(left: Value, right: Value, zone: tzinfo) -> timedelta | None:
    if isinstance(left, time) and isinstance(right, time):
        return seconds_of(left, zone) - seconds_of(right, zone)
    if not isinstance(left, date) or not isinstance(right, date):
        return None
    if type(left) is date and type(right) is date:
        return left - right
    return _midnight(left, zone) - _midnight(right, zone)


def _midnight(value: date, zone: tzinfo) -> datetime:
    """The instant of a date and time, or of the beginning of a date in the local zone."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    return instant(value, zone)


def seconds_of(value: time, zone: tzinfo) -> timedelta:
    """Time since midnight in UTC, which may be negative; a zone's offset is that of 1970."""
    offset = offset_of(value, zone)
    return (
        timedelta(
            hours=value.hour,
            minutes=value.minute,
            seconds=value.second,
            microseconds=value.microsecond,
        )
        - offset
    )


def offset_of(value: time, zone: tzinfo) -> timedelta:
    found = (value.tzinfo or zone).utcoffset(datetime(1970, 1, 1))  # noqa: DTZ001 (only the offset)
    return found or timedelta()


def months_between(start: date, end: date) -> YearsMonths:
    """Whole months from start to end, negative where end is earlier."""
    if end < start:
        return YearsMonths(-months_between(end, start).months)
    months = (end.year - start.year) * 12 + end.month - start.month
    return YearsMonths(months - 1 if end.day < start.day else months)


def scale(value: timedelta | YearsMonths, factor: Decimal, *, divide: bool = False) -> Value:
    """A duration times or divided by a number, cut to whole months or microseconds."""
    units = Decimal(value.months if isinstance(value, YearsMonths) else value // _MICROSECOND)
    try:
        exact = NUMBERS.divide(units, factor) if divide else NUMBERS.multiply(units, factor)
        if exact.adjusted() > 20:
            return None
        whole = int(exact)
        return YearsMonths(whole) if isinstance(value, YearsMonths) else whole * _MICROSECOND
    except (ArithmeticError, OverflowError):
        return None


def ratio(left: timedelta, right: timedelta) -> Decimal | None:
    """How often one duration goes into another."""
    if not right:
        return None
    return NUMBERS.divide(Decimal(left // _MICROSECOND), Decimal(right // _MICROSECOND))
