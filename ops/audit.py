"""Verify the record from the command line, in the database or in an export; nothing is changed.

One way for both: a source gives checkpoints and chains, one after the other, and none is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from engine.actor import Actor
from engine.administration import journal
from engine.engine import Engine
from engine.record import checkpoints, history
from engine.record.chains import JOURNAL, Head, Link, Pin, Reason, breaks
from engine.record.seals import Ledger, Seal, SealBreak, SealReason
from engine.tables import Instance
from engine.unit_of_work import UnitOfWork
from ops.errors import Refusal
from ops.messages import text

ACTOR = Actor.system("dudao audit")

_REASONS: Mapping[Reason, str] = {
    Reason.MISSING: "audit.missing",
    Reason.UNLINKED: "audit.unlinked",
    Reason.METADATA: "audit.metadata",
    Reason.PAYLOAD: "audit.payload",
    Reason.PAYLOAD_GONE: "audit.payload_gone",
    Reason.CUT_OFF: "audit.cut_off",
    Reason.SHORTER: "audit.shorter",
    Reason.REWRITTEN: "audit.rewritten",
    Reason.ALGORITHM: "audit.algorithm",
}
_SEAL_REASONS: Mapping[SealReason, str] = {
    SealReason.SIGNATURE: "checkpoint.signature",
    SealReason.KEY: "checkpoint.key",
    SealReason.HEADS: "checkpoint.heads",
    SealReason.UNLINKED: "checkpoint.unlinked",
    SealReason.OTHER: "checkpoint.other",
    SealReason.GONE: "checkpoint.gone",
}

Say = Callable[[str], None]
Kept = tuple[Seal, Mapping[str, Head]]


@dataclass(frozen=True, kw_only=True)
class Chain:
    """One chain to be verified; its links are read once, before the next chain."""

    id: str
    name: str
    head: Head
    links: Iterable[Link]


@dataclass(frozen=True, kw_only=True)
class Source:
    """Checkpoints with the heads that moved, then chains; all of an installation where complete."""

    is_complete: bool
    seals: Iterable[Kept]
    chains: Iterable[Chain]


def find(engine: Engine, keys: Sequence[str]) -> list[str]:
    """The ids of these cases, by number or id. Refusal where there is no such case."""
    ids: list[str] = []
    with engine.read(ACTOR) as uow:
        for key in keys:
            query = sa.select(Instance.id).where(
                sa.or_(Instance.business_key == key, Instance.id == key)
            )
            found = uow.session.scalars(query.order_by(Instance.started_at, Instance.id)).all()
            if not found:
                raise Refusal("audit.unknown", case=key)
            ids += [id_ for id_ in found if id_ not in ids]
    return ids


def live(engine: Engine, ids: Sequence[str] | None) -> Source:
    """What the database holds: these cases, or with None everything.

    Each chain is read in a transaction of its own: a case that goes on meanwhile is seen as it was at
    one moment, which is never before the checkpoints that were read first.
    """
    return Source(is_complete=ids is None, seals=_stored(engine), chains=_live_chains(engine, ids))


def verify(
    source: Source, *, kept: Iterable[Kept] = (), keys: Collection[str] = (), say: Say
) -> bool:
    """Whether all of it is whole; says where each chain breaks first.

    `kept` are checkpoints from outside, `keys` the public keys that may have signed any of them.
    """
    ledger = Ledger(keys=keys)
    report = _Report(say=say)
    for seal, moved in source.seals:
        report.seal(ledger.add(seal, moved))
    for seal, heads in kept:
        report.seal(ledger.hold_against(seal, heads))
    for chain in source.chains:
        report.chain(chain, ledger.pins.get(chain.id, ()))
        ledger.heads.pop(chain.id, None)
    if source.is_complete:
        report.missed(ledger.heads)
    elif ledger.heads:
        say(text("checkpoint.others", count=len(ledger.heads)))
    report.end(ledger)
    return report.is_whole


def name_of(instance: Instance) -> str:
    """What people call a case: its number, else its title."""
    return instance.business_key or instance.title


def freeze(uow: UnitOfWork) -> None:
    """Read everything as of one moment: head and links of a case that goes on must fit together.

    SQLite does so by itself.
    """
    if uow.engine.database.dialect == "postgresql":
        uow.session.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))


def _stored(engine: Engine) -> Iterator[Kept]:
    with engine.read(ACTOR) as uow:
        freeze(uow)
        yield from checkpoints.stored(uow)


def _live_chains(engine: Engine, ids: Sequence[str] | None) -> Iterator[Chain]:
    wanted = ids
    if wanted is None:
        with engine.read(ACTOR) as uow:
            query = sa.select(Instance.id).order_by(Instance.started_at, Instance.id)
            wanted = uow.session.scalars(query).all()
    for instance_id in wanted:
        with engine.read(ACTOR) as uow:
            freeze(uow)
            instance = uow.session.get_one(Instance, instance_id)
            head = Head(length=instance.history_length, digest=instance.history_digest)
            links = history.links(uow, instance_id)
            yield Chain(id=instance_id, name=name_of(instance), head=head, links=links)
    if ids is None:
        with engine.read(ACTOR) as uow:
            freeze(uow)
            yield Chain(id=JOURNAL, name="", head=journal.head(uow), links=journal.links(uow))


@dataclass(kw_only=True)
class _Report:
    """What was found, said line by line."""

    say: Say
    cases: int = 0
    #: Links of cases, and of the journal.
    links: int = 0
    entries: int = 0
    redacted: int = 0
    broken: int = 0
    bad_seals: int = 0
    #: Links that no checkpoint covers yet.
    unsealed: int = 0

    @property
    def is_whole(self) -> bool:
        return not self.broken and not self.bad_seals

    def seal(self, found: Iterable[SealBreak]) -> None:
        for broken in found:
            self.bad_seals += 1
            reason = text(_SEAL_REASONS[broken.reason])
            self.say(text("checkpoint.broken", number=broken.number, reason=reason))

    def chain(self, chain: Chain, pins: Sequence[Pin]) -> None:
        is_journal = chain.id == JOURNAL
        self.cases += not is_journal
        sealed = max((pin.head.length for pin in pins), default=0)
        found = breaks(self._counted(chain.links, is_journal, sealed), chain.head, pins=pins)
        if not found:
            return
        self.broken += 1
        first = found[0]
        name = text("audit.journal") if is_journal else chain.name
        reason = text(_REASONS[first.reason], checkpoint=first.checkpoint)
        self.say(text("audit.broken", case=name, id=chain.id, seq=first.seq, reason=reason))

    def _counted(self, links: Iterable[Link], is_journal: bool, sealed: int) -> Iterator[Link]:
        for link in links:
            self.links += not is_journal
            self.entries += is_journal
            self.redacted += not is_journal and link.payload is None
            self.unsealed += link.seq > sealed
            yield link

    def missed(self, heads: Mapping[str, Head]) -> None:
        for chain_id in sorted(heads):
            self.broken += 1
            self.cases += 1
            self.say(text("audit.chain_gone", id=chain_id))

    def end(self, ledger: Ledger) -> None:
        if self.broken:
            chains = self.cases + bool(self.entries)
            self.say(text("audit.failed", broken=self.broken, chains=chains))
        if self.bad_seals:
            self.say(text("checkpoint.failed", count=self.bad_seals))
        if not self.is_whole:
            return
        self.say(text("audit.whole", chains=self.cases, links=self.links))
        if self.entries:
            self.say(text("audit.journal_whole", entries=self.entries))
        if self.redacted:
            self.say(text("audit.redacted", count=self.redacted))
        if ledger.newest is not None:
            seal = ledger.newest
            newer = self.unsealed
            self.say(text("checkpoint.whole", number=seal.number, at=seal.at, newer=newer))
            if not ledger.keys:
                self.say(text("checkpoint.unpinned"))
