"""docs/errors.md lists no code that the program, the domain with it, does not raise."""

from __future__ import annotations

from tests.unit.docs.error_codes import FOLDERS
from tests.unit.docs.pages import ROOT
from tests.unit.docs.test_errors import listed


def test_every_line_is_a_code_that_the_sources_know_and_says_something() -> None:
    sources = "".join(
        path.read_text("utf-8") for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")
    )
    assert [code for code in listed() if f'"{code}"' not in sources] == []
    assert [code for code, (_, says) in listed().items() if not says.strip()] == []
