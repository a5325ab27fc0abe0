"""Two administrators at the same moment: the tree stays a tree, and somebody is left who may act."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from engine.actor import Actor
from engine.administration import proposals
from engine.engine import Engine
from engine.errors import Conflict, EngineError, Invalid, NotAllowed, Stale
from engine.handover import departures
from engine.identity import activations, appointments, imports, organisations, users
from engine.tables import Organisation, User
from tests import factories
from tests.conftest import EngineFor
from tests.factories import SYSTEM
from tests.integration.engine.test_races import together


@dataclass(frozen=True, kw_only=True)
class Office:
    engine: Engine
    place_id: str
    sec: Actor
    sue: Actor


@pytest.fixture
def office(engine_for: EngineFor) -> Office:
    engine = engine_for()
    with engine.begin(SYSTEM) as uow:
        place = factories.organisation(uow, "office")
        return Office(
            engine=engine,
            place_id=place.id,
            sec=factories.person(uow, "sec", ("security_admin", place)),
            sue=factories.person(uow, "sue", ("security_admin", place)),
        )


def grown(office: Office, code: str, parent_id: str | None = None) -> str:
    with office.engine.begin(office.sec) as uow:
        return organisations.add(uow, code=code, name=code, kind="unit", parent_id=parent_id).id


def moved(
    office: Office, who: Actor, node: str, under: str, *, revision: int | None = None
) -> None:
    with office.engine.begin(who) as uow:
        organisations.move(uow, node, under, revision=revision)


def check_tree(engine: Engine) -> None:
    """Every path is its parent's path and its own id."""
    with engine.read(SYSTEM) as uow:
        rows = {row.id: row for row in uow.session.query(Organisation)}
        for row in rows.values():
            above = rows[row.parent_id].path if row.parent_id is not None else "/"
            assert row.path == f"{above}{row.id}/"


def test_two_moves_at_once_make_no_circle(office: Office) -> None:
    one, two = grown(office, "one"), grown(office, "two")
    grown(office, "one-a", one)
    answers = together(
        lambda: moved(office, office.sec, one, two), lambda: moved(office, office.sue, two, one)
    )
    assert sorted(type(answer) for answer in answers if answer is not None) == [Invalid]
    check_tree(office.engine)


def test_what_is_added_below_a_branch_that_moves_goes_with_it(office: Office) -> None:
    one, two = grown(office, "one"), grown(office, "two")
    branch = grown(office, "branch", one)
    leaf = grown(office, "leaf", branch)
    answers = together(
        lambda: moved(office, office.sec, branch, two),
        lambda: grown(office, "new", leaf),
        lambda: grown(office, "newer", branch),
    )
    assert not [answer for answer in answers if isinstance(answer, EngineError)]
    check_tree(office.engine)


def test_of_two_changes_to_the_same_revision_one_is_stale(office: Office) -> None:
    one = grown(office, "one")

    def rename(who: Actor) -> None:
        with office.engine.begin(who) as uow:
            organisations.rename(uow, one, name=who.name, short_name="", revision=1)

    answers = together(lambda: rename(office.sec), lambda: rename(office.sue))
    assert [type(answer) for answer in answers if answer is not None] == [Stale]


def test_two_who_close_each_other_leave_one(office: Office) -> None:
    def close(who: Actor, whom: Actor) -> None:
        assert whom.user_id is not None
        with office.engine.begin(who) as uow:
            departures.close(uow, whom.user_id)

    answers = together(lambda: close(office.sec, office.sue), lambda: close(office.sue, office.sec))
    assert len([answer for answer in answers if isinstance(answer, Conflict)]) == 1
    with office.engine.read(SYSTEM) as uow:
        assert sum(user.is_active for user in uow.session.query(User)) == 1


def test_an_activation_code_works_once_though_sent_twice(office: Office) -> None:
    with office.engine.begin(office.sec) as uow:
        user = users.add(uow, username="new", name="新人", password=None)
        code, _ = activations.issue(uow, user.id)
    answers = together(
        *[lambda: activations.activate(office.engine, "new", code, "quite a long sentence")] * 2
    )
    assert len([answer for answer in answers if isinstance(answer, NotAllowed)]) == 1


def test_two_who_give_the_same_post_at_once_give_one(office: Office) -> None:
    with office.engine.begin(SYSTEM) as uow:
        user_id = users.add(uow, username="new", name="新人", password=None).id

    def ask(who: Actor) -> None:
        with office.engine.begin(who) as uow:
            appointments.ask(uow, user_id, "model_editor", office.place_id, reason="x")

    answers = together(lambda: ask(office.sec), lambda: ask(office.sue))
    assert len([answer for answer in answers if isinstance(answer, Conflict)]) == 1


def test_a_long_list_is_tried_and_taken_back(office: Office) -> None:
    lines = "\n".join(f"u{number:04},人{number}" for number in range(100))
    data = f"username,name\n{lines}\n".encode()
    with office.engine.begin(office.sec) as uow:
        outcomes = imports.import_people(uow, data, check=True)
    assert {row.outcome for row in outcomes} == {"added"}
    with office.engine.read(SYSTEM) as uow:
        assert users.by_username(uow, "u0001") is None


def test_a_list_of_proposals_goes_on_after_its_first_page(office: Office) -> None:
    with office.engine.begin(SYSTEM) as uow:
        asked = [users.add(uow, username=f"new{n}", name="新人", password=None).id for n in "abc"]
    with office.engine.begin(office.sec) as uow:
        for user_id in asked:
            appointments.ask(uow, user_id, "model_editor", office.place_id, reason="x")
    with office.engine.read(office.sec) as uow:
        (first,) = proposals.search(uow, limit=1)
        rest = proposals.search(uow, after=(first.proposed_at, first.id), limit=9)
        assert len(rest) == 2
        assert first not in rest
