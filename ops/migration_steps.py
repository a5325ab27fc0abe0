"""What a migration does, read without a database: its operations in order, and what going down loses.

Called by migrate before it goes down, and by the test that keeps migrations fit for a rolling upgrade.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.operations.ops import (
    AddColumnOp,
    CreateTableOp,
    DropColumnOp,
    DropTableOp,
    MigrateOperation,
)
from alembic.runtime.migration import MigrationContext
from alembic.script import Script


@dataclass(frozen=True, kw_only=True)
class Loss:
    """Rows that go with a table, or whose value goes with a column (then `column` names it)."""

    table: str
    column: str
    rows: int


def steps(script: Script, way: Literal["upgrade", "downgrade"]) -> Sequence[MigrateOperation]:
    """The operations of one version, in order."""
    move: Callable[[], None] = getattr(script.module, way)
    return told(move)


def told(move: Callable[[], None]) -> Sequence[MigrateOperation]:
    """What it tells `op` to do, kept instead of done."""
    context = MigrationContext.configure(dialect_name="postgresql", opts={"as_sql": True})
    found: list[MigrateOperation] = []
    with Operations.context(context) as recorder:
        recorder.invoke = found.append  # type: ignore[assignment]  # it has no other hook
        move()
    return found


def touched(script: Script) -> set[str]:
    """The tables that a version changes, and those that new columns and tables point to."""
    found = set()
    for step in (*steps(script, "upgrade"), *steps(script, "downgrade")):
        found.add(str(getattr(step, "table_name", "")))
        if isinstance(step, AddColumnOp):
            found |= {key.target_fullname.split(".")[0] for key in step.column.foreign_keys}
        elif isinstance(step, CreateTableOp):
            keys = [item for item in step.columns if isinstance(item, sa.ForeignKeyConstraint)]
            found |= {item.elements[0].target_fullname.split(".")[0] for item in keys}
    return found


def losses(connection: sa.Connection, scripts: Sequence[Script]) -> list[Loss]:
    """What going down these versions would take away; tables and columns that hold nothing are left out."""
    found = []
    dropped: set[str] = set()
    inspector = sa.inspect(connection)
    there = set(inspector.get_table_names())
    for script in scripts:
        defaults = dict(_defaults(script))
        for operation in steps(script, "downgrade"):
            if isinstance(operation, DropTableOp):
                name, column = operation.table_name, ""
                condition: sa.ColumnElement[bool] = sa.true()
                dropped.add(name)
            elif isinstance(operation, DropColumnOp):
                name, column = operation.table_name, operation.column_name
                condition = _says_more(column, defaults.get((name, column)))
            else:
                continue
            if name not in there or (column and name in dropped):
                continue
            query = sa.select(sa.func.count()).select_from(sa.table(name)).where(condition)
            rows = connection.scalar(query) or 0
            if rows:
                found.append(Loss(table=name, column=column, rows=rows))
    return found


def _defaults(script: Script) -> Iterator[tuple[tuple[str, str], Any]]:
    """What the database fills new columns with: a row that says just this loses nothing."""
    for operation in steps(script, "upgrade"):
        if isinstance(operation, AddColumnOp):
            default = operation.column.server_default
            if isinstance(default, sa.DefaultClause):
                yield (operation.table_name, operation.column.name), default.arg


def _says_more(column: str, default: Any) -> sa.ColumnElement[bool]:
    value: sa.ColumnClause[Any] = sa.column(column)
    if default is None:
        return value.is_not(None)
    # a text is written as a literal without a type: each database reads it as the column's
    filled = (
        sa.literal_column("'" + default.replace("'", "''") + "'")
        if isinstance(default, str)
        else default
    )
    return sa.and_(value.is_not(None), value != filled)
