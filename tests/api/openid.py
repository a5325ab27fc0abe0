"""A provider of OpenID Connect in a process of its own: Authlib's server on Flask, on a free port.

`python tests/api/openid.py FOLDER` writes its port to FOLDER/port and serves until it is ended. What
it does wrong is set by POST /ways: a mode, what it says of the person in the token (`about`) and at the
user-info endpoint (`told`), and what time it is.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode, UserInfo
from flask import Flask, Response, redirect, request
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from waitress.server import create_server

CLIENT_ID, CLIENT_SECRET = "dudao", "a secret of the client"
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"

app = Flask(__name__)
keys = {"key": RSAKey.generate_key(2048, {"kid": "one"})}
others = RSAKey.generate_key(2048, {"kid": "one"})
codes: dict[str, Code] = {}
ways: dict[str, Any] = {"mode": "", "now": 0, "about": {}, "told": {}}
seen: list[str] = []


class Client(ClientMixin):
    """Ours, the only one."""

    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_default_redirect_uri(self) -> str:
        return ""

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri.endswith("/api/v1/session/oidc/callback")

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == CLIENT_SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


class Code(SimpleNamespace, AuthorizationCodeMixin):
    """One authorization code."""

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return "another nonce" if ways["mode"] == "wrong nonce" else self.nonce

    def get_auth_time(self) -> int:
        return moment()

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class CodeGrant(grants.AuthorizationCodeGrant):
    def save_authorization_code(self, code: str, request: Any) -> None:
        sent = request.payload.data
        codes[code] = Code(
            code=code,
            redirect_uri=request.payload.redirect_uri,
            scope=request.payload.scope,
            nonce=sent.get("nonce"),
            code_challenge=sent.get("code_challenge"),
            code_challenge_method=sent.get("code_challenge_method"),
        )

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        return codes.get(code)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        codes.pop(authorization_code.code)

    def authenticate_user(self, authorization_code: Code) -> SimpleNamespace:
        return SimpleNamespace(id=ways["about"]["sub"])


class IdToken(OpenIDCode):
    def exists_nonce(self, nonce: str, request: Any) -> bool:
        return any(code.nonce == nonce for code in codes.values())

    def resolve_client_private_key(self, client: Client) -> RSAKey:
        return others if ways["mode"] == "wrong key" else keys["key"]

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        age = 7200 if ways["mode"] == "expired" else 0
        began = moment() - age
        return {"iss": issuer(), "aud": [CLIENT_ID], "iat": began, "exp": began + 3600}

    def get_encode_header(self, client: Client) -> dict[str, Any]:
        return {"alg": "RS256", "kid": keys["key"].kid}

    def generate_user_info(self, user: Any, scope: str) -> UserInfo:
        return UserInfo(ways["about"])


def moment() -> int:
    """The clock of the test."""
    return int(ways["now"])


def query_client(client_id: str) -> Client | None:
    return Client() if client_id == CLIENT_ID else None


server = AuthorizationServer(app, query_client=query_client, save_token=lambda token, request: None)
server.register_grant(CodeGrant, [IdToken(require_nonce=True), CodeChallenge(required=True)])


def issuer() -> str:
    return request.host_url.rstrip("/")


@app.post("/ways")
def set_ways() -> dict[str, Any]:
    ways.update(request.get_json())
    if ways.pop("rotate", False):
        keys["key"] = RSAKey.generate_key(2048, {"kid": "two"})
    return {"seen": seen}


@app.before_request
def misbehave() -> Any:
    if request.path != "/ways":
        seen.append(request.path)
    where, _, how = ways["mode"].partition(": ")
    places = {
        "discovery": "/.well-known/openid-configuration",
        "token": "/token",
        "keys": "/keys",
    }
    return GARBAGE[how]() if request.path == places.get(where) else None


def _slowly() -> Iterator[bytes]:
    for _ in range(60):
        time.sleep(0.1)
        yield b" "


def _huge() -> Iterator[bytes]:
    for _ in range(100):
        yield b'{"a":"' + b"x" * 65536


GARBAGE: dict[str, Any] = {
    "500": lambda: Response("no", status=500),
    "html": lambda: Response("<html><body>Sign in</body></html>", mimetype="text/html"),
    "no json": lambda: Response('{"issuer": ', mimetype="application/json"),
    "list": lambda: Response("[1, 2, 3]", mimetype="application/json"),
    "types": lambda: Response(
        json.dumps({"issuer": 7, "id_token": {"a": 1}, "keys": "x"}), mimetype="application/json"
    ),
    "slow": lambda: Response(_slowly(), mimetype="application/json"),
    "huge": lambda: Response(_huge(), mimetype="application/json"),
    "not utf-8": lambda: Response(b"\xff\xfe\x00{", mimetype="application/json"),
    "deep": lambda: Response("[" * 100_000, mimetype="application/json"),
    "error": lambda: Response(
        '{"error": "invalid_grant", "error_description": "<b>secret</b>"}',
        status=400,
        mimetype="application/json",
    ),
    "no token": lambda: Response('{"access_token": "x"}', mimetype="application/json"),
    "elsewhere": lambda: redirect("http://127.0.0.1:9/"),
    "none": lambda: _forged({"alg": "none"}),
    "hs256": lambda: _forged({"alg": "HS256", "kid": "one"}),
}


def _forged(header: dict[str, str]) -> Response:
    """A token without a signature, or signed with the public key as if it were a shared secret."""
    code = codes[request.form["code"]]
    now = moment()
    claims = {"iss": issuer(), "aud": CLIENT_ID, "iat": now, "exp": now + 60, "nonce": code.nonce}
    parts = [json.dumps(part).encode() for part in (header, {**claims, **ways["about"]})]
    text = b".".join(_base64(part) for part in parts)
    public = keys["key"].as_pem(private=False)
    signature = hmac.digest(public, text, "sha256") if header["alg"] == "HS256" else b""
    token = b".".join((text, _base64(signature))).decode()
    return Response(json.dumps({"id_token": token, "access_token": "x", "token_type": "Bearer"}))


def _base64(text: bytes) -> bytes:
    return base64.urlsafe_b64encode(text).rstrip(b"=")


@app.get("/.well-known/openid-configuration")
def discovery() -> dict[str, Any]:
    return {
        "issuer": issuer() + ("/other" if ways["mode"] == "other issuer" else ""),
        "authorization_endpoint": issuer() + "/authorize",
        "token_endpoint": issuer() + "/token",
        "userinfo_endpoint": issuer() + "/about",
        "end_session_endpoint": issuer() + "/end",
        "jwks_uri": issuer() + "/keys",
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }


@app.get("/keys")
def key_set() -> Any:
    return KeySet([keys["key"]]).as_dict(private=False)


@app.get("/authorize")
def authorize() -> Any:
    """The person is signed in here already and agrees, or refuses."""
    try:
        grant = server.get_consent_grant(end_user=SimpleNamespace(id="anybody"))
    except OAuth2Error as error:
        return Response(str(error), status=400)
    is_refused = ways["mode"] == "denied"
    user = None if is_refused else SimpleNamespace(id=ways["about"]["sub"])
    return server.create_authorization_response(grant_user=user, grant=grant)


@app.post("/token")
def token() -> Any:
    return server.create_token_response()


@app.get("/about")
def about() -> Any:
    is_other = ways["mode"] == "about somebody else"
    return {**ways["about"], **ways["told"], **({"sub": "other"} if is_other else {})}


@app.post("/logout-token")
def logout_token() -> dict[str, str]:
    """A logout token as the provider would send it, with these claims changed; null leaves one out."""
    now = moment()
    claims = {
        "iss": issuer(),
        "aud": CLIENT_ID,
        "iat": now,
        "exp": now + 120,
        "jti": os.urandom(8).hex(),
        "events": {LOGOUT_EVENT: {}},
        **request.get_json(),
    }
    header = {"alg": "RS256", "kid": keys["key"].kid, "typ": "logout+jwt"}
    key = others if ways["mode"] == "wrong key" else keys["key"]
    kept = {name: value for name, value in claims.items() if value is not None}
    return {"token": jwt.encode(header, kept, key, ["RS256"])}


if __name__ == "__main__":
    listening = create_server(app, host="127.0.0.1", port=0, threads=4)
    port = Path(sys.argv[1]) / "port"
    port.with_suffix(".new").write_text(str(listening.effective_port))
    port.with_suffix(".new").rename(port)
    listening.run()
