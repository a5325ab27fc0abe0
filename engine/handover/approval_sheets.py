"""What is put before whoever decides on paper (呈批件): a record made from a task, numbered in its case.

It holds what its maker saw when it was made: what is proposed, the facts of the form, attachments,
opinions so far, basis and deadline. What is protected stays a mark. Another version replaces one, and
keeps it. The signed paper comes back as an act on paper (engine/paper/paper_acts.py) that names the sheet.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engine import pages, store, tasks
from engine.errors import Conflict, Fault, Invalid, NotFound
from engine.handover import comments
from engine.permission import access
from engine.signoff import signers
from engine.states import SignerState, TaskState
from engine.tables import ApprovalSheet, Task, new_id
from engine.unit_of_work import UnitOfWork
from forms.definition import fields

LONGEST_TITLE = 200
LONGEST_PROPOSAL = 5_000


def make(
    uow: UnitOfWork, task_id: str, *, title: str, proposed: str, replaces: str | None = None
) -> ApprovalSheet:
    """Make a sheet of an open task; with `replaces` the next version of one of this task's.

    Invalid without a title or a proposal; NotAllowed; NotFound; Conflict where the old one is signed.
    """
    task = tasks.lock(uow, task_id, None)
    access.require_act(uow, task, "make_sheet")
    _require_words(title, proposed)
    number, version = _place(uow, task, replaces)
    stand_in = uow.actor.stand_in
    row = ApprovalSheet(
        id=new_id(),
        instance_id=task.instance_id,
        task_id=task.id,
        number=number,
        version=version,
        title=title.strip(),
        proposed=proposed.strip(),
        content=_content(uow, task),
        made_by=uow.actor.user_id,
        stand_in_id=stand_in.user_id if stand_in is not None else None,
        made_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    _record(uow, "sheet.made", task, row)
    return row


def get(uow: UnitOfWork, sheet_id: str) -> ApprovalSheet:
    """A sheet of a task whose audience the actor reads. NotFound."""
    row = uow.session.get(ApprovalSheet, sheet_id)
    if row is None or not _is_read(uow, row):
        raise NotFound("没有这份呈批件，或您无权查看。", code="sheet-not-found")
    return row


def of_task(uow: UnitOfWork, task_id: str) -> Sequence[ApprovalSheet]:
    """The sheets of a task in all versions, by number. NotFound for the task."""
    task = access.require_task(uow, task_id)
    query = sa.select(ApprovalSheet).where(ApprovalSheet.task_id == task.id)
    rows = uow.session.scalars(query.order_by(ApprovalSheet.number, ApprovalSheet.version)).all()
    return rows if not rows or _is_read(uow, rows[0]) else []


def require_usable(uow: UnitOfWork, task: Task, sheet_id: str) -> ApprovalSheet:
    """The sheet that a signed paper says it is: of this task, the latest version, not signed yet."""
    row = uow.session.get(ApprovalSheet, sheet_id)
    newest = sa.select(sa.func.max(ApprovalSheet.version)).where(
        ApprovalSheet.instance_id == task.instance_id,
        ApprovalSheet.number == (row.number if row is not None else 0),
    )
    is_fit = row is not None and row.task_id == task.id and row.paper_act_id is None
    if row is None or not is_fit or row.version != uow.session.scalar(newest):
        fault = Fault(
            pointer="/sheet_id",
            detail="没有这份呈批件，或者已有新版、已经签批，请核对纸面的编号和版次。",
            code="sheet-unusable",
        )
        raise Invalid("没有登记：请改正后再提交。", errors=[fault], code="paper-invalid")
    return row


def sign(uow: UnitOfWork, task: Task, sheet_id: str, paper_act_id: str) -> None:
    """The paper came back signed."""
    row = require_usable(uow, task, sheet_id)
    row.paper_act_id = paper_act_id
    uow.session.flush()
    _record(uow, "sheet.signed", task, row, paper_act=paper_act_id)


def _require_words(title: str, proposed: str) -> None:
    faults = [
        Fault(pointer=pointer, detail=f"请填写{what}（{most}字以内）。", code="required")
        for pointer, text, most, what in (
            ("/title", title, LONGEST_TITLE, "标题"),
            ("/proposed", proposed, LONGEST_PROPOSAL, "拟办意见"),
        )
        if not 0 < len(text.strip()) <= most
    ]
    if faults:
        raise Invalid("没有生成呈批件。", errors=faults)


def _place(uow: UnitOfWork, task: Task, replaces: str | None) -> tuple[int, int]:
    """Number and version; the instance is locked, so that no other sheet comes between."""
    of_case = ApprovalSheet.instance_id == task.instance_id
    if replaces is None:
        last = uow.session.scalar(sa.select(sa.func.max(ApprovalSheet.number)).where(of_case))
        return (last or 0) + 1, 1
    old = uow.session.get(ApprovalSheet, replaces)
    if old is None or old.task_id != task.id:
        raise NotFound("这项任务没有这份呈批件。", code="sheet-not-found")
    query = sa.select(ApprovalSheet).where(of_case, ApprovalSheet.number == old.number)
    versions = uow.session.scalars(query.order_by(ApprovalSheet.version)).all()
    if any(row.paper_act_id is not None for row in versions):
        raise Conflict("这份呈批件已经签批，请另做一份。", code="sheet-signed")
    return old.number, versions[-1].version + 1


def _content(uow: UnitOfWork, task: Task) -> dict[str, Any]:
    deadline = task.deadline
    return {
        "task": task.name,
        "item": task.item_name,
        "facts": _facts(uow, task),
        "attachments": [
            {"file": row.id, "name": row.name} for row in pages.files_of_task(uow, task)
        ],
        "opinions": _opinions(uow, task),
        "basis": task.basis,
        "due_at": task.due_at.isoformat() if task.due_at is not None else None,
        "deadline": deadline.why if deadline is not None else "",
    }


def _facts(uow: UnitOfWork, task: Task) -> list[dict[str, Any]]:
    """The fields of the form that hold anything: what the case says, over it the maker's own draft."""
    if task.form_key is None:
        return []
    values: Mapping[str, Any] = tasks.form_context(uow, task)
    if task.assignee_id == uow.actor.user_id and task.draft is not None:
        values = {**values, **task.draft}  # as it is kept: what is protected is a mark there
    return [
        {"pointer": info.pointer, "label": info.label, "value": values[info.pointer[1:]]}
        for info in fields(store.form_of(uow, task))
        if values.get(info.pointer[1:]) not in (None, "", [])
    ]


def _opinions(uow: UnitOfWork, task: Task) -> list[dict[str, Any]]:
    """Words about the task, votes on it, and the opinions of earlier steps that the maker may read."""
    said: list[tuple[Any, str | None, str, str]] = [
        (row.at, row.author_id, task.name, row.text)
        for row in comments.of_task(uow, task.id)
        if row.withdrawn_at is None and row.kind == comments.OPINION
    ]
    if task.sign_off_id is not None:
        said += [
            (row.voted_at, row.voted_by, task.name, row.opinion)
            for row in signers.board(uow, task.sign_off_id).signers
            if row.state == SignerState.VOTED and row.voted_at is not None and row.opinion
        ]
    said += _earlier(uow, task)
    names = pages.user_names(uow, {user_id for _, user_id, _, _ in said if user_id})
    return [
        {
            "by": user_id,
            "name": names.get(user_id or "", ""),
            "step": step,
            "text": text,
            "at": at.isoformat(),
        }
        for at, user_id, step, text in sorted(said, key=lambda row: row[0])
    ]


def _earlier(uow: UnitOfWork, task: Task) -> list[tuple[Any, str | None, str, str]]:
    """What was entered as opinion where the case came by."""
    done = uow.session.scalars(
        sa.select(Task).where(
            Task.instance_id == task.instance_id,
            Task.state == TaskState.COMPLETED,
            Task.form_key.is_not(None),
            access.visible_tasks(uow, within=[task.instance_id]),
        )
    )
    bundle = store.bundle(uow, task.instance.deployment_id)
    found = []
    for row in done:
        element = bundle.elements.get((row.process_key, row.element_id))
        field = element.opinion_field if element is not None else "opinion"
        text = pages.completed_values(uow, row).get(field)
        if isinstance(text, str) and text.strip() and row.completed_at is not None:
            found.append((row.completed_at, row.completed_by, row.name, text))
    return found


def _is_read(uow: UnitOfWork, row: ApprovalSheet) -> bool:
    """By whoever reads the task's audience, and by who made it while they see the task."""
    task = uow.session.get_one(Task, row.task_id)
    if not access.sees_task(uow, task):
        return False
    readable: Collection[str] = access.audiences(uow, task.instance)
    return task.audience in readable or row.made_by == uow.actor.user_id


def _record(uow: UnitOfWork, kind: str, task: Task, row: ApprovalSheet, **said: object) -> None:
    uow.record(
        kind,
        instance_id=task.instance_id,
        element_id=task.element_id,
        task_id=task.id,
        audience=task.audience,
        payload={
            "name": task.name,
            "sheet": row.id,
            "number": row.number,
            "version": row.version,
            "title": row.title,
            **said,
        },
    )
