"""Cases: starting one, who sees what of it, its history and its diagram."""

from __future__ import annotations

import base64
import json

import pytest

from engine import store
from tests.api.browser import claimed, done, problem
from tests.api.conftest import SYSTEM, World


def test_a_person_starts_a_case_with_the_form_of_its_family(world: World) -> None:
    ada = world.browser("ada")
    family = ada.get("/families").json[0]
    assert family["allowed_acts"] == ["start"]
    assert family["start_form"]["key"] == "tests/note"
    answer = ada.post(
        "/instances",
        {"family": "tests", "title": "来文", "business_key": "1号", "values": {"note": "请办"}},
    )
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1/instances/{answer.json['id']}"
    case = ada.get(f"/instances/{answer.json['id']}").json
    assert case["business_key"] == "1号"
    assert case["started_by"]["name"] == "ada"
    assert case["definition"]["key"] == "main"
    assert [party["organisation"]["name"] for party in case["parties"]] == ["督导办"]
    assert [task["element_id"] for task in case["open_tasks"]] == ["draft_paper"]
    assert [clock["key"] for clock in case["deadlines"]] == ["answer"]


def test_a_number_is_given_once(world: World) -> None:
    ada = world.browser("ada")
    body = {"family": "tests", "business_key": "1号", "values": {"note": "x"}}
    assert ada.post("/instances", body).status_code == 201
    problem(ada.post("/instances", body), 409, "duplicate-business-key")
    assert len(ada.get("/instances").json["items"]) == 1


def test_a_start_form_is_checked(world: World) -> None:
    ada = world.browser("ada")
    body = problem(ada.post("/instances", {"family": "tests", "values": {}}), 422, "form-invalid")
    assert [fault["pointer"] for fault in body["errors"]] == ["/values/note"]
    unknown = ada.post("/instances", {"family": "nothing", "values": {}})
    assert problem(unknown, 422, "unknown-family")["errors"][0]["pointer"] == "/family"


def test_administrators_start_nothing(world: World) -> None:
    answer = world.browser("sam").post("/instances", {"family": "tests", "values": {"note": "x"}})
    problem(answer, 403, "not-allowed")


def test_who_is_related_sees_a_case_and_a_stranger_is_told_that_there_is_none(
    world: World,
) -> None:
    instance_id = world.start()
    for related in ("ada", "bob", "cai"):
        assert world.browser(related).get(f"/instances/{instance_id}").status_code == 200
    for stranger in ("eve", "sam", "sec", "uma"):
        window = world.browser(stranger)
        for part in ("", "/events", "/diagram"):
            problem(window.get(f"/instances/{instance_id}{part}"), 404, "instance-not-found")
        assert window.get("/instances").json["items"] == []
        answer = window.post(f"/instances/{instance_id}/cancel", {"reason": "x"})
        problem(answer, 404, "instance-not-found")


def test_the_history_reads_as_sentences(world: World) -> None:
    instance_id = world.start()
    world.clock.advance(hours=2)
    done(world.browser("ada"), {"note": "属实", "opinion": "拟同意"})
    items = world.browser("cai").get(f"/instances/{instance_id}/events").json["items"]
    assert [row["seq"] for row in items] == list(range(1, len(items) + 1))
    assert [row["text"] for row in items] == [
        "督导办列为当事方（承办单位）",
        "第一中学列为当事方（相对单位）",
        "发起",
        "“draft_paper”到达",
        "认领“draft_paper”",
        "办理“draft_paper”",
        "“check_paper”到达",
    ]
    finished = items[5]
    assert finished["actor"] == {"name": "ada", "title": "staff"}
    assert finished["opinion"] == "拟同意"
    assert finished["elapsed_seconds"] == 7200
    assert finished["element_name"] == "draft_paper"


def test_a_long_history_is_read_page_by_page(world: World) -> None:
    instance_id = world.start()
    ada = world.browser("ada")
    path = f"/instances/{instance_id}/events"
    seen, cursor = [], ""
    while True:
        page = ada.get(path, limit=2, **({"cursor": cursor} if cursor else {})).json
        seen += [row["seq"] for row in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert seen == [1, 2, 3, 4]


def test_the_unit_sees_the_case_once_told_and_then_only_its_own_steps(world: World) -> None:
    instance_id = world.start(title="来文")
    uma = world.browser("uma")
    done(world.browser("ada"), {"note": "内部", "opinion": "先不告知"})
    assert uma.get("/tasks/counts").json["claimable"] == 0
    world.notify(instance_id)
    case = uma.get(f"/instances/{instance_id}").json
    assert case["open_tasks"] == []
    assert [party["relation"] for party in case["parties"]] == ["unit"]
    assert case["deadlines"] == []
    text = uma.get(f"/instances/{instance_id}/events").get_data(as_text=True)
    assert "内部" not in text
    assert "先不告知" not in text
    assert "draft_paper" not in text
    marked = uma.get(f"/instances/{instance_id}/diagram").json["processes"][0]
    assert (marked["done"], marked["current"]) == ([], [])


def test_the_diagram_marks_what_is_done_and_where_it_stands(world: World) -> None:
    instance_id = world.start()
    done(world.browser("ada"))
    drawn = world.browser("cai").get(f"/instances/{instance_id}/diagram").json["processes"]
    assert [process["key"] for process in drawn] == ["main"]
    assert drawn[0]["xml"].startswith("<?xml")
    assert sorted(drawn[0]["done"]) == ["begin", "draft_paper"]
    assert drawn[0]["current"] == [{"element_id": "check_paper", "count": 1}]


def test_suspending_needs_the_right_the_state_and_a_reason(world: World) -> None:
    instance_id = world.start()
    path = f"/instances/{instance_id}"
    ada, cai = world.browser("ada"), world.browser("cai")
    problem(ada.post(f"{path}/suspend", {"reason": "x"}), 403, "not-allowed")
    body = problem(cai.post(f"{path}/suspend", {"reason": " "}), 422, "invalid")
    assert body["errors"] == [{"pointer": "/reason", "detail": "至少 1 个字。", "code": "length"}]
    problem(cai.post(f"{path}/resume", {"reason": "x"}), 409, "illegal-instance-move")
    frozen = cai.post(f"{path}/suspend", {"reason": "核实"}).json
    assert frozen["state"] == "suspended"
    assert frozen["allowed_acts"] == ["cancel", "resume"]
    problem(cai.post(f"{path}/suspend", {"reason": "x"}), 409, "illegal-instance-move")
    ended = cai.post(f"{path}/cancel", {"reason": "重复"}).json
    assert (ended["state"], ended["allowed_acts"], ended["open_tasks"]) == ("cancelled", [], [])
    for act in ("suspend", "resume", "cancel"):
        problem(cai.post(f"{path}/{act}", {"reason": "x"}), 409, "illegal-instance-move")


def test_cases_are_found_by_state_family_and_words(world: World) -> None:
    first = world.start(title="食堂")
    world.clock.advance(minutes=1)
    world.start(title="校舍")
    cai = world.browser("cai")
    cai.post(f"/instances/{first}/cancel", {"reason": "x"})
    titles = [row["title"] for row in cai.get("/instances").json["items"]]
    assert titles == ["校舍", "食堂"]
    assert [row["title"] for row in cai.get("/instances", state="active").json["items"]] == ["校舍"]
    assert [row["title"] for row in cai.get("/instances", q="食").json["items"]] == ["食堂"]
    assert cai.get("/instances", family="other").json["items"] == []
    page = cai.get("/instances", limit=1).json
    following = cai.get("/instances", limit=1, cursor=page["next_cursor"]).json
    assert [row["title"] for row in following["items"]] == ["食堂"]
    assert following["next_cursor"] is None


@pytest.mark.parametrize("query", [{"state": "gone"}, {"limit": "0"}, {"limit": "201"}, {"l": "1"}])
def test_a_query_that_means_nothing_is_refused(world: World, query: dict[str, str]) -> None:
    body = problem(world.browser("ada").get("/instances", **query), 422, "invalid")
    assert body["errors"][0]["pointer"] == f"/{next(iter(query))}"


def test_a_message_reaches_the_case_that_waits_for_it(world: World) -> None:
    instance_id = world.start(business_key="1号")
    cai = world.browser("cai")
    early = {"name": "reply", "instance_id": instance_id}
    problem(cai.post("/messages", early), 409, "not-correlated")
    done(world.browser("ada"))
    done(cai)
    for sender, code in (("ada", "message-not-allowed"), ("bob", "message-not-allowed")):
        problem(world.browser(sender).post("/messages", early), 403, code)
    problem(cai.post("/messages", {"name": "reply"}), 422, "invalid")
    problem(
        cai.post("/messages", {"name": "reply", "business_key": "2号"}), 404, "instance-not-found"
    )
    reply = {"name": "reply", "business_key": "1号", "variables": {"n": 1}, "message_id": "r/1"}
    for _ in ("first", "the same once more"):
        assert cai.post("/messages", reply).json == {"instance_id": instance_id}
    problem(cai.post("/messages", {**reply, "message_id": "r/2"}), 409, "not-correlated")
    world.notify(instance_id)
    assert claimed(world.browser("uma"))["element_id"] == "read_reply"


def test_who_did_a_step_may_not_do_the_one_kept_separate(world: World) -> None:
    world.start()
    done(world.browser("ada"))
    # only the head checks; the model keeps the drafter out even if made head
    world.grant("ada", "head")
    assert world.browser("ada").get("/tasks", tab="claimable").json["items"] == []
    assert world.browser("cai").get("/tasks/counts").json["claimable"] == 1


def test_the_unit_cannot_tell_from_numbers_how_much_goes_on(world: World) -> None:
    instance_id = world.start()
    path = f"/instances/{instance_id}/events"
    world.notify(instance_id)
    done(world.browser("ada"), {"note": "内部"})
    done(world.browser("cai"), {"note": "内部"})
    inside = world.browser("cai").get(path).json["items"]
    told = {row["seq"]: row["id"] for row in inside}
    assert sorted(told) == list(range(1, len(inside) + 1))
    with world.engine.begin(SYSTEM) as uow:
        for text in ("一", "二", "三"):
            store.lock(uow, instance_id)
            uow.record("note", instance_id=instance_id, audience="unit", payload={"text": text})
            uow.record("note", instance_id=instance_id, payload={"text": "不得外传"})
    uma = world.browser("uma")
    seen, cursor = [], ""
    while True:
        page = uma.get(path, limit=1, **({"cursor": cursor} if cursor else {})).json
        seen += page["items"]
        cursor = page["next_cursor"]
        if not cursor:
            break
        kept = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        numbers = json.loads(kept)[1:-1]
        assert numbers == ["v", None], kept
    assert [row["text"] for row in seen][-3:] == ["一", "二", "三"]
    assert {row["seq"] for row in seen} == {None}
    assert "revision" not in uma.get(f"/instances/{instance_id}").json


def test_a_cursor_of_another_case_leads_nowhere(world: World) -> None:
    first, second = world.start(), world.start()
    ada = world.browser("ada")
    cursor = ada.get(f"/instances/{first}/events", limit=1).json["next_cursor"]
    problem(ada.get(f"/instances/{second}/events", cursor=cursor), 422, "invalid")
