"""How much one person and one address may ask: 429 beyond it, with the seconds to wait.

Requests of an account are counted in memory and told to the database each time `BATCH` came
together, where all web processes read the sum: who asks seldom writes nothing, and the limit may be
passed by less than one batch for each process. Refused sign-ins of an address are written each.
"""

from __future__ import annotations

import ipaddress
import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import cast

from flask import current_app, request

from engine import rates
from engine.actor import Actor
from engine.engine import Engine
from engine.errors import NotAllowed, TooMany
from engine.identity.sign_ins import Origin
from engine.unit_of_work import UnitOfWork

ACTOR = Actor.system("limits")
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
BATCH = 25

#: Sign-ins that fail from one address: an office of some hundred people shares one.
SIGN_IN_WINDOW = timedelta(minutes=15)
#: Sign-ins that one address begins at the provider in that time; each keeps a row for ten minutes.
MOST_DEPARTURES = 1000


class Limiter:
    """Counts requests of accounts; one per application, for all of its threads."""

    def __init__(self, engine: Engine, most: int | None) -> None:
        self._engine = engine
        self._most = most
        self._lock = threading.Lock()
        self._began: datetime | None = None
        #: account → (told to the database and summed there, not told yet)
        self._counts: dict[str, tuple[int, int]] = {}

    def admit(self, user_id: str) -> None:
        """Count one more request of this account. TooMany beyond the limit of a minute."""
        if self._most is None:
            return
        now = self._engine.clock.now()
        began = rates.window_of(now, MINUTE)
        with self._lock:
            if began != self._began:
                self._began, self._counts = began, {}
            known, pending = self._counts.get(user_id, (0, 0))
            if known + pending >= self._most:
                raise TooMany(
                    "您的请求太频繁，请稍后再试。", retry_after=_seconds(began + MINUTE - now)
                )
            is_full = pending + 1 >= BATCH
            self._counts[user_id] = (known + pending + 1, 0) if is_full else (known, pending + 1)
        if is_full:
            self._tell(user_id, began)

    def _tell(self, user_id: str, began: datetime) -> None:
        with self._engine.begin(ACTOR) as uow:
            total = rates.add(uow, f"account {user_id}", length=MINUTE, count=BATCH)
        with self._lock:
            if began == self._began:
                known, pending = self._counts.get(user_id, (0, 0))
                self._counts[user_id] = (max(known, total), pending)


def limiter() -> Limiter:
    """The one of this application."""
    return cast(Limiter, current_app.extensions["dudao.limits"])


def origin() -> Origin:
    """Where this request came from."""
    return Origin(address=request.remote_addr or "", agent=request.headers.get("User-Agent", ""))


@contextmanager
def guessing(engine: Engine, *, most: int) -> Iterator[None]:
    """Around an attempt to get into an account without being signed in: refusals are counted.

    TooMany where `most` refusals came from this address already. Asking for the code of a second
    factor is no refusal.
    """
    subject = f"sign-in {_network(request.remote_addr or '')}"
    with engine.read(ACTOR) as uow:
        _refuse_beyond(uow, rates.total(uow, subject, length=SIGN_IN_WINDOW), most)
    try:
        yield
    except NotAllowed as refusal:
        if refusal.code != "second-factor-needed":
            with engine.begin(ACTOR) as uow:
                rates.add(uow, subject, length=SIGN_IN_WINDOW)
        raise


def departing(engine: Engine) -> None:
    """Count a sign-in that begins at the provider. TooMany beyond what an address may begin."""
    subject = f"departure {_network(request.remote_addr or '')}"
    with engine.begin(ACTOR) as uow:
        begun = rates.add(uow, subject, length=SIGN_IN_WINDOW)
    with engine.read(ACTOR) as uow:
        _refuse_beyond(uow, begun, MOST_DEPARTURES + 1)


@contextmanager
def anonymous(engine: Engine, what: str, *, most: int, code: str) -> Iterator[None]:
    """Around what is sent in without being signed in; what is taken in is counted.

    TooMany where `most` came from this address within the hour already.
    """
    subject = f"{what} {_network(request.remote_addr or '')}"
    with engine.read(ACTOR) as uow:
        if rates.total(uow, subject, length=HOUR) >= most:
            left = rates.window_of(uow.now, HOUR) + HOUR - uow.now
            raise TooMany(
                "从您所在网络地址提交的次数过多，请过一小时再试。",
                code=code,
                retry_after=_seconds(left),
            )
    yield
    with engine.begin(ACTOR) as uow:
        rates.add(uow, subject, length=HOUR)


def _refuse_beyond(uow: UnitOfWork, count: int, most: int) -> None:
    if count >= most:
        left = rates.window_of(uow.now, SIGN_IN_WINDOW) + SIGN_IN_WINDOW - uow.now
        raise TooMany(
            "从您所在网络地址登录的次数过多，请稍后再试。",
            code="too-many-sign-ins",
            retry_after=_seconds(left),
        )


def _network(address: str) -> str:
    """The address itself, of IPv6 the /64 that one customer is given."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return address
    return str(ipaddress.ip_network(f"{address}/64", strict=False))


def _seconds(left: timedelta) -> int:
    return max(1, math.ceil(left.total_seconds()))
