"""The migrations and the tables say the same, on every database, and go both ways."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from engine.database import Database
from engine.package import discover
from engine.tables import Base
from ops import migrate


@pytest.fixture(autouse=True, scope="module")
def _every_table_is_known() -> None:
    discover()  # a family brings its tables with it


def test_a_migrated_database_has_just_the_tables_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": _is_installed}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_every_constraint_and_index_has_a_name(database: Database) -> None:
    inspector = sa.inspect(database.engine)
    for table in inspector.get_table_names():
        keys = inspector.get_foreign_keys(table)
        if database.dialect == "sqlite":  # one that came with a new column stands in its definition
            keys = [key for key in keys if len(key["constrained_columns"]) > 1]
        found: list[Any] = [
            *keys,
            *inspector.get_unique_constraints(table),
            *inspector.get_indexes(table),
        ]
        assert all(one["name"] for one in found), table


def test_the_migrations_go_down_to_nothing_and_up_again(database: Database) -> None:
    with database.engine.begin() as connection:
        migrate.downgrade(connection, "base")
    assert sa.inspect(database.engine).get_table_names() == ["alembic_version"]
    with database.engine.begin() as connection:
        migrate.upgrade(connection)
        assert migrate.current(connection) == migrate.head()


def test_a_migration_that_fails_leaves_the_database_as_it_was(database: Database) -> None:
    with database.engine.begin() as connection:
        migrate.downgrade(connection, "base")
        connection.execute(sa.text("CREATE TABLE organisation (id INTEGER)"))
    with pytest.raises(sa.exc.DBAPIError), database.engine.begin() as connection:
        migrate.upgrade(connection)
    assert sorted(sa.inspect(database.engine).get_table_names()) == [
        "alembic_version",
        "organisation",
    ]


def _is_installed(_item: object, name: str, kind: str, reflected: bool, found: object) -> bool:
    """Leave aside the tables of a domain that this installation does not carry."""
    is_orphan = kind == "table" and reflected and found is None
    return not (is_orphan and find_spec("supervision") is None)
