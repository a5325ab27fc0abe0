"""Posts: given by the security administrator, those of administrators by two, ended, kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine import identity
from tests.api.browser import Browser, claimed, problem
from tests.api.conftest import SYSTEM, World


def body(world: World, name: str, group: str, **more: Any) -> dict[str, Any]:
    user_id = world.people[name].user_id
    return {"user_id": user_id, "group": group, "organisation_id": world.office_id, **more}


def test_a_post_is_given_ended_and_stays_in_the_history(world: World) -> None:
    sec = world.browser("sec")
    given = sec.post("/posts", body(world, "eve", "head", title="主任")).json
    assert (given["group_name"], given["title"], given["until_on"]) == ("负责人", "主任", None)
    problem(sec.post("/posts", body(world, "eve", "head")), 409, "post-held")
    today = world.clock.now().date()
    last = (today + timedelta(days=7)).isoformat()
    ended = sec.post(f"/posts/{given['id']}/end", {"last_day": last}).json
    assert ended["until_on"] == last
    later = (today + timedelta(days=9)).isoformat()
    problem(sec.post(f"/posts/{given['id']}/end", {"last_day": later}), 409, "post-ended")
    past = (today - timedelta(days=2)).isoformat()
    problem(sec.post(f"/posts/{given['id']}/end", {"last_day": past}), 422, "post-invalid")
    assert sec.post(f"/posts/{given['id']}/end", {}).status_code == 200
    eve = world.people["eve"].user_id
    history = world.browser("aud").get("/posts", user_id=eve).json["items"]
    assert [row["group"] for row in history if row["organisation"]["id"] == world.office_id] == [
        "head"
    ]
    page = sec.get("/posts", limit=4).json
    rest = sec.get("/posts", cursor=page["next_cursor"]).json
    assert len({row["id"] for row in page["items"] + rest["items"]}) == len(world.people) + 1


def test_a_task_goes_back_when_the_post_it_was_taken_for_ends(world: World) -> None:
    world.start()
    bob = world.browser("bob")
    task = claimed(bob)
    sec = world.browser("sec")
    (post,) = sec.get("/posts", user_id=world.people["bob"].user_id).json["items"]
    assert sec.post(f"/posts/{post['id']}/end", {}).status_code == 200
    shown = world.browser("ada").get(f"/tasks/{task['id']}").json
    assert shown["state"] == "ready"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"group": "emperor"}, "unknown-role"),
        ({"organisation_id": "0" * 32}, "unknown-organisation"),
        ({"user_id": "0" * 32}, "unknown-user"),
        ({"from_on": "2099-01-02", "until_on": "2099-01-01"}, "out-of-range"),
        ({"from_on": "1999-01-01"}, "out-of-range"),
        ({"from_on": "2026-02-30"}, "format"),
        ({"title": "主\u202e任"}, "characters"),
    ],
)
def test_a_post_that_cannot_be_is_refused(world: World, more: dict[str, Any], code: str) -> None:
    refused = world.browser("sec").post("/posts", body(world, "eve", "head") | more)
    assert refused.status_code == 422, refused.json
    assert refused.json["errors"][0]["code"] == code


def test_nobody_gives_themselves_a_post_and_nobody_else_gives_any(world: World) -> None:
    sec = world.browser("sec")
    problem(sec.post("/posts", body(world, "sec", "staff")), 403, "own-post")
    proposal = body(world, "sec", "model_editor", reason="x")
    problem(sec.post("/posts/proposals", proposal), 403, "own-post")
    for name in ("ada", "cai", "sam", "aud", "mia"):
        window = world.browser(name)
        problem(window.post("/posts", body(world, "eve", "staff")), 403, "duty-required")
        problem(window.post("/posts/proposals", proposal), 403, "duty-required")
        if name != "aud":
            problem(window.get("/posts"), 403, "duty-required")
            problem(window.get("/roles"), 403, "duty-required")


def proposed(world: World, sec: Browser, name: str, group: str) -> str:
    answer = sec.post("/posts/proposals", body(world, name, group, reason="接任"))
    assert answer.status_code == 201, answer.json
    found: str = answer.json["id"]
    return found


def test_the_post_of_an_administrator_takes_two_people(world: World) -> None:
    sec = world.browser("sec")
    refused = sec.post("/posts", body(world, "eve", "audit_admin"))
    problem(refused, 403, "second-person-needed")
    proposal_id = proposed(world, sec, "eve", "security_admin")
    with world.engine.read(SYSTEM) as uow:
        assert (
            "security_admin" not in identity.actor_of(uow, world.people["eve"].user_id or "").groups
        )
    problem(sec.post(f"/proposals/{proposal_id}/confirm", {}), 403, "same-person")
    problem(
        world.browser("ada").post(f"/proposals/{proposal_id}/confirm", {}),
        404,
        "proposal-not-found",
    )
    sam = world.browser("sam")
    assert sam.post(f"/proposals/{proposal_id}/confirm", {}).json["state"] == "confirmed"
    with world.engine.read(SYSTEM) as uow:
        assert "security_admin" in identity.actor_of(uow, world.people["eve"].user_id or "").groups
    # now there are two, and each may end the other's
    (post,) = sec.get("/posts", group="security_admin", user_id=world.people["sec"].user_id).json[
        "items"
    ]
    assert world.browser("eve").post(f"/posts/{post['id']}/end", {}).status_code == 200


def test_two_duties_that_are_kept_apart_are_refused_before_anybody_confirms(world: World) -> None:
    refused = world.browser("sec").post(
        "/posts/proposals", body(world, "sam", "audit_admin", reason="x")
    )
    problem(refused, 409, "duties-kept-apart")


def test_the_roles_that_may_be_given_are_those_of_the_families_and_of_administrators(
    world: World,
) -> None:
    roles = {row["key"]: row["is_duty"] for row in world.browser("sec").get("/roles").json}
    assert roles["staff"] is False
    assert roles["security_admin"] is True
