"""What a person's desk keeps, who has a task open, what is new, what may still come: by address."""

from __future__ import annotations

from tests.api.browser import claimed, only, problem
from tests.api.conftest import World


def test_a_filter_is_kept_shared_with_the_unit_and_deleted_by_its_owner_only(world: World) -> None:
    ada, bob, eve = (world.browser(name) for name in ("ada", "bob", "eve"))
    wish = {"name": "校舍 逾期", "tab": "overdue", "q": "校舍", "organisation_id": world.office_id}
    kept = ada.post("/saved-filters", wish)
    assert kept.status_code == 201, kept.json
    assert kept.json["sort"] == "due_at"
    [shared] = bob.get("/saved-filters").json
    assert (shared["name"], shared["owner"]["name"]) == ("校舍 逾期", "ada")
    assert shared["allowed_acts"] == []
    assert eve.get("/saved-filters").json == []
    problem(ada.post("/saved-filters", wish), 409, "filter-known")
    problem(
        ada.post("/saved-filters", {**wish, "name": "别处", "organisation_id": world.other_id}),
        403,
        "not-the-unit",
    )
    address = f"/saved-filters/{shared['id']}"
    problem(bob.send("DELETE", address), 403, "not-the-owner")
    problem(eve.send("DELETE", address), 404, "filter-not-found")
    assert ada.send("DELETE", address).status_code == 204
    assert bob.get("/saved-filters").json == []


def test_a_filter_without_a_name_or_with_an_unknown_tab_is_refused(world: World) -> None:
    ada = world.browser("ada")
    problem(ada.post("/saved-filters", {"name": " ", "tab": "mine"}), 422, "invalid")
    problem(ada.post("/saved-filters", {"name": "一", "tab": "everything"}), 422, "invalid")
    assert ada.get("/saved-filters").json == []


def test_a_filter_of_another_list_keeps_what_its_address_asks_for(world: World) -> None:
    ada, bob = world.browser("ada"), world.browser("bob")
    asked = {"state": "active", "year": "2026"}
    wish = {"name": "今年", "of": "cases", "asked": asked, "organisation_id": world.office_id}
    kept = ada.post("/saved-filters", wish)
    assert kept.status_code == 201, kept.json
    assert (kept.json["of"], kept.json["asked"]) == ("cases", asked)
    assert [row["name"] for row in bob.get("/saved-filters", of="cases").json] == ["今年"]
    assert ada.get("/saved-filters").json == []
    assert ada.post("/saved-filters", {"name": "今年"}).status_code == 201  # of the queue
    problem(ada.post("/saved-filters", wish), 409, "filter-known")
    problem(ada.post("/saved-filters", {**wish, "name": "二", "of": "/cases"}), 422, "invalid")
    many = {f"k{place}": "1" for place in range(21)}
    problem(ada.post("/saved-filters", {**wish, "name": "三", "asked": many}), 422, "invalid")
    address = f"/saved-filters/{kept.json['id']}"
    assert ada.send("DELETE", address).status_code == 204


def test_a_refusal_is_said_in_the_language_that_was_asked_for(world: World) -> None:
    ada = world.browser("ada")
    wish = {"name": " ", "tab": "mine"}
    english = ada.send("POST", "/saved-filters", json=wish, headers={"Accept-Language": "en"}).json
    assert english["detail"] == "1 values are wrong; nothing was saved. Correct them and try again."
    assert english["errors"][0]["detail"] == "At least 1 characters."
    assert ada.post("/saved-filters", wish).json["errors"][0]["detail"] == "至少 1 个字。"


def test_a_setting_stays_with_the_account(world: World) -> None:
    ada = world.browser("ada")
    assert ada.get("/account/settings").json == {"opens_next": False}
    assert ada.put("/account/settings", {"opens_next": True}).json == {"opens_next": True}
    assert world.browser("ada").get("/account/settings").json == {"opens_next": True}
    assert world.browser("bob").get("/account/settings").json == {"opens_next": False}


def test_who_has_a_task_open_is_told_until_they_are_gone(world: World) -> None:
    world.start()
    ada, bob = world.browser("ada"), world.browser("bob")
    task = only(bob, "claimable")
    assert task["is_unread"]
    address = f"/tasks/{task['id']}/presence"
    assert bob.put(address, {}).json["others"] == []
    assert not only(bob, "claimable")["is_unread"]
    assert [person["name"] for person in ada.put(address, {}).json["others"]] == ["bob"]
    bob.put(address, {"leaves": True})
    assert ada.put(address, {}).json["others"] == []
    bob.put(address, {})
    world.clock.advance(minutes=2)
    assert ada.put(address, {}).json["others"] == []
    problem(world.browser("eve").put(address, {}), 404, "task-not-found")


def test_a_unit_does_not_learn_who_of_the_office_has_its_task_open(world: World) -> None:
    instance_id = world.start()
    ada, cai, uma = (world.browser(name) for name in ("ada", "cai", "uma"))
    world.notify(instance_id)
    task = claimed(ada)
    ada.post(f"/tasks/{task['id']}/complete", {"values": {"note": "一"}}, revision=task["revision"])
    task = claimed(cai)
    cai.post(f"/tasks/{task['id']}/complete", {"values": {"note": "二"}}, revision=task["revision"])
    cai.post("/messages", {"name": "reply", "instance_id": instance_id})
    theirs = only(uma, "claimable")
    address = f"/tasks/{theirs['id']}/presence"
    cai.put(address, {})
    assert uma.put(address, {}).json["others"] == []
    assert [person["name"] for person in cai.put(address, {}).json["others"]] == ["uma"]


def test_the_pulse_says_nothing_while_nothing_changed(world: World) -> None:
    bob = world.browser("bob")
    first = bob.get("/pulse")
    assert first.json["tasks"]["claimable"] == 0
    held = {"If-None-Match": first.headers["ETag"]}
    same = bob.send("GET", "/pulse", headers=held)
    assert (same.status_code, same.data) == (304, b"")
    assert bob.send("GET", "/pulse", headers={"If-Match": "*"}).status_code == 200
    world.start()
    news = bob.send("GET", "/pulse", headers=held)
    assert news.json["tasks"]["claimable"] == 1


def test_the_outlook_names_the_steps_ahead_and_the_people_only_inside(world: World) -> None:
    instance_id = world.start()
    world.notify(instance_id)
    rows = world.browser("ada").get(f"/instances/{instance_id}/outlook").json
    assert [(row["element_id"], row["groups"], row["people"]) for row in rows] == [
        ("check_paper", ["负责人"], ["cai"]),
        ("read_reply", ["单位"], ["uma"]),
    ]
    assert all(row["is_certain"] for row in rows)
    outside = world.browser("uma").get(f"/instances/{instance_id}/outlook").json
    assert all(row["people"] == [] and row["element_id"] == "read_reply" for row in outside)


def test_whom_one_may_entrust_are_people_near_and_others_by_their_whole_name_only(
    world: World,
) -> None:
    ada = world.browser("ada")
    near = [person["name"] for person in ada.get("/delegations/candidates").json]
    assert {"bob", "cai"} <= set(near)
    assert not {"ada", "eve", "uma"} & set(near)
    assert ada.get("/delegations/candidates", q="ev").json == []
    assert [one["name"] for one in ada.get("/delegations/candidates", q="eve").json] == ["eve"]
