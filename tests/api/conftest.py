"""The real application over a real database, with one small family and people who sign in.

`write_paper` goes from a clerk to the head, to the unit by message, and may fail at a service task.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from api.app import ApiSettings, create_app
from engine import instances, working_calendar
from engine.actor import Actor
from engine.clock import ManualClock
from engine.engine import Engine
from engine.package import Handler, ProcessPackage, StepContext
from engine.parties import Party
from tests import factories, models
from tests.api.browser import Browser
from tests.conftest import EngineFor
from tests.factories import SYSTEM

FORM = {
    "type": "default",
    "id": "note",
    "schemaVersion": 16,
    "components": [
        {
            "type": "textfield",
            "id": "f_note",
            "key": "note",
            "label": "说明",
            "validate": {"required": True, "maxLength": 200},
        },
        {"type": "textarea", "id": "f_opinion", "key": "opinion", "label": "意见"},
        {"type": "number", "id": "f_amount", "key": "amount", "label": "数量"},
    ],
}

MODEL = models.bpmn(
    "main",
    "<startEvent id='begin'/>"
    + models.user("draft_paper", extra="dudao:deadline='answer'")
    + models.user("check_paper", group="head", extra="dudao:separateFrom='draft_paper'")
    + models.service("file_paper", "file_paper")
    + "<intermediateCatchEvent id='wait_reply'>"
    "<messageEventDefinition id='d_reply' messageRef='m_reply'/></intermediateCatchEvent>"
    + models.user("read_reply", group="unit", extra="dudao:audience='unit'")
    + "<endEvent id='done'/>"
    + models.flows(
        "begin>draft_paper",
        "draft_paper>check_paper",
        "check_paper>file_paper",
        "file_paper>wait_reply",
        "wait_reply>read_reply",
        "read_reply>done",
    ),
    extra="<message id='m_reply' name='reply'/>",
)


def _file_paper(step: StepContext) -> dict[str, Any]:
    if step.variables.get("opinion") == "fail":
        raise ValueError("the cabinet is locked")
    return {"filed": True}


@dataclass
class World:
    """The application and who lives in it."""

    app: Flask
    engine: Engine
    clock: ManualClock
    people: dict[str, Actor]
    office_id: str
    unit_id: str
    other_id: str

    def browser(self, username: str | None = None) -> Browser:
        """A window, signed in as this person."""
        window = Browser(self.app)
        if username is not None:
            assert window.sign_in(username).status_code == 200
        return window

    def start(self, *, by: str = "ada", **details: Any) -> str:
        """An instance between office and unit; its id."""
        with self.engine.begin(self.people[by]) as uow:
            return instances.start(
                uow,
                "tests",
                title=details.pop("title", "来文"),
                related=[
                    Party(relation="office", organisation_id=self.office_id),
                    Party(relation="unit", organisation_id=self.unit_id),
                ],
                **details,
            ).id


@pytest.fixture
def package(tmp_path: Path) -> ProcessPackage:
    """The family: people start it by its form, the head may send it a reply."""
    family = models.family(
        tmp_path,
        MODEL,
        handlers={"file_paper": Handler(call=_file_paper)},
        forms={"note": FORM},
    )
    return replace(
        family,
        start_form="tests/note",
        acts={
            "message": lambda uow, instance: ["reply"] if uow.actor.holds("head") else [],
            "instance": lambda uow, instance: (
                ["suspend", "resume", "cancel"] if uow.actor.holds("head") else []
            ),
        },
    )


@pytest.fixture
def build_world(
    engine_for: EngineFor, package: ProcessPackage, clock: ManualClock
) -> Callable[..., World]:
    """Makes the world of a test, with these settings."""

    def build(**settings: Any) -> World:
        engine = engine_for(package)
        with engine.begin(SYSTEM) as uow:
            working_calendar.seed(uow, range(2026, 2028))
            office = factories.organisation(uow, "office", name="督导办")
            unit = factories.organisation(uow, "unit", name="第一中学")
            other = factories.organisation(uow, "other", name="别处")
            people = {
                name: factories.person(uow, name, *posts)
                for name, posts in {
                    "ada": [("staff", office)],
                    "bob": [("staff", office)],
                    "cai": [("head", office)],
                    "uma": [("unit", unit)],
                    "eve": [("staff", other)],
                    "sam": [("system_admin", office)],
                    "mia": [("model_editor", office)],
                    "sec": [("security_admin", office)],
                }.items()
            }
        factories.deploy(engine, "tests")
        return World(
            app=create_app(engine, ApiSettings(**settings)),
            engine=engine,
            clock=clock,
            people=people,
            office_id=office.id,
            unit_id=unit.id,
            other_id=other.id,
        )

    return build


@pytest.fixture
def world(build_world: Callable[..., World]) -> World:
    """The world of a test."""
    return build_world()
