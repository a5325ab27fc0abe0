"""A whole copy of an installation while it runs, and an installation made from such a copy.

First the database as of one moment, then the attachments: a file is written before the row that
names it, so a copy of the folder that is later misses nothing. Every file is checked by its digest,
on the way out and on the way back.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine import __version__
from engine.clock import Clock
from engine.database import Database
from engine.filing.byte_store import ByteStore
from engine.tables import File
from ops import migrate
from ops.errors import Refusal
from ops.settings import Settings

FORMAT = 1
MANIFEST = "copy.json"
ATTACHMENTS = "files"
_DUMPS = {"sqlite": "rows.sqlite", "postgresql": "rows.pgdump"}
_CHUNK = 1 << 20

Say = Callable[[str], None]


def make(settings: Settings, target: Path, *, clock: Clock) -> Mapping[str, Any]:
    """Write a copy into the new folder `target`, whole or not at all; what its manifest says.

    Refusal where the folder is there already, or an attachment is missing or damaged.
    """
    if target.exists():
        raise Refusal("backup.exists", path=target)
    partial = target.with_name(f"{target.name}.partial")
    try:
        partial.mkdir(parents=True, mode=0o700)
    except FileExistsError:
        raise Refusal("backup.exists", path=partial) from None
    except OSError as error:
        raise Refusal("backup.unwritable", path=target, reason=error.strerror or error) from None
    try:
        told = _write(settings, partial, clock)
        partial.rename(target)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return told


def restore(settings: Settings, source: Path) -> Mapping[str, Any]:
    """Make this installation from a copy; what the copy's manifest says.

    Refusal for what is no whole copy, for one of another kind of database or a newer program, and
    where there is anything already: what is there is never overwritten.
    """
    told = _manifest(source)
    dump = source / _DUMPS[told["dialect"]]
    if told["dialect"] != settings.url.get_backend_name():
        raise Refusal("backup.dialect", path=source, found=told["dialect"])
    if told["revision"] not in migrate.known():
        raise Refusal("backup.newer", path=source, found=told["revision"], wanted=migrate.head())
    if not dump.is_file() or _sha256(dump) != told["database"]:
        raise Refusal("backup.damaged", path=dump)
    if any(settings.files_dir.glob("??/??/*")):
        raise Refusal("backup.files_there", path=settings.files_dir)
    for path in _attachments(source):
        if _sha256(path) != path.name:
            raise Refusal("backup.damaged", path=path)
    _load(settings, dump)
    for path in _attachments(source):
        _copy(path, settings.files_dir / path.relative_to(source / ATTACHMENTS))
    return told


def _write(settings: Settings, folder: Path, clock: Clock) -> Mapping[str, Any]:
    database = Database(settings.database_url, pool_size=1)
    try:
        dialect = database.dialect
        with database.engine.connect() as connection:
            revision = migrate.current(connection)
        dump = folder / _DUMPS[dialect]
        _dump(settings, dump)
        with database.engine.connect() as connection:
            # of what a rule took away there are no bytes to keep
            kept = sa.select(File.digest, File.size).where(File.redacted_at.is_(None)).distinct()
            rows = connection.execute(kept).all()
    finally:
        database.dispose()
    store = ByteStore(settings.files_dir)
    for digest, _size in rows:
        _save(store, digest, folder / ATTACHMENTS / digest[:2] / digest[2:4] / digest)
    told = {
        "format": FORMAT,
        "program": __version__,
        "revision": revision,
        "dialect": dialect,
        "made_at": clock.now().isoformat(),
        "database": _sha256(dump),
        "attachments": len(rows),
        "attachment_bytes": sum(size for _digest, size in rows),
    }
    (folder / MANIFEST).write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    return told


def _dump(settings: Settings, target: Path) -> None:
    path = settings.sqlite_path
    if path is None:
        command = ["pg_dump", "--format=custom", "--no-owner", f"--file={target}"]
        _postgresql(settings, [*command, f"--dbname={_address(settings)}"])
        return
    with closing(sqlite3.connect(path)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a companion


def _load(settings: Settings, dump: Path) -> None:
    path = settings.sqlite_path
    if path is not None:
        if path.exists():
            raise Refusal("backup.database_there", database=path)
        _copy(dump, path)
        return
    database = Database(settings.database_url, pool_size=1)
    try:
        is_used = bool(sa.inspect(database.engine).get_table_names())
    finally:
        database.dispose()
    if is_used:
        raise Refusal("backup.database_there", database=settings.database_name)
    command = ["pg_restore", "--no-owner", "--single-transaction", "--exit-on-error"]
    _postgresql(settings, [*command, f"--dbname={_address(settings)}", str(dump)])


def _address(settings: Settings) -> str:
    """For PostgreSQL's own programs, without the password: others see a command line."""
    address = settings.url.set(drivername="postgresql", password=None)
    return address.render_as_string(hide_password=False)


def _postgresql(settings: Settings, command: list[str]) -> None:
    environment = {**os.environ}
    if settings.url.password is not None:
        environment["PGPASSWORD"] = str(settings.url.password)
    try:
        done = subprocess.run(  # noqa: S603  # a program of PostgreSQL, arguments of ours
            command, env=environment, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise Refusal("backup.program", program=command[0]) from None
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["?"]
        raise Refusal("backup.failed", program=command[0], reason=lines[0])


def _save(store: ByteStore, digest: str, target: Path) -> None:
    """One attachment, read as the program reads it: also from where a sweep has laid it aside."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with store.open(digest) as source, target.open("xb") as copy:
            shutil.copyfileobj(source, copy, _CHUNK)
    except FileNotFoundError:
        raise Refusal("backup.missing", digest=digest) from None
    if _sha256(target) != digest:
        raise Refusal("backup.damaged", path=store.root / digest)


def _copy(source: Path, target: Path) -> None:
    """Whole or not at all, as far as a reader of `target` can see."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.partial")
    shutil.copyfile(source, partial)
    partial.replace(target)


def _manifest(source: Path) -> Mapping[str, Any]:
    try:
        told = json.loads((source / MANIFEST).read_text(encoding="utf-8"))
        if told["format"] == FORMAT and told["dialect"] in _DUMPS and told["revision"]:
            return dict(told)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise Refusal("backup.foreign", path=source)


def _attachments(source: Path) -> Iterator[Path]:
    return iter(sorted((source / ATTACHMENTS).glob("??/??/*")))


def _sha256(path: Path) -> str:
    total = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            total.update(chunk)
    return total.hexdigest()
