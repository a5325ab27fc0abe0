"""Writers in processes of their own, on one case at once: the chain has no fork, no gap, no loss."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engine.administration import journal
from engine.clock import ManualClock, SystemClock
from engine.database import Database
from engine.engine import Engine
from engine.record import history
from engine.tables import Event, new_id
from tests.conftest import EngineFor
from tests.driver import SYSTEM, Driver
from tests.integration.engine.conftest import Drive
from tests.models import bpmn, family, flows, user

EACH = 25
NAMES = ("first", "second", "third")

BODY = "<startEvent id='start'/>" + user("only") + "<endEvent id='end'/>"
MODEL = bpmn("main", BODY + flows("start>only", "only>end"))


def test_three_processes_append_to_one_case(database: Database, tmp_path: Path) -> None:
    package = family(tmp_path, MODEL)
    engine = Engine(database, SystemClock(), [package])
    case = Driver(engine=engine, clock=ManualClock(SystemClock().now())).set_up()
    instance_id = case.start()
    before = len(links(case, instance_id))
    url = database.url.render_as_string(hide_password=False)
    program = [sys.executable, "-m", "tests.integration.engine.recording_process", url, instance_id]
    writers = [
        subprocess.Popen(
            [*program, name, str(EACH)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in NAMES
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    ends: list[tuple[str, str]] = []
    for writer in writers:  # all are ready: from here on they race
        assert writer.stdin is not None
        writer.stdin.write("\n")
        writer.stdin.flush()
    for writer in writers:
        ends.append(writer.communicate(timeout=120))
    assert [writer.returncode for writer in writers] == [0, 0, 0], ends

    assert case.breaks(instance_id) == []
    told = links(case, instance_id)[before:]
    assert [seq for seq, _ in told] == list(range(before + 1, before + 1 + EACH * len(NAMES)))
    assert sorted(name for _, name in told) == sorted(NAMES * EACH)


def test_who_does_not_wait_for_the_lock_is_refused_by_the_database(drive: Drive) -> None:
    """The unique key stands behind the lock: a fork cannot be committed."""
    case = drive(MODEL)
    instance_id = case.start()
    with case.engine.read(SYSTEM) as uow:
        last = uow.session.scalars(
            sa.select(Event).where(Event.instance_id == instance_id).order_by(Event.seq.desc())
        ).first()
    assert last is not None
    columns = {column.key: getattr(last, column.key) for column in sa.inspect(Event).column_attrs}
    with case.engine.database.session(write=True) as session:
        session.add(Event(**columns | {"id": new_id()}))
        with pytest.raises(IntegrityError):
            session.commit()
    assert case.breaks(instance_id) == []


def test_acts_of_administrators_in_two_threads_are_one_chain(
    engine_for: EngineFor,
) -> None:
    engine = engine_for()
    start = Barrier(2)

    def write(name: str) -> None:
        start.wait(timeout=10)
        for number in range(10):
            with engine.begin(SYSTEM) as uow:
                journal.record(uow, "test.done", subject=("test", name), name=str(number))

    threads = [Thread(target=write, args=(name,)) for name in ("one", "other")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    with engine.read(SYSTEM) as uow:
        assert list(journal.verify(uow)) == []
        assert journal.head(uow).length == 20


def links(case: Driver, instance_id: str) -> list[tuple[int, str]]:
    """(seq, who) of the chain."""
    with case.engine.read(SYSTEM) as uow:
        return [
            (link.seq, str(link.told["actor_name"])) for link in history.links(uow, instance_id)
        ]
