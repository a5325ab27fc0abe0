"""Sample data: each installed domain loads its own; the demo accounts' passwords are kept aside.

A domain is found by the entry-point group `dudao.samples`: a module with `load(engine)`, which may be
called again and then adds nothing. It returns the accounts that it made this time, with passwords:
only their hashes are in the database, so this is the one moment to write them down.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

from engine.engine import Engine
from ops.accounts import count_demo
from ops.messages import text
from ops.settings import Settings

ENTRY_POINT_GROUP = "dudao.samples"


class SampleAccount(Protocol):
    """A demo account as it was just made."""

    @property
    def username(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def organisation(self) -> str: ...


def load(engine: Engine, settings: Settings, *, say: Callable[[str], None]) -> None:
    """Load what is not loaded yet; say the demo accounts, old and new."""
    points = entry_points(group=ENTRY_POINT_GROUP)
    if not points:
        say(text("sample.none"))
        return
    made: list[SampleAccount] = []
    for point in points:
        made += point.load().load(engine)
    path = settings.accounts_file
    if made:
        keep(path, made)
        say(text("sample.loaded"))
    if path.exists():
        say(text("sample.accounts", path=path))
        say(path.read_text(encoding="utf-8").rstrip("\n"))
    elif count_demo(engine):
        say(text("sample.accounts_lost", path=path))


def keep(path: Path, accounts: Sequence[SampleAccount]) -> None:
    """Append the accounts to the list, which its owner alone may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.fchmod(descriptor, 0o600)  # the file may have been there, with other rights
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in _table(accounts))
        file.flush()
        os.fsync(file.fileno())


def _table(accounts: Iterable[SampleAccount]) -> Iterable[str]:
    rows = [(a.username, a.password, a.name, a.title, a.organisation) for a in accounts]
    widths = [max(_width(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        cells = [cell + " " * (w - _width(cell)) for cell, w in zip(row, widths, strict=False)]
        yield "  ".join(["", *cells, row[4]]).rstrip()


def _width(cell: str) -> int:
    """Columns on a terminal, where a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in cell)
