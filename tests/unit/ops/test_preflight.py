"""Whatever is wrong before a start is one line that says what to do."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ops import migrate, preflight
from ops.errors import Refusal
from ops.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation in a folder of its own."""
    return settings_below(tmp_path)


def settings_below(folder: Path, **values: Any) -> Settings:
    settings = Settings(
        database_url=f"sqlite:///{folder}/dudao.db", files_dir=folder, state_dir=folder
    )
    return replace(settings, **values)


@pytest.fixture
def theirs() -> Iterator[Path]:
    """A folder of an ordinary user's: root may write everywhere."""
    with tempfile.TemporaryDirectory() as name:
        if os.geteuid() == 0:
            Path(name).chmod(0o755)
            shutil.chown(name, "nobody")
        yield Path(name)
        Path(name).chmod(0o755)


@contextmanager
def as_them() -> Iterator[None]:
    """Be that ordinary user, for as short as possible: they may not read our sources."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        os.seteuid(was)


def refusal(check: object, *arguments: object) -> Refusal:
    assert callable(check)
    with pytest.raises(Refusal) as caught:
        check(*arguments)
    assert "\n" not in str(caught.value)
    return caught.value


def test_a_migrated_installation_is_ready(settings: Settings) -> None:
    migrate.run(settings)
    preflight.ready(settings)


def test_default_folders_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    preflight.folders(Settings())
    assert (tmp_path / "var/files").is_dir()
    assert (tmp_path / "var").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("field", ["files_dir", "state_dir"])
def test_a_configured_folder_that_is_missing_is_named(tmp_path: Path, field: str) -> None:
    gone = settings_below(tmp_path, **{field: Path("/nowhere/at/all")})
    found = refusal(preflight.folders, gone)
    assert found.key == "folder.missing"
    assert "/nowhere/at/all" in str(found)
    assert f"DUDAO_{field.upper()}" in str(found)


def test_the_folder_of_a_configured_database_must_exist(settings: Settings) -> None:
    wrong = replace(settings, database_url="sqlite:////nowhere/dudao.db")
    assert refusal(preflight.migratable, wrong).key == "folder.missing"


def test_a_folder_that_is_not_writable_is_named(theirs: Path) -> None:
    locked = theirs / "locked"
    locked.mkdir(mode=0o500)
    settings = settings_below(theirs, files_dir=locked)
    with as_them():
        found = refusal(preflight.folders, settings)
    assert found.key == "folder.unwritable"
    assert str(locked) in str(found)


def test_a_default_folder_that_cannot_be_made_is_named(
    theirs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs.chmod(0o500)
    monkeypatch.chdir(theirs)
    with as_them():
        found = refusal(preflight.folders, Settings())
    assert found.key == "folder.unwritable"


def test_a_database_file_that_is_not_writable_is_named(theirs: Path) -> None:
    settings = settings_below(theirs)
    migrate.run(settings)
    database_file(settings).chmod(0o400)
    with as_them():
        found = refusal(preflight.ready, settings)
    assert found.key == "file.unwritable"


def test_no_database_yet_asks_for_a_migration(settings: Settings) -> None:
    found = refusal(preflight.ready, settings)
    assert found.key == "database.missing"
    assert "dudao migrate" in str(found)
    preflight.migratable(settings)


def test_an_empty_file_may_be_migrated_but_not_served(settings: Settings) -> None:
    database_file(settings).touch()
    preflight.migratable(settings)
    assert refusal(preflight.ready, settings).key == "database.missing"


@pytest.mark.parametrize("check", [preflight.ready, preflight.migratable])
def test_a_file_that_is_no_database_is_corrupt(settings: Settings, check: object) -> None:
    database_file(settings).write_bytes(b"what is this? " * 1000)
    found = refusal(check, settings)
    assert found.key == "database.corrupt"
    assert str(database_file(settings)) in str(found)


@pytest.mark.parametrize("check", [preflight.ready, preflight.migratable])
def test_a_database_damaged_in_the_middle_is_corrupt(settings: Settings, check: object) -> None:
    migrate.run(settings)
    file = database_file(settings)
    content = bytearray(file.read_bytes())
    content[4096 : len(content) - 4096] = b"\xff" * (len(content) - 8192)
    file.write_bytes(content)
    assert refusal(check, settings).key == "database.corrupt"


def test_a_truncated_database_is_corrupt(settings: Settings) -> None:
    migrate.run(settings)
    file = database_file(settings)
    os.truncate(file, file.stat().st_size // 2)
    assert refusal(preflight.ready, settings).key == "database.corrupt"


def test_a_folder_in_place_of_the_database_is_named(settings: Settings) -> None:
    database_file(settings).mkdir()
    assert refusal(preflight.ready, settings).key == "file.unwritable"


def test_another_programs_database_is_left_alone(settings: Settings) -> None:
    with sqlite3.connect(database_file(settings)) as connection:
        connection.execute("CREATE TABLE photos (id INTEGER)")
    connection.close()
    assert refusal(preflight.migratable, settings).key == "database.foreign"


def test_an_older_database_asks_for_a_migration(settings: Settings) -> None:
    migrate.run(settings)
    set_version(settings, "0001")
    found = refusal(preflight.ready, settings)
    assert found.key == "database.old"
    assert "0001" in str(found)
    assert migrate.head() in str(found)


@pytest.mark.parametrize("check", [preflight.ready, preflight.migratable])
def test_a_newer_database_is_refused_and_left_alone(settings: Settings, check: object) -> None:
    migrate.run(settings)
    set_version(settings, "9999")
    assert refusal(check, settings).key == "database.newer"


def test_a_database_server_that_is_away_is_named(settings: Settings, tmp_path: Path) -> None:
    away = replace(settings, database_url=f"postgresql://dudao@/dudao?host={tmp_path}")
    found = refusal(preflight.ready, away)
    assert found.key == "database.unreachable"
    assert "DUDAO_DATABASE_URL" in str(found)


def test_a_port_in_use_is_named(settings: Settings) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        used = replace(settings, port=other.getsockname()[1])
        found = refusal(preflight.port, used)
        assert found.key == "port.used"
        assert "DUDAO_PORT" in str(found)


def test_an_address_of_another_machine_cannot_be_listened_on(settings: Settings) -> None:
    # TEST-NET-1 (RFC 5737): no machine has it
    assert refusal(preflight.port, replace(settings, host="192.0.2.1")).key == "port.refused"


def test_demo_accounts_are_served_on_loopback_only(settings: Settings) -> None:
    preflight.demo_accounts(settings, 3)
    outside = replace(settings, host="0.0.0.0")  # noqa: S104
    preflight.demo_accounts(outside, 0)
    found = refusal(preflight.demo_accounts, outside, 3)
    assert found.key == "demo.exposed"
    assert "0.0.0.0" in str(found)  # noqa: S104


def database_file(settings: Settings) -> Path:
    assert settings.sqlite_path is not None
    return settings.sqlite_path


def set_version(settings: Settings, version: str) -> None:
    with sqlite3.connect(database_file(settings)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [version])
    connection.close()
