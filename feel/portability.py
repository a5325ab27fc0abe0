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
from feel.browser_calls import call_differences, is_null
from feel.builtins import BUILTINS
from feel.kinds import DURATIONS, MOMENTS, constant_value, seen_kind, whole_constant
from feel.parser import Departure, read
from feel.syntax import Node

_DURATION_PARTS = frozenset({"days", "hours", "minutes", "seconds", "years", "months"})
_TIME_PARTS = frozenset({"hour", "minute", "second"})
#: Kinds that have an order; None is one that cannot be seen.
_WITH_ORDER = frozenset({"number", "string", None}) | MOMENTS | DURATIONS
#: Functions that come to doubles in the browser where fractions go in.
_TOTALS = frozenset({"sum", "mean", "product", "median", "stddev", "sqrt"})


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
        for what, mend in _of_node(node, functions):
            found.append(Difference(position=node.position, what=what, mend=mend))
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


def _of_node(node: Node, functions: frozenset[str]) -> Iterator[tuple[str, str]]:
    match node:
        case syntax.Call(target=syntax.Name(name=name)):
            if name in functions:
                yield f"浏览器没有函数“{name}”", "请在服务端计算"
            else:
                yield from call_differences(node, name)
        case syntax.InstanceOf():
            yield "浏览器中 instance of 的结果不对", "请在服务端判断类型"
        case syntax.Arithmetic():
            yield from _of_arithmetic(node)
        case syntax.Negation(operand=operand) if _is_duration(operand):
            yield "浏览器不能对时长取负", '请写成 duration("-P1D")'
        case syntax.Comparison():
            yield from _of_comparison(node)
        case syntax.RangeOf(start=start, end=end) if start and end and not _may_be_ends(start, end):
            yield "浏览器不接受这样的区间", "区间的两端请写同一类型的值"
        case syntax.Membership(operand=operand) if seen_kind(operand) == "list":
            yield "浏览器不能判断列表是否在其中", "请逐项判断"
        case syntax.Choice(branches=branches):
            if any(seen_kind(test) not in (None, "boolean") for test, _ in branches):
                yield "浏览器把非布尔值也当作条件", "条件请写成比较"
        case syntax.Iterator():
            yield from _of_iterator(node)
        case syntax.Path():
            yield from _of_path(node)
        case syntax.FunctionOf(parameters=parameters) if any(kind for _, kind in parameters):
            yield "浏览器不检查函数参数的类型", "请去掉参数类型"


def _of_arithmetic(node: syntax.Arithmetic) -> Iterator[tuple[str, str]]:
    if _scales_duration(node):
        yield "浏览器不能把时长乘除", "请直接写出时长，或在服务端计算"
    elif _moves_oddly(node):
        yield "浏览器对此日期或时长的加减不同", "请在服务端计算"


def _of_comparison(node: syntax.Comparison) -> Iterator[tuple[str, str]]:
    left, right = seen_kind(node.left), seen_kind(node.right)
    if _are_apart(left, right):
        yield "浏览器会换算后再比较", "两边请写成同一类型"
    elif node.operator not in ("=", "!=") and not {left, right} <= _WITH_ORDER:
        yield "浏览器不能比较这样的值", "只有数字、文本、日期和时长可以比较大小"
    elif node.operator in ("=", "!=") and (_is_inexact(node.left) or _is_inexact(node.right)):
        yield "浏览器用近似小数，算出的小数不能判断相等", "请先用 round half up(…, 2) 取整"


def _of_iterator(node: syntax.Iterator) -> Iterator[tuple[str, str]]:
    if node.end is not None and not (_may_count(node.source) and _may_count(node.end)):
        yield "浏览器只能按整数循环", "请在服务端计算"
    elif _counts_down(node):
        yield "浏览器不能从负数或由大到小循环", "请从小到大写，再取负或用 reverse"
    elif node.end is None and seen_kind(node.source) not in (None, "list", "range"):
        yield "浏览器只能对列表循环", "请写成列表"
    elif _is_open(node.source):
        yield "浏览器循环时不看区间的开闭", "请写成闭区间"


def _of_path(node: syntax.Path) -> Iterator[tuple[str, str]]:
    kind = seen_kind(node.operand)
    if node.name in ("time offset", "timezone"):
        yield f"浏览器中没有“{node.name}”", "请在服务端计算"
    elif node.name == "days" and _is_between(node.operand):
        yield "浏览器把其中的整月另算，“days”不同", '请写成 (…) / duration("P1D")'
    elif node.name in _DURATION_PARTS and kind in DURATIONS:
        yield f"浏览器不折算时长，“{node.name}”不同", "请与另一个时长比较"
    elif node.name in _TIME_PARTS and kind == "date":
        yield "浏览器中日期也有时刻", "日期没有时刻，请改用日期时间"


def _is_between(node: Node) -> bool:
    """Whether it is the time between two dates or moments."""
    return isinstance(node, syntax.Arithmetic) and seen_kind(node.first) in MOMENTS


def _may_count(node: Node) -> bool:
    """Whether it may be a whole number: a fraction makes the browser loop for ever."""
    if not isinstance(node, syntax.Constant):
        return seen_kind(node) in (None, "number")
    return isinstance(node.value, Decimal) and node.value == node.value.to_integral_value()


def _is_open(node: Node) -> bool:
    return isinstance(node, syntax.RangeOf) and not (node.start_included and node.end_included)


def _counts_down(node: syntax.Iterator) -> bool:
    source = node.source
    if isinstance(source, syntax.RangeOf):
        return _goes_down(_written(source.start), _written(source.end))
    return node.end is not None and _goes_down(_written(source), _written(node.end))


def _written(node: Node | None) -> Decimal | None:
    return None if node is None else whole_constant(node)


def _goes_down(first: Decimal | None, last: Decimal | None) -> bool:
    return first is not None and (first < 0 or (last is not None and first > last))


def _may_be_ends(start: Node, end: Node) -> bool:
    return not (_are_apart(seen_kind(start), seen_kind(end)) or is_null(start) or is_null(end))


def _are_apart(left: str | None, right: str | None) -> bool:
    return left is not None and right is not None and left != right


def _is_duration(node: Node) -> bool:
    match node:
        case syntax.Call(target=syntax.Name(name="duration")):
            return True
    return seen_kind(node) in DURATIONS


def _scales_duration(node: syntax.Arithmetic) -> bool:
    if _is_between(node.first) and all(operator == "/" for operator, _ in node.rest):
        return False  # the time between two dates over a duration: a number, in both the same
    operators = {operator for operator, _ in node.rest}
    parts = [node.first, *(part for _, part in node.rest)]
    return bool(operators & {"*", "/"}) and any(map(_is_duration, parts))


def _moves_oddly(node: syntax.Arithmetic) -> bool:
    """Whether it adds kinds that do not go together, or hours to a date."""
    parts = [node.first, *(part for _, part in node.rest)]
    kinds = [seen_kind(part) for part in parts]
    if set(kinds) >= DURATIONS:
        return True
    if "time" in kinds:
        return "years and months duration" in kinds
    values = map(constant_value, parts)
    return "date" in kinds and any(
        isinstance(value, timedelta) and value % timedelta(days=1) for value in values
    )


def _is_inexact(node: Node) -> bool:
    """Whether it computes with fractions that are written in it, or divides."""
    if isinstance(node, syntax.Call):
        name = node.target.name if isinstance(node.target, syntax.Name) else ""
        return name in _TOTALS and any(map(_has_fraction, node.arguments))
    if not isinstance(node, syntax.Arithmetic):
        return False
    if any(operator in ("/", "**") for operator, _ in node.rest):
        return True
    parts = [node.first, *(part for _, part in node.rest)]
    return any(map(_has_fraction, parts)) or any(map(_is_inexact, parts))


def _has_fraction(node: Node) -> bool:
    if isinstance(node, syntax.ListOf):
        return any(map(_has_fraction, node.items))
    return (
        isinstance(node, syntax.Constant)
        and isinstance(node.value, Decimal)
        and node.value != node.value.to_integral_value()
    )
