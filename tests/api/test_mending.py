"""Mending by addresses: what an operator sees, previews, proposes; what the second person reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import runner
from engine.clock import ManualClock
from tests.api.browser import done, problem
from tests.api.conftest import PEOPLE, Furnished, World, furnished_in, worlds

TITLE = "张某某的来信"


@pytest.fixture(scope="module")
def seconded(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    return furnished_in(
        tmp_path_factory.mktemp("seconded"),
        sqlite_template,
        entries='second_persons = ["head"]\nfixed = ["wait_reply"]\n',
    )


@pytest.fixture
def world(seconded: Furnished, clock: ManualClock, tmp_path: Path) -> Iterator[World]:
    with worlds(seconded, tmp_path, clock) as build:
        yield build()


def failing(world: World) -> str:
    """A case whose service task failed."""
    instance_id = world.start(title=TITLE, business_key=f"K{world.clock.now():%H%M%S%f}")
    done(world.browser("ada"))
    assert done(world.browser("cai"), {"note": "机密", "opinion": "fail"})["incident"]
    world.clock.advance(seconds=1)
    return instance_id


def seen(world: World, instance_id: str) -> dict[str, Any]:
    answer = world.browser("sam").get(f"/operations/instances/{instance_id}")
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def test_an_operator_sees_places_and_names_and_nothing_of_the_matter(world: World) -> None:
    instance_id = failing(world)
    answer = world.browser("sam").get(f"/operations/instances/{instance_id}")
    assert TITLE not in answer.text
    assert "机密" not in answer.text
    case = answer.json
    [incident] = case["incidents"]
    assert (incident["element_id"], incident["allowed_acts"]) == (
        "file_paper",
        ["retry", "propose_skip"],
    )
    assert "note" in case["variables"]
    [process] = case["processes"]
    assert (process["key"], process["done"]) == ("main", ["begin", "check_paper", "draft_paper"])
    assert {token["element_id"] for token in case["tokens"]} == {"file_paper"}
    for name in sorted(PEOPLE):
        if name != "sam":
            refused = world.browser(name).get(f"/operations/instances/{instance_id}")
            problem(refused, 403, "duty-required")
    problem(
        world.browser("sam").get("/operations/instances/" + "0" * 32), 404, "instance-not-found"
    )
    problem(world.browser("sam").get(f"/instances/{instance_id}"), 404, "instance-not-found")


def test_a_skip_is_previewed_proposed_and_confirmed_by_the_head(world: World) -> None:
    instance_id = failing(world)
    base = f"/operations/instances/{instance_id}"
    sam, cai = world.browser("sam"), world.browser("cai")
    plan = {"act": "skip", "incident_id": seen(world, instance_id)["incidents"][0]["id"]}
    preview = sam.post(f"{base}/previews", plan)
    assert preview.status_code == 200, preview.json
    assert preview.json["words"][0] == "跳过“file_paper”，它不再执行。"
    assert [e["what"] for e in preview.json["creates"]] == ["message"]
    assert len(seen(world, instance_id)["incidents"]) == 1

    proposed = sam.post(f"{base}/proposals", {**plan, "reason": "柜子报废"})
    assert proposed.status_code == 201, proposed.json
    assert TITLE not in proposed.text
    path = f"/proposals/{proposed.json['id']}"
    problem(sam.post(f"{path}/confirm", {}), 403, "same-person")
    for name in ("ada", "uma", "eve", "sec", "mia"):
        problem(world.browser(name).post(f"{path}/confirm", {}), 404, "proposal-not-found")
    whole = cai.get(path).json
    assert whole["mend"]["words"] == preview.json["words"]
    assert (whole["mend"]["act"], whole["mend"]["from"]) == ("跳过故障步骤", "file_paper")
    english = cai.send("GET", path, headers={"Accept-Language": "en"}).json
    assert english["mend"]["act"] == "Skip the failed step"
    assert english["mend"]["words"][0] == "“file_paper” is skipped and not run."
    assert english["title"].startswith("Skip the failed step: ")
    assert cai.post(f"{path}/confirm", {"note": "同意"}).status_code == 200
    assert [t["waits_for"] for t in seen(world, instance_id)["tokens"]] == ["message"]

    texts = [row["text"] for row in cai.get(f"/instances/{instance_id}/events").json["items"]]
    assert "跳过故障步骤（sam提出，cai确认）：柜子报废" in texts
    entries = world.browser("aud").get("/journal", kind="instance.mended").json["items"]
    assert [(e["reason"], e["after"]["act"]) for e in entries] == [("柜子报废", "skip")]
    assert entries[0]["before"]["cancelled"]


def test_a_variables_value_is_shown_to_whoever_edits_it_and_told_of(world: World) -> None:
    instance_id = failing(world)
    sam = world.browser("sam")
    plan = {"act": "edit_variable", "variable": "opinion", "value": "pass"}
    shown = sam.post(f"/operations/instances/{instance_id}/previews", plan).json
    assert shown["variable"] == {"name": "opinion", "before": "fail", "after": "pass"}
    [entry] = world.browser("aud").get("/journal", kind="variable.shown").json["items"]
    assert (entry["actor_name"], entry["after"]) == ("sam", {"variable": "opinion"})


def test_moves_that_make_no_sense_are_refused(world: World) -> None:
    instance_id = world.start()
    done(world.browser("ada"))
    base = f"/operations/instances/{instance_id}/previews"
    sam = world.browser("sam")
    [token] = seen(world, instance_id)["tokens"]
    assert [t["element_id"] for t in token["targets"]] == ["draft_paper"]
    move = {"act": "move", "token_id": token["id"]}
    problem(sam.post(base, {**move, "target": "nowhere"}), 422, "unknown-element")
    problem(sam.post(base, {**move, "target": "file_paper"}), 409, "no-route")
    problem(sam.post(base, {**move, "token_id": "x", "target": "draft_paper"}), 422, "format")
    problem(
        sam.post(base, {**move, "token_id": "0" * 32, "target": "draft_paper"}), 409, "token-gone"
    )
    problem(sam.post(base, {"act": "skip", "incident_id": "0" * 32}), 404, "incident-not-found")
    problem(sam.post(base, {"act": "complete"}), 422, "invalid")
    problem(
        world.browser("cai").post(base, {**move, "target": "draft_paper"}), 403, "duty-required"
    )
    problem(
        sam.post("/operations/instances/" + "0" * 32 + "/previews", move), 404, "instance-not-found"
    )


def test_a_message_that_the_family_calls_fixed_is_not_passed(world: World) -> None:
    instance_id = world.start()
    done(world.browser("ada"))
    done(world.browser("cai"))
    [token] = seen(world, instance_id)["tokens"]
    assert (token["element_id"], token["targets"][0]["direction"]) == ("wait_reply", "back")
    plan = {"act": "move", "token_id": token["id"], "target": "read_reply"}
    refused = world.browser("sam").post(f"/operations/instances/{instance_id}/previews", plan)
    problem(refused, 409, "no-route")


def test_an_operator_suspends_alone_and_cancels_with_another(world: World) -> None:
    instance_id = world.start()
    base = f"/operations/instances/{instance_id}"
    sam = world.browser("sam")
    stopped = sam.post(f"{base}/suspend", {"reason": "数据异常"})
    assert (stopped.json["state"], stopped.json["allowed_acts"]) == (
        "suspended",
        ["propose_cancel", "propose_resume", "resume"],
    )
    assert sam.post(f"{base}/resume", {"reason": "查明"}).json["state"] == "active"
    problem(sam.post(f"{base}/suspend", {}), 422, "invalid")
    problem(world.browser("ada").post(f"{base}/suspend", {"reason": "x"}), 403, "duty-required")
    problem(
        sam.post(f"/instances/{instance_id}/cancel", {"reason": "x"}), 404, "instance-not-found"
    )
    proposed = sam.post(f"{base}/proposals", {"act": "cancel", "reason": "误立"})
    pending = sam.post(f"{base}/proposals", {"act": "cancel", "reason": "误立"})
    problem(pending, 409, "proposal-pending")
    confirmed = world.browser("cai").post(f"/proposals/{proposed.json['id']}/confirm", {})
    assert confirmed.status_code == 200, confirmed.json
    assert seen(world, instance_id)["state"] == "cancelled"
    assert seen(world, instance_id)["tokens"] == []


def test_incidents_are_grouped_and_retried_in_the_background(world: World) -> None:
    first, second = failing(world), failing(world)
    sam = world.browser("sam")
    [group] = sam.get("/incidents/groups").json
    assert (group["count"], group["element_id"], group["allowed_acts"]) == (
        2,
        "file_paper",
        ["retry"],
    )
    assert len(group["samples"]) == 2
    assert [case["id"] for case in group["cases"]] == [first, second]
    assert TITLE not in str(group)
    for wrong in ({"reason": "x"}, {"reason": "x", "ids": ["0" * 32], "group": group["key"]}):
        problem(sam.post("/incidents/retry", wrong), 422, "invalid")
    problem(sam.post("/incidents/retry", {"reason": "x", "ids": ["0" * 32]}), 422, "invalid")
    problem(
        sam.post("/incidents/retry", {"reason": "x", "group": "0" * 32}), 409, "nothing-to-retry"
    )
    problem(
        world.browser("cai").post("/incidents/retry", {"reason": "x", "group": group["key"]}),
        403,
        "duty-required",
    )
    problem(world.browser("cai").get("/incidents/groups"), 403, "duty-required")

    begun = sam.post("/incidents/retry", {"reason": "换锁", "group": group["key"]})
    assert (begun.status_code, begun.json["total"], begun.json["done"]) == (202, 2, 0)
    runner.run_all_due(world.engine)
    path = f"/incidents/retries/{begun.json['id']}"
    result = sam.get(path).json
    assert (result["done"], result["reason"], result["started_by"]["name"]) == (2, "换锁", "sam")
    assert {item["outcome"] for item in result["items"]} == {"failed_again"}
    assert {item["instance_id"] for item in result["items"]} == {first, second}
    problem(world.browser("cai").get(path), 403, "duty-required")
    problem(sam.get("/incidents/retries/" + "0" * 32), 404, "retry-not-found")

    assert [row["id"] for row in sam.get("/incidents/retries").json] == [result["id"]]
    assert result["allowed_acts"] == []
    problem(sam.post(f"{path}/stop", {}), 409, "nothing-to-stop")
    problem(world.browser("cai").get("/incidents/retries"), 403, "duty-required")


def test_a_retry_of_many_is_stopped_and_its_incidents_stay_open(world: World) -> None:
    for _ in range(2):
        failing(world)
    sam = world.browser("sam")
    [group] = sam.get("/incidents/groups").json
    begun = sam.post("/incidents/retry", {"reason": "换锁", "group": group["key"]}).json
    path = f"/incidents/retries/{begun['id']}"
    assert begun["allowed_acts"] == ["stop"]
    problem(world.browser("cai").post(f"{path}/stop", {}), 403, "duty-required")
    stopped = sam.post(f"{path}/stop", {}).json
    assert (stopped["done"], stopped["total"], stopped["allowed_acts"]) == (2, 2, [])
    assert {item["outcome"] for item in stopped["items"]} == {"refused"}
    runner.run_all_due(world.engine)
    assert sam.get(path).json == stopped
    assert sam.get("/incidents/groups").json[0]["count"] == 2
    kinds = [e["kind"] for e in world.browser("aud").get("/journal").json["items"]]
    assert kinds[:2] == ["incidents.retry_stopped", "incidents.retried"]
    problem(sam.post("/incidents/retries/" + "0" * 32 + "/stop", {}), 404, "retry-not-found")
