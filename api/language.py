"""Which language the reader gets: what the request asks for, the person's own, or Chinese."""

from __future__ import annotations

from typing import Any, Literal

from flask import g, has_request_context, request

from api import english

Language = Literal["zh", "en"]


def chosen() -> Language:
    """The language of titles and pages in this request."""
    if not has_request_context():
        return "zh"
    asked = request.accept_languages.best_match(["zh-CN", "zh", "en"])
    locale = asked or str(g.get("locale", "zh-CN"))
    return "en" if locale.startswith("en") else "zh"


def said(text: Any) -> Any:
    """A sentence of the program in the language of this request; None and numbers as they are."""
    return english.of(text) if isinstance(text, str) and chosen() == "en" else text
