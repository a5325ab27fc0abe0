"""Deploying an accountable family takes two people; the journal tells of it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from engine.clock import ManualClock
from tests.api.browser import Browser, problem
from tests.api.conftest import MODEL, PEOPLE, Furnished, World, furnished_in, worlds

CHANGED = MODEL.replace("name='check_paper'", "name='复核'").encode()


@pytest.fixture(scope="module")
def accountable(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    return furnished_in(
        tmp_path_factory.mktemp("accountable"),
        sqlite_template,
        entries='accountable = true\nsecond_persons = ["head"]\n',
    )


@pytest.fixture
def world(accountable: Furnished, clock: ManualClock, tmp_path: Path) -> Iterator[World]:
    with worlds(accountable, tmp_path, clock) as build:
        yield build()


def send(window: Browser, path: str, note: str = "改名") -> TestResponse:
    parts = {"family": "tests", "note": note, "files": [(io.BytesIO(CHANGED), "bpmn/m0.bpmn")]}
    return window.send("POST", path, data=parts)


def propose(world: World) -> str:
    answer = send(world.browser("mia"), "/deployments/proposals")
    assert answer.status_code == 201, answer.json
    return str(answer.json["id"])


def newest(world: World) -> int:
    return int(world.browser("ada").get("/definitions").json["items"][0]["version"])


def test_nobody_deploys_it_alone(world: World) -> None:
    mia = world.browser("mia")
    assert mia.get("/families").json[0]["allowed_acts"] == ["propose_deploy"]
    problem(send(mia, "/deployments"), 403, "second-person-needed")
    problem(send(mia, "/deployments/proposals", note=" "), 422, "invalid")
    assert newest(world) == 1


def test_a_model_in_another_encoding_is_told_how_to_be_saved(world: World) -> None:
    head = '<?xml version="1.0" encoding="UTF-16"?>'
    text = head + CHANGED.decode().partition("?>")[2]
    parts = {"family": "tests", "note": "改名"}
    files = [(io.BytesIO(text.encode("utf-16")), "bpmn/m0.bpmn")]
    mia = world.browser("mia")
    answer = mia.send("POST", "/deployments/proposals", data={**parts, "files": files})
    told = problem(answer, 422, "invalid")
    assert told["errors"][0]["pointer"] == "/bpmn~1m0.bpmn"
    assert "UTF-8" in told["errors"][0]["detail"]
    assert mia.get("/proposals").json["items"] == []


def test_a_second_person_reads_what_is_proposed_and_confirms(world: World) -> None:
    proposal_id = propose(world)
    mia, cai = world.browser("mia"), world.browser("cai")
    [mine] = mia.get("/proposals", state="open").json["items"]
    assert mine["allowed_acts"] == ["withdraw"]
    problem(mia.post(f"/proposals/{proposal_id}/confirm", {}), 403, "same-person")

    whole = cai.get(f"/proposals/{proposal_id}").json
    assert whole["content"]["files"] == {"bpmn/m0.bpmn": CHANGED.decode()}
    assert whole["allowed_acts"] == ["confirm", "refuse"]
    assert whole["proposed_by"]["name"] == "mia"
    done = cai.post(f"/proposals/{proposal_id}/confirm", {"note": "看过"})
    assert done.status_code == 200, done.json
    assert (done.json["state"], done.json["outcome"]["version"]) == ("confirmed", 2)
    assert newest(world) == 2
    problem(cai.post(f"/proposals/{proposal_id}/confirm", {}), 409, "proposal-decided")


def test_a_script_without_the_scope_of_administrators_reaches_no_proposal_of_theirs(
    world: World,
) -> None:
    proposal_id = propose(world)
    cai, expires = world.browser("cai"), (world.clock.now() + timedelta(days=7)).isoformat()
    made = cai.post("/tokens", {"name": "脚本", "scopes": ["read", "write"], "expires_at": expires})
    assert made.status_code == 201, made.json
    script = {"headers": {"Authorization": f"Bearer {made.json['secret']}"}}
    assert cai.send("GET", "/proposals", **script).json["items"] == []
    for method, act in (("GET", ""), ("POST", "/confirm"), ("POST", "/refuse")):
        body = {"json": {"note": "看过"}} if act else {}
        answer = cai.send(method, f"/proposals/{proposal_id}{act}", **body, **script)
        problem(answer, 403, "token-scope")
    assert newest(world) == 1


def test_others_do_not_learn_of_it(world: World) -> None:
    proposal_id = propose(world)
    for name in ("ada", "uma", "eve", "sec"):
        window = world.browser(name)
        assert window.get("/proposals").json["items"] == []
        problem(window.get(f"/proposals/{proposal_id}"), 404, "proposal-not-found")
        for act in ("confirm", "refuse", "withdraw"):
            body = None if act == "withdraw" else {"note": "不行"}
            answer = window.post(f"/proposals/{proposal_id}/{act}", body)
            problem(answer, 404, "proposal-not-found")
    assert newest(world) == 1


def test_a_refusal_says_why_and_a_withdrawal_ends_it(world: World) -> None:
    proposal_id = propose(world)
    sam = world.browser("sam")
    problem(sam.post(f"/proposals/{proposal_id}/refuse", {}), 422, "invalid")
    refused = sam.post(f"/proposals/{proposal_id}/refuse", {"note": "先演练"}).json
    assert (refused["state"], refused["note"]) == ("refused", "先演练")
    again = propose(world)
    mia = world.browser("mia")
    assert mia.post(f"/proposals/{again}/withdraw").json["state"] == "withdrawn"
    assert newest(world) == 1


def test_the_journal_is_the_auditors_and_goes_page_by_page(world: World) -> None:
    proposal_id = propose(world)
    world.browser("sam").post(f"/proposals/{proposal_id}/confirm", {})
    auditor = world.browser("aud")
    first = auditor.get("/journal", limit=2).json
    assert [row["kind"] for row in first["items"]] == ["proposal.confirmed", "family.deployed"]
    rest = auditor.get("/journal", limit=2, cursor=first["next_cursor"]).json
    assert [row["kind"] for row in rest["items"]] == ["proposal.made", "family.deployed"]
    granted = auditor.get("/journal", kind="post.granted", limit=200).json
    assert {row["subject_name"] for row in granted["items"]} == set(PEOPLE)
    assert granted["next_cursor"] is None
    deployed = first["items"][1]
    assert (deployed["actor_name"], deployed["after"]["version"]) == ("mia", 2)
    assert deployed["before"]["digest"] != deployed["after"]["digest"]
    assert auditor.get("/proposals").json["items"][0]["allowed_acts"] == []
    for name in ("ada", "sam", "sec", "mia"):
        problem(world.browser(name).get("/journal"), 403, "duty-required")
