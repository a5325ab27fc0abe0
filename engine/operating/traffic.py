"""What stands and what went through each element of a definition, in numbers, and where cases stand.

For who runs the system or keeps the models: numbers of elements, and of cases number, definition and
place; no title, no reason, no person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from engine import store
from engine.administration import duties
from engine.calendars.calendar import YearNotLoaded
from engine.database import local_day
from engine.errors import Fault, Invalid
from engine.pages import After, keyset
from engine.permission.sight import OPEN
from engine.repository import definitions
from engine.spiff.model import Element
from engine.states import IncidentState, InstanceState, JobState
from engine.tables import Activity, Definition, Incident, Instance, Job, Task
from engine.timing import reckoning
from engine.unit_of_work import UnitOfWork

RUNNING = (InstanceState.ACTIVE, InstanceState.SUSPENDED)
#: How long a period of figures may be.
LONGEST = timedelta(days=5 * 366)
#: Of which period where none is named.
USUAL = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class Count:
    """What stands at an element now."""

    element: Element
    tokens: int
    tasks: int
    timers: int
    jobs_failed: int
    incidents: int


@dataclass(frozen=True, kw_only=True)
class Heat:
    """What went through an element. Working days are those after the day of entry, up to the last."""

    element: Element
    entered: int
    left: int
    working_days_total: int
    working_days_most: int
    open: int

    @property
    def working_days_mean(self) -> float | None:
        """Of those that left; None where none did."""
        return round(self.working_days_total / self.left, 2) if self.left else None


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of a process, and what runs on it: cases with a token in it, their tokens there.

    `started`: running cases that began as it; of a called process none.
    """

    definition: Definition
    is_latest: bool
    started: int
    cases: int
    tokens: int
    incidents: int


@dataclass(frozen=True, kw_only=True)
class Place:
    """How many tokens of a case stand at an element."""

    element_id: str
    element_name: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A case as an operator finds it in a list."""

    instance: Instance
    tokens: Sequence[Place]
    jobs: int
    incidents: int


def versions(
    uow: UnitOfWork, *, key: str | None = None, deployment_id: str | None = None
) -> list[Version]:
    """The latest version of each process and the older ones that something stands on, by key.

    With `key` every version of that process, with `deployment_id` the processes of that deployment.
    """
    duties.require(uow, duties.SYSTEM_ADMIN, duties.MODEL_EDITOR)
    query = sa.select(Definition).options(joinedload(Definition.deployment))
    if key is not None:
        query = query.where(Definition.key == key)
    if deployment_id is not None:
        query = query.where(Definition.deployment_id == deployment_id)
    rows = uow.session.scalars(query.order_by(Definition.key, Definition.version.desc())).all()
    latest = sa.select(Definition.key, sa.func.max(Definition.version)).group_by(Definition.key)
    newest = {name: number for name, number in uow.session.execute(latest)}  # noqa: C416  # rows
    started = _tally(
        uow,
        sa.select(Instance.definition_id, sa.func.count())
        .where(Instance.state.in_(RUNNING))
        .group_by(Instance.definition_id),
    )
    standing = _standing_on(uow)
    troubled = _troubled(uow)
    found = []
    for row in rows:
        where = (row.deployment_id, row.key)
        cases, tokens = standing.get(where, (0, 0))
        found.append(
            Version(
                definition=row,
                is_latest=row.version == newest[row.key],
                started=started[row.id],
                cases=cases,
                tokens=tokens,
                incidents=troubled[where],
            )
        )
    if key is not None or deployment_id is not None:
        return found
    return [each for each in found if each.is_latest or each.tokens or each.incidents]


def _standing_on(uow: UnitOfWork) -> dict[tuple[str, str], tuple[int, int]]:
    """(deployment, process) → cases that stand in it, and their tokens there."""
    query = (
        sa.select(
            Instance.deployment_id,
            Activity.process_key,
            sa.func.count(sa.distinct(Activity.instance_id)),
            sa.func.count(),
        )
        .join(Activity, Activity.instance_id == Instance.id)
        .where(
            Instance.state.in_(RUNNING),
            Activity.state == "active",
        )
        .group_by(Instance.deployment_id, Activity.process_key)
    )
    return {
        (deployment, process): (cases, tokens)
        for deployment, process, cases, tokens in uow.session.execute(query)
    }


def _troubled(uow: UnitOfWork) -> Counter[tuple[str, str]]:
    """(deployment, process) → open incidents at its elements."""
    query = (
        sa.select(Instance.deployment_id, Incident.element_id, sa.func.count())
        .join(Instance, Instance.id == Incident.instance_id)
        .where(Incident.state == IncidentState.OPEN)
        .group_by(Instance.deployment_id, Incident.element_id)
    )
    found = Counter[tuple[str, str]]()
    for deployment, element_id, count in uow.session.execute(query):
        for process, known in store.bundle(uow, deployment).elements:
            if known == element_id:
                found[deployment, process] += count
    return found


def counts(uow: UnitOfWork, definition_id: str) -> tuple[list[Count], Mapping[str, int]]:
    """What stands at each element of a definition, and its cases by state. NotAllowed; NotFound."""
    definition, elements = _of(uow, definition_id)
    of_it = Instance.deployment_id == definition.deployment_id
    tokens = _tally(
        uow,
        sa.select(Activity.element_id, sa.func.count())
        .join(Instance, Instance.id == Activity.instance_id)
        .where(of_it, Activity.process_key == definition.key, Activity.state == "active")
        .group_by(Activity.element_id),
    )
    tasks = _tally(
        uow,
        sa.select(Task.element_id, sa.func.count())
        .join(Instance, Instance.id == Task.instance_id)
        .where(of_it, Task.process_key == definition.key, Task.state.in_(OPEN))
        .group_by(Task.element_id),
    )
    timers = _tally(uow, _jobs(of_it, elements, JobState.SCHEDULED).where(Job.kind == "timer"))
    failed = _tally(uow, _jobs(of_it, elements, JobState.FAILED))
    incidents = _tally(
        uow,
        sa.select(Incident.element_id, sa.func.count())
        .join(Instance, Instance.id == Incident.instance_id)
        .where(of_it, Incident.element_id.in_(elements), Incident.state == IncidentState.OPEN)
        .group_by(Incident.element_id),
    )
    found = [
        Count(
            element=element,
            tokens=tokens[key],
            tasks=tasks[key],
            timers=timers[key],
            jobs_failed=failed[key],
            incidents=incidents[key],
        )
        for key, element in elements.items()
    ]
    by_state = _tally(
        uow,
        sa.select(Instance.state, sa.func.count())
        .where(Instance.definition_id == definition.id)
        .group_by(Instance.state),
    )
    return found, {state.value: by_state[state.value] for state in InstanceState}


def heat(
    uow: UnitOfWork, definition_id: str, *, begins: datetime | None, ends: datetime | None
) -> tuple[list[Heat], datetime, datetime]:
    """What entered each element from `begins` to before `ends`, and how long it stayed; the period.

    Without a period the last ninety days. Invalid for one that ends before it begins, or too long.
    """
    definition, elements = _of(uow, definition_id)
    until = uow.now if ends is None else ends
    since = until - USUAL if begins is None else begins
    if not timedelta(0) < until - since <= LONGEST:
        detail = "请给出起止时间：止在起之后，最长五年。"
        fault = Fault(pointer="/from", detail=detail, code="period")
        raise Invalid("没有统计。", errors=[fault], code="period")
    calendar = reckoning.calendar_of(uow, definition.family)

    @cache
    def days(first: date, last: date) -> int:
        try:
            return calendar.working_days_between(first, last)
        except YearNotLoaded:  # of a year without a calendar nothing is known but its weekdays
            every = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
            return sum(day.weekday() < 5 for day in every)

    entered, left, open_ = Counter[str](), Counter[str](), Counter[str]()
    total, most = Counter[str](), Counter[str]()
    came, went = (local_day(uow.session, at) for at in (Activity.entered_at, Activity.left_at))
    query = (
        # of a hundred thousand cases as many stays are alike as came and went on the same days
        sa.select(Activity.element_id, came, went, sa.func.count())
        .join(Instance, Instance.id == Activity.instance_id)
        .where(
            Instance.deployment_id == definition.deployment_id,
            Activity.process_key == definition.key,
            Activity.entered_at >= since,
        )
        .group_by(Activity.element_id, came, went)
    )
    if ends is not None:
        query = query.where(Activity.entered_at < ends)
    for element_id, first, last, count in uow.session.execute(query):
        entered[element_id] += count
        if last is None:
            open_[element_id] += count
            continue
        spent = days(date.fromisoformat(first), date.fromisoformat(last))
        left[element_id] += count
        total[element_id] += spent * count
        most[element_id] = max(most[element_id], spent)
    found = [
        Heat(
            element=element,
            entered=entered[key],
            left=left[key],
            working_days_total=total[key],
            working_days_most=most[key],
            open=open_[key],
        )
        for key, element in elements.items()
    ]
    return found, since, until


def search(
    uow: UnitOfWork,
    *,
    text: str | None = None,
    family: str | None = None,
    definition_key: str | None = None,
    definition_id: str | None = None,
    state: str | None = None,
    element_id: str | None = None,
    has_incident: bool | None = None,
    after: After = None,
    limit: int,
) -> list[Standing]:
    """Cases, the newest first, with where they stand. `text` is how number or id begin.

    `definition_id` narrows to those that stand in that version of a process, or began as it.
    An element together with an incident: those whose incident is of that element.
    """
    duties.require(uow, duties.SYSTEM_ADMIN)
    query = sa.select(Instance)
    if text:
        number = Instance.business_key.startswith(text, autoescape=True)
        query = query.where(sa.or_(number, Instance.id == text))
    if family is not None:
        query = query.where(Instance.family == family)
    if definition_key is not None:
        query = query.join(Definition, Definition.id == Instance.definition_id).where(
            Definition.key == definition_key
        )
    if state is not None:
        query = query.where(Instance.state == state)
    stands = sa.select(Activity.instance_id).where(Activity.state == "active")
    if definition_id is not None:
        of_it = definitions.get(uow, definition_id)
        stands = stands.where(Activity.process_key == of_it.key)
        query = query.where(
            Instance.deployment_id == of_it.deployment_id,
            sa.or_(Instance.definition_id == of_it.id, Instance.id.in_(stands)),
        )
    troubled = sa.select(Incident.instance_id).where(
        Incident.state == IncidentState.OPEN, Incident.instance_id.is_not(None)
    )
    if element_id is not None and has_incident:
        troubled = troubled.where(Incident.element_id == element_id)
    elif element_id is not None:
        query = query.where(Instance.id.in_(stands.where(Activity.element_id == element_id)))
    if has_incident is not None:
        inside = Instance.id.in_(troubled)
        query = query.where(inside if has_incident else ~inside)
    query = keyset(query, Instance.started_at, Instance.id, descending=True, after=after)
    return _standing(uow, uow.session.scalars(query.limit(limit)).all())


def _standing(uow: UnitOfWork, rows: Sequence[Instance]) -> list[Standing]:
    ids = [row.id for row in rows]
    places: dict[str, list[Place]] = {}
    deployments = {row.id: row.deployment_id for row in rows}
    query = (
        sa.select(Activity.instance_id, Activity.process_key, Activity.element_id, sa.func.count())
        .where(Activity.instance_id.in_(ids), Activity.state == "active")
        .group_by(Activity.instance_id, Activity.process_key, Activity.element_id)
        .order_by(Activity.element_id)
    )
    for instance_id, process, element_id, count in uow.session.execute(query):
        element = store.bundle(uow, deployments[instance_id]).elements.get((process, element_id))
        name = element.name if element is not None else element_id
        place = Place(element_id=element_id, element_name=name, count=count)
        places.setdefault(instance_id, []).append(place)
    live = (JobState.SCHEDULED, JobState.RUNNING, JobState.FAILED)
    jobs = _tally(
        uow,
        sa.select(Job.instance_id, sa.func.count())
        .where(Job.instance_id.in_(ids), Job.state.in_(live))
        .group_by(Job.instance_id),
    )
    incidents = _tally(
        uow,
        sa.select(Incident.instance_id, sa.func.count())
        .where(Incident.instance_id.in_(ids), Incident.state == IncidentState.OPEN)
        .group_by(Incident.instance_id),
    )
    return [
        Standing(
            instance=row,
            tokens=places.get(row.id, []),
            jobs=jobs[row.id],
            incidents=incidents[row.id],
        )
        for row in rows
    ]


def _of(uow: UnitOfWork, definition_id: str) -> tuple[Definition, Mapping[str, Element]]:
    duties.require(uow, duties.SYSTEM_ADMIN, duties.MODEL_EDITOR)
    definition = definitions.get(uow, definition_id)
    bundle = store.bundle(uow, definition.deployment_id)
    return definition, {
        element_id: element
        for (process, element_id), element in sorted(bundle.elements.items())
        if process == definition.key
    }


def _jobs(
    of_it: sa.ColumnElement[bool], elements: Collection[str], state: JobState
) -> sa.Select[Any, int]:
    return (
        sa.select(Job.element_id, sa.func.count())
        .join(Instance, Instance.id == Job.instance_id)
        .where(of_it, Job.element_id.in_(elements), Job.state == state)
        .group_by(Job.element_id)
    )


def _tally(uow: UnitOfWork, query: sa.Select[Any, int]) -> Counter[str]:
    return Counter({key or "": count for key, count in uow.session.execute(query)})
