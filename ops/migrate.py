"""The database's version: read it, and move it up or down. Alembic behind one door.

Called by cli and start; tests make their databases with it, so every test runs on a migrated one.
"""

from __future__ import annotations

from importlib.resources import files

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from engine.database import Database
from ops.settings import Settings

#: Two processes may migrate at once: on PostgreSQL the second waits for this lock ("dudao").
LOCK = 0x647564616F


def run(settings: Settings) -> None:
    """Bring the configured database to `head`: all of it in one transaction, or nothing."""
    database = Database(settings.database_url, pool_size=1)
    try:
        with database.engine.begin() as connection:
            if database.dialect == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
            upgrade(connection)
    finally:
        database.dispose()


def upgrade(connection: sa.Connection, revision: str = "head") -> None:
    """Move the database up to `revision`, step by step, in one transaction."""
    command.upgrade(config(connection), revision)


def downgrade(connection: sa.Connection, revision: str) -> None:
    """Move the database down to `revision`; "base" leaves nothing but the version table."""
    command.downgrade(config(connection), revision)


def current(connection: sa.Connection) -> str | None:
    """The version the database is at; None where nothing was ever migrated."""
    return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """The version this program needs."""
    wanted = _scripts().get_current_head()
    assert wanted is not None  # noqa: S101  # the versions are shipped with the program
    return wanted


def known() -> frozenset[str]:
    """Every version that this program can migrate from."""
    return frozenset(script.revision for script in _scripts().walk_revisions())


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
