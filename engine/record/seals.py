"""A checkpoint as a signed statement: where every chain ended, who says so, and which one was before.

Pure: made from heads and a key, checked with nothing but itself. docs/audit.md is the specification.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from engine.record import digests
from engine.record.chains import Head, Pin, canonical

FORMAT = "dudao-checkpoint/1"

#: What a statement holds, and of which type.
_STATEMENT = {
    "format": str,
    "number": int,
    "at": str,
    "version": str,
    "algorithm": str,
    "chains": int,
    "root": str,
    "previous_digest": str,
    "public_key": str,
}

Heads = Mapping[str, Head]


class SealReason(StrEnum):
    """What is wrong with a checkpoint."""

    SIGNATURE = "bad-signature"
    #: It is signed, but not with a key that the verifier trusts.
    KEY = "foreign-key"
    #: The heads that came with it are not those that were signed.
    HEADS = "heads-changed"
    #: The one before it is not there, or is another one.
    UNLINKED = "unlinked"
    #: Another checkpoint of this number is known.
    OTHER = "another-of-this-number"
    #: It was kept outside and is not among those that are here.
    GONE = "not-here"


@dataclass(frozen=True, kw_only=True)
class SealBreak:
    """Which checkpoint does not hold, and why."""

    number: int
    reason: SealReason


@dataclass(frozen=True, kw_only=True)
class Seal:
    """A statement and its Ed25519 signature in hex."""

    statement: Mapping[str, Any]
    signature: str

    @property
    def number(self) -> int:
        return int(self.statement["number"])

    @property
    def at(self) -> str:
        return str(self.statement["at"])

    @property
    def digest(self) -> str:
        """What the next checkpoint carries. ValueError for an algorithm that is not here."""
        return digests.digest(self.statement["algorithm"], canonical(self.statement))


def sign(
    key: Ed25519PrivateKey,
    heads: Heads,
    *,
    at: str,
    version: str,
    algorithm: str,
    previous: Seal | None,
) -> Seal:
    """The checkpoint that follows `previous`."""
    statement = {
        "format": FORMAT,
        "number": 1 if previous is None else previous.number + 1,
        "at": at,
        "version": version,
        "algorithm": algorithm,
        "chains": len(heads),
        "root": root(heads, algorithm),
        "previous_digest": "" if previous is None else previous.digest,
        "public_key": public_hex(key.public_key()),
    }
    return Seal(statement=statement, signature=key.sign(canonical(statement)).hex())


def root(heads: Heads, algorithm: str) -> str:
    """One digest over all heads."""
    return digests.digest(algorithm, canonical({"heads": rows(heads)}))


def rows(heads: Heads) -> list[list[Any]]:
    """The heads as they are written: [chain, length, digest], by chain."""
    return [[id_, head.length, head.digest] for id_, head in sorted(heads.items())]


def read_rows(value: object) -> dict[str, Head]:
    """The heads again. ValueError for anything else."""
    heads: dict[str, Head] = {}
    for row in value if isinstance(value, list) else [None]:
        match row:
            case [str(id_), int(length), str(digest)] if id_ not in heads:
                heads[id_] = Head(length=length, digest=digest)
            case _:
                raise ValueError("these are no heads")
    return heads


def read(statement: object, signature: object) -> Seal:
    """A seal that somebody hands in, unchecked but of the right shape. ValueError for anything else."""
    if not isinstance(statement, dict) or not isinstance(signature, str):
        raise ValueError("this is no checkpoint")
    if {name: type(value) for name, value in statement.items()} != _STATEMENT:
        raise ValueError("this is no checkpoint")
    if statement["format"] != FORMAT or not digests.is_available(statement["algorithm"]):
        raise ValueError("this is no checkpoint that can be checked here")
    return Seal(statement=statement, signature=signature)


def public_hex(key: Ed25519PublicKey) -> str:
    """The 32 bytes of a public key in hex."""
    return key.public_bytes_raw().hex()


def faults(seal: Seal, heads: Heads, *, keys: Collection[str]) -> Iterator[SealReason]:
    """What is wrong with a checkpoint taken by itself; `keys` are trusted, none: any will do."""
    public = str(seal.statement["public_key"])
    if not _is_signed(seal, public):
        yield SealReason.SIGNATURE
    elif keys and public not in keys:
        yield SealReason.KEY
    algorithm = str(seal.statement["algorithm"])
    if len(heads) != seal.statement["chains"] or root(heads, algorithm) != seal.statement["root"]:
        yield SealReason.HEADS


def _is_signed(seal: Seal, public: str) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(seal.signature), canonical(seal.statement))
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(kw_only=True)
class Ledger:
    """Checkpoints one after the other, and what they say of each chain.

    A trusted one from outside is held against the row of the same number.
    """

    keys: Collection[str] = ()
    last: Seal | None = None
    #: The one of the highest number, of these or from outside.
    newest: Seal | None = None
    #: Where the chains ended at `last`.
    heads: dict[str, Head] = field(default_factory=dict)
    pins: dict[str, list[Pin]] = field(default_factory=dict)
    _digests: dict[int, str] = field(default_factory=dict)

    def add(self, seal: Seal, moved: Heads) -> list[SealBreak]:
        """The next checkpoint, with the heads that moved since the one before it."""
        self.heads |= moved
        found = list(faults(seal, self.heads, keys=self.keys))
        number, digest = (0, "") if self.last is None else (self.last.number, self.last.digest)
        if seal.number != number + 1 or seal.statement["previous_digest"] != digest:
            found.append(SealReason.UNLINKED)
        self._digests[seal.number] = seal.digest
        self.last = seal
        self._pin(seal, moved)
        return [SealBreak(number=seal.number, reason=reason) for reason in found]

    def hold_against(self, seal: Seal, heads: Heads) -> list[SealBreak]:
        """A checkpoint that was kept outside, with all its heads; after the others."""
        found = list(faults(seal, heads, keys=self.keys))
        if seal.number not in self._digests:
            found.append(SealReason.GONE)
        elif self._digests[seal.number] != seal.digest:
            found.append(SealReason.OTHER)
        self._pin(seal, heads)
        for id_, head in heads.items():
            self.heads.setdefault(id_, head)  # a chain that only the outside remembers is missed
        return [SealBreak(number=seal.number, reason=reason) for reason in found]

    def _pin(self, seal: Seal, heads: Heads) -> None:
        if self.newest is None or seal.number > self.newest.number:
            self.newest = seal
        for id_, head in heads.items():
            self.pins.setdefault(id_, []).append(Pin(checkpoint=seal.number, head=head))
