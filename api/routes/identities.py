"""Who an account is at the organisation's provider; linked by two people, never by a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from flask import current_app
from marshmallow import fields

from api.fields import Answer, Identifier, Instant, Request, Text
from api.provider import Provider
from api.routes.administration import ProposalSchema, shown_proposals
from api.routing import Routes
from engine.errors import Conflict
from engine.identity import federation
from engine.tables import OutsideIdentity
from engine.unit_of_work import UnitOfWork

routes = Routes("identities", "统一认证关联", session_only=True)


class IdentitySchema(Answer):
    id = Identifier()
    issuer = fields.String()
    subject = fields.String()
    created_at = Instant()
    used_at = Instant(allow_none=True, metadata={"description": "最近一次由此登录"})


class LinkRequestSchema(Request):
    subject = Text(
        most=federation.LONGEST_SUBJECT,
        least=1,
        required=True,
        metadata={"description": "此人在统一认证中的标识（sub）"},
    )
    reason = Text(most=1500, least=1, multiline=True, required=True)


@routes.get("/users/<id:user_id>/identities", IdentitySchema, many=True)
def list_identities(uow: UnitOfWork, user_id: str) -> Sequence[OutsideIdentity]:
    """某人在统一认证中是谁；仅安全管理员。"""
    return federation.of(uow, user_id)


@routes.post("/users/<id:user_id>/identities", ProposalSchema, takes=LinkRequestSchema, status=201)
def ask_link(uow: UnitOfWork, body: Mapping[str, Any], user_id: str) -> Mapping[str, Any]:
    """申请把统一认证账号关联到某人，须由第二人确认。"""
    provider = cast("Provider | None", current_app.extensions["dudao.provider"])
    issuer = "" if provider is None else provider.settings.issuer
    proposal = federation.ask_link(uow, user_id, issuer=issuer, **body)
    if provider is None:
        raise Conflict("本系统没有启用统一认证登录，没有提出。", code="provider-off")
    return shown_proposals(uow, [proposal])[0]


@routes.delete("/users/<id:user_id>/identities/<id:identity_id>")
def unlink(uow: UnitOfWork, user_id: str, identity_id: str) -> None:
    """解除关联，由此开始的登录随即结束；仅安全管理员。"""
    federation.unlink(uow, user_id, identity_id)
