"""What a family may name is its own: no handler and no process of another, by no road."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.package import Handler, ProcessPackage
from engine.repository import definitions
from tests import models


def _family(folder: Path, name: str, step: str) -> ProcessPackage:
    """A family with a handler called after it, whose one step is `step`."""
    model = models.bpmn(
        "main" if name == "tests" else name,
        f"<startEvent id='begin'/>{step}<endEvent id='done'/>"
        + models.flows("begin>step", "step>done"),
    )
    return models.family(
        folder,
        model,
        name=name,
        start="main" if name == "tests" else name,
        handlers={f"{name}_handler": Handler(call=lambda _: None)},
    )


@pytest.mark.parametrize(
    ("step", "rule", "named"),
    [
        (models.service("step", "others_handler"), "unknown-handler", "others_handler"),
        (
            models.user("step", extra="dudao:completion='others_handler'"),
            "unknown-handler",
            "others_handler",
        ),
        (
            "<callActivity id='step' name='step' calledElement='others'/>",
            "unknown-process",
            "others",
        ),
        (
            "<callActivity id='step' name='step' calledElement='others:others'/>",
            "unknown-process",
            "others",
        ),
    ],
    ids=["service", "completion", "call", "call with a prefix"],
)
def test_a_model_that_names_what_is_another_family_s_is_not_deployed(
    tmp_path: Path, step: str, rule: str, named: str
) -> None:
    others = _family(tmp_path, "others", models.service("step", "others_handler"))
    assert definitions.check(others) == []
    mine = _family(tmp_path, "tests", step)
    (fault,) = definitions.check(mine)
    assert (fault.rule, fault.element_id) == (rule, "step")
    assert named in fault.detail
    assert fault.mend


def test_the_same_model_in_the_family_that_owns_the_handler_is_deployed(tmp_path: Path) -> None:
    mine = _family(tmp_path, "tests", models.service("step", "tests_handler"))
    assert definitions.check(mine) == []
