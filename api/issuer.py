"""What the issuer says of itself: its addresses and its keys, read once, bounded and kept.

A token is read here too, because whose it is only its signature tells.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key

from api.fetching import Unreachable, fetch
from engine.clock import Clock

#: What signs a token: a key that only the provider has. Never `none`, never a shared secret.
ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
KEY_KINDS = frozenset({"RSA", "EC", "OKP"})

#: How long what the provider says of itself is believed,
KEPT = timedelta(hours=1)
#: how long it is left alone after it did not answer, lest every sign-in wait for it,
PAUSE = timedelta(seconds=10)
#: and how often an unknown key may make us read its keys anew.
REREAD = timedelta(seconds=30)
LONGEST_TOKEN = 32 * 1024
MOST_KEYS = 50

WELL_KNOWN = "/.well-known/openid-configuration"

#: What reading an answer that is garbage may raise, here or in the libraries.
GARBAGE = (
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


class Issuer:
    """One per application, for all of its threads."""

    def __init__(self, address: str, clock: Clock) -> None:
        self.address = address
        self._clock = clock
        self._lock = threading.Lock()
        self._metadata: Mapping[str, Any] | None = None
        self._keys: tuple[Key, ...] = ()
        self._read_at: datetime | None = None
        self._reread_at: datetime | None = None
        self._failed_at: datetime | None = None

    def claims(self, token: Any) -> jwt.Token:
        """What a token says, if a key of the provider signed it."""
        if not isinstance(token, str) or len(token) > LONGEST_TOKEN:
            raise Unfit("no token")
        header = jws.extract_compact(token.encode()).headers()
        if header.get("alg") not in ALGORITHMS:
            raise Unfit("algorithm")
        return jwt.decode(token, self._key(header.get("kid")), algorithms=sorted(ALGORITHMS))

    def _key(self, kid: Any) -> Key:
        self.known()
        found = self._fitting(kid)
        if found is None and self._may_reread():
            self.known(anew=True)
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

    def known(self, *, anew: bool = False) -> Mapping[str, Any]:
        """What the provider says of itself, with its keys in `_keys`; one thread asks for all."""
        with self._lock:
            now = self._clock.now()
            is_known = self._read_at is not None and now < self._read_at + KEPT
            if self._metadata is not None and is_known and not anew:
                return self._metadata
            if self._failed_at is not None and now < self._failed_at + PAUSE:
                raise ProviderFault(UNAVAILABLE, "it did not answer a moment ago")
            try:
                metadata = self._checked(read_json(self.address.rstrip("/") + WELL_KNOWN))
                keys = _keys_in(read_json(metadata["jwks_uri"]))
            except Unreachable as error:
                self._failed_at = now
                raise ProviderFault(UNAVAILABLE, f"discovery: {error}") from error
            except GARBAGE as error:
                self._failed_at = now
                raise ProviderFault(GARBLED, f"discovery: {reason_of(error)}") from error
            self._metadata, self._keys, self._read_at, self._failed_at = metadata, keys, now, None
            return metadata

    def _checked(self, metadata: Any) -> Mapping[str, Any]:
        if not isinstance(metadata, dict) or metadata.get("issuer") != self.address:
            raise Unfit("issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not self.is_address(metadata.get(name)):
                raise Unfit(name)
        methods = metadata.get("token_endpoint_auth_methods_supported", [])
        if not isinstance(methods, list):
            raise Unfit("token_endpoint_auth_methods_supported")
        return metadata

    def is_address(self, value: Any) -> bool:
        """An address as safe as the issuer's own."""
        if not isinstance(value, str) or not value.isprintable():
            return False
        try:
            parts = urlsplit(value)
            is_whole = bool(parts.hostname) and parts.port != 0 and not parts.fragment
        except ValueError:  # no port, or no address of IPv6
            return False
        return is_whole and parts.scheme in {"https", urlsplit(self.address).scheme}


def read_json(address: str, headers: Mapping[str, str] | None = None) -> Any:
    """What this address answers. Unreachable; ValueError for what is no JSON."""
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


def reason_of(error: BaseException) -> str:
    """What kind of fault it is: the provider's own words are not for our log."""
    return str(error) if isinstance(error, Unfit) else type(error).__name__
