"""Values that a form accepts, found by answering its own faults: proof that it can be filled in.

Also useful where a test needs some valid values of a real form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from forms import components as c
from forms.definition import Form
from forms.validation import Fault, check

FILE = "f" * 32
_ZONE = ZoneInfo("Asia/Shanghai")
_ROUNDS = 60


def context_for(form: Form) -> dict[str, Any]:
    """Three options for every list that the case supplies, two rows for every fixed list."""
    context: dict[str, Any] = {}
    for component in _walk(form.components):
        if isinstance(component, c.Choice) and component.options.key:
            context[component.options.key] = [
                {"value": f"option{number}", "label": f"选项{number}"} for number in range(3)
            ]
    for component in form.components:
        if isinstance(component, c.Repeat) and component.fixed:
            context[component.key] = [_row(component, number) for number in range(2)]
    return context


def sample(
    form: Form, *, now: datetime, turn: int = 0, context: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Values for `form`; another `turn` takes other choices. Raise AssertionError at a dead end."""
    case = context_for(form) if context is None else context
    values: dict[str, Any] = {}
    for component in form.components:
        if isinstance(component, c.Repeat) and component.fixed:
            rows = case.get(component.key, [])
            values[component.key] = [dict(row) for row in rows]
    for _ in range(_ROUNDS):
        checked = check(form, values, context=case, files={FILE}, now=now)
        if not checked.faults:
            return values
        for fault in checked.faults:
            _answer(form, values, fault, case, now, turn)
    raise AssertionError(f"no values satisfy the form: {checked.faults[0]}")


def _answer(
    form: Form,
    values: dict[str, Any],
    fault: Fault,
    context: Mapping[str, Any],
    now: datetime,
    turn: int,
) -> None:
    parts = fault.pointer.split("/")[1:]
    component = _component(form.components, parts)
    holder: Any = values
    for part in parts[:-1]:
        holder = holder[int(part)] if isinstance(holder, list) else holder.setdefault(part, {})
    key: Any = int(parts[-1]) if isinstance(holder, list) else parts[-1]
    if isinstance(component, c.Repeat):
        holder.setdefault(key, []).append({})
    elif isinstance(component, c.Field):
        holder[key] = _value(component, fault, context, now, turn)
    else:
        raise AssertionError(f"{fault.pointer} points at no field: {fault.detail}")


def _value(
    field: c.Field, fault: Fault, context: Mapping[str, Any], now: datetime, turn: int
) -> object:
    local = now.astimezone(_ZONE)
    match field:
        case c.Text():
            if fault.code == "pattern":
                return "022-88880000"
            least = re.search(r"至少(\d+)个字", fault.detail)
            return "文" * max(2, int(least[1]) if least else 0)
        case c.Number():
            return 1
        case c.Checkbox():
            return True
        case c.Moment(subtype=c.Subtype.DATE):
            return local.date().isoformat()
        case c.Moment():
            return local.strftime("%Y-%m-%dT%H:%M" if field.subtype == "datetime" else "%H:%M")
        case c.Choice():
            options = _options(field, context)
            if not field.several:
                return options[turn % len(options)]
            return options[: max(field.min_items or 1, 1 + turn % len(options))]
        case c.Files():
            return [FILE] if field.several else FILE
    raise AssertionError(f"{fault.pointer}: nothing to fill in for {field.type}")


def _options(field: c.Choice, context: Mapping[str, Any]) -> list[object]:
    if field.options.values is not None:
        return list(field.options.values)
    return [option["value"] for option in context[str(field.options.key)]]


def _row(repeat: c.Repeat, number: int) -> dict[str, object]:
    return {repeat.item_key: f"option{number}"} if repeat.item_key else {}


def _component(components: tuple[c.Component, ...], parts: list[str]) -> c.Component | None:
    for component in components:
        if isinstance(component, c.Group) and not component.key:
            found = _component(component.components, parts)
            if found is not None:
                return found
        elif parts and component.key == parts[0]:
            if len(parts) == 1:
                return component
            skipped = 2 if isinstance(component, c.Repeat) else 1
            inner = component.components if isinstance(component, c.Group | c.Repeat) else ()
            return _component(inner, parts[skipped:])
    return None


def _walk(components: tuple[c.Component, ...]) -> Iterator[c.Component]:
    for component in components:
        yield component
        if isinstance(component, c.Group | c.Repeat):
            yield from _walk(component.components)
