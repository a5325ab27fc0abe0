"""Functions: written in the expression, built in, or of the host; and calls of them."""

from __future__ import annotations

import difflib

from feel import syntax
from feel.builtins import BUILTINS, bind
from feel.compiler.core import Binder, Compiler, Run, Scope, compiles
from feel.errors import FeelError, FeelSyntaxError
from feel.evaluation import Evaluation
from feel.patterns import compiled_pattern
from feel.typenames import fitted
from feel.values import Function, Value, kind_name

_PATTERN_FLAGS_AT = {"matches": 2, "replace": 3, "split": None}


@compiles(syntax.FunctionOf)
def _function(compiler: Compiler, node: syntax.FunctionOf) -> Run:
    names = tuple(name for name, _ in node.parameters)
    if len(set(names)) != len(names):
        raise compiler.refuse(node, "函数参数重名")
    body, cost = compiler.within(Binder(frozenset(names)), node.body)
    kinds = dict(node.parameters)

    types = compiler.types

    def run(scope: Scope) -> Value:
        bindings = scope.run.bindings

        def call(arguments: list[Value], named: dict[str, Value]) -> Value:
            given = _arguments(scope.run, names, arguments, named)
            if given is None:
                return None
            scope.run.spend(cost)
            scope.run.enter()
            with scope.run.bound({}, base=bindings):
                for name, kind in kinds.items():
                    if kind is not None:
                        given[name] = fitted(scope.run, given[name], kind, types)
                result = body(scope.inner(given))
            scope.run.leave()
            return result

        return Function("", call, names)

    return run


def _arguments(
    run: Evaluation,
    names: tuple[str, ...],
    arguments: list[Value],
    named: dict[str, Value],
) -> dict[str, Value] | None:
    """Values by parameter name, or None with a note where they do not fit."""
    given = dict(zip(names, arguments, strict=False)) if arguments else dict(named)
    if len(arguments) > len(names) or set(given) != set(names):
        run.note(f"函数应有 {len(names)} 个参数")
        return None
    return given


@compiles(syntax.Call)
def _call(compiler: Compiler, node: syntax.Call) -> Run:
    names = [name for name, _ in node.named]
    if len(set(names)) != len(names):
        raise compiler.refuse(node, "参数名称重复")
    target = node.target
    if isinstance(target, syntax.Name) and not compiler.is_bound(target.name):
        if target.name in BUILTINS:
            return _builtin_call(compiler, node, target.name)
        if target.name in compiler.functions:
            return _host_call(compiler, node, target.name)
        if not compiler.is_open() and target.name not in compiler.names:
            raise _no_function(compiler, target)
    return _value_call(compiler, node)


def _parts(compiler: Compiler, node: syntax.Call) -> tuple[list[Run], list[tuple[str, Run]]]:
    return (
        [compiler.compile(part) for part in node.arguments],
        [(name, compiler.compile(part)) for name, part in node.named],
    )


def _value_call(compiler: Compiler, node: syntax.Call) -> Run:
    function = compiler.compile(node.target)
    arguments, named = _parts(compiler, node)

    def run(scope: Scope) -> Value:
        found = function(scope)
        if not isinstance(found, Function):
            return scope.run.null(f"{kind_name(found)}不是函数，不能调用")
        return found.call(
            [part(scope) for part in arguments], {name: part(scope) for name, part in named}
        )

    return run


def _builtin_call(compiler: Compiler, node: syntax.Call, name: str) -> Run:
    arguments, named = _parts(compiler, node)
    parts = [*arguments, *(part for _, part in named)]
    call = bind(name, len(arguments), tuple(key for key, _ in named))
    if isinstance(call, str):
        raise compiler.refuse(node, f"函数“{name}”{call}")
    if name in _PATTERN_FLAGS_AT and node.arguments:
        _check_pattern(compiler, node.arguments, _PATTERN_FLAGS_AT[name])

    def run(scope: Scope) -> Value:
        scope.run.spend(1)
        return call(scope.run, [part(scope) for part in parts])

    return run


def _check_pattern(
    compiler: Compiler, arguments: tuple[syntax.Node, ...], flags_at: int | None
) -> None:
    """Refuse a pattern that is written out and cannot be read, before anybody depends on it."""
    texts = [part.value if isinstance(part, syntax.Constant) else None for part in arguments]
    flags = texts[flags_at] if flags_at is not None and len(texts) > flags_at else ""
    if isinstance(texts[1], str) and isinstance(flags, str):
        try:
            compiled_pattern(texts[1], flags, with_groups=False)
        except FeelError as error:
            raise compiler.refuse(arguments[1], error.message, mend=error.mend) from None


def _host_call(compiler: Compiler, node: syntax.Call, name: str) -> Run:
    arguments, named = _parts(compiler, node)

    def run(scope: Scope) -> Value:
        return scope.run.host_function(name).call(
            [part(scope) for part in arguments], {key: part(scope) for key, part in named}
        )

    return run


def _no_function(compiler: Compiler, target: syntax.Name) -> FeelSyntaxError:
    known = sorted({*BUILTINS, *compiler.functions})
    near = difflib.get_close_matches(target.name, known, n=3, cutoff=0.6)
    mend = f"是否指 {'、'.join(near)}" if near else "请查阅可用函数的列表"
    return compiler.refuse(target, f"没有名为“{target.name}”的函数", mend=mend)


def builtin_value(run: Evaluation, name: str) -> Function:
    """A built-in function as a value."""

    def call(arguments: list[Value], named: dict[str, Value]) -> Value:
        run.spend(1)
        bound = bind(name, len(arguments), tuple(named))
        if isinstance(bound, str):
            return run.null(f"函数“{name}”{bound}")
        return bound(run, [*arguments, *named.values()])

    return Function(name, call)
