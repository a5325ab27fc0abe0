"""Constants, names, lists, contexts and ranges."""

from __future__ import annotations

from feel import syntax
from feel.builtins import BUILTINS
from feel.compiler.core import Binder, Compiler, Run, Scope, compiles
from feel.compiler.functions import builtin_value
from feel.operators import compare
from feel.values import Range, Value


@compiles(syntax.Constant)
def _constant(compiler: Compiler, node: syntax.Constant) -> Run:
    value = node.value
    return lambda scope: value


@compiles(syntax.Name)
def _name(compiler: Compiler, node: syntax.Name) -> Run:
    name = node.name
    if name == "?":  # even in a filter it makes a cell a condition
        compiler.free.add(name)
    if compiler.is_bound(name) or compiler.is_open():
        return lambda scope: _look_up(scope, name)
    if name in BUILTINS:
        return lambda scope: _variable_or_builtin(scope, name)
    if name not in compiler.functions:
        compiler.free.add(name)
    return lambda scope: scope.run.variable(name)


def _look_up(scope: Scope, name: str) -> Value:
    at: Scope | None = scope
    while at is not None:
        if name in at.names:
            return at.names[name]
        at = at.outer
    return _variable_or_builtin(scope, name)


def _variable_or_builtin(scope: Scope, name: str) -> Value:
    """A variable goes before the built-in of its name."""
    if name in BUILTINS and not scope.run.has(name):
        return builtin_value(scope.run, name)
    return scope.run.variable(name)


@compiles(syntax.ListOf)
def _list(compiler: Compiler, node: syntax.ListOf) -> Run:
    items = [compiler.compile(item) for item in node.items]

    def run(scope: Scope) -> Value:
        scope.run.hold(8 * len(items))
        return [item(scope) for item in items]

    return run


@compiles(syntax.ContextOf)
def _context(compiler: Compiler, node: syntax.ContextOf) -> Run:
    entries: list[tuple[str, Run]] = []
    seen: frozenset[str] = frozenset()
    for name, part in node.entries:
        entries.append((name, compiler.within(Binder(seen), part)[0]))
        seen |= {name}

    def run(scope: Scope) -> Value:
        made: dict[str, Value] = {}
        inside = scope.inner(made)
        scope.run.hold(16 * len(entries))
        for name, part in entries:
            made[name] = part(inside)
        return made

    return run


@compiles(syntax.RangeOf)
def _range(compiler: Compiler, node: syntax.RangeOf) -> Run:
    start = compiler.compile(node.start) if node.start is not None else None
    end = compiler.compile(node.end) if node.end is not None else None

    def run(scope: Scope) -> Value:
        low = start(scope) if start else None
        high = end(scope) if end else None
        if (start and low is None) or (end and high is None):
            return scope.run.null("区间的端点为空值")
        if start and end and compare(scope.run, "<=", low, high) is None:
            return None
        return Range(
            start=low,
            end=high,
            start_included=node.start_included,
            end_included=node.end_included,
        )

    return run
