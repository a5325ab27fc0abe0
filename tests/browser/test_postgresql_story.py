"""A whole story on PostgreSQL, by clicks alone: from the start form over an accountability decision
and the review of it to the archive. Other stories of the browser run on SQLite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from engine.database import Database
from ops import rehearse, stories
from ops.rehearse import Stage
from ops.stories import Step, Story
from supervision.tables import Document
from tests import postgres
from tests.browser.clicking import Player
from tests.browser.conftest import Serve
from tests.browser.desk import Desk

pytestmark = pytest.mark.postgresql

CASE = "青禾县第一中学违规补课专项督导"


@pytest.fixture
def database() -> Iterator[Database]:
    """An empty database of a PostgreSQL server of its own."""
    with postgres.server(postgres.wheel()) as server:
        yield Database(server.url(server.create()))


@pytest.fixture
def story() -> Story:
    """It continues the school's story: what is clicked begins with that one's start form."""
    with as_file(files("processes.supervision") / "rehearsals" / "appeal_too_late.yaml") as path:
        return stories.read(path)


def with_the_head_kept_out(steps: tuple[Step, ...]) -> Iterator[Step]:
    """Before the chair approves, the head of the Office looks for the task and does not find it."""
    for step in steps:
        if step.complete == ("approve_accountability",):
            yield replace(step, by="county_head", refused="not-allowed")
        yield step


def issued(stage: Stage) -> set[str]:
    """The kinds of papers that have a number."""
    with stage.engine.read(rehearse.SYSTEM) as uow:
        return set(uow.session.scalars(sa.select(Document.kind).where(Document.number != "")))


def test_a_school_is_clicked_from_the_start_form_to_decision_review_and_archive(
    tmp_path: Path,
    database: Database,
    story: Story,
    open_window: Callable[..., Desk],
    serve: Serve,
) -> None:
    stage = rehearse.prepare(
        tmp_path, starts=story.starts, say=lambda _line: None, database=database
    )
    player = Player(sandbox=serve(stage.engine, stage.clock), open_window=open_window, story=story)
    player.start(story.start)
    player.play(with_the_head_kept_out(story.steps))

    assert {"accountability_decision", "review_decision"} <= issued(stage)
    desk = player.desks["county_staff2"]
    desk.open_case(CASE)
    expect(desk.page.get_by_text("案件已办结")).to_be_visible()
    line = desk.page.get_by_role("list", name="办理阶段")
    expect(line.get_by_text("归档")).to_be_visible()
