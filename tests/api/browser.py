"""What a browser does with the API, through the real application: keeps the cookie, sends the token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.auth import ACTING_FOR, cookie_name
from engine.actor import Actor
from engine.engine import Engine
from engine.identity import sign_ins
from engine.tables import SignIn, new_id
from tests.factories import PASSWORD, SYSTEM

API = "/api/v1"


@dataclass
class Browser:
    """One person's window; `csrf` is empty until they sign in."""

    app: Flask
    csrf: str = ""
    #: The id of the person in whose place every request is made.
    acting_for: str = ""
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def sign_in(self, username: str, password: str = PASSWORD) -> TestResponse:
        answer = self.send("POST", "/session", json={"username": username, "password": password})
        if answer.status_code == 200:
            self.csrf = answer.json["csrf_token"]
        return answer

    def admit(self, engine: Engine, actor: Actor) -> Browser:
        """Open a session of this person without a password: typing one is slow on purpose."""
        secret, self.csrf = new_id(), new_id()
        with engine.begin(SYSTEM) as uow:
            uow.session.add(
                SignIn(
                    user_id=actor.user_id,
                    kind=sign_ins.SESSION,
                    secret_digest=sign_ins.digest(secret),
                    csrf_token=self.csrf,
                    created_at=uow.now,
                    expires_at=uow.now + sign_ins.IDLE,
                    last_used_at=uow.now,
                )
            )
        with self.app.app_context():
            self.client.set_cookie(cookie_name(), secret)
        return self

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.send("GET", path, query_string=query)

    def post(
        self, path: str, json: Any = None, *, revision: int | str | None = None, **more: Any
    ) -> TestResponse:
        return self.send("POST", path, json=json, revision=revision, **more)

    def put(self, path: str, json: Any, *, revision: int | str | None = None) -> TestResponse:
        return self.send("PUT", path, json=json, revision=revision)

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        revision: int | str | None = None,
        json: Any = None,
        **more: Any,
    ) -> TestResponse:
        """One request; a path is below /api/v1 unless it names another place."""
        sent = {"X-CSRF-Token": self.csrf} if self.csrf and method != "GET" else {}
        if revision is not None:
            sent["If-Match"] = f'"{revision}"' if isinstance(revision, int) else revision
        if self.acting_for:
            sent[ACTING_FOR] = self.acting_for
        sent |= headers or {}
        if json is not None:
            more["json"] = json
        url = path if path.startswith("/api") else API + path
        return self.client.open(url, method=method, headers=sent, buffered=True, **more)


def problem(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    """The problem document of an answer, after checking that it is this one."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.content_type == "application/problem+json"
    body: dict[str, Any] = answer.json
    assert body["status"] == status
    assert body["code"] == code, body
    assert set(body) == {"type", "title", "status", "code", "detail", "errors"}
    return body


def only(window: Browser, tab: str) -> dict[str, Any]:
    """The one task of a tab."""
    items: list[dict[str, Any]] = window.get("/tasks", tab=tab).json["items"]
    assert len(items) == 1, items
    return items[0]


def claimed(window: Browser) -> dict[str, Any]:
    """The one claimable task, claimed."""
    task = only(window, "claimable")
    answer = window.post(f"/tasks/{task['id']}/claim", revision=task["revision"])
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def done(window: Browser, values: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The one claimable task, claimed and completed; the answer to completing it."""
    task = claimed(window)
    answer = window.post(
        f"/tasks/{task['id']}/complete",
        {"values": values or {"note": "已办"}},
        revision=task["revision"],
    )
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json
    return found
