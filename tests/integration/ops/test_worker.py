"""The worker runs what falls due, sleeps until the next due date, and stops when it is told to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from engine import jobs, runner
from engine.clock import ManualClock
from engine.engine import Engine
from engine.states import JobState
from engine.tables import Job
from ops.worker import Worker
from tests.conftest import EngineFor
from tests.factories import SYSTEM

#: A built-in kind of job that needs no instance.
KIND = "sweep_files"


@pytest.fixture
def engine(engine_for: EngineFor) -> Engine:
    return engine_for()


@contextmanager
def running(worker: Worker) -> Iterator[None]:
    """The worker in a thread of its own, until the end of the block."""
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join(20)
        assert not thread.is_alive()


def schedule(engine: Engine, **later: float) -> str:
    with engine.begin(SYSTEM) as uow:
        return jobs.schedule(uow, KIND, uow.now + timedelta(**later)).id


def state(engine: Engine, job_id: str) -> str:
    with engine.read(SYSTEM) as uow:
        return uow.session.get_one(Job, job_id).state


def wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(400):
        if condition():
            return
        time.sleep(0.025)
    pytest.fail("it did not happen within 10 s")


def test_a_due_job_is_run(engine: Engine) -> None:
    job = schedule(engine)
    with running(Worker(engine, poll_seconds=1, batch=5)):
        wait_until(lambda: state(engine, job) == JobState.SUCCEEDED)


def test_a_job_is_not_run_before_its_due_date(engine: Engine, clock: ManualClock) -> None:
    job = schedule(engine, days=1)
    worker = Worker(engine, poll_seconds=1, batch=5)
    with running(worker):
        time.sleep(1.5)
        assert state(engine, job) == JobState.SCHEDULED
        clock.advance(days=1)
        wait_until(lambda: state(engine, job) == JobState.SUCCEEDED)


def test_scheduling_in_the_same_process_wakes_the_worker(engine: Engine) -> None:
    with running(Worker(engine, poll_seconds=3600, batch=5)):
        time.sleep(0.5)
        job = schedule(engine)
        wait_until(lambda: state(engine, job) == JobState.SUCCEEDED)


def test_a_worker_takes_more_than_one_batch_when_more_is_due(engine: Engine) -> None:
    many = [schedule(engine) for _ in range(7)]
    with running(Worker(engine, poll_seconds=3600, batch=2)):
        wait_until(lambda: all(state(engine, job) == JobState.SUCCEEDED for job in many))


def test_jobs_that_were_left_lying_and_jobs_that_fall_due_are_taken_by_their_date(
    engine: Engine, clock: ManualClock
) -> None:
    left = schedule(engine)
    with engine.begin(SYSTEM) as uow:
        assert jobs.claim(uow, worker="dead") == [left]
    later, last = schedule(engine, seconds=10), schedule(engine, seconds=20)
    with engine.read(SYSTEM) as uow:
        assert jobs.next_due(uow) == uow.now + timedelta(seconds=10)
    clock.advance(seconds=jobs.LEASE.total_seconds() + 1)
    with engine.begin(SYSTEM) as uow:
        assert jobs.claim(uow, worker="alive", limit=2) == [left, later]
    with engine.begin(SYSTEM) as uow:
        assert jobs.claim(uow, worker="alive") == [last]
        assert jobs.next_due(uow) == uow.now + jobs.LEASE


def test_each_job_is_followed_by_a_rest_of_its_own(engine: Engine) -> None:
    for _ in range(3):
        schedule(engine)
    took: list[float] = []
    assert runner.run_due(engine, worker="w", rest=took.append) == 3
    assert len(took) == 3
    assert min(took) > 0


def test_a_worker_with_a_small_share_rests_between_jobs_until_it_is_told_to_stop(
    engine: Engine,
) -> None:
    many = [schedule(engine) for _ in range(20)]

    def done() -> int:
        return sum(state(engine, job) == JobState.SUCCEEDED for job in many)

    with running(Worker(engine, poll_seconds=1, batch=20, share=10)):
        wait_until(lambda: done() > 0)
        assert done() < 20
    assert done() == 20  # the batch is finished, without a rest


def test_a_stopped_worker_takes_nothing_more(engine: Engine) -> None:
    with running(Worker(engine, poll_seconds=1, batch=5)):
        pass
    job = schedule(engine)
    time.sleep(1.2)
    assert state(engine, job) == JobState.SCHEDULED
