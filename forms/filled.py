"""A form filled in: its own structure with what was sent, what the case has, what is visible.

Built and settled by `forms.validation`. The walk follows the form, never the values, so keys that
the form does not know are not even looked at.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from forms import components as c
from forms.expression import Expression
from forms.faults import Fault, pointer
from forms.rows import paired
from forms.values import WrongValueError, normalised, plain

Values = Mapping[str, object]
NOTHING: Values = MappingProxyType({})


@dataclass(slots=True)
class Cell:
    """One field of one row."""

    component: c.Field
    at: str
    sent: object
    kept: object
    wrong: WrongValueError | None
    read_only: bool
    computed: object = None
    hidden: bool = False

    @property
    def value(self) -> object:
        """What is kept: the server's, the case's or the client's."""
        if isinstance(self.component, c.Computed):
            return self.computed
        return self.kept if self.read_only else self.sent


@dataclass(slots=True)
class Part:
    """A group."""

    component: c.Group
    nodes: list[Node]
    hidden: bool = False


@dataclass(slots=True)
class Table:
    """A list; `wrong` are faults of its rows as such."""

    component: c.Repeat
    at: str
    rows: list[list[Node]]
    wrong: list[Fault] = field(default_factory=list)
    hidden: bool = False


Node = Cell | Part | Table


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where an expression stands; `position` counts rows from 1, outermost first."""

    root: Values
    scope: Values
    position: tuple[int, ...] = ()

    @classmethod
    def outermost(cls, context: Values, nodes: list[Node]) -> Place:
        """The form itself: its visible values over the case's data."""
        root = {**context, **content(nodes)}
        return cls(root=root, scope=_scope(root, root, None, ()))

    def row(self, index: int, nodes: list[Node]) -> Place:
        """A row of a list that stands here."""
        position = (*self.position, index + 1)
        scope = _scope(self.root, content(nodes), self.scope["_this_"], position)
        return Place(root=self.root, scope=scope, position=position)


def fill(
    components: tuple[c.Component, ...],
    sent: Values,
    kept: Values,
    *,
    at: str = "",
    files: Container[str],
) -> list[Node]:
    """`components` with the values sent for them and those of the case."""
    found: list[Node] = []
    for component in components:
        if isinstance(component, c.Field):
            found.append(_cell(component, sent, kept, at, files))
        elif isinstance(component, c.Group):
            found.append(_part(component, sent, kept, at, files))
        elif isinstance(component, c.Repeat):
            found.append(_table(component, sent, kept, at, files))
    return found


def content(nodes: list[Node]) -> dict[str, object]:
    """The visible values."""
    found: dict[str, object] = {}
    for node in nodes:
        if node.hidden:
            continue
        if isinstance(node, Cell):
            found[node.component.key] = node.value
        elif isinstance(node, Table):
            found[node.component.key] = [content(row) for row in node.rows]
        elif node.component.key:
            found[node.component.key] = content(node.nodes)
        else:
            found.update(content(node.nodes))
    return found


def settle(nodes: list[Node], place: Place, now: datetime | None) -> bool:
    """Evaluate visibility, read-only and computed parts once; true when something changed."""
    changed = False
    for node in nodes:
        hide = node.component.hide
        hidden = hide is not None and hide.holds(place.scope, now, otherwise=False)
        changed |= hidden is not node.hidden
        node.hidden = hidden
        if isinstance(node, Part):
            changed |= settle(node.nodes, place, now)
        elif isinstance(node, Table):
            for index, row in enumerate(node.rows):
                changed |= settle(row, place.row(index, row), now)
        else:
            changed |= _settle_cell(node, place.scope, now)
    return changed


def _settle_cell(cell: Cell, scope: Values, now: datetime | None) -> bool:
    component, changed = cell.component, False
    if isinstance(component.read_only, Expression):
        # What cannot be decided stays the case's.
        read_only = component.read_only.holds(scope, now, otherwise=True)
        changed = read_only is not cell.read_only
        cell.read_only = read_only
    if isinstance(component, c.Computed):
        computed = plain(component.expression.evaluate(scope, now))
        changed |= computed != cell.computed
        cell.computed = computed
    return changed


def _cell(component: c.Field, sent: Values, kept: Values, at: str, files: Container[str]) -> Cell:
    value, wrong = None, None
    if component.read_only is not True:
        try:
            value = normalised(component, sent.get(component.key), files)
        except WrongValueError as error:
            wrong = error
    return Cell(
        component=component,
        at=pointer(at, component.key),
        sent=value,
        kept=kept.get(component.key),
        wrong=wrong,
        # A condition starts on the safe side until it is settled.
        read_only=component.read_only is not False,
    )


def _part(component: c.Group, sent: Values, kept: Values, at: str, files: Container[str]) -> Part:
    if component.key:
        sent, kept = _inner(sent, component.key), _inner(kept, component.key)
        at = pointer(at, component.key)
    return Part(component, fill(component.components, sent, kept, at=at, files=files))


def _table(
    component: c.Repeat, sent: Values, kept: Values, at: str, files: Container[str]
) -> Table:
    at = pointer(at, component.key)
    pairs, wrong = paired(component, sent.get(component.key), kept.get(component.key), at)
    rows = [
        fill(component.components, row, known, at=pointer(at, index), files=files)
        for index, (row, known) in enumerate(pairs)
    ]
    return Table(component, at, rows, wrong)


def _inner(values: Values, key: str) -> Values:
    found = values.get(key)
    return found if isinstance(found, Mapping) else NOTHING


def _scope(
    root: Values, this: Values, parent: object, position: tuple[int, ...]
) -> dict[str, object]:
    """The names an expression sees, as form-js gives them (`buildExpressionContext`)."""
    special = {"this": this, "parent": parent, "i": list(position)}
    return {**special, **root, **{f"_{name}_": value for name, value in special.items()}}
