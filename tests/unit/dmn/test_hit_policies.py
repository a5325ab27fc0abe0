"""What each hit policy makes of the rules that match."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

import dmn
from tests.unit.dmn.files import Rows, decision, definitions, table

GRADES: Rows = [
    ([">= 90"], ['"优"']),
    (["[60..90)"], ['"合格"']),
    (["< 60"], ['"不合格"']),
]
OVERLAPPING: Rows = [
    ([">= 60"], ["10"]),
    ([">= 80"], ["30"]),
    ([">= 70"], ["20"]),
]


def decide(rows: Rows, score: object, policy: str, **options: object) -> object:
    logic = table(["score"], ["points"], rows, policy=policy, **options)  # type: ignore[arg-type]
    return dmn.parse(definitions(decision("grade", logic))).evaluate("grade", {"score": score})


@pytest.mark.parametrize(("score", "grade"), [(95, "优"), (89.9, "合格"), (0, "不合格")])
def test_a_unique_table_gives_the_one_rule(score: float, grade: str) -> None:
    assert decide(GRADES, score, "UNIQUE") == grade


def test_a_unique_table_without_a_match_gives_null() -> None:
    assert decide(GRADES[:2], 5, "UNIQUE") is None
    assert decide(GRADES, None, "UNIQUE") is None


def test_a_unique_table_with_two_matches_is_refused_and_names_both_rules() -> None:
    with pytest.raises(dmn.DecisionError, match="第 1 条（r1）、第 3 条（r3）同时命中") as refused:
        decide(OVERLAPPING, 75, "UNIQUE")
    assert refused.value.faults[0].element_id == "table"
    assert "FIRST" in refused.value.faults[0].mend


def test_a_first_table_gives_the_topmost_rule() -> None:
    assert decide(OVERLAPPING, 85, "FIRST") == 10


def test_an_any_table_gives_what_all_rules_say() -> None:
    rows = [([">= 60"], ["1"]), ([">= 70"], ["1.0"])]
    assert decide(rows, 75, "ANY") == 1


def test_an_any_table_whose_rules_disagree_is_refused_and_names_both() -> None:
    with pytest.raises(dmn.DecisionError, match="第 1 条（r1）与第 3 条（r3）的结果不同"):
        decide(OVERLAPPING, 75, "ANY")


def test_a_priority_table_gives_the_output_that_stands_first_in_the_list() -> None:
    assert decide(OVERLAPPING, 85, "PRIORITY", values=["20, 30, 10"]) == 20
    assert decide(OVERLAPPING, 65, "PRIORITY", values=["20, 30, 10"]) == 10


def test_an_output_order_table_gives_all_in_the_order_of_the_list() -> None:
    assert decide(OVERLAPPING, 85, "OUTPUT ORDER", values=["30, 20, 10"]) == [30, 20, 10]


def test_an_output_that_is_not_listed_comes_last() -> None:
    assert decide(OVERLAPPING, 85, "OUTPUT ORDER", values=["20"]) == [20, 10, 30]


def test_a_rule_order_table_gives_all_from_top_to_bottom() -> None:
    assert decide(OVERLAPPING, 85, "RULE ORDER") == [10, 30, 20]
    assert decide(OVERLAPPING, 5, "RULE ORDER") == []


@pytest.mark.parametrize(
    ("aggregation", "result"), [("", [10, 30, 20]), ("SUM", 60), ("MIN", 10), ("MAX", 30)]
)
def test_a_collect_table_gives_the_list_or_its_aggregate(aggregation: str, result: object) -> None:
    assert decide(OVERLAPPING, 85, "COLLECT", aggregation=aggregation) == result


def test_a_collect_table_counts_the_rules_that_match() -> None:
    assert decide(OVERLAPPING, 85, "COLLECT", aggregation="COUNT") == 3
    assert decide(OVERLAPPING, 5, "COLLECT", aggregation="COUNT") == 0


def test_an_aggregate_of_nothing_is_null() -> None:
    assert decide(OVERLAPPING, 5, "COLLECT", aggregation="SUM") is None
    assert decide(OVERLAPPING, 5, "COLLECT", aggregation="MAX") is None


def test_dates_and_durations_aggregate_too() -> None:
    days: Rows = [(["-"], ['date("2026-03-01")']), (["-"], ['date("2026-02-01")'])]
    assert decide(days, 1, "COLLECT", aggregation="MIN") == date(2026, 2, 1)


def test_outputs_that_do_not_aggregate_are_refused() -> None:
    mixed: Rows = [(["-"], ['"a"']), (["-"], ["1"])]
    with pytest.raises(dmn.DecisionError, match="不能按 SUM 汇总"):
        decide(mixed, 1, "COLLECT", aggregation="SUM")


def test_a_sum_is_exact() -> None:
    tenths: Rows = [(["-"], ["0.1"]), (["-"], ["0.2"])]
    assert decide(tenths, 1, "COLLECT", aggregation="SUM") == Decimal("0.3")


@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST", "ANY"])
def test_a_default_stands_in_where_no_rule_matches(policy: str) -> None:
    assert decide(GRADES[:1], 5, policy, defaults=['"待定"']) == "待定"


def test_a_default_of_a_table_of_all_rules_is_a_list() -> None:
    assert decide(GRADES[:1], 5, "RULE ORDER", defaults=['"待定"']) == ["待定"]


def test_several_outputs_give_a_context_by_name() -> None:
    rows = [(["< 60"], ['"整改"', "30"]), ([">= 60"], ['"通过"', ""])]
    logic = table(["score"], ["result", "days"], rows)
    decisions = dmn.parse(definitions(decision("grade", logic)))
    assert decisions.outputs("grade") == ("result", "days")
    assert decisions.evaluate("grade", {"score": 50}) == {"result": "整改", "days": 30}
    assert decisions.evaluate("grade", {"score": 70}) == {"result": "通过", "days": None}


def test_several_outputs_are_put_in_order_by_the_first_column_first() -> None:
    rows = [(["-"], ['"b"', "1"]), (["-"], ['"a"', "2"]), (["-"], ['"a"', "1"])]
    logic = table(
        ["score"], ["kind", "step"], rows, policy="OUTPUT ORDER", values=['"a", "b"', "1, 2"]
    )
    found = dmn.parse(definitions(decision("grade", logic))).evaluate("grade", {"score": 1})
    assert found == [
        {"kind": "a", "step": 1},
        {"kind": "a", "step": 2},
        {"kind": "b", "step": 1},
    ]


def test_the_policy_is_unique_where_none_is_written() -> None:
    logic = table(["score"], ["points"], OVERLAPPING).replace('hitPolicy="UNIQUE"', "")
    with pytest.raises(dmn.DecisionError, match="UNIQUE"):
        dmn.parse(definitions(decision("grade", logic))).evaluate("grade", {"score": 85})


def shaped(rows: Rows, policy: str, shape: str, outputs: Sequence[str] = ("points",)) -> object:
    logic = table(["score"], outputs, rows, policy=policy)
    decisions = dmn.parse(definitions(decision("grade", logic)))
    return decisions.evaluate("grade", {"score": 85}, shape=shape)  # type: ignore[arg-type]


def test_a_result_takes_the_shape_that_the_task_asks_for() -> None:
    one: Rows = [(["-"], ["10"])]
    assert shaped(one, "UNIQUE", "singleEntry") == 10
    assert shaped(one, "UNIQUE", "singleResult") == {"points": 10}
    assert shaped(one, "UNIQUE", "collectEntries") == [10]
    assert shaped(one, "UNIQUE", "resultList") == [{"points": 10}]
    assert shaped(OVERLAPPING, "RULE ORDER", "collectEntries") == [10, 30, 20]
    two: Rows = [(["-"], ["1", "2"])]
    assert shaped(two, "UNIQUE", "resultList", ["a", "b"]) == [{"a": 1, "b": 2}]
    none: Rows = [(["< 0"], ["10"])]
    assert shaped(none, "UNIQUE", "singleEntry") is None
    assert shaped(none, "UNIQUE", "resultList") == []


def test_a_result_that_has_not_the_shape_is_refused() -> None:
    two: Rows = [(["-"], ["1", "2"])]
    with pytest.raises(dmn.DecisionError, match="不止一条"):
        shaped(OVERLAPPING, "RULE ORDER", "singleEntry")
    with pytest.raises(dmn.DecisionError, match="多个输出"):
        shaped(two, "UNIQUE", "singleEntry", ["a", "b"])
    with pytest.raises(dmn.DecisionError, match="多个输出"):
        shaped(two, "UNIQUE", "collectEntries", ["a", "b"])
