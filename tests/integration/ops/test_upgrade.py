"""The database goes up and down while the previous release serves: nothing is lost, nobody is sent away."""

from __future__ import annotations

import hashlib
import http.client
import json
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.database import Database
from ops import migrate
from tests.integration.ops.previous_release import ASKED, NAME, PASSWORD
from tests.integration.ops.programs import environ, free_port, refuse, succeed
from tests.trees import ROOT

RELEASE = ROOT / "tests/fixtures/releases/dudao-0.1.0-py3-none-any.whl"
RELEASED_AT = "0002"

#: Written by whoever asks, whatever they ask.
NOT_COMPARED = {"alembic_version", "request_count", "sign_in"}

pytestmark = pytest.mark.xdist_group("upgrade")


@dataclass(frozen=True, kw_only=True)
class Release:
    """The code of a release, and an installation that it runs on."""

    code: str
    folder: Path
    settings: Mapping[str, str]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A program of this release to its end."""
        return subprocess.run(
            [sys.executable, "-P", "-m", *arguments],
            cwd=self.folder,
            env=environ(**self.settings, PYTHONPATH=self.code),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    @contextmanager
    def serving(self) -> Iterator[Client]:
        """Its web server, until the block ends; whoever is signed in."""
        port = free_port()
        log = self.folder / f"{port}.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "ops", "serve"],
                cwd=self.folder,
                env=environ(**self.settings, PYTHONPATH=self.code, DUDAO_PORT=str(port)),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        try:
            client = Client(port=port)
            client.wait(process)
            client.sign_in()
            yield client
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0, log.read_text()


@dataclass
class Client:
    """A person at a browser."""

    port: int
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer's body; it must be a good one."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            told = {"Content-Type": "application/json", **self.headers, **headers}
            connection.request(method, f"/api/v1{path}", json.dumps(body), told)
            answer = connection.getresponse()
            text = answer.read().decode()
            assert answer.status < 300, f"{method} {path}: {answer.status} {text}"
            if cookie := answer.getheader("Set-Cookie"):
                self.headers["Cookie"] = cookie.split(";")[0]
            return json.loads(text)
        finally:
            connection.close()

    def wait(self, process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + 60
        while True:
            try:
                self.ask("GET", "/health")
                return
            except OSError:
                assert process.poll() is None, "it did not start"
                assert time.monotonic() < until, "no answer within 60 s"
                time.sleep(0.05)

    def sign_in(self) -> None:
        found = self.ask("POST", "/session", {"username": NAME, "password": PASSWORD})
        self.headers["X-CSRF-Token"] = found["csrf_token"]

    def waiting(self) -> list[dict[str, Any]]:
        """Requests that the manager may take."""
        items = self.ask("GET", "/tasks?tab=claimable&limit=50")["items"]
        return [item for item in items if item["element_id"] == "approve_by_manager"]

    def approve(self) -> str:
        """Take the first request and approve it; its task."""
        task = self.waiting()[0]
        path = f"/tasks/{task['id']}"
        mine = self.ask("POST", f"{path}/claim", **{"If-Match": f'"{task["revision"]}"'})
        body = {"values": {"outcome": "approve"}}
        match = {"If-Match": f'"{mine["revision"]}"'}
        done = self.ask("POST", f"{path}/complete", body, **match)
        assert done["incident"] is None
        return str(task["id"])

    def is_done(self, task_id: str) -> bool:
        return bool(self.ask("GET", f"/tasks/{task_id}")["state"] == "completed")


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of the previous release."""
    folder = tmp_path_factory.mktemp("release")
    with zipfile.ZipFile(RELEASE) as wheel:
        wheel.extractall(folder)
    return folder


@pytest.fixture(params=["sqlite", pytest.param("postgresql18", marks=pytest.mark.postgresql)])
def old(request: pytest.FixtureRequest, code: Path, tmp_path: Path) -> Iterator[Release]:
    """An installation that the previous release made and filled."""
    settings = {}
    if request.param != "sqlite":
        server = request.getfixturevalue("postgres_servers").get(request.param)
        name = server.create()
        settings["DUDAO_DATABASE_URL"] = server.url(name)
    release = Release(code=f"{code}:{ROOT}", folder=tmp_path, settings=settings)
    done = release.run("tests.integration.ops.previous_release")
    assert done.returncode == 0, done.stderr
    yield release
    if request.param != "sqlite":
        server.drop(name)


def test_up_down_and_up_while_the_previous_release_serves(old: Release) -> None:
    new = Release(code=str(ROOT), folder=old.folder, settings=old.settings)
    known = columns(old)
    assert len(known) > 60
    with old.serving() as before:
        first = before.approve()
        rows = digests(old, known)
        with asking(before):
            succeed(old.folder, "migrate", **old.settings)
        # the calendar of a newer program may bring years, and the journal tells of it
        changed = {name for name, found in digests(old, known).items() if found != rows[name]}
        assert changed <= {"calendar_year", "journal_entry", "journal_head"}
        assert before.is_done(first)
        second = before.approve()
        with new.serving() as after:
            assert after.is_done(second)
            third = after.approve()
            assert before.is_done(third)
        rows = digests(old, known)
        for move in (["migrate", "down", RELEASED_AT, "--yes"], ["migrate"]):
            with asking(before):
                succeed(old.folder, *move, **old.settings)
            assert digests(old, known) == rows, move
        with acting(before) as fourth:
            succeed(old.folder, "migrate", "down", RELEASED_AT, "--yes", **old.settings)
        fifth = before.approve()
        assert columns(old) == known
        verified = old.run("ops", "audit", "verify")
        assert verified.returncode == 0, verified.stdout + verified.stderr
        succeed(old.folder, "migrate", **old.settings)
        assert all(before.is_done(task) for task in (first, second, third, *fourth, fifth))
        assert len(before.waiting()) == ASKED - 5
    succeed(old.folder, "audit", "verify", **old.settings)


def columns(release: Release) -> dict[str, list[str]]:
    """table → its columns as they are now."""
    with opened(release) as connection:
        inspector = sa.inspect(connection)
        return {
            name: [column["name"] for column in inspector.get_columns(name)]
            for name in sorted(inspector.get_table_names())
            if name not in NOT_COMPARED
        }


def digests(release: Release, known: Mapping[str, list[str]]) -> dict[str, tuple[int, str]]:
    """table → how many rows, and a digest of what they say in these columns."""
    found = {}
    with opened(release) as connection:
        for name, names in known.items():
            query = sa.select(*map(sa.column, names)).select_from(sa.table(name))
            lines = sorted(repr(tuple(row)) for row in connection.execute(query))
            found[name] = len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return found


@contextmanager
def opened(release: Release) -> Iterator[sa.Connection]:
    url = release.settings.get("DUDAO_DATABASE_URL", f"sqlite:///{release.folder}/var/dudao.db")
    database = Database(url)
    with database.engine.connect() as connection:
        yield connection
    database.dispose()


@contextmanager
def asking(client: Client) -> Iterator[None]:
    """Somebody reads all the while, and always gets an answer."""
    asked, faults, over = [], [], threading.Event()

    def ask() -> None:
        while not over.is_set():
            try:
                asked.append(len(client.waiting()))
            except (AssertionError, OSError) as fault:
                faults.append(fault)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    assert not faults, faults[0]
    assert asked


@contextmanager
def acting(client: Client) -> Iterator[list[str]]:
    """Somebody approves a request meanwhile."""
    done: list[str] = []
    thread = threading.Thread(target=lambda: done.append(client.approve()))
    thread.start()
    try:
        yield done
    finally:
        thread.join()
    assert done


def test_going_down_names_what_would_be_lost(tmp_path: Path) -> None:
    succeed(tmp_path, "migrate")
    succeed(tmp_path, "user", "add", "mia", "--name", "Mia", "--stdin", typed=PASSWORD)
    database = Database(f"sqlite:///{tmp_path}/var/dudao.db")
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE user_account SET phone = '022-0000'")
    said = refuse(tmp_path, "migrate", "down", RELEASED_AT)
    assert "user_account.phone (1)" in said
    assert "user_account.revision" not in said, "a value that the database filled in is no loss"
    assert migrate.head() in succeed(tmp_path, "migrate", "status")
    succeed(tmp_path, "migrate", "down", RELEASED_AT, "--yes")
    assert "0002" in succeed(tmp_path, "migrate", "status")
    database.dispose()


@pytest.mark.parametrize("revision", ["0009", "0004", "head", ""])
def test_going_down_to_what_is_not_below_is_refused(tmp_path: Path, revision: str) -> None:
    succeed(tmp_path, "migrate")
    assert "0002, 0001, base" in refuse(tmp_path, "migrate", "down", revision or "0000")


def test_a_busy_database_is_left_as_it_was(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("engine.database.SQLITE_BUSY_SECONDS", 0.2)
    monkeypatch.setattr("ops.migrate.PATIENCE", (20, 20))
    url = database.url.render_as_string(hide_password=False)
    settings = {"DUDAO_DATABASE_URL": url, "DUDAO_FILES_DIR": str(tmp_path)}
    with database.engine.begin() as connection:
        connection.execute(sa.text("SELECT 1 FROM user_account"))
        assert "try again later" in refuse(tmp_path, "migrate", "down", RELEASED_AT, **settings)
    with database.engine.connect() as connection:
        assert migrate.current(connection) == migrate.head()


def test_a_table_that_is_free_again_is_waited_for(database: Database, tmp_path: Path) -> None:
    if database.dialect == "sqlite":
        pytest.skip("a writer of SQLite waits for the other by itself")
    url = database.url.render_as_string(hide_password=False)
    settings = {"DUDAO_DATABASE_URL": url, "DUDAO_FILES_DIR": str(tmp_path)}
    connection = database.engine.connect()
    connection.execute(sa.text("SELECT 1 FROM user_account"))
    thread = threading.Timer(0.6, connection.close)
    thread.start()
    succeed(tmp_path, "migrate", "down", RELEASED_AT, **settings)
    thread.join()
    with database.engine.connect() as connection:
        assert migrate.current(connection) == RELEASED_AT
