"""The list of cases: filters, pages, all of a filter for a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from engine.clock import LOCAL_ZONE
from engine.errors import Invalid
from engine.permission import access
from engine.states import TaskState
from engine.tables import Instance, Organisation, Party, Task
from engine.unit_of_work import UnitOfWork

#: More cases than this are not written into one workbook.
MOST_EXPORTED = 20_000
_CHUNK = 200
_OPEN = (TaskState.READY, TaskState.CLAIMED)


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What is asked for. `unit_id` is the organisation that the case is about; `year` its start's.

    `is_mine`: started by the actor, or with a task in their hands; `is_overdue`: with an open task
    past its date that the actor sees.
    """

    family: str | None = None
    state: str | None = None
    stage: str | None = None
    unit_id: str | None = None
    year: int | None = None
    is_mine: bool = False
    is_overdue: bool = False
    q: str = ""


def search(
    uow: UnitOfWork,
    wanted: Filter,
    *,
    after: tuple[datetime, str] | None = None,
    limit: int = 50,
) -> Sequence[Instance]:
    """Instances that the actor may see, the newest first; `after` is (started_at, id) of the last."""
    query = (
        sa.select(Instance)
        .where(access.visible_instances(uow), *_conditions(uow, wanted))
        .options(joinedload(Instance.definition))
        .order_by(Instance.started_at.desc(), Instance.id)
        .limit(limit)
    )
    if after is not None:
        started_at, last_id = after
        query = query.where(
            sa.or_(
                Instance.started_at < started_at,
                sa.and_(Instance.started_at == started_at, Instance.id > last_id),
            )
        )
    return uow.session.scalars(query).all()


def every(uow: UnitOfWork, wanted: Filter) -> Iterator[Sequence[Instance]]:
    """All of `search`, in chunks. Invalid where it is more than `MOST_EXPORTED`."""
    total = uow.session.scalar(
        sa.select(sa.func.count())
        .select_from(Instance)
        .where(access.visible_instances(uow), *_conditions(uow, wanted))
    )
    if (total or 0) > MOST_EXPORTED:
        raise Invalid(
            f"共{total}个案件，一次最多导出{MOST_EXPORTED}个。请缩小筛选范围，分次导出。",
            code="export-too-large",
        )
    after: tuple[datetime, str] | None = None
    while rows := search(uow, wanted, after=after, limit=_CHUNK):
        yield rows
        after = rows[-1].started_at, rows[-1].id


def matches(uow: UnitOfWork, text: str, *, letters: str = "") -> Any:
    """Over Instance: by number, title, or the name of the organisation it is about.

    With `letters` also by initials, which stand for title and name.
    """
    columns = [Instance.title, Instance.business_key]
    ways = [column.icontains(text, autoescape=True) for column in columns]
    named = [
        column.icontains(text, autoescape=True)
        for column in (Organisation.name, Organisation.short_name)
    ]
    if letters:
        ways.append(Instance.initials.contains(letters, autoescape=True))
        named.append(Organisation.initials.contains(letters, autoescape=True))
    about = sa.select(Organisation.id).where(sa.or_(*named))
    return sa.or_(*ways, _is_about(uow, Party.organisation_id.in_(about)))


def _conditions(uow: UnitOfWork, wanted: Filter) -> list[Any]:
    found: list[Any] = []
    if wanted.family is not None:
        found.append(Instance.family == wanted.family)
    if wanted.state is not None:
        found.append(Instance.state == wanted.state)
    if wanted.stage is not None:
        rules = [package.at_stage for package in uow.engine.packages.values()]
        found.append(sa.or_(sa.false(), *(rule(uow, wanted.stage) for rule in rules if rule)))
    if wanted.unit_id is not None:
        found.append(_is_about(uow, Party.organisation_id == wanted.unit_id))
    if wanted.year is not None:
        found += [
            Instance.started_at >= _new_year(wanted.year),
            Instance.started_at < _new_year(wanted.year + 1),
        ]
    if wanted.is_mine:
        held = _open_task(Task.assignee_id == uow.actor.user_id)
        found.append(sa.or_(Instance.started_by == uow.actor.user_id, held))
    if wanted.is_overdue:
        late = Task.due_at < uow.now
        found.append(_open_task(late, access.visible_tasks(uow, few=True)))
    if text := wanted.q.strip():
        found.append(matches(uow, text))
    return found


def _is_about(uow: UnitOfWork, place: Any) -> Any:
    """A party that the actor may know of, in the relation of those whom a case is about."""
    keys = {
        relation.key
        for package in uow.engine.packages.values()
        for relation in package.manifest.relations.values()
        if "unit" in relation.audiences and "internal" not in relation.audiences
    }
    parties = sa.select(Party.id).where(
        Party.instance_id == Instance.id,
        Party.relation.in_(sorted(keys)),
        place,
        access.visible_parties(uow),
    )
    return parties.correlate(Instance).exists()


def _open_task(*conditions: Any) -> Any:
    tasks = sa.select(Task.id).where(
        Task.instance_id == Instance.id, Task.state.in_(_OPEN), *conditions
    )
    return tasks.correlate(Instance).exists()


def _new_year(year: int) -> datetime:
    return datetime.combine(date(year, 1, 1), time(), LOCAL_ZONE)
