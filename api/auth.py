"""Who sends a request: a browser by its session cookie, a script by its bearer token.

A cookie is sent by the browser whoever asked for the request, so a changing request must carry the
session's CSRF token too, in a header, which no other site can read or set. A bearer token is not
sent by itself and needs none; its scopes say whether it may change anything, and whether it may
administer. What belongs to an account (password, second factor, sessions, tokens) is done at the
page only.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import cast

from flask import current_app, g, request

from api import limits
from api.problems import Unauthenticated
from engine import identity
from engine.actor import Actor
from engine.engine import Engine
from engine.errors import NotAllowed
from engine.handover import delegations
from engine.identity import outside, second_factors, sign_ins
from engine.tables import SignIn

COOKIE = "dudao_session"
CSRF_HEADER = "X-CSRF-Token"
#: Names the person in whose place the request is made (代理); see engine/handover/delegations.py.
ACTING_FOR = "Dudao-Acting-For"

#: In front of the name where people come by https: a browser then takes the cookie from this host
#: alone, over https, for every path, so that no neighbour below the same domain can set one.
HOST_ONLY = "__Host-"

#: Scopes of a bearer token.
READ, WRITE, ADMIN = "read", "write", "admin"
SCOPES = (READ, WRITE, ADMIN)


def require(
    *,
    writes: bool,
    admin: bool = False,
    in_person: bool = False,
    session_only: bool = False,
    unenrolled: bool = False,
) -> None:
    """Admit whoever is signed in. Unauthenticated otherwise; NotAllowed without CSRF token or scope.

    With `admin` a token needs that scope too, with `session_only` no token will do; what is done
    `in_person` is done in nobody's place, like those two. Who should have a second factor and has
    none is admitted to what is open to the `unenrolled` only.
    """
    found = current()
    if found is None:
        raise Unauthenticated("您还没有登录，或登录已过期。请登录后再试。")
    actor, sign_in = found
    limits.limiter().admit(sign_in.user_id)
    if sign_in.kind == sign_ins.TOKEN:
        if session_only:
            raise NotAllowed("令牌不能办理账号事务，请在网页上登录后办理。", code="token-scope")
        _require_scope(sign_in, WRITE if writes else READ)
        if admin:
            _require_scope(sign_in, ADMIN)
    elif writes and not _from_the_page(sign_in):
        raise NotAllowed("请求没有带有效的 X-CSRF-Token，没有保存。请刷新页面后再试。", code="csrf")
    if (principal := request.headers.get(ACTING_FOR)) is not None:
        if admin or in_person or session_only or unenrolled:
            raise NotAllowed("这类事务须由本人办理，不能代理。", code="in-person")
        actor = _in_place_of(actor, principal)
    if not unenrolled and must_enrol(actor, sign_in.id):
        raise NotAllowed(
            "您的岗位须启用两步验证。请先在“我的账号”中绑定验证器。", code="second-factor-required"
        )
    g.actor = actor


def administers() -> bool:
    """Whether this admitted request may touch what administers: a session, or a token with the scope."""
    found = sign_in()
    return found.kind != sign_ins.TOKEN or ADMIN in found.scopes


def _in_place_of(actor: Actor, principal: str) -> Actor:
    """The actor in the place of another, who entrusted them. NotAllowed, also for no id at all."""
    engine = cast(Engine, current_app.extensions["dudao"])
    with engine.read(actor) as uow:
        return delegations.actor_for(uow, actor, principal[:32])


def must_enrol(actor: Actor, sign_in_id: str) -> bool:
    """Whether this installation asks the person for a second factor that they do not have.

    One that the provider asked for counts for the session that began there.
    """
    if not current_app.extensions["dudao.api"].require_second_factor:
        return False
    engine = cast(Engine, current_app.extensions["dudao"])
    with engine.read(actor) as uow:
        if not second_factors.is_missing(uow):
            return False
        there = outside.session_of(uow, sign_in_id)
        return there is None or not there.has_second_factor


def admit_anyone() -> None:
    """Admit a request to a public address: as the system, so the view decides what it shows."""
    g.actor = Actor.system("api")


def actor() -> Actor:
    """Who acts, as one of the two above admitted them."""
    return cast(Actor, g.actor)


def sign_in() -> SignIn:
    """The session or token of this admitted request."""
    return cast("tuple[Actor, SignIn]", current())[1]


def current() -> tuple[Actor, SignIn] | None:
    """Who sent this request and by which session or token, looked up once."""
    if "signed_in" not in g:
        g.signed_in = _resolve()
        if g.signed_in is not None:
            g.locale = g.signed_in[0].locale
    return cast("tuple[Actor, SignIn] | None", g.signed_in)


def cookie_name() -> str:
    """What the session's cookie is called here; the other name is not looked at."""
    return HOST_ONLY + COOKIE if current_app.extensions["dudao.api"].cookie_secure else COOKIE


def secret() -> str | None:
    """What the request proves itself with; a bearer token goes before a cookie."""
    header = request.headers.get("Authorization")
    if header is None:
        return request.cookies.get(cookie_name())
    scheme, _, value = header.partition(" ")
    return value.strip() if scheme.lower() == "bearer" else None


def _resolve() -> tuple[Actor, SignIn] | None:
    given = secret()
    if not given:
        return None
    engine = cast(Engine, current_app.extensions["dudao"])
    with engine.read(Actor.system("api")) as uow:
        found = identity.resolve(uow, given)
    if found is not None and _wants_writing(found[1], uow.now):
        with engine.begin(Actor.system("api")) as uow:
            identity.extend(uow, found[1].id)
            sign_ins.mark_used(uow, found[1].id, limits.origin())
    return found


def _wants_writing(row: SignIn, now: datetime) -> bool:
    return sign_ins.wants_extension(row, now) or sign_ins.wants_mark(row, now)


def _require_scope(row: SignIn, scope: str) -> None:
    if scope not in row.scopes:
        raise NotAllowed(f"这个令牌没有 {scope} 权限。", code="token-scope")


def _from_the_page(row: SignIn) -> bool:
    """Whether a changing request proves that our page sent it."""
    sent = request.headers.get(CSRF_HEADER, "")
    return row.csrf_token is not None and hmac.compare_digest(
        sent.encode(), row.csrf_token.encode()
    )
