"""The guides say what the screens say, in both languages alike, and every picture is used."""

from __future__ import annotations

import re

import pytest

from tests.unit.docs import guides
from tests.unit.docs.pages import ROOT

#: What a reader's connection and this repository are to bear.
MOST_BYTES = 120_000
MOST_PICTURES = 30


def outline(text: str) -> list[str]:
    """A guide without its words: headings, numbered steps, pictures, paragraphs."""
    found = []
    for part in re.split(r"\n\s*\n", text.strip()):
        part = part.strip()
        picture = re.search(r"\]\(\.\./images/\w+/([\w-]+)\.webp\)", part)
        if picture:
            found.append(f"picture {picture[1]}")
        elif part.startswith("#"):
            found.append(part.split(" ")[0])
        else:
            steps = re.findall(r"^(\d+\.|-) ", part, re.MULTILINE)
            found.append(f"text with {len(steps)} steps")
    return found


@pytest.mark.parametrize("language", guides.LANGUAGES)
def test_what_a_guide_quotes_is_written_on_the_screens(language: str) -> None:
    unsaid = {
        f"{path.name}: {word}"
        for path in guides.guides(language)
        for word in guides.bold(path.read_text("utf-8"))
        if not guides.is_said(language, word)
    }
    if not guides.PORTAL.exists():
        unsaid = {one for one in unsaid if not one.startswith("public.md")}
    assert sorted(unsaid) == []


@pytest.mark.parametrize("language", guides.LANGUAGES)
def test_every_picture_is_there_once_small_and_says_what_it_shows(language: str) -> None:
    shown = guides.pictures(language)
    names = [picture.name for picture in shown]
    assert len(names) == len(set(names)) <= MOST_PICTURES
    there = {path.stem for path in (guides.FOLDER / "images" / language).iterdir()}
    assert there == set(names)
    assert [one.name for one in shown if not one.shows] == []
    assert [one.name for one in shown if one.path.stat().st_size > MOST_BYTES] == []


def test_both_languages_have_the_same_guides_with_the_same_steps_and_pictures() -> None:
    chinese, english = guides.guides("zh"), guides.guides("en")
    assert [path.name for path in chinese] == [path.name for path in english]
    for one, other in zip(chinese, english, strict=True):
        assert outline(one.read_text("utf-8")) == outline(other.read_text("utf-8")), one.name


def test_the_index_leads_to_every_guide() -> None:
    index = (guides.FOLDER / "README.md").read_text("utf-8")
    linked = set(re.findall(r"\((\w+/[\w-]+\.md)\)", index))
    assert linked == {
        f"{language}/{path.name}"
        for language in guides.LANGUAGES
        for path in guides.guides(language)
    }
    for name in ("README.md", "README.zh-CN.md"):
        assert "docs/guide/README.md" in (ROOT / name).read_text("utf-8")
