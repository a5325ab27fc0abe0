"""Checkpoints from the command line and by the clock; and the file that is carried outside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import orjson
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.actor import Actor
from engine.engine import Engine
from engine.errors import Conflict, Invalid, NotFound, Unavailable
from engine.record import checkpoints, seals
from engine.record.chains import Head, canonical
from engine.record.seals import Seal
from ops import audit_key
from ops.errors import Refusal
from ops.new_file import create
from ops.settings import Settings

log = structlog.get_logger(__name__)

ACTOR = Actor.system("dudao audit")

#: Three hundred thousand chains; a larger file is none of ours.
MAX_BYTES = 64 * 1024 * 1024


def take(engine: Engine, key: Ed25519PrivateKey, *, folder: Path | None) -> Seal:
    """Sign where the chains end now, and write the file where one is wanted."""
    with engine.begin(ACTOR) as uow:
        seal = checkpoints.take(uow, key)
    _carry(engine, seal, folder)
    return seal


def _carry(engine: Engine, seal: Seal, folder: Path | None) -> None:
    if folder is not None:
        write(engine, seal.number, folder / f"checkpoint-{seal.number:06}.json")


def write(engine: Engine, number: int, path: Path) -> None:
    """The checkpoint of this number as a file that can be checked by itself. Never over another file."""
    with engine.read(ACTOR) as uow:
        try:
            seal = checkpoints.find(uow, number)
        except NotFound:
            raise Refusal("checkpoint.unknown", number=number) from None
        heads = checkpoints.heads_at(uow, number)
    content = canonical(
        {"statement": seal.statement, "signature": seal.signature, "heads": seals.rows(heads)}
    )
    create(path, [content + b"\n"])


def read(path: Path) -> tuple[Seal, dict[str, Head]]:
    """A checkpoint that was kept outside, unchecked. Refusal for anything else."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Refusal("file.unreadable", path=path, reason=error.strerror) from None
    try:
        if len(content) > MAX_BYTES:
            raise ValueError("it is too large")
        match orjson.loads(content):
            case {"statement": statement, "signature": signature, "heads": heads}:
                return seals.read(statement, signature), seals.read_rows(heads)
            case _:
                raise ValueError("it is something else")
    except ValueError:
        raise Refusal("checkpoint.garbage", path=path) from None


@dataclass(frozen=True, kw_only=True)
class Timed:
    """The checkpoints that a worker takes by itself."""

    key: Ed25519PrivateKey
    every: timedelta
    folder: Path | None

    @classmethod
    def of(cls, settings: Settings) -> Timed | None:
        """As the settings say; None where nobody asked for them. Refusal for a key that is no use."""
        if not settings.checkpoint_minutes:
            return None
        return cls(
            key=audit_key.load(settings.audit_key),
            every=timedelta(minutes=settings.checkpoint_minutes),
            folder=settings.checkpoint_dir,
        )

    def run(self, engine: Engine) -> None:
        """Take one if it is time; any number of workers ask."""
        try:
            with engine.begin(ACTOR) as uow:
                seal = checkpoints.take_if_due(uow, self.key, self.every)
            if seal is None:
                return
            log.info("checkpoint taken", number=seal.number)
            _carry(engine, seal, self.folder)
        except Conflict:
            log.debug("checkpoint taken by another worker")
        except (Invalid, Unavailable) as error:
            log.error("no checkpoint taken", reason=error.detail)
        except Refusal as error:
            log.error("checkpoint not written as a file", reason=str(error))
