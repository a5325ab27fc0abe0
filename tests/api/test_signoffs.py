"""Signing together through the API: votes, who is asked besides, and what others are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.repository import definitions
from tests import models
from tests.api.browser import Browser, claimed, only, problem
from tests.api.conftest import FORM, World
from tests.api.unchanged import unchanged
from tests.council import joint
from tests.factories import SYSTEM


@pytest.fixture
def council(world: World, tmp_path: Path) -> World:
    """The family's next version is signed by a clerk and the head, in any order."""
    text = joint("rule='all' per='post'", group="staff,head", form="note")
    package = models.family(tmp_path / "joint", text, forms={"note": FORM})
    with world.engine.begin(SYSTEM) as uow:
        definitions.deploy(uow, package)
    world.start()
    return world


def vote(window: Browser, task: dict[str, Any], choice: str = "agree", **body: Any) -> Any:
    """Vote with what was read."""
    sent = {"vote": choice, "values": {"note": "已阅"}, "opinion": "同意发", **body}
    return window.post(f"/tasks/{task['id']}/vote", sent, revision=task["revision"])


def ask(world: World, window: Browser, task: dict[str, Any], who: str, placement: str) -> Any:
    """Ask somebody to sign beside oneself."""
    body = {"user_id": world.people[who].user_id, "placement": placement, "question": "请核"}
    return window.post(f"/tasks/{task['id']}/signers", body, revision=task["revision"])


def test_the_votes_are_seen_and_the_last_one_lets_it_go_on(council: World) -> None:
    ada, cai = council.browser("ada"), council.browser("cai")
    task = claimed(ada)
    assert task["sign_off"]["rule_name"] == "会签"
    assert task["sign_off"]["sentence"] == "会签：须全部同意"
    assert (task["sign_off"]["voted"], task["sign_off"]["total"]) == (0, 2)
    assert "vote" in task["allowed_acts"]
    assert "complete" not in task["allowed_acts"]
    answer = vote(ada, task)
    assert answer.status_code == 200, answer.json
    assert answer.json["task"]["state"] == "completed"
    other = claimed(cai)
    assert (other["sign_off"]["agreed"], other["sign_off"]["total"]) == (1, 2)
    [cast] = [row for row in other["sign_off"]["signers"] if row["vote"]]
    assert cast["voted_by"]["name"] == council.people["ada"].name
    assert (cast["opinion"], cast["values"]["note"]) == ("同意发", "已阅")
    answer = vote(cai, other)
    assert answer.json["task"]["sign_off"]["outcome"] == "agreed"
    history = ada.get(f"/instances/{task['instance']['id']}/events").json["items"]
    texts = [row["text"] for row in history]
    assert "表决“joint”：同意" in texts
    assert "“joint”会签结果：同意" in texts
    assert "同意发" in [row["opinion"] for row in history]


def test_what_is_wrong_with_a_vote_is_said_and_changes_nothing(council: World) -> None:
    ada, bob = council.browser("ada"), council.browser("bob")
    task = claimed(ada)
    path = f"/tasks/{task['id']}"
    problem(ada.post(f"{path}/vote", {"vote": "agree"}), 428, "precondition-missing")
    problem(vote(ada, {**task, "revision": 99}), 412, "stale")
    problem(vote(ada, task, "perhaps"), 422, "invalid")
    problem(vote(ada, task, "abstain"), 422, "invalid")
    problem(vote(ada, task, "refuse", opinion=""), 422, "opinion-required")
    found = problem(vote(ada, task, values={}), 422, "form-invalid")
    assert found["errors"][0]["pointer"] == "/values/note"
    problem(vote(bob, task), 403, "held-by-another")
    body = {"values": {"note": "1"}}
    refused = ada.post(f"{path}/complete", body, revision=task["revision"])
    problem(refused, 409, "vote-instead")
    assert ada.get(path).json["revision"] == task["revision"]
    assert vote(ada, task).status_code == 200
    problem(vote(ada, task), 409, "already-voted")


def test_too_late_after_the_decision(council: World) -> None:
    ada, cai = council.browser("ada"), council.browser("cai")
    late = claimed(cai)
    assert vote(ada, claimed(ada), "refuse", opinion="不妥").status_code == 200
    with unchanged(council):
        told = problem(vote(cai, late), 409, "sign-off-decided")
    assert "已" in told["detail"]
    assert "vote" not in cai.get(f"/tasks/{late['id']}").json["allowed_acts"]


def test_who_is_asked_first_answers_and_is_shown(world: World) -> None:
    world.start()
    ada, cai = world.browser("ada"), world.browser("cai")
    task = claimed(ada)
    people = ada.get(f"/tasks/{task['id']}/possible-signers").json["items"]
    assert {row["username"] for row in people} == {"bob", "cai"}
    held = ask(world, ada, task, "cai", "before")
    assert held.status_code == 200, held.json
    assert held.json["sign_off"]["is_held"] is True
    assert "remove_signer" in held.json["allowed_acts"]
    assert "complete" not in held.json["allowed_acts"]
    assert ada.get("/tasks", tab="mine").json["items"] == []
    problem(cai.get(f"/tasks/{task['id']}/possible-signers"), 403, "not-allowed")
    row = claimed(cai)
    assert (row["form"], row["sign_off"]["question"]) == (None, "请核")
    problem(vote(cai, row), 422, "invalid")  # there is no form
    assert vote(cai, row, values={}).status_code == 200
    back = only(ada, "mine")
    assert "complete" in back["allowed_acts"]
    done = ada.post(
        f"/tasks/{back['id']}/complete", {"values": {"note": "好"}}, revision=back["revision"]
    )
    assert done.status_code == 200, done.json


def test_people_far_from_the_case_are_not_asked(world: World) -> None:
    world.start()
    ada = world.browser("ada")
    task = claimed(ada)
    for who in ("ada", "uma", "eve", "sam"):
        answer = ask(world, ada, task, who, "after")
        assert answer.status_code == 422, (who, answer.json)
        assert answer.json["errors"][0]["pointer"] == "/user_id"
    problem(ask(world, ada, task, "bob", "beside"), 422, "invalid")


def test_taking_a_signer_out_needs_a_reason_and_whoever_asked(world: World) -> None:
    world.start()
    ada, bob, cai = (world.browser(name) for name in ("ada", "bob", "cai"))
    task = claimed(ada)
    task = ask(world, ada, task, "cai", "after").json
    signer = task["sign_off"]["signers"][1]
    assert signer["allowed_acts"] == ["remove_signer"]
    path = f"/tasks/{task['id']}/signers/{signer['id']}/remove"
    problem(ada.post(path, {}), 422, "invalid")
    for other in (bob, cai):
        problem(other.post(path, {"reason": "不需要"}), 403, "signer-fixed")
    problem(world.browser("uma").post(path, {"reason": "不需要"}), 404, "task-not-found")
    gone = ada.post(path, {"reason": "不需要"})
    assert gone.status_code == 200, gone.json
    assert gone.json["sign_off"]["signers"][1]["state"] == "removed"
    problem(ada.post(path, {"reason": "不需要"}), 409, "signer-closed")
    unknown = f"/tasks/{task['id']}/signers/{'0' * 32}/remove"
    problem(ada.post(unknown, {"reason": "不需要"}), 404, "signer-not-found")
