"""A driver over a family whose models the test writes in place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import pytest

from engine.clock import ManualClock
from engine.package import Handler
from tests import models
from tests.conftest import EngineFor
from tests.driver import Driver


class Drive(Protocol):
    """Deploys these models and gives the driver."""

    def __call__(
        self,
        *texts: str,
        handlers: Mapping[str, Handler] | None = None,
        dmn: Mapping[str, str] | None = None,
    ) -> Driver: ...


@pytest.fixture
def drive(engine_for: EngineFor, clock: ManualClock, tmp_path: Path) -> Drive:
    """The driver of this test."""

    def build(
        *texts: str,
        handlers: Mapping[str, Handler] | None = None,
        dmn: Mapping[str, str] | None = None,
    ) -> Driver:
        package = models.family(tmp_path, *texts, handlers=handlers, dmn=dmn)
        return Driver(engine=engine_for(package), clock=clock).set_up()

    return build
