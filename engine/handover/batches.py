"""One act on many tasks in the background: one job for each, so that a page that is closed ends nothing.

A batch is the jobs that carry its number, as a retry of many (engine/operating/retries.py) is; no table
of its own is needed. Whoever began it sees it and may stop it, and nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engine import identity, jobs, store
from engine.actor import Actor
from engine.engine import Engine
from engine.errors import (
    Conflict,
    EngineError,
    Fault,
    Invalid,
    NotAllowed,
    NotFound,
    Unavailable,
)
from engine.handover import bulk, delegations
from engine.handover.bulk import BulkAct, Item
from engine.permission import access
from engine.record import protection
from engine.states import JobState
from engine.tables import Job, Task, new_id
from engine.unit_of_work import UnitOfWork

JOB_KIND = "bulk_act"
#: Tasks of one batch.
MOST = 200
#: For how long one is listed after its beginning, and how many are.
LISTED = timedelta(days=1)
RECENT = 5


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one task: `state` is waiting, done, refused or stopped; with the reason."""

    task_id: str
    name: str
    state: str
    code: str | None = None
    detail: str | None = None
    errors: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, kw_only=True)
class Batch:
    """How far a batch is."""

    id: str
    act: str
    started_at: datetime
    total: int
    done: int
    failed: int
    waiting: int
    results: tuple[Outcome, ...]


def start(
    uow: UnitOfWork,
    act: BulkAct,
    items: Sequence[Item],
    *,
    to: str | None = None,
    opinion: str = "",
    values: Mapping[str, Any] | None = None,
) -> str:
    """Begin the act for each item; the number of the batch. Options as of `bulk.run`.

    Invalid, before anything is begun, for a bad list, and for a form that protects somebody: what is
    entered there may lie in no job.
    """
    bulk.require_fit(act, items, to, opinion, most=MOST)
    account = _account(uow)
    wanted = [item.task_id for item in items]
    query = sa.select(Task).where(Task.id.in_(wanted), access.visible_tasks(uow))
    seen = {task.id: task for task in uow.session.scalars(query)}
    if act is BulkAct.APPROVE:
        _require_open_forms(uow, seen.values())
    batch = new_id()
    for number, item in enumerate(items):
        jobs.schedule(
            uow,
            JOB_KIND,
            uow.now,
            payload={
                "by": uow.actor.user_id,
                "account": account,
                "act": act.value,
                "of": len(items),
                "task": item.task_id,
                "name": seen[item.task_id].name if item.task_id in seen else "",
                "revision": item.revision,
                "to": to,
                "opinion": opinion,
                "values": dict(values or {}),
            },
            key=_key(account, batch, number),
        )
    return batch


def of(uow: UnitOfWork, batch: str) -> Batch:
    """A batch that the actor began, with what came of each task. NotFound otherwise."""
    rows = _jobs(uow, batch)
    results = tuple(_outcome(job) for job in rows)
    states = [one.state for one in results]
    return Batch(
        id=batch,
        act=rows[0].payload["act"],
        started_at=rows[0].created_at,
        total=len(rows),
        done=states.count("done"),
        failed=states.count("refused") + states.count("stopped"),
        waiting=states.count("waiting"),
        results=results,
    )


def recent(uow: UnitOfWork) -> list[Batch]:
    """The last batches of the actor, the newest first."""
    account = _account(uow)
    begun = uow.session.scalars(
        sa.select(Job.key)
        .where(
            # the states and the day are the head of an index
            Job.state.in_(list(JobState)),
            Job.due_at > uow.now - LISTED,
            Job.kind == JOB_KIND,
            Job.key.startswith(f"bulk:{account}:", autoescape=True),
            Job.key.endswith(":0"),
        )
        .order_by(Job.created_at.desc(), Job.key)
        .limit(RECENT)
    )
    return [of(uow, key.split(":")[2]) for key in begun if key is not None]


def stop(uow: UnitOfWork, batch: str) -> None:
    """Do none of those that were not begun yet. Conflict where all were."""
    keys = [job.key for job in _jobs(uow, batch)]
    waiting = uow.session.scalars(
        sa.select(Job)
        .where(Job.key.in_(keys), Job.state == JobState.SCHEDULED)
        .order_by(Job.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    if not waiting:
        raise Conflict("这次批量办理已经办完，没有可停止的。", code="nothing-to-stop")
    for job in waiting:
        job.state, job.finished_at = JobState.CANCELLED, uow.now
        job.payload = _without_content(job)


def run(engine: Engine, job_id: str, worker: str) -> None:
    """The handler of these jobs: the act, in a transaction of whoever began it, as if done alone.

    What is refused is noted on the job, and is no failure of it.
    """
    with engine.read(Actor.system("worker")) as uow:
        payload = uow.session.get_one(Job, job_id).payload
    item = Item(task_id=payload["task"], revision=payload["revision"])
    try:
        with engine.begin(_actor(engine, payload)) as uow:
            job = jobs.hold(uow, job_id, worker=worker)
            if job is None:
                return
            jobs.finish(uow, job)
            job.payload = _without_content(job)
            options = {name: payload[name] for name in ("to", "opinion", "values")}
            bulk.do(uow, BulkAct(payload["act"]), item, **options)
    except Unavailable:
        raise
    except EngineError as error:
        _note_refusal(engine, job_id, worker, error)


def _note_refusal(engine: Engine, job_id: str, worker: str, error: EngineError) -> None:
    with engine.begin(Actor.system("worker")) as uow:
        job = jobs.hold(uow, job_id, worker=worker)
        if job is None:
            return
        jobs.finish(uow, job)
        faults = [asdict(fault) for fault in getattr(error, "errors", ())]
        told = {"code": error.code, "detail": error.detail, "errors": faults}
        job.payload = {**_without_content(job), "refused": told}


def _actor(engine: Engine, payload: Mapping[str, Any]) -> Actor:
    """Whoever began it, with what they hold and stand in for now."""
    with engine.read(Actor.system("worker")) as uow:
        account = identity.actor_of(uow, payload["account"])
        if payload["by"] == payload["account"]:
            return account
        return delegations.actor_for(uow, account, payload["by"])


def _account(uow: UnitOfWork) -> str:
    account = uow.actor.account_id
    if account is None:
        raise NotAllowed("批量办理须由人来做。", code="no-person")
    return account


def _require_open_forms(uow: UnitOfWork, found: Iterable[Task]) -> None:
    forms = {(task.instance.deployment_id, task.form_key): task for task in found if task.form_key}
    for task in forms.values():
        if protection.is_used(store.form_of(uow, task)):
            detail = f"“{task.name}”的表单里有受保护的内容，一次请选1至{bulk.MOST}项。"
            fault = Fault(pointer="/items", detail=detail, code="protected-in-bulk")
            raise Invalid("没有办理，请改正后再提交。", errors=[fault], code="protected-in-bulk")


def _jobs(uow: UnitOfWork, batch: str) -> Sequence[Job]:
    """The jobs of a batch in their order; asked by whole keys, for which there is an index."""
    account = _account(uow)
    first = uow.session.scalar(sa.select(Job).where(Job.key == _key(account, batch, 0)))
    if first is None:
        raise NotFound("没有这次批量办理。", code="batch-not-found")
    numbers = {_key(account, batch, number): number for number in range(first.payload["of"])}
    rows = uow.session.scalars(sa.select(Job).where(Job.key.in_(list(numbers)))).all()
    return sorted(rows, key=lambda job: numbers[job.key or ""])


def _key(account: str, batch: str, number: int) -> str:
    return f"bulk:{account}:{batch}:{number}"


def _without_content(job: Job) -> dict[str, Any]:
    """What was entered goes where it belongs and is kept nowhere else."""
    return {key: job.payload[key] for key in job.payload if key not in ("opinion", "values")}


def _outcome(job: Job) -> Outcome:
    told: Mapping[str, Any] = job.payload.get("refused", {})
    if job.state == JobState.SUCCEEDED:
        state = "refused" if told else "done"
    elif job.state == JobState.CANCELLED:
        state = "stopped"
    elif job.state == JobState.FAILED:
        state, told = "refused", {"code": "job-failed", "detail": "系统出错，没有办成。"}
    else:
        state = "waiting"
    return Outcome(task_id=job.payload["task"], name=job.payload["name"], state=state, **told)
