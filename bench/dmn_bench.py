"""How long a decision takes: small tables as processes have them, and one of 10 000 rules.

Run: python bench/dmn_bench.py
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import dmn
from bench.feel_bench import microseconds
from tests.unit.dmn.files import Rows, decision, definitions, table

RULES = 10_000
TABLES: dict[str, Rows] = {
    "7 rules of texts and truth": [
        ([f'"k{at}", "m{at}"', "true" if at % 2 else "-"], [f'"a{at}"']) for at in range(7)
    ],
    "10 000 texts": [([f'"k{at}"', "-"], [str(at)]) for at in range(RULES)],
    "10 000 ranges": [([f"[{at}..{at + 1})", "-"], [str(at)]) for at in range(RULES)],
    "10 000 dates": [
        ([f'>= date("{1990 + at % 30}-01-{at % 27 + 1:02d}")', f'"k{at}"'], [str(at)])
        for at in range(RULES)
    ],
    "10 000 nots": [([f'not("k{at}")', f"{at}"], [str(at)]) for at in range(RULES)],
    "1 000 cells to carry out": [([f"? > a + {at}", f"{at}"], [str(at)]) for at in range(1000)],
}
GIVEN: dict[str, dict[str, object]] = {
    "7 rules of texts and truth": {"a": "k3", "b": True},
    "10 000 texts": {"a": "k7777", "b": 1},
    "10 000 ranges": {"a": 7777.5, "b": 1},
    "10 000 dates": {"a": "2026-01-01", "b": "k77"},
    "10 000 nots": {"a": "x", "b": 7777},
    "1 000 cells to carry out": {"a": -1, "b": 0},
}


def main() -> None:
    print(f"{'read ms':>9} {'decide µs':>11}  table")
    for name, rows in TABLES.items():
        types = ["date"] if "dates" in name else []
        logic = table(["a", "b"], ["o"], rows, policy="FIRST", types=types)
        content = definitions(decision("d", logic))
        began = time.perf_counter()
        decisions = dmn.parse(content)
        reading = (time.perf_counter() - began) * 1000
        given = GIVEN[name]
        deciding = microseconds(lambda d=decisions, g=given: d.evaluate("d", g), 50)
        print(f"{reading:9.0f} {deciding:11.1f}  {name}")


if __name__ == "__main__":
    main()
