"""Organs that only answer letters: named by the drafter, entered in the registry, told at the issue.

What the Office proposes, refers or hands over is decided elsewhere (问责17; 津13). The organ stands in
the case from the day of its letter, so that it answers itself or its letter is recorded as its act.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

import sqlalchemy as sa

from engine.actor import Actor
from engine.permission import parties
from engine.tables import Organisation
from engine.unit_of_work import UnitOfWork
from supervision import organisations
from supervision.tables import Document, Measure, SupervisionCase
from supervision.terms import DocumentKind, Level, MeasureKind, OrganKind, UnitKind

#: Letters that an organ answers.
LETTERS = frozenset(
    {
        DocumentKind.HANDLING_PROPOSAL,
        DocumentKind.MEASURE_PROPOSAL,
        DocumentKind.REFERRAL_LETTER,
        DocumentKind.TRANSFER_LETTER,
    }
)

#: What the organ of a measure is, where its letter does not say (问责17; 行政处罚法).
OF_MEASURE: Mapping[MeasureKind, OrganKind] = {
    MeasureKind.ORGANISATIONAL_HANDLING: OrganKind.ORG_DEPT,
    MeasureKind.DISCIPLINE: OrganKind.DISCIPLINE_SUPERVISION,
    MeasureKind.PENALTY: OrganKind.ENFORCEMENT,
    MeasureKind.LICENCE_PROPOSAL: OrganKind.ENFORCEMENT,
    MeasureKind.REFERRAL: OrganKind.DISCIPLINE_SUPERVISION,
}


def named(uow: UnitOfWork, case: SupervisionCase, name: str) -> str:
    """The id of the organ with this name; one that the registry lacks is entered by the system.

    Such an entry belongs to the case's Office: what two Offices call 组织（人事）部门 is not the same.
    """
    known = uow.session.scalars(
        sa.select(Organisation.id)
        .where(Organisation.name == name, Organisation.kind != UnitKind.ORGAN)
        .where(Organisation.closed_on.is_(None))
        .order_by(Organisation.code)
    ).first()
    if known is not None:
        return known
    office = organisations.get(uow, case.office_id)
    mark = hashlib.sha256(name.encode()).hexdigest()[:8].upper()
    code = f"{office.organisation.code}-X{mark}"
    own = organisations.by_code(uow, code)
    if own is None:
        own = organisations.register(
            replace(uow, actor=Actor.system("organ")),
            code=code,
            name=name,
            kind=UnitKind.ORGAN,
            level=Level(office.level),
        )
    return own.organisation_id


def kind_of(uow: UnitOfWork, letter: Document) -> OrganKind:
    """What the organ is: as its letter says, else by the measure; a transfer goes to enforcement."""
    said = letter.fields.get("organ_kind")
    if said:
        return OrganKind(str(said))
    if letter.subject_kind == "measure" and letter.subject_id:
        return OF_MEASURE[MeasureKind(uow.session.get_one(Measure, letter.subject_id).kind)]
    return OrganKind.ENFORCEMENT


def tell(uow: UnitOfWork, instance_id: str, letter: Document) -> None:
    """Its letter is issued: from now on the organ may answer. Other documents are passed over."""
    if letter.kind in LETTERS and letter.addressee_id is not None:
        relation = kind_of(uow, letter).value
        parties.add(uow, instance_id, relation, letter.addressee_id, notified=True)
