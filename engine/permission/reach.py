"""What an actor reaches, as SQL conditions for lists over everything. Only access.py uses it.

The conditions are made of the sets in sets.py and of what is apart (apart.py).
Building them takes as long as running them: those of an actor from whom nothing is kept apart are
kept for the next time. For a few known instances engine/permission/sight.py is many times faster.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

from engine.actor import Actor
from engine.package import ProcessPackage
from engine.permission import sets
from engine.permission.apart import NOTHING, Apart, ApartReader
from engine.permission.sets import INSTANCE, PARTY, TASK, Column, Columns, Condition, Ids
from engine.permission.sight import is_writing
from engine.permission.standing import Seat, Standing, seats, standings
from engine.states import InstanceState
from engine.tables import Task

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

__all__ = ["Condition", "Reach", "reach_of"]

_Made = TypeVar("_Made")
_Carrier = TypeVar("_Carrier", Standing, Seat)

_KEPT = 1_000
_lock = threading.Lock()
_reaches: OrderedDict[tuple[Any, ...], Reach] = OrderedDict()


def reach_of(uow: UnitOfWork) -> Reach:
    """The conditions of the unit of work's actor as things are now."""
    kept: Reach | None = uow.session.info.get("reach")
    if kept is not None:
        return kept
    plain = _plain_reach(uow)
    apart = plain.reader.read(uow)
    found = plain if apart == NOTHING else Reach(plain.packages, uow.actor, apart)
    if not is_writing(uow):
        uow.session.info["reach"] = found
    return found


def _plain_reach(uow: UnitOfWork) -> Reach:
    packages = tuple(uow.engine.packages.values())
    actor = uow.actor
    # A Reach holds its packages, so that no other manifest can take the place of one in memory.
    key = (
        actor.user_id,
        actor.posts,
        actor.stand_in,
        *(id(package.manifest) for package in packages),
    )
    with _lock:
        found = _reaches.get(key)
        if found is not None:
            _reaches.move_to_end(key)
            return found
    built = Reach(packages, actor, NOTHING)
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
        self.is_partial = actor.stand_in is not None and actor.stand_in.is_partial
        self.reader = ApartReader(actor, self.standings)
        self.seats = seats(packages, actor)
        self._kept: dict[str, Any] = {}

    def once(self, name: str, make: Callable[[Reach], _Made]) -> _Made:
        """A statement or condition made from this Reach, kept for the next time under `name`."""
        if name not in self._kept:
            self._kept[name] = make(self)
        made: _Made = self._kept[name]
        return made

    @cached_property
    def open_parties(self) -> Ids:
        """Ids of the party rows through which the actor is related."""
        return sets.parties(PARTY.c.id, self.me, self.standings)

    def held_in_sight(self, task: Columns) -> Condition:
        """Tasks that the actor works on or completed, and may still see."""
        parts = [sets.held(task, self.me), *_outside(task.instance_id, self.apart.barred)]
        if self.is_partial:
            parts.append(sets.seated_here(task, self.seats, self.me))
        if self.apart.recused:
            parts.append(
                sa.or_(
                    task.audience != "internal",
                    task.instance_id.not_in(sorted(self.apart.recused)),
                )
            )
        return sa.and_(*parts)

    def may_become_own(self, task: Columns, *, few: bool = False) -> Condition:
        """Open tasks that the actor is a candidate for, and may act in."""
        if few:
            found = sets.seated_here(task, self.seats, self.me)
        else:
            ways = [way for seat in self.seats for way in sets.may_sit(seat, self.me)]
            found = task.id.in_(sets.seated(TASK.c.id, sets.is_open(TASK.c), ways))
        if self.apart.named:
            found = sa.or_(found, task.id.in_(sorted(self.apart.named)))
        return sa.and_(sets.is_open(task), found, *self._acting(task.instance_id))

    def own(self, task: Columns, *, few: bool = False) -> Condition:
        """Tasks that the actor sees because they are, were or may become theirs."""
        return sa.or_(self.held_in_sight(task), self.may_become_own(task, few=few))

    def claimable(self) -> Condition:
        """Over Task: free, and the actor may take it now.

        Each task is looked at by itself: the queue goes through the open tasks in their order and
        stops at the end of its page.
        """
        table = Task.__table__
        is_active = (
            sa.exists()
            .where(INSTANCE.c.id == table.c.instance_id, INSTANCE.c.state == InstanceState.ACTIVE)
            .correlate(table)
        )
        return sa.and_(
            table.c.assignee_id.is_(None),
            table.c.held_at.is_(None),
            self.may_become_own(table.c, few=True),
            is_active,
            *_outside(table.c.id, self.apart.excluded),
        )

    def _acting(self, instance_id: Column) -> list[Condition]:
        return _outside(instance_id, self.apart.barred | self.apart.recused)

    @cached_property
    def _by_party(self) -> list[tuple[frozenset[str], Ids]]:
        """Which audiences the actor reads as a party, in which instances."""
        return [
            (audiences, sets.parties(PARTY.c.instance_id, self.me, among))
            for audiences, among in _by_audiences(self.standings).items()
        ]

    @cached_property
    def _by_seat(self) -> list[tuple[frozenset[str], Ids]]:
        """The same by the role in a task: one that is open to it, or one that the actor holds."""
        found = []
        for audiences, among in _by_audiences(self.seats).items():
            ways = [way for seat in among for way in sets.may_sit(seat, self.me)]
            held = sets.seated(TASK.c.instance_id, sets.held(TASK.c, self.me), ways)
            found.append((audiences, held))
            ways = [sets.sits(seat) for seat in among if not seat.needs_notice]
            if ways:
                is_open = sets.is_open(TASK.c)
                found.append((audiences, sets.seated(TASK.c.instance_id, is_open, ways)))
        return found

    def reads(self, instance_id: Column, audience: Column, *, few: bool = False) -> Condition:
        """Over any table that carries an instance and an audience."""

        def is_read(readable: frozenset[str]) -> Condition:
            found: Condition = audience.in_(sorted(readable))
            return found

        return self._reads(instance_id, is_read, audience, few=few)

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
        *,
        few: bool = False,
    ) -> Condition:
        def ways(among: Iterable[tuple[frozenset[str], Ids]]) -> list[Condition]:
            return [sa.and_(is_read(a), sets.among(instance_id, ids, few=few)) for a, ids in among]

        by_task = ways(self._by_seat)
        by_task += [
            sa.and_(is_read(a), instance_id.in_(ids)) for a, ids in self._personal_ids.items()
        ]
        found = sa.or_(
            *ways(self._by_party),
            sa.and_(sa.or_(sa.false(), *by_task), *self._acting(instance_id)),
        )
        kept_from = self.apart.recused | self.apart.limited
        if not kept_from:
            return found
        outside = instance_id.not_in(sorted(kept_from))
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
        for own in (self.held_in_sight(TASK.c), self.may_become_own(TASK.c)):
            ids = sa.select(TASK.c.instance_id).where(own).correlate(None)
            ways.append(instance_id.in_(ids))
        for audiences, ids in self._by_party:
            is_seen = [instance_id.in_(ids)]
            if audiences == {"internal"}:
                is_seen += _outside(instance_id, self.apart.recused | self.apart.limited)
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
