"""The unit is reminded of its rectification plan some days before its end, if it still owes it."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from engine.states import DeadlineState
from engine.tables import Deadline, Event
from tests.process import phases
from tests.process.office import SYSTEM, Office

VISIT = "2026-04-20"


def ordered(office: Office) -> date:
    """A case whose order was received; the last day of its plan."""
    office.open("county_staff1", "129901-S1", visit_on=VISIT)
    phases.prepare(office, visit_on=VISIT)
    phases.inspect(office, visit_on=VISIT)
    phases.conclude(office)
    office.do("draft_rectification_order", by="county_staff1", problems={"limit_class": "B"})
    office.serve()
    with office.engine.read(SYSTEM) as uow:
        return (
            uow.session.scalars(
                sa.select(Deadline.due_on).where(
                    Deadline.key == "plan.submit", Deadline.state == DeadlineState.OPEN
                )
            ).first()
            or date.min
        )


def reminders(office: Office) -> list[Event]:
    with office.engine.read(SYSTEM) as uow:
        return list(uow.session.scalars(sa.select(Event).where(Event.kind == "plan.reminder")))


def test_five_days_before_its_end_the_unit_is_reminded_of_its_plan(office: Office) -> None:
    due = ordered(office)
    office.go_to(date.fromordinal(due.toordinal() - 5))
    assert reminders(office) == []
    office.go_to(date.fromordinal(due.toordinal() - 4))
    [event] = reminders(office)
    assert event.audience == "unit"
    office.go_to(due)
    assert len(reminders(office)) == 1


def test_who_has_handed_in_the_plan_is_not_reminded(office: Office) -> None:
    due = ordered(office)
    office.do("submit_plan")
    office.go_to(due)
    assert reminders(office) == []
