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
        ('count(xs) = "1"', "换算"),
        ('date(due) = "2026-01-01"', "换算"),
        ("true < false", "不能比较"),
        ('if "a" then 1 else 2', "非布尔值"),
        ("before(point1: a, point2: b)", "按名称"),
        ('before(1, "a")', "换算"),
        ('date("20260131")', "理解不同"),
        ("date(2026, 13, 1)", "理解不同"),
        ('number("")', "理解不同"),
        ("date and time(2026, 1, 1, 0, 0, 0)", "理解不同"),
        ("time(1, 2, 3, offset)", "理解不同"),
        ('min("b", "a")', "只用于数字"),
        ("max(today(), date(due))", "日期、时刻和时长"),
        ("list contains(days, date(due))", "日期、时刻和时长"),
        ("list contains(xs, [1])", "列表中的列表"),
        ('string(duration("P1D"))', "写出"),
        ('duration("PT36H").days', "不折算"),
        ("(date(b) - date(a)).days", "整月"),
        ("date(a).hour", "也有时刻"),
        ('@"P1D" + @"P1M"', "加减不同"),
        ('date(a) + @"PT1H"', "加减不同"),
        ('time(a) + @"P1M"', "加减不同"),
        ('abs(@"-P1D")', "绝对值"),
        ("for i in 3..1 return i", "由大到小"),
        ("for i in (1..3) return i", "开闭"),
        ("for i in 5 return i", "对列表循环"),
        ("sublist(xs, 0)", "位置"),
        ('substring("abc", 9)', "位置"),
        ("remove(xs, -1)", "位置"),
        ("round up(a, 20)", "这么多位"),
        ("concatenate(xs, null)", "空值"),
        ('replace(a, "b", "\\$")', "反斜杠"),
        ('[1.."a"]', "区间"),
        ("[null..5]", "区间"),
        ("[1] in xs", "列表是否在"),
        ("sum(0.1, a) = 0.3", "近似小数"),
        ('a = "\\u0041"', "A"),
        ("{`a-b`: 1}", "a-b"),
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
        "x = 1",
        'due = "2026-01-01"',
        'date(due) - today() < duration("P15D")',
        "sublist(xs, 2)",
        "substring(name, -1)",
        "for i in 1..3 return i",
        "if passed then 1 else 2",
        "sum(xs) = 100",
        "string(grade)",
        'date("2026-01-31") > date(due)',
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
