"""The history of an instance: append, read, verify.

Each event is a link of the instance's chain (engine/record/chains.py, docs/audit.md). What it said lies apart:
it can be redacted by rule (engine/record/redactions.py) while the chain still verifies.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.actor import Actor
from engine.record import chains
from engine.record.chains import Break, Head, Link, Payload, Pin, Reason, canonical, payload_digest
from engine.tables import Event, EventPayload, Instance, new_id

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

__all__ = [
    "Break",
    "Reason",
    "append",
    "canonical",
    "link_of",
    "links",
    "payload_digest",
    "payload_of",
    "verify",
]


def append(
    uow: UnitOfWork,
    kind: str,
    *,
    instance_id: str,
    element_id: str | None,
    task_id: str | None,
    audience: str,
    payload: dict[str, Any],
) -> Event:
    """Add the next link. The instance row is locked by the caller, so there is no fork."""
    instance = uow.session.get_one(Instance, instance_id)
    salt = secrets.token_hex(16)
    algorithm = uow.engine.digest
    event = Event(
        id=new_id(),
        instance_id=instance_id,
        seq=instance.history_length + 1,
        at=uow.now,
        kind=kind,
        # of a paper act nobody's account: that it is one must be read even when the payload is gone
        actor_id=_hand(uow.actor),
        actor_name=uow.actor.signature,
        actor_title=uow.actor.posts[0].title if uow.actor.posts else "",
        element_id=element_id,
        task_id=task_id,
        audience=audience,
        payload_digest=payload_digest(salt, payload, algorithm=algorithm),
        previous_digest=instance.history_digest,
        algorithm=algorithm,
        digest="",
    )
    event.digest = chains.link_digest(link_of(event))
    uow.session.add(event)
    uow.session.add(EventPayload(event_id=event.id, salt=salt, content=payload))
    instance.history_length = event.seq
    instance.history_digest = event.digest
    return event


def _hand(actor: Actor) -> str | None:
    return None if actor.on_paper is not None else actor.account_id


def link_of(event: Event, payload: Payload | None = None) -> Link:
    """The event as a link of its chain."""
    return Link(
        told={
            "id": event.id,
            "instance_id": event.instance_id,
            "seq": event.seq,
            "at": event.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "kind": event.kind,
            "actor_id": event.actor_id,
            "actor_name": event.actor_name,
            "actor_title": event.actor_title,
            "element_id": event.element_id,
            "task_id": event.task_id,
            "audience": event.audience,
            "payload_digest": event.payload_digest,
        },
        previous_digest=event.previous_digest,
        digest=event.digest,
        algorithm=event.algorithm,
        payload=payload,
    )


def links(uow: UnitOfWork, instance_id: str) -> Iterator[Link]:
    """The chain of an instance as it is stored, from its first link."""
    rows = uow.session.execute(
        # The text as it is stored: what was tampered with need not be JSON any more.
        sa.select(Event, EventPayload.salt, sa.type_coerce(EventPayload.content, sa.Text))
        .outerjoin(EventPayload, EventPayload.event_id == Event.id)
        .where(Event.instance_id == instance_id)
        .order_by(Event.seq)
    )
    for event, salt, content in rows:
        yield link_of(event, None if salt is None else Payload(salt=salt, text=content))


def verify(uow: UnitOfWork, instance_id: str, *, pins: Iterable[Pin] = ()) -> Iterator[Break]:
    """Every break in the chain of an instance; nothing when it is whole."""
    instance = uow.session.get_one(Instance, instance_id)
    head = Head(length=instance.history_length, digest=instance.history_digest)
    yield from chains.breaks(links(uow, instance_id), head, pins=pins)


def payload_of(uow: UnitOfWork, event_id: str) -> dict[str, Any]:
    """What an event said; empty once redacted."""
    row = uow.session.get(EventPayload, event_id)
    return dict(row.content) if row is not None else {}
