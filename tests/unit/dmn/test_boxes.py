"""Boxed functions, conditions, filters and loops."""

from __future__ import annotations

import pytest

import dmn
from feel.values import Value
from tests.unit.dmn.files import decision, definitions, literal


def value(logic: str, **given: object) -> Value:
    return dmn.parse(definitions(decision("d", logic))).evaluate("d", given)


def entry(name: str, logic: str) -> str:
    variable = f'<variable name="{name}"/>' if name else ""
    return f"<contextEntry>{variable}{logic}</contextEntry>"


def function(parameters: list[str], logic: str, kind: str = "FEEL") -> str:
    names = "".join(f'<formalParameter name="{name}"/>' for name in parameters)
    return f'<functionDefinition kind="{kind}">{names}{logic}</functionDefinition>'


def test_a_boxed_function_is_called_by_the_name_of_its_entry() -> None:
    steps = entry("双倍", function(["x"], literal("x * 2"))) + entry("", literal("双倍(a) + 1"))
    assert value(f"<context>{steps}</context>", a=5) == 11


def test_a_boxed_function_sees_what_is_bound_where_it_is_written() -> None:
    steps = (
        entry("k", literal("10"))
        + entry("f", function(["x"], literal("x * k")))
        + entry("g", literal("function(y) f(y) + k"))
        + entry("", literal("for i in [1, 2] return g(i)"))
    )
    assert value(f"<context>{steps}</context>") == [20, 30]


def test_a_function_in_a_context_is_called_by_its_path() -> None:
    inner = f"<context>{entry('twice', function(['x'], literal('x * 2')))}</context>"
    steps = entry("tools", inner) + entry("", literal("tools.twice(4)"))
    assert value(f"<context>{steps}</context>") == 8


def test_a_function_may_leave_the_box_that_made_it() -> None:
    maker = function(["n"], literal("function(x) x + n"))
    steps = entry("add", maker) + entry("five", literal("add(5)")) + entry("", literal("five(2)"))
    assert value(f"<context>{steps}</context>") == 7


@pytest.mark.parametrize("kind", ["Java", "PMML", "J", "P"])
def test_functions_of_other_languages_are_refused(kind: str) -> None:
    with pytest.raises(dmn.DecisionError, match=f"不支持 {kind} 函数"):
        value(function([], literal("1"), kind=kind))


@pytest.mark.parametrize(("grade", "expected"), [(70, "过"), (50, "不过"), (None, "不过")])
def test_a_conditional_takes_the_branch_that_its_test_says(grade: object, expected: str) -> None:
    parts = "".join(
        f"<{tag}>{literal(text)}</{tag}>"
        for tag, text in (("if", "grade >= 60"), ("then", '"过"'), ("else", '"不过"'))
    )
    assert value(f"<conditional>{parts}</conditional>", grade=grade) == expected


def test_a_filter_keeps_the_elements_that_match() -> None:
    problems = [{"level": "major", "days": 5}, {"level": "minor", "days": 9}]
    parts = f"<in>{literal('problems')}</in><match>{literal('item.days > 5')}</match>"
    assert value(f"<filter>{parts}</filter>", problems=problems) == problems[1:]
    is_major = literal('level = "major"')
    parts = f"<in>{literal('problems')}</in><match>{is_major}</match>"
    assert value(f"<filter>{parts}</filter>", problems=problems) == problems[:1]


def loop(kind: str, source: str, body: str) -> str:
    last = "return" if kind == "for" else "satisfies"
    parts = f"<in>{literal(source)}</in><{last}>{literal(body)}</{last}>"
    return f'<{kind} iteratorVariable="每 项">{parts}</{kind}>'


def test_a_loop_goes_over_lists_and_ranges() -> None:
    assert value(loop("for", "xs", "每 项 * 2"), xs=[1, 2]) == [2, 4]
    assert value(loop("for", "[1..3]", "每 项 + count(partial)")) == [1, 3, 5]
    assert value(loop("for", "null", "每 项")) is None


@pytest.mark.parametrize(
    ("kind", "xs", "expected"),
    [
        ("some", [1, 5], True),
        ("some", [1, 2], False),
        ("every", [5, 6], True),
        ("every", [1, 6], False),
        ("every", [], True),
        ("some", [], False),
        ("some", [None], None),
    ],
)
def test_some_and_every_know_three_values(
    kind: str, xs: list[object], expected: bool | None
) -> None:
    assert value(loop(kind, "xs", "每 项 > 4"), xs=xs) is expected


def test_a_loop_that_never_ends_is_refused_by_its_budget() -> None:
    with pytest.raises(dmn.DecisionError, match="步数"):
        value(loop("for", "1..999999999", "1").replace("1..999999999", "[1..999999999]"))
