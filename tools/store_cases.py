"""Store a case of each family as this release stores it, for later releases to run on.

Called at every release: `python tools/store_cases.py`. Writes tests/fixtures/cases/<version>/<family>;
files of earlier releases are never written again.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import sqlalchemy as sa

from engine import __version__, instances, tasks
from engine.actor import Actor
from engine.calendars import working_calendar
from engine.clock import ManualClock
from engine.database import Database
from engine.engine import Engine
from engine.permission.parties import Party
from engine.repository import definitions
from engine.tables import Task
from ops import migrate
from processes.leave_request import package as leave
from processes.supervision import package as supervised
from supervision import sample
from tests import factories, stored_cases
from tests.conftest import START
from tests.process import phases
from tests.process.conftest import _add_user
from tests.process.office import Office

SYSTEM = Actor.system("release")


def main() -> None:
    for store in (leave_request, supervision):
        path = stored_cases.FOLDER / __version__ / f"{store.__name__}.json.zst"
        if path.exists():
            sys.stdout.write(f"kept: {path.name} of {__version__} is there already\n")
            continue
        with tempfile.TemporaryDirectory() as folder:
            store(Path(folder), path)
        sys.stdout.write(f"written: {path.name}, {path.stat().st_size} bytes\n")


def _database(folder: Path) -> Database:
    database = Database(f"sqlite:///{folder}/case.db")
    with database.engine.begin() as connection:
        migrate.upgrade(connection)
    return database


def leave_request(folder: Path, path: Path) -> None:
    """Approved by the manager; two colleagues are to take over, one has said yes."""
    database, clock = _database(folder), ManualClock(START)
    engine = Engine(database, clock, [leave.PACKAGE], folder)
    factories.deploy(engine, "leave_request")
    with engine.begin(SYSTEM) as uow:
        working_calendar.seed(uow)
        place = factories.organisation(uow, "dept")
        roles = {"ann": "applicant", "bob": "colleague", "cal": "colleague", "mia": "manager"}
        people = {name: factories.person(uow, name, (role, place)) for name, role in roles.items()}
        place_id = place.id
    with engine.begin(people["ann"]) as uow:
        instance_id = instances.start(
            uow,
            "leave_request",
            title="请假",
            variables={
                "applicant": "Ann",
                "reason": "annual",
                "starts_on": "2026-03-16",
                "ends_on": "2026-03-18",
                "colleagues": [people["bob"].user_id, people["cal"].user_id],
            },
            related=[
                Party(relation="department", organisation_id=place_id),
                Party(relation="organisation", organisation_id=place_id),
            ],
        ).id
    for name, values in (("mia", {"outcome": "approve"}), ("bob", {"accepted": "yes"})):
        with engine.begin(people[name]) as uow:
            own = sa.select(Task).where(Task.state.in_(("ready", "claimed")))
            if name == "bob":
                own = own.where(Task.item == people["bob"].user_id)
            task = uow.session.scalars(own).one()
            if task.assignee_id is None:
                task = tasks.claim(uow, task.id)
            tasks.complete(uow, task.id, values, revision=task.revision)
    stored_cases.write(database, path, now=clock.now().isoformat(), instance=instance_id)
    database.dispose()


def supervision(folder: Path, path: Path) -> None:
    """In the middle of rectification: two problems, one of them already done and checked."""
    database, clock = _database(folder), ManualClock(START)
    engine = Engine(database, clock, [supervised.PACKAGE], folder)
    with engine.begin(SYSTEM) as uow:
        working_calendar.seed(uow)
        definitions.deploy(uow, supervised.PACKAGE)
    sample.load(engine, add_user=_add_user)
    office = Office(engine=engine, clock=clock)
    second = {**phases.PROBLEM, "title": "消防通道堆物", "facts": "东侧通道堆放课桌。"}
    instance_id = office.open("county_staff1", "129901-S1", title="食堂与消防专项督导")
    phases.prepare(office, visit_on="2026-04-20")
    phases.inspect(office, visit_on="2026-04-20", problems=[phases.PROBLEM, second])
    office.do("draft_feedback", by="county_staff1")
    office.serve()
    office.do("submit_defence", defence="waived")
    wanted = {"requirement": "按规定整改并建立台账。", "limit_class": "B"}
    office.do("draft_opinion_letter", by="county_staff1", problems=wanted)
    office.serve()
    office.do("triage_clues", by="county_staff1", accountability_clue=False)
    phases.report(office)
    phases.order_rectification(office)
    phases.rectify(office)
    stored_cases.write(database, path, now=clock.now().isoformat(), instance=instance_id)
    database.dispose()


if __name__ == "__main__":
    main()
