"""Schema bases and fields with Chinese messages that carry a code: `code: text`.

api/problems.py splits the two. Requests refuse what they do not know; answers promise every field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from api import language

#: Characters of an id: engine.tables.new_id().
ID_PATTERN = "[0-9a-f]{32}"

#: As a document says it; `Text` itself looks at each character.
_NO_CONTROLS = "^[^\\x00-\\x1f\\x7f]*$"

_COMMON = {
    "required": "required: 必填。",
    "null": "required: 不能为空。",
    "validator_failed": "invalid: 填写有误。",
}


class Request(ma.Schema):
    """A body or a query: unknown members are refused, lest a misspelt one be lost in silence."""

    error_messages = {  # noqa: RUF012  # marshmallow declares it so
        "unknown": "unknown: 没有这一项，请检查名称。",
        "type": "type: 应为一个对象。",
    }


class Answer(ma.Schema):
    """What is sent: every field is always there (absent values are null), and nothing else."""

    def on_bind_field(self, field_name: str, field_obj: ma.fields.Field[Any]) -> None:
        field_obj.required = True


class Sentence(fields.String):
    """What the program says, in the language that was asked for; never what a person wrote."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return language.said(super()._serialize(value, attr, obj, **kwargs))


class Name(fields.String):
    """What a model, a manifest or a form calls something; our own have names in both languages."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return language.named(super()._serialize(value, attr, obj, **kwargs))


class Text(fields.String):
    """Text without control characters: PostgreSQL stores no NUL, and a title has no line feed.

    `multiline` admits line feeds and tabs. Longer than `most` characters is refused.
    """

    default_error_messages = {  # noqa: RUF012  # marshmallow declares it so
        **_COMMON,
        "invalid": "type: 应为文字。",
        "control": "characters: 含有不允许的控制字符。",
        "short": "length: 至少 {least} 个字。",
        "long": "length: 最多 {most} 个字。",
    }

    def __init__(
        self, *, most: int = 200, least: int = 0, multiline: bool = False, **kwargs: Any
    ) -> None:
        pattern = {} if multiline else {"pattern": _NO_CONTROLS}
        kwargs["metadata"] = {"maxLength": most, **pattern, **kwargs.get("metadata", {})}
        if least:
            kwargs["metadata"]["minLength"] = least
        super().__init__(**kwargs)
        self.most = most
        self.least = least
        self.kept = "\n\r\t" if multiline else ""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if any(ord(c) < 32 or ord(c) == 127 for c in text if c not in self.kept):
            raise self.make_error("control")
        if len(text) > self.most:
            raise self.make_error("long", most=self.most)
        if len(text.strip()) < self.least:
            raise self.make_error("short", least=self.least)
        return text


class Identifier(fields.String):
    """A row's id. In a body a malformed one is a 422; in an address it is a 404 (api/app.py)."""

    default_error_messages = {  # noqa: RUF012  # marshmallow declares it so
        **_COMMON,
        "invalid": "type: 应为 32 位编号。",
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "validate", validate.Regexp(f"^{ID_PATTERN}\\Z", error="format: 应为 32 位编号。")
        )
        # `\Z` is Python's; a document's pattern is read by others
        kwargs["metadata"] = {"pattern": f"^{ID_PATTERN}$", **kwargs.get("metadata", {})}
        super().__init__(**kwargs)


class Choice(fields.String):
    """One of a few words."""

    default_error_messages = {  # noqa: RUF012  # marshmallow declares it so
        **_COMMON,
        "invalid": "type: 应为文字。",
    }

    def __init__(self, choices: Sequence[str], **kwargs: Any) -> None:
        error = "choice: 应为 {choices} 之一。"
        super().__init__(validate=validate.OneOf(list(choices), error=error), **kwargs)


class Whole(fields.Integer):
    """A whole number between two bounds."""

    default_error_messages = {  # noqa: RUF012  # marshmallow declares it so
        **_COMMON,
        "invalid": "type: 应为整数。",
        "too_large": "range: 数值过大。",
    }

    def __init__(self, *, least: int, most: int, **kwargs: Any) -> None:
        error = "range: 应在 {min} 至 {max} 之间。"
        super().__init__(validate=validate.Range(least, most, error=error), **kwargs)

    def _validated(self, value: Any) -> int:
        # int() reads digits of other scripts, signs, spaces and "1_0"
        if isinstance(value, str) and not (value.isascii() and value.isdecimal()):
            raise self.make_error("invalid", input=value)
        # and cuts off what stands behind the point
        if isinstance(value, float) and not value.is_integer():
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class Flag(fields.Boolean):
    """Yes or no; in a query and a form `true` or `false`."""

    default_error_messages = {  # noqa: RUF012  # marshmallow declares it so
        **_COMMON,
        "invalid": "type: 应为 true 或 false。",
    }


class Day(fields.Date):
    """A calendar date, 2026-01-31."""

    default_error_messages = {  # noqa: RUF012  # marshmallow declares it so
        **_COMMON,
        "invalid": "format: 应为日期，如 2026-01-31。",
    }


class Values(fields.Dict):
    """Free-form JSON under text keys; what it may hold is the form's business, not the schema's."""

    default_error_messages = {  # noqa: RUF012  # marshmallow declares it so
        **_COMMON,
        "invalid": "type: 应为一个对象。",
    }


class Drawn(Values):
    """A form, with the labels of our own in the language that was asked for."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return language.labelled(value)


class Instant(fields.AwareDateTime):
    """An RFC 3339 date-time in UTC."""


@cache  # two lists of the same items have one schema in the document
def page_of(item: type[ma.Schema]) -> type[ma.Schema]:
    """The schema of a cursor page of these items: {items, next_cursor}."""
    name = item.__name__.removesuffix("Schema") + "PageSchema"
    members: Mapping[str, fields.Field[Any]] = {
        "items": fields.List(fields.Nested(item)),
        "next_cursor": fields.String(allow_none=True),
    }
    return type(name, (Answer,), dict(members))
