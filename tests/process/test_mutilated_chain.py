"""Every hard-stop of procedure 15 against a model or form that has the step cut out.

The verbs refuse one by one in tests/unit/supervision/test_hard_stops.py; here the whole case is played
on the mutilated family up to the act that the law stops.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from engine.errors import Conflict, EngineError
from supervision.tables import Accountability, Document
from tests.process import mutilation, phases
from tests.process.mutilation import with_attribute, with_condition, without, without_field
from tests.process.office import Office
from tests.process.test_accountability import case_with_clue
from tests.process.test_pressure import failed_recheck

VISIT = "2026-04-20"


@contextmanager
def refused(code: str) -> Iterator[None]:
    """The act inside is refused with this code."""
    with pytest.raises(EngineError) as found:
        yield
    assert isinstance(found.value, Conflict), found.value
    assert found.value.code == code, found.value.detail


@contextmanager
def stopped(element_id: str, word: str) -> Iterator[None]:
    """What runs by itself after the act is stopped: an incident at this element, saying why."""
    with pytest.raises(AssertionError) as found:
        yield
    assert f"'{element_id}'" in str(found.value)
    assert word in str(found.value)


def opened(office: Office, **values: Any) -> str:
    """A case of a school, approved."""
    instance_id = office.open("county_staff1", "129901-S1", visit_on=VISIT, **values)
    office.do("approve_case", by="county_head", outcome="approved")
    return instance_id


def inspected(office: Office) -> str:
    """A case up to the deliberation."""
    return office.begin_with("inspected", lambda: _play_until_inspected(office))


def _play_until_inspected(office: Office) -> str:
    instance_id = office.open("county_staff1", "129901-S1", visit_on=VISIT)
    phases.prepare(office, visit_on=VISIT)
    phases.inspect(office, visit_on=VISIT)
    return instance_id


def decided(office: Office) -> str:
    """A case whose decision is issued and served."""
    return office.begin_with("decided", lambda: _play_until_decided(office))


def _play_until_decided(office: Office) -> str:
    instance_id = case_with_clue(office)
    phases.investigate(office)
    phases.hear(office)
    phases.propose_decision(office)
    phases.decide(office)
    return instance_id


# -- the group, the notice, the visit ---------------------------------------------------------------


def test_a_model_that_pretends_a_group_cannot_clear_it(office: Office) -> None:
    mutilation.deploy(office, without("prepare", "form_group", sets="group_members", to="[]"))
    opened(office)
    with refused("fewer-than-three-inspectors"):
        office.do("decide_recusal", by="county_head", outcome="clear")


def test_a_model_without_declarations_cannot_announce_the_visit(office: Office) -> None:
    mutilation.deploy(
        office,
        without("prepare", "declare_recusal"),
        without("prepare", "decide_recusal", sets="outcome", to='"clear"'),
    )
    opened(office)
    phases.form_group(office)
    with refused("recusal-not-declared"):
        office.do("draft_notice", by="county_staff1", visit_from=VISIT, visit_until=VISIT)


def test_a_model_without_the_written_notice_cannot_hold_the_visit(office: Office) -> None:
    mutilation.deploy(
        office,
        without("prepare", "draft_notice", sets="self_evaluation", to="false"),
        without("prepare", "issue_notice", sets="outcome", to='"approved"'),
        without("prepare", "confirm_notice"),
    )
    opened(office)
    phases.form_group(office)
    office.do("decide_recusal", by="county_head", outcome="clear")
    office.go_to(VISIT)
    with refused("no-written-notice"):
        office.do("record_visit", problems=[phases.PROBLEM], danger="none")


def test_a_model_without_the_approval_of_an_unannounced_visit_cannot_hold_it(
    office: Office,
) -> None:
    mutilation.deploy(
        office, without("prepare", "approve_unannounced", sets="self_evaluation", to="false")
    )
    opened(office, is_unannounced=True)
    phases.form_group(office)
    office.do("decide_recusal", by="county_head", outcome="clear")
    office.go_to(VISIT)
    with refused("unannounced-not-approved"):
        office.do("record_visit", problems=[phases.PROBLEM], danger="none")


def test_a_model_without_the_visit_cannot_deliberate(office: Office) -> None:
    mutilation.deploy(
        office,
        without("inspect", "record_visit", sets="visit_ended_on", to=f'"{VISIT}"'),
        with_condition("inspect", "is_danger_open__order_urgent_action_late", "= false"),
    )
    office.open("county_staff1", "129901-S1", visit_on=VISIT)
    phases.prepare(office, visit_on=VISIT)
    office.go_to(VISIT)
    if "gather_public_opinion" in office.waiting():
        office.do(
            "gather_public_opinion",
            hearings=[
                {
                    "method": "questionnaire",
                    "participants": 9,
                    "groups": ["pupils", "parents", "teachers"],
                    "managers_left": True,
                }
            ],
        )
    with refused("no-visit"):
        office.do("deliberate", votes_for=1)


# -- the opinion letter and the ledger --------------------------------------------------------------


def test_a_model_without_the_defence_cannot_write_the_opinion_letter(office: Office) -> None:
    mutilation.deploy(office, without("give_feedback", "submit_defence"))
    inspected(office)
    office.do("draft_feedback", by="county_staff1")
    office.serve()
    with refused("no-defence-before-opinion"):
        office.do(
            "draft_opinion_letter",
            by="county_staff1",
            problems=[{**phases.PROBLEM, "requirement": "留样", "limit_class": "B"}],
        )


@pytest.mark.parametrize("field", ["limit_class", "requirement"])
def test_a_form_without_the_limit_of_each_problem_cannot_issue_the_letter(
    office: Office, field: str
) -> None:
    mutilation.deploy(office, without_field("opinion_letter", field))
    inspected(office)
    office.do("draft_feedback", by="county_staff1")
    office.serve()
    office.do("submit_defence", defence="waived")
    given = {**phases.PROBLEM, "requirement": "留样", "limit_class": "B"}
    given.pop(field)
    with refused("problem-without-limit"):
        office.do("draft_opinion_letter", by="county_staff1", problems=[given])


def test_a_model_without_the_recheck_cannot_close_an_item(office: Office) -> None:
    mutilation.deploy(
        office, without("rectify_problem", "verify_problem", sets="verification", to='"done"')
    )
    inspected(office)
    phases.conclude(office)
    phases.report(office)
    phases.order_rectification(office)
    office.days(10)
    office.do("carry_out_rectification", outcome="report")
    with refused("not-verified"):
        office.do("propose_closure")


def test_a_model_without_the_supervision_notice_stops_before_new_limits(office: Office) -> None:
    mutilation.deploy(office, without("press", "issue_the_notice"))
    failed_recheck(office)
    with stopped("set_new_limits", "督办单"):
        office.do(
            "choose_measures",
            by="county_head",
            measures={"choice": "omit", "reason": "不需要"},
            accountability="no",
        )


# -- report, filing, publication --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ([without("accountability_case", "report_the_inspection")], "no-report"),
        ([without("report_inspection", "serve_report")], "not-reported"),
        ([without("report_inspection", "file_report")], "not-filed"),
        ([without("report_inspection", "publish_report")], "not-published"),
    ],
    ids=["no report", "not to the government", "not upward", "not to the public"],
)
def test_a_model_that_leaves_the_report_or_its_ways_out_cannot_close_the_case(
    office: Office, changes: list[mutilation.Change], code: str
) -> None:
    mutilation.deploy(office, *changes)
    instance_id = inspected(office)
    phases.conclude(office)
    _finish_report(office)
    phases.order_rectification(office)
    phases.rectify(office)
    office.do("submit_rectification_report")
    office.do("publish_rectification")
    with refused(code):
        office.do("urge_rectification")
    assert office.case(instance_id).closed_on is None


def _finish_report(office: Office) -> None:
    """Whatever the mutilated model still asks about the report."""
    if "draft_report" not in office.waiting():
        return
    office.do("draft_report", by="county_staff1")
    office.do("approve_by_office_head", by="county_head", outcome="approved")
    steps: dict[str, dict[str, Any]] = {
        "deliver_document": {"by": "county_staff1"},
        "sign_receipt": {},
        "submit_filing": {"by": "county_staff1"},
        "receive_filing": {},
        "redact_report": {"by": "county_staff1"},
        "publish_report": {"by": "county_head"},
    }
    for element, by in steps.items():
        if element in office.waiting():
            office.do(element, **by)


# -- accountability ---------------------------------------------------------------------------------


def test_a_model_without_the_investigation_group_cannot_find_facts(office: Office) -> None:
    mutilation.deploy(
        office,
        without("investigate", "form_working_group", sets="facts_key", to='"facts.find"'),
        with_condition("investigate", "is_group_late__justify_late_start", "= false"),
        without("investigate", "issue_working_group_notice", sets="outcome", to='"approved"'),
    )
    case_with_clue(office)
    with refused("no-investigation-group"):
        phases.find_facts(office)


def test_a_model_without_the_chairs_reason_cannot_go_on_after_a_late_group(office: Office) -> None:
    mutilation.deploy(
        office, without("investigate", "justify_late_start", sets="group_late", to="false")
    )
    case_with_clue(office)
    office.go_to("2026-07-20")
    with refused("late-group-without-reason"):
        phases.investigate(office)


def test_a_form_without_a_part_of_the_decision_cannot_issue_it_and_keeps_nothing_of_it(
    office: Office,
) -> None:
    mutilation.deploy(office, without_field("accountability_decision", "basic_situation"))
    case_with_clue(office)
    phases.investigate(office)
    phases.hear(office)
    phases.propose_decision(office)
    office.do("approve_accountability", by="county_chair", outcome="approved")
    before = len(office.rows(Document))
    with refused("decision-incomplete"):
        office.do("draft_accountability_decision", by="county_staff1")
    assert len(office.rows(Document)) == before
    [record] = office.rows(Accountability)
    assert (record.decision_id, record.issued_on) == (None, None)


def test_a_model_without_consultation_cannot_submit_the_opinion(office: Office) -> None:
    mutilation.deploy(office, without("decide_accountability", "consult_units"))
    case_with_clue(office)
    phases.investigate(office)
    phases.hear(office)
    phases.propose_decision(office, answered=False)
    with refused("consultation-open"):
        office.do("submit_opinion", by="county_staff1")


def test_a_model_without_publication_of_the_decision_cannot_close_the_case(office: Office) -> None:
    mutilation.deploy(office, without("hold_accountable", "publish_the_decision"))
    instance_id = decided(office)
    phases.execute_circular(office, chair="county_chair")
    phases.file_decision(office)
    office.do("seek_remedy", remedy="none")
    with refused("decision-not-published"):
        office.do("monitor_result", by="county_staff1", monitoring="corrected")
    assert office.case(instance_id).closed_on is None


def test_a_model_without_filing_of_the_decision_stops_before_closing(office: Office) -> None:
    mutilation.deploy(office, without("follow_decision", "file_decision"))
    instance_id = decided(office)
    phases.execute_circular(office, chair="county_chair")
    phases.publish_decision(office)
    with stopped("assess_closure", "备案"):
        office.do("seek_remedy", remedy="none")
    assert office.case(instance_id).closed_on is None


def test_a_model_in_which_the_office_disciplines_by_itself_cannot_close_the_case(
    office: Office,
) -> None:
    mutilation.deploy(office, without("take_measure", "request_organ"))
    case_with_clue(office)
    phases.investigate(office)
    phases.hear(office)
    phases.propose_decision(
        office, measures=[{"kind": "discipline", "target": "person", "detail": "警告"}]
    )
    office.do("approve_accountability", by="county_chair", outcome="approved")
    office.do("draft_accountability_decision", by="county_staff1")
    office.do("deliver_document", by="county_staff1")
    with stopped("close_measure", "有权机关"):
        office.do_each("sign_receipt")


# -- remedies ---------------------------------------------------------------------------------------


def test_a_model_that_waits_longer_does_not_lengthen_the_thirty_days(office: Office) -> None:
    longer = {"deadline": "rectify.classD"}
    mutilation.deploy(
        office,
        with_attribute("follow_decision", "seek_remedy", **longer),
        with_attribute("follow_decision", "remedy_lapsed", **longer),
    )
    decided(office)
    office.days(40)
    assert "seek_remedy" in office.waiting()
    with refused("remedy-late"):
        office.do("seek_remedy", remedy="review")


def test_a_model_that_does_not_wait_for_the_remedies_cannot_archive(office: Office) -> None:
    mutilation.deploy(
        office, with_condition("close_case", "are_remedies_pending__remedies_ended", "= false")
    )
    instance_id = decided(office)
    office.do("seek_remedy", remedy="review")
    phases.execute_circular(office, chair="county_chair")
    phases.publish_decision(office)
    phases.file_decision(office)
    office.do("monitor_result", by="county_staff1", monitoring="corrected")
    office.do("send_to_appraisal", by="county_staff1")
    with refused("remedies-pending"):
        office.do("archive_case", by="county_staff1")
    assert office.case(instance_id).archived_on is None
