"""A sandbox with a small family, and windows on it in a real Chromium.

The web page must have been built (`make web`). Every test ends by asserting that the browser
reported no error: no script fault, nothing refused by the content security policy, no address asked
but the server's own.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from engine import instances
from engine.actor import Actor
from engine.calendars import working_calendar
from engine.clock import ManualClock
from engine.database import Database
from engine.engine import Engine
from engine.permission.parties import Party
from tests import factories
from tests.browser import paper
from tests.browser.desk import Desk
from tests.browser.sandbox import Sandbox, serving
from tests.factories import SYSTEM

#: Serves an engine by a clock that the test moves.
Serve = Callable[[Engine, ManualClock], Sandbox]

CHROMIUM = os.environ.get("DUDAO_TEST_CHROMIUM") or shutil.which("chromium")

#: A browser for tests: alone, silent, and asking nobody outside.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


#: Other tests run beside these; a screen that comes late there is no fault.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def base_url() -> None:
    """Of pytest-base-url, whose own fixture pytest warns about; every sandbox has its own address."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: Mapping[str, Any]) -> Mapping[str, Any]:
    """The distribution's Chromium, not one that a test tool downloads."""
    if CHROMIUM is None:
        pytest.fail("no chromium: apt-get install chromium fonts-noto-cjk")
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        **browser_context_args,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 1440, "height": 900},
        # a list that still unfolds moves away between the press of the mouse and its release
        "reduced_motion": "reduce",
    }


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves an engine until the test has ended and its windows are closed."""
    with ExitStack() as stack:
        yield lambda engine, clock: stack.enter_context(serving(engine, clock))


@pytest.fixture
def office(sqlite_template: Path, clock: ManualClock, tmp_path: Path, serve: Serve) -> Sandbox:
    """A sandbox with the family `paper`, its people, and one instance started by ada."""
    return _sandbox(sqlite_template, clock, tmp_path, serve, is_flat=False)


@pytest.fixture
def flat_office(sqlite_template: Path, clock: ManualClock, tmp_path: Path, serve: Serve) -> Sandbox:
    """The same, with the review in the process itself: out of it one may come straight back."""
    return _sandbox(sqlite_template, clock, tmp_path, serve, is_flat=True)


def _sandbox(
    template: Path, clock: ManualClock, folder: Path, serve: Serve, *, is_flat: bool
) -> Sandbox:
    path = folder / "sandbox.db"
    shutil.copy(template, path)
    database = Database(f"sqlite:///{path}")
    family = paper.package(folder, is_flat=is_flat)
    engine = Engine(database, clock, [family], folder / "files")
    furnish(engine)
    return serve(engine, clock)


def furnish(engine: Engine) -> None:
    """Two people of the office, its head, one of the unit; a case between office and unit."""
    with engine.begin(SYSTEM) as uow:
        working_calendar.seed(uow, range(2026, 2028))
        bureau = factories.organisation(uow, "office", name="督导办")
        school = factories.organisation(uow, "unit", name="第一中学")
        ada = factories.person(uow, "ada", ("staff", bureau), name="阿达")
        factories.person(uow, "bob", ("staff", bureau), name="鲍勃")
        factories.person(uow, "cai", ("head", bureau), name="蔡主任")
        places = bureau.id, school.id
    factories.deploy(engine, "paper")
    start(engine, ada, places)


def start(engine: Engine, by: Actor, places: tuple[str, str], *, number: int = 1) -> str:
    with engine.begin(by) as uow:
        return instances.start(
            uow,
            "paper",
            business_key=f"测文〔2026〕{number}号",
            title="关于校舍安全的来文",
            related=[
                Party(relation="office", organisation_id=places[0]),
                Party(relation="unit", organisation_id=places[1]),
            ],
        ).id


@pytest.fixture
def open_window(
    browser: Browser,
    browser_context_args: Mapping[str, Any],
    serve: Serve,  # goes on until the windows are closed: an open one asks on
) -> Iterator[Callable[..., Desk]]:
    """Opens windows, each with a session of its own; at the end none may have reported a fault."""
    desks: list[Desk] = []

    def open_one(sandbox: Sandbox, username: str = "", **more: Any) -> Desk:
        context = browser.new_context(**{**browser_context_args, **more})
        desk = Desk(context.new_page(), sandbox.url)
        desks.append(desk)
        if username:
            desk.enter(sandbox.session_of(username))
        return desk

    yield open_one
    for desk in desks:
        desk.page.context.close()
    assert [fault for desk in desks for fault in desk.faults] == []
