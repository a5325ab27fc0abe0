"""A case whose outside parties never sign in: all that they do comes back on paper (代录)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.errors import Conflict, Invalid
from engine.states import InstanceState
from engine.tables import Organisation, PaperAct
from supervision.tables import Accountability, Approval, Delivery, Document, Measure
from supervision.terms import (
    AccountabilityState,
    ApprovalStep,
    Disclosure,
    DocumentKind,
    MeasureState,
    UnitKind,
)
from tests.process import phases
from tests.process.office import Office
from tests.process.paper import RECORDER, SECOND, PaperOffice, on_paper
from tests.process.test_accountability import case_with_clue


@pytest.fixture
def paper(office: Office) -> PaperOffice:
    """The sandbox, driven on paper."""
    return on_paper(office)


def test_two_of_the_office_serve_every_outside_party_to_the_archive(paper: PaperOffice) -> None:
    instance_id = case_with_clue(paper)
    phases.investigate(paper)
    phases.hear(paper)
    phases.propose_decision(paper)
    approve_on_paper(paper)
    paper.do("draft_accountability_decision", by="county_staff1")
    paper.do("deliver_document", by="county_staff1")
    paper.do_each("sign_receipt")
    phases.execute_circular(paper, chair="county_vice")
    phases.publish_decision(paper)
    phases.file_decision(paper)
    paper.do("seek_remedy", remedy="none")
    paper.do("monitor_result", by="county_staff1", monitoring="corrected")
    phases.close(paper)

    assert paper.state(instance_id) == InstanceState.COMPLETED
    [record] = paper.rows(Accountability)
    assert record.state == AccountabilityState.ARCHIVED
    assert paper.done == {
        "approve_accountability",
        "approve_by_chair",
        "carry_out_rectification",
        "endorse_plan",
        "publish_rectification",
        "reply_consultation",
        "seek_remedy",
        "sign_receipt",
        "submit_account_defence",
        "submit_defence",
        "submit_plan",
        "submit_rectification_report",
        "urge_rectification",
    }

    [approval] = paper.rows(Approval, Approval.step == ApprovalStep.DECISION)
    chair, recorder, second = (paper.actor(n) for n in ("county_chair", RECORDER, SECOND))
    assert (approval.approver_id, approval.approver_name) == (chair.user_id, chair.name)
    [mark] = paper.rows(PaperAct, PaperAct.id == approval.paper_act_id)
    assert (mark.recorded_by, mark.confirmed_by) == (recorder.user_id, second.user_id)
    receipts = paper.rows(Delivery, Delivery.received_on.is_not(None))
    on_paper = [row for row in receipts if row.paper_act_id is not None]
    assert {row.received_by for row in on_paper} == {"王纸面（联系人）"}
    [plan] = paper.rows(Document, Document.kind == DocumentKind.RECTIFICATION_PLAN)
    assert (plan.drafted_by, plan.issued_by) == (None, None)
    assert plan.paper_act_id is not None


def test_two_of_the_office_serve_the_organs_and_the_vice_chair(paper: PaperOffice) -> None:
    case_with_clue(paper)
    phases.investigate(paper)
    phases.hear(paper)
    person = {"target": "person", "person_name": "范知行", "person_post": "校长"}
    kinds = ("organisational_handling", "discipline", "referral")
    phases.propose_decision(
        paper, measures=[{"kind": kind, "detail": "依法处理", **person} for kind in kinds]
    )
    paper.do("approve_accountability", by="county_vice", outcome="approved")
    paper.do("draft_accountability_decision", by="county_staff1")
    paper.do("deliver_document", by="county_staff1")
    paper.do_each("sign_receipt")
    organs = {
        "org_dept": "组织（人事）部门",
        "discipline_supervision": "纪检监察机关或者司法机关",
        "judiciary": "青禾县人民检察院",
    }
    for kind, name in organs.items():
        paper.do("draft_organ_letter", by="county_staff1", organ_kind=kind, organ=name)
        paper.do("approve_by_chair", by="county_vice", outcome="approved")
    assert paper.do_each("record_organ_reply", result_kind="已处理") == len(organs)
    marks = paper.rows(PaperAct, PaperAct.group.in_(organs))
    assert {mark.group for mark in marks} == set(organs)
    assert {mark.name for mark in marks} == {"王纸面"}
    second = paper.actor(SECOND).user_id
    assert {mark.confirmed_by for mark in marks} == {second}
    answered = paper.rows(Measure, Measure.kind.in_(kinds))
    assert {row.state for row in answered} == {MeasureState.ANSWERED}
    letters = paper.rows(Document, Document.id.in_([row.document_id for row in answered]))
    entered = paper.rows(Organisation, Organisation.kind == UnitKind.ORGAN)
    known = {row.id for row in paper.rows(Organisation)}
    assert {letter.addressee_id for letter in letters} <= known
    assert {row.code.split("-X")[0] for row in entered} <= {"129901-OFF"}
    for document in paper.rows(Document):
        assert document.disclosure in set(Disclosure)
        assert document.disclosure != Disclosure.NONE or document.disclosure_reason


def test_an_organ_that_says_nothing_is_urged_and_then_listed(paper: PaperOffice) -> None:
    case_with_clue(paper)
    phases.investigate(paper)
    phases.hear(paper)
    person = {"target": "person", "person_name": "范知行", "person_post": "校长"}
    phases.propose_decision(paper, measures=[{"kind": "discipline", "detail": "建议", **person}])
    phases.decide(paper)
    paper.do("draft_organ_letter", by="county_staff1", organ_kind="discipline_supervision")
    paper.do("approve_by_chair", by="county_chair", outcome="approved")
    paper.days(31)
    paper.do("decide_on_silence", by="county_staff1", silence="wait")
    assert "record_organ_reply" in paper.waiting()
    paper.days(31)
    paper.do("decide_on_silence", by="county_staff1", silence="list")
    assert "record_organ_reply" not in paper.waiting()
    [row] = paper.rows(Measure)
    assert (row.state, row.is_listed) == (MeasureState.UNANSWERED, True)


def approve_on_paper(paper: PaperOffice) -> None:
    """The chair's approval: not by the Office's head, not of an earlier text; then as it should be."""
    task = paper.task("approve_accountability")
    paper.days(1)
    earlier = paper.today - timedelta(days=2)
    with pytest.raises(Conflict) as refused:
        paper.record(task, by="county_chair", outcome="approved", acted_on=earlier)
    assert refused.value.code == "paper-older-than-text"
    with pytest.raises(AssertionError, match="nobody could have signed"):
        paper.record(task, by="county_head", outcome="approved")
    assert paper.rows(Approval, Approval.step == ApprovalStep.DECISION) == []
    paper.do("approve_accountability", by="county_chair", outcome="approved")


def test_a_receipt_on_paper_says_what_its_record_says(paper: PaperOffice) -> None:
    paper.open("county_staff1", "129901-S1")
    phases.prepare(paper, visit_on="2026-04-20")
    phases.inspect(paper, visit_on="2026-04-20")
    paper.do("draft_feedback", by="county_staff1")
    paper.do("approve_by_office_head", by="county_head", outcome="approved")
    paper.do("deliver_document", by="county_staff1")
    delivered_on = paper.today
    paper.days(1)
    task = paper.task("sign_receipt")
    with pytest.raises(Invalid) as wrong:
        paper.record(task, received_on=delivered_on.isoformat(), signed_by="李某")
    assert {fault.pointer for fault in wrong.value.errors} == {
        "/values/received_on",
        "/values/signed_by",
    }
    paper.confirm(paper.record(task, received_on=delivered_on.isoformat(), acted_on=delivered_on))
    [receipt] = [
        row
        for row in paper.rows(Delivery, Delivery.paper_act_id.is_not(None))
        if row.received_on == delivered_on
    ][-1:]
    assert receipt.received_on == delivered_on
