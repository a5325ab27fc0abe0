"""docs/errors.md lists each code that the program raises, with its row."""

from __future__ import annotations

import re

from tests.unit.docs.error_codes import raised
from tests.unit.docs.pages import ROOT

_ROW = re.compile(r"^\| `([a-z0-9-]+)` \| (.+?) \| (.*) \|$", re.MULTILINE)


def listed() -> dict[str, tuple[set[str], str]]:
    """code → its rows, and what is said."""
    page = (ROOT / "docs" / "errors.md").read_text("utf-8")
    codes = page[page.index("# Codes\n") :]
    return {
        code: (set(re.findall(r"`(.+?)`", rows)), says) for code, rows, says in _ROW.findall(codes)
    }


def test_every_code_that_is_raised_has_its_line_with_its_row() -> None:
    page = listed()
    missing = {
        f"| `{found.code}` | `{found.row}` | {found.says} |"
        for found in raised()
        if found.row not in page.get(found.code, (set(), ""))[0]
    }
    assert sorted(missing) == []


def test_codes_stand_in_their_order_each_once() -> None:
    page = (ROOT / "docs" / "errors.md").read_text("utf-8")
    codes = [code for code, _, _ in _ROW.findall(page[page.index("# Codes\n") :])]
    assert codes == sorted(set(codes))
