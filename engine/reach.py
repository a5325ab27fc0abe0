"""What an actor reaches, as SQL over uncorrelated id sets. Only `engine/access.py` uses it.

Every set is a SELECT of ids that starts at an index on the actor's own side (organisation,
assignee, candidate group), so that it costs what the actor sees, not what there is. With `within`
each set is narrowed to one instance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, TypeVarTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from engine.standing import Seat, Standing, seats, standings
from engine.states import InstanceState, TaskState
from engine.tables import Instance, Party, Recusal, Task, TaskCandidate, TaskExclusion

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

Condition: TypeAlias = sa.ColumnElement[bool]
Ids: TypeAlias = sa.Select[str]
Column: TypeAlias = Any  # a mapped attribute or a column of a string

_Row = TypeVarTuple("_Row")
_Carrier = TypeVar("_Carrier", Standing, Seat)

OPEN = (TaskState.READY, TaskState.CLAIMED)


class Reach:
    """The predicates of one person. The system is never asked: it reaches all."""

    def __init__(self, uow: UnitOfWork, *, within: str | None = None) -> None:
        packages = list(uow.engine.packages.values())
        self.me = uow.actor.user_id
        self.within = within
        self.standings = standings(packages, uow.actor)
        self.seats = seats(packages, uow.actor)

    # -- relations by party ------------------------------------------------------------------

    def related(self, among: Sequence[Standing] | None = None) -> Ids:
        """Instances to which a post of the actor is related, and has been told where it must be."""
        party = aliased(Party)
        query = sa.select(party.instance_id)
        return self._parties(query, party, self.standings if among is None else among)

    def open_parties(self) -> Ids:
        """Ids of the party rows through which the actor is related."""
        party = aliased(Party)
        return self._parties(sa.select(party.id), party, self.standings)

    def relations(self) -> Ids:
        """The relations in which the actor stands; use with `within`."""
        party = aliased(Party)
        return self._parties(sa.select(party.relation).distinct(), party, self.standings)

    def barred(self, instance_id: Column) -> Condition:
        """The actor's organisation is a party not yet told, and no other relation lets them in.

        Then nothing else does either: a task sent too early must not give the case away.
        """
        among = [s for s in self.standings if s.needs_notice]
        if not among:
            return sa.false()
        party = aliased(Party)
        untold = self._parties(sa.select(party.instance_id), party, among, told=False)
        return sa.and_(instance_id.in_(untold), instance_id.not_in(self.related()))

    def _parties(
        self, query: Ids, party: Any, among: Sequence[Standing], *, told: bool = True
    ) -> Ids:
        instance = aliased(Instance)
        ways = [self._stands(s, party, instance, told=told) for s in among]
        return self._narrowed(
            query.join(instance, instance.id == party.instance_id).where(
                sa.or_(sa.false(), *ways),
                sa.or_(party.user_id.is_(None), party.user_id == self.me),
            ),
            party.instance_id,
        )

    def _stands(self, s: Standing, party: Any, instance: Any, *, told: bool) -> Condition:
        parts = [
            party.organisation_id.in_(sorted(s.organisation_ids)),
            party.relation.in_(sorted(s.relations)),
            instance.family == s.family,
        ]
        if s.needs_notice:
            parts.append(party.notified_at.is_not(None) if told else party.notified_at.is_(None))
        return sa.and_(*parts)

    # -- keeping out -------------------------------------------------------------------------

    def recused(self, instance_id: Column) -> Condition:
        """The actor keeps out of this instance."""
        row = aliased(Recusal)
        query = sa.select(row.instance_id).where(row.user_id == self.me)
        return _in(instance_id, self._narrowed(query, row.instance_id))

    def excluded(self, task_id: Column) -> Condition:
        """The actor completed a task from which this one is kept separate."""
        row = aliased(TaskExclusion)
        return _in(task_id, sa.select(row.task_id).where(row.user_id == self.me))

    # -- relations by task -------------------------------------------------------------------

    def held(self, task: Any) -> Condition:
        """The actor works on the task or completed it."""
        return sa.or_(task.assignee_id == self.me, task.completed_by == self.me)

    def named(self, task: Any) -> Condition:
        """The model names the actor in person as a candidate."""
        row = aliased(TaskCandidate)
        return _in(task.id, sa.select(row.task_id).where(row.user_id == self.me))

    def seated(self, task: Any) -> Condition:
        """A post of the actor is a candidate; where its relation must be told, it has been."""
        conditions = []
        row, inner, instance = aliased(TaskCandidate), aliased(Task), aliased(Instance)
        for seat in self.seats:
            parts = [self._sits(seat, row, instance)]
            if seat.needs_notice:
                parts.append(self._told(seat, row, instance))
            conditions.append(sa.and_(*parts))
        if not conditions:
            return sa.false()
        query = (
            sa.select(row.task_id)
            .join(inner, inner.id == row.task_id)
            .join(instance, instance.id == inner.instance_id)
            .where(sa.or_(*conditions))
        )
        return _in(task.id, self._narrowed(query, inner.instance_id))

    def _sits(self, seat: Seat, row: Any, instance: Any) -> Condition:
        return sa.and_(
            row.group == seat.group,
            row.organisation_id.in_(sorted(seat.organisation_ids)),
            instance.family == seat.family,
        )

    def _told(self, seat: Seat, row: Any, instance: Any) -> Condition:
        party = aliased(Party)
        return (
            sa.exists()
            .where(
                party.instance_id == instance.id,
                party.relation == seat.relation,
                party.organisation_id == row.organisation_id,
                sa.or_(party.user_id.is_(None), party.user_id == self.me),
                party.notified_at.is_not(None),
            )
            .correlate(row, instance)
        )

    def eligible(self, task: Any) -> Condition:
        """The actor may take the task, or keep what they took."""
        candidate = aliased(TaskCandidate)
        nobody = ~sa.exists().where(candidate.task_id == task.id).correlate(task)
        instance = aliased(Instance)
        active = (
            sa.exists()
            .where(instance.id == task.instance_id, instance.state == InstanceState.ACTIVE)
            .correlate(task)
        )
        return sa.and_(
            task.state.in_(OPEN),
            active,
            sa.or_(
                self.seated(task), self.named(task), sa.and_(task.assignee_id == self.me, nobody)
            ),
            ~self.barred(task.instance_id),
            ~self.recused(task.instance_id),
            ~self.excluded(task.id),
        )

    def own(self, task: Any) -> Condition:
        """Tasks that the actor sees because they are, were or may become theirs."""
        recused = self.recused(task.instance_id)
        return sa.and_(
            sa.or_(
                sa.and_(self.held(task), sa.or_(task.audience != "internal", ~recused)),
                sa.and_(
                    task.state.in_(OPEN), sa.or_(self.seated(task), self.named(task)), ~recused
                ),
            ),
            ~self.barred(task.instance_id),
        )

    # -- reading -----------------------------------------------------------------------------

    def grants(self) -> list[tuple[frozenset[str], Ids]]:
        """Which audiences the actor reads, in which instances: by party, and by role in a task."""
        found = self._by_party()
        for audiences, sitting in _by_audiences(self.seats).items():
            if audiences:
                found.append((audiences, self._sitting(sitting)))
        return found

    def _by_party(self) -> list[tuple[frozenset[str], Ids]]:
        found = []
        for audiences, among in _by_audiences(self.standings).items():
            if audiences:
                found.append((audiences, self.related(among)))
        return found

    def _sitting(self, among: Sequence[Seat]) -> Ids:
        """Instances in which the actor sits in one of these seats: by an open or a held task."""
        row, task, instance = aliased(TaskCandidate), aliased(Task), aliased(Instance)
        conditions = []
        for seat in among:
            works = self.held(task)
            if not seat.needs_notice:
                works = sa.or_(works, task.state.in_(OPEN))
            conditions.append(sa.and_(self._sits(seat, row, instance), works))
        query = (
            sa.select(task.instance_id)
            .join(row, row.task_id == task.id)
            .join(instance, instance.id == task.instance_id)
            .where(sa.or_(*conditions), ~self.barred(task.instance_id))
        )
        return self._narrowed(query, task.instance_id)

    def personal(self) -> sa.Select[str, str]:
        """(instance, audience) of tasks given to the actor in person, not to a post.

        Who is related as a party reads by that relation alone; and a task for posts is read by who
        holds such a post: else a unit's task that a model forgot to mark would open all that is
        internal.
        """
        task, row = aliased(Task), aliased(TaskCandidate)
        for_posts = (
            sa.exists().where(row.task_id == task.id, row.group.is_not(None)).correlate(task)
        )
        query = sa.select(task.instance_id, task.audience).where(
            sa.or_(self.held(task), sa.and_(task.state.in_(OPEN), self.named(task))),
            ~for_posts,
            ~self.barred(task.instance_id),
            task.instance_id.not_in(self.related()),
        )
        return self._narrowed(query, task.instance_id)

    def reads(self, instance_id: Column, audience: Column) -> Condition:
        """Over any table that carries an instance and an audience."""
        ways: list[Condition] = [
            sa.and_(audience.in_(sorted(audiences)), instance_id.in_(ids))
            for audiences, ids in self.grants()
        ]
        ways.append(sa.tuple_(instance_id, audience).in_(self.personal()))
        return sa.and_(sa.or_(*ways), sa.or_(audience != "internal", ~self.recused(instance_id)))

    def sees(self, instance_id: Column) -> Condition:
        """Instances of which the actor reads anything as a party, or has a task."""
        task = aliased(Task)
        mine = sa.select(task.instance_id).where(self.own(task))
        ways: list[Condition] = [instance_id.in_(self._narrowed(mine, task.instance_id))]
        for audiences, ids in self._by_party():
            seen = instance_id.in_(ids)
            if audiences == {"internal"}:
                seen = sa.and_(seen, ~self.recused(instance_id))
            ways.append(seen)
        return sa.or_(*ways)

    def _narrowed(self, query: sa.Select[*_Row], instance_id: Column) -> sa.Select[*_Row]:
        return query if self.within is None else query.where(instance_id == self.within)


def _in(column: Column, ids: Ids) -> Condition:
    condition: Condition = column.in_(ids)
    return condition


def _by_audiences(rows: Iterable[_Carrier]) -> dict[frozenset[str], list[_Carrier]]:
    found: dict[frozenset[str], list[_Carrier]] = defaultdict(list)
    for row in rows:
        found[row.audiences].append(row)
    return found
