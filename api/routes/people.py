"""People who may take a task, accounts, organisations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import fields

from api import pagination
from api.fields import Answer, Flag, Identifier, Text, page_of
from api.pagination import PageQuery
from api.routing import Routes
from engine import identity, pages, tasks
from engine.administration import duties
from engine.identity import users
from engine.permission import access
from engine.tables import Organisation, User
from engine.unit_of_work import UnitOfWork

routes = Routes("people", "人员与单位")


class PersonSchema(Answer):
    id = Identifier()
    name = fields.String()


class OrganisationSchema(Answer):
    id = Identifier()
    name = fields.String()


class UserSchema(PersonSchema):
    username = fields.String()


#: One page of them, wherever people are chosen from.
UserPageSchema = page_of(UserSchema)


class OrganisationEntrySchema(OrganisationSchema):
    short_name = fields.String()
    kind = fields.String()
    code = fields.String()
    parent_id = Identifier(allow_none=True)
    is_sample = fields.Boolean()
    closed_on = fields.Date(allow_none=True)
    revision = fields.Integer()


class UsersQuery(PageQuery):
    q = Text(most=80, load_default="")
    task_id = Identifier(
        load_default=None, metadata={"description": "可以办理这项任务的人；不给则须为安全管理员"}
    )


class OrganisationsQuery(PageQuery):
    q = Text(most=80, load_default="")
    kind = Text(most=40, load_default=None)
    under = Identifier(load_default=None, metadata={"description": "只要这个单位及其所有下级"})
    is_open = Flag(
        load_default=None, metadata={"description": "只要在用的（true）或已停用的（false）"}
    )


@routes.get("/users", UserPageSchema, query=UsersQuery)
def list_users(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """可以办理某项任务的人，按姓名。"""
    listing = f"users {query['task_id'] or ''}"
    after = pagination.decode(listing, query["cursor"], str)
    limit = query["limit"]
    if query["task_id"] is None:
        duties.require(uow, duties.SECURITY_ADMIN)
        found: Sequence[User] = users.search(uow, query["q"], after=after, limit=limit + 1)
    else:
        task = tasks.get(uow, query["task_id"])
        access.require_act(uow, task, "assign")
        found = identity.people_for(uow, task, q=query["q"], after=after, limit=limit + 1)
    return pagination.page(listing, found, limit, key=lambda row: (row.name, row.id), show=list)


@routes.get("/organisations", page_of(OrganisationEntrySchema), query=OrganisationsQuery)
def list_organisations(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """单位，按代码。"""
    listing = f"organisations {query['under'] or ''} {query['is_open']}"
    rows = pages.organisations(
        uow,
        q=query["q"].strip(),
        kind=query["kind"],
        under=query["under"],
        is_open=query["is_open"],
        after=pagination.decode(listing, query["cursor"], str),
        limit=query["limit"] + 1,
    )
    return pagination.page(listing, rows, query["limit"], key=_place, show=list)


def _place(row: Organisation) -> tuple[str, str]:
    return row.code, row.id
