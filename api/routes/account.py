"""My account: password, second factor, open sessions, tokens. At the page only, never by a token.

Views that answer a secret have a transaction of their own, so that no kept answer ever holds it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from marshmallow import fields

from api import auth, pagination
from api.fields import Answer, Choice, Flag, Identifier, Instant, Request, Text, Values, page_of
from api.pagination import PageQuery
from api.routing import Routes
from api.transaction import engine
from engine import identity
from engine.actor import Actor
from engine.desk import desk_settings
from engine.errors import NotAllowed
from engine.identity import (
    account_events,
    attempts,
    outside,
    second_factors,
    sign_ins,
    tokens,
    users,
)
from engine.tables import SignIn
from engine.unit_of_work import UnitOfWork

routes = Routes("account", "我的账号", session_only=True)


class Secret(Text):
    """What a person types and nobody logs."""

    def __init__(self, **kwargs: Any) -> None:
        metadata = {"format": "password"}
        super().__init__(
            most=256, least=1, required=True, load_only=True, metadata=metadata, **kwargs
        )


class SettingsSchema(Answer):
    opens_next = fields.Boolean(metadata={"description": "办结之后自动打开下一项待办"})


class SettingsChangeSchema(Request):
    opens_next = Flag(required=True)


class SignInSchema(Answer):
    id = Identifier()
    kind = fields.String(metadata={"enum": [sign_ins.SESSION, sign_ins.TOKEN]})
    name = fields.String()
    scopes = fields.List(fields.String())
    created_at = Instant()
    expires_at = Instant()
    last_used_at = Instant(
        allow_none=True, metadata={"description": "精确到十分钟；从未使用时为 null"}
    )
    address = fields.String(metadata={"description": "最近一次使用时的网络地址"})
    agent = fields.String(metadata={"description": "最近一次使用时浏览器的自称"})
    is_current = fields.Boolean()


class AccountEventSchema(Answer):
    id = Identifier()
    at = Instant()
    kind = fields.String()
    by = fields.String(metadata={"description": "谁办的；自己的登录和令牌为空"})
    address = fields.String()
    agent = fields.String()
    name = fields.String(metadata={"description": "令牌的名称"})
    refused_before = fields.Integer(metadata={"description": "这次登录之前被拒绝的次数"})
    after = Values()


class PasswordChangeSchema(Request):
    current = Secret()
    password = Secret()


class PasswordSchema(Request):
    password = Text(
        most=256,
        load_default="",
        load_only=True,
        metadata={
            "format": "password",
            "description": "没有密码的人不填，而须在登录后十分钟内办理",
        },
    )


class CodeSchema(Request):
    code = Text(most=40, least=1, required=True, load_only=True)


class ProofSchema(PasswordSchema):
    code = Text(most=40, least=1, required=True, load_only=True)


class SecondFactorSchema(Answer):
    is_enrolled = fields.Boolean()
    is_demanded = fields.Boolean(metadata={"description": "岗位须启用"})
    recovery_codes_left = fields.Integer()


class EnrolmentSchema(Answer):
    secret = fields.String(metadata={"description": "Base32 密钥，只显示这一次"})
    uri = fields.String(metadata={"description": "otpauth 地址，只显示这一次"})


class RecoveryCodesSchema(Answer):
    recovery_codes = fields.List(
        fields.String(), metadata={"description": "每个只能用一次，只显示这一次"}
    )


class ApiTokenRequestSchema(Request):
    name = Text(most=80, least=1, required=True)
    scopes = fields.List(Choice(auth.SCOPES), required=True)
    expires_at = fields.AwareDateTime(required=True)


class ApiTokenSchema(Answer):
    id = Identifier()
    name = fields.String()
    scopes = fields.List(fields.String())
    created_at = Instant()
    expires_at = Instant()
    last_used_at = Instant(allow_none=True)


class NewApiTokenSchema(ApiTokenSchema):
    secret = fields.String(metadata={"description": "只显示这一次"})


@routes.get("/account/settings", SettingsSchema)
def settings(uow: UnitOfWork) -> Mapping[str, bool]:
    """本人希望页面怎样工作。"""
    return {"opens_next": desk_settings.opens_next(uow)}


@routes.put("/account/settings", SettingsSchema, takes=SettingsChangeSchema)
def change_settings(uow: UnitOfWork, body: Mapping[str, bool]) -> Mapping[str, bool]:
    """改变个人设置；随账号保存，换一台电脑也一样。"""
    desk_settings.change(uow, **body)
    return {"opens_next": desk_settings.opens_next(uow)}


@routes.get("/account/sign-ins", SignInSchema, many=True, unenrolled=True)
def list_sign_ins(uow: UnitOfWork) -> Sequence[Mapping[str, Any]]:
    """我的登录与令牌，新的在前。"""
    return shown_sign_ins(sign_ins.of(uow, _me(uow)))


@routes.get("/account/events", page_of(AccountEventSchema), query=PageQuery, unenrolled=True)
def list_events(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """我的账号发生过什么：登录和此前被拒绝的次数、密码、验证器、岗位、令牌；新的在前。"""
    return pagination.page(
        "account events",
        account_events.mine(
            uow,
            after=pagination.decode("account events", query["cursor"], datetime),
            limit=query["limit"] + 1,
        ),
        query["limit"],
        key=lambda event: (event.at, event.id),
        show=list,
    )


@routes.delete("/account/sign-ins/<id:sign_in_id>", unenrolled=True)
def revoke_sign_in(uow: UnitOfWork, sign_in_id: str) -> None:
    """结束我的一个登录或令牌。"""
    row = identity.revoke(uow, sign_in_id)
    if row.user_id != _me(uow):  # a security administrator's way is /users/…/sign-ins/…
        raise NotAllowed("这不是您自己的登录。", code="not-your-account")


@routes.post("/account/sign-ins/revoke-others", status=204, unenrolled=True)
def revoke_others(uow: UnitOfWork) -> None:
    """结束我的其他所有登录；令牌不变。"""
    sign_ins.revoke_all(uow, _me(uow), but=auth.sign_in().id, kind=sign_ins.SESSION)


@routes.post(
    "/account/password",
    takes=PasswordChangeSchema,
    status=204,
    own_transaction=True,
    unenrolled=True,
)
def change_password(body: Mapping[str, str]) -> None:
    """修改密码；其他登录和令牌随即失效。"""
    me = auth.sign_in()
    attempts.prove(engine(), me.user_id, body["current"])
    with engine().begin(auth.actor()) as uow:
        users.set_password(uow, me.user_id, body["password"], current=body["current"], keep=me.id)


@routes.get("/account/second-factor", SecondFactorSchema, unenrolled=True)
def get_second_factor(uow: UnitOfWork) -> Mapping[str, Any]:
    """我的两步验证。"""
    return {
        "is_enrolled": second_factors.is_enrolled(uow, _me(uow)),
        "is_demanded": second_factors.is_demanded(uow),
        "recovery_codes_left": second_factors.recovery_codes_left(uow, _me(uow)),
    }


@routes.post(
    "/account/second-factor",
    EnrolmentSchema,
    takes=PasswordSchema,
    status=201,
    own_transaction=True,
    unenrolled=True,
)
def begin_second_factor(body: Mapping[str, str]) -> Mapping[str, str]:
    """开始绑定验证器；用一个验证码确认后生效。"""
    _prove_password(body["password"])
    with engine().begin(auth.actor()) as uow:
        secret, uri = second_factors.begin(uow)
    return {"secret": secret, "uri": uri}


@routes.post(
    "/account/second-factor/confirm",
    RecoveryCodesSchema,
    takes=CodeSchema,
    own_transaction=True,
    unenrolled=True,
)
def confirm_second_factor(body: Mapping[str, str]) -> Mapping[str, Sequence[str]]:
    """以验证器上的一个验证码确认，得到恢复码；其他登录随即失效。"""
    with engine().begin(auth.actor()) as uow:
        codes = second_factors.confirm(uow, body["code"])
        sign_ins.revoke_all(uow, _me(uow), but=auth.sign_in().id, kind=sign_ins.SESSION)
    return {"recovery_codes": codes}


@routes.post(
    "/account/second-factor/recovery-codes",
    RecoveryCodesSchema,
    takes=ProofSchema,
    own_transaction=True,
)
def renew_recovery_codes(body: Mapping[str, str]) -> Mapping[str, Sequence[str]]:
    """重新生成恢复码；旧的随即失效。"""
    _prove(body)
    with engine().begin(auth.actor()) as uow:
        return {"recovery_codes": second_factors.renew_recovery_codes(uow)}


@routes.post("/account/second-factor/remove", takes=ProofSchema, status=204, own_transaction=True)
def remove_second_factor(body: Mapping[str, str]) -> None:
    """停用两步验证。岗位须启用的，停用后只能使用“我的账号”，直到重新绑定。"""
    _prove(body)
    with engine().begin(auth.actor()) as uow:
        second_factors.remove(uow, _me(uow))


@routes.get("/tokens", ApiTokenSchema, many=True)
def list_tokens(uow: UnitOfWork) -> Sequence[SignIn]:
    """我的令牌。"""
    return tokens.tokens(uow, _me(uow))


@routes.post(
    "/tokens", NewApiTokenSchema, takes=ApiTokenRequestSchema, status=201, own_transaction=True
)
def create_token(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """为脚本建立令牌；密钥只显示这一次。"""
    with engine().begin(auth.actor()) as uow:
        secret, row = identity.create_token(uow, _me(uow), **body)
    return {
        "id": row.id,
        "name": row.name,
        "scopes": row.scopes,
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "last_used_at": row.last_used_at,
        "secret": secret,
    }


@routes.delete("/tokens/<id:token_id>")
def revoke_token(uow: UnitOfWork, token_id: str) -> None:
    """作废令牌。"""
    identity.revoke(uow, token_id)


def shown_sign_ins(rows: Sequence[SignIn]) -> list[Mapping[str, Any]]:
    """Sessions and tokens as the API shows them."""
    current = auth.sign_in().id
    names = ("id", "kind", "name", "scopes", "created_at", "expires_at")
    used = ("last_used_at", "address", "agent")
    return [
        {
            **{name: getattr(row, name) for name in (*names, *used)},
            "is_current": row.id == current,
        }
        for row in rows
    ]


def _prove(body: Mapping[str, str]) -> None:
    """Password and code of the signed-in person; both count when they are wrong."""
    user_id = auth.sign_in().user_id
    _prove_password(body["password"])
    with engine().begin(Actor.system("second factor")) as uow:
        user = attempts.locked_row(uow, user_id)
        is_right = second_factors.accept(uow, user_id, body["code"])
        if not is_right:
            attempts.count(user, uow.now)
    if not is_right:
        raise NotAllowed("验证码不正确或已用过，没有办理。", code="second-factor-refused")


def _prove_password(password: str) -> None:
    """The signed-in person's password; who has none has signed in at the provider a moment ago."""
    me = auth.sign_in()
    with engine().read(auth.actor()) as uow:
        has_password = bool(users.get(uow, me.user_id).password_hash)
        is_proven = not has_password and outside.is_fresh(uow, me)
    if has_password:
        attempts.prove(engine(), me.user_id, password)
    elif not is_proven:
        raise NotAllowed(
            "这项操作须在登录后十分钟内办理。请退出，由统一认证重新登录后再办。",
            code="sign-in-anew",
        )


def _me(uow: UnitOfWork) -> str:
    return uow.actor.user_id or ""
