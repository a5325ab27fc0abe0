"""Draft the next migration: what the tables say and a migrated SQLite database does not.

`make migration NAME=add_votes` → ops/migrations/versions/0007_add_votes.py. A draft: read it, name
what it does to rows that are there, and try both ways.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.operations.ops import MigrationScript
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
            process_revision_directives=_drop_if_empty,
        )
    if script is None or isinstance(script, list):
        return None
    path = Path(script.path)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.strip().startswith("# ###")]
    path.write_text("".join(kept), encoding="utf-8")
    return path


def _drop_if_empty(
    _context: MigrationContext, _revision: object, directives: list[MigrationScript]
) -> None:
    operations = directives[0].upgrade_ops
    if operations is not None and operations.is_empty():
        directives[:] = []


if __name__ == "__main__":
    sys.stdout.write(main(sys.argv[1] if len(sys.argv) > 1 else "") + "\n")
