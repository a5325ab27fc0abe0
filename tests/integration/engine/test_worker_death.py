"""A worker killed between claim and commit loses nothing and repeats nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from engine.clock import ManualClock, SystemClock
from engine.database import Database
from engine.engine import Engine
from engine.migrating import migration_plans, migrations
from engine.migrating.migration_plans import Pair
from engine.package import Handler
from engine.repository import definitions
from engine.tables import Deployment, Event, Job, Migration, MigrationItem
from tests.driver import SYSTEM, Driver
from tests.integration.engine.dying_worker import LEASE
from tests.models import bpmn, family, flows, service, user


def worker(
    database: Database, folder: Path, mode: str, *doomed: str
) -> subprocess.CompletedProcess[str]:
    """Run a worker process to its end."""
    url = database.url.render_as_string(hide_password=False)
    program = [sys.executable, "-m", "tests.integration.engine.dying_worker"]
    return subprocess.run(
        [*program, url, str(folder), mode, *doomed],
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


def test_a_worker_killed_while_it_moves_a_case(database: Database, tmp_path: Path) -> None:
    def model(name: str) -> str:
        steps = "<startEvent id='start'/>" + user(name) + "<endEvent id='end'/>"
        return bpmn("main", steps + flows(f"start>{name}", f"{name}>end"))

    package = family(tmp_path, model("check"))
    engine = Engine(database, SystemClock(), [package])
    case = Driver(engine=engine, clock=ManualClock(SystemClock().now())).set_up()
    ids = sorted(case.start() for _ in range(3))
    with engine.begin(SYSTEM) as uow:
        old = uow.session.scalars(sa.select(Deployment.id)).one()
        files = {**package.files, "bpmn/m0.bpmn": model("examine").encode()}
        new = definitions.deploy(uow, package, files=files).id
        plan = migration_plans.propose(uow, old, new)
        pair = Pair(process="main", source="check", target="examine")
        pairs = [pair if found.source == "check" else found for found in plan.pairs]
        migrations.start(uow, replace(plan, pairs=tuple(pairs)), reason="新版本")

    killed = worker(database, tmp_path / "tests", "die-moving", ids[1])
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert [case.waiting(found) for found in ids] == [["examine"], ["check"], ["check"]]
    assert [told(case, found) for found in ids] == [1, 0, 0]

    time.sleep(LEASE.total_seconds() + 0.2)
    alive = worker(database, tmp_path / "tests", "live")
    assert alive.returncode == 0, alive.stderr
    assert [case.waiting(found) for found in ids] == [["examine"]] * 3
    assert [told(case, found) for found in ids] == [1, 1, 1]
    assert [case.breaks(found) for found in ids] == [[]] * 3
    with engine.read(SYSTEM) as uow:
        assert uow.session.scalars(sa.select(Migration.state)).all() == ["done"]
        assert set(uow.session.scalars(sa.select(MigrationItem.state))) == {"moved"}
        attempts = uow.session.scalars(sa.select(MigrationItem.reason)).all()
        assert set(attempts) <= {"", None}


def told(case: Driver, instance_id: str) -> int:
    """How often its history says that it was moved."""
    return count(case, instance_id, "instance.migrated")


def worked(case: Driver, instance_id: str) -> int:
    """How often the handler's effect was committed."""
    return count(case, instance_id, "worked")


def count(case: Driver, instance_id: str, kind: str) -> int:
    with case.engine.read(SYSTEM) as uow:
        return (
            uow.session.scalar(
                sa.select(sa.func.count())
                .select_from(Event)
                .where(Event.instance_id == instance_id, Event.kind == kind)
            )
            or 0
        )
