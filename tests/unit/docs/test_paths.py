"""The files and pages that docs/ name are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.unit.docs.pages import ROOT

PAGES = sorted((ROOT / "docs").rglob("*.md"))
TOPS = "engine|api|processes|supervision|forms|dmn|feel|ops|web|tests|docs|bench|tools"
_PATH = re.compile(rf"`((?:{TOPS})/[\w./-]*)`")
_LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)")
#: Parts of the domain, which the drop-in test takes away.
DOMAIN = ("supervision", "api/supervision", "processes/supervision", "forms/supervision")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_path_that_a_page_names_exists(path: Path) -> None:
    named = set(_PATH.findall(path.read_text("utf-8")))
    assert [name for name in sorted(named) if _is_missing(name)] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_link_leads_to_a_page(path: Path) -> None:
    linked = set(_LINK.findall(path.read_text("utf-8")))
    assert [link for link in sorted(linked) if not (path.parent / link).exists()] == []


def _is_missing(name: str) -> bool:
    if (ROOT / name).exists():
        return False
    removed = [folder for folder in DOMAIN if not (ROOT / folder).is_dir()]
    in_tests = name.startswith("tests/") and bool(removed)
    return not in_tests and not any(name.startswith(folder) for folder in removed)
