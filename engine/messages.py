"""Messages: from a person or a handler to one waiting token, or to the start of an instance."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engine import advance, instances, jobs, store
from engine.errors import Conflict
from engine.permission.parties import Party
from engine.tables import Instance, Job, Subscription, new_id
from engine.unit_of_work import UnitOfWork

#: How long a message that nobody waits for is kept.
TIME_TO_LIVE = timedelta(days=365)


def correlate(
    uow: UnitOfWork,
    name: str,
    *,
    instance_id: str | None = None,
    business_key: str | None = None,
    keys: Mapping[str, Any] | None = None,
    variables: Mapping[str, Any] | None = None,
    note: str = "",
    element_id: str | None = None,
    message_id: str | None = None,
) -> str:
    """Give a message to the one token that waits for it; the id of its instance.

    `keys`: their values are compared with what the catching event's `dudao:correlation` gave.
    `note`: what the person who sends it says; it goes on record. `element_id`: only to this event.
    `message_id`: the sender's own; the second time it changes nothing and answers the same.
    Raises Conflict when nobody waits (`not-correlated`) or more than one does (`ambiguous-message`).
    """
    receipt = None
    if message_id is not None:
        receipt = _receipt(instance_id or business_key or "", name, message_id)
        if (known := _received(uow, receipt)) is not None:
            return known
    found = _candidates(uow, name, instance_id, business_key, keys or {})
    if element_id is not None:
        found = [row for row in found if row.element_id == element_id]
    if not found:
        raise Conflict(f"没有案件在等待消息“{name}”。", code="not-correlated")
    if len(found) > 1:
        where = "、".join(f"{row.element_id}（{row.instance_id}）" for row in found[:5])
        raise Conflict(
            f"消息“{name}”有 {len(found)} 处在等待：{where}。请指明是哪一处。",
            code="ambiguous-message",
        )
    instance = store.lock(uow, found[0].instance_id)
    subscription = uow.session.get(Subscription, found[0].id, populate_existing=True)
    if subscription is None:
        raise Conflict(f"案件刚刚不再等待消息“{name}”。", code="not-correlated")
    if receipt is not None and not _keep(uow, receipt, name, instance.id):
        return instance.id  # it came twice at once
    uow.record(
        "message.received",
        instance_id=instance.id,
        element_id=subscription.element_id,
        payload={
            "name": name,
            "variables": sorted(variables or {}),
            **({"note": note.strip()} if note.strip() else {}),
        },
    )
    advance.fire(
        uow,
        instance,
        subscription.token_id,
        event_id=subscription.element_id,
        payload=dict(variables or {}),
    )
    return instance.id


def _receipt(*parts: str) -> str:
    return f"received:{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()}"


def _received(uow: UnitOfWork, receipt: str) -> str | None:
    return uow.session.scalar(sa.select(Job.instance_id).where(Job.key == receipt))


def _keep(uow: UnitOfWork, receipt: str, name: str, instance_id: str) -> bool:
    """Note that a message is received; False if another transaction just did."""
    mark = new_id()
    job = jobs.schedule(
        uow,
        "message",
        uow.now,
        instance_id=instance_id,
        payload={"name": name, "mark": mark},
        key=receipt,
    )
    if job.payload["mark"] != mark:
        return False
    jobs.finish(uow, job)
    return True


def send(
    uow: UnitOfWork,
    name: str,
    *,
    instance_id: str,
    key: str,
    keys: Mapping[str, Any] | None = None,
    variables: Mapping[str, Any] | None = None,
    lives: timedelta = TIME_TO_LIVE,
) -> None:
    """Send to another instance: as a job, so that no step ever locks a second instance.

    `key` makes it once: sending again with the same key does nothing. `lives`: how long it is kept
    if it comes before anybody waits for it.
    """
    jobs.schedule(
        uow,
        "message",
        uow.now,
        instance_id=instance_id,
        payload={
            "name": name,
            "keys": dict(keys or {}),
            "variables": dict(variables or {}),
            "until": (uow.now + lives).isoformat(),
        },
        key=f"message:{key}",
    )


def start(
    uow: UnitOfWork,
    family: str,
    name: str,
    *,
    key: str,
    business_key: str | None = None,
    title: str = "",
    variables: Mapping[str, Any] | None = None,
    related: Sequence[Party] = (),
    origin_id: str | None = None,
) -> None:
    """Send to a start event: as a job, so that a start that fails does not stop who sends.

    `key` makes it once. One that must come with the sender's step, or have rows of its domain, is
    `instances.start(…, message=name)`.
    """
    begins = {
        "family": family,
        "business_key": business_key,
        "title": title,
        "related": [asdict(party) for party in related],
        "origin_id": origin_id,
    }
    jobs.schedule(
        uow,
        "message",
        uow.now,
        payload={"name": name, "begins": begins, "keys": {}, "variables": dict(variables or {})},
        key=f"message:{key}",
    )


def deliver(uow: UnitOfWork, job: Job) -> None:
    """Run a job of this module. A message that comes early is kept until somebody waits for it.

    Raises Conflict (`not-correlated`) when its time to live is over: then an operator sees it.
    """
    try:
        hand_over(uow, job)
    except Conflict as conflict:
        if conflict.code != "not-correlated" or uow.now >= kept_until(job):
            raise
        jobs.postpone(job, kept_until(job))


def hand_over(uow: UnitOfWork, job: Job, *, element_id: str | None = None) -> None:
    """Give the message of a job to whom it is for, now. Conflict as `correlate`."""
    name, begins = job.payload["name"], job.payload.get("begins")
    if begins is None:
        correlate(
            uow,
            name,
            instance_id=job.instance_id,
            keys=job.payload["keys"],
            variables=job.payload["variables"],
            element_id=element_id,
        )
        return
    instances.start(
        uow,
        begins["family"],
        message=name,
        business_key=begins["business_key"],
        title=begins["title"],
        variables=job.payload["variables"],
        related=[Party(**party) for party in begins["related"]],
        origin_id=begins["origin_id"],
    )


def kept_until(job: Job) -> datetime:
    """When an operator is told of a message that nobody took."""
    until = job.payload.get("until")
    return datetime.fromisoformat(until) if until else job.created_at + TIME_TO_LIVE


def _candidates(
    uow: UnitOfWork,
    name: str,
    instance_id: str | None,
    business_key: str | None,
    keys: Mapping[str, Any],
) -> list[Subscription]:
    query = sa.select(Subscription).where(
        Subscription.message == name, Subscription.kind == "message"
    )
    if instance_id is not None:
        query = query.where(Subscription.instance_id == instance_id)
    if business_key is not None:
        query = query.join(Instance, Instance.id == Subscription.instance_id).where(
            Instance.business_key == business_key
        )
    values = [str(value) for value in keys.values()]
    query = query.where(
        sa.or_(Subscription.correlation.is_(None), Subscription.correlation.in_(values))
    )
    return list(uow.session.scalars(query.order_by(Subscription.created_at).limit(50)))
