"""The mark of what was done on paper (代录): who signed, who wrote it in, who compared it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from api.shown.people import Names
from engine.paper import paper_acts
from engine.tables import PaperAct
from engine.unit_of_work import UnitOfWork

Marks = Mapping[str | None, Mapping[str, Any]]


def marks(uow: UnitOfWork, ids: Collection[str | None]) -> Marks:
    """By the id of the record; the mark of what was done here is looked up as None."""
    return _shown(uow, paper_acts.by_id(uow, ids))


def of_tasks(uow: UnitOfWork, task_ids: Collection[str]) -> Marks:
    """By task."""
    return _shown(uow, paper_acts.of_tasks(uow, task_ids))


def _shown(uow: UnitOfWork, rows: Mapping[str, PaperAct]) -> Marks:
    who = [id_ for row in rows.values() for id_ in (row.recorded_by, row.confirmed_by)]
    names = Names(uow, users=who)
    return {
        key: {
            "name": row.name,
            "title": row.title,
            "acted_on": row.acted_on,
            "is_before_arrival": row.is_before_arrival,
            "recorded_by": names.person(row.recorded_by),
            "recorded_at": row.recorded_at,
            "confirmed_by": names.person(row.confirmed_by),
            "confirmed_at": row.confirmed_at,
        }
        for key, row in rows.items()
    }
