"""Item definitions: the types of a file, what they allow, and values made to fit them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from feel import Expression, literals
from feel.evaluation import Evaluation
from feel.syntax import TypeName
from feel.typenames import fitted, named_type
from feel.values import Value

#: What other tools and XML Schema call the types of the language.
_ALSO = {
    **dict.fromkeys(("integer", "int", "long", "short", "double", "float", "decimal"), "number"),
    "any": "Any",
    "dateandtime": "date and time",
    "duration": "days and time duration",
}
#: How text is read where a value comes in from outside, since JSON has no dates.
_READERS = {
    "date": lambda text: literals.parse_date(text.partition("T")[0]),
    "time": literals.parse_time,
    "date and time": lambda text: literals.parse_datetime(text) or literals.parse_date(text),
    "dateTime": lambda text: literals.parse_datetime(text) or literals.parse_date(text),
    "days and time duration": literals.parse_duration,
    "dayTimeDuration": literals.parse_duration,
    "years and months duration": literals.parse_duration,
    "yearMonthDuration": literals.parse_duration,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """An item definition: another type, or components, or a function; one or a list of it."""

    name: str
    #: The type that it is built on; empty where it has components or is a function.
    base: str = ""
    components: tuple[Item, ...] = ()
    is_function: bool = False
    #: The type of what the function gives.
    gives: str = ""
    is_collection: bool = False
    #: Tests that a value (each element of a list) has to pass.
    allowed: Expression | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Types:
    """The types of a file by name, as the language has them and with what they allow."""

    items: Mapping[str, Item] = field(default_factory=dict)
    #: For `instance of` and the types of parameters.
    names: Mapping[str, TypeName] = field(default_factory=dict)

    def fit(self, run: Evaluation, value: Value, wanted: str, *, is_given: bool = False) -> Value:
        """The value as the type wants it, else null with a note; any value where `wanted` is empty.

        `is_given`: it comes from outside, so that text may stand for a date, time or duration.
        """
        name = self.named(wanted)
        if name is None or value is None:
            return value
        if is_given and isinstance(value, str):
            value = self._read(value, name.name)
        value = fitted(run, value, name, self.names)
        if value is not None and not self._is_allowed(run, value, name.name):
            return run.null(f"值不在类型“{wanted}”的允许取值之内")
        return value

    def fit_result(self, run: Evaluation, value: Value, wanted: str) -> Value:
        """The same for the result of a decision, where a list may also be one of such values: many
        tools write the type of one rule's result."""
        if not isinstance(value, list) or len(value) == 1 or self._takes_lists(wanted):
            return self.fit(run, value, wanted)
        with run.quiet():
            each = [self.fit(run, item, wanted) for item in value]
        fits = all((one is None) == (item is None) for one, item in zip(each, value, strict=True))
        return each if fits else self.fit(run, value, wanted)

    def named(self, wanted: str) -> TypeName | None:
        """The type of that name; None where there is none."""
        if wanted in self.names:
            return TypeName(0, wanted)
        return named_type(wanted) or named_type(_ALSO.get(wanted.replace(" ", ""), ""))

    def base(self, wanted: str) -> str:
        """The name of the type of the language that a simple type comes down to; else empty."""
        item = self.items.get(wanted)
        if item is None:
            found = self.named(wanted)
            return "" if found is None else found.name
        return self.base(item.base) if item.base and not item.is_collection else ""

    def _takes_lists(self, wanted: str) -> bool:
        item = self.items.get(wanted)
        if item is not None:
            return item.is_collection or bool(item.base and self._takes_lists(item.base))
        found = self.named(wanted)
        return found is None or found.name in ("list", "Any", "any")

    def _read(self, text: str, name: str) -> Value:
        reader = _READERS.get(self.base(name))
        found = reader(text) if reader else None
        return text if found is None else found

    def _is_allowed(self, run: Evaluation, value: Value, name: str) -> bool:
        item = self.items.get(name)
        return item is None or self._passes(run, value, item)

    def _passes(self, run: Evaluation, value: Value, item: Item) -> bool:
        values = value if item.is_collection and isinstance(value, list) else [value]
        for each in values:
            run.spend(1)
            if item.allowed is not None:
                with run.bound({"?": each}):
                    if item.allowed.apply(run) is not True:
                        return False
            if item.base and not self._is_allowed(run, each, item.base):
                return False
            if isinstance(each, dict) and not all(
                each.get(part.name) is None or self._passes(run, each[part.name], part)
                for part in item.components
            ):
                return False
        return True


def type_of(item: Item) -> TypeName:
    """The item definition as the language writes types."""
    if item.is_function:
        made = TypeName(0, "function")
    elif item.components:
        made = TypeName(0, "context", tuple((part.name, type_of(part)) for part in item.components))
    else:
        made = TypeName(0, item.base or "Any")
    return TypeName(0, "list", (("", made),)) if item.is_collection else made
