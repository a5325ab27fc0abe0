"""Open deadlines that a notice or a parameter concerns, and where each would end by it.

Used by engine/timing/recounts.py alone: nothing is changed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

import sqlalchemy as sa

from engine.calendars.calendar import Calendar
from engine.errors import EngineError
from engine.states import DeadlineState
from engine.tables import Deadline, DeadlineRule, Instance
from engine.timing import reckoning, segments
from engine.timing.deadline_rules import CLOCK_UNITS
from engine.timing.reckoning import End
from engine.timing.segments import Terms

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

#: Condition over Deadline joined with DeadlineRule.
Over: TypeAlias = sa.ColumnElement[bool]
Calendars: TypeAlias = Mapping[str, Calendar]


@dataclass(frozen=True, kw_only=True)
class Move:
    """A deadline that would move; `to_on` is None where it cannot be counted, and `note` says why.

    `why` explains the new count without what was said of the case in between: whoever runs the
    system reads it, and is related to no case.
    """

    deadline_id: str
    instance_id: str
    business_key: str | None
    family: str
    key: str
    name: str
    from_on: date
    to_on: date | None
    why: str
    note: str
    is_provisional: bool


@dataclass(frozen=True, kw_only=True)
class Preview:
    """How many open deadlines are concerned, and those that would move."""

    looked: int
    moves: tuple[Move, ...]


def preview(uow: UnitOfWork, over: Over, calendars: Calendars, terms: Terms | None) -> Preview:
    count = Counter(calendars, terms)
    looked, found = 0, []
    for told in rows(uow, over):
        looked += 1
        end = count(told)
        if end is None or end.moves(told):
            found.append(_move(told, count, end))
    return Preview(looked=looked, moves=tuple(found))


def rows(
    uow: UnitOfWork, over: Over, *, after: str = "", limit: int | None = None
) -> Iterator[Any]:
    """The columns that counting asks for, by id: loading whole rows would take ten times as long."""
    query = (
        sa.select(
            Deadline.id,
            Deadline.instance_id,
            Deadline.key,
            Deadline.due_on,
            Deadline.due_at,
            Deadline.is_provisional,
            Deadline.segments,
            Deadline.opened_at,
            DeadlineRule.family,
            DeadlineRule.name,
            DeadlineRule.start_event,
            Instance.business_key,
        )
        .join(Deadline.rule)
        .join(Instance, Instance.id == Deadline.instance_id)
        .where(over, Deadline.id > after)
        .order_by(Deadline.id)
    )
    yield from uow.session.execute(query if limit is None else query.limit(limit))


@dataclass(frozen=True)
class Counted:
    end: End

    def moves(self, told: Any) -> bool:
        """Whether its end differs, or is certain now."""
        other = (told.due_on, told.due_at, told.is_provisional)
        return (self.end.due_on, self.end.due_at, self.end.is_provisional) != other


class Counter:
    """Counts ends; alike periods from the same day are counted once."""

    def __init__(self, calendars: Calendars, terms: Terms | None) -> None:
        self.calendars, self.terms = calendars, terms
        self.refusal = ""
        self._known: dict[tuple[Any, ...], Counted] = {}

    def __call__(self, told: Any) -> Counted | None:
        """The end of a row of `rows` or of a Deadline; None where it cannot be counted."""
        family = told.rule.family if isinstance(told, Deadline) else told.family
        terms = self.terms or segments.terms_of(told.segments)
        is_plain = len(told.segments) == 1 and terms.unit not in CLOCK_UNITS
        key = (family, terms.amount, terms.unit, told.segments[0]["from"])
        if is_plain and key in self._known:
            return self._known[key]
        calendar = self.calendars[family]
        try:
            end = segments.replay(
                calendar, told.segments, opened_at=told.opened_at, terms=self.terms
            )
        except EngineError as error:
            self.refusal = error.detail
            return None
        counted = Counted(end)
        if is_plain:
            self._known[key] = counted
        return counted


def _move(told: Any, count: Counter, counted: Counted | None) -> Move:
    why, note = "", count.refusal
    if counted is not None:
        note = ""
        calendar = count.calendars[told.family]
        terms = count.terms or segments.terms_of(told.segments)
        start = segments.start_of(told.segments, told.opened_at)
        why = f"{told.start_event}，{reckoning.reckon(calendar, terms, start).why}"
        later = len(told.segments) - 1
        why += f"，其后有{later}次延期、中止或更正。" if later else "。"
    return Move(
        deadline_id=told.id,
        instance_id=told.instance_id,
        business_key=told.business_key,
        family=told.family,
        key=told.key,
        name=told.name,
        from_on=told.due_on,
        to_on=None if counted is None else counted.end.due_on,
        why=why,
        note=note,
        is_provisional=counted is not None and counted.end.is_provisional,
    )


def families(uow: UnitOfWork, calendar: str) -> list[str]:
    return [
        family
        for family, package in uow.engine.packages.items()
        if package.manifest.calendar == calendar
    ]


def of_year(uow: UnitOfWork, calendar: str, year: int) -> Over:
    """Open deadlines whose span touches the year; one that counts back ends before its start."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    return sa.and_(
        is_open(),
        DeadlineRule.family.in_(families(uow, calendar)),
        sa.or_(
            sa.and_(Deadline.starts_on <= last, Deadline.due_on >= first),
            sa.and_(Deadline.due_on <= last, Deadline.starts_on >= first),
        ),
    )


def of_rule(family: str, key: str) -> Over:
    return sa.and_(is_open(), DeadlineRule.family == family, Deadline.key == key)


def is_open() -> Over:
    """Not by the index of states: chunks go along the ids, and would sort all open ones each time."""
    return sa.func.coalesce(Deadline.state, "") == DeadlineState.OPEN
