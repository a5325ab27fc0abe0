"""A form: one form-js schema, read and compiled once, used for every task that shows it.

`parse` is called when a form is published and when a deployed version is first needed; the value
is immutable and may be cached by digest. The checking of what people type is `forms.validation`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from forms import components as c
from forms.document import read
from forms.expression import Expression
from forms.faults import Fault, FormError, pointer
from forms.names import declared
from forms.reader import Reader

#: Asked when a form is published; one that is in use already goes on as it was.
_ASKED_ONCE = "browser-differs"

__all__ = ["Fault", "FieldInfo", "Form", "FormError", "fields", "parse"]


@dataclass(frozen=True, kw_only=True)
class Form:
    """A readable form. `schema` is the form-js JSON for the browser, as it was given."""

    schema: Mapping[str, object]
    components: tuple[c.Component, ...]
    #: True when some part of the form depends on the values in it.
    dynamic: bool


@dataclass(frozen=True, kw_only=True)
class FieldInfo:
    """One value of a form; `pointer` has `*` for the position in a list (`/problems/*/limit`)."""

    pointer: str
    label: str
    type: str
    required: bool
    read_only: bool
    source: str


def parse(source: bytes | Mapping[str, object], *, published: bool = False) -> Form:
    """Read a form; raise `FormError` with all its faults (pointers into the schema).

    Component types are those of form-js 1.23 that hold or show plain values; every expression is
    compiled here, so that a published form cannot fail to read later. `published`: it was
    published before, and works as it did then; what its expressions name, and what the browser
    sees otherwise, is not asked again.
    """
    schema = read(source)
    reader = Reader()
    if schema.get("type", "default") != "default":
        reader.refuse("/type", "表单的“type”应为default。", "type")
    components = reader.form(schema.get("components"))
    known = declared(schema, reader.refuse)
    if not published and not reader.faults:
        # A component that was refused has no name: what names it would be refused as well.
        reader.names.check(known, reader.refuse)
    faults = [fault for fault in reader.faults if not published or fault.code != _ASKED_ONCE]
    if faults:
        raise FormError(faults)
    return Form(
        schema=schema,
        components=components,
        dynamic=any(_is_dynamic(component) for component in walk(components)),
    )


def fields(form: Form) -> tuple[FieldInfo, ...]:
    """All values the form holds, in the order of the schema, computed ones included."""
    return tuple(_fields(form.components, ""))


def walk(components: tuple[c.Component, ...]) -> Iterator[c.Component]:
    """Every component, parents first."""
    for component in components:
        yield component
        if isinstance(component, c.Group | c.Repeat):
            yield from walk(component.components)


def _fields(components: tuple[c.Component, ...], at: str) -> Iterator[FieldInfo]:
    for component in components:
        if isinstance(component, c.Group):
            inner = pointer(at, component.key) if component.key else at
            yield from _fields(component.components, inner)
        elif isinstance(component, c.Repeat):
            yield from _fields(component.components, f"{pointer(at, component.key)}/*")
        elif isinstance(component, c.Field):
            yield FieldInfo(
                pointer=pointer(at, component.key),
                label=component.label,
                type=component.type,
                required=component.required,
                read_only=component.read_only is True,
                source=str(component.properties.get("dudao:source", "")),
            )


def _is_dynamic(component: c.Component) -> bool:
    return any(isinstance(value, Expression) for value in vars(component).values()) or (
        isinstance(component, c.Choice) and component.options.expression is not None
    )
