"""我单位 and the ledger across cases: what is owed, served and sent, and only to whom it concerns."""

from __future__ import annotations

import io
import zipfile

from tests.api.supervision.conftest import UNIT, Desk
from tests.process import phases


def test_a_unit_owes_nothing_before_its_notice_and_then_the_receipt(desk: Desk) -> None:
    office = desk.office
    office.open("county_staff1", UNIT, title="食堂食品安全专项督导", asks_self_evaluation=True)
    school = desk.browser("school_head")
    assert school.get("/supervision/obligations").json == {"tasks": [], "clocks": []}
    assert school.get("/supervision/deliveries").json["items"] == []

    office.do("approve_case", by="county_head", outcome="approved")
    phases.form_group(office)
    office.do("decide_recusal", by="county_head", outcome="clear")
    office.do("draft_notice", by="county_staff1", visit_from="2026-04-20", visit_until="2026-04-20")
    office.do("approve_by_office_head", by="county_head", outcome="approved")
    office.do("deliver_document")
    school = desk.browser("school_head")
    (owed,) = school.get("/supervision/obligations").json["tasks"]
    assert owed["task"]["element_id"] == "sign_receipt"
    assert owed["paper"]["kind_name"] == "督导通知书"
    assert owed["deadline"]["key"] == "receipt.sign"
    assert owed["right"] is None
    (served,) = school.get("/supervision/deliveries").json["items"]
    assert served["received_on"] is None
    assert desk.browser("private_head").get("/supervision/obligations").json["tasks"] == []
    assert desk.browser("county_staff2").get("/supervision/obligations").json["tasks"] == []

    office.do("sign_receipt", by="school_head")
    school = desk.browser("school_head")
    (owed,) = school.get("/supervision/obligations").json["tasks"]
    assert owed["task"]["element_id"] == "submit_self_evaluation"
    assert owed["paper"]["id"] is not None
    (sent,) = school.get("/supervision/submissions").json["items"]
    assert sent["name"] == "签收送达回证"
    assert school.get("/supervision/deliveries").json["items"][0]["received_on"] == "2026-03-02"


def test_the_ledger_shows_a_problem_to_the_unit_once_a_paper_has_listed_it(desk: Desk) -> None:
    office = desk.office
    office.open("county_staff1", UNIT, title="食堂食品安全专项督导")
    phases.prepare(office, visit_on="2026-04-20")
    problem = {**phases.PROBLEM, "facts": "=HYPERLINK(1)"}
    phases.inspect(office, visit_on="2026-04-20", problems=[problem])
    staff = desk.browser("county_staff1")
    (row,) = staff.get("/supervision/problems").json["items"]
    assert row["case"]["unit"]["name"] in staff.get("/supervision/problems").text
    assert desk.browser("school_head").get("/supervision/problems").json["items"] == []
    assert desk.browser("school_head").get("/supervision/problems/counts").json["total"] == 0

    answer = staff.get("/supervision/problems/export")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        texts = "".join(book.read(name).decode() for name in book.namelist() if "xml" in name)
    assert row["case"]["number"] in texts
    assert "=HYPERLINK(1)" in texts
    assert "<f>" not in texts

    phases.conclude(office)
    for username in ("school_head", "county_staff2"):
        window = desk.browser(username)
        assert len(window.get("/supervision/problems").json["items"]) == 1
        assert window.get("/supervision/problems/counts").json["total"] == 1
    assert desk.browser("county_edu").get("/supervision/problems").json["items"] == []
    assert desk.browser("private_head").get("/supervision/problems").json["items"] == []
    staff = desk.browser("county_staff1")
    for name, value in (("q", "留样"), ("severity", "serious"), ("year", "2026")):
        assert len(staff.get("/supervision/problems", **{name: value}).json["items"]) == 1
    for name, value in (
        ("q", "没有"),
        ("severity", "minor"),
        ("year", "2025"),
        ("overdue", "true"),
    ):
        assert staff.get("/supervision/problems", **{name: value}).json["items"] == []

    nobody = desk.browser("private_head").get("/supervision/problems/export")
    with zipfile.ZipFile(io.BytesIO(nobody.data)) as book:
        texts = "".join(book.read(name).decode() for name in book.namelist() if "xml" in name)
    assert row["case"]["number"] not in texts


def test_pages_of_the_ledger_are_whole_and_in_order(desk: Desk) -> None:
    office = desk.office
    office.open("county_staff1", UNIT, title="食堂食品安全专项督导")
    phases.prepare(office, visit_on="2026-04-20")
    many = [{**phases.PROBLEM, "title": f"问题{number}"} for number in range(5)]
    phases.inspect(office, visit_on="2026-04-20", problems=many)
    staff = desk.browser("county_staff1")
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = staff.get("/supervision/problems", limit="2", **cursor).json
        seen += [row["title"] for row in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == [problem["title"] for problem in many]


def test_cases_are_found_by_initials_filters_and_numbers_by_who_may_see_them(desk: Desk) -> None:
    office = desk.office
    office.open("county_staff1", UNIT, title="食堂食品安全专项督导")
    phases.prepare(office, visit_on="2026-04-20")
    staff = desk.browser("county_staff1")
    case = staff.get("/instances").json["items"][0]
    unit = office.organisation(UNIT)
    for asked in ("stspaq", "STSPAQ", "食品安全", "第一中学", "qhxdyzx", case["business_key"]):
        found = staff.get("/search", q=asked).json
        assert [row["id"] for row in found["cases"]] == [case["id"]], asked
        assert desk.browser("private_head").get("/search", q=asked).json["cases"] == []
    assert unit in {row["id"] for row in staff.get("/search", q="qhxdyzx").json["organisations"]}
    number = desk.dossier(staff, case["id"])["documents"][-1]["number"]
    for username, count in (("county_staff1", 1), ("school_head", 1), ("private_head", 0)):
        papers = desk.browser(username).get("/search", q=number).json["papers"]
        assert len(papers) == count, username
    everybody = staff.get("/search", q="督导").json["people"]
    assert everybody == []
    for name, value in (
        ("stage", "noticed"),
        ("unit_id", unit),
        ("mine", "true"),
        ("year", "2026"),
    ):
        assert len(staff.get("/instances", **{name: value}).json["items"]) == 1, name
    for name, value in (("stage", "closed"), ("unit_id", case["id"]), ("year", "2025")):
        assert staff.get("/instances", **{name: value}).json["items"] == [], name
    # where the case stands inside is no way to ask from outside
    assert desk.browser("school_head").get("/instances", stage="noticed").json["items"] == []
    assert staff.get("/instances", overdue="true").json["items"] == []
    assert staff.get("/instances/export").status_code == 200
    for whose in ("mine", "office"):
        assert staff.get("/deadlines", whose=whose).status_code == 200


def test_colleagues_are_found_and_nobody_else(desk: Desk) -> None:
    staff = desk.browser("county_staff1")
    with desk.office.engine.read(desk.office.actor("county_staff2")) as uow:
        colleague = uow.actor.name
    assert staff.get("/search", q=colleague).json["people"][0]["person"]["name"] == colleague
    assert desk.browser("school_head").get("/search", q=colleague).json["people"] == []
    assert desk.browser("school_head").get("/search", q="").status_code == 422
