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

#: PostgreSQL: how long to wait for a table. Whoever comes after waits behind us, so it is short.
LOCK_TIMEOUT = "2s"
#: Seconds between one attempt and the next; who works meanwhile goes on.
PAUSES = (1, 2, 4, 8)
#: What PostgreSQL says when we gave way: lock_not_available, deadlock_detected.
_GAVE_WAY = ("55P03", "40P01")


def run(settings: Settings) -> None:
    """Bring the configured database to `head`: all of it in one transaction, or nothing.

    Refusal where somebody holds what it needs for longer than it tries.
    """
    _alone(settings, upgrade)


def run_down(settings: Settings, revision: str, *, may_lose: bool = False) -> None:
    """Take the configured database down to `revision`, in one transaction.

    Refusal for what is not below it, and, unless `may_lose`, where rows would be lost: with which.
    """

    def down(connection: sa.Connection) -> None:
        lost = migration_steps.losses(connection, _between(current(connection), revision))
        if lost and not may_lose:
            told = "; ".join(_line(loss) for loss in lost)
            raise Refusal("migrate.would_lose", revision=revision, lost=told)
        downgrade(connection, revision)

    _alone(settings, down)


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


def _alone(settings: Settings, move: Callable[[sa.Connection], None]) -> None:
    """Do it in one transaction that no other migration shares; again where it had to give way."""
    database = Database(settings.database_url, pool_size=1)
    try:
        for pause in (*PAUSES, None):
            try:
                with database.engine.begin() as connection:
                    if database.dialect == "postgresql":
                        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
                        connection.execute(sa.text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
                    move(connection)
                return
            except OperationalError as error:
                if not _is_busy(error):
                    raise
                # SQLite has waited as long as any writer does
                if pause is None or database.dialect == "sqlite":
                    raise Refusal("migrate.busy", database=settings.database_name) from None
            time.sleep(pause)
    finally:
        database.dispose()


def _is_busy(error: OperationalError) -> bool:
    code = getattr(error.orig, "sqlstate", None)
    return code in _GAVE_WAY or "database is locked" in str(error.orig)


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
