"""The real application over a real database, with one small family and people who sign in.

`write_paper` goes from a clerk to the head, to the unit by message, and may fail at a service task.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from api.app import ApiSettings, create_app
from engine import identity, instances
from engine.actor import Actor
from engine.calendars import working_calendar
from engine.clock import ManualClock
from engine.database import Database
from engine.engine import Engine
from engine.package import Handler, ProcessPackage, StepContext
from engine.permission import parties
from engine.permission.parties import Party
from engine.spiff.cache import SpecCache
from tests import factories, models
from tests.api.browser import Browser
from tests.conftest import START
from tests.factories import SYSTEM

FORM: dict[str, Any] = {
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
        """A window, with an open session of this person."""
        window = Browser(self.app)
        if username is not None:
            window.admit(self.engine, self.people[username])
        return window

    def visit(self, path: str, headers: Mapping[str, str] | None = None) -> TestResponse:
        """Any address, as a browser's address bar asks for it."""
        return self.app.test_client().get(path, headers=dict(headers or {}), buffered=True)

    def notify(self, instance_id: str) -> None:
        """Tell the unit of the case."""
        with self.engine.begin(SYSTEM) as uow:
            parties.notify(uow, instance_id, "unit")

    def grant(self, username: str, role: str) -> None:
        """One more post in the office."""
        with self.engine.begin(SYSTEM) as uow:
            user_id = self.people[username].user_id
            assert user_id is not None
            identity.posts.grant(uow, user_id, role, self.office_id)

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


@dataclass
class Furnished:
    """A database with the family deployed and its people, to be copied by every test."""

    path: Path
    package: ProcessPackage
    specs: SpecCache
    people: dict[str, Actor]
    places: dict[str, str]


PEOPLE = {
    "ada": ("staff", "office"),
    "bob": ("staff", "office"),
    "cai": ("head", "office"),
    "uma": ("unit", "unit"),
    "eve": ("staff", "other"),
    "sam": ("system_admin", "office"),
    "mia": ("model_editor", "office"),
    "sec": ("security_admin", "office"),
    "aud": ("audit_admin", "office"),
}
PLACES = {"office": "督导办", "unit": "第一中学", "other": "别处"}


MESSAGES = """
[messages.reply]
name = "转达复函"
relations = ["office"]
groups = ["head"]
confirmation = "确认已经收到复函？"
"""


def package_in(
    folder: Path,
    entries: str = "",
    *,
    second_factor: str = "",
    tables: str = "",
    components: Sequence[Mapping[str, Any]] = (),
) -> ProcessPackage:
    """The family: people start it by its form, the head moves it and may send it a reply.

    `second_factor` is a role that asks for one; `tables` and `components` are added to its manifest
    and its form.
    """
    form = {**FORM, "components": [*FORM["components"], *components]}
    family = models.family(
        folder,
        MODEL,
        handlers={"file_paper": Handler(call=_file_paper)},
        forms={"note": form},
        manifest=MESSAGES + tables,
        entries=entries,
    )
    if second_factor:
        path = Path(str(family.root)) / "manifest.toml"
        role = f"[roles.{second_factor}]\n"
        text = path.read_text("utf-8")
        assert role in text
        path.write_text(text.replace(role, role + "second_factor = true\n"), "utf-8")
    return replace(
        family,
        start_form="tests/note",
        acts={
            "instance": lambda uow, _: (
                ["suspend", "resume", "cancel"] if uow.actor.holds("head") else []
            ),
            "deadline": lambda uow, _: (
                ["pause", "resume", "correct"] if uow.actor.holds("staff") else []
            ),
        },
    )


def furnish(engine: Engine) -> tuple[dict[str, Actor], dict[str, str]]:
    """Calendar, places, people and the deployed family; people by name, place ids by code."""
    with engine.begin(SYSTEM) as uow:
        working_calendar.seed(uow, range(2026, 2028))
        places = {
            code: factories.organisation(uow, code, name=name) for code, name in PLACES.items()
        }
        people = {
            name: factories.person(uow, name, (role, places[where]))
            for name, (role, where) in PEOPLE.items()
        }
    factories.deploy(engine, "tests")
    return people, {code: place.id for code, place in places.items()}


@pytest.fixture(scope="session")
def furnished(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    """Made once: deploying and hashing take longer than a test."""
    return furnished_in(tmp_path_factory.mktemp("furnished"), sqlite_template)


def furnished_in(folder: Path, template: Path, *, entries: str = "", **more: Any) -> Furnished:
    """The same with more `entries` in the manifest's table `family`, and what `package_in` takes."""
    path = folder / "furnished.db"
    shutil.copy(template, path)
    database = Database(f"sqlite:///{path}")
    package = package_in(folder, entries, **more)
    engine = Engine(database, ManualClock(START), [package])
    people, places = furnish(engine)
    database.dispose()
    return Furnished(
        path=path,
        package=package,
        specs=engine.specs,
        people=people,
        places=places,
    )


@contextmanager
def worlds(
    furnished: Furnished, folder: Path, clock: ManualClock
) -> Iterator[Callable[..., World]]:
    """Makes worlds over one copy of the furnished database, with the settings asked for."""
    path = folder / "world.db"
    shutil.copy(furnished.path, path)
    database = Database(f"sqlite:///{path}")

    def build(**settings: Any) -> World:
        engine = Engine(database, clock, [furnished.package], folder / "files")
        engine.specs = furnished.specs
        return World(
            app=create_app(engine, ApiSettings(**settings)),
            engine=engine,
            clock=clock,
            people=furnished.people,
            office_id=furnished.places["office"],
            unit_id=furnished.places["unit"],
            other_id=furnished.places["other"],
        )

    yield build
    database.dispose()


@pytest.fixture
def build_world(
    furnished: Furnished, clock: ManualClock, tmp_path: Path
) -> Iterator[Callable[..., World]]:
    """Makes the world of a test, with these settings."""
    with worlds(furnished, tmp_path, clock) as build:
        yield build


@pytest.fixture
def world(build_world: Callable[..., World]) -> World:
    """The world of a test."""
    return build_world()
