"""One database, one open transaction over it, and cases that are put into a state and out of it again.

Everything is done by the engine's verbs through `Engine.begin`, as in the product; what they commit
stays within the open transaction (`Within`), so that `World.undone` takes it back without a trace.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import instances, tasks
from engine.actor import Actor
from engine.administration import duties
from engine.calendars import working_calendar
from engine.clock import ManualClock
from engine.database import Database, _Session
from engine.engine import Engine
from engine.filing import files
from engine.handover import returns
from engine.migrating import migration_plans
from engine.migrating.migration_plans import Plan
from engine.permission.parties import Party
from engine.rehearsing.answers import small_pdf
from engine.repository import definitions
from engine.states import TaskState
from engine.tables import Organisation, Task, TaskCandidate
from engine.waits import OPEN_TASKS
from tests import factories
from tests.driver import SYSTEM
from tests.integration.engine.operations.kinds import (
    FAMILY,
    ITEMS,
    KINDS,
    SEPARATE,
    Kind,
    family,
)

#: Who plays: username → posts as group@organisation.
PEOPLE = {
    "ada": ("staff@north",),  # whom the page calls 本人
    "bob": ("staff@north",),  # a colleague who could do it as well
    "cai": ("head@north",),  # began the case, did the step before
    "dan": ("head@north",),  # is asked to sign
    "gus": ("head@north",),  # could be asked, too; reads the case, is no candidate
    "eva": ("staff@south",),  # signs for the second office
    "fay": ("staff@west",),  # and for the third
    "mia": ("mayor@committee",),
    "uma": ("unit@school",),  # of a party that was not told
    "oda": ("staff@elsewhere",),  # has nothing to do with it
    "sys": (f"{duties.SYSTEM_ADMIN}@elsewhere",),
}
OFFICES = ("north", "south", "west")


class Within(Database):
    """A database whose every transaction is a savepoint of one that is open already."""

    def __init__(self, database: Database, connection: sa.Connection) -> None:
        self.url, self.dialect, self.engine = database.url, database.dialect, database.engine
        self.connection = connection

    def session(self, *, write: bool) -> Session:
        """A session of its own that joins the open transaction."""
        return _Session(
            self.connection,
            expire_on_commit=False,
            autoflush=True,
            join_transaction_mode="create_savepoint",
        )


@dataclass(kw_only=True)
class World:
    """The people, the cases with each kind of task waiting, and two engines on the same rows.

    `engine` puts cases into their states and plays straight on; `fresh` was never told of any and
    finds them stored.
    """

    connection: sa.Connection
    engine: Engine
    fresh: Engine
    clock: ManualClock
    people: dict[str, Actor] = field(default_factory=dict)
    organisations: dict[str, str] = field(default_factory=dict)
    #: kind → the case in which it waits, and ada's row of it.
    cases: dict[str, str] = field(default_factory=dict)
    tasks: dict[str, str] = field(default_factory=dict)
    moved: Plan | None = None
    scan_id: str = ""

    @classmethod
    def build(cls, database: Database, folder: Path, clock: ManualClock) -> World:
        """In a transaction that the caller never commits."""
        connection = database.engine.connect()
        connection.begin()
        within = Within(database, connection)
        package = family(folder)
        files_dir = folder / "files"
        files_dir.mkdir()
        engine, fresh = (Engine(within, clock, [package], files_dir) for _ in range(2))
        world = cls(connection=connection, engine=engine, fresh=fresh, clock=clock)
        world._arrange()
        return world

    def close(self) -> None:
        """Nothing of it stays."""
        self.connection.rollback()
        self.connection.close()

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Whatever happens within is taken back."""
        savepoint = self.connection.begin_nested()
        try:
            yield
        finally:
            savepoint.rollback()

    def id_of(self, name: str) -> str:
        """The person's account."""
        return self.people[name].user_id or ""

    def revision(self, task_id: str) -> int:
        """Of the task as it is."""
        with self.engine.read(SYSTEM) as uow:
            return uow.session.get_one(Task, task_id).revision

    def open_row(self, instance_id: str, element_id: str, *, office: str = "") -> str:
        """The open task of an element (the one for this office), the oldest first."""
        query = sa.select(Task.id).where(
            Task.instance_id == instance_id,
            Task.element_id == element_id,
            Task.state.in_(OPEN_TASKS),
        )
        if office:
            query = query.join(TaskCandidate, TaskCandidate.task_id == Task.id).where(
                TaskCandidate.organisation_id == self.organisations[office]
            )
        with self.engine.read(SYSTEM) as uow:
            found = uow.session.scalars(query.order_by(Task.item, Task.created_at, Task.id)).first()
        assert found is not None, f"no open {element_id} of {office}"
        return found

    def done_row(self, instance_id: str, element_id: str) -> str:
        """The task by which an element was last done; an id of nothing where it was not."""
        query = sa.select(Task.id).where(
            Task.instance_id == instance_id,
            Task.element_id == element_id,
            Task.state == TaskState.COMPLETED,
        )
        with self.engine.read(SYSTEM) as uow:
            return uow.session.scalars(query.order_by(Task.completed_at.desc())).first() or "none"

    def do(self, name: str, instance_id: str, element_id: str, *, office: str = "") -> str:
        """Claim and complete."""
        task_id = self.open_row(instance_id, element_id, office=office)
        with self.engine.begin(self.people[name]) as uow:
            task = tasks.claim(uow, task_id)
            tasks.complete(uow, task_id, {"note": "好"}, revision=task.revision)
        return task_id

    def _arrange(self) -> None:
        with self.engine.begin(SYSTEM) as uow:
            working_calendar.seed(uow)
            for posts in PEOPLE.values():
                for post in posts:
                    code = post.partition("@")[2]
                    if code not in self.organisations:
                        self.organisations[code] = factories.organisation(uow, code).id
            for name, posts in PEOPLE.items():
                held = [
                    (group, uow.session.get_one(Organisation, self.organisations[code]))
                    for group, _, code in (post.partition("@") for post in posts)
                ]
                self.people[name] = factories.person(uow, name, *held)
            package = self.engine.package(FAMILY)
            first = definitions.deploy(uow, package).id
        with self.engine.begin(self.people["ada"]) as uow:
            self.scan_id = files.store(uow, io.BytesIO(small_pdf("签批")), "签批.pdf").id
        for kind in (*KINDS, SEPARATE):
            self._begin(kind)
        changed = {
            path: content.replace(b"name='next'", b"name='next step'")
            for path, content in package.files.items()
        }
        with self.engine.begin(SYSTEM) as uow:
            second = definitions.deploy(uow, package, files=changed).id
            self.moved = migration_plans.propose(uow, first, second)

    def _begin(self, kind: Kind) -> None:
        """A case that waits for a task of this kind."""
        related = [
            Party(relation="office", organisation_id=self.organisations[code]) for code in OFFICES
        ]
        related += [
            Party(relation="committee", organisation_id=self.organisations["committee"]),
            Party(relation="unit", organisation_id=self.organisations["school"]),
        ]
        with self.engine.begin(self.people["cai"]) as uow:
            started = instances.start(
                uow, FAMILY, process=kind.process, variables={"items": ITEMS}, related=related
            )
        self.cases[kind.key] = started.id
        self.do("cai", started.id, "first")
        if kind.key == "returned":
            self._send_back(started.id)
        office = "north" if kind.is_signed else ""
        self.tasks[kind.key] = self.open_row(started.id, "t", office=office)

    def _send_back(self, instance_id: str) -> None:
        done = self.do("ada", instance_id, "t")
        following = self.open_row(instance_id, "next")
        with self.engine.begin(self.people["cai"]) as uow:
            task = tasks.claim(uow, following)
            returns.send_back(
                uow,
                following,
                to=done,
                mode=returns.Mode.ONLY,
                opinion="不全",
                revision=task.revision,
            )
        with self.engine.begin(self.people["ada"]) as uow:
            tasks.unclaim(uow, self.open_row(instance_id, "t"))
