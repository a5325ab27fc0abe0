"""Bodies, queries and headers that nobody sends by mistake: a clear 4xx, and nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from api import pagination
from tests.api.browser import claimed, problem
from tests.api.conftest import World

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b"{'family': 'tests'}",
        b'{"family": NaN}',
        b'{"family": Infinity}',
        b'{"values": {"amount": 1e999}}',
        b"\xff\xfe{}",
        b'{"title": "\xc3\x28"}',
        b'{"title": "\\ud800"}',
        b'{"values": {"note": "a\\u0000b"}}',
        b'{"values": {"a\\u0000b": 1}}',
        b"[" * 100_000,
        b'{"values": ' + b'{"a": ' * 40 + b"1" + b"}" * 41,
    ],
)
def test_a_body_that_is_no_json_is_a_400(world: World, body: bytes) -> None:
    ada = world.browser("ada")
    answer = ada.send("POST", "/instances", data=body, headers=JSON)
    problem(answer, 400, "malformed")
    assert ada.get("/instances").json["items"] == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ([], ""),
        ("text", ""),
        (None, ""),
        ({"family": "tests", "values": [1]}, "/values"),
        ({"family": "tests", "values": "x"}, "/values"),
        ({"family": 7, "values": {}}, "/family"),
        ({"family": ["tests"], "values": {}}, "/family"),
        ({"family": {"a": 1}, "values": {}}, "/family"),
        ({"values": {}}, "/family"),
        ({"family": "tests", "values": {}, "colour": "red"}, "/colour"),
        ({"family": "tests", "values": {}, "a/b~c": 1}, "/a~1b~0c"),
        ({"family": "tests", "values": {}, "title": "x" * 301}, "/title"),
        ({"family": "tests", "values": {}, "title": "a\nb"}, "/title"),
        ({"family": "tests", "values": {}, "business_key": ""}, "/business_key"),
    ],
)
def test_a_body_of_the_wrong_shape_is_a_422_that_points(
    world: World, body: Any, pointer: str
) -> None:
    ada = world.browser("ada")
    text = orjson.dumps(body)
    answer = ada.send("POST", "/instances", data=text, headers=JSON)
    faults = problem(answer, 422, "invalid")["errors"]
    assert pointer in {fault["pointer"] for fault in faults}
    assert all(not fault["detail"].isascii() for fault in faults), faults
    assert ada.get("/instances").json["items"] == []


@pytest.mark.parametrize(
    "values",
    [
        {"note": ["x"]},
        {"note": {"a": 1}},
        {"note": True},
        {"note": "x", "amount": "1"},
        {"note": "x", "amount": 1e30},
        {"note": "x" * 300_000},
        {"note": "x", "opinion": 5},
    ],
)
def test_a_form_takes_only_values_of_its_kinds(world: World, values: dict[str, Any]) -> None:
    world.start()
    ada = world.browser("ada")
    task = claimed(ada)
    answer = ada.post(
        f"/tasks/{task['id']}/complete", {"values": values}, revision=task["revision"]
    )
    assert answer.status_code in {200, 422}, answer.json
    if answer.status_code == 422:
        assert all(fault["pointer"].startswith("/values") for fault in answer.json["errors"])
        assert ada.get(f"/tasks/{task['id']}").json["state"] == "claimed"


def test_unknown_values_are_dropped_not_stored(world: World) -> None:
    world.start()
    ada = world.browser("ada")
    task = claimed(ada)
    answer = ada.post(
        f"/tasks/{task['id']}/complete",
        {"values": {"note": "x", "outcome": "approved", "__class__": "y"}},
        revision=task["revision"],
    )
    assert set(answer.json["task"]["values"]) == {"note", "opinion", "amount"}


def test_a_huge_body_is_a_413(build_world: Callable[..., World]) -> None:
    ada = build_world(max_body=10_000).browser("ada")
    body = b'{"family": "tests", "values": {"note": "' + b"x" * 20_000 + b'"}}'
    problem(ada.send("POST", "/instances", data=body, headers=JSON), 413, "too-large")


def test_a_draft_beyond_its_limit_is_refused_and_the_old_one_stays(world: World) -> None:
    world.start()
    ada = world.browser("ada")
    task = claimed(ada)
    path = f"/tasks/{task['id']}/draft"
    kept = ada.put(path, {"values": {"note": "旧"}}, revision=task["revision"]).json
    big = {"values": {"note": "x" * 300_000}}
    problem(ada.put(path, big, revision=kept["revision"]), 422, "draft-too-large")
    assert ada.get(f"/tasks/{task['id']}").json["values"]["note"] == "旧"


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data", "a", ";"])
def test_a_body_of_another_kind_is_a_415(world: World, kind: str) -> None:
    answer = world.browser("ada").send(
        "POST", "/instances", data=b'{"family": "tests"}', headers={"Content-Type": kind}
    )
    problem(answer, 415, "unsupported-media-type")


@pytest.mark.parametrize(
    "row_id",
    [
        "1",
        "0" * 31,
        "0" * 33,
        "G" * 32,
        "A" * 32,
        "0" * 31 + "%0a",
        "..%2f" * 4,
        "%00" * 32,
        "null",
    ],
)
def test_an_id_that_is_none_is_a_404(world: World, row_id: str) -> None:
    ada = world.browser("ada")
    for path in ("/tasks/", "/instances/", "/files/", "/definitions/"):
        problem(ada.get(path + row_id), 404, "no-such-address")


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "====",
        "键",
        "WzFd",
        "e30",
        "bnVsbA",
        "A" * 600,
        pagination.encode("jobs", None, "0" * 32),
        pagination.encode("tasks mine due_at", "text", "0" * 32),
        pagination.encode("tasks mine due_at", 5, "0" * 32),
        pagination.encode("tasks mine due_at", None, "nonsense"),
        pagination.encode("tasks done due_at", None, "0" * 32),
    ],
)
def test_a_cursor_of_another_list_or_of_nothing_is_refused(world: World, cursor: str) -> None:
    answer = world.browser("ada").get("/tasks", tab="mine", cursor=cursor)
    assert problem(answer, 422, "invalid")["errors"][0]["pointer"] == "/cursor"


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("/tasks", "limit", "-1"),
        ("/tasks", "limit", "１０"),
        ("/tasks", "limit", "1_0"),
        ("/tasks", "limit", "9" * 5000),
        ("/tasks", "limit", "1e2"),
        ("/tasks", "tab", "everything"),
        ("/tasks", "sort", "name"),
        ("/tasks", "q", "x" * 81),
        ("/tasks", "q", "a\0b"),
        ("/organisations", "q", "a\0b"),
        ("/organisations", "kind", "\x1b[2J"),
        ("/users", "task_id", "1"),
        ("/jobs", "state", "x"),
        ("/jobs", "instance_id", "x'; drop table job; --"),
        ("/definitions", "key", "\0"),
    ],
)
def test_a_query_that_means_nothing_is_a_422_that_points(
    world: World, path: str, name: str, value: str
) -> None:
    answer = world.browser("ada").get(path, **{name: value})
    assert problem(answer, 422, "invalid")["errors"][0]["pointer"] == f"/{name}"


def test_queries_that_are_not_utf8_are_no_bug(world: World) -> None:
    answer = world.browser("ada").send("GET", "/tasks?q=%ff%fe")
    assert answer.status_code == 200


def test_the_body_of_a_get_and_of_an_act_without_body_is_ignored(world: World) -> None:
    world.start()
    ada = world.browser("ada")
    assert ada.send("GET", "/tasks", data=b"\xff" * 100).status_code == 200
    row = ada.get("/tasks", tab="claimable").json["items"][0]
    answer = ada.send(
        "POST",
        f"/tasks/{row['id']}/claim",
        data=b"[" * 1000,
        headers={"If-Match": "*", "Idempotency-Key": "k"},
    )
    assert answer.status_code == 200
