"""A worker in a process of its own that kills itself in the middle of a step, or does its work.

Called by test_worker_death.py: `python -m tests.integration.engine.dying_worker URL FOLDER MODE [CASE]`.
MODE is `live`, `die` (in a handler), or `die-moving` (while it moves CASE to another version).
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

from engine import runner
from engine.clock import SystemClock
from engine.database import Database
from engine.engine import Engine
from engine.package import Handler, ProcessPackage, StepContext
from engine.tables import Event
from engine.unit_of_work import UnitOfWork

LEASE = timedelta(seconds=1)


def main(url: str, folder: str, mode: str, doomed: str = "") -> None:
    """Run what is due; or have this process killed after it has written, before it commits."""

    def work(context: StepContext) -> dict[str, str]:
        context.uow.record("worked", instance_id=context.instance.id)
        context.uow.session.flush()
        if mode == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        return {"worked": "yes"}

    def watch(uow: UnitOfWork, event: Event) -> None:
        is_told = event.kind == "instance.migrated" and event.instance_id == doomed
        if mode == "die-moving" and is_told:
            uow.session.flush()
            os.kill(os.getpid(), signal.SIGKILL)

    package = ProcessPackage(
        root=Path(folder),
        forms_root=Path(folder) / "tests",
        handlers={"work": Handler(call=work)},
        listeners=(watch,),
    )
    engine = Engine(Database(url), SystemClock(), [package])
    ran = 0
    while found := runner.run_due(engine, worker=f"process-{os.getpid()}", lease=LEASE):
        ran += found
    sys.stdout.write(f"{ran}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
