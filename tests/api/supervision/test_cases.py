"""The dossier of a case: all of it from inside, from outside what was served."""

from __future__ import annotations

import json
import re

from tests.api.browser import problem
from tests.api.supervision.conftest import UNIT, Desk
from tests.process import phases
from tests.process.test_accountability import case_with_clue
from tests.process.test_pressure import failed_recheck


def test_a_case_is_opened_through_the_api_and_found_again(desk: Desk) -> None:
    staff = desk.browser("county_staff1")
    family = next(row for row in staff.get("/families").json if row["key"] == "supervision")
    assert family["allowed_acts"] == ["start"]
    values = {
        "title": "食堂食品安全专项督导",
        "matter": "食品留样不规范",
        "start_kind": "plan",
        "start_note": "年度计划",
        "form": "special",
        "visit_on": "2026-04-20",
        "asks_self_evaluation": False,
        "unit_id": desk.office.organisation(UNIT),
    }
    answer = staff.post("/supervision/cases", {"values": values})
    assert answer.status_code == 201, answer.json
    case = answer.json
    assert answer.headers["Location"] == f"/api/v1/supervision/cases/{case['id']}"
    assert case["stage_name"] == "立项中"
    assert case["form_name"] == "专项督导"
    rows = staff.get("/supervision/cases", q="食堂").json["items"]
    assert [row["id"] for row in rows] == [case["id"]]
    assert staff.get("/supervision/cases", stage="closed").json["items"] == []
    assert len(staff.get("/supervision/cases", stage="draft").json["items"]) == 1


def test_wrong_opening_values_are_listed_and_nothing_is_opened(desk: Desk) -> None:
    staff = desk.browser("county_staff1")
    answer = staff.post("/supervision/cases", {"values": {"title": "x"}})
    body = problem(answer, 422, "form-invalid")
    assert "/values/unit_id" in {fault["pointer"] for fault in body["errors"]}
    assert staff.get("/supervision/cases").json["items"] == []
    problem(
        desk.browser("school_head").post("/supervision/cases", {"values": {}}), 403, "not-allowed"
    )


def test_the_unit_sees_nothing_before_the_notice_and_then_what_was_served_on_it(
    desk: Desk,
) -> None:
    office = desk.office
    instance_id = office.open("county_staff1", UNIT, title="食堂食品安全专项督导")
    case_id = desk.dossier(desk.browser("county_staff1"), instance_id)["id"]
    school = desk.browser("school_head")
    problem(school.get(f"/supervision/cases/{case_id}"), 404, "case-not-found")
    assert school.get("/supervision/cases").json["items"] == []
    problem(school.get("/supervision/cases", instance_id=instance_id), 404, "instance-not-found")

    phases.prepare(office, visit_on="2026-04-20")
    case = desk.dossier(desk.browser("school_head"), instance_id)
    assert case["stage"] == "noticed"
    assert [paper["kind"] for paper in case["documents"]] == ["inspection_notice"]
    assert (case["problems"], case["approvals"], case["matter"]) == ([], [], "")

    phases.inspect(office, visit_on="2026-04-20")
    school = desk.browser("school_head")
    assert desk.dossier(school, instance_id)["problems"] == []
    assert desk.dossier(school, instance_id)["stage"] == "noticed"

    phases.conclude(office)
    school = desk.browser("school_head")
    case = desk.dossier(school, instance_id)
    assert [row["title"] for row in case["problems"]] == [phases.PROBLEM["title"]]
    assert case["stage"] == "opinion_issued"
    assert "opinion_letter" in {paper["kind"] for paper in case["documents"]}
    assert all(paper["issued_on"] for paper in case["documents"])
    inside = desk.dossier(desk.browser("county_staff1"), instance_id)
    assert len(inside["documents"]) > len(case["documents"])
    assert inside["approvals"]


def test_a_filter_by_stage_does_not_tell_the_unit_where_the_case_stands(desk: Desk) -> None:
    failed_recheck(desk.office)
    staff, school = desk.browser("county_staff1"), desk.browser("school_head")
    assert len(staff.get("/supervision/cases", stage="pressure").json["items"]) == 1
    assert school.get("/supervision/cases", stage="pressure").json["items"] == []
    [row] = school.get("/supervision/cases").json["items"]
    assert row["stage"] == "rectifying"


def test_a_measure_is_seen_by_the_unit_once_its_paper_is_served(desk: Desk) -> None:
    instance_id = failed_recheck(desk.office)
    desk.office.do("draft_supervision_notice", by="county_staff1", notice_choice="issue")
    assert desk.dossier(desk.browser("school_head"), instance_id)["measures"] == []
    desk.office.serve()
    [measure] = desk.dossier(desk.browser("school_head"), instance_id)["measures"]
    assert (measure["kind_name"], measure["state_name"]) == ("督办单", "已印发")
    assert measure["target"]


def test_an_investigation_is_the_offices_own_until_the_notice(desk: Desk) -> None:
    instance_id = case_with_clue(desk.office)
    phases.investigate(desk.office)
    inside = desk.dossier(desk.browser("county_staff1"), instance_id)
    assert [row["state"] for row in inside["accountability"]] == ["investigating"]
    school = desk.browser("school_head")
    text = school.get(f"/supervision/cases/{inside['id']}").get_data(as_text=True)
    assert '"accountability":[]' in text
    for secret in ("investigating", "group_notice", "fact_material", "start_decision"):
        assert secret not in text

    phases.hear(desk.office)
    [record] = desk.dossier(desk.browser("school_head"), instance_id)["accountability"]
    assert (record["state"], record["severity"], record["decision_id"]) == ("notified", None, None)

    phases.propose_decision(desk.office)
    [record] = desk.dossier(desk.browser("school_head"), instance_id)["accountability"]
    assert record["state"] == "notified"  # that member units are asked is not the school's to know
    phases.decide(desk.office)
    [record] = desk.dossier(desk.browser("school_head"), instance_id)["accountability"]
    assert record["severity_name"] == "较重"
    assert record["issued_on"] is not None


def test_a_paper_is_read_with_its_fields_by_whom_it_was_served_on(desk: Desk) -> None:
    office = desk.office
    instance_id = office.open("county_staff1", UNIT)
    phases.prepare(office, visit_on="2026-04-20")
    staff, school = desk.browser("county_staff1"), desk.browser("school_head")
    inside = desk.dossier(staff, instance_id)
    notice = next(row for row in inside["documents"] if row["kind"] == "inspection_notice")
    paper = school.get(f"/supervision/documents/{notice['id']}").json
    assert paper["number"] == notice["number"]
    assert paper["fields"]
    assert all(row["label"] for row in paper["fields"])
    assert paper["form"]["schema"]["components"]
    assert [row["recipient_name"] for row in paper["deliveries"]]
    assert paper["approvals"] == []
    assert staff.get(f"/supervision/documents/{notice['id']}").json["approvals"]
    opening = next(row for row in inside["documents"] if row["audience"] == "internal")
    problem(school.get(f"/supervision/documents/{opening['id']}"), 404, "document-not-found")
    problem(school.get("/supervision/documents/" + "0" * 32), 404, "document-not-found")
    stranger = desk.browser("private_head")
    problem(stranger.get(f"/supervision/documents/{notice['id']}"), 404, "document-not-found")


def test_a_paper_tells_who_is_meant_by_the_ids_in_it(desk: Desk) -> None:
    instance_id = case_with_clue(desk.office)
    phases.investigate(desk.office)
    staff = desk.browser("county_staff1")
    papers = [
        staff.get(f"/supervision/documents/{row['id']}").json
        for row in desk.dossier(staff, instance_id)["documents"]
    ]
    named = {}
    for paper in papers:
        ids = set(re.findall(r'"([0-9a-f]{32})"', json.dumps(paper["fields"])))
        files = {file["id"] for file in paper["attachments"]}
        assert ids - files == set(paper["names"])
        named |= paper["names"]
    assert {"喻晓彤", "青禾县第一中学（样例）", "1. 食堂食品留样不规范"} <= set(named.values())


def test_strangers_and_administrators_see_no_case(desk: Desk) -> None:
    instance_id = desk.office.open("county_staff1", UNIT)
    case_id = desk.dossier(desk.browser("county_staff1"), instance_id)["id"]
    for name in ("private_head", "city_finance", "sysadmin", "auditadmin", "secadmin"):
        window = desk.browser(name)
        for part in ("", "/problems"):
            problem(window.get(f"/supervision/cases/{case_id}{part}"), 404, "case-not-found")
        assert window.get("/supervision/cases").json["items"] == []


def test_cases_come_page_by_page(desk: Desk) -> None:
    for number in range(3):
        desk.office.open("county_staff1", UNIT, title=f"专项督导{number}")
    staff = desk.browser("county_staff1")
    seen, cursor = [], ""
    while True:
        page = staff.get("/supervision/cases", limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [row["number"] for row in page.json["items"]]
        cursor = page.json["next_cursor"]
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 3


def test_members_of_a_group_are_shown_as_the_persons_they_are(desk: Desk) -> None:
    office = desk.office
    instance_id = office.open("county_staff1", UNIT)
    phases.prepare(office, visit_on="2026-04-20")
    staff = desk.browser("county_staff1")
    parties = staff.get(f"/instances/{instance_id}").json["parties"]
    members = [party for party in parties if party["relation"] == "group"]
    names = {office.actor(name).name for name in ("county_inspector1", "county_inspector2")}
    assert names <= {party["person"]["name"] for party in members}
    assert {party["organisation"]["name"] for party in members} == {
        party["organisation"]["name"] for party in parties if party["relation"] == "office"
    }
    assert all(party["person"] is None for party in parties if party["relation"] != "group")

    events = staff.get(f"/instances/{instance_id}/events", limit=200).json["items"]
    told = [event["text"] for event in events if event["kind"] == "party.added"]
    for name in names:
        assert any(text.startswith(f"{name}（") for text in told), told


def test_the_working_group_is_named_to_who_reads_the_case_from_inside(desk: Desk) -> None:
    office = desk.office
    instance_id = case_with_clue(office)
    phases.investigate(office)
    phases.hear(office, defence="waived")
    [inside] = desk.dossier(desk.browser("county_staff1"), instance_id)["accountability"]
    assert inside["members"] != []
    assert all(inside["members"])
    [outside] = desk.dossier(desk.browser("school_head"), instance_id)["accountability"]
    assert outside["members"] == []
