"""Rehearsing without a live case: a sample story, a candidate, a model draft, with sample people."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.tables import Base, Mail, Notification
from ops import housekeeping
from ops.troupe import Troupe
from processes.supervision.package import PACKAGE
from tests import factories
from tests.api.browser import Browser, problem
from tests.api.supervision.conftest import Desk
from tests.factories import SYSTEM

PREPARE = "bpmn/prepare.bpmn"
CHANGED = PACKAGE.files[PREPARE].decode().replace('name="审批立项"', 'name="立项审批"')


@pytest.fixture
def mia(desk: Desk, tmp_path: Path) -> Browser:
    """The window of who keeps the models, where cases may be rehearsed."""
    desk.office.engine.sandboxes_dir = tmp_path / "sandboxes"
    desk.office.engine.troupe = Troupe()
    with desk.office.engine.begin(SYSTEM) as uow:
        factories.person(uow, "mia", ("model_editor", factories.organisation(uow, "models")))
    return desk.browser("mia")


def rows(desk: Desk) -> dict[str, int]:
    """How many rows each table has, but for sandboxes, drafts and what signing in leaves."""
    with desk.office.engine.read(SYSTEM) as uow:
        return {
            table.name: uow.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name not in {"sandbox", "sign_in", "request_count"}
        }


def named(state: dict[str, Any], kind: str) -> list[str]:
    return [each["name"] for each in state["happenings"] if each["kind"] == kind]


def test_a_story_is_played_to_a_step_and_goes_on_by_hand(
    desk: Desk, mia: Browser, tmp_path: Path
) -> None:
    before = rows(desk)
    tales = mia.get("/families/supervision/stories").json
    tale = next(each for each in tales if each["key"] == "closed_without_problems")
    assert [each["number"] for each in tale["steps"][:3]] == [1, 2, 3]
    issued = next(
        each["number"]
        for each in tale["steps"]
        if each["says"].startswith("submit_self_evaluation")
    )
    asked = {"reason": "看通知书之后怎样", "story": tale["key"], "steps": issued - 1}
    answer = mia.post("/families/supervision/rehearsals", asked)
    assert answer.status_code == 201, answer.json
    state = answer.json
    assert (state["origin"], state["story"]["step"]) == ("story", issued - 1)
    assert state["story"]["stopped"] == ""
    assert [each["element_id"] for each in state["tasks"]] == ["submit_self_evaluation"]
    assert named(state, "document") == ["印发督导通知书（青禾县人民政府）津教督通〔2026〕1号"]
    assert named(state, "missed") == named(state, "escalation") == []
    assert named(state, "reminder") == ["督导办内部环节"] * 8
    at = f"/rehearsals/{state['id']}"
    state = mia.post(f"{at}/step", {}).json
    assert state["run"] == {"halt": "steps", "steps": 1}
    task = mia.get(f"{at}/tasks/{state['tasks'][0]['id']}").json
    assert sorted(each["name"] for each in task["people"]) == ["窦怀远", "章承平"]
    state = mia.post(f"{at}/run", {"until": "2026-04-12T02:00:00Z"}).json
    assert named(state, "missed") == ["自评报告"]
    assert named(state, "escalation") == ["自评报告"] * 2, "the Office hears of what the unit owes"
    assert Counter(named(state, "reminder")) == {
        "督导办内部环节": 8,
        "自评报告": 6,  # of both people of the unit, three times: when it is over, the task goes
        "审核自评": 3,
    }
    gone = mia.post(f"{at}/story", {"steps": issued}).json
    assert gone["story"]["step"] == issued - 1
    assert "时间不能倒流" in gone["story"]["stopped"]
    problem(mia.post(f"{at}/story", {"steps": issued}), 409, "story-stopped")
    assert [each["id"] for each in mia.get("/families/supervision/rehearsals").json] == [
        state["id"]
    ]
    assert rows(desk) == before, "no row, no notification and no mail outside the sandbox"
    with desk.office.engine.read(SYSTEM) as uow:
        assert not uow.session.scalars(sa.select(Notification)).all()
        assert not uow.session.scalars(sa.select(Mail)).all()
    desk.office.clock.advance(days=14, seconds=1)
    housekeeping.run(desk.office.engine)
    assert not [path for path in (tmp_path / "sandboxes").iterdir() if path.suffix != ".lock"]
    later = desk.browser("mia")
    problem(later.get(at), 404, "sandbox-not-found")


def test_a_candidate_and_a_draft_are_begun_by_hand_before_anybody_deployed_them(
    desk: Desk, mia: Browser
) -> None:
    upload = {
        "family": "supervision",
        "reason": "试改名",
        "files": [(io.BytesIO(CHANGED.encode()), PREPARE)],
    }
    answer = mia.send("POST", "/deployments/rehearsals", data=upload)
    assert answer.status_code == 201, answer.json
    state = answer.json
    assert (state["origin"], state["state"], state["instance_id"]) == ("candidate", None, None)
    at = f"/rehearsals/{state['id']}"
    problem(mia.post(f"{at}/run", {}), 409, "not-started")
    problem(mia.post(f"{at}/story", {"steps": 1}), 409, "no-story")
    start = state["start"]
    assert start["form"]["key"] == "supervision/case_opening"
    who = next(each for each in start["people"] if each["name"] == "魏子衿")
    offered = mia.get(f"{at}/start", person_id=who["id"]).json["values"]
    unit = next(row for row in offered["unit_options"] if "启明学校" in row["label"])
    values = {
        **offered,
        "start_kind": "plan",
        "start_note": "年度督导计划第三项",
        "title": "启明学校办学条件专项督导",
        "unit_id": unit["value"],
        "form": "special",
        "matter": "班额",
        "visit_on": "2026-04-20",
        "is_unannounced": False,
        "asks_self_evaluation": False,
    }
    begun = mia.post(f"{at}/start", {"person_id": who["id"], "values": values})
    assert begun.status_code == 200, begun.json
    assert [task["name"] for task in begun.json["tasks"]] == ["立项审批"]
    problem(mia.post(f"{at}/start", {"person_id": who["id"]}), 409, "already-started")
    assert [row["version"] for row in mia.get("/deployments", family="supervision").json] == [1]

    draft = mia.post("/model-drafts", {"family": "supervision", "name": "改名"}).json
    part = next(each for each in draft["parts"] if each["path"] == PREPARE)
    mia.put(
        f"/model-drafts/{draft['id']}/parts/{part['id']}",
        {"content": CHANGED},
        revision=part["revision"],
    )
    own = f"/model-drafts/{draft['id']}/rehearsals"
    asked = {"reason": "试", "story": "closed_without_problems"}
    rehearsed = mia.post(own, asked)
    assert rehearsed.status_code == 201, rehearsed.json
    assert [task["name"] for task in rehearsed.json["tasks"]] == ["立项审批"]
    assert [each["draft_id"] for each in mia.get(own).json] == [draft["id"]]
    problem(mia.post(own, {**asked, "story": "no_such_story"}), 422, "unknown-story")
    stranger = desk.browser("county_staff1")
    problem(stranger.get(f"/rehearsals/{rehearsed.json['id']}"), 404, "sandbox-not-found")
    problem(stranger.post("/families/supervision/rehearsals", asked), 403, "duty-required")
