"""Run due jobs: claim a batch, then each in a unit of work of its own.

Called by ops/worker.py at every heartbeat, by tests and rehearsals after they moved the clock.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from time import perf_counter

from engine import advance, beginnings, jobs, messages, signals, store
from engine.actor import Actor
from engine.engine import Engine
from engine.errors import Conflict, EngineError, ProcessFault, Unavailable
from engine.filing import files
from engine.handover import batches
from engine.migrating import migrations
from engine.operating import retries
from engine.reminding import reminders
from engine.repository import start_timers
from engine.signoff import signers, signing
from engine.tables import Instance, Job
from engine.timing import deadlines, pauses, recounts
from engine.unit_of_work import UnitOfWork

log = logging.getLogger(__name__)

KindRunner = Callable[[UnitOfWork, Job, Instance | None], None]
#: Takes the id of the job and the worker that holds it.
AloneRunner = Callable[[Engine, str, str], None]


def run_due(
    engine: Engine,
    *,
    worker: str,
    limit: int = 20,
    lease: timedelta = jobs.LEASE,
    rest: Callable[[float], object] | None = None,
) -> int:
    """Claim up to `limit` due jobs and run them. The number claimed (0: nothing is due).

    `rest` is called after each job with the seconds that it took, so that others come to turn.
    """
    with engine.begin(Actor.system("worker")) as uow:
        claimed = jobs.claim(uow, worker=worker, limit=limit, lease=lease)
    for job_id in claimed:
        took = run(engine, job_id, worker=worker)
        if rest is not None:
            rest(took)
    return len(claimed)


def run_all_due(engine: Engine, *, worker: str = "local", rounds: int = 10_000) -> int:
    """Run until nothing is due any more; how many jobs ran. For rehearsals and tests."""
    total = 0
    for _ in range(rounds):
        ran = run_due(engine, worker=worker)
        if ran == 0:
            return total
        total += ran
    raise RuntimeError("jobs keep falling due: a timer re-arms itself without moving on")


def next_due(engine: Engine) -> datetime | None:
    """When the next job falls due."""
    with engine.read(Actor.system("worker")) as uow:
        return jobs.next_due(uow)


def run(engine: Engine, job_id: str, *, worker: str) -> float:
    """Run one claimed job; the seconds from its turn to its end.

    What fails is noted for a later try, then becomes an incident.
    """
    began = perf_counter()
    try:
        with engine.begin(Actor.system("timer")) as uow:
            uow.session.connection()  # SQLite: here the turn is waited for
            began = perf_counter()
            alone = _run_held(uow, job_id, worker)
        if alone is not None:
            alone(engine, job_id, worker)
    except Unavailable as error:
        # the database is away: the lease runs out and the job is taken up again
        log.warning("database unavailable", extra={"job": job_id}, exc_info=error)
        _give_up_late(engine, job_id, worker, error)
    except Exception as error:  # the job runner: whatever a job does wrong is noted on its row
        log.warning("job failed", extra={"job": job_id}, exc_info=error)
        _note_failure(engine, job_id, worker, error)
    return perf_counter() - began


def _run_held(uow: UnitOfWork, job_id: str, worker: str) -> AloneRunner | None:
    """Do it in this transaction; what has one of its own is answered instead."""
    found = uow.session.get_one(Job, job_id)
    if found.kind in ALONE:
        return ALONE[found.kind]
    instance_id = found.instance_id
    instance = store.lock(uow, instance_id) if instance_id is not None else None
    job = jobs.hold(uow, job_id, worker=worker)
    if job is None:
        return None
    jobs.finish(uow, job)
    jobs.resolve_incidents(uow, job)
    if job.kind in KINDS:
        KINDS[job.kind](uow, job, instance)
    elif instance is not None:
        uow.engine.package(instance.family).jobs[job.kind](uow, job)
    else:
        raise Conflict(f"没有谁会办 {job.kind} 这种作业。", code="unknown-job-kind")
    return None


def _fire(uow: UnitOfWork, job: Job, instance: Instance | None) -> None:
    if instance is None or job.token_id is None:
        raise Conflict("作业没有指明案件。", code="job-without-instance")
    if pauses.hold_back(uow, job):
        return
    try:
        step = advance.fire(uow, instance, job.token_id, event_id=job.payload.get("event_id"))
    except Conflict as conflict:
        if conflict.code not in {"not-waiting", "instance-ended"}:
            raise
        return  # the token went on in the meantime: there is nothing left to do
    if step.fault is not None and step.fault.may_pass and job.attempts < job.max_attempts:
        raise step.fault  # as if it had not fired; after the last attempt the incident stands
    uow.record(
        "timer.fired",
        instance_id=instance.id,
        element_id=job.element_id,
        payload={"job": job.id, "kind": job.kind},
    )


def _lapse(uow: UnitOfWork, job: Job, _instance: Instance | None) -> None:
    deadlines.lapse(uow, job)


def _correlate(uow: UnitOfWork, job: Job, _instance: Instance | None) -> None:
    messages.deliver(uow, job)


def _broadcast(uow: UnitOfWork, job: Job, _instance: Instance | None) -> None:
    signals.spread(uow, job)


def _signal(uow: UnitOfWork, job: Job, instance: Instance | None) -> None:
    signals.deliver(uow, job, instance)


def _start_timer(uow: UnitOfWork, job: Job, _instance: Instance | None) -> None:
    beginnings.at_time(uow, job)


def _begin(uow: UnitOfWork, job: Job, _instance: Instance | None) -> None:
    beginnings.by_timer(uow, job)


def _retry(uow: UnitOfWork, job: Job, _instance: Instance | None) -> None:
    retries.run(uow, job)


def _sweep(uow: UnitOfWork, _job: Job, _instance: Instance | None) -> None:
    files.sweep(uow)


def _migrate(uow: UnitOfWork, job: Job, _instance: Instance | None) -> None:
    migrations.run(uow, job)


def _recount(uow: UnitOfWork, job: Job, _instance: Instance | None) -> None:
    recounts.run(uow, job)


def _settle(uow: UnitOfWork, job: Job, _instance: Instance | None) -> None:
    signing.settle(uow, job)


#: What does a job of the engine, by its kind; a family adds its own.
KINDS: dict[str, KindRunner] = {
    "timer": _fire,
    "continue": _fire,
    "deadline": _lapse,
    "message": _correlate,
    "broadcast": _broadcast,
    "signal": _signal,
    start_timers.TIMER_KIND: _start_timer,
    beginnings.BEGIN_KIND: _begin,
    "retry_incident": _retry,
    "sweep_files": _sweep,
    migrations.JOB_KIND: _migrate,
    signers.JOB_KIND: _settle,
    recounts.JOB_KIND: _recount,
    reminders.JOB_KIND: reminders.run,
}

#: Acts of people: each holds its job and finishes it in a transaction of that person.
ALONE: dict[str, AloneRunner] = {batches.JOB_KIND: batches.run}


def _give_up_late(engine: Engine, job_id: str, worker: str, error: Unavailable) -> None:
    """A database that was away comes back; what still fails after so many leases is no outage."""
    try:
        with engine.read(Actor.system("timer")) as uow:
            attempts = uow.session.get_one(Job, job_id).attempts
        if attempts >= jobs.MOST_OUTAGES:
            _note_failure(engine, job_id, worker, error)
    except Unavailable as still_away:
        log.warning("database unavailable", extra={"job": job_id}, exc_info=still_away)


def _note_failure(engine: Engine, job_id: str, worker: str, error: Exception) -> None:
    detail = error.detail if isinstance(error, EngineError) else f"{type(error).__name__}：{error}"
    with engine.begin(Actor.system("timer")) as uow:
        instance_id = uow.session.get_one(Job, job_id).instance_id
        instance = store.lock(uow, instance_id) if instance_id is not None else None
        job = jobs.hold(uow, job_id, worker=worker)
        if job is None:
            return
        if jobs.fail(uow, job, detail) and instance is not None:
            fault = ProcessFault(detail, element_id=job.element_id or "", token_id=job.token_id)
            advance.open_incident(uow, instance, fault, job_id=job.id)
