"""The real application on a random loopback port, with a clock that only the test can move.

Over HTTP nobody can move it; the test holds the engine and does so between two clicks, as time
would pass between two days at the office, and runs what falls due, as a worker would.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Condition, Event, Thread
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import sqlalchemy as sa
from waitress import wasyncore
from waitress.server import create_server

from api.app import ApiSettings, create_app
from engine import runner
from engine.clock import ManualClock
from engine.engine import Engine
from engine.identity import sign_ins
from engine.states import JobState
from engine.tables import Job, SignIn, User, new_id
from tests.factories import SYSTEM

#: The built page; another one to try, by DUDAO_TEST_WEB.
DIST = Path(
    os.environ.get("DUDAO_TEST_WEB") or Path(__file__).resolve().parents[2] / "web" / "dist"
)

#: More than the windows of a test ask at once, also while the gate holds some of them.
THREADS = 24


class Gate:
    """Lets requests through, or none: while the clock moves, open windows must not ask."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app
        self._changed = Condition()
        self._inside = 0
        self._is_closed = False

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        with self._changed:
            self._changed.wait_for(lambda: not self._is_closed)
            self._inside += 1
        try:
            # the whole answer, so that nothing of it is made after the door is closed
            return [_whole(self._app(environ, start))]
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Wait until everybody is out, then keep the door shut until the block ends."""
        with self._changed:
            self._is_closed = True
            self._changed.wait_for(lambda: self._inside == 0)
        try:
            yield
        finally:
            with self._changed:
                self._is_closed = False
                self._changed.notify_all()


def _whole(answer: Iterable[bytes]) -> bytes:
    """All of an answer; it is closed as WSGI asks (a file of the page stays open otherwise)."""
    try:
        return b"".join(answer)
    finally:
        close = getattr(answer, "close", None)
        if close is not None:
            close()


@dataclass(kw_only=True)
class Sandbox:
    """A running server; `url` is its address."""

    engine: Engine
    clock: ManualClock
    gate: Gate
    url: str

    def pass_time(self, *, days: int = 0, hours: int = 0, minutes: int = 0) -> None:
        """Let time go by and run every job that has fallen due."""
        self.wait_until(self.clock.now() + timedelta(days=days, hours=hours, minutes=minutes))

    def wait_until(self, until: datetime) -> None:
        """Move the clock, stopping at each due job on the way, so that each runs in its time."""
        with self.gate.closed():
            while True:
                self.run_due()
                due = self._next_due()
                if due is None or due > until:
                    break
                self.clock.set(max(due, self.clock.now()))
            self.clock.set(until)
            self._keep_sessions()

    def run_due(self) -> None:
        runner.run_all_due(self.engine)

    def session_of(self, username: str) -> str:
        """The cookie of a session that this person has open (typing a password is slow on purpose)."""
        secret = new_id()
        with self.engine.begin(SYSTEM) as uow:
            user_id = uow.session.scalars(sa.select(User.id).where(User.username == username)).one()
            uow.session.add(
                SignIn(
                    user_id=user_id,
                    kind=sign_ins.SESSION,
                    secret_digest=sign_ins.digest(secret),
                    csrf_token=new_id(),
                    created_at=uow.now,
                    expires_at=uow.now + sign_ins.IDLE,
                    last_used_at=uow.now,
                )
            )
        return secret

    def _keep_sessions(self) -> None:
        """Windows stay signed in over the nights that a test lets pass in a second."""
        with self.engine.begin(SYSTEM) as uow:
            kept = {"created_at": uow.now, "expires_at": uow.now + sign_ins.IDLE}
            uow.session.execute(sa.update(SignIn).values(**kept))

    def _next_due(self) -> datetime | None:
        with self.engine.read(SYSTEM) as uow:
            return uow.session.scalar(
                sa.select(sa.func.min(Job.due_at)).where(
                    Job.state == JobState.SCHEDULED, Job.instance_id.is_not(None)
                )
            )


@contextmanager
def serving(engine: Engine, clock: ManualClock) -> Iterator[Sandbox]:
    """Serve this engine until the block ends."""
    if not (DIST / "index.html").is_file():
        raise RuntimeError("web/dist is missing: run `make web` first")
    gate = Gate(create_app(engine, ApiSettings(static_dir=DIST)))
    # Werkzeug's own server closes every connection after its answer, unread input or not, and a
    # browser that has just sent on such a connection reports a reset: not fit for these tests.
    sockets: dict[int, Any] = {}
    server = create_server(gate, map=sockets, host="127.0.0.1", port=0, threads=THREADS)
    stopping = Event()

    def serve() -> None:
        while not stopping.is_set():
            wasyncore.loop(timeout=0.1, map=sockets, count=1)

    thread = Thread(target=serve, name="sandbox", daemon=True)
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.effective_port}"
        yield Sandbox(engine=engine, clock=clock, gate=gate, url=url)
    finally:
        stopping.set()
        thread.join(timeout=10)
        server.task_dispatcher.shutdown()
        wasyncore.close_all(sockets)
        engine.database.dispose()
