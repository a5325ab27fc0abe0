"""sort(): a list in order, by its own order or by a function that says which goes first."""

from __future__ import annotations

from functools import cmp_to_key

from feel.builtins.registry import builtin
from feel.builtins.statistics import in_order
from feel.evaluation import Evaluation
from feel.values import Function, Value


@builtin("sort", "list: list", "precedes: function")
def sort_by(run: Evaluation, values: list[Value], precedes: Function) -> Value:
    def compare(one: Value, other: Value) -> int:
        run.spend(1)
        if precedes.call([one, other], {}) is True:
            return -1
        return 1 if precedes.call([other, one], {}) is True else 0

    run.hold(8 * len(values))
    return sorted(values, key=cmp_to_key(compare))


@builtin("sort", "list: list")
def sort(run: Evaluation, values: list[Value]) -> Value:
    run.hold(8 * len(values))
    return in_order(run, values)
