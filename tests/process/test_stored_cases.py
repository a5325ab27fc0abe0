"""Cases stored by each release are read, migrated, whole, and run on to their end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import identity, runner, tasks, waits
from engine.clock import ManualClock
from engine.database import Database
from engine.engine import Engine
from engine.record import history
from engine.tables import Instance, Task
from processes.leave_request import package as leave
from processes.supervision import package as supervised
from tests import stored_cases
from tests.factories import SYSTEM
from tests.process import phases
from tests.process.office import Office

STORED = {
    name: sorted(stored_cases.FOLDER.glob(f"*/{name}.json.zst"))
    for name in ("leave_request", "supervision")
}


@dataclass
class Restored:
    engine: Engine
    clock: ManualClock
    instance_id: str

    def state(self) -> str:
        with self.engine.read(SYSTEM) as uow:
            assert list(history.verify(uow, self.instance_id)) == []
            return uow.session.get_one(Instance, self.instance_id).state


@pytest.fixture
def restored(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Restored]:
    database = Database(f"sqlite:///{tmp_path}/stored.db")
    facts = stored_cases.read(request.param, database)
    clock = ManualClock(datetime.fromisoformat(facts["now"]))
    files = tmp_path / "files"
    files.mkdir()
    engine = Engine(database, clock, [leave.PACKAGE, supervised.PACKAGE], files)
    yield Restored(engine=engine, clock=clock, instance_id=facts["instance"])
    database.dispose()


def release(path: object) -> str:
    return path.parent.name if isinstance(path, Path) else ""


def test_every_family_has_a_stored_case() -> None:
    assert all(STORED.values())


@pytest.mark.parametrize("restored", STORED["leave_request"], indirect=True, ids=release)
def test_a_stored_leave_request_runs_on(restored: Restored) -> None:
    engine = restored.engine
    assert restored.state() == "active"
    with engine.read(SYSTEM) as uow:
        person = identity.users.by_username(uow, "cal")
        assert person is not None
        cal = identity.actor_of(uow, person.id)
    with engine.begin(cal) as uow:
        open_tasks = sa.select(Task).where(Task.state.in_(waits.OPEN_TASKS))
        task = uow.session.scalars(open_tasks).one()
        assert task.item == cal.user_id
        if task.assignee_id is None:
            task = tasks.claim(uow, task.id)
        tasks.complete(uow, task.id, {"accepted": "yes"}, revision=task.revision)
    for days in (15, 0.1):
        restored.clock.advance(days=days)
        runner.run_all_due(engine)
    assert restored.state() == "completed"


@pytest.mark.parametrize("restored", STORED["supervision"], indirect=True, ids=release)
def test_a_stored_supervision_in_the_middle_of_rectification_runs_on(restored: Restored) -> None:
    office = Office(engine=restored.engine, clock=restored.clock)
    assert restored.state() == "active"
    assert office.waiting().count("carry_out_rectification") == 1
    phases.rectify(office)
    phases.finish_rectification(office)
    phases.close(office)
    assert office.state(restored.instance_id) == "completed"
    assert restored.state() == "completed"
