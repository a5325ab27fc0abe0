"""Posts: who holds which role where and when; given and ended by the security administrator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from marshmallow import fields

from api import pagination
from api.fields import Answer, Day, Identifier, Request, Sentence, Text, page_of
from api.pagination import PageQuery
from api.routes.administration import ProposalSchema, shown_proposals
from api.routes.people import OrganisationSchema, PersonSchema
from api.routing import Routes
from api.shown.people import post_group_name
from engine.administration import duties, oversight
from engine.handover import departures
from engine.identity import appointments
from engine.tables import Post
from engine.unit_of_work import UnitOfWork

routes = Routes("posts", "岗位", session_only=True)


class PostEntrySchema(Answer):
    id = Identifier()
    user = fields.Nested(PersonSchema)
    group = fields.String()
    group_name = Sentence()
    organisation = fields.Nested(OrganisationSchema)
    title = fields.String()
    from_on = fields.Date()
    until_on = fields.Date(allow_none=True, metadata={"description": "最后一天"})


class PostsQuery(PageQuery):
    user_id = Identifier(load_default=None)
    under = Identifier(load_default=None, metadata={"description": "这个单位及其所有下级"})
    group = Text(most=64, load_default=None)
    on = Day(
        load_default=None,
        metadata={"description": "这一天在任的；不给则连同已结束和将开始的"},
    )


class PostRequestSchema(Request):
    user_id = Identifier(required=True)
    group = Text(most=64, least=1, required=True)
    organisation_id = Identifier(required=True)
    title = Text(most=80, load_default="")
    from_on = Day(load_default=None, allow_none=True)
    until_on = Day(load_default=None, allow_none=True)


class PostProposalSchema(PostRequestSchema):
    reason = Text(most=2000, least=1, multiline=True, required=True)


class PostEndSchema(Request):
    last_day = Day(
        load_default=None,
        allow_none=True,
        metadata={"description": "最后一天，今天或以后；不给则即刻结束"},
    )


class RoleSchema(Answer):
    key = fields.String()
    name = Sentence()
    is_duty = fields.Boolean(metadata={"description": "管理员岗位，须由两人设立"})


class ReaderSchema(Answer):
    user = fields.Nested(PersonSchema)
    audiences = fields.List(fields.String())


@routes.get("/roles", RoleSchema, many=True)
def list_roles(uow: UnitOfWork) -> Sequence[Mapping[str, Any]]:
    """可以设立的岗位角色；仅安全管理员、审计管理员。"""
    duties.require(uow, duties.SECURITY_ADMIN, duties.AUDIT_ADMIN)
    return [
        {
            "key": role,
            "name": post_group_name(uow.engine.packages, role),
            "is_duty": role in duties.ADMINISTRATORS,
        }
        for role in sorted(appointments.roles(uow))
    ]


@routes.get("/posts", page_of(PostEntrySchema), query=PostsQuery)
def search(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """岗位及其历史，新的在前；仅安全管理员、审计管理员。"""
    narrowing = {name: query[name] for name in ("user_id", "under", "group", "on")}
    listing = " ".join(["posts", *(str(value or "") for value in narrowing.values())])
    rows = appointments.search(
        uow,
        **narrowing,
        after=pagination.decode(listing, query["cursor"], date),
        limit=query["limit"] + 1,
    )
    return pagination.page(
        listing,
        rows,
        query["limit"],
        key=lambda row: (row.from_on, row.id),
        show=lambda rows: shown_posts(uow, rows),
    )


@routes.post("/posts", PostEntrySchema, takes=PostRequestSchema, status=201)
def give(uow: UnitOfWork, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """设立岗位；不能给自己。管理员岗位须改为提出申请。"""
    return shown_posts(uow, [appointments.give(uow, **body)])[0]


@routes.post("/posts/proposals", ProposalSchema, takes=PostProposalSchema, status=201)
def ask(uow: UnitOfWork, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """提出设立管理员岗位，由另一位安全管理员或系统管理员确认。"""
    return shown_proposals(uow, [appointments.ask(uow, **body)])[0]


@routes.post("/posts/<id:post_id>/end", PostEntrySchema, takes=PostEndSchema)
def end(uow: UnitOfWork, body: Mapping[str, date | None], post_id: str) -> Mapping[str, Any]:
    """结束岗位；凭它认领而不能再办的任务退回待办，草稿保留。"""
    return shown_posts(uow, [departures.end_post(uow, post_id, last_day=body["last_day"])])[0]


@routes.get("/instances/<id:instance_id>/readers", ReaderSchema, many=True)
def list_readers(uow: UnitOfWork, instance_id: str) -> Sequence[Mapping[str, Any]]:
    """现在谁能看到这个案件；仅安全管理员、审计管理员，不含案件内容。"""
    return [
        {"user": row.user, "audiences": sorted(row.audiences)}
        for row in oversight.readers_of(uow, instance_id)
    ]


def shown_posts(uow: UnitOfWork, rows: Sequence[Post]) -> list[Mapping[str, Any]]:
    """Posts as the API shows them."""
    return [
        {
            "id": row.id,
            "user": row.user,
            "group": row.group,
            "group_name": post_group_name(uow.engine.packages, row.group),
            "organisation": row.organisation,
            "title": row.title,
            "from_on": row.from_on,
            "until_on": row.until_on,
        }
        for row in rows
    ]
