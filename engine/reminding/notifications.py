"""What people are told in the system (站内通知), and the mail that goes with it.

Written in the transaction of what it tells of, once per person and matter; sent after it has committed
(engine/reminding/mails.py). Whoever lost sight of the case since reads that there was something, not what.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine import pages
from engine.clock import local_date
from engine.database import insert
from engine.errors import NotFound
from engine.permission import access
from engine.reminding import account_notices, addressees, mails
from engine.reminding.addressees import People
from engine.reminding.rungs import CHANNELS, EMAIL, Rung
from engine.tables import Deadline, Event, Instance, Notification, Task, new_id

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

#: The kind of what a ladder tells.
REMINDER = "notice.reminder"
#: What a task is when it comes, and when it comes again because it was sent back.
ARRIVED, RETURNED = "notice.arrived", "notice.returned"

#: Somebody else edits the model draft that the reader edited.
DRAFT_TAKEN = "model_draft.taken_over"

KINDS = (
    REMINDER,
    ARRIVED,
    RETURNED,
    DRAFT_TAKEN,
    *account_notices.KINDS,
    *(kind for kind in addressees.OF_EVENTS if kind != "task.created"),
)


@dataclass(frozen=True, kw_only=True)
class Told:
    """A notification as its reader may see it; `instance` and `data` are empty where they may not."""

    row: Notification
    instance: Instance | None
    is_visible: bool

    @property
    def data(self) -> Mapping[str, Any]:
        return self.row.data if self.is_visible else {}


def remind(uow: UnitOfWork, deadline: Deadline, rung: Rung) -> int:
    """Tell whom a rung names of a deadline; how many were told, nobody twice of one end."""
    data = {
        "deadline": deadline.rule.name,
        "due_on": deadline.due_on.isoformat(),
        "offset": rung.offset,
        "unit": rung.unit,
    }
    found = addressees.of_rung(uow, deadline, rung)
    end = deadline.due_at.strftime("%Y%m%dT%H%M%S")
    return _write(
        uow,
        REMINDER,
        f"reminder:{deadline.id}:{end}:{rung.key}",
        found,
        instance=deadline.instance,
        deadline_id=deadline.id,
        data=data,
        channels=rung.channels,
        binding=rung.binding,
    )


def tell(uow: UnitOfWork, kind: str, key: str, user_id: str, *, data: Mapping[str, Any]) -> None:
    """Tell one person, in the system only, what is no matter of a case; once for each `key`."""
    row = {"key": f"{key}:{user_id}", "user_id": user_id, "kind": kind, "data": dict(data)}
    once = insert(uow.session, Notification).values(id=new_id(), created_at=uow.now, **row)
    uow.session.execute(once.on_conflict_do_nothing())


def of_events(uow: UnitOfWork, events: Sequence[Event]) -> None:
    """Tell whom the events of this unit of work are news for; called by the engine before it commits."""
    for event in events:
        # what was recorded behind a savepoint and taken back is not there any more
        if event.kind not in addressees.OF_EVENTS or event not in uow.session:
            continue
        found = addressees.of_event(uow, event)
        if found:
            _tell_event(uow, event, found)


def _tell_event(uow: UnitOfWork, event: Event, found: People) -> None:
    kind = event.kind
    if kind == "task.created":
        task = next(iter(found.values()))
        kind = RETURNED if task is not None and task.returned else ARRIVED
    _write(
        uow,
        kind,
        f"event:{event.id}",
        found,
        instance=uow.session.get_one(Instance, event.instance_id),
        data={"by": "" if uow.actor.is_system else event.actor_name},
    )


def search(
    uow: UnitOfWork,
    *,
    unread: bool = False,
    after: tuple[datetime, str] | None = None,
    limit: int = 50,
) -> list[Notification]:
    """The actor's own, the newest first; `after` is (instant, id) of the last one seen."""
    query = sa.select(Notification).where(_mine(uow))
    if unread:
        query = query.where(Notification.read_at.is_(None))
    newest = pages.keyset(
        query, Notification.created_at, Notification.id, descending=True, after=after
    )
    return list(uow.session.scalars(newest.limit(limit)))


def unread_count(uow: UnitOfWork) -> int:
    """How many of the actor's own they have not read."""
    query = sa.select(sa.func.count()).select_from(Notification)
    return uow.session.scalar(query.where(_mine(uow), Notification.read_at.is_(None))) or 0


def told(uow: UnitOfWork, rows: Sequence[Notification]) -> list[Told]:
    """Rows of the actor's with what they may see of them today, in a fixed number of statements."""
    cases = {row.instance_id for row in rows if row.instance_id is not None}
    known = access.known(uow, cases)
    tasks = _visible_tasks(uow, {row.task_id for row in rows if row.task_id}, known)
    clocks = _visible_deadlines(uow, {row.deadline_id for row in rows if row.deadline_id}, known)
    query = sa.select(Instance).where(Instance.id.in_(known))
    instances = {row.id: row for row in uow.session.scalars(query)}
    found = []
    for row in rows:
        if row.task_id is not None:
            sees = row.task_id in tasks
        else:
            sees = row.deadline_id is None or row.deadline_id in clocks
        is_visible = row.instance_id is None or (row.instance_id in known and sees)
        instance = instances.get(row.instance_id or "") if is_visible else None
        found.append(Told(row=row, instance=instance, is_visible=is_visible))
    return found


def read(uow: UnitOfWork, notification_id: str) -> Notification:
    """Mark one as read; again changes nothing. NotFound for another person's."""
    query = sa.select(Notification).where(Notification.id == notification_id, _mine(uow))
    row = uow.session.scalars(query).one_or_none()
    if row is None:
        raise NotFound("没有这条通知。", code="notification-not-found")
    if row.read_at is None:
        row.read_at = uow.now
    return row


def read_all(uow: UnitOfWork, *, until: datetime | None = None) -> int:
    """Mark all as read (up to an instant: what came since stays unread); how many were not yet."""
    query = sa.update(Notification).where(_mine(uow), Notification.read_at.is_(None))
    if until is not None:
        query = query.where(Notification.created_at <= until)
    done = uow.session.execute(
        query.values(read_at=uow.now).execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]  # of a statement that changes rows


def _write(
    uow: UnitOfWork,
    kind: str,
    key: str,
    found: People,
    *,
    instance: Instance,
    data: Mapping[str, Any],
    deadline_id: str | None = None,
    channels: Collection[str] = CHANNELS,
    binding: bool = False,
) -> int:
    if not found:
        return 0
    rows = [
        {
            "id": new_id(),
            "key": f"{key}:{user_id}",
            "user_id": user_id,
            "kind": kind,
            "instance_id": instance.id,
            "task_id": None if task is None else task.id,
            "deadline_id": deadline_id,
            "data": {**_of_task(task), **data},
            "created_at": uow.now,
        }
        for user_id, task in found.items()
    ]
    uow.session.flush()
    once = insert(uow.session, Notification).values(rows).on_conflict_do_nothing()
    new = set(uow.session.scalars(once.returning(Notification.id)))
    if new and EMAIL in channels:
        written = [row for row in rows if row["id"] in new]
        mails.write(uow, written, instance, binding=binding)
    return len(new)


def _of_task(task: Task | None) -> dict[str, Any]:
    return {} if task is None else {"task": task.name, "due_on": _day(task)}


def _day(task: Task) -> str | None:
    return None if task.due_at is None else local_date(task.due_at).isoformat()


def _mine(uow: UnitOfWork) -> sa.ColumnElement[bool]:
    return Notification.user_id == (uow.actor.account_id or "")


def _visible_tasks(uow: UnitOfWork, ids: Collection[str], within: Collection[str]) -> set[str]:
    if not ids:
        return set()
    seen = access.visible_tasks(uow, within=within)
    return set(uow.session.scalars(sa.select(Task.id).where(Task.id.in_(ids), seen)))


def _visible_deadlines(uow: UnitOfWork, ids: Collection[str], within: Collection[str]) -> set[str]:
    if not ids:
        return set()
    seen = access.visible_deadlines(uow, within=within)
    return set(uow.session.scalars(sa.select(Deadline.id).where(Deadline.id.in_(ids), seen)))
