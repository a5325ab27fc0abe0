"""Acting for somebody who is away (代理、离岗委托)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from marshmallow import fields, validate

from api import pagination
from api.auth import ACTING_FOR
from api.fields import Answer, Choice, Day, Identifier, Instant, Request, Sentence, Text, page_of
from api.pagination import PageQuery
from api.routes.people import OrganisationSchema, PersonSchema
from api.routing import Routes
from api.shown.imports import IMPORT_FORM, ImportSchema, OutcomesSchema, sent_list
from api.shown.people import Names, post_group_name
from engine.handover import delegation_imports, delegations
from engine.tables import Delegation
from engine.unit_of_work import UnitOfWork

routes = Routes("delegations", "代理和离岗委托")

MOST_POSTS = 50


class EntrustedPostSchema(Answer):
    group = fields.String()
    group_name = Sentence()
    organisation = fields.Nested(OrganisationSchema)


class DelegationSchema(Answer):
    id = Identifier()
    kind = fields.String(metadata={"enum": list(delegations.KINDS)})
    principal = fields.Nested(PersonSchema, allow_none=True)
    to = fields.Nested(PersonSchema, allow_none=True)
    from_on = fields.Date()
    until_on = fields.Date(metadata={"description": "最后一天"})
    posts = fields.List(
        fields.Nested(EntrustedPostSchema), metadata={"description": "为空即全部岗位"}
    )
    reason = fields.String()
    source = fields.String(metadata={"enum": ["self", "assistant", "import"]})
    set_by = fields.Nested(PersonSchema, allow_none=True)
    set_at = Instant()
    revoked_by = fields.Nested(PersonSchema, allow_none=True)
    revoked_at = Instant(allow_none=True)
    allowed_acts = fields.List(fields.String(metadata={"enum": ["revoke"]}))


class PrincipalSchema(Answer):
    person = fields.Nested(
        PersonSchema, metadata={"description": f"以其身份办理时，请求带 {ACTING_FOR}: <id>"}
    )
    posts = fields.List(fields.Nested(EntrustedPostSchema))
    through = fields.List(fields.Nested(PersonSchema), metadata={"description": "经何人转委托"})


class PostChoiceSchema(Request):
    group = Text(most=64, least=1, required=True)
    organisation_id = Identifier(required=True)


class GiveSchema(Request):
    kind = Choice(list(delegations.KINDS), load_default=delegations.ACT)
    principal = Identifier(
        load_default=None, allow_none=True, metadata={"description": "为他人设立（须是其助理）"}
    )
    to = Identifier(required=True)
    from_on = Day(required=True)
    until_on = Day(required=True)
    posts = fields.List(
        fields.Nested(PostChoiceSchema), load_default=list, validate=validate.Length(max=MOST_POSTS)
    )
    reason = Text(most=delegations.LONGEST_REASON, least=1, required=True)


@routes.get("/delegations", page_of(DelegationSchema), query=PageQuery)
def search(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """与本人有关的委托；安全管理员、审计管理员可见全部。"""
    rows = delegations.search(
        uow,
        after=pagination.decode("delegations", query["cursor"], date),
        limit=query["limit"] + 1,
    )
    return pagination.page(
        "delegations",
        rows,
        query["limit"],
        key=lambda row: (row.until_on, row.id),
        show=lambda found: _shown(uow, found),
    )


@routes.post("/delegations", DelegationSchema, takes=GiveSchema, status=201)
def give(uow: UnitOfWork, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """设立委托：本人，或其助理代为设立。"""
    posts = [(row["group"], row["organisation_id"]) for row in body["posts"]]
    return _shown(uow, [delegations.give(uow, **{**body, "posts": posts})])[0]


class CandidatesQuery(Request):
    q = Text(most=80, load_default="")


@routes.get("/delegations/candidates", PersonSchema, many=True, query=CandidatesQuery)
def candidates(uow: UnitOfWork, query: Mapping[str, Any]) -> list[dict[str, str]]:
    """可以委托给谁：本单位和上下级单位的人，按姓名；其他人须写全用户名。"""
    return [
        {"id": user.id, "name": user.name} for user in delegations.candidates(uow, q=query["q"])
    ]


@routes.get("/delegations/principals", PrincipalSchema, many=True)
def principals(uow: UnitOfWork) -> list[Mapping[str, Any]]:
    """本人今天可以代理谁、以哪些岗位。"""
    found = delegations.principals(uow)
    names = Names(
        uow,
        users=[i for row in found for i in (row.user.id, *row.through)],
        organisations=[post.organisation_id for row in found for post in row.posts],
    )
    return [
        {
            "person": names.person(row.user.id),
            "posts": [_post(uow, names, post.group, post.organisation_id) for post in row.posts],
            "through": [names.person(user_id) for user_id in row.through],
        }
        for row in found
    ]


@routes.post("/delegations/<id:delegation_id>/revoke", DelegationSchema)
def revoke(uow: UnitOfWork, delegation_id: str) -> Mapping[str, Any]:
    """撤销委托，立即生效。"""
    return _shown(uow, [delegations.revoke(uow, delegation_id)])[0]


@routes.post("/delegations/import", OutcomesSchema, takes=ImportSchema, form=IMPORT_FORM)
def import_list(uow: UnitOfWork, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """由安全管理员从 CSV 导入委托，全部写入或一行不写；check 只预演。"""
    rows = delegation_imports.import_delegations(uow, sent_list(), check=body["check"])
    return {"rows": rows}


def _post(uow: UnitOfWork, names: Names, group: str, organisation_id: str) -> Mapping[str, Any]:
    return {
        "group": group,
        "group_name": post_group_name(uow.engine.packages, group),
        "organisation": names.organisation(organisation_id),
    }


def _shown(uow: UnitOfWork, rows: Sequence[Delegation]) -> list[Mapping[str, Any]]:
    names = Names(
        uow,
        users=[
            user_id
            for row in rows
            for user_id in (row.from_user_id, row.to_user_id, row.set_by, row.revoked_by)
        ],
        organisations=[organisation_id for row in rows for _, organisation_id in row.posts],
    )
    return [
        {
            "id": row.id,
            "kind": row.kind,
            "principal": names.person(row.from_user_id),
            "to": names.person(row.to_user_id),
            "from_on": row.from_on,
            "until_on": row.until_on,
            "posts": [_post(uow, names, group, place) for group, place in row.posts],
            "reason": row.reason,
            "source": row.source,
            "set_by": names.person(row.set_by),
            "set_at": row.set_at,
            "revoked_by": names.person(row.revoked_by),
            "revoked_at": row.revoked_at,
            "allowed_acts": sorted(delegations.allowed_acts(uow, row)),
        }
        for row in rows
    ]
