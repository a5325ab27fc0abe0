"""Acting for somebody who is away, by the addresses: one header, one door."""

from __future__ import annotations

import io
from typing import Any

import pytest
from werkzeug.test import TestResponse

from api.auth import ACTING_FOR
from tests.api.browser import Browser, done, only, problem
from tests.api.conftest import World
from tests.api.unchanged import unchanged


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


def sent(window: Browser, text: str | bytes, *, check: bool = False) -> TestResponse:
    """A list, as the page sends it."""
    content = text if isinstance(text, bytes) else text.encode()
    form = {"file": (io.BytesIO(content), "代理.csv"), "check": "true" if check else "false"}
    return window.send("POST", "/delegations/import", data=form)


HEAD = "委托人用户名,受托人用户名,起始日,截止日,理由,角色,单位代码\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_list_is_tried_first_and_then_given_whole_once(waiting: World, encoding: str) -> None:
    sec = waiting.browser("sec")
    text = (
        HEAD
        + "cai,eve,2026-03-02,2026-03-06,住院,,\nada,bob,2026-03-02,2026-03-02,培训,staff,office\n"
    )
    with unchanged(waiting):
        tried = sent(sec, text.encode(encoding), check=True)
    assert [(row["number"], row["outcome"]) for row in tried.json["rows"]] == [
        (2, "added"),
        (3, "added"),
    ]
    problem(
        waiting.browser("eve").send("GET", "/tasks", headers=acting_for(waiting, "eve", "cai")),
        403,
        "not-delegated",
    )
    assert sent(sec, text.encode(encoding)).status_code == 200
    header = acting_for(waiting, "eve", "cai")
    [task] = (
        waiting.browser("eve").send("GET", "/tasks?tab=claimable", headers=header).json["items"]
    )
    assert task["element_id"] == "check_paper"
    rows = sec.get("/delegations").json["items"]
    assert {(row["principal"]["name"], row["to"]["name"], row["source"]) for row in rows} == {
        ("cai", "eve", "import"),
        ("ada", "bob", "import"),
    }
    with unchanged(waiting):
        again = sent(sec, text)
    assert [row["outcome"] for row in again.json["rows"]] == ["unchanged", "unchanged"]


def test_a_list_with_faults_gives_nothing_and_names_each_by_line_and_column(waiting: World) -> None:
    sec = waiting.browser("sec")
    text = HEAD + (
        "cai,eve,2026-03-02,2026-03-06,住院,,\n"
        "cai,cai,2026-03-02,2026-03-06,本人,,\n"
        "nobody,eve,2026-03-02,2026-03-06,不存在,,\n"
        "ada,bob,2026-03-06,2026-03-02,倒置,,\n"
        "ada,bob,三月二日,2026-03-02,写法,,\n"
        "ada,bob,2026-03-02,2026-03-06,,,\n"
        "ada,bob,2026-03-02,2026-03-06,岗位,head,office\n"
        "ada,bob,2026-03-02,2026-03-06,单位,staff,nowhere\n"
        "eve,cai,2026-03-02,2026-03-06,循环,,\n"
        "sam,bob,2026-03-02,2026-03-06,管理员,,\n"
    )
    with unchanged(waiting):
        tried = {row["number"]: row for row in sent(sec, text, check=True).json["rows"]}
    assert tried[2]["outcome"] == "added"
    found = {number: row["faults"][0]["pointer"] for number, row in tried.items() if row["faults"]}
    assert found == {
        3: "/rows/3/to",
        4: "/rows/4/principal",
        5: "/rows/5/until_on",
        6: "/rows/6/from_on",
        7: "/rows/7/reason",
        8: "/rows/8/posts",
        9: "/rows/9/organisation",
        10: "/rows/10",
        11: "/rows/11/principal",
    }
    with unchanged(waiting):
        body = problem(sent(sec, text), 422, "import-refused")
    assert len(body["errors"]) == 9
    assert all(fault["detail"] for fault in body["errors"])
    assert sec.get("/delegations").json["items"] == []
    with unchanged(waiting):
        problem(sent(sec, b"PK\x03\x04"), 422, "import-refused")
        problem(sent(sec, HEAD), 422, "import-refused")


def test_only_who_keeps_the_accounts_brings_a_list_in(waiting: World) -> None:
    text = HEAD + "cai,eve,2026-03-02,2026-03-06,住院,,\n"
    for who in ("cai", "ada", "sam", "aud", "mia"):
        with unchanged(waiting):
            problem(sent(waiting.browser(who), text), 403, "duty-required")
