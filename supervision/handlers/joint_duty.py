"""J: the case against a superior department that did not urge (model: joint_duty)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import Conflict
from engine.package import StepContext
from supervision import cases, organisations, urging
from supervision.cases import Opening
from supervision.handlers import step
from supervision.tables import SupervisionCase
from supervision.terms import Audience, CaseForm, CaseType, DocumentKind, StartKind


def register_joint_duty(ctx: StepContext) -> Mapping[str, Any]:
    """A case of its own: the unit is the superior department."""
    origin = ctx.uow.session.get_one(SupervisionCase, str(ctx.variables["source_case_id"]))
    superior = str(ctx.variables["superior_id"])
    name = organisations.name_of(ctx.uow, superior)
    case = cases.write(
        ctx.uow,
        Opening(
            title=f"{name}督促整改连带责任",
            unit_id=superior,
            form=CaseForm.SPECIAL,
            matter=f"在《{origin.title}》（{origin.number}）中督促整改不力",
            start_kind=StartKind.REFERRAL,
            asks_self_evaluation=False,
            origin_case_id=origin.id,
        ),
        instance_id=ctx.instance.id,
        type_=CaseType.JOINT_DUTY,
    )
    return {
        "case_id": case.id,
        "unit_id": case.unit_id,
        "office_id": case.office_id,
        "committee_id": case.committee_id,
        "upper_office": cases.upper_office_in_system(ctx.uow, case),
    }


def assess_joint_liability(ctx: StepContext) -> Mapping[str, Any]:
    """督促是否不力. Where there is evidence of urging, liability needs its reason."""
    case = step.case_of(ctx)
    liable = step.text(ctx, "liable") == "yes"
    urged = case.origin_case_id is not None and urging.of_case(ctx.uow, case.origin_case_id)
    if liable and urged and not step.text(ctx, "reason"):
        raise Conflict(
            "上级主管部门有督促的证据，认定督促不力须写明理由。", code="liability-needs-reason"
        )
    step.take_in(ctx, case, DocumentKind.JOINT_DUTY_ASSESSMENT, audience=Audience.INTERNAL)
    return {"liable": liable}
