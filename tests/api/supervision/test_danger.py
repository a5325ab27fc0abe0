"""An inspector reports danger found on the spot (条例15), from the page of the visit."""

from __future__ import annotations

import pytest

from tests.api.supervision.conftest import UNIT, Desk
from tests.process import phases

REPORT = {"name": "danger_found", "note": "食堂燃气泄漏"}


@pytest.fixture
def on_site(desk: Desk) -> str:
    """The group is on the spot; the id of the instance."""
    instance_id = desk.office.open("county_staff1", UNIT)
    phases.prepare(desk.office, visit_on="2026-04-20")
    desk.office.go_to("2026-04-20")
    return instance_id


def test_the_page_of_the_visit_offers_the_report_while_the_case_waits_for_it(
    desk: Desk, on_site: str
) -> None:
    task_id = desk.office.task("record_visit").id
    [offered] = desk.browser("county_inspector1").get(f"/tasks/{task_id}").json["messages"]
    assert offered["name"] == "danger_found"
    assert offered["title"] == "报告危险或违法情形"
    assert offered["needs_note"] is True
    assert "紧急处置" in offered["confirmation"]
    seen = desk.browser("county_staff1").get(f"/tasks/{task_id}").json
    assert seen["messages"] == []

    desk.office.do("record_visit", problems=[phases.PROBLEM], danger="none")
    later = desk.office.task("gather_public_opinion").id
    assert desk.browser("county_inspector1").get(f"/tasks/{later}").json["messages"] == []


def test_a_report_opens_urgent_action_at_once_and_the_visit_goes_on(
    desk: Desk, on_site: str
) -> None:
    inspector = desk.browser("county_inspector1")
    sent = inspector.post("/messages", {**REPORT, "instance_id": on_site})
    assert sent.status_code == 200
    assert {"order_urgent_action", "record_visit"} <= set(desk.office.waiting())
    events = inspector.get(f"/instances/{on_site}/events", limit=200).json["items"]
    [told] = [event for event in events if event["kind"] == "message.received"]
    assert told["text"] == "收到消息“报告危险或违法情形”：食堂燃气泄漏"
    assert told["actor"]["name"] == desk.office.actor("county_inspector1").name
    desk.office.do("order_urgent_action")
    desk.office.do("record_visit", problems=[phases.PROBLEM], danger="ordered")
    assert "gather_public_opinion" in desk.office.waiting()


@pytest.mark.parametrize(
    ("person", "status", "code"),
    [
        ("county_staff1", 403, "message-not-allowed"),
        ("county_head", 403, "message-not-allowed"),
        ("city_inspector1", 404, "instance-not-found"),
        ("city_staff1", 404, "instance-not-found"),
    ],
)
def test_nobody_outside_the_group_reports_danger(
    desk: Desk, on_site: str, person: str, status: int, code: str
) -> None:
    answer = desk.browser(person).post("/messages", {**REPORT, "instance_id": on_site})
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert "order_urgent_action" not in desk.office.waiting()


def test_a_report_without_a_word_on_what_was_found_is_refused(desk: Desk, on_site: str) -> None:
    blank = {**REPORT, "note": "  ", "instance_id": on_site}
    answer = desk.browser("county_inspector1").post("/messages", blank)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/note"
    assert "order_urgent_action" not in desk.office.waiting()


@pytest.mark.parametrize("name", ["remedies_ended", "remedy_filed", "danger"])
def test_a_message_of_the_models_that_is_not_for_people_is_refused(
    desk: Desk, on_site: str, name: str
) -> None:
    answer = desk.browser("county_inspector1").post(
        "/messages", {"name": name, "note": "。", "instance_id": on_site}
    )
    assert (answer.status_code, answer.json["code"]) == (403, "message-not-allowed")
