"""The law's hard-stops hold whatever a model says: steps are cut out, the verbs still refuse."""

from __future__ import annotations

import re

import pytest

from engine.errors import Conflict
from engine.repository import definitions
from processes.supervision.package import PACKAGE
from supervision.tables import Document
from supervision.terms import DocumentKind
from tests.process import phases
from tests.process.office import SYSTEM, Office
from tests.process.test_accountability import case_with_clue


def cut(office: Office, model: str, task: str, *, sets: str, to: str) -> None:
    """Deploy the family with a user task replaced by a script that claims it was done."""
    path = f"bpmn/{model}.bpmn"
    text = PACKAGE.files[path].decode()
    pattern = rf'<bpmn:userTask id="{task}" name="([^"]*)"[^>]*>(.*?)</bpmn:userTask>'
    script = (
        rf'<bpmn:scriptTask id="{task}" name="\1" scriptFormat="feel" '
        rf'camunda:resultVariable="{sets}">\2<bpmn:script>{to}</bpmn:script></bpmn:scriptTask>'
    )
    changed, count = re.subn(pattern, script, text, flags=re.DOTALL)
    assert count == 1
    with office.engine.begin(SYSTEM) as uow:
        definitions.deploy(uow, PACKAGE, files={**PACKAGE.files, path: changed.encode()})


def test_a_model_without_the_chairs_approval_cannot_issue_the_decision(office: Office) -> None:
    cut(office, "decide_accountability", "approve_accountability", sets="approval", to='"approved"')
    case_with_clue(office)
    phases.investigate(office)
    phases.hear(office)
    phases.propose_decision(office)
    with pytest.raises(Conflict) as refused:
        office.do("draft_accountability_decision", by="county_staff1")
    assert refused.value.code == "not-approved-by-chair"
    decisions = office.rows(Document, Document.kind == DocumentKind.ACCOUNTABILITY_DECISION)
    assert all(row.issued_on is None for row in decisions)


def test_a_model_without_the_defence_cannot_form_the_opinion(office: Office) -> None:
    cut(office, "hear_object", "submit_account_defence", sets="heard", to="true")
    case_with_clue(office)
    phases.investigate(office)
    office.do(
        "draft_accountability_notice", by="county_staff1", measures=["accountability_circular"]
    )
    office.do("approve_by_office_head", by="county_head", outcome="approved")
    office.do("deliver_document", by="county_staff1")
    office.do_each("sign_receipt")
    with pytest.raises(Conflict) as refused:
        phases.propose_decision(office)
    assert refused.value.code == "no-defence-before-decision"


def test_a_model_without_the_office_heads_approval_cannot_issue_the_opinion_letter(
    office: Office,
) -> None:
    office.open("county_staff1", "129901-S1")
    cut(office, "approve_and_issue", "approve_by_office_head", sets="outcome", to='"approved"')
    instance_id = office.open("county_staff2", "129901-S2", title="第二案")
    office.do("approve_case", by="county_head", instance_id=instance_id, outcome="approved")
    options = office.context("form_group")["inspector_options"]
    chosen = [row["value"] for row in options[:3]]
    office.do("form_group", by="county_staff1", members=chosen, leader=chosen[0])
    office.do_each("declare_recusal", declaration="none")
    office.do("decide_recusal", by="county_head", outcome="clear")
    with pytest.raises(Conflict) as refused:
        office.do(
            "draft_notice", by="county_staff1", visit_from="2026-04-20", visit_until="2026-04-20"
        )
    assert refused.value.code == "not-approved"


def test_a_model_without_the_public_cannot_deliberate(office: Office) -> None:
    cut(office, "inspect", "gather_public_opinion", sets="heard", to="true")
    office.open("county_staff1", "129901-S1")
    phases.prepare(office, visit_on="2026-04-20")
    office.go_to("2026-04-20")
    office.do("record_visit", problems=[phases.PROBLEM], danger="none")
    with pytest.raises(Conflict) as refused:
        office.do("deliberate", votes_for=1)
    assert refused.value.code == "no-public-opinion"


def test_a_model_without_the_second_person_cannot_close_the_case(office: Office) -> None:
    cut(office, "rectify_problem", "confirm_closure", sets="outcome", to='"confirm"')
    office.open("county_staff1", "129901-S1")
    phases.prepare(office, visit_on="2026-04-20")
    phases.inspect(office, visit_on="2026-04-20")
    phases.conclude(office)
    phases.report(office)
    phases.order_rectification(office)
    phases.finish_rectification(office)
    office.days(10)
    office.do("carry_out_rectification", outcome="report")
    office.days(3)
    options = office.context("verify_problem")["member_options"]
    office.do("verify_problem", verifiers=[o["value"] for o in options[:2]], verification="done")
    office.do("propose_closure")
    # Nobody confirmed: the item is not closed, so the ledger asks for pressure, not for the archive.
    assert office.waiting() == ["draft_supervision_notice"]
