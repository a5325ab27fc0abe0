"""Who is supervised: units, and how they are entered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from api import pagination
from api.fields import Answer, Choice, Flag, Identifier, Request, Text, page_of
from api.pagination import PageQuery
from api.routing import Routes
from api.shown.imports import IMPORT_FORM, ImportSchema, OutcomesSchema, sent_list
from api.supervision.schemas import UnitSchema
from engine.errors import NotFound
from engine.unit_of_work import UnitOfWork
from supervision import cases, organisations, registration
from supervision.registration import Entry
from supervision.tables import SupervisedOrganisation
from supervision.terms import Level, Ownership, UnitKind

routes = Routes("registry", "督导对象")

records = Routes("registrations", "督导登记", admin=True)

_LISTING = "supervision units"


class UnitsQuery(PageQuery):
    q = Text(most=80, load_default="")


class RegistrationSchema(Answer):
    level = fields.String()
    ownership = fields.String(allow_none=True)
    superior_id = Identifier(allow_none=True)
    party_committee_id = Identifier(allow_none=True)
    government_id = Identifier(allow_none=True)
    office_id = Identifier(allow_none=True)
    committee_id = Identifier(allow_none=True)
    hosts_office_id = Identifier(allow_none=True)
    number_mark = fields.String()
    is_outside = fields.Boolean()


class RegistrationRequestSchema(Request):
    level = Choice([level.value for level in Level], required=True)
    ownership = Choice([kind.value for kind in Ownership], load_default=None, allow_none=True)
    superior_id = Identifier(load_default=None, allow_none=True)
    party_committee_id = Identifier(load_default=None, allow_none=True)
    government_id = Identifier(load_default=None, allow_none=True)
    office_id = Identifier(load_default=None, allow_none=True)
    committee_id = Identifier(load_default=None, allow_none=True)
    hosts_office_id = Identifier(load_default=None, allow_none=True)
    number_mark = Text(most=20, load_default="")
    is_outside = Flag(load_default=False)


@routes.get("/supervision/units", page_of(UnitSchema), query=UnitsQuery)
def list_units(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """自己所在督导办公室负责的单位，按代码。"""
    after = pagination.decode(_LISTING, query["cursor"], str)
    found = {
        row.organisation_id: row
        for office_id in cases.may_open(uow)
        for row in organisations.units_of(uow, office_id, q=query["q"].strip())
    }
    rows = [row for row in sorted(found.values(), key=_place) if not after or _place(row) > after]
    return pagination.page(
        _LISTING,
        rows[: query["limit"] + 1],
        query["limit"],
        key=_place,
        show=lambda rows: [_unit(row) for row in rows],
    )


@records.get("/supervision/organisations/<id:organisation_id>", RegistrationSchema)
def get_registration(uow: UnitOfWork, organisation_id: str) -> Mapping[str, Any]:
    """一个单位的督导登记；仅安全管理员、审计管理员。"""
    row = registration.find(uow, organisation_id)
    if row is None:
        raise NotFound("这个单位还没有督导登记。", code="not-registered")
    return registration.terms(row)


@records.put(
    "/supervision/organisations/<id:organisation_id>",
    RegistrationSchema,
    takes=RegistrationRequestSchema,
)
def register(uow: UnitOfWork, body: Mapping[str, Any], organisation_id: str) -> Mapping[str, Any]:
    """登记或更正：层级、上级主管、负责的督导办、所在地党委和政府；仅安全管理员。"""
    ownership = Ownership(body["ownership"]) if body["ownership"] is not None else None
    given = {**body, "level": Level(body["level"]), "ownership": ownership}
    return registration.terms(registration.enter(uow, organisation_id, Entry(**given)))


@records.post(
    "/supervision/organisations/import", OutcomesSchema, takes=ImportSchema, form=IMPORT_FORM
)
def import_registrations(uow: UnitOfWork, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """从 CSV 导入督导登记，单位须已登记；全部或一行也不，check=true 只试算。"""
    return {"rows": registration.import_list(uow, sent_list(), check=body["check"])}


def _place(row: SupervisedOrganisation) -> tuple[str, str]:
    return row.organisation.code, row.organisation_id


def _unit(row: SupervisedOrganisation) -> Mapping[str, Any]:
    kind = organisations.kind_of(row)
    superior = row.superior
    return {
        "id": row.organisation_id,
        "name": row.organisation.name,
        "code": row.organisation.code,
        "kind": kind.value,
        "kind_name": UnitKind(kind).label,
        "level": row.level,
        "superior": {"id": superior.id, "name": superior.name} if superior is not None else None,
    }
