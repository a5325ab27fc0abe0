"""Messages: from a person or a handler to one waiting token, or to the start of an instance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from engine import advance, jobs, store
from engine.errors import Conflict
from engine.tables import Instance, Job, Subscription
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
) -> str:
    """Give a message to the one token that waits for it; the id of its instance.

    `keys`: their values are compared with what the catching event's `dudao:correlation` gave.
    `note`: what the person who sends it says; it goes on record.
    Raises Conflict when nobody waits (`not-correlated`) or more than one does (`ambiguous-message`).
    """
    found = _candidates(uow, name, instance_id, business_key, keys or {})
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


def send(
    uow: UnitOfWork,
    name: str,
    *,
    instance_id: str,
    key: str,
    keys: Mapping[str, Any] | None = None,
    variables: Mapping[str, Any] | None = None,
) -> None:
    """Send to another instance: as a job, so that no step ever locks a second instance.

    `key` makes it once: sending again with the same key does nothing.
    """
    jobs.schedule(
        uow,
        "message",
        uow.now,
        instance_id=instance_id,
        payload={"name": name, "keys": dict(keys or {}), "variables": dict(variables or {})},
        key=f"message:{key}",
    )


def deliver(uow: UnitOfWork, job: Job) -> None:
    """Run a job that `send` wrote. A message that comes early is kept until somebody waits for it.

    Raises Conflict (`not-correlated`) when its time to live is over: then an operator sees it.
    """
    try:
        correlate(
            uow,
            job.payload["name"],
            instance_id=job.instance_id,
            keys=job.payload["keys"],
            variables=job.payload["variables"],
        )
    except Conflict as conflict:
        expires_at = job.created_at + TIME_TO_LIVE
        if conflict.code != "not-correlated" or uow.now >= expires_at:
            raise
        jobs.postpone(job, expires_at)


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
