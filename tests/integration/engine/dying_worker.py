"""A worker in a process of its own that kills itself in the middle of a step, or does its work.

Called by test_worker_death.py: `python -m tests.integration.engine.dying_worker URL FOLDER die|live`.
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

LEASE = timedelta(seconds=1)


def main(url: str, folder: str, mode: str) -> None:
    """Run what is due; with `die` the handler kills this process after it has written."""

    def work(context: StepContext) -> dict[str, str]:
        context.uow.record("worked", instance_id=context.instance.id)
        context.uow.session.flush()
        if mode == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        return {"worked": "yes"}

    package = ProcessPackage(
        root=Path(folder), forms_root=Path(folder) / "tests", handlers={"work": Handler(call=work)}
    )
    engine = Engine(Database(url), SystemClock(), [package])
    ran = runner.run_due(engine, worker=f"process-{os.getpid()}", lease=LEASE)
    sys.stdout.write(f"{ran}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
