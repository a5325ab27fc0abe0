"""The story of docs/rehearsal.md is played to its end."""

from __future__ import annotations

from pathlib import Path

from ops import rehearse
from tests.unit.docs.pages import blocks


def test_the_story_of_the_page_goes_through(tmp_path: Path) -> None:
    (block,) = blocks("rehearsal.md", "yaml", "story")
    story = tmp_path / "story.yaml"
    story.write_text(block.text, "utf-8")
    said: list[str] = []
    assert rehearse.run(story, say=said.append), "\n".join(said)
    (printed,) = blocks("rehearsal.md", "text", "output")
    assert set(printed.text.splitlines()) <= set(said)
