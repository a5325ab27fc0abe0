"""The same request twice is done once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.api.browser import claimed, problem
from tests.api.conftest import World
from tests.factories import SYSTEM

START = {"family": "tests", "values": {"note": "请办"}}
KEY = {"Idempotency-Key": "start-1"}


def test_a_repeated_request_gets_the_stored_answer_and_does_nothing(world: World) -> None:
    ada = world.browser("ada")
    first = ada.post("/instances", START, headers=KEY)
    again = ada.post("/instances", START, headers=KEY)
    assert first.status_code == again.status_code == 201
    assert again.data == first.data
    assert again.headers["Location"] == first.headers["Location"]
    assert again.content_type == "application/json"
    assert len(ada.get("/instances").json["items"]) == 1


def test_a_repeated_completion_is_not_a_conflict_and_keeps_its_tag(world: World) -> None:
    world.start()
    ada = world.browser("ada")
    task = claimed(ada)
    sent = {"json": {"values": {"note": "x"}}, "revision": task["revision"], "headers": KEY}
    first = ada.post(f"/tasks/{task['id']}/complete", **sent)
    again = ada.post(f"/tasks/{task['id']}/complete", **sent)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["ETag"] == first.headers["ETag"]


def test_the_key_of_another_request_is_refused(world: World) -> None:
    ada = world.browser("ada")
    ada.post("/instances", START, headers=KEY)
    other = {**START, "title": "别的"}
    problem(ada.post("/instances", other, headers=KEY), 422, "idempotency-key-reused")
    assert len(ada.get("/instances").json["items"]) == 1


def test_two_people_may_choose_the_same_key(world: World) -> None:
    one = world.browser("ada").post("/instances", START, headers=KEY)
    two = world.browser("bob").post("/instances", START, headers=KEY)
    assert one.json["id"] != two.json["id"]


def test_a_refused_request_leaves_its_key_free(world: World) -> None:
    ada = world.browser("ada")
    wrong = {"family": "tests", "values": {}}
    problem(ada.post("/instances", wrong, headers=KEY), 422, "form-invalid")
    assert ada.post("/instances", START, headers=KEY).status_code == 201


@pytest.mark.parametrize("key", ["", "a b", "x" * 201, "键", "a\x7f"])
def test_a_key_that_is_none_is_refused(world: World, key: str) -> None:
    answer = world.browser("ada").post(
        "/instances", START, headers={"Idempotency-Key": key.encode().decode("latin-1")}
    )
    problem(answer, 422, "idempotency-key-malformed")


def test_the_same_request_at_the_same_time_is_done_once(world: World) -> None:
    windows = [world.browser("ada") for _ in range(6)]
    with ThreadPoolExecutor(len(windows)) as pool:
        answers = list(pool.map(lambda w: w.post("/instances", START, headers=KEY), windows))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.data for answer in answers}) == 1
    assert len(windows[0].get("/instances").json["items"]) == 1


def test_a_task_completed_by_two_windows_at_once_is_completed_once(world: World) -> None:
    instance_id = world.start()
    task = claimed(world.browser("ada"))
    windows = [world.browser("ada") for _ in range(5)]
    with ThreadPoolExecutor(len(windows)) as pool:
        answers = list(
            pool.map(
                lambda window: window.post(
                    f"/tasks/{task['id']}/complete",
                    {"values": {"note": "x"}},
                    revision=task["revision"],
                ),
                windows,
            )
        )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]
    events = windows[0].get(f"/instances/{instance_id}/events").json["items"]
    assert [row["kind"] for row in events].count("task.completed") == 1


def test_the_secret_of_a_token_is_kept_nowhere(world: World) -> None:
    ada = world.browser("ada")
    expires = (world.clock.now() + timedelta(days=30)).isoformat()
    wanted = {"name": "脚本", "scopes": ["read"], "expires_at": expires}
    secrets = {ada.post("/tokens", wanted, headers=KEY).json["secret"] for _ in range(2)}
    assert len(secrets) == 2
    with world.engine.read(SYSTEM) as uow:
        dump = " ".join(uow.session.connection().connection.iterdump())  # type: ignore[attr-defined]
    assert not any(secret in dump for secret in secrets)
