"""Cases as a release stored them: the rows of a whole small installation, written out and read back.

`tools/store_cases.py` writes one file for each family at each release; a test reads every one of them
and runs the case on. Values are those of SQLite, by column name, so that rows of an older schema are
put into the older schema and then migrated.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa
import zstandard

from engine.database import Database
from engine.tables import Base
from ops import migrate

FOLDER = Path(__file__).parent / "fixtures" / "cases"


def write(database: Database, path: Path, **facts: Any) -> None:
    """Write every row of an SQLite database to a file, with its version and these facts."""
    with database.engine.connect() as connection:
        tables = {
            name: _rows(connection, name)
            for name in sa.inspect(connection).get_table_names()
            if name != "alembic_version"
        }
        document = {"revision": migrate.current(connection), **facts, "tables": tables}
    content = orjson.dumps(document, option=orjson.OPT_INDENT_2)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(zstandard.ZstdCompressor(level=19).compress(content))


def read(path: Path, database: Database) -> dict[str, Any]:
    """Put the rows into an empty SQLite database of their version, and migrate it; the facts."""
    document: dict[str, Any] = orjson.loads(
        zstandard.ZstdDecompressor().decompress(path.read_bytes())
    )
    tables = document.pop("tables")
    with database.engine.begin() as connection:
        migrate.upgrade(connection, document["revision"])
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for name, rows in tables.items():
            known = {column["name"] for column in sa.inspect(connection).get_columns(name)}
            for row in rows:
                _insert(connection, name, row, known)
    with database.engine.begin() as connection:
        migrate.upgrade(connection)
    return document


def _rows(connection: sa.Connection, table: str) -> list[dict[str, Any]]:
    found = connection.exec_driver_sql(f'SELECT * FROM "{table}"')  # noqa: S608  # our own names
    return [{key: _plain(value) for key, value in row.items()} for row in found.mappings()]


def _plain(value: Any) -> Any:
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def _insert(connection: sa.Connection, table: str, row: dict[str, Any], known: set[str]) -> None:
    values = {
        key: base64.b64decode(value["base64"]) if isinstance(value, dict) else value
        for key, value in row.items()
    }
    for column in Base.metadata.tables[table].columns:
        # before the first release a version's tables still change under its number
        if column.name in known - values.keys() and getattr(column.default, "is_scalar", False):
            values[column.name] = column.default.arg  # type: ignore[union-attr]
    names = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join("?" * len(values))
    connection.exec_driver_sql(
        f'INSERT INTO "{table}" ({names}) VALUES ({marks})',  # noqa: S608  # our own names
        tuple(values.values()),
    )
