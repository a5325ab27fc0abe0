"""What `manifest.toml` and `deadlines.toml` may say: every entry that is missing, misspelt or of a
wrong type, in Chinese.

Asked before a deployment. What is stored already was asked then, and is read as it stands
(`engine/package.py`): a later rule must not stop the cases that run on it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.reminding import rungs
from engine.timing import periods

MANIFEST = "manifest.toml"
DEADLINES = "deadlines.toml"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One key of a table: its type (`list` is a list of texts), and whether it must be there."""

    kind: type
    is_needed: bool = False
    among: tuple[str, ...] = ()


_NAME = Entry(kind=str, is_needed=True)
_TEXT = Entry(kind=str)
_TEXTS = Entry(kind=list)
_FLAG = Entry(kind=bool)

_FAMILY = {
    "key": _NAME,
    "name": _NAME,
    "start": _NAME,
    "calendar": _TEXT,
    "accountable": _FLAG,
    "second_persons": _TEXTS,
    "fixed": _TEXTS,
    "recorders": _TEXTS,
}
#: Tables whose entries have names of their own: `[roles.clerk]`.
_NAMED: Mapping[str, Mapping[str, Entry]] = {
    "roles": {
        "name": _NAME,
        "relation": _NAME,
        "second_factor": _FLAG,
        "head": _FLAG,
        "on_paper": Entry(kind=str, among=("by_name", "by_account")),
    },
    "relations": {
        "name": _NAME,
        "audiences": Entry(
            kind=list, is_needed=True, among=("internal", "unit", "superior", "public")
        ),
        "needs_notice": _FLAG,
        "bars_internal": _FLAG,
        "groups": _TEXTS,
    },
    "messages": {
        "name": _NAME,
        "relations": Entry(kind=list, is_needed=True),
        "groups": _TEXTS,
        "confirmation": _TEXT,
        "needs_note": _FLAG,
    },
    "protected": {"name": _NAME, "readers": Entry(kind=list, is_needed=True)},
    "redactions": {
        "name": _NAME,
        "kinds": Entry(kind=list, is_needed=True),
        "after_days": Entry(kind=int, is_needed=True),
        "ground": _TEXT,
        "files": _FLAG,
    },
}
_DEADLINE = {
    "key": _NAME,
    "name": _TEXT,
    "amount": Entry(kind=int, is_needed=True),
    "unit": _NAME,
    "direction": Entry(kind=str, among=("before", "after")),
    "start_event": _NAME,
    "binds": _NAME,
    "on_lapse": _NAME,
    "law": Entry(kind=bool, is_needed=True),
    "mark": _NAME,
    "source": _NAME,
    "basis": _TEXT,
    "receipt": _FLAG,
    "pausable": _TEXT,
    "extensions": Entry(kind=dict),
}
_PARAMETER = {
    "key": _NAME,
    "name": _NAME,
    "value": Entry(kind=object, is_needed=True),
    "unit": _TEXT,
    "period": _TEXT,
    "law": Entry(kind=bool, is_needed=True),
    "mark": _NAME,
    "source": _NAME,
    "basis": _TEXT,
    "least": Entry(kind=int),
    "most": Entry(kind=int),
    "among": _TEXTS,
}
_ENCLOSURE = {
    "key": _NAME,
    "name": _NAME,
    "within": _NAME,
    "steps": Entry(kind=list, is_needed=True),
}
_LADDER = {"key": _NAME, "rungs": Entry(kind=object, is_needed=True), "source": _NAME}
#: The tables of deadlines.toml, in the order in which `periods.faults` takes them.
_TABLES = {"deadlines": _DEADLINE, "parameters": _PARAMETER, "enclosures": _ENCLOSURE}
_KINDS = {
    str: "文本",
    int: "整数",
    bool: "true 或 false",
    list: "文本的列表",
    dict: "表",
    object: "值",
}


def faults(manifest: bytes, deadlines: bytes | None = None) -> list[tuple[str, str]]:
    """(file, what is wrong) of both files; empty where `engine.package.parse_manifest` reads them."""
    found = list(_manifest_faults(manifest))
    if deadlines is not None:
        found += _deadlines_faults(deadlines) or _ladder_faults(manifest, deadlines)
    return found


def _manifest_faults(text: bytes) -> Iterator[tuple[str, str]]:
    document = _read(text)
    if isinstance(document, str):
        yield MANIFEST, document
        return
    for name, part in document.items():
        if name == "family":
            yield from _of(MANIFEST, "family", part, _FAMILY)
        elif name == "deadlines":
            yield from _rows(MANIFEST, name, part, _DEADLINE)
        elif name not in _NAMED:
            yield MANIFEST, f"不认识 {name}。"
        elif not isinstance(part, dict):
            yield MANIFEST, f"{name} 应是表。"
        else:
            for key, row in part.items():
                yield from _of(MANIFEST, f"{name}.{key}", row, _NAMED[name])
    if "family" not in document:
        yield MANIFEST, "缺少 family。"


def _deadlines_faults(text: bytes) -> list[tuple[str, str]]:
    document = _read(text)
    if isinstance(document, str):
        return [(DEADLINES, document)]
    found = []
    for name, part in document.items():
        if name in _TABLES:  # other tables of this file are the domain's own
            found += list(_rows(DEADLINES, name, part, _TABLES[name]))
    found += _rows(DEADLINES, "ladders", document.get("ladders", []), _LADDER)
    if not found:  # of the right shape: now what it says
        rows = (document.get(name, []) for name in _TABLES)
        found += ((DEADLINES, detail) for detail in periods.faults(*rows))
    return found


def _ladder_faults(manifest: bytes, deadlines: bytes) -> list[tuple[str, str]]:
    """Of both files, whose tables are of the right shape: whom a ladder may name is in the manifest."""
    declared, told = _read(manifest), _read(deadlines)
    if isinstance(declared, str) or isinstance(told, str):
        return []
    clocks = [*declared.get("deadlines", []), *told.get("deadlines", [])]
    found = rungs.ladder_faults(
        told.get("ladders", []),
        deadlines=[row["key"] for row in clocks if "key" in row],
        roles=declared.get("roles", {}),
        relations=declared.get("relations", {}),
    )
    return [(DEADLINES, detail) for detail in found]


def _read(text: bytes) -> dict[str, Any] | str:
    """The document, or why it is none."""
    try:
        return tomllib.loads(text.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        return f"不是 TOML（{error}）。"


def _rows(
    file: str, name: str, rows: object, entries: Mapping[str, Entry]
) -> Iterator[tuple[str, str]]:
    if not isinstance(rows, list):
        yield file, f"{name} 应写作 [[{name}]]。"
        return
    found = []
    for number, row in enumerate(rows, start=1):
        key = row.get("key", number) if isinstance(row, dict) else number
        found += list(_of(file, f"{name} 的 {key} ", row, entries))
    yield from found
    if file == MANIFEST and not found:
        yield from ((file, detail) for detail in periods.faults(rows))


def _of(
    file: str, where: str, row: object, entries: Mapping[str, Entry]
) -> Iterator[tuple[str, str]]:
    if not isinstance(row, dict):
        yield file, f"{where} 应是表。"
        return
    for key, entry in entries.items():
        if key not in row and entry.is_needed:
            yield file, f"{where} 缺少 {key}。"
    for key, value in row.items():
        if key not in entries:
            yield file, f"{where} 不认识 {key}。"
        elif not _fits(value, entries[key]):
            yield file, f"{where} 的 {key} 应是{_wanted(entries[key])}。"


def _fits(value: object, entry: Entry) -> bool:
    if entry.kind is object:
        return True
    if type(value) is not entry.kind:  # true is no whole number here
        return False
    texts = value if isinstance(value, list) else [value]
    if isinstance(value, list) and not all(type(text) is str for text in texts):
        return False
    return not entry.among or all(text in entry.among for text in texts)


def _wanted(entry: Entry) -> str:
    if entry.among:
        return f" {'、'.join(entry.among)} 之一"
    return _KINDS[entry.kind]
