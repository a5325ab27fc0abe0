"""Refusals name the place and the mend, in Chinese."""

from __future__ import annotations

import pytest

import feel


@pytest.mark.parametrize(
    ("text", "position", "message", "mend"),
    [
        ("a （1）", 2, "全角", "半角 ("),
        ("grade ≥ 60", 6, "全角", ">="),
        ("“a”", 0, "全角", '半角 "'),
        ("a b", 2, "不应出现“b”", "缺少运算符"),
        ("a mod 2", 2, "不应出现“mod”", "modulo(a, b)"),
        ("a % 2", 2, "不应出现“%”", "modulo(a, b)"),
        ("xs.size()", 7, "不能调用方法“size”", "count(x)"),
        ('s.contains("a")', 10, "不能调用方法“contains”", "contains(x"),
        ("string lenght(a)", 7, "不应出现“lenght”", "缺少运算符"),
        ("cuont(a)", 0, "没有名为“cuont”的函数", "count"),
        ("date(1, 2)", 0, "参数不对", ""),
        ("(1 + 2", 6, "缺少 )", ""),
        ("if a then 1", 11, "缺少 else", ""),
        ('"abc', 0, "文本没有结束", '补上 "'),
        ("a & b", 2, "不认识的字符“&”", "and"),
        ("1 +", 3, "表达式不完整", ""),
        ("x instance of text", 14, "不认识的类型", "string"),
        ('@"2026-13-01"', 0, "不是日期", "2026-01-31"),
        ('matches(x, "(")', 11, "不能识别的模式", "括号"),
        ("a \u202e+ b", 2, "U+202E", "删除"),
        ('x = "\u2066admin"', 5, "U+2066", "\\u2066"),
        ("a /* \u202d */ + b", 5, "U+202D", "删除"),
        ("a\u200bb", 1, "U+200B", "删除"),
        ("\u0000", 0, "U+0000", "删除"),
    ],
)
def test_a_refusal_names_the_place_and_the_mend(
    text: str, position: int, message: str, mend: str
) -> None:
    with pytest.raises(feel.FeelSyntaxError) as refused:
        feel.compile(text)
    assert refused.value.position == position
    assert message in refused.value.message
    assert mend in refused.value.mend
    assert refused.value.code == "syntax"
    assert f"第 {position + 1} 个字符" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("\u200fa + 1", 2),
        ("a\u200e + 1", 2),
        ("сумма + a", 6),
        ("المبلغ + a", 8),
        ("督导_amount * 2", 6),
        ("क\u094dष + 1", 10),
        ("a\u200db", 11),
        ('"\u200fنص" = "\u200fنص"', True),
        ('string length("\\u202e")', 1),
    ],
)
def test_names_and_texts_of_all_scripts_are_read(text: str, value: object) -> None:
    given = {"a": 1, "сумма": 5, "المبلغ": 7, "督导_amount": 3, "क\u094dष": 9, "a\u200db": 11}
    assert feel.compile(text).evaluate(given) == value


def test_an_empty_text_is_refused() -> None:
    with pytest.raises(feel.FeelSyntaxError, match="表达式为空"):
        feel.compile(" \n ")


def test_a_syntax_error_is_a_feel_error_too() -> None:
    assert issubclass(feel.FeelSyntaxError, feel.FeelError)


def test_a_cycle_of_bad_texts_is_refused_each_time() -> None:
    for _ in range(3):
        with pytest.raises(feel.FeelSyntaxError):
            feel.compile("1 +")
