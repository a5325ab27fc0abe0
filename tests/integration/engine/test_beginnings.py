"""Cases that begin by themselves: at a time, or by a signal."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import sqlalchemy as sa

from engine import advance, runner
from engine.clock import ManualClock
from engine.package import ProcessPackage
from engine.permission.parties import Party
from engine.repository import definitions
from engine.repository.start_timers import TIMER_KIND
from engine.states import DefinitionState, JobState
from engine.tables import Definition, Instance, Job
from engine.unit_of_work import UnitOfWork
from tests import models
from tests.conftest import EngineFor
from tests.driver import SYSTEM, Driver
from tests.models import bpmn, flows, user

PLAIN = (
    "<startEvent id='start'/>"
    + user("ask")
    + "<endEvent id='end'/>"
    + flows("start>ask", "ask>end")
)
ALARM = "<signalEventDefinition signalRef='s'/>"


def timed(*starts: str, task: str = "look") -> str:
    """A process `timed` that begins at these times, or when the alarm is thrown."""
    begins = "".join(
        f"<startEvent id='at{number}'><timerEventDefinition>{text}</timerEventDefinition></startEvent>"
        for number, text in enumerate(starts)
    )
    body = begins + f"<startEvent id='alarmed'>{ALARM}</startEvent>" + user(task)
    body += "<endEvent id='end'/>" + flows(f"alarmed>{task}", f"{task}>end")
    body += flows(*(f"at{number}>{task}" for number in range(len(starts))))
    return bpmn("timed", body, extra="<signal id='s' name='alarm'/>")


class House:
    """A family whose second process begins by itself."""

    def __init__(self, engine_for: EngineFor, clock: ManualClock, folder: Path, model: str) -> None:
        self.folder = folder
        package = dataclasses.replace(self.package(model), event_parties=self.parties)
        self.case = Driver(engine=engine_for(package), clock=clock).set_up()

    def package(self, model: str) -> ProcessPackage:
        place = self.folder / str(len(list(self.folder.iterdir())))
        place.mkdir()
        return models.family(place, bpmn("main", PLAIN), model)

    def parties(self, uow: UnitOfWork, process: str) -> list[Party]:
        assert process == "timed"
        return [Party(relation="office", organisation_id=self.case.office_id)]

    def deploy(self, model: str) -> None:
        with self.case.engine.begin(SYSTEM) as uow:
            package = uow.engine.package(self.case.family)
            definitions.deploy(uow, package, files=self.package(model).files)

    def begun(self) -> list[Instance]:
        with self.case.engine.read(SYSTEM) as uow:
            return list(uow.session.scalars(sa.select(Instance).order_by(Instance.started_at)))

    def armed(self) -> int:
        with self.case.engine.read(SYSTEM) as uow:
            query = sa.select(sa.func.count()).where(
                Job.kind == TIMER_KIND, Job.state == JobState.SCHEDULED
            )
            return uow.session.scalar(query) or 0


def test_a_case_begins_at_a_date_after_a_while_and_again_and_again(
    engine_for: EngineFor, clock: ManualClock, tmp_path: Path
) -> None:
    model = timed(
        "<timeDate>2026-03-05</timeDate>",
        "<timeDuration>P5D</timeDuration>",
        "<timeCycle>R2/P7D</timeCycle>",
        "<timeDate>2020-01-01</timeDate>",
    )
    house = House(engine_for, clock, tmp_path, model)
    assert (house.begun(), house.armed()) == ([], 3)  # what has passed begins nothing
    for days, count in ((1, 0), (2, 1), (2, 2), (2, 3), (7, 4), (70, 4)):
        house.case.pass_time(days=days, seconds=1)
        assert len(house.begun()) == count
    assert house.armed() == 0
    starts = [house.case.visited(each.id) for each in house.begun()]
    assert starts == [["at0"], ["at1"], ["at2"], ["at2"]]
    first = house.begun()[0]
    assert (first.family, first.started_by, first.business_key) == (house.case.family, None, None)
    assert house.case.incidents(first.id) == []
    house.case.complete(first.id, "look")  # the family says who is a party
    assert house.case.state(first.id) == "completed"


def test_a_new_version_takes_over_and_missed_rounds_are_not_made_up_for(
    engine_for: EngineFor, clock: ManualClock, tmp_path: Path
) -> None:
    weekly = "<timeCycle>R/P7D</timeCycle>"
    house = House(engine_for, clock, tmp_path, timed(weekly))
    house.case.pass_time(days=30)
    assert (len(house.begun()), house.armed()) == (1, 1)
    house.deploy(timed(weekly, task="newer"))
    assert house.armed() == 1
    house.case.pass_time(days=6)
    assert len(house.begun()) == 1
    house.case.pass_time(days=1, seconds=1)
    assert [house.case.waiting(each.id) for each in house.begun()] == [["look"], ["newer"]]
    house.deploy(timed(task="newest"))
    assert house.armed() == 0


def test_a_process_that_takes_no_new_cases_begins_none(
    engine_for: EngineFor, clock: ManualClock, tmp_path: Path
) -> None:
    house = House(engine_for, clock, tmp_path, timed("<timeCycle>R/P7D</timeCycle>"))
    state(house, DefinitionState.SUSPENDED)
    house.case.pass_time(days=20)
    assert (house.begun(), house.armed()) == ([], 1)
    state(house, DefinitionState.ACTIVE)
    house.case.pass_time(hours=1, seconds=1)
    assert len(house.begun()) == 1


def state(house: House, target: DefinitionState) -> None:
    with house.case.engine.begin(SYSTEM) as uow:
        uow.session.execute(sa.update(Definition).values(state=target))


def test_a_case_that_a_signal_begins_has_the_parties_of_the_family(
    engine_for: EngineFor, clock: ManualClock, tmp_path: Path
) -> None:
    house = House(engine_for, clock, tmp_path, timed("<timeDuration>P5D</timeDuration>"))
    with house.case.engine.begin(SYSTEM) as uow:
        advance.broadcast(uow, "alarm")
    runner.run_all_due(house.case.engine)
    [begun] = house.begun()
    house.case.complete(begun.id, "look")
    assert sorted(house.case.visited(begun.id)) == ["alarmed", "end", "look"]
