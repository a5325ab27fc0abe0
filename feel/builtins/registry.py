"""How a built-in function is declared, found by its arguments, and given values that fit.

A parameter is written "name: kind", "name?: kind" where it may be left out, "name...: kind" where
it takes all arguments that remain. Kinds are those of `feel.values.kind_of`, several joined by "|",
or "any", which takes null as well; null for any other kind makes the result null, and so does a
value of the wrong kind once a list of one has been unwrapped, or a single value been made a list
(DMN 1.5, 10.3.2.9.4 implicit conversions).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from feel.evaluation import Evaluation
from feel.values import KIND_NAMES, Value, kind_name, kind_of

BoundCall = Callable[[Evaluation, list[Value]], Value]

_POINTS = "date|date and time|time"
_DURATIONS = "days and time duration|years and months duration"
_SHORT = {"point": _POINTS, "duration": _DURATIONS}


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    #: Empty for any value, null included.
    kinds: frozenset[str]
    is_optional: bool
    takes_rest: bool

    @classmethod
    def read(cls, text: str) -> Parameter:
        name, _, kinds = text.partition(": ")
        names = "|".join(_SHORT.get(kind, kind) for kind in kinds.split("|"))
        return cls(
            name=name.rstrip("?."),
            kinds=frozenset() if kinds == "any" else frozenset(names.split("|")),
            is_optional=name.endswith("?"),
            takes_rest=name.endswith("..."),
        )


@dataclass(frozen=True, slots=True)
class Signature:
    name: str
    parameters: tuple[Parameter, ...]
    function: Callable[..., Value]

    def order(self, count: int, named: tuple[str, ...]) -> list[int | None] | None:
        """For each parameter the index of its argument, or None if the arguments do not fit."""
        if named:
            return self._order_named(named)
        required = sum(not parameter.is_optional for parameter in self.parameters)
        takes_rest = bool(self.parameters) and self.parameters[-1].takes_rest
        if count < required or (count > len(self.parameters) and not takes_rest):
            return None
        return list(range(min(count, len(self.parameters))))

    def _order_named(self, named: tuple[str, ...]) -> list[int | None] | None:
        places = {name: at for at, name in enumerate(named)}
        found: list[int | None] = []
        for parameter in self.parameters:
            at = places.pop(parameter.name, None)
            if at is None and not parameter.is_optional:
                return None
            found.append(at)
        return None if places else found

    def shape(self) -> str:
        return f"{self.name}({', '.join(parameter.name for parameter in self.parameters)})"


#: Every built-in by name, with its signatures in the order in which they are tried.
BUILTINS: dict[str, list[Signature]] = {}


def builtin(name: str, *parameters: str) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """Declare a built-in; the function takes the evaluation first, then one value a parameter."""

    def declare(function: Callable[..., Value]) -> Callable[..., Value]:
        read = tuple(map(Parameter.read, parameters))
        BUILTINS.setdefault(name, []).append(Signature(name, read, function))
        return function

    return declare


def bind(name: str, count: int, named: tuple[str, ...]) -> BoundCall | str:
    """The call for so many arguments by place or these by name, or what is wrong in Chinese."""
    fitting = [
        (signature, order)
        for signature in BUILTINS[name]
        if (order := signature.order(count, named)) is not None
    ]
    if not fitting:
        shapes = "、".join(signature.shape() for signature in BUILTINS[name])
        return f"的参数不对，应为 {shapes}"
    if len(fitting) == 1:
        return _bound(*fitting[0])
    return _overloaded([(_accepts(*found), _bound(*found)) for found in fitting])


def _accepts(signature: Signature, order: list[int | None]) -> Callable[[list[Value]], bool]:
    """Whether the values are of the parameters' kinds as they are."""
    wanted = [
        (at, parameter.kinds)
        for parameter, at in zip(signature.parameters, order, strict=False)
        if at is not None and parameter.kinds
    ]
    return lambda values: all(kind_of(values[at]) in kinds for at, kinds in wanted)


def _overloaded(
    calls: list[tuple[Callable[[list[Value]], bool], BoundCall]],
) -> BoundCall:
    """The first call that takes the values as they are, else the first."""

    def call(run: Evaluation, values: list[Value]) -> Value:
        for accepts, bound in calls:
            if accepts(values):
                return bound(run, values)
        return calls[0][1](run, values)

    return call


def _bound(signature: Signature, order: list[int | None]) -> BoundCall:
    pairs = list(zip(signature.parameters, order, strict=False))
    function = signature.function

    def call(run: Evaluation, values: list[Value]) -> Value:
        fitted: list[Value] = []
        for parameter, at in pairs:
            if at is None:
                fitted.append(None)
            elif parameter.takes_rest:
                return function(run, *fitted, values[at:])
            else:
                value = values[at]
                if parameter.kinds:
                    value = _fit(run, signature, parameter, value)
                    if value is None:
                        return None
                fitted.append(value)
        return function(run, *fitted)

    return call


def _fit(run: Evaluation, signature: Signature, parameter: Parameter, value: Value) -> Value:
    """The value as the parameter wants it, or None with a note."""
    kind = kind_of(value)
    if kind in parameter.kinds:
        return value
    if value is not None:
        if "list" in parameter.kinds:
            return [value]
        if isinstance(value, list) and len(value) == 1 and kind_of(value[0]) in parameter.kinds:
            return value[0]
    wanted = "或".join(sorted(KIND_NAMES[kind] for kind in parameter.kinds))
    return run.null(
        f"函数“{signature.name}”的参数“{parameter.name}”应为{wanted}，得到的是{kind_name(value)}"
    )
