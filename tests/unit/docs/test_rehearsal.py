"""docs/rehearsal.md: its story is read, and its tables name what a story may hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from ops import stories
from tests.unit.docs.pages import blocks, codes, tables

PAGE = "rehearsal.md"
STORY = """
title: 一
source: 二
fiction: 三
family: supervision
starts: 2026-03-02
start: {by: somebody}
"""


def test_the_story_of_the_page_is_a_story(tmp_path: Path) -> None:
    (block,) = blocks(PAGE, "yaml", "story")
    story = stories.read(_file(tmp_path, block.text))
    assert story.family
    assert any(step.refused for step in story.steps)
    assert any(step.wait_until for step in story.steps)


def test_the_tables_name_every_key_of_a_story_and_of_a_step(tmp_path: Path) -> None:
    named = [{key for row in table for key in codes(row[0])} for table in tables(PAGE)]
    of_story = _known(tmp_path, STORY + "nonsense: 1\nsteps: []\n")
    of_steps = set().union(
        *(
            _known(tmp_path, f"{STORY}steps: [{{{kind}, nonsense: 1}}]\n")
            for kind in ("complete: a", "start: {by: a}", "wait_until: 2026-03-03", "expect: {}")
        )
    )
    assert of_story | {"continues"} in named
    assert of_steps in named


def test_a_story_goes_on_after_another(tmp_path: Path) -> None:
    (tmp_path / "first.yaml").write_text(STORY + "steps: [{complete: a}]\n", "utf-8")
    later = "title: 四\nsource: 五\nfiction: 六\ncontinues: first\nsteps: [{complete: b}]\n"
    steps = stories.read(_file(tmp_path, later)).steps
    assert [step.complete for step in steps] == [("a",), ("b",)]


def _known(folder: Path, text: str) -> set[str]:
    """The keys that the reader offers when it meets one that it does not know."""
    with pytest.raises(stories.StoryError) as refusal:
        stories.read(_file(folder, text))
    offered = str(refusal.value).partition("可以写 ")[2]
    assert offered, refusal.value
    return set(offered.rstrip("。").split("、"))


def _file(folder: Path, text: str) -> Path:
    path = folder / "story.yaml"
    path.write_text(text, "utf-8")
    return path
