"""A sandbox for whole cases: the samples loaded once, a copy of the database for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.calendars import working_calendar
from engine.clock import ManualClock
from engine.database import Database
from engine.engine import Engine
from engine.package import Handler
from engine.repository import definitions
from engine.spiff.cache import SpecCache
from engine.tables import User
from engine.unit_of_work import UnitOfWork
from processes.supervision.package import PACKAGE
from supervision import sample
from tests import models
from tests.conftest import START, EngineFor
from tests.driver import Driver
from tests.process.beginnings import Beginnings
from tests.process.conformance import NAMED, Live, Play, Plays, Stored
from tests.process.office import SYSTEM, Office


@dataclass(frozen=True)
class Template:
    """A prepared database, and the models parsed once for all its copies."""

    path: Path
    specs: SpecCache


@pytest.fixture(scope="session")
def sample_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A database with calendar, models, organisations and sample people, but no case."""
    path = tmp_path_factory.mktemp("samples") / "samples.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    engine = Engine(database, ManualClock(START), [PACKAGE], path.parent)
    with engine.begin(SYSTEM) as uow:
        working_calendar.seed(uow)
        definitions.deploy(uow, PACKAGE)
    sample.load(engine, add_user=_add_user)
    database.dispose()
    return Template(path=path, specs=engine.specs)


def _add_user(uow: UnitOfWork, *, username: str, name: str, password: str, is_demo: bool) -> User:
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
def beginnings(tmp_path_factory: pytest.TempPathFactory) -> Beginnings:
    """What tests of this process have played and others may begin with."""
    return Beginnings(tmp_path_factory.mktemp("beginnings"))


@pytest.fixture
def office(
    sample_template: Template, beginnings: Beginnings, tmp_path: Path, clock: ManualClock
) -> Iterator[Office]:
    """A sandbox of this test's own, on Monday 2 March 2026."""
    path = tmp_path / "case.db"
    shutil.copy(sample_template.path, path)
    database = Database(f"sqlite:///{path}")
    files = tmp_path / "files"
    files.mkdir()
    engine = Engine(database, clock, [PACKAGE], files)
    engine.specs = sample_template.specs
    yield Office(engine=engine, clock=clock, beginnings=beginnings)
    database.dispose()


@pytest.fixture(params=["live", "stored"])
def play(
    request: pytest.FixtureRequest, engine_for: EngineFor, clock: ManualClock, tmp_path: Path
) -> Iterator[Plays]:
    """Plays a small model in each of the two ways of tests/process/conformance.py."""
    with ExitStack() as stack:

        def build(
            body: str,
            *others: str,
            handlers: Mapping[str, Handler] | None = None,
            dmn: Mapping[str, str] | None = None,
        ) -> Play:
            main = models.bpmn("main", body, extra=NAMED)
            package = models.family(tmp_path, main, *others, handlers=handlers, dmn=dmn)
            case = Driver(engine=engine_for(package), clock=clock).set_up()
            return Live(case=case, stack=stack) if request.param == "live" else Stored(case=case)

        yield build
