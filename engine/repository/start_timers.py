"""Start timers: a job for each start event with a time, of the version that was deployed last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine import jobs
from engine.spiff.cache import StartTimer
from engine.spiff.timers import as_instant, parse_cycle
from engine.states import JobState
from engine.tables import Job
from engine.unit_of_work import UnitOfWork

TIMER_KIND = "start_timer"


def arm(uow: UnitOfWork, family: str, timers: Sequence[StartTimer]) -> None:
    """A new version takes over: its times count from now, and those of the one before are dropped.

    A date that has passed does not begin a case again.
    """
    query = sa.select(Job).where(Job.kind == TIMER_KIND, Job.state == JobState.SCHEDULED)
    for job in uow.session.scalars(query):
        if job.payload["family"] == family:
            job.state = JobState.CANCELLED
            job.finished_at = uow.now
    for timer in timers:
        rounds, text = parse_cycle(timer.text) if timer.text.startswith("R") else (1, timer.text)
        due_at = as_instant(text, now=uow.now)
        if due_at < uow.now:
            continue
        payload = {
            "family": family,
            "process": timer.process,
            "every": text,
            "rounds": rounds,
        }
        jobs.schedule(uow, TIMER_KIND, due_at, element_id=timer.element_id, payload=payload)


def after(
    payload: Mapping[str, Any], due_at: datetime, *, now: datetime
) -> tuple[dict[str, Any], datetime] | None:
    """The next round of a cycle and when it is due; rounds that were missed are not made up for."""
    rounds = payload["rounds"] - 1 if payload["rounds"] > 0 else payload["rounds"]
    if rounds == 0:
        return None
    following = as_instant(payload["every"], now=due_at)
    if following <= now:
        following = as_instant(payload["every"], now=now)
    return {**payload, "rounds": rounds}, following
