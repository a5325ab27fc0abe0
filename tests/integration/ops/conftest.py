"""An installation as a person makes one, with cases in it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine import instances
from engine.calendars import working_calendar
from engine.clock import SystemClock
from engine.database import Database
from engine.engine import Engine
from engine.package import discover
from engine.permission.parties import Party
from tests import factories
from tests.factories import SYSTEM
from tests.integration.ops.programs import succeed

CASES = ("1号", "2号")


@pytest.fixture(scope="session")
def installation_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with two cases of the small family."""
    folder = tmp_path_factory.mktemp("installation")
    succeed(folder, "migrate")
    succeed(folder, "deploy", "leave_request")
    database = Database(f"sqlite:///{folder}/var/dudao.db")
    family = next(found for found in discover() if found.family == "leave_request")
    engine = Engine(database, SystemClock(), [family])
    with engine.begin(SYSTEM) as uow:
        working_calendar.seed(uow)
        place = factories.organisation(uow, "department", name="办公室")
        sides = [Party(relation=key, organisation_id=place.id) for key in family.manifest.relations]
        for number in CASES:
            instances.start(uow, family.family, business_key=number, title=number, related=sides)
    database.dispose()
    return folder


@pytest.fixture
def installation(installation_template: Path, tmp_path: Path) -> Path:
    """That installation, of this test's own."""
    shutil.copytree(installation_template, tmp_path, dirs_exist_ok=True)
    return tmp_path
