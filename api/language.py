"""Which language the reader gets: what the request asks for, the person's own, or Chinese."""

from __future__ import annotations

from typing import Literal

from flask import g, has_request_context, request

Language = Literal["zh", "en"]


def chosen() -> Language:
    """The language of titles and pages in this request."""
    if not has_request_context():
        return "zh"
    asked = request.accept_languages.best_match(["zh-CN", "zh", "en"])
    locale = asked or str(g.get("locale", "zh-CN"))
    return "en" if locale.startswith("en") else "zh"
