"""What a browser's FEEL (feelin, as form-js carries it) would read or compute otherwise.

A form's expressions run in the browser while it is filled in, and here when it is handed in. What
is on this list must not be published in a form: the two would show different things. Differences
that only the values decide (a text compared with a number, sums of decimals) are in docs/feel.md;
there the server decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import timedelta
from decimal import Decimal

from feel import syntax
from feel.builtins import BUILTINS
from feel.parser import Departure, read
from feel.syntax import Node
from feel.values import YearsMonths

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One thing to write otherwise, in Chinese; `position` counts characters from 0."""

    position: int
    what: str
    mend: str


def browser_differences(
    text: str, *, functions: frozenset[str] = frozenset()
) -> tuple[Difference, ...]:
    """All differences that can be seen in the text, in its order. Raises FeelSyntaxError."""
    tree, departures = read(text, functions=functions | BUILTINS.keys())
    found = [_difference(departure) for departure in departures]
    for node in _walk(tree):
        found += _of_node(node, functions)
    return tuple(sorted(found, key=lambda difference: difference.position))


def _difference(departure: Departure) -> Difference:
    return Difference(
        position=departure.position,
        what=f"浏览器不认识“{departure.written}”",
        mend=departure.mend,
    )


def _walk(node: object) -> Iterator[Node]:
    """All nodes of a tree, nodes inside tuples included."""
    if isinstance(node, Node):
        yield node
        for field in fields(node):
            yield from _walk(getattr(node, field.name))
    elif isinstance(node, tuple):
        for part in node:
            yield from _walk(part)


def _of_node(node: Node, functions: frozenset[str]) -> Iterator[Difference]:
    match node:
        case syntax.Call(target=syntax.Name(name=name)):
            yield from _of_call(node, name, functions)
        case syntax.InstanceOf():
            yield _at(node, "浏览器中 instance of 的结果不对", "请在服务端判断类型")
        case syntax.Arithmetic() if _scales_duration(node):
            yield _at(node, "浏览器不能把时长乘除", "请直接写出时长，或在服务端计算")
        case syntax.Negation(operand=operand) if _is_duration(operand):
            yield _at(node, "浏览器不能对时长取负", '请写成 duration("-P1D")')
        case syntax.Comparison(operator="=" | "!=") if _is_inexact(node.left) or _is_inexact(
            node.right
        ):
            yield _at(
                node, "浏览器用近似小数，算出的小数不能判断相等", "请先用 round half up(…, 2) 取整"
            )
        case syntax.Iterator(source=source, end=end) if end is not None and not (
            _may_count(source) and _may_count(end)
        ):
            yield _at(node, "浏览器只能按整数循环", "请在服务端计算")
        case syntax.Path(name="time offset" | "timezone" as name):
            yield _at(node, f"浏览器中没有“{name}”", "请在服务端计算")
        case syntax.FunctionOf(parameters=parameters) if any(kind for _, kind in parameters):
            yield _at(node, "浏览器不检查函数参数的类型", "请去掉参数类型")


def _of_call(node: syntax.Call, name: str, functions: frozenset[str]) -> Iterator[Difference]:
    if name in functions:
        yield _at(node, f"浏览器没有函数“{name}”", "请在服务端计算")
    elif name in _NOT_THERE:
        yield _at(node, f"浏览器没有函数“{name}”，或结果不同", _NOT_THERE[name])
    elif name in _PATTERNS and len(node.arguments) > _PATTERNS[name]:
        flags = node.arguments[_PATTERNS[name]]
        value = flags.value if isinstance(flags, syntax.Constant) else "q"
        if isinstance(value, str) and {"q", "x"} & set(value):
            yield _at(node, "浏览器不认识模式标志 q 和 x", "请去掉该标志")
    elif name in ("get value", "context put") and any(
        isinstance(argument, syntax.ListOf) for argument in node.arguments[1:2]
    ):
        yield _at(node, f"浏览器的 {name} 不能按路径取值", "请逐级写，例如 a.b")


def _at(node: Node, what: str, mend: str) -> Difference:
    return Difference(position=node.position, what=what, mend=mend)


def _may_count(node: Node) -> bool:
    """Whether it may be a whole number: a fraction makes the browser loop for ever."""
    if not isinstance(node, syntax.Constant):
        return True
    return isinstance(node.value, Decimal) and node.value == node.value.to_integral_value()


def _is_duration(node: Node) -> bool:
    match node:
        case syntax.Constant(value=timedelta() | YearsMonths()):
            return True
        case syntax.Call(target=syntax.Name(name="duration")):
            return True
    return False


def _scales_duration(node: syntax.Arithmetic) -> bool:
    operators = {operator for operator, _ in node.rest}
    parts = [node.first, *(part for _, part in node.rest)]
    return bool(operators & {"*", "/"}) and any(map(_is_duration, parts))


def _is_inexact(node: Node) -> bool:
    """Whether it computes with fractions that are written in it, or divides."""
    if not isinstance(node, syntax.Arithmetic):
        return False
    if any(operator in ("/", "**") for operator, _ in node.rest):
        return True
    parts = [node.first, *(part for _, part in node.rest)]
    return any(
        isinstance(part, syntax.Constant)
        and isinstance(part.value, Decimal)
        and part.value != part.value.to_integral_value()
        for part in parts
    ) or any(map(_is_inexact, parts))
