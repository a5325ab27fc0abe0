"""Parts of an address that have a shape: what does not fit is a 404, before any query."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import BaseConverter, Rule

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


class Address(Rule):
    """Compiles what builds an address from its parts when one is asked for the first time.

    Few ever are, and it is most of what putting the application together takes.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compile_now = super()._compile_builder
        compiled: list[Callable[..., tuple[str, str]]] = []

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(compile_now(append_unknown))
            return compiled[0](rule, **values)

        return build
