"""Cursor pages: a cursor is where the page before it ended, not a number of rows to skip.

It is readable by whoever takes the trouble and grants nothing: every page is filtered by
engine/permission/access.py anew. It is bound to its list and order, so that one of another list is refused.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import orjson

from api.fields import ID_PATTERN, Request, Text, Whole
from engine.errors import Fault, Invalid

Row = TypeVar("Row")

#: What a page is sorted by, before the id that makes it unique.
Key = str | int | date | datetime | None

DEFAULT_LIMIT = 50
MOST = 200

_ID = re.compile(ID_PATTERN)


class PageQuery(Request):
    """The query of every list."""

    cursor = Text(most=600, load_default=None)
    limit = Whole(least=1, most=MOST, load_default=DEFAULT_LIMIT)


def encode(listing: str, key: Key, row_id: str) -> str:
    """The cursor after the row `row_id`, whose sort value is `key`, in the list `listing`."""
    text = orjson.dumps([listing, *_told(key), row_id])
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def decode(listing: str, cursor: str | None, *kinds: type) -> tuple[Any, str] | None:
    """(sort value, id) of the last row seen; `kinds` are the types that the sort value may have.

    Invalid for what is no cursor of this list.
    """
    if not cursor:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)
        found, kind, value, row_id = orjson.loads(text)
        key = _key(kind, value)
        if found == listing and isinstance(key, kinds) and _ID.fullmatch(row_id):
            return key, row_id
    except (ValueError, TypeError, OverflowError):
        pass
    raise Invalid(
        "翻页位置无效，请从第一页重新打开列表。",
        errors=[Fault(pointer="/cursor", detail="不是这个列表的翻页位置。", code="cursor")],
    )


def decode_instant(listing: str, cursor: str | None) -> tuple[datetime | None, str] | None:
    """`decode` for lists by a date that may be absent."""
    return decode(listing, cursor, datetime, type(None))


def page(
    listing: str,
    rows: Sequence[Row],
    limit: int,
    *,
    key: Callable[[Row], tuple[Key, str]],
    show: Callable[[Sequence[Row]], Sequence[Any]],
) -> Mapping[str, Any]:
    """The answer for up to `limit` of `rows`; one row more than that means that a page follows."""
    shown = rows[:limit]
    cursor = encode(listing, *key(shown[-1])) if len(rows) > limit else None
    return {"items": show(shown), "next_cursor": cursor}


def _told(key: Key) -> tuple[str, str | int | None]:
    if isinstance(key, datetime):
        return "t", key.astimezone(UTC).isoformat()
    return ("d", key.isoformat()) if isinstance(key, date) else ("v", key)


def _key(kind: object, value: object) -> Key:
    if kind == "d" and isinstance(value, str):
        return date.fromisoformat(value)
    if kind == "t" and isinstance(value, str):
        at = datetime.fromisoformat(value)
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    if kind == "v" and (value is None or (type(value) is int and abs(value) < 2**31)):
        return value
    if kind == "v" and isinstance(value, str) and "\0" not in value:
        return value
    raise ValueError("no sort value")
