"""Plays a case as the people of the samples would: claims, fills in forms, completes, waits.

Only what a test is about is written in the test; everything else that a form requires is filled in from
what the case offers, the way a person would who just wants to get on.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from engine import identity, runner, starting, store, tasks, waits
from engine.actor import Actor
from engine.clock import LOCAL_ZONE, ManualClock
from engine.engine import Engine
from engine.errors import Invalid
from engine.filing import files
from engine.permission import access
from engine.rehearsing.answers import small_pdf
from engine.states import JobState
from engine.tables import Deployment, Incident, Instance, Job, Task, User
from engine.unit_of_work import UnitOfWork
from forms import components as c
from supervision import organisations
from supervision.tables import SupervisionCase
from tests.conftest import START
from tests.process.beginnings import Beginnings

SYSTEM = Actor.system("test")


def _look_away() -> None:
    """Nobody watches."""


@dataclass
class Office:
    """An installation with the samples, and a clock that is moved by hand."""

    engine: Engine
    clock: ManualClock
    #: Looks at the office before each act.
    watch: Callable[[], None] = _look_away
    beginnings: Beginnings | None = None

    def actor(self, username: str) -> Actor:
        """A sample person with the posts held today."""
        with self.engine.read(SYSTEM) as uow:
            user = identity.users.by_username(uow, username)
            assert user is not None, username
            return identity.actor_of(uow, user.id)

    def organisation(self, code: str) -> str:
        """The id of an organisation of the pack."""
        with self.engine.read(SYSTEM) as uow:
            row = organisations.by_code(uow, code)
            assert row is not None, code
            return row.organisation_id

    def begin_with(self, name: str, play: Callable[[], str]) -> str:
        """Let the office come as far as `play` leads it; the answer is what `play` answers.

        Where nothing has happened yet, nobody watches and people act by themselves, a second test
        with the same `name` gets a copy of what the first one played.
        """
        is_plain = type(self) is Office and self.watch is _look_away
        if self.beginnings is None or not is_plain or self._has_begun():
            return play()
        return self.beginnings.enter(name, self.engine, self.clock, play)

    def _has_begun(self) -> bool:
        """Something is there that the samples do not bring: a case, another version of the models."""
        with self.engine.read(SYSTEM) as uow:
            cases = uow.session.scalar(sa.select(sa.func.count()).select_from(Instance))
            versions = uow.session.scalar(sa.select(sa.func.count()).select_from(Deployment))
        return bool(cases) or versions != 1 or self.clock.now() != START

    def open(self, by: str, unit: str, **values: Any) -> str:
        """Open a case from its start form; the id of its instance."""
        with self.engine.begin(self.actor(by)) as uow:
            package = self.engine.package("supervision")
            form = starting.start_form(uow, package)
            assert form is not None
            given = {
                "title": "样例案件",
                "start_kind": "plan",
                "form": "special",
                "visit_on": "2026-04-20",
                "asks_self_evaluation": False,
                "unit_id": self.organisation(unit),
                **values,
            }
            filled = _filled(uow, form.components, starting.start_data(uow, package), given, "")
            return starting.by_person(uow, "supervision", filled).id

    def do(
        self,
        element_id: str,
        *,
        by: str | None = None,
        item: str | None = None,
        instance_id: str | None = None,
        **values: Any,
    ) -> None:
        """Complete the oldest open task of an element; `values` are the fields that matter."""
        self.watch()
        task = self.task(element_id, item=item, instance_id=instance_id)
        actor = self.actor(by) if by else self._anyone(task)
        self._hand_back(task, actor)
        with self.engine.begin(actor) as uow:
            own = tasks.get(uow, task.id)
            if own.assignee_id != actor.user_id:
                own = tasks.claim(uow, task.id)
            form_values = self.values_for(uow, own, values)
        try:
            with self.engine.begin(actor) as uow:
                revision = uow.session.get_one(Task, task.id).revision
                tasks.complete(uow, task.id, form_values, revision=revision)
        except Invalid as error:
            if error.code != "form-invalid":
                raise  # what a handler refuses is the test's matter
            wrong = [(fault.pointer, fault.detail) for fault in error.errors]
            raise AssertionError(
                f"the form of {element_id} is filled in wrongly: {wrong}"
            ) from error
        runner.run_all_due(self.engine)
        self.no_incidents(element_id)

    def do_each(self, element_id: str, **values: Any) -> int:
        """Complete every task of an element that is open now."""
        count = len([t for t in self.open_tasks() if t.element_id == element_id])
        for _ in range(count):
            self.do(element_id, **values)
        return count

    def serve(self, *, approve: str | None = None) -> None:
        """What follows every draft: approval (by a post, if one is asked), delivery, receipts."""
        waiting = self.waiting()
        for element in ("approve_by_office_head", "approve_by_lead", "approve_by_chair"):
            if element in waiting:
                self.do(element, by=approve, outcome="approved")
        if "deliver_document" in self.waiting():
            self.do("deliver_document")
        self.do_each("sign_receipt")

    def go_to(self, day: str | date) -> None:
        """Move the clock to ten o'clock of a day; what falls due on the way happens in its time."""
        on = date.fromisoformat(day) if isinstance(day, str) else day
        until = datetime.combine(on, time(10), LOCAL_ZONE)
        while True:
            runner.run_all_due(self.engine)
            due = self._next_due()
            if due is None or due > until:
                break
            self.clock.set(max(due, self.clock.now()))
        if until > self.clock.now():
            self.clock.set(until)
        self.no_incidents(f"the clock at {on}")

    def days(self, count: int) -> None:
        """Move the clock on by whole days."""
        self.go_to(self.today + timedelta(days=count))

    @property
    def today(self) -> date:
        """The local date."""
        return self.clock.now().astimezone(LOCAL_ZONE).date()

    def task(
        self, element_id: str, *, item: str | None = None, instance_id: str | None = None
    ) -> Task:
        """The oldest open task of an element."""
        found = [
            task
            for task in self.open_tasks()
            if task.element_id == element_id
            and item in (None, task.item)
            and instance_id in (None, task.instance_id)
        ]
        assert found, f"no open task {element_id}; waiting: {self.waiting()}"
        return found[0]

    def open_tasks(self) -> list[Task]:
        """Every open task of every case, oldest first."""
        with self.engine.read(SYSTEM) as uow:
            return list(
                uow.session.scalars(
                    sa.select(Task)
                    .where(Task.state.in_(waits.OPEN_TASKS))
                    .order_by(Task.created_at, Task.id)
                )
            )

    def waiting(self) -> list[str]:
        """What the cases wait for, sorted."""
        return sorted(task.element_id for task in self.open_tasks())

    def case(self, instance_id: str) -> SupervisionCase:
        """The case of an instance, detached."""
        with self.engine.read(SYSTEM) as uow:
            return uow.session.scalars(
                sa.select(SupervisionCase).where(SupervisionCase.instance_id == instance_id)
            ).one()

    def state(self, instance_id: str) -> str:
        """The state of an instance."""
        with self.engine.read(SYSTEM) as uow:
            return uow.session.get_one(Instance, instance_id).state

    def rows(self, table: Any, *where: Any) -> Sequence[Any]:
        """Rows of the domain, detached."""
        with self.engine.read(SYSTEM) as uow:
            return uow.session.scalars(sa.select(table).where(*where)).all()

    def no_incidents(self, after: str) -> None:
        """Nothing has failed by itself."""
        with self.engine.read(SYSTEM) as uow:
            found = uow.session.scalars(sa.select(Incident).where(Incident.state == "open")).all()
        assert not found, f"after {after}: {[(i.element_id, i.message) for i in found]}"

    def context(self, element_id: str) -> dict[str, Any]:
        """What the form of an open task shows and chooses from."""
        task = self.task(element_id)
        with self.engine.read(self._anyone(task)) as uow:
            return tasks.form_context(uow, uow.session.get_one(Task, task.id))

    def values_for(
        self, uow: UnitOfWork, task: Task, values: Mapping[str, Any], *, holds: bool = True
    ) -> dict[str, Any]:
        """What a person fills in; who does not hold the task uploads files for no task."""
        bundle = store.bundle(uow, task.instance.deployment_id)
        form = bundle.forms[task.form_key or ""]
        place = task.id if holds else ""
        return _filled(uow, form.components, tasks.form_context(uow, task), values, place)

    def _hand_back(self, task: Task, actor: Actor) -> None:
        """Whoever took the task and was refused puts it back for a colleague."""
        if task.assignee_id in (None, actor.user_id):
            return
        with self.engine.read(SYSTEM) as uow:
            holder = identity.actor_of(uow, task.assignee_id or "")
        with self.engine.begin(holder) as uow:
            tasks.unclaim(uow, task.id)

    def _anyone(self, task: Task) -> Actor:
        with self.engine.read(SYSTEM) as uow:
            row = uow.session.get_one(Task, task.id)
            people = [identity.actor_of(uow, p.id) for p in identity.people_for(uow, row)]
        for person in people:
            with self.engine.read(person) as uow:
                acts = access.allowed_acts(uow, uow.session.get_one(Task, task.id))
            if acts & {"claim", "complete"}:
                return person
        raise AssertionError(f"nobody may take {task.element_id}: {[p.name for p in people]}")

    def _next_due(self) -> datetime | None:
        with self.engine.read(SYSTEM) as uow:
            return uow.session.scalar(
                sa.select(sa.func.min(Job.due_at)).where(
                    Job.state == JobState.SCHEDULED, Job.instance_id.is_not(None)
                )
            )


def user_of(uow: UnitOfWork, username: str) -> User:
    """A sample person's row."""
    return uow.session.scalars(sa.select(User).where(User.username == username)).one()


def _filled(
    uow: UnitOfWork,
    components: tuple[c.Component, ...],
    context: Mapping[str, Any],
    given: Mapping[str, Any],
    task_id: str,
) -> dict[str, Any]:
    """Every field that may be filled in: as given, else as prefilled, else the plainest value."""
    found: dict[str, Any] = {}
    for component in components:
        if isinstance(component, c.Group):
            inner_context = context.get(component.key) if component.key else context
            inner_given = given.get(component.key) if component.key else given
            part = _filled(
                uow,
                component.components,
                {**context, **(inner_context if isinstance(inner_context, Mapping) else {})},
                inner_given if isinstance(inner_given, Mapping) else {},
                task_id,
            )
            found.update({component.key: part} if component.key else part)
        elif isinstance(component, c.Repeat):
            found[component.key] = _rows(uow, component, context, given, task_id)
        elif isinstance(component, c.Field) and component.read_only is not True:
            value = _value(uow, component, context, given, task_id)
            if value is not None:
                found[component.key] = value
    return found


def _rows(
    uow: UnitOfWork,
    component: c.Repeat,
    context: Mapping[str, Any],
    given: Mapping[str, Any],
    task_id: str,
) -> list[dict[str, Any]]:
    known = [row for row in context.get(component.key) or [] if isinstance(row, Mapping)]
    own = given.get(component.key)
    if component.fixed:
        wanted = own if isinstance(own, list) else [own or {}] * len(known)
        pairs = list(zip(wanted, known, strict=False))
    elif isinstance(own, list):
        pairs = [(row, {}) for row in own]
    else:
        pairs = [({}, row) for row in known] or [({}, {})] * component.min_items
    rows = []
    for row, prefilled in pairs:
        filled = _filled(uow, component.components, {**context, **prefilled}, row, task_id)
        if component.item_key and component.item_key in prefilled:
            filled[component.item_key] = prefilled[component.item_key]
        rows.append(filled)
    return rows


def _value(
    uow: UnitOfWork,
    component: c.Field,
    context: Mapping[str, Any],
    given: Mapping[str, Any],
    task_id: str,
) -> Any:
    if component.key in given:
        return given[component.key]
    prefilled = context.get(component.key)
    if prefilled not in (None, "", []):
        return prefilled
    if isinstance(component, c.Text):
        if not component.required and not component.required_if:
            return None
        return "样例内容" if component.pattern is None else "022-88880000"
    if isinstance(component, c.Number):
        return 1 if component.required else None
    if isinstance(component, c.Checkbox):
        return component.required
    if isinstance(component, c.Moment):
        return _moment(uow, component) if component.required or component.required_if else None
    if isinstance(component, c.Choice):
        return _choice(component, context) if component.required or component.min_items else None
    if isinstance(component, c.Files) and component.required:
        stored = files.store(
            uow, io.BytesIO(small_pdf("样例")), "样例.pdf", task_id=task_id or None
        )
        return [stored.id] if component.several else stored.id
    return None


def _moment(uow: UnitOfWork, component: c.Moment) -> str:
    local = uow.now.astimezone(LOCAL_ZONE)
    day = local.date().isoformat()
    return f"{day}T{local:%H:%M}" if component.subtype is c.Subtype.DATETIME else day


def _choice(component: c.Choice, context: Mapping[str, Any]) -> Any:
    if component.options.key:
        values = [row["value"] for row in context.get(component.options.key) or []]
    else:
        values = list(component.options.values or ())
    assert values, f"{component.key} has nothing to choose from"
    return values[:1] if component.several else values[0]
