"""Looking constants up finds the same rules as carrying out every cell, however many there are."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dmn
import feel
from dmn.index import Column, numbers_of
from tests.unit.dmn.files import Rows, decision, definitions, table

NUMBERS = st.integers(-3, 3).map(str)
NAMES = st.sampled_from(['"a"', '"b"', '"c"'])
DATES = st.sampled_from(['date("2026-01-01")', 'date("2026-02-01")', 'date("2026-03-01")'])
ENDS = NUMBERS | NAMES | DATES
SIGNS = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])
RANGES = st.builds(
    "{}{}..{}{}".format, st.sampled_from("[(]"), NUMBERS, NUMBERS, st.sampled_from("])[")
)
TESTS = (
    ENDS
    | RANGES
    | st.builds("{} {}".format, SIGNS, ENDS)
    | st.sampled_from(["null", "true", "false", "? > 1", "k", "[1, 2]", "[k, 5]", "1 + 1"])
)
CELLS = (
    st.just("-")
    | st.lists(TESTS, min_size=1, max_size=3).map(", ".join)
    | st.lists(TESTS, min_size=1, max_size=2).map(lambda tests: f"not({', '.join(tests)})")
)
VALUES = st.sampled_from(
    [None, True, False, 0, 1, 2, -3, Decimal("1.5"), "a", "c", "x", date(2026, 2, 1), [1], [1, 2]]
)


@settings(deadline=None, max_examples=200)
@given(st.lists(CELLS, min_size=1, max_size=8), VALUES)
def test_what_is_looked_up_is_what_the_cells_say(cells: list[str], value: object) -> None:
    compiled = [feel.compile(cell, kind="unary_tests") for cell in cells]
    passed, opaque = Column.of(compiled).look_up(feel.from_json(value) if value != [] else [])
    for number, cell in enumerate(compiled):
        holds = cell.evaluate({"?": value, "k": 2}) is True
        if passed >> number & 1:
            assert holds, cells[number]
        elif not opaque >> number & 1:
            assert not holds, cells[number]


@settings(deadline=None, max_examples=8)
@given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 90)), min_size=300, max_size=400))
def test_many_ranges_over_each_other_are_told_apart(ends: list[tuple[int, int]]) -> None:
    cells = [f"[{start}..{start + length})" for start, length in ends]
    column = Column.of(feel.compile(cell, kind="unary_tests") for cell in cells)
    for value in range(0, 1000, 7):
        passed, opaque = column.look_up(Decimal(value))
        assert not opaque
        assert numbers_of(passed) == [
            number for number, (start, length) in enumerate(ends) if start <= value < start + length
        ]


def large(rules: int) -> Rows:
    return [
        ([f'"u{at % 100}"', f"[{at * 10}..{at * 10 + 10})", "-"], [str(at)]) for at in range(rules)
    ]


@pytest.fixture(scope="module")
def ten_thousand() -> dmn.Decisions:
    logic = table(["unit", "score", "k"], ["o"], large(10_000), policy="UNIQUE")
    return dmn.parse(definitions(decision("d", logic)))


@pytest.mark.xdist_group("large decision table")
@pytest.mark.parametrize("at", [0, 4999, 9999])
def test_a_table_of_ten_thousand_rules_finds_its_rule(ten_thousand: dmn.Decisions, at: int) -> None:
    outcome = ten_thousand.decide("d", {"unit": f"u{at % 100}", "score": at * 10 + 5})
    assert outcome.value == at
    assert [hit.rule_number for hit in outcome.hits] == [at + 1]


@pytest.mark.xdist_group("large decision table")
def test_a_large_table_spends_by_what_it_finds_not_by_its_size(
    ten_thousand: dmn.Decisions,
) -> None:
    given = {"unit": "u1", "score": 15}
    assert ten_thousand.evaluate("d", given, budget=feel.Budget(steps=20)) == 1


def test_a_large_table_names_the_rules_that_overlap() -> None:
    rows = [*large(2000), (["-", "[15..16]", "-"], ["7"])]
    decisions = dmn.parse(definitions(decision("d", table(["unit", "score", "k"], ["o"], rows))))
    with pytest.raises(dmn.DecisionError, match="第 2 条（r2）、第 2001 条（r2001）"):
        decisions.evaluate("d", {"unit": "u1", "score": 15})


def test_a_value_of_another_kind_is_noted() -> None:
    decisions = dmn.parse(definitions(decision("d", table(["x"], ["o"], [(["> 5"], ["1"])]))))
    outcome = decisions.decide("d", {"x": "7"})
    assert outcome.value is None
    assert outcome.notes == ("文本与格中的值不能比较。两边应为同一类型",)
