"""Work that leaves one instance for another, or waits for a day: the family's own jobs.

A step never locks a second instance: what another instance must learn goes as a job.
"""

from __future__ import annotations

import sqlalchemy as sa

from engine import instances, messages
from engine.errors import Conflict
from engine.permission.parties import Party
from engine.states import DeadlineState
from engine.tables import Deadline, Job
from engine.unit_of_work import UnitOfWork
from supervision import accountability, appeals, cases, chronicle, decisions, organisations, urging
from supervision.clocks import FAMILY
from supervision.tables import Accountability, SupervisionCase
from supervision.terms import Audience, RemedyKind


def open_remedy(uow: UnitOfWork, job: Job) -> None:
    """Start review_and_appeal for an application, with both sides and the upper Office."""
    remedy = appeals.get(uow, job.payload["remedy_id"])
    if remedy.instance_id is not None:
        return
    record = uow.session.get_one(Accountability, remedy.accountability_id)
    case = uow.session.get_one(SupervisionCase, record.case_id)
    upper = cases.upper_office_in_system(uow, case)
    instances.start(
        uow,
        FAMILY,
        message="remedy_filed",
        title=f"{RemedyKind(remedy.kind).label}：{decisions.object_name(uow, record)}",
        variables={
            "source_case_id": case.id,
            "source_instance_id": case.instance_id,
            "accountability_id": record.id,
            "decision_id": record.decision_id,
            "remedy": remedy.kind,
            "remedy_id": remedy.id,
            "object_organisation": record.organisation_id,
            "office_id": case.office_id,
            "committee_id": case.committee_id,
            "upper_office": upper,
        },
        related=_sides(uow, case, record),
        origin_id=case.instance_id,
    )


def open_joint_duty(uow: UnitOfWork, job: Job) -> None:
    """Start joint_duty against the superior of a case, once."""
    case = uow.session.get_one(SupervisionCase, job.payload["case_id"])
    if case.superior_id is None or urging.joint_case(uow, case) is not None:
        return
    office = organisations.office_for(uow, case.superior_id)
    committee = organisations.committee_for(uow, office.organisation_id)
    instances.start(
        uow,
        FAMILY,
        message="joint_duty_opened",
        title=f"{organisations.name_of(uow, case.superior_id)}督促整改连带责任",
        variables={
            "source_case_id": case.id,
            "superior_id": case.superior_id,
            "office_id": office.organisation_id,
            "committee_id": committee.organisation_id,
        },
        related=[
            Party(relation="office", organisation_id=office.organisation_id),
            Party(relation="committee", organisation_id=committee.organisation_id),
        ],
        origin_id=case.instance_id,
    )


def tell_remedies_ended(uow: UnitOfWork, job: Job) -> None:
    """Let the case go on, if it waits; one that does not wait yet will read the rows."""
    record = accountability.get(uow, job.payload["accountability_id"])
    chronicle.note(
        uow,
        str(job.instance_id),
        "remedy.ended",
        "复核、申诉终结",
        accountability_id=record.id,
    )
    if appeals.pending(uow, record.case_id):
        return  # another decision of the case still has one
    try:
        messages.correlate(
            uow,
            "remedies_ended",
            instance_id=job.instance_id,
            keys={"case_id": record.case_id},
        )
    except Conflict as conflict:
        if conflict.code != "not-correlated":
            raise


def warn_of_group(uow: UnitOfWork, job: Job) -> None:
    """15 and 5 days before the 60 days of 问责13 are over, while there is no group."""
    record = accountability.get(uow, job.payload["accountability_id"])
    if record.group_formed_on is not None:
        return
    chronicle.note(
        uow,
        str(job.instance_id),
        "accountability.alarm",
        f"距调查认定工作组成立期限{record.group_due_on}还有{job.payload['days']}日",
        accountability_id=record.id,
        days=job.payload["days"],
    )


def remind_of_plan(uow: UnitOfWork, job: Job) -> None:
    """C1: some days before its end the unit is told that its plan is due, if it still owes it."""
    owed = sa.select(Deadline.id).where(
        Deadline.instance_id == job.instance_id,
        Deadline.key == "plan.submit",
        Deadline.state == DeadlineState.OPEN,
    )
    if uow.session.scalar(owed.limit(1)) is None:
        return
    chronicle.note(
        uow,
        str(job.instance_id),
        "plan.reminder",
        f"催办：整改方案应在{job.payload['due_on']}前报送，还有{job.payload['days']}日",
        audience=Audience.UNIT,
        due_on=job.payload["due_on"],
        days=job.payload["days"],
    )


def _sides(uow: UnitOfWork, case: SupervisionCase, record: Accountability) -> list[Party]:
    """As in the case, but for the object in the place of the unit."""
    return [
        Party(
            relation=party.relation,
            organisation_id=record.organisation_id
            if party.relation == "unit"
            else party.organisation_id,
        )
        for party in cases.parties_of(uow, case)
    ]
