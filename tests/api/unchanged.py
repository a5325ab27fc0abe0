"""Whether a refused request has changed anything: every row before and after."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from engine.tables import Base
from tests.api.conftest import World
from tests.factories import SYSTEM

#: What a request that is refused may write: that it was sent, and that it was refused.
SPOKEN = {"sign_in", "rejection"}


def everything(world: World) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that is about the work."""
    with world.engine.read(SYSTEM) as uow:
        return {
            table.name: sorted(
                tuple(map(str, row)) for row in uow.session.execute(sa.select(table))
            )
            for table in Base.metadata.sorted_tables
            if table.name not in SPOKEN
        }


@contextmanager
def unchanged(world: World) -> Iterator[None]:
    before = everything(world)
    yield
    after = everything(world)
    assert {name: rows for name, rows in after.items() if rows != before[name]} == {}
