"""The checkpoints of this installation: rows that say, signed, where every chain ended.

A row holds only the chains that moved since the checkpoint before it; written out, a checkpoint holds
them all and needs no database to be checked (engine/record/seals.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import orjson
import sqlalchemy as sa

from engine import __version__
from engine.administration import journal
from engine.errors import Invalid, NotFound
from engine.record import seals
from engine.record.chains import JOURNAL, Head, canonical
from engine.record.seals import Seal
from engine.tables import Checkpoint, CheckpointHead, Instance

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from engine.unit_of_work import UnitOfWork


def take(uow: UnitOfWork, key: Ed25519PrivateKey) -> Seal:
    """Sign where every chain ends now. Two at once: one of them may be a Conflict."""
    return _take(uow, key, newest(uow))


def take_if_due(uow: UnitOfWork, key: Ed25519PrivateKey, every: timedelta) -> Seal | None:
    """The same, unless the last one is younger than that. Two at once: one is None or a Conflict."""
    last = newest(uow)
    if last is not None and uow.now - datetime.fromisoformat(last.at) < every:
        return None
    return _take(uow, key, last)  # the one that was looked at: no other may have come between


def _take(uow: UnitOfWork, key: Ed25519PrivateKey, previous: Seal | None) -> Seal:
    before = {} if previous is None else heads_at(uow, previous.number)
    heads = current_heads(uow)
    # A chain that is gone stays in the statement: whoever verifies is to miss it.
    heads = {**before, **heads}
    seal = seals.sign(
        key,
        heads,
        at=uow.now.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        version=__version__,
        algorithm=uow.engine.digest,
        previous=previous,
    )
    statement = canonical(seal.statement).decode()
    uow.session.add(
        Checkpoint(number=seal.number, at=uow.now, statement=statement, signature=seal.signature)
    )
    uow.session.flush()
    moved = [(id_, head) for id_, head in heads.items() if before.get(id_) != head]
    uow.session.add_all(
        CheckpointHead(number=seal.number, chain_id=id_, length=head.length, digest=head.digest)
        for id_, head in moved
    )
    uow.session.flush()
    return seal


def current_heads(uow: UnitOfWork) -> dict[str, Head]:
    """Where every chain ends now, the journal's among them; chains without a link are left out."""
    rows = uow.session.execute(
        sa.select(Instance.id, Instance.history_length, Instance.history_digest)
    )
    heads = {id_: Head(length=length, digest=digest) for id_, length, digest in rows}
    heads[JOURNAL] = journal.head(uow)
    return {id_: head for id_, head in heads.items() if head.length}


def heads_at(uow: UnitOfWork, number: int) -> dict[str, Head]:
    """Where every chain ended at a checkpoint: for each chain the newest row up to it."""
    newest_rows = (
        sa.select(CheckpointHead.chain_id, sa.func.max(CheckpointHead.number).label("number"))
        .where(CheckpointHead.number <= number)
        .group_by(CheckpointHead.chain_id)
        .subquery()
    )
    query = sa.select(CheckpointHead).join(
        newest_rows,
        sa.and_(
            CheckpointHead.chain_id == newest_rows.c.chain_id,
            CheckpointHead.number == newest_rows.c.number,
        ),
    )
    found = uow.session.scalars(query)
    return {row.chain_id: Head(length=row.length, digest=row.digest) for row in found}


def newest(uow: UnitOfWork) -> Seal | None:
    """The last checkpoint; None before the first."""
    row = uow.session.scalars(sa.select(Checkpoint).order_by(Checkpoint.number.desc())).first()
    return None if row is None else _seal(row)


def find(uow: UnitOfWork, number: int) -> Seal:
    """The checkpoint of this number. NotFound if there is none."""
    row = uow.session.get(Checkpoint, number)
    if row is None:
        raise NotFound("没有这个检查点。", code="checkpoint-not-found")
    return _seal(row)


def stored(uow: UnitOfWork) -> Iterator[tuple[Seal, Mapping[str, Head]]]:
    """All checkpoints from the first, each with the heads that moved since the one before it.

    Invalid where somebody made a row into something else.
    """
    for row in uow.session.scalars(sa.select(Checkpoint).order_by(Checkpoint.number)).all():
        moved = uow.session.scalars(
            sa.select(CheckpointHead).where(CheckpointHead.number == row.number)
        )
        heads = {head.chain_id: Head(length=head.length, digest=head.digest) for head in moved}
        yield _seal(row), heads


def _seal(row: Checkpoint) -> Seal:
    try:
        return seals.read(orjson.loads(row.statement), row.signature)
    except ValueError as error:
        detail = f"检查点 {row.number} 的行已被改成别的东西。"
        raise Invalid(detail, code="checkpoint-garbage") from error
