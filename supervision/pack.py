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

from engine.unit_of_work import UnitOfWork
from supervision import organisations
from supervision.tables import CommitteeMember
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
    _city(uow, data)
    _members(uow, data)
    for district in data["districts"]:
        name = district["name"]
        _district(
            uow,
            district["code"],
            place=f"天津市{name}",
            short=name,
            mark=f"津{name.removesuffix('区')}教督",
            bureau=district.get("bureau", ""),
        )


def load_samples(uow: UnitOfWork) -> None:
    """The invented county with its units, and the invented units of the city; all is_sample."""
    data = read("sample.toml")
    district = data["district"]
    _district(
        uow,
        district["code"],
        place=district["short_name"],
        short=district["short_name"],
        mark=district["number_mark"],
        is_sample=True,
        suffix="（样例）",
    )
    _units(uow, data["units"], seat=district["code"], level=Level.DISTRICT)
    _units(uow, data["city_units"], seat="120000", level=Level.CITY)
    committee = _id(uow, f"{district['code']}-CMT")
    for seq, member in enumerate(data["district_members"], start=1):
        _member(uow, committee, _id(uow, member["code"]), seq, member.get("matters", ""))


def _city(uow: UnitOfWork, data: Mapping[str, Any]) -> None:
    city, national = data["city"], data["national"]
    code, name = city["code"], city["name"]
    root = _put(uow, code, name, UnitKind.REGION, Level.CITY)
    upper = _put(
        uow, national["code"], national["name"], UnitKind.OFFICE, Level.NATIONAL, is_outside=True
    )
    gov = _put(
        uow, f"{code}-GOV", f"{name}人民政府", UnitKind.CITY_GOVERNMENT, Level.CITY, parent=root
    )
    party = _put(
        uow, f"{code}-CPC", f"中共{name}委员会", UnitKind.PARTY_COMMITTEE, Level.CITY, parent=root
    )
    committee = _put(
        uow,
        f"{code}-CMT",
        f"{name}人民政府教育督导委员会",
        UnitKind.COMMITTEE,
        Level.CITY,
        parent=root,
    )
    office = _put(
        uow,
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


def _members(uow: UnitOfWork, data: Mapping[str, Any]) -> None:
    root, gov = _id(uow, "120000"), _id(uow, "120000-GOV")
    party, office = _id(uow, "120000-CPC"), _id(uow, "120000-OFF")
    committee = _id(uow, "120000-CMT")
    for seq, member in enumerate(data["members"], start=1):
        kind = UnitKind(member.get("kind", UnitKind.DEPARTMENT))
        body = _put(
            uow,
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
        code,
        short + suffix,
        UnitKind.REGION,
        Level.DISTRICT,
        parent=_id(uow, "120000"),
        short=short,
        is_sample=is_sample,
    )
    ids = {}
    for body, (kind, pattern) in _BODIES.items():
        name = bureau if bureau and body == "EDU" else pattern.format(place=place)
        ids[body] = _put(
            uow,
            f"{code}-{body}",
            name + suffix,
            kind,
            Level.DISTRICT,
            parent=region,
            short=name.replace("天津市", "").replace("人民政府教育督导委员会", "教育督导委员会"),
            mark=mark if body == "OFF" else "",
            is_sample=is_sample,
        )
    _link_district(uow, ids)


def _link_district(uow: UnitOfWork, ids: Mapping[str, str]) -> None:
    city_gov, city_office = _id(uow, "120000-GOV"), _id(uow, "120000-OFF")
    seat = {"party_committee_id": ids["CPC"], "government_id": ids["GOV"]}
    organisations.link(uow, ids["GOV"], superior_id=city_gov, office_id=city_office, **seat)
    organisations.link(uow, ids["CPC"], superior_id=_id(uow, "120000-CPC"), **seat)
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


def _units(uow: UnitOfWork, rows: Iterable[Mapping[str, Any]], *, seat: str, level: Level) -> None:
    for row in rows:
        body = _put(
            uow,
            row["code"],
            row["name"],
            UnitKind(row["kind"]),
            level,
            parent=_id(uow, seat),
            ownership=Ownership(row["ownership"]) if "ownership" in row else None,
            is_sample=True,
        )
        organisations.link(
            uow,
            body,
            superior_id=_id(uow, row["superior"]),
            party_committee_id=_id(uow, f"{seat}-CPC"),
            government_id=_id(uow, f"{seat}-GOV"),
            office_id=_id(uow, f"{seat}-OFF"),
        )


def _put(
    uow: UnitOfWork,
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
    known = organisations.by_code(uow, code)
    if known is not None:
        return known.organisation_id
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
    return row.organisation_id


def _id(uow: UnitOfWork, code: str) -> str:
    row = organisations.by_code(uow, code)
    if row is None:
        raise LookupError(f"the data pack has no organisation {code}")
    return row.organisation_id


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
