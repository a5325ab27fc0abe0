"""The office plays its own part without a browser; a person beside it works at the screen.

Both share one sandbox and one clock, so a story is clicked only where it is about its person.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from engine import store, tasks
from engine.clock import LOCAL_ZONE, ManualClock
from engine.database import Database
from engine.engine import Engine
from engine.tables import Task
from processes.supervision.package import PACKAGE
from tests.browser.conftest import Serve
from tests.browser.desk import Desk, appear
from tests.browser.filler import Filler
from tests.browser.sandbox import Sandbox
from tests.process.conftest import Template
from tests.process.office import Office

#: The screen of a phone that is small today.
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}


@dataclass
class VisitedOffice(Office):
    """An office whose clock also moves the sandbox, windows and all."""

    sandbox: Sandbox | None = None

    def go_to(self, day: str | date) -> None:
        on = date.fromisoformat(day) if isinstance(day, str) else day
        assert self.sandbox is not None
        self.sandbox.wait_until(datetime.combine(on, time(10), LOCAL_ZONE))
        self.no_incidents(f"the clock at {on}")


def open_office(
    template: Template, folder: Path, clock: ManualClock, serve: Serve
) -> VisitedOffice:
    """A copy of the samples, served."""
    path = folder / "case.db"
    shutil.copy(template.path, path)
    (folder / "files").mkdir()
    engine = Engine(Database(f"sqlite:///{path}"), clock, [PACKAGE], folder / "files")
    engine.specs = template.specs
    return VisitedOffice(engine=engine, clock=clock, sandbox=serve(engine, clock))


def do_owed(office: VisitedOffice, desk: Desk, step: str, by: str, **values: Any) -> None:
    """From 我单位: the card of this step, its form filled in, handed in, and back."""
    desk.go("/our-unit")
    desk.page.get_by_role("link", name=f"办理：{step}").first.click()
    appear(desk.page.get_by_role("heading", level=1, name=step))
    appear(desk.page.locator(".fjs-form"))
    claim = desk.page.get_by_role("button", name="认领")
    if claim.is_visible():
        claim.click()
    appear(desk.submit_button)
    task = _task(office, desk)
    components, context, filled = _form(office, task, by, values)
    Filler(page=desk.page, context=context).fill(components, filled)
    desk.submit()
    assert office.sandbox is not None
    office.sandbox.run_due()


def _task(office: VisitedOffice, desk: Desk) -> Task:
    """The one whose page is open: several may be called the same."""
    task_id = urlsplit(desk.page.url).path.rpartition("/")[2]
    return next(task for task in office.open_tasks() if task.id == task_id)


def _form(
    office: VisitedOffice, task: Task, by: str, values: Mapping[str, Any]
) -> tuple[Any, Mapping[str, Any], Mapping[str, Any]]:
    """What the form asks and what a person who just wants to get on would fill in."""
    with office.engine.read(office.actor(by)) as uow:
        own = tasks.get(uow, task.id)
        bundle = store.bundle(uow, own.instance.deployment_id)
        form = bundle.forms[own.form_key or ""]
        filled = office.values_for(uow, own, values, holds=False)
        return form.schema["components"], tasks.form_context(uow, own), _named(form, filled)


def _named(form: Any, filled: Mapping[str, Any]) -> dict[str, Any]:
    """Files by the name that is uploaded, not by the id of one that is there already."""
    kinds = {row["key"]: row["type"] for row in form.schema["components"] if "key" in row}
    return {
        key: "材料.pdf" if kinds.get(key) == "filepicker" else value
        for key, value in filled.items()
    }
