"""Supervision cases: opened, approved, moved through their stages, closed, archived.

One case is one process instance. The row is written in the transaction that starts the instance,
before its first step runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from engine import instances
from engine.errors import Conflict, Fault, Invalid, NotAllowed
from engine.permission import parties
from engine.permission.parties import Party
from engine.tables import Instance, new_id
from engine.unit_of_work import UnitOfWork
from supervision import chronicle, hard_stops, numbers, organisations, rules
from supervision.clocks import FAMILY
from supervision.tables import SupervisedOrganisation, SupervisionCase
from supervision.terms import Audience, CaseForm, CaseStage, CaseType, Level, StartKind

#: The order of the stages; a case never goes back before where it stands (pressure loops stay ahead).
_ORDER = tuple(CaseStage)

_OPENERS = frozenset(
    {"office_staff", "district_office", "city_office_head", "district_office_head"}
)


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What a case is opened with (立项审批表)."""

    title: str
    unit_id: str
    form: CaseForm
    matter: str
    start_kind: StartKind
    start_note: str = ""
    complainant: str = ""
    is_unannounced: bool = False
    asks_self_evaluation: bool = True
    visit_on: date | None = None
    origin_case_id: str | None = None


def open(uow: UnitOfWork, opening: Opening) -> SupervisionCase:
    """Start a case and its instance. NotAllowed unless the actor works for the unit's Office."""
    office = _office(uow, opening.unit_id)
    _require_opener(uow, office.organisation_id)
    case_id = new_id()
    number = numbers.next_of_case(uow, office.organisation_id)

    def prepare(uow: UnitOfWork, instance: Instance) -> None:
        write(uow, opening, instance_id=instance.id, case_id=case_id, number=number)

    instances.start(
        uow,
        FAMILY,
        business_key=number,
        title=opening.title,
        variables={"case_id": case_id},
        prepare=prepare,
    )
    return uow.session.get_one(SupervisionCase, case_id)


def write(
    uow: UnitOfWork,
    opening: Opening,
    *,
    instance_id: str,
    case_id: str | None = None,
    number: str | None = None,
    type_: CaseType | None = None,
    requires_post: bool = False,
) -> SupervisionCase:
    """Write the case of an instance and its parties; `open` and the model's first step call it.

    `requires_post`: the actor must work for the Office, as `open` has made sure before.
    """
    _check(opening)
    unit = organisations.get(uow, opening.unit_id)
    office = _office(uow, opening.unit_id)
    if requires_post:
        _require_opener(uow, office.organisation_id)
    committee = organisations.committee_for(uow, office.organisation_id)
    case = SupervisionCase(
        id=case_id or new_id(),
        instance_id=instance_id,
        number=number or numbers.next_of_case(uow, office.organisation_id),
        title=opening.title,
        type=(type_ or rules.case_type(organisations.kind_of(unit))).value,
        form=opening.form.value,
        matter=opening.matter,
        start_kind=opening.start_kind.value,
        start_note=opening.start_note,
        complainant=opening.complainant,
        is_unannounced=opening.is_unannounced,
        asks_self_evaluation=opening.asks_self_evaluation and not opening.is_unannounced,
        visit_on=opening.visit_on,
        unit_id=unit.organisation_id,
        office_id=office.organisation_id,
        committee_id=committee.organisation_id,
        superior_id=unit.superior_id,
        stage=CaseStage.DRAFT,
        origin_case_id=opening.origin_case_id,
        opened_on=uow.today,
    )
    uow.session.add(case)
    uow.session.flush()
    instance = uow.session.get_one(Instance, instance_id)
    instance.title = instance.title or case.title
    instance.business_key = instance.business_key or case.number
    for party in parties_of(uow, case):
        parties.add(uow, instance_id, party.relation, party.organisation_id)
    chronicle.note(
        uow, instance_id, "case.opened", f"立项：{case.title}（{case.number}）", case_id=case.id
    )
    return case


def parties_of(uow: UnitOfWork, case: SupervisionCase) -> list[Party]:
    """Who stands how to a case (9.2c): unit, superior, Office, committee, authorities, upper Office."""
    told = organisations.addressees(uow, case.unit_id)
    found = [
        Party(relation="office", organisation_id=case.office_id),
        Party(relation="committee", organisation_id=case.committee_id),
        Party(relation="unit", organisation_id=case.unit_id),
        Party(relation="superior", organisation_id=told.superior_id),
        Party(relation="local_party_gov", organisation_id=told.party_committee_id),
        Party(relation="local_party_gov", organisation_id=told.government_id),
    ]
    committee = organisations.get(uow, case.committee_id)
    if committee.government_id is not None:
        found.append(Party(relation="government", organisation_id=committee.government_id))
    upper = upper_office_in_system(uow, case)
    if upper is not None:
        found.append(Party(relation="upper_office", organisation_id=upper))
    return found


def upper_office_in_system(uow: UnitOfWork, case: SupervisionCase) -> str | None:
    """The Office one tier up, if it works in this system (the national one does not)."""
    upper = organisations.appeal_authority(uow, case.office_id)
    return None if upper.is_outside else upper.organisation_id


def approve(
    uow: UnitOfWork,
    case: SupervisionCase,
    *,
    is_announced: bool,
    asks_self_evaluation: bool,
) -> None:
    """立项: the case may go on. An unannounced visit asks for no self-evaluation (A5)."""
    case.is_unannounced = not is_announced
    case.asks_self_evaluation = asks_self_evaluation and is_announced
    case.approved_on = uow.today
    move(uow, case, CaseStage.APPROVED)


def reject(uow: UnitOfWork, case: SupervisionCase) -> None:
    """不予立项: the case ends here."""
    case.closed_on = uow.today
    case.stage = CaseStage.REJECTED
    uow.session.flush()
    chronicle.note(uow, case.instance_id, "case.rejected", f"不予立项：{case.title}")


def revise(uow: UnitOfWork, case: SupervisionCase, opening: Opening) -> None:
    """Change what was returned for revision. The unit cannot be changed: that is another case."""
    _check(opening)
    if opening.unit_id != case.unit_id:
        raise Invalid(
            "被督导单位不能在立项之后更换，请另行立项。",
            errors=[Fault(pointer="/unit_id", detail="不能更换", code="immutable")],
        )
    case.title = opening.title
    case.form = opening.form.value
    case.matter = opening.matter
    case.start_kind = opening.start_kind.value
    case.start_note = opening.start_note
    case.complainant = opening.complainant
    case.visit_on = opening.visit_on
    case.is_unannounced = opening.is_unannounced
    case.asks_self_evaluation = opening.asks_self_evaluation and not opening.is_unannounced
    uow.session.get_one(Instance, case.instance_id).title = opening.title
    uow.session.flush()


def move(uow: UnitOfWork, case: SupervisionCase, stage: CaseStage) -> None:
    """Go on to a stage. Pressure, rectification and rechecks alternate; the rest only goes forward."""
    if case.stage == stage:
        return
    looping = {CaseStage.RECTIFYING, CaseStage.VERIFYING, CaseStage.PRESSURE}
    present = CaseStage(case.stage)
    back = _ORDER.index(stage) < _ORDER.index(present)
    if back and not (stage in looping and present in looping):
        return
    case.stage = stage
    uow.session.flush()
    chronicle.note(
        uow,
        case.instance_id,
        "case.stage",
        f"进入“{stage.label}”",
        audience=Audience.INTERNAL,
        stage=stage.value,
    )


def close(uow: UnitOfWork, case: SupervisionCase) -> None:
    """结案, if nothing is left: items, measures, interview records, report, filing, publication."""
    hard_stops.require_every_problem_closed(uow, case)
    hard_stops.require_failures_answered(uow, case)
    hard_stops.require_interviews_filed(uow, case)
    hard_stops.require_measures_settled(uow, case)
    if case.type != CaseType.JOINT_DUTY:
        hard_stops.require_report_known(uow, case)
    hard_stops.require_decisions_filed(uow, case)
    hard_stops.require_decisions_known(uow, case)
    case.closed_on = uow.today
    move(uow, case, CaseStage.CLOSED)


def archive(uow: UnitOfWork, case: SupervisionCase) -> None:
    """归档, after the closing and when no remedy is pending or still open."""
    if case.closed_on is None:
        raise Conflict("案件还没有结案，不能归档。", code="case-not-closed")
    hard_stops.require_remedies_over(uow, case)
    case.archived_on = uow.today
    move(uow, case, CaseStage.ARCHIVED)


def of_instance(uow: UnitOfWork, instance_id: str) -> SupervisionCase | None:
    """The case of an instance, whoever asks."""
    return uow.session.scalar(
        sa.select(SupervisionCase).where(SupervisionCase.instance_id == instance_id)
    )


def may_open(uow: UnitOfWork) -> list[str]:
    """The Offices for which the actor may open cases."""
    return sorted({post.organisation_id for post in uow.actor.posts if post.group in _OPENERS})


def _office(uow: UnitOfWork, unit_id: str) -> SupervisedOrganisation:
    office = organisations.office_for(uow, unit_id)
    unit = organisations.get(uow, unit_id)
    wanted = rules.handling_level(organisations.kind_of(unit), Level(unit.level))
    if Level(office.level) is not wanted:
        raise Conflict(
            f"对{unit.organisation.name}的督导由{wanted.label}级教育督导委员会负责，"
            "请核对机构登记。",
            code="wrong-level",
        )
    return office


def _require_opener(uow: UnitOfWork, office_id: str) -> None:
    if not uow.actor.is_system and office_id not in may_open(uow):
        raise NotAllowed("只有负责该单位的督导办公室可以立项。", code="not-opener")


def _check(opening: Opening) -> None:
    faults = [
        Fault(pointer=f"/{key}", detail="请填写", code="required")
        for key in ("title", "matter")
        if not getattr(opening, key).strip()
    ]
    if faults:
        raise Invalid("立项内容不完整。", errors=faults)
