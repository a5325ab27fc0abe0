"""Demo accounts on the data pack: every role that signs in, each with a password of its own.

For trial and rehearsal. It makes organisations and people, never a case.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from engine import identity
from engine.actor import Actor
from engine.engine import Engine
from engine.tables import User
from engine.unit_of_work import UnitOfWork
from supervision import inspectors, organisations, pack
from supervision.outline import facts
from supervision.rules import TERM_YEARS
from supervision.terms import InspectorKind

__all__ = ["AddUser", "SampleAccount", "facts", "load"]

#: Bytes of randomness in a demo password (16 characters).
_PASSWORD_BYTES = 12


@dataclass(frozen=True, kw_only=True)
class SampleAccount:
    """A demo account that was just made; the password is known only here."""

    username: str
    name: str
    title: str
    organisation: str
    password: str


class AddUser(Protocol):
    """How an account is made: `identity.users.add`, which hashes the password (slow on purpose)."""

    def __call__(
        self, uow: UnitOfWork, *, username: str, name: str, password: str, is_demo: bool
    ) -> User: ...


def load(
    engine: Engine,
    *,
    password_for: Callable[[str], str] | None = None,
    add_user: AddUser = identity.users.add,
) -> list[SampleAccount]:
    """Load the data pack, the sample units and the demo accounts; only new accounts are returned.

    `password_for(username)` gives the passwords instead of chance, for tests and rehearsals.
    """
    choose = password_for or (lambda _username: secrets.token_urlsafe(_PASSWORD_BYTES))
    with engine.begin(Actor.system("sample")) as uow:
        pack.load(uow)
        pack.load_samples(uow)
        return [
            _add(uow, person, choose(person["username"]), add_user)
            for person in pack.read("sample.toml")["people"]
            if identity.users.by_username(uow, person["username"]) is None
        ]


def _add(
    uow: UnitOfWork, person: Mapping[str, Any], password: str, add_user: AddUser
) -> SampleAccount:
    user = add_user(
        uow, username=person["username"], name=person["name"], password=password, is_demo=True
    )
    for group, code in person["posts"]:
        identity.posts.grant(uow, user.id, group, _id(uow, code), title=person["title"])
    if "inspector" in person:
        _appoint(uow, user.id, person["inspector"], uow.today)
    return SampleAccount(
        username=person["username"],
        name=person["name"],
        title=person["title"],
        organisation=organisations.name_of(uow, _id(uow, person["posts"][0][1])),
        password=password,
    )


def _appoint(uow: UnitOfWork, user_id: str, row: Mapping[str, str], today: date) -> None:
    kind = InspectorKind(row["kind"])
    last = None
    if kind is not InspectorKind.FULL_TIME:
        last = today + timedelta(days=365 * TERM_YEARS - 1)
    inspectors.appoint(
        uow,
        user_id,
        _id(uow, row["office"]),
        kind=kind,
        term_from_on=today,
        term_until_on=last,
    )


def _id(uow: UnitOfWork, code: str) -> str:
    row = organisations.by_code(uow, code)
    if row is None:
        raise LookupError(f"the data pack has no organisation {code}")
    return row.organisation_id
