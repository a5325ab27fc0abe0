"""A small family for browser tests: a plan is drafted by staff, then approved in a called process.

Its forms hold one component of each kind that the page treats in its own way; its handlers refuse
and fail on request.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from engine.errors import Fault, Invalid
from engine.package import Handler, ProcessPackage, StepContext
from engine.tables import Task
from engine.unit_of_work import UnitOfWork
from tests import models

HERE = Path(__file__).parent

UNITS = [{"value": "building", "label": "基建科"}, {"value": "finance", "label": "财务科"}]


#: The call of the review, and a step that stands in its place.
CALL = '<bpmn:callActivity id="review" name="审核" calledElement="review_plan"/>'
STEP = (
    '<bpmn:userTask id="review" name="审批方案" camunda:candidateGroups="head"'
    ' camunda:formKey="tests/approval"/>'
)


def package(folder: Path, *, is_flat: bool = False, entries: str = "") -> ProcessPackage:
    """The family, its files written below `folder`; flat, the review is a step of the process itself."""
    family = models.family(
        folder,
        *(_model(name, is_flat=is_flat) for name in ("main", "review_plan")),
        name="paper",
        entries=entries,
        handlers={
            "check_plan": Handler(call=_check_plan, repeatable=True),
            "file_paper": Handler(call=_file_paper),
        },
        forms={
            name: orjson.loads((HERE / f"{name}.json").read_bytes())
            for name in ("plan", "approval")
        },
    )
    return ProcessPackage(
        root=family.root,
        forms_root=family.forms_root,
        handlers=family.handlers,
        form_data=_form_data,
        start_form="tests/plan",
        start_data=lambda _uow: {"unit_options": UNITS},
    )


def _model(name: str, *, is_flat: bool) -> str:
    text = (HERE / f"{name}.bpmn").read_text()
    return text.replace(CALL, STEP) if is_flat else text


def _form_data(uow: UnitOfWork, task: Task) -> Mapping[str, Any]:
    return (
        {"unit_options": UNITS, "leader": "林老师"}
        if task.element_id == "approve_plan"
        else {"unit_options": UNITS}
    )


def _check_plan(step: StepContext) -> Mapping[str, Any]:
    """Refuses what only the domain can know, at a plain field and inside a list."""
    faults = []
    if step.values["leader"] == "外人":
        detail = "负责人不在名册中。"
        faults.append(Fault(pointer="/values/leader", detail=detail, code="unknown"))
    for number, row in enumerate(step.values["steps"]):
        if row["text"] == "待定":
            pointer = f"/values/steps/{number}/text"
            faults.append(Fault(pointer=pointer, detail="措施不能待定。", code="vague"))
    if faults:
        raise Invalid(f"方案有 {len(faults)} 处需要改正。", errors=faults)
    return {"leader": step.values["leader"]}


def _file_paper(step: StepContext) -> None:
    if step.variables.get("opinion") == "档案室没人":
        raise ValueError("the archive is closed")
