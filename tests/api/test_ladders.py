"""Ladders of reminders by their addresses: in force, every version, and what is no ladder."""

from __future__ import annotations

from typing import Any

import pytest

from engine import runner
from tests.api.browser import problem
from tests.api.conftest import World

RUNG = {"offset": -2, "unit": "working_days", "to": ["holder"], "channels": ["in_app", "email"]}


def changed(world: World, **more: Any) -> Any:
    body = {"family": "tests", "key": "answer", "rungs": [RUNG], "source": "办公会纪要"}
    return world.browser("sam").post("/ladders/changes", {**body, **more})


def in_force(world: World) -> list[tuple[str, int]]:
    rows = world.browser("ada").get("/ladders", family="tests").json
    return [(row["key"], row["version"]) for row in rows]


def test_without_a_word_of_the_family_there_is_the_default(world: World) -> None:
    [row] = world.browser("ada").get("/ladders", family="tests").json
    assert (row["key"], row["version"], row["allowed_acts"]) == ("*", 1, [])
    assert [rung["offset"] for rung in row["rungs"]] == [-5, -1, 0, 1, 3]
    assert {rung["unit"] for rung in row["rungs"]} == {"working_days"}
    assert "无法定期限" in row["source"]
    [row] = world.browser("sam").get("/ladders", family="tests").json
    assert row["allowed_acts"] == ["change"]


def test_a_change_is_a_new_version_and_none_is_lost(world: World) -> None:
    answer = changed(world)
    assert answer.status_code == 201, answer.json
    assert answer.json["version"] == 1
    assert answer.json["rungs"] == [{**RUNG, "binding": False}]
    late = {"offset": 1, "to": ["role:head", "relation:office", "starter"], "binding": True}
    answer = changed(world, rungs=[RUNG, late], source="主任决定")
    assert answer.json["version"] == 2
    assert answer.json["rungs"][1]["channels"] == ["in_app", "email"]
    assert in_force(world) == [("*", 1), ("answer", 2)]
    rows = world.browser("ada").get("/ladders/versions", family="tests", key="answer").json
    assert [(row["version"], row["source"]) for row in rows] == [(2, "主任决定"), (1, "办公会纪要")]
    assert changed(world, key="*", rungs=[]).json["version"] == 2  # nobody is reminded at all


def test_a_changed_ladder_is_followed_by_what_runs(world: World) -> None:
    changed(world, rungs=[{"offset": -1, "to": ["role:head"]}])
    world.start()
    world.clock.advance(days=14)
    runner.run_all_due(world.engine)
    told = world.browser("cai").get("/notifications").json["items"]
    assert [row["text"] for row in told] == ["“答复期限”将于2026-03-09到期"]
    mine = world.browser("bob").get("/notifications").json["items"]
    assert [row["kind"] for row in mine] == ["notice.arrived"]


@pytest.mark.parametrize(
    ("rung", "pointer", "says"),
    [
        ({"to": ["role:nobody"]}, "/rungs/0/to", "不认识 role:nobody"),
        ({"to": ["relation:office", "relation:moon"]}, "/rungs/0/to", "不认识 relation:moon"),
        ({"to": ["boss"]}, "/rungs/0/to", "不认识 boss"),
        ({"to": []}, "/rungs/0/to", "至少一项"),
        ({"to": None}, "/rungs/0/to", "至少一项"),
        ({"channels": ["in_app", "pigeon"]}, "/rungs/0/channels", "不认识 pigeon"),
        ({"channels": ["email"]}, "/rungs/0/channels", "in_app"),
        ({"channels": []}, "/rungs/0/channels", "至少一项"),
        ({"channels": 7}, "/rungs/0/channels", "至少一项"),
        ({"unit": "months"}, "/rungs/0/unit", "working_days"),
        ({"offset": -251}, "/rungs/0/offset", "不超过250"),
        ({"offset": 367, "unit": "days"}, "/rungs/0/offset", "不超过366"),
        ({"offset": 1.5}, "/rungs/0/offset", "整数"),
        ({"offset": True}, "/rungs/0/offset", "整数"),
        ({"binding": "yes"}, "/rungs/0/binding", "true 或 false"),
        ({"days": 3}, "/rungs/0/days", "没有这一项"),
    ],
)
def test_what_is_no_rung_is_refused_with_its_place(
    world: World, rung: dict[str, Any], pointer: str, says: str
) -> None:
    answer = problem(changed(world, rungs=[{**RUNG, **rung}]), 422, "ladder-invalid")
    assert "提醒未作改动" in answer["detail"]
    found = {fault["pointer"]: fault["detail"] for fault in answer["errors"]}
    assert says in found[pointer]
    assert in_force(world) == [("*", 1)]


def test_the_same_moment_twice_is_refused(world: World) -> None:
    answer = problem(
        changed(world, rungs=[RUNG, {**RUNG, "to": ["starter"]}]), 422, "ladder-invalid"
    )
    assert answer["errors"] == [
        {
            "pointer": "/rungs/1/offset",
            "detail": "同一时间写了两级提醒，请合并。",
            "code": "rung",
        }
    ]
    assert in_force(world) == [("*", 1)]


def test_what_lacks_an_entry_or_says_too_much_is_refused(world: World) -> None:
    problem(changed(world, rungs=[RUNG] * 13), 422, "invalid")
    problem(changed(world, rungs=["tomorrow"]), 422, "invalid")
    problem(changed(world, source=""), 422, "invalid")
    answer = problem(changed(world, source="  "), 422, "invalid")
    assert answer["errors"][0]["pointer"] == "/source"
    assert in_force(world) == [("*", 1)]


@pytest.mark.parametrize(
    ("family", "key"), [("tests", "nothing"), ("moon", "*"), ("moon", "answer")]
)
def test_a_kind_that_does_not_exist_is_not_reminded_of(world: World, family: str, key: str) -> None:
    answer = problem(changed(world, family=family, key=key), 404, "ladder-unknown")
    assert key in answer["detail"]
    versions = world.browser("sam").get("/ladders/versions", family=family, key=key)
    problem(versions, 404, "ladder-unknown")


@pytest.mark.parametrize("who", ["ada", "cai", "uma", "mia", "sec", "aud"])
def test_only_who_runs_the_system_changes_one(world: World, who: str) -> None:
    body = {"family": "tests", "key": "answer", "rungs": [RUNG], "source": "我说的"}
    answer = world.browser(who).post("/ladders/changes", body)
    assert answer.status_code == 403, answer.json
    assert in_force(world) == [("*", 1)]
