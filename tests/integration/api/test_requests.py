"""What the API promises of each request, on every database: once, whole, in order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.app import ApiSettings, create_app
from engine.clock import ManualClock
from engine.database import Database
from engine.engine import Engine
from tests.api.browser import claimed, problem
from tests.api.conftest import World, furnish, package_in

START = {"family": "tests", "values": {"note": "请办"}}
KEY = {"Idempotency-Key": "start-1"}


@pytest.fixture
def world(database: Database, clock: ManualClock, tmp_path: Path) -> World:
    """The small world of the API's tests, on this database."""
    engine = Engine(database, clock, [package_in(tmp_path)], tmp_path / "files")
    people, places = furnish(engine)
    return World(
        app=create_app(engine, ApiSettings()),
        engine=engine,
        clock=clock,
        people=people,
        office_id=places["office"],
        unit_id=places["unit"],
        other_id=places["other"],
    )


def test_the_same_request_at_the_same_time_is_done_once(world: World) -> None:
    windows = [world.browser("ada") for _ in range(6)]
    with ThreadPoolExecutor(len(windows)) as pool:
        answers = list(pool.map(lambda w: w.post("/instances", START, headers=KEY), windows))
    assert [answer.status_code for answer in answers] == [201] * 6
    assert len({answer.data for answer in answers}) == 1
    assert len(windows[0].get("/instances").json["items"]) == 1


def test_a_task_is_claimed_by_one_and_completed_once(world: World) -> None:
    instance_id = world.start()
    rivals = [world.browser(name) for name in ("ada", "bob", "ada", "bob")]
    task = rivals[0].get("/tasks", tab="claimable").json["items"][0]
    with ThreadPoolExecutor(len(rivals)) as pool:
        claims = list(
            pool.map(
                lambda w: w.post(f"/tasks/{task['id']}/claim", revision=task["revision"]), rivals
            )
        )
    winners = {answer.json["assignee"]["name"] for answer in claims if answer.status_code == 200}
    assert len(winners) == 1
    assert {answer.status_code for answer in claims} <= {200, 409, 412}
    name = winners.pop()
    windows = [world.browser(name) for _ in range(4)]
    path = f"/tasks/{task['id']}"
    revision = windows[0].get(path).json["revision"]
    body = {"values": {"note": "x"}}
    with ThreadPoolExecutor(len(windows)) as pool:
        done = list(
            pool.map(lambda w: w.post(f"{path}/complete", body, revision=revision), windows)
        )
    assert sorted(answer.status_code for answer in done) == [200, 409, 409, 409]
    kinds = [e["kind"] for e in windows[0].get(f"/instances/{instance_id}/events").json["items"]]
    assert kinds.count("task.completed") == 1


def test_pages_follow_each_other_in_every_order(world: World) -> None:
    for number in range(5):
        world.start(title=f"来文{number}")
        world.clock.advance(minutes=1)
    ada = world.browser("ada")
    for sort in ("due_at", "-due_at", "created_at", "-created_at", "-completed_at"):
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            query = {"cursor": cursor} if cursor else {}
            page = ada.get("/tasks", tab="claimable", sort=sort, limit=2, **query).json
            seen += [row["instance"]["title"] for row in page["items"]]
            cursor = page["next_cursor"]
        assert sorted(seen) == [f"来文{number}" for number in range(5)], sort
    for path, limit in (("/instances", 2), ("/organisations", 2), ("/jobs", 2)):
        window = world.browser("sam") if path == "/jobs" else ada
        ids: list[str] = []
        cursor = ""
        while cursor is not None:
            query = {"cursor": cursor} if cursor else {}
            page = window.get(path, limit=limit, **query).json
            ids += [row["id"] for row in page["items"]]
            cursor = page["next_cursor"]
        assert len(ids) == len(set(ids)) >= 3, path


def test_what_the_database_could_not_store_is_refused_before_it(world: World) -> None:
    ada = world.browser("ada")
    body = b'{"family": "tests", "values": {"note": "a\\u0000b"}}'
    answer = ada.send("POST", "/instances", data=body, headers={"Content-Type": "application/json"})
    problem(answer, 400, "malformed")
    problem(ada.get("/tasks", q="a\0b"), 422, "invalid")
    problem(ada.get("/definitions", key="\0"), 422, "invalid")
    emoji = {"family": "tests", "values": {"note": "😀 𠮷"}, "title": "😀"}
    assert ada.post("/instances", emoji).json["title"] == "😀"


def test_a_refused_completion_leaves_the_draft(world: World) -> None:
    world.start()
    ada = world.browser("ada")
    task = claimed(ada)
    path = f"/tasks/{task['id']}"
    kept = ada.put(f"{path}/draft", {"values": {"note": "草稿"}}, revision=task["revision"]).json
    refused = ada.post(f"{path}/complete", {"values": {}}, revision=kept["revision"])
    problem(refused, 422, "form-invalid")
    assert ada.get(path).json["values"]["note"] == "草稿"
