"""How often something was done, counted in fixed windows of time by all processes together.

A row per subject and window. Callers add in batches or at rare events (a refused sign-in), so that
counting does not turn every request into a write.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.database import insert
from engine.tables import RequestCount

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
#: Counts are kept this long; no window is longer.
KEPT = timedelta(days=1)


def window_of(now: datetime, length: timedelta) -> datetime:
    """When the window of this moment began."""
    return now - (now - _EPOCH) % length


def add(uow: UnitOfWork, subject: str, *, length: timedelta, count: int = 1) -> int:
    """Count so many more in the window of now: how many there are in it."""
    row = insert(uow.session, RequestCount).values(
        subject=subject[:120], began_at=window_of(uow.now, length), count=count
    )
    added = row.on_conflict_do_update(
        index_elements=["subject", "began_at"],
        set_={"count": RequestCount.count + row.excluded.count},
    )
    return int(uow.session.execute(added.returning(RequestCount.count)).scalar_one())


def total(uow: UnitOfWork, subject: str, *, length: timedelta) -> int:
    """How many were counted in the window of now."""
    found = uow.session.scalar(
        sa.select(RequestCount.count).where(
            RequestCount.subject == subject[:120],
            RequestCount.began_at == window_of(uow.now, length),
        )
    )
    return found or 0


def sweep(uow: UnitOfWork) -> None:
    """Forget old windows."""
    uow.session.execute(sa.delete(RequestCount).where(RequestCount.began_at < uow.now - KEPT))
