"""Accounts of others: their open sessions, and the way back in that two people open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import fields

from api import auth
from api.fields import Answer, Request, Text
from api.routes.account import SignInSchema, shown_sign_ins
from api.routes.administration import ProposalSchema, shown_proposals
from api.routing import Routes
from api.transaction import engine
from engine import identity
from engine.administration import duties
from engine.errors import NotFound
from engine.identity import recoveries, sign_ins
from engine.unit_of_work import UnitOfWork

routes = Routes("accounts", "账号管理", session_only=True)


class RecoveryRequestSchema(Request):
    reason = Text(most=2000, least=1, multiline=True, required=True)
    drops_factor = fields.Boolean(
        load_default=False, metadata={"description": "一并停用两步验证（验证器遗失）"}
    )


class HalfSchema(Answer):
    half = fields.String(metadata={"description": "一段恢复密钥，只显示这一次，交给账号本人"})


@routes.get("/users/<id:user_id>/sign-ins", SignInSchema, many=True)
def list_sign_ins(uow: UnitOfWork, user_id: str) -> Sequence[Mapping[str, Any]]:
    """某人的登录与令牌；仅安全管理员。"""
    duties.require(uow, duties.SECURITY_ADMIN)
    return shown_sign_ins(sign_ins.of(uow, user_id))


@routes.delete("/users/<id:user_id>/sign-ins/<id:sign_in_id>")
def revoke_sign_in(uow: UnitOfWork, user_id: str, sign_in_id: str) -> None:
    """结束某人的一个登录或令牌；仅安全管理员。"""
    duties.require(uow, duties.SECURITY_ADMIN)
    if identity.revoke(uow, sign_in_id).user_id != user_id:
        raise NotFound("没有这个登录或令牌。", code="sign-in-not-found")


@routes.post("/users/<id:user_id>/sign-ins/revoke-all", status=204)
def revoke_all(uow: UnitOfWork, user_id: str) -> None:
    """结束某人的所有登录和令牌；仅安全管理员。"""
    duties.require(uow, duties.SECURITY_ADMIN)
    sign_ins.revoke_all(uow, user_id)


@routes.post(
    "/users/<id:user_id>/recovery", ProposalSchema, takes=RecoveryRequestSchema, status=201
)
def ask_recovery(uow: UnitOfWork, body: Mapping[str, Any], user_id: str) -> Mapping[str, Any]:
    """申请重设某人的密码，须由第二人在一天内确认。"""
    return shown_proposals(uow, [recoveries.ask(uow, user_id, **body)])[0]


# in a transaction of its own, so that no kept answer ever holds the secret
@routes.post(
    "/proposals/<id:proposal_id>/recovery-half", HalfSchema, status=201, own_transaction=True
)
def take_half(proposal_id: str) -> Mapping[str, str]:
    """确认之后，两人各领取一段密钥交给本人；每段只显示一次。"""
    with engine().begin(auth.actor()) as uow:
        return {"half": recoveries.take_half(uow, proposal_id)}
