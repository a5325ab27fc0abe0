"""The data pack and the sample people loaded once; a copy of the database for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.calendars import working_calendar
from engine.clock import ManualClock
from engine.database import Database
from engine.engine import Engine
from engine.tables import Definition, Deployment, User, new_id
from engine.timing import deadline_rules
from engine.unit_of_work import UnitOfWork
from processes.supervision.package import PACKAGE
from supervision import sample
from tests.conftest import START
from tests.unit.supervision.desk import SYSTEM, Desk


@dataclass(frozen=True)
class Template:
    """A prepared database, and the definition that its cases pretend to follow."""

    path: Path
    definition_id: str
    deployment_id: str


def add_user(uow: UnitOfWork, *, username: str, name: str, password: str, is_demo: bool) -> User:
    """Nobody signs in here: no password is hashed, which would take seconds for fifty people."""
    user = User(
        username=username,
        name=name,
        password_hash="none",  # noqa: S106  # it fits no password
        is_demo=is_demo,
        created_at=uow.now,
    )
    uow.session.add(user)
    uow.session.flush()
    return user


@pytest.fixture(scope="session")
def desk_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Calendar, deadline parameters, organisations and people; no model is parsed."""
    path = tmp_path_factory.mktemp("desk") / "desk.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    engine = Engine(database, ManualClock(START), [PACKAGE], path.parent)
    with engine.begin(SYSTEM) as uow:
        working_calendar.seed(uow, range(2026, 2028))
        deadline_rules.seed(uow, PACKAGE)
        deployment = Deployment(
            id=new_id(), family="supervision", version=1, digest="none", deployed_at=uow.now
        )
        definition = Definition(
            id=new_id(),
            deployment_id=deployment.id,
            family="supervision",
            key="accountability_case",
            version=1,
            name="教育督导问责案件",
            resource_path="bpmn/none.bpmn",
            created_at=uow.now,
        )
        uow.session.add_all([deployment, definition])
        uow.session.flush()
        found = Template(path=path, definition_id=definition.id, deployment_id=deployment.id)
    sample.load(engine, add_user=add_user)
    database.dispose()
    return found


@pytest.fixture
def desk(desk_template: Template, tmp_path: Path, clock: ManualClock) -> Iterator[Desk]:
    """A desk of this test's own, on Monday 2 March 2026."""
    path = tmp_path / "desk.db"
    shutil.copy(desk_template.path, path)
    database = Database(f"sqlite:///{path}")
    yield Desk(
        engine=Engine(database, clock, [PACKAGE], tmp_path),
        clock=clock,
        definition_id=desk_template.definition_id,
        deployment_id=desk_template.deployment_id,
    )
    database.dispose()
