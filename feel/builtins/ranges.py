"""Built-ins that say how points and ranges lie to each other (DMN 1.5, 10.3.4.8).

A comparison with a missing end, or between kinds without an order, gives null.
"""

from __future__ import annotations

from collections.abc import Callable

from feel.builtins.registry import builtin
from feel.evaluation import Evaluation
from feel.operators import order
from feel.values import Range, Value

#: Other names by which the two arguments go; which of them is a range is seen.
_ALSO = (("range1", "range2"), ("point", "range"))
Relation = Callable[["_Ends", "_Ends"], bool]


class _NoOrder(Exception):
    """Two ends that cannot be compared."""


class _Ends:
    """A range with comparable ends; a point is the range of itself."""

    def __init__(self, run: Evaluation, value: Value) -> None:
        self.run = run
        self.is_point = not isinstance(value, Range)
        made = value if isinstance(value, Range) else Range(start=value, end=value)
        self.start, self.end = made.start, made.end
        self.opens, self.closes = made.start_included, made.end_included
        if self.start is None or self.end is None:
            raise _NoOrder

    def order(self, left: Value, right: Value) -> int:
        found = order(self.run, left, right)
        if found is None:
            raise _NoOrder
        return found

    def start_to(self, other: _Ends) -> int:
        """The order of the starts; of two equal ones the included is earlier."""
        return self.order(self.start, other.start) or other.opens - self.opens

    def end_to(self, other: _Ends) -> int:
        """The order of the ends; of two equal ones the included is later."""
        return self.order(self.end, other.end) or self.closes - other.closes

    def is_before(self, other: _Ends) -> bool:
        found = self.order(self.end, other.start)
        return found < 0 or (found == 0 and not (self.closes and other.opens))

    def touches(self, other: _Ends) -> bool:
        """Its end is the start of the other, included in both."""
        return self.closes and other.opens and self.order(self.end, other.start) == 0

    def includes(self, other: _Ends) -> bool:
        return self.start_to(other) <= 0 and self.end_to(other) >= 0

    def overlaps(self, other: _Ends) -> bool:
        return not self.is_before(other) and not other.is_before(self)


def _relation(name: str, first: str, second: str, holds: Relation) -> None:
    """Declare a relation; the parameter names say which of the two must be ranges."""

    def function(run: Evaluation, one: Value, other: Value) -> Value:
        for value, parameter in ((one, first), (other, second)):
            if value is None or (parameter.startswith("range") and not isinstance(value, Range)):
                return run.null(f"{name} 的参数应为区间")
        try:
            return holds(_Ends(run, one), _Ends(run, other))
        except _NoOrder:
            return None

    builtin(name, f"{first}: any", f"{second}: any")(function)
    for one, other in _ALSO:
        asks_range = (first.startswith("range"), second.startswith("range"))
        gives_point = (one == "point", other == "point")
        if one != first and not any(map(all, zip(asks_range, gives_point, strict=True))):
            builtin(name, f"{one}: any", f"{other}: any")(function)


_relation("before", "point1", "point2", lambda one, other: one.is_before(other))
_relation("after", "point1", "point2", lambda one, other: other.is_before(one))
_relation("meets", "range1", "range2", lambda one, other: one.touches(other))
_relation("met by", "range1", "range2", lambda one, other: other.touches(one))
_relation("overlaps", "range1", "range2", lambda one, other: one.overlaps(other))
_relation(
    "overlaps before",
    "range1",
    "range2",
    lambda one, other: one.start_to(other) < 0 and one.overlaps(other) and one.end_to(other) < 0,
)
_relation(
    "overlaps after",
    "range1",
    "range2",
    lambda one, other: other.start_to(one) < 0 and one.overlaps(other) and other.end_to(one) < 0,
)
_relation(
    "finishes",
    "point",
    "range",
    lambda one, other: one.end_to(other) == 0 and one.start_to(other) >= 0,
)
_relation(
    "finished by",
    "range",
    "point",
    lambda one, other: one.end_to(other) == 0 and one.start_to(other) <= 0,
)
_relation("includes", "range", "point", lambda one, other: one.includes(other))
_relation("during", "point", "range", lambda one, other: other.includes(one))
_relation(
    "starts",
    "point",
    "range",
    lambda one, other: one.start_to(other) == 0 and one.end_to(other) <= 0,
)
_relation(
    "started by",
    "range",
    "point",
    lambda one, other: one.start_to(other) == 0 and one.end_to(other) >= 0,
)
_relation(
    "coincides",
    "point1",
    "point2",
    lambda one, other: one.start_to(other) == 0 and one.end_to(other) == 0,
)
