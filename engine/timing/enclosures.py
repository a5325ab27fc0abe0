"""Clocks that must fit inside another: whether a plan can be kept, and whether the defaults can.

Which clocks follow each other inside which is data (`[[enclosures]]` of deadlines.toml). A plan that
cannot fit is said, not refused: holidays make it so, and people may plan around them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.calendars.calendar import Calendar, Year
from engine.tables import DeadlineRule
from engine.timing import deadline_rules, reckoning
from engine.timing.periods import Enclosure
from engine.timing.reckoning import Period, Start

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

#: A Monday; four weeks of starts see every weekday in every half month.
_MONDAY = date(2026, 3, 2)
_STARTS = 28


@dataclass(frozen=True, kw_only=True)
class Fit:
    """One enclosure, counted from a day: its steps end on `ends_on`, and must by `limit_on`."""

    key: str
    name: str
    event_on: date
    ends_on: date
    limit_on: date
    steps: tuple[tuple[str, date], ...]

    @property
    def fits(self) -> bool:
        return self.ends_on <= self.limit_on

    @property
    def text(self) -> str:
        """One sentence, as a plan shows it."""
        ways = "、".join(f"{name}至{on}" for name, on in self.steps)
        if self.fits:
            return f"{self.name}：{ways}，不晚于{self.limit_on}，放得下。"
        days = (self.ends_on - self.limit_on).days
        return f"{self.name}：{ways}，超过{self.limit_on}共{days}日，按现在的日期放不下，请改期。"


def plan(
    uow: UnitOfWork, family: str, event_on: date, *, keys: Collection[str] | None = None
) -> list[Fit]:
    """How each enclosure of a family (or those named) comes out for an event on this day."""
    calendar = reckoning.calendar_of(uow, family)
    rules = {row.key: row for row in deadline_rules.in_force(uow, family)}
    return [
        _fit(calendar, rules, enclosure, event_on)
        for enclosure in _of(uow, family)
        if keys is None or enclosure.key in keys
    ]


def warnings(uow: UnitOfWork, family: str, changed: DeadlineRule) -> list[str]:
    """Which enclosures no longer fit where there are no holidays, were a parameter this; sentences.

    Those that did not fit before are named as well: they do not fit.
    """
    rules = {row.key: row for row in deadline_rules.in_force(uow, family)} | {changed.key: changed}
    found = []
    for enclosure in _of(uow, family):
        if changed.key not in (enclosure.within, *enclosure.steps):
            continue
        starts = (_MONDAY + timedelta(days=n) for n in range(_STARTS))
        fits = [_fit(_plain(), rules, enclosure, start) for start in starts]
        worst = max(fits, key=lambda fit: fit.ends_on - fit.limit_on)
        if not worst.fits:
            days = (worst.ends_on - worst.limit_on).days
            found.append(f"{enclosure.name}：在没有节假日的时段也放不下，最多超过{days}日。")
    return found


def _of(uow: UnitOfWork, family: str) -> Collection[Enclosure]:
    package = uow.engine.packages.get(family)
    return () if package is None else package.manifest.enclosures.values()


def _fit(
    calendar: Calendar, rules: Mapping[str, DeadlineRule], enclosure: Enclosure, event_on: date
) -> Fit:
    within = rules[enclosure.within]
    limit_on = _end(calendar, within, event_on)
    # a notice counts back: its steps begin on its last day and must end by the event
    start, until = (limit_on, event_on) if within.amount < 0 else (event_on, limit_on)
    steps = []
    for key in enclosure.steps:
        start = _end(calendar, rules[key], start)
        steps.append((rules[key].name, start))
    return Fit(
        key=enclosure.key,
        name=enclosure.name,
        event_on=event_on,
        ends_on=start,
        limit_on=until,
        steps=tuple(steps),
    )


def _end(calendar: Calendar, rule: Period, start: date) -> date:
    at = reckoning.first_instant(start)
    return reckoning.reckon(calendar, rule, Start(on=start, at=at)).due_on


@lru_cache(maxsize=1)
def _plain() -> Calendar:
    """A span without statutory holidays."""
    years = (_MONDAY.year + n for n in range(-3, 4))
    return Calendar(
        Year(year=year, provisional=False, source="无", rest_days=frozenset(), worked=frozenset())
        for year in years
    )
