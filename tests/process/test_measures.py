"""Each kind of measure on its way, and what happens when somebody does not answer."""

from __future__ import annotations

from datetime import timedelta

from supervision.tables import (
    Accountability,
    Delivery,
    Document,
    Lapse,
    Measure,
    Publication,
    SupervisionCase,
)
from supervision.terms import (
    AccountabilityState,
    CaseStage,
    CaseType,
    DocumentKind,
    LapseKind,
    MeasureKind,
    MeasureState,
    Phase,
)
from tests.process import phases
from tests.process.office import Office
from tests.process.paper import on_paper
from tests.process.test_accountability import case_with_clue
from tests.process.test_pressure import failed_recheck, people


def choose(office: Office, *kinds: MeasureKind) -> None:
    """The supervision notice is out; these measures come in addition."""
    office.do("draft_supervision_notice", by="county_staff1", notice_choice="issue")
    office.serve()
    rows = office.context("choose_measures")["measures"]
    chosen = [
        {"choice": "adopt" if row["kind"] in kinds else "omit", "reason": "理由"} for row in rows
    ]
    office.do("choose_measures", by="county_head", measures=chosen, accountability="no")


def measure(office: Office, kind: MeasureKind) -> Measure:
    """The one measure of a kind."""
    [row] = office.rows(Measure, Measure.kind == kind)
    return row


def test_a_circular_goes_to_three_authorities_with_the_chairs_approval(office: Office) -> None:
    failed_recheck(office)
    choose(office, MeasureKind.RECTIFY_CIRCULAR)
    office.do("draft_circular", by="county_staff1", legal_basis="measures_11")
    office.do("approve_by_chair", by="county_vice", outcome="approved")
    office.do("deliver_document", by="county_staff1")
    assert office.do_each("sign_receipt") == 3
    assert measure(office, MeasureKind.RECTIFY_CIRCULAR).state == MeasureState.DONE
    [circular] = office.rows(Document, Document.kind == DocumentKind.RECTIFY_CIRCULAR)
    assert circular.basis == "《若干措施》第十一条"
    served = office.rows(Delivery, Delivery.document_id == circular.id)
    assert {row.received_on for row in served} == {office.today}


def test_a_public_criticism_is_published_by_a_second_person(office: Office) -> None:
    failed_recheck(office)
    choose(office, MeasureKind.OPEN_CRITICISM)
    office.do("draft_public_criticism", by="county_staff1", scope="society")
    office.do("approve_by_chair", by="county_vice", outcome="approved")
    office.do("publish_criticism", by="county_staff2")
    [notice] = office.rows(Document, Document.kind == DocumentKind.CRITICISM_NOTICE)
    [text] = office.rows(Publication, Publication.document_id == notice.id)
    assert text.drafted_by != text.published_by
    assert measure(office, MeasureKind.OPEN_CRITICISM).state == MeasureState.DONE


def test_a_member_unit_that_does_not_answer_is_named_to_the_plenary(office: Office) -> None:
    failed_recheck(office)
    choose(office, MeasureKind.RESOURCE_ADJUSTMENT)
    office.do("draft_resource_proposal", by="county_staff1", resources=["special_funds"])
    office.do("approve_by_office_head", by="county_head", outcome="approved")
    office.do("deliver_document", by="county_staff1")
    office.do("sign_receipt")
    office.days(45)
    row = measure(office, MeasureKind.RESOURCE_ADJUSTMENT)
    assert row.state == MeasureState.UNANSWERED
    assert row.is_listed
    assert row.organ.startswith("青禾县")
    assert LapseKind.NO_REPLY in {lapse.kind for lapse in office.rows(Lapse)}


def test_who_does_not_come_to_the_interview_is_named_in_a_circular(office: Office) -> None:
    failed_recheck(office)
    choose(office, MeasureKind.RECTIFY_INTERVIEW)
    planned_on = office.today + timedelta(days=14)
    office.do(
        "draft_interview_notice",
        by="county_staff1",
        planned_at=f"{planned_on}T09:00",
        interviewers=people(office, "draft_interview_notice"),
    )
    office.do("approve_by_lead", by="county_head", outcome="approved")
    office.do("deliver_document")
    office.do("sign_receipt")
    office.go_to(planned_on)
    office.do("record_interview", by="county_staff1", interview_result="no_show")
    assert LapseKind.NO_SHOW in {lapse.kind for lapse in office.rows(Lapse)}
    office.do("draft_circular", by="county_staff1", legal_basis="measures_11")
    office.do("approve_by_chair", by="county_vice", outcome="approved")
    office.do("deliver_document", by="county_staff1")
    office.do_each("sign_receipt")
    assert measure(office, MeasureKind.RECTIFY_INTERVIEW).state == MeasureState.DONE
    assert measure(office, MeasureKind.RECTIFY_CIRCULAR).state == MeasureState.DONE


def test_a_postponed_interview_is_announced_again(office: Office) -> None:
    failed_recheck(office)
    choose(office, MeasureKind.RECTIFY_INTERVIEW)
    for _ in range(2):
        planned_on = office.today + timedelta(days=14)
        office.do(
            "draft_interview_notice",
            by="county_staff1",
            planned_at=f"{planned_on}T09:00",
            interviewers=people(office, "draft_interview_notice"),
        )
        office.do("approve_by_lead", by="county_head", outcome="approved")
        office.do("deliver_document")
        office.do("sign_receipt")
        office.go_to(planned_on)
        office.do("record_interview", by="county_staff1", interview_result="postponed")
    notices = office.rows(Document, Document.kind == DocumentKind.RECTIFY_INTERVIEW_NOTICE)
    assert len(notices) == 2
    assert len({notice.number for notice in notices}) == 2


def test_a_decision_on_unit_and_person_is_executed_by_kind(office: Office) -> None:
    case_with_clue(office)
    phases.investigate(office)
    phases.hear(office)
    person = {"target": "person", "person_name": "范知行", "person_post": "校长"}
    phases.propose_decision(
        office,
        measures=[
            {"kind": "written_review", "detail": "作出书面检查", **person},
            {"kind": "discipline", "detail": "建议给予处分", **person},
        ],
    )
    phases.decide(office)
    office.do("draft_review_order", by="county_staff1")
    office.do("approve_by_office_head", by="county_head", outcome="approved")
    office.do("deliver_document", by="county_staff1")
    office.do("sign_receipt")
    office.do("submit_self_review")
    office.do("record_self_review", by="county_staff1", result="adequate")
    office.do("draft_organ_letter", by="county_staff1")
    office.do("approve_by_chair", by="county_chair", outcome="approved")
    on_paper(office).do("record_organ_reply", result_kind="警告")
    review = measure(office, MeasureKind.WRITTEN_REVIEW)
    discipline = measure(office, MeasureKind.DISCIPLINE)
    assert (review.state, review.person_name) == (MeasureState.DONE, "范知行")
    assert (discipline.state, discipline.result_kind) == (MeasureState.ANSWERED, "警告")
    assert {row.phase for row in (review, discipline)} == {Phase.ACCOUNTABILITY}


def test_a_superior_found_liable_answers_for_itself_to_the_archive(office: Office) -> None:
    failed_recheck(office)
    office.do("draft_supervision_notice", by="county_staff1", notice_choice="issue")
    office.serve()
    office.do("choose_measures", by="county_head", measures={"choice": "omit"}, accountability="no")
    office.days(10)
    office.do("carry_out_rectification", outcome="report")
    phases.verify(office, verification="failed")
    office.days(40)
    [joint] = office.rows(SupervisionCase, SupervisionCase.type == CaseType.JOINT_DUTY)
    here = {"instance_id": joint.instance_id}
    office.do("assess_joint_liability", **here, liable="yes", reason="两轮均未督促")
    rows = office.context("choose_joint_measures")["measures"]
    chosen = [
        {
            "choice": "adopt" if row["kind"] == MeasureKind.RECTIFY_CIRCULAR else "omit",
            "reason": "理由",
        }
        for row in rows
    ]
    office.do("choose_joint_measures", **here, measures=chosen, accountability="no")
    office.do("draft_circular", by="county_staff1", **here, legal_basis="measures_11")
    office.do("approve_by_chair", by="county_chair", **here, outcome="approved")
    office.do("deliver_document", by="county_staff1", **here)
    office.do_each("sign_receipt", **here)
    office.do("send_to_appraisal", by="county_staff1", **here)
    office.do("archive_case", by="county_staff1", **here)
    assert office.case(joint.instance_id).stage == CaseStage.ARCHIVED


def test_the_time_for_facts_is_extended_once(office: Office) -> None:
    case_with_clue(office)
    options = office.context("form_working_group")
    office.do(
        "form_working_group",
        by="county_staff1",
        object_kind="unit",
        members=[row["value"] for row in options["people_options"][:3]],
    )
    office.do("approve_by_office_head", by="county_head", outcome="approved")
    formed_on = office.today
    office.do("find_facts", by="county_staff1", outcome="extend", extension_reason="账目多")
    shown = office.context("extend_facts")
    assert shown["reason"] == "账目多"
    office.do("extend_facts", by="county_head", outcome="approved")
    due = office.task("find_facts").due_at
    assert due is not None
    assert due.date() > formed_on + timedelta(days=40)
    phases.find_facts(office)
    office.do("decide_start", by="county_head", outcome="no", reason="情节轻微")
    [record] = office.rows(Accountability)
    assert record.state == AccountabilityState.NOT_STARTED
    phases.close(office)
