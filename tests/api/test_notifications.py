"""What people are told, by the addresses: their own list alone, what is unread, how mail comes."""

from __future__ import annotations

import pytest

from engine.permission import parties, recusals
from engine.tables import new_id
from tests.api.browser import done, problem
from tests.api.conftest import World
from tests.factories import SYSTEM


@pytest.fixture
def told(world: World) -> World:
    """A paper came to the staff, ada and bob, and went on to the head, cai; sam started it."""
    world.start(title="来文一号", by="cai", business_key="文-1")
    done(world.browser("ada"))
    return world


def test_everybody_reads_their_own_list_newest_first(told: World) -> None:
    told.clock.advance(minutes=1)
    told.start(title="来文二号", by="cai", business_key="文-2")
    bob = told.browser("bob")
    rows = bob.get("/notifications").json["items"]
    assert [row["instance"]["number"] for row in rows] == ["文-2", "文-1"]
    assert {row["text"] for row in rows} == {"待办：draft_paper"}
    assert rows[0]["kind"] == "notice.arrived"
    assert rows[0]["allowed_acts"] == ["read"]
    assert rows[0]["is_visible"]
    english = bob.send("GET", "/notifications", headers={"Accept-Language": "en"})
    assert english.json["items"][0]["text"] == "To do: draft_paper"
    assert [row["text"] for row in told.browser("cai").get("/notifications").json["items"]] == [
        "待办：check_paper"
    ]
    assert told.browser("eve").get("/notifications").json["items"] == []


def test_pages_follow_each_other_without_a_gap(told: World) -> None:
    for _ in range(4):
        told.clock.advance(minutes=1)
        told.start(by="cai")
    bob = told.browser("bob")
    whole = [row["id"] for row in bob.get("/notifications").json["items"]]
    seen, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = bob.get("/notifications", **query).json
        seen += [row["id"] for row in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == whole
    assert len(seen) == 5
    problem(bob.get("/notifications", cursor="nonsense"), 422, "invalid")


def test_what_is_read_is_counted_no_more_and_stays_so(told: World) -> None:
    told.start(by="cai")
    bob = told.browser("bob")
    assert bob.get("/notifications/counts").json == {"unread": 2}
    first, second = bob.get("/notifications").json["items"]
    answer = bob.post(f"/notifications/{first['id']}/read")
    assert answer.status_code == 200
    read_at = answer.json["read_at"]
    assert answer.json["allowed_acts"] == []
    told.clock.advance(hours=1)
    assert bob.post(f"/notifications/{first['id']}/read").json["read_at"] == read_at
    assert bob.get("/notifications/counts").json == {"unread": 1}
    unread = bob.get("/notifications", unread="true").json["items"]
    assert [row["id"] for row in unread] == [second["id"]]


def test_all_are_read_up_to_an_instant(told: World) -> None:
    until = told.clock.now().isoformat()
    told.clock.advance(minutes=5)
    told.start(by="cai")
    bob = told.browser("bob")
    assert bob.post("/notifications/read", {"until": until}).json == {"unread": 1}
    assert bob.post("/notifications/read", {}).json == {"unread": 0}
    answer = problem(bob.post("/notifications/read", {"until": "yesterday"}), 422, "invalid")
    assert answer["errors"][0]["pointer"] == "/until"


def test_nobody_reads_or_marks_anothers(told: World) -> None:
    [row] = told.browser("bob").get("/notifications").json["items"]
    for who in ("cai", "sam", "eve"):
        answer = told.browser(who).post(f"/notifications/{row['id']}/read")
        problem(answer, 404, "notification-not-found")
    problem(
        told.browser("bob").post(f"/notifications/{new_id()}/read"), 404, "notification-not-found"
    )
    assert told.browser("bob").get("/notifications/counts").json == {"unread": 1}


def test_of_what_one_may_no_longer_see_only_that_there_was_something(told: World) -> None:
    bob = told.browser("bob")
    [before] = bob.get("/notifications").json["items"]
    with told.engine.begin(SYSTEM) as uow:
        user_id = str(told.people["bob"].user_id)
        recusals.add(uow, before["instance"]["id"], user_id, reason="亲属")
        assert parties.organisations(uow, before["instance"]["id"], "office")
    [row] = bob.get("/notifications").json["items"]
    assert (row["text"], row["is_visible"]) == ("您已无权查看的事项", False)
    assert (row["instance"], row["task_id"], row["deadline_id"], row["data"]) == (
        None,
        None,
        None,
        {},
    )


def test_everybody_chooses_how_mail_comes(told: World) -> None:
    bob = told.browser("bob")
    assert bob.get("/account/mail").json == {"mode": "immediate"}
    for mode in ("digest", "off", "immediate", "digest"):
        assert bob.post("/account/mail", {"mode": mode}).json == {"mode": mode}
    answer = problem(bob.post("/account/mail", {"mode": "pigeon"}), 422, "invalid")
    assert answer["errors"][0]["pointer"] == "/mode"
    assert bob.get("/account/mail").json == {"mode": "digest"}
    assert told.browser("ada").get("/account/mail").json == {"mode": "immediate"}


def test_who_is_not_signed_in_is_told_nothing(world: World) -> None:
    for path in ("/notifications", "/notifications/counts", "/account/mail", "/mails", "/ladders"):
        assert world.browser().get(path).status_code == 401, path
