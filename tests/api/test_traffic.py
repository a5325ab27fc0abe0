"""Numbers on the elements of a definition, and where cases stand: for who runs the system alone."""

from __future__ import annotations

from tests.api.browser import done, problem
from tests.api.conftest import World


def _definition(world: World) -> str:
    found: str = world.browser("sam").get("/definitions", key="main").json["items"][0]["id"]
    return found


def test_each_element_says_what_stands_at_it(world: World) -> None:
    world.start()
    done(world.browser("ada"))
    for _ in range(2):
        world.start()
    sam = world.browser("sam")
    found = sam.get(f"/operations/definitions/{_definition(world)}/counts").json
    at = {row["element_id"]: row for row in found["elements"]}
    assert (at["draft_paper"]["tokens"], at["draft_paper"]["tasks"]) == (2, 2)
    assert (at["check_paper"]["tokens"], at["check_paper"]["tasks"]) == (1, 1)
    assert at["file_paper"]["tokens"] == 0
    assert found["instances"] == {"active": 3, "suspended": 0, "completed": 0, "cancelled": 0}
    done(world.browser("cai"), {"note": "x", "opinion": "fail"})
    found = sam.get(f"/operations/definitions/{_definition(world)}/counts").json
    at = {row["element_id"]: row for row in found["elements"]}
    assert at["file_paper"]["incidents"] == 1
    assert world.browser("mia").get(f"/operations/definitions/{found['definition_id']}/counts").json


def test_the_heat_of_an_element_is_how_often_and_for_how_many_working_days(world: World) -> None:
    began = world.clock.now()
    world.start()
    world.clock.advance(days=7)
    done(world.browser("ada"))
    world.start()
    world.clock.advance(minutes=1)
    sam = world.browser("sam")
    path = f"/operations/definitions/{_definition(world)}/heat"
    found = sam.get(path).json
    at = {row["element_id"]: row for row in found["elements"]}
    draft = at["draft_paper"]
    assert (draft["entered"], draft["left"], draft["open"]) == (2, 1, 1)
    assert (draft["working_days_total"], draft["working_days_mean"]) == (5, 5.0)
    assert draft["working_days_most"] == 5
    assert (at["check_paper"]["entered"], at["check_paper"]["working_days_mean"]) == (1, None)
    early = sam.get(path, until=began.isoformat(), **{"from": "2026-01-01T00:00:00Z"}).json
    assert {row["entered"] for row in early["elements"]} == {0}
    problem(
        sam.get(path, until="2026-01-01T00:00:00Z", **{"from": "2026-02-01T00:00:00Z"}),
        422,
        "period",
    )


def test_cases_are_found_by_where_they_stand_and_never_by_what_they_are_about(
    world: World,
) -> None:
    first = world.start(business_key="〔2026〕1号", title="绝密来文")
    done(world.browser("ada"))
    second = world.start(business_key="〔2026〕2号")
    sam = world.browser("sam")
    page = sam.get("/operations/instances", limit=1).json
    rest = sam.get("/operations/instances", limit=1, cursor=page["next_cursor"]).json
    rows = [*page["items"], *rest["items"]]
    assert {row["id"] for row in rows} == {first, second}
    assert "绝密来文" not in str(rows)
    by_id = {row["id"]: row for row in rows}
    places = {place["element_id"] for row in rows for place in row["tokens"] if place["count"] == 1}
    assert places == {"draft_paper", "check_paper"}
    found = sam.get("/operations/instances", text="〔2026〕1").json["items"]
    assert [row["id"] for row in found] == [first]
    assert by_id[first]["jobs"] >= 0
    assert sam.get("/operations/instances", text="绝密").json["items"] == []
    assert sam.get("/operations/instances", text="%").json["items"] == []
    assert [
        row["tokens"][0]["element_id"]
        for row in sam.get("/operations/instances", element="check_paper").json["items"]
    ] == ["check_paper"]
    assert sam.get("/operations/instances", has_incident="true").json["items"] == []
    assert len(sam.get("/operations/instances", definition_key="main").json["items"]) == 2
    for name in ("ada", "mia", "sec", "aud"):
        problem(world.browser(name).get("/operations/instances"), 403, "duty-required")


def test_versions_say_what_runs_on_them_and_lead_to_their_cases(world: World) -> None:
    first = world.start(business_key="〔2026〕1号")
    done(world.browser("ada"))
    done(world.browser("cai"), {"note": "x", "opinion": "fail"})
    second = world.start(business_key="〔2026〕2号")
    sam = world.browser("sam")
    rows = sam.get("/operations/definitions").json
    [row] = [row for row in rows if row["key"] == "main"]
    assert (row["is_latest"], row["cases"], row["incidents"]) == (True, 2, 1)
    assert (row["tokens"], row["started"], row["deployment_version"]) == (2, 2, 1)
    assert sam.get("/operations/definitions", key="main").json == [row]
    of_it = sam.get("/operations/definitions", deployment_id=row["deployment_id"]).json
    assert row in of_it
    assert sam.get("/operations/definitions", key="nothing").json == []

    def at(element: str, **more: str) -> list[str]:
        found = sam.get(
            "/operations/instances", definition_id=row["id"], element=element, **more
        ).json["items"]
        return [case["id"] for case in found]

    assert at("draft_paper") == [second]
    assert at("file_paper", has_incident="true") == [first]
    assert at("draft_paper", has_incident="true") == []
    whole = sam.get("/operations/instances", definition_id=row["id"]).json["items"]
    assert {case["id"] for case in whole} == {first, second}
    problem(sam.get("/operations/instances", definition_id="0" * 32), 404, "definition-not-found")
    assert world.browser("mia").get("/operations/definitions").status_code == 200
    for name in ("ada", "cai", "sec", "aud"):
        problem(world.browser(name).get("/operations/definitions"), 403, "duty-required")
