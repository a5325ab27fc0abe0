"""Which language the reader gets: what the request asks for, the person's own, or Chinese."""

from __future__ import annotations

from typing import Any, Literal

from flask import g, has_request_context, request

from api import english

Language = Literal["zh", "en"]

#: Where a form speaks to people; its keys, expressions and values are never said otherwise.
WORDS = frozenset({"label", "description", "text", "dateLabel", "timeLabel", "patternErrorMessage"})


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


def named(name: Any) -> Any:
    """A name in the language of this request, where a table has just that; else as it is."""
    return english.name(name) if isinstance(name, str) and chosen() == "en" else name


def labelled(form: Any) -> Any:
    """A form-js form with its labels and hints in the language of this request."""
    return _labelled(form) if chosen() == "en" else form


def _labelled(part: Any) -> Any:
    if isinstance(part, list):
        return [_labelled(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        key: english.name(value) if key in WORDS and isinstance(value, str) else _labelled(value)
        for key, value in part.items()
    }
