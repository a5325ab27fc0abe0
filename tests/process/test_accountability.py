"""Accountability from the clue to the archive, on a clue found at the triage of a case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.clock import local_date
from engine.errors import Conflict, Invalid, NotAllowed
from engine.states import InstanceState
from engine.tables import Event, PaperAct
from supervision.tables import Accountability, Approval, Measure, Publication, Remedy
from supervision.terms import (
    AccountabilityState,
    ApprovalStep,
    CaseStage,
    MeasureState,
    Phase,
    RemedyResult,
)
from tests.process import phases
from tests.process.office import SYSTEM, Office


def case_with_clue(
    office: Office, *, unit: str = "129901-S1", staff: Mapping[str, str] = phases.COUNTY
) -> str:
    """A case whose problem is rectified, with a clue for accountability that stays."""
    name = f"clue-{unit}-{staff['staff']}"
    return office.begin_with(name, lambda: _play_until_clue(office, unit, staff))


def _play_until_clue(office: Office, unit: str, staff: Mapping[str, str]) -> str:
    instance_id = office.open(staff["staff"], unit, title="违规补课专项督导")
    phases.prepare(office, staff=staff, visit_on="2026-04-20")
    phases.inspect(office, visit_on="2026-04-20")
    clue = {**phases.CLUE, "activity_ended_on": "2026-04-20", "problem_ids": []}
    phases.conclude(office, staff=staff, clue=clue)
    phases.report(office, staff=staff)
    phases.order_rectification(office, staff=staff)
    phases.rectify(office)
    phases.finish_rectification(office)
    return instance_id


def test_a_clue_goes_through_decision_execution_and_publication_to_the_archive(
    office: Office,
) -> None:
    instance_id = case_with_clue(office)
    phases.investigate(office)
    phases.hear(office)
    phases.propose_decision(office)
    phases.decide(office)
    phases.execute_circular(office, chair="county_chair")
    phases.publish_decision(office)
    phases.file_decision(office)
    office.do("seek_remedy", remedy="none")
    office.do("monitor_result", by="county_staff1", monitoring="corrected")
    phases.close(office)

    case = office.case(instance_id)
    assert case.stage == CaseStage.ARCHIVED
    assert office.state(instance_id) == InstanceState.COMPLETED
    [record] = office.rows(Accountability)
    assert record.state == AccountabilityState.ARCHIVED
    [measure] = office.rows(Measure, Measure.phase == Phase.ACCOUNTABILITY)
    assert measure.state == MeasureState.DONE
    [approval] = office.rows(Approval, Approval.step == ApprovalStep.DECISION)
    assert approval.post_group == "district_chair"
    assert len(office.rows(Publication, Publication.published_on.is_not(None))) == 3


def test_who_signed_as_office_head_cannot_approve_as_vice_chair(office: Office) -> None:
    case_with_clue(office)
    phases.investigate(office)
    phases.hear(office)
    phases.propose_decision(office)
    with pytest.raises((Conflict, NotAllowed)) as refused:
        office.do("approve_accountability", by="county_head", outcome="approved")
    assert refused.value.code in {"signed-as-head", "separation-of-duties", "separated"}
    office.do("approve_accountability", by="county_vice", outcome="approved")


def test_a_chair_who_asks_for_more_facts_gets_a_second_round(office: Office) -> None:
    case_with_clue(office)
    phases.investigate(office)
    phases.hear(office)
    phases.propose_decision(office)
    office.days(40)  # the thirty days since the group are over
    office.do("approve_accountability", by="county_chair", outcome="returned", opinion="请补充证据")
    again = office.task("find_facts")
    assert again.due_at is not None
    assert (local_date(again.due_at - timedelta(seconds=1)) - office.today).days >= 30
    phases.find_facts(office)
    office.do("decide_start", by="county_head", outcome="yes")
    phases.hear(office, defence="waived")
    phases.propose_decision(office)
    phases.decide(office)
    [record] = office.rows(Accountability)
    assert record.issued_on == office.today


def test_each_inquiry_may_be_extended_once_before_its_own_end(office: Office) -> None:
    case_with_clue(office)
    phases.investigate(office)
    phases.hear(office)
    phases.propose_decision(office)
    office.days(40)
    office.do("approve_accountability", by="county_chair", outcome="returned", opinion="请补充证据")
    returned_on = office.today
    office.days(20)
    office.do("find_facts", by="county_staff1", outcome="extend")
    assert office.context("extend_facts")["limit_on"] >= str(returned_on + timedelta(days=30))
    office.do("extend_facts", by="county_head", outcome="approved")
    office.days(20)
    with pytest.raises(Conflict, match="已经延长过一次"):
        office.do("find_facts", by="county_staff1", outcome="extend")
    phases.find_facts(office)
    [record] = office.rows(Accountability)
    assert record.is_facts_extended


def test_a_silent_member_unit_is_shown_as_no_feedback_and_never_as_agreement(
    office: Office,
) -> None:
    case_with_clue(office)
    phases.investigate(office)
    phases.hear(office)
    phases.propose_decision(office, answered=False)
    office.do("reply_consultation", reply="object", text="事实不清")
    office.days(25)
    office.do("submit_opinion", by="county_staff1")
    shown = office.context("approve_accountability")["consultation"]
    assert "未反馈" in shown
    assert "不同意 事实不清" in shown


def test_a_late_investigation_group_needs_the_chairs_reason_and_then_goes_on(
    office: Office,
) -> None:
    case_with_clue(office)
    office.go_to("2026-07-20")
    phases.investigate(office)
    assert "justify_late_start" in office.waiting()
    with pytest.raises(NotAllowed):
        office.do("justify_late_start", by="county_vice", reason="节假日")
    office.do("justify_late_start", by="county_chair", reason="核实线索耗时")
    office.do("approve_by_office_head", by="county_head", outcome="approved")
    phases.find_facts(office)
    [record] = office.rows(Accountability)
    assert record.group_late_reason == "核实线索耗时"
    assert record.group_late_by == office.actor("county_chair").user_id


def test_the_office_is_warned_twice_before_the_sixty_days_are_over(office: Office) -> None:
    case_with_clue(office)
    office.go_to("2026-07-01")
    with office.engine.read(SYSTEM) as uow:
        alarms = uow.session.scalars(
            sa.select(Event).where(Event.kind == "accountability.alarm").order_by(Event.seq)
        ).all()
    assert len(alarms) == 2
    assert (alarms[1].at - alarms[0].at).days == 10  # at −15 and at −5 days
    assert {alarm.audience for alarm in alarms} == {"internal"}


def test_a_case_of_the_city_is_decided_by_its_committee_and_appealed_outside(
    office: Office,
) -> None:
    instance_id = case_with_clue(office, unit="120000-S1", staff=phases.CITY)
    phases.investigate(office, staff=phases.CITY)
    phases.hear(office, staff=phases.CITY)
    phases.propose_decision(office, staff=phases.CITY)
    with pytest.raises((Conflict, NotAllowed)):  # he heads the Office and its host
        office.do("approve_accountability", by="city_head", outcome="approved")
    phases.decide(office, staff=phases.CITY, chair="city_vice")
    office.do("seek_remedy", remedy="appeal")
    phases.execute_circular(office, staff=phases.CITY, chair="city_chair")
    phases.publish_decision(office, staff=phases.CITY)
    phases.file_decision(office, staff=phases.CITY)
    office.do("monitor_result", by="city_staff1", monitoring="corrected")
    office.do("send_to_appraisal", by="city_staff1")
    outside = phases.outside(office)
    task = outside.task("record_outside_appeal")
    answer = {"document_no": "国教督办申〔2026〕1号", "result": "upheld"}
    with pytest.raises(AssertionError, match="nobody may take"):
        office.do("record_outside_appeal", **answer)
    yesterday = office.today - timedelta(days=1)
    with pytest.raises(Invalid) as differs:
        outside.record(task, decided_on=yesterday.isoformat(), **answer)
    assert [fault.pointer for fault in differs.value.errors] == ["/values/decided_on"]
    outside.do("record_outside_appeal", **answer)
    office.do("archive_case", by="city_staff1")
    assert office.case(instance_id).stage == CaseStage.ARCHIVED
    [remedy] = office.rows(Remedy)
    assert remedy.result == RemedyResult.UPHELD
    assert remedy.instance_id != instance_id
    marks = office.rows(PaperAct, PaperAct.group == "outside_office")
    appeal = [mark for mark in marks if mark.instance_id == remedy.instance_id]
    assert (len(marks), len(appeal)) == (3, 1), "two receipts of filings and the appeal"
    recorder, second = (office.actor(n).user_id for n in ("city_staff1", "city_staff2"))
    assert {(mark.recorded_by, mark.confirmed_by) for mark in marks} == {(recorder, second)}
