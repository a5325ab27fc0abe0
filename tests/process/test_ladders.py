"""The family's own ladders under a moved clock: who hears of a running clock, and when."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from engine import tasks
from engine.administration import parameters
from engine.clock import LOCAL_ZONE
from engine.errors import Conflict
from engine.handover import urging
from engine.identity import people
from engine.reminding.notifications import REMINDER
from engine.reminding.rungs import DEFAULT
from engine.tables import Deadline, Notification, User
from processes.supervision.package import PACKAGE
from tests.process import phases
from tests.process.office import SYSTEM, Office

VISIT = "2026-04-20"

#: (offset, local time) → usernames
Told = dict[tuple[int, str], set[str]]


def told(office: Office, deadline: str) -> Told:
    """Of the clocks of one kind: when which rung was told, and to whom."""
    with office.engine.read(SYSTEM) as uow:
        rows = uow.session.execute(
            sa.select(Notification, User.username)
            .join(User, User.id == Notification.user_id)
            .join(Deadline, Deadline.id == Notification.deadline_id)
            .where(Notification.kind == REMINDER, Deadline.key == deadline)
        )
        found: Told = {}
        for row, username in rows:
            at = f"{row.created_at.astimezone(LOCAL_ZONE):%m-%d %H:%M}"
            found.setdefault((row.data["offset"], at), set()).add(username)
        return found


def due_on(office: Office, deadline: str) -> date:
    with office.engine.read(SYSTEM) as uow:
        query = sa.select(Deadline.due_on).where(Deadline.key == deadline)
        return uow.session.scalars(query.order_by(Deadline.opened_at.desc())).first() or date.min


def holders(office: Office, element_id: str) -> set[str]:
    """Who may take the open task."""
    task = office.task(element_id)
    with office.engine.read(SYSTEM) as uow:
        return {user.username for user in people.people_for(uow, uow.session.merge(task))}


def test_a_unit_is_reminded_of_its_defence_until_the_last_day_and_never_after(
    office: Office,
) -> None:
    office.open("county_staff1", "129901-S1", visit_on=VISIT)
    phases.prepare(office, visit_on=VISIT)
    phases.inspect(office, visit_on=VISIT)
    office.do("draft_feedback", by="county_staff1")
    office.serve()
    unit = holders(office, "submit_defence")
    assert unit == {"school_head", "school_contact"}
    end = due_on(office, "defence.preliminary")
    assert end == date(
        2026, 5, 7
    )  # ten working days over the first of May, which is no working time
    office.go_to(end + timedelta(days=14))
    assert told(office, "defence.preliminary") == {
        (-5, "04-27 08:00"): unit,
        (-1, "05-06 08:00"): unit,
        (0, "05-07 08:00"): unit,
    }


def test_what_the_office_lets_lie_goes_to_its_holder_and_then_upward(office: Office) -> None:
    office.open("county_staff1", "129901-S1", visit_on=VISIT)
    office.do("approve_case", by="county_head", outcome="approved")  # on Monday, 2 March
    staff = holders(office, "form_group")
    assert staff == {"county_staff1", "county_staff2", "county_staff3"}
    office.go_to("2026-03-20")
    assert told(office, "group.form") == {
        (-1, "03-06 08:00"): staff,
        (0, "03-09 08:00"): staff,
        (1, "03-10 08:00"): staff | {"county_head"},
        (3, "03-12 08:00"): staff | {"county_head"},
    }


def test_the_letter_that_comes_too_late_is_told_to_the_chair(office: Office) -> None:
    office.open("county_staff1", "129901-S1", visit_on=VISIT)
    phases.prepare(office, visit_on=VISIT)
    phases.inspect(office, visit_on=VISIT)
    office.do("draft_feedback", by="county_staff1")
    office.serve()
    office.do("submit_defence", defence="waived")
    staff = holders(office, "draft_opinion_letter")
    office.go_to("2026-05-29")
    assert due_on(office, "opinion.issue") == date(2026, 5, 20)
    above = staff | {"county_head", "county_chair"}
    assert told(office, "opinion.issue") == {
        (-5, "05-13 08:00"): staff,
        (-1, "05-19 08:00"): staff,
        (0, "05-20 08:00"): staff,
        (1, "05-21 08:00"): above,
        (3, "05-25 08:00"): above,
    }


def test_an_approval_is_urged_and_never_done_by_its_lapse(office: Office) -> None:
    office.open("county_staff1", "129901-S1", visit_on=VISIT)
    office.do("approve_case", by="county_head", outcome="approved")
    phases.form_group(office)
    office.do("decide_recusal", by="county_head", outcome="clear")
    office.do("draft_notice", by="county_staff1", visit_from=VISIT, visit_until=VISIT)
    office.go_to("2026-03-13")
    assert told(office, "approval.sign") == {
        (-1, "03-04 08:00"): {"county_head"},
        (0, "03-05 08:00"): {"county_head"},
        (1, "03-06 08:00"): {"county_head", "county_staff1"},
        (3, "03-10 08:00"): {"county_head", "county_staff1", "county_chair"},
    }
    assert office.waiting() == ["approve_by_office_head"]


def test_whoever_has_taken_it_is_reminded_alone_and_at_the_hour_that_the_family_names(
    office: Office,
) -> None:
    with office.engine.begin(SYSTEM) as uow:
        parameters.change(uow, "supervision", "reminders.quiet_until", value=9, source="办公会")
    office.open("county_staff1", "129901-S1", visit_on=VISIT)
    office.do("approve_case", by="county_head", outcome="approved")
    task = office.task("form_group")
    with office.engine.begin(office.actor("county_staff2")) as uow:
        tasks.claim(uow, task.id)
    office.go_to("2026-03-10")
    assert told(office, "group.form") == {
        (-1, "03-06 09:00"): {"county_staff2"},
        (0, "03-09 09:00"): {"county_staff2"},
        (1, "03-10 09:00"): {"county_staff1", "county_staff2", "county_head"},
    }


def test_between_two_urgings_lies_what_the_family_says(office: Office) -> None:
    assert PACKAGE.manifest.parameters["urge.cool_down_hours"].value == 24
    with office.engine.begin(SYSTEM) as uow:
        parameters.change(uow, "supervision", "urge.cool_down_hours", value=48, source="办公会")
    office.open("county_staff1", "129901-S1", visit_on=VISIT)
    task, staff = office.task("approve_case"), office.actor("county_staff1")
    with office.engine.begin(staff) as uow:
        urging.urge(uow, task.id, channel=urging.PHONE)
    office.clock.advance(hours=47)
    with pytest.raises(Conflict, match="间隔48小时") as refused, office.engine.begin(staff) as uow:
        urging.urge(uow, task.id, channel=urging.IN_APP)
    assert refused.value.code == "urged-recently"
    office.clock.advance(hours=1)
    with office.engine.begin(staff) as uow:
        urging.urge(uow, task.id, channel=urging.IN_APP)


def test_every_ladder_says_that_no_law_gives_its_numbers_and_names_only_readers() -> None:
    manifest = PACKAGE.manifest
    assert DEFAULT in manifest.ladders
    for ladder in manifest.ladders.values():
        assert "默认值，无法定期限" in ladder.source
        assert ladder.rungs, ladder.key
        for rung in ladder.rungs:
            for relation in [
                *rung.relations,
                *(manifest.roles[role].relation for role in rung.roles),
            ]:
                # a clock that only readers of what is internal see has no other addressees
                assert "internal" in manifest.relations[relation].audiences, (ladder.key, relation)


def test_the_clocks_of_law_of_the_office_reach_the_chair() -> None:
    manifest = PACKAGE.manifest
    for key in ("account.group", "review.decide", "appeal.correct"):
        assert manifest.deadlines[key].is_law
        late = [rung for rung in manifest.ladders[key].rungs if rung.offset > 0]
        assert all("district_chair" in rung.roles for rung in late), key
    early = [(r.offset, r.unit) for r in manifest.ladders["account.group"].rungs if r.offset < -1]
    assert early == [(-15, "days"), (-5, "days")]
