"""Organisations as the procedure sees them: who supervises whom, who is told, who hosts whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from engine import identity
from engine.errors import Conflict, NotFound
from engine.tables import Organisation
from engine.unit_of_work import UnitOfWork
from supervision import rules
from supervision.tables import CommitteeMember, SupervisedOrganisation
from supervision.terms import Level, Ownership, UnitKind


@dataclass(frozen=True, kw_only=True)
class Addressees:
    """Who is sent a circular or an interview record: 所在地党委、政府和上级主管部门 (津10–11)."""

    party_committee_id: str
    government_id: str
    superior_id: str

    @property
    def ids(self) -> tuple[str, ...]:
        """Each organisation once: a district government's superior is the city government."""
        return tuple(dict.fromkeys((self.party_committee_id, self.government_id, self.superior_id)))


def register(
    uow: UnitOfWork,
    *,
    code: str,
    name: str,
    kind: UnitKind,
    level: Level,
    short_name: str = "",
    parent_id: str | None = None,
    ownership: Ownership | None = None,
    number_mark: str = "",
    is_outside: bool = False,
    is_sample: bool = False,
) -> SupervisedOrganisation:
    """Enter an organisation; `link` gives its links to others. Conflict: the code is taken."""
    own = identity.organisations.add(
        uow,
        code=code,
        name=name,
        kind=kind.value,
        parent_id=parent_id,
        short_name=short_name or name,
        is_sample=is_sample,
    )
    row = SupervisedOrganisation(
        organisation_id=own.id,
        level=level.value,
        ownership=ownership.value if ownership else None,
        number_mark=number_mark,
        is_outside=is_outside,
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def link(
    uow: UnitOfWork,
    organisation_id: str,
    *,
    superior_id: str | None = None,
    party_committee_id: str | None = None,
    government_id: str | None = None,
    office_id: str | None = None,
    committee_id: str | None = None,
    hosts_office_id: str | None = None,
) -> None:
    """Set how an organisation stands to others; what is not given stays as it is."""
    row = get(uow, organisation_id)
    row.superior_id = superior_id or row.superior_id
    row.party_committee_id = party_committee_id or row.party_committee_id
    row.government_id = government_id or row.government_id
    row.office_id = office_id or row.office_id
    row.committee_id = committee_id or row.committee_id
    row.hosts_office_id = hosts_office_id or row.hosts_office_id
    uow.session.flush()


def get(uow: UnitOfWork, organisation_id: str) -> SupervisedOrganisation:
    """The domain's row of an organisation. NotFound where the domain does not know it."""
    row = uow.session.get(SupervisedOrganisation, organisation_id)
    if row is None:
        raise NotFound("没有这个机构，或者它不在督导范围内。")
    return row


def by_code(uow: UnitOfWork, code: str) -> SupervisedOrganisation | None:
    """The organisation with this code, if it is known."""
    return uow.session.scalar(
        sa.select(SupervisedOrganisation)
        .join(Organisation, Organisation.id == SupervisedOrganisation.organisation_id)
        .where(Organisation.code == code)
    )


def kind_of(row: SupervisedOrganisation) -> UnitKind:
    """What the organisation is."""
    return UnitKind(row.organisation.kind)


def name_of(uow: UnitOfWork, organisation_id: str) -> str:
    """The full name of an organisation."""
    return uow.session.get_one(Organisation, organisation_id).name


def office_for(uow: UnitOfWork, unit_id: str) -> SupervisedOrganisation:
    """The Office in charge of a unit. Conflict: none is set, so no case can be opened."""
    unit = get(uow, unit_id)
    if unit.office_id is None:
        raise Conflict(
            f"{unit.organisation.name}还没有指定负责督导的办公室，请先在机构登记中补充。",
            code="no-office",
        )
    return get(uow, unit.office_id)


def committee_for(uow: UnitOfWork, office_id: str) -> SupervisedOrganisation:
    """The committee that an Office works for. Conflict: none is set."""
    office = get(uow, office_id)
    if office.committee_id is None:
        raise Conflict(
            f"{office.organisation.name}没有登记所属的教育督导委员会。", code="no-committee"
        )
    return get(uow, office.committee_id)


def addressees(uow: UnitOfWork, unit_id: str) -> Addressees:
    """Who is told about a unit; one tier up where the unit is itself a government (9.2c)."""
    unit = get(uow, unit_id)
    seat = unit
    if rules.is_told_one_level_up(kind_of(unit)) and unit.superior_id:
        seat = get(uow, unit.superior_id)
    party, superior = seat.party_committee_id, unit.superior_id
    government = seat.organisation_id if seat is not unit else unit.government_id
    if party is None or government is None or superior is None:
        raise Conflict(
            f"{unit.organisation.name}缺少所在地党委、政府或上级主管部门的登记，无法确定主送机关，"
            "请先补充。",
            code="addressees-missing",
        )
    return Addressees(party_committee_id=party, government_id=government, superior_id=superior)


def appeal_authority(uow: UnitOfWork, office_id: str) -> SupervisedOrganisation:
    """The Office one tier up, which hears appeals; the national one is outside this system."""
    office = get(uow, office_id)
    if office.superior_id is None:
        raise Conflict(
            f"{office.organisation.name}没有登记上一级教育督导机构。", code="no-upper-office"
        )
    upper = get(uow, office.superior_id)
    if Level(upper.level) is not rules.appeal_level(Level(office.level)):
        raise Conflict(
            f"{office.organisation.name}登记的上级机构{upper.organisation.name}不是上一级，请核对。",
            code="wrong-upper-office",
        )
    return upper


def host_of(uow: UnitOfWork, office_id: str) -> str | None:
    """The body that hosts an Office (市教委; 区教育局), if registered."""
    return uow.session.scalar(
        sa.select(SupervisedOrganisation.organisation_id).where(
            SupervisedOrganisation.hosts_office_id == office_id
        )
    )


def is_host_or_its_school(uow: UnitOfWork, office_id: str, unit_id: str) -> bool:
    """Whether the object is the body that hosts the Office, or a school it runs (9.2c)."""
    host = host_of(uow, office_id)
    if host is None:
        return False
    unit = get(uow, unit_id)
    teaches = kind_of(unit) in (UnitKind.SCHOOL, UnitKind.KINDERGARTEN)
    runs = teaches and unit.superior_id == host and unit.ownership != Ownership.PRIVATE
    return unit_id == host or runs


def is_licensed(unit: SupervisedOrganisation) -> bool:
    """Whether the unit works under a licence of an approval organ (branch P)."""
    ownership = Ownership(unit.ownership) if unit.ownership else None
    return rules.is_licensed(kind_of(unit), ownership)


def units_of(uow: UnitOfWork, office_id: str, *, q: str = "") -> Sequence[SupervisedOrganisation]:
    """The units that an Office supervises, by name."""
    query = (
        sa.select(SupervisedOrganisation)
        .join(Organisation, Organisation.id == SupervisedOrganisation.organisation_id)
        .where(SupervisedOrganisation.office_id == office_id)
        .where(Organisation.kind.not_in([UnitKind.COMMITTEE, UnitKind.OFFICE]))
        .options(
            contains_eager(SupervisedOrganisation.organisation),
            joinedload(SupervisedOrganisation.superior),
        )
        .order_by(Organisation.code)
    )
    if q:
        query = query.where(Organisation.name.contains(q, autoescape=True))
    return uow.session.scalars(query).all()


def add_member(
    uow: UnitOfWork, committee_id: str, organisation_id: str, *, seq: int, matters: str = ""
) -> None:
    """Enter a member unit of a committee (津1)."""
    uow.session.add(
        CommitteeMember(
            committee_id=committee_id, organisation_id=organisation_id, seq=seq, matters=matters
        )
    )


def members_of(uow: UnitOfWork, committee_id: str) -> Sequence[CommitteeMember]:
    """The member units of a committee, in the order of 津1."""
    return uow.session.scalars(
        sa.select(CommitteeMember)
        .where(CommitteeMember.committee_id == committee_id)
        .order_by(CommitteeMember.seq)
    ).all()
