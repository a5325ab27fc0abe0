"""What every test may ask for: a clock that is moved by hand, a migrated database, an engine.

The database is SQLite here; tests/integration/ runs the same fixtures on PostgreSQL too.
"""

from __future__ import annotations

import gc
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

import pytest
from argon2 import PasswordHasher

from engine import database as database_door
from engine.clock import LOCAL_ZONE, ManualClock
from engine.database import Database
from engine.engine import Engine
from engine.identity import passwords
from engine.package import ProcessPackage
from ops import migrate

#: A Monday morning, with a public holiday (清明节) five weeks ahead.
START = datetime(2026, 3, 2, 9, 0, tzinfo=LOCAL_ZONE)


#: Hashing is slow on purpose; what tests ask is whether it is done, not how long it takes.
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
#: No test cuts the power; killed processes lose nothing that the system has taken.
database_door.SQLITE_SYNCHRONOUS = "OFF"


class EngineFor(Protocol):
    """Builds an engine with these families over this test's database and clock."""

    def __call__(self, *packages: ProcessPackage) -> Engine: ...


#: What takes longest of all begins first, so that the others run beside it.
LONGEST = ("tests/browser/", "test_drop_in", "test_matrix")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests carry their marker, and share one process: two browsers are too many here.

    All this comes before pytest-xdist looks at the groups.
    """
    items.sort(key=lambda item: _place(item.nodeid))
    for item in items:
        if "browser" in Path(item.path).parts:
            item.add_marker(pytest.mark.browser)
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))


def _place(nodeid: str) -> int:
    return next((n for n, part in enumerate(LONGEST) if part in nodeid), len(LONGEST))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Modules and tests stay until the end: the collector need not go through them again and again.

    What a test leaves behind is little beside them, so it is looked for less often, too.
    """
    _demand_that_every_test_runs_where_it_belongs(session)
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def _demand_that_every_test_runs_where_it_belongs(session: pytest.Session) -> None:
    """pytest-xdist tells tests apart by their ids, and groups by what it appends to an id.

    It reaches into pytest for that. With pytest 9.2 it silently did neither: of tests of one id only
    one ran, and a group's tests ran in several processes. Hence the bound in setup.cfg, and this.
    """
    ids = Counter(item.nodeid for item in session.items)
    twice = [name for name, times in ids.items() if times > 1]
    if twice:
        raise pytest.UsageError(f"several tests have the id {twice[0]}: only one of them would run")
    if session.config.getoption("loadgroup", default=False):
        for item in session.items:
            if item.get_closest_marker("xdist_group") and "@" not in item.nodeid:
                raise pytest.UsageError(f"{item.nodeid} is not bound to its group's process")


@pytest.fixture
def clock() -> ManualClock:
    """Stands at START until it is told to move."""
    return ManualClock(START)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite database; every test works on a copy."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    database = Database(f"sqlite:///{path}")
    with database.engine.begin() as connection:
        migrate.upgrade(connection)
    # closing the last connection empties the write-ahead log: a copy takes the file alone
    database.dispose()
    assert not path.with_name("empty.db-wal").exists()
    return path


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A migrated SQLite database of this test's own."""
    path = tmp_path / "dudao.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.dispose()


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """The test's database."""
    return sqlite_database


@pytest.fixture
def engine_for(database: Database, clock: ManualClock, tmp_path: Path) -> EngineFor:
    """Builds the test's engine."""

    def build(*packages: ProcessPackage) -> Engine:
        files = tmp_path / "files"
        files.mkdir(exist_ok=True)
        return Engine(database, clock, packages, files)

    return build
