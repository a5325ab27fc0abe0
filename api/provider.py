"""The organisation's own sign-in: an OpenID Connect provider, spoken to by Authlib.

Nothing that it says is believed before it was checked: who wrote it (signature by a key of the
issuer, asymmetric algorithms only), for whom (audience), when (expiry), and in answer to what (nonce).
Whatever else comes is a ProviderFault with a code for the sign-in page and a reason for the log,
which never holds a secret or a text of the provider.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt

from api.fetching import Fetched, Unreachable, fetch
from api.issuer import (
    GARBAGE,
    GARBLED,
    UNAVAILABLE,
    Issuer,
    ProviderFault,
    Unfit,
    read_json,
    reason_of,
)
from engine.clock import Clock
from engine.identity.federation import LONGEST_SUBJECT, Outsider, Seat

SCOPE = "openid profile"
#: The address of the callback below our own.
CALLBACK = "/api/v1/session/oidc/callback"
SIGN_IN_PAGE = "/sign-in"

#: Seconds by which its clock may differ from ours.
LEEWAY = 60
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
#: A logout token must be young; its id is remembered for as long.
LOGOUT_VALID = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class ProviderSettings:
    """The provider, and how we are known to it."""

    issuer: str
    client_id: str
    client_secret: str
    #: Where people's browsers find us, without a slash at the end.
    own_address: str
    #: On the button.
    name: str
    groups_claim: str = "groups"
    #: Group of the provider → posts; None: groups give no posts.
    seats: Mapping[str, Collection[Seat]] | None = None
    #: Values of `amr` or `acr` that count as a second factor here.
    second_factor: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class LogoutNotice:
    """A logout token that was checked."""

    subject: str | None
    session: str | None
    token_id: str
    expires_at: datetime


class Provider:
    """One per application, for all of its threads."""

    def __init__(self, settings: ProviderSettings, clock: Clock) -> None:
        self.settings = settings
        self._clock = clock
        self._issuer = Issuer(settings.issuer, clock)

    def departure(self, *, state: str, nonce: str, verifier: str) -> str:
        """The provider's address to which the browser is sent. ProviderFault."""
        metadata = self._issuer.known()
        address, _ = self._client(metadata).create_authorization_url(
            metadata["authorization_endpoint"], state=state, code_verifier=verifier, nonce=nonce
        )
        return str(address)

    def outsider(self, code: str, *, nonce: str, verifier: str) -> Outsider:
        """Who came back with this code. ProviderFault."""
        metadata = self._issuer.known()
        try:
            answer = self._client(metadata).fetch_token(
                metadata["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
            )
            id_token, access_token = answer["id_token"], answer.get("access_token")
            claims = self._issuer.claims(id_token)
            checked = CodeIDToken(
                claims.claims,
                claims.header,
                options=self._expected(),
                params={
                    "nonce": nonce,
                    "client_id": self.settings.client_id,
                    "access_token": access_token,
                },
            )
            checked.validate(now=self._now(), leeway=LEEWAY)
            about = self._completed(metadata, dict(checked), access_token)
            return self._read(about, id_token)
        except Unreachable as error:
            raise ProviderFault(UNAVAILABLE, f"token: {error}") from error
        except GARBAGE as error:
            raise ProviderFault(GARBLED, f"token: {reason_of(error)}") from error

    def logout_notice(self, token: str) -> LogoutNotice:
        """A logout token (OpenID Connect Back-Channel Logout 1.0, 2.6). ProviderFault."""
        self._issuer.known()
        try:
            decoded = self._issuer.claims(token)
            options = {**self._expected(subject=False), "jti": {"essential": True}}
            registry = jwt.JWTClaimsRegistry(
                self._now(), LEEWAY, **options, iat={"essential": True}
            )
            registry.validate(decoded.claims)
            return self._notice(decoded.claims)
        except GARBAGE as error:
            raise ProviderFault(GARBLED, f"logout token: {reason_of(error)}") from error

    def end_address(self, id_token: str | None) -> str | None:
        """Where the provider ends its own session, too; None where it cannot (RP-Initiated Logout 1.0)."""
        try:
            endpoint = self._issuer.known().get("end_session_endpoint")
        except ProviderFault:
            return None
        if not isinstance(endpoint, str) or not self._issuer.is_address(endpoint):
            return None
        query = {
            "client_id": self.settings.client_id,
            "post_logout_redirect_uri": self.settings.own_address + SIGN_IN_PAGE,
        }
        if id_token:
            query["id_token_hint"] = id_token
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    def _client(self, metadata: Mapping[str, Any]) -> Any:
        methods = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        is_basic = "client_secret_basic" in methods
        return OAuth2Client(
            _Wire(),
            client_id=self.settings.client_id,
            client_secret=self.settings.client_secret,
            token_endpoint_auth_method="client_secret_basic" if is_basic else "client_secret_post",
            scope=SCOPE,
            redirect_uri=self.settings.own_address + CALLBACK,
            code_challenge_method="S256",
        )

    def _expected(self, *, subject: bool = True) -> dict[str, Any]:
        expected: dict[str, Any] = {
            "iss": {"essential": True, "value": self.settings.issuer},
            "aud": {"essential": True, "value": self.settings.client_id},
        }
        return {**expected, "sub": {"essential": True}} if subject else expected

    def _completed(
        self, metadata: Mapping[str, Any], claims: dict[str, Any], access_token: Any
    ) -> dict[str, Any]:
        """With what only the user-info endpoint tells; what the signed token says goes first."""
        wanted = {"preferred_username", "name"}
        if self.settings.seats is not None:
            wanted.add(self.settings.groups_claim)
        endpoint: Any = metadata.get("userinfo_endpoint")
        if wanted <= claims.keys() or not isinstance(access_token, str):
            return claims
        if not self._issuer.is_address(endpoint) or not access_token.isprintable():
            return claims
        told = read_json(endpoint, {"Authorization": f"Bearer {access_token}"})
        if not isinstance(told, dict) or told.get("sub") != claims["sub"]:
            raise Unfit("user info of somebody else")
        return {**told, **claims}

    def _read(self, claims: Mapping[str, Any], id_token: str) -> Outsider:
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
            raise Unfit("sub")
        if not subject.isprintable():
            raise Unfit("sub")
        return Outsider(
            issuer=self.settings.issuer,
            subject=subject,
            username=_text(claims, "preferred_username"),
            name=_text(claims, "name"),
            seats=self._seats(claims),
            has_second_factor=not self.settings.second_factor.isdisjoint(_methods(claims)),
            session=_text(claims, "sid")[:255] or None,
            id_token=id_token,
        )

    def _seats(self, claims: Mapping[str, Any]) -> Collection[Seat] | None:
        if self.settings.seats is None:
            return None
        groups = claims.get(self.settings.groups_claim, [])
        if isinstance(groups, str):
            groups = [groups]
        if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
            raise Unfit("groups")
        return [seat for group in groups for seat in self.settings.seats.get(group, ())]

    def _notice(self, claims: Mapping[str, Any]) -> LogoutNotice:
        events, subject, session = claims.get("events"), claims.get("sub"), claims.get("sid")
        if not isinstance(events, dict) or not isinstance(events.get(LOGOUT_EVENT), dict):
            raise Unfit("events")
        if "nonce" in claims:
            raise Unfit("nonce")
        if not all(value is None or isinstance(value, str) for value in (subject, session)):
            raise Unfit("sub, sid")
        if not subject and not session:
            raise Unfit("neither sub nor sid")
        now = self._clock.now()
        if claims["iat"] < (now - LOGOUT_VALID).timestamp():
            raise Unfit("too old")
        return LogoutNotice(
            subject=subject,
            session=session[:255] if session else None,
            token_id=claims["jti"],
            expires_at=now + 2 * LOGOUT_VALID,
        )

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


class _Wire:
    """What Authlib sends by: it prepares the request, and it is sent with our bounds."""

    def post(
        self, url: str, data: Mapping[str, str], headers: Mapping[str, str], auth: Any
    ) -> Fetched:
        address, sent, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        answer = fetch(address, method="POST", headers=sent, body=body)
        if answer.status_code >= 500:
            raise Unreachable(f"status {answer.status_code}")
        return answer


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unfit(name)
    return value[:1000]


def _methods(claims: Mapping[str, Any]) -> set[str]:
    methods, level = claims.get("amr") or [], claims.get("acr")
    if not isinstance(methods, list):
        raise Unfit("amr")
    return {value for value in (*methods, level) if isinstance(value, str)}
