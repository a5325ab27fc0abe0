"""Accountability from the clue to the archive, on a clue found at the triage of a case."""

from __future__ import annotations

import pytest

from engine.errors import Conflict, NotAllowed
from engine.states import InstanceState
from supervision.tables import Accountability, Approval, Measure, Publication
from supervision.terms import (
    AccountabilityState,
    ApprovalStep,
    CaseStage,
    MeasureState,
    Phase,
)
from tests.process import phases
from tests.process.office import Office


def case_with_clue(office: Office, *, unit: str = "129901-S1") -> str:
    """A case whose problem is rectified, with a clue for accountability that stays."""
    instance_id = office.open("county_staff1", unit, title="违规补课专项督导")
    phases.prepare(office, visit_on="2026-04-20")
    phases.inspect(office, visit_on="2026-04-20")
    phases.conclude(
        office, clue={**phases.CLUE, "activity_ended_on": "2026-04-20", "problem_ids": []}
    )
    phases.report(office)
    phases.order_rectification(office)
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
    assert refused.value.code in {"signed-as-head", "separation-of-duties", "not-allowed"}
    office.do("approve_accountability", by="county_vice", outcome="approved")


def test_a_chair_who_asks_for_more_facts_gets_a_second_round(office: Office) -> None:
    case_with_clue(office)
    phases.investigate(office)
    phases.hear(office)
    phases.propose_decision(office)
    office.do("approve_accountability", by="county_chair", outcome="returned", opinion="请补充证据")
    phases.find_facts(office)
    office.do("decide_start", by="county_head", outcome="yes")
    phases.hear(office, defence="waived")
    phases.propose_decision(office)
    phases.decide(office)
    [record] = office.rows(Accountability)
    assert record.issued_on == office.today


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
