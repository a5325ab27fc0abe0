"""for, some and every: rounds over lists, ranges and the numbers or days from one to another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from feel import syntax
from feel.compiler.core import Binder, Compiler, Run, Scope, compiles, note_no_boolean
from feel.evaluation import Evaluation
from feel.syntax import Node
from feel.values import Range, Value, kind_name

Source = Callable[[Scope], list[Value] | None]
#: The names of each round, or None where there is nothing to go over.
Rounds = Callable[[Scope], Iterator[dict[str, Value]] | None]


@compiles(syntax.Loop)
def _loop(compiler: Compiler, node: syntax.Loop) -> Run:
    rounds, body, cost = _rounds(compiler, node.iterators, node.body, "partial")
    uses_partial = "partial" in compiler.text

    def run(scope: Scope) -> Value:
        bindings = rounds(scope)
        if bindings is None:
            return None
        made: list[Value] = []
        for names in bindings:
            scope.run.spend(cost)
            scope.run.hold(8)
            if uses_partial:
                scope.run.hold(8 * len(made))
                names["partial"] = list(made)
            made.append(body(scope.inner(names)))
        return made

    return run


@compiles(syntax.Quantified)
def _quantified(compiler: Compiler, node: syntax.Quantified) -> Run:
    rounds, body, cost = _rounds(compiler, node.iterators, node.body)
    decisive = node.quantifier == "some"

    def run(scope: Scope) -> Value:
        bindings = rounds(scope)
        if bindings is None:
            return None
        unknown = False
        for names in bindings:
            scope.run.spend(cost)
            value = body(scope.inner(names))
            if value is decisive:
                return decisive
            if value is not (not decisive):
                unknown = True
                note_no_boolean(scope.run, value)
        return None if unknown else not decisive

    return run


def _rounds(
    compiler: Compiler, iterators: tuple[syntax.Iterator, ...], body: Node, *extra: str
) -> tuple[Rounds, Run, int]:
    """What gives the names of each round, the body, and the cost of one round."""
    sources: list[tuple[str, Source]] = []
    seen: frozenset[str] = frozenset()
    for iterator in iterators:
        sources.append((iterator.name, _source(compiler, iterator, Binder(seen))))
        seen |= {iterator.name}
    run, cost = compiler.within(Binder(seen | set(extra)), body)
    return _nested(sources) if len(sources) > 1 else _single(*sources[0]), run, cost + 1


def _source(compiler: Compiler, iterator: syntax.Iterator, binder: Binder) -> Source:
    source, _ = compiler.within(binder, iterator.source)
    if iterator.end is None:
        return lambda scope: elements(scope.run, source(scope))
    end, _ = compiler.within(binder, iterator.end)
    return lambda scope: _steps(scope.run, source(scope), end(scope))


def _single(name: str, source: Source) -> Rounds:
    def rounds(scope: Scope) -> Iterator[dict[str, Value]] | None:
        elements = source(scope)
        return None if elements is None else ({name: element} for element in elements)

    return rounds


def _nested(sources: list[tuple[str, Source]]) -> Rounds:
    """Rounds over several lists, the last one fastest; a later list may use earlier names."""

    def rounds(scope: Scope) -> Iterator[dict[str, Value]] | None:
        found: list[dict[str, Value]] = [{}]
        for name, source in sources:
            wider: list[dict[str, Value]] = []
            for names in found:
                elements = source(scope.inner(names))
                if elements is None:
                    return None
                scope.run.spend(len(elements) + 1)
                wider += ({**names, name: element} for element in elements)
            found = wider
        return iter(found)

    return rounds


def elements(run: Evaluation, value: Value) -> list[Value] | None:
    """What there is to go over: a list, a range of numbers or days, or one value."""
    if isinstance(value, list):
        return value
    if value is None:
        run.note("循环的来源为空值")
        return None
    if not isinstance(value, Range):
        return [value]
    steps = _steps(run, value.start, value.end)
    if steps is None:
        return None
    return steps[0 if value.start_included else 1 : len(steps) if value.end_included else -1]


def _steps(run: Evaluation, start: Value, end: Value) -> list[Value] | None:
    """The whole numbers, or the days, from start to end, up or down."""
    if isinstance(start, Decimal) and isinstance(end, Decimal):
        return _numbers(run, start, end)
    if type(start) is date and type(end) is date:
        return _days(run, start, end)
    run.note(f"不能从{kind_name(start)}循环到{kind_name(end)}", mend="两端应为整数或日期")
    return None


def _numbers(run: Evaluation, start: Decimal, end: Decimal) -> list[Value] | None:
    if start != start.to_integral_value() or end != end.to_integral_value():
        run.note("循环的两端应为整数")
        return None
    if max(start.adjusted(), end.adjusted()) > 18:
        run.spend(run.steps + 1)
    low, high = int(start), int(end)
    run.spend(abs(high - low) + 1)
    step = 1 if low <= high else -1
    return [Decimal(value) for value in range(low, high + step, step)]


def _days(run: Evaluation, start: date, end: date) -> list[Value]:
    count = abs((end - start).days)
    run.spend(count + 1)
    step = timedelta(days=1 if start <= end else -1)
    return [start + step * at for at in range(count + 1)]
