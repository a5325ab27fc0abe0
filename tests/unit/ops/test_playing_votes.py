"""A story of a task that several sign: both managers of the sample family decide on the leave."""

from __future__ import annotations

import shutil
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from engine.calendars import working_calendar
from engine.clock import ManualClock
from engine.repository import definitions
from ops import rehearse, stories
from ops.narration import SYSTEM, Narrator
from ops.rehearse import Stage
from ops.stories import StoryError
from processes.leave_request.package import PACKAGE
from tests import factories
from tests.conftest import EngineFor

HEAD = """
title: 王安请假
source: 一则公开的例子，写在这里
fiction: 其余都是虚构
family: leave_request
starts: 2026-03-02
start:
  by: ann
  values: {reason: annual, starts_on: 2026-03-16, ends_on: 2026-03-18, colleagues: ["@博文"]}
steps:
"""
STEPS = """
  - {complete: approve_by_manager, by: mia, values: {outcome: approve}, refused: vote-instead}
  - {complete: approve_by_manager, by: mia, vote: agree, values: {outcome: approve}}
  - {expect: {waiting: [approve_by_manager]}}
  - {complete: approve_by_manager, by: max, vote: agree, opinion: 同意, values: {outcome: approve}}
  - {expect: {waiting: [accept_handover]}}
"""


@pytest.fixture
def stage(engine_for: EngineFor, clock: ManualClock, tmp_path: Path) -> Stage:
    """The family where every manager signs for themselves."""
    root = tmp_path / "leave_request"
    with as_file(files("processes.leave_request")) as source:
        shutil.copytree(source, root, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    model = root / "bpmn" / "leave_request.bpmn"
    text = model.read_text("utf-8").replace('outcome = "reject"', 'outcome = "refused"')
    terms = '<bpmn:extensionElements><dudao:signOff per="person"/></bpmn:extensionElements>'
    opening = text[text.index('<bpmn:userTask id="approve_by_manager"') :].partition("\n")[0]
    model.write_text(text.replace(opening, opening + terms), "utf-8")
    package = replace(PACKAGE, root=root)
    engine = engine_for(package)
    with engine.begin(SYSTEM) as uow:
        working_calendar.seed(uow, range(2026, 2028))
        house = factories.organisation(uow, "house")
        place = factories.organisation(uow, "dept", parent=house)
        for username, role, name in (
            ("ann", "applicant", "王安"),
            ("bob", "colleague", "李博文"),
            ("mia", "manager", "米雅"),
            ("max", "manager", "马克"),
            ("dan", "director", "丹青"),
            ("hal", "hr", "何莉"),
        ):
            where = house if role in {"director", "hr"} else place
            factories.person(uow, username, (role, where), name=name)
        definitions.deploy(uow, package)
    return Stage(engine=engine, clock=clock, narrator=Narrator(engine=engine, say=print))


def test_a_story_tells_each_vote_and_what_they_came_to(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "story.yaml"
    path.write_text(HEAD + STEPS, encoding="utf-8")
    said: list[str] = []
    stage.narrator.say = said.append
    rehearse.play(stories.read(path), stage)
    told = "\n".join(said)
    assert "表决“经理审批”，同意：同意" in told
    assert "“经理审批”会签结果：同意" in told


def test_a_story_with_a_vote_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "story.yaml"
    path.write_text(HEAD + "  - {complete: a, vote: perhaps}\n", encoding="utf-8")
    with pytest.raises(StoryError, match="vote 应是"):
        stories.read(path)
