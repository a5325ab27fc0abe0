"""Running clocks, the year's notice and parameters, by their addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api.auth import ACTING_FOR
from engine import runner
from engine.clock import ManualClock
from engine.permission import recusals
from engine.timing import deadlines
from tests.api.browser import problem
from tests.api.conftest import Furnished, World, furnished_in, worlds
from tests.api.test_delegations import given as entrusted
from tests.api.unchanged import unchanged
from tests.factories import SYSTEM
from tests.unit.engine.clocks import at
from tests.unit.engine.test_notices import NOTICE

MORE = """
[[deadlines]]
key = "reply"
name = "复函"
amount = 10
unit = "days"
start_event = "签收来文"
binds = "unit"
on_lapse = "视为没有意见"
law = false
mark = "C"
source = "默认值，无法定期限"
receipt = true
pausable = "默认值，无法定期限：不可抗力"
extensions = { most = 1, by = ["staff"], longest = 10 }
"""


@pytest.fixture(scope="module")
def clocks(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    """The family with one clock that may be paused and extended."""
    return furnished_in(tmp_path_factory.mktemp("clocks"), sqlite_template, tables=MORE)


@pytest.fixture
def build_world(
    clocks: Furnished, clock: ManualClock, tmp_path: Path
) -> Iterator[Callable[..., World]]:
    """Worlds of this module."""
    with worlds(clocks, tmp_path, clock) as build:
        yield build


@pytest.fixture
def case(world: World) -> str:
    """A case whose unit was told."""
    found = world.start()
    world.notify(found)
    return found


@pytest.fixture
def reply(world: World, case: str) -> str:
    """Ten days from 2 March, for the unit to read."""
    with world.engine.begin(SYSTEM) as uow:
        found = deadlines.open(uow, case, "reply", starts_on="2026-03-02", audience="unit")
        return found.id


def test_a_list_shows_each_clock_with_its_case_its_light_and_its_acts(
    world: World, case: str, reply: str
) -> None:
    rows = world.browser("ada").get("/deadlines").json["items"]
    assert [row["key"] for row in rows] == ["answer", "reply"]
    row = rows[1]
    assert (row["id"], row["due_on"], row["light"], row["light_text"]) == (
        reply,
        "2026-03-12",
        "green",
        "还剩10日",
    )
    assert row["instance"]["id"] == case
    assert row["allowed_acts"] == ["correct", "pause"]
    assert row["why"].startswith("签收来文，自2026-03-02次日起算10日，至2026-03-12止")
    uma = world.browser("uma").get("/deadlines").json["items"]
    assert [(row["id"], row["allowed_acts"]) for row in uma] == [(reply, ["request_extension"])]
    assert world.browser("eve").get("/deadlines").json["items"] == []
    assert world.browser("sam").get("/deadlines").json["items"] == []


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ({"key": "reply"}, ["reply"]),
        ({"due_until": "2026-03-10"}, ["answer"]),
        ({"due_from": "2026-03-10"}, ["reply"]),
        ({"state": "met"}, []),
        ({"provisional": "true"}, []),
        ({"family": "others"}, []),
    ],
)
def test_a_list_is_narrowed(
    world: World, reply: str, query: dict[str, str], keys: list[str]
) -> None:
    rows = world.browser("ada").get("/deadlines", **query).json["items"]
    assert [row["key"] for row in rows] == keys


def test_pages_follow_each_other(world: World, reply: str) -> None:
    ada = world.browser("ada")
    first = ada.get("/deadlines", limit=1).json
    second = ada.get("/deadlines", limit=1, cursor=first["next_cursor"]).json
    assert [row["key"] for page in (first, second) for row in page["items"]] == ["answer", "reply"]
    assert second["next_cursor"] is None


def test_paused_and_resumed(world: World, reply: str) -> None:
    ada, path = world.browser("ada"), f"/deadlines/{reply}"
    problem(world.browser("uma").post(f"{path}/pause", {"reason": "停课"}), 403, "not-allowed")
    problem(
        world.browser("sam").post(f"{path}/pause", {"reason": "停课"}), 404, "deadline-not-found"
    )
    problem(ada.post(f"{path}/pause", {"reason": " "}), 422, "invalid")
    paused = ada.post(f"{path}/pause", {"reason": "停课"})
    assert paused.status_code == 200, paused.json
    assert (paused.json["state"], paused.json["light"]) == ("paused", None)
    assert paused.json["allowed_acts"] == ["resume"]
    problem(ada.post(f"{path}/pause", {"reason": "停课"}), 409, "deadline-paused")
    world.clock.set(at(5, 9))
    ada = world.browser("ada")  # the session of three days ago has ended
    resumed = ada.post(f"{path}/resume", {"reason": "复课"}).json
    assert (resumed["state"], resumed["due_on"]) == ("open", "2026-03-16")
    assert [s["kind"] for s in resumed["segments"]] == ["initial", "pause", "resume"]
    assert resumed["segments"][2]["by_name"] == "ada"


def test_more_time_is_asked_for_and_granted(world: World, reply: str) -> None:
    uma, ada = world.browser("uma"), world.browser("ada")
    path = f"/deadlines/{reply}/extension-requests"
    late = {"until_on": "2026-03-30", "reason": "人手少"}
    problem(uma.post(path, late), 422, "invalid")
    problem(ada.post(path, late), 403, "not-allowed")
    asked = uma.post(path, {"until_on": "2026-03-18", "reason": "人手少"})
    assert asked.status_code == 201, asked.json
    assert asked.json["allowed_acts"] == ["withdraw"]
    (seen,) = ada.get(f"/deadlines/{reply}").json["extension_requests"]
    assert seen["allowed_acts"] == ["grant", "refuse"]
    decide = f"/extension-requests/{seen['id']}/decide"
    yes = {"is_granted": True, "opinion": "属实", "until_on": "2026-03-17"}
    problem(uma.post(decide, yes), 403, "same-person")
    problem(world.browser("eve").post(decide, yes), 404, "deadline-not-found")
    assert ada.post(decide, yes).json["granted_until_on"] == "2026-03-17"
    assert ada.get(f"/deadlines/{reply}").json["due_on"] == "2026-03-17"
    problem(ada.post(decide, yes), 409, "extension-decided")
    problem(uma.post(path, {"until_on": "2026-03-19", "reason": "x"}), 409, "extension-used")


def for_another(world: World, who: str, principal: str) -> Callable[..., Any]:
    """Requests of one person in the place of another, who is away and entrusted them."""
    given = world.browser(principal).post("/delegations", entrusted(world, who))
    assert given.status_code == 201, given.json
    window = world.browser(who)
    header = {ACTING_FOR: str(world.people[principal].user_id)}
    return lambda path, body: window.send("POST", path, json=body, headers=header)


def asked(world: World, reply: str) -> str:
    """The unit has asked for more time; the address of the decision."""
    body = {"until_on": "2026-03-18", "reason": "人手少"}
    row = world.browser("uma").post(f"/deadlines/{reply}/extension-requests", body)
    assert row.status_code == 201, row.json
    return f"/extension-requests/{row.json['id']}/decide"


YES = {"is_granted": True, "opinion": "属实", "until_on": "2026-03-17"}


def test_a_stand_in_decides_as_the_absent_person_could_and_both_are_named(
    world: World, reply: str
) -> None:
    decide = asked(world, reply)
    eve = for_another(world, "eve", "ada")
    problem(world.browser("eve").post(decide, YES), 404, "deadline-not-found")
    done = eve(decide, YES)
    assert done.status_code == 200, done.json
    assert (done.json["decided_by"]["name"], done.json["decided_stand_in"]["name"]) == (
        "ada",
        "eve",
    )
    seen = world.browser("bob").get(f"/deadlines/{reply}").json
    assert (seen["due_on"], seen["segments"][-1]["by_name"]) == ("2026-03-17", "eve（代ada）")
    events = world.browser("bob").get(f"/instances/{seen['instance']['id']}/events", limit=100).json
    [told] = [row for row in events["items"] if row["kind"] == "deadline.extension_granted"]
    assert told["actor"]["name"] == "eve（代ada）"


@pytest.mark.parametrize("recused", ["ada", "eve"])
def test_recusal_of_either_keeps_the_decision_from_a_stand_in(
    world: World, case: str, reply: str, recused: str
) -> None:
    decide = asked(world, reply)
    eve = for_another(world, "eve", "ada")
    with world.engine.begin(SYSTEM) as uow:
        recusals.add(uow, case, str(world.people[recused].user_id), reason="亲属")
    with unchanged(world):
        assert eve(decide, YES).status_code in (403, 404)


def test_who_asked_in_anothers_place_decides_in_nobodys(world: World, reply: str) -> None:
    bob = for_another(world, "bob", "uma")  # of the office, and for the unit's sake
    row = bob(
        f"/deadlines/{reply}/extension-requests", {"until_on": "2026-03-18", "reason": "人手少"}
    )
    assert (row.json["asked_by"]["name"], row.json["asked_stand_in"]["name"]) == ("uma", "bob")
    decide = f"/extension-requests/{row.json['id']}/decide"
    bob_for_ada = for_another(world, "bob", "ada")
    with unchanged(world):
        problem(world.browser("bob").post(decide, YES), 403, "same-person")
        problem(bob_for_ada(decide, YES), 403, "same-person")
    [seen] = world.browser("bob").get(f"/deadlines/{reply}").json["extension_requests"]
    assert seen["allowed_acts"] == []
    assert world.browser("ada").post(decide, YES).status_code == 200


def test_a_stand_in_with_another_post_of_the_absent_person_decides_nothing(
    world: World, reply: str
) -> None:
    world.grant("ada", "head")
    decide = asked(world, reply)
    post = {"group": "head", "organisation_id": world.office_id}
    body = {**entrusted(world, "eve"), "posts": [post]}
    assert world.browser("ada").post("/delegations", body).status_code == 201
    header = {ACTING_FOR: str(world.people["ada"].user_id)}
    with unchanged(world):
        answer = world.browser("eve").send("POST", decide, json=YES, headers=header)
    problem(answer, 403, "not-allowed")


def test_after_the_due_date_nothing_is_asked_for(world: World, reply: str) -> None:
    world.clock.set(at(13))
    uma = world.browser("uma")
    asked = {"until_on": "2026-03-18", "reason": "晚了"}
    with unchanged(world):
        answer = uma.post(f"/deadlines/{reply}/extension-requests", asked)
    told = problem(answer, 409, "extension-late")
    assert "期限已经届满，不能再申请延期" in told["detail"]
    seen = uma.get(f"/deadlines/{reply}").json
    assert (seen["due_on"], seen["extension_requests"]) == ("2026-03-12", [])
    assert "request_extension" not in seen["allowed_acts"]


def test_a_correction_takes_two_people_of_the_case(world: World, reply: str) -> None:
    ada, path = world.browser("ada"), f"/deadlines/{reply}/corrections"
    seen = ada.post(f"{path}/preview", {"due_on": "2026-03-20"}).json
    assert seen["due_on"] == "2026-03-20"
    problem(ada.post(path, {"reason": "误登"}), 422, "invalid")
    proposed = ada.post(path, {"due_on": "2026-03-20", "reason": "误登"})
    assert proposed.status_code == 201, proposed.json
    confirm = f"/proposals/{proposed.json['id']}/confirm"
    problem(ada.post(confirm, {"note": ""}), 403, "same-person")
    problem(world.browser("cai").post(confirm, {"note": ""}), 404, "proposal-not-found")
    assert world.browser("bob").post(confirm, {"note": ""}).status_code == 200
    corrected = ada.get(f"/deadlines/{reply}").json
    assert corrected["due_on"] == "2026-03-20"
    assert corrected["segments"][-1]["confirmed_by"] == "bob"


# -- calendar --------------------------------------------------------------------------------


def test_a_notice_is_checked_brought_in_and_followed(world: World, case: str) -> None:
    with world.engine.begin(SYSTEM) as uow:
        late = deadlines.open(uow, case, "answer", starts_on="2026-12-30", scope_id="late").id
    sam = world.browser("sam")
    assert sam.get(f"/deadlines/{late}").status_code == 404
    checked = sam.post("/calendars/cn/checks", {"text": NOTICE})
    assert checked.status_code == 200, checked.json
    assert (checked.json["year"], checked.json["version"]) == (2027, 1)
    assert checked.json["was_provisional"]
    assert {"on": "2027-02-14", "before": "weekend", "after": "make_up", "name": ""} in (
        checked.json["differences"]
    )
    (move,) = checked.json["moves"]
    assert (move["deadline_id"], checked.json["total"]) == (late, 1)
    assert sam.get("/calendars/cn/years/2027").json[0]["version"] == 1
    act = sam.post("/calendars/cn/years", {"text": NOTICE, "reason": "通知已公布"})
    assert act.status_code == 201, act.json
    assert (act.json["state"], act.json["total"]) == ("running", 1)
    runner.run_all_due(world.engine)
    done = sam.get(f"/recounts/{act.json['id']}").json
    assert (done["state"], done["looked"], done["moved"]) == ("done", 1, 1)
    assert sam.get("/recounts").json == [done]
    (item,) = sam.get(f"/recounts/{done['id']}/moves").json["items"]
    assert item["deadline_id"] == late
    years = sam.get("/calendars/cn/years").json
    assert [(year["year"], year["provisional"]) for year in years] == [(2026, False), (2027, False)]
    problem(
        sam.post("/calendars/cn/years", {"text": NOTICE, "reason": "再来"}),
        409,
        "calendar-unchanged",
    )


def test_a_faulty_notice_is_refused_with_its_line_and_nothing_is_stored(world: World) -> None:
    sam = world.browser("sam")
    twice = NOTICE + "2027-10-10,上班\n"
    for path, more in (("checks", {}), ("years", {"reason": "x"})):
        answer = sam.post(f"/calendars/cn/{path}", {"text": twice, **more})
        told = problem(answer, 422, "invalid-calendar")
        assert "第15行：2027-10-10在第14行已经写过" in told["errors"][0]["detail"]
    form = {
        "year": 2027,
        "source": "试拟",
        "rows": [{"days": "2027-01-01", "kind": "放假", "name": "元旦"}],
    }
    told = problem(sam.post("/calendars/cn/checks", form), 422, "invalid-calendar")
    assert len(told["errors"]) == 12
    problem(sam.post("/calendars/cn/checks", {"text": "x", "year": 2027}), 422, "invalid")
    problem(sam.post("/calendars/cn/checks", {}), 422, "invalid")
    assert sam.get("/calendars/cn/years/2027").json[0]["version"] == 1
    problem(sam.get("/calendars/cn/years/2031"), 404, "calendar-year-missing")


def test_only_who_runs_the_system_touches_the_calendar(world: World) -> None:
    ada = world.browser("ada")
    for path, body in (
        ("/calendars/cn/checks", {"text": NOTICE}),
        ("/calendars/cn/years", {"text": NOTICE, "reason": "x"}),
    ):
        problem(ada.post(path, body), 403, "duty-required")
    for path in ("/recounts", "/recounts/" + "0" * 32):
        problem(ada.get(path), 403, "duty-required")
    assert ada.get("/calendars/cn/years").json[0]["allowed_acts"] == []


# -- parameters ------------------------------------------------------------------------------


def test_a_parameter_is_previewed_changed_and_applied(world: World, reply: str) -> None:
    sam = world.browser("sam")
    which = {"family": "tests", "key": "reply"}
    shorter = {**which, "amount": 5, "unit": "days"}
    preview = sam.post("/deadline-rules/previews", shorter).json
    assert [(m["from_on"], m["to_on"]) for m in preview["moves"]] == [("2026-03-12", "2026-03-09")]
    changed = sam.post("/deadline-rules/changes", {**shorter, "source": "市督导办决定"})
    assert changed.status_code == 201, changed.json
    assert (changed.json["rule"]["version"], changed.json["running"]) == (2, 1)
    assert changed.json["warnings"] == []
    card = world.browser("ada").get(f"/deadlines/{reply}").json
    assert (card["amount"], card["rule_version"], card["due_on"]) == (10, 1, "2026-03-12")
    act = sam.post("/deadline-rules/recounts", {**which, "reason": "统一"})
    assert act.status_code == 201, act.json
    runner.run_all_due(world.engine)
    card = world.browser("ada").get(f"/deadlines/{reply}").json
    assert (card["amount"], card["rule_version"], card["due_on"]) == (5, 2, "2026-03-09")
    versions = sam.get("/deadline-rules/versions", **which).json
    assert [(rule["version"], rule["amount"]) for rule in versions] == [(2, 5), (1, 10)]
    keys = [
        rule["key"] for rule in world.browser("uma").get("/deadline-rules", family="tests").json
    ]
    assert keys == ["answer", "reply"]


def test_a_negative_period_is_refused(world: World) -> None:
    body = {"family": "tests", "key": "reply", "amount": -5, "unit": "days", "source": "x"}
    sam = world.browser("sam")
    problem(sam.post("/deadline-rules/changes", body), 422, "invalid")
    problem(
        world.browser("ada").post("/deadline-rules/changes", {**body, "amount": 5}),
        403,
        "duty-required",
    )
    unknown = {**body, "amount": 5, "key": "moon"}
    problem(sam.post("/deadline-rules/changes", unknown), 404, "deadline-rule-unknown")
    assert sam.get("/deadline-rules/versions", family="tests", key="reply").json[0]["version"] == 1


def test_other_parameters_and_plans_have_addresses_too(world: World) -> None:
    sam = world.browser("sam")
    assert sam.get("/parameters", family="tests").json == []
    unknown = {"family": "tests", "key": "moon", "value": 1, "source": "x"}
    problem(sam.post("/parameters/changes", unknown), 404, "parameter-unknown")
    problem(sam.get("/parameters/versions", family="tests", key="moon"), 404, "parameter-unknown")
    plan = world.browser("ada").get("/deadline-plans", family="tests", on="2026-03-02")
    assert plan.json == []
