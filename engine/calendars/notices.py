"""A year's notice as it is brought in: what it says, what is different, what would move, then the act.

Reading is engine/calendars/notice.py, counting anew engine/timing/recounts.py. Nothing is stored by a check.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.administration import duties
from engine.calendars import statutory, working_calendar
from engine.calendars.calendar import Calendar, Year
from engine.errors import NotFound
from engine.states import DeadlineState
from engine.tables import CalendarYear, Deadline
from engine.timing import recounts
from engine.timing.open_clocks import Move, Preview

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A day that is another kind of day than in the version in force."""

    on: date
    before: str
    after: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Check:
    """What bringing a year in would do. `version` is the one in force, None where there is none."""

    year: Year
    version: int | None
    was_provisional: bool
    differences: tuple[Difference, ...]
    warnings: tuple[str, ...]
    preview: Preview

    @property
    def moves(self) -> Sequence[Move]:
        return self.preview.moves


def check(uow: UnitOfWork, year: Year, *, calendar: str = working_calendar.DEFAULT) -> Check:
    """Look before it is stored. Only who runs the system."""
    duties.require(uow, duties.SYSTEM_ADMIN)
    rows = {row.year: row for row in working_calendar.years(uow, calendar)}
    row = rows.get(year.year)
    old = Year.from_json(row.days) if row is not None else None
    return Check(
        year=year,
        version=None if row is None else row.version,
        was_provisional=row is not None and row.provisional,
        differences=_differences(old, year),
        warnings=tuple(statutory.warnings(year)),
        preview=recounts.preview_year(uow, year, calendar=calendar),
    )


def versions(
    uow: UnitOfWork, year: int, *, calendar: str = working_calendar.DEFAULT
) -> list[CalendarYear]:
    """Every version of a year, the newest first. NotFound for a year that was never stored."""
    query = sa.select(CalendarYear).where(
        CalendarYear.calendar == calendar, CalendarYear.year == year
    )
    rows = list(uow.session.scalars(query.order_by(CalendarYear.version.desc())))
    if not rows:
        raise NotFound(f"{year}年的放假安排尚未导入。", code="calendar-year-missing")
    return rows


def waiting(uow: UnitOfWork) -> int:
    """How many open deadlines rest on a year whose notice is not out."""
    query = sa.select(sa.func.count()).select_from(Deadline)
    is_open = Deadline.state.in_((DeadlineState.OPEN, DeadlineState.PAUSED))
    return uow.session.scalars(query.where(is_open, Deadline.is_provisional)).one()


def _differences(old: Year | None, new: Year) -> tuple[Difference, ...]:
    known = old or Year(
        year=new.year, provisional=True, source="无", rest_days=frozenset(), worked=frozenset()
    )
    before, after = Calendar([known]), Calendar([new])
    days = sorted(known.rest_days | known.worked | new.rest_days | new.worked)
    return tuple(
        Difference(
            on=day,
            before=before.kind(day).value,
            after=after.kind(day).value,
            name=new.names.get(day) or known.names.get(day, ""),
        )
        for day in days
        if before.kind(day) != after.kind(day)
    )
