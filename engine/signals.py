"""Signals: thrown once, caught by every instance that waits, and by start events.

The instance that throws one catches it in the same step (engine/spiff/thrown.py). For all others a job
`broadcast` writes a job `signal` for each, a few at a time: no step locks a second instance, and no
broadcast holds the database for long. Who does not wait when it arrives has missed it: signals are not
kept.
"""

from __future__ import annotations

import sqlalchemy as sa

from engine import advance, beginnings, jobs, store
from engine.errors import Conflict
from engine.spiff import thrown
from engine.tables import Deployment, Instance, Job, Subscription
from engine.unit_of_work import UnitOfWork

#: Instances that one job of a broadcast looks up and writes a job for.
BATCH = 50


def spread(uow: UnitOfWork, job: Job) -> None:
    """Write a job for each of the next instances that wait, and one for the rest."""
    name, after = job.payload["name"], job.payload.get("after", "")
    if not after:
        _spread_to_starts(uow, job)
    query = (
        sa.select(Subscription.instance_id)
        .where(
            Subscription.message == name,
            Subscription.kind == "signal",
            Subscription.instance_id > after,
            Subscription.instance_id != (job.payload.get("thrown_by") or ""),
        )
        .distinct()
        .order_by(Subscription.instance_id)
        .limit(BATCH)
    )
    found = uow.session.scalars(query).all()
    for instance_id in found:
        jobs.schedule(uow, "signal", uow.now, instance_id=instance_id, payload={"name": name})
    if len(found) == BATCH:
        jobs.schedule(uow, "broadcast", uow.now, payload={**job.payload, "after": found[-1]})


def _spread_to_starts(uow: UnitOfWork, job: Job) -> None:
    name = job.payload["name"]
    for family in uow.engine.packages:
        deployment_id = uow.session.scalar(
            sa.select(Deployment.id)
            .where(Deployment.family == family)
            .order_by(Deployment.version.desc())
            .limit(1)
        )
        if deployment_id is None:
            continue
        for process in store.bundle(uow, deployment_id).start_signals.get(name, ()):
            start = {"name": name, "family": family, "process": process}
            jobs.schedule(
                uow, "signal", uow.now, payload={**start, "origin": job.payload.get("thrown_by")}
            )


def deliver(uow: UnitOfWork, job: Job, instance: Instance | None) -> None:
    """Give the signal to whatever waits for it in this instance, or start one that begins with it."""
    name = job.payload["name"]
    if instance is None:
        origin = job.payload.get("origin")
        beginnings.begin(
            uow, job.payload["family"], job.payload["process"], signal=name, origin_id=origin
        )
        return
    try:
        advance.require_active(instance)
    except Conflict:
        return  # it has ended meanwhile; jobs of a suspended one are not claimed
    step = advance.begin(uow, instance)
    if thrown.signal(step.workflow, name):
        uow.record("signal.received", instance_id=instance.id, payload={"name": name})
        advance.proceed(step)
