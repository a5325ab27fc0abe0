"""`dudao start`: the whole product on this machine, for trying out. What `make run` calls.

Two child processes, as in real use: the web server and a timer worker. Ctrl-C stops both; if one
ends by itself, the other is stopped too.
"""

from __future__ import annotations

import ctypes
import http.client
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from types import FrameType

import click

from ops import packages, preflight, sample
from ops.bootstrap import build_engine, install
from ops.errors import Refusal
from ops.messages import text
from ops.settings import Settings, is_loopback

#: How long the first answer may take; a cold start needs about 3 s.
READY_SECONDS = 60.0
STOP_SECONDS = 30.0
LOOK_SECONDS = 0.05

#: prctl(2)
PR_SET_PDEATHSIG = 1


def run(settings: Settings) -> None:
    """Prepare this installation, start both processes, say where they are, wait for the stop."""
    if not is_loopback(settings.host):
        raise Refusal("start.loopback", host=settings.host)
    preflight.migratable(settings)
    preflight.port(settings)
    install(settings)
    prepare(settings)
    children = Children()
    children.catch_signals()
    try:
        for name in ("serve", "worker"):
            children.start(name)
        if children.wait_until_ready(settings):
            click.echo(text("start.ready", url=settings.web_address))
            click.echo(text("start.stop_hint"))
            children.wait_until_stopped()
    finally:
        children.stop()
    click.echo(text("start.stopped"))


def prepare(settings: Settings) -> None:
    """Deploy what is not deployed yet, load the samples, show the demo accounts."""
    engine = build_engine(settings)
    try:
        for package in engine.packages.values():
            if not packages.deploy(engine, package, note="dudao start", say=click.echo):
                raise Refusal("start.not_deployed", family=package.family)
        sample.load(engine, settings, say=click.echo)
    finally:
        engine.database.dispose()


class Children:
    """The processes that were started here, by name."""

    def __init__(self) -> None:
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._stopping = threading.Event()

    def start(self, name: str) -> None:
        """Run `dudao <name>` as a child, with this process's environment."""
        command = [sys.executable, "-m", "ops", name]
        self._processes[name] = subprocess.Popen(  # noqa: S603  # our own program
            command,
            # at a terminal a line for each request would push the address and the accounts away
            env={"DUDAO_LOG_LEVEL": "warning", **os.environ},
            preexec_fn=_die_with_parent,  # no other thread runs here yet
        )

    def catch_signals(self) -> None:
        """From now on Ctrl-C, SIGTERM and a closed terminal ask for an orderly stop."""

        def on_signal(_number: int, _frame: FrameType | None) -> None:
            self._stopping.set()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, on_signal)

    def wait_until_ready(self, settings: Settings) -> bool:
        """Whether the web page answers; False when a stop was asked for first."""
        for _ in range(int(READY_SECONDS / LOOK_SECONDS)):
            if self._stopping.wait(LOOK_SECONDS):
                return False
            self._refuse_if_one_ended()
            if _answers(settings):
                return True
        raise Refusal("start.slow", url=settings.web_address, seconds=int(READY_SECONDS))

    def wait_until_stopped(self) -> None:
        """Return when a stop was asked for; Refusal when a child ended by itself."""
        while not self._stopping.wait(0.5):
            self._refuse_if_one_ended()

    def stop(self) -> None:
        """End all children: politely at first, in the end by force (nothing is lost by it)."""
        for process in self._processes.values():
            if process.poll() is None:
                process.terminate()
        for process in self._processes.values():
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _refuse_if_one_ended(self) -> None:
        for name, code in self._ended().items():
            if self._stopping.is_set():
                return  # Ctrl-C reaches the children as well
            raise Refusal("start.child_ended", name=f"dudao {name}", code=code)

    def _ended(self) -> Mapping[str, int]:
        codes = {name: process.poll() for name, process in self._processes.items()}
        return {name: code for name, code in codes.items() if code is not None}


def _die_with_parent() -> None:
    """Between fork and exec: have the kernel send SIGTERM when the parent is gone, even killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _answers(settings: Settings) -> bool:
    connection = http.client.HTTPConnection(settings.host, settings.port, timeout=5)
    try:
        connection.request("GET", "/api/v1/health")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
