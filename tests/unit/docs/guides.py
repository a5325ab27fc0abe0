"""The illustrated guides (docs/guide/): their pictures, and the words of the screen that they quote.

What stands in **bold** in a guide is written on the screen. The paragraph right above a picture says
what is on it: its bold words are seen there.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.unit.docs.pages import ROOT

FOLDER = ROOT / "docs" / "guide"
LANGUAGES = ("zh", "en")
#: The folder of each language's words on the screen.
_SPOKEN = {"zh": "zh-CN", "en": "en"}
#: The portal speaks for itself; it goes with the domain.
PORTAL = ROOT / "api" / "supervision" / "portal" / "words.toml"

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_PICTURE = re.compile(r"!\[[^\]]*\]\(\.\./images/(\w+)/([\w-]+)\.webp\)")
_HOLE = re.compile(r"\\\{\\\{\w+\\\}\\\}|\\\{\w+\\\}")


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture of a guide, and what must be seen on it."""

    language: str
    name: str
    guide: Path
    shows: tuple[str, ...]

    @property
    def path(self) -> Path:
        return image(self.language, self.name)


def image(language: str, name: str) -> Path:
    """Where a picture lies."""
    return FOLDER / "images" / language / f"{name}.webp"


def guides(language: str) -> list[Path]:
    """The guides of a language, one for each role."""
    return sorted((FOLDER / language).glob("*.md"))


def bold(text: str) -> list[str]:
    """The words of the screen that a text quotes."""
    return _BOLD.findall(text)


def pictures(language: str) -> list[Picture]:
    """Every picture of every guide, in their order."""
    return [picture for path in guides(language) for picture in _of(language, path)]


def _of(language: str, path: Path) -> Iterator[Picture]:
    above = ""
    for part in re.split(r"\n\s*\n", path.read_text("utf-8")):
        found = _PICTURE.search(part)
        if found is None:
            above = part
            continue
        assert found[1] == language, f"{path.name} shows a picture in another language: {part}"
        yield Picture(language=language, name=found[2], guide=path, shows=tuple(bold(above)))


def is_said(language: str, text: str) -> bool:
    """Whether the screens of this language say this, whatever fills the holes of their texts."""
    return text in texts(language).values() or any(
        pattern.fullmatch(text) for pattern in _patterns(language)
    )


@cache
def texts(language: str) -> Mapping[str, str]:
    """key → text, of everything that the screens say."""
    folder = ROOT / "web" / "src" / "words" / _SPOKEN[language]
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.json")):
        found.update(_flat(json.loads(path.read_text("utf-8"))))
    if PORTAL.exists():
        found.update(_flat(tomllib.loads(PORTAL.read_text("utf-8"))[language], "portal."))
    return found


@cache
def _patterns(language: str) -> list[re.Pattern[str]]:
    """The texts that have holes and say something beside them."""
    return [
        re.compile(_HOLE.sub(".+", re.escape(text)))
        for text in texts(language).values()
        if "{" in text and _HOLE.sub("", re.escape(text)).strip(" \\“”")
    ]


def _flat(node: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in node.items():
        if isinstance(value, str):
            yield prefix + key, value
        else:
            yield from _flat(value, f"{prefix}{key}.")
