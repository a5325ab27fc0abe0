"""Cases moved to another version over the API: plan, check, rehearse, start, watch, put back."""

from __future__ import annotations

import io
from typing import Any

from engine import runner
from tests.api.browser import Browser, problem
from tests.api.conftest import MODEL, World

RENAMED = MODEL.replace("draft_paper", "write_paper").replace(
    "name='write_paper'", "name='draft_paper'"
)


def versions(mia: Browser, text: str = RENAMED) -> dict[str, str]:
    """Deploy a second version; the two of them."""
    parts = {"family": "tests", "files": [(io.BytesIO(text.encode()), "bpmn/m0.bpmn")]}
    assert mia.send("POST", "/deployments", data=parts).status_code == 201
    newer, older = mia.get("/deployments", family="tests").json
    return {"from": older["id"], "to": newer["id"]}


def planned(mia: Browser) -> dict[str, Any]:
    plan: dict[str, Any] = mia.post("/migrations/plan", versions(mia)).json
    return plan


def test_a_case_is_moved_and_put_back(world: World) -> None:
    instance = world.start()
    world.start()
    mia = world.browser("mia")
    plan = planned(mia)
    [pair] = [row for row in plan["pairs"] if row["source"] == "draft_paper"]
    assert (pair["target"], pair["how"]) == ("write_paper", "proposed")
    assert mia.post("/migrations/check", plan).json == {"faults": []}

    one = {**plan, "limit": 1}
    first = mia.post("/migrations/rehearsal", one).json
    assert len(first["items"]) == 1
    again = mia.post("/migrations/rehearsal", {**one, "cursor": first["next_cursor"]}).json
    assert again["next_cursor"] is None
    shown = {row["id"]: row for row in [*first["items"], *again["items"]]}
    assert shown[instance]["possible"]
    assert shown[instance]["tasks"][0]["to"] == "write_paper"

    started = mia.post("/migrations", {**plan, "reason": "新版本"})
    assert started.status_code == 201, started.json
    path = f"/migrations/{started.json['id']}"
    assert mia.post(f"{path}/pause", {}).json["state"] == "paused"
    runner.run_all_due(world.engine)
    assert mia.get(path).json["waiting"] == 2
    assert mia.post(f"{path}/resume", {}).json["state"] == "running"
    runner.run_all_due(world.engine)
    done = mia.get(path).json
    assert (done["state"], done["moved"], done["refused"]) == ("done", 2, 0)
    [item] = [i for i in mia.get(f"{path}/items").json["items"] if i["instance_id"] == instance]
    ada = world.browser("ada")
    [task] = [
        t
        for t in ada.get("/tasks", tab="claimable").json["items"]
        if t["instance"]["id"] == instance
    ]
    assert task["element_id"] == "write_paper"

    back = mia.post(f"{path}/items/{item['id']}/revert", {"reason": "有误"})
    assert back.json["state"] == "reverted", back.json
    [task] = [
        t
        for t in ada.get("/tasks", tab="claimable").json["items"]
        if t["instance"]["id"] == instance
    ]
    assert task["element_id"] == "draft_paper"
    problem(mia.post(f"{path}/items/{item['id']}/revert", {"reason": "x"}), 409, "not-migrated")
    assert [row["id"] for row in mia.get("/migrations", family="tests").json] == [done["id"]]


def test_a_plan_with_faults_is_refused_with_all_of_them(world: World) -> None:
    world.start()
    mia = world.browser("mia")
    plan = planned(mia)
    for row in plan["pairs"]:
        if row["source"] == "draft_paper":
            row["target"] = None
    [fault] = mia.post("/migrations/check", plan).json["faults"]
    assert (fault["element"], fault["rule"]) == ("draft_paper", "no-place")
    problem(mia.post("/migrations", {**plan, "reason": "新版本"}), 422, "plan-faults")
    problem(mia.post("/migrations/proposals", {**plan, "reason": "新版本"}), 422, "plan-faults")
    assert mia.get("/migrations").json == []


def test_only_keepers_of_the_models_move_cases(world: World) -> None:
    plan = planned(world.browser("mia"))
    nobody = "0" * 32
    for name in ("ada", "cai", "sec", "aud"):
        window = world.browser(name)
        pair = {key: plan[key] for key in ("from", "to")}
        problem(window.post("/migrations/plan", pair), 403, "duty-required")
        for path in ("check", "rehearsal"):
            problem(window.post(f"/migrations/{path}", plan), 403, "duty-required")
        for path in ("/migrations", "/migrations/proposals"):
            problem(window.post(path, {**plan, "reason": "x"}), 403, "duty-required")
        problem(window.get("/migrations"), 403, "duty-required")
        problem(window.post(f"/migrations/{nobody}/pause", {}), 403, "duty-required")
    problem(world.browser("mia").get(f"/migrations/{nobody}"), 404, "migration-not-found")
