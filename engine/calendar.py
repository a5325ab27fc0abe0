"""Working days as versioned data: pure counting of statutory and office deadlines.

A `Year` is one stored row (a year's State Council holiday notice); a `Calendar` counts over
the years it was given and knows nothing of databases or clocks. Deadlines and the FEEL timer
functions call it. Day 0 is the day of the start event, counting begins on the next day, and a
last day on a rest day rolls to the next working day (民法典 201–203; a make-up working day is
not a rest day).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby
from zoneinfo import ZoneInfo

from engine.calendars.year import CalendarError, Year

__all__ = [
    "ZONE",
    "Calendar",
    "CalendarError",
    "DayKind",
    "Due",
    "Step",
    "Unit",
    "Year",
    "YearNotLoaded",
    "end_of",
    "seed_year",
]

ZONE = ZoneInfo("Asia/Shanghai")
_DAY = timedelta(days=1)
_WEEKDAYS = "一二三四五六日"


class YearNotLoaded(CalendarError):
    """A count reached a year whose holiday notice has not been imported; `.year` names it."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(
            f"{year}年的放假安排尚未导入，无法推算期限。"
            f"请先导入国务院办公厅关于{year}年部分节假日安排的通知。"
        )


class DayKind(StrEnum):
    """What a day is to the office."""

    WORKDAY = "workday"  #: an ordinary Monday to Friday
    MAKE_UP = "make_up"  #: a weekend day that is worked 调休上班
    WEEKEND = "weekend"  #: an ordinary Saturday or Sunday
    HOLIDAY = "holiday"  #: a statutory holiday, or a day off in its span

    @property
    def is_worked(self) -> bool:
        """True where the office is open."""
        return self in (DayKind.WORKDAY, DayKind.MAKE_UP)


class Unit(StrEnum):
    """How the amount of a clock counts. Hours and minutes are instants, not calendar days."""

    DAYS = "days"  #: natural days 日
    WORKING_DAYS = "working_days"  #: 工作日
    MONTHS = "months"  #: natural months 个月

    @property
    def word(self) -> str:
        """The office's word, as it follows a number."""
        return {"days": "日", "working_days": "个工作日", "months": "个月"}[self.value]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One part of an explanation.

    `kind` is one of `start`, `skipped`, `worked`, `month_end`, `rolled`, `provisional`; `text` is
    a Chinese clause, `days` the dates it speaks of.
    """

    kind: str
    text: str
    days: tuple[date, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Due:
    """The last day of a clock and how it came about.

    `years` are those whose holiday data decided the date: when one of them gets a new version,
    this result is to be computed again. `provisional` is true when one of them is.
    """

    on: date
    provisional: bool
    years: tuple[int, ...]
    steps: tuple[Step, ...]

    @property
    def why(self) -> str:
        """One Chinese sentence: why this date."""
        clauses = [step.text for step in self.steps if step.kind != "provisional"]
        notes = [step.text for step in self.steps if step.kind == "provisional"]
        return "，".join([*clauses, f"至{self.on}止"]) + "".join(f"（{note}）" for note in notes)


def end_of(day: date) -> datetime:
    """The aware UTC instant of 24:00 local time of `day` (民法典 203: the last day ends at 24:00)."""
    return datetime.combine(day + _DAY, time(), ZONE).astimezone(UTC)


def seed_year(year: int) -> Year:
    """A first `Year` from public packages; see `engine.calendars.cn`."""
    # Imported here: the packages cost 0.4 s and serve only when the table is seeded.
    from engine.calendars import cn

    return cn.seed_year(year)


class Calendar:
    """Counts days over the given years; immutable, shareable between threads."""

    def __init__(self, years: Iterable[Year]) -> None:
        """Raise `CalendarError` when a year is given twice."""
        self._years: dict[int, Year] = {}
        self._worked: dict[int, list[int]] = {}
        for year in years:
            if year.year in self._years:
                raise CalendarError(f"{year.year}年的放假安排给了两次。")
            self._years[year.year] = year
            self._worked[year.year] = [
                day.toordinal() for day in _days_of(year) if _open(year, day)
            ]

    @property
    def years(self) -> tuple[Year, ...]:
        """The loaded years, ascending."""
        return tuple(self._years[year] for year in sorted(self._years))

    def kind(self, day: date) -> DayKind:
        """What `day` is; raise `YearNotLoaded`."""
        year = self._year(day.year)
        if day in year.rest_days:
            return DayKind.HOLIDAY
        if day.weekday() < 5:
            return DayKind.WORKDAY
        return DayKind.MAKE_UP if day in year.worked else DayKind.WEEKEND

    def is_working_day(self, day: date) -> bool:
        """True when the office is open on `day`; raise `YearNotLoaded`."""
        return self.kind(day).is_worked

    def roll(self, day: date) -> date:
        """`day` itself, or the next working day when it is a rest day (民法典 203)."""
        return self._count_forward(day - _DAY, 1)

    def roll_back(self, day: date) -> date:
        """`day` itself, or the last working day before it when it is a rest day."""
        return self._count_back(day + _DAY, 1)

    def add_working_days(self, start: date, n: int) -> date:
        """The n-th working day after `start`; for n = 0, `start` rolled. n must not be negative."""
        _not_negative(n)
        return self._count_forward(start, n) if n else self.roll(start)

    def add_days(self, start: date, n: int, *, roll: bool = True) -> date:
        """The n-th natural day after `start`, rolled off a rest day unless `roll` is false."""
        _not_negative(n)
        end = _shift(start, n)
        return self.roll(end) if roll else end

    def add_months(self, start: date, n: int, *, roll: bool = True) -> date:
        """The same day n months later, or that month's last day where it has none (民法典 202)."""
        _not_negative(n)
        end = _same_day(start, n)
        return self.roll(end) if roll else end

    def subtract_working_days(self, end: date, n: int) -> date:
        """The n-th working day before `end`: the last day to give n working days' notice."""
        _not_negative(n)
        return self._count_back(end, n) if n else self.roll_back(end)

    def working_days_between(self, a: date, b: date) -> int:
        """Working days after `a` up to and including `b`; negative when `b` lies before `a`.

        Zero says only that no working day lies between: on the Saturday after a due Friday it is 0
        too, so compare the dates to tell "due today" from "overdue".
        """
        if b < a:
            return -self.working_days_between(b, a)
        total = 0
        for year in range(a.year, b.year + 1):
            self._year(year)
            worked = self._worked[year]
            total += bisect_right(worked, b.toordinal()) - bisect_right(worked, a.toordinal())
        return total

    def due(
        self,
        start: date,
        amount: int,
        unit: Unit | str,
        *,
        roll: bool = True,
        back: bool = False,
    ) -> Due:
        """The last day of a clock of `amount` `unit` that starts at `start`, with its explanation.

        `back` counts back from `start` (a notice so long before a visit): a rest day then moves to
        the working day before it, so that the notice is never shorter. `roll` concerns days and
        months; working days never end on a rest day. Raise `YearNotLoaded`, or `CalendarError` for
        a negative amount or a unit that is not one of `Unit`.
        """
        unit = _unit(unit)
        _not_negative(amount)
        if unit is Unit.WORKING_DAYS:
            nominal = self._working(start, amount, back=back)
        else:
            nominal = _natural(start, amount, unit, back=back)
        end = nominal
        if roll and unit is not Unit.WORKING_DAYS:
            end = self.roll_back(nominal) if back else self.roll(nominal)
        years = self._decided_by(start, nominal, end, counted=unit is Unit.WORKING_DAYS, roll=roll)
        steps = [_started(start, amount, unit, back=back)]
        if unit is Unit.WORKING_DAYS:
            steps += self._passed(min(start, end), max(start, end))
        elif unit is Unit.MONTHS and nominal.day != start.day:
            steps.append(_no_same_day(nominal))
        if end != nominal:
            steps.append(self._rolled(nominal, end))
        provisional = [year for year in years if self._years[year].provisional]
        steps += [_not_announced(year) for year in provisional]
        return Due(on=end, provisional=bool(provisional), years=years, steps=tuple(steps))

    def explain(
        self,
        start: date,
        amount: int,
        unit: Unit | str,
        *,
        roll: bool = True,
        back: bool = False,
    ) -> str:
        """One Chinese sentence: why `due` with the same arguments gives its date."""
        return self.due(start, amount, unit, roll=roll, back=back).why

    def _year(self, year: int) -> Year:
        try:
            return self._years[year]
        except KeyError:
            raise YearNotLoaded(year) from None

    def _working(self, start: date, n: int, *, back: bool) -> date:
        return self.subtract_working_days(start, n) if back else self.add_working_days(start, n)

    def _count_forward(self, after: date, n: int) -> date:
        year, ordinal = (after + _DAY).year, after.toordinal()
        while True:
            self._year(year)
            worked = self._worked[year]
            index = bisect_right(worked, ordinal) + n - 1
            if index < len(worked):
                return date.fromordinal(worked[index])
            n -= len(worked) - bisect_right(worked, ordinal)
            year += 1

    def _count_back(self, before: date, n: int) -> date:
        year, ordinal = (before - _DAY).year, before.toordinal()
        while True:
            self._year(year)
            worked = self._worked[year]
            index = bisect_left(worked, ordinal) - n
            if index >= 0:
                return date.fromordinal(worked[index])
            n -= bisect_left(worked, ordinal)
            year -= 1

    def _decided_by(
        self, start: date, nominal: date, end: date, *, counted: bool, roll: bool
    ) -> tuple[int, ...]:
        if not counted and not roll:
            return ()  # natural days ask no calendar
        first, last = sorted((start if counted else nominal, end))
        return tuple(range(first.year, last.year + 1))

    def _passed(self, after: date, until: date) -> Iterator[Step]:
        """What made the working days between two dates differ from Monday to Friday."""
        between = [date.fromordinal(n) for n in range(after.toordinal() + 1, until.toordinal() + 1)]
        off = [day for day in between if self.kind(day) is DayKind.HOLIDAY]
        worked = tuple(day for day in between if self.kind(day) is DayKind.MAKE_UP)
        names = [name for name, _ in groupby(self._name(day) for day in off)]
        if off:
            text = "遇" + "、".join(dict.fromkeys(names)) + "放假"
            yield Step(kind="skipped", text=text + ("和调休" if worked else ""), days=tuple(off))
        if worked:
            listed = "、".join(f"{day:%m-%d}" for day in worked)
            yield Step(kind="worked", text=f"{listed}为调休上班日计入", days=worked)

    def _rolled(self, nominal: date, end: date) -> Step:
        if self.kind(nominal) is DayKind.HOLIDAY:
            what = f"{self._name(nominal)}放假"
        else:
            what = f"周{_WEEKDAYS[nominal.weekday()]}"
        verb = "顺延" if end > nominal else "提前"
        text = (
            f"末日{nominal}为{what}，{verb}至下一工作日"
            if end > nominal
            else (f"该日{nominal}为{what}，{verb}至上一工作日")
        )
        return Step(kind="rolled", text=text, days=(nominal,))

    def _name(self, day: date) -> str:
        return self._year(day.year).names.get(day, "节假日")
