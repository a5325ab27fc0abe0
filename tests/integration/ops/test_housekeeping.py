"""Once a day a worker removes what nobody needs any more, and sees that files are swept."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from engine.clock import ManualClock
from engine.files import SWEEP_JOB
from engine.tables import IdempotencyRecord, Job
from ops import housekeeping
from tests.conftest import EngineFor
from tests.factories import SYSTEM


def test_old_answers_are_forgotten_and_new_ones_kept(
    engine_for: EngineFor, clock: ManualClock
) -> None:
    engine = engine_for()
    for key in ("old", "new"):
        with engine.begin(SYSTEM) as uow:
            uow.session.add(
                IdempotencyRecord(
                    key=key,
                    actor_id="somebody",
                    request_digest="",
                    status=200,
                    headers={},
                    body="",
                    created_at=uow.now,
                )
            )
        clock.advance(days=5)
    housekeeping.run(engine)
    with engine.read(SYSTEM) as uow:
        assert uow.session.scalars(sa.select(IdempotencyRecord.key)).all() == ["new"]


def test_the_sweep_of_files_is_scheduled_once_for_the_coming_night(
    engine_for: EngineFor, clock: ManualClock
) -> None:
    engine = engine_for()
    housekeeping.run(engine)
    housekeeping.run(engine)
    with engine.read(SYSTEM) as uow:
        (due_at,) = uow.session.scalars(sa.select(Job.due_at).where(Job.kind == SWEEP_JOB))
    assert clock.now() < due_at < clock.now() + timedelta(days=1)
