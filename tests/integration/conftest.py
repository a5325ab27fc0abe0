"""Integration tests run on every database that is promised: SQLite, PostgreSQL new and old.

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
