"""The real application on a random loopback port, with a clock that only the test can move.

Over HTTP nobody can move it; the test holds the engine and does so between two clicks, as time
would pass between two days at the office. `pass_time` also runs what falls due, as a worker would.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Thread

from werkzeug.serving import make_server

from api.app import ApiSettings, create_app
from engine import runner
from engine.clock import ManualClock
from engine.database import Database
from engine.engine import Engine
from engine.package import ProcessPackage

DIST = Path(__file__).resolve().parents[2] / "web" / "dist"


@dataclass(kw_only=True)
class Sandbox:
    """A running server; `url` is its address."""

    engine: Engine
    clock: ManualClock
    url: str

    def move_to(self, at: datetime) -> None:
        """Set the clock and run every job that has fallen due by then."""
        self.clock.set(at)
        self.run_due()

    def pass_time(self, *, days: int = 0, hours: int = 0, minutes: int = 0) -> None:
        """Let time go by and run every job that has fallen due."""
        self.clock.advance(days=days, hours=hours, minutes=minutes)
        self.run_due()

    def run_due(self) -> None:
        runner.run_all_due(self.engine)


@contextmanager
def running(
    database_path: Path, clock: ManualClock, packages: Sequence[ProcessPackage], files: Path
) -> Iterator[Sandbox]:
    """Serve these families over this database until the block ends."""
    if not (DIST / "index.html").is_file():
        raise RuntimeError("web/dist is missing: run `make web` first")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    database = Database(f"sqlite:///{database_path}")
    engine = Engine(database, clock, packages, files)
    server = make_server(
        "127.0.0.1", 0, create_app(engine, ApiSettings(static_dir=DIST)), threaded=True
    )
    thread = Thread(target=server.serve_forever, name="sandbox", daemon=True)
    thread.start()
    try:
        yield Sandbox(engine=engine, clock=clock, url=f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()
        database.dispose()
