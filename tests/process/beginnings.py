"""How far many tests let a case come before their own part begins: played once, then copied."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from engine.clock import ManualClock
from engine.engine import Engine


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """An office as a play left it, and what the play answered."""

    folder: Path
    now: datetime
    answer: str


@dataclass
class Beginnings:
    """Those that were played in this process, below `root`."""

    root: Path
    _kept: dict[str, Beginning] = field(default_factory=dict)

    def enter(self, name: str, engine: Engine, clock: ManualClock, play: Callable[[], str]) -> str:
        """Put the office where `play` leads from the samples, by playing it or by a copy."""
        found = self._kept.get(name)
        if found is None:
            answer = play()
            found = Beginning(folder=self.root / name, now=clock.now(), answer=answer)
            found.folder.mkdir()
            self._copy(engine, found.folder, is_kept=True)
            self._kept[name] = found
            return answer
        self._copy(engine, found.folder, is_kept=False)
        clock.set(found.now)
        return found.answer

    def _copy(self, engine: Engine, folder: Path, *, is_kept: bool) -> None:
        # closing the last connection empties the write-ahead log: the file alone is whole
        engine.database.dispose()
        database = Path(str(engine.database.engine.url.database))
        files = database.parent / "files"
        if is_kept:
            shutil.copy(database, folder / "case.db")
            shutil.copytree(files, folder / "files")
        else:
            shutil.copy(folder / "case.db", database)
            shutil.copytree(folder / "files", files, dirs_exist_ok=True)
