"""Nothing hangs, nothing fills the memory: what is too much is refused, and soon."""

from __future__ import annotations

from datetime import UTC, datetime
from time import perf_counter

import pytest

import feel

DOUBLED = ", ".join(f"a{at + 1}: a{at} + a{at}" for at in range(55))
NESTED = ", ".join(f"a{at + 1}: [a{at}, a{at}]" for at in range(55))
LONG = ", ".join(f"a{at + 1}: a{at} + a{at}" for at in range(13))
#: Far above what any of these takes here, far below what running away would take.
PATIENCE_S = 5.0

REFUSED_WHEN_READ = {
    "parentheses": "(" * 9000,
    "minus signs": "-" * 9000 + "1",
    "lists": "[" * 9000,
    "members": "a" + ".b" * 5000,
    "calls": "(function(x) x)" + "(1)" * 3000,
    "comparisons": "1" + " = 1" * 4000,
    "negations": "not(" * 4000,
    "exclamation marks": "!" * 9000 + "x",
    "ternaries": "a ? b : " * 2000 + "c",
    "memberships": "x in (" * 3000,
    "length": "1" + "+1" * 20_000,
    "words": "a " * 9000,
    "digits": "1e999999999",
}
REFUSED_WHEN_RUN = {
    "a huge range": "for i in 1..1e15 return i",
    "loops in loops": "for i in 1..9999 return for j in 1..9999 return i",
    "many lists": "for a in 1..999, b in 1..999, c in 1..999 return 1",
    "a loop with a large body": "for i in 1..99999 return " + "+".join(["i"] * 4000),
    "text doubled": f'{{a0: "xxxxxxxxxx", {DOUBLED}}}',
    "lists doubled": f"{{a0: [1], {NESTED}}}",
    "doubled lists compared": f"{{a0: [1], {NESTED}, r: [a55] = [[a54, a54]]}}.r",
    "doubled lists written": f"{{a0: [1], {NESTED}, r: string(a55)}}.r",
    "doubled lists flattened": f"{{a0: [1], {NESTED}, r: flatten(a55)}}.r",
    "partial results kept": "for i in 1..20000 return partial",
    "a chain of lists": "for i in 1..300 return if i = 1 then [1] else [partial[-1]]",
    "endless recursion": "{f: function(g, n) g(g, n + 1), r: f(f, 1)}.r",
    "all pairs": "distinct values(for i in 1..5000 return i)",
    "a slow sort": "sort(for i in 1..20000 return -i, function(a, b) a < b)",
    "long numbers": "for i in 1..1000 return string(1e6000)",
    "a replacement that grows": f'{{a0: "xxxxxxxxxxxxxxxx", {LONG}, r: replace(a13, "x", a6)}}',
    "a hungry pattern": (
        f'{{a0: "aaaaaaaaaaaaaaaa", {LONG}, r: matches(a13, "(.*){{1000}}(x|y)$")}}.r'
    ),
}
FINE = {
    "a long sum": "1" + " + 1" * 3000,
    "many alternatives": "x = 1" + " or x = 2" * 1500,
    "a long choice": "if x = 1 then 1 else " * 500 + "2",
    "a nested pattern": 'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a+)+$")',
    "an overlapping pattern": 'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a|aa)+$")',
    "a huge power": "2 ** 1e30",
    "a tiny power": "0.5 ** 1e6000",
    "a long root": "1.000000000000000000000000000000001 ** 1e33",
    "a huge exponential": "exp(1e6000)",
    "a huge range tested": "5 in [1..1e6000]",
}


@pytest.mark.parametrize("text", REFUSED_WHEN_READ.values(), ids=REFUSED_WHEN_READ)
def test_a_text_that_would_run_away_is_refused_when_read(text: str) -> None:
    began = perf_counter()
    with pytest.raises(feel.FeelSyntaxError):
        feel.compile(text)
    assert perf_counter() - began < PATIENCE_S


@pytest.mark.parametrize("text", REFUSED_WHEN_RUN.values(), ids=REFUSED_WHEN_RUN)
def test_an_expression_that_would_run_away_is_refused_when_run(text: str) -> None:
    compiled = feel.compile(text)
    began = perf_counter()
    with pytest.raises(feel.FeelError) as refused:
        compiled.evaluate({})
    assert refused.value.code == "budget"
    assert perf_counter() - began < PATIENCE_S


@pytest.mark.parametrize("text", FINE.values(), ids=FINE)
def test_an_expression_that_only_looks_dear_is_carried_out(text: str) -> None:
    compiled = feel.compile(text)
    began = perf_counter()
    compiled.evaluate({"x": 2}, now=datetime(2026, 1, 1, tzinfo=UTC))
    assert perf_counter() - began < PATIENCE_S


def test_a_budget_is_counted_and_ends_alike_each_time() -> None:
    compiled = feel.compile("for i in 1..n return i")
    budget = feel.Budget(steps=1000)
    ends = []
    for n in range(200, 500):
        try:
            compiled.evaluate({"n": n}, budget=budget)
        except feel.FeelError:
            ends.append(n)
            break
    for _ in range(3):
        compiled.evaluate({"n": ends[0] - 1}, budget=budget)
        with pytest.raises(feel.FeelError):
            compiled.evaluate({"n": ends[0]}, budget=budget)


def test_a_larger_budget_lets_more_be_done() -> None:
    compiled = feel.compile("count(for i in 1..90000 return i)")
    with pytest.raises(feel.FeelError, match="步数"):
        compiled.evaluate({})
    assert compiled.evaluate({}, budget=feel.Budget(steps=1_000_000)) == 90000


def test_a_large_variable_counts_too() -> None:
    with pytest.raises(feel.FeelError, match="步数"):
        feel.compile("count(xs)").evaluate({"xs": list(range(200_000))})
