"""The sample family from the request to the booking, on every database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from engine import instances, messages, runner, starting, tasks, waits
from engine.actor import Actor
from engine.calendars import working_calendar
from engine.clock import ManualClock
from engine.engine import Engine
from engine.errors import Invalid
from engine.handover import returns
from engine.handover.returns import Mode
from engine.permission import access
from engine.permission.parties import Party
from engine.record import history
from engine.signoff import signing
from engine.states import InstanceState
from engine.tables import Event, Instance, Organisation, Task
from processes.leave_request.package import BOOKED, PACKAGE
from tests import factories
from tests.conftest import EngineFor


@dataclass
class Department:
    """A department with its people."""

    engine: Engine
    clock: ManualClock
    organisation_id: str
    people: dict[str, Actor]

    def ask(self, **values: Any) -> str:
        """Ann asks for leave; the id of the instance."""
        request = {
            "applicant": "Ann",
            "reason": "annual",
            "starts_on": "2026-03-16",
            "ends_on": "2026-03-18",
            "colleagues": [self.people["bob"].user_id],
            **values,
        }
        with self.engine.begin(self.people["ann"]) as uow:
            return instances.start(
                uow,
                "leave_request",
                title="请假",
                variables=request,
                related=[
                    Party(relation="department", organisation_id=self.organisation_id),
                    Party(relation="organisation", organisation_id=self.organisation_id),
                ],
            ).id

    def do(self, element_id: str, by: str, **values: Any) -> None:
        """Somebody completes the oldest open task of an element."""
        with self.engine.begin(self.people[by]) as uow:
            task = uow.session.scalars(
                sa.select(Task)
                .where(Task.element_id == element_id, Task.state.in_(waits.OPEN_TASKS))
                .order_by(Task.created_at)
            ).first()
            assert task is not None, element_id
            if task.assignee_id != uow.actor.user_id:
                task = tasks.claim(uow, task.id)
            tasks.complete(uow, task.id, values, revision=task.revision)
        runner.run_all_due(self.engine)

    def sign(self, by: str, choice: str, opinion: str = "") -> None:
        """One of those who sign a long leave votes."""
        with self.engine.begin(self.people[by]) as uow:
            seat = uow.session.scalars(
                sa.select(Task).where(Task.element_id == "sign_long_leave", Task.state == "ready")
            ).all()
            mine = next(row for row in seat if "claim" in access.allowed_acts(uow, row))
            held = tasks.claim(uow, mine.id)
            values = {"arranged": "yes"}
            signing.vote(
                uow, held.id, choice, values=values, opinion=opinion, revision=held.revision
            )
        runner.run_all_due(self.engine)

    def days(self, count: float) -> None:
        """Let time pass."""
        self.clock.advance(days=count)
        runner.run_all_due(self.engine)

    def waiting(self) -> list[str]:
        """The elements of the open tasks."""
        with self.engine.read(factories.SYSTEM) as uow:
            return sorted(
                uow.session.scalars(
                    sa.select(Task.element_id).where(Task.state.in_(waits.OPEN_TASKS))
                )
            )

    def state(self, instance_id: str) -> str:
        """The state of an instance."""
        with self.engine.read(factories.SYSTEM) as uow:
            return uow.session.get_one(Instance, instance_id).state

    def events(self, kind: str) -> list[dict[str, Any]]:
        """What events of a kind say."""
        with self.engine.read(factories.SYSTEM) as uow:
            ids = uow.session.scalars(sa.select(Event.id).where(Event.kind == kind)).all()
            return [history.payload_of(uow, id_) for id_ in ids]


@pytest.fixture
def department(engine_for: EngineFor, clock: ManualClock) -> Department:
    engine = engine_for(PACKAGE)
    factories.deploy(engine, "leave_request")
    with engine.begin(factories.SYSTEM) as uow:
        working_calendar.seed(uow, range(2026, 2028))
        place: Organisation = factories.organisation(uow, "dept")
        people = {
            "ann": factories.person(uow, "ann", ("applicant", place)),
            "bob": factories.person(uow, "bob", ("colleague", place)),
            "mia": factories.person(uow, "mia", ("manager", place)),
            "dan": factories.person(uow, "dan", ("director", place)),
            "hal": factories.person(uow, "hal", ("hr", place)),
        }
        place_id = place.id
    return Department(engine=engine, clock=clock, organisation_id=place_id, people=people)


def test_an_approved_leave_is_handed_over_and_booked_when_it_begins(
    department: Department,
) -> None:
    instance_id = department.ask()
    department.do("approve_by_manager", "mia", outcome="approve")
    assert department.waiting() == ["accept_handover"]
    department.do("accept_handover", "bob", accepted="yes")
    assert department.waiting() == []
    department.days(15)
    department.days(0.1)  # the booking settles for an hour
    [booking] = department.events(BOOKED)
    assert (booking["starts_on"], booking["ends_on"]) == ("2026-03-16", "2026-03-18")
    assert department.state(instance_id) == InstanceState.COMPLETED
    [told] = department.events("leave.announced")
    assert told["days"] == 3


def test_a_manager_who_does_not_answer_is_reminded_and_then_the_director_decides(
    department: Department,
) -> None:
    department.ask()
    department.days(1.1)
    assert department.events("leave.reminded")
    department.days(3)
    assert department.waiting() == ["approve_by_director"]
    department.do("approve_by_director", "dan", outcome="reject", opinion="人手不够")
    assert department.waiting() == []


def test_an_overlapping_leave_is_caught_and_the_personnel_office_resolves_it(
    department: Department,
) -> None:
    for _ in range(2):
        department.ask(colleagues=[])
        department.do("approve_by_manager", "mia", outcome="approve")
    department.days(15)
    assert department.waiting() == ["resolve_clash"]
    department.do("resolve_clash", "hal", resolution="改到四月")
    assert len(department.events(BOOKED)) == 1


def test_a_leave_that_is_withdrawn_is_never_booked(department: Department) -> None:
    instance_id = department.ask()
    with department.engine.begin(department.people["ann"]) as uow:
        messages.correlate(uow, "leave_withdrawn", instance_id=instance_id)
    department.days(20)
    assert department.state(instance_id) == InstanceState.COMPLETED
    assert department.events(BOOKED) == []


def test_who_asks_for_leave_chooses_among_the_people_of_the_department(
    department: Department,
) -> None:
    with department.engine.read(department.people["ann"]) as uow:
        found = starting.start_data(uow, PACKAGE)
    names = [row["label"] for row in found["colleague_options"]]
    assert names == ["bob", "dan", "hal", "mia"]


def test_a_leave_asked_for_by_its_form_reaches_the_director_above_the_department(
    engine_for: EngineFor, clock: ManualClock
) -> None:
    engine = engine_for(PACKAGE)
    factories.deploy(engine, "leave_request")
    with engine.begin(factories.SYSTEM) as uow:
        working_calendar.seed(uow, range(2026, 2028))
        house = factories.organisation(uow, "house")
        place = factories.organisation(uow, "dept", parent=house)
        ann = factories.person(uow, "ann", ("applicant", place))
        factories.person(uow, "mia", ("manager", place))
        dan = factories.person(uow, "dan", ("director", house))
    values = {
        "applicant": "Ann",
        "reason": "annual",
        "starts_on": "2026-03-16",
        "ends_on": "2026-03-18",
        "colleagues": [],
    }
    with engine.begin(ann) as uow:
        instance_id = starting.by_person(uow, "leave_request", values).id
    clock.advance(days=5)  # the manager's two working days are over
    runner.run_all_due(engine)
    with engine.begin(dan) as uow:
        [task] = uow.session.scalars(
            sa.select(Task).where(Task.instance_id == instance_id, Task.state.in_(waits.OPEN_TASKS))
        )
        assert task.element_id == "approve_by_director"
        tasks.claim(uow, task.id)


LONG = {"starts_on": "2026-03-16", "ends_on": "2026-04-20"}


def test_a_long_leave_is_signed_by_the_director_and_the_personnel_office(
    department: Department,
) -> None:
    instance_id = department.ask(**LONG)
    department.do("approve_by_director", "dan", outcome="approve")
    assert department.waiting() == ["sign_long_leave", "sign_long_leave"]
    department.sign("hal", "agree")
    assert department.waiting() == ["sign_long_leave"]
    department.sign("dan", "agree")
    assert department.waiting() == ["accept_handover"]
    assert department.state(instance_id) == InstanceState.ACTIVE


def test_who_does_not_sign_says_why_and_the_leave_is_not_given(department: Department) -> None:
    instance_id = department.ask(**LONG)
    department.do("approve_by_director", "dan", outcome="approve")
    with pytest.raises(Invalid) as refused:
        department.sign("hal", "refuse")
    assert refused.value.code == "opinion-required"
    department.sign("hal", "refuse", opinion="年末人手不足")
    assert department.waiting() == []
    assert department.state(instance_id) == InstanceState.COMPLETED
    assert department.events(BOOKED) == []


def test_who_refuses_a_leave_says_why(department: Department) -> None:
    department.ask()
    with pytest.raises(Invalid):
        department.do("approve_by_manager", "mia", outcome="reject")
    assert department.waiting() == ["approve_by_manager"]
    department.do("approve_by_manager", "mia", outcome="reject", opinion="月底盘点")
    assert department.waiting() == []


def test_a_colleague_sends_the_leave_back_to_who_approved_it(department: Department) -> None:
    instance_id = department.ask()
    department.do("approve_by_manager", "mia", outcome="approve")
    with department.engine.begin(department.people["bob"]) as uow:
        [task] = uow.session.scalars(sa.select(Task).where(Task.element_id == "accept_handover"))
        [step] = returns.destinations(uow, task.id)
        assert (step.task.element_id, step.is_previous, step.again) == (
            "approve_by_manager",
            True,
            ("告知人事",),
        )
        assert Mode.ONLY not in step.refused
        returns.send_back(
            uow,
            task.id,
            to=step.task.id,
            mode=Mode.ONLY,
            opinion="那几天我也请了假",
            revision=task.revision,
        )
    assert department.waiting() == ["approve_by_manager"]
    department.do("approve_by_manager", "mia", outcome="approve", opinion="改由两人分担")
    assert len(department.events("leave.announced")) == 2
    department.do("accept_handover", "bob", accepted="yes")
    department.days(15)
    department.days(0.1)
    assert len(department.events(BOOKED)) == 1
    assert department.state(instance_id) == InstanceState.COMPLETED
