"""docs/glossary.md names every stored word of the domain with its Chinese label."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from supervision import terms
from supervision.terms import Term

PAGE = (Path(__file__).parents[3] / "docs" / "glossary.md").read_text("utf-8")
VOCABULARIES = [
    found
    for found in vars(terms).values()
    if isinstance(found, type) and issubclass(found, Term) and found is not Term
]
_ROW = re.compile(r"^\| (?P<label>[^|]+) \| (?P<english>[^|]+) \| `(?P<value>[^`]+)` \|$", re.M)
TABLES = [
    {row["value"]: row["label"] for row in _ROW.finditer(part)} for part in PAGE.split("\n### ")
]


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda found: found.__name__)
def test_a_vocabulary_has_a_table_with_every_member_and_no_other(vocabulary: type[Term]) -> None:
    assert {term.value: term.label for term in vocabulary} in TABLES
