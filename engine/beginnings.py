"""Cases that begin by themselves: at a time, or by a signal.

Nobody starts them, so nobody brings an organisation into them: the family says who is a party
(`ProcessPackage.event_parties`). Start timers are jobs of the version that was deployed last.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from engine import instances, jobs
from engine.repository import definitions
from engine.repository.start_timers import TIMER_KIND, after
from engine.states import DefinitionState
from engine.tables import Instance, Job
from engine.unit_of_work import UnitOfWork

#: A start timer of a process that takes no new cases is asked again after this.
LATER = timedelta(hours=1)
#: The job that starts a case: one of its own, so that a start that fails stops no later round.
BEGIN_KIND = "begin"


def at_time(uow: UnitOfWork, job: Job) -> None:
    """A start timer is due: write the job that starts a case, and the one of the next round."""
    process = job.payload["process"]
    if definitions.latest(uow, process).state != DefinitionState.ACTIVE:
        jobs.postpone(job, uow.now + LATER)
        return
    jobs.schedule(uow, BEGIN_KIND, uow.now, element_id=job.element_id, payload=dict(job.payload))
    following = after(job.payload, job.due_at, now=uow.now)
    if following is not None:
        payload, due_at = following
        jobs.schedule(uow, TIMER_KIND, due_at, element_id=job.element_id, payload=payload)


def by_timer(uow: UnitOfWork, job: Job) -> None:
    """Start the case of a start timer's round."""
    begin(uow, job.payload["family"], job.payload["process"], timer=job.element_id)


def begin(uow: UnitOfWork, family: str, process: str, **begun_by: Any) -> Instance:
    """Start a case that nobody starts. `begun_by` as `instances.start`: timer or signal, and origin."""
    package = uow.engine.package(family)
    related = package.event_parties(uow, process) if package.event_parties is not None else ()
    return instances.start(uow, family, process=process, related=related, **begun_by)
