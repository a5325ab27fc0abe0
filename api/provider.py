"""The organisation's own sign-in: an OpenID Connect provider, spoken to by Authlib.

Nothing that it says is believed before it was checked: who wrote it (signature by a key of the
issuer, asymmetric algorithms only), for whom (audience), when (expiry), and in answer to what (nonce).
Whatever else comes is a ProviderFault with a code for the sign-in page and a reason for the log,
which never holds a secret or a text of the provider.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key

from api.fetching import Fetched, Unreachable, fetch
from engine.clock import Clock
from engine.identity.federation import LONGEST_SUBJECT, Outsider, Seat

logger = logging.getLogger("dudao.api")

#: What signs a token: a key that only the provider has. Never `none`, never a shared secret.
ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
KEY_KINDS = frozenset({"RSA", "EC", "OKP"})
SCOPE = "openid profile"
#: The address of the callback below our own.
CALLBACK = "/api/v1/session/oidc/callback"
SIGN_IN_PAGE = "/sign-in"

#: How long what the provider says of itself is believed,
KEPT = timedelta(hours=1)
#: how long it is left alone after it did not answer, lest every sign-in wait for it,
PAUSE = timedelta(seconds=10)
#: and how often an unknown key may make us read its keys anew.
REREAD = timedelta(seconds=30)
#: Seconds by which its clock may differ from ours.
LEEWAY = 60
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
#: A logout token must be young; its id is remembered for as long.
LOGOUT_VALID = timedelta(minutes=10)
LONGEST_TOKEN = 32 * 1024
MOST_KEYS = 50

WELL_KNOWN = "/.well-known/openid-configuration"

#: What reading an answer that is garbage may raise, here or in the libraries.
_GARBAGE = (
    AuthlibBaseError,
    JoseError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    OverflowError,
    RecursionError,
)

UNAVAILABLE = "provider-unavailable"
GARBLED = "provider-garbled"
DENIED = "provider-denied"


class Unfit(ValueError):
    """Something of the provider is not as it must be; the message names what, not how it is."""


class ProviderFault(Exception):
    """The provider cannot be used for this; `code` is for the page, the message for the log."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


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
        self._lock = threading.Lock()
        self._metadata: Mapping[str, Any] | None = None
        self._keys: tuple[Key, ...] = ()
        self._read_at: datetime | None = None
        self._reread_at: datetime | None = None
        self._failed_at: datetime | None = None

    def departure(self, *, state: str, nonce: str, verifier: str) -> str:
        """The provider's address to which the browser is sent. ProviderFault."""
        metadata = self._known()
        address, _ = self._client(metadata).create_authorization_url(
            metadata["authorization_endpoint"], state=state, code_verifier=verifier, nonce=nonce
        )
        return str(address)

    def outsider(self, code: str, *, nonce: str, verifier: str) -> Outsider:
        """Who came back with this code. ProviderFault."""
        metadata = self._known()
        try:
            answer = self._client(metadata).fetch_token(
                metadata["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
            )
            id_token, access_token = answer["id_token"], answer.get("access_token")
            claims = self._claims(id_token)
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
        except _GARBAGE as error:
            raise ProviderFault(GARBLED, f"token: {_named(error)}") from error

    def logout_notice(self, token: str) -> LogoutNotice:
        """A logout token (OpenID Connect Back-Channel Logout 1.0, 2.6). ProviderFault."""
        self._known()
        try:
            decoded = self._claims(token)
            options = {**self._expected(subject=False), "jti": {"essential": True}}
            registry = jwt.JWTClaimsRegistry(
                self._now(), LEEWAY, **options, iat={"essential": True}
            )
            registry.validate(decoded.claims)
            return self._notice(decoded.claims)
        except _GARBAGE as error:
            raise ProviderFault(GARBLED, f"logout token: {_named(error)}") from error

    def end_address(self, id_token: str | None) -> str | None:
        """Where the provider ends its own session, too; None where it cannot (RP-Initiated Logout 1.0)."""
        try:
            endpoint = self._known().get("end_session_endpoint")
        except ProviderFault:
            return None
        if not isinstance(endpoint, str) or not self._is_address(endpoint):
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

    def _claims(self, token: Any) -> jwt.Token:
        """What a token says, if a key of the provider signed it."""
        if not isinstance(token, str) or len(token) > LONGEST_TOKEN:
            raise Unfit("no token")
        header = jws.extract_compact(token.encode()).headers()
        if header.get("alg") not in ALGORITHMS:
            raise Unfit("algorithm")
        return jwt.decode(token, self._key(header.get("kid")), algorithms=sorted(ALGORITHMS))

    def _key(self, kid: Any) -> Key:
        self._known()
        found = self._fitting(kid)
        if found is None and self._may_reread():
            self._known(anew=True)
            found = self._fitting(kid)
        if found is None:
            raise Unfit("unknown key")
        return found

    def _fitting(self, kid: Any) -> Key | None:
        keys = self._keys
        if kid is None:
            return keys[0] if len(keys) == 1 else None
        return next((key for key in keys if key.kid == kid), None)

    def _may_reread(self) -> bool:
        now = self._clock.now()
        if self._reread_at is not None and now < self._reread_at + REREAD:
            return False
        self._reread_at = now
        return True

    def _known(self, *, anew: bool = False) -> Mapping[str, Any]:
        """What the provider says of itself, with its keys in `_keys`; one thread asks for all."""
        with self._lock:
            now = self._clock.now()
            is_known = self._read_at is not None and now < self._read_at + KEPT
            if self._metadata is not None and is_known and not anew:
                return self._metadata
            if self._failed_at is not None and now < self._failed_at + PAUSE:
                raise ProviderFault(UNAVAILABLE, "it did not answer a moment ago")
            try:
                metadata = self._checked(_json(self.settings.issuer.rstrip("/") + WELL_KNOWN))
                keys = _keys_in(_json(metadata["jwks_uri"]))
            except Unreachable as error:
                self._failed_at = now
                raise ProviderFault(UNAVAILABLE, f"discovery: {error}") from error
            except _GARBAGE as error:
                self._failed_at = now
                raise ProviderFault(GARBLED, f"discovery: {_named(error)}") from error
            self._metadata, self._keys, self._read_at, self._failed_at = metadata, keys, now, None
            return metadata

    def _checked(self, metadata: Any) -> Mapping[str, Any]:
        if not isinstance(metadata, dict) or metadata.get("issuer") != self.settings.issuer:
            raise Unfit("issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not self._is_address(metadata.get(name)):
                raise Unfit(name)
        methods = metadata.get("token_endpoint_auth_methods_supported", [])
        if not isinstance(methods, list):
            raise Unfit("token_endpoint_auth_methods_supported")
        return metadata

    def _is_address(self, value: Any) -> bool:
        """An address as safe as the issuer's own."""
        if not isinstance(value, str) or not value.isprintable():
            return False
        try:
            parts = urlsplit(value)
            is_whole = bool(parts.hostname) and parts.port != 0 and not parts.fragment
        except ValueError:  # no port, or no address of IPv6
            return False
        return is_whole and parts.scheme in {"https", urlsplit(self.settings.issuer).scheme}

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
        if not self._is_address(endpoint) or not access_token.isprintable():
            return claims
        told = _json(endpoint, {"Authorization": f"Bearer {access_token}"})
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


def _json(address: str, headers: Mapping[str, str] | None = None) -> Any:
    answer = fetch(address, headers={"Accept": "application/json", **(headers or {})})
    if answer.status_code != 200:
        raise Unreachable(f"status {answer.status_code}")
    return answer.json()


def _keys_in(key_set: Any) -> tuple[Key, ...]:
    """The keys that can have signed something; a shared secret is none."""
    rows = key_set["keys"]
    if not isinstance(rows, list) or len(rows) > MOST_KEYS:
        raise Unfit("keys")
    found = []
    for row in rows:
        if not isinstance(row, dict):
            raise Unfit("key")
        if row.get("kty") in KEY_KINDS and row.get("use", "sig") == "sig":
            found.append(JWKRegistry.import_key(row))
    if not found:
        raise Unfit("no key")
    return tuple(found)


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


def _named(error: BaseException) -> str:
    """What kind of fault it is: the provider's own words are not for our log."""
    return str(error) if isinstance(error, Unfit) else type(error).__name__
