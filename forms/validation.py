"""Values against a form, on the server: the browser's checks are a convenience, these decide.

The engine calls `check` for every completed task. Nothing of the client is trusted: unknown keys
are dropped, hidden parts neither stored nor checked, read-only values come from the case, computed
ones are computed again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from forms import components as c
from forms.definition import Form
from forms.faults import Fault
from forms.filled import NOTHING, Cell, Node, Part, Place, Table, content, fill, settle
from forms.limits import Case, broken, count

__all__ = ["Checked", "Fault", "check"]

MAX_CHARACTERS = 2_000_000
MAX_NODES = 50_000
MAX_DEPTH = 30
MAX_PASSES = 8  # how often visibility may depend on visibility


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The values to keep, every visible key present, and what is wrong with them."""

    values: dict[str, object]
    faults: tuple[Fault, ...]


def check(
    form: Form,
    values: object,
    *,
    context: Mapping[str, object] = NOTHING,
    files: Collection[str] = frozenset(),
    now: datetime | None = None,
) -> Checked:
    """Check what a client sent for `form`; never raises on any JSON value.

    `context` is the case's data for this task: read-only values, option lists named by
    `valuesKey`, rows of fixed lists, and names for expressions. `files` are the ids of uploads
    that the caller may use. `now` (aware) serves expressions and fields that refuse past dates.
    Faults point into `values`; with faults, `values` of the result must not be stored.
    """
    if not isinstance(values, Mapping):
        return _refused("应提交一个JSON对象。", "type")
    if _is_oversize(values):
        return _refused("提交的内容过大或嵌套过深，请缩短文字，材料请作为附件上传。", "size")
    nodes = fill(form.components, values, context, files=files)
    if form.dynamic:
        _settle(nodes, context, now)
    case = Case(context=context, now=now, place=Place.outermost(context, nodes))
    return Checked(values=content(nodes), faults=tuple(_faults(nodes, case)))


def _settle(nodes: list[Node], context: Mapping[str, object], now: datetime | None) -> None:
    """Settle until the parts agree with each other.

    A hidden value counts as absent for the others, so each pass sees the one before. Conditions
    that contradict each other stop at the last pass, the same way each time.
    """
    for _ in range(MAX_PASSES):
        if not settle(nodes, Place.outermost(context, nodes), now):
            return


def _faults(nodes: list[Node], case: Case) -> Iterator[Fault]:
    """Every fault of visible fields that the client may fill."""
    for node in nodes:
        if node.hidden:
            continue
        if isinstance(node, Part):
            yield from _faults(node.nodes, case)
        elif isinstance(node, Table):
            yield from _table_faults(node, case)
        elif not node.read_only and not isinstance(node.component, c.Computed):
            yield from _cell_faults(node, case)


def _table_faults(table: Table, case: Case) -> Iterator[Fault]:
    component = table.component
    yield from table.wrong
    if not table.wrong:
        for detail, code in count(len(table.rows), component.min_items, component.max_items):
            yield _fault(table.at, component.label, detail, code)
    for index, row in enumerate(table.rows):
        yield from _faults(row, case.at(case.place.row(index, row)))


def _cell_faults(cell: Cell, case: Case) -> Iterator[Fault]:
    label = cell.component.label
    if cell.wrong is not None:
        yield _fault(cell.at, label, cell.wrong.detail, cell.wrong.code)
        return
    for detail, code in broken(cell.component, cell.value, case):
        yield _fault(cell.at, label, detail, code)


def _fault(at: str, label: str, detail: str, code: str) -> Fault:
    return Fault(pointer=at, detail=f"“{label}”{detail}。" if label else f"{detail}。", code=code)


def _refused(detail: str, code: str) -> Checked:
    return Checked(values={}, faults=(Fault(pointer="", detail=detail, code=code),))


def _is_oversize(values: object) -> bool:
    """True for values too large or too deep to walk; level by level, so nothing recurses."""
    level, nodes, characters = [values], 0, 0
    for _ in range(MAX_DEPTH):
        following: list[object] = []
        for item in level:
            nodes += 1
            if isinstance(item, str):
                characters += len(item)
            elif isinstance(item, Mapping):
                following += item.values()
            elif isinstance(item, list):
                following += item
        if nodes + len(following) > MAX_NODES or characters > MAX_CHARACTERS:
            return True
        if not following:
            return False
        level = following
    return True
