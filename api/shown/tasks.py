"""Tasks in lists and alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from api.shown import around, deadlines, paper, signoffs
from api.shown.files import file
from api.shown.people import Names, group_name
from engine import pages, store, tasks
from engine.advance import Step
from engine.clock import local_date
from engine.desk import presence
from engine.handover import comments, handover_acts, urging
from engine.permission import access, acts, separations
from engine.record import protection
from engine.states import TaskState
from engine.tables import Task
from engine.timing import countdown
from engine.unit_of_work import UnitOfWork
from forms.definition import fields

_OPEN = (TaskState.READY, TaskState.CLAIMED)
_NO_TIME = timedelta(microseconds=1)


def summaries(uow: UnitOfWork, rows: Sequence[Task]) -> list[dict[str, Any]]:
    """Rows of a list. Each task comes with instance, candidates and deadline loaded."""
    units = unit_names(uow, [task.instance_id for task in rows])
    names = Names(
        uow, users=[i for task in rows for i in (task.assignee_id, task.sent_by, task.owner_id)]
    )
    allowed = acts.allowed_task_acts(uow, rows)
    done = [task.id for task in rows if task.state == TaskState.COMPLETED]
    marks = paper.of_tasks(uow, done)
    signed = signoffs.briefs(uow, rows)
    urged = urging.of_tasks(uow, rows)
    apart = separations.of_actor(uow, [task.id for task in rows if task.state in _OPEN])
    unread = presence.unread(uow, [task.id for task in rows])
    files = pages.file_counts(uow, rows)
    return [
        {
            **_summary(uow, task, units, names, allowed[task.id]),
            "is_unread": task.id in unread,
            "files": files.get(task.id, 0),
            "on_paper": marks.get(task.id),
            "sign_off": signed.get(task.id),
            "urged": urged.get(task.id),
            "separated": _separated(uow, apart.get(task.id)),
        }
        for task in rows
    ]


def whole(uow: UnitOfWork, task: Task) -> dict[str, Any]:
    """A task alone: its row with form, values, deadline card and what was handed in."""
    row = summaries(uow, [task])[0]
    files = pages.files_of_task(uow, task)
    names = Names(uow, users=[file.uploaded_by for file in files])
    mine = "save_draft" in row["allowed_acts"]
    return {
        **row,
        "form": _form(uow, task),
        "values": _values(uow, task, mine=mine),
        "draft_saved_at": task.draft_saved_at if mine else None,
        "deadline": deadlines.card(task.deadline) if task.deadline is not None else None,
        "basis": task.basis,
        "never_auto": _is_never_auto(uow, task),
        "returned": task.returned,
        "sign_off": signoffs.whole(uow, task, row["sign_off"]) if row["sign_off"] else None,
        "attachments": [file(uow, row, names) for row in files],
        "handovers": around.handed(uow, task),
        "copies": around.copies(uow, task),
        "comments": len(comments.of_task(uow, task.id)),
        "messages": _messages(uow, task) if task.state in _OPEN else [],
    }


def _is_never_auto(uow: UnitOfWork, task: Task) -> bool:
    """Whether a person decides it by itself, never a time-out and never in bulk."""
    bundle = store.bundle(uow, task.instance.deployment_id)
    element = bundle.elements.get((task.process_key, task.element_id))
    return element is not None and element.never_auto


def _separated(uow: UnitOfWork, done: Task | None) -> dict[str, Any] | None:
    if done is None:
        return None
    return {"task_id": done.id, "name": done.name, "reason": separations.sentence(uow, done)}


def completion(uow: UnitOfWork, step: Step, task_id: str) -> dict[str, Any]:
    """What came of an act on a task: the task, its case, and what the actor can do next."""
    rows = summaries(uow, pages.task_rows(uow, step.new_tasks))
    return {
        "task": whole(uow, uow.session.get_one(Task, task_id)),
        "instance": step.instance,
        "incident": step.incident,
        "next_tasks": [row for row in rows if set(row["allowed_acts"]) - handover_acts.AROUND],
    }


def _messages(uow: UnitOfWork, task: Task) -> list[dict[str, Any]]:
    """What the actor may tell the case from this task's page."""
    return [
        {
            "name": message.key,
            "title": message.name,
            "confirmation": message.confirmation,
            "needs_note": message.needs_note,
        }
        for message in access.sendable_messages(uow, task.instance)
    ]


def _form(uow: UnitOfWork, task: Task) -> dict[str, Any] | None:
    """The form as deployed with the case, not the newest one."""
    if task.form_key is None:
        return None
    form = store.form_of(uow, task)
    return {"key": task.form_key, "schema": form.schema}


def _values(uow: UnitOfWork, task: Task, *, mine: bool) -> dict[str, Any]:
    """What the form shows: facts of the case, over them the draft of whoever works on it.

    Facts that the form only shows are never the draft's. A done task shows what was entered.
    """
    if task.state == TaskState.COMPLETED:
        return dict(pages.completed_values(uow, task))
    facts = tasks.form_context(uow, task)
    if not mine or task.draft is None:
        return facts
    draft = protection.own_draft(uow, task, task.draft)
    return {**facts, **draft, **{key: facts[key] for key in _fixed(uow, task) & set(facts)}}


def _fixed(uow: UnitOfWork, task: Task) -> set[str]:
    """The outermost keys of the form's read-only fields."""
    if task.form_key is None:
        return set()
    form = store.form_of(uow, task)
    return {info.pointer[1:] for info in fields(form) if info.read_only}


def _summary(
    uow: UnitOfWork,
    task: Task,
    units: Mapping[str, str],
    names: Names,
    allowed: Collection[str],
) -> dict[str, Any]:
    instance = task.instance
    package = uow.engine.packages.get(instance.family)
    groups = dict.fromkeys(c.group for c in task.candidates if c.group is not None)
    sender = names.person(task.sent_by)
    return {
        "id": task.id,
        "name": task.name,
        "element_id": task.element_id,
        "item": task.item_name,
        "state": task.state,
        "instance": {
            "id": instance.id,
            "business_key": instance.business_key,
            "title": instance.title,
            "family": instance.family,
            "unit_name": units.get(instance.id),
        },
        "assignee": names.person(task.assignee_id),
        "candidate_groups": [{"group": g, "name": group_name(package, g)} for g in groups],
        "created_at": task.created_at,
        "completed_at": task.completed_at,
        "due_at": task.due_at,
        **_time_left(uow, task),
        "priority": task.priority,
        "from": {"name": sender["name"]} if sender is not None else None,
        "has_draft": task.draft is not None and "save_draft" in allowed,
        "lent_by": names.person(task.owner_id) if task.lending == handover_acts.PENDING else None,
        "in_bulk": task.in_bulk,
        "revision": task.revision,
        "allowed_acts": sorted(allowed),
    }


def _time_left(uow: UnitOfWork, task: Task) -> dict[str, Any]:
    """The chip: days left and its colour; nothing for a task that is done or has no due date."""
    if task.state not in _OPEN or task.due_at is None:
        return {"days_left": None, "light": None}
    if task.deadline is not None:
        left = countdown.days_left(uow, task.deadline)
        light = countdown.light(uow, task.deadline)
    else:
        # a due instant of midnight is the end of the day before it
        due_on = local_date(task.due_at - _NO_TIME)
        left = countdown.days_until(uow, due_on, family=task.instance.family, unit="days")
        light = countdown.light_until(uow, due_on, family=task.instance.family)
    return {
        "days_left": {"amount": left.amount, "unit": left.unit} if left is not None else None,
        "light": light,
    }


def unit_names(uow: UnitOfWork, instance_ids: Sequence[str]) -> Mapping[str, str]:
    """instance id → the organisation that the case is about, where the actor may know it.

    It is the one whose relation reads as `unit` and not what is internal.
    """
    about = {
        relation.key
        for package in uow.engine.packages.values()
        for relation in package.manifest.relations.values()
        if "unit" in relation.audiences and "internal" not in relation.audiences
    }
    found: dict[str, str] = {}
    for instance_id, parties in pages.parties(uow, list(dict.fromkeys(instance_ids))).items():
        for party in parties:
            if party.relation in about:
                found.setdefault(instance_id, party.organisation_id)
    names = pages.organisation_names(uow, set(found.values()))
    return {instance_id: names[organisation] for instance_id, organisation in found.items()}
