"""Other roads through the procedure: closed at once, unannounced, extended, private, one level up."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import identity
from engine.errors import Conflict
from engine.states import InstanceState
from engine.tables import Event, EventPayload
from engine.unit_of_work import UnitOfWork
from supervision import dossier, organisations
from supervision.tables import (
    Delivery,
    Document,
    Extension,
    Filing,
    GroupMember,
    Lapse,
    Measure,
    Problem,
    Recheck,
    Transfer,
)
from supervision.terms import (
    CaseStage,
    DocumentKind,
    LapseKind,
    MeasureKind,
    MeasureState,
    ProblemState,
    RecheckResult,
)
from tests.process import phases
from tests.process.office import SYSTEM, Office
from tests.process.paper import on_paper


def test_a_case_without_problems_is_closed_at_once_but_still_reported_and_published(
    office: Office,
) -> None:
    instance_id = office.open("county_staff1", "129901-S2")
    phases.prepare(office, visit_on="2026-04-20")
    phases.inspect(office, visit_on="2026-04-20", problems=())
    office.do("draft_feedback", by="county_staff1", problems=[])
    office.serve()
    office.do("submit_defence", defence="waived")
    office.do("draft_opinion_letter", by="county_staff1", problems=[])
    office.serve()
    office.do("triage_clues", by="county_staff1")
    phases.report(office)
    phases.close(office)
    assert office.case(instance_id).stage == CaseStage.ARCHIVED


def test_a_refused_case_ends_there(office: Office) -> None:
    instance_id = office.open("county_staff1", "129901-S2")
    office.do("approve_case", by="county_head", outcome="refused", opinion="与计划重复")
    assert office.case(instance_id).stage == CaseStage.REJECTED
    assert office.state(instance_id) == InstanceState.COMPLETED


def test_an_unannounced_visit_needs_its_approval_and_is_the_units_first_notice(
    office: Office,
) -> None:
    office.open("county_staff1", "129901-S2", is_unannounced=True)
    office.do("approve_case", by="county_head", outcome="approved")
    phases.form_group(office)
    office.do("decide_recusal", by="county_head", outcome="clear")
    with office.engine.read(office.actor("primary_contact")) as uow:
        assert not _sees_anything(uow)
    office.do("approve_unannounced", by="county_head")
    phases.inspect(office, visit_on="2026-03-10")
    with office.engine.read(office.actor("primary_contact")) as uow:
        assert _sees_anything(uow)


def _sees_anything(uow: UnitOfWork) -> bool:
    return bool(dossier.search(uow))


def test_a_recused_inspector_is_replaced_before_the_case_goes_on(office: Office) -> None:
    office.open("county_staff1", "129901-S2")
    office.do("approve_case", by="county_head", outcome="approved")
    options = office.context("form_group")["inspector_options"]
    chosen = [row["value"] for row in options[:3]]
    office.do("form_group", by="county_staff1", members=chosen, leader=chosen[0])
    office.do(
        "declare_recusal", declaration="conflict", ground="relative", statement="校长是我姐姐"
    )
    office.do_each("declare_recusal", declaration="none")
    rows = office.context("decide_recusal")["declarations"]
    decisions = [{"decision": row["decision"], "reason": "近亲属"} for row in rows]
    assert [row["decision"] for row in decisions].count("recuse") == 1
    with pytest.raises(Conflict) as refused:
        office.do("decide_recusal", by="county_head", declarations=decisions, outcome="clear")
    assert refused.value.code == "fewer-than-three-inspectors"
    office.do(
        "decide_recusal",
        by="county_head",
        declarations=decisions,
        outcome="replace",
        opinion="补充一名",
    )
    gone = next(
        row["user_id"] for row, d in zip(rows, decisions, strict=True) if d["decision"] == "recuse"
    )
    with office.engine.read(SYSTEM) as uow:
        recused = identity.actor_of(uow, gone)
    with office.engine.read(recused) as uow:
        assert not _sees_anything(uow)
    options = office.context("form_group")["inspector_options"]
    assert len(options) == 3  # the recused one is no longer offered
    chosen = [row["value"] for row in options]
    office.do("form_group", by="county_staff1", members=chosen, leader=chosen[0])
    office.do_each("declare_recusal", declaration="none")
    office.do("decide_recusal", by="county_head", outcome="clear")
    left = office.rows(GroupMember, GroupMember.left_on.is_not(None))
    assert len(left) == 1
    assert "draft_notice" in office.waiting()


def test_an_extension_is_granted_once_and_before_the_limit(office: Office) -> None:
    office.open("county_staff1", "129901-S1")
    phases.prepare(office, visit_on="2026-04-20")
    phases.inspect(office, visit_on="2026-04-20")
    phases.conclude(office)
    phases.order_rectification(office)
    [before] = office.rows(Problem)
    until = before.limit_on + timedelta(days=14)
    office.do(
        "carry_out_rectification",
        outcome="extend",
        extension_reason="设备未到货",
        asked_until_on=until.isoformat(),
    )
    office.do(
        "decide_extension", by="county_head", outcome="approved", granted_until_on=until.isoformat()
    )
    [after] = office.rows(Problem)
    assert after.limit_on >= until
    with pytest.raises(Conflict) as refused:
        office.do(
            "carry_out_rectification",
            outcome="extend",
            asked_until_on=(until + timedelta(days=10)).isoformat(),
        )
    assert refused.value.code == "extension-used"
    assert len(office.rows(Extension)) == 1
    phases.rectify(office)
    assert office.rows(Problem)[0].state == ProblemState.CLOSED


def test_basically_done_gives_one_more_limit_and_then_counts_as_failed(office: Office) -> None:
    office.open("county_staff1", "129901-S1")
    phases.prepare(office, visit_on="2026-04-20")
    phases.inspect(office, visit_on="2026-04-20")
    phases.conclude(office)
    phases.order_rectification(office)
    phases.rectify(office, verification="basic")
    [problem] = office.rows(Problem)
    assert problem.limit_key == "rectify.remainder"
    phases.rectify(office, verification="basic")
    results = [row.result for row in office.rows(Recheck)]
    assert sorted(results) == [RecheckResult.BASIC, RecheckResult.FAILED]
    assert office.rows(Problem)[0].state == ProblemState.FAILED


def test_an_unreported_problem_of_a_private_school_leads_to_the_licence_proposal(
    office: Office,
) -> None:
    instance_id = office.open("county_staff1", "129901-P1", title="民办学校办学条件专项督导")
    phases.prepare(office, visit_on="2026-04-20")
    phases.inspect(office, visit_on="2026-04-20")
    phases.conclude(office)
    phases.report(office)
    phases.order_rectification(office)
    office.days(70)  # the limit, and ten days more: nothing was reported
    lapses = {row.kind for row in office.rows(Lapse)}
    assert LapseKind.NO_PROBLEM_REPORT in lapses
    assert LapseKind.NO_REPORT in lapses
    office.do("draft_supervision_notice", by="county_staff1", notice_choice="issue")
    office.serve()
    rows = office.context("choose_measures")["measures"]
    assert [row["kind"] for row in rows][-1] == MeasureKind.LICENCE_PROPOSAL
    chosen = [
        {
            "choice": "adopt" if row["kind"] == "licence_proposal" else "omit",
            "reason": "办学条件不达标",
        }
        for row in rows
    ]
    office.do("choose_measures", by="county_head", measures=chosen, accountability="no")
    office.do("draft_licence_proposal", by="county_staff1", unit_proposals=["stop_enrolment"])
    office.do("approve_by_office_head", by="county_head", outcome="approved")
    on_paper(office).do(
        "record_organ_reply",
        result_kind="责令停止招生",
        result="审批机关决定停止招生一年",
    )
    [measure] = office.rows(Measure, Measure.kind == MeasureKind.LICENCE_PROPOSAL)
    assert measure.state == MeasureState.ANSWERED
    assert measure.result_kind == "责令停止招生"
    [letter] = office.rows(Document, Document.kind == DocumentKind.HANDLING_PROPOSAL)
    assert letter.id == measure.document_id
    phases.rectify(office)
    office.do("report_urging")
    phases.close(office)
    assert office.case(instance_id).stage == CaseStage.ARCHIVED


def test_a_transfer_letter_has_its_receipt_and_the_rest_is_rectified(office: Office) -> None:
    office.open("county_staff1", "129901-S1")
    phases.prepare(office, visit_on="2026-04-20")
    phases.inspect(office, visit_on="2026-04-20")
    office.do("draft_feedback", by="county_staff1")
    office.serve()
    office.do("submit_defence", defence="waived")
    card = {**phases.PROBLEM, "requirement": "立即整改", "limit_class": "A"}
    office.do("draft_opinion_letter", by="county_staff1", problems=[card])
    office.serve()
    organ = office.context("triage_clues")["organ_options"][0]["value"]
    office.do(
        "triage_clues",
        by="county_staff1",
        problems={"route": "both", "organ": organ, "law": "《食品安全法》"},
    )
    office.do("draft_transfer_letter", by="county_staff1")
    office.do("approve_by_office_head", item=None, by="county_head", outcome="approved")
    on_paper(office).do("record_transfer_receipt")
    [transfer] = office.rows(Transfer)
    assert transfer.received_on == office.today
    assert "draft_rectification_order" in office.waiting()


def test_a_danger_found_late_is_ordered_away_at_once_and_the_unit_sees_it(office: Office) -> None:
    office.open("county_staff1", "129901-S1")
    phases.prepare(office, visit_on="2026-04-20")
    office.go_to("2026-04-20")
    office.do("record_visit", problems=[phases.PROBLEM], danger="unordered")
    office.do(
        "order_urgent_action_late",
        concerns_minors=True,
        reported_to=["police"],
        late_reason="现场没有网络",
    )
    [order] = office.rows(Document, Document.kind == DocumentKind.URGENT_ORDER)
    assert order.number
    served = office.rows(Delivery, Delivery.document_id == order.id)
    assert len(served) == 2


def test_measures_against_a_district_government_are_told_one_level_up(office: Office) -> None:
    office.open("city_staff1", "129901-GOV", title="教师工资专项督导")
    with office.engine.read(SYSTEM) as uow:
        county = organisations.by_code(uow, "129901-GOV")
        city_gov = organisations.by_code(uow, "120000-GOV")
        city_party = organisations.by_code(uow, "120000-CPC")
        assert county is not None
        assert city_gov is not None
        assert city_party is not None
        told = organisations.addressees(uow, county.organisation_id)
        assert told.government_id == city_gov.organisation_id
        assert told.party_committee_id == city_party.organisation_id
    phases.prepare(office, staff=phases.CITY, visit_on="2026-04-20")
    phases.inspect(office, visit_on="2026-04-20")
    phases.conclude(office, staff=phases.CITY)
    phases.report(office, staff=phases.CITY)
    [filing] = office.rows(Filing)
    assert filing.recipient_name == "国务院教育督导委员会办公室"


def test_every_event_of_a_case_says_what_happened_in_chinese(office: Office) -> None:
    office.open("county_staff1", "129901-S1")
    phases.prepare(office, visit_on="2026-04-20")
    with office.engine.read(SYSTEM) as uow:
        texts = [
            payload.content.get("text")
            for _event, payload in uow.session.execute(
                sa.select(Event, EventPayload)
                .join(EventPayload, EventPayload.event_id == Event.id)
                .where(Event.kind.like("document.%"))
            )
        ]
    assert texts
    assert all(texts)
