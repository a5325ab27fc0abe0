"""A tree to a function: every part becomes a closure over the closures of its parts.

A closure takes the scope and gives the value. Names that the expression itself binds (loops,
functions, contexts, filters) are looked up in the chain of scopes, all others in the evaluation.
What a loop, a filter or a function body costs is known here: the number of its parts.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from feel import syntax
from feel.builtins import BUILTINS, bind
from feel.errors import FeelError, FeelSyntaxError
from feel.evaluation import Evaluation
from feel.operators import ARITHMETIC, compare, contains, equal, negate
from feel.patterns import compiled_pattern
from feel.properties import member
from feel.syntax import Node
from feel.typenames import conforms
from feel.values import Function, Range, Value, kind_name


class Scope:
    """Names bound inside the expression, and where to look further."""

    __slots__ = ("names", "outer", "run")

    def __init__(
        self, run: Evaluation, names: Mapping[str, Value], outer: Scope | None = None
    ) -> None:
        self.run = run
        self.names = names
        self.outer = outer

    def inner(self, names: Mapping[str, Value]) -> Scope:
        return Scope(self.run, names, self)


Run = Callable[[Scope], Value]


@dataclass(frozen=True)
class _Binder:
    """Names bound around a part; `is_open` where the members of a filtered element are, too."""

    names: frozenset[str] = frozenset()
    is_open: bool = False


@dataclass
class Compiler:
    text: str
    functions: frozenset[str]
    #: Free variables, for the checks at deployment.
    free: set[str] = field(default_factory=set)
    parts: int = 0
    _binders: list[_Binder] = field(default_factory=list)

    def compile(self, node: Node) -> Run:
        self.parts += 1
        run: Run = getattr(self, f"_{type(node).__name__.lower()}")(node)
        return run

    def _costed(self, node: Node, binder: _Binder) -> tuple[Run, int]:
        """A part inside a binder, and how many parts it has."""
        before = self.parts
        self._binders.append(binder)
        run = self.compile(node)
        self._binders.pop()
        return run, self.parts - before

    def _is_bound(self, name: str) -> bool:
        return any(name in binder.names for binder in self._binders)

    def _is_open(self) -> bool:
        return any(binder.is_open for binder in self._binders)

    # leaves

    def _constant(self, node: syntax.Constant) -> Run:
        value = node.value
        return lambda scope: value

    def _name(self, node: syntax.Name) -> Run:
        name = node.name
        if not self._is_bound(name) and not self._is_open():
            if name in BUILTINS:
                return self._builtin_name(name)
            if name not in self.functions:
                self.free.add(name)
            return lambda scope: scope.run.variable(name)
        return lambda scope: _look_up(scope, name)

    def _builtin_name(self, name: str) -> Run:
        """A variable of that name goes before the function of that name."""

        def run(scope: Scope) -> Value:
            if name in scope.run.variables:
                return scope.run.variable(name)
            return _builtin_value(scope.run, name)

        return run

    # composites

    def _listof(self, node: syntax.ListOf) -> Run:
        items = [self.compile(item) for item in node.items]

        def run(scope: Scope) -> Value:
            scope.run.hold(8 * len(items))
            return [item(scope) for item in items]

        return run

    def _contextof(self, node: syntax.ContextOf) -> Run:
        entries: list[tuple[str, Run]] = []
        seen: frozenset[str] = frozenset()
        for name, part in node.entries:
            entries.append((name, self._costed(part, _Binder(seen))[0]))
            seen |= {name}

        def run(scope: Scope) -> Value:
            made: dict[str, Value] = {}
            inside = scope.inner(made)
            scope.run.hold(16 * len(entries))
            for name, part in entries:
                made[name] = part(inside)
            return made

        return run

    def _rangeof(self, node: syntax.RangeOf) -> Run:
        start = self.compile(node.start) if node.start is not None else None
        end = self.compile(node.end) if node.end is not None else None

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

    # operators

    def _arithmetic(self, node: syntax.Arithmetic) -> Run:
        first = self.compile(node.first)
        rest = [(ARITHMETIC[operator], self.compile(part)) for operator, part in node.rest]

        def run(scope: Scope) -> Value:
            value = first(scope)
            for operation, part in rest:
                value = operation(scope.run, value, part(scope))
            return value

        return run

    def _negation(self, node: syntax.Negation) -> Run:
        operand = self.compile(node.operand)
        return lambda scope: negate(scope.run, operand(scope))

    def _comparison(self, node: syntax.Comparison) -> Run:
        left, right, operator = self.compile(node.left), self.compile(node.right), node.operator
        if operator == "=":
            return lambda scope: equal(scope.run, left(scope), right(scope))
        return lambda scope: compare(scope.run, operator, left(scope), right(scope))

    def _between(self, node: syntax.Between) -> Run:
        operand, low, high = map(self.compile, (node.operand, node.low, node.high))

        def run(scope: Scope) -> Value:
            start, end = low(scope), high(scope)
            value = operand(scope)
            above = compare(scope.run, ">=", value, start)
            below = compare(scope.run, "<=", value, end)
            return _conjunction((above, below))

        return run

    def _membership(self, node: syntax.Membership) -> Run:
        operand = self.compile(node.operand)
        tests = [self._membership_test(test) for test in node.tests]

        def run(scope: Scope) -> Value:
            value = operand(scope)
            return _disjunction(test(scope, value) for test in tests)

        return run

    def _membership_test(self, node: Node) -> Callable[[Scope, Value], Value]:
        if isinstance(node, syntax.Test):
            return self._against(node)
        part = self.compile(node)
        return lambda scope, value: is_in(scope.run, value, part(scope))

    def _against(self, node: syntax.Test) -> Callable[[Scope, Value], Value]:
        self.parts += 1
        operand, operator = self.compile(node.operand), node.operator
        return lambda scope, value: compare(scope.run, operator, value, operand(scope))

    def _test(self, node: syntax.Test) -> Run:
        raise FeelSyntaxError(
            node.position, "!= 缺少左边的值", mend="请写成 x != y", text=self.text
        )

    def _logic(self, node: syntax.Logic) -> Run:
        operands = [self.compile(part) for part in node.operands]
        decisive = node.operator == "or"

        def run(scope: Scope) -> Value:
            unknown = False
            for part in operands:
                value = part(scope)
                if value is decisive:
                    return decisive
                if value is not (not decisive):
                    unknown = True
                    _note_no_boolean(scope.run, value)
            return None if unknown else not decisive

        return run

    def _not(self, node: syntax.Not) -> Run:
        operand = self.compile(node.operand)

        def run(scope: Scope) -> Value:
            value = operand(scope)
            if isinstance(value, bool):
                return not value
            _note_no_boolean(scope.run, value)
            return None

        return run

    def _empty(self, node: syntax.Empty) -> Run:
        operand = self.compile(node.operand)

        def run(scope: Scope) -> Value:
            value = operand(scope)
            return value is None or (isinstance(value, (str, list, dict)) and not value)

        return run

    # choices and loops

    def _choice(self, node: syntax.Choice) -> Run:
        branches = [(self.compile(test), self.compile(then)) for test, then in node.branches]
        otherwise = self.compile(node.otherwise)

        def run(scope: Scope) -> Value:
            for test, then in branches:
                decided = test(scope)
                if decided is True:
                    return then(scope)
                if decided is not False:
                    _note_no_boolean(scope.run, decided)
            return otherwise(scope)

        return run

    def _rounds(
        self, iterators: tuple[syntax.Iterator, ...], body: Node, *extra: str
    ) -> tuple[Callable[[Scope], Iterator[dict[str, Value]] | None], Run, int]:
        """What gives the bindings of each round, the body, and the cost of one round."""
        sources: list[tuple[str, Callable[[Scope], list[Value] | None]]] = []
        seen: frozenset[str] = frozenset()
        depends = False
        for iterator in iterators:
            self._binders.append(_Binder(seen))
            sources.append((iterator.name, self._source(iterator)))
            self._binders.pop()
            depends = depends or bool(seen)
            seen |= {iterator.name}
        run, cost = self._costed(body, _Binder(seen | set(extra)))
        return _nested(sources) if depends else _single(*sources[0]), run, cost + 1

    def _source(self, iterator: syntax.Iterator) -> Callable[[Scope], list[Value] | None]:
        source = self.compile(iterator.source)
        if iterator.end is None:
            return lambda scope: _elements(scope.run, source(scope))
        end = self.compile(iterator.end)
        return lambda scope: _steps(scope.run, source(scope), end(scope))

    def _loop(self, node: syntax.Loop) -> Run:
        rounds, body, cost = self._rounds(node.iterators, node.body, "partial")
        uses_partial = "partial" in self.text

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

    def _quantified(self, node: syntax.Quantified) -> Run:
        rounds, body, cost = self._rounds(node.iterators, node.body)
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
                    _note_no_boolean(scope.run, value)
            return None if unknown else not decisive

        return run

    # functions

    def _functionof(self, node: syntax.FunctionOf) -> Run:
        names = tuple(name for name, _ in node.parameters)
        if len(set(names)) != len(names):
            raise FeelSyntaxError(node.position, "函数参数重名", text=self.text)
        body, cost = self._costed(node.body, _Binder(frozenset(names)))
        kinds = dict(node.parameters)

        def run(scope: Scope) -> Value:
            def call(arguments: list[Value], named: dict[str, Value]) -> Value:
                given = _arguments(scope.run, names, kinds, arguments, named)
                if given is None:
                    return None
                scope.run.spend(cost)
                scope.run.enter()
                result = body(scope.inner(given))
                scope.run.leave()
                return result

            return Function("", call, names)

        return run

    def _call(self, node: syntax.Call) -> Run:
        target = node.target
        if isinstance(target, syntax.Name) and not self._is_bound(target.name):
            if target.name in BUILTINS:
                return self._builtin_call(node, target.name)
            if target.name in self.functions:
                return self._host_call(node, target.name)
            if not self._is_open():
                raise self._no_function(target)
        function = self.compile(target)
        arguments, named = self._compile_arguments(node)

        def run(scope: Scope) -> Value:
            found = function(scope)
            if not isinstance(found, Function):
                return scope.run.null(f"{kind_name(found)}不是函数，不能调用")
            return found.call(
                [part(scope) for part in arguments],
                {name: part(scope) for name, part in named},
            )

        return run

    def _compile_arguments(self, node: syntax.Call) -> tuple[list[Run], list[tuple[str, Run]]]:
        names = [name for name, _ in node.named]
        if len(set(names)) != len(names):
            raise FeelSyntaxError(node.position, "参数名称重复", text=self.text)
        return (
            [self.compile(part) for part in node.arguments],
            [(name, self.compile(part)) for name, part in node.named],
        )

    def _builtin_call(self, node: syntax.Call, name: str) -> Run:
        arguments, named = self._compile_arguments(node)
        if name in ("matches", "replace", "split"):
            self._check_pattern(node)
        parts = [*arguments, *(part for _, part in named)]
        call = bind(name, len(arguments), tuple(key for key, _ in named))
        if isinstance(call, str):
            raise FeelSyntaxError(node.position, f"函数“{name}”{call}", text=self.text)

        def run(scope: Scope) -> Value:
            scope.run.spend(1)
            return call(scope.run, [part(scope) for part in parts])

        return run

    def _check_pattern(self, node: syntax.Call) -> None:
        """Refuse a pattern that is written out and cannot be read, before anybody depends on it."""
        if len(node.arguments) < 2 or not isinstance(node.arguments[1], syntax.Constant):
            return
        flags = node.arguments[-1] if len(node.arguments) > 2 else None
        given = flags.value if isinstance(flags, syntax.Constant) else ""
        if isinstance(node.target, syntax.Name) and node.target.name == "replace":
            given = given if len(node.arguments) == 4 else ""
        pattern = node.arguments[1]
        if isinstance(pattern.value, str) and isinstance(given, str):
            try:
                compiled_pattern(pattern.value, given, with_groups=False)
            except FeelError as error:
                raise FeelSyntaxError(
                    pattern.position, error.message, mend=error.mend, text=self.text
                ) from None

    def _host_call(self, node: syntax.Call, name: str) -> Run:
        arguments, named = self._compile_arguments(node)

        def run(scope: Scope) -> Value:
            return scope.run.host_function(name).call(
                [part(scope) for part in arguments],
                {key: part(scope) for key, part in named},
            )

        return run

    def _no_function(self, target: syntax.Name) -> FeelSyntaxError:
        known = sorted({*BUILTINS, *self.functions})
        near = difflib.get_close_matches(target.name, known, n=3, cutoff=0.6)
        mend = f"是否指 {'、'.join(near)}" if near else "请查阅可用函数的列表"
        return FeelSyntaxError(
            target.position, f"没有名为“{target.name}”的函数", mend=mend, text=self.text
        )

    # paths, filters, types

    def _path(self, node: syntax.Path) -> Run:
        operand, name = self.compile(node.operand), node.name
        return lambda scope: member(scope.run, operand(scope), name)

    def _filter(self, node: syntax.Filter) -> Run:
        operand = self.compile(node.operand)
        constant = _constant_index(node.condition)
        if constant is not None:
            return lambda scope: _at(scope.run, operand(scope), constant)
        condition, cost = self._costed(node.condition, _Binder(frozenset({"item"}), is_open=True))

        def run(scope: Scope) -> Value:
            return _filtered(scope, operand(scope), condition, cost + 1)

        return run

    def _instanceof(self, node: syntax.InstanceOf) -> Run:
        operand, wanted = self.compile(node.operand), node.type
        return lambda scope: conforms(operand(scope), wanted)

    # decision cells

    def unary_tests(self, node: syntax.UnaryTests) -> Run:
        tests = [self._cell_test(test) for test in node.tests]
        if not tests:
            return lambda scope: True

        def run(scope: Scope) -> Value:
            value = scope.run.variable("?")
            return _disjunction(test(scope, value) for test in tests)

        if not node.is_negated:
            return run

        def negated(scope: Scope) -> Value:
            holds = run(scope)
            return None if holds is None else not holds

        return negated

    def _cell_test(self, node: Node) -> Callable[[Scope, Value], Value]:
        if isinstance(node, syntax.Test):
            return self._against(node)
        before = set(self.free)
        self.free.discard("?")
        part = self.compile(node)
        is_condition = "?" in self.free or isinstance(node, _CONDITIONS)
        self.free |= before
        if is_condition:
            return lambda scope, value: part(scope)

        def run(scope: Scope, value: Value) -> Value:
            wanted = part(scope)
            if isinstance(wanted, bool) and not isinstance(value, bool) and value is not None:
                return wanted
            return is_in(scope.run, value, wanted)

        return run


#: Cells of these forms are conditions in their own right, whatever they are about.
_CONDITIONS = (
    syntax.Comparison,
    syntax.Between,
    syntax.Membership,
    syntax.Logic,
    syntax.Not,
    syntax.Empty,
    syntax.Quantified,
    syntax.InstanceOf,
)


def _look_up(scope: Scope, name: str) -> Value:
    at: Scope | None = scope
    while at is not None:
        if name in at.names:
            return at.names[name]
        at = at.outer
    if name in BUILTINS and name not in scope.run.variables:
        return _builtin_value(scope.run, name)
    return scope.run.variable(name)


def _builtin_value(run: Evaluation, name: str) -> Function:
    def call(arguments: list[Value], named: dict[str, Value]) -> Value:
        run.spend(1)
        bound = bind(name, len(arguments), tuple(named))
        if isinstance(bound, str):
            return run.null(f"函数“{name}”{bound}")
        return bound(run, [*arguments, *named.values()])

    return Function(name, call)


def _note_no_boolean(run: Evaluation, value: Value) -> None:
    if value is not None:
        run.note(f"此处应为布尔值，得到的是{kind_name(value)}")


def _conjunction(values: tuple[bool | None, ...]) -> bool | None:
    if False in values:
        return False
    return None if None in values else True


def _disjunction(values: Iterator[Value]) -> bool | None:
    unknown = False
    for value in values:
        if value is True:
            return True
        unknown = unknown or value is None
    return None if unknown else False


def is_in(run: Evaluation, value: Value, wanted: Value) -> bool | None:
    """Whether the value is what is wanted, in the range, or one of the list."""
    if isinstance(wanted, Range):
        return contains(run, wanted, value)
    if not isinstance(wanted, list):
        return equal(run, value, wanted)
    if isinstance(value, list) and equal(run, value, wanted):
        return True
    run.spend(len(wanted))
    return _disjunction(
        contains(run, item, value) if isinstance(item, Range) else equal(run, value, item)
        for item in wanted
    )


def _elements(run: Evaluation, value: Value) -> list[Value] | None:
    if isinstance(value, list):
        return value
    if value is None:
        run.note("循环的来源为空值")
        return None
    if isinstance(value, Range):
        start_included, end_included = value.start_included, value.end_included
        steps = _steps(run, value.start, value.end)
        if steps is None:
            return None
        return steps[0 if start_included else 1 : len(steps) if end_included else -1]
    return [value]


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


def _single(
    name: str, source: Callable[[Scope], list[Value] | None]
) -> Callable[[Scope], Iterator[dict[str, Value]] | None]:
    def rounds(scope: Scope) -> Iterator[dict[str, Value]] | None:
        elements = source(scope)
        return None if elements is None else ({name: element} for element in elements)

    return rounds


def _nested(
    sources: list[tuple[str, Callable[[Scope], list[Value] | None]]],
) -> Callable[[Scope], Iterator[dict[str, Value]] | None]:
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


def _arguments(
    run: Evaluation,
    names: tuple[str, ...],
    kinds: Mapping[str, syntax.TypeName | None],
    arguments: list[Value],
    named: dict[str, Value],
) -> dict[str, Value] | None:
    """Values by parameter name, or None with a note where they do not fit."""
    given = dict(zip(names, arguments, strict=False)) if arguments else dict(named)
    if len(arguments) > len(names) or set(given) != set(names):
        run.note(f"函数应有 {len(names)} 个参数")
        return None
    for name, value in given.items():
        kind = kinds[name]
        if kind is not None and value is not None and not conforms(value, kind):
            if isinstance(value, list) and len(value) == 1 and conforms(value[0], kind):
                given[name] = value[0]
                continue
            run.note(f"参数“{name}”应为 {kind.name}")
            return None
    return given


def _constant_index(node: Node) -> Decimal | None:
    if isinstance(node, syntax.Negation):
        inner = _constant_index(node.operand)
        return -inner if inner is not None else None
    if isinstance(node, syntax.Constant) and isinstance(node.value, Decimal):
        return node.value
    return None


def _at(run: Evaluation, value: Value, index: Decimal) -> Value:
    """The element at a place counted from 1, or from the end where negative."""
    items = value if isinstance(value, list) else [] if value is None else [value]
    if index == index.to_integral_value() and 1 <= abs(index) <= len(items):
        return items[int(index) - 1 if index > 0 else int(index)]
    return run.null(f"列表没有第 {index} 个元素")


def _quietly(part: Run, scope: Scope) -> Value:
    """The value of a part for which there is nothing yet to be about: without notes or refusal."""
    run = scope.run
    kept = run.is_strict, run.notes
    run.is_strict, run.notes = False, None
    try:
        return part(scope)
    finally:
        run.is_strict, run.notes = kept


def _filtered(scope: Scope, value: Value, condition: Run, cost: int) -> Value:
    run = scope.run
    if value is None:
        return run.null("对空值做了筛选")
    items = value if isinstance(value, list) else [value]
    if not items:
        outside = _quietly(condition, scope.inner({"item": None}))
        return _at(run, items, outside) if isinstance(outside, Decimal) else []
    found: list[Value] = []
    for item in items:
        run.spend(cost)
        inside = scope.inner({"item": item})
        if isinstance(item, dict):
            inside = inside.inner(item)
        decided = condition(inside)
        if isinstance(decided, Decimal):
            return _at(run, items, decided)
        if decided is True:
            found.append(item)
        elif decided is not False:
            _note_no_boolean(run, decided)
    run.hold(8 * len(found))
    return found
