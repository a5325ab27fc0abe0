"""How soon a model can be worked on in the modeller: one of 300 steps, beside a blank one.

From asking for the draft's page to an element of the list having been clicked and its properties
standing there; each time in a new browser with nothing kept. Medians.

Run: python -m bench.modeler_bench [steps] [rounds]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa
from playwright.sync_api import Browser, expect, sync_playwright

from api.auth import COOKIE
from engine import identity
from engine.clock import ManualClock, SystemClock
from engine.database import Database
from engine.repository import model_drafts, model_parts
from engine.tables import User
from ops import migrate
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.modelling import elements, field, furnished, long_model
from tests.browser.sandbox import Sandbox, serving
from tests.factories import SYSTEM

MODEL = "bpmn/leave_request.bpmn"


def main(steps: int, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/bench.db")
        with database.engine.begin() as connection:
            migrate.upgrade(connection)
        clock = ManualClock(SystemClock().now())
        engine = furnished(database, clock, Path(folder))
        with serving(engine, clock) as sandbox, sync_playwright() as play:
            browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            # the browser's own first page, and the server's, are nobody's
            opened(browser, sandbox, draft(sandbox, 1), 1)
            for name, count in (("blank", 1), ("long", steps)):
                where = draft(sandbox, count)
                times = [opened(browser, sandbox, where, count) for _ in range(rounds)]
                middle, slow = statistics.median(times), max(times)
                print(f"{name:6} {count:4} steps   median {middle:5.2f} s   slowest {slow:5.2f} s")
            browser.close()


def draft(sandbox: Sandbox, steps: int) -> str:
    """The address of a draft with such a model."""
    with sandbox.engine.read(SYSTEM) as uow:
        mo = uow.session.scalars(sa.select(User.id).where(User.username == "mo")).one()
        actor = identity.actor_of(uow, mo)
    with sandbox.engine.begin(actor) as uow:
        made = model_drafts.create(uow, "leave_request", name=f"{steps}")
        part = next(each for each in model_parts.of_draft(uow, made) if each.path == MODEL)
        text = long_model(steps).decode()
        model_parts.save(uow, made.id, part.id, text, revision=part.revision)
        model_drafts.let_go(uow, made.id)
        return f"{sandbox.url}/models/{made.id}"


def opened(browser: Browser, sandbox: Sandbox, address: str, steps: int) -> float:
    """Seconds until its last step can be changed."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": COOKIE, "value": sandbox.session_of("mo"), "url": sandbox.url}])
    page = context.new_page()
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    elements(page).get_by_role("button", name=f"第{steps}步").click()
    expect(field(page, "名称")).to_have_value(f"第{steps}步", timeout=30_000)
    took = time.perf_counter() - began
    context.close()
    return took


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    main(given[0] if given else 300, given[1] if len(given) > 1 else 5)
