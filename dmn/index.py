"""Which rules of a column a value passes, found without asking each rule.

Most cells of large tables are constants: a text, a number, a date, a range of them. These are
looked up; what else a cell may say is left to be carried out. Sets of rules are the bits of one
integer, the first rule is the lowest bit.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from feel import Expression, syntax
from feel.literals import parse_date
from feel.values import Value

#: Kinds of constants that are looked up: equal values are equal keys, and all but truth have order.
_KINDS = (Decimal, str, date)
#: Changes that a look-up in the ranges makes at most.
_STRIDE = 256
#: So many rules are picked one by one out of a set.
_FEW = 64

Slots = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Interval:
    """Constants between two ends; an end that is None is open to infinity."""

    start: Any
    end: Any
    start_included: bool
    end_included: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell of constants takes: these values and these ranges, or all but these values."""

    values: tuple[Value, ...]
    intervals: tuple[Interval, ...] = ()
    is_negated: bool = False


def constants_of(tree: syntax.Node) -> Cell | None:
    """The constants of a cell; None for a cell that has to be carried out."""
    if not isinstance(tree, syntax.UnaryTests):
        return None
    values: list[Value] = []
    intervals: list[Interval] = []
    for test in tree.tests:
        found = _interval(test)
        if found is not None:
            intervals.append(found)
        elif _is_constant(test):
            values.append(_constant(test))
        else:
            return None
    if tree.is_negated and (intervals or not _are_alike(values)):
        return None
    return Cell(tuple(values), tuple(intervals), tree.is_negated)


def _are_alike(values: Sequence[Value]) -> bool:
    return len({type(value) for value in values}) == 1 and type(values[0]) in _KINDS


def _is_constant(node: syntax.Node) -> bool:
    if isinstance(node, syntax.Constant):
        return node.value is None or type(node.value) in (*_KINDS, bool)
    return _constant(node) is not None


def _constant(node: syntax.Node) -> Value:
    """A literal, a negative number or date("…"); None for anything else, and for null."""
    match node:
        case syntax.Constant(value=value):
            return value
        case syntax.Negation(operand=syntax.Constant(value=Decimal() as number)):
            return -number
        case syntax.Call(
            target=syntax.Name(name="date"), arguments=(syntax.Constant(value=str() as text),)
        ):
            return parse_date(text)
    return None


def _interval(node: syntax.Node) -> Interval | None:
    match node:
        case syntax.Test(operator="<" | "<=" as operator, operand=operand):
            return _between(None, operand, False, operator == "<=")
        case syntax.Test(operator=">" | ">=" as operator, operand=operand):
            return _between(operand, None, operator == ">=", False)
        case syntax.RangeOf():
            return _between(node.start, node.end, node.start_included, node.end_included)
    return None


def _between(
    start: syntax.Node | None, end: syntax.Node | None, opens: bool, closes: bool
) -> Interval | None:
    ends = [_constant(node) for node in (start, end) if node is not None]
    if not ends or not _are_alike(ends):
        return None
    return Interval(
        _constant(start) if start else None, _constant(end) if end else None, opens, closes
    )


@dataclass
class Column:
    """The cells of one column, ready to be looked up; never changed once it is built."""

    #: Rules whose cell takes anything, and those whose cell has to be carried out.
    always: int = 0
    opaque: int = 0
    _truths: int = 0
    _equal: dict[tuple[type, Value], int] = field(default_factory=lambda: defaultdict(int))
    _others: dict[type, int] = field(default_factory=lambda: defaultdict(int))
    _except: dict[tuple[type, Value], int] = field(default_factory=lambda: defaultdict(int))
    _ranges: Mapping[type, _Ranges] = field(default_factory=dict)

    @classmethod
    def of(cls, cells: Iterable[Expression]) -> Column:
        """The column of these cells, from the first rule to the last."""
        column = cls()
        ranges: dict[type, list[tuple[int, Interval]]] = defaultdict(list)
        for number, expression in enumerate(cells):
            cell, bit = constants_of(expression.tree), 1 << number
            if cell is None:
                column.opaque |= bit
            elif not cell.values and not cell.intervals:
                column.always |= bit
            else:
                column._enter(cell, bit)
                for interval in cell.intervals:
                    ranges[_kind(interval)].append((number, interval))
        column._ranges = {kind: _Ranges(found) for kind, found in ranges.items()}
        return column

    def _enter(self, cell: Cell, bit: int) -> None:
        for value in cell.values:
            (self._except if cell.is_negated else self._equal)[type(value), value] |= bit
            if isinstance(value, bool):
                self._truths |= bit
        if cell.is_negated:
            self._others[type(cell.values[0])] |= bit

    def look_up(self, value: Value) -> tuple[int, int]:
        """The rules that the value passes for certain, and those that have to be carried out."""
        kind = type(value)
        if kind is list or kind is dict:
            return self.always, ~self.always
        passed = self.always | self._equal.get((kind, value), 0)
        others = self._others.get(kind, 0)
        if value is None:
            others = sum(self._others.values())
        passed |= others & ~self._except.get((kind, value), 0)
        ranges = self._ranges.get(kind)
        if ranges is not None:
            passed |= ranges.holding(value)
        if kind is bool or value is None:
            return passed, self.opaque
        return passed, self.opaque | self._truths

    def knows(self, kind: type) -> bool:
        """Whether the column has anything to say about values of a kind."""
        if self.opaque or not (self._equal or self._others or self._ranges):
            return True
        kinds = {key[0] for key in self._equal} | self._others.keys() | self._ranges.keys()
        return kind in kinds or bool(self._truths)


def _kind(interval: Interval) -> type:
    return type(interval.start if interval.start is not None else interval.end)


class _Ranges:
    """Which of many ranges hold a value.

    The ends cut the line into slots: slot 2i+1 is the i-th end itself, the even ones lie between.
    The rules whose ranges hold a slot are kept for some slots, with the changes in between.
    """

    def __init__(self, found: list[tuple[int, Interval]]) -> None:
        ends = {end for _, each in found for end in (each.start, each.end) if end is not None}
        self._ends = sorted(ends)
        by_rule: dict[int, list[Slots]] = defaultdict(list)
        for number, interval in found:
            by_rule[number].append(self._slots(interval))
        self._kept_at: list[int] = []
        self._kept: list[int] = []
        self._changes: dict[int, list[int]] = defaultdict(list)
        for number, slots in by_rule.items():
            for first, last in _joined(slots):
                self._changes[first].append(number)
                self._changes[last + 1].append(number)
        self._changed_at = sorted(self._changes)
        self._keep()

    def _slots(self, interval: Interval) -> Slots:
        first, last = 0, 2 * len(self._ends)
        if interval.start is not None:
            at = bisect_left(self._ends, interval.start)
            first = 2 * at + (1 if interval.start_included else 2)
        if interval.end is not None:
            at = bisect_left(self._ends, interval.end)
            last = 2 * at + (1 if interval.end_included else 0)
        return first, last

    def _keep(self) -> None:
        rules, since = 0, 0
        for slot in self._changed_at:
            for number in self._changes[slot]:
                rules ^= 1 << number
            since += len(self._changes[slot])
            if since > _STRIDE:
                self._kept_at.append(slot)
                self._kept.append(rules)
                since = 0

    def holding(self, value: Any) -> int:
        """The rules with a range that holds the value."""
        at = bisect_left(self._ends, value)
        is_end = at < len(self._ends) and self._ends[at] == value
        slot = 2 * at + (1 if is_end else 0)
        kept = bisect_right(self._kept_at, slot)
        rules = self._kept[kept - 1] if kept else 0
        since = bisect_right(self._changed_at, self._kept_at[kept - 1]) if kept else 0
        for changed in self._changed_at[since : bisect_right(self._changed_at, slot)]:
            for number in self._changes[changed]:
                rules ^= 1 << number
        return rules


def _joined(slots: list[Slots]) -> Iterator[Slots]:
    """The slots of one rule without overlaps, so that every change is a change."""
    reach: Slots | None = None
    for first, last in sorted(slots):
        if first > last:
            continue
        if reach is None or first > reach[1]:
            if reach is not None:
                yield reach
            reach = first, last
        else:
            reach = reach[0], max(reach[1], last)
    if reach is not None:
        yield reach


def numbers_of(rules: int) -> list[int]:
    """The numbers of the rules in a set, from the first, counted from 0."""
    if rules.bit_count() > _FEW:
        return [at for at, bit in enumerate(reversed(f"{rules:b}")) if bit == "1"]
    found: list[int] = []
    while rules:
        found.append((rules & -rules).bit_length() - 1)
        rules &= rules - 1
    return found
