"""Built-ins on the calendar and the clock; now() and today() read the pinned now, in local time."""

from __future__ import annotations

import calendar
from datetime import date
from decimal import Decimal

from feel.builtins.registry import builtin
from feel.evaluation import Evaluation
from feel.operators import equal
from feel.text import written
from feel.values import Value, kind_of

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@builtin("now")
def now(run: Evaluation) -> Value:
    return run.now()


@builtin("today")
def today(run: Evaluation) -> Value:
    return run.now().date()


@builtin("day of year", "date: date|date and time")
def day_of_year(run: Evaluation, on: date) -> Value:
    return Decimal(on.timetuple().tm_yday)


@builtin("day of week", "date: date|date and time")
def day_of_week(run: Evaluation, on: date) -> Value:
    return _DAYS[on.weekday()]


@builtin("month of year", "date: date|date and time")
def month_of_year(run: Evaluation, on: date) -> Value:
    return _MONTHS[on.month - 1]


@builtin("week of year", "date: date|date and time")
def week_of_year(run: Evaluation, on: date) -> Value:
    """The week of ISO 8601."""
    return Decimal(on.isocalendar().week)


@builtin("last day of month", "date: date|date and time")
def last_day_of_month(run: Evaluation, on: date) -> Value:
    return Decimal(calendar.monthrange(on.year, on.month)[1])


@builtin("is", "value1: any", "value2: any")
def same(run: Evaluation, one: Value, other: Value) -> Value:
    """The same value written the same way: times in different zones are equal, but not the same."""
    if kind_of(one) != kind_of(other):
        return False
    if kind_of(one) in ("date and time", "time"):
        return written(one, run) == written(other, run)
    return equal(run, one, other)
