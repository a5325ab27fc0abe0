"""Rehearsing over HTTP: who may, what it shows, what it never touches, and what it refuses."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.engine import Engine
from engine.rehearsing import sandboxes
from engine.reminding.mails import Letters
from engine.tables import Base, Mail, Sandbox
from ops import housekeeping
from tests.api.browser import problem
from tests.api.conftest import World
from tests.factories import SYSTEM

REASON = {"reason": "看看没有人办理会怎样"}


@pytest.fixture
def world(world: World, tmp_path: Path) -> World:
    """An installation where cases may be rehearsed."""
    world.engine.sandboxes_dir = tmp_path / "sandboxes"
    return world


def fork(world: World, instance_id: str, *, by: str = "ada") -> dict[str, Any]:
    answer = world.browser(by).post(f"/instances/{instance_id}/rehearsals", REASON)
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


def table_rows(engine: Engine) -> dict[str, list[str]]:
    """Every row but those that list sandboxes, and what sign-ins and counted requests leave."""
    with engine.read(SYSTEM) as uow:
        return {
            table.name: sorted(str(row) for row in uow.session.execute(sa.select(table)))
            for table in Base.metadata.sorted_tables
            if table.name not in {"sandbox", "sign_in", "request_count"}
        }


def test_a_case_is_played_to_its_end_while_the_live_one_stays(world: World) -> None:
    case = world.start()
    before = table_rows(world.engine)
    window = world.browser("ada")
    rehearsal = fork(world, case)
    assert [task["element_id"] for task in rehearsal["tasks"]] == ["draft_paper"]
    at = f"/rehearsals/{rehearsal['id']}"
    task = window.get(f"{at}/tasks/{rehearsal['tasks'][0]['id']}").json
    assert {person["name"] for person in task["people"]} == {"ada", "bob"}
    bob = next(person["id"] for person in task["people"] if person["name"] == "bob")
    played = window.post(
        f"{at}/tasks/{task['id']}/complete", {"values": {"note": "试写"}, "person_id": bob}
    ).json
    assert [each["element_id"] for each in played["tasks"]] == ["check_paper"]
    told = [event["text"] for event in played["events"]]
    assert "预演：ada代演bob" in told, told
    check = played["tasks"][0]["id"]
    ended = window.post(f"{at}/tasks/{check}/complete", {"values": {"note": "同意"}}).json
    assert ended["tasks"] == []
    assert table_rows(world.engine) == before
    assert window.get("/instances").json["items"][0]["open_tasks"][0]["element_id"] == (
        "draft_paper"
    )
    assert len(window.get("/instances").json["items"]) == 1, "no list shows the copy"


def test_the_clock_runs_and_tells_what_was_missed(world: World) -> None:
    rehearsal = fork(world, world.start())
    window = world.browser("ada")
    state = window.post(f"/rehearsals/{rehearsal['id']}/step", {}).json
    assert state["run"] == {"steps": 1, "halt": "steps"}
    state = window.post(f"/rehearsals/{rehearsal['id']}/run", {}).json
    assert state["run"]["halt"] == "idle"
    assert state["now"] > rehearsal["now"]
    assert "missed" in [each["kind"] for each in state["happenings"]]
    later = window.get(f"/rehearsals/{rehearsal['id']}").json
    assert later["now"] == state["now"], "the clock stands where it was left"


def test_who_does_not_read_the_case_internally_knows_of_no_rehearsal(world: World) -> None:
    case = world.start()
    world.notify(case)
    rehearsal = fork(world, case)
    task = rehearsal["tasks"][0]["id"]
    at = f"/rehearsals/{rehearsal['id']}"
    for outsider in ("uma", "eve", "sam", "mia", "sec", "aud"):
        window = world.browser(outsider)
        answers = [
            window.post(f"/instances/{case}/rehearsals", REASON),
            window.get(f"/instances/{case}/rehearsals"),
            window.get(at),
            window.get(f"{at}/tasks/{task}"),
            window.post(f"{at}/tasks/{task}/complete", {}),
            window.post(f"{at}/step", {}),
            window.post(f"{at}/run", {}),
            window.send("DELETE", at),
        ]
        assert [answer.status_code for answer in answers] == [404] * len(answers), outsider
    assert world.browser("bob").get(at).status_code == 200


def test_an_ended_rehearsal_is_gone_and_its_row_says_who_made_it(
    world: World, tmp_path: Path
) -> None:
    case = world.start()
    rehearsal = fork(world, case)
    window = world.browser("bob")
    assert window.send("DELETE", f"/rehearsals/{rehearsal['id']}").status_code == 204
    assert list((tmp_path / "sandboxes").iterdir()) == []
    assert window.get(f"/rehearsals/{rehearsal['id']}").status_code == 404
    assert window.get(f"/instances/{case}/rehearsals").json == []
    with world.engine.read(SYSTEM) as uow:
        row = uow.session.get_one(Sandbox, rehearsal["id"])
        assert (row.made_by, row.ended_by) == (
            world.people["ada"].user_id,
            world.people["bob"].user_id,
        )


def test_what_is_past_its_days_is_swept_with_its_files(world: World, tmp_path: Path) -> None:
    case = world.start()
    old = fork(world, case)
    world.clock.advance(days=10)
    new = fork(world, case)
    world.clock.advance(days=4, seconds=1)
    assert world.browser("ada").get(f"/rehearsals/{old['id']}").status_code == 404
    housekeeping.run(world.engine)
    left = {path.name.partition(".")[0] for path in (tmp_path / "sandboxes").iterdir()}
    assert left == {new["id"]}
    assert world.browser("ada").get(f"/rehearsals/{new['id']}").status_code == 200


def test_a_date_that_cannot_be_moves_no_clock(world: World) -> None:
    rehearsal = fork(world, world.start())
    window = world.browser("ada")
    for until, code in (
        ("2020-01-01T00:00:00Z", "time-goes-back"),
        ("9999-12-31T23:59:59Z", "too-far"),
        ("9999-12-31T23:59:59-14:00", "too-far"),
        ("10000-01-01T00:00:00Z", "invalid"),
        ("2026-05-01", "invalid"),
        ("2026-05-01T00:00:00", "invalid"),
        (12, "invalid"),
    ):
        answer = window.post(f"/rehearsals/{rehearsal['id']}/run", {"until": until})
        refused = problem(answer, 422, code)
        assert refused["errors"][0]["pointer"] == "/until"
    assert window.get(f"/rehearsals/{rehearsal['id']}").json["now"] == rehearsal["now"]


def test_a_rehearsal_that_runs_is_not_deleted_under_it_and_the_next_waits_or_is_told(
    world: World,
) -> None:
    rehearsal = fork(world, world.start())
    window = world.browser("bob")
    with world.engine.read(SYSTEM) as uow:
        row = uow.session.get_one(Sandbox, rehearsal["id"])
    with sandboxes.opened(world.engine, row):
        refused = window.send("DELETE", f"/rehearsals/{rehearsal['id']}")
        assert (refused.status_code, refused.json["code"]) == (409, "sandbox-busy")
        world.clock.advance(days=20)
        assert sandboxes.sweep(world.engine, SYSTEM) == 0
    assert sandboxes.sweep(world.engine, SYSTEM) == 1


def test_two_people_in_one_rehearsal_act_one_after_the_other(world: World) -> None:
    rehearsal = fork(world, world.start())
    task = rehearsal["tasks"][0]["id"]
    codes: list[int] = []

    def complete(who: str) -> None:
        answer = world.browser(who).post(
            f"/rehearsals/{rehearsal['id']}/tasks/{task}/complete", {"values": {"note": who}}
        )
        codes.append(answer.status_code)

    both = [threading.Thread(target=complete, args=(who,)) for who in ("ada", "bob")]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(codes) == [200, 409]


def test_nothing_is_sent_from_a_rehearsal_though_mail_is_wired(world: World) -> None:
    world.engine.letters = Letters(address="https://dudao.example")
    rehearsal = fork(world, world.start())
    with world.engine.read(SYSTEM) as uow:
        row = uow.session.get_one(Sandbox, rehearsal["id"])
    world.browser("ada").post(f"/rehearsals/{rehearsal['id']}/run", {})
    with sandboxes.opened(world.engine, row) as stage:
        assert stage.engine.letters is None
        assert stage.engine.secrets_key is None
        assert stage.engine.on_work_scheduled is None
        assert stage.engine.sandboxes_dir is None, "no rehearsal inside a rehearsal"
        with stage.engine.read(SYSTEM) as uow:
            assert not uow.session.scalars(sa.select(Mail)).all()
    with world.engine.read(SYSTEM) as uow:
        assert not uow.session.scalars(sa.select(Mail)).all()
