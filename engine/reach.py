"""What an actor reaches, as SQL conditions for lists over everything. Only engine/access.py uses it.

A Reach is made of sets: uncorrelated SELECTs of ids that start at an index on the actor's own side
(organisation, assignee) or at the open tasks, so that they cost what the actor sees, not what there
is. What keeps an actor out is short and mostly empty: it is read first (`Apart`) and written into
the conditions, which leaves both databases plans that they get right.

Building the conditions takes as long as running them: they are Core, over aliases made once, and
kept for each actor from whom nothing is kept apart. Aliases recur in nested sets, so each set says
that it correlates with nothing.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from engine.actor import Actor
from engine.package import ProcessPackage
from engine.standing import Seat, Standing, seats, standings
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
_candidate = TaskCandidate.__table__.alias("c")
_recusal = Recusal.__table__.alias("r")
_exclusion = TaskExclusion.__table__.alias("x")

_KEPT = 1_000
_lock = threading.Lock()
_reaches: OrderedDict[tuple[Any, ...], Reach] = OrderedDict()


class unindexed(GenericFunction[str]):  # reads as an SQL function
    """The column itself, but SQLite must not look for rows by its index.

    Without statistics SQLite takes the index on a post's group for every task that was ever for
    that post, and the one on a party's person, where nearly all are null. PostgreSQL knows better.
    """

    type = sa.String()
    inherit_cache = True


@compiles(unindexed)
def _plain(element: unindexed, compiler: SQLCompiler, **kwargs: Any) -> str:
    return compiler.process(element.clauses, **kwargs)


@compiles(unindexed, "sqlite")
def _with_plus(element: unindexed, compiler: SQLCompiler, **kwargs: Any) -> str:
    # https://www.sqlite.org/optoverview.html, 9.1: a unary "+" keeps a term from using an index
    return f"+{compiler.process(element.clauses, **kwargs)}"


@dataclass(frozen=True, kw_only=True)
class Apart:
    """What keeps an actor out, and what was given to them in person: few rows, mostly none."""

    barred: frozenset[str] = frozenset()  #: instances that their organisations were not told of
    recused: frozenset[str] = frozenset()  #: instances that they keep out of
    excluded: frozenset[str] = frozenset()  #: open tasks separate from one that they did
    named: frozenset[str] = frozenset()  #: open tasks that name them as a candidate
    personal: frozenset[tuple[str, str]] = frozenset()  #: (instance, audience) read by such tasks


NOTHING_APART = Apart()


def reach_of(uow: UnitOfWork) -> Reach:
    """The conditions of the unit of work's actor as things are now."""
    plain = _plain_reach(uow)
    apart = plain.apart_of(uow)
    return plain if apart == NOTHING_APART else Reach(plain.packages, uow.actor, apart)


def _plain_reach(uow: UnitOfWork) -> Reach:
    packages = tuple(uow.engine.packages.values())
    actor = uow.actor
    # A Reach holds its packages, so that no other manifest can take the place of one in memory.
    key = (actor.user_id, actor.posts, *(id(package.manifest) for package in packages))
    with _lock:
        found = _reaches.get(key)
        if found is not None:
            _reaches.move_to_end(key)
            return found
    built = Reach(packages, actor, NOTHING_APART)
    with _lock:
        _reaches[key] = built
        while len(_reaches) > _KEPT:
            _reaches.popitem(last=False)
    return built


class Reach:
    """The conditions of one person. The system and administrators are not asked here."""

    def __init__(self, packages: Sequence[ProcessPackage], actor: Actor, apart: Apart) -> None:
        self.packages = packages
        self.me = actor.user_id
        self.apart = apart
        self.standings = standings(packages, actor)
        self.seats = seats(packages, actor)
        self._kept: dict[str, Any] = {}

    def once(self, name: str, make: Callable[[Reach], _Made]) -> _Made:
        """A statement or condition made from this Reach, kept for the next time under `name`."""
        if name not in self._kept:
            self._kept[name] = make(self)
        made: _Made = self._kept[name]
        return made

    # -- what is apart -----------------------------------------------------------------------

    def apart_of(self, uow: UnitOfWork) -> Apart:
        """Read what keeps the actor out now."""
        ids = uow.session.scalars
        barred = frozenset(ids(self._untold)) if self._untold is not None else frozenset()
        if barred:
            barred -= self._related_among(uow, barred)
        named = frozenset(ids(self._named))
        personal = frozenset(
            (row.instance_id, row.audience)
            for row in uow.session.execute(self._personal, {"named": sorted(named)})
        )
        if personal:
            known = self._related_among(uow, {key for key, _ in personal}) | barred
            personal = frozenset(pair for pair in personal if pair[0] not in known)
        return Apart(
            barred=barred,
            recused=frozenset(ids(self._recused)),
            excluded=frozenset(ids(self._excluded)),
            named=named,
            personal=personal,
        )

    def _related_among(self, uow: UnitOfWork, instance_ids: Iterable[str]) -> frozenset[str]:
        given = {"ids": sorted(instance_ids)}
        return frozenset(uow.session.scalars(self._related_of, given))

    @cached_property
    def _untold(self) -> Ids | None:
        """Instances of which an organisation of the actor has not been told."""
        among = [s for s in self.standings if s.needs_notice]
        return self._parties(_party.c.instance_id, among, told=False) if among else None

    @cached_property
    def _related_of(self) -> Ids:
        wanted: sa.BindParameter[str] = sa.bindparam("ids", expanding=True)
        query = self._parties(_party.c.instance_id, self.standings)
        return query.where(_party.c.instance_id.in_(wanted))

    @cached_property
    def _recused(self) -> Ids:
        return sa.select(_recusal.c.instance_id).where(_recusal.c.user_id == self.me)

    @cached_property
    def _excluded(self) -> Ids:
        return (
            sa.select(_exclusion.c.task_id)
            .join(_task, _task.c.id == _exclusion.c.task_id)
            .where(_exclusion.c.user_id == self.me, _task.c.state.in_(OPEN))
        )

    @cached_property
    def _named(self) -> Ids:
        return (
            sa.select(_candidate.c.task_id)
            .join(_task, _task.c.id == _candidate.c.task_id)
            .where(_candidate.c.user_id == self.me, _task.c.state.in_(OPEN))
        )

    @cached_property
    def _personal(self) -> sa.Select[str, str]:
        """Of tasks given to the actor in person, not to a post: instance and audience.

        Who is related as a party reads by that relation alone; and a task for posts is read by who
        holds such a post: else a unit's task that a model forgot to mark would open all that is
        internal.
        """
        named: sa.BindParameter[str] = sa.bindparam("named", expanding=True)
        for_posts = (
            sa.exists()
            .where(_candidate.c.task_id == _task.c.id, _candidate.c.group_name.is_not(None))
            .correlate(_task)
        )
        return (
            sa.select(_task.c.instance_id, _task.c.audience)
            .where(sa.or_(self.held(_task.c), _task.c.id.in_(named)), ~for_posts)
            .distinct()
        )

    # -- sets --------------------------------------------------------------------------------

    @cached_property
    def open_parties(self) -> Ids:
        """Ids of the party rows through which the actor is related."""
        return self._parties(_party.c.id, self.standings)

    def _parties(self, column: Column, among: Sequence[Standing], *, told: bool = True) -> Ids:
        person = unindexed(_party.c.user_id)
        query = (
            sa.select(column)
            .select_from(_party.join(_instance, _instance.c.id == _party.c.instance_id))
            .where(
                sa.or_(sa.false(), *(self._stands(s, told=told) for s in among)),
                sa.or_(person.is_(None), person == self.me),
            )
        )
        return query.correlate(None)

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

    def _seated(self, column: Column, which: Condition, ways: Sequence[Condition]) -> Ids:
        """Over tasks of some kind: those that a post of the actor is a candidate for."""
        query = (
            sa.select(column)
            .select_from(
                _task.join(_candidate, _candidate.c.task_id == _task.c.id).join(
                    _instance, _instance.c.id == _task.c.instance_id
                )
            )
            .where(which, sa.or_(sa.false(), *ways))
        )
        return query.correlate(None)

    def _sits(self, seat: Seat) -> Condition:
        return sa.and_(
            unindexed(_candidate.c.group_name) == seat.group,
            unindexed(_candidate.c.organisation_id).in_(sorted(seat.organisation_ids)),
            _instance.c.family == seat.family,
        )

    def _may_sit(self, seat: Seat) -> list[Condition]:
        """The same where the seat's relation must be told, and has been: by organisation."""
        if not seat.needs_notice:
            return [self._sits(seat)]
        return [
            sa.and_(
                unindexed(_candidate.c.group_name) == seat.group,
                unindexed(_candidate.c.organisation_id) == organisation_id,
                _instance.c.family == seat.family,
                _instance.c.id.in_(self._told(seat.relation, organisation_id)),
            )
            for organisation_id in sorted(seat.organisation_ids)
        ]

    def _told(self, relation: str, organisation_id: str) -> Ids:
        person = unindexed(_party.c.user_id)
        query = sa.select(_party.c.instance_id).where(
            _party.c.organisation_id == organisation_id,
            _party.c.relation == relation,
            _party.c.notified_at.is_not(None),
            sa.or_(person.is_(None), person == self.me),
        )
        return query.correlate(None)

    # -- tasks -------------------------------------------------------------------------------

    def held(self, task: Columns) -> Condition:
        """The actor works on the task or completed it."""
        return sa.or_(task.assignee_id == self.me, task.completed_by == self.me)

    def held_in_sight(self, task: Columns) -> Condition:
        """Tasks that the actor works on or completed, and may still see."""
        parts = [self.held(task), *_outside(task.instance_id, self.apart.barred)]
        if self.apart.recused:
            parts.append(
                sa.or_(
                    task.audience != "internal",
                    task.instance_id.not_in(sorted(self.apart.recused)),
                )
            )
        return sa.and_(*parts)

    def may_become_own(self, task: Columns) -> Condition:
        """Open tasks that the actor is a candidate for, and may act in."""
        ways = [way for seat in self.seats for way in self._may_sit(seat)]
        found = task.id.in_(self._seated(_task.c.id, _task.c.state.in_(OPEN), ways))
        if self.apart.named:
            found = sa.or_(found, task.id.in_(sorted(self.apart.named)))
        return sa.and_(task.state.in_(OPEN), found, *self._acting(task.instance_id))

    def own(self, task: Columns) -> Condition:
        """Tasks that the actor sees because they are, were or may become theirs."""
        return sa.or_(self.held_in_sight(task), self.may_become_own(task))

    def claimable(self) -> Condition:
        """Over Task: free, and the actor may take it now."""
        table = Task.__table__
        is_active = (
            sa.exists()
            .where(_instance.c.id == table.c.instance_id, _instance.c.state == InstanceState.ACTIVE)
            .correlate(table)
        )
        return sa.and_(
            table.c.assignee_id.is_(None),
            self.may_become_own(table.c),
            is_active,
            *_outside(table.c.id, self.apart.excluded),
        )

    def _acting(self, instance_id: Column) -> list[Condition]:
        return _outside(instance_id, self.apart.barred | self.apart.recused)

    # -- reading -----------------------------------------------------------------------------

    @cached_property
    def _by_party(self) -> list[tuple[frozenset[str], Ids]]:
        """Which audiences the actor reads as a party, in which instances."""
        return [
            (audiences, self._parties(_party.c.instance_id, among))
            for audiences, among in _by_audiences(self.standings).items()
        ]

    @cached_property
    def _by_seat(self) -> list[tuple[frozenset[str], Ids]]:
        """The same by the role in a task: one that is open to it, or one that the actor holds."""
        found = []
        for audiences, among in _by_audiences(self.seats).items():
            ways = [self._sits(seat) for seat in among]
            held = self._seated(_task.c.instance_id, self.held(_task.c), ways)
            found.append((audiences, held))
            ways = [self._sits(seat) for seat in among if not seat.needs_notice]
            if ways:
                is_open = _task.c.state.in_(OPEN)
                found.append((audiences, self._seated(_task.c.instance_id, is_open, ways)))
        return found

    def reads(self, instance_id: Column, audience: Column) -> Condition:
        """Over any table that carries an instance and an audience."""
        return self._reads(instance_id, lambda readable: audience.in_(sorted(readable)), audience)

    def reads_fixed(self, instance_id: Column, audience: str) -> Condition:
        """The same for rows that all have this one audience."""

        def is_read(readable: frozenset[str]) -> Condition:
            return sa.true() if audience in readable else sa.false()

        return self._reads(instance_id, is_read, sa.literal(audience))

    def _reads(
        self,
        instance_id: Column,
        is_read: Callable[[frozenset[str]], Condition],
        audience: Column,
    ) -> Condition:
        by_task = [sa.and_(is_read(a), instance_id.in_(ids)) for a, ids in self._by_seat]
        by_task += [
            sa.and_(is_read(a), instance_id.in_(ids)) for a, ids in self._personal_ids.items()
        ]
        found = sa.or_(
            *(sa.and_(is_read(a), instance_id.in_(ids)) for a, ids in self._by_party),
            sa.and_(sa.or_(sa.false(), *by_task), *self._acting(instance_id)),
        )
        if not self.apart.recused:
            return found
        outside = instance_id.not_in(sorted(self.apart.recused))
        return sa.and_(found, sa.or_(audience != "internal", outside))

    @cached_property
    def _personal_ids(self) -> dict[frozenset[str], list[str]]:
        found: dict[frozenset[str], list[str]] = defaultdict(list)
        for instance_id, audience in sorted(self.apart.personal):
            found[frozenset({audience})].append(instance_id)
        return found

    def sees(self, instance_id: Column) -> Condition:
        """Instances of which the actor reads anything as a party, or has a task."""
        ways = []
        for own in (self.held_in_sight(_task.c), self.may_become_own(_task.c)):
            ids = sa.select(_task.c.instance_id).where(own).correlate(None)
            ways.append(instance_id.in_(ids))
        for audiences, ids in self._by_party:
            is_seen = [instance_id.in_(ids)]
            if audiences == {"internal"}:
                is_seen += _outside(instance_id, self.apart.recused)
            ways.append(sa.and_(*is_seen))
        return sa.or_(*ways)


def _outside(column: Column, ids: frozenset[str]) -> list[Condition]:
    """No condition at all where nothing is apart."""
    return [column.not_in(sorted(ids))] if ids else []


def _by_audiences(rows: Iterable[_Carrier]) -> dict[frozenset[str], list[_Carrier]]:
    """What reads something at all, by what it reads."""
    found: dict[frozenset[str], list[_Carrier]] = defaultdict(list)
    for row in rows:
        if row.audiences:
            found[row.audiences].append(row)
    return found
