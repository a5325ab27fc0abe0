"""The story of docs/rehearsal.md is played to its end."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from ops import rehearse
from supervision import outline
from tests.unit.docs.pages import blocks, codes, tables


def test_the_story_of_the_page_goes_through(tmp_path: Path) -> None:
    (block,) = blocks("rehearsal.md", "yaml", "story")
    story = tmp_path / "story.yaml"
    story.write_text(block.text, "utf-8")
    said: list[str] = []
    assert rehearse.run(story, say=said.append), "\n".join(said)
    (printed,) = blocks("rehearsal.md", "text", "output")
    assert set(printed.text.splitlines()) <= set(said)


def test_the_page_names_everything_that_a_story_may_expect_of_a_case() -> None:
    every = [[key for row in table for key in codes(row[0])] for table in tables("rehearsal.md")]
    (named,) = (set(keys) for keys in every if "stage" in keys)
    assert named == set(re.findall(r'^ +"(\w+)": ', inspect.getsource(outline.facts), re.MULTILINE))
