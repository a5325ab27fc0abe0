"""Files: up, down, away; bound by the task that hands them in."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from typing import Any

from werkzeug.test import TestResponse

from tests.api.browser import Browser, claimed, problem
from tests.api.conftest import World

PDF = b"%PDF-1.4\n%%EOF\n"


def _upload(
    window: Browser, name: str = "整改报告.pdf", content: bytes = PDF, **more: Any
) -> TestResponse:
    headers = more.pop("headers", None)
    return window.send(
        "POST", "/files", data={"file": (io.BytesIO(content), name), **more}, headers=headers
    )


def test_what_goes_up_comes_down_the_same_as_an_attachment(world: World) -> None:
    ada = world.browser("ada")
    answer = _upload(ada)
    assert answer.status_code == 201, answer.json
    row = answer.json
    assert (row["name"], row["size"], row["media_type"]) == (
        "整改报告.pdf",
        len(PDF),
        "application/pdf",
    )
    assert row["digest"] == hashlib.sha256(PDF).hexdigest()
    assert row["uploaded_by"]["name"] == "ada"
    assert row["allowed_acts"] == ["delete"]
    content = ada.get(f"/files/{row['id']}/content")
    assert content.data == PDF
    disposition = content.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert "filename*=UTF-8''%E6%95%B4" in disposition
    assert content.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in content.headers["Content-Security-Policy"]
    assert ada.get(f"/files/{row['id']}").json == row


def test_a_part_of_a_file_can_be_asked_for(world: World) -> None:
    ada = world.browser("ada")
    path = f"/files/{_upload(ada).json['id']}/content"
    part = ada.send("GET", path, headers={"Range": "bytes=0-4"})
    assert (part.status_code, part.data) == (206, b"%PDF-")
    problem(ada.send("GET", path, headers={"Range": "bytes=900-"}), 400, "malformed")


def test_an_unbound_file_is_its_uploaders_alone(world: World) -> None:
    ada = world.browser("ada")
    file_id = _upload(ada).json["id"]
    for other in ("bob", "cai", "sam"):
        window = world.browser(other)
        problem(window.get(f"/files/{file_id}"), 404, "file-not-found")
        problem(window.get(f"/files/{file_id}/content"), 404, "file-not-found")
        problem(window.send("DELETE", f"/files/{file_id}"), 404, "file-not-found")
    assert ada.send("DELETE", f"/files/{file_id}").status_code == 204
    problem(ada.get(f"/files/{file_id}"), 404, "file-not-found")


def test_a_file_is_for_a_task_that_one_works_on(world: World) -> None:
    world.start()
    ada = world.browser("ada")
    task = claimed(ada)
    row = _upload(ada, task_id=task["id"]).json
    shown = ada.get(f"/tasks/{task['id']}").json["attachments"]
    assert [file["id"] for file in shown] == [row["id"]]
    problem(_upload(world.browser("cai"), task_id=task["id"]), 403, "not-a-candidate")
    problem(_upload(world.browser("eve"), task_id=task["id"]), 404, "task-not-found")


def test_a_file_that_is_not_what_it_says_is_refused(world: World) -> None:
    ada = world.browser("ada")
    for name, content in (
        ("a.pdf", b"MZ\x90\x00 a program"),
        ("a.exe", b"MZ\x90\x00"),
        ("a.pdf", b""),
        ("noextension", PDF),
        ("a.html", b"<script>alert(1)</script>"),
    ):
        answer = _upload(ada, name, content)
        assert answer.status_code == 422, (name, answer.json)
        assert answer.json["errors"][0]["pointer"] == "/file"


def test_an_upload_without_a_file_says_so(world: World) -> None:
    ada = world.browser("ada")
    answer = ada.send(
        "POST", "/files", data={"subject_kind": "x"}, content_type="multipart/form-data"
    )
    assert problem(answer, 422, "invalid")["errors"][0]["pointer"] == "/file"
    assert problem(_upload(ada, colour="red"), 422, "invalid")["errors"][0]["pointer"] == "/colour"
    problem(ada.post("/files", {"task_id": None}), 415, "unsupported-media-type")


def test_a_file_beyond_the_servers_limit_is_a_413(build_world: Callable[..., World]) -> None:
    ada = build_world(max_upload=1000).browser("ada")
    problem(_upload(ada, content=PDF + b"x" * 2000), 413, "too-large")


def test_an_upload_sent_twice_with_a_key_is_one_file(world: World) -> None:
    ada = world.browser("ada")
    key = {"Idempotency-Key": "upload-1"}
    first, second = _upload(ada, headers=key), _upload(ada, headers=key)
    assert first.json == second.json
    assert second.status_code == 201
    problem(_upload(ada, content=PDF + b"more", headers=key), 422, "idempotency-key-reused")
