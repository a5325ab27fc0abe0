"""One act on many tasks; opinions by outcome; approval sheets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine import runner
from engine.errors import Invalid
from engine.handover import batches
from engine.repository import definitions
from engine.tables import Job
from tests import models
from tests.api.browser import Browser, claimed, only, problem
from tests.api.conftest import FORM, World
from tests.factories import SYSTEM

CHOICES = {
    **FORM,
    "components": [
        {
            "type": "radio",
            "id": "f_outcome",
            "key": "outcome",
            "label": "结果",
            "validate": {"required": True},
            "values": [
                {"label": "同意", "value": "agree"},
                {"label": "不同意", "value": "refuse"},
            ],
        },
        {"type": "textarea", "id": "f_opinion", "key": "opinion", "label": "意见"},
    ],
}


def one_task(extra: str, *, key: str = "main") -> str:
    return models.bpmn(
        key,
        "<startEvent id='start'/>"
        + models.user("approve", group="head", form="note", extra=extra)
        + "<endEvent id='end'/>"
        + models.flows("start>approve", "approve>end"),
    )


def deploy(world: World, tmp_path: Path, extra: str) -> None:
    package = models.family(tmp_path / "next", one_task(extra), forms={"note": CHOICES})
    with world.engine.begin(SYSTEM) as uow:
        definitions.deploy(uow, package)


def items(window: Browser, tab: str) -> list[dict[str, Any]]:
    rows = window.get("/tasks", tab=tab).json["items"]
    return [{"task_id": row["id"], "revision": row["revision"]} for row in rows]


def test_each_item_has_its_own_result(world: World) -> None:
    for number in range(3):
        world.start(title=f"第{number}件")
    ada, bob = world.browser("ada"), world.browser("bob")
    listed = items(ada, "claimable")
    taken = listed[1]
    assert bob.post(f"/tasks/{taken['task_id']}/claim", revision=1).status_code == 200
    body = {"act": "claim", "items": [*listed, {"task_id": "0" * 32, "revision": 1}]}
    answer = ada.post("/tasks/bulk", body)
    assert answer.status_code == 200, answer.json
    assert (answer.json["done"], answer.json["failed"]) == (2, 2)
    assert [row["code"] for row in answer.json["results"]] == [
        None,
        "stale",
        None,
        "task-not-found",
    ]
    body = {
        "act": "transfer",
        "items": items(ada, "mine"),
        "to": world.people["bob"].user_id,
        "opinion": "请办",
    }
    assert ada.post("/tasks/bulk", body).json["done"] == 2
    assert len(items(bob, "mine")) == 3


def test_a_bad_list_changes_nothing(world: World) -> None:
    world.start()
    ada = world.browser("ada")
    [item] = items(ada, "claimable")
    for body in (
        {"act": "claim", "items": []},
        {"act": "claim", "items": [item, item]},
        {"act": "claim", "items": [item] * 201},
        {"act": "complete", "items": [item]},
        {"act": "transfer", "items": [item]},
        {"act": "claim", "items": [{"task_id": item["task_id"]}]},
        {"act": "claim", "items": [{**item, "revision": -1}]},
        {"act": "claim", "items": "all"},
    ):
        assert ada.post("/tasks/bulk", body).status_code == 422, body
    assert items(ada, "claimable") == [item]
    assert (
        Browser(world.app).post("/tasks/bulk", {"act": "claim", "items": [item]}).status_code == 401
    )


def test_approval_of_many_is_the_model_s_to_allow(world: World, tmp_path: Path) -> None:
    deploy(world, tmp_path, "dudao:bulk='true' dudao:opinionFor='refuse'")
    for _ in range(2):
        world.start()
    cai = world.browser("cai")
    listed = items(cai, "claimable")
    assert only_bulk(cai)
    body = {"act": "approve", "items": listed, "values": {"outcome": "refuse"}}
    answer = cai.post("/tasks/bulk", body)
    assert [row["code"] for row in answer.json["results"]] == ["opinion-required"] * 2
    assert items(cai, "claimable") == listed  # nothing of it was done
    body = {"act": "approve", "items": listed, "values": {"outcome": "agree", "opinion": "同意"}}
    answer = cai.post("/tasks/bulk", body)
    assert answer.json["done"] == 2, answer.json
    assert items(cai, "done") != []


def only_bulk(window: Browser) -> bool:
    rows = window.get("/tasks", tab="claimable").json["items"]
    return all(row["in_bulk"] for row in rows)


def test_what_people_must_decide_one_by_one_is_not_approved_in_bulk(
    world: World, tmp_path: Path
) -> None:
    deploy(world, tmp_path, "dudao:neverAuto='true'")
    world.start()
    cai = world.browser("cai")
    listed = items(cai, "claimable")
    body = {"act": "approve", "items": listed, "values": {"outcome": "agree"}}
    [result] = cai.post("/tasks/bulk", body).json["results"]
    assert (result["done"], result["code"]) == (False, "not-in-bulk")
    assert items(cai, "claimable") == listed


def test_many_are_done_in_the_background_and_can_be_stopped(world: World) -> None:
    for number in range(4):
        world.start(title=f"第{number}件")
    ada, bob = world.browser("ada"), world.browser("bob")
    listed = items(ada, "claimable")
    assert bob.post(f"/tasks/{listed[1]['task_id']}/claim", revision=1).status_code == 200
    begun = ada.post("/tasks/batches", {"act": "claim", "items": listed})
    assert begun.status_code == 202, begun.json
    assert (begun.json["waiting"], begun.json["allowed_acts"]) == (4, ["stop"])
    path = f"/tasks/batches/{begun.json['id']}"
    assert begun.headers["Location"].endswith(path)
    assert runner.run_due(world.engine, worker="one", limit=2) == 2
    half = ada.get(path).json
    assert (half["done"] + half["failed"], half["waiting"]) == (2, 2)
    stopped = ada.post(f"{path}/stop").json
    assert (stopped["waiting"], stopped["allowed_acts"]) == (0, [])
    assert {row["state"] for row in stopped["results"]} <= {"done", "refused", "stopped"}
    assert runner.run_due(world.engine, worker="one") == 0
    problem(ada.post(f"{path}/stop"), 409, "nothing-to-stop")
    assert len(items(ada, "mine")) == stopped["done"]
    assert [row["id"] for row in ada.get("/tasks/batches").json] == [begun.json["id"]]
    problem(bob.get(path), 404, "batch-not-found")
    assert bob.get("/tasks/batches").json == []


def test_what_is_refused_in_the_background_says_why_and_undoes_itself(
    world: World, tmp_path: Path
) -> None:
    deploy(world, tmp_path, "dudao:bulk='true' dudao:opinionFor='refuse'")
    for _ in range(2):
        world.start()
    cai = world.browser("cai")
    listed = items(cai, "claimable")
    wish = {"act": "approve", "items": listed, "values": {"outcome": "refuse"}}
    path = f"/tasks/batches/{cai.post('/tasks/batches', wish).json['id']}"
    runner.run_all_due(world.engine)
    refused = cai.get(path).json
    assert (refused["done"], refused["failed"]) == (0, 2)
    assert {row["code"] for row in refused["results"]} == {"opinion-required"}
    assert refused["results"][0]["errors"][0]["pointer"] == "/values/opinion"
    assert items(cai, "mine") == []
    wish["values"] = {"outcome": "agree"}
    path = f"/tasks/batches/{cai.post('/tasks/batches', wish).json['id']}"
    runner.run_all_due(world.engine)
    assert cai.get(path).json["done"] == 2
    with world.engine.read(SYSTEM) as uow:
        kept = uow.session.scalars(sa.select(Job.payload).where(Job.kind == "bulk_act")).all()
    assert len(kept) == 4
    assert not any("values" in payload or "opinion" in payload for payload in kept)


def test_none_and_too_many_are_not_begun(world: World) -> None:
    ada = world.browser("ada")
    for count in (0, batches.MOST + 1):
        rows = [{"task_id": f"{number:032x}", "revision": 1} for number in range(count)]
        problem(ada.post("/tasks/batches", {"act": "claim", "items": rows}), 422, "invalid")
    assert ada.get("/tasks/batches").json == []


@pytest.mark.parametrize(
    ("extra", "rule"),
    [
        ("dudao:bulk='true' dudao:neverAuto='true'", "bulk-never-auto"),
        ("dudao:bulk='yes'", "bulk-choice"),
        ("dudao:opinionFor='reject'", "opinion-choice"),
        ("dudao:opinionFor='refuse' dudao:outcomeField='nope'", "opinion-outcome"),
        ("dudao:opinionFor='refuse' dudao:opinionField='outcome'", "opinion-field"),
        ("dudao:opinionField='opinion'", "opinion-nothing"),
    ],
)
def test_a_model_that_asks_for_the_impossible_is_not_deployed(
    world: World, tmp_path: Path, extra: str, rule: str
) -> None:
    package = models.family(tmp_path / "next", one_task(extra), forms={"note": CHOICES})
    assert [fault.rule for fault in definitions.check(package)] == [rule]
    with pytest.raises(Invalid), world.engine.begin(SYSTEM) as uow:
        definitions.deploy(uow, package)


def test_an_outcome_that_needs_an_opinion_is_not_taken_without(
    world: World, tmp_path: Path
) -> None:
    deploy(world, tmp_path, "dudao:opinionFor='refuse'")
    world.start()
    cai = world.browser("cai")
    task = claimed(cai)
    path = f"/tasks/{task['id']}/complete"
    for opinion in (None, "", " \n"):
        body = {"values": {"outcome": "refuse", "opinion": opinion}}
        found = problem(cai.post(path, body, revision=task["revision"]), 422, "opinion-required")
        assert found["errors"][0]["pointer"] == "/values/opinion"
    body = {"values": {"outcome": "refuse", "opinion": "依据不足"}}
    assert cai.post(path, body, revision=task["revision"]).status_code == 200


def test_an_approval_sheet_holds_what_is_put_before_the_decider(world: World) -> None:
    world.start()
    ada, bob, cai = (world.browser(name) for name in ("ada", "bob", "cai"))
    first = claimed(ada)
    done = ada.post(
        f"/tasks/{first['id']}/complete",
        {"values": {"note": "起草", "opinion": "拟同意"}},
        revision=first["revision"],
    )
    assert done.status_code == 200
    world.clock.advance(hours=1)
    cai = world.browser("cai")
    task = claimed(cai)
    assert cai.post(f"/tasks/{task['id']}/comments", {"text": "请主任定"}).status_code == 201
    cai.put(f"/tasks/{task['id']}/draft", {"values": {"note": "拟发"}}, revision=task["revision"])
    path = f"/tasks/{task['id']}/sheets"
    body = {"title": "关于来文的请示", "proposed": "建议同意。"}
    made = cai.post(path, body)
    assert made.status_code == 201, made.json
    sheet = made.json
    assert (sheet["number"], sheet["version"]) == (1, 1)
    assert sheet["content"]["facts"] == [{"pointer": "/note", "label": "说明", "value": "拟发"}]
    assert [(row["name"], row["text"]) for row in sheet["content"]["opinions"]] == [
        ("ada", "拟同意"),
        ("cai", "请主任定"),
    ]
    again = cai.post(path, {**body, "proposed": "建议缓办。", "replaces": sheet["id"]}).json
    assert (again["number"], again["version"]) == (1, 2)
    assert bob.post(path, body).json["number"] == 2
    rows = cai.get(path).json
    assert [(r["number"], r["version"], r["is_latest"]) for r in rows] == [
        (1, 1, False),
        (1, 2, True),
        (2, 1, True),
    ]
    assert ada.get(f"/sheets/{sheet['id']}").json["proposed"] == "建议同意。"
    problem(cai.post(path, {**body, "title": " "}), 422, "invalid")
    problem(cai.post(path, {**body, "replaces": "0" * 32}), 404, "sheet-not-found")
    for who in ("uma", "eve", "sam"):
        problem(world.browser(who).get(f"/sheets/{sheet['id']}"), 404, "sheet-not-found")
        problem(world.browser(who).post(path, body), 404, "task-not-found")
    kinds = [
        row["text"]
        for row in ada.get(f"/instances/{task['instance']['id']}/events", limit=100).json["items"]
        if row["kind"] == "sheet.made"
    ]
    assert kinds[0] == "生成呈批件第1号（第1版）“关于来文的请示”"
    assert only(cai, "mine")["id"] == task["id"]
