"""What is looked at before anything starts: folders, database, version, port, demo accounts.

Each fault becomes one line (a Refusal) instead of a traceback from deep inside a library.
Called by cli, serve, worker and start.
"""

from __future__ import annotations

import errno
import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, OperationalError

from engine.database import Database
from engine.record import digests
from ops import migrate
from ops.errors import Refusal
from ops.settings import DEFAULT_DATABASE, Settings, is_loopback

#: A larger database file is not read through at each start; its header still is.
QUICK_CHECK_BYTES = 64 * 1024 * 1024

VERSION_TABLE = "alembic_version"


def folders(settings: Settings) -> None:
    """Folders are there and writable. Default ones are made; a configured one must exist."""
    defaults = Settings()
    path = settings.sqlite_path
    if path is not None:
        is_default = settings.database_url == DEFAULT_DATABASE
        _folder(path.parent, "DUDAO_DATABASE_URL", make=is_default)
    _folder(settings.state_dir, "DUDAO_STATE_DIR", make=settings.state_dir == defaults.state_dir)
    _folder(settings.files_dir, "DUDAO_FILES_DIR", make=settings.files_dir == defaults.files_dir)
    if settings.checkpoint_dir is not None:
        _folder(settings.checkpoint_dir, "DUDAO_CHECKPOINT_DIR", make=False)


def digest(settings: Settings) -> None:
    """The digest that was chosen for new links can be computed here."""
    if not digests.is_available(settings.chain_digest):
        raise Refusal("digest.missing", digest=settings.chain_digest)


def migratable(settings: Settings) -> None:
    """The database may be migrated: it is new, empty, or of a version that this program knows."""
    folders(settings)
    digest(settings)
    path = settings.sqlite_path
    if path is not None and not path.exists():
        return
    with _connection(settings) as connection:
        _recognised(settings, connection)


def ready(settings: Settings) -> None:
    """The database is there and at this program's version."""
    digest(settings)
    found = existing(settings)
    if found != migrate.head():
        raise Refusal("database.old", found=found, wanted=migrate.head())


def existing(settings: Settings) -> str:
    """The database is there, and of a version that this program knows: which."""
    folders(settings)
    path = settings.sqlite_path
    if path is not None and not path.exists():
        raise Refusal("database.missing", database=settings.database_name)
    with _connection(settings) as connection:
        found = _recognised(settings, connection)
    if found is None:
        raise Refusal("database.missing", database=settings.database_name)
    return found


def port(settings: Settings) -> None:
    """Nobody listens where we want to."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # as gunicorn does: an address whose connections are just fading away is free
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Refusal("port.used", host=settings.host, port=settings.port) from None
            reason = error.strerror or str(error)
            raise Refusal(
                "port.refused", host=settings.host, port=settings.port, reason=reason
            ) from None


def demo_accounts(settings: Settings, count: int) -> None:
    """Demo accounts are served to this machine only: their passwords lie in a plain file."""
    if count and not is_loopback(settings.host):
        raise Refusal("demo.exposed", count=count, host=settings.host)


def _folder(path: Path, setting: str, *, make: bool) -> None:
    if make:
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
        except FileExistsError:
            raise Refusal("folder.missing", path=path, setting=setting) from None
        except OSError:
            raise Refusal("folder.unwritable", path=path.parent, setting=setting) from None
    # os.path.isdir, not Path.is_dir: where a folder above may not be entered it says no
    if not os.path.isdir(path):
        raise Refusal("folder.missing", path=path, setting=setting)
    if not os.access(path, os.W_OK | os.X_OK, effective_ids=True):
        raise Refusal("folder.unwritable", path=path, setting=setting)


@contextmanager
def _connection(settings: Settings) -> Iterator[sa.Connection]:
    if settings.sqlite_path is not None and settings.sqlite_path.exists():
        _sqlite_file(settings.sqlite_path)
    try:
        database = Database(settings.database_url, pool_size=1)
    except (ModuleNotFoundError, NoSuchModuleError):
        raise Refusal("database.driver") from None
    try:
        # to look is not to write: on SQLite a writer keeps no reader out
        with database.engine.execution_options(dudao_write=False).connect() as connection:
            yield connection
    except OperationalError as error:
        raise Refusal(
            "database.unreachable", database=settings.database_name, reason=_first_line(error)
        ) from None
    except DBAPIError as error:
        path = settings.sqlite_path or settings.database_name
        raise Refusal("database.corrupt", path=path, reason=_first_line(error)) from None
    finally:
        database.dispose()


def _recognised(settings: Settings, connection: sa.Connection) -> str | None:
    """The version found; None for an empty database. Refusal for what is not ours."""
    tables = set(sa.inspect(connection).get_table_names())
    if tables and VERSION_TABLE not in tables:
        raise Refusal("database.foreign", database=settings.database_name)
    found = migrate.current(connection)
    if found is not None and found not in migrate.known():
        raise Refusal("database.newer", found=found, wanted=migrate.head())
    return found


def _sqlite_file(path: Path) -> None:
    """Read the file as SQLite does, before SQLAlchemy wraps its errors and switches on WAL."""
    if not path.is_file() or not os.access(path, os.R_OK | os.W_OK, effective_ids=True):
        raise Refusal("file.unwritable", path=path, setting="DUDAO_DATABASE_URL")
    check = path.stat().st_size <= QUICK_CHECK_BYTES
    statement = "PRAGMA quick_check(1)" if check else "PRAGMA schema_version"
    try:
        connection = sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True)
        try:
            found = connection.execute(statement).fetchone()
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise Refusal("database.corrupt", path=path, reason=error) from None
        raise Refusal("database.unreachable", database=path, reason=error) from None
    if check and found != ("ok",):
        raise Refusal("database.corrupt", path=path, reason=str(found[0]).splitlines()[-1])


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0]
