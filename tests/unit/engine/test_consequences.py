"""Of every rule it is said what would happen if a model with this fault were run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from engine.repository import definitions
from engine.spiff.checks import consequences
from engine.spiff.checks.faults import ModelFault
from tests.models import bpmn, family

ROOT = Path(__file__).resolve().parents[3]
SAYING = (
    *sorted((ROOT / "engine/spiff/checks").glob("*.py")),
    ROOT / "engine/repository/definitions.py",
    ROOT / "engine/signoff/opinions.py",
)
MAKING = {"fault", "_fault", "_file_fault", "_twice_faults", "ModelFault", "yield_fault"}
RULE = re.compile("[a-z]+(-[a-z]+)+")
#: Rules of one word, and those whose second half is a kind of event.
OTHERS = {"deadlock", "nobody", "parser", "unreadable", "unreachable"}
KINDS = ("message", "signal", "error", "escalation")
MADE = {f"{said}-{kind}" for said in ("no", "nameless") for kind in KINDS}


def rules_of(path: Path) -> Iterator[str]:
    """The rules that a module names where it makes a fault."""
    for call in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in MAKING:
            for given in [*call.args[:3], *(k.value for k in call.keywords)]:
                text = str(given.value) if isinstance(given, ast.Constant) else ""
                if RULE.fullmatch(text) or text in OTHERS:
                    yield text


def test_every_rule_says_what_would_happen() -> None:
    said = {rule for path in SAYING for rule in rules_of(path)} | MADE
    assert len(said) > 80
    assert said - consequences.OF.keys() == set()


def test_a_fault_has_element_id_and_name_rule_consequence_mend_and_severity(
    tmp_path: Path,
) -> None:
    body = "<startEvent id='start'/><manualTask id='by_hand' name='手工'/>"
    found = definitions.check(family(tmp_path, bpmn("main", body)))
    assert (
        ModelFault(
            file="bpmn/m0.bpmn",
            element_id="by_hand",
            element_name="手工",
            rule="unsupported-element",
            detail="不能运行元素 manualTask。",
            mend="手工任务不能运行：请改为用户任务，由经办人登记。",
            severity="error",
        )
        in found
    )
    assert {fault.consequence for fault in found} == {"案件会走与图上画的不同的路。"}
