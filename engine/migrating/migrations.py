"""Moving many instances to another version: a job that goes from one to the next.

Each instance is one transaction with its item's row: a worker that dies loses nothing, and another
goes on where it was. An instance that cannot go stays untouched, with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

import feel
from engine import jobs, store
from engine.administration import duties, journal
from engine.errors import Conflict, EngineError, NotFound
from engine.migrating import migration, migration_plans
from engine.migrating.migration import Kept
from engine.migrating.migration_plans import Plan
from engine.states import JobState, MigrationItemState, MigrationState
from engine.tables import Deployment, Instance, Job, Migration, MigrationItem
from engine.unit_of_work import UnitOfWork

JOB_KIND = "migrate"


def require_keeper(uow: UnitOfWork) -> None:
    """NotAllowed but for model editors and system administrators."""
    duties.require(uow, duties.MODEL_EDITOR, duties.SYSTEM_ADMIN)


def start(uow: UnitOfWork, plan: Plan, *, reason: str, proposal_id: str | None = None) -> Migration:
    """Begin to move every instance that the plan means now. Invalid with the plan's faults."""
    require_keeper(uow)
    migration_plans.require(uow, plan)
    deployment = uow.session.get_one(Deployment, plan.to_id)
    row = Migration(
        family=deployment.family,
        from_deployment_id=plan.from_id,
        to_deployment_id=plan.to_id,
        plan=plan.as_dict(),
        plan_digest=plan.digest,
        proposal_id=proposal_id,
        started_by=uow.actor.user_id,
        started_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    found = uow.session.scalars(migration_plans.selected(plan)).all()
    uow.session.add_all(
        MigrationItem(migration_id=row.id, instance_id=instance_id, position=number)
        for number, instance_id in enumerate(sorted(found))
    )
    uow.session.flush()
    _schedule(uow, row)
    _tell(uow, row, "migration.started", reason=reason, after={"cases": len(found)})
    return row


def pause(uow: UnitOfWork, migration_id: str) -> Migration:
    """Let no further instance move until it is resumed."""
    row = _move(uow, migration_id, MigrationState.RUNNING, MigrationState.PAUSED)
    _tell(uow, row, "migration.paused")
    return row


def resume(uow: UnitOfWork, migration_id: str) -> Migration:
    """Go on where it was paused, or where its job gave up."""
    row = _locked(uow, migration_id)
    if row.state != MigrationState.PAUSED and not _gave_up(uow, row):
        raise Conflict("这项迁移没有暂停。", code="migration-not-paused")
    row.state = MigrationState.RUNNING
    row.round += 1
    _schedule(uow, row)
    _tell(uow, row, "migration.resumed")
    return row


def revert(uow: UnitOfWork, migration_id: str, item_id: str, *, reason: str) -> MigrationItem:
    """Put one instance back. Conflict where it was not moved, or has moved on since."""
    row = _locked(uow, migration_id)
    item = uow.session.get(MigrationItem, item_id)
    if item is None or item.migration_id != row.id:
        raise NotFound("这项迁移里没有这个案件。", code="migration-item-not-found")
    instance = store.lock(uow, item.instance_id)
    if item.state != MigrationItemState.MOVED or item.revision is None:
        raise Conflict("这个案件没有迁移，或已经退回。", code="not-migrated")
    _put_back(uow, row, item, instance, reason)
    return item


def revert_all(uow: UnitOfWork, migration_id: str, *, reason: str) -> Migration:
    """Put back every instance that was moved, one after the other; what still waited stays as it is.

    Conflict while it runs, or where nothing was moved. One that has moved on since stays moved, with
    its reason. Pausing and resuming work as for the way there.
    """
    row = _locked(uow, migration_id)
    if row.state == MigrationState.RUNNING and not _gave_up(uow, row):
        raise Conflict("这项迁移正在运行，请先暂停，再全部退回。", code="migration-running")
    listed = sa.update(MigrationItem).where(MigrationItem.migration_id == row.id)
    moved = listed.where(MigrationItem.state == MigrationItemState.MOVED)
    found = uow.session.execute(
        moved.values(state=MigrationItemState.RETURNING, reason=reason).returning(MigrationItem.id)
    ).all()
    if not found:
        raise Conflict("没有迁移过的案件，不需要退回。", code="not-migrated")
    waiting = listed.where(MigrationItem.state == MigrationItemState.WAITING)
    uow.session.execute(
        waiting.values(
            state=MigrationItemState.REFUSED, reason="整体退回，没有迁移。", done_at=uow.now
        )
    )
    row.state, row.finished_at = MigrationState.RUNNING, None
    row.round += 1
    _schedule(uow, row)
    _tell(uow, row, "migration.all_reverted", reason=reason, after={"cases": len(found)})
    return row


def _put_back(
    uow: UnitOfWork, row: Migration, item: MigrationItem, instance: Instance, reason: str
) -> None:
    kept = Kept(
        snapshot=item.snapshot or b"",
        definition_id=item.definition_id or "",
        drafts=dict(item.drafts or {}),
    )
    plan = migration_plans.read(row.plan)
    migration.put_back(uow, instance, plan, kept, revision=item.revision or 0)
    item.state, item.reason, item.done_at = MigrationItemState.REVERTED, reason, uow.now
    journal.record(
        uow,
        "migration.reverted",
        subject=("migration", row.id),
        name=instance.business_key or instance.id,
        reason=reason,
        instance_id=instance.id,
    )


def get(uow: UnitOfWork, migration_id: str) -> Migration:
    """One migration. NotFound."""
    require_keeper(uow)
    row = uow.session.get(Migration, migration_id)
    if row is None:
        raise NotFound("没有这项迁移。", code="migration-not-found")
    return row


def search(uow: UnitOfWork, *, family: str | None = None) -> Sequence[Migration]:
    """The last hundred migrations, the newest first."""
    require_keeper(uow)
    query = sa.select(Migration)
    if family is not None:
        query = query.where(Migration.family == family)
    return uow.session.scalars(
        query.order_by(Migration.started_at.desc(), Migration.id).limit(100)
    ).all()


def progress(uow: UnitOfWork, row: Migration) -> dict[str, int]:
    """How many instances are waiting, moved, refused and reverted."""
    counted = uow.session.execute(
        sa.select(MigrationItem.state, sa.func.count())
        .where(MigrationItem.migration_id == row.id)
        .group_by(MigrationItem.state)
    )
    found = {state: number for state, number in counted}  # noqa: C416  # rows, not tuples
    return {str(state): found.get(state, 0) for state in MigrationItemState}


def items(
    uow: UnitOfWork, row: Migration, *, after: int = -1, limit: int = 50
) -> Sequence[MigrationItem]:
    """What became of each instance; `after` is the position of the last one seen."""
    query = sa.select(MigrationItem).where(
        MigrationItem.migration_id == row.id, MigrationItem.position > after
    )
    return uow.session.scalars(query.order_by(MigrationItem.position).limit(limit)).all()


def run(uow: UnitOfWork, job: Job) -> None:
    """The handler of the job: the next instance, and then again until none waits."""
    row = _row(uow, job.payload["migration"])
    if row.state != MigrationState.RUNNING or row.round != job.payload["round"]:
        return
    item = uow.session.scalars(
        sa.select(MigrationItem)
        .where(
            MigrationItem.migration_id == row.id,
            MigrationItem.state.in_((MigrationItemState.WAITING, MigrationItemState.RETURNING)),
        )
        .order_by(MigrationItem.position)
        .limit(1)
    ).one_or_none()
    if item is None:
        row.state, row.finished_at = MigrationState.DONE, uow.now
        _tell(uow, row, "migration.finished", after=progress(uow, row))
        return
    if item.state == MigrationItemState.RETURNING:
        _return(uow, row, item, gave_up=job.attempts >= job.max_attempts)
    elif job.attempts >= job.max_attempts:
        _refuse(uow, item, "前两次办理都中断了，没有变动；请查看运行日志后再试。")
    else:
        _carry(uow, row, item)
    jobs.postpone(job, uow.now)
    uow.after_commit(uow.engine.wake)


def _carry(uow: UnitOfWork, row: Migration, item: MigrationItem) -> None:
    instance = store.lock(uow, item.instance_id)
    plan = migration_plans.read(row.plan)
    mark = uow.after_commit_mark()
    try:
        with uow.session.begin_nested():
            outcome, kept = migration.move(uow, instance, plan, proposal_id=row.proposal_id)
            uow.session.flush()
    except (EngineError, feel.FeelError, ValueError) as error:
        uow.after_commit_forget(mark)
        detail = error.detail if isinstance(error, EngineError) else str(error)
        _refuse(uow, item, detail)
        return
    item.state, item.done_at = MigrationItemState.MOVED, uow.now
    item.outcome = asdict(outcome)
    item.snapshot, item.definition_id = kept.snapshot, kept.definition_id
    item.drafts, item.revision = kept.drafts, instance.revision


def _return(uow: UnitOfWork, row: Migration, item: MigrationItem, *, gave_up: bool) -> None:
    """What cannot be put back stays moved, with its reason."""
    if gave_up:
        item.state = MigrationItemState.MOVED
        item.reason = "前两次退回都中断了，没有变动；请查看运行日志后再试。"
        return
    instance = store.lock(uow, item.instance_id)
    mark = uow.after_commit_mark()
    try:
        with uow.session.begin_nested():
            _put_back(uow, row, item, instance, item.reason)
            uow.session.flush()
    except EngineError as error:
        uow.after_commit_forget(mark)
        item.state, item.reason = MigrationItemState.MOVED, error.detail


def _refuse(uow: UnitOfWork, item: MigrationItem, reason: str) -> None:
    item.state, item.reason, item.done_at = MigrationItemState.REFUSED, reason, uow.now


def _row(uow: UnitOfWork, migration_id: str) -> Migration:
    query = sa.select(Migration).where(Migration.id == migration_id).with_for_update()
    row = uow.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound("没有这项迁移。", code="migration-not-found")
    return row


def _locked(uow: UnitOfWork, migration_id: str) -> Migration:
    require_keeper(uow)
    return _row(uow, migration_id)


def _move(
    uow: UnitOfWork, migration_id: str, before: MigrationState, after: MigrationState
) -> Migration:
    row = _locked(uow, migration_id)
    if row.state != before:
        raise Conflict("这项迁移现在不在运行。", code="migration-not-running")
    row.state = after
    return row


def _job_key(row: Migration) -> str:
    return f"{JOB_KIND}:{row.id}:{row.round}"


def _schedule(uow: UnitOfWork, row: Migration) -> None:
    payload = {"migration": row.id, "round": row.round}
    jobs.schedule(uow, JOB_KIND, uow.now, payload=payload, key=_job_key(row))


def _gave_up(uow: UnitOfWork, row: Migration) -> bool:
    state = uow.session.scalar(sa.select(Job.state).where(Job.key == _job_key(row)))
    return row.state == MigrationState.RUNNING and state == JobState.FAILED


def _tell(
    uow: UnitOfWork,
    row: Migration,
    kind: str,
    *,
    reason: str = "",
    after: Mapping[str, Any] | None = None,
) -> None:
    journal.record(
        uow,
        kind,
        subject=("migration", row.id),
        name=row.family,
        reason=reason,
        after={"plan": row.plan_digest, **(after or {})},
        proposal_id=row.proposal_id,
    )
