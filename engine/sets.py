"""Sets of ids that one person's posts lead to: the building stones of engine/reach.py.

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

from engine.standing import Seat, Standing
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
    return task.state.in_([sa.literal_column(f"'{state}'") for state in OPEN])


def held(task: Columns, me: str | None) -> Condition:
    """The person works on the task or completed it."""
    return sa.or_(task.assignee_id == me, task.completed_by == me)


def parties(column: Column, me: str | None, among: Sequence[Standing], *, told: bool = True) -> Ids:
    """Of the party rows in which the person so stands, told where that is needed (or just not)."""
    person = unindexed(PARTY.c.user_id)
    # few are not told yet: start at them, by organisation, never at the instances
    instance_id = PARTY.c.instance_id if told else unindexed(PARTY.c.instance_id)
    query = (
        sa.select(column)
        .select_from(PARTY.join(INSTANCE, INSTANCE.c.id == instance_id))
        .where(
            sa.or_(sa.false(), *(_stands(s, told=told) for s in among)),
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


def seated_here(task: Columns, ways: Sequence[Condition]) -> Condition:
    """The task at hand has such a candidate row: for lists that go through tasks in their order."""
    return (
        sa.exists()
        .select_from(CANDIDATE.join(INSTANCE, INSTANCE.c.id == task.instance_id))
        .where(CANDIDATE.c.task_id == task.id, sa.or_(sa.false(), *ways))
        .correlate(task.id.table)
    )


def among(column: Column, ids: Ids, *, few: bool = False) -> Condition:
    """The column is one of the ids. `few`: looked up for each row, not all found beforehand."""
    if not few:
        return column.in_(ids)
    return ids.where(ids.selected_columns[0] == column).correlate(column.table).exists()


def sits(seat: Seat) -> Condition:
    """A candidate row for the seat, whether its organisation has been told or not."""
    return sa.and_(
        unindexed(CANDIDATE.c.group_name) == seat.group,
        unindexed(CANDIDATE.c.organisation_id).in_(sorted(seat.organisation_ids)),
        INSTANCE.c.family == seat.family,
    )


def may_sit(seat: Seat, me: str | None) -> list[Condition]:
    """The same where the seat's relation must be told, and has been: one for each organisation."""
    if not seat.needs_notice:
        return [sits(seat)]
    return [
        sa.and_(
            unindexed(CANDIDATE.c.group_name) == seat.group,
            unindexed(CANDIDATE.c.organisation_id) == organisation_id,
            INSTANCE.c.family == seat.family,
            INSTANCE.c.id.in_(told(seat.relation, organisation_id, me)),
        )
        for organisation_id in sorted(seat.organisation_ids)
    ]


def _stands(s: Standing, *, told: bool) -> Condition:
    parts = [
        PARTY.c.organisation_id.in_(sorted(s.organisation_ids)),
        PARTY.c.relation.in_(sorted(s.relations)),
        INSTANCE.c.family == s.family,
    ]
    if s.needs_notice:
        notified_at = PARTY.c.notified_at
        parts.append(notified_at.is_not(None) if told else notified_at.is_(None))
    return sa.and_(*parts)
