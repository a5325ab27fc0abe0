"""The door to the database: SQLite for one machine, PostgreSQL for real use.

SQLite: WAL, foreign keys on, `BEGIN IMMEDIATE` for writers. The driver's own transaction handling is
switched off (`isolation_level=None`), else a savepoint would commit by itself.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.clock import LOCAL_ZONE

#: Seconds a SQLite writer waits for another before it gives up.
SQLITE_BUSY_SECONDS = 30
#: When SQLite waits for the disk: a commit outlives a power cut. Tests may do without.
SQLITE_SYNCHRONOUS = "FULL"


#: Where a session keeps what was worked out from rows (engine/permission/sight.py) until one is written.
SEEN = "sight"


def insert(session: Session, table: type[Any]) -> Any:
    """An INSERT that may say what happens `ON CONFLICT`.

    A name per dialect and one meaning: neither is in the standard, and a look beforehand races.
    """
    name = session.get_bind().dialect.name
    return sqlite.insert(table) if name == "sqlite" else postgresql.insert(table)


def local_day(session: Session, at: Any) -> Any:
    """Over a column of instants: the local calendar day as ISO text. The zone keeps one offset since 1991.

    Its words stand in the statement itself: PostgreSQL groups by no parameter.
    """
    if session.get_bind().dialect.name == "sqlite":
        whole = sa.func.substr(at, 1, 19)  # a part of a second would be rounded
        return sa.func.date(whole, sa.literal_column("'+8 hours'"))
    there = sa.func.timezone(sa.literal_column(f"'{LOCAL_ZONE.key}'"), at)
    return sa.func.to_char(there, sa.literal_column("'YYYY-MM-DD'"))


class _Session(Session):
    """Forgets what it has seen as soon as anything is written, or taken back."""

    # Not by the event before each statement: it costs every one of them a tenth of its time.

    def execute(self, statement: Any, *args: Any, **kwargs: Any) -> Any:
        self._forget(statement)
        return super().execute(statement, *args, **kwargs)

    def scalars(self, statement: Any, *args: Any, **kwargs: Any) -> Any:
        self._forget(statement)
        return super().scalars(statement, *args, **kwargs)

    def scalar(self, statement: Any, *args: Any, **kwargs: Any) -> Any:
        self._forget(statement)
        return super().scalar(statement, *args, **kwargs)

    def _forget(self, statement: Any) -> None:
        if not getattr(statement, "is_select", False):
            self.info.pop(SEEN, None)


@event.listens_for(_Session, "after_flush")
@event.listens_for(_Session, "after_soft_rollback")
def _after_change(session: Session, _context: object) -> None:
    session.info.pop(SEEN, None)


class Database:
    """One database: `url` is an SQLAlchemy address, e.g. `sqlite:///var/dudao.db`."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = sa.engine.make_url(url)
        self.dialect = self.url.get_backend_name()
        if self.dialect == "sqlite":
            self.engine = _sqlite(self.url)
        elif self.dialect == "postgresql":
            self.engine = sa.create_engine(
                self.url.set(drivername="postgresql+psycopg"),
                pool_size=pool_size,
                max_overflow=pool_size,
                pool_pre_ping=True,
            )
        else:
            raise ValueError(f"the database must be SQLite or PostgreSQL, not {self.dialect}")

    def session(self, *, write: bool) -> Session:
        """A session whose transaction begins at its first statement; writers lock at once on SQLite."""
        connection = self.engine.execution_options(dudao_write=write)
        return _Session(connection, expire_on_commit=False, autoflush=True)

    def dispose(self) -> None:
        """Close all pooled connections."""
        self.engine.dispose()


def _sqlite(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url, connect_args={"timeout": SQLITE_BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={SQLITE_SYNCHRONOUS}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        write = connection.get_execution_options().get("dudao_write", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine
