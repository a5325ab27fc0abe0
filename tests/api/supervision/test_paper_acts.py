"""A receipt that comes back on paper: written in by one of the Office, confirmed by another."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

from werkzeug.test import TestResponse

from engine.rehearsing.answers import small_pdf
from tests.api.browser import Browser
from tests.api.supervision.conftest import UNIT, Desk
from tests.process import phases


def bearer_of(window: Browser, desk: Desk, *scopes: str) -> Callable[..., TestResponse]:
    """Sends as a script of whoever is signed in there."""
    expires = (desk.office.clock.now() + timedelta(days=7)).isoformat()
    body = {"name": "脚本", "scopes": list(scopes), "expires_at": expires}
    secret = window.post("/tokens", body).json["secret"]
    headers = {"Authorization": f"Bearer {secret}"}
    client = window.app.test_client()
    return lambda method, path, **said: client.open(
        f"/api/v1{path}", method=method, headers=headers, **said
    )


def test_a_receipt_on_paper_is_recorded_by_two_and_shown_under_the_name_on_it(desk: Desk) -> None:
    instance_id = desk.office.open("county_staff1", UNIT)
    phases.prepare(desk.office, visit_on="2026-04-20")
    phases.inspect(desk.office, visit_on="2026-04-20")
    desk.office.do("draft_feedback", by="county_staff1")
    desk.office.do("approve_by_office_head", by="county_head", outcome="approved")
    desk.office.do("deliver_document", by="county_staff1")
    one, other = desk.browser("county_staff1"), desk.browser("county_staff2")
    task = one.get(f"/tasks/{desk.office.task('sign_receipt').id}").json
    assert "record_on_paper" in task["allowed_acts"]
    assert not {"claim", "complete"} & set(task["allowed_acts"])
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
    script = bearer_of(other, desk, "read", "write")
    assert [row["id"] for row in script("GET", "/proposals").json["items"]] == [seen["id"]]
    note = {"note": "已核对"}
    confirmed = script("POST", f"/proposals/{seen['id']}/confirm", json=note)
    assert confirmed.status_code == 200

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
