"""What must be known of an organisation before a case can be opened against it."""

from __future__ import annotations

import io

from werkzeug.test import TestResponse

from tests.api.browser import problem
from tests.api.supervision.conftest import UNIT, Desk


def test_a_new_school_is_registered_from_a_list_and_can_be_supervised(desk: Desk) -> None:
    sec = desk.browser("secadmin")
    staff = desk.browser("county_staff1")
    listed = staff.get("/supervision/units", limit=200).json["items"]
    [school] = [row for row in listed if row["code"] == UNIT]
    known = sec.get(f"/supervision/organisations/{school['id']}").json
    assert known["level"] == "district"
    codes = {row["id"]: row["code"] for row in sec.get("/organisations", limit=200).json["items"]}
    new = {"code": "129901-S9", "name": "新建小学", "kind": school["kind"]}
    place = f"/supervision/organisations/{sec.post('/organisations', new).json['id']}"
    problem(sec.get(place), 404, "not-registered")

    def sent(text: str, check: str = "false") -> TestResponse:
        form = {"file": (io.BytesIO(text.encode("gbk")), "list.csv"), "check": check}
        return sec.send("POST", "/supervision/organisations/import", data=form)

    text = (
        "单位代码,层级,办学性质,上级主管部门代码,所在地党委代码,所在地政府代码,负责督导办代码\n"
        f"129901-S9,区,公办,{codes[known['superior_id']]},{codes[known['party_committee_id']]},"
        f"{codes[known['government_id']]},{codes[known['office_id']]}\n"
    )
    tried = sent(text, "true")
    assert tried.json["rows"][0]["outcome"] == "added", tried.json
    problem(sec.get(place), 404, "not-registered")
    assert sent(text).status_code == 200
    assert sec.get(place).json == known
    found = staff.get("/supervision/units", q="新建小学").json["items"]
    assert [row["code"] for row in found] == ["129901-S9"]
    wrong = sent(text.replace("区,公办", "县,公办"))
    problem(wrong, 422, "import-refused")


def test_a_link_to_another_kind_of_organisation_is_refused(desk: Desk) -> None:
    sec = desk.browser("secadmin")
    [school] = sec.get("/organisations", q=UNIT).json["items"]
    place = f"/supervision/organisations/{school['id']}"
    body = {"level": "district", "office_id": school["id"], "superior_id": school["id"]}
    refused = problem(sec.put(place, body), 422, "registration-invalid")
    assert [fault["pointer"] for fault in refused["errors"]] == ["/superior_id", "/office_id"]
    for name in ("county_staff1", "sysadmin", "auditadmin"):
        problem(desk.browser(name).put(place, body), 403, "duty-required")
    problem(desk.browser("county_staff1").get(place), 403, "duty-required")
