"""Passing tasks on, lending, urging, copies: by address, with both names in the record."""

from __future__ import annotations

from typing import Any

from tests.api.browser import Browser, claimed, only, problem
from tests.api.conftest import World


def send(
    window: Browser, task: dict[str, Any], verb: str, body: dict[str, Any] | None = None
) -> Any:
    """A verb with what was read."""
    return window.post(f"/tasks/{task['id']}/{verb}", body or {}, revision=task["revision"])


def told(world: World, task: dict[str, Any], by: str = "ada") -> list[dict[str, Any]]:
    """The history as somebody reads it."""
    path = f"/instances/{task['instance']['id']}/events"
    rows: list[dict[str, Any]] = world.browser(by).get(path, limit=200).json["items"]
    return rows


def pass_on(world: World, task: dict[str, Any], verb: str, to: str, by: str = "ada") -> Any:
    body = {"user_id": world.people[to].user_id, "opinion": "我出差，请办"}
    return send(world.browser(by), task, verb, body)


def test_a_transferred_task_is_the_others_with_draft_and_opinion(world: World) -> None:
    world.start()
    ada, bob = world.browser("ada"), world.browser("bob")
    task = claimed(ada)
    drafted = ada.put(
        f"/tasks/{task['id']}/draft", {"values": {"note": "写到一半"}}, revision=task["revision"]
    ).json
    takers = ada.get(f"/tasks/{task['id']}/takers").json["items"]
    assert [row["username"] for row in takers] == ["bob"]
    answer = pass_on(world, drafted, "transfer", "bob")
    assert answer.status_code == 200, answer.json
    assert answer.json["assignee"]["name"] == "bob"
    assert not {"complete", "save_draft", "transfer"} & set(answer.json["allowed_acts"])
    mine = only(bob, "mine")
    whole = bob.get(f"/tasks/{mine['id']}").json
    assert whole["values"]["note"] == "写到一半"
    [row] = whole["handovers"]
    assert (row["kind"], row["from"]["name"], row["to"]["name"]) == ("transfer", "ada", "bob")
    assert row["opinion"] == "我出差，请办"
    [event] = [row for row in told(world, task) if row["kind"] == "task.transferred"]
    assert event["text"] == "把“draft_paper”由ada转给bob办理"
    assert event["opinion"] == "我出差，请办"
    assert ada.get("/tasks", tab="mine").json["items"] == []


def test_a_task_is_not_passed_to_who_may_not_take_it_nor_without_a_word(world: World) -> None:
    world.start()
    ada = world.browser("ada")
    task = claimed(ada)
    for to in ("cai", "uma", "eve", "sam"):
        problem(pass_on(world, task, "transfer", to), 422, "not-a-candidate")
    problem(pass_on(world, task, "transfer", "ada"), 422, "to-oneself")
    body = {"user_id": "0" * 32, "opinion": "请办"}
    problem(send(ada, task, "transfer", body), 422, "not-a-candidate")
    body = {"user_id": world.people["bob"].user_id, "opinion": "  "}
    problem(send(ada, task, "transfer", body), 422, "invalid")
    problem(send(ada, task, "transfer", {**body, "opinion": "长" * 2001}), 422, "invalid")
    problem(pass_on(world, {**task, "revision": 99}, "transfer", "bob"), 412, "stale")
    problem(pass_on(world, task, "transfer", "ada", by="bob"), 403, "held-by-another")
    problem(pass_on(world, task, "transfer", "ada", by="uma"), 404, "task-not-found")
    assert ada.get(f"/tasks/{task['id']}").json["revision"] == task["revision"]
    assert ada.get(f"/tasks/{task['id']}").json["handovers"] == []


def test_a_lent_task_comes_back_to_its_owner_who_alone_completes_it(world: World) -> None:
    world.start()
    ada, cai = world.browser("ada"), world.browser("cai")
    task = claimed(ada)
    takers = ada.get(f"/tasks/{task['id']}/takers", kind="lend").json["items"]
    assert {row["username"] for row in takers} == {"bob", "cai"}
    lent = pass_on(world, task, "lend", "cai")
    assert lent.status_code == 200, lent.json
    assert "recall" in lent.json["allowed_acts"]
    assert not {"complete", "save_draft", "unclaim"} & set(lent.json["allowed_acts"])
    assert only(ada, "lent")["lent_by"]["name"] == "ada"
    mine = only(cai, "mine")
    assert {"give_back", "save_draft"} <= set(mine["allowed_acts"])
    assert not {"complete", "transfer", "lend", "unclaim", "assign"} & set(mine["allowed_acts"])
    values = {"values": {"note": "cai 拟的"}}
    problem(send(cai, mine, "complete", values), 403, "lent-to-you")
    drafted = cai.put(f"/tasks/{mine['id']}/draft", values, revision=mine["revision"]).json
    problem(send(cai, drafted, "give-back", {"opinion": ""}), 422, "invalid")
    back = send(cai, drafted, "give-back", {"opinion": "已核对"})
    assert back.status_code == 200, back.json
    again = only(ada, "mine")
    whole = ada.get(f"/tasks/{again['id']}").json
    assert whole["values"]["note"] == "cai 拟的"
    [row] = whole["handovers"]
    assert (row["kind"], row["ending"], row["answer"]) == ("lend", "answered", "已核对")
    assert send(ada, again, "complete", values).status_code == 200
    kinds = [row["kind"] for row in told(world, task)]
    assert "task.lent" in kinds
    assert "task.given_back" in kinds


def test_who_prepared_a_task_for_its_owner_may_not_check_it(world: World) -> None:
    world.start()
    world.grant("bob", "head")
    ada, bob = world.browser("ada"), world.browser("bob")
    task = claimed(ada)
    assert pass_on(world, task, "lend", "bob").status_code == 200
    assert send(bob, only(bob, "mine"), "give-back", {"opinion": "拟好"}).status_code == 200
    done = send(ada, only(ada, "mine"), "complete", {"values": {"note": "1"}})
    assert done.status_code == 200, done.json
    check = only(world.browser("cai"), "claimable")
    shown = bob.get(f"/tasks/{check['id']}").json
    assert shown["separated"]["name"] == "draft_paper"
    refused = problem(send(bob, shown, "claim"), 403, "separated")
    assert "draft_paper" in refused["detail"]
    body = {"user_id": world.people["bob"].user_id}
    cai = world.browser("cai")
    held = send(cai, check, "claim").json
    problem(send(cai, held, "assign", body), 422, "separated")
    problem(pass_on(world, held, "transfer", "bob", by="cai"), 422, "separated")


def test_the_owner_has_a_lent_task_back_with_what_was_drafted(world: World) -> None:
    world.start()
    ada, bob = world.browser("ada"), world.browser("bob")
    task = claimed(ada)
    lent = pass_on(world, task, "lend", "bob").json
    problem(send(bob, only(bob, "mine"), "recall", {"reason": "我要"}), 403, "lent-to-you")
    mine = only(bob, "mine")
    values = {"values": {"note": "bob 拟的"}}
    drafted = bob.put(f"/tasks/{mine['id']}/draft", values, revision=mine["revision"]).json
    problem(send(ada, lent, "recall", {"reason": "自己办"}), 412, "stale")
    back = send(ada, drafted, "recall", {"reason": "自己办"})
    assert back.status_code == 200, back.json
    assert back.json["values"]["note"] == "bob 拟的"
    assert back.json["handovers"][0]["ending"] == "recalled"
    problem(send(bob, back.json, "give-back", {"opinion": "晚了"}), 403, "not-lent")


def test_a_borrower_who_is_no_candidate_reads_this_task_and_only_meanwhile(world: World) -> None:
    instance_id = world.start()
    world.notify(instance_id)
    ada, uma = world.browser("ada"), world.browser("uma")
    task = claimed(ada)
    # the unit's person reads nothing internal, and is not asked to
    problem(pass_on(world, task, "lend", "uma"), 422, "not-a-candidate")
    problem(pass_on(world, task, "lend", "eve"), 422, "not-a-candidate")
    problem(uma.get(f"/tasks/{task['id']}"), 404, "task-not-found")


def test_urging_is_counted_and_not_too_often(world: World) -> None:
    world.start()
    ada, bob = world.browser("ada"), world.browser("bob")
    task = claimed(ada)
    problem(ada.post(f"/tasks/{task['id']}/urge", {}), 403, "own-task")
    body = {"channel": "phone", "note": "下午要"}
    urged = bob.post(f"/tasks/{task['id']}/urge", body)
    assert urged.status_code == 200, urged.json
    assert urged.json["urged"]["count"] == 1
    problem(bob.post(f"/tasks/{task['id']}/urge", body), 409, "urged-recently")
    world.clock.advance(hours=25)
    bob = world.browser("bob")
    assert bob.post(f"/tasks/{task['id']}/urge", {}).json["urged"]["count"] == 2
    problem(bob.post(f"/tasks/{task['id']}/urge", {"channel": "pigeon"}), 422, "invalid")
    for who in ("uma", "eve", "sam"):
        refused = world.browser(who).post(f"/tasks/{task['id']}/urge", {})
        problem(refused, 404, "task-not-found")
    texts = [row["text"] for row in told(world, task, "bob") if row["kind"] == "task.urged"]
    assert texts[0].startswith("催办“draft_paper”（第1次，电话）")


def test_a_copy_opens_nothing_and_is_marked_as_read(world: World) -> None:
    instance_id = world.start()
    world.notify(instance_id)
    ada, cai = world.browser("ada"), world.browser("cai")
    task = claimed(ada)
    readers = ada.get(f"/tasks/{task['id']}/possible-readers").json
    assert [row["username"] for row in readers] == ["bob", "cai"]
    path = f"/tasks/{task['id']}/copies"
    for who, code in (("uma", "not-a-reader"), ("eve", "not-a-reader"), ("ada", "to-oneself")):
        body = {"user_ids": [world.people["cai"].user_id, world.people[who].user_id]}
        refused = problem(ada.post(path, body), 422, "not-a-reader")
        assert refused["errors"][0]["pointer"] == "/user_ids/1"
        assert refused["errors"][0]["code"] == code
    problem(ada.post(path, {"user_ids": []}), 422, "invalid")
    assert cai.get("/tasks", tab="copied").json["items"] == []
    body = {"user_ids": [world.people["cai"].user_id], "note": "供参考"}
    sent = ada.post(path, body)
    assert sent.status_code == 200, sent.json
    assert ada.post(path, body).json["copies"] == sent.json["copies"]  # not twice
    counts = cai.get("/tasks/counts").json
    assert (counts["copied"], counts["copied_unread"]) == (1, 1)
    assert only(cai, "copied")["id"] == task["id"]
    problem(ada.post(f"{path}/read"), 409, "no-copy")
    read = cai.post(f"{path}/read")
    assert read.status_code == 200, read.json
    assert read.json["copies"][0]["read_at"] is not None
    assert cai.get("/tasks/counts").json["copied_unread"] == 0
    assert cai.post(f"{path}/read").status_code == 200
    kinds = [row["kind"] for row in told(world, task)]
    assert kinds.count("task.circulated") == 1
    assert kinds.count("task.copy_read") == 1


def test_a_unit_sends_copies_within_itself_and_learns_of_nobody_else(world: World) -> None:
    instance_id = world.start()
    ada, cai, uma = (world.browser(name) for name in ("ada", "cai", "uma"))
    send(ada, claimed(ada), "complete", {"values": {"note": "1"}})
    send(cai, claimed(cai), "complete", {"values": {"note": "2"}})
    world.notify(instance_id)
    assert cai.post("/messages", {"instance_id": instance_id, "name": "reply"}).status_code < 300
    task = claimed(uma)
    assert uma.get(f"/tasks/{task['id']}/possible-readers").json == []
    for who in ("ada", "eve"):
        body = {"user_ids": [world.people[who].user_id]}
        refused = problem(uma.post(f"/tasks/{task['id']}/copies", body), 422, "not-a-reader")
        assert refused["errors"][0]["code"] == "unknown-user"
    body = {"user_ids": [world.people["uma"].user_id]}
    assert ada.post(f"/tasks/{task['id']}/copies", body).status_code == 200
    assert only(uma, "copied")["id"] == task["id"]
