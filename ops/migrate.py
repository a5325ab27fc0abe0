"""The database's version: read it, and move it up or down. Alembic behind one door.

Called by cli and start; tests make their databases with it, so every test runs on a migrated one.
Going up, the previous release may be at work: docs/operating.md says what it notices of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from importlib.resources import files

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy.exc import OperationalError

from engine.database import Database
from ops import migration_steps
from ops.errors import Refusal
from ops.migration_steps import Loss
from ops.settings import Settings

#: Two processes may migrate at once: on PostgreSQL the second waits for this lock ("dudao").
LOCK = 0x647564616F

#: PostgreSQL: milliseconds that each attempt waits for the tables it needs. Whoever comes after waits
#: behind us, so first it only looks for a gap; and never as long as `deadlock_timeout` (1 s), so that
#: of two who wait for each other we give way.
PATIENCE = (*(20,) * 60, *(100,) * 20, *(500,) * 20)
#: Seconds between one attempt and the next: who works meanwhile goes on.
PAUSE = 0.1
#: What PostgreSQL says when we gave way: lock_not_available, deadlock_detected.
_GAVE_WAY = ("55P03", "40P01")


def run(settings: Settings) -> None:
    """Bring the configured database to `head`: all of it in one transaction, or nothing.

    Refusal where somebody holds what it needs for longer than it tries.
    """
    _alone(settings, _above, lambda connection, _scripts: upgrade(connection))


def run_down(settings: Settings, revision: str, *, may_lose: bool = False) -> None:
    """Take the configured database down to `revision`, in one transaction.

    Refusal for what is not below it, and, unless `may_lose`, where rows would be lost: with which.
    """

    def down(connection: sa.Connection, scripts: Sequence[Script]) -> None:
        lost = migration_steps.losses(connection, scripts)
        if lost and not may_lose:
            told = "; ".join(_line(loss) for loss in lost)
            raise Refusal("migrate.would_lose", revision=revision, lost=told)
        downgrade(connection, revision)

    _alone(settings, lambda at: _between(at, revision), down)


def upgrade(connection: sa.Connection, revision: str = "head") -> None:
    """Move the database up to `revision`, step by step, in one transaction."""
    command.upgrade(config(connection), revision)


def downgrade(connection: sa.Connection, revision: str) -> None:
    """Move the database down to `revision`; "base" leaves nothing but the version table."""
    command.downgrade(config(connection), revision)


def current(connection: sa.Connection) -> str | None:
    """The version the database is at; None where nothing was ever migrated."""
    return MigrationContext.configure(connection).get_current_revision()


def found(settings: Settings) -> str | None:
    """The version of the configured database."""
    database = Database(settings.database_url, pool_size=1)
    try:
        with database.engine.execution_options(dudao_write=False).connect() as connection:
            return current(connection)
    finally:
        database.dispose()


def head() -> str:
    """The version this program needs."""
    wanted = _scripts().get_current_head()
    assert wanted is not None  # noqa: S101  # the versions are shipped with the program
    return wanted


def known() -> frozenset[str]:
    """Every version that this program can migrate from."""
    return frozenset(script.revision for script in versions())


def versions() -> Sequence[Script]:
    """Every version of this program, the newest first."""
    return list(_scripts().walk_revisions())


def _alone(
    settings: Settings,
    needed: Callable[[str | None], Sequence[Script]],
    move: Callable[[sa.Connection, Sequence[Script]], None],
) -> None:
    """Move in one transaction that no other migration shares; again where it had to give way."""
    database = Database(settings.database_url, pool_size=1)
    is_shared = database.dialect == "postgresql"
    try:
        # SQLite waits for its one writer as long as any other writer does
        for patience in PATIENCE if is_shared else PATIENCE[:1]:
            try:
                with database.engine.begin() as connection:
                    if is_shared:
                        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
                    scripts = needed(current(connection))
                    if is_shared:
                        _lock(connection, scripts, patience)
                    move(connection, scripts)
                return
            except OperationalError as error:
                if not _is_busy(error):
                    raise
            time.sleep(PAUSE)
        raise Refusal("migrate.busy", database=settings.database_name)
    finally:
        database.dispose()


def _lock(connection: sa.Connection, scripts: Sequence[Script], patience: int) -> None:
    """All tables at once: one at a time, while others work, they would wait for each other."""
    there = set(sa.inspect(connection).get_table_names())
    names = sorted({name for script in scripts for name in migration_steps.touched(script)} & there)
    connection.execute(sa.text(f"SET LOCAL lock_timeout = {patience}"))
    if names:
        quoted = ", ".join(map(connection.dialect.identifier_preparer.quote, names))
        connection.execute(sa.text(f"LOCK TABLE {quoted} IN ACCESS EXCLUSIVE MODE"))


def _is_busy(error: OperationalError) -> bool:
    code = getattr(error.orig, "sqlstate", None)
    return code in _GAVE_WAY or "database is locked" in str(error.orig)


def _above(at: str | None) -> Sequence[Script]:
    """The versions to go up by."""
    order = [script.revision for script in versions()]
    return versions()[: order.index(at)] if at in order else versions()


def _between(at: str | None, revision: str) -> Sequence[Script]:
    """The versions to go down by, the newest first. Refusal where `revision` is not below `at`."""
    order = [script.revision for script in versions()]
    reachable = [*order[order.index(at) + 1 :], "base"] if at in order else []
    if revision not in reachable:
        told = ", ".join(reachable) or "–"
        raise Refusal("migrate.not_below", revision=revision, found=at or "–", known=told)
    start = order.index(at or "")
    end = len(order) if revision == "base" else order.index(revision)
    return versions()[start:end]


def _line(loss: Loss) -> str:
    place = f"{loss.table}.{loss.column}" if loss.column else loss.table
    return f"{place} ({loss.rows})"


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(config(None))


def config(connection: sa.Connection | None) -> Config:
    """Alembic's configuration on this connection; None where only the scripts are read."""
    made = Config()
    made.set_main_option("script_location", str(files("ops") / "migrations"))
    made.set_main_option("path_separator", "os")
    # 0002_add_votes.py: the number is the version
    made.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    made.attributes["connection"] = connection
    return made
