"""Drives instances in tests through the engine's public verbs, as people and a worker would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engine import instances, runner, tasks, waits
from engine.actor import Actor, PostRef
from engine.calendars import working_calendar
from engine.clock import ManualClock
from engine.engine import Engine
from engine.permission.parties import Party
from engine.record import history
from engine.repository import definitions
from engine.tables import (
    Activity,
    Incident,
    Instance,
    Job,
    Organisation,
    Post,
    Task,
    User,
    new_id,
)

SYSTEM = Actor.system("test")


@dataclass
class Driver:
    """One family deployed, an office and a unit, and people in them."""

    engine: Engine
    clock: ManualClock
    family: str = "tests"
    office_id: str = ""
    unit_id: str = ""
    people: dict[str, Actor] = field(default_factory=dict)

    def set_up(self) -> Driver:
        """Deploy the family; make the office, the unit, and ada, bob (staff), cai (head), uma (unit)."""
        with self.engine.begin(SYSTEM) as uow:
            working_calendar.seed(uow, range(2026, 2028))
            definitions.deploy(uow, self.engine.package(self.family))
            self.office_id = self._organisation(uow.session, "office")
            self.unit_id = self._organisation(uow.session, "unit")
            for name, group, organisation_id in (
                ("ada", "staff", self.office_id),
                ("bob", "staff", self.office_id),
                ("cai", "head", self.office_id),
                ("uma", "unit", self.unit_id),
            ):
                user = User(
                    id=new_id(),
                    username=name,
                    name=name,
                    password_hash="none",  # noqa: S106  # nobody signs in here
                    created_at=uow.now,
                )
                uow.session.add(user)
                uow.session.flush()
                uow.session.add(
                    Post(
                        user_id=user.id,
                        group=group,
                        organisation_id=organisation_id,
                        from_on=uow.today,
                    )
                )
                self.people[name] = Actor(
                    user_id=user.id,
                    name=name,
                    posts=(PostRef(group=group, organisation_id=organisation_id),),
                )
        return self

    def _organisation(self, session: Any, code: str) -> str:
        found = new_id()
        session.add(Organisation(id=found, code=code, name=code, kind="office", path=f"/{found}/"))
        return found

    def start(self, variables: Mapping[str, Any] | None = None, **details: Any) -> str:
        """Start an instance as ada; its id."""
        with self.engine.begin(self.people["ada"]) as uow:
            return instances.start(
                uow,
                self.family,
                variables=variables,
                related=[
                    Party(relation="office", organisation_id=self.office_id),
                    Party(relation="unit", organisation_id=self.unit_id),
                ],
                **details,
            ).id

    def complete(
        self,
        instance_id: str,
        element_id: str,
        values: Mapping[str, Any] | None = None,
        *,
        by: str = "ada",
        item: str | None = None,
    ) -> Incident | None:
        """Claim and complete an open task; the incident that came of it, if any."""
        task = self.open_task(instance_id, element_id, item=item)
        with self.engine.begin(self.people[by]) as uow:
            task = tasks.claim(uow, task.id)
            return tasks.complete(uow, task.id, dict(values or {}), revision=task.revision).incident

    def open_task(self, instance_id: str, element_id: str, *, item: str | None = None) -> Task:
        """The open task of an element (of one item); an assertion error when there is none."""
        found = [
            task
            for task in self.open_tasks(instance_id)
            if task.element_id == element_id and item in (None, task.item)
        ]
        assert found, f"no open task {element_id} {item or ''}"
        return found[0]

    def open_tasks(self, instance_id: str) -> list[Task]:
        """The open tasks of an instance, whoever may do them."""
        with self.engine.read(SYSTEM) as uow:
            return list(
                uow.session.scalars(
                    sa.select(Task)
                    .where(Task.instance_id == instance_id, Task.state.in_(waits.OPEN_TASKS))
                    .order_by(Task.element_id, Task.item)
                )
            )

    def waiting(self, instance_id: str) -> list[str]:
        """The element ids of the open tasks, sorted."""
        return sorted(task.element_id for task in self.open_tasks(instance_id))

    def state(self, instance_id: str) -> str:
        """The instance's state."""
        with self.engine.read(SYSTEM) as uow:
            return uow.session.get_one(Instance, instance_id).state

    def variables(self, instance_id: str) -> dict[str, Any]:
        """The instance's variables."""
        with self.engine.begin(SYSTEM) as uow:
            return instances.variables(uow, uow.session.get_one(Instance, instance_id))

    def pass_time(self, **delta: float) -> int:
        """Move the clock and let a worker run what fell due; how many jobs ran."""
        self.clock.advance(**delta)
        return runner.run_all_due(self.engine)

    def incidents(self, instance_id: str, state: str = "open") -> list[Incident]:
        """The instance's incidents in a state."""
        return self._rows(Incident, instance_id, state)

    def jobs(self, instance_id: str, state: str = "scheduled") -> list[Job]:
        """The instance's jobs in a state."""
        return self._rows(Job, instance_id, state)

    def visited(self, instance_id: str, state: str = "completed") -> list[str]:
        """The elements that tokens left in a state, in the order they were entered."""
        with self.engine.read(SYSTEM) as uow:
            return list(
                uow.session.scalars(
                    sa.select(Activity.element_id)
                    .where(Activity.instance_id == instance_id, Activity.state == state)
                    .order_by(Activity.entered_at, Activity.token_id)
                )
            )

    def breaks(self, instance_id: str) -> list[history.Break]:
        """Where the instance's chain of history does not verify."""
        with self.engine.read(SYSTEM) as uow:
            return list(history.verify(uow, instance_id))

    def _rows(self, kind: Any, instance_id: str, state: str) -> list[Any]:
        with self.engine.read(SYSTEM) as uow:
            return list(
                uow.session.scalars(
                    sa.select(kind).where(kind.instance_id == instance_id, kind.state == state)
                )
            )
