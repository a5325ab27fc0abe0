"""Draft the next migration: what the tables say and a migrated SQLite database does not.

`make migration NAME=add_votes` → ops/migrations/versions/0007_add_votes.py. A draft: read it, name
what it does to rows that are there, and try both ways.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from alembic import command
from alembic.autogenerate import render, renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import (
    AddColumnOp,
    CreateForeignKeyOp,
    DropConstraintOp,
    MigrationScript,
    ModifyTableOps,
)
from alembic.runtime.migration import MigrationContext

from engine.database import Database
from engine.package import discover
from ops import migrate


def main(name: str) -> str:
    """Write the file; its path."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{2,40}", name):
        sys.exit("usage: make migration NAME=add_votes (lower case and underscores)")
    discover()  # a family's tables are known once its package is imported
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/empty.db")
        path = draft(database, name)
        database.dispose()
    if path is None:
        sys.exit("the tables say what the migrations say: nothing to do")
    return str(path.relative_to(Path.cwd()))


def draft(database: Database, name: str) -> Path | None:
    """Migrate the empty `database` and write what the tables say beyond it; None for nothing."""
    with database.engine.begin() as connection:
        migrate.upgrade(connection)
        script = command.revision(
            migrate.config(connection),
            message=name,
            rev_id=f"{len(migrate.known()) + 1:04}",
            autogenerate=True,
            process_revision_directives=_fit,
        )
    if script is None or isinstance(script, list):
        return None
    path = Path(script.path)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.strip().startswith("# ###")]
    path.write_text("".join(kept), encoding="utf-8")
    return path


def _fit(_context: MigrationContext, _revision: object, directives: list[MigrationScript]) -> None:
    """No file for nothing; and a new column carries its foreign key with it."""
    (script,) = directives
    if script.upgrade_ops is None or script.upgrade_ops.is_empty():
        directives.clear()
        return
    carried = {
        name
        for changes in script.upgrade_ops.ops
        if isinstance(changes, ModifyTableOps)
        for name in _carry(changes)
    }
    for changes in script.downgrade_ops.ops if script.downgrade_ops else ():
        if isinstance(changes, ModifyTableOps):  # it goes with its column, too
            changes.ops[:] = [
                step
                for step in changes.ops
                if not (isinstance(step, DropConstraintOp) and step.constraint_name in carried)
            ]


def _carry(changes: ModifyTableOps) -> Iterator[str | None]:
    """Move keys of one column into its ADD COLUMN: SQLite takes them nowhere else; their names."""
    added = {step.column.name: step for step in changes.ops if isinstance(step, AddColumnOp)}
    for key in [step for step in changes.ops if isinstance(step, CreateForeignKeyOp)]:
        if len(key.local_cols) == 1 and key.local_cols[0] in added:
            step = added[key.local_cols[0]]
            step.column.info["references"] = f"{key.referent_table}.{key.remote_cols[0]}"
            step.inline_references = True
            changes.ops.remove(key)
            yield key.constraint_name


@renderers.dispatch_for(AddColumnOp, replace=True)
def _add_column(context: AutogenContext, step: AddColumnOp) -> str:
    """As the library writes it, and with the foreign key, which that leaves out."""
    text = render._add_column(context, step)
    target = step.column.info.get("references")
    if target is None:
        return text
    assert "server_default" not in text, "a key that is filled in for every row"  # noqa: S101
    told = text.replace(", nullable=", f", sa.ForeignKey({target!r}), nullable=", 1)
    return told.removesuffix(")") + ", inline_references=True)"


if __name__ == "__main__":
    sys.stdout.write(main(sys.argv[1] if len(sys.argv) > 1 else "") + "\n")
