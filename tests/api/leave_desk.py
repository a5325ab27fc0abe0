"""A firm that asks for leave, and its windows: the world in which test_state_machine.py plays."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, ClassVar

import pytest
from hypothesis.stateful import RuleBasedStateMachine, invariant

from api.app import ApiSettings, create_app
from engine import runner
from engine.actor import Actor
from engine.calendars import working_calendar
from engine.clock import ManualClock
from engine.database import Database
from engine.engine import Engine
from engine.package import Handler, ProcessPackage, StepContext
from engine.spiff.cache import SpecCache
from processes.leave_request.package import PACKAGE
from tests import factories
from tests.api.browser import Browser
from tests.api.truth import Case, Task, Truth
from tests.conftest import START
from tests.factories import SYSTEM

PEOPLE: Mapping[str, tuple[tuple[str, str], ...]] = {
    "ann": (("applicant", "sales"),),
    "cid": (("applicant", "sales"), ("colleague", "sales")),
    "bob": (("colleague", "sales"),),
    "mia": (("manager", "sales"),),
    "max": (("manager", "sales"),),
    "eve": (("applicant", "store"), ("manager", "store")),
    "dan": (("director", "firm"),),
    "hal": (("hr", "firm"),),
    "ivy": (("hr", "firm"),),  # does nothing but look
    "sam": (("system_admin", "firm"),),
    "sue": (("system_admin", "firm"),),
    "sid": (("system_admin", "firm"),),
    "mod": (("model_editor", "firm"),),
}
ADMINISTRATORS = frozenset({"sam", "sue", "sid", "mod"})
OBSERVER = "ivy"
ACTORS = tuple(name for name in PEOPLE if name != OBSERVER)
WORK = {"claim", "unclaim", "assign", "complete", "save_draft"}
TABS = ("mine", "claimable", "started", "done")


def _instance_acts(uow: Any, instance: Any) -> list[str]:
    own = ["cancel"] if instance.started_by == uow.actor.user_id else []
    return own + (["suspend", "resume"] if uow.actor.holds("hr") else [])


@dataclass
class Stage:
    """A furnished database to begin from, and the cabinet whose lock makes a step fail."""

    template: Path
    package: ProcessPackage
    specs: SpecCache
    people: dict[str, Actor]
    places: dict[str, str]
    cabinet: dict[str, bool]


@pytest.fixture(scope="module")
def stage(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The family deployed, with its people."""
    path = tmp_path_factory.mktemp("stage") / "furnished.db"
    shutil.copy(sqlite_template, path)
    cabinet = {"locked": False}

    def notify_hr(step: StepContext) -> Any:
        if cabinet["locked"]:
            raise ValueError("the cabinet is locked")
        return PACKAGE.handlers["notify_hr"].call(step)

    handlers = {**PACKAGE.handlers, "notify_hr": Handler(call=notify_hr)}
    package = replace(PACKAGE, handlers=handlers, acts={**PACKAGE.acts, "instance": _instance_acts})
    database = Database(f"sqlite:///{path}")
    engine = Engine(database, ManualClock(START), [package])
    with engine.begin(SYSTEM) as uow:
        working_calendar.seed(uow, range(2026, 2028))
        firm = factories.organisation(uow, "firm")
        places = {
            "firm": firm,
            "sales": factories.organisation(uow, "sales", parent=firm),
            "store": factories.organisation(uow, "store", parent=firm),
        }
        people = {
            name: factories.person(uow, name, *((role, places[code]) for role, code in posts))
            for name, posts in PEOPLE.items()
        }
        ids = {code: place.id for code, place in places.items()}
    factories.deploy(engine, "leave_request")
    database.dispose()
    return Stage(path, package, engine.specs, people, ids, cabinet)


class Desk(RuleBasedStateMachine):
    """One world for each example: how it is entered, and compared with the model."""

    stage: ClassVar[Stage]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(prefix="dudao-users-"))
        shutil.copy(self.stage.template, self.folder / "world.db")
        self.clock = ManualClock(START)
        database = Database(f"sqlite:///{self.folder}/world.db")
        self.engine = Engine(database, self.clock, [self.stage.package], self.folder / "files")
        self.engine.specs = self.stage.specs
        self.app = create_app(self.engine, ApiSettings())
        self.windows: dict[str, Browser] = {}
        self.names = {actor.user_id: name for name, actor in self.stage.people.items()}
        self.truth = Truth({n: set(p) for n, p in PEOPLE.items()}, ADMINISTRATORS)
        self.looked = 0
        self.stage.cabinet["locked"] = False

    def teardown(self) -> None:
        try:
            for name in PEOPLE:
                self.compare(name)
        finally:
            self.engine.database.dispose()
            shutil.rmtree(self.folder)

    # means

    def window(self, who: str) -> Browser:
        if who not in self.windows:
            self.windows[who] = Browser(self.app).admit(self.engine, self.stage.people[who])
        return self.windows[who]

    def id_of(self, who: str) -> str:
        user_id = self.stage.people[who].user_id
        assert user_id is not None
        return user_id

    def told(self, case: Case) -> list[str]:
        """The history, for who reads all of it."""
        path = f"/instances/{case.id}/events"
        page = self.window(OBSERVER).get(path, limit=200).json
        assert page["next_cursor"] is None
        return [row["kind"] for row in page["items"]]

    def settle(self) -> None:
        """The worker does what is due, in the model too; then every case is looked at."""
        runner.run_all_due(self.engine)
        self.truth.tick(self.clock.now())
        for case in self.truth.cases:
            self.learn(case)

    def learn(self, case: Case) -> None:
        """Which tasks are open is the model's to say; new ones tell their id."""
        shown = self.window(OBSERVER).get(f"/instances/{case.id}").json
        rows = {row["id"]: row for row in shown["open_tasks"]}
        assert (shown["state"], shown["definition"]["version"]) == (case.state, case.version)
        assert shown["incidents"] == int(case.incident)
        known = {task.id: task for task in case.tasks}
        assert {task.id for task in case.open_tasks} <= rows.keys()
        for row in rows.values():
            if row["id"] not in known:
                due = row["due_at"]
                case.tasks.append(
                    Task(
                        id=row["id"],
                        case=case,
                        element=row["element_id"],
                        revision=row["revision"],
                        due_at=datetime.fromisoformat(due) if due else None,
                        holder=self.names[row["assignee"]["id"]] if row["assignee"] else None,
                    )
                )
        found = Counter((t.element, t.holder if t.is_given else None) for t in case.open_tasks)
        assert found == case.expected()

    # comparing

    @invariant()
    def two_of_them_see_what_they_should(self) -> None:
        names = list(PEOPLE)
        for _ in range(2):
            self.looked += 1
            self.compare(names[self.looked % len(names)])

    def compare(self, who: str) -> None:
        """Every list of one person."""
        window, truth = self.window(who), self.truth
        cases = {row["id"]: row for row in window.get("/instances").json["items"]}
        assert cases.keys() == {case.id for case in truth.cases if truth.sees_case(who, case)}
        for case in truth.cases:
            if case.id in cases:
                assert set(cases[case.id]["allowed_acts"]) == truth.case_acts(who, case)
                self._compare_tasks(who, case, cases[case.id]["open_tasks"])
        for tab in TABS:
            rows = window.get("/tasks", tab=tab).json["items"]
            assert {row["id"] for row in rows} == truth.tab(who, tab), tab
        counts = window.get("/tasks/counts").json
        assert {tab: counts[tab] for tab in TABS} == {t: len(truth.tab(who, t)) for t in TABS}

    def _compare_tasks(self, who: str, case: Case, rows: list[dict[str, Any]]) -> None:
        seen = {task.id: task for task in case.open_tasks if self.truth.sees_task(who, task)}
        assert {row["id"] for row in rows} == seen.keys()
        for row in rows:
            task = seen[row["id"]]
            assert row["revision"] == task.revision
            assert (row["assignee"] or {}).get("name") == task.holder
            assert set(row["allowed_acts"]) & WORK == self.truth.acts(who, task), task.element
