"""`dudao redact` and `dudao hold`, as a person would run them."""

from __future__ import annotations

from pathlib import Path

from tests.integration.ops.programs import refuse, succeed


def test_without_a_rule_nothing_is_due(installation: Path) -> None:
    assert succeed(installation, "redact", "--check") == "0 in all.\n"
    assert succeed(installation, "redact", "--reason", "year's end") == "0 in all.\n"
    assert "OK" in succeed(installation, "audit", "verify")


def test_it_asks_why(installation: Path) -> None:
    assert "--reason" in refuse(installation, "redact")
    assert "--reason" in refuse(installation, "redact", "--reason", " ")


def test_a_case_is_held_once_and_the_hold_is_lifted_once(installation: Path) -> None:
    assert "1号" in succeed(installation, "hold", "1号", "--reason", "诉讼")
    refuse(installation, "hold", "1号", "--reason", "诉讼")
    assert "1号" in succeed(installation, "hold", "1号", "--reason", "终结", "--lift")
    refuse(installation, "hold", "1号", "--reason", "终结", "--lift")
    refuse(installation, "hold", "9号", "--reason", "诉讼")
