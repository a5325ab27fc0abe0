"""How long a condition takes: compiling it once, evaluating it each time.

Run: python bench/feel_bench.py
"""

from __future__ import annotations

import sys
import timeit
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import feel
from feel.expression import _compiled

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NONE: frozenset[str] = frozenset()
VARIABLES = {
    "outcome": "approve",
    "grade": 78,
    "due_on": "2026-12-01",
    "problems": [{"level": "major", "days": 15}, {"level": "minor", "days": 30}] * 5,
}
EXPRESSIONS = (
    'outcome = "approve"',
    'outcome = "approve" and grade >= 60',
    'if grade >= 90 then "优" else if grade >= 60 then "合格" else "不合格"',
    'date(due_on) - today() < duration("P15D")',
    'count(problems[level = "major"]) > 3',
    "sum(problems.days) / count(problems)",
)


def microseconds(run: object, times: int) -> float:
    """The best of five rounds, for one call."""
    return min(timeit.repeat(run, number=times, repeat=5)) / times * 1e6  # type: ignore[arg-type]


def main() -> None:
    print(f"{'compile µs':>11} {'evaluate µs':>12}  expression")
    for text in EXPRESSIONS:
        expression = feel.compile(text)
        compiling = microseconds(lambda t=text: _compiled(t, "expression", NONE, NONE, {}), 200)
        evaluating = microseconds(lambda e=expression: e.evaluate(VARIABLES, now=NOW), 5000)
        print(f"{compiling:11.1f} {evaluating:12.2f}  {text}")


if __name__ == "__main__":
    main()
