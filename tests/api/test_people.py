"""Looking up people and organisations."""

from __future__ import annotations

from tests.api.browser import only, problem
from tests.api.conftest import World


def test_everybody_looks_up_organisations_page_by_page(world: World) -> None:
    ada = world.browser("ada")
    assert [row["name"] for row in ada.get("/organisations", q="督导").json["items"]] == ["督导办"]
    page = ada.get("/organisations", limit=2).json
    rest = ada.get("/organisations", limit=2, cursor=page["next_cursor"]).json
    codes = [row["code"] for row in page["items"] + rest["items"]]
    assert codes == ["office", "other", "unit"]
    assert rest["next_cursor"] is None
    assert ada.get("/organisations", kind="nothing").json["items"] == []


def test_who_may_take_a_task_is_told_to_those_who_may_assign_it(world: World) -> None:
    world.start()
    ada = world.browser("ada")
    task_id = only(ada, "claimable")["id"]
    assert [p["name"] for p in ada.get("/users", task_id=task_id, q="b").json["items"]] == ["bob"]
    problem(world.browser("cai").get("/users", task_id=task_id), 403, "not-allowed")
    problem(world.browser("eve").get("/users", task_id=task_id), 404, "task-not-found")


def test_the_list_of_accounts_is_the_security_administrators(world: World) -> None:
    problem(world.browser("ada").get("/users"), 403, "duty-required")
    names = [row["username"] for row in world.browser("sec").get("/users").json["items"]]
    assert names == sorted(world.people)
