"""The chain of an instance: append, read, verify.

Each link covers its own metadata, the salted digest of its payload, and the link before it. The payload
lies apart: it can be redacted by rule while the chain still verifies (docs/audit.md has test vectors).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from engine.tables import Event, EventPayload, Instance, new_id

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork


class Reason(StrEnum):
    """What is wrong with a link."""

    #: The link before it is not there.
    MISSING = "missing"
    #: It does not carry the digest of the link before it.
    UNLINKED = "unlinked"
    METADATA = "metadata-changed"
    PAYLOAD = "payload-changed"
    #: The chain ends before (or after) the head that the instance carries.
    CUT_OFF = "cut-off"


@dataclass(frozen=True, kw_only=True)
class Break:
    """Where a chain does not verify, and why."""

    seq: int
    reason: Reason


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
    event = Event(
        id=new_id(),
        instance_id=instance_id,
        seq=instance.history_length + 1,
        at=uow.now,
        kind=kind,
        actor_id=uow.actor.user_id,
        actor_name=uow.actor.name,
        actor_title=uow.actor.posts[0].title if uow.actor.posts else "",
        element_id=element_id,
        task_id=task_id,
        audience=audience,
        payload_digest=payload_digest(salt, payload),
        previous_digest=instance.history_digest,
        digest="",
    )
    event.digest = link_digest(event)
    uow.session.add(event)
    uow.session.add(EventPayload(event_id=event.id, salt=salt, content=payload))
    instance.history_length = event.seq
    instance.history_digest = event.digest
    return event


def payload_digest(salt: str, payload: Mapping[str, Any]) -> str:
    """SHA-256 of the salt and the payload in canonical JSON (sorted keys, no spaces, UTF-8)."""
    return hashlib.sha256(salt.encode() + b"\0" + canonical(payload)).hexdigest()


def link_digest(event: Event) -> str:
    """SHA-256 of the canonical metadata of one link, the previous digest included."""
    return hashlib.sha256(
        canonical(
            {
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
                "previous_digest": event.previous_digest,
            }
        )
    ).hexdigest()


def canonical(value: Mapping[str, Any]) -> bytes:
    """The canonical encoding that digests are taken over."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def verify(uow: UnitOfWork, instance_id: str) -> Iterator[Break]:
    """Every break in the chain of an instance; nothing when it is whole."""
    previous = ""
    expected = 1
    rows = uow.session.execute(
        # The text as it is stored: what was tampered with need not be JSON any more.
        sa.select(Event, EventPayload.salt, sa.type_coerce(EventPayload.content, sa.Text))
        .outerjoin(EventPayload, EventPayload.event_id == Event.id)
        .where(Event.instance_id == instance_id)
        .order_by(Event.seq)
    )
    for event, salt, content in rows:
        if event.seq != expected:
            yield Break(seq=event.seq, reason=Reason.MISSING)
        if event.previous_digest != previous:
            yield Break(seq=event.seq, reason=Reason.UNLINKED)
        if event.digest != link_digest(event):
            yield Break(seq=event.seq, reason=Reason.METADATA)
        if salt is not None and not _is_told(event, salt, content):
            yield Break(seq=event.seq, reason=Reason.PAYLOAD)
        previous = event.digest
        expected = event.seq + 1
    instance = uow.session.get_one(Instance, instance_id)
    if instance.history_digest != previous or instance.history_length != expected - 1:
        yield Break(seq=expected - 1, reason=Reason.CUT_OFF)


def _is_told(event: Event, salt: str, content: str) -> bool:
    """Whether this is the payload that the event was written with."""
    try:
        payload = orjson.loads(content)
    except orjson.JSONDecodeError:
        return False
    return event.payload_digest == payload_digest(salt, payload)


def payload_of(uow: UnitOfWork, event_id: str) -> dict[str, Any]:
    """What an event said; empty once redacted."""
    row = uow.session.get(EventPayload, event_id)
    return dict(row.content) if row is not None else {}
