"""A process of its own that appends events to one case, each in a transaction.

Called by test_parallel_chains.py: `python -m tests.integration.engine.recording_process URL CASE NAME N`;
it says `ready`, waits for a line, and begins.
"""

from __future__ import annotations

import sys

from engine import store
from engine.actor import Actor
from engine.clock import SystemClock
from engine.database import Database
from engine.engine import Engine


def main(url: str, instance_id: str, name: str, count: str) -> None:
    """Append `count` events as `name`."""
    engine = Engine(Database(url), SystemClock())
    with engine.read(Actor.system(name)):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
    sys.stdin.readline()
    for number in range(int(count)):
        with engine.begin(Actor.system(name)) as uow:
            store.lock(uow, instance_id)
            uow.record("test.told", instance_id=instance_id, payload={"number": number})
    engine.database.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
