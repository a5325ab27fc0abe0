"""The superior department's duty to urge (连带督促, 津9), and the case against one that did not."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from engine.tables import new_id
from engine.unit_of_work import UnitOfWork
from supervision import chronicle, lapses, organisations
from supervision.tables import SupervisionCase, UrgingReport
from supervision.terms import Audience, CaseType, LapseKind


def report(
    uow: UnitOfWork, case: SupervisionCase, *, content: str, round_: int = 0
) -> UrgingReport:
    """The superior reports what it did to urge the unit: round 0 during the first rectification."""
    row = UrgingReport(
        id=new_id(),
        case_id=case.id,
        organisation_id=case.superior_id or case.unit_id,
        round=round_,
        content=content,
        reported_on=uow.today,
        reported_by=uow.actor.user_id,
    )
    uow.session.add(row)
    uow.session.flush()
    chronicle.note(
        uow,
        case.instance_id,
        "urging.reported",
        "上级主管部门报告督促情况",
        audience=Audience.SUPERIOR,
        round=round_,
    )
    return row


def record_missing(uow: UnitOfWork, case: SupervisionCase, *, round_: int = 0) -> None:
    """No evidence of urging by the due date: an input to joint duty (branch J)."""
    lapses.record(
        uow,
        case,
        LapseKind.NO_URGING,
        organisation_id=case.superior_id,
        round_=round_,
        audience=Audience.SUPERIOR,
    )


def of_case(uow: UnitOfWork, case_id: str) -> Sequence[UrgingReport]:
    """What the superior reported in a case, oldest first."""
    return uow.session.scalars(
        sa.select(UrgingReport)
        .where(UrgingReport.case_id == case_id)
        .order_by(UrgingReport.reported_on, UrgingReport.id)
    ).all()


def is_owed(uow: UnitOfWork, case: SupervisionCase, *, round_: int) -> bool:
    """Whether the superior must answer for itself: it did not urge in this round, once per case."""
    if case.superior_id is None or case.type == CaseType.JOINT_DUTY:
        return False
    if organisations.get(uow, case.superior_id).office_id is None:
        return False  # e.g. the city government: its own superior is outside this system
    missing = [
        row for row in lapses.of_case(uow, case.id, [LapseKind.NO_URGING]) if row.round == round_
    ]
    return bool(missing) and joint_case(uow, case) is None


def joint_case(uow: UnitOfWork, case: SupervisionCase) -> SupervisionCase | None:
    """The case that was opened against the superior because of this one."""
    return uow.session.scalar(
        sa.select(SupervisionCase)
        .where(SupervisionCase.origin_case_id == case.id)
        .where(SupervisionCase.type == CaseType.JOINT_DUTY)
        .limit(1)
    )
