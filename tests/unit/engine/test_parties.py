"""Parties of an instance: who they are, and when they were told."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.clock import ManualClock
from engine.errors import Invalid, NotFound
from engine.permission import parties
from engine.record import history
from engine.tables import Event, new_id
from tests.conftest import EngineFor
from tests.unit.engine.world import SYSTEM, World, packages


@pytest.fixture
def world(engine_for: EngineFor, clock: ManualClock, tmp_path: Path) -> World:
    return World(engine=engine_for(*packages(tmp_path)), clock=clock).set_up()


def _kinds(world: World, instance_id: str) -> list[str]:
    with world.engine.read(SYSTEM) as uow:
        return list(
            uow.session.scalars(
                sa.select(Event.kind).where(Event.instance_id == instance_id).order_by(Event.seq)
            )
        )


def test_adding_the_same_party_twice_is_one_row_and_one_event(world: World) -> None:
    case = world.instance()
    office = world.organisation("Office")
    with world.engine.begin(SYSTEM) as uow:
        first = parties.add(uow, case, "office", office)
        second = parties.add(uow, case, "office", office)
        assert first.id == second.id
        assert len(parties.of(uow, case)) == 1
    assert _kinds(world, case) == ["party.added"]


def test_a_person_and_their_organisation_are_two_parties(world: World) -> None:
    case = world.instance()
    office = world.organisation("Office")
    ira = world.person("Ira", "inspector@Office")
    with world.engine.begin(SYSTEM) as uow:
        parties.add(uow, case, "group", office)
        parties.add(uow, case, "group", office, user_id=ira.user_id)
        assert {row.user_id for row in parties.of(uow, case)} == {None, ira.user_id}
        assert parties.organisations(uow, case, "group") == [office]


def test_a_party_that_is_taken_out_is_gone_and_the_history_says_so(world: World) -> None:
    case = world.instance()
    office = world.organisation("Office")
    ira = world.person("Ira", "inspector@Office")
    with world.engine.begin(SYSTEM) as uow:
        parties.add(uow, case, "group", office, user_id=ira.user_id)
        assert parties.remove(uow, case, "group", office, user_id=ira.user_id)
        assert not parties.remove(uow, case, "group", office, user_id=ira.user_id)
        assert parties.of(uow, case) == []
    assert _kinds(world, case) == ["party.added", "party.removed"]


def test_notice_is_given_once_and_keeps_its_instant(world: World) -> None:
    case = world.instance("unit@School", "unit@College", "office@Office")
    first = world.clock.now()
    with world.engine.begin(SYSTEM) as uow:
        (told,) = parties.notify(uow, case, "unit", world.organisations["School"])
        assert told.notified_at == first
    world.clock.advance(days=1)
    with world.engine.begin(SYSTEM) as uow:
        (later,) = parties.notify(uow, case, "unit")
        assert later.organisation_id == world.organisations["College"]
        assert parties.notify(uow, case, "unit") == []
        instants = {row.notified_at for row in parties.of(uow, case) if row.relation == "unit"}
        assert instants == {first, world.clock.now()}
    assert _kinds(world, case).count("party.notified") == 2
    with world.engine.read(SYSTEM) as uow:
        assert list(history.verify(uow, case)) == []


def test_a_notice_that_reaches_nobody_is_refused(world: World) -> None:
    case = world.instance("office@Office")
    with world.engine.begin(SYSTEM) as uow, pytest.raises(NotFound):
        parties.notify(uow, case, "unit")


def test_a_party_must_be_of_a_declared_relation_and_exist(world: World) -> None:
    case = world.instance()
    with world.engine.begin(SYSTEM) as uow:
        with pytest.raises(Invalid) as caught:
            parties.add(uow, case, "friend", new_id(), user_id=new_id())
        assert {fault.pointer for fault in caught.value.errors} == {
            "/relation",
            "/organisation_id",
            "/user_id",
        }
        assert parties.of(uow, case) == []


def test_organisations_of_a_relation_come_oldest_first(world: World) -> None:
    case = world.instance()
    ids = {name: world.organisation(name) for name in ("School", "College", "Academy")}
    for name in ids:
        with world.engine.begin(SYSTEM) as uow:
            parties.add(uow, case, "unit", ids[name], notified=True)
        world.clock.advance(minutes=1)
    with world.engine.read(SYSTEM) as uow:
        assert parties.organisations(uow, case, "unit") == list(ids.values())
        assert parties.organisations(uow, case, "office") == []
