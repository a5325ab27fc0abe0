"""The language by example: every line of corpus/*.txt is an expression and what it comes to.

`==> !` is a text that must be refused when it is compiled, `==> !!` one that must be refused when
it is evaluated; anything else is an expression for the value that is expected.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import feel

CORPUS = Path(__file__).parent / "corpus"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def cases() -> Iterator[Any]:
    for path in sorted(CORPUS.glob("*.txt")):
        given: object = {}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.startswith("given: "):
                given = feel.compile(line.removeprefix("given: ")).evaluate({})
            elif " ==> " in line:
                expression, _, expected = line.rpartition(" ==> ")
                name = f"{path.stem}-{number}-{expression}"
                yield pytest.param(expression, expected, given, id=name)


@pytest.mark.parametrize(("expression", "expected", "given"), list(cases()))
def test_an_expression_comes_to_what_the_standard_says(
    expression: str, expected: str, given: dict[str, object]
) -> None:
    if expected == "!":
        with pytest.raises(feel.FeelSyntaxError) as refused:
            feel.compile(expression)
        assert refused.value.message
        return
    compiled = feel.compile(expression)
    if expected == "!!":
        with pytest.raises(feel.FeelError):
            compiled.evaluate(given, now=NOW)
        return
    value = compiled.evaluate(given, now=NOW)
    wanted = feel.compile(expected).evaluate({})
    assert repr(value) == repr(wanted) or _as_json(value) == _as_json(wanted)
    assert type(value) is type(wanted)


def _as_json(value: object) -> str:
    return json.dumps(feel.to_json(value), sort_keys=True)
