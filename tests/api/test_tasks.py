"""The task queue and its acts, as a person meets them."""

from __future__ import annotations

import pytest

from engine.handover.handover_acts import AROUND
from tests.api.browser import claimed, done, only, problem
from tests.api.conftest import World


def test_a_task_waits_for_everyone_who_may_take_it_and_for_nobody_else(world: World) -> None:
    world.start(title="关于校舍的来文")
    row = only(world.browser("bob"), "claimable")
    assert row["name"] == "draft_paper"
    assert row["instance"]["title"] == "关于校舍的来文"
    assert row["candidate_groups"] == [{"group": "staff", "name": "经办"}]
    assert set(row["allowed_acts"]) - AROUND == {"assign", "claim"}
    assert row["from"] == {"name": "ada"}
    assert row["light"] == "green"
    assert row["days_left"] == {"amount": 5, "unit": "working_days"}
    for stranger in ("cai", "eve", "sam", "uma"):
        assert world.browser(stranger).get("/tasks", tab="claimable").json["items"] == []


def test_the_counts_of_the_tabs_follow_the_acts(world: World) -> None:
    world.start()
    ada = world.browser("ada")
    assert ada.get("/tasks/counts").json == {
        "mine": 0,
        "claimable": 1,
        "started": 1,
        "done": 0,
        "overdue": 0,
        "today": 0,
        "copied": 0,
        "copied_unread": 0,
        "lent": 0,
    }
    done(ada)
    counts = ada.get("/tasks/counts").json
    assert (counts["claimable"], counts["done"], counts["started"]) == (0, 1, 1)


def test_a_task_shows_its_form_its_deadline_and_the_tag_for_changing_it(world: World) -> None:
    world.start()
    ada = world.browser("ada")
    row = only(ada, "claimable")
    answer = ada.get(f"/tasks/{row['id']}")
    assert answer.headers["ETag"] == f'"{row["revision"]}"'
    assert answer.json["form"]["key"] == "tests/note"
    assert answer.json["form"]["schema"]["components"][0]["key"] == "note"
    deadline = answer.json["deadline"]
    assert deadline["due_on"] == "2026-03-09"
    assert deadline["is_law"] is False
    assert "5个工作日" in deadline["why"]
    assert deadline["segments"][0]["kind"] == "initial"


def test_a_claimed_task_cannot_be_claimed_by_another(world: World) -> None:
    world.start()
    task = claimed(world.browser("ada"))
    answer = world.browser("bob").post(f"/tasks/{task['id']}/claim", revision=task["revision"])
    problem(answer, 409, "already-claimed")


def test_a_task_handed_back_waits_again_with_its_draft(world: World) -> None:
    world.start()
    ada = world.browser("ada")
    task = claimed(ada)
    path = f"/tasks/{task['id']}"
    saved = ada.put(f"{path}/draft", {"values": {"note": "写了一半"}}, revision=task["revision"])
    assert saved.json["values"]["note"] == "写了一半"
    back = ada.post(f"{path}/unclaim", revision=saved.json["revision"])
    assert back.json["state"] == "ready"
    again = ada.post(f"{path}/claim", revision=back.json["revision"])
    assert again.json["values"]["note"] == "写了一半"
    assert again.json["has_draft"] is True


def test_a_draft_is_shown_to_nobody_but_its_writer(world: World) -> None:
    world.start()
    ada = world.browser("ada")
    task = claimed(ada)
    ada.put(f"/tasks/{task['id']}/draft", {"values": {"note": "私下"}}, revision=task["revision"])
    seen = world.browser("cai").get(f"/tasks/{task['id']}").json
    assert seen["values"] == {}
    assert seen["has_draft"] is False
    assert seen["draft_saved_at"] is None


def test_a_task_can_be_given_to_a_colleague_but_not_to_a_stranger(world: World) -> None:
    world.start()
    ada = world.browser("ada")
    row = only(ada, "claimable")
    path = f"/tasks/{row['id']}/assign"
    people = ada.get("/users", task_id=row["id"]).json["items"]
    assert [person["username"] for person in people] == ["ada", "bob"]
    eve = world.people["eve"].user_id
    problem(ada.post(path, {"user_id": eve}, revision=row["revision"]), 422, "not-a-candidate")
    bob = world.people["bob"].user_id
    given = ada.post(path, {"user_id": bob}, revision=row["revision"])
    assert given.json["assignee"] == {"id": bob, "name": "bob"}
    assert only(world.browser("bob"), "mine")["id"] == row["id"]


def test_completing_moves_the_case_and_names_what_i_may_do_next(world: World) -> None:
    world.start(by="ada")
    ada = world.browser("ada")
    answer = done(ada, {"note": "属实", "opinion": "同意"})
    assert answer["task"]["state"] == "completed"
    assert answer["task"]["values"] == {"note": "属实", "opinion": "同意", "amount": None}
    assert answer["instance"]["state"] == "active"
    assert answer["incident"] is None
    assert answer["next_tasks"] == []  # checking is the head's
    assert only(world.browser("cai"), "claimable")["element_id"] == "check_paper"


def test_wrong_values_are_listed_with_pointers_and_the_draft_stays(world: World) -> None:
    world.start()
    ada = world.browser("ada")
    task = claimed(ada)
    path = f"/tasks/{task['id']}"
    kept = ada.put(f"{path}/draft", {"values": {"note": "草稿"}}, revision=task["revision"]).json
    answer = ada.post(
        f"{path}/complete",
        {"values": {"note": "", "amount": "many"}},
        revision=kept["revision"],
    )
    body = problem(answer, 422, "form-invalid")
    assert {fault["pointer"] for fault in body["errors"]} == {"/values/note", "/values/amount"}
    assert all(fault["detail"] and fault["code"] for fault in body["errors"])
    after = ada.get(path).json
    assert after["values"]["note"] == "草稿"
    assert after["revision"] == kept["revision"]


def test_a_step_that_fails_by_itself_leaves_the_act_done_and_names_the_incident(
    world: World,
) -> None:
    world.start()
    done(world.browser("ada"))
    answer = done(world.browser("cai"), {"note": "x", "opinion": "fail"})
    assert answer["task"]["state"] == "completed"
    assert answer["incident"]["element_id"] == "file_paper"
    assert "locked" in answer["incident"]["message"]
    listed = world.browser("sam").get("/incidents").json["items"]
    assert [row["id"] for row in listed] == [answer["incident"]["id"]]


def test_completing_twice_is_a_conflict_and_changes_nothing(world: World) -> None:
    instance_id = world.start()
    ada = world.browser("ada")
    task = claimed(ada)
    path = f"/tasks/{task['id']}/complete"
    body = {"values": {"note": "一次"}}
    assert ada.post(path, body, revision=task["revision"]).status_code == 200
    seen = ada.get(f"/instances/{instance_id}/events").json["items"]
    for revision in (task["revision"], task["revision"] + 1, "*"):
        problem(ada.post(path, body, revision=revision), 409, "already-completed")
    assert ada.get(f"/instances/{instance_id}/events").json["items"] == seen


def test_a_stale_revision_is_a_412_and_changes_nothing(world: World) -> None:
    world.start()
    ada = world.browser("ada")
    task = claimed(ada)
    path = f"/tasks/{task['id']}"
    ada.put(f"{path}/draft", {"values": {"note": "新"}}, revision=task["revision"])
    for stale in (task["revision"], f'W/"{task["revision"] + 1}"', '"other"', '"1", "99"'):
        answer = ada.post(f"{path}/complete", {"values": {"note": "x"}}, revision=stale)
        problem(answer, 412, "stale")
    assert ada.get(path).json["state"] == "claimed"
    assert ada.get(path).json["values"]["note"] == "新"


@pytest.mark.parametrize("form", ["*", '"{0}"', '"77", "{0}"', ' W/"1" , "{0}" '])
def test_if_match_may_be_a_star_or_a_list_that_holds_the_revision(world: World, form: str) -> None:
    world.start()
    ada = world.browser("ada")
    task = claimed(ada)
    answer = ada.post(
        f"/tasks/{task['id']}/complete",
        {"values": {"note": "x"}},
        revision=form.format(task["revision"]),
    )
    assert answer.status_code == 200, answer.json


def test_a_change_without_if_match_is_refused(world: World) -> None:
    world.start()
    ada = world.browser("ada")
    task = claimed(ada)
    for act in ("claim", "unclaim", "complete"):
        answer = ada.post(f"/tasks/{task['id']}/{act}", {"values": {}})
        problem(answer, 428, "precondition-missing")


@pytest.mark.parametrize("header", ["3", '"3', "", '"3" "4"', "W/3"])
def test_an_if_match_that_is_none_is_a_400(world: World, header: str) -> None:
    world.start()
    ada = world.browser("ada")
    row = only(ada, "claimable")
    answer = ada.send("POST", f"/tasks/{row['id']}/claim", headers={"If-Match": header})
    problem(answer, 400, "malformed")


def test_the_wrong_person_is_refused_and_a_stranger_learns_nothing(world: World) -> None:
    world.start()
    task = claimed(world.browser("ada"))
    path = f"/tasks/{task['id']}/complete"
    body = {"values": {"note": "x"}}
    for colleague, why in (("bob", "held-by-another"), ("cai", "not-a-candidate")):
        answer = world.browser(colleague).post(path, body, revision=task["revision"])
        problem(answer, 403, why)
    for stranger in ("eve", "uma", "sam"):
        answer = world.browser(stranger).post(path, body, revision=task["revision"])
        problem(answer, 404, "task-not-found")
    unknown = world.browser("ada").get("/tasks/" + "0" * 32)
    problem(unknown, 404, "task-not-found")


def test_nothing_is_done_in_a_suspended_or_ended_case(world: World) -> None:
    instance_id = world.start()
    ada, cai = world.browser("ada"), world.browser("cai")
    task = claimed(ada)
    path = f"/tasks/{task['id']}"
    body = {"values": {"note": "x"}}
    assert cai.post(f"/instances/{instance_id}/suspend", {"reason": "核实"}).status_code == 200
    problem(
        ada.post(f"{path}/complete", body, revision=task["revision"]), 409, "instance-suspended"
    )
    problem(ada.put(f"{path}/draft", body, revision=task["revision"]), 409, "instance-suspended")
    assert cai.post(f"/instances/{instance_id}/resume", {"reason": "清楚了"}).status_code == 200
    assert cai.post(f"/instances/{instance_id}/cancel", {"reason": "重复"}).status_code == 200
    answer = ada.post(f"{path}/complete", body, revision="*")
    problem(answer, 409, "task-cancelled")


def test_pages_follow_each_other_without_gap_or_double(world: World) -> None:
    for number in range(7):
        world.start(title=f"来文{number}")
        world.clock.advance(minutes=1)
    ada = world.browser("ada")
    for sort in ("due_at", "-due_at", "created_at", "-created_at"):
        seen: list[str] = []
        cursor = None
        while True:
            query = {"cursor": cursor} if cursor else {}
            page = ada.get("/tasks", tab="claimable", sort=sort, limit=3, **query).json
            seen += [row["instance"]["title"] for row in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert sorted(seen) == [f"来文{number}" for number in range(7)]
        if "created" in sort:
            assert seen == sorted(seen, reverse=sort.startswith("-"))


def test_a_search_finds_by_title_step_and_number_and_takes_signs_as_they_are(world: World) -> None:
    world.start(title="100% 达标", business_key="津督〔2026〕1号")
    world.start(title="别的")
    ada = world.browser("ada")
    for q, found in (("100%", 1), ("〔2026〕", 1), ("draft", 2), ("%", 1), ("_", 2), ("无", 0)):
        items = ada.get("/tasks", tab="claimable", q=q).json["items"]
        assert len(items) == found, q


def test_overdue_and_today_follow_the_clock(world: World) -> None:
    world.start()
    world.clock.advance(days=7)  # the ninth: its last day
    counts = world.browser("ada").get("/tasks/counts").json
    assert (counts["today"], counts["overdue"]) == (1, 0)
    world.clock.advance(days=1)
    late = world.browser("ada")
    row = only(late, "overdue")
    assert row["light"] == "red"
    assert row["days_left"]["amount"] == -1
    assert late.get("/tasks/counts").json["today"] == 0
