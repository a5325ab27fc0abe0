"""The private school from the start form to the first supervision notice, by clicking."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path

import sqlalchemy as sa
from playwright.sync_api import expect

from ops import rehearse, stories
from supervision.tables import Document
from tests.browser.clicking import Player
from tests.browser.conftest import Serve
from tests.browser.desk import Desk


def test_the_private_school_is_clicked_through_to_its_first_supervision_notice(
    tmp_path: Path, open_window: Callable[..., Desk], serve: Serve
) -> None:
    with as_file(files("processes.supervision") / "rehearsals" / "private_school.yaml") as path:
        story = stories.read(path)
    notes = [step.note for step in story.steps]
    first_notice = notes.index("第一张督办单") + 1
    stage = rehearse.prepare(tmp_path, starts=story.starts, say=lambda _line: None)
    sandbox = serve(stage.engine, stage.clock)
    player = Player(sandbox=sandbox, open_window=open_window, story=story)
    player.start(story.start)
    player.play(story.steps[:first_notice])

    desk = player.desks["county_staff1"]
    desk.open_case("启明学校办学条件专项督导")
    expect(desk.page.get_by_role("heading", name="启明学校办学条件专项督导")).to_be_visible()
    with stage.engine.read(rehearse.SYSTEM) as uow:
        issued = set(uow.session.scalars(sa.select(Document.kind).where(Document.number != "")))
    assert "supervision_notice" in issued
