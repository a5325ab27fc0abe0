"""The thinnest whole case on every database, with its chain of history verified."""

from __future__ import annotations

import pytest

from engine.calendars import working_calendar
from engine.clock import ManualClock
from engine.record import history
from engine.repository import definitions
from engine.states import InstanceState
from processes.supervision.package import PACKAGE
from supervision import sample
from supervision.terms import CaseStage
from tests.conftest import EngineFor
from tests.process import phases
from tests.process.office import SYSTEM, Office
from tests.unit.supervision.conftest import add_user


@pytest.fixture
def office(engine_for: EngineFor, clock: ManualClock) -> Office:
    engine = engine_for(PACKAGE)
    with engine.begin(SYSTEM) as uow:
        working_calendar.seed(uow)
        definitions.deploy(uow, PACKAGE)
    sample.load(engine, add_user=add_user)
    return Office(engine=engine, clock=clock)


def test_a_case_runs_to_its_archive_and_its_history_is_whole(office: Office) -> None:
    instance_id = office.open("county_staff1", "129901-S1")
    phases.prepare(office, visit_on="2026-04-20")
    phases.inspect(office, visit_on="2026-04-20")
    phases.conclude(office)
    phases.report(office)
    phases.order_rectification(office)
    phases.rectify(office)
    phases.finish_rectification(office)
    phases.close(office)
    assert office.case(instance_id).stage == CaseStage.ARCHIVED
    assert office.state(instance_id) == InstanceState.COMPLETED
    with office.engine.read(SYSTEM) as uow:
        assert list(history.verify(uow, instance_id)) == []
