"""Working days as versioned data: pure counting of statutory and office deadlines.

A `Year` is one stored row (a year's State Council holiday notice); a `Calendar` counts over
the years it was given and knows nothing of databases or clocks. Deadlines and the FEEL timer
functions call it. Day 0 is the day of the start event, counting begins on the next day, and a
last day on a rest day rolls to the next working day (民法典 201, 203; a make-up working day is
not a rest day).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Iterable
from copy import copy
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.calendars import due as clauses
from engine.calendars import hours as office
from engine.calendars.due import DayKind, Due, Step, Unit
from engine.calendars.hours import OfficeHours
from engine.calendars.year import CalendarError, Year
from engine.errors import Conflict

__all__ = [
    "ZONE",
    "Calendar",
    "CalendarError",
    "DayKind",
    "Due",
    "OfficeHours",
    "Step",
    "Unit",
    "Year",
    "YearNotLoaded",
    "end_of",
    "seed_year",
]

ZONE = ZoneInfo("Asia/Shanghai")
_DAY = timedelta(days=1)
_MOST = 20_000  # days: some fifty years, far past any deadline
_LAST_ORDINAL = date.max.toordinal()


class YearNotLoaded(Conflict):
    """A count reached a year whose holiday notice has not been imported; `.year` names it."""

    default_code = "calendar-year-missing"

    def __init__(self, year: int) -> None:
        super().__init__(
            f"{year}年的放假安排尚未导入，无法推算期限。"
            f"请先导入国务院办公厅关于{year}年部分节假日安排的通知。",
            year=year,
        )
        self.year = year


def end_of(day: date) -> datetime:
    """The aware UTC instant of 24:00 local time of `day`, when a last day ends (民法典 203)."""
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
        self.hours: OfficeHours | None = None
        self.rolls = True
        self._years: dict[int, Year] = {}
        for year in years:
            if year.year in self._years:
                raise CalendarError(f"{year.year}年的放假安排给了两次。")
            self._years[year.year] = year
        self._worked = {year.year: _worked_in(year) for year in self._years.values()}
        self._unusual = {
            year.year: (sorted(year.rest_days), sorted(year.worked))
            for year in self._years.values()
        }

    def kept_by(self, *, hours: OfficeHours | None, rolls: bool) -> Calendar:
        """The same days, as an office with these hours counts; `rolls`: see `due`."""
        other = copy(self)
        other.hours, other.rolls = hours, rolls
        return other

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
        return self._count_forward(day.toordinal() - 1, 1)

    def roll_back(self, day: date) -> date:
        """`day` itself, or the last working day before it when it is a rest day."""
        return self._count_back(day.toordinal() + 1, 1)

    def add_working_days(self, start: date, n: int) -> date:
        """The n-th working day after `start`; for n = 0, `start` rolled."""
        return self._count_forward(start.toordinal(), n) if _checked(n) else self.roll(start)

    def add_days(self, start: date, n: int, *, roll: bool = True) -> date:
        """The n-th natural day after `start`, rolled off a rest day unless `roll` is false."""
        end = _natural(start, _checked(n), Unit.DAYS)
        return self.roll(end) if roll else end

    def add_months(self, start: date, n: int, *, roll: bool = True) -> date:
        """The same day n months later, or that month's last day where it has none (民法典 202)."""
        end = _natural(start, _checked(n), Unit.MONTHS)
        return self.roll(end) if roll else end

    def subtract_working_days(self, end: date, n: int) -> date:
        """The n-th working day before `end`: the last day to give n working days' notice."""
        return self._count_back(end.toordinal(), n) if _checked(n) else self.roll_back(end)

    def working_days_between(self, a: date, b: date) -> int:
        """Working days after `a` up to and including `b`; negative when `b` lies before `a`.

        Zero says only that no working day lies between: on the Saturday after a due Friday it is 0
        too, so compare the dates to tell "due today" from "overdue".
        """
        if b < a:
            return -self.working_days_between(b, a)
        first, last = a.toordinal(), b.toordinal()
        total = 0
        for year in range(a.year, b.year + 1):
            worked = self._working_days(year)
            total += bisect_right(worked, last) - bisect_right(worked, first)
        return total

    def add_working_hours(self, start: datetime, length: timedelta) -> datetime:
        """The instant (aware UTC) at which so much office time has passed since `start`."""
        local = start.astimezone(ZONE).replace(tzinfo=None)
        end = office.after(self._hours(), self.is_working_day, local, length)
        return end.replace(tzinfo=ZONE).astimezone(UTC)

    def working_time_between(self, a: datetime, b: datetime) -> timedelta:
        """The office time from one instant to a later one."""
        one, other = (at.astimezone(ZONE).replace(tzinfo=None) for at in (a, b))
        return office.between(self._hours(), self.is_working_day, one, other)

    def is_provisional(self, first: date, last: date) -> bool:
        """Whether a year between two days has no notice yet."""
        years = range(min(first, last).year, max(first, last).year + 1)
        return any(self._year(year).provisional for year in years)

    def due(
        self,
        start: date,
        amount: int,
        unit: Unit | str,
        *,
        roll: bool | None = None,
        back: bool = False,
    ) -> Due:
        """The last day of a clock of `amount` `unit` that starts at `start`, with its explanation.

        `back` counts back from `start` (a notice so long before a visit): a rest day then moves to
        the working day before it, so that the notice is never shorter. `roll` concerns days and
        months, as the calendar `rolls` where it is not given; working days never end on a rest day.
        Raise `YearNotLoaded`, or `CalendarError` for
        an amount out of range or a unit that is not one of `Unit`.
        """
        unit = _unit(unit)
        roll = self.rolls if roll is None else roll
        steps = [clauses.started(start, _checked(amount), unit, back=back)]
        if unit is Unit.WORKING_DAYS:
            return self._due_in_working_days(start, amount, steps, back=back)
        nominal = end = _natural(start, -amount if back else amount, unit)
        if roll:
            end = self.roll_back(nominal) if back else self.roll(nominal)
        if unit is Unit.MONTHS and nominal.day != start.day:
            steps.append(clauses.month_end(nominal))
        if end != nominal:
            rest = self.kind(nominal) is DayKind.HOLIDAY
            steps.append(clauses.moved(nominal, end, self._name(nominal) if rest else ""))
        return self._due(end, steps, asked=(nominal, end) if roll else ())

    def explain(
        self,
        start: date,
        amount: int,
        unit: Unit | str,
        *,
        roll: bool | None = None,
        back: bool = False,
    ) -> str:
        """One Chinese sentence: why `due` with the same arguments gives its date."""
        return self.due(start, amount, unit, roll=roll, back=back).why

    def _due_in_working_days(
        self, start: date, amount: int, steps: list[Step], *, back: bool
    ) -> Due:
        if back:
            end = self.subtract_working_days(start, amount)
            first, last = end, start - _DAY
        else:
            end = self.add_working_days(start, amount)
            first, last = start + _DAY, end
        steps += self._passed(first, last)
        return self._due(end, steps, asked=(first, last) if amount else (start, end))

    def _due(self, end: date, steps: list[Step], *, asked: tuple[date, ...]) -> Due:
        """`asked`: days between which the count depends on the calendar, none when it does not."""
        years = tuple(range(min(asked).year, max(asked).year + 1)) if asked else ()
        unannounced = [year for year in years if self._year(year).provisional]
        steps = [*steps, *(clauses.not_announced(year) for year in unannounced)]
        return Due(on=end, provisional=bool(unannounced), years=years, steps=tuple(steps))

    def _passed(self, first: date, last: date) -> list[Step]:
        off: dict[date, str] = {}
        worked: list[date] = []
        for number in range(first.year, last.year + 1):
            year = self._year(number)
            rest, made_up = self._unusual[number]
            off |= {day: self._name(day) for day in _between(rest, first, last)}
            worked += [day for day in _between(made_up, first, last) if day not in year.rest_days]
        return clauses.passed(off, worked)

    def _count_forward(self, after: int, n: int) -> date:
        """The n-th working day later than the ordinal `after`."""
        year = date.fromordinal(min(after + 1, _LAST_ORDINAL)).year
        while True:
            worked = self._working_days(year)
            gone = bisect_right(worked, after)
            if gone + n <= len(worked):
                return date.fromordinal(worked[gone + n - 1])
            n -= len(worked) - gone
            year += 1

    def _count_back(self, before: int, n: int) -> date:
        """The n-th working day earlier than the ordinal `before`."""
        year = date.fromordinal(max(before - 1, 1)).year
        while True:
            worked = self._working_days(year)
            left = bisect_left(worked, before)
            if n <= left:
                return date.fromordinal(worked[left - n])
            n -= left
            year -= 1

    def _working_days(self, year: int) -> list[int]:
        self._year(year)
        return self._worked[year]

    def _hours(self) -> OfficeHours:
        if self.hours is None:
            raise CalendarError("没有规定办公时间，无法按工作时推算。请先设置参数“office.hours”。")
        return self.hours

    def _year(self, year: int) -> Year:
        try:
            return self._years[year]
        except KeyError:
            raise YearNotLoaded(year) from None

    def _name(self, day: date) -> str:
        return self._year(day.year).names.get(day, "节假日")


def _range(first: date, last: date) -> list[date]:
    return [date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]


def _between(days: list[date], first: date, last: date) -> list[date]:
    return days[bisect_left(days, first) : bisect_right(days, last)]


def _worked_in(year: Year) -> list[int]:
    """The ordinals of the year's working days, ascending, so that a count is a bisection."""
    return [
        day.toordinal()
        for day in _range(date(year.year, 1, 1), date(year.year, 12, 31))
        if day not in year.rest_days and (day.weekday() < 5 or day in year.worked)
    ]


def _checked(amount: int) -> int:
    if not 0 <= amount <= _MOST:
        raise CalendarError(f"期限的数量应在0到{_MOST}之间，现为{amount}。")
    return amount


def _unit(unit: Unit | str) -> Unit:
    try:
        return Unit(unit)
    except ValueError:
        known = "、".join(Unit)
        raise CalendarError(f"期限单位“{unit}”不能按日历推算，应为{known}之一。") from None


def _natural(start: date, amount: int, unit: Unit) -> date:
    """`amount` days or months from `start`, either way."""
    try:
        if unit is Unit.DAYS:
            return start + timedelta(days=amount)
        year, month = divmod(start.year * 12 + start.month - 1 + amount, 12)
        return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
    except (OverflowError, ValueError) as error:
        raise CalendarError(f"自{start}起的期限超出了可表示的日期。") from error
