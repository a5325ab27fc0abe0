"""The tree of organisations, as the security administrator keeps it; everybody looks one up in people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from api import preconditions
from api.fields import Answer, Identifier, Request, Sentence, Text, Whole
from api.routes.people import OrganisationEntrySchema, OrganisationSchema, PersonSchema
from api.routing import Routes
from api.shown.imports import IMPORT_FORM, ImportSchema, OutcomesSchema, sent_list
from api.shown.people import post_group_name
from engine import identity
from engine.identity import closing, imports
from engine.tables import Organisation, Post
from engine.unit_of_work import UnitOfWork

routes = Routes("organisations", "单位管理", admin=True)


class NamesSchema(Request):
    name = Text(most=200, least=1, required=True)
    short_name = Text(most=80, load_default="")


class OrganisationAddSchema(NamesSchema):
    code = Text(most=64, least=1, required=True)
    kind = Text(most=40, least=1, required=True)
    parent_id = Identifier(load_default=None, allow_none=True)


class PlacementSchema(Request):
    parent_id = Identifier(
        required=True, allow_none=True, metadata={"description": "null 为最上一级"}
    )


class ClosingRequestSchema(Request):
    posts = fields.List(
        Identifier(), load_default=list, metadata={"description": "随之结束的岗位，须逐个写明"}
    )
    open_cases = Whole(
        least=0,
        most=100_000,
        load_default=0,
        metadata={"description": "它仍是当事单位的在办案件数"},
    )


class HolderSchema(Answer):
    id = Identifier()
    user = fields.Nested(PersonSchema)
    group = fields.String()
    group_name = Sentence()
    from_on = fields.Date()
    until_on = fields.Date(allow_none=True)


class HangingSchema(Answer):
    units = fields.List(fields.Nested(OrganisationSchema))
    posts = fields.List(fields.Nested(HolderSchema))
    open_tasks = fields.Integer(metadata={"description": "等它办理的任务；须先办结或改派"})
    open_cases = fields.Integer()


@routes.post(
    "/organisations",
    OrganisationEntrySchema,
    takes=OrganisationAddSchema,
    status=201,
    revision="revision",
)
def add(uow: UnitOfWork, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """登记单位；仅安全管理员。"""
    return _shown(identity.organisations.add(uow, **body))


@routes.get("/organisations/<id:organisation_id>", OrganisationEntrySchema, revision="revision")
def get(uow: UnitOfWork, organisation_id: str) -> Mapping[str, Any]:
    """一个单位。"""
    return _shown(identity.organisations.get(uow, organisation_id))


@routes.put(
    "/organisations/<id:organisation_id>/name",
    OrganisationEntrySchema,
    takes=NamesSchema,
    if_match=True,
    revision="revision",
)
def rename(uow: UnitOfWork, body: Mapping[str, str], organisation_id: str) -> Mapping[str, Any]:
    """改名；已有的文书和流转记录不变。"""
    revision = _offered(uow, organisation_id)
    return _shown(identity.organisations.rename(uow, organisation_id, **body, revision=revision))


@routes.put(
    "/organisations/<id:organisation_id>/parent",
    OrganisationEntrySchema,
    takes=PlacementSchema,
    if_match=True,
    revision="revision",
)
def move(uow: UnitOfWork, body: Mapping[str, Any], organisation_id: str) -> Mapping[str, Any]:
    """换上级，连同所有下级；案件的当事单位不变。"""
    revision = _offered(uow, organisation_id)
    parent_id = body["parent_id"]
    return _shown(identity.organisations.move(uow, organisation_id, parent_id, revision=revision))


@routes.get("/organisations/<id:organisation_id>/closing", HangingSchema)
def preview_closing(uow: UnitOfWork, organisation_id: str) -> Mapping[str, Any]:
    """停用之前：还有哪些下级、谁在任、几项待办、几个在办案件。"""
    hanging = closing.preview(uow, organisation_id)
    return {
        "units": hanging.units,
        "posts": [_holder(uow, post) for post in hanging.posts],
        "open_tasks": hanging.open_tasks,
        "open_cases": hanging.open_cases,
    }


@routes.post(
    "/organisations/<id:organisation_id>/close",
    OrganisationEntrySchema,
    takes=ClosingRequestSchema,
    if_match=True,
    revision="revision",
)
def close(uow: UnitOfWork, body: Mapping[str, Any], organisation_id: str) -> Mapping[str, Any]:
    """停用；随之结束的岗位、在办案件数须照预览写明。"""
    return _shown(
        closing.close(
            uow,
            organisation_id,
            ending=body["posts"],
            open_cases=body["open_cases"],
            revision=_offered(uow, organisation_id),
        )
    )


@routes.post(
    "/organisations/<id:organisation_id>/reopen",
    OrganisationEntrySchema,
    if_match=True,
    revision="revision",
)
def reopen(uow: UnitOfWork, organisation_id: str) -> Mapping[str, Any]:
    """恢复启用；原来的岗位须另行设立。"""
    revision = _offered(uow, organisation_id)
    return _shown(identity.organisations.reopen(uow, organisation_id, revision=revision))


@routes.post("/organisations/import", OutcomesSchema, takes=ImportSchema, form=IMPORT_FORM)
def import_list(uow: UnitOfWork, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """从 CSV 导入单位，全部或一行也不；check=true 只试算。"""
    return {"rows": imports.import_organisations(uow, sent_list(), check=body["check"])}


def _offered(uow: UnitOfWork, organisation_id: str) -> int:
    return preconditions.offered(identity.organisations.get(uow, organisation_id).revision)


def _shown(row: Organisation) -> Mapping[str, Any]:
    return {name: getattr(row, name) for name in OrganisationEntrySchema().fields}


def _holder(uow: UnitOfWork, post: Post) -> Mapping[str, Any]:
    return {
        "id": post.id,
        "user": post.user,
        "group": post.group,
        "group_name": post_group_name(uow.engine.packages, post.group),
        "from_on": post.from_on,
        "until_on": post.until_on,
    }
