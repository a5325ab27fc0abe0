"""Opening what is protected, with a reason; and who opened what, for the auditor.

An answer with protected values is never kept under an Idempotency-Key: each read is one of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import fields, validate

from api import auth, pagination
from api.fields import Answer, Identifier, Instant, Request, Sentence, Text, page_of
from api.pagination import PageQuery
from api.routes.people import PersonSchema
from api.routing import Routes
from api.transaction import engine
from engine import pages
from engine.record import disclosures, protection
from engine.tables import Disclosure, Instance, ProtectedValue
from engine.unit_of_work import UnitOfWork

routes = Routes("disclosures", "受保护的信息")
audit = Routes("disclosure_records", "受保护信息的查阅记录", admin=True)

_LISTING = "disclosures"
MOST_CODES = 50


class ReadSchema(Request):
    codes = fields.List(
        Text(most=40, least=1),
        required=True,
        validate=validate.Length(1, MOST_CODES, error=f"count: 应有 1 至 {MOST_CODES} 项。"),
        metadata={"description": "标记〔受保护：…·编码〕中的编码"},
    )
    reason = Text(most=300, least=1, multiline=True, required=True)


class OpenSchema(Request):
    reason = Text(most=300, least=1, multiline=True, required=True)


class ProtectedValueSchema(Answer):
    code = fields.String()
    kind = fields.String()
    kind_name = Sentence()
    label = fields.String(metadata={"description": "表单中的字段"})
    value = fields.Raw()
    names = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "内容中的编号所指的人和单位"},
    )
    entered_at = Instant()


class DisclosedSchema(Answer):
    items = fields.List(fields.Nested(ProtectedValueSchema))


class OpenedFileSchema(Answer):
    file_id = Identifier()
    until = Instant(metadata={"description": "到这时为止可以下载"})


class DisclosureSchema(Answer):
    id = Identifier()
    at = Instant()
    person = fields.Nested(PersonSchema)
    title = fields.String()
    instance_id = Identifier()
    business_key = fields.String(allow_none=True)
    kinds = fields.List(fields.String())
    is_file = fields.Boolean()
    values = fields.Integer(metadata={"description": "查阅了几项"})
    reason = fields.String()


@routes.post(
    "/instances/<id:instance_id>/disclosures",
    DisclosedSchema,
    takes=ReadSchema,
    own_transaction=True,
)
def read(body: Mapping[str, Any], instance_id: str) -> Mapping[str, Any]:
    """写明理由，查阅受保护的信息；记入流转记录。"""
    with engine().begin(auth.actor()) as uow:
        instance = uow.session.get(Instance, instance_id)
        rows = disclosures.read(uow, instance_id, body["codes"], reason=body["reason"])
        family = instance.family if instance is not None else ""
        return {"items": [_value(uow, family, row) for row in rows]}


@routes.post("/files/<id:file_id>/disclosures", OpenedFileSchema, takes=OpenSchema)
def open_file(uow: UnitOfWork, body: Mapping[str, str], file_id: str) -> Mapping[str, Any]:
    """写明理由，之后一刻钟内可以下载受保护的文件；记入流转记录。"""
    row = disclosures.open_file(uow, file_id, reason=body["reason"])
    return {"file_id": row.file_id, "until": row.at + disclosures.OPEN_FOR}


@audit.get("/disclosures", page_of(DisclosureSchema), query=PageQuery)
def search(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """谁、何时、为何查阅了受保护的信息，最近的在前；审计管理员。"""
    rows = disclosures.search(
        uow,
        before=pagination.decode(_LISTING, query["cursor"], datetime),
        limit=query["limit"] + 1,
    )
    return pagination.page(
        _LISTING,
        rows,
        query["limit"],
        key=lambda row: (row[0].at, row[0].id),
        show=lambda rows: [_shown(*row) for row in rows],
    )


def _value(uow: UnitOfWork, family: str, row: ProtectedValue) -> Mapping[str, Any]:
    return {
        "code": row.code,
        "kind": row.kind,
        "kind_name": protection.name_of(uow, family, row.kind),
        "label": row.label,
        "value": row.content,
        "names": _names(uow, row.content),
        "entered_at": row.entered_at,
    }


def _names(uow: UnitOfWork, value: object) -> Mapping[str, str]:
    """What ids in a value stand for: a list to choose people from holds ids."""
    ids = {
        text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)
    }
    return {**pages.user_names(uow, ids), **pages.organisation_names(uow, ids)}


def _shown(row: Disclosure, instance: Instance) -> Mapping[str, Any]:
    return {
        "id": row.id,
        "at": row.at,
        "person": {"id": row.actor_id, "name": row.actor_name},
        "title": row.actor_title,
        "instance_id": row.instance_id,
        "business_key": instance.business_key,
        "kinds": row.kinds,
        "is_file": row.file_id is not None,
        "values": len(row.codes),
        "reason": row.reason,
    }
