"""The labels of a form's fields and options, so that stored fields can be read by people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

#: What a document's text does not repeat: it stands elsewhere on the page, or is a file.
_LEFT_OUT = frozenset({"filepicker", "separator", "spacer", "text", "html", "button"})
_ELSEWHERE = frozenset({"disclosure", "disclosure_reason", "title", "number", "signed_by"})
_EMPTY: tuple[Any, ...] = (None, "", [], False)

#: From the name of an option list to what its values mean.
Labels = Callable[[str], Mapping[str, str]]
_Component = Mapping[str, Any]


def lines(schema: bytes | None, fields: Mapping[str, Any], options: Labels) -> str:
    """Fields as `label：value`, in the order of the form; without a form by their own keys."""
    if schema is None:
        return "\n".join(f"{key}：{_plain(value)}" for key, value in fields.items() if value)
    return "\n".join(_Reader(options).read(_components(schema), fields))


@lru_cache(maxsize=128)
def _components(schema: bytes) -> tuple[_Component, ...]:
    return tuple(orjson.loads(schema)["components"])


@dataclass(frozen=True)
class _Reader:
    options: Labels

    def read(self, components: Sequence[_Component], fields: Mapping[str, Any]) -> Iterator[str]:
        """One line for each field that holds something."""
        for component in components:
            kind = component.get("type")
            key = str(component.get("key") or component.get("path") or "")
            if kind == "group":
                inner = fields.get(key) if key else fields
                if isinstance(inner, Mapping):
                    yield from self.read(component.get("components") or (), inner)
            elif kind == "dynamiclist":
                yield from self._rows(component, fields.get(key))
            elif kind not in _LEFT_OUT and key not in _ELSEWHERE and fields.get(key) not in _EMPTY:
                yield f"{_label(component)}：{self._value(component, fields[key])}"

    def _rows(self, component: _Component, rows: Any) -> Iterator[str]:
        if not isinstance(rows, list) or not rows:
            return
        yield f"{_label(component)}："
        for index, row in enumerate(rows, start=1):
            if isinstance(row, Mapping):
                yield f"{index}. " + "；".join(self.read(component.get("components") or (), row))

    def _value(self, component: _Component, value: Any) -> str:
        labels = {
            str(option["value"]): str(option["label"])
            for option in component.get("values") or ()
            if isinstance(option, Mapping)
        }
        if component.get("valuesKey"):
            labels = dict(self.options(str(component["valuesKey"])))
        if isinstance(value, list):
            return "、".join(labels.get(str(item), str(item)) for item in value)
        return labels.get(str(value), _plain(value))


def _label(component: _Component) -> str:
    return str(component.get("label") or component.get("dateLabel") or component.get("key") or "")


def _plain(value: Any) -> str:
    if value is True:
        return "是"
    return "" if value is None else str(value)
