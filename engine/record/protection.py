"""Values of forms that are kept from most readers of a case: they lie apart, elsewhere stands a mark.

A field says whom it protects (`dudao:protected`, a key of `[protected.…]` of the manifest). What is
entered there goes into `protected_value` before any handler, event, variable or document sees it, so
that nothing of a case can show it by accident; a mark with a code takes its place. Only
engine/record/disclosures.py gives it out, with a reason. Called by tasks and starting; docs/access.md.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.record.chains import payload_digest
from engine.tables import ProtectedValue, Task, new_id
from forms import components as c
from forms.definition import Form

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

_MARK = re.compile(r"〔受保护：[^〔〕·]{1,80}·([0-9a-f]{10})〕")

_Change = Callable[[c.Field, str, Any], Any]


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """Values that may go anywhere, and the rows that their marks stand for."""

    values: dict[str, Any]
    rows: Sequence[ProtectedValue] = ()

    @property
    def proof(self) -> dict[str, str]:
        """code → salted digest of what is kept: an event carries it, so that the chain covers it."""
        return {row.code: payload_digest(row.salt, {"content": row.content}) for row in self.rows}


@dataclass(frozen=True, kw_only=True)
class Opened:
    """Values as entered, for the checks of the form, and the rows that marks among them named."""

    values: dict[str, Any]
    rows: Sequence[ProtectedValue] = field(default=())


def mark(name: str, code: str) -> str:
    """What stands in place of a value, e.g. 〔受保护：投诉举报人·0a1b2c3d4e〕."""
    return f"〔受保护：{name}·{code}〕"


def code_in(value: object) -> str | None:
    """The code of a value that is a mark, or a list of one mark."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    found = _MARK.fullmatch(value) if isinstance(value, str) else None
    return found.group(1) if found else None


def is_used(form: Form) -> bool:
    """Whether the form protects anything."""
    return any(True for _ in kinds_of(form.components))


def kinds_of(components: Iterable[c.Component]) -> Iterable[str]:
    """The kinds that fields of these components name."""
    for component in components:
        if isinstance(component, c.Group | c.Repeat):
            yield from kinds_of(component.components)
        elif isinstance(component, c.Field) and (kind := kind_of(component)):
            yield kind


def kind_of(component: c.Field) -> str:
    """Whom the field protects; empty for most."""
    return str(component.properties.get("dudao:protected", ""))


def open_for_check(
    uow: UnitOfWork, form: Form, values: Mapping[str, Any], *, instance_id: str
) -> Opened:
    """The values with what their marks stand for: never to be shown, only to be checked.

    A mark counts in a field of its own kind in its own instance; anywhere else it is text.
    """
    if not is_used(form):
        return Opened(values=dict(values))
    known = {row.code: row for row in _marked(uow, form, values, instance_id)}
    used: dict[str, ProtectedValue] = {}

    def change(_: c.Field, kind: str, value: Any) -> Any:
        row = known.get(code_in(value) or "")
        if row is None or row.kind != kind:
            return value
        used[row.code] = row
        return row.content

    return Opened(values=_with(form.components, values, change), rows=list(used.values()))


def seal(
    uow: UnitOfWork,
    form: Form,
    values: Mapping[str, Any],
    *,
    family: str,
    task: Task | None = None,
    marked: Sequence[ProtectedValue] = (),
    keep: bool,
) -> Sealed:
    """Take the protected values out. `marked` are the rows of `open_for_check`.

    `keep`: they are handed in; else they are a draft's, and what the draft no longer holds goes.
    """
    if not is_used(form):
        return Sealed(values=dict(values))
    drafted = _drafted(uow, task)
    rows: dict[str, ProtectedValue] = {}
    instance_id = task.instance_id if task is not None else None
    by_code = {row.code: row for row in (*drafted, *_marked(uow, form, values, instance_id))}

    def change(component: c.Field, kind: str, value: Any) -> Any:
        if value is None or value in ("", [], False):
            return value
        row = by_code.get(code_in(value) or "")
        if row is None or row.kind != kind:
            row = _same(uow, kind, value, marked=marked, drafted=drafted)
        if row is None:
            row = _new(uow, component, kind, value, task)
        rows[row.code] = row
        sign = mark(_name(uow, family, kind), row.code)
        return [sign] if isinstance(value, list) else sign

    sealed = _with(form.components, values, change)
    for row in rows.values():
        row.is_kept = row.is_kept or keep
    for row in drafted:
        if row.code not in rows:
            uow.session.delete(row)
    uow.session.flush()
    return Sealed(values=sealed, rows=list(rows.values()))


def attach(uow: UnitOfWork, sealed: Sealed, instance_id: str) -> None:
    """What a start form held belongs to the instance that it started; the chain covers it."""
    for row in sealed.rows:
        row.instance_id = instance_id
    if sealed.rows:
        uow.record(
            "protected.entered", instance_id=instance_id, payload={"protected": sealed.proof}
        )
    uow.session.flush()


def content_of(uow: UnitOfWork, instance_id: str, value: Any) -> Any:
    """What a mark of this instance stands for, for a handler's rules; any other value as it is."""
    code = code_in(value)
    row = uow.session.scalars(
        sa.select(ProtectedValue).where(
            ProtectedValue.code == code, ProtectedValue.instance_id == instance_id
        )
    ).one_or_none()
    return value if code is None or row is None else row.content


def own_draft(uow: UnitOfWork, task: Task, draft: Mapping[str, Any]) -> dict[str, Any]:
    """A draft as its own writer sees it: what somebody else entered stays a mark."""
    me = uow.actor.user_id
    mine = {row.code: row.content for row in _drafted(uow, task) if row.entered_by == me}
    found: dict[str, Any] = _shown(dict(draft), mine) if mine else dict(draft)
    return found


def protected_files(form: Form, values: Mapping[str, Any]) -> dict[str, str]:
    """file id → kind, of the uploads that protected fields of the form name."""
    found: dict[str, str] = {}
    for component, value in _files(form.components, values):
        for file_id in value if isinstance(value, list) else [value]:
            if isinstance(file_id, str):
                found[file_id] = kind_of(component)
    return found


def _marked(
    uow: UnitOfWork, form: Form, values: Mapping[str, Any], instance_id: str | None
) -> Sequence[ProtectedValue]:
    """The rows of this instance that marks in protected fields name."""
    codes: set[str] = set()

    def note(_: c.Field, __: str, value: Any) -> Any:
        codes.update({code} if (code := code_in(value)) else ())
        return value

    _with(form.components, values, note)
    if not codes or instance_id is None:
        return []
    return uow.session.scalars(
        sa.select(ProtectedValue).where(
            ProtectedValue.code.in_(codes), ProtectedValue.instance_id == instance_id
        )
    ).all()


def _drafted(uow: UnitOfWork, task: Task | None) -> Sequence[ProtectedValue]:
    if task is None:
        return []
    return uow.session.scalars(
        sa.select(ProtectedValue)
        .where(ProtectedValue.task_id == task.id, ~ProtectedValue.is_kept)
        .order_by(ProtectedValue.entered_at, ProtectedValue.id)
    ).all()


def _same(
    uow: UnitOfWork,
    kind: str,
    value: Any,
    *,
    marked: Sequence[ProtectedValue],
    drafted: Sequence[ProtectedValue],
) -> ProtectedValue | None:
    """The row that holds this value already: one that a mark named, or of the actor's own draft."""
    mine = [row for row in drafted if row.entered_by == uow.actor.user_id]
    same = (r for r in (*marked, *mine) if r.kind == kind and _plain(r.content) == _plain(value))
    return next(same, None)


def _new(
    uow: UnitOfWork, component: c.Field, kind: str, value: Any, task: Task | None
) -> ProtectedValue:
    row = ProtectedValue(
        id=new_id(),
        code=secrets.token_hex(5),
        instance_id=None if task is None else task.instance_id,
        task_id=None if task is None else task.id,
        kind=kind,
        label=component.label[:300],
        content=value,
        salt=secrets.token_hex(16),
        is_kept=False,
        entered_by=uow.actor.user_id,
        entered_at=uow.now,
    )
    uow.session.add(row)
    return row


def name_of(uow: UnitOfWork, family: str, kind: str) -> str:
    """What people call those whom this kind protects."""
    return _name(uow, family, kind)


def _name(uow: UnitOfWork, family: str, kind: str) -> str:
    package = uow.engine.packages.get(family)
    found = package.manifest.protected.get(kind) if package is not None else None
    return found.name if found is not None else kind


def _with(
    components: Iterable[c.Component], values: Mapping[str, Any], change: _Change
) -> dict[str, Any]:
    """The values with each protected one changed; files are protected by their own rows."""
    found = dict(values)
    for component in components:
        if isinstance(component, c.Group) and not component.key:
            found = _with(component.components, found, change)
        elif component.key not in found:
            continue
        elif isinstance(component, c.Group) and isinstance(found[component.key], Mapping):
            found[component.key] = _with(component.components, found[component.key], change)
        elif isinstance(component, c.Repeat) and isinstance(found[component.key], list):
            found[component.key] = [
                _with(component.components, row, change) if isinstance(row, Mapping) else row
                for row in found[component.key]
            ]
        elif (
            isinstance(component, c.Field)
            and not isinstance(component, c.Files)
            and (kind := kind_of(component))
        ):
            found[component.key] = change(component, kind, found[component.key])
    return found


def _files(
    components: Iterable[c.Component], values: Mapping[str, Any]
) -> Iterable[tuple[c.Files, Any]]:
    for component in components:
        value = values.get(component.key)
        if isinstance(component, c.Group):
            inner = value if component.key else values
            yield from _files(component.components, inner if isinstance(inner, Mapping) else {})
        elif isinstance(component, c.Repeat) and isinstance(value, list):
            for row in value:
                yield from _files(component.components, row if isinstance(row, Mapping) else {})
        elif isinstance(component, c.Files) and kind_of(component):
            yield component, value


def _shown(value: Any, known: Mapping[str, Any]) -> Any:
    if (code := code_in(value)) in known:
        return known[code or ""]
    if isinstance(value, Mapping):
        return {key: _shown(inner, known) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shown(inner, known) for inner in value]
    return value


def _plain(value: Any) -> Any:
    """As the form's checks leave a text, which a draft has not been through."""
    return unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else value
