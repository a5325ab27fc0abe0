"""A post changes hands while a task is in them: by the API, on every database."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from api.app import ApiSettings, create_app
from engine import identity
from engine.clock import ManualClock, local_date
from engine.database import Database
from engine.engine import Engine
from engine.handover import departures
from engine.permission import recusals
from engine.tables import Post
from ops import housekeeping
from tests.api.browser import Browser, claimed, done, only, problem
from tests.api.conftest import World, furnish, package_in
from tests.factories import SYSTEM


@pytest.fixture
def world(database: Database, clock: ManualClock, tmp_path: Path) -> World:
    """The small world of the API's tests, on this database."""
    engine = Engine(database, clock, [package_in(tmp_path)], tmp_path / "files")
    people, places = furnish(engine)
    return World(
        app=create_app(engine, ApiSettings()),
        engine=engine,
        clock=clock,
        people=people,
        office_id=places["office"],
        unit_id=places["unit"],
        other_id=places["other"],
    )


def _end(world: World, name: str, *, last_day: date | None = None) -> None:
    with world.engine.begin(SYSTEM) as uow:
        query = sa.select(Post.id).where(Post.user_id == world.people[name].user_id)
        for post_id in uow.session.scalars(query).all():
            departures.end_post(uow, post_id, last_day=last_day)


def _approval_in_the_hands_of_cai(world: World) -> tuple[str, Browser]:
    """The head's task, claimed and begun: its address, and the head's window."""
    world.start()
    done(world.browser("ada"), {"note": "请审"})
    cai = world.browser("cai")
    task = claimed(cai)
    path = f"/tasks/{task['id']}"
    draft = {"values": {"note": "拟同意", "opinion": "写到一半"}}
    assert cai.put(f"{path}/draft", draft, revision=task["revision"]).status_code == 200
    return path, cai


def test_an_open_approval_follows_the_post_and_its_draft_is_not_lost(world: World) -> None:
    path, cai = _approval_in_the_hands_of_cai(world)
    eve = world.browser("eve")
    problem(eve.get(path), 404, "task-not-found")
    _end(world, "cai")
    world.grant("eve", "head")
    # the one who left has an open session, and neither sees nor does it any more
    assert cai.get("/tasks", tab="mine").json["items"] == []
    problem(cai.get(path), 404, "task-not-found")
    answer = cai.post(f"{path}/complete", {"values": {"note": "晚了"}}, revision="*")
    problem(answer, 404, "task-not-found")
    # the one who came goes on where the other stopped
    task = claimed(eve)
    assert f"/tasks/{task['id']}" == path
    assert task["values"]["opinion"] == "写到一半"
    body = {"values": {"note": "同意", "opinion": "同意"}}
    assert eve.post(f"{path}/complete", body, revision=task["revision"]).status_code == 200


def test_a_post_that_ends_by_its_date_lets_go_of_its_tasks_that_night(world: World) -> None:
    path, cai = _approval_in_the_hands_of_cai(world)
    today = local_date(world.clock.now())
    _end(world, "cai", last_day=today)
    assert cai.get("/tasks", tab="mine").json["items"] != []  # today is still theirs
    world.grant("bob", "head")
    world.clock.advance(days=1)
    cai, bob = world.browser("cai"), world.browser("bob")
    # before the night's work nobody waits for it either: a colleague takes it over
    task = bob.get(path).json
    assert "assign" in task["allowed_acts"]
    housekeeping.run(world.engine)
    task = only(bob, "claimable")
    assert f"/tasks/{task['id']}" == path
    problem(cai.get(path), 404, "task-not-found")


def test_recusal_beats_the_post_one_was_given(world: World) -> None:
    path, _ = _approval_in_the_hands_of_cai(world)
    _end(world, "cai")
    world.grant("bob", "head")
    world.grant("eve", "head")
    instance_id = world.browser("ada").get(path).json["instance"]["id"]
    with world.engine.begin(SYSTEM) as uow:
        user_id = world.people["bob"].user_id
        assert user_id is not None
        recusals.add(uow, instance_id, user_id, reason="近亲属")
    bob = world.browser("bob")
    assert bob.get("/tasks", tab="claimable").json["items"] == []
    problem(bob.get(path), 404, "task-not-found")
    problem(bob.post(f"{path}/claim", revision="*"), 404, "task-not-found")
    assert claimed(world.browser("eve"))["values"]["opinion"] == "写到一半"


def test_who_is_recused_with_the_task_in_hand_cannot_finish_it(world: World) -> None:
    path, cai = _approval_in_the_hands_of_cai(world)
    world.grant("bob", "head")
    instance_id = cai.get(path).json["instance"]["id"]
    with world.engine.begin(SYSTEM) as uow:
        user_id = world.people["cai"].user_id
        assert user_id is not None
        recusals.add(uow, instance_id, user_id, reason="近亲属")
    problem(cai.get(path), 404, "task-not-found")
    answer = cai.post(f"{path}/complete", {"values": {"note": "抢办"}}, revision="*")
    problem(answer, 404, "task-not-found")
    bob = world.browser("bob")
    task = bob.get(path).json
    given = bob.post(
        f"{path}/assign", {"user_id": world.people["bob"].user_id}, revision=task["revision"]
    )
    assert given.status_code == 200, given.json
    assert given.json["values"]["opinion"] == "写到一半"


def test_an_open_session_acts_with_the_posts_of_today(world: World) -> None:
    path, cai = _approval_in_the_hands_of_cai(world)
    eve = world.browser("eve")  # signed in before the change
    assert eve.get("/tasks", tab="claimable").json["items"] == []
    assert [post["group"] for post in cai.get("/session").json["posts"]] == ["head"]
    with world.engine.begin(SYSTEM) as uow:
        eve_id = world.people["eve"].user_id
        assert eve_id is not None
        tomorrow = local_date(world.clock.now()) + timedelta(days=1)
        identity.posts.grant(uow, eve_id, "head", world.office_id, from_on=tomorrow)
    assert eve.get("/tasks", tab="claimable").json["items"] == []
    world.grant("eve", "head")
    _end(world, "cai")
    assert cai.get("/session").json["posts"] == []
    assert f"/tasks/{only(eve, 'claimable')['id']}" == path
    problem(cai.get(path), 404, "task-not-found")
