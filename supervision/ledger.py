"""The ledger across cases (问题台账): every problem of every case that the actor may read it in.

The rule is that of `Dossier.problems`: all from inside, from outside once a paper has listed them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from engine.errors import Invalid
from engine.permission import access
from engine.tables import Organisation
from engine.unit_of_work import UnitOfWork
from supervision import dossier, problems
from supervision.tables import Document, Problem, SupervisionCase
from supervision.terms import Audience, Disclosure, ProblemState, Severity

#: More rows than this are not written into one workbook.
MOST_EXPORTED = 20_000
_CHUNK = 500


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What is asked for; `year` is that in which the case was opened."""

    q: str = ""
    unit_id: str | None = None
    severity: Severity | None = None
    state: ProblemState | None = None
    is_overdue: bool | None = None
    year: int | None = None


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many problems the filter leaves, its own state aside; `by_state` names each state met."""

    total: int
    unsettled: int
    overdue: int
    by_state: Mapping[str, int]


def search(
    uow: UnitOfWork, wanted: Filter, *, after: str | None = None, limit: int
) -> Sequence[tuple[Problem, SupervisionCase]]:
    """Problems with their cases, of the newest case first; `after` is the last problem seen."""
    query = (
        sa.select(Problem, SupervisionCase)
        .join(SupervisionCase, SupervisionCase.id == Problem.case_id)
        .join(SupervisionCase.unit)
        .options(contains_eager(SupervisionCase.unit), joinedload(SupervisionCase.office))
        .where(*_conditions(uow, wanted))
        .order_by(SupervisionCase.opened_on.desc(), SupervisionCase.id.desc(), Problem.seq)
        .limit(limit)
    )
    last = uow.session.get(Problem, after) if after is not None else None
    if last is not None:
        query = query.where(_behind(uow, last))
    return [(row[0], row[1]) for row in uow.session.execute(query)]


def counts(uow: UnitOfWork, wanted: Filter) -> Counts:
    """One statement over all that the filter leaves, whatever state it asks for."""
    query = (
        sa.select(
            Problem.state,
            sa.func.count().label("rows"),
            sa.func.count(sa.case((Problem.is_overdue, 1))).label("late"),
        )
        .join(SupervisionCase, SupervisionCase.id == Problem.case_id)
        .join(SupervisionCase.unit)
        .where(*_conditions(uow, replace(wanted, state=None)))
        .group_by(Problem.state)
    )
    found = {row.state: (row.rows, row.late) for row in uow.session.execute(query)}
    return Counts(
        total=sum(rows for rows, _ in found.values()),
        unsettled=sum(rows for state, (rows, _) in found.items() if state not in problems.SETTLED),
        overdue=sum(late for _, late in found.values()),
        by_state={state: rows for state, (rows, _) in sorted(found.items())},
    )


def every(uow: UnitOfWork, wanted: Filter) -> Iterator[tuple[Problem, SupervisionCase]]:
    """All of `search`, read in chunks. Invalid where it is more than `MOST_EXPORTED`."""
    told = counts(uow, wanted)
    total = told.total if wanted.state is None else told.by_state.get(wanted.state.value, 0)
    if total > MOST_EXPORTED:
        raise Invalid(
            f"共{total}个问题，一次最多导出{MOST_EXPORTED}个。请缩小筛选范围，分次导出。",
            code="export-too-large",
        )
    last: str | None = None
    while rows := search(uow, wanted, after=last, limit=_CHUNK):
        yield from rows
        last = rows[-1][0].id


def _conditions(uow: UnitOfWork, wanted: Filter) -> list[Any]:
    found = [visible(uow)]
    if text := wanted.q.strip():
        columns = (Problem.title, SupervisionCase.number, SupervisionCase.title, Organisation.name)
        found.append(sa.or_(*(column.icontains(text, autoescape=True) for column in columns)))
    if wanted.unit_id is not None:
        found.append(SupervisionCase.unit_id == wanted.unit_id)
    if wanted.severity is not None:
        found.append(Problem.severity == wanted.severity.value)
    if wanted.state is not None:
        found.append(Problem.state == wanted.state.value)
    if wanted.is_overdue is not None:
        found.append(Problem.is_overdue.is_(wanted.is_overdue))
    if wanted.year is not None:
        found.append(
            SupervisionCase.opened_on.between(date(wanted.year, 1, 1), date(wanted.year, 12, 31))
        )
    return found


def visible(uow: UnitOfWork) -> Any:
    """Over Problem joined with its case."""
    listed = (
        sa.select(Document.id)
        .where(
            Document.case_id == SupervisionCase.id,
            Document.kind.in_(sorted(dossier.LISTING)),
            Document.issued_on.is_not(None),
            sa.or_(
                Document.audience != Audience.PUBLIC.value,
                Document.disclosure == Disclosure.ACTIVE.value,
            ),
            access.reads(uow, SupervisionCase.instance_id, Document.audience),
        )
        .correlate(SupervisionCase)
    )
    inside = access.reads(uow, SupervisionCase.instance_id, Audience.INTERNAL.value)
    return sa.or_(inside, listed.exists())


def _behind(uow: UnitOfWork, last: Problem) -> Any:
    case = uow.session.get_one(SupervisionCase, last.case_id)
    return sa.or_(
        SupervisionCase.opened_on < case.opened_on,
        sa.and_(SupervisionCase.opened_on == case.opened_on, SupervisionCase.id < case.id),
        sa.and_(SupervisionCase.id == case.id, Problem.seq > last.seq),
    )
