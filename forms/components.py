"""What a form is made of, once read: one class per way of holding a value.

Built by `forms.reader` only; `forms.validation` walks them. A limit may be a value or an
expression over the form's values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from forms.expression import Expression
from forms.pattern import Pattern


class Subtype(StrEnum):
    """What a `datetime` component asks for."""

    DATE = "date"  #: 2026-11-23
    TIME = "time"  #: 09:30
    DATETIME = "datetime"  #: 2026-11-23T09:30


class Zone(StrEnum):
    """How a time says its zone (form-js `timeSerializingFormat`)."""

    NONE = "no_timezone"  #: not at all: local time
    OFFSET = "utc_offset"  #: +08:00
    UTC = "utc_normalized"  #: Z


@dataclass(frozen=True, kw_only=True)
class Component:
    """Anything placed in a form. `key` is "" where it binds no value of its own."""

    id: str
    type: str
    key: str
    label: str
    hide: Expression | None
    properties: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Field(Component):
    """Holds one value under `key`."""

    required: bool = False
    required_if: Expression | None = None
    read_only: bool | Expression = False


@dataclass(frozen=True, kw_only=True)
class Text(Field):
    """textfield, textarea."""

    multiline: bool
    min_length: int | Expression | None = None
    max_length: int | Expression | None = None
    pattern: Pattern | None = None
    pattern_message: str = ""


@dataclass(frozen=True, kw_only=True)
class Number(Field):
    """number; `as_text` keeps long numbers exact (form-js `serializeToString`)."""

    minimum: Decimal | Expression | None = None
    maximum: Decimal | Expression | None = None
    decimals: int | None = None
    increment: Decimal | None = None
    as_text: bool = False


@dataclass(frozen=True, kw_only=True)
class Checkbox(Field):
    """checkbox."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """Where choices come from; exactly one is set."""

    values: tuple[object, ...] | None = None
    key: str | None = None
    expression: Expression | None = None


@dataclass(frozen=True, kw_only=True)
class Choice(Field):
    """select, radio (one value); checklist, taglist (`several`)."""

    options: Options
    several: bool
    min_items: int | None = None
    max_items: int | None = None


@dataclass(frozen=True, kw_only=True)
class Moment(Field):
    """datetime."""

    subtype: Subtype
    zone: Zone = Zone.NONE
    not_past: bool = False
    earliest: str | Expression | None = None
    latest: str | Expression | None = None


@dataclass(frozen=True, kw_only=True)
class Files(Field):
    """filepicker: ids of uploaded files."""

    several: bool
    min_items: int | None = None
    max_items: int | None = None


@dataclass(frozen=True, kw_only=True)
class Computed(Field):
    """expression: computed on the server whatever the browser sent."""

    expression: Expression


@dataclass(frozen=True, kw_only=True)
class Group(Component):
    """group; with a `key` its fields lie in an object of that name."""

    components: tuple[Component, ...]


@dataclass(frozen=True, kw_only=True)
class Repeat(Component):
    """dynamiclist: a list of objects under `key`.

    `fixed`: rows are those of the case, none may be added or removed. `item_key`: the field whose
    value tells which row of the case an item continues.
    """

    components: tuple[Component, ...]
    fixed: bool = False
    item_key: str | None = None
    min_items: int = 0
    max_items: int


@dataclass(frozen=True, kw_only=True)
class Display(Component):
    """text, table, separator, spacer, button: shown, holds nothing."""
