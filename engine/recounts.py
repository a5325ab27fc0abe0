"""Counting running clocks anew: after a year's notice, or by a parameter's newer version.

Never by itself: `preview` lists what would move before anything is stored, `start` is an act with a
reason, its job goes through the open deadlines in small transactions, and each that moves keeps a
segment and tells of it in its case's history. Paused clocks are counted when they go on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from engine import (
    deadline_rules,
    duties,
    ends,
    jobs,
    journal,
    lapses,
    reckoning,
    segments,
    working_calendar,
)
from engine.calendar import Calendar, Year
from engine.deadline_rules import CLOCK_UNITS
from engine.errors import Conflict, EngineError, Fault, Invalid, NotFound
from engine.identity.posts import actor_of
from engine.reckoning import End
from engine.segments import Terms
from engine.states import DeadlineState, RecountState
from engine.tables import Deadline, DeadlineRule, Instance, Job, Recount, RecountMove

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

JOB_KIND = "recount"
#: Deadlines of one transaction: some tenths of a second, so that nobody waits long for it.
CHUNK = 500

#: Condition over Deadline joined with DeadlineRule.
_Over: TypeAlias = sa.ColumnElement[bool]
_Calendars: TypeAlias = Mapping[str, Calendar]


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


def preview_year(uow: UnitOfWork, year: Year, *, calendar: str) -> Preview:
    """What would move if this year came into force. Only who runs the system; nothing is stored."""
    duties.require(uow, duties.SYSTEM_ADMIN)
    years = [row for row in working_calendar.load(uow, calendar).years if row.year != year.year]
    days = Calendar([*years, year])
    calendars = {
        family: days.kept_by(hours=now.hours, rolls=now.rolls)
        for family in _families(uow, calendar)
        for now in [reckoning.calendar_of(uow, family)]
    }
    return _preview(uow, _of_year(uow, calendar, year.year), calendars, None)


def preview_rule(
    uow: UnitOfWork, family: str, key: str, *, amount: int | None = None, unit: str | None = None
) -> Preview:
    """What would move by the parameter in force, or by this amount and unit of it."""
    duties.require(uow, duties.SYSTEM_ADMIN)
    rule = deadline_rules.current(uow, family, key)
    if amount is not None:
        rule = deadline_rules.proposed(uow, rule, amount=amount, unit=unit or rule.unit)
    calendars = {family: reckoning.calendar_of(uow, family)}
    return _preview(
        uow, _of_rule(family, key), calendars, Terms(amount=rule.amount, unit=rule.unit)
    )


def start_year(uow: UnitOfWork, year: Year, *, calendar: str, reason: str) -> Recount:
    """Put a year into force and count the open deadlines that it concerns anew; one act.

    Conflict where the same is in force already; Invalid without a reason.
    """
    duties.require(uow, duties.SYSTEM_ADMIN)
    text = _reason(reason)
    before = {row.year: row.version for row in working_calendar.years(uow, calendar)}
    row = working_calendar.store(uow, year, calendar=calendar, reason=text)
    if before.get(row.year) == row.version:
        raise Conflict(f"{row.year}年现行的放假安排就是这样，没有变动。", code="calendar-unchanged")
    return _start(
        uow,
        Recount(calendar=calendar, year=row.year, version=row.version, reason=text),
        _of_year(uow, calendar, row.year),
        name=f"{row.year}年放假安排",
    )


def start_rule(uow: UnitOfWork, family: str, key: str, *, reason: str) -> Recount:
    """Count the open deadlines of a parameter anew by the version in force."""
    duties.require(uow, duties.SYSTEM_ADMIN)
    text = _reason(reason)
    rule = deadline_rules.current(uow, family, key)
    return _start(
        uow,
        Recount(family=family, key=key, version=rule.version, reason=text),
        _of_rule(family, key),
        name=rule.name,
    )


def get(uow: UnitOfWork, recount_id: str) -> Recount:
    """One recount. NotFound; only who runs the system."""
    duties.require(uow, duties.SYSTEM_ADMIN)
    row = uow.session.get(Recount, recount_id)
    if row is None:
        raise NotFound("没有这次重新推算。", code="recount-not-found")
    return row


def search(uow: UnitOfWork) -> Sequence[Recount]:
    """The last hundred, the newest first."""
    duties.require(uow, duties.SYSTEM_ADMIN)
    query = sa.select(Recount).order_by(Recount.started_at.desc(), Recount.id)
    return uow.session.scalars(query.limit(100)).all()


def moves(uow: UnitOfWork, row: Recount, *, after: str = "", limit: int = 50) -> list[RecountMove]:
    """What a recount moved or could not count; `after` is the id of the last one seen."""
    query = (
        sa.select(RecountMove)
        .where(RecountMove.recount_id == row.id, RecountMove.id > after)
        .options(joinedload(RecountMove.deadline).joinedload(Deadline.rule))
    )
    return list(uow.session.scalars(query.order_by(RecountMove.id).limit(limit)))


def run(uow: UnitOfWork, job: Job) -> None:
    """The handler of the job: one chunk, and then again until every open deadline was looked at."""
    if step(uow, job.payload["recount"]):
        jobs.postpone(job, uow.now)
        uow.after_commit(uow.engine.wake)


def step(uow: UnitOfWork, recount_id: str) -> bool:
    """Count the next chunk; True while there may be more."""
    query = sa.select(Recount).where(Recount.id == recount_id).with_for_update()
    row = uow.session.scalars(query.execution_options(populate_existing=True)).one()
    if row.state != RecountState.RUNNING:
        return False
    acting = uow
    if row.started_by is not None:
        acting = replace(uow, actor=actor_of(uow, row.started_by))
    over, calendars, terms = _scope(uow, row)
    found = list(_rows(uow, over, after=row.cursor, limit=CHUNK))
    count = _Counter(calendars, terms)
    wanted = [told.id for told in found if (end := count(told)) is None or end.moves(told)]
    _carry_out(acting, row, wanted, count)
    row.looked += len(found)
    if len(found) < CHUNK:
        row.state, row.finished_at = RecountState.DONE, uow.now
        _tell(acting, row, "recount.finished", {"moved": row.moved, "refused": row.refused})
        return False
    row.cursor = found[-1].id
    return True


def _start(uow: UnitOfWork, row: Recount, over: _Over, *, name: str) -> Recount:
    counted = sa.select(sa.func.count()).select_from(Deadline).join(Deadline.rule).where(over)
    row.total = uow.session.scalars(counted).one()
    row.started_by, row.started_by_name = uow.actor.user_id, uow.actor.name
    row.started_at = uow.now
    uow.session.add(row)
    uow.session.flush()
    jobs.schedule(uow, JOB_KIND, uow.now, payload={"recount": row.id}, key=f"{JOB_KIND}:{row.id}")
    _tell(uow, row, "recount.started", {"name": name, "deadlines": row.total})
    return row


def _tell(uow: UnitOfWork, row: Recount, kind: str, after: Mapping[str, Any]) -> None:
    subject = f"{row.calendar}/{row.year}" if row.calendar else f"{row.family}/{row.key}"
    journal.record(
        uow,
        kind,
        subject=("recount", row.id),
        name=subject,
        reason=row.reason,
        after={"version": row.version, **after},
    )


def _preview(uow: UnitOfWork, over: _Over, calendars: _Calendars, terms: Terms | None) -> Preview:
    count = _Counter(calendars, terms)
    looked, found = 0, []
    for told in _rows(uow, over):
        looked += 1
        end = count(told)
        if end is None or end.moves(told):
            found.append(_move(told, count, end))
    return Preview(looked=looked, moves=tuple(found))


def _rows(
    uow: UnitOfWork, over: _Over, *, after: str = "", limit: int | None = None
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
class _Counted:
    end: End

    def moves(self, told: Any) -> bool:
        """Whether its end differs, or is certain now."""
        other = (told.due_on, told.due_at, told.is_provisional)
        return (self.end.due_on, self.end.due_at, self.end.is_provisional) != other


class _Counter:
    """Counts ends; alike periods from the same day are counted once."""

    def __init__(self, calendars: _Calendars, terms: Terms | None) -> None:
        self.calendars, self.terms = calendars, terms
        self.refusal = ""
        self._known: dict[tuple[Any, ...], _Counted] = {}

    def __call__(self, told: Any) -> _Counted | None:
        """The end of a row of `_rows` or of a Deadline; None where it cannot be counted."""
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
        counted = _Counted(end)
        if is_plain:
            self._known[key] = counted
        return counted


def _move(told: Any, count: _Counter, counted: _Counted | None) -> Move:
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


def _carry_out(uow: UnitOfWork, row: Recount, wanted: Sequence[str], count: _Counter) -> None:
    """Move those that still move, under the locks of their cases."""
    if not wanted:
        return
    cases = sa.select(Deadline.instance_id).where(Deadline.id.in_(wanted))
    lock = sa.select(Instance).where(Instance.id.in_(cases)).order_by(Instance.id)
    # held here, that the session keeps them: the history of each case is written through them
    locked = uow.session.scalars(
        lock.with_for_update().execution_options(populate_existing=True)
    ).all()
    query = sa.select(Deadline).where(Deadline.id.in_(wanted), _is_open())
    rows = uow.session.scalars(
        query.order_by(Deadline.id)
        .with_for_update(of=Deadline)
        .execution_options(populate_existing=True)
    ).all()
    rule = deadline_rules.current(uow, row.family or "", row.key or "") if row.key else None
    moved, notes = [], []
    for deadline in rows:
        counted = count(deadline)
        if counted is None:
            notes.append(_note(row, deadline, deadline.due_on, None, count.refusal))
            row.refused += 1
        elif counted.moves(deadline):
            moved.append((deadline, deadline.due_at, deadline.due_on))
            _take(uow, row, deadline, counted.end, rule)
            row.moved += 1
    ends.follow(uow, [(deadline, old_at) for deadline, old_at, _ in moved])
    for deadline, _, old_on in moved:
        notes.append(_note(row, deadline, old_on, deadline.due_on, ""))
        _record(uow, row, deadline, old_on)
    uow.session.flush()
    if notes:  # plain rows: objects would take a tenth of the whole time
        uow.session.execute(sa.insert(RecountMove), notes)
    del locked


def _take(
    uow: UnitOfWork, row: Recount, deadline: Deadline, end: End, rule: DeadlineRule | None
) -> None:
    segment: dict[str, Any] = {"reason": row.reason, "recount": row.id, "why": end.why}
    if rule is None:
        told = {"name": row.calendar, "year": row.year, "version": row.version}
        segment |= {"kind": "recomputed", "calendar": told}
    else:
        segment |= {"kind": "parameter", "amount": rule.amount, "unit": rule.unit}
        segment |= {"rule_version": rule.version}
        deadline.rule = rule
    note = segments.note(segment["kind"], deadline.due_on) if end.due_on != deadline.due_on else ""
    ends.take(uow, deadline, segment, replace(end, why=f"{end.why}{note}"))


def _note(
    row: Recount, deadline: Deadline, from_on: date, to_on: date | None, note: str
) -> dict[str, Any]:
    return {
        "id": f"{row.looked:08d}{deadline.id[:24]}",
        "recount_id": row.id,
        "deadline_id": deadline.id,
        "from_on": from_on,
        "to_on": to_on,
        "note": note,
    }


def _record(uow: UnitOfWork, row: Recount, deadline: Deadline, old_on: date) -> None:
    uow.record(
        "deadline.recomputed",
        instance_id=deadline.instance_id,
        element_id=deadline.element_id or None,
        audience=deadline.audience,
        payload={
            **lapses.facts(deadline),
            "from": old_on.isoformat(),
            "reason": row.reason,
            "recount": row.id,
            "by_version": row.version,
            "of": f"{row.year}年放假安排" if row.calendar else deadline.rule.name,
        },
    )


def _scope(uow: UnitOfWork, row: Recount) -> tuple[_Over, _Calendars, Terms | None]:
    if row.calendar is not None and row.year is not None:
        families = _families(uow, row.calendar)
        calendars = {family: reckoning.calendar_of(uow, family) for family in families}
        return _of_year(uow, row.calendar, row.year), calendars, None
    family, key = row.family or "", row.key or ""
    rule = deadline_rules.current(uow, family, key)
    calendars = {family: reckoning.calendar_of(uow, family)}
    return _of_rule(family, key), calendars, Terms(amount=rule.amount, unit=rule.unit)


def _families(uow: UnitOfWork, calendar: str) -> list[str]:
    return [
        family
        for family, package in uow.engine.packages.items()
        if package.manifest.calendar == calendar
    ]


def _of_year(uow: UnitOfWork, calendar: str, year: int) -> _Over:
    """Open deadlines whose span touches the year; one that counts back ends before its start."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    return sa.and_(
        _is_open(),
        DeadlineRule.family.in_(_families(uow, calendar)),
        sa.or_(
            sa.and_(Deadline.starts_on <= last, Deadline.due_on >= first),
            sa.and_(Deadline.due_on <= last, Deadline.starts_on >= first),
        ),
    )


def _of_rule(family: str, key: str) -> _Over:
    return sa.and_(_is_open(), DeadlineRule.family == family, Deadline.key == key)


def _is_open() -> _Over:
    """Not by the index of states: chunks go along the ids, and would sort all open ones each time."""
    return sa.func.coalesce(Deadline.state, "") == DeadlineState.OPEN


def _reason(text: str) -> str:
    if not text.strip():
        fault = Fault(pointer="/reason", detail="请写明理由。", code="required")
        raise Invalid("没有办理：请写明理由。", errors=[fault])
    return text.strip()
