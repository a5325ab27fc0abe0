"""The tree of organisations: added, renamed, moved, closed, imported."""

from __future__ import annotations

import io
from typing import Any

import pytest
from werkzeug.test import TestResponse

from engine import identity
from engine.tables import Instance, JournalEntry, Organisation
from tests.api.browser import Browser, problem
from tests.api.conftest import SYSTEM, World


def made(window: Browser, code: str, parent: dict[str, Any] | None = None) -> dict[str, Any]:
    body = {"code": code, "name": f"单位{code}", "kind": "unit"}
    answer = window.post("/organisations", body | ({"parent_id": parent["id"]} if parent else {}))
    assert answer.status_code == 201, answer.json
    found: dict[str, Any] = answer.json
    return found


def sent(window: Browser, text: str | bytes, *, check: bool = False) -> TestResponse:
    data = text if isinstance(text, bytes) else text.encode()
    form = {"file": (io.BytesIO(data), "list.csv"), "check": "true" if check else "false"}
    return window.send("POST", "/organisations/import", data=form)


def test_a_subtree_moves_with_its_root_and_cases_keep_their_parties(world: World) -> None:
    sec = world.browser("sec")
    instance_id = world.start()
    top, other = made(sec, "A"), made(sec, "B")
    middle = made(sec, "A1", top)
    leaf = made(sec, "A11", middle)
    moved = sec.put(f"/organisations/{middle['id']}/parent", {"parent_id": other["id"]}, revision=1)
    assert (moved.status_code, moved.json["revision"]) == (200, 2)
    under = sec.get("/organisations", under=other["id"]).json["items"]
    assert {row["code"] for row in under} == {"A1", "A11", "B"}
    with world.engine.read(SYSTEM) as uow:
        path = uow.session.get_one(Organisation, leaf["id"]).path
        assert path == f"/{other['id']}/{middle['id']}/{leaf['id']}/"
        assert uow.session.get_one(Instance, instance_id).state == "active"
        kinds = [entry.kind for entry in uow.session.query(JournalEntry).all()]
        assert kinds.count("organisation.moved") == 1
    unit = {"parent_id": top["id"]}
    assert sec.put(f"/organisations/{world.unit_id}/parent", unit, revision=1).status_code == 200
    window = world.browser("ada")
    assert window.get(f"/instances/{instance_id}").status_code == 200


def test_a_circle_a_strange_parent_and_an_old_page_are_refused(world: World) -> None:
    sec = world.browser("sec")
    top = made(sec, "A")
    leaf = made(sec, "A1", top)
    place = f"/organisations/{top['id']}"
    for parent, code in ((top, "circle"), (leaf, "circle")):
        refused = sec.put(f"{place}/parent", {"parent_id": parent["id"]}, revision=1)
        body = problem(refused, 422, "organisation-invalid")
        assert body["errors"][0]["code"] == code
    nowhere = sec.put(f"{place}/parent", {"parent_id": "0" * 32}, revision=1)
    problem(nowhere, 422, "organisation-invalid")
    renamed = sec.put(f"{place}/name", {"name": "甲局"}, revision=1)
    assert renamed.json["name"] == "甲局"
    problem(sec.put(f"{place}/name", {"name": "乙局"}, revision=1), 412, "stale")
    problem(sec.put(f"{place}/parent", {"parent_id": None}, revision=1), 412, "stale")


@pytest.mark.parametrize("name", ["", "   ", "甲\u202e局", "甲\n局", "甲\u200b局", "长" * 201])
def test_a_name_that_cannot_be_read_is_refused(world: World, name: str) -> None:
    refused = world.browser("sec").post(
        "/organisations", {"code": "X", "name": name, "kind": "unit"}
    )
    assert refused.status_code == 422
    assert refused.json["errors"][0]["pointer"] == "/name"


def test_one_with_holders_tasks_or_units_is_closed_only_when_they_are_named(world: World) -> None:
    sec = world.browser("sec")
    world.start()
    office, unit = f"/organisations/{world.office_id}", f"/organisations/{world.unit_id}"
    hanging = sec.get(f"{unit}/closing").json
    assert [row["user"]["name"] for row in hanging["posts"]] == ["uma"]
    assert (hanging["open_cases"], hanging["open_tasks"]) == (1, 0)
    assert sec.get(f"{office}/closing").json["open_tasks"] == 1
    body = problem(sec.post(f"{unit}/close", {}, revision=1), 409, "organisation-in-use")
    assert "uma" in body["detail"]
    named = {"posts": [hanging["posts"][0]["id"]]}
    problem(sec.post(f"{unit}/close", named, revision=1), 409, "organisation-in-use")
    closed = sec.post(f"{unit}/close", {**named, "open_cases": 1}, revision=1)
    assert closed.json["closed_on"] is not None
    with world.engine.read(SYSTEM) as uow:
        assert identity.posts.of(uow, world.people["uma"].user_id or "") == []
    given = {"user_id": world.people["bob"].user_id, "group": "unit"}
    refused = sec.post("/posts", {**given, "organisation_id": world.unit_id})
    assert problem(refused, 422, "post-invalid")["errors"][0]["code"] == "organisation-closed"
    below = {"code": "X", "name": "X", "kind": "unit", "parent_id": world.unit_id}
    problem(sec.post("/organisations", below), 422, "organisation-invalid")
    opened = sec.post(f"{unit}/reopen", revision=2)
    assert opened.json["closed_on"] is None
    assert sec.get("/organisations", is_open="false").json["items"] == []


def test_only_the_security_administrator_keeps_the_tree(world: World) -> None:
    for name in ("ada", "sam", "aud", "mia"):
        window = world.browser(name)
        refused = window.post("/organisations", {"code": "X", "name": "X", "kind": "unit"})
        problem(refused, 403, "duty-required")
        place = f"/organisations/{world.unit_id}"
        problem(window.put(f"{place}/name", {"name": "X"}, revision="*"), 403, "duty-required")
        problem(window.get(f"{place}/closing"), 403, "duty-required")
        problem(sent(window, "code,name,kind\nA,A,unit\n"), 403, "duty-required")


def test_a_list_is_tried_first_and_then_taken_whole(world: World) -> None:
    sec = world.browser("sec")
    text = "单位代码,单位名称,类别,上级单位代码\nJ1,教育局,unit,office\nX1,一小,unit,J1\n"
    tried = sent(sec, text, check=True).json["rows"]
    assert [(row["number"], row["outcome"]) for row in tried] == [(2, "added"), (3, "added")]
    assert sec.get("/organisations", q="一小").json["items"] == []
    assert sent(sec, text.encode("gbk")).status_code == 200
    assert len(sec.get("/organisations", under=world.office_id).json["items"]) == 3
    again = sent(sec, text).json["rows"]
    assert [row["outcome"] for row in again] == ["unchanged", "unchanged"]


def test_a_list_with_faults_does_nothing_and_names_each_by_row_and_column(world: World) -> None:
    sec = world.browser("sec")
    text = (
        "code,name,kind,parent\nA,甲,unit,\nB,,unit,\nC,丙,unit,nowhere\n"
        "A,甲二,unit,\noffice,别名,unit,\nE,戊\x07,unit,\n"
    )
    tried = {row["number"]: row for row in sent(sec, text, check=True).json["rows"]}
    assert tried[2]["outcome"] == "added"
    pointers = {number: row["faults"][0]["pointer"] for number, row in tried.items() if number > 2}
    assert pointers == {
        3: "/rows/3/name",
        4: "/rows/4/parent",
        5: "/rows/5/code",
        6: "/rows/6/code",
        7: "/rows/7/name",
    }
    body = problem(sent(sec, text), 422, "import-refused")
    assert len(body["errors"]) == 5
    assert sec.get("/organisations", q="甲").json["items"] == []
    problem(sent(sec, b"PK\x03\x04"), 422, "import-refused")
