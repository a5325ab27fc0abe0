"""The same corpus in the browser's FEEL: alike, found beforehand, or on the list of what differs.

Runs where the web packages and Node are installed; browser_otherwise.txt is the list.
"""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path

import pytest

import feel
from tests.unit.feel.test_corpus import NOW, cases

ROOT = Path(__file__).parents[3]
FEELIN = ROOT / "web" / "node_modules" / "@bpmn-io" / "feelin"
NODE = shutil.which("node", path=str(ROOT / ".venv" / "bin")) or shutil.which("node")
LINES = (Path(__file__).parent / "browser_otherwise.txt").read_text(encoding="utf-8").splitlines()
LISTED = frozenset(line for line in LINES if line and not line.startswith("# "))

pytestmark = pytest.mark.skipif(
    NODE is None or not FEELIN.exists(), reason="the web packages are not installed"
)


def shared_cases() -> Iterator[tuple[str, dict[str, object], object]]:
    """Expressions whose differences cannot be seen in the text, with their value here."""
    for expression, expected, given in (case.values for case in cases()):
        if expected in ("!", "!!") or feel.browser_differences(expression):
            continue
        value = feel.compile(expression).evaluate(given, now=NOW)
        if isinstance(value, (date, time, timedelta, feel.YearsMonths)):
            expression = f"string({expression})"
            value = feel.compile(expression).evaluate(given, now=NOW)
        if not isinstance(value, feel.Range):
            yield expression, given, _plain(value)


def _plain(value: object) -> object:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if value is None or isinstance(value, (bool, str)):
        return value
    left = feel.to_json(value)
    return float(left["$decimal"]) if isinstance(left, dict) else left


def _alike(one: object, other: object) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=1e-12)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    return one == other


def test_every_listed_difference_stands_below_its_reason() -> None:
    blocks = [block for block in "\n".join(LINES).split("\n\n") if block.strip()]
    assert len(blocks) > 3
    assert all(block.startswith("# ") for block in blocks)
    assert all(
        "DMN" in block or "Schema" in block or "other engines" in block for block in blocks[1:]
    )


def test_the_browser_differs_only_where_it_is_known_to(tmp_path: Path) -> None:
    given = list(shared_cases())
    asked = [
        {"expression": expression, "given": feel.to_json(variables)}
        for expression, variables, _ in given
    ]
    questions = tmp_path / "cases.json"
    questions.write_text(json.dumps(asked), encoding="utf-8")
    script = Path(__file__).parent / "feelin.mjs"
    answered = subprocess.run(
        [str(NODE), str(script), str(FEELIN), str(questions)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    answers = json.loads(answered.stdout)
    differing = {
        expression
        for (expression, _, value), answer in zip(given, answers, strict=True)
        if not _alike(value, answer)
    }
    assert len(given) >= 800
    assert differing - LISTED == set()
    assert LISTED - differing == set()
