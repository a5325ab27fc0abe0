"""Working hours 工作时: the office's hours on a working day, and counting in them. Pure.

The hours are data (a family's parameter `office.hours`); which days are worked the calendar knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from engine.calendars.year import CalendarError

_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_DAY = timedelta(days=1)
#: Days without an office hour after which a count gives up: a calendar of rest days alone.
_LONGEST_REST = 400

#: Whether the office is open on a day.
IsWorked = Callable[[date], bool]


@dataclass(frozen=True)
class OfficeHours:
    """The spans in which the office works, in order, none touching the next."""

    spans: tuple[tuple[time, time], ...]

    @classmethod
    def of(cls, texts: Iterable[str]) -> OfficeHours:
        """From `["08:30-12:00", "13:30-17:30"]`. CalendarError for what is no day's work."""
        spans: list[tuple[time, time]] = []
        for text in texts:
            found = _SPAN.fullmatch(text) if isinstance(text, str) else None
            if found is None:
                raise CalendarError(f"工作时间“{text}”应写作 08:30-12:00 的形式。")
            begins, ends = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
            if begins >= ends or (spans and begins <= spans[-1][1]):
                raise CalendarError(f"工作时间“{text}”的起止不对，或与前一段重叠。")
            spans.append((begins, ends))
        if not spans:
            raise CalendarError("工作时间至少应有一段。")
        return cls(tuple(spans))

    def on(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The spans of a worked day, as local times without a zone."""
        for begins, ends in self.spans:
            yield datetime.combine(day, begins), datetime.combine(day, ends)

    @cached_property
    def length(self) -> timedelta:
        """Of one day."""
        day = date(2000, 1, 1)
        return sum((ends - begins for begins, ends in self.on(day)), timedelta())


def after(hours: OfficeHours, is_worked: IsWorked, start: datetime, length: timedelta) -> datetime:
    """The instant at which so much office time has passed since `start`; both local, no zone.

    A start outside the hours counts from the next opening; a length of zero ends at its start.
    """
    day, left, rested = start.date(), length, 0
    if not left:
        return start
    while rested < _LONGEST_REST:
        rested += 1
        if is_worked(day):
            rested = 0
            for begins, ends in hours.on(day):
                open_for = ends - max(begins, start)
                if open_for >= left:
                    return max(begins, start) + left
                left -= max(open_for, timedelta())
        day += _DAY
    raise CalendarError("这段时间里没有工作时间，无法推算。")


def between(hours: OfficeHours, is_worked: IsWorked, a: datetime, b: datetime) -> timedelta:
    """The office time from `a` to `b`; none where `b` is not later."""
    total, day = timedelta(), a.date()
    while day <= b.date():
        if is_worked(day):
            for begins, ends in hours.on(day):
                total += max(min(ends, b) - max(begins, a), timedelta())
        day += _DAY
    return total
