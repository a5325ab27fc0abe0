"""The OpenAPI 3.1 document: what the schemas and routes say, and what is the same for all of them.

`python -m api.openapi FILE` writes it for the web client, which generates its types from it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import flask_smorest
import orjson
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask, Response
from marshmallow import Schema, fields

from api import auth, problems
from api.converters import RowId, Slug, row_id_parameter, slug_parameter
from api.fields import Answer
from api.routing import PREFIX
from engine import __version__

DESCRIPTION = """\
所有内容为 JSON（UTF-8），时间为 UTC 的 RFC 3339 时刻，日期为北京时间的日期。
浏览器用会话 Cookie 登录，写操作另带 `X-CSRF-Token`；脚本用 `Authorization: Bearer`。
出错时回答 RFC 9457 problem 文档，编号说明见 /api/docs。
列表按游标翻页：把 `next_cursor` 作为 `cursor` 再请求，为 null 时已到末页。
"""

SECURITY_SCHEMES: Mapping[str, Mapping[str, str]] = {
    "session": {"type": "apiKey", "in": "cookie", "name": auth.COOKIE},
    "csrf": {"type": "apiKey", "in": "header", "name": auth.CSRF_HEADER},
    "bearer": {"type": "http", "scheme": "bearer"},
}


class FaultSchema(Answer):
    pointer = fields.String(metadata={"description": "RFC 6901，指向所提交的内容"})
    detail = fields.String()
    code = fields.String()


class ProblemSchema(Answer):
    """RFC 9457."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    code = fields.String()
    detail = fields.String()
    errors = fields.List(fields.Nested(FaultSchema))


class Api(flask_smorest.Api):  # type: ignore[misc]  # flask-smorest has no types
    """The library's, with our problem documents as the only error answers.

    The addresses are described when the document is first asked for: it takes longer than all else
    at the start of an application.
    """

    ERROR_SCHEMA = ProblemSchema

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._undescribed: list[Callable[[], None]] = []
        self._describing = Lock()
        super().__init__(*args, **kwargs)

    def describe_later(self, describe: Callable[[], None]) -> None:
        """What puts a blueprint's addresses into the document."""
        self._undescribed.append(describe)

    def document(self) -> Mapping[str, Any]:
        """The document of all addresses that are registered."""
        with self._describing:
            while self._undescribed:
                self._undescribed.pop(0)()
            found: Mapping[str, Any] = self.spec.to_dict()
        return found

    def _openapi_json(self) -> Response:
        return Response(orjson.dumps(self.document()), content_type="application/json")

    def _register_error_handlers(self) -> None:
        """Errors are rendered by api/problems.py alone."""

    def _register_pagination_header(self) -> None:
        """Pages carry their cursor in the body."""

    def _register_responses(self) -> None:
        self.spec.components.response(
            self.DEFAULT_ERROR_RESPONSE_NAME,
            {
                "description": "出错：RFC 9457 problem 文档",
                "content": {problems.MEDIA_TYPE: {"schema": ProblemSchema}},
            },
            lazy=True,
        )


def api_of(app: Flask) -> Api:
    """Give the application its document; blueprints are then registered with the result."""
    app.config |= {
        "API_TITLE": "督导 Dudao",
        "API_VERSION": __version__,
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": PREFIX,
        "API_SPEC_OPTIONS": {
            "info": {"description": DESCRIPTION},
            "servers": [{"url": "/"}],
            "components": {"securitySchemes": SECURITY_SCHEMES},
        },
    }
    plugin = MarshmallowPlugin(schema_name_resolver=_name)
    api = Api(app, spec_kwargs={"marshmallow_plugin": plugin})
    api.ma_plugin.converter.add_attribute_function(_without_default)
    api.register_converter(RowId, row_id_parameter)
    api.register_converter(Slug, slug_parameter)
    return api


def _without_default(_converter: Any, _field: Any, *, ret: dict[str, Any]) -> dict[str, Any]:
    """Generators of clients take a member with a default for one that is always sent."""
    ret.pop("default", None)
    return {}


def document_of(app: Flask) -> Mapping[str, Any]:
    """The document of this application."""
    api: Api = app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    return api.document()


def _name(schema: type[Schema] | Schema) -> str:
    cls = schema if isinstance(schema, type) else type(schema)
    return cls.__name__.removesuffix("Schema")


def application() -> Flask:
    """An application that knows its routes and has nothing behind them, to be asked for them."""
    from api.app import ApiSettings, create_app
    from engine.clock import SystemClock
    from engine.database import Database
    from engine.engine import Engine

    return create_app(Engine(Database("sqlite://"), SystemClock()), ApiSettings())


def text() -> bytes:
    """The document as it is written to a file."""
    return orjson.dumps(document_of(application()), option=orjson.OPT_INDENT_2) + b"\n"


def main(arguments: Sequence[str]) -> int:
    """Write the document to the file named, or to the output."""
    if arguments:
        Path(arguments[0]).write_bytes(text())
    else:
        sys.stdout.buffer.write(text())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
