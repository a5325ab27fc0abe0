"""Plays a rehearsal story by clicking: the same file that `dudao rehearse` plays without a browser.

Each person has a window of their own that stays open; one at a time is looked at. Who does what, when
and with which values is the story's; where to click is this module's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from playwright.sync_api import Error

from engine import identity, starting, store, tasks, waits
from engine.actor import Actor
from engine.errors import EngineError
from engine.permission import access
from engine.rehearsing import answers
from engine.tables import Event, Instance, Task, User
from engine.unit_of_work import UnitOfWork
from ops import expectations
from ops.stories import Opening, Routine, Step, Story
from tests.browser.desk import Desk, appear
from tests.browser.filler import Filler
from tests.browser.sandbox import Sandbox
from tests.factories import SYSTEM


@dataclass(kw_only=True)
class Player:
    """Everybody's hands. `open_window(sandbox, username)` opens a window with a session."""

    sandbox: Sandbox
    open_window: Callable[..., Desk]
    story: Story
    desks: dict[str, Desk] = field(default_factory=dict)
    _looked_at: Desk | None = None

    def play(self, steps: Iterable[Step]) -> None:
        for step in steps:
            try:
                self._play(step)
            except (AssertionError, Error, EngineError, expectations.UnmetError) as error:
                error.add_note(f"{step.place}, {self.sandbox.clock.now()}: {step.complete}")
                raise

    def start(self, opening: Opening) -> None:
        """Open a case with the start form of the story's family."""
        desk = self._desk(opening.by)
        with self.sandbox.engine.read(self._actor(opening.by)) as uow:
            package = uow.engine.package(self.story.family)
            context = starting.start_data(uow, package)
            values = answers.resolve(uow, opening.values, context)
            form = starting.start_form(uow, package)
        assert form is not None
        desk.page.get_by_role("navigation", name="主导航").get_by_role("link", name="案件").click()
        desk.page.get_by_role("link", name="发起", exact=True).click()
        main = desk.page.get_by_role("main")
        choice = main.get_by_role("link", name=package.manifest.name, exact=True)
        heading = desk.page.get_by_role("heading", level=1, name=f"发起：{package.manifest.name}")
        appear(choice.or_(heading))
        if choice.is_visible():
            choice.click()
        appear(desk.page.locator(".fjs-form"))
        Filler(page=desk.page, context=context).fill(form.schema["components"], values)
        desk.page.get_by_role("button", name="发起").click()
        appear(desk.page.get_by_role("heading", name="正在办理"))
        self.sandbox.run_due()

    def _play(self, step: Step) -> None:
        if step.on is not None:
            self.sandbox.wait_until(step.on)
        if step.complete:
            for element_id in step.complete:
                self._complete(step, element_id)
        elif step.start is not None:
            self.start(step.start)
        elif step.wait_until is not None:
            self.sandbox.wait_until(step.wait_until)
        else:
            with self.sandbox.engine.read(SYSTEM) as uow:
                first = sa.select(Instance).order_by(Instance.started_at, Instance.id)
                rows = [row for row in uow.session.scalars(first) if step.of in row.title]
                expectations.check(uow, rows[0], step.expect)

    def _complete(self, step: Step, element_id: str) -> None:
        routine = self.story.routine.get(element_id, Routine())
        found = self._open_tasks(step, element_id)
        assert found, f"{step.place}: no open {element_id}"
        for task_id in found if step.each else found[:1]:
            self._complete_one(step, routine, task_id)
        self.sandbox.run_due()

    def _complete_one(self, step: Step, routine: Routine, task_id: str) -> None:
        username = step.by or routine.by or self._anyone(task_id)
        desk = self._desk(username)
        with self.sandbox.engine.read(self._actor(username)) as uow:
            task = tasks.get(uow, task_id)
            mine = task.assignee_id == uow.actor.user_id
            own = answers.merged(routine.values, step.values)
        if step.refused in {"not-a-candidate", "not-allowed", "separated"}:
            desk.expect_no_row(task_id, "可认领")
            return
        desk.open_row(task_id, "我的待办" if mine else "可认领")
        with self.sandbox.engine.read(self._actor(username)) as uow:
            task = tasks.get(uow, task_id)
            context = tasks.form_context(uow, task)
            values = answers.resolve(uow, own, context)
            components = _components(uow, task)
        values = answers.merged(values, answers.merged(routine.upload, step.upload))
        Filler(page=desk.page, context=context).fill(components, values)
        if step.refused:
            desk.submit_button.click()
            appear(desk.page.get_by_role("alert").first)
        else:
            desk.submit()

    def _open_tasks(self, step: Step, element_id: str) -> list[str]:
        with self.sandbox.engine.read(SYSTEM) as uow:
            rows: Sequence[Task] = uow.session.scalars(
                sa.select(Task)
                .outerjoin(Event, sa.and_(Event.task_id == Task.id, Event.kind == "task.created"))
                .where(Task.element_id == element_id, Task.state.in_(waits.OPEN_TASKS))
                .order_by(Task.created_at, Task.instance_id, Event.seq)
            ).all()
            rows = [
                row
                for row in rows
                if step.of in row.instance.title
                and (not step.item or step.item in _label(uow, row))
            ]
            ids = [row.id for row in rows]
        if step.by:
            actor = self._actor(step.by)
            ids = [task_id for task_id in ids if self._may(actor, task_id)] or ids
        return ids

    def _anyone(self, task_id: str) -> str:
        """Whoever among the sample accounts may take the task."""
        with self.sandbox.engine.read(SYSTEM) as uow:
            task = uow.session.get_one(Task, task_id)
            people = identity.people_for(uow, task)
            actors = [(person.username, identity.actor_of(uow, person.id)) for person in people]
        return next(username for username, actor in actors if self._may(actor, task_id))

    def _may(self, actor: Actor, task_id: str) -> bool:
        with self.sandbox.engine.read(actor) as uow:
            acts = access.allowed_acts(uow, uow.session.get_one(Task, task_id))
        return "claim" in acts or "complete" in acts

    def _actor(self, username: str) -> Actor:
        with self.sandbox.engine.read(SYSTEM) as uow:
            user_id = uow.session.scalars(sa.select(User.id).where(User.username == username)).one()
            return identity.actor_of(uow, user_id)

    def _desk(self, username: str) -> Desk:
        """Their window, in front: the others ask nothing while nobody looks at them."""
        if username not in self.desks:
            self.desks[username] = self.open_window(self.sandbox, username)
        desk = self.desks[username]
        if self._looked_at is not desk:
            if self._looked_at is not None:
                self._looked_at.look(away=True)
            desk.look(away=False)
            self._looked_at = desk
        return desk


def _label(uow: UnitOfWork, task: Task) -> str:
    return "\n".join([task.item, *answers.texts(tasks.form_context(uow, task))])


def _components(uow: UnitOfWork, task: Task) -> list[Mapping[str, Any]]:
    form = store.bundle(uow, task.instance.deployment_id).forms.get(task.form_key or "")
    return list(form.schema["components"]) if form is not None else []
