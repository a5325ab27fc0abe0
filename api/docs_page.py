"""The readable page of the API: the OpenAPI document and the table of problems as plain HTML.

Rendered here from the same document that clients read; nothing is loaded from another address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask, redirect, render_template, url_for
from markupsafe import Markup
from werkzeug import Response

from api.openapi import document_of
from api.problems import KINDS

METHODS = ("get", "post", "put", "delete")


def register(app: Flask) -> None:
    """Serve the page at /api/docs."""

    @app.get("/api/docs", endpoint="docs")
    def docs() -> str:
        document = document_of(app)
        return render_template(
            "docs.html",
            document=document,
            groups=list(_groups(document)),
            schemas=document.get("components", {}).get("schemas", {}),
            problems=[
                (error.default_code, kind, (error.__doc__ or "").strip())
                for error, kind in KINDS.items()
            ],
            type_of=type_of,
            linked=linked,
        )

    @app.get("/api", endpoint="docs_at_the_root")
    @app.get("/api/v1/docs", endpoint="docs_of_the_version")
    def moved() -> Response:
        return redirect(url_for("docs"))


def type_of(schema: Mapping[str, Any]) -> str:
    """A schema in a few words: `string (date-time) | null`, `TaskSummary[]`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(type_of(part) for part in schema["anyOf"])
    if "enum" in schema:
        return " | ".join("null" if value is None else str(value) for value in schema["enum"])
    kinds = schema.get("type", "any")
    names = [kinds] if isinstance(kinds, str) else list(kinds)
    if "array" in names:
        names[names.index("array")] = type_of(schema.get("items", {})) + "[]"
    if "format" in schema:
        names[0] = f"{names[0]} ({schema['format']})"
    return " | ".join(names)


def linked(schema: Mapping[str, Any]) -> Markup:
    """`type_of` with a link to the schema that it names, if it names one."""
    name = _named(schema)
    if name is None:
        return Markup("{}").format(type_of(schema))
    return Markup('<a href="#schema-{}">{}</a>').format(name, type_of(schema))


def _named(schema: Mapping[str, Any]) -> str | None:
    for part in (schema, schema.get("items", {}), *schema.get("anyOf", ())):
        if "$ref" in part:
            return str(part["$ref"]).rpartition("/")[2]
    return None


def _groups(document: Mapping[str, Any]) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """(tag, description, operations) in the order in which the nouns are registered."""
    for tag in document.get("tags", []):
        operations = [
            {"method": method.upper(), "path": path, "parameters": shared, **entry[method]}
            for path, entry in document["paths"].items()
            for shared in [entry.get("parameters", [])]
            for method in METHODS
            if method in entry and tag["name"] in entry[method].get("tags", [])
        ]
        if operations:
            yield tag["name"], tag.get("description", ""), operations
