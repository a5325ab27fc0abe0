"""A fault says what would happen if the model were run; of every rule: tests/unit/docs/test_engine_page.py."""

from __future__ import annotations

from pathlib import Path

from engine.repository import definitions
from engine.spiff.checks.faults import ModelFault
from tests.models import bpmn, family


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
