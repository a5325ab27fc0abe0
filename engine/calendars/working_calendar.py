"""The working-day calendar as stored: versioned years, loaded into a Calendar.

A year's holiday notice is entered once and never overwritten: a correction is a new version, and
the highest version of each year is in force. Deadlines and FEEL functions load; set-up seeds.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.administration import duties, journal
from engine.calendars.calendar import Calendar, Year, seed_year
from engine.tables import CalendarYear

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

DEFAULT = "cn"
#: Years that an empty table is filled with; those without a notice yet are provisional.
SEEDED = range(2020, 2028)

_KEY = "working_calendars"
_KEPT = 16
_lock = threading.Lock()
_calendars: OrderedDict[tuple[str, ...], Calendar] = OrderedDict()


def name_of(uow: UnitOfWork, family: str) -> str:
    """The calendar that a family's manifest names."""
    package = uow.engine.packages.get(family)
    return package.manifest.calendar if package else DEFAULT


def load(uow: UnitOfWork, calendar: str = DEFAULT) -> Calendar:
    """The calendar in force. A year that is not stored raises YearNotLoaded when it is reached."""
    # once in a unit of work: a page of deadlines asks for it with every row
    kept: dict[str, Calendar] = uow.session.info.setdefault(_KEY, {})
    if calendar not in kept:
        kept[calendar] = _load(uow, calendar)
    return kept[calendar]


def _load(uow: UnitOfWork, calendar: str) -> Calendar:
    ids = tuple(uow.session.scalars(_in_force(calendar).with_only_columns(CalendarYear.id)))
    with _lock:
        known = _calendars.get(ids)
        if known is not None:
            _calendars.move_to_end(ids)
            return known
    # Rows never change once written, so their ids name the calendar for good.
    built = Calendar(Year.from_json(row.days) for row in uow.session.scalars(_in_force(calendar)))
    with _lock:
        _calendars[ids] = built
        while len(_calendars) > _KEPT:
            _calendars.popitem(last=False)
    return built


def years(uow: UnitOfWork, calendar: str = DEFAULT) -> list[CalendarYear]:
    """The rows in force, ascending."""
    return list(uow.session.scalars(_in_force(calendar)))


def store(
    uow: UnitOfWork, year: Year, *, calendar: str = DEFAULT, reason: str = ""
) -> CalendarYear:
    """Put a year into force as its next version; the same content again is no new version.

    Only the system or a system administrator. Deadlines that run keep their dates here:
    `recounts.start_year` is the act that counts them anew, too.
    """
    duties.require(uow, duties.SYSTEM_ADMIN)
    current = uow.session.scalars(
        _in_force(calendar).where(CalendarYear.year == year.year)
    ).one_or_none()
    days = year.to_json()
    if current is not None and current.days == days:
        return current
    row = CalendarYear(
        calendar=calendar,
        year=year.year,
        version=1 if current is None else current.version + 1,
        provisional=year.provisional,
        source=year.source[:300],
        days=days,
        created_by=uow.actor.user_id,
        created_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.session.info.pop(_KEY, None)
    journal.record(
        uow,
        "calendar.year_stored",
        subject=("calendar", f"{calendar}/{year.year}"),
        name=f"{year.year}",
        before={"version": current.version} if current is not None else None,
        after={
            "version": row.version,
            "provisional": row.provisional,
            "source": row.source,
        },
        reason=reason or row.source,
    )
    return row


def seed(
    uow: UnitOfWork, wanted: Iterable[int] = SEEDED, *, calendar: str = DEFAULT
) -> list[CalendarYear]:
    """Store the best public data for years that have no version yet; those are returned."""
    known = set(
        uow.session.scalars(
            sa.select(CalendarYear.year).where(CalendarYear.calendar == calendar).distinct()
        )
    )
    missing = [year for year in wanted if year not in known]
    return [store(uow, seed_year(year), calendar=calendar) for year in missing]


def _in_force(calendar: str) -> sa.Select[CalendarYear]:
    newest = (
        sa.select(CalendarYear.year, sa.func.max(CalendarYear.version).label("version"))
        .where(CalendarYear.calendar == calendar)
        .group_by(CalendarYear.year)
        .subquery()
    )
    return (
        sa.select(CalendarYear)
        .join(
            newest,
            sa.and_(newest.c.year == CalendarYear.year, newest.c.version == CalendarYear.version),
        )
        .where(CalendarYear.calendar == calendar)
        .order_by(CalendarYear.year)
    )
