"""Units of one's office, and the deadline parameters in force."""

from __future__ import annotations

from tests.api.supervision.conftest import UNIT, Desk


def test_an_office_finds_its_units_and_a_school_none(desk: Desk) -> None:
    staff = desk.browser("county_staff1")
    page = staff.get("/supervision/units", limit=3).json
    codes = [row["code"] for row in page["items"]]
    following = staff.get("/supervision/units", limit=3, cursor=page["next_cursor"]).json
    codes += [row["code"] for row in following["items"]]
    assert codes == sorted(set(codes))
    [school] = [
        row
        for row in staff.get("/supervision/units", limit=200).json["items"]
        if row["code"] == UNIT
    ]
    assert school["kind_name"] == "公办学校"
    assert school["superior"]["name"]
    found = staff.get("/supervision/units", q=school["name"]).json["items"]
    assert [row["id"] for row in found] == [school["id"]]
    assert desk.browser("school_head").get("/supervision/units").json["items"] == []


def test_every_deadline_parameter_says_whence_it_comes(desk: Desk) -> None:
    rules = desk.browser("school_head").get("/deadline-rules", family="supervision").json
    assert len(rules) > 20
    assert len({rule["key"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["source"], rule
        assert rule["basis"] or not rule["is_law"], rule
