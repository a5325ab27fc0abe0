"""The data pack: the real organisations of the city, and the invented ones of the samples.

Loading is idempotent: what is there already (by code) stays as it is, only missing bodies and links
are added. It makes no case.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

import sqlalchemy as sa

from engine.tables import Organisation
from engine.unit_of_work import UnitOfWork
from supervision import organisations
from supervision.tables import CommitteeMember, SupervisedOrganisation
from supervision.terms import Level, Ownership, UnitKind

#: How the bodies of a place are named and coded: suffix → (kind, name).
_BODIES: Mapping[str, tuple[UnitKind, str]] = {
    "GOV": (UnitKind.DISTRICT_GOVERNMENT, "{place}人民政府"),
    "CPC": (UnitKind.PARTY_COMMITTEE, "中共{place}委员会"),
    "CMT": (UnitKind.COMMITTEE, "{place}人民政府教育督导委员会"),
    "OFF": (UnitKind.OFFICE, "{place}人民政府教育督导委员会办公室"),
    "EDU": (UnitKind.EDUCATION_BUREAU, "{place}教育局"),
}


def read(name: str) -> dict[str, Any]:
    """One file of the pack, e.g. `tianjin.toml`."""
    return tomllib.loads((files("supervision") / "data" / name).read_text("utf-8"))


def load(uow: UnitOfWork) -> None:
    """The real organisations: city, national office, 21 member units, 16 districts."""
    data = read("tianjin.toml")
    known = _known(uow)
    _city(uow, known, data)
    _members(uow, known, data)
    for district in data["districts"]:
        name = district["name"]
        _district(
            uow,
            known,
            district["code"],
            place=f"天津市{name}",
            short=name,
            mark=f"津{name.removesuffix('区')}教督",
            bureau=district.get("bureau", ""),
        )


def load_samples(uow: UnitOfWork) -> None:
    """The invented county with its units, and the invented units of the city; all is_sample."""
    data = read("sample.toml")
    known = _known(uow)
    district = data["district"]
    _district(
        uow,
        known,
        district["code"],
        place=district["short_name"],
        short=district["short_name"],
        mark=district["number_mark"],
        is_sample=True,
        suffix="（样例）",
    )
    _units(uow, known, data["units"], seat=district["code"], level=Level.DISTRICT)
    _units(uow, known, data["city_units"], seat="120000", level=Level.CITY)
    committee = _id(known, f"{district['code']}-CMT")
    for seq, member in enumerate(data["district_members"], start=1):
        _member(uow, committee, _id(known, member["code"]), seq, member.get("matters", ""))


def _known(uow: UnitOfWork) -> dict[str, str]:
    """The ids of what is there already, by code: one query instead of hundreds."""
    rows = uow.session.execute(
        sa.select(Organisation.code, Organisation.id).join(
            SupervisedOrganisation, SupervisedOrganisation.organisation_id == Organisation.id
        )
    )
    return {row.code: row.id for row in rows}


def _city(uow: UnitOfWork, known: dict[str, str], data: Mapping[str, Any]) -> None:
    city, national = data["city"], data["national"]
    code, name = city["code"], city["name"]
    root = _put(uow, known, code, name, UnitKind.REGION, Level.CITY)
    upper = _put(
        uow,
        known,
        national["code"],
        national["name"],
        UnitKind.OFFICE,
        Level.NATIONAL,
        is_outside=True,
    )
    gov = _put(
        uow,
        known,
        f"{code}-GOV",
        f"{name}人民政府",
        UnitKind.CITY_GOVERNMENT,
        Level.CITY,
        parent=root,
    )
    party = _put(
        uow,
        known,
        f"{code}-CPC",
        f"中共{name}委员会",
        UnitKind.PARTY_COMMITTEE,
        Level.CITY,
        parent=root,
    )
    committee = _put(
        uow,
        known,
        f"{code}-CMT",
        f"{name}人民政府教育督导委员会",
        UnitKind.COMMITTEE,
        Level.CITY,
        parent=root,
    )
    office = _put(
        uow,
        known,
        f"{code}-OFF",
        f"{name}人民政府教育督导委员会办公室",
        UnitKind.OFFICE,
        Level.CITY,
        parent=root,
        short="市教育督导办",
        mark=city["number_mark"],
    )
    discipline = _put(
        uow,
        known,
        f"{code}-DIS",
        f"中共{name}纪律检查委员会、{name}监察委员会",
        UnitKind.DISCIPLINE_BODY,
        Level.CITY,
        parent=root,
        short="市纪委监委",
    )
    for body in (gov, party, discipline):
        organisations.link(uow, body, party_committee_id=party, government_id=gov)
    organisations.link(
        uow,
        committee,
        superior_id=gov,
        party_committee_id=party,
        government_id=gov,
        office_id=office,
    )
    organisations.link(
        uow,
        office,
        superior_id=upper,
        party_committee_id=party,
        government_id=gov,
        committee_id=committee,
    )


def _members(uow: UnitOfWork, known: dict[str, str], data: Mapping[str, Any]) -> None:
    root, gov = _id(known, "120000"), _id(known, "120000-GOV")
    party, office = _id(known, "120000-CPC"), _id(known, "120000-OFF")
    committee = _id(known, "120000-CMT")
    for seq, member in enumerate(data["members"], start=1):
        kind = UnitKind(member.get("kind", UnitKind.DEPARTMENT))
        body = _put(
            uow,
            known,
            member["code"],
            member["name"],
            kind,
            Level.CITY,
            parent=root,
            short=member["short_name"],
        )
        organisations.link(
            uow,
            body,
            superior_id=gov,
            party_committee_id=party,
            government_id=gov,
            office_id=office if member.get("is_supervised", True) else None,
            hosts_office_id=office if kind is UnitKind.EDUCATION_BUREAU else None,
        )
        _member(uow, committee, body, seq, member.get("matters", ""))


def _district(
    uow: UnitOfWork,
    known: dict[str, str],
    code: str,
    *,
    place: str,
    short: str,
    mark: str,
    bureau: str = "",
    is_sample: bool = False,
    suffix: str = "",
) -> None:
    region = _put(
        uow,
        known,
        code,
        short + suffix,
        UnitKind.REGION,
        Level.DISTRICT,
        parent=_id(known, "120000"),
        short=short,
        is_sample=is_sample,
    )
    ids = {}
    for body, (kind, pattern) in _BODIES.items():
        name = bureau if bureau and body == "EDU" else pattern.format(place=place)
        ids[body] = _put(
            uow,
            known,
            f"{code}-{body}",
            name + suffix,
            kind,
            Level.DISTRICT,
            parent=region,
            short=name.replace("天津市", "").replace("人民政府教育督导委员会", "教育督导委员会"),
            mark=mark if body == "OFF" else "",
            is_sample=is_sample,
        )
    _link_district(uow, known, ids)


def _link_district(uow: UnitOfWork, known: Mapping[str, str], ids: Mapping[str, str]) -> None:
    city_gov, city_office = _id(known, "120000-GOV"), _id(known, "120000-OFF")
    seat = {"party_committee_id": ids["CPC"], "government_id": ids["GOV"]}
    organisations.link(uow, ids["GOV"], superior_id=city_gov, office_id=city_office, **seat)
    organisations.link(uow, ids["CPC"], superior_id=_id(known, "120000-CPC"), **seat)
    organisations.link(uow, ids["CMT"], superior_id=ids["GOV"], office_id=ids["OFF"], **seat)
    organisations.link(uow, ids["OFF"], superior_id=city_office, committee_id=ids["CMT"], **seat)
    organisations.link(
        uow,
        ids["EDU"],
        superior_id=ids["GOV"],
        office_id=ids["OFF"],
        hosts_office_id=ids["OFF"],
        **seat,
    )


def _units(
    uow: UnitOfWork,
    known: dict[str, str],
    rows: Iterable[Mapping[str, Any]],
    *,
    seat: str,
    level: Level,
) -> None:
    for row in rows:
        body = _put(
            uow,
            known,
            row["code"],
            row["name"],
            UnitKind(row["kind"]),
            level,
            parent=_id(known, seat),
            ownership=Ownership(row["ownership"]) if "ownership" in row else None,
            is_sample=True,
        )
        organisations.link(
            uow,
            body,
            superior_id=_id(known, row["superior"]),
            party_committee_id=_id(known, f"{seat}-CPC"),
            government_id=_id(known, f"{seat}-GOV"),
            office_id=_id(known, f"{seat}-OFF"),
        )


def _put(
    uow: UnitOfWork,
    known: dict[str, str],
    code: str,
    name: str,
    kind: UnitKind,
    level: Level,
    *,
    parent: str | None = None,
    short: str = "",
    mark: str = "",
    ownership: Ownership | None = None,
    is_outside: bool = False,
    is_sample: bool = False,
) -> str:
    if code in known:
        return known[code]
    row = organisations.register(
        uow,
        code=code,
        name=name,
        kind=kind,
        level=level,
        short_name=short,
        parent_id=parent,
        ownership=ownership,
        number_mark=mark,
        is_outside=is_outside,
        is_sample=is_sample,
    )
    known[code] = row.organisation_id
    return row.organisation_id


def _id(known: Mapping[str, str], code: str) -> str:
    if code not in known:
        raise LookupError(f"the data pack has no organisation {code}")
    return known[code]


def _member(
    uow: UnitOfWork, committee_id: str, organisation_id: str, seq: int, matters: str
) -> None:
    known = uow.session.scalar(
        sa.select(CommitteeMember.id)
        .where(CommitteeMember.committee_id == committee_id)
        .where(CommitteeMember.organisation_id == organisation_id)
    )
    if known is None:
        organisations.add_member(uow, committee_id, organisation_id, seq=seq, matters=matters)
