"""A worker killed between claim and commit loses nothing and repeats nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import sqlalchemy as sa

from engine.clock import ManualClock, SystemClock
from engine.database import Database
from engine.engine import Engine
from engine.package import Handler
from engine.tables import Event, Job
from tests.driver import SYSTEM, Driver
from tests.integration.engine.dying_worker import LEASE
from tests.models import bpmn, family, flows, service, user


def worker(database: Database, folder: Path, mode: str) -> subprocess.CompletedProcess[str]:
    """Run a worker process to its end."""
    url = database.url.render_as_string(hide_password=False)
    return subprocess.run(
        [sys.executable, "-m", "tests.integration.engine.dying_worker", url, str(folder), mode],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_worker_killed_in_the_middle_of_a_step(database: Database, tmp_path: Path) -> None:
    body = (
        "<startEvent id='start'/>"
        + service("work", "work", extra="camunda:asyncBefore='true'")
        + user("after")
        + "<endEvent id='end'/>"
        + flows("start>work", "work>after", "after>end")
    )
    handlers = {"work": Handler(call=lambda _context: {})}
    package = family(tmp_path, bpmn("main", body), handlers=handlers)
    engine = Engine(database, SystemClock(), [package])
    case = Driver(engine=engine, clock=ManualClock(SystemClock().now())).set_up()
    instance = case.start()

    killed = worker(database, tmp_path / "tests", "die")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert worked(case, instance) == 0
    assert case.waiting(instance) == []
    assert [job.attempts for job in case.jobs(instance, "running")] == [1]

    time.sleep(LEASE.total_seconds() + 0.2)  # the dead worker's lease runs out in real time
    alive = worker(database, tmp_path / "tests", "live")
    assert alive.stdout.strip() == "1", alive.stderr
    assert worked(case, instance) == 1
    assert case.waiting(instance) == ["after"]
    assert worker(database, tmp_path / "tests", "live").stdout.strip() == "0"
    assert case.breaks(instance) == []
    with engine.read(SYSTEM) as uow:
        assert uow.session.scalars(sa.select(Job.state)).all().count("succeeded") == 1


def worked(case: Driver, instance_id: str) -> int:
    """How often the handler's effect was committed."""
    with case.engine.read(SYSTEM) as uow:
        return (
            uow.session.scalar(
                sa.select(sa.func.count())
                .select_from(Event)
                .where(Event.instance_id == instance_id, Event.kind == "worked")
            )
            or 0
        )
