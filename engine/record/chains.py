"""A chain of digests, wherever its links come from: rows or a file. Pure.

Each link covers what it tells, the salted digest of its payload, and the link before it. The payload
lies apart: it may be redacted, which a later link of the same chain must say. docs/audit.md is the
specification, with test vectors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import orjson

from engine.record import digests
from engine.record.digests import SHA256

#: The kind of the link that says that the payload of an earlier one was taken away by rule.
REDACTED = "event.redacted"

#: The chain of administrative acts; those of cases are named by the id of the instance.
JOURNAL = "journal"


class Reason(StrEnum):
    """What is wrong with a link."""

    #: The link before it is not there.
    MISSING = "missing"
    #: It does not carry the digest of the link before it.
    UNLINKED = "unlinked"
    METADATA = "metadata-changed"
    PAYLOAD = "payload-changed"
    #: Its payload is not there, and no later link says that it was redacted.
    PAYLOAD_GONE = "payload-gone"
    #: The chain ends before (or after) its head.
    CUT_OFF = "cut-off"
    #: The chain ends before the length that a checkpoint saw.
    SHORTER = "shorter-than-checkpoint"
    #: A checkpoint saw another link at this place.
    REWRITTEN = "not-as-checkpoint"
    #: It names a digest that cannot be computed here.
    ALGORITHM = "unknown-digest"


@dataclass(frozen=True, kw_only=True)
class Break:
    """Where a chain does not verify, and why."""

    seq: int
    reason: Reason
    #: The number of the checkpoint that says so, if one does.
    checkpoint: int | None = None


@dataclass(frozen=True, kw_only=True)
class Head:
    """The end of a chain; length 0 and an empty digest where nothing has happened."""

    length: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class Pin:
    """What a checkpoint says of one chain."""

    checkpoint: int
    head: Head


@dataclass(frozen=True, kw_only=True)
class Payload:
    """What a link said, as text: what was tampered with need not be JSON any more."""

    salt: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Link:
    """One link as it was found.

    `told` is what its digest covers, but `algorithm` and `previous_digest`; `at` in it is text.
    """

    told: Mapping[str, Any]
    previous_digest: str
    digest: str
    algorithm: str = SHA256
    payload: Payload | None = None

    @property
    def seq(self) -> int:
        return int(self.told["seq"])


def canonical(value: Mapping[str, Any]) -> bytes:
    """The canonical encoding that digests are taken over (sorted keys, no spaces, UTF-8)."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def payload_digest(salt: str, payload: Mapping[str, Any], *, algorithm: str = SHA256) -> str:
    """Over the salt and the payload."""
    return digests.digest(algorithm, salt.encode() + b"\0" + canonical(payload))


def link_digest(link: Link) -> str:
    """Over what the link tells and the previous digest; another algorithm than SHA-256 is named in it."""
    covered = {**link.told, "previous_digest": link.previous_digest}
    if link.algorithm != SHA256:
        covered["algorithm"] = link.algorithm
    return digests.digest(link.algorithm, canonical(covered))


def breaks(links: Iterable[Link], head: Head, *, pins: Iterable[Pin] = ()) -> list[Break]:
    """Every break of one chain in the order of its links; `pins` are what checkpoints say of it."""
    walk = _Walk(pins)
    found = [broken for link in links for broken in walk.step(link)]
    found += walk.end(head)
    return sorted(found, key=lambda broken: broken.seq)


@dataclass
class _Walk:
    """One pass over the links, none of which is kept."""

    pins: Iterable[Pin]
    last: Head = field(default_factory=lambda: Head(length=0, digest=""))
    #: id of an event whose payload is not there → its seq
    gone: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.pinned: dict[int, list[Pin]] = {}
        for pin in self.pins:
            self.pinned.setdefault(pin.head.length, []).append(pin)

    def step(self, link: Link) -> Iterator[Break]:
        seq = link.seq
        if seq != self.last.length + 1:
            yield Break(seq=seq, reason=Reason.MISSING)
        if link.previous_digest != self.last.digest:
            yield Break(seq=seq, reason=Reason.UNLINKED)
        try:
            expected = link_digest(link)
        except ValueError:
            yield Break(seq=seq, reason=Reason.ALGORITHM)
        else:
            if link.digest != expected:
                yield Break(seq=seq, reason=Reason.METADATA)
            yield from self._look_at_payload(link)
        for pin in self.pinned.get(seq, ()):
            if pin.head.digest != link.digest:
                yield Break(seq=seq, reason=Reason.REWRITTEN, checkpoint=pin.checkpoint)
        self.last = Head(length=seq, digest=link.digest)

    def end(self, head: Head) -> Iterator[Break]:
        if head != self.last:
            yield Break(seq=self.last.length, reason=Reason.CUT_OFF)
        longest = max(self.pinned, default=0)
        if longest > self.last.length:
            first = min(length for length in self.pinned if length > self.last.length)
            number = self.pinned[first][0].checkpoint
            yield Break(seq=self.last.length, reason=Reason.SHORTER, checkpoint=number)
        for seq in self.gone.values():
            yield Break(seq=seq, reason=Reason.PAYLOAD_GONE)

    def _look_at_payload(self, link: Link) -> Iterator[Break]:
        if "payload_digest" not in link.told:
            return  # a chain without payloads
        if link.payload is None:
            self.gone[str(link.told["id"])] = link.seq
            return
        payload = _read(link, link.payload)
        if payload is None:
            yield Break(seq=link.seq, reason=Reason.PAYLOAD)
        elif link.told["kind"] == REDACTED:
            self.gone.pop(str(payload.get("event")), None)


def _read(link: Link, found: Payload) -> Mapping[str, Any] | None:
    """The payload, if it is the one that the link was written with."""
    try:
        payload = orjson.loads(found.text)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(payload, dict):
        return None
    expected = payload_digest(found.salt, payload, algorithm=link.algorithm)
    return payload if link.told["payload_digest"] == expected else None
