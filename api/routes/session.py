"""Signing in and out, who I am, and the tokens of my scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app
from marshmallow import fields
from werkzeug.http import dump_cookie

from api import auth
from api.fields import Answer, Choice, Identifier, Instant, Request, Text
from api.problems import Unauthenticated
from api.routes.people import OrganisationSchema
from api.routing import Routes
from api.shown import people
from api.transaction import engine
from engine import access, duties, identity
from engine.actor import Actor
from engine.errors import NotAllowed
from engine.identity import sign_ins, users
from engine.tables import SignIn
from engine.unit_of_work import UnitOfWork

routes = Routes("session", "登录")

#: What an administrative duty lets its holder do in the pages for administrators.
DUTY_ACTS = {
    "deploy": (duties.MODEL_EDITOR, duties.SYSTEM_ADMIN),
    "operate": (duties.SYSTEM_ADMIN,),
    "manage_accounts": (duties.SECURITY_ADMIN,),
    "audit": (duties.AUDIT_ADMIN,),
}


class CredentialsSchema(Request):
    username = Text(most=64, least=1, required=True)
    password = Text(
        most=256, least=1, required=True, load_only=True, metadata={"format": "password"}
    )


class SessionUserSchema(Answer):
    id = Identifier()
    username = fields.String()
    name = fields.String()
    is_demo = fields.Boolean()


class PostSchema(Answer):
    group = fields.String()
    group_name = fields.String()
    organisation = fields.Nested(OrganisationSchema)
    title = fields.String()


class SessionSchema(Answer):
    user = fields.Nested(SessionUserSchema)
    posts = fields.List(fields.Nested(PostSchema))
    csrf_token = fields.String(
        allow_none=True, metadata={"description": "写操作放入 X-CSRF-Token；令牌登录时为 null"}
    )
    now = Instant(metadata={"description": "服务器的时钟"})
    acts = fields.List(
        fields.String(), metadata={"description": "start deploy operate manage_accounts audit"}
    )


class TokenRequestSchema(Request):
    name = Text(most=80, least=1, required=True)
    scopes = fields.List(Choice(auth.SCOPES), required=True)
    expires_at = fields.AwareDateTime(required=True)


class TokenSchema(Answer):
    id = Identifier()
    name = fields.String()
    scopes = fields.List(fields.String())
    created_at = Instant()
    expires_at = Instant()


class NewTokenSchema(TokenSchema):
    secret = fields.String(metadata={"description": "只显示这一次"})


@routes.get("/session", SessionSchema)
def get(uow: UnitOfWork) -> Mapping[str, Any]:
    """我是谁。"""
    return _session(uow, auth.sign_in())


@routes.post("/session", SessionSchema, takes=CredentialsSchema, public=True, own_transaction=True)
def sign_in(body: Mapping[str, str]) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """登录，得到会话 Cookie。"""
    try:
        secret, row = identity.sign_in(engine(), body["username"], body["password"])
    except NotAllowed as refusal:
        raise Unauthenticated(refusal.detail, code=refusal.code) from refusal
    with engine().read(Actor.system("sign-in")) as uow:
        actor = identity.actor_of(uow, row.user_id)
    with engine().read(actor) as uow:
        return _session(uow, row), {"Set-Cookie": _cookie(secret)}


@routes.delete("/session")
def sign_out(uow: UnitOfWork) -> tuple[None, Mapping[str, str]]:
    """退出登录。"""
    identity.sign_out(uow, auth.secret() or "")
    return None, {"Set-Cookie": _cookie("", max_age=0)}


@routes.get("/tokens", TokenSchema, many=True)
def list_tokens(uow: UnitOfWork) -> Sequence[SignIn]:
    """我的令牌。"""
    return sign_ins.tokens(uow, uow.actor.user_id or "")


# in a transaction of its own, so that no kept answer ever holds the secret
@routes.post("/tokens", NewTokenSchema, takes=TokenRequestSchema, status=201, own_transaction=True)
def create_token(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """为脚本建立令牌；密钥只显示这一次。"""
    if auth.sign_in().kind != sign_ins.SESSION:
        raise NotAllowed("令牌不能再建立令牌，请在网页上登录后建立。", code="token-scope")
    with engine().begin(auth.actor()) as uow:
        secret, row = identity.create_token(uow, uow.actor.user_id or "", **body)
    return {
        "id": row.id,
        "name": row.name,
        "scopes": row.scopes,
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "secret": secret,
    }


@routes.delete("/tokens/<id:token_id>")
def revoke_token(uow: UnitOfWork, token_id: str) -> None:
    """作废令牌。"""
    identity.revoke(uow, token_id)


def _session(uow: UnitOfWork, row: SignIn) -> Mapping[str, Any]:
    user = users.get(uow, row.user_id)
    families = uow.engine.packages.values()
    acts = [act for act, groups in DUTY_ACTS.items() if not uow.actor.groups.isdisjoint(groups)]
    if any("start" in access.allowed_acts(uow, family) for family in families):
        acts.append("start")
    return {
        "user": user,
        "posts": people.posts(uow),
        "csrf_token": row.csrf_token,
        "now": uow.now,
        "acts": sorted(acts),
    }


def _cookie(secret: str, *, max_age: int | None = None) -> str:
    """The Set-Cookie header; without an age it ends with the browser, or when the server says so."""
    return dump_cookie(
        auth.COOKIE,
        secret,
        max_age=max_age,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=current_app.extensions["dudao.api"].cookie_secure,
    )
