"""Numbers of cases and documents: a running series for each office, kind and year."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import sqlalchemy as sa

from engine.errors import Conflict
from engine.unit_of_work import UnitOfWork
from supervision import organisations
from supervision.tables import NumberSeries
from supervision.terms import DocumentKind

#: The series that case numbers are drawn from.
CASE = "case"


def next_of_case(uow: UnitOfWork, office_id: str) -> str:
    """The next case number of an Office in this year."""
    return _next(uow, office_id, CASE)


def next_of(uow: UnitOfWork, office_id: str, kind: DocumentKind) -> str | None:
    """The next number for a document of this kind; None for kinds that bear none."""
    settings = _settings()
    if kind.value in settings["unnumbered"]["kinds"]:
        return None
    return _next(uow, office_id, settings["series"].get(kind.value, "office"))


def _next(uow: UnitOfWork, office_id: str, series: str) -> str:
    year = uow.today.year
    row = uow.session.scalar(
        sa.select(NumberSeries)
        .where(NumberSeries.organisation_id == office_id)
        .where(NumberSeries.series == series)
        .where(NumberSeries.year == year)
        .with_for_update()
    )
    if row is None:
        row = _open(uow, office_id, series, year)
    row.last += 1
    uow.session.flush()
    return row.pattern.replace("{number}", str(row.last))


def _open(uow: UnitOfWork, office_id: str, series: str, year: int) -> NumberSeries:
    """Start a series in its year; of two that race for it one meets the unique key."""
    office = organisations.get(uow, office_id)
    if not office.number_mark:
        raise Conflict(
            f"{office.organisation.name}没有登记机关代字，不能编制文号，请先在机构登记中补充。",
            code="no-number-mark",
        )
    pattern: str = _settings()["patterns"][series]
    row = NumberSeries(
        organisation_id=office_id,
        series=series,
        year=year,
        pattern=pattern.replace("{mark}", office.number_mark).replace("{year}", str(year)),
        last=0,
    )
    uow.session.add(row)
    uow.session.flush()
    return row


@cache
def _settings() -> Mapping[str, Any]:
    return tomllib.loads((files("supervision") / "data" / "numbers.toml").read_text("utf-8"))
