"""Put one running instance on another version of its model, tell what came of it, and put it back.

A case goes whole or not at all: everything happens behind a savepoint. No step runs; tokens stand on
their new elements, and tasks, timers and subscriptions are made to match.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engine import advance, store, waits
from engine.advance import Step
from engine.clock import local_date
from engine.errors import Conflict, EngineError
from engine.migrating.migration_plans import RUNNING, Plan
from engine.permission import assignment, recusals
from engine.spiff import run, transfer
from engine.spiff.cache import Bundle
from engine.spiff.model import Element
from engine.spiff.run import Waiting
from engine.states import JobState, TaskState
from engine.tables import (
    Activity,
    Deadline,
    Definition,
    Deployment,
    Incident,
    Instance,
    InstanceSnapshot,
    Job,
    SignOff,
    Subscription,
    Task,
    TaskCandidate,
)
from engine.timing import deadlines
from engine.unit_of_work import UnitOfWork
from forms.definition import Form, fields

_WHO = ("assignee", "candidate_groups", "candidate_users", "organisation")
_KINDS = ("timer", "continue")

Renames = Mapping[tuple[str, str], str | None]


@dataclass(kw_only=True)
class Outcome:
    """What becomes of one instance; `faults` not empty: nothing."""

    faults: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[dict[str, Any]] = field(default_factory=list)
    tasks: list[dict[str, Any]] = field(default_factory=list)
    timers: list[dict[str, Any]] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)


@dataclass(kw_only=True)
class Kept:
    """What putting an instance back needs."""

    snapshot: bytes
    definition_id: str
    drafts: dict[str, Any]


def rehearse(uow: UnitOfWork, instance: Instance, plan: Plan) -> Outcome:
    """What `move` would do to an instance, found by doing it and taking it back."""
    mark = uow.after_commit_mark()
    nested = uow.session.begin_nested()
    try:
        return move(uow, store.lock(uow, instance.id), plan, proposal_id=None)[0]
    except EngineError as error:
        return Outcome(faults=faults_of(error))
    finally:
        nested.rollback()
        uow.session.expire_all()
        uow.after_commit_forget(mark)


def faults_of(error: EngineError) -> list[dict[str, Any]]:
    """Why an instance cannot go, as data."""
    rows = error.data.get("faults")
    if isinstance(rows, list):
        return rows
    return [{"element": "", "rule": error.code, "detail": error.detail, "mend": ""}]


def move(
    uow: UnitOfWork, instance: Instance, plan: Plan, *, proposal_id: str | None
) -> tuple[Outcome, Kept]:
    """Move a locked instance. Conflict with every reason where it cannot go; the caller rolls back."""
    definition = _require_movable(uow, instance, plan)
    before = advance.begin(uow, instance)
    content = _snapshot(uow, instance)
    moved = transfer.transfer(
        content, before.bundle.specs, store.bundle(uow, plan.to_id).specs, plan.mapped
    )
    if moved.faults:
        told = [
            {"element": f.element_id, "rule": f.rule, "detail": f.detail, "mend": f.mend}
            for f in moved.faults
        ]
        why = "".join(dict.fromkeys(each.detail for each in moved.faults))
        raise Conflict(why, code="cannot-migrate", faults=told)
    kept = Kept(snapshot=content, definition_id=instance.definition_id, drafts={})
    outcome = Outcome(
        tokens=[
            {"process": each.process_key, "from": each.before, "to": each.after}
            for each in moved.moved
        ],
        items=[asdict(each) for each in transfer.items(before.workflow)],
    )
    from_version = uow.session.get_one(Deployment, plan.from_id).version
    step = _switch(uow, instance, definition, moved.content, before, plan.mapped, outcome, kept)
    outcome.timers += [{"element": each, "what": "removed"} for each in moved.removed]
    uow.record(
        "instance.migrated",
        instance_id=instance.id,
        payload={
            "from_version": from_version,
            "to_version": step.instance.deployment.version,
            "plan": plan.digest,
            "proposal": proposal_id,
        },
    )
    return outcome, kept


def put_back(
    uow: UnitOfWork, instance: Instance, plan: Plan, kept: Kept, *, revision: int
) -> Outcome:
    """Undo a move on a locked instance. Conflict where the case has moved on since."""
    if instance.revision != revision or instance.deployment_id != plan.to_id:
        raise Conflict("迁移之后案件已经往下办理，不能再退回旧版本。", code="moved-on")
    if instance.state not in RUNNING:
        raise Conflict("案件已经结束，不能再退回旧版本。", code="instance-ended")
    before = advance.begin(uow, instance)
    definition = uow.session.get_one(Definition, kept.definition_id)
    back: Renames = {
        (process, new): old for (process, old), new in plan.mapped.items() if new is not None
    }
    outcome = Outcome()
    scratch = Kept(snapshot=b"", definition_id="", drafts={})
    _switch(uow, instance, definition, kept.snapshot, before, back, outcome, scratch, fresh=False)
    for task in _open_tasks(uow, instance):
        lost = kept.drafts.get(task.id)
        if lost is not None:
            task.draft = {**lost, **(task.draft or {})}
    uow.record(
        "instance.migration_reverted", instance_id=instance.id, payload={"plan": plan.digest}
    )
    return outcome


def _require_movable(uow: UnitOfWork, instance: Instance, plan: Plan) -> Definition:
    if instance.state not in RUNNING:
        raise Conflict("案件已经结束。", code="instance-ended")
    if instance.deployment_id != plan.from_id:
        raise Conflict("案件已不在方案的旧版本上。", code="other-version")
    key = uow.session.get_one(Definition, instance.definition_id).key
    found = uow.session.scalar(
        sa.select(Definition).where(
            Definition.deployment_id == plan.to_id, Definition.key == key
        )
    )  # fmt: skip
    if found is None:
        raise Conflict(f"新版本里没有流程“{key}”。", code="process-gone")
    return found


def _snapshot(uow: UnitOfWork, instance: Instance) -> bytes:
    query = sa.select(InstanceSnapshot.content).where(InstanceSnapshot.instance_id == instance.id)
    return uow.session.scalars(query).one()


def _switch(
    uow: UnitOfWork,
    instance: Instance,
    definition: Definition,
    content: bytes,
    before: Step,
    renames: Renames,
    outcome: Outcome,
    kept: Kept,
    *,
    fresh: bool = True,
) -> Step:
    """Change the version under an instance, and make its rows match; `fresh`: predict anew."""
    was_due = _due(uow, instance)
    instance.definition_id, instance.deployment_id = definition.id, definition.deployment_id
    update = sa.update(InstanceSnapshot).where(InstanceSnapshot.instance_id == instance.id)
    uow.session.execute(update.values(content=content).execution_options(synchronize_session=False))
    uow.session.flush()
    uow.session.expire(instance, ["definition", "deployment"])
    step = advance.begin(uow, instance)
    if fresh:
        transfer.settle(step.workflow)
        _retime(before, step)
    _rename_rows(step, renames)
    waiting = {wait.token_id: wait for wait in run.waiting(step.workflow) if wait.kind == "user"}
    for task in _open_tasks(uow, instance):
        if task.token_id in waiting:
            told = _refresh(step, before.bundle, task, waiting[task.token_id], kept)
            outcome.tasks.append(told)
    uow.session.flush()
    waits.sync(step)
    if step.scripts.sync_faults:
        why = "".join(fault.detail for fault in step.scripts.sync_faults)
        raise Conflict(why, code="cannot-migrate")
    _free_keys(uow, instance)
    outcome.timers += _timers(was_due, _due(uow, instance))
    store.save(uow, instance, step.workflow)
    return step


def _open_tasks(uow: UnitOfWork, instance: Instance) -> list[Task]:
    query = sa.select(Task).where(Task.instance_id == instance.id, Task.state.in_(waits.OPEN_TASKS))
    return list(uow.session.scalars(query.order_by(Task.id)))


def _retime(before: Step, step: Step) -> None:
    """Times that the model says otherwise now: a length of time still counts from its old beginning."""
    for was, task, event in transfer.retimed(before.workflow, step.workflow):
        if event is not None:
            definition = dict(task.task_spec.waits_for)[event]
            due = step.scripts.due(task, definition, element_id=event)
            task.internal_data["due"][event] = due
            continue
        definition, old = task.task_spec.event_definition, was.task_spec.event_definition
        task.internal_data.pop("rounds_left", None)
        old_due = task.internal_data.pop("due_at", None)
        if definition.arm(task) is None or old_due is None or task.task_spec.element.deadline:
            continue
        would = datetime.fromisoformat(before.scripts.due(was, old))
        passed: timedelta = would - datetime.fromisoformat(old_due)
        due_at = datetime.fromisoformat(task.internal_data["due_at"])
        if old.kind == definition.kind != "date":
            task.internal_data["due_at"] = (due_at - passed).isoformat()


def _rename_rows(step: Step, renames: Renames) -> None:
    """Rows that name elements: done tasks (who may not check is asked by them), and what waits."""
    uow, instance = step.uow, step.instance
    changed = {key: new for key, new in renames.items() if new is not None and new != key[1]}
    for process in {key[0] for key in changed}:
        names = {old: new for (key, old), new in changed.items() if key == process}
        for table, states in ((Task, ("completed", "cancelled")), (Activity, ("active",))):
            uow.session.execute(
                sa.update(table)
                .where(
                    table.instance_id == instance.id,
                    table.process_key == process,
                    table.element_id.in_(names),
                    table.state.in_(states),
                )
                .values(element_id=sa.case(names, value=table.element_id))
                .execution_options(synchronize_session="fetch")
            )
    waiting = {}
    for wait in run.waiting(step.workflow):
        waiting[(wait.token_id, wait.element.id)] = wait
    for row in uow.session.scalars(
        sa.select(Subscription).where(Subscription.instance_id == instance.id)
    ):
        row.element_id = _renamed(step, changed, row.token_id, row.element_id)
        found = waiting.get((row.token_id, row.element_id))
        is_same = found is not None and (found.kind, found.message) == (row.kind, row.message)
        if found is None or not is_same or found.element.correlation:
            uow.session.delete(row)
    for job in uow.session.scalars(
        sa.select(Job).where(
            Job.instance_id == instance.id,
            Job.kind.in_(_KINDS),
            Job.state.in_((JobState.SCHEDULED, JobState.RUNNING, JobState.FAILED)),
        )
    ):
        _rename_job(step, changed, job)
    for incident in uow.session.scalars(
        sa.select(Incident).where(
            Incident.instance_id == instance.id, Incident.state == "open"
        )
    ):  # fmt: skip
        if incident.token_id:
            incident.element_id = _renamed(step, changed, incident.token_id, incident.element_id)
    uow.session.flush()


def _rename_job(step: Step, changed: Renames, job: Job) -> None:
    if job.token_id is None or job.element_id is None:
        return
    job.element_id = _renamed(step, changed, job.token_id, job.element_id)
    event = job.payload.get("event_id")
    if event and job.key:
        name = _renamed(step, changed, job.token_id, event)
        job.key = job.key.replace(f":{event}:", f":{name}:")
        job.payload = {**job.payload, "event_id": name}
    if job.deadline_id is not None:
        step.uow.session.get_one(Deadline, job.deadline_id).element_id = job.element_id


def _renamed(step: Step, changed: Renames, token_id: str, element_id: str) -> str:
    task = step.workflow.find(token_id)
    element = getattr(task.task_spec, "element", None) if task is not None else None
    if element is None:
        return element_id
    return changed.get((element.process_key, element_id)) or element_id


def _free_keys(uow: UnitOfWork, instance: Instance) -> None:
    """A timer that is put back must not find the key of its cancelled row."""
    uow.session.execute(
        sa.update(Job)
        .where(
            Job.instance_id == instance.id,
            Job.kind.in_(_KINDS),
            Job.state == JobState.CANCELLED,
            Job.key.is_not(None),
        )
        .values(key=None)
        .execution_options(synchronize_session="fetch")
    )


def _refresh(step: Step, old: Bundle, task: Task, wait: Waiting, kept: Kept) -> dict[str, Any]:
    """Bring an open task up to its element as it is now drawn; what changed, as data."""
    before = old.elements[(task.process_key, task.element_id)]
    element = wait.element
    told: dict[str, Any] = {
        "task": task.id,
        "name": element.name,
        "from": before.id,
        "to": element.id,
        "item": task.item_name,
        "assignment": "kept",
        "draft": "none" if task.draft is None else "kept",
        "lost_fields": [],
        "due_before": _iso(task.due_at),
    }
    _refresh_draft(step, task, old, element, kept, told)
    task.process_key, task.element_id, task.name = element.process_key, element.id, element.name
    if not (task.sign_off_id is not None and task.form_key is None):  # who was added has no form
        task.form_key = element.form_key or None
    task.audience, task.basis, task.priority = element.audience, element.basis, element.priority
    task.send_back = element.send_back
    task.in_bulk = element.in_bulk
    if task.sign_off_id is not None:  # signed to its end by those, and by the terms, that it has
        told["assignment"] = "kept" if before.sign_off == element.sign_off else "kept_terms"
        step.uow.session.get_one(SignOff, task.sign_off_id).element_id = element.id
    elif _who(old, before) != _who(step.bundle, element):
        _reassign(step, task, wait, told)
    if element.separate_from or task.sign_off_id is not None:
        recusals.separate(step.uow, task, element.separate_from)
    _refresh_times(step, task, before, wait)
    task.revision += 1
    told["due_after"] = _iso(task.due_at)
    return told


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _who(bundle: Bundle, element: Element) -> tuple[Any, ...]:
    roles = bundle.manifest.roles
    relations = [roles[group].relation for group in element.candidate_groups if group in roles]
    return *(getattr(element, name) for name in _WHO), tuple(relations)


def _refresh_draft(
    step: Step, task: Task, old: Bundle, element: Element, kept: Kept, told: dict[str, Any]
) -> None:
    """What a draft says in fields that the form no longer has is kept aside for going back.

    The history names the fields, for whoever drafted them.
    """
    if task.draft is None:
        return
    had = _labels(old.forms.get(task.form_key or ""))
    has = _labels(step.bundle.forms.get(element.form_key))
    lost = sorted((had.keys() & task.draft.keys()) - has.keys())
    if lost:
        kept.drafts[task.id] = dict(task.draft)
        task.draft = {key: value for key, value in task.draft.items() if key not in lost}
        told["draft"], told["lost_fields"] = "lost", lost
        step.uow.record(
            "task.draft_reduced",
            instance_id=task.instance_id,
            element_id=element.id,
            task_id=task.id,
            audience=element.audience,
            payload={"name": element.name, "fields": [had[key] or key for key in lost]},
        )


def _labels(form: Form | None) -> dict[str, str]:
    """What each entry of a form's values is called; of a group or a list its first field."""
    found: dict[str, str] = {}
    for each in fields(form) if form is not None else ():
        found.setdefault(each.pointer.split("/")[1], each.label)
    return found


def _reassign(step: Step, task: Task, wait: Waiting, told: dict[str, Any]) -> None:
    """Work out anew who may take it; who holds it keeps it only where the model names them."""
    uow = step.uow
    scope = step.scripts.scope(wait.data)
    found = assignment.resolve(uow, step.instance, step.bundle.manifest, wait.element, scope)
    uow.session.execute(sa.delete(TaskCandidate).where(TaskCandidate.task_id == task.id))
    uow.session.expire(task, ["candidates"])
    uow.session.add_all(found.rows(task.id))
    if task.assignee_id != found.assignee_id:
        task.assignee_id = found.assignee_id
        task.state = TaskState.READY
        task.claimed_at = None
    told["assignment"] = "recomputed"


def _refresh_times(step: Step, task: Task, before: Element, wait: Waiting) -> None:
    element, uow = wait.element, step.uow
    names = ("deadline", "deadline_from", "due_date")
    if any(getattr(before, name) != getattr(element, name) for name in names):
        _refresh_deadline(step, task, wait)
    elif task.deadline_id is not None:
        uow.session.get_one(Deadline, task.deadline_id).element_id = element.id
    if before.follow_up != element.follow_up:
        task.follow_up_at = (
            step.scripts.instant(wait.task, element.follow_up) if element.follow_up else None
        )


def _refresh_deadline(step: Step, task: Task, wait: Waiting) -> None:
    """Another deadline: it runs from the day that the old one ran from, or the task came."""
    uow, element = step.uow, wait.element
    began = local_date(task.created_at)
    if task.deadline_id is not None:
        began = uow.session.get_one(Deadline, task.deadline_id).starts_on
        shared = sa.select(Job.id).where(
            Job.deadline_id == task.deadline_id,
            Job.state == JobState.SCHEDULED,
            Job.kind.in_(_KINDS),
        )
        if uow.session.scalars(shared).first() is None:
            deadlines.withdraw(uow, task)
    task.deadline_id, task.due_at = None, None
    if element.deadline:
        row = deadlines.open(
            uow,
            step.instance.id,
            step.scripts.scope(wait.data).text(element.deadline),
            starts_on=(
                step.scripts.starts_on(wait.task, element) if element.deadline_from else began
            ),
            element_id=element.id,
            scope_id=wait.scope_id,
            audience=element.audience,
        )
        task.deadline_id, task.due_at = row.id, row.due_at
    elif element.due_date:
        task.due_at = step.scripts.instant(wait.task, element.due_date)


def _due(uow: UnitOfWork, instance: Instance) -> dict[tuple[str, str], tuple[str, str]]:
    """When the timers of an instance fire: (token, event) → (element, due)."""
    query = sa.select(Job).where(
        Job.instance_id == instance.id, Job.kind == "timer", Job.state == JobState.SCHEDULED
    )
    return {
        (job.token_id or "", job.payload.get("event_id", "")): (
            job.element_id or "",
            job.due_at.isoformat(),
        )
        for job in uow.session.scalars(query)
    }


def _timers(
    before: Mapping[tuple[str, str], tuple[str, str]],
    after: Mapping[tuple[str, str], tuple[str, str]],
) -> list[dict[str, Any]]:
    """Each timer with its old and its new date."""
    found = []
    for key, (element, due) in after.items():
        old = before.get(key, ("", None))[1]
        what = "added" if old is None else "kept" if old == due else "recomputed"
        found.append({"element": element, "what": what, "before": old, "after": due})
    return found
