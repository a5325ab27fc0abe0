"""One evaluation: its variables, its pinned now, what it has left to spend, what it noticed."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, MutableSequence
from contextlib import contextmanager
from datetime import datetime, tzinfo

from feel.budget import Budget, Meter
from feel.errors import FeelError
from feel.values import Function, Value, adopt, kind_name

#: More notes than this help nobody.
_MAX_NOTES = 20
#: Functions written in an expression may call themselves this deep.
_MAX_CALLS = 24

HostFunction = Callable[..., object]


class Evaluation(Meter):
    """Passed through every part of the expression; see Expression.evaluate for the arguments."""

    __slots__ = (
        "_adopted",
        "_bound",
        "_calls",
        "_now",
        "functions",
        "is_strict",
        "notes",
        "variables",
        "zone",
    )

    def __init__(
        self,
        variables: Mapping[str, object],
        *,
        functions: Mapping[str, HostFunction],
        now: datetime | None,
        zone: tzinfo,
        budget: Budget,
        is_strict: bool,
        notes: MutableSequence[str] | None,
    ) -> None:
        super().__init__(budget)
        self.variables = variables
        self.functions = functions
        self.zone = zone
        self.is_strict = is_strict
        self.notes = notes
        self._now = now
        self._adopted: dict[str, Value] = {}
        self._bound: Mapping[str, Value] = {}
        self._calls = 0

    def note(self, message: str, *, mend: str = "") -> None:
        """Remember why something became null; in a strict evaluation refuse it instead."""
        if self.is_strict:
            raise FeelError(message, mend=mend, code="strict")
        if self.notes is not None and len(self.notes) < _MAX_NOTES:
            text = f"{message}。{mend}" if mend else message
            if text not in self.notes:
                self.notes.append(text)

    def null(self, message: str, *, mend: str = "") -> Value:
        """null with a reason."""
        self.note(message, mend=mend)
        return None

    def expected_boolean(self, value: Value) -> None:
        self.note(f"此处应为布尔值，得到的是{kind_name(value)}")

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Where there is nothing yet that an expression is about: neither notes nor refusals."""
        kept = self.is_strict, self.notes
        self.is_strict, self.notes = False, None
        try:
            yield
        finally:
            self.is_strict, self.notes = kept

    def now(self) -> datetime:
        """The pinned now in the local zone. Raises FeelError where the caller gave none.

        A naive one is none: Python would read it in the zone of the machine.
        """
        if self._now is None or self._now.tzinfo is None:
            raise FeelError(
                "此处不能使用当前时间",
                mend="now() 和 today() 只能用于运行中的流程",
                code="function",
            )
        return self._now.astimezone(self.zone)

    def variable(self, name: str) -> Value:
        """A variable of the host, or a function by its name; null with a note if there is none."""
        found = self._bound.get(name, self)
        if found is self:
            found = self._adopted.get(name, self)
        if found is not self:
            return found
        try:
            given = self.variables[name]
        except KeyError:
            return self._no_variable(name)
        value = self.adopt(given)
        self._adopted[name] = value
        return value

    def has(self, name: str) -> bool:
        return name in self._bound or name in self.variables

    def _no_variable(self, name: str) -> Value:
        if name in self.functions:
            return self.host_function(name)
        self.note(f"变量“{name}”没有值")
        return None

    @property
    def bindings(self) -> Mapping[str, Value]:
        """What is bound here, for a function that is called elsewhere; never changed."""
        return self._bound

    @contextmanager
    def bound(
        self, values: Mapping[str, Value], *, base: Mapping[str, Value] | None = None
    ) -> Iterator[None]:
        """Variables that hold for a while, before those of the host; on top of those that are
        bound already, or of `base` alone."""
        kept = self._bound
        self._bound = {**(kept if base is None else base), **values}
        try:
            yield
        finally:
            self._bound = kept

    def adopt(self, value: object) -> Value:
        return adopt(value, zone=self.zone, meter=self)

    def host_function(self, name: str) -> Function:
        """A function of the host as a value. Raises FeelError where the host gave none."""
        known = self._bound.get(name)
        if isinstance(known, Function):
            return known
        function = self.functions.get(name)
        if function is None:
            raise FeelError(f"此处没有提供函数“{name}”", code="function")

        def call(arguments: list[Value], named: dict[str, Value]) -> Value:
            self.spend(1)
            _check_arguments(name, function, arguments, named)
            return self.adopt(function(*arguments, **named))

        return Function(name, call)

    def enter(self) -> None:
        self._calls += 1
        if self._calls > _MAX_CALLS:
            raise FeelError(
                "函数相互调用的层数过多",
                mend=f"最多 {_MAX_CALLS} 层，请改用 for 循环",
                code="budget",
            )

    def leave(self) -> None:
        self._calls -= 1


def _check_arguments(
    name: str, function: HostFunction, arguments: list[Value], named: dict[str, Value]
) -> None:
    try:
        inspect.signature(function).bind(*arguments, **named)
    except TypeError:
        raise FeelError(
            f"函数“{name}”的参数个数或名称不对", mend="请对照该函数的说明", code="function"
        ) from None
    except ValueError:  # some callables written in C have no signature
        return
