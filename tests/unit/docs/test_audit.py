"""docs/audit.md: its vectors are what engine/record/history.py computes, and its kinds are those written."""

from __future__ import annotations

import json
import re
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest

from engine.record import chains, digests, history
from engine.tables import Event
from tests.unit.docs.pages import ROOT, blocks, codes, tables

PAGE = "audit.md"
VECTORS: list[dict[str, Any]] = [json.loads(b.text) for b in blocks(PAGE, "json", "vector")]
_KIND = re.compile(
    r'"((?:instance|variables|task|deadline|message|signal|escalation|timer|party|person|file|incident|job|event|protected|rehearsal|sheet)\.[a-z_]+'
    r'|proposal\.(?:made|confirmed|refused|withdrawn))"'
)


@pytest.mark.parametrize("vector", VECTORS, ids=["first", "second", "third"])
def test_the_program_computes_the_vectors(vector: dict[str, Any]) -> None:
    assert history.canonical(vector["payload"]).decode() == vector["canonical_payload"]
    algorithm = vector["event"].get("algorithm", "sha256")
    digest = history.payload_digest(vector["salt"], vector["payload"], algorithm=algorithm)
    assert digest == vector["payload_digest"]
    event = Event(**_columns(vector), payload_digest=digest, digest="")
    assert chains.link_digest(history.link_of(event)) == vector["digest"]


@pytest.mark.parametrize("vector", VECTORS, ids=["first", "second", "third"])
def test_the_encoding_is_what_another_program_would_write(vector: dict[str, Any]) -> None:
    assert _plain_json(vector["payload"]) == vector["canonical_payload"]
    link = vector["event"] | {"payload_digest": vector["payload_digest"]}
    assert _plain_json(link) == vector["canonical"]


def test_each_vector_follows_the_one_before_it_whatever_its_digest() -> None:
    for before, after in pairwise(VECTORS):
        assert after["event"]["previous_digest"] == before["digest"]


def test_the_third_vector_is_made_with_sm3() -> None:
    assert VECTORS[2]["event"]["algorithm"] == "sm3"


def test_sm3_is_that_of_the_standard() -> None:
    """GB/T 32905-2016, appendix A."""
    assert digests.digest("sm3", b"abc") == (
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    )
    assert digests.digest("sm3", b"abcd" * 16) == (
        "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    )


def test_a_link_covers_every_column_but_its_own_digest() -> None:
    written = {name for row in tables(PAGE)[0] for name in codes(row[0])}
    columns = {column.key for column in Event.__table__.columns}
    assert written == columns
    assert set(json.loads(VECTORS[0]["canonical"])) == columns - {"algorithm", "digest"}


def test_the_page_lists_the_kinds_that_the_engine_writes() -> None:
    files = [p for p in (ROOT / "engine").rglob("*.py") if p.parent.name != "tables"]
    sources = "\n".join(path.read_text("utf-8") for path in files)
    written = {name for row in tables(PAGE)[1] for name in codes(row[0])}
    assert written == set(_KIND.findall(sources))


def _columns(vector: dict[str, Any]) -> dict[str, Any]:
    at = datetime.fromisoformat(vector["event"]["at"])
    return {"algorithm": "sha256"} | vector["event"] | {"at": at}


def _plain_json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
