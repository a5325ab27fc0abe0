"""The labels of a form's fields and options, so that stored fields can be read by people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import orjson

#: What a document's text does not repeat: it stands elsewhere on the page, or is a file.
_LEFT_OUT = frozenset({"filepicker", "separator", "spacer", "text", "html", "button"})
_ELSEWHERE = frozenset({"disclosure", "disclosure_reason", "title", "number", "signed_by"})


def lines(schema: bytes | None, fields: Mapping[str, Any]) -> str:
    """Fields as `label：value`, in the order of the form; without a form by their own keys."""
    if schema is None:
        return "\n".join(f"{key}：{_plain(value)}" for key, value in fields.items() if value)
    return "\n".join(_lines(_components(schema), fields))


@lru_cache(maxsize=128)
def _components(schema: bytes) -> tuple[Mapping[str, Any], ...]:
    return tuple(orjson.loads(schema)["components"])


def _lines(components: tuple[Mapping[str, Any], ...], fields: Mapping[str, Any]) -> Iterator[str]:
    for component in components:
        kind = component.get("type")
        key = str(component.get("key") or component.get("path") or "")
        if kind == "group":
            inner = fields.get(key) if key else fields
            if isinstance(inner, Mapping):
                yield from _lines(tuple(component.get("components") or ()), inner)
        elif kind == "dynamiclist":
            yield from _rows(component, fields.get(key))
        elif kind not in _LEFT_OUT and key not in _ELSEWHERE and fields.get(key) not in _EMPTY:
            yield f"{_label(component)}：{_value(component, fields[key])}"


_EMPTY: tuple[Any, ...] = (None, "", [], False)


def _rows(component: Mapping[str, Any], rows: Any) -> Iterator[str]:
    if not isinstance(rows, list) or not rows:
        return
    yield f"{_label(component)}："
    for index, row in enumerate(rows, start=1):
        if isinstance(row, Mapping):
            parts = list(_lines(tuple(component.get("components") or ()), row))
            yield f"{index}. " + "；".join(parts)


def _label(component: Mapping[str, Any]) -> str:
    label = component.get("label") or component.get("dateLabel") or component.get("key") or ""
    return str(label)


def _value(component: Mapping[str, Any], value: Any) -> str:
    labels = {
        option["value"]: option["label"]
        for option in component.get("values") or ()
        if isinstance(option, Mapping)
    }
    if isinstance(value, list):
        return "、".join(str(labels.get(item, item)) for item in value)
    return str(labels.get(value, _plain(value)))


def _plain(value: Any) -> str:
    if value is True:
        return "是"
    return "" if value is None else str(value)
