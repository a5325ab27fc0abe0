"""A file that was sent is taken or refused, never left out silently."""

from __future__ import annotations

import io

import pytest

from tests.api.browser import problem
from tests.api.conftest import World
from tests.api.test_files import PDF

MODEL = b"<definitions/>"


@pytest.mark.parametrize("path", ["/deployments", "/deployments/check"])
def test_a_model_under_another_name_is_not_passed_over(world: World, path: str) -> None:
    mia = world.browser("mia")
    data = {"family": "tests", "bpmn/m0.bpmn": (io.BytesIO(MODEL), "m0.bpmn")}
    body = problem(mia.send("POST", path, data=data), 422, "invalid")
    assert [(f["pointer"], f["code"]) for f in body["errors"]] == [("/bpmn/m0.bpmn", "unknown")]
    assert [row["version"] for row in mia.get("/definitions").json["items"]] == [1]


def test_the_same_model_twice_is_refused_instead_of_the_last_one_winning(world: World) -> None:
    mia = world.browser("mia")
    twice = [(io.BytesIO(content), "bpmn/m0.bpmn") for content in (MODEL, MODEL)]
    answer = mia.send("POST", "/deployments", data={"family": "tests", "files": twice})
    assert problem(answer, 422, "invalid")["errors"][0]["code"] == "duplicate"


def test_two_files_in_one_upload_are_refused(world: World) -> None:
    ada = world.browser("ada")
    both = [(io.BytesIO(PDF), "a.pdf"), (io.BytesIO(PDF), "b.pdf")]
    answer = ada.send("POST", "/files", data={"file": both})
    assert problem(answer, 422, "invalid")["errors"][0]["code"] == "too-many"


def test_a_file_under_another_name_is_named(world: World) -> None:
    ada = world.browser("ada")
    data = {"file": (io.BytesIO(PDF), "a.pdf"), "extra": (io.BytesIO(PDF), "b.pdf")}
    body = problem(ada.send("POST", "/files", data=data), 422, "invalid")
    assert [fault["pointer"] for fault in body["errors"]] == ["/extra"]
