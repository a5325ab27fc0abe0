"""Cells, columns and what a table records of its making."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

import dmn
from feel import Budget
from tests.unit.dmn.files import decision, definitions, table, text


def test_a_rule_matches_when_all_its_cells_do() -> None:
    rows = [(["> 5", '"a"'], ["1"]), (["-", ""], ["2"])]
    logic = table(["x", "y"], ["out"], rows, policy="FIRST")
    decisions = dmn.parse(definitions(decision("d", logic)))
    assert decisions.evaluate("d", {"x": 6, "y": "a"}) == 1
    assert decisions.evaluate("d", {"x": 6, "y": "b"}) == 2


def test_a_table_may_have_no_input() -> None:
    logic = table([], ["out"], [([], ["5"])])
    assert dmn.parse(definitions(decision("d", logic))).evaluate("d", {}) == 5


def test_an_input_is_an_expression() -> None:
    logic = table(["count(xs[level = 1])"], ["out"], [(["> 1"], ['"多"']), (["<= 1"], ['"少"'])])
    decisions = dmn.parse(definitions(decision("d", logic)))
    assert decisions.evaluate("d", {"xs": [{"level": 1}, {"level": 1}]}) == "多"


def test_a_cell_may_name_variables_and_the_input_by_its_variable() -> None:
    logic = table(["x"], ["out"], [(["< limit and amount > 0"], ["amount + 1"])]).replace(
        '<input id="i0"', '<input id="i0" camunda:inputVariable="amount"'
    )
    decisions = dmn.parse(definitions(decision("d", logic.replace("&lt; limit", "? &lt; limit"))))
    assert decisions.evaluate("d", {"x": 3, "limit": 5, "amount": 9}) == 10


@pytest.mark.parametrize(
    ("type_name", "written", "cell"),
    [
        ("date", "2026-03-01", '>= date("2026-01-01")'),
        ("dateTime", "2026-03-01T08:00:00", '>= date and time("2026-01-01T00:00:00")'),
        ("time", "10:30:00", '< time("12:00:00")'),
        ("dayTimeDuration", "P3D", '> duration("P1D")'),
    ],
)
def test_text_of_a_typed_column_is_read_as_its_type(
    type_name: str, written: str, cell: str
) -> None:
    logic = table(["x"], ["out"], [([cell], ["true"])], types=[type_name])
    assert dmn.parse(definitions(decision("d", logic))).evaluate("d", {"x": written}) is True


def test_a_value_of_its_own_type_stays_as_it_is() -> None:
    logic = table(["x"], ["out"], [(['= date("2026-03-01")'], ["true"])], types=["date"])
    decisions = dmn.parse(definitions(decision("d", logic)))
    assert decisions.evaluate("d", {"x": date(2026, 3, 1)}) is True


def test_functions_of_the_host_and_the_pinned_now_serve_the_cells() -> None:
    logic = table(["x"], ["out"], [(["> limit()"], ["today()"])])
    decisions = dmn.parse(definitions(decision("d", logic)), functions=frozenset({"limit"}))
    now = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
    found = decisions.evaluate("d", {"x": 5}, functions={"limit": lambda: 3}, now=now)
    assert found == date(2026, 11, 23)


def test_the_rules_that_decided_are_recorded() -> None:
    rows = [(["> 5"], ["1"]), (["> 3"], ["2"]), (["> 9"], ["3"])]
    logic = table(["x"], ["out"], rows, policy="RULE ORDER")
    outcome = dmn.parse(definitions(decision("d", logic))).decide("d", {"x": 6})
    assert [(hit.rule_id, hit.rule_number) for hit in outcome.hits] == [("r1", 1), ("r2", 2)]
    assert outcome.value == [1, 2]


def test_a_variable_without_a_value_is_noted() -> None:
    logic = table(["x"], ["out"], [(["-"], ["1"])])
    outcome = dmn.parse(definitions(decision("d", logic))).decide("d", {})
    assert outcome.value == 1
    assert outcome.notes == ("变量“x”没有值",)


def test_an_error_in_a_cell_names_the_cell() -> None:
    logic = table(["x"], ["out"], [(["-"], ["today()"])])
    with pytest.raises(dmn.DecisionError, match="当前时间") as refused:
        dmn.parse(definitions(decision("d", logic))).evaluate("d", {"x": 1})
    assert refused.value.faults[0].element_id == "r1o1"


def test_a_table_spends_from_one_budget() -> None:
    rows = [([f"= count(for i in 1..50 return i) + {at}"], [str(at)]) for at in range(100)]
    decisions = dmn.parse(definitions(decision("d", table(["x"], ["out"], rows))))
    assert decisions.evaluate("d", {"x": 60}) == 10
    with pytest.raises(dmn.DecisionError, match="步数"):
        decisions.evaluate("d", {"x": 60}, budget=Budget(steps=500))


def test_the_standard_s_older_and_newer_files_are_read_alike() -> None:
    content = decision("d", table(["x"], ["out"], [(["1"], ['"a"'])]))
    for namespace in (
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ):
        decisions = dmn.parse(definitions(content, namespace=namespace))
        assert decisions.evaluate("d", {"x": 1}) == "a"


def test_cells_may_be_written_in_several_lines() -> None:
    logic = table(["x"], ["out"], [(['"a",\n  "b"'], ['if x = "a"\n then 1\n else 2'])])
    assert dmn.parse(definitions(decision("d", logic))).evaluate("d", {"x": "b"}) == 2


def test_what_is_drawn_and_said_about_a_decision_does_not_matter() -> None:
    logic = "<description>说明</description><question>?</question>" + table(
        ["x"], ["out"], [(["1"], ["2"])]
    )
    extra = text("textAnnotation", "注释", id="note") + '<inputData id="x" name="x"/>'
    assert dmn.parse(definitions(decision("d", logic), extra)).evaluate("d", {"x": 1}) == 2
