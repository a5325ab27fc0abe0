"""Errors as RFC 9457 problem documents: one table from class to status and title, rendered here.

docs/errors.md has a paragraph for each row; a test keeps the table, the classes and the paragraphs
alike. Titles and details follow the reader's language; the verbs write Chinese (api/english.py).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import marshmallow as ma
import orjson
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from api.language import Language, chosen, said
from engine.errors import (
    Conflict,
    EngineError,
    Fault,
    Invalid,
    NotAllowed,
    NotFound,
    PreconditionMissing,
    Stale,
    TooMany,
    Unavailable,
)
from engine.tables import new_id

logger = logging.getLogger("dudao.api")
#: What was refused to whom, one line each; docs/operating.md says how to watch it.
security = logging.getLogger("dudao.security")

#: Answers that say no to a person or to a program, by what they are called in the log.
REFUSALS: Mapping[int, str] = {
    401: "not authenticated",
    403: "not allowed",
    404: "not there or not theirs",
    429: "too many requests",
}

MEDIA_TYPE = "application/problem+json"

#: Where the paragraphs are shown; the fragment is the code of the row.
TYPE_PREFIX = "/api/docs#problem-"


class Unauthenticated(EngineError):
    """Nobody is signed in, or the session or token has ended."""

    default_code = "unauthenticated"


class Malformed(EngineError):
    """The request cannot be read: no JSON, not UTF-8, nested too deep, a broken header."""

    default_code = "malformed"


class MethodNotAllowed(EngineError):
    """The address exists, but not with this method; `Allow` lists those that do."""

    default_code = "method-not-allowed"


class TooLarge(EngineError):
    """The body is larger than this server accepts."""

    default_code = "too-large"


class UnsupportedMediaType(EngineError):
    """The body is of a kind that this address does not take."""

    default_code = "unsupported-media-type"


class InternalError(EngineError):
    """A fault of the program; the log has it under the number that the detail names."""

    default_code = "internal-error"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One row of the table."""

    status: int
    zh: str
    en: str

    def title(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


#: class → status and title. A subclass that is not listed takes the row of its nearest base.
KINDS: Mapping[type[EngineError], Kind] = {
    Malformed: Kind(status=400, zh="请求无法读取", en="The request cannot be read"),
    Unauthenticated: Kind(status=401, zh="尚未登录", en="Not signed in"),
    NotAllowed: Kind(status=403, zh="无权办理", en="Not allowed"),
    NotFound: Kind(status=404, zh="没有找到", en="Not found"),
    MethodNotAllowed: Kind(status=405, zh="不支持这种请求方法", en="Method not allowed"),
    Conflict: Kind(status=409, zh="当前状态不允许", en="Conflict with the present state"),
    Stale: Kind(status=412, zh="内容已被他人更新", en="Changed since it was read"),
    TooLarge: Kind(status=413, zh="内容过大", en="Too large"),
    UnsupportedMediaType: Kind(status=415, zh="不支持这种内容类型", en="Unsupported media type"),
    Invalid: Kind(status=422, zh="填写有误", en="Invalid values"),
    PreconditionMissing: Kind(status=428, zh="缺少版本号", en="If-Match is missing"),
    TooMany: Kind(status=429, zh="过于频繁", en="Too many requests"),
    InternalError: Kind(status=500, zh="系统故障", en="Internal error"),
    Unavailable: Kind(status=503, zh="暂时无法办理", en="Temporarily unavailable"),
}


def kind_of(error: EngineError | type[EngineError]) -> Kind | None:
    """The row of the nearest class; None for what must not reach a client (ProcessFault)."""
    cls = error if isinstance(error, type) else type(error)
    return next((KINDS[base] for base in cls.__mro__ if base in KINDS), None)


def base_of(error: EngineError) -> type[EngineError]:
    """The listed class that this error belongs to: its paragraph in docs/errors.md."""
    return next(base for base in type(error).__mro__ if base in KINDS)


def render(error: EngineError) -> Response:
    """The answer for an error of the table."""
    kind = kind_of(error)
    if kind is None:
        return internal(error)
    _note(error, kind.status)
    body = {
        "type": TYPE_PREFIX + base_of(error).default_code,
        "title": kind.title(chosen()),
        "status": kind.status,
        "code": error.code,
        "detail": said(error.detail),
        "errors": [_fault(fault) for fault in getattr(error, "errors", ())],
    }
    response = Response(orjson.dumps(body), status=kind.status, content_type=MEDIA_TYPE)
    if isinstance(error, (Unavailable, TooMany)):
        response.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, Unauthenticated):
        response.headers["WWW-Authenticate"] = 'Bearer realm="dudao"'
    return response


def _note(error: EngineError, status: int) -> None:
    """A refused sign-in or access is an event of its own: who, where, and why, never what was sent.

    What may not be known answers 404 like what is not there; of an address that exists it is noted,
    for it is how guessing shows.
    """
    if status not in REFUSALS or request.url_rule is None:
        return
    actor = g.get("actor")
    told = {
        "status": status,
        "code": error.code,
        "method": request.method,
        "rule": request.url_rule.rule,
        "actor": actor.user_id if actor is not None else None,
        "address": request.remote_addr,
    }
    security.warning(REFUSALS[status], extra=told)


def internal(error: BaseException) -> Response:
    """A bug: the log gets the trace under a number, the client the number alone."""
    number = new_id()[:12]
    logger.error(
        "request failed: number=%s %s %s", number, request.method, request.path, exc_info=error
    )
    return render(InternalError(f"系统出现故障，本次操作没有保存。请把编号 {number} 告诉管理员。"))


def register(app: Flask) -> None:
    """Render every error of this application, whoever raised it."""
    app.register_error_handler(EngineError, render)
    app.register_error_handler(ma.ValidationError, lambda error: render(invalid(error)))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, internal)


def invalid(error: ma.ValidationError) -> Invalid:
    """What a schema refused, with a pointer to each wrong value."""
    faults = list(_faults(error.messages, ""))
    return Invalid(f"有 {len(faults)} 处填写有误，没有保存。请按提示修改后重试。", errors=faults)


def _faults(messages: Any, pointer: str) -> Iterator[Fault]:
    if isinstance(messages, Mapping):
        for key, below in messages.items():
            # marshmallow files what concerns the whole object under "_schema"
            step = "" if key == "_schema" else "/" + _escaped(str(key))
            yield from _faults(below, pointer + step)
    elif isinstance(messages, Sequence) and not isinstance(messages, str):
        for message in messages:
            yield from _faults(message, pointer)
    else:
        yield fault(pointer, str(messages))


def fault(pointer: str, message: str) -> Fault:
    """A fault from a schema's message: `code: text`, as api/fields.py writes them."""
    code, colon, detail = message.partition(": ")
    if not colon or not code.replace("-", "").isalnum():
        return Fault(pointer=pointer, detail=message, code="invalid")
    return Fault(pointer=pointer, detail=detail, code=code)


def _escaped(step: str) -> str:
    """RFC 6901, section 3."""
    return step.replace("~", "~0").replace("/", "~1")


def _fault(fault: Fault) -> dict[str, str]:
    return {"pointer": fault.pointer, "detail": said(fault.detail), "code": fault.code}


def _http(error: HTTPException) -> Response:
    """What werkzeug and Flask raise by themselves, as a row of the table."""
    response = render(_translated(error))
    if error.code == 405:
        valid: Sequence[str] = getattr(error, "valid_methods", None) or ()
        response.headers["Allow"] = ", ".join(valid)
    return response


def _translated(error: HTTPException) -> EngineError:
    match error.code:
        case 404:
            return NotFound("没有这个地址。", code="no-such-address")
        case 405:
            return MethodNotAllowed(f"这个地址不接受 {request.method} 请求。")
        case 413:
            return TooLarge("提交的内容超过了允许的大小，没有保存。")
        case 415:
            return UnsupportedMediaType("这个地址只接受 application/json。")
        case code if code is not None and 400 <= code < 500:
            return Malformed("请求无法读取，没有保存。")
    return InternalError("系统出现故障，本次操作没有保存。")
