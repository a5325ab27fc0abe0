"""What an actor reaches, as SQL over uncorrelated id sets. Only engine/access.py and acts use it.

Every set is a SELECT of ids that starts at an index on the actor's own side (organisation,
assignee, candidate group), so that it costs what the actor sees, not what there is. With `within`
each set is narrowed to the instance of the bind `instance_id`.

Building such a statement takes longer than running it: they are Core, over aliases made once, and
kept per actor (`reach_of`). Aliases recur in nested sets, so each set says what it correlates with.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import sqlalchemy as sa

from engine.actor import Actor
from engine.package import ProcessPackage
from engine.standing import AUDIENCES, Seat, Standing, seats, standings
from engine.states import InstanceState, TaskState
from engine.tables import Instance, Party, Recusal, Task, TaskCandidate, TaskExclusion

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

Condition: TypeAlias = sa.ColumnElement[bool]
Ids: TypeAlias = sa.Select[str]
Column: TypeAlias = Any  # a mapped attribute or a column of a string
Columns: TypeAlias = Any  # the columns of the task table or of an alias of it

_Made = TypeVar("_Made")
_Carrier = TypeVar("_Carrier", Standing, Seat)

OPEN = (TaskState.READY, TaskState.CLAIMED)

_party = Party.__table__.alias("p")
_instance = Instance.__table__.alias("i")
_task = Task.__table__.alias("t")
_seat_task = Task.__table__.alias("st")
_candidate = TaskCandidate.__table__.alias("c")
_recusal = Recusal.__table__.alias("r")
_exclusion = TaskExclusion.__table__.alias("x")

_KEPT = 1_000
_lock = threading.Lock()
_reaches: OrderedDict[tuple[Any, ...], Reach] = OrderedDict()


def reach_of(uow: UnitOfWork, *, within: bool = False) -> Reach:
    """The predicates of the unit of work's actor, from the cache or built."""
    packages = tuple(uow.engine.packages.values())
    actor = uow.actor
    # A Reach holds its packages, so that no other manifest can take the place of one in memory.
    key = (within, actor.user_id, actor.posts, *(id(package.manifest) for package in packages))
    with _lock:
        found = _reaches.get(key)
        if found is not None:
            _reaches.move_to_end(key)
            return found
    built = Reach(packages, actor, within=within)
    with _lock:
        _reaches[key] = built
        while len(_reaches) > _KEPT:
            _reaches.popitem(last=False)
    return built


class Reach:
    """The predicates of one person. The system and administrators are not asked here."""

    def __init__(
        self, packages: Sequence[ProcessPackage], actor: Actor, *, within: bool = False
    ) -> None:
        self.packages = packages
        self.me = actor.user_id
        self.within = within
        self.standings = standings(packages, actor)
        self.seats = seats(packages, actor)
        self._kept: dict[str, Any] = {}

    def once(self, name: str, make: Callable[[Reach], _Made]) -> _Made:
        """A statement or condition made from this Reach, kept for the next time under `name`."""
        if name not in self._kept:
            self._kept[name] = make(self)
        made: _Made = self._kept[name]
        return made

    # -- relations by party ------------------------------------------------------------------

    @cached_property
    def related(self) -> Ids:
        """Instances to which a post of the actor is related, and has been told where it must be."""
        return self._parties(_party.c.instance_id, self.standings)

    @cached_property
    def open_parties(self) -> Ids:
        """Ids of the party rows through which the actor is related."""
        return self._parties(_party.c.id, self.standings)

    @cached_property
    def relations(self) -> Ids:
        """The relations in which the actor stands; use with `within`."""
        return self._parties(_party.c.relation, self.standings).distinct()

    @cached_property
    def untold(self) -> Ids | None:
        """Instances of which an organisation of the actor has not been told; None where none can."""
        among = [s for s in self.standings if s.needs_notice]
        return self._parties(_party.c.instance_id, among, told=False) if among else None

    def barred(self, instance_id: Column) -> Condition:
        """The actor's organisation is a party not yet told, and no other relation lets them in.

        Then nothing else does either: a task sent too early must not give the case away.
        """
        if self.untold is None:
            return sa.false()
        return sa.and_(instance_id.in_(self.untold), instance_id.not_in(self.related))

    def _parties(self, column: Column, among: Sequence[Standing], *, told: bool = True) -> Ids:
        query = (
            sa.select(column)
            .select_from(_party.join(_instance, _instance.c.id == _party.c.instance_id))
            .where(
                sa.or_(sa.false(), *(self._stands(s, told=told) for s in among)),
                sa.or_(_party.c.user_id.is_(None), _party.c.user_id == self.me),
            )
        )
        return self._set(query, _party.c.instance_id)

    def _stands(self, s: Standing, *, told: bool) -> Condition:
        parts = [
            _party.c.organisation_id.in_(sorted(s.organisation_ids)),
            _party.c.relation.in_(sorted(s.relations)),
            _instance.c.family == s.family,
        ]
        if s.needs_notice:
            notified_at = _party.c.notified_at
            parts.append(notified_at.is_not(None) if told else notified_at.is_(None))
        return sa.and_(*parts)

    # -- keeping out -------------------------------------------------------------------------

    @cached_property
    def recusals(self) -> Ids:
        """Instances that the actor keeps out of."""
        query = sa.select(_recusal.c.instance_id).where(_recusal.c.user_id == self.me)
        return self._set(query, _recusal.c.instance_id)

    def recused(self, instance_id: Column) -> Condition:
        """The actor keeps out of this instance."""
        return _in(instance_id, self.recusals)

    @cached_property
    def exclusions(self) -> Ids:
        """Tasks that are kept separate from one that the actor completed."""
        query = sa.select(_exclusion.c.task_id).where(_exclusion.c.user_id == self.me)
        return query.correlate(None)

    # -- relations by task -------------------------------------------------------------------

    def held(self, task: Columns) -> Condition:
        """The actor works on the task or completed it."""
        return sa.or_(task.assignee_id == self.me, task.completed_by == self.me)

    @cached_property
    def named(self) -> Ids:
        """Tasks for which the model names the actor in person as a candidate."""
        query = sa.select(_candidate.c.task_id).where(_candidate.c.user_id == self.me)
        return query.correlate(None)

    @cached_property
    def seated(self) -> Ids:
        """Tasks that a post of the actor is a candidate for, told where its relation must be."""
        ways = []
        for seat in self.seats:
            sits = self._sits(seat)
            ways.append(sa.and_(sits, self._told(seat)) if seat.needs_notice else sits)
        query = (
            sa.select(_candidate.c.task_id)
            .select_from(
                _candidate.join(_seat_task, _seat_task.c.id == _candidate.c.task_id).join(
                    _instance, _instance.c.id == _seat_task.c.instance_id
                )
            )
            .where(sa.or_(sa.false(), *ways))
        )
        return self._set(query, _seat_task.c.instance_id)

    def _sits(self, seat: Seat) -> Condition:
        return sa.and_(
            _candidate.c.group_name == seat.group,
            _candidate.c.organisation_id.in_(sorted(seat.organisation_ids)),
            _instance.c.family == seat.family,
        )

    def _told(self, seat: Seat) -> Condition:
        return (
            sa.exists()
            .where(
                _party.c.instance_id == _instance.c.id,
                _party.c.relation == seat.relation,
                _party.c.organisation_id == _candidate.c.organisation_id,
                sa.or_(_party.c.user_id.is_(None), _party.c.user_id == self.me),
                _party.c.notified_at.is_not(None),
            )
            .correlate(_candidate, _instance)
        )

    def eligible(self) -> Condition:
        """Over Task: the actor may take the task, or keep what they took."""
        table = Task.__table__
        task = table.c
        nobody = ~sa.exists().where(_candidate.c.task_id == task.id).correlate(table)
        is_active = (
            sa.exists()
            .where(_instance.c.id == task.instance_id, _instance.c.state == InstanceState.ACTIVE)
            .correlate(table)
        )
        return sa.and_(
            task.state.in_(OPEN),
            is_active,
            sa.or_(
                task.id.in_(self.seated),
                task.id.in_(self.named),
                sa.and_(task.assignee_id == self.me, nobody),
            ),
            ~self.barred(task.instance_id),
            ~self.recused(task.instance_id),
            task.id.not_in(self.exclusions),
        )

    def own(self, task: Columns) -> Condition:
        """Tasks that the actor sees because they are, were or may become theirs."""
        recused = self.recused(task.instance_id)
        return sa.and_(
            sa.or_(
                sa.and_(self.held(task), sa.or_(task.audience != "internal", ~recused)),
                sa.and_(
                    task.state.in_(OPEN),
                    sa.or_(task.id.in_(self.seated), task.id.in_(self.named)),
                    ~recused,
                ),
            ),
            ~self.barred(task.instance_id),
        )

    # -- reading -----------------------------------------------------------------------------

    @cached_property
    def grants(self) -> list[tuple[frozenset[str], Ids]]:
        """Which audiences the actor reads, in which instances: by party, and by role in a task."""
        found = [
            (audiences, self._parties(_party.c.instance_id, among))
            for audiences, among in _by_audiences(self.standings).items()
        ]
        found += [
            (audiences, self._sitting(among))
            for audiences, among in _by_audiences(self.seats).items()
        ]
        return found

    def _sitting(self, among: Sequence[Seat]) -> Ids:
        """Instances in which the actor sits in one of these seats: by an open or a held task."""
        ways = []
        for seat in among:
            works = self.held(_task.c)
            if not seat.needs_notice:
                works = sa.or_(works, _task.c.state.in_(OPEN))
            ways.append(sa.and_(self._sits(seat), works))
        query = (
            sa.select(_task.c.instance_id)
            .select_from(
                _candidate.join(_task, _task.c.id == _candidate.c.task_id).join(
                    _instance, _instance.c.id == _task.c.instance_id
                )
            )
            .where(sa.or_(*ways), ~self.barred(_task.c.instance_id))
        )
        return self._set(query, _task.c.instance_id)

    @cached_property
    def personal(self) -> dict[str, Ids]:
        """By audience, instances in which a task of that audience was given to the actor in person.

        Who is related as a party reads by that relation alone; and a task for posts is read by who
        holds such a post: else a unit's task that a model forgot to mark would open all that is
        internal.
        """
        for_posts = (
            sa.exists()
            .where(_candidate.c.task_id == _task.c.id, _candidate.c.group_name.is_not(None))
            .correlate(_task)
        )
        base = sa.select(_task.c.instance_id).where(
            sa.or_(
                self.held(_task.c),
                sa.and_(_task.c.state.in_(OPEN), _task.c.id.in_(self.named)),
            ),
            ~for_posts,
            ~self.barred(_task.c.instance_id),
            _task.c.instance_id.not_in(self.related),
        )
        return {
            audience: self._set(base.where(_task.c.audience == audience), _task.c.instance_id)
            for audience in sorted(AUDIENCES)
        }

    @cached_property
    def _ways(self) -> list[tuple[frozenset[str], Ids]]:
        personal = [(frozenset({audience}), ids) for audience, ids in self.personal.items()]
        return [*self.grants, *personal]

    def reads(self, instance_id: Column, audience: Column) -> Condition:
        """Over any table that carries an instance and an audience."""
        ways = [
            sa.and_(audience.in_(sorted(audiences)), instance_id.in_(ids))
            for audiences, ids in self._ways
        ]
        return sa.and_(sa.or_(*ways), sa.or_(audience != "internal", ~self.recused(instance_id)))

    def reads_fixed(self, instance_id: Column, audience: str) -> Condition:
        """The same for rows that all have this one audience."""
        ways = [_in(instance_id, ids) for audiences, ids in self._ways if audience in audiences]
        found = sa.or_(sa.false(), *ways)
        return sa.and_(found, ~self.recused(instance_id)) if audience == "internal" else found

    def sees(self, instance_id: Column) -> Condition:
        """Instances of which the actor reads anything at all, or has a task."""
        own = self._set(
            sa.select(_task.c.instance_id).where(self.own(_task.c)), _task.c.instance_id
        )
        ways = [_in(instance_id, own)]
        for audiences, ids in self._ways:
            seen = _in(instance_id, ids)
            is_only_inside = audiences == {"internal"}
            ways.append(sa.and_(seen, ~self.recused(instance_id)) if is_only_inside else seen)
        return sa.or_(*ways)

    def _set(self, query: Ids, instance_id: Column) -> Ids:
        if self.within:
            query = query.where(instance_id == sa.bindparam("instance_id"))
        return query.correlate(None)


def _in(column: Column, ids: Ids) -> Condition:
    condition: Condition = column.in_(ids)
    return condition


def _by_audiences(rows: Iterable[_Carrier]) -> dict[frozenset[str], list[_Carrier]]:
    """What reads something at all, by what it reads."""
    found: dict[frozenset[str], list[_Carrier]] = defaultdict(list)
    for row in rows:
        if row.audiences:
            found[row.audiences].append(row)
    return found
