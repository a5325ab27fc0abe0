"""Both kinds of database name the local day of an instant alike, and group by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from engine.clock import local_date
from engine.database import Database, local_day
from engine.tables import Job


def test_the_day_begins_at_local_midnight(database: Database) -> None:
    eve = datetime(2026, 3, 1, 15, 59, 59, 999_999, tzinfo=UTC)
    moments = [eve, eve + timedelta(microseconds=1), eve + timedelta(hours=1)]
    with database.session(write=True) as session:
        session.add_all(Job(kind="timer", due_at=at, created_at=at) for at in moments)
        session.flush()
        day = local_day(session, Job.due_at)
        found = session.execute(sa.select(day, sa.func.count()).group_by(day).order_by(day)).all()
        session.rollback()
    assert [tuple(row) for row in found] == [("2026-03-01", 1), ("2026-03-02", 2)]
    assert [local_date(at).isoformat() for at in moments] == ["2026-03-01"] + ["2026-03-02"] * 2
