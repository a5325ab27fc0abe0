"""Which row of the case an item of a list continues.

A list may show rows that the case already has, with read-only parts. A browser sends its items as
a plain list; by position alone, a removed item would hand its neighbour's read-only values on.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from forms import components as c
from forms.faults import Fault, pointer

Row = Mapping[str, object]
_EMPTY: Row = MappingProxyType({})


def paired(
    component: c.Repeat, sent: object, kept: object, at: str
) -> tuple[list[tuple[Row, Row]], list[Fault]]:
    """Each item sent, beside the case's row that it continues (empty for a new one)."""
    known = [row for row in kept if isinstance(row, Mapping)] if isinstance(kept, list) else []
    items, faults = _items(component, sent, at)
    if component.item_key is not None:
        return _by_key(component, component.item_key, items, known, at, faults)
    if component.fixed and isinstance(kept, list):
        if len(items) != len(known) and not faults:
            detail = f"应为案件中的{len(known)}行，收到{len(items)}行，请刷新页面后重试"
            faults.append(_fault(component, at, detail, "rows"))
        items += [_EMPTY] * (len(known) - len(items))
        return list(zip(items, known, strict=False)), faults
    return [(item, _EMPTY) for item in items], faults


def _items(component: c.Repeat, sent: object, at: str) -> tuple[list[Row], list[Fault]]:
    if sent is None:
        return [], []
    if not isinstance(sent, list):
        return [], [_fault(component, at, "应为列表", "type")]
    # One more than allowed is enough to say that there are too many.
    items = sent[: component.max_items + 1]
    faults = [
        _fault(component, pointer(at, index), "的每一项应为对象", "type")
        for index, item in enumerate(items)
        if not isinstance(item, Mapping)
    ]
    return [item if isinstance(item, Mapping) else _EMPTY for item in items], faults


def _by_key(
    component: c.Repeat, key: str, items: list[Row], known: list[Row], at: str, faults: list[Fault]
) -> tuple[list[tuple[Row, Row]], list[Fault]]:
    rows = {str(row.get(key)): row for row in known}
    given: dict[str, Row] = {}
    pairs: list[tuple[Row, Row]] = []
    for index, item in enumerate(items):
        name = item.get(key)
        name = str(name).strip() if isinstance(name, str | int) else ""
        if name in given:
            faults.append(_fault(component, pointer(at, index), "重复出现同一行", "duplicate"))
        elif name and name not in rows and _is_read_only(component, key):
            detail = "含有案件中没有的行，请刷新页面后重试"
            faults.append(_fault(component, pointer(at, index), detail, "rows"))
        if name:
            given[name] = item
        pairs.append((item, rows.get(name, _EMPTY)))
    if not component.fixed:
        return pairs, faults
    if not faults and set(given) != set(rows):
        detail = f"应为案件中的{len(rows)}行，请刷新页面后重试"
        faults.append(_fault(component, at, detail, "rows"))
    return [(given.get(name, _EMPTY), row) for name, row in rows.items()], faults


def _is_read_only(component: c.Repeat, key: str) -> bool:
    return any(
        isinstance(child, c.Field) and child.key == key and child.read_only is not False
        for child in component.components
    )


def _fault(component: c.Repeat, at: str, detail: str, code: str) -> Fault:
    label = f"“{component.label}”" if component.label else "列表"
    return Fault(pointer=at, detail=f"{label}{detail}。", code=code)
