"""When a period ends and why: a parameter, a start, the calendar in force. Nothing is stored here.

Days, working days and months end at 24:00 local time of a calendar day (民法典 201–203); hours and
minutes end at an instant. `engine/timing/deadlines.py` keeps what comes out; FEEL timers use it directly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol, TypeAlias

import feel
from engine.administration import parameters
from engine.calendars import working_calendar
from engine.calendars.calendar import Calendar, CalendarError, OfficeHours, Unit, end_of
from engine.clock import LOCAL_ZONE, local_date
from engine.errors import EngineError, Invalid
from engine.tables import DeadlineRule
from engine.timing import deadline_rules
from engine.timing.deadline_rules import CLOCK_UNITS
from engine.timing.periods import OFFICE_HOURS, WORKING_HOURS

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

#: A local date, an aware instant, or ISO text of either.
Moment: TypeAlias = date | datetime | str

_WORDS = {"hours": "小时", "minutes": "分钟", "working_hours": "个工作时"}
_KEY = "calendars"

#: The parameter that says whether a last day on a rest day rolls over (民法典 203).
ROLL = "calendar.roll"


class Period(Protocol):
    """How long; a `DeadlineRule` is one."""

    @property
    def amount(self) -> int: ...

    @property
    def unit(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Start:
    """The start event: its local day, and the instant that hours and minutes count from."""

    on: date
    at: datetime


@dataclass(frozen=True, kw_only=True)
class End:
    """The last day, the instant it ends, the clauses that say why, and whether it may still move."""

    due_on: date
    due_at: datetime
    why: str
    is_provisional: bool


def start_of(uow: UnitOfWork, moment: Moment) -> Start:
    """A start event. A bare date of today counts hours from now, another from its first minute.

    ValueError for text that is neither a date nor a date and time.
    """
    if isinstance(moment, str):
        moment = date.fromisoformat(moment) if len(moment) == 10 else datetime.fromisoformat(moment)
    if isinstance(moment, datetime):
        aware = moment if moment.tzinfo else moment.replace(tzinfo=LOCAL_ZONE)
        return Start(on=local_date(aware), at=aware.astimezone(UTC))
    if moment == uow.today:
        return Start(on=moment, at=uow.now)
    return Start(on=moment, at=first_instant(moment))


def first_instant(day: date) -> datetime:
    """0:00 of a local day, aware UTC."""
    return datetime.combine(day, time(), LOCAL_ZONE).astimezone(UTC)


def calendar_of(uow: UnitOfWork, family: str) -> Calendar:
    """The working-day calendar that a family's manifest names, with the hours of its office."""
    # once in a unit of work: a page of deadlines asks for it with every row
    kept: dict[tuple[str, int], Calendar] = uow.session.info.setdefault(_KEY, {})
    days = working_calendar.load(uow, working_calendar.name_of(uow, family))
    key = (family, id(days))
    if key not in kept:
        hours = parameters.find(uow, family, OFFICE_HOURS)
        rolls = parameters.find(uow, family, ROLL)
        kept[key] = days.kept_by(
            hours=None if hours is None else OfficeHours.of(hours.value),
            rolls=True if rolls is None else bool(rolls.value),
        )
    return kept[key]


def reckon(calendar: Calendar, rule: Period, start: Start, amount: int | None = None) -> End:
    """Where a period of the rule (or of another `amount` of its unit) ends.

    An amount below zero counts back from the start event. YearNotLoaded (a Conflict) where it
    reaches a year whose holiday notice is not stored.
    """
    amount = rule.amount if amount is None else amount
    try:
        if rule.unit == WORKING_HOURS:
            return _in_office_time(calendar, amount, start)
        if rule.unit in CLOCK_UNITS:
            return _by_the_clock(rule.unit, amount, start)
        due = calendar.due(start.on, abs(amount), Unit(rule.unit), back=amount < 0)
    except CalendarError as error:
        raise Invalid(str(error), code="deadline-invalid") from error
    return End(due_on=due.on, due_at=end_of(due.on), why=due.why, is_provisional=due.provisional)


def _by_the_clock(unit: str, amount: int, start: Start) -> End:
    return _at_instant(unit, amount, start, start.at + timedelta(**{unit: amount}))


def _in_office_time(calendar: Calendar, amount: int, start: Start) -> End:
    if amount < 0:
        raise CalendarError("工作时不能倒计，请改用工作日。")
    due_at = calendar.add_working_hours(start.at, timedelta(hours=amount))
    end = _at_instant(WORKING_HOURS, amount, start, due_at)
    return replace(end, is_provisional=calendar.is_provisional(start.on, end.due_on))


def _at_instant(unit: str, amount: int, start: Start, due_at: datetime) -> End:
    began, ended = (at.astimezone(LOCAL_ZONE) for at in (start.at, due_at))
    return End(
        due_on=local_date(due_at),
        due_at=due_at,
        why=f"自{began:%Y-%m-%d %H:%M}起算{amount}{_WORDS[unit]}，至{ended:%Y-%m-%d %H:%M}止",
        is_provisional=False,
    )


def ground(rule: DeadlineRule) -> str:
    """On what a period rests: its article, or plainly that no law sets one."""
    if rule.is_law:
        return f"依据{rule.basis or rule.source}"
    if "无法定期限" in rule.source:
        return rule.source
    reference = rule.basis or rule.source
    return f"默认值，无法定期限（参照{reference}）" if reference else "默认值，无法定期限"


def sentence(rule: DeadlineRule, end: End) -> str:
    """One Chinese sentence: start event, count, rest days, what happened since, and the ground."""
    return f"{rule.start_event}，{end.why}；{ground(rule)}。"


def functions(uow: UnitOfWork, family: str) -> Mapping[str, Callable[..., object]]:
    """What a family's models may call in FEEL, beside the language's own functions.

    `deadline(key, from)`: the instant at which that deadline ends; `add working days(date, n)`,
    which deployed models also call `working days after`: the n-th working day after (before, for
    n < 0); `working days between(a, b)`: working days after `a` up to `b`; `is working day(date)`.
    Dates may be ISO text, as variables hold them. FeelError names what does not fit.
    """

    def deadline(key: object, start: object) -> datetime:
        if not isinstance(key, str):
            raise feel.FeelError("deadline 的第一个参数应是期限参数的名称", code="function")
        with _refusals():
            rule = deadline_rules.current(uow, family, key)
            return reckon(calendar_of(uow, family), rule, _moment(uow, start)).due_at

    def working_days_after(start: object, count: object) -> date:
        number = _whole(count)
        calendar, day = calendar_of(uow, family), _moment(uow, start).on
        with _refusals():
            if number < 0:
                return calendar.subtract_working_days(day, -number)
            return calendar.add_working_days(day, number)

    def working_days_between(start: object, end: object) -> int:
        calendar = calendar_of(uow, family)
        with _refusals():
            return calendar.working_days_between(_moment(uow, start).on, _moment(uow, end).on)

    def is_working_day(date: object) -> bool:
        with _refusals():
            return calendar_of(uow, family).is_working_day(_moment(uow, date).on)

    return {
        "deadline": deadline,
        "add working days": lambda date, n: working_days_after(date, n),
        "working days after": working_days_after,
        "working days between": working_days_between,
        "is working day": is_working_day,
    }


def _moment(uow: UnitOfWork, value: object) -> Start:
    if isinstance(value, date | str):
        try:
            return start_of(uow, value)
        except ValueError:
            pass
    raise feel.FeelError(f"“{value}”不是日期", mend="请给出日期或日期时间", code="function")


def _whole(value: object) -> int:
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and value == int(value):
        return int(value)
    raise feel.FeelError(f"“{value}”不是整数", mend="工作日的个数应是整数", code="function")


@contextmanager
def _refusals() -> Iterator[None]:
    """What the calendar refuses, as an error of the expression that asked for it."""
    try:
        yield
    except EngineError as error:
        raise feel.FeelError(error.detail, code="function") from error
    except CalendarError as error:
        raise feel.FeelError(str(error), code="function") from error
