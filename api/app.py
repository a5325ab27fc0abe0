"""The web application: the API below /api, the built page everywhere else.

`create_app` is called by ops (and by tests) with an engine; nothing here reads the environment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import orjson
from flask import Flask, Response, request
from flask.json.provider import JSONProvider
from werkzeug.middleware.proxy_fix import ProxyFix

from api import docs_page, headers, observing, problems, static
from api.converters import Address, RowId, Slug
from api.limits import Limiter
from api.openapi import api_of
from api.provider import Provider, ProviderSettings
from api.routes import ROUTES
from api.routing import Routes
from engine.engine import Engine
from engine.repository import model_parts

#: Domains add their own addresses here: modules with `ROUTES`, each a Routes or a Flask blueprint.
ENTRY_POINT_GROUP = "dudao.blueprints"

#: Parts of a multipart body: a family has up to some two hundred files.
MOST_PARTS = 300


@dataclass(frozen=True, kw_only=True)
class ApiSettings:
    """How this application meets the outside."""

    #: Bytes of a JSON body.
    max_body: int = 1024 * 1024
    #: Bytes of an uploaded file, its wrapping included.
    max_upload: int = 64 * 1024 * 1024
    #: Whether people come by https: the cookie is then sent over nothing else.
    cookie_secure: bool = False
    #: Proxies in front, each of which adds the address that it was called from.
    proxies: int = 0
    #: Whether posts that ask for a second factor are refused until it is enrolled.
    require_second_factor: bool = False
    #: Requests of one account in a minute; None: as many as come.
    requests_per_minute: int | None = None
    #: Refused sign-ins of one address in a quarter of an hour.
    refused_sign_ins: int = 100
    #: The built web page; without it only the API answers.
    static_dir: Path | None = None
    #: What a monitoring system proves itself with at /metrics; empty: nobody reads them.
    metrics_token: str = ""
    #: The organisation's own sign-in; None: people sign in with a password only.
    provider: ProviderSettings | None = None


class Orjson(JSONProvider):
    """JSON as this application writes it: UTF-8 as it is, members in their order."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        return Response(
            orjson.dumps(self._prepare_response_obj(args, kwargs)), content_type="application/json"
        )


def create_app(engine: Engine, settings: ApiSettings) -> Flask:
    """The application over this engine. Thread-safe; one per process."""
    app = Flask(__name__, static_folder=None)
    app.url_rule_class = Address
    app.json = Orjson(app)
    app.config |= {
        "MAX_CONTENT_LENGTH": settings.max_body,
        "MAX_FORM_PARTS": MOST_PARTS,
        "TRAP_HTTP_EXCEPTIONS": False,
    }
    app.extensions["dudao"] = engine
    app.extensions["dudao.api"] = settings
    app.extensions["dudao.provider"] = (
        None if settings.provider is None else Provider(settings.provider, engine.clock)
    )
    app.extensions["dudao.limits"] = Limiter(engine, settings.requests_per_minute)
    if settings.proxies:
        forwarded = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0, x_host=0)
        app.wsgi_app = forwarded  # type: ignore[method-assign]  # as Flask's own manual does it
    app.url_map.converters |= {"id": RowId, "slug": Slug}
    app.url_map.strict_slashes = True
    app.url_map.merge_slashes = False
    observing.register(app, engine, token=settings.metrics_token)
    problems.register(app)
    headers.register(app, https=settings.cookie_secure)
    _limit_bodies(app, settings)
    api = api_of(app)
    for routes in [*ROUTES, *_found()]:
        if isinstance(routes, Routes):
            api.register_blueprint(routes.blueprint)
        else:
            app.register_blueprint(routes)
    docs_page.register(app)
    static.register(app, settings.static_dir)
    return app


def _found() -> Iterator[Any]:
    """What the installed domains add, by entry point: a module each, with its `ROUTES`."""
    for point in sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda point: point.name):
        yield from point.load().ROUTES


def _limit_bodies(app: Flask, settings: ApiSettings) -> None:
    """An upload may be larger than a JSON body, and so may a model; nothing else may."""

    @app.before_request
    def limit() -> None:
        if request.mimetype == "multipart/form-data":
            request.max_content_length = settings.max_upload
        elif request.path.startswith("/api/v1/model-drafts/"):
            request.max_content_length = max(settings.max_body, 2 * model_parts.MOST_BYTES)
