"""Families, definitions, forms; checking and deploying models."""

from __future__ import annotations

import io
from typing import Any

from werkzeug.test import TestResponse

from tests import models
from tests.api.browser import Browser, problem
from tests.api.conftest import MODEL, World


def _send(window: Browser, path: str, files: dict[str, bytes], **fields: str) -> TestResponse:
    parts: dict[str, Any] = {"family": "tests", **fields}
    parts["files"] = [(io.BytesIO(content), name) for name, content in files.items()]
    return window.send("POST", path, data=parts)


def test_definitions_are_listed_and_their_model_is_given_as_deployed(world: World) -> None:
    ada = world.browser("ada")
    rows = ada.get("/definitions").json["items"]
    assert [(row["key"], row["version"], row["family"]) for row in rows] == [("main", 1, "tests")]
    one = ada.get(f"/definitions/{rows[0]['id']}").json
    assert one == rows[0]
    xml = ada.get(f"/definitions/{one['id']}/xml")
    assert xml.content_type == "application/xml"
    assert xml.get_data(as_text=True) == MODEL
    problem(ada.get("/definitions/" + "0" * 32), 404, "definition-not-found")


def test_a_form_is_given_as_deployed_last(world: World) -> None:
    ada = world.browser("ada")
    assert ada.get("/forms/tests/note").json["schema"]["id"] == "note"
    problem(ada.get("/forms/tests/nothing"), 404, "form-not-found")


def test_only_those_who_keep_the_models_check_and_deploy(world: World) -> None:
    for name in ("ada", "cai", "sec"):
        window = world.browser(name)
        for path in ("/deployments", "/deployments/check"):
            problem(window.post(path, {"family": "tests"}), 403, "duty-required")


def test_deploying_the_same_makes_no_new_version(world: World) -> None:
    answer = world.browser("mia").post("/deployments", {"family": "tests", "note": "再来一次"})
    assert answer.status_code == 201
    assert answer.json["version"] == 1


def test_a_changed_model_becomes_the_next_version_and_running_cases_keep_theirs(
    world: World,
) -> None:
    instance_id = world.start()
    mia, ada = world.browser("mia"), world.browser("ada")
    changed = MODEL.replace("name='check_paper'", "name='复核'").encode()
    answer = _send(mia, "/deployments", {"bpmn/m0.bpmn": changed}, note="改名")
    assert answer.status_code == 201, answer.json
    assert (answer.json["version"], answer.json["note"]) == (2, "改名")
    rows = ada.get("/definitions", key="main").json["items"]
    assert [row["version"] for row in rows] == [2, 1]
    assert rows[0]["deployed_by"] == "mia"
    assert ada.get(f"/instances/{instance_id}").json["definition"]["version"] == 1
    page = ada.get("/definitions", key="main", limit=1).json
    following = ada.get("/definitions", key="main", limit=1, cursor=page["next_cursor"]).json
    assert [row["version"] for row in following["items"]] == [1]


def test_a_faulty_model_lists_every_fault_with_its_mend_and_changes_nothing(world: World) -> None:
    mia = world.browser("mia")
    broken = models.bpmn(
        "main",
        "<startEvent id='begin'/>"
        + models.user("write_it", group="nobody_knows")
        + models.service("do_it", "no_such_handler")
        + "<endEvent id='done'/>"
        + models.flows("begin>write_it", "write_it>do_it", "do_it>done"),
    ).encode()
    faults = _send(mia, "/deployments/check", {"bpmn/m0.bpmn": broken}).json["faults"]
    assert {fault["element_id"] for fault in faults} >= {"write_it", "do_it"}
    assert all(fault["detail"] and fault["mend"] and fault["rule"] for fault in faults)
    body = problem(_send(mia, "/deployments", {"bpmn/m0.bpmn": broken}), 422, "model-faults")
    assert len(body["errors"]) == len(faults)
    assert [row["version"] for row in mia.get("/definitions").json["items"]] == [1]


def test_hostile_models_are_refused(world: World) -> None:
    mia = world.browser("mia")
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
        b"<definitions>&b;</definitions>"
    )
    for content in (bomb, b"", b"\xff\xfe", b"<a" * 5000, b"<definitions/>"):
        answer = _send(mia, "/deployments/check", {"bpmn/m0.bpmn": content})
        assert answer.status_code == 200, answer.json
        assert answer.json["faults"], content[:30]
        assert _send(mia, "/deployments", {"bpmn/m0.bpmn": content}).status_code == 422


def test_an_upload_stays_inside_the_family(world: World) -> None:
    mia = world.browser("mia")
    for name in ("../evil.bpmn", "/etc/passwd", "package.py", "bpmn/../../x.bpmn", "bpmn/x.py"):
        body = problem(_send(mia, "/deployments/check", {name: b"x"}), 422, "invalid")
        assert body["errors"][0]["pointer"] == "/files"
    unknown = mia.post("/deployments", {"family": "nothing"})
    assert problem(unknown, 422, "unknown-family")["errors"][0]["pointer"] == "/family"


def test_two_versions_are_compared_by_those_who_keep_the_models(world: World) -> None:
    mia = world.browser("mia")
    changed = MODEL.replace("name='check_paper'", "name='复核'").encode()
    assert _send(mia, "/deployments", {"bpmn/m0.bpmn": changed}, note="改名").status_code == 201
    newer, older = mia.get("/deployments", family="tests").json
    assert (newer["version"], older["version"]) == (2, 1)
    path = f"/deployments/{older['id']}/comparison"
    [change] = mia.get(path, **{"with": newer["id"]}).json["changes"]
    assert (change["subject"], change["what"], change["id"]) == (
        "element",
        "renamed",
        "check_paper",
    )
    assert change["sentence"] == "“check_paper”改名为“复核”。"
    problem(world.browser("ada").get(path, **{"with": newer["id"]}), 403, "duty-required")
    problem(mia.get(path, **{"with": "0" * 32}), 404, "deployment-not-found")
