"""`dudao start`: one command, the whole product on this machine, until it is told to stop."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.ops.programs import COMMAND, children, environ, free_port, is_alive, refuse

#: They share an installation, whose first start takes the longest.
pytestmark = pytest.mark.xdist_group("start")


@dataclass(frozen=True, kw_only=True)
class Running:
    """A `dudao start` that answers."""

    process: subprocess.Popen[str]
    port: int
    said: Path

    def get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


@contextmanager
def started(folder: Path) -> Iterator[Running]:
    """Start it as a terminal does, in a process group of its own."""
    port = free_port()
    said = folder / "said.txt"
    with said.open("w") as output:
        process = subprocess.Popen(
            [*COMMAND, "start"],
            cwd=folder,
            env=environ(DUDAO_PORT=str(port), PYTHONUNBUFFERED="1"),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            text=True,
            start_new_session=True,
        )
        try:
            wait_for(lambda: "Dudao is running" in said.read_text(), process, said)
            yield Running(process=process, port=port, said=said)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait(60)


def wait_for(
    condition: Callable[[], bool], process: subprocess.Popen[str] | None, said: Path
) -> None:
    for _ in range(900):
        if condition():
            return
        assert process is None or process.poll() is None, said.read_text()
        time.sleep(0.1)
    pytest.fail(f"it did not happen within 90 s\n{said.read_text()}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a first start has left its data."""
    found = tmp_path_factory.mktemp("installation")
    with started(found):
        return found


def test_it_serves_prints_the_address_and_accounts_and_ctrl_c_stops_both(tmp_path: Path) -> None:
    with started(tmp_path) as running:
        status, body = running.get("/api/v1/health")
        assert (status, json.loads(body)["status"]) == (200, "ok")
        assert f"http://127.0.0.1:{running.port}/" in running.said.read_text()
        pids = children(running.process.pid)
        assert len(pids) == 2
        os.killpg(running.process.pid, signal.SIGINT)
        assert running.process.wait(60) == 0
        assert not [pid for pid in pids if is_alive(pid)]
        assert "Traceback" not in running.said.read_text()


def test_the_second_start_does_nothing_again_and_keeps_the_data(folder: Path) -> None:
    # that it takes less than 5 s on two idle cores is measured in bench/
    accounts = folder / "var/demo-accounts.txt"
    before = accounts.read_text() if accounts.exists() else None
    with started(folder) as running:
        said = running.said.read_text()
        assert "unchanged" in said
        assert "Deployed" not in said
        assert "loaded" not in said
        assert (accounts.read_text() if accounts.exists() else None) == before


def test_when_one_process_dies_the_other_is_stopped_too(folder: Path) -> None:
    with started(folder) as running:
        pids = children(running.process.pid)
        os.kill(pids[1], signal.SIGKILL)
        assert running.process.wait(60) == 1
        assert not [pid for pid in pids if is_alive(pid)]
        assert "ended unexpectedly" in running.said.read_text()


def test_when_the_command_itself_is_killed_nothing_goes_on_without_it(folder: Path) -> None:
    with started(folder) as running:
        pids = children(running.process.pid)
        running.process.kill()
        running.process.wait(60)
        wait_for(lambda: not [pid for pid in pids if is_alive(pid)], None, running.said)


def test_a_port_in_use_is_one_line_and_nothing_is_started(folder: Path) -> None:
    with started(folder) as running:
        said = refuse(folder, "start", DUDAO_PORT=str(running.port))
        assert "in use" in said
        assert running.get("/api/v1/health")[0] == 200


def test_it_runs_on_this_machine_only(tmp_path: Path) -> None:
    assert "loopback" in refuse(tmp_path, "start", DUDAO_HOST="0.0.0.0")  # noqa: S104
