"""Checkpoints say, signed, where every chain ended; whoever writes a chain anew no longer fits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine import store
from engine.engine import Engine
from engine.errors import Conflict, Invalid
from engine.record import chains, checkpoints, history, seals
from engine.record.chains import JOURNAL, Break, Head, Reason
from engine.record.seals import Ledger, Seal, SealReason
from engine.tables import Checkpoint, CheckpointHead, Event, Instance
from tests.driver import SYSTEM, Driver
from tests.integration.engine.conftest import Drive
from tests.integration.engine.test_races import together
from tests.models import bpmn, flows, user

BODY = "<startEvent id='start'/>" + user("only") + "<endEvent id='end'/>"
MODEL = bpmn("main", BODY + flows("start>only", "only>end"))
KEY = Ed25519PrivateKey.generate()


@pytest.fixture
def case(drive: Drive) -> Driver:
    return drive(MODEL)


def take(case: Driver, key: Ed25519PrivateKey = KEY) -> Seal:
    with case.engine.begin(SYSTEM) as uow:
        return checkpoints.take(uow, key)


def ledger(case: Driver, *keys: str) -> tuple[Ledger, list[SealReason]]:
    """All checkpoints one after the other, and what is wrong with them."""
    found = Ledger(keys=keys)
    with case.engine.read(SYSTEM) as uow:
        broken = [b for seal, moved in checkpoints.stored(uow) for b in found.add(seal, moved)]
    return found, [one.reason for one in broken]


def breaks(case: Driver, instance_id: str) -> list[Break]:
    pins = ledger(case)[0].pins[instance_id]
    with case.engine.read(SYSTEM) as uow:
        return list(history.verify(uow, instance_id, pins=pins))


def tell(case: Driver, instance_id: str) -> None:
    with case.engine.begin(SYSTEM) as uow:
        store.lock(uow, instance_id)
        uow.record("test.told", instance_id=instance_id)


def test_a_row_holds_the_chains_that_moved_and_a_checkpoint_all(case: Driver) -> None:
    one, other = case.start(), case.start()
    first = take(case)
    tell(case, other)
    second = take(case)
    assert (first.number, second.number) == (1, 2)
    assert second.statement["previous_digest"] == first.digest
    with case.engine.read(SYSTEM) as uow:
        query = sa.select(CheckpointHead.chain_id).where(CheckpointHead.number == 2)
        assert uow.session.scalars(query).all() == [other]
        heads = checkpoints.heads_at(uow, 2)
        assert heads == checkpoints.current_heads(uow)
        assert checkpoints.heads_at(uow, 1)[one] == heads[one]
    assert set(heads) == {one, other, JOURNAL}
    found, broken = ledger(case, seals.public_hex(KEY.public_key()))
    assert broken == []
    assert found.heads == heads
    assert breaks(case, one) == breaks(case, other) == []


def rewrite(engine: Engine, instance_id: str, seq: int, *, keep: int) -> None:
    """What an administrator of the database can do: recompute all digests, and the head.

    Event `seq` gets another name, the chain is cut behind `keep`.
    """
    with engine.begin(SYSTEM) as uow:
        query = sa.select(Event).where(Event.instance_id == instance_id).order_by(Event.seq)
        events = uow.session.scalars(query).all()
        previous = ""
        for event in events[:keep]:
            if event.seq == seq:
                event.actor_name = "别人"
            event.previous_digest = previous
            event.digest = previous = chains.link_digest(history.link_of(event))
        for event in events[keep:]:
            uow.session.execute(
                sa.text("DELETE FROM event_payload WHERE event_id = :id"), {"id": event.id}
            )
            uow.session.delete(event)
        instance = uow.session.get_one(Instance, instance_id)
        instance.history_length, instance.history_digest = keep, previous


def length(case: Driver, instance_id: str) -> int:
    with case.engine.read(SYSTEM) as uow:
        return uow.session.get_one(Instance, instance_id).history_length


def test_a_chain_written_anew_fits_itself_but_no_checkpoint(case: Driver) -> None:
    instance_id = case.start()
    size = length(case, instance_id)
    take(case)
    tell(case, instance_id)
    take(case)
    rewrite(case.engine, instance_id, 1, keep=size + 1)
    assert case.breaks(instance_id) == []
    assert breaks(case, instance_id) == [
        Break(seq=size, reason=Reason.REWRITTEN, checkpoint=1),
        Break(seq=size + 1, reason=Reason.REWRITTEN, checkpoint=2),
    ]


def test_a_tail_cut_off_with_its_head_is_missed_by_the_checkpoint(case: Driver) -> None:
    instance_id = case.start()
    tell(case, instance_id)
    size = length(case, instance_id)
    take(case)
    rewrite(case.engine, instance_id, 0, keep=size - 1)
    assert case.breaks(instance_id) == []
    assert breaks(case, instance_id) == [
        Break(seq=size - 1, reason=Reason.SHORTER, checkpoint=1),
    ]


def test_a_chain_that_is_gone_stays_among_the_heads(case: Driver) -> None:
    instance_id = case.start()
    take(case)
    with case.engine.begin(SYSTEM) as uow:
        instance = uow.session.get_one(Instance, instance_id)
        instance.history_length, instance.history_digest = 0, ""
    take(case)
    assert instance_id in ledger(case)[0].heads


def change(case: Driver, number: int, **columns: Any) -> None:
    with case.engine.begin(SYSTEM) as uow:
        row = uow.session.get_one(Checkpoint, number)
        for name, value in columns.items():
            setattr(row, name, value)


def test_a_changed_statement_does_not_fit_its_signature(case: Driver) -> None:
    case.start()
    seal = take(case)
    earlier = dict(seal.statement) | {"at": "2020-01-01T00:00:00.000000Z"}
    change(case, 1, statement=chains.canonical(earlier).decode())
    assert ledger(case)[1] == [SealReason.SIGNATURE]


def test_a_statement_signed_by_another_key_is_not_trusted(case: Driver) -> None:
    case.start()
    take(case, Ed25519PrivateKey.generate())
    assert ledger(case)[1] == []
    assert ledger(case, seals.public_hex(KEY.public_key()))[1] == [SealReason.KEY]


def test_changed_heads_do_not_fit_the_statement(case: Driver) -> None:
    instance_id = case.start()
    take(case)
    with case.engine.begin(SYSTEM) as uow:
        uow.session.get_one(CheckpointHead, (1, instance_id)).length += 1
    assert ledger(case)[1] == [SealReason.HEADS]


def test_a_checkpoint_taken_out_of_the_middle_is_missed(case: Driver) -> None:
    for _ in range(3):
        case.start()
        take(case)
    with case.engine.begin(SYSTEM) as uow:
        uow.session.execute(sa.delete(CheckpointHead).where(CheckpointHead.number == 2))
        uow.session.execute(sa.delete(Checkpoint).where(Checkpoint.number == 2))
    assert ledger(case)[1] == [SealReason.HEADS, SealReason.UNLINKED]


def test_a_row_that_is_no_checkpoint_any_more_is_said_to_be_so(case: Driver) -> None:
    case.start()
    take(case)
    change(case, 1, statement="[]")
    with pytest.raises(Invalid, match="检查点 1"):
        ledger(case)


def test_one_from_outside_is_held_against_the_row_of_its_number(case: Driver) -> None:
    instance_id = case.start()
    kept = take(case)
    with case.engine.read(SYSTEM) as uow:
        heads = checkpoints.heads_at(uow, 1)
    found = ledger(case)[0]
    assert found.hold_against(kept, heads) == []
    # an administrator of the database makes a new key and another checkpoint 1
    with case.engine.begin(SYSTEM) as uow:
        uow.session.execute(sa.delete(CheckpointHead))
        uow.session.execute(sa.delete(Checkpoint))
    empty = ledger(case)[0]
    assert [b.reason for b in empty.hold_against(kept, heads)] == [SealReason.GONE]
    assert instance_id in empty.heads, "what only the outside remembers is missed"
    case.start()
    take(case, Ed25519PrivateKey.generate())
    assert [b.reason for b in ledger(case)[0].hold_against(kept, heads)] == [SealReason.OTHER]
    wrong = {**heads, JOURNAL: Head(length=1, digest="")}
    reasons = [b.reason for b in found.hold_against(kept, wrong)]
    assert reasons == [SealReason.HEADS]
    reasons = [b.reason for b in found.hold_against(replace(kept, signature="zz"), heads)]
    assert reasons == [SealReason.SIGNATURE]


def test_two_checkpoints_at_once_are_two_in_a_row_or_one_and_a_conflict(case: Driver) -> None:
    case.start()
    act: Callable[[], Seal] = lambda: take(case)  # noqa: E731
    results = together(act, act)
    assert all(isinstance(result, Seal | Conflict) for result in results)
    found, broken = ledger(case)
    assert broken == []
    assert found.last is not None
    assert found.last.number == sum(isinstance(result, Seal) for result in results)


def test_a_chain_may_change_its_digest_and_verifies_on(case: Driver) -> None:
    instance_id = case.start()
    sm3 = Engine(case.engine.database, case.clock, case.engine.packages.values(), digest="sm3")
    with sm3.begin(SYSTEM) as uow:
        store.lock(uow, instance_id)
        uow.record("test.told", instance_id=instance_id, payload={"by": "sm3"})
        assert checkpoints.take(uow, KEY).statement["algorithm"] == "sm3"
    tell(case, instance_id)
    take(case)
    with case.engine.read(SYSTEM) as uow:
        used = [link.algorithm for link in history.links(uow, instance_id)]
    assert used[-3:] == ["sha256", "sm3", "sha256"]
    assert breaks(case, instance_id) == []
    assert ledger(case)[1] == []
    with case.engine.begin(SYSTEM) as uow:
        query = sa.select(Event).where(Event.instance_id == instance_id, Event.seq == len(used) - 1)
        uow.session.scalars(query).one().algorithm = "sha256"
    assert Reason.METADATA in {found.reason for found in case.breaks(instance_id)}
    with case.engine.begin(SYSTEM) as uow:
        uow.session.scalars(query).one().algorithm = "md5"
    assert Reason.ALGORITHM in {found.reason for found in case.breaks(instance_id)}
