"""The pages of docs/, and the parts of them that tests read: fenced blocks and tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]

_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, kw_only=True)
class Block:
    """A fenced block: the words behind the fence, and what stands in it."""

    words: tuple[str, ...]
    text: str
    line: int

    @property
    def label(self) -> str:
        """How a failing test names the block."""
        return f"line {self.line}: {' '.join(self.words)}"


def page(name: str) -> str:
    """The text of a page of docs/."""
    return (ROOT / "docs" / name).read_text("utf-8")


def blocks(name: str, *words: str) -> list[Block]:
    """The fenced blocks of a page whose info string begins with these words."""
    text = page(name)
    found = [
        Block(
            words=tuple(match["info"].split()),
            text=match["text"],
            line=text[: match.start()].count("\n") + 1,
        )
        for match in _FENCE.finditer(text)
    ]
    return [block for block in found if block.words[: len(words)] == words]


def tables(name: str) -> list[list[list[str]]]:
    """The tables of a page: rows of cells, without the heading and the line below it."""
    found: list[list[list[str]]] = []
    rows: list[list[str]] = []
    for line in [*page(name).splitlines(), ""]:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
        elif rows:
            found.append(rows[2:])
            rows = []
    return found


def codes(cell: str) -> list[str]:
    """What stands between back-ticks in a cell."""
    return _CODE.findall(cell)
