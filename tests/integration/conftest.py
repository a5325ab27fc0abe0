"""Integration tests run on every database that is promised: SQLite, PostgreSQL new and old.

The old one runs what a version can differ in (`OLDER_RUNS`): storing, locking, racing, migrating.

One server for each version and test process, started when the first test asks for it; one database
for each test, copied from a migrated template.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from engine.database import Database
from ops import migrate
from tests import postgres

TEMPLATE = "migrated"

VERSIONS = postgres.available()

DATABASES = [
    "sqlite",
    *(pytest.param(name, marks=pytest.mark.postgresql) for name in VERSIONS),
]


#: Files and folders below tests/integration that run on the older PostgreSQL, too.
OLDER_RUNS = (
    "ops/",
    "engine/test_access.py",
    "engine/test_parallel_chains.py",
    "engine/test_races.py",
    "engine/test_stores.py",
    "engine/test_tasks.py",
    "engine/test_worker_death.py",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out on the older PostgreSQL what has run on the newer one."""
    here = "tests/integration/"
    left_out = [
        item
        for item in items
        if "[postgresql15" in item.nodeid
        and here in item.nodeid
        and not item.nodeid.split(here, 1)[1].startswith(OLDER_RUNS)
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        gone = set(left_out)
        items[:] = [item for item in items if item not in gone]


class Servers:
    """The servers that were asked for so far."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._running: dict[str, postgres.Server] = {}

    def get(self, name: str) -> postgres.Server:
        """The server `name`, started with a migrated template at the first call."""
        if name not in self._running:
            server = self._stack.enter_context(postgres.server(VERSIONS[name]))
            self._running[name] = server
            database = Database(server.url(server.create(name=TEMPLATE)))
            with database.engine.begin() as connection:
                migrate.upgrade(connection)
            database.dispose()
        return self._running[name]


@pytest.fixture(scope="session")
def postgres_servers() -> Iterator[Servers]:
    """PostgreSQL, by name."""
    with ExitStack() as stack:
        yield Servers(stack)


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """The test's database, migrated and empty, on each kind in turn."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_database")
        return
    server = request.getfixturevalue("postgres_servers").get(request.param)
    name = server.create(template=TEMPLATE)
    database = Database(server.url(name))
    yield database
    database.dispose()
    server.drop(name)
