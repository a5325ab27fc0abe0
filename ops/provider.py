"""The settings of sign-in by OpenID Connect, and the file that says which posts groups give.

Read by each web process, and once before it starts, so that a fault is one line.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from engine.administration.duties import ADMINISTRATORS
from engine.identity.federation import Seat
from engine.package import ProcessPackage
from ops.errors import Refusal
from ops.settings import Settings

if TYPE_CHECKING:
    from api.provider import ProviderSettings

_NEEDED = ("group", "role", "organisation")
_LONGEST_TITLE = 80


def read(settings: Settings, packages: Iterable[ProcessPackage]) -> ProviderSettings | None:
    """The provider of this installation, None where there is none. Refusal."""
    from api.provider import ProviderSettings

    given = {
        "DUDAO_OIDC_ISSUER": settings.oidc_issuer,
        "DUDAO_OIDC_CLIENT_ID": settings.oidc_client_id,
        "DUDAO_OIDC_CLIENT_SECRET": settings.oidc_client_secret,
    }
    more = (settings.oidc_groups, settings.oidc_second_factor)
    if not any(given.values()) and not any(more):
        return None
    given["DUDAO_PUBLIC_URL"] = settings.public_url
    missing = [name for name, value in given.items() if not value]
    if missing:
        raise Refusal("oidc.incomplete", missing=", ".join(missing))
    if urlsplit(settings.public_url).path not in ("", "/"):
        raise Refusal("oidc.own_address", value=settings.public_url)
    values = settings.oidc_second_factor.split(",")
    return ProviderSettings(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        own_address=settings.public_url.rstrip("/"),
        name=settings.oidc_name,
        groups_claim=settings.oidc_groups_claim,
        seats=None if settings.oidc_groups is None else seats(settings.oidc_groups, packages),
        second_factor=frozenset(value.strip() for value in values if value.strip()),
    )


def seats(path: Path, packages: Iterable[ProcessPackage]) -> Mapping[str, tuple[Seat, ...]]:
    """Group of the provider → the posts that it gives, from a TOML file. Refusal."""
    try:
        rows = tomllib.loads(path.read_text("utf-8")).get("post", [])
    except OSError as error:
        raise Refusal("oidc.groups", path=path, reason=error.strerror or error) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refusal("oidc.groups", path=path, reason=error) from None
    if not isinstance(rows, list):
        raise Refusal("oidc.groups", path=path, reason="[[post]]")
    known = {role for package in packages for role in package.manifest.roles}
    found: dict[str, tuple[Seat, ...]] = {}
    for number, row in enumerate(rows, start=1):
        group, seat = _seat(path, number, row, known)
        found[group] = (*found.get(group, ()), seat)
    return found


def _seat(path: Path, number: int, row: Any, known: set[str]) -> tuple[str, Seat]:
    is_table = isinstance(row, dict) and all(isinstance(value, str) for value in row.values())
    is_whole = is_table and all(row.get(name, "").strip() for name in _NEEDED)
    is_known = is_whole and row.keys() <= {*_NEEDED, "title"}
    if not is_known or len(row.get("title", "")) > _LONGEST_TITLE:
        raise Refusal("oidc.groups_entry", path=path, number=number)
    role = row["role"]
    if role in ADMINISTRATORS:
        raise Refusal("oidc.groups_admin", path=path, number=number, role=role)
    if role not in known:
        known_roles = ", ".join(sorted(known))
        raise Refusal("oidc.groups_role", path=path, number=number, role=role, known=known_roles)
    where = row["organisation"].strip()
    return row["group"], Seat(group=role, organisation=where, title=row.get("title", ""))
