"""The two READMEs say the same, section by section."""

from __future__ import annotations

import re

import pytest

from tests.unit.docs.pages import ROOT

ENGLISH = (ROOT / "README.md").read_text("utf-8")
CHINESE = (ROOT / "README.zh-CN.md").read_text("utf-8")


def outline(text: str) -> list[str]:
    """What a page is made of, without its words: headings, pictures, commands, points, paragraphs."""
    found = []
    for part in re.split(r"\n{2,}", text.strip()):
        if part.startswith("#"):
            found.append(part.split(" ")[0])
        elif part.startswith("```"):
            found.append(re.sub(r"<[^>]+>", "<>", part))
        elif part.startswith("!["):
            found.append(re.sub(r"\[[^\]]*\]|/(zh|en)/", "[]", part))
        elif part.startswith("- "):
            found += ["-" + " ".join(pages(line)) for line in part.splitlines()]
        else:
            found.append(f"text of {len(part.splitlines())} lines")
    return found


def pages(text: str) -> list[str]:
    """The files that a text names."""
    return re.findall(r"[\w/.-]+\.md", text)


def test_both_have_the_same_sections_pictures_and_commands() -> None:
    assert outline(ENGLISH) == outline(CHINESE)


def test_each_names_the_other() -> None:
    assert "(README.zh-CN.md)" in ENGLISH
    assert "(README.md)" in CHINESE


@pytest.mark.parametrize("text", [ENGLISH, CHINESE], ids=["en", "zh-CN"])
def test_what_a_readme_names_is_there(text: str) -> None:
    named = set(pages(text)) | set(re.findall(r"\((docs/[^)]+)\)", text))
    assert {"docs/operating.md", "docs/architecture.md", "docs/glossary.md"} <= named
    assert [name for name in named if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize("text", [ENGLISH, CHINESE], ids=["en", "zh-CN"])
def test_a_readme_says_that_nothing_classified_belongs_here(text: str) -> None:
    assert "classified" in text or "涉密" in text
