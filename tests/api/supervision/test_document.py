"""The document that the web client is generated from."""

from __future__ import annotations

from pathlib import Path

from api import openapi

KEPT = Path(__file__).parents[3] / "web" / "openapi.json"


def test_the_web_client_is_generated_from_the_document_of_today() -> None:
    """`python -m api.openapi web/openapi.json` brings it up to date."""
    assert KEPT.read_bytes() == openapi.text()
