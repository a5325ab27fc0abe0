"""Built-ins on lists. Places count from 1, negative ones from the end."""

from __future__ import annotations

from decimal import Decimal

from feel.builtins.registry import builtin
from feel.builtins.strings import place
from feel.evaluation import Evaluation
from feel.operators import equal
from feel.values import Function, Value


def _made(run: Evaluation, values: list[Value]) -> list[Value]:
    """Account for a list that was made."""
    run.spend(len(values))
    run.hold(8 * len(values))
    return values


@builtin("list contains", "list: list", "element: any")
def list_contains(run: Evaluation, values: list[Value], element: Value) -> Value:
    run.spend(len(values))
    return any(same(run, value, element) for value in values)


def same(run: Evaluation, left: Value, right: Value) -> bool:
    """Equality that holds no opinion: values of different kinds are simply not equal."""
    return type(left) is type(right) and equal(run, left, right) is True


@builtin("count", "list: list")
def count(run: Evaluation, values: list[Value]) -> Value:
    return Decimal(len(values))


@builtin("sublist", "list: list", "start position: number", "length?: number")
def sublist(
    run: Evaluation, values: list[Value], start: Decimal, length: Decimal | None = None
) -> Value:
    at = place(start, len(values))
    if at is None:
        return run.null("sublist 的起始位置超出列表")
    if length is None:
        return _made(run, values[at:])
    if length < 1 or length != length.to_integral_value() or at + length > len(values):
        return run.null("sublist 的长度超出列表")
    return _made(run, values[at : at + int(length)])


@builtin("append", "list: list", "item...: any")
def append(run: Evaluation, values: list[Value], items: list[Value]) -> Value:
    return _made(run, [*values, *items])


@builtin("concatenate", "list...: any")
def concatenate(run: Evaluation, lists: list[Value]) -> Value:
    made: list[Value] = []
    for values in lists:
        if values is None:
            return run.null("concatenate 的参数为空值")
        made += _made(run, values if isinstance(values, list) else [values])
    return made


@builtin("insert before", "list: list", "position: number", "newItem: any")
def insert_before(run: Evaluation, values: list[Value], position: Decimal, item: Value) -> Value:
    at = place(position, len(values))
    if at is None:
        return run.null("insert before 的位置超出列表")
    return _made(run, [*values[:at], item, *values[at:]])


@builtin("remove", "list: list", "position: number")
def remove(run: Evaluation, values: list[Value], position: Decimal) -> Value:
    at = place(position, len(values))
    if at is None:
        return run.null("remove 的位置超出列表")
    return _made(run, [*values[:at], *values[at + 1 :]])


@builtin("list replace", "list: list", "position: number", "newItem: any")
def list_replace(run: Evaluation, values: list[Value], position: Decimal, item: Value) -> Value:
    at = place(position, len(values))
    if at is None:
        return run.null("list replace 的位置超出列表")
    return _made(run, [*values[:at], item, *values[at + 1 :]])


@builtin("list replace", "list: list", "match: function", "newItem: any")
def list_replace_matching(
    run: Evaluation, values: list[Value], match: Function, item: Value
) -> Value:
    made: list[Value] = []
    for value in values:
        decided = match.call([value, item], {})
        if not isinstance(decided, bool):
            return run.null("list replace 的判断函数应得出布尔值")
        made.append(item if decided else value)
    return _made(run, made)


@builtin("reverse", "list: list")
def reverse(run: Evaluation, values: list[Value]) -> Value:
    return _made(run, values[::-1])


@builtin("index of", "list: list", "match: any")
def index_of(run: Evaluation, values: list[Value], match: Value) -> Value:
    run.spend(len(values))
    places: list[Value] = [
        Decimal(at) for at, value in enumerate(values, 1) if same(run, value, match)
    ]
    return _made(run, places)


@builtin("union", "list...: any")
def union(run: Evaluation, lists: list[Value]) -> Value:
    joined = concatenate(run, lists)
    return distinct_values(run, joined) if isinstance(joined, list) else None


@builtin("distinct values", "list: list")
def distinct_values(run: Evaluation, values: list[Value]) -> Value:
    made: list[Value] = []
    for value in values:
        run.spend(len(made) + 1)
        if not any(same(run, value, other) for other in made):
            made.append(value)
    return _made(run, made)


@builtin("duplicate values", "list: list")
def duplicate_values(run: Evaluation, values: list[Value]) -> Value:
    made: list[Value] = []
    for at, value in enumerate(values):
        run.spend(at + 1)
        if any(same(run, value, other) for other in values[:at]) and not any(
            same(run, value, other) for other in made
        ):
            made.append(value)
    return _made(run, made)


@builtin("flatten", "list: list")
def flatten(run: Evaluation, values: list[Value]) -> Value:
    made: list[Value] = []
    waiting = [iter(values)]
    while waiting:
        run.spend(1)
        for value in waiting[-1]:
            if isinstance(value, list):
                waiting.append(iter(value))
                break
            run.spend(1)
            made.append(value)
        else:
            waiting.pop()
    return _made(run, made)


@builtin("partition", "list: list", "size: number")
def partition(run: Evaluation, values: list[Value], size: Decimal) -> Value:
    if size < 1 or size != size.to_integral_value():
        return run.null("partition 的大小应为正整数")
    step = min(int(size), len(values) or 1)
    return _made(run, [values[at : at + step] for at in range(0, len(values), step)])
