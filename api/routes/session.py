"""Signing in and out, who I am, and the way back in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import current_app
from marshmallow import fields, validate
from werkzeug.http import dump_cookie

from api import auth, limits
from api.fields import Answer, Identifier, Instant, Request, Sentence, Text
from api.problems import Unauthenticated
from api.routes.people import OrganisationSchema
from api.routing import Routes
from api.shown import people
from api.transaction import engine
from engine import identity
from engine.actor import Actor
from engine.administration import duties
from engine.errors import NotAllowed
from engine.identity import activations, outside, recoveries, users
from engine.permission import access
from engine.tables import SignIn
from engine.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from api.app import ApiSettings

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
    code = Text(
        most=40,
        load_default="",
        load_only=True,
        metadata={"description": "验证器的六位验证码，或一个恢复码；启用两步验证的人必填"},
    )


class RecoverySchema(Request):
    username = Text(most=64, least=1, required=True)
    halves = fields.List(
        Text(most=64, least=1),
        required=True,
        load_only=True,
        validate=validate.Length(equal=2, error="length: 应为两段密钥。"),
    )
    password = Text(
        most=256, least=1, required=True, load_only=True, metadata={"format": "password"}
    )


class ActivationRequestSchema(Request):
    username = Text(most=64, least=1, required=True)
    code = Text(most=64, least=1, required=True, load_only=True, metadata={"description": "激活码"})
    password = Text(
        most=256, least=1, required=True, load_only=True, metadata={"format": "password"}
    )


class SessionUserSchema(Answer):
    id = Identifier()
    username = fields.String()
    name = fields.String()
    is_demo = fields.Boolean()
    has_password = fields.Boolean(
        metadata={"description": "没有密码的人由统一认证登录；须核对密码的操作改为重新登录后办理"}
    )


class PostSchema(Answer):
    group = fields.String()
    group_name = Sentence()
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
    from_provider = fields.Boolean(
        metadata={"description": "由统一认证登录：退出用 /session/oidc/sign-out"}
    )
    must_enrol = fields.Boolean(
        metadata={"description": "岗位须启用两步验证而尚未启用：此前只能使用“我的账号”"}
    )


@routes.get("/session", SessionSchema, unenrolled=True)
def get(uow: UnitOfWork) -> Mapping[str, Any]:
    """我是谁。"""
    return shown_session(uow, auth.sign_in())


@routes.post("/session", SessionSchema, takes=CredentialsSchema, public=True, own_transaction=True)
def sign_in(body: Mapping[str, str]) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """登录，得到会话 Cookie。"""
    try:
        with limits.guessing(engine(), most=most_refused()):
            secret, row = identity.sign_in(
                engine(),
                body["username"],
                body["password"],
                code=body["code"],
                origin=limits.origin(),
            )
    except NotAllowed as refusal:
        raise Unauthenticated(refusal.detail, code=refusal.code) from refusal
    with engine().read(Actor.system("sign-in")) as uow:
        actor = identity.actor_of(uow, row.user_id)
    with engine().read(actor) as uow:
        return shown_session(uow, row), {"Set-Cookie": cookie(secret)}


@routes.post(
    "/session/recovery", takes=RecoverySchema, status=204, public=True, own_transaction=True
)
def recover(body: Mapping[str, Any]) -> None:
    """用两位管理员分别交来的两段密钥设置新密码。"""
    try:
        with limits.guessing(engine(), most=most_refused()):
            first, second = body["halves"]
            recoveries.recover(engine(), body["username"], (first, second), body["password"])
    except NotAllowed as refusal:
        raise Unauthenticated(refusal.detail, code=refusal.code) from refusal


@routes.post(
    "/session/activation",
    takes=ActivationRequestSchema,
    status=204,
    public=True,
    own_transaction=True,
)
def activate(body: Mapping[str, str]) -> None:
    """用安全管理员交来的激活码设置新账号的第一个密码；激活码只能用一次，三天内有效。"""
    try:
        with limits.guessing(engine(), most=most_refused()):
            activations.activate(engine(), body["username"], body["code"], body["password"])
    except NotAllowed as refusal:
        raise Unauthenticated(refusal.detail, code=refusal.code) from refusal


@routes.delete("/session", unenrolled=True)
def sign_out(uow: UnitOfWork) -> tuple[None, Mapping[str, str]]:
    """退出登录。"""
    identity.sign_out(uow, auth.secret() or "")
    return None, {"Set-Cookie": cookie("", max_age=0)}


def shown_session(uow: UnitOfWork, row: SignIn) -> Mapping[str, Any]:
    """Who is signed in by this row, as the API shows it."""
    user = users.get(uow, row.user_id)
    families = uow.engine.packages.values()
    acts = [act for act, groups in DUTY_ACTS.items() if not uow.actor.groups.isdisjoint(groups)]
    if any("start" in access.allowed_acts(uow, family) for family in families):
        acts.append("start")
    return {
        "user": {
            **{name: getattr(user, name) for name in ("id", "username", "name", "is_demo")},
            "has_password": bool(user.password_hash),
        },
        "posts": people.posts(uow),
        "csrf_token": row.csrf_token,
        "now": uow.now,
        "acts": sorted(acts),
        "from_provider": outside.session_of(uow, row.id) is not None,
        "must_enrol": auth.must_enrol(uow.actor, row.id),
    }


def most_refused() -> int:
    """Refused sign-ins that one address may have; see api/limits.py."""
    settings: ApiSettings = current_app.extensions["dudao.api"]
    return settings.refused_sign_ins


def cookie(secret: str, *, max_age: int | None = None) -> str:
    """The Set-Cookie header; without an age it ends with the browser, or when the server says so."""
    return dump_cookie(
        auth.cookie_name(),
        secret,
        max_age=max_age,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=current_app.extensions["dudao.api"].cookie_secure,
    )
