"""Bytes on disk, once by digest, under `ab/cd/<sha256>`. Knows no rows; engine/filing/files.py has those.

Crash-safe by order, without locks:
- bytes are whole and durable at their place before the row that names them commits;
- every upload replaces the file at its place, even by the same bytes, so that it is fresh;
- what has no row is first laid aside for a day, still readable there, and removed only if then no
  row names it. An upload that ran meanwhile has long committed, and its bytes are put back.
All ages are counted by the unit of work's clock, which is written into the files' times and names.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Protocol

#: How long bytes without a row are left alone, and then once more laid aside.
GRACE = timedelta(days=1)

_CHUNK = 1 << 18
_BATCH = 500
_DIGEST = re.compile(r"[0-9a-f]{64}")

#: Which of these digests a row names.
Known = Callable[[Collection[str]], set[str]]


class Readable(Protocol):
    """What an upload is read from."""

    def read(self, size: int, /) -> bytes: ...


class TooLarge(Exception):
    """The upload is larger than the limit."""


@dataclass(frozen=True, kw_only=True)
class Received:
    """An upload that is whole and durable, but not yet at its place."""

    path: Path
    digest: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Tidied:
    """What a sweep did, in files."""

    abandoned: int  #: uploads that broke off, removed
    laid_aside: int
    restored: int
    removed: int


class ByteStore:
    """One folder, `files_dir` of the engine; several processes may share it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._incoming = root / "incoming"
        self._aside = root / "aside"

    def receive(self, stream: Readable, *, limit: int, now: datetime) -> Received:
        """Read an upload to its end. TooLarge beyond `limit` bytes; nothing is left of it then."""
        self._incoming.mkdir(parents=True, exist_ok=True)
        path = self._incoming / f"{int(now.timestamp())}-{secrets.token_hex(8)}"
        total, size = hashlib.sha256(), 0
        try:
            with path.open("xb") as file:
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    if size > limit:
                        raise TooLarge
                    total.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return Received(path=path, digest=total.hexdigest(), size=size)

    def place(self, received: Received, *, now: datetime) -> None:
        """Move an upload to its place, durably."""
        target = self._path(received.digest)
        _make_folder(target.parent)
        _stamp(received.path, now)
        received.path.replace(target)
        _sync_folder(target.parent)

    def discard(self, received: Received) -> None:
        """Forget an upload that was not placed; a placed one is left alone."""
        received.path.unlink(missing_ok=True)

    def open(self, digest: str) -> BinaryIO:
        """The bytes. FileNotFoundError if they are gone."""
        path = self._path(digest)
        for place in (path, self._aside / digest):
            try:
                return place.open("rb")
            except FileNotFoundError:
                continue
        return path.open("rb")  # a sweep put it back between the two looks

    def tidy(self, known: Known, *, now: datetime) -> Tidied:
        """Remove broken-off uploads; remove or put back what was laid aside; lay aside what is new."""
        return Tidied(
            abandoned=self._remove_abandoned(now),
            **self._review_aside(known, now),
            laid_aside=self._lay_aside(known, now),
        )

    def _remove_abandoned(self, now: datetime) -> int:
        count = 0
        for path in _files_in(self._incoming):
            began = path.name.partition("-")[0]
            if began.isdigit() and int(began) < (now - GRACE).timestamp():
                path.unlink(missing_ok=True)
                count += 1
        return count

    def _review_aside(self, known: Known, now: datetime) -> dict[str, int]:
        restored = removed = 0
        for batch in _batches(_files_in(self._aside)):
            named = known([path.name for path in batch])
            for path in batch:
                if path.name in named:
                    self._restore(path)
                    restored += 1
                elif _is_older(path, now - GRACE):
                    path.unlink(missing_ok=True)
                    removed += 1
        return {"restored": restored, "removed": removed}

    def _restore(self, path: Path) -> None:
        target = self._path(path.name)
        if target.exists():
            path.unlink(missing_ok=True)
            return
        _make_folder(target.parent)
        path.replace(target)
        _sync_folder(target.parent)

    def _lay_aside(self, known: Known, now: datetime) -> int:
        count = 0
        self._aside.mkdir(parents=True, exist_ok=True)
        for batch in _batches(self._placed(older_than=now - GRACE)):
            named = known([path.name for path in batch])
            for path in batch:
                if path.name not in named:
                    _stamp(path, now)  # before the move: a crash between leaves it for a day more
                    path.replace(self._aside / path.name)
                    count += 1
        return count

    def _placed(self, *, older_than: datetime) -> Iterator[Path]:
        for path in sorted(self.root.glob("??/??/*")):
            if _DIGEST.fullmatch(path.name) and _is_older(path, older_than):
                yield path

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise FileNotFoundError(digest)
        return self.root / digest[:2] / digest[2:4] / digest


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        _sync_folder(folder.parent)
        _sync_folder(folder.parent.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _stamp(path: Path, at: datetime) -> None:
    os.utime(path, (at.timestamp(), at.timestamp()))


def _is_older(path: Path, limit: datetime) -> bool:
    try:
        return path.stat().st_mtime < limit.timestamp()
    except FileNotFoundError:  # another sweep was faster
        return False


def _files_in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _batches(paths: Collection[Path] | Iterator[Path]) -> Iterator[list[Path]]:
    iterator = iter(paths)
    while batch := list(islice(iterator, _BATCH)):
        yield batch
