"""Decision cells: tests of the value `?`."""

from __future__ import annotations

from datetime import date

import pytest

import feel


def passes(cell: str, value: object, **variables: object) -> object:
    return feel.compile(cell, kind="unary_tests").evaluate({"?": value, **variables})


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [
        ("-", None, True),
        ("-", 5, True),
        ("5", 5, True),
        ("5", 6, False),
        ('"a"', "a", True),
        ('"a", "b"', "b", True),
        ('"a", "b"', "c", False),
        ("not(5)", 5, False),
        ("not(5)", 6, True),
        ('not("a", "b")', "c", True),
        ('not("a")', None, True),
        ("< 5", 4, True),
        ("< 5", 5, False),
        (">= 5", 5, True),
        ("= 5", 5, True),
        ("!= 5", 5, False),
        ("[1..5]", 5, True),
        ("(1..5)", 5, False),
        ("]1..5]", 1, False),
        ("[1..5), 9", 9, True),
        ("< 2, > 8", 9, True),
        ("not(< 2, > 8)", 5, True),
        ("null", None, True),
        ("null", 5, False),
        ("true", True, True),
        ("false", False, True),
        ("true", False, False),
        ("[1, 2, 3]", 2, True),
        ("[1, 2, 3]", [1, 2, 3], True),
        ("? > 3", 5, True),
        ("? > 3 and ? < 6", 7, False),
        ('starts with(?, "督")', "督导", True),
        ("count(?) > 1", [1, 2], True),
        ("odd(?)", 3, True),
        ("? in [1, 2]", 2, True),
        ("not(? > 3)", 2, True),
        ("not(odd(?)) or false", 2, True),
        ('date("2026-01-01")', date(2026, 1, 1), True),
        ('> date("2026-01-01")', date(2026, 1, 2), True),
        ("< 5", None, None),
        ("< 5", "a", None),
        ("< 5, 7", None, None),
        ("5 + 1", 6, True),
    ],
)
def test_a_cell_passes_the_values_it_names(cell: str, value: object, expected: object) -> None:
    assert passes(cell, value) is expected


def test_a_cell_may_compare_with_variables() -> None:
    assert passes("< limit", 5, limit=6) is True
    assert passes("limit", 6, limit=6) is True
    assert passes("limits", 6, limits=[5, 6]) is True
    assert feel.compile("< limit, ? > 9", kind="unary_tests").names == {"limit"}


def test_a_condition_in_a_cell_stands_for_itself() -> None:
    assert passes("limit > 3", "anything", limit=5) is True
    assert passes("limit > 3", False, limit=5) is True
    assert passes("list contains(allowed, ?)", "a", allowed=["a"]) is True
    assert passes('list contains(xs[a = ?].b, "x")', False, xs=[{"a": False, "b": "x"}]) is True


@pytest.mark.parametrize("cell", ["", "  ", "not(", "1,", "< ", "- , 1", "5 5", "[1..", "x y"])
def test_a_cell_that_does_not_read_is_refused(cell: str) -> None:
    with pytest.raises(feel.FeelSyntaxError):
        feel.compile(cell, kind="unary_tests")
