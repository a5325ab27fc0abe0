"""公开属性 of a document whose drafter is not asked: by its kind, with the reason where it is withheld."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from supervision.terms import Disclosure, DocumentKind


def default_of(kind: DocumentKind) -> tuple[Disclosure, str]:
    """The attribute and the reason that goes with it (政府信息公开条例16; which kinds is mark C)."""
    if kind in withheld():
        return Disclosure.NONE, str(_settings()["withheld"]["reason"])
    return Disclosure.ON_REQUEST, ""


def withheld() -> frozenset[DocumentKind]:
    """Kinds that are 不予公开 unless their form says otherwise. ValueError for a name that is none."""
    return frozenset(DocumentKind(name) for name in _settings()["withheld"]["kinds"])


@cache
def _settings() -> dict[str, Any]:
    return tomllib.loads((files("supervision") / "data" / "disclosure.toml").read_text("utf-8"))
