"""A whole story on PostgreSQL: the private school, from its start form to the archive.

People click until the first supervision notice is out; what comes after is played without a browser,
and its end is looked at on the screen again. Other stories of the browser run on SQLite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.resources import as_file, files
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from engine.database import Database
from ops import rehearse, stories
from ops.rehearse import Stage
from ops.stories import Story
from supervision.tables import Document
from tests import postgres
from tests.browser.clicking import Player
from tests.browser.conftest import Serve
from tests.browser.desk import Desk

pytestmark = pytest.mark.postgresql


@pytest.fixture
def database() -> Iterator[Database]:
    """An empty database of a PostgreSQL server of its own."""
    with postgres.server(postgres.wheel()) as server:
        yield Database(server.url(server.create()))


@pytest.fixture
def story() -> Story:
    with as_file(files("processes.supervision") / "rehearsals" / "private_school.yaml") as path:
        return stories.read(path)


def issued(stage: Stage) -> set[str]:
    """The kinds of papers that have a number."""
    with stage.engine.read(rehearse.SYSTEM) as uow:
        return set(uow.session.scalars(sa.select(Document.kind).where(Document.number != "")))


def test_the_private_school_is_clicked_to_its_first_supervision_notice_and_ends_in_the_archive(
    tmp_path: Path,
    database: Database,
    story: Story,
    open_window: Callable[..., Desk],
    serve: Serve,
) -> None:
    notes = [step.note for step in story.steps]
    first_notice = notes.index("第一张督办单") + 1
    stage = rehearse.prepare(
        tmp_path, starts=story.starts, say=lambda _line: None, database=database
    )
    sandbox = serve(stage.engine, stage.clock)
    player = Player(sandbox=sandbox, open_window=open_window, story=story)
    player.start(story.start)
    player.play(story.steps[:first_notice])

    desk = player.desks["county_staff1"]
    desk.open_case("启明学校办学条件专项督导")
    expect(desk.page.get_by_text("督办", exact=True).first).to_be_visible()
    assert "supervision_notice" in issued(stage)

    with sandbox.gate.closed():  # no window asks while the clock moves
        for step in story.steps[first_notice:]:
            rehearse.take_step(story, stage, step)
    late = open_window(sandbox, "county_staff2")
    late.open_case("启明学校办学条件专项督导")
    expect(late.page.get_by_text("案件已办结")).to_be_visible()
    line = late.page.get_by_role("list", name="办理阶段")
    expect(line.get_by_text("归档")).to_be_visible()
