"""What must not be published in a form, because the browser would see it otherwise."""

from __future__ import annotations

import pytest

import feel


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a == 1", "=="),
        ("a > 1 && b", "&&"),
        ("a > 1 || b", "||"),
        ("!a", "!"),
        ("not a", "not"),
        ("empty a", "empty"),
        ("a gt 1", "gt"),
        ("a ? 1 : 2", "?"),
        ("a = 'x'", "x"),
        ("a > 1e3", "1e3"),
        ("`a-b` = 1", "a-b"),
        ("is blank(a)", "is blank"),
        ("coincides(a, b)", "coincides"),
        ("a instance of number", "instance of"),
        ("a * 0.1 = b", "近似小数"),
        ("a / b != 0.5", "近似小数"),
        ('duration("P1D") * 2 > d', "时长乘除"),
        ('-@"P1D"', "取负"),
        ('matches(a, "a.b", "q")', "q"),
        ('get value(a, ["b", "c"])', "按路径"),
        ("for i in 1.5..3 return i", "整数循环"),
        ("a.timezone", "timezone"),
        ("(function(x: number) x)(1)", "类型"),
    ],
)
def test_what_the_browser_sees_otherwise_is_found(text: str, what: str) -> None:
    found = feel.browser_differences(text)
    assert len(found) == 1
    assert what in found[0].what
    assert found[0].mend


@pytest.mark.parametrize(
    "text",
    [
        'outcome = "approve" and grade >= 60',
        "a + b = 3",
        "a * 0.1 > b",
        'if grade > 90 then "优" else "良"',
        'date(due) < today() + duration("P15D")',
        'count(problems[level = "major"]) > 0',
        "for i in 1..count(xs) return xs[i]",
        'matches(phone, "^1[3-9][0-9]{9}$")',
        'get value(a, "b")',
        "金额 * 0.1",
    ],
)
def test_what_the_browser_sees_alike_is_let_through(text: str) -> None:
    assert feel.browser_differences(text) == ()


def test_a_function_of_the_host_is_not_there_in_the_browser() -> None:
    found = feel.browser_differences("deadline(a)", functions=frozenset({"deadline"}))
    assert [difference.position for difference in found] == [0]


def test_all_differences_are_named_in_the_order_of_the_text() -> None:
    found = feel.browser_differences("!a && b == 'x'")
    assert [difference.position for difference in found] == [0, 3, 8, 11]


def test_a_text_that_does_not_read_is_refused() -> None:
    with pytest.raises(feel.FeelSyntaxError):
        feel.browser_differences("a ==")
