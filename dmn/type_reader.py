"""The item definitions of a file."""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree

from dmn.document import child, children, text_of
from dmn.names import name_of
from dmn.types import Item, Types, type_of
from feel import Expression

MAX_TYPES = 1000
_MAX_DEPTH = 60
_PREFIX = re.compile(r"^[A-Za-z_][\w-]*:(?=\S)")
CompileTests = Callable[[etree._Element, str], Expression]
Refuse = Callable[[etree._Element | None, str, str], None]


def type_name(element: etree._Element | None) -> str:
    """The name in the `typeRef` of an element, without its prefix; empty where there is none."""
    return written_type(str(element.get("typeRef") or "")) if element is not None else ""


def written_type(text: str) -> str:
    return " ".join(_PREFIX.sub("", text.strip()).split())


def read_types(root: etree._Element, compile: CompileTests, refuse: Refuse) -> Types:
    """The types of a file; what is wrong with them goes to `refuse`."""
    items: dict[str, Item] = {}
    elements = children(root, "itemDefinition")
    if len(elements) > MAX_TYPES:
        refuse(root, f"类型超过 {MAX_TYPES} 个", "请拆成几个决策文件")
        return Types()
    for element in elements:
        item = _item(element, compile)
        if item.name in items:
            refuse(element, f"类型“{item.name}”重复", "请改成不同的名称")
        items[item.name] = item
    known = Types(items=items, names={name: type_of(item) for name, item in items.items()})
    for element in elements:
        item = items[name_of(element)]
        for base in _bases(item):
            if known.named(base) is None:
                refuse(element, f"没有名为“{base}”的类型", "请定义该类型，或改用 string 等内置类型")
                return Types()
        if _is_circle(item.name, items):
            refuse(element, f"类型“{item.name}”由自己定义，或一层套一层过深", "请改用其他类型")
            return Types()
    return known


def _item(element: etree._Element, compile: CompileTests) -> Item:
    base = child(element, "typeRef")
    function = child(element, "functionItem")
    allowed = child(element, "allowedValues")
    if allowed is None:
        allowed = child(element, "typeConstraint")
    text = text_of(allowed)
    return Item(
        name=name_of(element),
        base=written_type(str(base.text or "")) if base is not None else "",
        components=tuple(_item(part, compile) for part in children(element, "itemComponent")),
        is_function=function is not None,
        gives=written_type(str(function.get("outputTypeRef") or ""))
        if function is not None
        else "",
        is_collection=str(element.get("isCollection", "")).strip() in ("true", "1"),
        allowed=compile(allowed, text) if allowed is not None and text else None,
    )


def _bases(item: Item) -> list[str]:
    found = [name for name in (item.base, item.gives) if name]
    for part in item.components:
        found += _bases(part)
    return found


def _is_circle(name: str, items: dict[str, Item]) -> bool:
    """Whether a type is only another name of itself; within a list or components it may recur."""
    seen = {name}
    item = items[name]
    while item.base in items and not item.is_collection:
        if item.base in seen or len(seen) > _MAX_DEPTH:
            return True
        seen.add(item.base)
        item = items[item.base]
    return False
