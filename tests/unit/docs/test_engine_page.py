"""docs/engine.md says what engine/states.py and the checks say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from engine import states
from engine.spiff.checks import consequences
from tests.unit.docs.pages import ROOT, codes, page, tables

PAGE = "engine.md"
#: Rules whose names have no hyphen, and the beginnings of those that are put together.
ONE_WORD = {"nobody", "unreachable", "unreadable", "parser", "deadlock", "instantiate"}
PREFIXES = {"no-", "nameless-"}
_RULE = re.compile(r"[a-z]+(-[a-z]+)+")


@pytest.mark.parametrize(
    "moves", [states.INSTANCE_MOVES, states.TASK_MOVES, states.JOB_MOVES], ids=["i", "t", "j"]
)
def test_the_tables_of_states_are_those_of_the_code(moves: Mapping[Any, frozenset[Any]]) -> None:
    wanted = {str(state): {str(target) for target in targets} for state, targets in moves.items()}
    written = [
        {codes(row[0])[0]: set(codes(row[2])) for row in table}
        for table in tables(PAGE)
        if len(table[0]) == 3 and codes(table[0][0])
    ]
    assert wanted in written


@pytest.mark.parametrize(
    "states_of_a_kind", [states.IncidentState, states.DeadlineState, states.DefinitionState]
)
def test_the_other_states_are_named(states_of_a_kind: Any) -> None:
    for state in states_of_a_kind:
        assert f"`{state}`" in page(PAGE)


def test_every_rule_of_the_checks_is_in_the_table_and_no_other() -> None:
    written = {
        rule
        for table in tables(PAGE)
        for row in table
        if any(rule == "unreachable" for cells in table for rule in codes(cells[0]))
        for rule in codes(row[0])
    }
    others = [
        ROOT / "engine" / name for name in ("repository/definitions.py", "signoff/opinions.py")
    ]
    sources = [*(ROOT / "engine" / "spiff").rglob("*.py"), *others]
    known = {rule for path in sources for rule in _rules(ast.parse(path.read_text("utf-8")))}
    assert written == known
    assert known - consequences.OF.keys() == set(), "what would happen if it ran?"


def _rules(tree: ast.AST) -> Iterator[str]:
    """The rules that calls of `…fault(…)` and `…faults(…)` name."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and _name(call.func).endswith(("fault", "faults")):
            for part in [*call.args, *(keyword.value for keyword in call.keywords)]:
                yield from _named(part)


def _named(part: ast.expr) -> Iterator[str]:
    if isinstance(part, ast.Constant) and isinstance(part.value, str):
        if _RULE.fullmatch(part.value) or part.value in ONE_WORD:
            yield part.value
    elif isinstance(part, ast.JoinedStr) and isinstance(part.values[0], ast.Constant):
        # no-{kind} and nameless-{kind}: what an event refers to
        prefix = str(part.values[0].value)
        kinds = ("message", "error", "signal", "escalation")
        yield from (f"{prefix}{kind}" for kind in kinds if prefix in PREFIXES)


def _name(func: ast.expr) -> str:
    return func.id if isinstance(func, ast.Name) else getattr(func, "attr", "")
