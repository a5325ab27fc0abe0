"""docs/feel.md says what is so: its examples come out, its list of functions is whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import feel
from feel.builtins import BUILTINS

PAGE = (Path(__file__).parents[3] / "docs" / "feel.md").read_text(encoding="utf-8")
EXAMPLES = [
    tuple(line.rsplit(" ==> ", 1))
    for block in re.findall(r"```feel\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
]


@pytest.mark.parametrize(("expression", "expected"), EXAMPLES)
def test_an_example_comes_out_as_written(expression: str, expected: str) -> None:
    if expected == "!":
        with pytest.raises(feel.FeelSyntaxError):
            feel.compile(expression)
        return
    value = feel.compile(expression).evaluate({})
    wanted = feel.compile(expected).evaluate({})
    assert type(value) is type(wanted)
    assert feel.to_json(value) == feel.to_json(wanted)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 50


RULES = [
    [part.strip().strip("`") for part in line.strip("|").split(" | ")]
    for line in PAGE.split("## Grammar, rule by rule")[1].splitlines()
    if line.startswith("| ") and "`" in line
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule[0])
def test_a_rule_of_the_grammar_has_its_case(rule: list[str]) -> None:
    _, example, corpus, in_forms = rule
    text = (Path(__file__).parent / "corpus" / f"{corpus}.txt").read_text(encoding="utf-8")
    assert f"\n{example} ==> " in f"\n{text}"
    if corpus == "refused":
        return
    assert (feel.browser_differences(example) == ()) is (in_forms == "yes")


def test_there_are_rules() -> None:
    assert len(RULES) > 20


def test_every_built_in_is_listed_and_no_other() -> None:
    section = PAGE.split("## Built-in functions")[1].split("`duplicate values`, `partition`")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ") and "`" in line]
    listed = [name for row in rows for name in re.findall(r"`([^`]+)`", row)]
    assert sorted(listed) == sorted(BUILTINS)
