"""docs/rehearsal.md: its story is read, and its tables name what a story may hold."""

from __future__ import annotations

from pathlib import Path

from ops import stories
from tests.unit.docs.pages import blocks, codes, tables

PAGE = "rehearsal.md"


def test_the_story_of_the_page_is_a_story(tmp_path: Path) -> None:
    (block,) = blocks(PAGE, "yaml", "story")
    path = tmp_path / "story.yaml"
    path.write_text(block.text, "utf-8")
    story = stories.read(path)
    assert story.family
    assert any(step.refused for step in story.steps)
    assert any(step.wait_until for step in story.steps)


def test_the_tables_name_every_key_of_a_story_and_of_a_step() -> None:
    named = [{key for row in table for key in codes(row[0])} for table in tables(PAGE)]
    steps = {*stories._STEP_KEYS, *(k for keys in stories._STEP_KEYS.values() for k in keys)}
    assert stories._STORY_KEYS in named
    assert steps | {"note"} in named
