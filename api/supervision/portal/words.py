"""What the portal says, in the reader's language: `words.toml`."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from flask import request

from api.language import chosen

Language = Literal["zh", "en"]


@cache
def words(language: Language) -> dict[str, Any]:
    """Every text of one language."""
    text = (files("api.supervision.portal") / "words.toml").read_text("utf-8")
    found: dict[str, Any] = tomllib.loads(text)[language]
    return found


def language() -> Language:
    """What the address asks for (`lang=en`), else what the browser prefers, else Chinese."""
    asked = request.args.get("lang", "")
    if asked in ("zh", "en"):
        return "en" if asked == "en" else "zh"
    return chosen()


def day(value: date | None, language: Language) -> str:
    """A date as documents write it."""
    if value is None:
        return ""
    if language == "en":
        return f"{value.day} {value:%B %Y}"
    return f"{value.year}年{value.month}月{value.day}日"
