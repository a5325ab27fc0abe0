"""Values to JSON and back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import feel


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        ("督导", "督导"),
        (Decimal("5"), 5),
        (Decimal("5.00"), 5),
        (Decimal("1.5"), 1.5),
        (Decimal("-0.1"), -0.1),
        (Decimal(2**53), 2**53),
        (Decimal(2**53 + 1), {"$decimal": "9007199254740993"}),
        (Decimal("0.12345678901234567890"), {"$decimal": "0.1234567890123456789"}),
        (Decimal("1E+6000"), {"$decimal": "1E+6000"}),
        (Decimal("1E-400"), {"$decimal": "1E-400"}),
        (date(2026, 1, 31), "2026-01-31"),
        (time(8, 30), "08:30:00"),
        (datetime(2026, 1, 31, 8, 30, tzinfo=UTC), "2026-01-31T08:30:00Z"),
        (
            datetime(2026, 1, 31, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai")),
            "2026-01-31T08:30:00+08:00",
        ),
        (datetime(2026, 1, 31, 8, 30), "2026-01-31T08:30:00"),  # noqa: DTZ001 (local by design)
        (timedelta(days=1, hours=2), "P1DT2H"),
        (feel.YearsMonths(14), "P1Y2M"),
        (feel.Range(start=Decimal(1), end=Decimal(5)), "[1..5]"),
        ([Decimal(1), {"a": date(2026, 1, 1)}], [1, {"a": "2026-01-01"}]),
    ],
)
def test_a_value_leaves_as_plain_json(value: object, expected: object) -> None:
    left = feel.to_json(value)
    assert left == expected
    assert type(left) is type(expected)
    json.dumps(left)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=None))
def test_a_number_comes_back_exactly(value: Decimal) -> None:
    number = feel.from_json(value)
    assert feel.from_json(json.loads(json.dumps(feel.to_json(number)))) == number


@given(
    st.recursive(
        st.none() | st.booleans() | st.text() | st.integers(-(10**30), 10**30),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=20,
    )
)
def test_json_comes_in_and_leaves_unchanged(value: object) -> None:
    once = feel.to_json(feel.from_json(value))
    assert feel.to_json(feel.from_json(once)) == once


def test_a_function_does_not_leave() -> None:
    made = feel.compile("function(x) x").evaluate({})
    with pytest.raises(feel.FeelError, match="函数"):
        feel.to_json(made)


def test_a_nest_too_deep_does_not_leave() -> None:
    nest: object = []
    for _ in range(100):
        nest = [nest]
    with pytest.raises(feel.FeelError, match="嵌套"):
        feel.to_json(nest)


def test_a_value_of_no_known_kind_does_not_leave() -> None:
    with pytest.raises(feel.FeelError, match="object"):
        feel.to_json(object())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${a}", "a"),
        ("#{a > 1}", "a > 1"),
        ("= a = 1", "a = 1"),
        ("=a", "a"),
        (" a ", "a"),
        ("{a: 1}", "{a: 1}"),
        ("${ {a: 1} }", "{a: 1}"),
    ],
)
def test_a_wrapping_is_taken_off(text: str, expected: str) -> None:
    assert feel.unwrap(text) == expected
