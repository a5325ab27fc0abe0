"""What the dashboard counts, and the rows behind each number.

A figure is a query; its number counts the query's rows, and its list shows them: they cannot differ.
Every reader counts what they may read: from inside all, from outside the cases and the problems that
they were told of. How long steps take, how offices keep their limits and what was decided are counted
over cases that the reader reads from inside, for these rows are internal.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from engine.calendars.calendar import Calendar, YearNotLoaded
from engine.clock import LOCAL_ZONE
from engine.errors import Invalid
from engine.permission import access
from engine.states import DeadlineState, TaskState
from engine.tables import Deadline, DeadlineRule, Organisation, Task
from engine.timing import reckoning
from engine.timing.countdown import YELLOW_FROM
from engine.unit_of_work import UnitOfWork
from supervision import ledger, problems
from supervision.clocks import FAMILY
from supervision.tables import Measure, Problem, Recheck, SupervisionCase
from supervision.terms import (
    Audience,
    CaseStage,
    MeasureKind,
    MeasureState,
    RecheckResult,
)

#: More rows than this are not written into one workbook.
MOST_EXPORTED = 20_000
_CHUNK = 500

#: Upper ends of the ages of waiting steps, in working days; the last column is older.
AGES = (5, 10, 20)

_OPEN_TASKS = (TaskState.READY.value, TaskState.CLAIMED.value)
_RUNNING = (DeadlineState.OPEN.value, DeadlineState.MISSED.value)
_SETTLED = [state.value for state in sorted(problems.SETTLED)]
_TAKEN = [
    state.value
    for state in MeasureState
    if state not in (MeasureState.PROPOSED, MeasureState.OMITTED, MeasureState.WITHDRAWN)
]

_unit = aliased(Organisation, name="unit")
_office = aliased(Organisation, name="office")


class Figure(StrEnum):
    """What is counted; those marked * are counted for a key (an element, an office, a kind)."""

    OPEN = "open"  # 在办
    OVERDUE = "overdue"  # 逾期
    DUE_SOON = "due_soon"  # 即将到期
    CLOSED = "closed"  # 已办结
    WAITING = "waiting"  # * open tasks of a step
    DONE = "done"  # * completed tasks of a step
    OF_OFFICE = "of_office"  # * cases of an office
    CLOSED_BY_OFFICE = "closed_by_office"  # *
    MET = "met"  # * limits kept by an office's cases
    NOT_MET = "not_met"  # *
    PROBLEMS = "problems"
    SETTLED = "settled"  # 已销号、已移交
    LATE_PROBLEMS = "late_problems"
    RECHECKED = "rechecked"  # 回头看
    PASSED = "passed"
    MEASURES = "measures"  # * measures of a kind


KEYED = frozenset(
    {
        Figure.WAITING,
        Figure.DONE,
        Figure.OF_OFFICE,
        Figure.CLOSED_BY_OFFICE,
        Figure.MET,
        Figure.NOT_MET,
        Figure.MEASURES,
    }
)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Which cases are counted: opened in this year, of this office, about this unit."""

    year: int | None = None
    office_id: str | None = None
    unit_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Row:
    """One thing behind a number. `days`: working days, how long it waits, took or is late."""

    id: str
    instance_id: str
    number: str
    title: str
    unit: str
    office: str
    what: str
    on: date
    until_on: date | None
    days: int | None


@dataclass(frozen=True, kw_only=True)
class StepFigures:
    """One step of the models. Working days; None where nothing was completed."""

    element_id: str
    name: str
    waiting: int
    ages: Sequence[int]
    oldest: int | None
    done: int
    median: float | None
    p90: float | None


@dataclass(frozen=True, kw_only=True)
class OfficeFigures:
    """One office. `on_time`: share of its cases' limits that were kept, None where none has ended."""

    id: str
    name: str
    cases: int
    closed: int
    met: int
    not_met: int

    @property
    def on_time(self) -> float | None:
        ended = self.met + self.not_met
        return self.met / ended if ended else None


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The whole page."""

    cases: Mapping[Figure, int]
    problems: Mapping[Figure, int]
    steps: Sequence[StepFigures]
    offices: Sequence[OfficeFigures]
    measures: Sequence[tuple[MeasureKind, int]]


def overview(uow: UnitOfWork, scope: Scope) -> Overview:
    """All numbers of one scope, in a fixed number of statements."""
    return Overview(
        cases={figure: _count(uow, scope, figure) for figure in _OF_CASES},
        problems={figure: _count(uow, scope, figure) for figure in _OF_PROBLEMS},
        steps=_steps(uow, scope),
        offices=_offices(uow, scope),
        measures=_measures(uow, scope),
    )


def rows(
    uow: UnitOfWork,
    scope: Scope,
    figure: Figure,
    *,
    key: str = "",
    after: tuple[date, str] | None = None,
    limit: int = 50,
) -> Sequence[Row]:
    """What a number counts, cases opened last first; `after`: (opened_on, id) of the last one seen."""
    query = _query(uow, scope, figure, key)
    order = query.selected_columns
    query = query.order_by(SupervisionCase.opened_on.desc(), order["id"].desc()).limit(limit)
    if after is not None:
        opened_on, last_id = after
        query = query.where(
            sa.or_(
                SupervisionCase.opened_on < opened_on,
                sa.and_(SupervisionCase.opened_on == opened_on, order["id"] < last_id),
            )
        )
    calendar = reckoning.calendar_of(uow, FAMILY)
    return [_row(calendar, uow.today, found) for found in uow.session.execute(query)]


def opened_on(uow: UnitOfWork, row: Row) -> date:
    """What `rows` are sorted by."""
    query = sa.select(SupervisionCase.opened_on).where(
        SupervisionCase.instance_id == row.instance_id
    )
    return uow.session.scalars(query).one()


def every(uow: UnitOfWork, scope: Scope, figure: Figure, *, key: str = "") -> Iterator[Row]:
    """All of `rows`, in chunks. Invalid where it is more than `MOST_EXPORTED`."""
    total = _count(uow, scope, figure, key)
    if total > MOST_EXPORTED:
        raise Invalid(
            f"共{total}行，一次最多导出{MOST_EXPORTED}行。请缩小范围，分次导出。",
            code="export-too-large",
        )
    after = None
    while found := rows(uow, scope, figure, key=key, after=after, limit=_CHUNK):
        yield from found
        after = opened_on(uow, found[-1]), found[-1].id


_OF_CASES = (Figure.OPEN, Figure.OVERDUE, Figure.DUE_SOON, Figure.CLOSED)
_OF_PROBLEMS = (
    Figure.PROBLEMS,
    Figure.SETTLED,
    Figure.LATE_PROBLEMS,
    Figure.RECHECKED,
    Figure.PASSED,
)


def _count(uow: UnitOfWork, scope: Scope, figure: Figure, key: str = "") -> int:
    inner = _query(uow, scope, figure, key).subquery()
    return uow.session.scalar(sa.select(sa.func.count()).select_from(inner)) or 0


def _query(uow: UnitOfWork, scope: Scope, figure: Figure, key: str) -> sa.Select[Any]:
    """The rows of one figure: id, the case and what it is about, as `Row` has them."""
    if (figure in KEYED) != bool(key):
        raise Invalid("请说明是哪一项（key）。", code="figure-key")
    if figure in _OF_CASES or figure in (Figure.OF_OFFICE, Figure.CLOSED_BY_OFFICE):
        query = _cases(uow, figure, key)
    elif figure in (Figure.WAITING, Figure.DONE):
        query = _tasks(uow, figure).where(Task.element_id == key)
    elif figure in (Figure.MET, Figure.NOT_MET):
        query = _limits(uow, figure).where(SupervisionCase.office_id == key)
    elif figure is Figure.MEASURES:
        query = _taken(uow).where(Measure.kind == key)
    elif figure in (Figure.RECHECKED, Figure.PASSED):
        query = _rechecks(uow, figure)
    else:
        query = _problems(uow, figure)
    return query.where(*_within(scope))


def _within(scope: Scope) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if scope.year is not None:
        first, last = date(scope.year, 1, 1), date(scope.year, 12, 31)
        found.append(SupervisionCase.opened_on.between(first, last))
    if scope.office_id is not None:
        found.append(SupervisionCase.office_id == scope.office_id)
    if scope.unit_id is not None:
        found.append(SupervisionCase.unit_id == scope.unit_id)
    return found


def _selected(row_id: Any, what: Any, on: Any, until_on: Any) -> sa.Select[Any]:
    return (
        sa.select(
            row_id.label("id"),
            SupervisionCase.instance_id,
            SupervisionCase.number,
            SupervisionCase.title,
            _unit.name.label("unit"),
            _office.name.label("office"),
            what.label("what"),
            on.label("on"),
            until_on.label("until_on"),
        )
        .select_from(SupervisionCase)
        .join(_unit, _unit.id == SupervisionCase.unit_id)
        .join(_office, _office.id == SupervisionCase.office_id)
    )


def _inside(uow: UnitOfWork) -> Any:
    return access.reads(uow, SupervisionCase.instance_id, Audience.INTERNAL.value)


def _cases(uow: UnitOfWork, figure: Figure, key: str) -> sa.Select[Any]:
    """Cases that the reader knows of; of an office those that they read from inside."""
    nothing = sa.null()
    until_on = sa.case((SupervisionCase.closed_on.is_not(None), SupervisionCase.closed_on))
    query = _selected(
        SupervisionCase.id, sa.literal(""), SupervisionCase.opened_on, until_on
    ).where(SupervisionCase.stage != CaseStage.REJECTED.value)
    if figure in (Figure.OF_OFFICE, Figure.CLOSED_BY_OFFICE):
        query = query.where(_inside(uow), SupervisionCase.office_id == key)
    else:
        query = query.where(access.sees(uow, SupervisionCase.instance_id))
    if figure in (Figure.CLOSED, Figure.CLOSED_BY_OFFICE):
        return query.where(SupervisionCase.closed_on.is_not(None))
    if figure is Figure.OF_OFFICE:
        return query
    query = query.where(SupervisionCase.closed_on.is_(nothing))
    if figure is Figure.OPEN:
        return query
    late = _clock(uow).where(Deadline.due_at < uow.now).exists()
    if figure is Figure.OVERDUE:
        return query.where(late)
    return query.where(~late, _clock(uow).where(Deadline.due_on <= _soon(uow)).exists())


def _clock(uow: UnitOfWork) -> sa.Select[Any]:
    """The running clocks of the case of the query around it, as far as the reader sees them."""
    return (
        sa.select(Deadline.id)
        .where(
            Deadline.instance_id == SupervisionCase.instance_id,
            Deadline.state.in_(_RUNNING),
            access.visible_deadlines(uow),
        )
        .correlate(SupervisionCase)
    )


def _soon(uow: UnitOfWork) -> date:
    return reckoning.calendar_of(uow, FAMILY).add_working_days(uow.today, YELLOW_FROM)


def _tasks(uow: UnitOfWork, figure: Figure) -> sa.Select[Any]:
    query = (
        _selected(Task.id, Task.name, Task.created_at, Task.completed_at)
        .join(Task, Task.instance_id == SupervisionCase.instance_id)
        .where(_inside(uow))
    )
    if figure is Figure.WAITING:
        return query.where(Task.state.in_(_OPEN_TASKS))
    return query.where(Task.state == TaskState.COMPLETED.value)


def _limits(uow: UnitOfWork, figure: Figure) -> sa.Select[Any]:
    kept = figure is Figure.MET
    states = [DeadlineState.MET] if kept else [DeadlineState.LATE, DeadlineState.MISSED]
    return (
        _selected(Deadline.id, DeadlineRule.name, Deadline.starts_on, Deadline.due_on)
        .join(Deadline, Deadline.instance_id == SupervisionCase.instance_id)
        .join(DeadlineRule, DeadlineRule.id == Deadline.rule_id)
        .where(_inside(uow), Deadline.state.in_([state.value for state in states]))
    )


def _problems(uow: UnitOfWork, figure: Figure) -> sa.Select[Any]:
    query = (
        _selected(Problem.id, Problem.title, SupervisionCase.opened_on, Problem.limit_on)
        .join(Problem, Problem.case_id == SupervisionCase.id)
        .where(ledger.visible(uow))
    )
    if figure is Figure.SETTLED:
        return query.where(Problem.state.in_(_SETTLED))
    if figure is Figure.LATE_PROBLEMS:
        return query.where(Problem.is_overdue.is_(True), Problem.state.not_in(_SETTLED))
    return query


def _rechecks(uow: UnitOfWork, figure: Figure) -> sa.Select[Any]:
    query = (
        _selected(Recheck.id, Problem.title, Recheck.checked_on, sa.null())
        .join(Problem, Problem.case_id == SupervisionCase.id)
        .join(Recheck, Recheck.problem_id == Problem.id)
        .where(_inside(uow))
    )
    if figure is Figure.PASSED:
        return query.where(
            Recheck.result.in_([RecheckResult.DONE.value, RecheckResult.BASIC.value])
        )
    return query


def _taken(uow: UnitOfWork) -> sa.Select[Any]:
    subject = aliased(Organisation, name="subject")
    return (
        _selected(Measure.id, subject.name, Measure.issued_on, Measure.result_on)
        .join(Measure, Measure.case_id == SupervisionCase.id)
        .join(subject, subject.id == Measure.subject_id)
        .where(_inside(uow), Measure.state.in_(_TAKEN), Measure.issued_on.is_not(None))
    )


def _steps(uow: UnitOfWork, scope: Scope) -> Sequence[StepFigures]:
    """Steps with something waiting or done, the most waiting first."""
    calendar = reckoning.calendar_of(uow, FAMILY)
    names: dict[str, str] = {}
    waiting: dict[str, list[int]] = defaultdict(list)
    took: dict[str, list[int]] = defaultdict(list)
    for figure, found in ((Figure.WAITING, waiting), (Figure.DONE, took)):
        query = _tasks(uow, figure).where(*_within(scope)).add_columns(Task.element_id)
        for row in uow.session.execute(query):
            names[row.element_id] = row.what
            until = uow.now if figure is Figure.WAITING else row.until_on
            found[row.element_id].append(_between(calendar, row.on, until) or 0)
    steps = [
        StepFigures(
            element_id=element_id,
            name=name,
            waiting=len(waiting[element_id]),
            ages=_ages(waiting[element_id]),
            oldest=max(waiting[element_id], default=None),
            done=len(took[element_id]),
            median=statistics.median(took[element_id]) if took[element_id] else None,
            p90=_p90(took[element_id]),
        )
        for element_id, name in names.items()
    ]
    return sorted(steps, key=lambda step: (-step.waiting, -step.done, step.element_id))


def _ages(days: Sequence[int]) -> Sequence[int]:
    """How many of these fall into each of `AGES`, and how many are older."""
    found = [0] * (len(AGES) + 1)
    for age in days:
        found[sum(age > end for end in AGES)] += 1
    return found


def _p90(days: Sequence[int]) -> float | None:
    """The value that nine of ten do not exceed (nearest rank)."""
    if not days:
        return None
    ordered = sorted(days)
    return float(ordered[-(-9 * len(ordered) // 10) - 1])


def _offices(uow: UnitOfWork, scope: Scope) -> Sequence[OfficeFigures]:
    """Offices by their share of kept limits, the best first, those without one last."""
    told: dict[str, dict[str, Any]] = {}
    cases = (
        sa.select(
            _office.id,
            _office.name,
            sa.func.count().label("cases"),
            sa.func.count(SupervisionCase.closed_on).label("closed"),
        )
        .join(SupervisionCase, SupervisionCase.office_id == _office.id)
        .where(_inside(uow), SupervisionCase.stage != CaseStage.REJECTED.value, *_within(scope))
        .group_by(_office.id, _office.name)
    )
    for row in uow.session.execute(cases):
        told[row.id] = {"name": row.name, "cases": row.cases, "closed": row.closed}
    for name, figure in (("met", Figure.MET), ("not_met", Figure.NOT_MET)):
        inner = (
            _limits(uow, figure)
            .where(*_within(scope))
            .add_columns(SupervisionCase.office_id)
            .subquery()
        )
        counted = sa.select(inner.c.office_id, sa.func.count()).group_by(inner.c.office_id)
        for office_id, count in uow.session.execute(counted):
            told.setdefault(office_id, {})[name] = count
    found = [
        OfficeFigures(
            id=office_id,
            name=values["name"],
            cases=values["cases"],
            closed=values["closed"],
            met=values.get("met", 0),
            not_met=values.get("not_met", 0),
        )
        for office_id, values in told.items()
        if "name" in values
    ]
    return sorted(found, key=lambda row: (row.on_time is None, -(row.on_time or 0), row.name))


def _measures(uow: UnitOfWork, scope: Scope) -> Sequence[tuple[MeasureKind, int]]:
    inner = _taken(uow).where(*_within(scope)).add_columns(Measure.kind).subquery()
    counted = sa.select(inner.c.kind, sa.func.count()).group_by(inner.c.kind)
    by_kind = {row.kind: row[1] for row in uow.session.execute(counted)}
    return [(kind, by_kind[kind.value]) for kind in MeasureKind if kind.value in by_kind]


def _row(calendar: Calendar, today: date, found: Any) -> Row:
    on, until_on = _day(found.on), _day(found.until_on)
    return Row(
        id=found.id,
        instance_id=found.instance_id,
        number=found.number,
        title=found.title,
        unit=found.unit,
        office=found.office,
        what=found.what,
        on=on or today,
        until_on=until_on,
        days=_between(calendar, on, until_on or today),
    )


def _day(value: date | datetime | None) -> date | None:
    """The day at the office; an instant that a union made naive is UTC."""
    if isinstance(value, datetime):
        aware = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
        return aware.astimezone(LOCAL_ZONE).date()
    return value


def _between(
    calendar: Calendar, first: date | datetime | None, last: date | datetime | None
) -> int | None:
    """Working days from one to the other; None where a year's calendar is not there."""
    start, end = _day(first), _day(last)
    if start is None or end is None:
        return None
    if end < start:
        return None
    try:
        return calendar.working_days_between(start, end)
    except YearNotLoaded:
        return None
