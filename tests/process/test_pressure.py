"""After a failed recheck: the supervision notice, further measures, joint duty."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.errors import Invalid
from engine.states import InstanceState
from supervision.tables import Interview, Measure, Problem, SupervisionCase, UrgingReport
from supervision.terms import CaseStage, CaseType, MeasureKind, MeasureState, ProblemState
from tests.process import phases
from tests.process.office import Office


def failed_recheck(office: Office, unit: str = "129901-S1") -> str:
    """A case whose one problem was found unfinished; the ledger asks for pressure."""
    return office.begin_with(f"failed-{unit}", lambda: _play_until_failed(office, unit))


def _play_until_failed(office: Office, unit: str) -> str:
    instance_id = office.open("county_staff1", unit, title="食堂食品安全专项督导")
    phases.prepare(office, visit_on="2026-04-20")
    phases.inspect(office, visit_on="2026-04-20")
    phases.conclude(office)
    phases.report(office)
    phases.order_rectification(office)
    phases.rectify(office, verification="failed")
    phases.finish_rectification(office)
    return instance_id


def test_a_failed_recheck_is_followed_by_a_supervision_notice_and_a_second_recheck(
    office: Office,
) -> None:
    instance_id = failed_recheck(office)
    assert office.waiting() == ["draft_supervision_notice"]
    assert office.case(instance_id).stage == CaseStage.PRESSURE
    office.do("draft_supervision_notice", by="county_staff1", notice_choice="issue")
    office.serve()
    office.do(
        "choose_measures",
        by="county_head",
        measures={"choice": "omit", "reason": "先督办"},
        accountability="no",
    )
    phases.rectify(office)
    office.do("report_urging")
    phases.close(office)

    case = office.case(instance_id)
    assert case.stage == CaseStage.ARCHIVED
    [notice] = office.rows(Measure, Measure.kind == MeasureKind.SUPERVISION_NOTICE)
    assert notice.state == MeasureState.DONE
    assert len(office.rows(UrgingReport)) == 2
    assert office.rows(Problem)[0].state == ProblemState.CLOSED


def test_leaving_the_notice_out_needs_the_office_heads_own_reason(office: Office) -> None:
    failed_recheck(office)
    office.do(
        "draft_supervision_notice",
        by="county_staff1",
        notice_choice="omit",
        omission_reason="校长已更换",
    )
    office.do("justify_omission", by="county_head", outcome="omit", reason="校长已更换，另行约谈")
    [notice] = office.rows(Measure, Measure.kind == MeasureKind.SUPERVISION_NOTICE)
    assert notice.state == MeasureState.OMITTED
    assert notice.omitted_by == office.actor("county_head").user_id
    assert notice.omit_reason == "校长已更换，另行约谈"
    assert "choose_measures" in office.waiting()


def test_an_interview_is_announced_in_time_and_its_record_lies_with_three_authorities(
    office: Office,
) -> None:
    instance_id = failed_recheck(office)
    office.do("draft_supervision_notice", by="county_staff1", notice_choice="issue")
    office.serve()
    office.do(
        "choose_measures",
        by="county_head",
        measures=[
            {"choice": "adopt", "person_name": "范知行", "person_post": "校长"},
            {"choice": "omit"},
            {"choice": "omit"},
            {"choice": "omit"},
        ],
        accountability="no",
    )
    soon = office.today.isoformat() + "T09:00"
    with pytest.raises(Invalid) as refused:
        office.do(
            "draft_interview_notice",
            by="county_staff1",
            planned_at=soon,
            interviewers=people(office, "draft_interview_notice"),
        )
    assert refused.value.errors[0].code == "notice-too-short"
    held_on = office.today + timedelta(days=14)
    office.do(
        "draft_interview_notice",
        by="county_staff1",
        planned_at=f"{held_on}T09:00",
        interviewers=people(office, "draft_interview_notice"),
        leads_government=False,
    )
    office.do("approve_by_lead", by="county_head", outcome="approved")
    office.do("deliver_document")
    office.do("sign_receipt")
    office.go_to(held_on)
    office.do(
        "record_interview",
        by="county_staff2",
        interview_result="held",
        held_at=f"{held_on}T09:00",
        interviewers=people(office, "record_interview"),
    )
    [problem] = office.rows(Problem)
    assert problem.limit_on >= held_on + timedelta(days=30)  # D2: counted from the signature
    office.do("deliver_document", by="county_staff2")
    assert office.waiting().count("sign_receipt") == 3  # Party committee, government, superior
    office.do_each("sign_receipt")
    [interview] = office.rows(Interview)
    assert interview.was_attended
    [measure] = office.rows(Measure, Measure.kind == MeasureKind.RECTIFY_INTERVIEW)
    assert measure.state == MeasureState.DONE
    phases.rectify(office)
    office.do("report_urging")
    phases.close(office)
    assert office.state(instance_id) == InstanceState.COMPLETED


def people(office: Office, element_id: str, count: int = 2) -> list[str]:
    """The first of those who may interview."""
    options = office.context(element_id)["people_options"]
    return [row["value"] for row in options[:count]]


def test_a_superior_that_does_not_urge_gets_a_case_of_its_own(office: Office) -> None:
    instance_id = failed_recheck(office)
    office.do("draft_supervision_notice", by="county_staff1", notice_choice="issue")
    office.serve()
    office.do("choose_measures", by="county_head", measures={"choice": "omit"}, accountability="no")
    office.days(10)
    office.do("carry_out_rectification", outcome="report")
    phases.verify(office, verification="failed")
    assert office.waiting() == ["report_urging"]
    office.days(40)
    [joint] = office.rows(SupervisionCase, SupervisionCase.type == CaseType.JOINT_DUTY)
    case = office.case(instance_id)
    assert joint.origin_case_id == case.id
    assert joint.unit_id == case.superior_id
    office.do("assess_joint_liability", instance_id=joint.instance_id, liable="no")
    assert "draft_supervision_notice" in office.waiting()  # the case itself goes on
