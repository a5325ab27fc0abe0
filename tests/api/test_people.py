"""Looking up people and organisations."""

from __future__ import annotations

from engine import identity
from tests.api.browser import only, problem
from tests.api.conftest import SYSTEM, World


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
    problem(world.browser("cai").get("/users", task_id=task_id), 403, "not-a-candidate")
    problem(world.browser("eve").get("/users", task_id=task_id), 404, "task-not-found")


def test_the_list_of_accounts_is_the_security_administrators(world: World) -> None:
    problem(world.browser("ada").get("/users"), 403, "duty-required")
    names = [row["username"] for row in world.browser("sec").get("/users").json["items"]]
    assert names == sorted(world.people)


def test_a_list_of_people_goes_on_after_its_first_page(world: World) -> None:
    """More than two hundred, some of one name: everybody comes once, in the order of their names."""
    with world.engine.begin(SYSTEM) as uow:
        for number in range(203):
            user = identity.users.add(
                uow, username=f"clerk{number:03}", name=f"同名{number % 7}", password=None
            )
            identity.posts.grant(uow, user.id, "staff", world.office_id)
    world.start()
    ada = world.browser("ada")
    task_id = only(ada, "claimable")["id"]
    for window, query, expected in (
        (ada, {"task_id": task_id}, 205),
        (ada, {"task_id": task_id, "q": "clerk"}, 203),
        (world.browser("sec"), {}, len(world.people) + 203),
    ):
        seen, cursor = [], None
        while True:
            more = {"cursor": cursor} if cursor else {}
            page = window.get("/users", limit=50, **query, **more).json
            seen += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                break
            assert len(page["items"]) == 50
        assert len({row["id"] for row in seen}) == len(seen) == expected
        assert [row["name"] for row in seen] == sorted(row["name"] for row in seen)

    problem(ada.get("/users", task_id=task_id, cursor="x"), 422, "invalid")


def test_a_task_is_given_to_whoever_may_take_it_however_many_there_are(world: World) -> None:
    with world.engine.begin(SYSTEM) as uow:
        for number in range(201):
            user = identity.users.add(
                uow, username=f"clerk{number:03}", name=f"{number:03}", password=None
            )
            identity.posts.grant(uow, user.id, "staff", world.office_id)
    world.start()
    ada = world.browser("ada")
    row = only(ada, "claimable")
    body = {"user_id": world.people["bob"].user_id}
    given = ada.post(
        f"/tasks/{row['id']}/assign", body, headers={"If-Match": f'"{row["revision"]}"'}
    )
    assert given.json["assignee"]["name"] == "bob"
