"""`dudao audit verify`: whole chains, and rows that somebody changed in the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import instances, store
from engine.calendars import working_calendar
from engine.package import discover
from engine.permission.parties import Party
from engine.record import chains, history, seals
from engine.repository import definitions
from engine.unit_of_work import UnitOfWork
from ops import audit
from ops.messages import text
from tests import factories
from tests.conftest import EngineFor
from tests.factories import SYSTEM
from tests.integration.ops.programs import dudao, refuse, succeed


def tamper(installation: Path, statement: str, *values: object) -> None:
    """What somebody with access to the file does, to the case 2号 (its id is `:case`)."""
    with sqlite3.connect(installation / "var/dudao.db") as connection:
        (case,) = connection.execute(
            "SELECT id FROM instance WHERE business_key = '2号'"
        ).fetchone()
        changed = connection.execute(statement, {"case": case}).rowcount
    connection.close()
    assert changed == 1


def test_whole_chains_are_said_to_be_so(installation: Path) -> None:
    said = succeed(installation, "audit", "verify")
    assert said.startswith("Chain OK: 2 cases, ")
    assert succeed(installation, "audit", "verify", "--instance", "1号").startswith(
        "Chain OK: 1 cases, "
    )


def test_an_empty_database_has_no_broken_chain(tmp_path: Path) -> None:
    succeed(tmp_path, "migrate")
    first, journal = succeed(tmp_path, "audit", "verify").splitlines()
    assert first == "Chain OK: 0 cases, 0 entries."
    assert journal.startswith("Journal OK: ")


@pytest.mark.parametrize(
    ("statement", "seq", "reason"),
    [
        (
            "UPDATE event SET actor_name = '别人' WHERE instance_id = :case AND seq = 2",
            2,
            "it was changed",
        ),
        (
            'UPDATE event_payload SET content = \'{"definition":"other","version":1}\''
            " WHERE event_id = (SELECT id FROM event WHERE instance_id = :case AND seq = 1)",
            1,
            "its payload was changed",
        ),
        (
            "UPDATE event_payload SET content = 'gone'"
            " WHERE event_id = (SELECT id FROM event WHERE instance_id = :case AND seq = 1)",
            1,
            "its payload was changed",
        ),
        (
            "DELETE FROM event WHERE instance_id = :case AND seq = 1",
            2,
            "an entry before it is missing",
        ),
        (
            "DELETE FROM event_payload"
            " WHERE event_id = (SELECT id FROM event WHERE instance_id = :case AND seq = 1)",
            1,
            "its payload is gone, and no entry says that it was redacted",
        ),
        (
            "UPDATE instance SET history_length = history_length + 1 WHERE id = :case",
            None,
            "it is the last, but not the head of the case",
        ),
    ],
)
def test_a_tampered_row_is_named_and_the_exit_code_is_one(
    installation: Path, statement: str, seq: int | None, reason: str
) -> None:
    tamper(installation, statement)
    done = dudao(installation, "audit", "verify")
    assert done.returncode == 1
    first, total = done.stdout.splitlines()
    assert first.startswith("Chain broken: 2号 (")
    assert first.endswith(f": {reason}.")
    assert seq is None or f"entry {seq}:" in first
    assert total == "1 of 3 chains are broken."
    assert done.stderr == ""

    assert dudao(installation, "audit", "verify", "--instance", "2号").returncode == 1
    succeed(installation, "audit", "verify", "--instance", "1号")


def test_the_acts_of_administrators_are_verified_too(installation: Path) -> None:
    tamper(installation, "UPDATE journal_entry SET reason = '' WHERE seq = 1 AND :case = :case")
    done = dudao(installation, "audit", "verify")
    assert done.returncode == 1
    first, total = done.stdout.splitlines()
    assert first == (
        "Chain broken: the journal of administration (journal), entry 1: it was changed."
    )
    assert total == "1 of 3 chains are broken."


def test_a_case_that_is_not_there_is_one_line(installation: Path) -> None:
    assert "3号" in refuse(installation, "audit", "verify", "--instance", "3号")


def test_every_reason_has_its_words() -> None:
    assert set(audit._REASONS) == set(chains.Reason)
    assert set(audit._SEAL_REASONS) == set(seals.SealReason)


def test_a_case_that_goes_on_while_it_is_verified_is_no_broken_one(
    engine_for: EngineFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at the head and the look at the links another transaction appends one."""
    family = next(found for found in discover() if found.family == "leave_request")
    engine = engine_for(family)
    with engine.begin(SYSTEM) as uow:
        working_calendar.seed(uow)
        definitions.deploy(uow, family)
        place = factories.organisation(uow, "department", name="办公室")
        sides = [Party(relation=key, organisation_id=place.id) for key in family.manifest.relations]
        instance = instances.start(uow, family.family, related=sides)
        instance_id, length = instance.id, instance.history_length
    plain = history.links

    def links(uow: UnitOfWork, key: str) -> Iterator[chains.Link]:
        with engine.begin(SYSTEM) as other:
            store.lock(other, instance_id)
            other.record("meanwhile", instance_id=instance_id)
        return plain(uow, key)

    monkeypatch.setattr(history, "links", links)
    said: list[str] = []
    assert audit.verify(audit.live(engine, None), say=said.append), said
    assert said[0] == text("audit.whole", chains=1, links=length)
