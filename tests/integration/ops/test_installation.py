"""From an empty database to one that is ready, on every kind of database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.database import Database
from engine.tables import CalendarYear
from ops import bootstrap, migrate, preflight
from ops.errors import Refusal
from ops.settings import Settings


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    """An installation whose database was just created, and nothing in it."""
    with database.engine.begin() as connection:
        migrate.downgrade(connection, "base")
        connection.execute(sa.text("DROP TABLE alembic_version"))
    url = database.url.render_as_string(hide_password=False)
    return Settings(database_url=url, files_dir=tmp_path, state_dir=tmp_path)


def key_of_refusal(settings: Settings) -> str:
    with pytest.raises(Refusal) as caught:
        preflight.ready(settings)
    return caught.value.key


def test_an_empty_database_becomes_ready_and_knows_the_working_days(
    settings: Settings, database: Database
) -> None:
    assert key_of_refusal(settings) == "database.missing"
    preflight.migratable(settings)
    bootstrap.install(settings)
    preflight.ready(settings)
    with database.session(write=False) as session:
        years = session.scalars(sa.select(CalendarYear.year)).all()
    assert {2026, 2027} <= set(years)


def test_installing_again_changes_nothing(settings: Settings, database: Database) -> None:
    bootstrap.install(settings)
    with database.session(write=False) as session:
        before = session.scalars(sa.select(CalendarYear.id).order_by(CalendarYear.id)).all()
    bootstrap.install(settings)
    with database.session(write=False) as session:
        after = session.scalars(sa.select(CalendarYear.id).order_by(CalendarYear.id)).all()
    assert before == after


def test_a_database_of_another_program_is_left_alone(
    settings: Settings, database: Database
) -> None:
    with database.engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE photos (id INTEGER)"))
    assert key_of_refusal(settings) == "database.foreign"


@pytest.mark.parametrize(("version", "key"), [("0001", "database.old"), ("9999", "database.newer")])
def test_a_database_of_another_version_is_refused(
    settings: Settings, database: Database, version: str, key: str
) -> None:
    bootstrap.install(settings)
    with database.engine.begin() as connection:
        connection.execute(
            sa.text("UPDATE alembic_version SET version_num = :version"), {"version": version}
        )
    assert key_of_refusal(settings) == key


def test_two_installations_at_once_do_not_disturb_each_other(settings: Settings) -> None:
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(migrate.run, settings) for _ in range(2)]:
            done.result(60)
    bootstrap.install(settings)
    preflight.ready(settings)
