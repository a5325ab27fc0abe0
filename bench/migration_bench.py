"""How long moving a case to another version takes: 1 000 cases, each beside a bare rewrite of its
snapshot in a transaction of its own.

Run: python bench/migration_bench.py [cases]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import sqlalchemy as sa

from engine import runner
from engine.clock import ManualClock, SystemClock
from engine.database import Database
from engine.engine import Engine
from engine.migrating import migration_plans, migrations
from engine.repository import definitions
from engine.spiff import state
from engine.tables import InstanceSnapshot
from ops import migrate
from tests.driver import SYSTEM, Driver
from tests.models import bpmn, family, flows, user


def model(first: str, *more: str) -> str:
    """A line of user tasks; the first has a boundary timer."""
    names = [first, *more]
    timer = (
        f"<boundaryEvent id='late' attachedToRef='{first}'><timerEventDefinition id='late_def'>"
        "<timeDuration>P5D</timeDuration></timerEventDefinition></boundaryEvent>"
    )
    body = "<startEvent id='start'/>" + "".join(map(user, names)) + timer + "<endEvent id='end'/>"
    pairs = [f"{a}>{b}" for a, b in zip(["start", *names], [*names, "end"], strict=True)]
    return bpmn("main", body + flows(*pairs, "late>end"))


def main(cases: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/bench.db")
        with database.engine.begin() as connection:
            migrate.upgrade(connection)
        package = family(Path(folder), model("write", "check"))
        engine = Engine(database, SystemClock(), [package])
        driver = Driver(engine=engine, clock=ManualClock(SystemClock().now())).set_up()
        ids = [driver.start({"note": "x" * 200, "amount": n}) for n in range(cases)]
        with engine.begin(SYSTEM) as uow:
            old = definitions.latest(uow, "main").deployment_id
            files = {**package.files, "bpmn/m0.bpmn": model("draft", "more", "check").encode()}
            new = definitions.deploy(uow, package, files=files).id
            plan = migration_plans.propose(uow, old, new).as_dict()
            for pair in plan["pairs"]:
                pair["target"] = "draft" if pair["source"] == "write" else pair["target"]
            row = migrations.start(uow, migration_plans.read(plan), reason="bench")
            migration_id = row.id
        bare, moved = [], []
        for instance_id in ids:
            began = time.perf_counter()
            rewrite(engine, instance_id)
            between = time.perf_counter()
            runner.run_due(engine, worker="bench")
            bare.append(between - began)
            moved.append(time.perf_counter() - between)
        runner.run_all_due(engine)
        with engine.read(SYSTEM) as uow:
            done = migrations.progress(uow, migrations.get(uow, migration_id))
        database.dispose()
    print(f"{cases} cases, of which {done['moved']} moved, {done['refused']} refused")
    for name, times in (("bare rewrite", bare), ("migration", moved)):
        middle, slow = statistics.median(times) * 1e3, sorted(times)[int(len(times) * 0.95)] * 1e3
        print(f"{name:14} median {middle:7.2f} ms   95 % {slow:7.2f} ms")


def rewrite(engine: Engine, instance_id: str) -> None:
    """Read a snapshot, decode and encode it, write it back, commit."""
    with engine.begin(SYSTEM) as uow:
        row = uow.session.scalars(
            sa.select(InstanceSnapshot).where(InstanceSnapshot.instance_id == instance_id)
        ).one()
        row.content = state.written(state.read(row.content))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
