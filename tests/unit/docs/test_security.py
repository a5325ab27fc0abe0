"""docs/security.md: every row has a status and a reason, and every test that it names exists."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from tests.unit.docs.pages import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| V")
]
NAMED = sorted(set(re.findall(r"tests/[\w/]+(?:\.py)?(?:::\w+)?", PAGE)))


@cache
def functions(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("name", NAMED)
def test_a_test_that_is_named_exists(name: str) -> None:
    path, _, function = name.partition("::")
    if not (ROOT / "supervision").is_dir() and not (ROOT / path).exists():
        pytest.skip("taken away with the domain")
    assert (ROOT / path).exists()
    if function:
        assert function in functions(path)


def test_every_row_says_where_it_stands_and_why() -> None:
    assert len(ROWS) > 200
    assert len({row[0] for row in ROWS}) == len(ROWS)
    assert {row[2] for row in ROWS} == {"met", "not met", "not applicable"}
    assert all(len(row) == 4 and all(row) for row in ROWS)


def test_every_chapter_has_its_rows_and_the_sum_is_right() -> None:
    assert {row[0].split(".")[0] for row in ROWS} == {f"V{number}" for number in range(1, 15)}
    for status in ("met", "not met"):
        count = sum(row[2] == status for row in ROWS)
        assert f"{count} are {status}" in PAGE


def test_the_page_keeps_nothing_of_a_case_in_the_browser() -> None:
    """Its language, which task was open in this window, a model that the server did not get yet."""
    stores = re.compile(
        r"(?:local|session)Storage\.setItem|indexedDB|document\.cookie\s*=|caches\.open"
    )
    found = {
        path.relative_to(ROOT / "web" / "src").as_posix(): stores.findall(path.read_text("utf-8"))
        for path in (ROOT / "web" / "src").rglob("*.ts*")
    }
    assert {path: calls for path, calls in found.items() if calls} == {
        "words/index.ts": ["localStorage.setItem"],
        "screens/model/local-keep.ts": ["localStorage.setItem"],
        "screens/queue/use-selected.ts": ["sessionStorage.setItem"],
    }
