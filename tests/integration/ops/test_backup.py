"""A copy made while people work, and the installation made from it: nothing missing, nothing torn."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import instances
from engine.clock import SystemClock
from engine.database import Database
from engine.engine import Engine
from engine.filing import files
from engine.package import discover
from engine.permission.parties import Party
from engine.record import history
from engine.tables import File, Instance
from tests import factories, postgres
from tests.factories import SYSTEM
from tests.integration.conftest import VERSIONS, Servers
from tests.integration.ops.programs import dudao, refuse, succeed


@dataclass(kw_only=True)
class Office:
    """An installation in a folder, in use."""

    folder: Path
    settings: dict[str, str]
    database: Database

    @property
    def engine(self) -> Engine:
        family = next(found for found in discover() if found.family == "leave_request")
        return Engine(self.database, SystemClock(), [family], self.folder / "files")

    def work(self, number: int) -> None:
        """One case with an attachment of its own."""
        engine = self.engine
        relations = engine.package("leave_request").manifest.relations
        with engine.begin(SYSTEM) as uow:
            code = f"office{number}"
            place = factories.organisation(uow, code)
            instances.start(
                uow,
                "leave_request",
                business_key=f"{number}号",
                title=f"{number}",
                related=[Party(relation=key, organisation_id=place.id) for key in relations],
            )
            files.store(uow, io.BytesIO(f"附件{number}".encode()), name=f"{number}.txt")

    def state(self) -> tuple[set[str | None], int]:
        """The numbers of the cases and how many attachments; every chain and every file is whole."""
        engine = self.engine
        with engine.read(SYSTEM) as uow:
            found = uow.session.scalars(sa.select(Instance)).all()
            for instance in found:
                assert list(history.verify(uow, instance.id)) == []
            attachments = uow.session.scalars(sa.select(File)).all()
            for row in attachments:
                with files.open(uow, row.id)[1] as stream:
                    assert stream.read().decode() == "附件" + row.name.removesuffix(".txt")
            return {instance.business_key for instance in found}, len(attachments)


@pytest.fixture(
    params=["sqlite", *(pytest.param(v, marks=pytest.mark.postgresql) for v in VERSIONS)]
)
def offices(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Office, Office]]:
    """One in use, and one that is still empty, on the same kind of database."""
    made = []
    servers: Servers = request.getfixturevalue("postgres_servers")
    for name in ("old", "new"):
        folder = tmp_path / name
        (folder / "files").mkdir(parents=True)
        (folder / "state").mkdir()
        url = f"sqlite:///{folder}/dudao.db"
        if request.param != "sqlite":
            server = servers.get(request.param)
            url = server.url(server.create())
        settings = {
            "DUDAO_DATABASE_URL": url,
            "DUDAO_FILES_DIR": str(folder / "files"),
            "DUDAO_STATE_DIR": str(folder / "state"),
        }
        if request.param != "sqlite":  # the client programs of this very version
            settings["PATH"] = str(postgres.available()[request.param] / "bin")
        made.append(Office(folder=folder, settings=settings, database=Database(url)))
    old, new = made
    succeed(old.folder, "migrate", **old.settings)
    succeed(old.folder, "deploy", "leave_request", **old.settings)
    yield old, new
    for office in made:
        office.database.dispose()


def test_a_copy_made_while_people_work_is_whole(offices: tuple[Office, Office]) -> None:
    old, new = offices
    for number in range(3):
        old.work(number)
    stop = threading.Event()
    worked = 3

    def keep_working() -> None:
        nonlocal worked
        while not stop.is_set():
            old.work(worked)
            worked += 1

    writer = threading.Thread(target=keep_working)
    writer.start()
    try:
        said = succeed(old.folder, "backup", "copy", **old.settings)
    finally:
        stop.set()
        writer.join()
    assert "attachments" in said

    copy = old.folder / "copy"
    succeed(new.folder, "restore", str(copy), **new.settings)
    succeed(new.folder, "migrate", **new.settings)
    numbers, attachments = new.state()
    assert {"0号", "1号", "2号"} <= numbers
    # a case and its attachment are one transaction
    assert attachments == len(numbers) <= worked
    assert succeed(new.folder, "audit", "verify", **new.settings).startswith("Chain OK")
    # and it goes on
    new.work(worked + 1)


def test_what_is_there_is_never_overwritten(offices: tuple[Office, Office]) -> None:
    old, new = offices
    old.work(0)
    succeed(old.folder, "backup", "copy", **old.settings)
    copy = str(old.folder / "copy")
    assert "is there already" in refuse(old.folder, "backup", "copy", **old.settings)
    assert "is not empty" in refuse(old.folder, "restore", copy, **old.settings)
    succeed(new.folder, "restore", copy, **new.settings)
    new.work(1)
    assert "is not empty" in refuse(new.folder, "restore", copy, **new.settings)
    assert new.state() == ({"0号", "1号"}, 2)


@pytest.fixture
def copied(tmp_path: Path) -> tuple[Path, Path]:
    """The folder of an installation on SQLite, and a copy of it."""
    succeed(tmp_path, "migrate")
    succeed(tmp_path, "deploy", "leave_request")
    database = Database(f"sqlite:///{tmp_path}/var/dudao.db")
    engine = Engine(database, SystemClock(), [], tmp_path / "var/files")
    with engine.begin(SYSTEM) as uow:
        files.store(uow, io.BytesIO("附件".encode()), name="a.txt")
    database.dispose()
    succeed(tmp_path, "backup", "copy")
    return tmp_path, tmp_path / "copy"


def restore_elsewhere(folder: Path, copy: Path) -> str:
    empty = folder / "empty"
    empty.mkdir(exist_ok=True)
    line = refuse(empty, "restore", str(copy))
    assert not (empty / "var/dudao.db").exists()
    assert not list((empty / "var/files").glob("??"))
    return line


def test_a_damaged_copy_is_refused_before_anything_is_restored(copied: tuple[Path, Path]) -> None:
    folder, copy = copied
    [attachment] = (copy / "files").glob("??/??/*")
    kept = attachment.read_bytes()
    attachment.write_bytes(kept + b"!")
    assert "is damaged" in restore_elsewhere(folder, copy)
    attachment.write_bytes(kept)
    with (copy / "rows.sqlite").open("ab") as file:
        file.write(b"!")
    assert "is damaged" in restore_elsewhere(folder, copy)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2}', "\x00"])
def test_what_is_no_copy_is_refused(copied: tuple[Path, Path], text: str) -> None:
    folder, copy = copied
    (copy / "copy.json").write_text(text)
    assert "is no whole copy" in restore_elsewhere(folder, copy)


def test_a_copy_of_a_newer_program_is_refused(copied: tuple[Path, Path]) -> None:
    folder, copy = copied
    told = json.loads((copy / "copy.json").read_text())
    (copy / "copy.json").write_text(json.dumps({**told, "revision": "9999"}))
    assert "newer than this program" in restore_elsewhere(folder, copy)


def test_a_copy_with_an_attachment_missing_is_not_made(copied: tuple[Path, Path]) -> None:
    folder, _copy = copied
    [attachment] = (folder / "var/files").glob("??/??/*")
    attachment.unlink()
    assert "is not in its folder" in refuse(folder, "backup", "another")
    assert not (folder / "another").exists()
    assert not (folder / "another.partial").exists()


def test_without_the_programs_of_postgresql_one_line_says_so(
    offices: tuple[Office, Office],
) -> None:
    old, _new = offices
    if old.database.dialect == "sqlite":
        assert dudao(old.folder, "backup", "copy", **{**old.settings, "PATH": ""}).returncode == 0
        return
    line = refuse(old.folder, "backup", "copy", **{**old.settings, "PATH": str(old.folder)})
    assert "pg_dump is not installed" in line
    assert not (old.folder / "copy.partial").exists()
