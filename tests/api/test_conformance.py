"""Requests drawn from the document itself: none is answered by a bug or against the document."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case, checks

from api import openapi
from engine import identity
from engine.clock import ManualClock
from tests.api.browser import done
from tests.api.conftest import Furnished, World, worlds
from tests.conftest import START
from tests.factories import SYSTEM

#: Generated requests for each address, beside those for each rule of its schemas: one for each asker.
EXAMPLES = 8

#: Who asks: the Office, its head, a unit, each of the four administrators, nobody.
ASKERS = ("ada", "cai", "uma", "sam", "sec", "aud", "mia", "")

CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.unsupported_method,
]

_ID = re.compile("[0-9a-f]{32}")


class Stage:
    """The document is read before any test runs, the requests go to the world of the test."""

    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(self, environ: Any, start_response: Any) -> Any:
        answer = self.app(environ, start_response)
        try:  # who asks here reads an answer and does not close it, as a server would
            return [b"".join(answer)]
        finally:
            if hasattr(answer, "close"):
                answer.close()


STAGE = Stage(openapi.application())

# signing out would end the token that all the requests share
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", STAGE).exclude(
    operation_id="session_sign_out"
)


def _askers() -> Iterator[str]:
    return cycle(ASKERS)


@dataclass
class Target:
    """A world in which something has happened: tokens of who asks, and ids that exist."""

    tokens: dict[str, str]
    ids: dict[str, str]
    #: Of each address, who asks it next: the same ones wherever and in whatever order tests run.
    asked: dict[str, Iterator[str]] = field(default_factory=lambda: defaultdict(_askers))

    def aim(self, case: Case) -> None:
        """Give some of the cases an id that exists: a made-up one ends at the door."""
        for name, value in case.path_parameters.items():
            real = self.ids.get(name)
            if real and isinstance(value, str) and _ID.fullmatch(value) and value[0] in "01234567":
                case.path_parameters[name] = real

    def headers(self, case: Case) -> dict[str, str]:
        """Of the next asker, one after the other; nobody has none."""
        asker = next(self.asked[case.operation.label])
        return {"Authorization": f"Bearer {self.tokens[asker]}"} if asker else {}


@pytest.fixture(scope="module")
def target(furnished: Furnished, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """A case that is under way, one with an incident, and tokens of those who ask."""
    with worlds(furnished, tmp_path_factory.mktemp("stage"), ManualClock(START)) as build:
        world = build()
        STAGE.app = world.app
        world.engine.sandboxes_dir = tmp_path_factory.mktemp("sandboxes")
        instance_id = world.start(business_key="1号")
        done(world.browser("ada"))
        done(world.browser("cai"), {"note": "x", "opinion": "fail"})
        running = world.start()
        ada, sam = world.browser("ada"), world.browser("sam")
        yield Target(
            tokens={name: _token(world, name) for name in ASKERS if name},
            ids={
                "instance_id": running,
                "task_id": ada.get(f"/instances/{running}").json["open_tasks"][0]["id"],
                "incident_id": sam.get("/incidents").json["items"][0]["id"],
                "job_id": sam.get("/jobs", instance_id=instance_id).json["items"][0]["id"],
                "definition_id": ada.get("/definitions").json["items"][0]["id"],
            },
        )


def _token(world: World, name: str) -> str:
    with world.engine.begin(SYSTEM) as uow:
        user_id = world.people[name].user_id
        assert user_id is not None
        secret, _ = identity.create_token(
            uow,
            user_id,
            name="test",
            scopes=["read", "write", "admin"],
            expires_at=uow.now + timedelta(days=1),
        )
    return secret


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_one_that_the_document_promises(case: Case, target: Target) -> None:
    target.aim(case)
    case.call_and_validate(headers=target.headers(case), checks=CHECKS)
