"""`Idempotency-Key`: the same request sent twice is done once and answered the same.

An act that was refused left nothing behind, so its key stays free: a retry is judged anew.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, request

from engine import idempotency
from engine.actor import Actor
from engine.engine import Engine
from engine.errors import Fault, Invalid, Unavailable
from engine.idempotency import Reserved, StoredAnswer
from engine.unit_of_work import UnitOfWork

HEADER = "Idempotency-Key"

#: Visible ASCII, as long as the column.
PATTERN = "[!-~]{1,200}"

#: A key is found in the second round, unless its record was swept between the two.
MOST_TRIES = 3

#: What is given again beside status and body.
KEPT_HEADERS = ("Content-Type", "ETag", "Location")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The key of this request and the digest that tells whether it is the same request."""

    key: str
    digest: str


def asked() -> Asked | None:
    """The key that came with this POST, if any. Invalid if it is no key."""
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST":
        return None
    if not re.fullmatch(PATTERN, key):
        raise Invalid(
            "Idempotency-Key 应为 1 至 200 个可见的 ASCII 字符，没有办理。",
            code="idempotency-key-malformed",
            errors=[Fault(pointer="", detail="键的格式不对。", code="idempotency-key")],
        )
    return Asked(key=key, digest=_digest())


def once(
    engine: Engine, actor: Actor, asked: Asked, act: Callable[[UnitOfWork], Response]
) -> Response:
    """Do `act` in a transaction unless its answer is kept already."""
    for _ in range(MOST_TRIES):
        try:
            with engine.begin(actor) as uow:
                stored = idempotency.reserve(uow, asked.key, asked.digest)
                if stored is not None:
                    return Response(stored.body, stored.status, dict(stored.headers))
                response = act(uow)
                idempotency.keep(uow, asked.key, _stored(response))
                return response
        except Reserved:
            continue  # the same request committed meanwhile: its answer is found in the next round
    raise Unavailable("同一个请求正在办理，请稍后重试。")


def _stored(response: Response) -> StoredAnswer:
    return StoredAnswer(
        status=response.status_code,
        headers={name: response.headers[name] for name in KEPT_HEADERS if name in response.headers},
        body=response.get_data(as_text=True),
    )


def _digest() -> str:
    total = hashlib.sha256()
    for part in (request.method, request.full_path, request.headers.get("If-Match", "")):
        total.update(part.encode() + b"\0")
    if request.mimetype == "multipart/form-data":
        _add_parts(total)
    else:
        total.update(request.get_data(cache=True))
    return total.hexdigest()


def _add_parts(total: hashlib._Hash) -> None:
    """A browser draws a new boundary for each try: the parts count, not their wrapping."""
    for name, value in sorted(request.form.items(multi=True)):
        total.update(f"{name}\0{value}\0".encode())
    for name, file in sorted(request.files.items(multi=True), key=lambda part: part[0]):
        total.update(f"{name}\0{file.filename}\0".encode())
        total.update(hashlib.file_digest(file.stream, "sha256").digest())  # type: ignore[arg-type]  # a spooled file has readinto
        file.stream.seek(0)
