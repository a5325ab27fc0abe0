"""What the domain must know of an organisation before a case can be opened against it: who is above
it, who is in charge, who is told. Entered by the security administrator, one by one or from a list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine import identity
from engine.administration import duties, journal
from engine.errors import Fault, Invalid
from engine.filing import spreadsheets
from engine.filing.spreadsheets import Column, Row
from engine.identity import imports
from engine.identity.imports import Outcome
from engine.tables import Organisation
from engine.unit_of_work import UnitOfWork
from supervision.tables import SupervisedOrganisation
from supervision.terms import Level, Ownership, UnitKind

#: Each link, and the kinds that stand at its other end; None: any.
LINKS: Mapping[str, frozenset[UnitKind] | None] = {
    "superior_id": None,
    "party_committee_id": frozenset({UnitKind.PARTY_COMMITTEE}),
    "government_id": frozenset({UnitKind.CITY_GOVERNMENT, UnitKind.DISTRICT_GOVERNMENT}),
    "office_id": frozenset({UnitKind.OFFICE}),
    "committee_id": frozenset({UnitKind.COMMITTEE}),
    "hosts_office_id": frozenset({UnitKind.OFFICE}),
}
_PLAIN = ("level", "ownership", "number_mark", "is_outside")

COLUMNS = (
    Column(key="code", names=("单位代码", "code"), is_needed=True),
    Column(key="level", names=("层级", "level"), is_needed=True),
    Column(key="ownership", names=("办学性质", "ownership")),
    Column(key="superior_id", names=("上级主管部门代码", "superior")),
    Column(key="party_committee_id", names=("所在地党委代码", "party_committee")),
    Column(key="government_id", names=("所在地政府代码", "government")),
    Column(key="office_id", names=("负责督导办代码", "office")),
    Column(key="committee_id", names=("所属委员会代码", "committee")),
    Column(key="hosts_office_id", names=("承办督导办代码", "hosts_office")),
    Column(key="number_mark", names=("机关代字", "number_mark")),
    Column(key="is_outside", names=("系统外", "outside")),
)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Everything that is entered of one organisation; links are ids of organisations."""

    level: Level
    ownership: Ownership | None = None
    superior_id: str | None = None
    party_committee_id: str | None = None
    government_id: str | None = None
    office_id: str | None = None
    committee_id: str | None = None
    hosts_office_id: str | None = None
    number_mark: str = ""
    is_outside: bool = False


def find(uow: UnitOfWork, organisation_id: str) -> SupervisedOrganisation | None:
    """What is entered, if anything is. Only security and audit administrators; NotFound."""
    duties.require(uow, duties.SECURITY_ADMIN, duties.AUDIT_ADMIN)
    identity.organisations.get(uow, organisation_id)
    return uow.session.get(SupervisedOrganisation, organisation_id)


def enter(uow: UnitOfWork, organisation_id: str, entry: Entry) -> SupervisedOrganisation:
    """Enter an organisation, or replace what was entered. Running cases keep their parties.

    Only the system or a security administrator. Invalid for a kind that the domain does not know, or
    a link to nothing, to a closed organisation, or to one of another kind. NotFound.
    """
    duties.require(uow, duties.SECURITY_ADMIN)
    organisation = identity.organisations.get(uow, organisation_id)
    _check(uow, organisation, entry)
    row = uow.session.get(SupervisedOrganisation, organisation_id, with_for_update=True)
    before = None if row is None else terms(row)
    if row is None:
        row = SupervisedOrganisation(organisation_id=organisation_id)
        uow.session.add(row)
    row.level = entry.level.value
    row.ownership = entry.ownership.value if entry.ownership is not None else None
    row.number_mark = entry.number_mark.strip()
    row.is_outside = entry.is_outside
    for link in LINKS:
        setattr(row, link, getattr(entry, link))
    uow.session.flush()
    if terms(row) != before:
        journal.record(
            uow,
            "organisation.registered",
            subject=("organisation", organisation_id),
            name=organisation.name,
            before=before,
            after=terms(row),
        )
    return row


def import_list(uow: UnitOfWork, data: bytes, *, check: bool = False) -> list[Outcome]:
    """Enter the organisations of a CSV list, which names them and their links by code; see imports."""
    duties.require(uow, duties.SECURITY_ADMIN)
    rows = spreadsheets.read(data, COLUMNS)
    return imports.run(uow, rows, "code", _row, check=check)


def terms(row: SupervisedOrganisation) -> dict[str, Any]:
    """What is entered of it."""
    return {name: getattr(row, name) for name in (*_PLAIN, *LINKS)}


def _check(uow: UnitOfWork, organisation: Organisation, entry: Entry) -> None:
    faults = []
    if organisation.kind not in set(UnitKind):
        kinds = "、".join(kind.value for kind in UnitKind)
        detail = f"类别“{organisation.kind}”不在督导登记之列，应为：{kinds}。"
        faults.append(Fault(pointer="/kind", detail=detail, code="kind"))
    for link, kinds_of in LINKS.items():
        found_id = getattr(entry, link)
        found = uow.session.get(Organisation, found_id) if found_id is not None else None
        problem = ""
        if found_id is not None and found is None:
            problem = "没有这个单位。"
        elif found is not None and found.closed_on is not None:
            problem = f"“{found.name}”已停用。"
        elif found is not None and found.id == organisation.id and link == "superior_id":
            problem = "不能是它自己。"
        elif found is not None and kinds_of is not None and found.kind not in kinds_of:
            labels = "、".join(sorted(kind.label for kind in kinds_of))
            problem = f"“{found.name}”不是{labels}。"
        if problem:
            faults.append(Fault(pointer=f"/{link}", detail=problem, code="link"))
    if len(entry.number_mark.strip()) > 20:
        faults.append(Fault(pointer="/number_mark", detail="不超过20个字。", code="length"))
    if faults:
        raise Invalid("没有登记。", errors=faults, code="registration-invalid")


def _row(uow: UnitOfWork, row: Row, outcome: Outcome) -> None:
    cells = row.cells
    organisation = _coded(uow, "code", cells["code"])
    known = uow.session.get(SupervisedOrganisation, organisation.id)
    before = terms(known) if known is not None else None
    links = {link: _coded(uow, link, cells[link]).id if cells[link] else None for link in LINKS}
    entry = Entry(
        level=_term(Level, "level", cells["level"]),
        ownership=_term(Ownership, "ownership", cells["ownership"]) if cells["ownership"] else None,
        number_mark=cells["number_mark"],
        is_outside=_yes(cells["is_outside"]),
        **links,
    )
    if terms(enter(uow, organisation.id, entry)) != before:
        outcome.outcome = imports.ADDED if before is None else imports.CHANGED


def _coded(uow: UnitOfWork, column: str, code: str) -> Organisation:
    found = identity.organisations.by_code(uow, code)
    if found is None:
        raise _fault(column, f"没有代码为“{code}”的单位。", "unknown-organisation")
    return found


def _term(kind: Any, column: str, text: str) -> Any:
    for term in kind:
        if text in (term.value, term.label):
            return term
    labels = "、".join(term.label for term in kind)
    raise _fault(column, f"“{text[:20]}”应为：{labels}。", "choice")


def _yes(text: str) -> bool:
    if text.casefold() not in {"", "是", "否", "1", "0", "true", "false"}:
        raise _fault("is_outside", "应为 是 或 否。", "choice")
    return text.casefold() in {"是", "1", "true"}


def _fault(column: str, detail: str, code: str) -> Invalid:
    return Invalid(
        detail, errors=[Fault(pointer=f"/{column}", detail=detail, code=code)], code=code
    )
