"""Sets of ids that one person's posts lead to: the building stones of engine/permission/reach.py.

Each is an uncorrelated SELECT that starts at an index on the actor's own side (organisation,
assignee) or at the open tasks, so that it costs what the actor sees, not what there is. They are
Core, over aliases made once; aliases recur in nested sets, so each set says that it correlates
with nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from engine.permission.standing import Seat, Standing
from engine.states import TaskState
from engine.tables import Instance, Party, Task, TaskCandidate

Condition: TypeAlias = sa.ColumnElement[bool]
Ids: TypeAlias = sa.Select[str]
Column: TypeAlias = Any  # a mapped attribute or a column of a string
Columns: TypeAlias = Any  # the columns of the task table or of an alias of it

OPEN = (TaskState.READY, TaskState.CLAIMED)

PARTY = Party.__table__.alias("p")
INSTANCE = Instance.__table__.alias("i")
TASK = Task.__table__.alias("t")
CANDIDATE = TaskCandidate.__table__.alias("c")


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


def is_open(task: Columns) -> Condition:
    """The task waits. Written out, not bound: only so do both databases use the index on open ones."""
    found: Condition = task.state.in_([sa.literal_column(f"'{state}'") for state in OPEN])
    return found


def held(task: Columns, me: str | None) -> Condition:
    """The person works on the task or completed it."""
    return sa.or_(task.assignee_id == me, task.completed_by == me)


def parties(column: Column, me: str | None, among: Sequence[Standing]) -> Ids:
    """Of the party rows in which the person so stands, told where that is needed."""
    person = unindexed(PARTY.c.user_id)
    query = (
        sa.select(column)
        .select_from(PARTY.join(INSTANCE, INSTANCE.c.id == PARTY.c.instance_id))
        .where(
            sa.or_(sa.false(), *(_stands(s) for s in among)),
            sa.or_(person.is_(None), person == me),
        )
    )
    return query.correlate(None)


def untold(me: str | None, among: Sequence[Standing]) -> Ids:
    """Instances in which the person so stands, but has not been told.

    Few are not told yet, and an index holds them: it is where the search must start.
    """
    person = unindexed(PARTY.c.user_id)
    query = (
        sa.select(PARTY.c.instance_id)
        .select_from(PARTY.join(INSTANCE, INSTANCE.c.id == unindexed(PARTY.c.instance_id)))
        .where(
            PARTY.c.notified_at.is_(None),
            sa.or_(sa.false(), *(_relates(s) for s in among)),
            sa.or_(person.is_(None), person == me),
        )
    )
    return query.correlate(None)


def told(relation: str, organisation_id: str, me: str | None) -> Ids:
    """Instances of which this organisation has been told in this relation."""
    person = unindexed(PARTY.c.user_id)
    query = sa.select(PARTY.c.instance_id).where(
        PARTY.c.organisation_id == organisation_id,
        PARTY.c.relation == relation,
        PARTY.c.notified_at.is_not(None),
        sa.or_(person.is_(None), person == me),
    )
    return query.correlate(None)


def seated(column: Column, which: Condition, ways: Sequence[Condition]) -> Ids:
    """Of tasks of some kind: those with a candidate row that fits one of `ways`."""
    query = (
        sa.select(column)
        .select_from(
            TASK.join(CANDIDATE, CANDIDATE.c.task_id == TASK.c.id).join(
                INSTANCE, INSTANCE.c.id == TASK.c.instance_id
            )
        )
        .where(which, sa.or_(sa.false(), *ways))
    )
    return query.correlate(None)


def seated_here(task: Columns, seats: Sequence[Seat], me: str | None) -> Condition:
    """The task at hand has a candidate row for a seat: for lists that go through tasks in order.

    Its instance is asked only where a row fits: most rows of most tasks do not.
    """
    table = task.id.table
    found = []
    for family in sorted({seat.family for seat in seats}):
        of_family = [seat for seat in seats if seat.family == family]
        ways = [way for seat in of_family for way in _may_sit(seat, me, task.instance_id)]
        fits = sa.exists().where(CANDIDATE.c.task_id == task.id, sa.or_(*ways)).correlate(table)
        is_of = (
            sa.exists()
            .where(INSTANCE.c.id == task.instance_id, INSTANCE.c.family == family)
            .correlate(table)
        )
        found.append(sa.and_(fits, is_of))
    return sa.or_(sa.false(), *found)


def among(column: Column, ids: Ids, *, few: bool = False) -> Condition:
    """The column is one of the ids. `few`: looked up for each row, not all found beforehand."""
    found: Condition = column.in_(ids)
    if few:
        found = ids.where(ids.selected_columns[0] == column).correlate(column.table).exists()
    return found


def sits(seat: Seat) -> Condition:
    """A candidate row for the seat, whether its organisation has been told or not."""
    return sa.and_(_is_for(seat), INSTANCE.c.family == seat.family)


def may_sit(seat: Seat, me: str | None) -> list[Condition]:
    """The same where the seat's relation must be told, and has been: one for each organisation."""
    is_of = INSTANCE.c.family == seat.family
    return [sa.and_(way, is_of) for way in _may_sit(seat, me, INSTANCE.c.id)]


def _is_for(seat: Seat) -> Condition:
    return sa.and_(
        unindexed(CANDIDATE.c.group_name) == seat.group,
        unindexed(CANDIDATE.c.organisation_id).in_(sorted(seat.organisation_ids)),
    )


def _may_sit(seat: Seat, me: str | None, instance_id: Column) -> list[Condition]:
    if not seat.needs_notice:
        return [_is_for(seat)]
    return [
        sa.and_(
            unindexed(CANDIDATE.c.group_name) == seat.group,
            unindexed(CANDIDATE.c.organisation_id) == organisation_id,
            instance_id.in_(told(seat.relation, organisation_id, me)),
        )
        for organisation_id in sorted(seat.organisation_ids)
    ]


def _stands(s: Standing) -> Condition:
    if s.needs_notice:
        return sa.and_(_relates(s), PARTY.c.notified_at.is_not(None))
    return _relates(s)


def _relates(s: Standing) -> Condition:
    return sa.and_(
        PARTY.c.organisation_id.in_(sorted(s.organisation_ids)),
        PARTY.c.relation.in_(sorted(s.relations)),
        INSTANCE.c.family == s.family,
    )
