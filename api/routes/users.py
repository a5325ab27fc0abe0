"""Accounts as the security administrator keeps them: list, add, change, close, activate, import.

Views that answer an activation code have a transaction of their own, so that no kept answer ever
holds it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from marshmallow import fields

from api import auth, pagination, preconditions
from api.fields import Answer, Day, Flag, Identifier, Instant, Request, Sentence, Text, page_of
from api.pagination import PageQuery
from api.routes.people import OrganisationSchema, PersonSchema
from api.routes.posts import PostEntrySchema, shown_posts
from api.routing import Routes
from api.shown.imports import IMPORT_FORM, ImportSchema, OutcomesSchema, sent_list
from api.shown.people import Names, group_name
from api.transaction import engine
from engine import identity
from engine.administration import duties, oversight
from engine.handover import departures
from engine.handover.departures import Left
from engine.identity import activations, imports, users
from engine.tables import User
from engine.unit_of_work import UnitOfWork

routes = Routes("users", "账号", session_only=True)


class AccountSchema(PersonSchema):
    username = fields.String()
    email = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    is_active = fields.Boolean()
    is_demo = fields.Boolean()
    is_activated = fields.Boolean(metadata={"description": "本人已设过密码"})
    created_at = Instant()
    revision = fields.Integer()
    posts = fields.List(fields.Nested(PostEntrySchema), metadata={"description": "今天在任的岗位"})


class AccountsQuery(PageQuery):
    q = Text(most=80, load_default="")
    under = Identifier(load_default=None, metadata={"description": "在这个单位或其下级有岗位的人"})
    group = Text(most=64, load_default=None)
    is_active = Flag(load_default=None)


class ContactSchema(Request):
    name = Text(most=80, least=1, required=True)
    email = Text(most=254, load_default=None, allow_none=True)
    phone = Text(most=40, load_default=None, allow_none=True)


class AccountAddSchema(ContactSchema):
    username = Text(most=64, least=1, required=True)


class ActivationSchema(Answer):
    code = fields.String(metadata={"description": "激活码，只显示这一次，交给本人"})
    expires_at = Instant()


class NewAccountSchema(Answer):
    account = fields.Nested(AccountSchema)
    activation = fields.Nested(ActivationSchema)


class SeatSchema(Answer):
    group_name = Sentence()
    organisation = fields.Nested(OrganisationSchema, allow_none=True)


class LeftSchema(Answer):
    name = fields.String()
    family = fields.String()
    seats = fields.List(fields.Nested(SeatSchema))
    due_at = Instant(allow_none=True)
    is_held = fields.Boolean(metadata={"description": "此人已认领；停用后退回待办，草稿保留"})
    heirs = fields.Integer(metadata={"description": "另有几人可以办；0 则无人可办"})


class ClosedAccountSchema(Answer):
    account = fields.Nested(AccountSchema)
    left = fields.List(fields.Nested(LeftSchema))


class StandingSchema(Answer):
    family = fields.String()
    relation = fields.String()
    name = fields.String()
    audiences = fields.List(fields.String())
    needs_notice = fields.Boolean(metadata={"description": "告知之后才算"})
    is_role = fields.Boolean(metadata={"description": "这个角色本身所在的关系"})


class HeldSchema(Answer):
    post = fields.Nested(PostEntrySchema)
    is_duty = fields.Boolean(metadata={"description": "管理员岗位：与任何案件都无关系"})
    standings = fields.List(fields.Nested(StandingSchema))


class AccessSchema(Answer):
    user = fields.Nested(PersonSchema)
    on = fields.Date()
    is_active = fields.Boolean(metadata={"description": "账号现在是否可以登录"})
    posts = fields.List(fields.Nested(HeldSchema))


class AccessQuery(Request):
    on = Day(load_default=None)


@routes.get("/accounts", page_of(AccountSchema), query=AccountsQuery)
def search(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """所有账号，按姓名；仅安全管理员、审计管理员。"""
    listing = f"accounts {query['under'] or ''} {query['group'] or ''} {query['is_active']}"
    found = users.accounts(
        uow,
        query["q"],
        under=query["under"],
        group=query["group"],
        is_active=query["is_active"],
        after=pagination.decode(listing, query["cursor"], str),
        limit=query["limit"] + 1,
    )
    return pagination.page(
        listing,
        found,
        query["limit"],
        key=lambda row: (row.name, row.id),
        show=lambda rows: _shown(uow, rows),
    )


@routes.post(
    "/accounts", NewAccountSchema, takes=AccountAddSchema, status=201, own_transaction=True
)
def add(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """建立账号，得到激活码；密码由本人用激活码设置。"""
    with engine().begin(auth.actor()) as uow:
        user = users.add(uow, **body, password=None)
        code, row = activations.issue(uow, user.id)
        return {
            "account": _shown(uow, [user])[0],
            "activation": {"code": code, "expires_at": row.expires_at},
        }


@routes.post(
    "/accounts/import",
    OutcomesSchema,
    takes=ImportSchema,
    form=IMPORT_FORM,
    own_transaction=True,
)
def import_list(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """从 CSV 导入人员和岗位，全部或一行也不；check=true 只试算。新账号各得一个激活码。"""
    with engine().begin(auth.actor()) as uow:
        return {"rows": imports.import_people(uow, sent_list(), check=body["check"])}


@routes.get("/accounts/<id:user_id>", AccountSchema, revision="revision")
def get(uow: UnitOfWork, user_id: str) -> Mapping[str, Any]:
    """一个账号；仅安全管理员、审计管理员。"""
    duties.require(uow, duties.SECURITY_ADMIN, duties.AUDIT_ADMIN)
    return _shown(uow, [users.get(uow, user_id)])[0]


@routes.put(
    "/accounts/<id:user_id>", AccountSchema, takes=ContactSchema, if_match=True, revision="revision"
)
def change(uow: UnitOfWork, body: Mapping[str, Any], user_id: str) -> Mapping[str, Any]:
    """更正姓名和联系方式。"""
    duties.require(uow, duties.SECURITY_ADMIN)
    user = users.change(uow, user_id, **body, revision=_offered(uow, user_id))
    return _shown(uow, [user])[0]


@routes.post(
    "/accounts/<id:user_id>/activation", ActivationSchema, status=201, own_transaction=True
)
def issue_activation(user_id: str) -> Mapping[str, Any]:
    """另发一个激活码，先前的作废；只用于尚未设过密码的账号。"""
    with engine().begin(auth.actor()) as uow:
        code, row = activations.issue(uow, user_id)
        return {"code": code, "expires_at": row.expires_at}


@routes.get("/accounts/<id:user_id>/closing", LeftSchema, many=True)
def preview_closing(uow: UnitOfWork, user_id: str) -> Sequence[Mapping[str, Any]]:
    """停用之前：会退回哪些待办，哪些将无人可办（列在前面）。不含案件内容。"""
    return _lefts(uow, departures.preview(uow, user_id))


@routes.post(
    "/accounts/<id:user_id>/close",
    ClosedAccountSchema,
    if_match=True,
    revision="account.revision",
)
def close(uow: UnitOfWork, user_id: str) -> Mapping[str, Any]:
    """停用账号：登录和令牌随即失效，在办任务退回待办，草稿保留。"""
    duties.require(uow, duties.SECURITY_ADMIN)
    user, left = departures.close(uow, user_id, revision=_offered(uow, user_id))
    return {"account": _shown(uow, [user])[0], "left": _lefts(uow, left)}


@routes.post("/accounts/<id:user_id>/reopen", AccountSchema, if_match=True, revision="revision")
def reopen(uow: UnitOfWork, user_id: str) -> Mapping[str, Any]:
    """恢复账号；仍在期内的岗位随之有效。"""
    duties.require(uow, duties.SECURITY_ADMIN)
    user = users.reopen(uow, user_id, revision=_offered(uow, user_id))
    return _shown(uow, [user])[0]


@routes.get("/accounts/<id:user_id>/access", AccessSchema, query=AccessQuery)
def get_access(
    uow: UnitOfWork, query: Mapping[str, date | None], user_id: str
) -> Mapping[str, Any]:
    """某人某天（默认今天）有哪些岗位、由此可处于哪些关系；仅安全管理员、审计管理员。"""
    held = oversight.posts_of(uow, user_id, on=query["on"])
    shown = shown_posts(uow, [row.post for row in held])
    user = users.get(uow, user_id)
    return {
        "user": user,
        "on": query["on"] or uow.today,
        "is_active": user.is_active,
        "posts": [
            {"post": post, "is_duty": row.is_duty, "standings": row.standings}
            for post, row in zip(shown, held, strict=True)
        ],
    }


def _offered(uow: UnitOfWork, user_id: str) -> int:
    return preconditions.offered(users.get(uow, user_id).revision)


def _shown(uow: UnitOfWork, rows: Sequence[User]) -> list[Mapping[str, Any]]:
    posts = identity.posts.of_many(uow, [row.id for row in rows])
    return [
        {
            **{name: getattr(row, name) for name in _COLUMNS},
            "is_activated": bool(row.password_hash),
            "posts": shown_posts(uow, posts.get(row.id, ())),
        }
        for row in rows
    ]


def _lefts(uow: UnitOfWork, lefts: Sequence[Left]) -> list[Mapping[str, Any]]:
    names = Names(uow, organisations=departures.organisations_of(lefts))
    packages = uow.engine.packages
    return [
        {
            "name": left.name,
            "family": left.family,
            "seats": [
                {
                    "group_name": group_name(packages.get(left.family), group),
                    "organisation": names.organisation(place),
                }
                for group, place in left.posts
            ],
            "due_at": left.due_at,
            "is_held": left.is_held,
            "heirs": left.heirs,
        }
        for left in lefts
    ]


_COLUMNS = (
    "id",
    "name",
    "username",
    "email",
    "phone",
    "is_active",
    "is_demo",
    "created_at",
    "revision",
)
