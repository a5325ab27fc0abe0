"""Laws that hold for all inputs: only the announced errors, exactness, order, three values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

import feel
from feel.builtins import BUILTINS
from feel.expression import Kind

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
VARIABLES = {
    "x": 5,
    "s": "督导",
    "xs": [1, 2.5, "a", None, [1], {"a": 1}],
    "c": {"a": 1, "b": {"a": 2}},
    "d": date(2026, 1, 31),
    "now": NOW,
    "du": timedelta(days=3),
    "?": 3,
}
SIGNED = frozenset({"a-b", "x 2.1", "x and s", "if-then", "c.d", "count of", "督 导's"})
KINDS: list[Kind] = ["expression", "unary_tests"]
SIMPLE = """
0 -1 2.5 1e6000 1e-6000 true false null x s xs c d now du item partial ? [] {} [1..5] (>3)
"" "ab" @"P1D" @"P1Y" @"2026-01-31" @"10:00:00" @"9999-12-31T23:00:00Z" @"P999999999D"
@"2026-01-31T10:00:00@Europe/Paris"
"""
SIGNS = """
+ - * / ** = != < <= > >= and or in == && ||
"""
WORDS = """
( ) [ ] { } , : . .. ! ' " ` @ if then else for in return some every satisfies between
instance of function not empty eq （ “ // /* */ ${ \\u12 督导
"""
ATOMS = [*SIMPLE.split(), "function(a, b) a < b", "[1, 2, 3]", "{a: 1}"]
OPERATORS = SIGNS.split()
PIECES = [*ATOMS, *OPERATORS, *WORDS.split(), *BUILTINS]


def _calls(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda name, arguments: f"{name}({', '.join(arguments)})",
        st.sampled_from(sorted(BUILTINS)),
        st.lists(inner, max_size=3),
    )


expressions = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(OPERATORS), inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("{{a: {}, b: {}}}".format, inner, inner),
        st.builds("{}[{}]".format, inner, inner),
        st.builds("({}).{}".format, inner, st.sampled_from(["a", "year", "months", "start"])),
        st.builds("(if {} then {} else {})".format, inner, inner, inner),
        st.builds("(for i in {} return {})".format, inner, inner),
        st.builds("(some x in {} satisfies {})".format, inner, inner),
        st.builds("({} between {} and {})".format, inner, inner, inner),
        st.builds("({} in ({}, > {}))".format, inner, inner, inner),
        _calls(inner),
    ),
    max_leaves=12,
)


def refusal(action: Callable[[], object]) -> feel.FeelError | None:
    """The announced error of an action, if any; another one is not caught."""
    try:
        action()
    except feel.FeelError as error:
        return error
    return None


@settings(deadline=None, max_examples=300)
@given(
    st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES)).map(" ".join)),
    st.sampled_from(KINDS),
)
def test_any_text_compiles_or_is_refused_as_syntax(text: str, kind: Kind) -> None:
    refused = refusal(lambda: feel.compile(text, kind=kind))
    if refused is not None:
        assert isinstance(refused, feel.FeelSyntaxError)
        assert 0 <= refused.position <= len(text)
        assert refused.message


@settings(deadline=None, max_examples=150)
@given(st.lists(st.sampled_from([*PIECES, *SIGNED, "a", "2.1", "\u200f", "\u202e"])).map(" ".join))
def test_any_text_is_read_or_refused_whatever_names_there_are(text: str) -> None:
    refused = refusal(lambda: feel.compile(text, names=SIGNED))
    assert refused is None or isinstance(refused, feel.FeelSyntaxError)


@settings(deadline=None, max_examples=400)
@given(expressions, st.sampled_from(KINDS), st.booleans())
def test_any_expression_has_a_value_or_a_feel_error(text: str, kind: Kind, strict: bool) -> None:
    def evaluate() -> None:
        compiled = feel.compile(text, kind=kind)
        budget = feel.Budget(steps=5000, bytes=50_000)
        feel.to_json(compiled.evaluate(VARIABLES, now=NOW, strict=strict, budget=budget))

    refused = refusal(evaluate)
    assert refused is None or refused.message


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=30), st.text(max_size=12), st.text(max_size=6))
def test_any_pattern_answers_or_is_refused(text: str, pattern: str, new: str) -> None:
    variables = {"t": text, "p": pattern, "n": new}
    for call in ("matches(t, p)", "replace(t, p, n)", "split(t, p)"):
        compiled = feel.compile(call)
        refused = refusal(lambda each=compiled: each.evaluate(variables))  # type: ignore[misc]
        assert refused is None or refused.code in ("pattern", "budget")


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
def test_a_text_that_is_written_as_a_value_reads_back(text: str) -> None:
    written = feel.compile("string([t])").evaluate({"t": text})
    assert isinstance(written, str)
    assert feel.compile(written).evaluate({}) == [text]


@given(
    st.decimals(-(10**15), 10**15, places=4),
    st.decimals(-(10**15), 10**15, places=4),
)
def test_sums_and_differences_are_exact(a: Decimal, b: Decimal) -> None:
    assert feel.compile("a + b - b = a").evaluate({"a": a, "b": b}) is True


@given(st.dates(date(1, 1, 1), date(9000, 1, 1)), st.integers(-10_000, 10_000))
def test_days_added_are_the_days_between(on: date, days: int) -> None:
    variables = {"d": on, "n": timedelta(days=days)}
    moved = feel.compile("d + n").evaluate(variables)
    if moved is not None:
        assert feel.compile("(d + n) - d = n").evaluate(variables) is True


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 1200))
def test_months_added_are_never_more_than_the_months_between(on: date, months: int) -> None:
    variables = {"d": on, "m": feel.YearsMonths(months)}
    between = feel.compile("years and months duration(d, d + m)").evaluate(variables)
    assert between in (feel.YearsMonths(months), feel.YearsMonths(months - 1))


truth = st.sampled_from([True, False, None])


@given(truth, truth)
def test_the_laws_of_de_morgan_hold_with_three_values(a: bool | None, b: bool | None) -> None:
    variables = {"a": a, "b": b}
    one = feel.compile("not(a and b)").evaluate(variables)
    assert one is feel.compile("not(a) or not(b)").evaluate(variables)


@given(st.lists(st.integers(-50, 50), max_size=20))
def test_sorting_keeps_what_is_there(values: list[int]) -> None:
    found = feel.compile("sort(xs, function(a, b) a < b)").evaluate({"xs": values})
    assert found == sorted(values)
    largest = feel.compile("max(xs)").evaluate({"xs": values})
    assert largest == max(values, default=None)
