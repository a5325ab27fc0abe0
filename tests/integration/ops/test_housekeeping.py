"""Once a day a worker removes what nobody needs any more, and sees that files are swept."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from engine import identity
from engine.administration import proposals
from engine.clock import ManualClock
from engine.engine import Engine
from engine.filing.files import SWEEP_JOB
from engine.tables import IdempotencyRecord, Job, JournalEntry, Proposal, SignIn
from ops import housekeeping
from tests import factories
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


def test_what_tells_of_the_past_stays_for_six_months(
    engine_for: EngineFor, clock: ManualClock
) -> None:
    engine = engine_for()
    with engine.begin(SYSTEM) as uow:
        place = factories.organisation(uow, "place")
        ann = factories.person(uow, "ann", ("system_admin", place))
        kind = next(iter(engine.proposal_kinds.values()))
    with engine.begin(ann) as uow:
        subject = ("instance", "0" * 32)
        proposals.propose(uow, kind, subject=subject, title="试", reason="试")
    identity.sign_in(engine, "ann", factories.PASSWORD)
    before = kept(engine)
    assert min(before) > 0
    clock.advance(days=179)
    housekeeping.run(engine)
    assert kept(engine) == before
    clock.advance(days=400)
    housekeeping.run(engine)
    assert kept(engine) == (0, *before[1:]), "proposals and the journal stay for ever"


def kept(engine: Engine) -> tuple[int, int, int]:
    """How many sign-ins, proposals and entries of the journal there are."""
    with engine.read(SYSTEM) as uow:
        counts = [
            uow.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in (SignIn, Proposal, JournalEntry)
        ]
        return counts[0], counts[1], counts[2]


def test_the_sweep_of_files_is_scheduled_once_for_the_coming_night(
    engine_for: EngineFor, clock: ManualClock
) -> None:
    engine = engine_for()
    housekeeping.run(engine)
    housekeeping.run(engine)
    with engine.read(SYSTEM) as uow:
        (due_at,) = uow.session.scalars(sa.select(Job.due_at).where(Job.kind == SWEEP_JOB))
    assert clock.now() < due_at < clock.now() + timedelta(days=1)
