"""What a migration may not do, so that the previous release runs on while the database is upgraded."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import op
from alembic.operations import ops
from alembic.operations.ops import MigrateOperation
from alembic.script import Script

from ops import migrate
from ops.migration_steps import steps, told

#: What was released never changes: an installation has run it, and would not run it again.
RELEASED = {
    "0001": "b0172eb7b8679a77d4a058b16fd0761bff697cbf66d437c291756e695ea225ed",
    "0002": "e6037d27a225d6fe8a222d02063f93b18fd4eaf0d4429fa30dbc22ea410f9c1f",
}
AFTER = sorted(
    (script for script in migrate.versions() if script.revision not in RELEASED),
    key=lambda script: script.revision,
)
#: Adds, and takes nothing away from what the previous release reads and writes.
ADDING = (ops.CreateTableOp, ops.AddColumnOp, ops.CreateIndexOp, ops.ExecuteSQLOp, ops.BulkInsertOp)


@pytest.mark.parametrize("revision", RELEASED)
def test_a_released_migration_is_never_changed(revision: str) -> None:
    (script,) = [found for found in migrate.versions() if found.revision == revision]
    digest = hashlib.sha256(Path(script.path).read_bytes()).hexdigest()
    assert digest == RELEASED[revision]


@pytest.mark.parametrize("script", AFTER, ids=lambda script: script.revision)
def test_a_migration_only_adds(script: Script) -> None:
    assert list(faults(steps(script, "upgrade"))) == []


def faults(found: Sequence[MigrateOperation]) -> Iterator[str]:
    """What would stop the previous release, or SQLite."""
    fresh = {step.table_name for step in found if isinstance(step, ops.CreateTableOp)}
    columns: set[tuple[str, str]] = set()
    for step in found:
        name = getattr(step, "table_name", "")
        if not isinstance(step, ADDING):
            yield f"{type(step).__name__} on {name}"
        elif isinstance(step, ops.AddColumnOp):
            columns.add((name, step.column.name))
            if not step.column.nullable and step.column.server_default is None:
                yield f"{name}.{step.column.name} must be nullable or have a server_default"
            if step.column.foreign_keys and not step.inline_references:
                yield f"{name}.{step.column.name}: SQLite takes a key only with inline_references"
        elif isinstance(step, ops.CreateIndexOp) and step.unique and name not in fresh:
            old = [str(column) for column in step.columns if (name, str(column)) not in columns]
            if old:
                yield f"a unique index over {name}.{', '.join(old)}: old rows may not fit"


@pytest.mark.parametrize(
    "change",
    [
        lambda: op.drop_column("file", "name"),
        lambda: op.drop_table("file"),
        lambda: op.rename_table("file", "paper"),
        lambda: op.alter_column("file", "name", new_column_name="title"),
        lambda: op.add_column("file", sa.Column("own", sa.Text(), nullable=False)),
        lambda: op.add_column("file", sa.Column("own", sa.Text(), sa.ForeignKey("task.id"))),
        lambda: op.create_unique_constraint("uq_file_name", "file", ["name"]),
        lambda: op.create_index("ix_file_name", "file", ["name"], unique=True),
    ],
)
def test_what_would_stop_the_previous_release_is_found(change: Callable[[], None]) -> None:
    assert len(list(faults(told(change)))) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda: op.create_table("own", sa.Column("id", sa.Text(), nullable=False)),
        lambda: op.add_column("file", sa.Column("own", sa.Text(), nullable=True)),
        lambda: op.add_column(
            "file", sa.Column("own", sa.Text(), server_default="", nullable=False)
        ),
        lambda: op.create_index("ix_file_name", "file", ["name"]),
    ],
)
def test_what_adds_is_no_fault(change: Callable[[], None]) -> None:
    assert list(faults(told(change))) == []
