"""A receipt that comes back on paper: written in by one of the Office, confirmed by another."""

from __future__ import annotations

import io
from datetime import timedelta

from engine.answers import small_pdf
from tests.api.supervision.conftest import UNIT, Desk
from tests.process import phases


def test_a_receipt_on_paper_is_recorded_by_two_and_shown_under_the_name_on_it(desk: Desk) -> None:
    instance_id = desk.office.open("county_staff1", UNIT)
    phases.prepare(desk.office, visit_on="2026-04-20")
    phases.inspect(desk.office, visit_on="2026-04-20")
    desk.office.do("draft_feedback", by="county_staff1")
    desk.office.do("approve_by_office_head", by="county_head", outcome="approved")
    desk.office.do("deliver_document", by="county_staff1")
    one, other = desk.browser("county_staff1"), desk.browser("county_staff2")
    task = one.get(f"/tasks/{desk.office.task('sign_receipt').id}").json
    assert task["allowed_acts"] == ["record_on_paper"]
    seats = one.get(f"/tasks/{task['id']}/paper-seats").json["items"]
    assert "unit_contact" in {seat["group"] for seat in seats}

    scan = one.client.post(
        "/api/v1/files",
        data={"file": (io.BytesIO(small_pdf("回证")), "回证.pdf")},
        headers={"X-CSRF-Token": one.csrf},
    ).json["id"]
    today = desk.office.today.isoformat()
    record = {
        "group": "unit_contact",
        "name": "王某",
        "title": "联系人",
        "acted_on": today,
        "scans": [scan],
        "reason": "当面送达",
        "values": {"signed_by": "王某", "signed_post": "联系人", "received_on": today},
    }
    where, revision = f"/tasks/{task['id']}/paper-acts", task["revision"]
    tomorrow = (desk.office.today + timedelta(days=1)).isoformat()
    wrong = one.post(where, {**record, "acted_on": tomorrow}, revision=revision)
    assert (wrong.status_code, wrong.json["code"]) == (422, "paper-invalid")
    assert [fault["pointer"] for fault in wrong.json["errors"]] == ["/acted_on"]
    made = one.post(where, record, revision=revision)
    assert (made.status_code, made.json["allowed_acts"]) == (201, ["withdraw"])

    seen = other.get(f"/proposals/{made.json['id']}").json
    assert seen["allowed_acts"] == ["confirm", "refuse"]
    assert seen["content"]["paper"]["name"] == "王某"
    assert other.get(f"/files/{scan}/content").status_code == 200
    assert other.post(f"/proposals/{seen['id']}/confirm", {"note": "已核对"}).status_code == 200

    done = other.get(f"/tasks/{task['id']}").json
    assert done["state"] == "completed"
    names = [desk.office.actor(name).name for name in ("county_staff1", "county_staff2")]
    mark = done["on_paper"]
    assert [mark["name"], mark["recorded_by"]["name"], mark["confirmed_by"]["name"]] == [
        "王某",
        *names,
    ]
    events = other.get(f"/instances/{instance_id}/events", limit=200).json["items"]
    [told] = [e for e in events if e["kind"] == "task.completed" and e["on_paper"] is not None]
    assert told["actor"] == {"name": "王某（代录）", "title": "联系人"}
    [paper] = [
        row for row in desk.dossier(other, instance_id)["documents"] if "反馈" in row["title"]
    ][-1:]
    whole = other.get(f"/supervision/documents/{paper['id']}").json
    [service] = [row for row in whole["deliveries"] if row["on_paper"] is not None]
    assert service["received_by"] == "王某（联系人）"
