"""Bodies, queries and headers that nobody sends by mistake: a clear 4xx, and nothing changes."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from werkzeug.test import TestResponse

from api import pagination
from api.headers import AS_FILE, HEADERS, HSTS
from tests.api.browser import claimed, problem
from tests.api.conftest import World
from tests.factories import PASSWORD

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


#: Stands in every secret that is sent; a log that holds it has kept a secret.
SECRET = "Zy-secret-of-a-person-9"  # noqa: S105  # of nobody


@pytest.fixture
def site(build_world: Callable[..., World], tmp_path: Path) -> World:
    """A world with a built page, behind https, whose figures may be read."""
    root = tmp_path / "dist"
    (root / "assets").mkdir(parents=True)
    (root / "index.html").write_text("<!doctype html><title>督导</title>")
    (root / "assets" / "index-a1b2c3.js").write_text("let a = 1;\n")
    return build_world(static_dir=root, cookie_secure=True, metrics_token="m" * 32)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/tasks", 200),
        ("GET", "/assets/index-a1b2c3.js", 200),
        ("GET", "/assets/none.js", 404),
        ("GET", "/metrics", 404),
        ("GET", "/api", 302),
        ("GET", "/api/docs", 200),
        ("GET", "/api/v1/docs", 302),
        ("GET", "/api/v1/openapi.json", 200),
        ("GET", "/api/v1/health", 200),
        ("GET", "/api/v1/session", 401),
        ("GET", "/api/v1/tasks", 401),
        ("GET", "/api/v1/none", 404),
        ("DELETE", "/api/v1/health", 405),
        ("POST", "/api/v1/session", 415),
        ("OPTIONS", "/api/v1/tasks", 200),
    ],
)
def test_every_kind_of_answer_carries_the_headers(
    site: World, method: str, path: str, status: int
) -> None:
    body = {"data": b"a=1", "content_type": "text/plain"} if method == "POST" else {}
    answer = site.app.test_client().open(path, method=method, buffered=True, **body)  # type: ignore[arg-type]  # two kinds of values
    assert answer.status_code == status
    strict(answer)


@pytest.mark.parametrize("path", ["/session", "/health", "/none", "/openapi.json"])
def test_an_answer_of_the_api_opened_as_a_page_is_a_file(site: World, path: str) -> None:
    answer = site.app.test_client().get(f"/api/v1{path}", buffered=True)
    assert answer.headers["Content-Disposition"] == AS_FILE


def strict(answer: TestResponse) -> None:
    """The answer lets nothing be loaded from elsewhere, guessed at, framed or kept."""
    headers = answer.headers
    for name, value in HEADERS.items():
        if name != "Content-Security-Policy":
            assert headers[name] == value, name
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy or "default-src 'none'" in policy
    assert not {"'unsafe-eval'", "*", "http:", "https:"} & set(policy.split())
    assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
    assert headers["Strict-Transport-Security"] == HSTS
    assert "Server" not in headers
    assert "X-Powered-By" not in headers


def test_a_download_and_a_refusal_of_the_view_carry_them_as_well(site: World) -> None:
    ada = site.browser("ada")
    row = ada.send("POST", "/files", data={"file": (io.BytesIO(b"<script>"), "a.txt")}).json
    download = ada.get(f"/files/{row['id']}/content")
    strict(download)
    assert "sandbox" in download.headers["Content-Security-Policy"]
    assert download.headers["Content-Disposition"].startswith("attachment")
    assert "no-cache" in download.headers["Cache-Control"]
    for answer in (ada.get("/tasks"), ada.post("/instances", {}), ada.get("/files/" + "0" * 32)):
        strict(answer)
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/api", "/api/v1/docs", "/api/", "//evil.example/api", "/api//x"])
@pytest.mark.parametrize("host", ["localhost", "evil.example"])
def test_no_redirect_leads_to_another_place(site: World, path: str, host: str) -> None:
    sent = {"Host": host, "X-Forwarded-Host": "evil.example"}
    answer = site.app.test_client().get(path, headers=sent)
    location = answer.headers.get("Location", "/")
    assert location.startswith("/")
    assert not location.startswith("//")


def test_an_upload_of_too_many_parts_is_refused(world: World) -> None:
    ada = world.browser("ada")
    parts = {f"part{n}": "x" for n in range(400)}
    answer = ada.send("POST", "/files", data={**parts, "file": (io.BytesIO(b"x"), "a.txt")})
    assert answer.status_code == 413
    assert ada.send(
        "POST", "/files", data={"file": (io.BytesIO(b"x"), "../a.txt")}
    ).status_code in {
        201,
        422,
    }


def test_no_log_holds_a_secret_or_a_body(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    window = world.browser()
    assert window.sign_in("ada", SECRET).status_code == 401
    assert window.sign_in(SECRET, PASSWORD).status_code == 401
    assert window.sign_in("ada").status_code == 200
    cookie = window.client.get_cookie("dudao_session")
    assert cookie is not None
    later = (world.clock.now() + timedelta(days=2)).isoformat()
    token = window.post("/tokens", {"name": "script", "scopes": ["read"], "expires_at": later})
    assert token.status_code == 201, token.json
    secrets = [SECRET, PASSWORD, cookie.value, window.csrf, token.json["secret"]]

    window.post(
        "/session/recovery", {"username": "ada", "halves": [SECRET] * 2, "password": SECRET}
    )
    window.post("/account/password", {"current": SECRET, "password": SECRET + SECRET})
    window.post("/account/second-factor", {"password": SECRET})
    window.send("POST", "/files", data={"file": (io.BytesIO(SECRET.encode()), "a.txt")})
    window.send("GET", f"/tasks?q={SECRET}")
    window.send("GET", "/tasks", headers={"Authorization": f"Bearer {SECRET}"})
    window.send("POST", "/session", data=SECRET.encode(), headers=JSON)
    world.start()
    task = claimed(window)
    path = f"/tasks/{task['id']}"
    draft = window.put(f"{path}/draft", {"values": {"note": SECRET}}, revision=task["revision"])
    assert draft.status_code == 200, draft.json
    window.post(f"{path}/complete", {"values": {"note": SECRET, "amount": SECRET}}, revision="*")

    assert caplog.records
    for record in caplog.records:
        told = f"{record.getMessage()} {vars(record)} {record.exc_text}"
        assert not [secret for secret in secrets if secret in told], told
