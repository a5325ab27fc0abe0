"""What keeps a person out of instances and tasks, and what was given to them in person.

Few rows, mostly none. They are read before a list's condition is built and written into it: that
leaves both databases plans that they get right. Only engine/permission/reach.py uses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.actor import Actor
from engine.permission.sets import CANDIDATE, OPEN, PARTY, TASK, Ids, held, parties, untold
from engine.permission.standing import Standing
from engine.tables import Recusal, TaskExclusion

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Apart:
    """Ids, as they are now."""

    barred: frozenset[str] = frozenset()  #: instances that their organisations were not told of
    recused: frozenset[str] = frozenset()  #: instances that they keep out of
    limited: frozenset[str] = frozenset()  #: instances of which nothing internal is theirs to read
    excluded: frozenset[str] = frozenset()  #: open tasks separate from one that they did
    named: frozenset[str] = frozenset()  #: open tasks that name them as a candidate
    personal: frozenset[tuple[str, str]] = frozenset()  #: (instance, audience) read by such tasks


NOTHING = Apart()


class ApartReader:
    """The statements of one person, made once."""

    def __init__(self, actor: Actor, standings: Sequence[Standing]) -> None:
        self.me = actor.user_id
        self.persons = sorted(actor.persons)
        #: What was given in person goes with all that the person is, not with some posts.
        self.is_partial = actor.stand_in is not None and actor.stand_in.is_partial
        self.standings = standings

    def read(self, uow: UnitOfWork) -> Apart:
        """What is apart now."""
        ids = uow.session.scalars
        barred = self._barred(uow)
        named = frozenset(() if self.is_partial else ids(self._named))
        return Apart(
            barred=barred,
            recused=frozenset(ids(self._recused)),
            limited=frozenset(ids(self._limited)) if self._limited is not None else frozenset(),
            excluded=frozenset(ids(self._excluded)),
            named=named,
            personal=self._given(uow, named, barred),
        )

    def _barred(self, uow: UnitOfWork) -> frozenset[str]:
        """The person's organisation is a party not yet told, and no other relation lets them in.

        Then nothing else does either: a task sent too early must not give the case away.
        """
        if self._untold is None:
            return frozenset()
        untold = frozenset(uow.session.scalars(self._untold))
        return untold - self._related_among(uow, untold)

    def _given(
        self, uow: UnitOfWork, named: frozenset[str], barred: frozenset[str]
    ) -> frozenset[tuple[str, str]]:
        """Of tasks given to the person, not to a post: instance and audience.

        Who is related as a party reads by that relation alone; and a task for posts is read by who
        holds such a post: else a unit's task that a model forgot to mark would open all that is
        internal.
        """
        if self.is_partial:
            return frozenset()
        rows = uow.session.execute(self._personal, {"named": sorted(named)})
        found = frozenset((row.instance_id, row.audience) for row in rows)
        out = barred | self._related_among(uow, {instance_id for instance_id, _ in found})
        return frozenset(pair for pair in found if pair[0] not in out)

    def _related_among(self, uow: UnitOfWork, instance_ids: Iterable[str]) -> frozenset[str]:
        given = {"ids": sorted(instance_ids)}
        if not given["ids"]:
            return frozenset()
        return frozenset(uow.session.scalars(self._related_of, given))

    @cached_property
    def _untold(self) -> Ids | None:
        among = [s for s in self.standings if s.needs_notice]
        return untold(self.me, among) if among else None

    @cached_property
    def _limited(self) -> Ids | None:
        among = [s for s in self.standings if s.bars_internal]
        return parties(PARTY.c.instance_id, self.me, among) if among else None

    @cached_property
    def _related_of(self) -> Ids:
        wanted: sa.BindParameter[str] = sa.bindparam("ids", expanding=True)
        query = parties(PARTY.c.instance_id, self.me, self.standings)
        return query.where(PARTY.c.instance_id.in_(wanted))

    @cached_property
    def _recused(self) -> Ids:
        return sa.select(Recusal.instance_id).where(Recusal.user_id.in_(self.persons))

    @cached_property
    def _excluded(self) -> Ids:
        return (
            sa.select(TaskExclusion.task_id)
            .join(TASK, TASK.c.id == TaskExclusion.task_id)
            .where(TaskExclusion.user_id.in_(self.persons), TASK.c.state.in_(OPEN))
        )

    @cached_property
    def _named(self) -> Ids:
        return (
            sa.select(CANDIDATE.c.task_id)
            .join(TASK, TASK.c.id == CANDIDATE.c.task_id)
            .where(CANDIDATE.c.user_id == self.me, TASK.c.state.in_(OPEN))
        )

    @cached_property
    def _personal(self) -> sa.Select[str, str]:
        named: sa.BindParameter[str] = sa.bindparam("named", expanding=True)
        for_posts = (
            sa.exists()
            .where(CANDIDATE.c.task_id == TASK.c.id, CANDIDATE.c.group_name.is_not(None))
            .correlate(TASK)
        )
        return (
            sa.select(TASK.c.instance_id, TASK.c.audience)
            .where(sa.or_(held(TASK.c, self.me), TASK.c.id.in_(named)), ~for_posts)
            .distinct()
        )
