"""How long a user waits while a signal is broadcast to so many cases.

    python -m bench.signals_bench [DATABASE_URL | postgresql] [--waiting=10000] [--tasks=150]

A worker runs as a process of its own, as an installation has it. One user completes tasks of other
cases, one after the other, first while nothing is due, then from the moment of the broadcast on. What
counts is the longest single wait.
"""

from __future__ import annotations

import multiprocessing
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import sqlalchemy as sa

from bench.timers_bench import copy_case
from engine import advance, tasks
from engine.clock import ManualClock, SystemClock
from engine.database import Database
from engine.engine import Engine
from engine.package import ProcessPackage
from engine.tables import Job, Task
from ops import migrate
from ops.settings import Settings
from ops.worker import Worker
from tests import models, postgres
from tests.driver import SYSTEM, Driver

HEARS = (
    "<startEvent id='start'/><intermediateCatchEvent id='hear'>"
    "<signalEventDefinition signalRef='s'/></intermediateCatchEvent><endEvent id='end'/>"
    + models.user("after")
    + models.flows("start>hear", "hear>after", "after>end")
)
WORK = (
    "<startEvent id='start'/>"
    + models.user("work")
    + "<endEvent id='end'/>"
    + models.flows("start>work", "work>end")
)
#: Seconds between two acts of the user.
PAUSE = 0.05
WAIT = 120.0


def main(where: str | None, waiting: int, count: int) -> None:
    """Measure and print."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dudao-bench-")))
        url = where or f"sqlite:///{folder}/bench.db"
        if where == "postgresql":
            postgres.OPTIONS = ("shared_buffers=128MB", "listen_addresses=")
            server = stack.enter_context(postgres.server(postgres.wheel()))
            url = server.url(server.create())
        engine = _engine(url, folder)
        with engine.database.engine.begin() as connection:
            migrate.upgrade(connection)
        clock = SystemClock()
        case = Driver(engine=engine, clock=ManualClock(clock.now())).set_up()
        copy_case(engine, case.start(process="hears"), waiting)
        given = iter(_claimed(case, 2 * count))
        worker = multiprocessing.get_context("spawn").Process(target=_work, args=(url, folder))
        worker.start()
        stack.callback(worker.join)
        stack.callback(worker.terminate)
        _await(engine)
        quiet = [_completed(case, next(given)) for _ in range(count)]
        with engine.begin(SYSTEM) as uow:
            advance.broadcast(uow, "alarm")
        began = time.perf_counter()
        busy = [_completed(case, next(given)) for _ in range(count)]
        _print(engine, waiting, time.perf_counter() - began, quiet, busy)
        engine.database.dispose()


def _engine(url: str, folder: Path) -> Engine:
    files = folder / "files"
    files.mkdir(exist_ok=True)
    own = Path(tempfile.mkdtemp(dir=folder))  # each process writes the models for itself
    return Engine(Database(url), SystemClock(), [_package(own)], files)


def _package(folder: Path) -> ProcessPackage:
    named = "<signal id='s' name='alarm'/>"
    return models.family(
        folder, models.bpmn("main", WORK), models.bpmn("hears", HEARS, extra=named)
    )


def _work(url: str, folder: Path) -> None:
    usual = Settings()
    Worker(
        _engine(url, folder),
        poll_seconds=usual.worker_poll_seconds,
        batch=usual.worker_batch,
        share=usual.worker_share,
    ).run()


def _await(engine: Engine) -> None:
    """Until the worker has done a first job."""
    with engine.begin(SYSTEM) as uow:
        advance.broadcast(uow, "nobody waits for this")
    given_up = time.monotonic() + WAIT
    while time.monotonic() < given_up:
        time.sleep(0.2)
        with engine.read(SYSTEM) as uow:
            if uow.session.scalar(sa.select(Job.id).where(Job.state == "succeeded")) is not None:
                return
    raise SystemExit("the worker did not begin")


def _claimed(case: Driver, count: int) -> list[tuple[str, int]]:
    found = []
    for _ in range(count):
        task = case.open_task(case.start(), "work")
        with case.engine.begin(case.people["ada"]) as uow:
            found.append((task.id, tasks.claim(uow, task.id).revision))
    return found


def _completed(case: Driver, task: tuple[str, int]) -> float:
    """Seconds until the user had the answer."""
    time.sleep(PAUSE)
    began = time.perf_counter()
    with case.engine.begin(case.people["ada"]) as uow:
        tasks.complete(uow, task[0], {"note": "x"}, revision=task[1])
    return time.perf_counter() - began


def _print(
    engine: Engine, waiting: int, seconds: float, quiet: list[float], busy: list[float]
) -> None:
    with engine.read(SYSTEM) as uow:
        reached = uow.session.scalar(
            sa.select(sa.func.count()).where(Job.kind == "signal", Job.state == "succeeded")
        )
        heard = uow.session.scalar(sa.select(sa.func.count()).where(Task.element_id == "after"))
    print(f"{engine.database.dialect}: {heard} of {waiting + 1} cases reached in {seconds:.0f} s")
    if not reached:
        raise SystemExit("the worker did nothing meanwhile")
    for name, times in (("quiet", quiet), ("broadcast", busy)):
        print(
            f"{name:10} median {statistics.median(times) * 1e3:6.1f} ms"
            f"   longest {max(times) * 1e3:6.1f} ms"
        )


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    options = dict(a[2:].split("=") for a in sys.argv[1:] if a.startswith("--"))
    main(
        arguments[0] if arguments else None,
        int(options.get("waiting", "10000")),
        int(options.get("tasks", "150")),
    )
