"""Files that people hand in: a row for each handing in, the bytes once by digest outside the database.

A file belongs to its uploader until a step binds it to a task, an instance or a family's own row;
from then on the audience decides who reads it. Called by the API and by completing tasks.
"""

from __future__ import annotations

import errno
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING, BinaryIO

import sqlalchemy as sa

from engine import jobs
from engine.clock import LOCAL_ZONE
from engine.errors import Conflict, Fault, Invalid, NotFound, Unavailable
from engine.filing import media
from engine.filing.byte_store import ByteStore, Readable, Received, Tidied, TooLarge
from engine.permission import access
from engine.permission.access import AUDIENCES
from engine.record import disclosures
from engine.states import TaskState
from engine.tables import File, Task

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

MAX_BYTES = 20 << 20
MAX_PER_TASK = 30
#: Files that one person may have lying about unbound.
MAX_UNBOUND = 100
#: An unbound file of no open task is removed after this.
KEPT_UNBOUND = timedelta(days=1)

SWEEP_JOB = "sweep_files"
_SWEEP_AT = time(3, 30)


@dataclass(frozen=True, kw_only=True)
class Swept:
    """What a sweep removed."""

    rows: int
    bytes: Tidied


def store(
    uow: UnitOfWork,
    stream: Readable,
    name: str,
    *,
    task_id: str | None = None,
    subject: tuple[str, str] | None = None,
    protected: str | None = None,
    limit: int = MAX_BYTES,
) -> File:
    """Take in a file, unbound. `subject` is (kind, id) of the family's row that it is meant for;
    `protected`: whom it protects, a key that an installed manifest declares.

    The stream is read before the first statement, so that a slow upload holds no lock: make this the
    first act of the unit of work. Invalid (`/file`) for a name, size, type or number that is not
    accepted; NotFound or NotAllowed for a task that is not the actor's to work on.
    """
    kept_name = media.clean_name(name)
    _check_protected(uow, protected)
    place = _place(uow)
    received = _receive(place, stream, limit=limit, now=uow.now)
    try:
        with received.path.open("rb") as file:
            media_type = media.identify(file, kept_name)
        _check_number(uow, task_id)
        place.place(received, now=uow.now)
    finally:
        place.discard(received)
    row = File(
        digest=received.digest,
        size=received.size,
        media_type=media_type,
        name=kept_name,
        task_id=task_id,
        subject_kind=None if subject is None else subject[0],
        subject_id=None if subject is None else subject[1],
        protected=protected,
        uploaded_by=uow.actor.user_id,
        uploaded_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def open(uow: UnitOfWork, file_id: str) -> tuple[File, BinaryIO]:
    """A file that the actor may see: its row and its bytes, to be closed by the caller.

    NotFound; NotAllowed for a protected one that was not opened with a reason just now; Conflict for
    one whose bytes a rule took away;
    Unavailable if the bytes cannot be read now.
    """
    row = access.require_file(uow, file_id)
    disclosures.require_open(uow, row)
    if row.redacted_at is not None:
        raise Conflict("文件内容已按保存期限的规则删除，只留名称和摘要。", code="file-redacted")
    try:
        return row, _place(uow).open(row.digest)
    except OSError as error:
        raise Unavailable(
            "文件内容暂时无法读取，请稍后再试；如仍不行，请联系管理员。", code="file-unreadable"
        ) from error


def of(
    uow: UnitOfWork,
    *,
    task_id: str | None = None,
    instance_id: str | None = None,
    subject: tuple[str, str] | None = None,
) -> list[File]:
    """The files of a task, an instance or a family's row that the actor may see, the oldest first."""
    query = sa.select(File).where(access.visible_files(uow))
    if task_id is not None:
        query = query.where(File.task_id == task_id)
    if instance_id is not None:
        query = query.where(File.instance_id == instance_id)
    if subject is not None:
        query = query.where(File.subject_kind == subject[0], File.subject_id == subject[1])
    return list(uow.session.scalars(query.order_by(File.uploaded_at, File.id)))


def usable(uow: UnitOfWork, task: Task) -> frozenset[str]:
    """Ids that a form of this task may name: the actor's own unbound files, and the task's."""
    return frozenset(
        uow.session.scalars(
            sa.select(File.id).where(
                sa.or_(
                    sa.and_(~File.is_bound, File.uploaded_by == uow.actor.account_id),
                    sa.and_(File.is_bound, File.task_id == task.id),
                )
            )
        )
    )


def protect(uow: UnitOfWork, kinds: Mapping[str, str]) -> None:
    """Mark the actor's unbound uploads, file id → whom it protects; the form's fields say it."""
    query = sa.select(File).where(File.id.in_(sorted(kinds)), ~File.is_bound)
    for row in uow.session.scalars(query) if kinds else ():
        row.protected = kinds[row.id]
    uow.session.flush()


def bind(
    uow: UnitOfWork,
    file_ids: Collection[str],
    *,
    task: Task | None = None,
    instance_id: str | None = None,
    subject: tuple[str, str] | None = None,
    audience: str | None = None,
) -> list[File]:
    """Make files part of an instance (a task's own, or the one named), read by `audience` from now on.

    Without one a task's files are for its audience, others internal. What is bound to the instance
    already keeps its audience and only gains a task or subject that it lacks. The caller holds the
    instance lock. NotFound for a file that is not the actor's; Conflict for one of another instance.
    """
    owner = task.instance_id if task is not None else instance_id
    if owner is None:
        raise Invalid("请指明文件所属的事项。", code="file-without-instance")
    readers = audience or (task.audience if task is not None else "internal")
    if readers not in AUDIENCES:
        raise Invalid(f"没有“{readers}”这一公开范围。", code="unknown-audience")
    rows = _bindable(uow, list(dict.fromkeys(file_ids)), owner)
    fresh = [row for row in rows if not row.is_bound]
    for row in rows:
        if not row.is_bound:
            row.is_bound, row.instance_id, row.audience = True, owner, readers
            # what the uploader said it was for counts no longer
            row.task_id = row.subject_kind = row.subject_id = None
        if task is not None and row.task_id is None:
            row.task_id = task.id
        if subject is not None and row.subject_id is None:
            row.subject_kind, row.subject_id = subject
    uow.session.flush()
    if fresh:
        _record_bound(uow, fresh, owner, readers, task)
    return rows


def delete(uow: UnitOfWork, file_id: str) -> None:
    """Take back an unbound file of one's own. NotFound; Conflict once it is bound."""
    row = access.require_file(uow, file_id)
    if row.is_bound:
        raise Conflict("文件已经随办理提交，不能删除。", code="file-bound")
    access.require_act(uow, row, "delete")
    uow.session.delete(row)
    uow.session.flush()


def sweep(uow: UnitOfWork) -> Swept:
    """Remove unbound files that no open task waits for, and bytes that no row names.

    A draft may name files: those of an open task stay however old. The job schedules its next run.
    """
    tidied = _place(uow).tidy(lambda digests: _named(uow, digests), now=uow.now)
    # After the bytes: those of rows removed now are looked at by the next sweep, once this commits.
    open_tasks = sa.select(Task.id).where(Task.state.in_((TaskState.READY, TaskState.CLAIMED)))
    old = list(
        uow.session.scalars(
            sa.select(File.id)
            .where(
                ~File.is_bound,
                File.uploaded_at < uow.now - KEPT_UNBOUND,
                sa.or_(File.task_id.is_(None), File.task_id.not_in(open_tasks)),
            )
            .with_for_update()
        )
    )
    if old:
        uow.session.execute(sa.delete(File).where(File.id.in_(old), ~File.is_bound))
    schedule_sweep(uow)
    return Swept(rows=len(old), bytes=tidied)


def schedule_sweep(uow: UnitOfWork) -> None:
    """Have the next sweep run in the coming night; called at start-up and by each sweep."""
    night = uow.today + timedelta(days=1)
    jobs.schedule(
        uow,
        SWEEP_JOB,
        datetime.combine(night, _SWEEP_AT, LOCAL_ZONE),
        key=f"{SWEEP_JOB}:{night}",
    )


def shown_name(uow: UnitOfWork, row: File) -> str:
    """The name as everybody sees it: that of a protected file says only whom it protects.

    Before it is bound its uploader, who alone sees it, sees the name that they gave it.
    """
    if row.protected is None or not row.is_bound:
        return row.name
    return f"〔受保护：{kind_name(uow, row.protected)}〕{PurePath(row.name).suffix}"


def kind_name(uow: UnitOfWork, kind: str) -> str:
    """What people call those whom a file protects; the key where no family declares it any more."""
    packages = uow.engine.packages.values()
    found = (package.manifest.protected.get(kind) for package in packages)
    return next((entry.name for entry in found if entry is not None), kind)


def _check_protected(uow: UnitOfWork, kind: str | None) -> None:
    known = {key for package in uow.engine.packages.values() for key in package.manifest.protected}
    if kind is not None and kind not in known:
        detail = "没有这一类受保护的人，请核对。"
        fault = Fault(pointer="/protected", detail=detail, code="unknown-protected")
        raise Invalid(detail, errors=[fault], code="unknown-protected")


def _place(uow: UnitOfWork) -> ByteStore:
    if uow.engine.files_dir is None:
        raise Unavailable("没有设置文件目录，不能存取文件。请联系管理员。", code="no-files-dir")
    return ByteStore(uow.engine.files_dir)


def _receive(place: ByteStore, stream: Readable, *, limit: int, now: datetime) -> Received:
    try:
        return place.receive(stream, limit=limit, now=now)
    except TooLarge:
        detail = f"文件超过{limit >> 20} MB，请压缩或拆分后再上传。"
        fault = Fault(pointer="/file", detail=detail, code="file-too-large")
        raise Invalid(detail, errors=[fault], code="file-too-large") from None
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise Unavailable("磁盘空间不足，文件没有保存。请联系管理员。", code="disk-full") from error


def _check_number(uow: UnitOfWork, task_id: str | None) -> None:
    if task_id is not None:
        task = access.require_task(uow, task_id)
        access.require_act(uow, task, "save_draft")
        _at_most(uow, MAX_PER_TASK, File.task_id == task_id)
    if not uow.actor.is_system:
        _at_most(uow, MAX_UNBOUND, File.uploaded_by == uow.actor.user_id, ~File.is_bound)


def _at_most(uow: UnitOfWork, most: int, *conditions: sa.ColumnElement[bool]) -> None:
    count = uow.session.scalar(sa.select(sa.func.count()).select_from(File).where(*conditions))
    if (count or 0) >= most:
        detail = f"文件已有{most}个，不能再多。请先删除不需要的。"
        fault = Fault(pointer="/file", detail=detail, code="too-many-files")
        raise Invalid(detail, errors=[fault], code="too-many-files")


def _bindable(uow: UnitOfWork, file_ids: list[str], instance_id: str) -> list[File]:
    rows = {
        row.id: row
        for row in uow.session.scalars(
            sa.select(File).where(File.id.in_(file_ids)).order_by(File.id).with_for_update()
        )
    }
    for file_id in file_ids:
        row = rows.get(file_id)
        is_mine = row is not None and (
            uow.actor.is_system or row.uploaded_by == uow.actor.account_id
        )
        if row is None or not (is_mine or row.instance_id == instance_id):
            raise NotFound("没有找到所附的文件，请重新上传。", code="file-not-found")
        if row.is_bound and row.instance_id != instance_id:
            raise Conflict("所附的文件已用于另一事项，请重新上传。", code="file-bound")
    return [rows[file_id] for file_id in file_ids]


def _record_bound(
    uow: UnitOfWork, rows: list[File], instance_id: str, audience: str, task: Task | None
) -> None:
    uow.record(
        "file.bound",
        instance_id=instance_id,
        element_id=None if task is None else task.element_id,
        task_id=None if task is None else task.id,
        audience=audience,
        payload={
            "files": [
                {
                    "id": row.id,
                    "name": shown_name(uow, row),
                    "size": row.size,
                    "digest": row.digest,
                    **({"protected": row.protected} if row.protected else {}),
                }
                for row in rows
            ]
        },
    )


def _named(uow: UnitOfWork, digests: Collection[str]) -> set[str]:
    kept = sa.select(File.digest).where(File.digest.in_(digests), File.redacted_at.is_(None))
    return set(uow.session.scalars(kept))
