"""docs/audit.md: its vectors are what engine/history.py computes, and its kinds are those written."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

import pytest

from engine import chains, history
from engine.tables import Event
from tests.unit.docs.pages import ROOT, blocks, codes, tables

PAGE = "audit.md"
VECTORS: list[dict[str, Any]] = [json.loads(b.text) for b in blocks(PAGE, "json", "vector")]
_KIND = re.compile(
    r'"((?:instance|variables|task|deadline|message|timer|party|person|file|incident|event)\.[a-z]+)"'
)


@pytest.mark.parametrize("vector", VECTORS, ids=["first", "second"])
def test_the_program_computes_the_vectors(vector: dict[str, Any]) -> None:
    assert history.canonical(vector["payload"]).decode() == vector["canonical_payload"]
    digest = history.payload_digest(vector["salt"], vector["payload"])
    assert digest == vector["payload_digest"]
    event = Event(**_columns(vector), payload_digest=digest, digest="")
    assert chains.link_digest(history.link_of(event)) == vector["digest"]


@pytest.mark.parametrize("vector", VECTORS, ids=["first", "second"])
def test_the_encoding_is_what_another_program_would_write(vector: dict[str, Any]) -> None:
    assert _plain_json(vector["payload"]) == vector["canonical_payload"]
    link = vector["event"] | {"payload_digest": vector["payload_digest"]}
    assert _plain_json(link) == vector["canonical"]


def test_the_second_vector_follows_the_first() -> None:
    first, second = VECTORS
    assert second["event"]["previous_digest"] == first["digest"]


def test_a_link_covers_every_column_but_its_own_digest() -> None:
    written = {name for row in tables(PAGE)[0] for name in codes(row[0])}
    columns = {column.key for column in Event.__table__.columns}
    assert written == columns
    assert set(json.loads(VECTORS[0]["canonical"])) == columns - {"algorithm", "digest"}


def test_the_page_lists_the_kinds_that_the_engine_writes() -> None:
    sources = "\n".join(path.read_text("utf-8") for path in (ROOT / "engine").glob("*.py"))
    written = {name for row in tables(PAGE)[1] for name in codes(row[0])}
    assert written == set(_KIND.findall(sources))


def _columns(vector: dict[str, Any]) -> dict[str, Any]:
    at = datetime.fromisoformat(vector["event"]["at"])
    return {"algorithm": "sha256"} | vector["event"] | {"at": at}


def _plain_json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
