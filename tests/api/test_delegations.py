"""Acting for somebody who is away, by the addresses: one header, one door."""

from __future__ import annotations

from typing import Any

import pytest

from api.auth import ACTING_FOR
from tests.api.browser import Browser, done, only, problem
from tests.api.conftest import World


def given(world: World, to: str, **more: Any) -> dict[str, Any]:
    today = world.engine.clock.now().date().isoformat()
    return {
        "to": world.people[to].user_id,
        "from_on": today,
        "until_on": today,
        "reason": "住院",
        **more,
    }


def acting_for(world: World, who: str, principal: str) -> dict[str, str]:
    return {ACTING_FOR: str(world.people[principal].user_id)}


@pytest.fixture
def waiting(world: World) -> World:
    """A paper waits for the head, cai, who is away; eve is of another place."""
    world.start()
    done(world.browser("ada"))
    return world


def test_a_stand_in_finds_the_queue_claims_completes_and_is_named(waiting: World) -> None:
    cai, eve = waiting.browser("cai"), waiting.browser("eve")
    row = cai.post("/delegations", given(waiting, "eve")).json
    assert (row["principal"]["name"], row["to"]["name"], row["source"]) == ("cai", "eve", "self")
    [principal] = eve.get("/delegations/principals").json
    assert (principal["person"]["name"], principal["through"]) == ("cai", [])
    assert [post["group"] for post in principal["posts"]] == ["head"]
    header = acting_for(waiting, "eve", "cai")
    assert eve.get("/tasks", tab="claimable").json["items"] == []
    [task] = eve.send("GET", "/tasks?tab=claimable", headers=header).json["items"]
    claimed = eve.send(
        "POST", f"/tasks/{task['id']}/claim", headers=header, revision=task["revision"]
    )
    assert claimed.json["assignee"]["name"] == "cai"
    answer = eve.send(
        "POST",
        f"/tasks/{task['id']}/complete",
        json={"values": {"note": "同意"}},
        headers=header,
        revision=claimed.json["revision"],
    )
    assert answer.status_code == 200, answer.json
    events = cai.get(f"/instances/{task['instance']['id']}/events", limit=200).json["items"]
    assert "eve（代cai）" in {event["actor"]["name"] for event in events if event["actor"]}
    assert only(cai, "done")["name"] == "check_paper"


def test_nobody_acts_for_another_without_being_entrusted(waiting: World) -> None:
    eve = waiting.browser("eve")
    for principal in (str(waiting.people["cai"].user_id), "nobody", "", "'; DROP TABLE task"):
        answer = eve.send("GET", "/tasks", headers={ACTING_FOR: principal})
        problem(answer, 403, "not-delegated")
    row = waiting.browser("cai").post("/delegations", given(waiting, "eve")).json
    header = acting_for(waiting, "eve", "cai")
    assert eve.send("GET", "/tasks", headers=header).status_code == 200
    assert waiting.browser("cai").post(f"/delegations/{row['id']}/revoke").status_code == 200
    problem(eve.send("GET", "/tasks", headers=header), 403, "not-delegated")
    problem(
        waiting.browser("ada").post(f"/delegations/{row['id']}/revoke"), 404, "delegation-not-found"
    )


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/account/sign-ins"), ("GET", "/proposals"), ("GET", "/journal"), ("GET", "/jobs")],
)
def test_account_and_administration_are_never_anothers(
    waiting: World, method: str, path: str
) -> None:
    waiting.browser("cai").post("/delegations", given(waiting, "eve"))
    header = acting_for(waiting, "eve", "cai")
    problem(waiting.browser("eve").send(method, path, headers=header), 403, "in-person")


def test_what_makes_no_sense_is_told_by_field(waiting: World) -> None:
    cai: Browser = waiting.browser("cai")
    answer = problem(cai.post("/delegations", given(waiting, "cai")), 422, "delegation-invalid")
    assert answer["errors"][0]["pointer"] == "/to"
    waiting.browser("eve").post("/delegations", given(waiting, "cai"))
    problem(cai.post("/delegations", given(waiting, "eve")), 409, "delegation-circle")
    problem(
        cai.post("/delegations", given(waiting, "eve", principal=waiting.people["ada"].user_id)),
        403,
        "not-the-assistant",
    )
