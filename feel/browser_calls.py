"""Calls of built-in functions that a browser's FEEL answers otherwise, as far as the text tells."""

from __future__ import annotations

from collections.abc import Iterator

from feel import syntax
from feel.kinds import DURATIONS, MOMENTS, constant_value, is_constant, seen_kind, whole_constant
from feel.syntax import Node

#: Built-ins of ours that the browser lacks, or whose arguments it does not take there.
_NOT_THERE = {
    "duplicate values": "请用 distinct values 等改写",
    "partition": "请在服务端计算",
    "last day of month": "请在服务端计算",
    "is defined": "请写 x != null",
    "get or else": "请写 if x = null then … else x",
    "trim": "请在服务端处理",
    "is blank": '请写 x = ""',
    "range": "请直接写区间，例如 [1..5]",
    **dict.fromkeys(
        (
            "overlaps before",
            "overlaps after",
            "finishes",
            "finished by",
            "during",
            "starts",
            "started by",
            "coincides",
        ),
        "请用 before、after、includes 或比较改写",
    ),
    "years and months duration": "请在服务端计算",
}
_PATTERNS = {"matches": 2, "replace": 3}
#: Functions whose arguments the browser does not take by name.
_BY_PLACE = frozenset({"before", "after", "includes", "sublist"})
#: Functions that make a value from text or parts; the browser reads more than there is.
_MAKERS = frozenset({"date", "time", "date and time", "duration", "number"})
#: Functions that look at values which the browser tells apart by what they are, not what they say.
_LOOKERS = frozenset(
    {"min", "max", "sum", "list contains", "index of", "distinct values", "union", "sort"}
)
#: Functions whose second argument is a place; for the last two the browser counts none from the end.
_PLACES = frozenset({"sublist", "substring", "list replace", "insert before", "remove"})
_FROM_START = frozenset({"insert before", "remove"})
_ROUNDING = frozenset({"decimal", "round up", "round down", "round half up", "round half down"})
#: Digits behind the point that doubles have.
_FINEST = 15


def call_differences(node: syntax.Call, name: str) -> Iterator[tuple[str, str]]:
    """What is otherwise, and how to write it, in Chinese."""
    if name in _NOT_THERE:
        yield f"浏览器没有函数“{name}”，或结果不同", _NOT_THERE[name]
        return
    if name in _BY_PLACE and node.named:
        yield f"浏览器中“{name}”不能按名称给参数", "请按位置给参数"
    if name in _MAKERS and _says_otherwise(node, name):
        yield f"浏览器对这个“{name}”的理解不同", "请改用标准写法"
    if name in ("get value", "context put") and _has(node, 1, syntax.ListOf):
        yield f"浏览器的 {name} 不能按路径取值", "请逐级写，例如 a.b"
    if name in _PATTERNS and _flags(node, _PATTERNS[name]) & {"q", "x"}:
        yield "浏览器不认识模式标志 q 和 x", "请去掉该标志"
    yield from _of_values(node, name)


def _of_values(node: syntax.Call, name: str) -> Iterator[tuple[str, str]]:
    kinds = [seen_kind(argument) for argument in node.arguments]
    if name in _LOOKERS and any(map(_holds_moments, node.arguments)):
        yield f"浏览器的“{name}”不能用于日期、时刻和时长", "请在服务端计算"
    if name in ("min", "max") and any(map(_holds_texts, node.arguments)):
        yield f"浏览器的“{name}”只用于数字", "请在服务端计算"
    if name == "string" and {*DURATIONS, "time", "date and time", "range"} & set(kinds):
        yield "浏览器写出的时刻、时长和区间不同", "请在服务端写成文本"
    if name == "abs" and DURATIONS & set(kinds):
        yield "浏览器不能对时长取绝对值", "请在服务端计算"
    if name in ("before", "after") and len(set(kinds) - {None}) == 2 and "range" not in kinds:
        yield "浏览器会换算后再比较", "两边请写成同一类型"
    if name == "list contains" and "list" in kinds[1:]:
        yield "浏览器不能查找列表中的列表", "请在服务端判断"
    if name == "concatenate" and any(map(is_null, node.arguments)):
        yield "浏览器把空值也接上", "请去掉空值"
    if name == "replace" and "\\" in _text(node, 2):
        yield "浏览器的替换文本不认识反斜杠", "请去掉反斜杠"
    if name in _PLACES and _is_beside(node, name):
        yield f"浏览器的“{name}”对这个位置的理解不同", "位置请从 1 数起，不超出长度"
    if name in _ROUNDING and (_number(node, 1) or 0) > _FINEST:
        yield "浏览器的小数没有这么多位", f"小数位数请不超过 {_FINEST}"


def is_null(node: Node) -> bool:
    """Whether null is written."""
    return isinstance(node, syntax.Constant) and node.value is None


def _says_otherwise(node: syntax.Call, name: str) -> bool:
    """Whether it is null here by what is written in it, or has parts that the browser lacks."""
    arguments = len(node.arguments) + len(node.named)
    if (name == "date and time" and arguments > 2) or (name == "time" and arguments > 3):
        return True
    return is_constant(node) and constant_value(node) is None


def _has(node: syntax.Call, at: int, kind: type[Node]) -> bool:
    return len(node.arguments) > at and isinstance(node.arguments[at], kind)


def _flags(node: syntax.Call, at: int) -> set[str]:
    """The flags of a pattern; any where they are not written out."""
    if len(node.arguments) <= at:
        return set()
    return set(_text(node, at)) if _has(node, at, syntax.Constant) else {"q"}


def _text(node: syntax.Call, at: int) -> str:
    part = node.arguments[at] if len(node.arguments) > at else None
    return str(part.value) if isinstance(part, syntax.Constant) else ""


def _number(node: syntax.Call, at: int) -> int | None:
    value = whole_constant(node.arguments[at]) if len(node.arguments) > at else None
    return None if value is None else int(value)


def _is_beside(node: syntax.Call, name: str) -> bool:
    """Whether the place that is written is none, or certainly behind the last."""
    place = _number(node, 1)
    if place is None:
        return False
    within, length = node.arguments[0], None
    if isinstance(within, syntax.ListOf):
        length = len(within.items)
    elif isinstance(within, syntax.Constant) and isinstance(within.value, str):
        length = len(within.value)
    is_behind = length is not None and abs(place) > length
    return place == 0 or is_behind or (place < 0 and name in _FROM_START)


def _holds_moments(node: Node) -> bool:
    if isinstance(node, syntax.ListOf):
        return any(map(_holds_moments, node.items))
    return seen_kind(node) in MOMENTS | DURATIONS


def _holds_texts(node: Node) -> bool:
    if isinstance(node, syntax.ListOf):
        return any(map(_holds_texts, node.items))
    return seen_kind(node) == "string"
