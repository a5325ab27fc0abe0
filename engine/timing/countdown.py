"""How much of a running clock is left, as lists and deadline cards show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.calendars.calendar import Calendar, Unit, YearNotLoaded
from engine.states import DeadlineState
from engine.tables import Deadline
from engine.timing import reckoning

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

#: At most so many working days left: yellow.
YELLOW_FROM = 3


_CLOSED = {
    DeadlineState.MET: "按期办结",
    DeadlineState.LATE: "逾期办结",
    DeadlineState.CANCELLED: "不再计时",
}


@dataclass(frozen=True, kw_only=True)
class DaysLeft:
    """`amount` is negative once overdue, 0 on the last day; `unit` is `working_days` or `days`."""

    amount: int
    unit: str


class Light(StrEnum):
    GREEN = "green"  #: time enough
    YELLOW = "yellow"  #: YELLOW_FROM working days or fewer
    RED = "red"  #: overdue


def words(uow: UnitOfWork, deadline: Deadline) -> str:
    """What the light says, for who does not see its colour: 还剩3个工作日、今天到期、已逾期2日."""
    if deadline.state == DeadlineState.PAUSED:
        return "中止中，不计时"
    left = days_left(uow, deadline)
    if left is None:
        return _CLOSED[DeadlineState(deadline.state)]
    unit = "个工作日" if left.unit == Unit.WORKING_DAYS else "日"
    if light(uow, deadline) == Light.RED:
        return f"已逾期{-left.amount}{unit}" if left.amount < 0 else "已逾期"
    return f"还剩{left.amount}{unit}" if left.amount > 0 else "今天到期"


def days_left(uow: UnitOfWork, deadline: Deadline) -> DaysLeft | None:
    """What is left until the end, in the rule's unit; None once it is closed.

    Months, hours and minutes are shown in days.
    """
    if not _is_running(deadline):
        return None
    return days_until(uow, deadline.due_on, family=deadline.rule.family, unit=deadline.rule.unit)


def light(uow: UnitOfWork, deadline: Deadline) -> Light | None:
    """Its colour; None once it is closed."""
    if not _is_running(deadline):
        return None
    if deadline.state == DeadlineState.MISSED or uow.now > deadline.due_at:
        return Light.RED
    return light_until(uow, deadline.due_on, family=deadline.rule.family)


def days_until(
    uow: UnitOfWork, due_on: date, *, family: str, unit: str = Unit.WORKING_DAYS
) -> DaysLeft:
    """From today to a day, for due dates without a deadline row as well.

    Where the holiday notice of a year on the way is not stored, natural days are counted instead:
    a list is not to fail for it.
    """
    days = (due_on - uow.today).days
    if unit != Unit.WORKING_DAYS:
        return DaysLeft(amount=days, unit=Unit.DAYS.value)
    count = _working_days(reckoning.calendar_of(uow, family), uow.today, due_on)
    if count is None:
        return DaysLeft(amount=days, unit=Unit.DAYS.value)
    if days < 0:  # overdue since a Friday, seen on Saturday: no working day lies between
        count = min(count, -1)
    return DaysLeft(amount=count, unit=Unit.WORKING_DAYS.value)


def light_until(uow: UnitOfWork, due_on: date, *, family: str) -> Light:
    """The colour of a due day, for due dates without a deadline row as well."""
    if due_on < uow.today:
        return Light.RED
    left = days_until(uow, due_on, family=family)
    return Light.YELLOW if left.amount <= YELLOW_FROM else Light.GREEN


def _is_running(deadline: Deadline) -> bool:
    return deadline.state in (DeadlineState.OPEN, DeadlineState.MISSED)


def _working_days(calendar: Calendar, today: date, due_on: date) -> int | None:
    try:
        return calendar.working_days_between(today, due_on)
    except YearNotLoaded:
        return None
