"""Parts of an address that have a shape: what does not fit is a 404, before any query."""

from __future__ import annotations

from typing import Any

from werkzeug.routing import BaseConverter

from api.fields import ID_PATTERN

SLUG_PATTERN = "[A-Za-z0-9_-]{1,64}"


class RowId(BaseConverter):
    """`<id:task_id>`: 32 lower-case hexadecimal digits."""

    regex = ID_PATTERN


class Slug(BaseConverter):
    """`<slug:name>`: what names a family, a folder of forms or a form."""

    regex = SLUG_PATTERN


class PagePath(BaseConverter):
    """`<page:path>`: any path outside /api, so that a wrong method there is still a 404."""

    regex = r"(?!api(?:/|$)).*?"
    part_isolating = False


def row_id_parameter(_converter: Any) -> dict[str, str]:
    """How OpenAPI describes a RowId."""
    return {"type": "string", "pattern": f"^{ID_PATTERN}$"}


def slug_parameter(_converter: Any) -> dict[str, str]:
    """How OpenAPI describes a Slug."""
    return {"type": "string", "pattern": f"^{SLUG_PATTERN}$"}
