"""Signing in at the organisation's own provider (OpenID Connect), and out of it.

A browser leaves by POST /session/oidc and comes back to the callback, which always ends at one of
our own pages: where it was going, or the sign-in page with the code of what went wrong.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from flask import Response, current_app, redirect, request
from marshmallow import fields
from werkzeug.http import dump_cookie

from api import auth, limits
from api.fields import Answer, Request, Text
from api.issuer import DENIED, ProviderFault
from api.problems import Malformed, Unauthenticated
from api.provider import SIGN_IN_PAGE, Provider
from api.routes import session
from api.routing import Routes
from api.transaction import engine
from engine import identity
from engine.actor import Actor
from engine.errors import Conflict, EngineError, NotAllowed, NotFound, Unavailable
from engine.identity import outside
from engine.identity.federation import Outsider
from engine.identity.outside import Arrival

logger = logging.getLogger("dudao.api")

routes = Routes("federation", "统一认证登录")

#: Belongs to one sign-in under way, and is sent to the addresses below only.
COOKIE = "dudao_sign_in"
COOKIE_PATH = "/api/v1/session/oidc"
#: Where somebody goes who was going nowhere in particular.
HOME = "/"
LONGEST_STATE = 200
LONGEST_CODE = 4000


class ProviderSchema(Answer):
    name = fields.String(
        allow_none=True, metadata={"description": "登录按钮上的名称；没有启用统一认证时为 null"}
    )


class DepartureRequestSchema(Request):
    next = Text(most=1000, load_default=HOME, metadata={"description": "登录后要去的本站地址"})


class AddressSchema(Answer):
    address = fields.String(allow_none=True, metadata={"description": "浏览器随后应前往的地址"})


class CodeRequestSchema(Request):
    code = Text(most=40, least=1, required=True, load_only=True)


class EntrySchema(Answer):
    session = fields.Nested(session.SessionSchema)
    next = fields.String()


@routes.get("/session/provider", ProviderSchema, public=True, own_transaction=True)
def get_provider() -> Mapping[str, Any]:
    """是否可以由统一认证登录。"""
    found = _installed()
    return {"name": found and found.settings.name}


@routes.post(
    "/session/oidc",
    AddressSchema,
    takes=DepartureRequestSchema,
    public=True,
    own_transaction=True,
)
def depart(body: Mapping[str, str]) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """开始由统一认证登录，得到要前往的地址。"""
    provider = _provider()
    limits.departing(engine())
    leaving = outside.depart(engine(), own_address(body["next"]))
    try:
        address = provider.departure(
            state=leaving.state, nonce=leaving.nonce, verifier=leaving.verifier
        )
    except ProviderFault as fault:
        _log(fault)
        raise Unavailable(
            "统一认证暂时不可用。请稍后再试，或用账号和密码登录。", code=fault.code
        ) from fault
    return {"address": address}, {"Set-Cookie": _cookie(leaving.secret)}


@routes.get("/session/oidc/callback", public=True, own_transaction=True, status=303)
def come_back() -> Response:
    """统一认证从这里送回；总是转到本站的页面。"""
    provider = _provider()
    try:
        with limits.guessing(engine(), most=session.most_refused()):
            arrival = _arrival(provider)
    except ProviderFault as fault:
        _log(fault)
        return _to_sign_in(problem=fault.code)
    except EngineError as error:
        logger.warning("sign-in at the provider refused: code=%s", error.code)
        return _to_sign_in(problem=error.code)
    if arrival.row is None:
        waiting = _to_sign_in(step="code")
        waiting.headers["Set-Cookie"] = _cookie(arrival.secret)
        return waiting
    entered = redirect(arrival.destination, 303)
    entered.headers.add("Set-Cookie", session.cookie(arrival.secret))
    entered.headers.add("Set-Cookie", _cookie("", max_age=0))
    return cast(Response, entered)


@routes.post(
    "/session/oidc/code", EntrySchema, takes=CodeRequestSchema, public=True, own_transaction=True
)
def finish(body: Mapping[str, str]) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """统一认证之后，以本系统的验证码完成登录。"""
    _provider()
    secret = request.cookies.get(COOKIE, "")
    try:
        with limits.guessing(engine(), most=session.most_refused()):
            arrival = outside.finish(engine(), secret, body["code"], origin=limits.origin())
    except NotAllowed as refusal:
        raise Unauthenticated(refusal.detail, code=refusal.code) from refusal
    row = arrival.row
    assert row is not None  # noqa: S101  # `finish` opens the session or refuses
    with engine().read(Actor.system("oidc")) as uow:
        actor = identity.actor_of(uow, row.user_id)
    with engine().read(actor) as uow:
        shown = session.shown_session(uow, row)
    return (
        {"session": shown, "next": arrival.destination},
        {"Set-Cookie": session.cookie(arrival.secret)},
    )


@routes.post("/session/oidc/sign-out", AddressSchema, own_transaction=True, unenrolled=True)
def sign_out() -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """退出登录，得到在统一认证也退出的地址；没有时为 null。"""
    with engine().begin(auth.actor()) as uow:
        hint = outside.hint_of(uow, auth.sign_in().id)
        identity.sign_out(uow, auth.secret() or "")
    found = _installed()
    address = found.end_address(hint) if found is not None and hint is not None else None
    return {"address": address}, {"Set-Cookie": session.cookie("", max_age=0)}


@routes.post("/session/oidc/logout", public=True, own_transaction=True)
def log_out() -> Response:
    """统一认证通知某人已退出（OpenID Connect Back-Channel Logout 1.0）。"""
    provider = _provider()
    try:
        notice = provider.logout_notice(request.form.get("logout_token", ""))
        ended = outside.log_out(
            engine(),
            issuer=provider.settings.issuer,
            subject=notice.subject,
            session=notice.session,
            token_id=notice.token_id,
            expires_at=notice.expires_at,
        )
    except ProviderFault as fault:
        _log(fault)
        raise Malformed("退出通知无效，没有办理。", code=fault.code) from fault
    except (NotAllowed, Conflict) as refusal:  # of two at the same moment one loses the race
        raise Malformed("这个退出通知已经收到过。", code="logout-repeated") from refusal
    logger.info("back-channel logout: sessions=%d", ended)
    return Response(status=200)


def own_address(wished: str) -> str:
    """The wished address if it is a path of ours, else our first page.

    Browsers read a backslash as a slash and leave out tabs and line feeds; neither is let through.
    """
    is_plain = wished.startswith("/") and wished.isprintable() and "\\" not in wished
    try:
        parts = urlsplit(wished)
    except ValueError:
        return HOME
    is_ours = is_plain and not wished.startswith("//") and not parts.scheme and not parts.netloc
    return wished if is_ours else HOME


def _arrival(provider: Provider) -> Arrival:
    """What the callback was called with, checked from the inside out."""
    sent = request.args
    state, code = sent.get("state", ""), sent.get("code", "")
    if len(state) > LONGEST_STATE or len(code) > LONGEST_CODE:
        raise NotAllowed("这次登录已过期或已用过，请重新登录。", code="sign-in-lost")
    kept = outside.come_back(engine(), request.cookies.get(COOKIE, ""), state)
    if sent.get("iss", provider.settings.issuer) != provider.settings.issuer:
        raise ProviderFault(DENIED, "answer of another issuer")
    if "error" in sent or not code:
        raise ProviderFault(DENIED, "no code")
    outsider = provider.outsider(code, nonce=kept.nonce, verifier=kept.verifier)
    try:
        return _opened(outsider, kept.destination)
    except Conflict:  # the first sign-in of one person twice at the same moment
        return _opened(outsider, kept.destination)


def _opened(outsider: Outsider, destination: str) -> Arrival:
    return outside.arrive(engine(), outsider, destination=destination, origin=limits.origin())


def _to_sign_in(**query: str) -> Response:
    answer = redirect(f"{SIGN_IN_PAGE}?{urlencode(query)}", 303)
    answer.headers["Set-Cookie"] = _cookie("", max_age=0)
    return cast(Response, answer)


def _installed() -> Provider | None:
    return cast("Provider | None", current_app.extensions["dudao.provider"])


def _provider() -> Provider:
    found = _installed()
    if found is None:
        raise NotFound("本系统没有启用统一认证登录。", code="provider-off")
    return found


def _log(fault: ProviderFault) -> None:
    logger.warning("the provider failed: code=%s reason=%s", fault.code, fault)


def _cookie(secret: str, *, max_age: int | None = None) -> str:
    age = int(outside.VALID.total_seconds()) if max_age is None else max_age
    return dump_cookie(
        COOKIE,
        secret,
        max_age=age,
        path=COOKIE_PATH,
        httponly=True,
        samesite="Lax",
        secure=current_app.extensions["dudao.api"].cookie_secure,
    )
