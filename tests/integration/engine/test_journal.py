"""The journal of administrative acts: one chain, also under parallel writers; any change shows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from engine.administration import duties, journal
from engine.engine import Engine
from engine.errors import NotAllowed
from engine.record.history import Reason
from engine.tables import JournalEntry, JournalHead
from tests import factories
from tests.conftest import EngineFor
from tests.factories import SYSTEM


@pytest.fixture
def engine(engine_for: EngineFor) -> Engine:
    return engine_for()


def record(engine: Engine, number: int = 0) -> None:
    with engine.begin(SYSTEM) as uow:
        journal.record(
            uow,
            "account.closed",
            subject=("user", f"u{number}"),
            name="某人",
            before={"is_active": True},
            after={"is_active": False},
        )


def breaks(engine: Engine) -> list[tuple[int, Reason]]:
    with engine.read(SYSTEM) as uow:
        return [(found.seq, found.reason) for found in journal.verify(uow)]


def tamper(engine: Engine, statement: sa.Executable) -> None:
    with engine.begin(SYSTEM) as uow:
        uow.session.execute(statement)


def test_parallel_writers_make_one_chain_without_a_fork(engine: Engine) -> None:
    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(lambda number: record(engine, number), range(24)))
    assert breaks(engine) == []
    with engine.read(SYSTEM) as uow:
        written = {entry.subject_id for entry in journal.search(uow, limit=100)}
        head = uow.session.get_one(JournalHead, 1)
    assert {f"u{number}" for number in range(24)} <= written
    assert head.length >= 24


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        (sa.update(JournalEntry).where(JournalEntry.seq == 2).values(after={}), Reason.METADATA),
        (
            sa.update(JournalEntry).where(JournalEntry.seq == 2).values(actor_name="别人"),
            Reason.METADATA,
        ),
        (sa.delete(JournalEntry).where(JournalEntry.seq == 2), Reason.MISSING),
        (sa.delete(JournalEntry).where(JournalEntry.seq == 3), Reason.CUT_OFF),
    ],
)
def test_what_is_changed_or_taken_away_shows(
    engine: Engine, statement: sa.Executable, reason: Reason
) -> None:
    with engine.begin(SYSTEM) as uow:
        uow.session.execute(sa.delete(JournalEntry))
        uow.session.execute(sa.delete(JournalHead))
    for number in range(3):
        record(engine, number)
    assert breaks(engine) == []
    tamper(engine, statement)
    assert reason in {found for _, found in breaks(engine)}


def test_only_an_audit_administrator_reads_it(engine: Engine) -> None:
    record(engine)
    with engine.begin(SYSTEM) as uow:
        bureau = factories.organisation(uow, "office")
        auditor = factories.person(uow, "auditor", (duties.AUDIT_ADMIN, bureau))
        others = [
            factories.person(uow, name, (group, bureau))
            for name, group in (
                ("sys", duties.SYSTEM_ADMIN),
                ("sec", duties.SECURITY_ADMIN),
                ("model", duties.MODEL_EDITOR),
                ("clerk", "staff"),
            )
        ]
    with engine.read(auditor) as uow:
        assert [entry.kind for entry in journal.search(uow, subject_id="u0")] == ["account.closed"]
    for other in others:
        with engine.read(other) as uow, pytest.raises(NotAllowed):
            journal.search(uow)
