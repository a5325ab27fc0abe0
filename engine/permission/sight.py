"""What one person sees of given instances, worked out from their few rows. For `engine/permission/access.py`.

The same rules as engine/permission/reach.py, which puts them into SQL for lists over everything: there a set of
all that the actor sees is the cheap way, here a handful of rows found by instance is. A test holds
both to a third reading of the rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.database import SEEN
from engine.permission.standing import Seat, Standing, seats, standings
from engine.states import InstanceState, TaskState
from engine.tables import Instance, Party, Recusal, Task, TaskCandidate, TaskExclusion

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

OPEN = (TaskState.READY, TaskState.CLAIMED)

_PARTIES = sa.select(
    Party.id,
    Party.instance_id,
    Party.relation,
    Party.organisation_id,
    Party.user_id,
    Party.notified_at,
).where(Party.instance_id.in_(sa.bindparam("ids", expanding=True)))
_INSTANCES = (
    sa.select(Instance.id, Instance.family, Instance.state, Recusal.user_id.label("recused"))
    .outerjoin(
        Recusal,
        sa.and_(
            Recusal.instance_id == Instance.id,
            Recusal.user_id.in_(sa.bindparam("persons", expanding=True)),
        ),
    )
    .where(Instance.id.in_(sa.bindparam("ids", expanding=True)))
)
_TASK = sa.select(
    Task.id,
    Task.instance_id,
    Task.state,
    Task.audience,
    Task.assignee_id,
    Task.completed_by,
)
_TASKS_BY_ID = _TASK.where(Task.id.in_(sa.bindparam("ids", expanding=True)))
_TASKS_BY_INSTANCE = _TASK.where(
    Task.instance_id.in_(sa.bindparam("ids", expanding=True)),
    sa.or_(
        Task.state.in_(OPEN),
        Task.assignee_id == sa.bindparam("me"),
        Task.completed_by == sa.bindparam("me"),
    ),
)
_CANDIDATES = sa.select(
    TaskCandidate.task_id,
    TaskCandidate.group,
    TaskCandidate.organisation_id,
    TaskCandidate.user_id,
).where(TaskCandidate.task_id.in_(sa.bindparam("ids", expanding=True)))
_EXCLUSIONS = sa.select(TaskExclusion.task_id).where(
    TaskExclusion.user_id.in_(sa.bindparam("persons", expanding=True)),
    TaskExclusion.task_id.in_(sa.bindparam("ids", expanding=True)),
)


@dataclass(frozen=True, kw_only=True)
class TaskFacts:
    """A task, and who may take it."""

    id: str
    instance_id: str
    state: str
    audience: str
    assignee_id: str | None
    completed_by: str | None
    seats: frozenset[tuple[str, str | None]]
    named: frozenset[str]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


@dataclass(kw_only=True)
class Sight:
    """One person's view of one instance."""

    me: str | None
    is_active: bool
    is_recused: bool
    is_partial: bool
    standings: list[Standing]
    seats: list[Seat]
    parties: list[Any] = field(default_factory=list)

    @cached_property
    def related(self) -> list[tuple[Any, Standing]]:
        """The party rows through which the actor is related, each with what it lets them read."""
        return [
            (party, standing)
            for party, standing in self._standing_parties
            if party.notified_at is not None or not standing.needs_notice
        ]

    @property
    def is_barred(self) -> bool:
        """The actor's organisation has not been told, and no other relation lets them in."""
        return bool(self._standing_parties) and not self.related

    @property
    def by_party(self) -> frozenset[str]:
        """What the actor reads whatever the tasks are."""
        found = frozenset(a for _, standing in self.related for a in standing.audiences)
        return found - {"internal"} if self.is_recused or self.is_limited else found

    @property
    def is_limited(self) -> bool:
        """The actor stands in a relation that keeps them from what is internal, come what may."""
        return any(standing.bars_internal for _, standing in self.related)

    def audiences(self, tasks: Iterable[TaskFacts]) -> frozenset[str]:
        """All that the actor reads; `tasks` are the open ones, and those that the actor held."""
        if self.is_barred or self.is_recused:
            return self.by_party
        found = self.by_party.union(*(self._by_task(task) for task in tasks))
        return found - {"internal"} if self.is_limited else found

    def sees(self, tasks: Collection[TaskFacts]) -> bool:
        """The actor reads anything at all, or has a task."""
        return bool(self.audiences(tasks)) or any(self.owns(task) for task in tasks)

    def owns(self, task: TaskFacts) -> bool:
        """The actor sees the task because it is, was or may become theirs."""
        if self.is_barred:
            return False
        if self._holds(task) and not (self.is_recused and task.audience == "internal"):
            return True
        is_candidate = self._is_named(task) or self._is_seated(task)
        return task.is_open and is_candidate and not self.is_recused

    def may_take(self, task: TaskFacts) -> bool:
        """The actor may take the task, or keep what they took, were it not for an exclusion."""
        if not (task.is_open and self.is_active) or self.is_barred or self.is_recused:
            return False
        is_given = self.me is not None and task.assignee_id == self.me and not self.is_partial
        is_given = is_given and not task.seats and not task.named
        return is_given or self._is_named(task) or self._is_seated(task)

    @cached_property
    def _standing_parties(self) -> list[tuple[Any, Standing]]:
        return [
            (party, standing)
            for party in self.parties
            if party.user_id in (None, self.me)
            for standing in self.standings
            if party.relation in standing.relations
            and party.organisation_id in standing.organisation_ids
        ]

    def _by_task(self, task: TaskFacts) -> set[str]:
        found: set[str] = set()
        for seat in self._seats_at(task):
            is_told = self._holds(task) and self._is_told(seat, task)
            if is_told or (not seat.needs_notice and (task.is_open or self._holds(task))):
                found |= seat.audiences
        in_person = self._holds(task) or (task.is_open and self._is_named(task))
        if in_person and not task.seats and not self.related:
            found.add(task.audience)
        return found

    def _is_named(self, task: TaskFacts) -> bool:
        return self.me in task.named and not self.is_partial

    def _holds(self, task: TaskFacts) -> bool:
        if self.me is None or self.me not in (task.assignee_id, task.completed_by):
            return False
        return not self.is_partial or self._is_seated(task)

    def _seats_at(self, task: TaskFacts) -> list[Seat]:
        return [
            seat
            for seat in self.seats
            if any(g == seat.group and o in seat.organisation_ids for g, o in task.seats)
        ]

    def _is_seated(self, task: TaskFacts) -> bool:
        return any(
            not seat.needs_notice or self._is_told(seat, task) for seat in self._seats_at(task)
        )

    def _is_told(self, seat: Seat, task: TaskFacts) -> bool:
        at = {o for g, o in task.seats if g == seat.group and o in seat.organisation_ids}
        return any(
            party.relation == seat.relation
            and party.organisation_id in at
            and party.user_id in (None, self.me)
            and party.notified_at is not None
            for party in self.parties
        )


@dataclass(kw_only=True)
class _Seen:
    """What was worked out already. A session keeps it until it writes or locks (engine/database.py)."""

    views: dict[str, Sight] = field(default_factory=dict)
    tasks: dict[str, list[TaskFacts]] = field(default_factory=dict)


def of_instances(uow: UnitOfWork, instance_ids: Collection[str]) -> dict[str, Sight]:
    """The actor's view of each instance that exists, in two statements. Not for the system."""
    seen = _seen(uow)
    missing = sorted(set(instance_ids) - set(seen.views))
    if missing:
        seen.views.update(_read_views(uow, missing))
    return {key: seen.views[key] for key in instance_ids if key in seen.views}


def tasks_of(uow: UnitOfWork, instance_ids: Collection[str]) -> dict[str, list[TaskFacts]]:
    """By instance, the open tasks and those that the actor holds or completed."""
    seen = _seen(uow)
    missing = sorted(set(instance_ids) - set(seen.tasks))
    if missing:
        given = {"ids": missing, "me": uow.actor.user_id}
        rows = uow.session.execute(_TASKS_BY_INSTANCE, given).all()
        seen.tasks.update({key: [] for key in missing})
        for task in _with_candidates(uow, rows):
            seen.tasks[task.instance_id].append(task)
    return {key: seen.tasks[key] for key in instance_ids}


def _seen(uow: UnitOfWork) -> _Seen:
    uow.session.flush()  # what is not written yet changes it as well
    found: _Seen = uow.session.info.setdefault(SEEN, _Seen())
    return found


def is_writing(uow: UnitOfWork) -> bool:
    """Whether rows may change during the unit of work, so that nothing read may be kept."""
    options = uow.session.get_bind().get_execution_options()
    return bool(options.get("dudao_write", True))


def _read_views(uow: UnitOfWork, ids: list[str]) -> dict[str, Sight]:
    packages = list(uow.engine.packages.values())
    stands = _by_family(standings(packages, uow.actor))
    sits = _by_family(seats(packages, uow.actor))
    me = uow.actor.user_id
    is_partial = uow.actor.stand_in is not None and uow.actor.stand_in.is_partial
    found = {
        row.id: Sight(
            me=me,
            is_active=row.state == InstanceState.ACTIVE,
            is_recused=row.recused is not None,
            is_partial=is_partial,
            standings=stands[row.family],
            seats=sits[row.family],
        )
        for row in uow.session.execute(
            _INSTANCES, {"persons": sorted(uow.actor.persons), "ids": ids}
        )
    }
    for party in uow.session.execute(_PARTIES, {"ids": list(found)}):
        found[party.instance_id].parties.append(party)
    return found


def tasks(uow: UnitOfWork, task_ids: Collection[str]) -> list[TaskFacts]:
    """These tasks."""
    if not task_ids:
        return []
    rows = uow.session.execute(_TASKS_BY_ID, {"ids": list(task_ids)}).all()
    return _with_candidates(uow, rows)


def exclusions(uow: UnitOfWork, task_ids: Collection[str]) -> set[str]:
    """Those of the tasks that are kept separate from one that the actor completed."""
    if not task_ids:
        return set()
    given = {"persons": sorted(uow.actor.persons), "ids": list(task_ids)}
    return set(uow.session.scalars(_EXCLUSIONS, given))


def _with_candidates(uow: UnitOfWork, rows: Collection[Any]) -> list[TaskFacts]:
    sits: dict[str, set[tuple[str, str | None]]] = defaultdict(set)
    named: dict[str, set[str]] = defaultdict(set)
    for row in uow.session.execute(_CANDIDATES, {"ids": [row.id for row in rows]}):
        if row.group is not None:
            sits[row.task_id].add((row.group, row.organisation_id))
        if row.user_id is not None:
            named[row.task_id].add(row.user_id)
    return [
        TaskFacts(
            id=row.id,
            instance_id=row.instance_id,
            state=row.state,
            audience=row.audience,
            assignee_id=row.assignee_id,
            completed_by=row.completed_by,
            seats=frozenset(sits[row.id]),
            named=frozenset(named[row.id]),
        )
        for row in rows
    ]


def _by_family(rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.family].append(row)
    return found
