"""Patterns read as a browser reads them, in linear time."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.pattern import Pattern, PatternError


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"^\d{6}$", "120101", True),
        (r"^\d{6}$", "120101\n", False),
        (r"\d", "１", False),
        (r"^[\u4e00-\u9fa5·]{2,20}$", "阿不都热合曼·买买提", True),
        (r"^\u4E00$", "一", True),
        (r"^\s$", "\u3000", True),
        (r"^[\s]$", "\u00a0", True),
        (r"^\S$", "\u3000", False),
        (r"^[[a]$", "[", True),
        (r"^[a\]b]+$", "a]b", True),
        (r"^(?:ab|cd)+$", "abcd", True),
        (r"^〔\d{4}〕\d+号$", "〔2025〕12号", True),
        (r"^\〔$", "〔", True),
        (r"^a\/b\-c$", "a/b-c", True),
        (r"^\x41\0$", "A\0", True),
        (r"\bab\b", "x ab", True),
        (r"^[\b]$", "\b", True),
        (r"^a{,2}$", "a{,2}", True),
        (r"b", "abc", True),
    ],
)
def test_a_pattern_means_what_it_means_in_a_browser(pattern: str, text: str, found: bool) -> None:
    assert Pattern(pattern).found_in(text) is found


@pytest.mark.parametrize(
    "pattern",
    [
        "(a",
        "a)",
        "[a",
        "[]",
        "[^]",
        "*a",
        r"(a)\1",
        "(?=a)",
        "(?<n>a)",
        "(?i)a",
        r"\p{L}",
        r"\Qa",
        r"[\S]",
        "a\\",
        "a{3,1}",
        "a" * 401,
        "((a{500}){500}){500}",
        "\ud800",
    ],
)
def test_what_cannot_be_matched_alike_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        Pattern(pattern)


def test_a_pattern_that_stops_others_ends_at_once() -> None:
    started = time.perf_counter()
    assert not Pattern("^(a+)+$").found_in("a" * 1000 + "b")
    assert time.perf_counter() - started < 0.5


atoms = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\d", r"\w", "(?:a|b1)", "(ab)", "1"])
quantified = st.tuples(atoms, st.sampled_from(["", "*", "+", "?", "{2}", "{0,2}", "{1,}"])).map(
    "".join
)


@given(st.lists(quantified, max_size=5).map("".join), st.text("ab1_ ", max_size=8))
def test_a_plain_pattern_agrees_with_a_backtracking_engine(pattern: str, text: str) -> None:
    for whole in (pattern, f"^{pattern}$"):
        assert Pattern(whole).found_in(text) is (
            re.search(whole.replace("$", r"\Z"), text, re.ASCII) is not None
        )
