"""The rows of one case copied into a database of their own, and nothing that is not needed to go on.

What belongs to the case is found by following foreign keys down from its instance, the families'
tables like the engine's; what those rows name is found by following them up. Organisations, people
and posts come whole, for whoever has a post may be named next. No secret and no protected value is
copied, and no bytes of files: docs/rehearsal.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from engine.states import JobState
from engine.tables import Base

#: Never copied: secrets, what was opened of them, what goes outside, acts over many cases.
NEVER = frozenset(
    {
        "account_recovery",
        "disclosure",
        "mail",
        "migration",
        "migration_item",
        "notification",  # what people were told before; in the sandbox they are told anew
        "protected_value",
        "recount_move",
        "sandbox",
    }
)

#: Copied whole: who may be named next, and by what days are counted.
WHOLE = ("organisation", "user_account", "post", "calendar_year")

#: Copied as far as they are of the case's family.
OF_THE_FAMILY = ("deployment", "definition", "deadline_rule", "parameter", "reminder_ladder")

#: What is written in place of what a row holds; `protected` files lose their names, too.
MASKS: dict[str, dict[str, Any]] = {
    "user_account": {"password_hash": "", "email": None, "phone": None, "locked_until": None},
    # what somebody else has begun to write is nobody's to read
    "task": {"draft": None, "draft_saved_at": None},
}
PROTECTED_FILE = "受保护的文件"

#: How many values one statement may ask for.
_CHUNK = 500

_Row = dict[str, Any]
_Key = tuple[Any, ...]
_Rows = dict[str, dict[_Key, _Row]]


def copy(
    source: sa.Connection,
    target: sa.Connection,
    *,
    family: str,
    instance_id: str | None,
    up_to_version: int | None = None,
) -> None:
    """Write the case into an empty database with all tables; without one only what a start needs.

    Both connections are in a transaction, the source's of one moment. `up_to_version`: deployments
    after it stay behind, so that it is the newest there.
    """
    found: _Rows = {}
    if instance_id is not None:
        _take(found, "instance", _rows(source, "instance", "id", [instance_id]))
        own = {(instance_id,)}
        _down(source, found)
    else:
        own = set()
    for name in (*WHOLE, *_references()):
        _take(found, name, _rows(source, name))
    _family(source, found, family, up_to_version)
    _up(source, found)
    _mask(found, own)
    _write(target, found)


def copy_family(
    source: sa.Connection, target: sa.Connection, *, family: str, maker_id: str
) -> None:
    """Write a family's models, limits, parameters and ladders into an empty database, and the calendar.

    Nobody of the installation comes along but, nameless to sign-in, who rehearses.
    """
    found: _Rows = {}
    _take(found, "calendar_year", _rows(source, "calendar_year"))
    _family(source, found, family, None)
    for name, rows in found.items():
        for key in Base.metadata.tables[name].foreign_keys:
            if key.column.table.name == "user_account":
                for row in rows.values():
                    row[key.parent.name] = None
    _take(found, "user_account", _rows(source, "user_account", "id", [maker_id]))
    for row in found["user_account"].values():
        row["username"] = row["id"]  # a sample account may be called alike
    _up(source, found)
    _mask(found, ())
    _write(target, found)


@cache
def of_a_case() -> frozenset[str]:
    """The tables whose rows belong to one case: what leads to `instance` by foreign keys."""
    reached = {"instance"}
    while True:
        more = {
            table.name
            for table in Base.metadata.sorted_tables
            if table.name not in reached | NEVER
            and any(key.column.table.name in reached for key in table.foreign_keys)
        }
        if not more:
            return frozenset(reached)
        reached |= more


@cache
def _references() -> tuple[str, ...]:
    """The families' own tables that are of no case: registers, series of numbers."""
    engine_tables = {
        mapper.local_table.name  # type: ignore[attr-defined]  # a mapped class has a Table
        for mapper in Base.registry.mappers
        if mapper.class_.__module__.startswith("engine.")
    }
    return tuple(
        table.name
        for table in Base.metadata.sorted_tables
        if table.name not in engine_tables | of_a_case()
    )


def _down(source: sa.Connection, found: _Rows) -> None:
    """Every row that belongs to the case; a table that names itself names another case."""
    fresh: list[str] = ["instance"]
    while fresh:
        parent = fresh.pop()
        for table in Base.metadata.sorted_tables:
            if table.name not in of_a_case() or table.name == parent:
                continue
            for key in table.foreign_keys:
                if key.column.table.name != parent:
                    continue
                values = {row[key.column.name] for row in found[parent].values()}
                rows = _rows(source, table.name, key.parent.name, values)
                if _take(found, table.name, rows):
                    fresh.append(table.name)


def _up(source: sa.Connection, found: _Rows) -> None:
    """What copied rows name, until every name stands for a row; another case is left out."""
    again = True
    while again:
        again = False
        for table in Base.metadata.sorted_tables:
            for key in table.foreign_keys:
                again |= _name(source, found, table, key)


def _name(source: sa.Connection, found: _Rows, table: sa.Table, key: sa.ForeignKey) -> bool:
    column, target = key.parent, key.column.table.name
    rows = found.get(table.name, {}).values()
    known = {row[key.column.name] for row in found.get(target, {}).values()}
    missing = {row[column.name] for row in rows} - known - {None}
    if not missing:
        return False
    if target in NEVER or (target == table.name and column.nullable):
        for row in rows:
            if row[column.name] in missing:
                row[column.name] = None
        return False
    return _take(found, target, _rows(source, target, key.column.name, missing))


def _family(source: sa.Connection, found: _Rows, family: str, up_to_version: int | None) -> None:
    for name in OF_THE_FAMILY:
        rows = _rows(source, name, "family", [family])
        if up_to_version is not None and name in ("deployment", "definition"):
            rows = (row for row in rows if row["version"] <= up_to_version)
        _take(found, name, rows)
    ids = [row["id"] for row in found.get("deployment", {}).values()]
    _take(found, "resource", _rows(source, "resource", "deployment_id", ids))


def _mask(found: _Rows, own: Collection[_Key]) -> None:
    for name, mask in MASKS.items():
        for row in found.get(name, {}).values():
            row |= mask
    for row in found.get("file", {}).values():
        if row["protected"]:
            row["name"] = PROTECTED_FILE
    for row in found.get("job", {}).values():
        if row["state"] == JobState.RUNNING:  # a worker of the live database holds it
            row |= {"state": JobState.SCHEDULED, "worker": None, "lease_until": None}
    for key, row in found.get("instance", {}).items():
        if key not in own:
            row |= {"title": "", "business_key": None}  # another case, which a row must name


def _write(target: sa.Connection, found: _Rows) -> None:
    target.exec_driver_sql("PRAGMA defer_foreign_keys = ON")  # rows of one table name each other
    for table in Base.metadata.sorted_tables:
        if rows := list(found.get(table.name, {}).values()):
            target.execute(table.insert(), rows)


def _take(found: _Rows, name: str, rows: Iterator[_Row]) -> bool:
    """Whether there was a new one among them."""
    kept = found.setdefault(name, {})
    before = len(kept)
    columns = [column.name for column in Base.metadata.tables[name].primary_key]
    for row in rows:
        kept.setdefault(tuple(row[column] for column in columns), row)
    return len(kept) > before


def _rows(
    source: sa.Connection, name: str, column: str = "", values: Collection[Any] | None = None
) -> Iterator[_Row]:
    """The rows of a table; with `values` only those that hold one of them in `column`."""
    table = Base.metadata.tables[name]
    if values is None:
        yield from (dict(row) for row in source.execute(sa.select(table)).mappings())
        return
    for chunk in _chunks(sorted(values)):
        query = sa.select(table).where(table.c[column].in_(chunk))
        yield from (dict(row) for row in source.execute(query).mappings())


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
