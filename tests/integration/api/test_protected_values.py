"""Protected values from a draft to a recorded read, on every database."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.app import ApiSettings, create_app
from engine.clock import ManualClock
from engine.database import Database
from engine.engine import Engine
from engine.record import history
from tests.api.browser import claimed, problem
from tests.api.conftest import World, furnish, package_in
from tests.api.test_protection import COMPONENTS, MARK, SAID, TABLES, paper, rows
from tests.factories import SYSTEM


@pytest.fixture
def world(database: Database, clock: ManualClock, tmp_path: Path) -> World:
    """The small world of the API's tests, on this database, with a form that protects."""
    package = package_in(tmp_path, tables=TABLES, components=COMPONENTS)
    engine = Engine(database, clock, [package], tmp_path / "files")
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


def test_what_is_protected_goes_through_a_case_and_is_read_by_a_reasoned_act(world: World) -> None:
    instance_id = world.start()
    ada, cai = world.browser("ada"), world.browser("cai")
    task = claimed(ada)
    path = f"/tasks/{task['id']}"
    letter = paper(ada)
    values = {"note": "受理", "source": SAID, "witnesses": [{"name": "甲某"}]}
    values["papers"] = [letter["id"]]
    saved = ada.put(f"{path}/draft", {"values": values}, revision=task["revision"])
    assert saved.status_code == 200, saved.json
    shorter = {**values, "witnesses": []}
    saved = ada.put(f"{path}/draft", {"values": shorter}, revision=saved.json["revision"])
    assert ada.get(path).json["values"]["source"] == SAID
    answer = ada.post(f"{path}/complete", {"values": shorter}, revision=saved.json["revision"])
    assert answer.status_code == 200, answer.json
    assert SAID not in rows(world)
    found = MARK.fullmatch(ada.get(path).json["values"]["source"])
    assert found is not None
    asked = {"codes": [found.group(1)], "reason": "核实"}
    problem(ada.post(f"/instances/{instance_id}/disclosures", asked), 403, "protected-not-reader")
    read = cai.post(f"/instances/{instance_id}/disclosures", asked)
    assert [item["value"] for item in read.json["items"]] == [SAID]
    problem(cai.get(f"/files/{letter['id']}/content"), 403, "file-protected")
    assert cai.post(f"/files/{letter['id']}/disclosures", {"reason": "核对"}).status_code == 200
    assert cai.get(f"/files/{letter['id']}/content").status_code == 200
    listed = world.browser("aud").get("/disclosures").json["items"]
    assert {(row["reason"], row["is_file"]) for row in listed} == {("核实", False), ("核对", True)}
    with world.engine.read(SYSTEM) as uow:
        assert list(history.verify(uow, instance_id)) == []
