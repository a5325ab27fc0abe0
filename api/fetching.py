"""Asking another server something: bounded in time and size, and never sent elsewhere.

A server that answers slowly, or for ever, must not hold one of our threads: whatever it does, the
connection is cut at the deadline. Redirects are not followed.
"""

from __future__ import annotations

import functools
import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson

#: Seconds for one question, from the connection to the last byte.
DEADLINE = 5.0
#: Bytes of an answer.
MOST_BYTES = 512 * 1024


class Unreachable(Exception):
    """There was no answer, none in time, or one that is too large."""


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """An answer, whatever its status."""

    status_code: int
    body: bytes

    def json(self) -> Any:
        """ValueError for what is no JSON."""
        return orjson.loads(self.body)

    def raise_for_status(self) -> None:
        """ValueError for an answer that is an error."""
        if self.status_code >= 400:
            raise ValueError(f"status {self.status_code}")


def fetch(
    address: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: str | None = None,
) -> Fetched:
    """The answer of this http(s) address. Unreachable."""
    parts = urlsplit(address)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = _connection(parts.scheme, parts.hostname or "", parts.port)
    watch: _Watch | None = None
    try:
        connection.connect()
        watch = _Watch(connection.sock)
        connection.request(method, target, body=body, headers=dict(headers or {}))
        with connection.getresponse() as response:
            content = response.read(MOST_BYTES + 1)
            status = response.status
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(type(error).__name__) from error
    finally:
        is_cut = watch is not None and watch.end()
        connection.close()
    if is_cut:
        raise Unreachable("no whole answer in time")
    if len(content) > MOST_BYTES:
        raise Unreachable("the answer is too large")
    return Fetched(status_code=status, body=content)


class _Watch:
    """Cuts a connection at the deadline; a time limit of each read alone lets drops go on for ever."""

    def __init__(self, link: socket.socket) -> None:
        self._link = link
        self._is_cut = False
        self._timer = threading.Timer(DEADLINE, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def end(self) -> bool:
        """Watch no longer; whether it was cut."""
        self._timer.cancel()
        return self._is_cut

    def _cut(self) -> None:
        self._is_cut = True
        try:
            self._link.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it has ended by itself


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=DEADLINE, context=_trusted())
    return http.client.HTTPConnection(host, port, timeout=DEADLINE)


@functools.cache
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()
