"""Votes at the same moment, and a sign-off as another process finds it: on both databases."""

from __future__ import annotations

from engine import tasks
from engine.engine import Engine
from engine.errors import Conflict
from engine.signoff import signing
from tests.council import Council, joint
from tests.integration.engine.conftest import Drive
from tests.integration.engine.test_races import together


def test_the_last_two_votes_at_once_complete_it_once(drive: Drive) -> None:
    council = Council.of(drive(joint("rule='any'")))
    instance = council.start()
    rows = {name: council.row(instance, name) for name in ("north_staff", "south_staff")}
    held = {}
    for name, row in rows.items():
        with council.case.engine.begin(council.case.people[name]) as uow:
            held[name] = tasks.claim(uow, row.id).revision

    def cast(name: str) -> str:
        with council.case.engine.begin(council.case.people[name]) as uow:
            signing.vote(uow, rows[name].id, "agree", values={}, revision=held[name])
        return "done"

    results = together(lambda: cast("north_staff"), lambda: cast("south_staff"))
    assert results.count("done") == 1
    assert [r.code for r in results if isinstance(r, Conflict)] == ["sign-off-decided"]
    assert council.case.waiting(instance) == ["publish"]
    assert council.case.breaks(instance) == []


def test_two_who_complete_the_number_at_once_are_both_counted(drive: Drive) -> None:
    council = Council.of(drive(joint("rule='all'")))
    instance = council.start()
    council.vote(instance, "west_staff")
    rows = {name: council.row(instance, name) for name in ("north_staff", "south_staff")}
    held = {}
    for name, row in rows.items():
        with council.case.engine.begin(council.case.people[name]) as uow:
            held[name] = tasks.claim(uow, row.id).revision

    def cast(name: str) -> str:
        with council.case.engine.begin(council.case.people[name]) as uow:
            signing.vote(uow, rows[name].id, "agree", values={}, revision=held[name])
        return "done"

    assert together(lambda: cast("north_staff"), lambda: cast("south_staff")) == ["done", "done"]
    assert council.case.waiting(instance) == ["publish"]


def test_what_was_stored_goes_on_in_another_process(drive: Drive) -> None:
    council = Council.of(drive(joint("rule='in_order'")))
    instance = council.start()
    council.vote(instance, "north_staff")
    council.add(instance, "south_staff", "south_head", "before")
    old = council.case.engine
    council.case.engine = Engine(old.database, old.clock, old.packages.values(), old.files_dir)
    council.vote(instance, "south_head")
    council.vote(instance, "south_staff")
    council.vote(instance, "west_staff", "refuse", opinion="再议")
    assert council.case.waiting(instance) == ["redo"]
    assert council.case.breaks(instance) == []
