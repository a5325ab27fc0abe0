"""Item definitions: what comes in and what goes out is of its type, or null with a note."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

import dmn
from feel.values import Value
from tests.unit.dmn.files import decision, definitions, literal, table, text

TYPES = (
    '<itemDefinition name="tNumbers" isCollection="true"><typeRef>number</typeRef></itemDefinition>'
    '<itemDefinition name="tLevel"><typeRef>string</typeRef>'
    '<allowedValues><text>"major", "minor"</text></allowedValues></itemDefinition>'
    '<itemDefinition name="t person"><itemComponent name="full name"><typeRef>string</typeRef>'
    '</itemComponent><itemComponent name="level"><typeRef>tLevel</typeRef></itemComponent>'
    "</itemDefinition>"
    '<itemDefinition name="tPeople" isCollection="true"><typeRef>t person</typeRef>'
    "</itemDefinition>"
)


def typed(expression: str, type_name: str) -> str:
    """A decision whose variable has a type."""
    made = decision("d", literal(expression))
    return made.replace("<literal", f'<variable name="d" typeRef="{type_name}"/><literal', 1)


def value(expression: str, type_name: str, **given: object) -> Value:
    return dmn.parse(definitions(TYPES, typed(expression, type_name))).evaluate("d", given)


@pytest.mark.parametrize(
    ("expression", "type_name", "expected"),
    [
        ("1 + 1", "number", 2),
        ("1 + 1", "string", None),
        ('["a"]', "string", "a"),
        ("[1]", "string", None),
        ("5", "tNumbers", [5]),
        ('"a"', "tNumbers", None),
        ('[1, 2, "a"]', "tNumbers", None),
        ("[1, 2]", "tNumbers", [1, 2]),
        ("null", "tNumbers", None),
        ('"major"', "tLevel", "major"),
        ('"worst"', "tLevel", None),
        ('{full name: "张", level: "minor"}', "t person", {"full name": "张", "level": "minor"}),
        ('{full name: "张"}', "t person", None),
        ('{full name: "张", level: "worst"}', "t person", None),
        ('{full name: "张", level: "minor"}', "tPeople", [{"full name": "张", "level": "minor"}]),
        ("5", "feel:number", 5),
        ("5", "integer", 5),
        ("5", "Any", 5),
        ("5", "xsd:double", 5),
    ],
)
def test_a_result_is_made_to_fit_its_type(
    expression: str, type_name: str, expected: object
) -> None:
    assert value(expression, type_name) == expected


def test_the_beginning_of_a_date_stands_for_it() -> None:
    assert value('date("2026-03-01")', "date and time") == datetime(2026, 3, 1, tzinfo=UTC)


def test_a_result_of_many_may_have_the_type_of_one() -> None:
    assert value('["a", "b"]', "string") == ["a", "b"]
    assert value('["a", 1]', "string") is None
    assert value("[]", "string") == []
    assert value("[1, 2]", "list") == [1, 2]
    people = '[{full name: "a", level: "major"}, {full name: "b", level: "minor"}]'
    assert value(f"count({people})", "number") == 2
    assert len(value(people, "t person")) == 2  # type: ignore[arg-type]


def test_why_a_result_became_null_is_noted() -> None:
    outcome = dmn.parse(definitions(typed("1", "string"))).decide("d", {})
    assert outcome.notes == ("值的类型应为 string，得到的是数字",)


def given_input(type_name: str, expression: str = "x") -> dmn.Decisions:
    data = f'<inputData id="i" name="x"><variable name="x" typeRef="{type_name}"/></inputData>'
    link = '<informationRequirement><requiredInput href="#i"/></informationRequirement>'
    made = decision("d", link + literal(expression))
    return dmn.parse(definitions(TYPES, data, made))


def test_input_data_is_read_as_its_type() -> None:
    assert given_input("date").evaluate("d", {"x": "2026-03-01"}) == date(2026, 3, 1)
    assert given_input("tNumbers").evaluate("d", {"x": 5}) == [5]
    assert given_input("number").evaluate("d", {"x": "5"}) is None
    assert given_input("tLevel").evaluate("d", {"x": "other"}) is None


def test_an_expression_may_ask_for_a_type_of_the_file() -> None:
    assert value('{full name: "张", level: "x"} instance of t person', "boolean") is True
    assert value("5 instance of tLevel", "boolean") is False
    assert value('["a"] instance of tNumbers', "boolean") is False


def test_members_with_blanks_in_their_names_are_known_from_the_types() -> None:
    assert (
        given_input("t person", 'x.full name + "!"').evaluate(
            "d", {"x": {"full name": "张", "level": "minor"}}
        )
        == "张!"
    )


def refused(*parts: str) -> str:
    with pytest.raises(dmn.DecisionError) as error:
        dmn.parse(definitions(*parts))
    return str(error.value)


def test_a_type_that_there_is_not_is_refused() -> None:
    assert "没有名为“tGone”的类型" in refused(typed("1", "tGone"))
    item = '<itemDefinition name="tA"><typeRef>tGone</typeRef></itemDefinition>'
    assert "没有名为“tGone”的类型" in refused(item, typed("1", "tA"))


def test_a_type_that_is_only_itself_is_refused() -> None:
    items = "".join(
        f'<itemDefinition name="{one}"><typeRef>{other}</typeRef></itemDefinition>'
        for one, other in (("tA", "tB"), ("tB", "tA"))
    )
    assert "由自己定义" in refused(items, typed("1", "tA"))


def test_a_type_may_hold_itself_in_a_list() -> None:
    node = (
        '<itemDefinition name="tNode"><itemComponent name="parts" isCollection="true">'
        "<typeRef>tNode</typeRef></itemComponent></itemDefinition>"
    )
    content = definitions(node, typed("{parts: [{parts: []}]}", "tNode"))
    assert dmn.parse(content).evaluate("d", {}) == {"parts": [{"parts": []}]}


def test_a_constant_that_is_not_of_its_column_s_type_is_refused() -> None:
    logic = table(["x"], ["o"], [(["> 5"], ['"a"'])], types=["string"])
    assert "格中是数字，列的类型是 string" in refused(decision("d", logic))
    logic = table(["x"], ["o"], [(["> 5"], ['"a"'])]).replace(
        'name="o"', 'name="o" typeRef="number"'
    )
    assert "格中是文本，列的类型是 number" in refused(decision("d", logic))


def test_the_order_of_priority_may_come_from_the_type_of_the_column() -> None:
    rows = [(["-"], ['"minor"']), (["-"], ['"major"'])]
    logic = table(["x"], ["o"], rows, policy="PRIORITY").replace(
        'name="o"', 'name="o" typeRef="tLevel"'
    )
    assert dmn.parse(definitions(TYPES, decision("d", logic))).evaluate("d", {"x": 1}) == "major"


def test_a_box_may_have_a_type_of_its_own() -> None:
    box = text("literalExpression", '"a"', id="l", typeRef="number")
    assert dmn.parse(definitions(decision("d", box))).evaluate("d", {}) is None
    listed = f'<list id="l" typeRef="tNumbers">{literal("1")}{literal("2")}</list>'
    content = definitions(TYPES, decision("d", listed))
    assert dmn.parse(content).evaluate("d", {}) == [Decimal(1), Decimal(2)]
