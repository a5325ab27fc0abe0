"""Bodies and queries as read from the wire: what cannot be stored is refused at the door."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NoReturn

import marshmallow as ma
import orjson
from flask import Request, request
from webargs import core
from webargs.flaskparser import FlaskParser, is_json_request
from werkzeug.datastructures import FileStorage

from api.problems import Malformed, UnsupportedMediaType, invalid
from engine.errors import Fault, Invalid

#: Levels of a JSON body; a form with repeat groups needs six.
MOST_LEVELS = 32

MULTIPART = "multipart/form-data"


class StrictParser(FlaskParser):
    """JSON by RFC 8259 only (no NaN), limited depth, no NUL; of a query too nothing is ignored."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {}  # noqa: RUF012  # as the library has it

    def _raw_load_json(self, req: Request) -> Any:
        if not is_json_request(req):
            if req.mimetype or req.get_data(cache=True):
                raise UnsupportedMediaType("这个地址只接受 application/json。")
            return core.missing
        return read_json(req.get_data(cache=True))

    def load_form(self, req: Request, schema: ma.Schema) -> Any:
        """The fields of a multipart body; its files are the view's to read."""
        if req.mimetype != MULTIPART:
            raise UnsupportedMediaType(f"这个地址只接受 {MULTIPART}。")
        return super().load_form(req, schema)

    def load_json_or_form(self, req: Request, schema: ma.Schema) -> Any:
        """Either."""
        is_form = req.mimetype == MULTIPART
        return self.load_form(req, schema) if is_form else self.load_json(req, schema)

    def handle_error(
        self,
        error: ma.ValidationError,
        req: Request,
        schema: ma.Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        messages = error.messages
        # webargs files everything under the location
        if isinstance(messages, Mapping) and len(messages) == 1:
            messages = next(iter(messages.values()))
        raise invalid(ma.ValidationError(messages))


def file_parts(name: str, *, most: int | None = None) -> list[FileStorage]:
    """The files of a multipart body. Invalid where others came, or too many: none is left out silently."""
    faults = [
        Fault(pointer=f"/{other}", detail="没有这一项文件，请检查名称。", code="unknown")
        for other in sorted(set(request.files) - {name})
    ]
    found = request.files.getlist(name)
    if most is not None and len(found) > most:
        faults.append(Fault(pointer=f"/{name}", detail=f"一次最多{most}个文件。", code="too-many"))
    if faults:
        raise Invalid("提交的文件有误，没有保存。", errors=faults)
    return found


def read_json(body: bytes) -> Any:
    """The JSON value of a body. Malformed says what is wrong with it."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Malformed(
            f"提交的内容不是合法的 JSON（第 {error.lineno} 行第 {error.colno} 个字符），没有保存。"
        ) from error
    _check(value)
    return value


def _check(root: Any) -> None:
    """Refuse what JSON permits and databases do not; without recursion: depth is the attack."""
    waiting = [(root, 1)]
    while waiting:
        value, level = waiting.pop()
        if level > MOST_LEVELS:
            raise Malformed(f"提交的内容嵌套超过 {MOST_LEVELS} 层，没有保存。")
        if isinstance(value, str):
            if "\0" in value:
                raise Malformed("提交的内容含有空字符（U+0000），没有保存。")
        elif isinstance(value, dict):
            waiting.extend((key, level + 1) for key in value)
            waiting.extend((below, level + 1) for below in value.values())
        elif isinstance(value, list):
            waiting.extend((below, level + 1) for below in value)
        elif isinstance(value, float) and not math.isfinite(value):
            raise Malformed("提交的内容含有非数值，没有保存。")
