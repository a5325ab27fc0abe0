"""The record as a file: JSON lines that are verified without a database (docs/audit.md has the format).

One format, plain text: nothing in it unfolds into more than its own bytes.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import sqlalchemy as sa

from engine import __version__
from engine.administration import journal
from engine.engine import Engine
from engine.record import checkpoints, history, seals
from engine.record.chains import JOURNAL, Head, Link, Payload
from engine.record.digests import SHA256
from engine.record.seals import Seal
from engine.tables import Event, EventRedaction, Instance
from engine.unit_of_work import UnitOfWork
from ops.audit import ACTOR, Chain, Source, freeze, name_of
from ops.errors import Refusal
from ops.new_file import create

FORMAT = "dudao-audit-export/1"

#: No payload comes near; one line is all that is held in memory.
MAX_LINE = 64 * 1024 * 1024

#: What a link of a case tells; those of the journal are as wide as its table.
_TOLD = {
    "id",
    "instance_id",
    "seq",
    "at",
    "kind",
    "actor_id",
    "actor_name",
    "actor_title",
    "element_id",
    "task_id",
    "audience",
    "payload_digest",
}
_OWN = ("algorithm", "previous_digest", "digest")


def write(engine: Engine, ids: Sequence[str] | None, path: Path) -> tuple[int, int]:
    """Write these cases, or with None everything, as of one moment; how many chains and links."""
    count = _Count()
    with engine.read(ACTOR) as uow:
        freeze(uow)
        create(path, _lines(uow, ids, count))
    return count.chains, count.links


class _Count:
    chains = 0
    links = 0


def _lines(uow: UnitOfWork, ids: Sequence[str] | None, count: _Count) -> Iterator[bytes]:
    at = uow.now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    yield _line(format=FORMAT, at=at, version=__version__, complete=ids is None)
    for seal, moved in checkpoints.stored(uow):
        yield _line(checkpoint=seal.statement, signature=seal.signature, moved=seals.rows(moved))
    wanted = ids
    if wanted is None:
        wanted = uow.session.scalars(
            sa.select(Instance.id).order_by(Instance.started_at, Instance.id)
        ).all()
    for instance_id in wanted:
        instance = uow.session.get_one(Instance, instance_id)
        head = Head(length=instance.history_length, digest=instance.history_digest)
        yield _line(chain=instance_id, name=name_of(instance), **asdict(head))
        redacted = _redactions(uow, instance_id)
        for link in history.links(uow, instance_id):
            yield _link(link, redacted.get(str(link.told["id"])))
            count.links += 1
        count.chains += 1
        uow.session.expunge_all()
    if ids is None:
        yield _line(chain=JOURNAL, name="", **asdict(journal.head(uow)))
        for link in journal.links(uow):
            yield _link(link, None)
            count.links += 1
        count.chains += 1
    yield _line(end={"chains": count.chains, "links": count.links})


def _redactions(uow: UnitOfWork, instance_id: str) -> dict[str, dict[str, Any]]:
    rows = uow.session.scalars(
        sa.select(EventRedaction)
        .join(Event, Event.id == EventRedaction.event_id)
        .where(Event.instance_id == instance_id)
    )
    return {
        row.event_id: {
            "recorded_id": row.recorded_id,
            "at": row.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "actor_id": row.actor_id,
            "actor_name": row.actor_name,
            "rule": row.rule,
            "reason": row.reason,
        }
        for row in rows
    }


def _link(link: Link, redaction: dict[str, Any] | None) -> bytes:
    own = {name: getattr(link, name) for name in _OWN}
    more: dict[str, Any] = {}
    if link.payload is not None:
        more = {"salt": link.payload.salt, "payload": link.payload.text}
    if redaction is not None:
        more["redaction"] = redaction
    return _line(link={**link.told, **own}, **more)


def _line(**values: object) -> bytes:
    return orjson.dumps(values, option=orjson.OPT_APPEND_NEWLINE)


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """An export to be verified, read line by line. Refusal for what is none."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would never open
            raise Refusal("export.garbage", path=path, line=1)
        file = path.open("rb")
    except OSError as error:
        raise Refusal("file.unreadable", path=path, reason=error.strerror) from None
    with file:
        yield _Reader(path, file).source()


class _Reader:
    """One pass over the lines of an export."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self._path = path
        self._file = file
        self._number = 0
        #: The line that was read and is not yet used up.
        self._next: dict[str, Any] = {}
        self._chains = 0
        self._links = 0
        self._seen: set[str] = set()

    def source(self) -> Source:
        self._advance()
        match self._next:
            case {"format": str(found), "complete": bool(complete)}:
                if found != FORMAT:
                    raise Refusal("export.format", path=self._path, format=found[:40])
            case _:
                raise self._garbage()
        self._advance()
        return Source(is_complete=complete, seals=self._seals(), chains=self._read_chains())

    def _seals(self) -> Iterator[tuple[Seal, dict[str, Head]]]:
        while "checkpoint" in self._next:
            try:
                seal = seals.read(self._next["checkpoint"], self._next.get("signature"))
                moved = seals.read_rows(self._next.get("moved"))
            except ValueError:
                raise self._garbage() from None
            self._advance()
            yield seal, moved

    def _read_chains(self) -> Iterator[Chain]:
        while "end" not in self._next:
            match self._next:
                case {
                    "chain": str(id_),
                    "name": str(name),
                    "length": int(length),
                    "digest": str(digest),
                } if id_ not in self._seen:
                    self._seen.add(id_)
                case _:
                    raise self._garbage()
            self._advance()
            head = Head(length=length, digest=digest)
            self._chains += 1
            yield Chain(id=id_, name=name, head=head, links=self._read_links(id_))
        if self._next["end"] != {"chains": self._chains, "links": self._links}:
            raise self._garbage()
        if self._file.read(1):
            self._number += 1
            raise self._garbage()

    def _read_links(self, chain_id: str) -> Iterator[Link]:
        while "link" in self._next:
            link = self._as_link(chain_id)
            self._links += 1
            self._advance()
            yield link

    def _as_link(self, chain_id: str) -> Link:
        found = self._next["link"]
        if not isinstance(found, dict):
            raise self._garbage()
        told = {name: value for name, value in found.items() if name not in _OWN}
        of_case = chain_id != JOURNAL
        if of_case and (told.keys() != _TOLD or told["instance_id"] != chain_id):
            raise self._garbage()
        match found, self._next.get("salt", ""), self._next.get("payload", ""):
            case (
                {
                    "id": str(),
                    "seq": int(),
                    "kind": str(),
                    "previous_digest": str(previous),
                    "digest": str(digest),
                },
                str(salt),
                str(text),
            ) if isinstance(found.get("algorithm", SHA256), str):
                payload = Payload(salt=salt, text=text) if "payload" in self._next else None
                return Link(
                    told=told,
                    previous_digest=previous,
                    digest=digest,
                    algorithm=found.get("algorithm", SHA256),
                    payload=payload,
                )
            case _:
                raise self._garbage()

    def _advance(self) -> None:
        """The next line; Refusal at the end of the file, which is never where a line is wanted."""
        line = self._file.readline(MAX_LINE + 1)
        self._number += 1
        if not line:
            raise Refusal("export.short", path=self._path, line=self._number)
        if len(line) > MAX_LINE:
            raise self._garbage()
        try:
            found = orjson.loads(line)
        except orjson.JSONDecodeError:
            raise self._garbage() from None
        if not isinstance(found, dict):
            raise self._garbage()
        self._next = found

    def _garbage(self) -> Refusal:
        return Refusal("export.garbage", path=self._path, line=self._number)
