"""The timer worker: a heartbeat that runs due jobs. Any number may run, none is special.

APScheduler only says when to look; what is due, who takes it and what becomes of it is decided by
rows (engine/runner.py), so a worker that is killed loses nothing.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import threading
from datetime import UTC, timedelta
from types import FrameType

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from engine import runner
from engine.clock import SystemClock
from engine.engine import Engine
from ops import housekeeping
from ops.checkpointing import Timed
from ops.mail import Postman, Server

log = structlog.get_logger(__name__)

BEAT = "beat"

#: Seconds: whoever waits for a turn has had it by then.
LONGEST_REST = 0.25

#: Whether it is time for a checkpoint is asked this often; most times a glance at one row says no.
LOOK_FOR_CHECKPOINT_SECONDS = 30


class Worker:
    """One heartbeat over one engine. `run` returns after `stop`, when the batch is finished."""

    def __init__(
        self,
        engine: Engine,
        *,
        poll_seconds: int,
        batch: int,
        share: int = 100,
        timed: Timed | None = None,
        kept: timedelta = housekeeping.KEPT,
        mail: Server | None = None,
    ) -> None:
        self.id = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
        self._engine = engine
        self._poll = timedelta(seconds=poll_seconds)
        self._batch = batch
        self._share = share
        self._timed = timed
        self._kept = kept
        self._postman = None if mail is None else Postman(engine, mail, poll_seconds=poll_seconds)
        self._stopping = threading.Event()
        self._beating = threading.Event()
        self._again = threading.Event()
        self._scheduler = BackgroundScheduler(timezone=UTC)

    def run(self) -> None:
        """Beat until told to stop."""
        self._engine.on_work_scheduled = self.wake
        self._scheduler.add_job(
            self.beat,
            "interval",
            seconds=self._poll.total_seconds(),
            id=BEAT,
            next_run_time=SystemClock().now(),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
        self._scheduler.add_job(
            housekeeping.run,
            "interval",
            args=[self._engine],
            kwargs={"kept": self._kept},
            days=1,
            next_run_time=SystemClock().now(),
            coalesce=True,
            misfire_grace_time=None,
        )
        if self._timed is not None:
            self._scheduler.add_job(
                self._timed.run,
                "interval",
                args=[self._engine],
                seconds=LOOK_FOR_CHECKPOINT_SECONDS,
                next_run_time=SystemClock().now(),
                coalesce=True,
                misfire_grace_time=None,
            )
        self._scheduler.start()
        if self._postman is not None:
            self._postman.start()
        log.info("worker started", worker=self.id)
        self._stopping.wait()
        if self._postman is not None:
            self._postman.stop()
        self._scheduler.shutdown(wait=True)
        log.info("worker stopped", worker=self.id)

    def stop(self) -> None:
        """Begin no further batch. Safe to call from a signal handler."""
        self._stopping.set()

    def wake(self) -> None:
        """Look for due work now, not at the next poll."""
        self._again.set()
        # what falls due while a beat runs, APScheduler skips with a warning: that beat looks again
        if not self._beating.is_set():
            self._beat_in(timedelta())

    def beat(self) -> None:
        """Run what is due, then sleep until the next due date, but no longer than the poll."""
        self._beating.set()
        try:
            while not self._stopping.is_set():
                self._again.clear()
                wait = self._wait()
                if wait <= timedelta() and runner.run_due(
                    self._engine, worker=self.id, limit=self._batch, rest=self._rest
                ):
                    continue
                if not self._again.is_set():
                    # what is due and not to be had is another worker's, or of a suspended instance
                    self._beat_in(min(wait, self._poll) if wait > timedelta() else self._poll)
                    return
        finally:
            self._beating.clear()

    def _rest(self, seconds: float) -> None:
        """Leave users their part of the time: on SQLite they wait for the lock that a job holds."""
        self._stopping.wait(min(seconds * (100 - self._share) / self._share, LONGEST_REST))

    def _wait(self) -> timedelta:
        """From now, by the engine's clock, to the next due date; negative when it has passed."""
        due_at = runner.next_due(self._engine)
        return self._poll if due_at is None else due_at - self._engine.clock.now()

    def _beat_in(self, wait: timedelta) -> None:
        if not self._stopping.is_set():
            self._scheduler.modify_job(BEAT, next_run_time=SystemClock().now() + wait)


def run(
    engine: Engine,
    *,
    poll_seconds: int,
    batch: int,
    share: int = 100,
    timed: Timed | None = None,
    kept: timedelta = housekeeping.KEPT,
    mail: Server | None = None,
) -> None:
    """Run a worker in this process until SIGTERM or SIGINT."""
    worker = Worker(
        engine,
        poll_seconds=poll_seconds,
        batch=batch,
        share=share,
        timed=timed,
        kept=kept,
        mail=mail,
    )

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        worker.stop()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    try:
        worker.run()
    finally:
        engine.database.dispose()
