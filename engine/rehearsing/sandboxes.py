"""Sandboxes: a database file of its own where time may run (预演), with a copy of one case or with none.

Who reads a case internally makes one of it and sees those of it; what is rehearsed without a case
(engine/rehearsing/trials.py) is for those who compare the family's versions. The file lies beside the live
database and is no part of it: no list, count, search, figure or export looks there, no worker runs on
it, and nothing is sent from it. It is deleted by hand or when its days are over. docs/rehearsal.md.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.actor import Actor
from engine.clock import ManualClock
from engine.database import Database
from engine.engine import Engine
from engine.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable
from engine.permission import access
from engine.rehearsing import forking
from engine.repository import comparison
from engine.states import SandboxOrigin, SandboxState
from engine.tables import Base, Instance, Sandbox, new_id

if TYPE_CHECKING:
    from datetime import datetime

    from engine.unit_of_work import UnitOfWork

SYSTEM = Actor.system("rehearsal")

#: Open sandboxes of one case, and of one person: each is a file of some megabytes.
MOST_OF_A_CASE = 20
MOST_OF_A_PERSON = 50
LONGEST_REASON = 300

#: How folders of replays are called: each is gone with its answer, but for a crash.
REPLAY = "replay-"
_STALE = timedelta(days=1)

#: Seconds for which somebody waits until the other's act in the same sandbox is over.
_WAIT = 3.0


@dataclass(frozen=True, kw_only=True)
class Stage:
    """An open sandbox: an engine over its file, and its clock. Held by one act at a time."""

    engine: Engine
    clock: ManualClock
    sandbox_id: str
    family: str
    #: None while nothing was started in it.
    instance_id: str | None
    from_seq: int
    #: Whether it holds a live case: then everybody reads with their own rights.
    is_of_case: bool

    def reader(self, actor: Actor) -> Actor:
        """With whose rights this person reads here."""
        return actor if self.is_of_case else SYSTEM

    def move(self, to: datetime) -> None:
        """Set the clock, and keep where it stands."""
        self.clock.set(to)
        with self.engine.begin(SYSTEM) as uow:
            uow.session.get_one(Sandbox, self.sandbox_id).stands_at = to


def require_readable(uow: UnitOfWork, instance_id: str) -> Instance:
    """The case, for who reads what is internal there. NotFound for everybody else."""
    instance = access.require_instance(uow, instance_id)
    if uow.actor.is_system or "internal" in access.audiences(uow, instance):
        return instance
    raise NotFound("没有找到该事项，或您无权查看。", code="instance-not-found")


def of_instance(uow: UnitOfWork, instance_id: str) -> Sequence[Sandbox]:
    """The open sandboxes of a case, the newest first. NotFound for who may not rehearse it."""
    require_readable(uow, instance_id)
    return uow.session.scalars(
        sa.select(Sandbox)
        .where(Sandbox.instance_id == instance_id, *still_open(uow))
        .order_by(Sandbox.made_at.desc(), Sandbox.id)
    ).all()


def get(uow: UnitOfWork, sandbox_id: str) -> Sandbox:
    """An open sandbox of a case that the actor reads internally. NotFound otherwise."""
    found = uow.session.get(Sandbox, sandbox_id)
    if found is not None and found.state == SandboxState.OPEN and found.expires_at > uow.now:
        try:
            if found.instance_id is not None:
                require_readable(uow, found.instance_id)
            else:
                comparison.require_reader(uow, found.family)
        except (NotFound, NotAllowed):
            found = None
        else:
            return found
    raise NotFound("没有这个预演，或者它已经删除。", code="sandbox-not-found")


def fork(live: Engine, actor: Actor, instance_id: str, *, reason: str) -> Sandbox:
    """Copy a case as it is now. NotFound for who may not; Invalid without a reason; Conflict for too many.

    Nothing of the live database changes but that there is one more row of `sandbox`.
    """
    folder = folder_of(live)
    if not reason.strip():
        raise Invalid("请写明预演的目的。", code="reason-missing")
    with live.read(actor) as uow:
        instance = require_readable(uow, instance_id)
        require_room(uow, instance_id)
        if actor.user_id is None:
            raise NotFound("没有找到该事项，或您无权查看。", code="instance-not-found")
        row = Sandbox(
            id=new_id(),
            instance_id=instance_id,
            family=instance.family,
            origin=SandboxOrigin.CASE,
            story_step=0,
            story_stopped="",
            made_by=actor.user_id,
            made_at=uow.now,
            reason=reason.strip()[:LONGEST_REASON],
            expires_at=uow.now + timedelta(days=live.sandbox_days),
            from_seq=instance.history_length,
            stands_at=uow.now,
            state=SandboxState.OPEN,
        )
    path = file_of(folder, row.id)
    try:
        row.from_seq = write(live, path, family=row.family, instance_id=instance_id, sandbox=row)
        with live.begin(actor) as uow:
            require_readable(uow, instance_id)
            uow.session.add(twin(row))
    except BaseException:
        remove(folder, row.id)
        raise
    return row


def write(
    live: Engine,
    path: Path,
    *,
    family: str,
    instance_id: str | None,
    sandbox: Sandbox | None = None,
    up_to_version: int | None = None,
) -> int:
    """A new database file with the rows of one moment; how long the history of the case was then."""
    with new_file(live, path) as (source, target):
        forking.copy(
            source, target, family=family, instance_id=instance_id, up_to_version=up_to_version
        )
        if sandbox is None:
            return 0
        seq = target.scalar(sa.select(Instance.history_length).where(Instance.id == instance_id))
        sandbox.from_seq = int(seq or 0)
        target.execute(sa.insert(Sandbox).values(values_of(sandbox)))
        return sandbox.from_seq


@contextmanager
def new_file(live: Engine, path: Path) -> Iterator[tuple[sa.Connection, sa.Connection]]:
    """(the live database as of one moment, a new database file with all tables), both in a transaction."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    database = Database(f"sqlite:///{path}")
    try:
        with database.engine.begin() as target, _one_moment(live.database) as source:
            Base.metadata.create_all(target)
            yield source, target
    finally:
        database.dispose()


@contextmanager
def opened(live: Engine, row: Sandbox) -> Iterator[Stage]:
    """The sandbox for one act; the next waits a little, then meets Conflict (`sandbox-busy`).

    Its engine has no mail, no worker, no key and no folder of the live files.
    """
    folder = folder_of(live)
    with _held(folder, row.id):
        path = file_of(folder, row.id)
        if not path.is_file():
            raise NotFound("没有这个预演，或者它已经删除。", code="sandbox-not-found")
        database = Database(f"sqlite:///{path}")
        try:
            with database.session(write=False) as session:
                own = session.get_one(Sandbox, row.id)
                stands_at, instance_id = own.stands_at, own.instance_id
            clock = ManualClock(stands_at)
            yield Stage(
                engine=enter(live, database, folder / row.id, clock),
                clock=clock,
                sandbox_id=row.id,
                family=row.family,
                instance_id=instance_id,
                from_seq=row.from_seq,
                is_of_case=row.origin == SandboxOrigin.CASE,
            )
        finally:
            database.dispose()


def enter(live: Engine, database: Database, files: Path, clock: ManualClock) -> Engine:
    """An engine over a sandbox's database, with the families of the live one and nothing else of it."""
    files.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = Engine(database, clock, live.packages.values(), files, digest=live.digest)
    engine.troupe = live.troupe
    engine.specs = live.specs  # by the id of a deployment, which is the same row here
    return engine


def end(live: Engine, actor: Actor, sandbox_id: str) -> None:
    """Delete a sandbox: its file goes, its row says who made and who deleted it."""
    folder = folder_of(live)
    with live.read(actor) as uow:
        get(uow, sandbox_id)
    with _held(folder, sandbox_id):
        with live.begin(actor) as uow:
            _end(uow, get(uow, sandbox_id))
        remove(folder, sandbox_id)


def sweep(live: Engine, actor: Actor) -> int:
    """Delete what is past its days, and files whose row says that they are gone; how many ended.

    A sandbox in use is left for the next time.
    """
    if live.sandboxes_dir is None:
        return 0
    ended = 0
    with live.read(actor) as uow:
        over = list(
            uow.session.scalars(
                sa.select(Sandbox.id).where(
                    Sandbox.state == SandboxState.OPEN, Sandbox.expires_at <= uow.now
                )
            )
        )
    for sandbox_id in over:
        try:
            with _held(live.sandboxes_dir, sandbox_id, wait=0.0):
                with live.begin(actor) as uow:
                    _end(uow, uow.session.get_one(Sandbox, sandbox_id))
                remove(live.sandboxes_dir, sandbox_id)
        except Conflict:
            continue
        ended += 1
    _remove_strays(live, actor, live.sandboxes_dir)
    return ended


def folder_of(live: Engine) -> Path:
    """Where the files lie. Unavailable where this installation has no folder for them."""
    if live.sandboxes_dir is None:
        raise Unavailable("本系统没有配置预演用的文件夹，请联系系统管理员。", code="no-sandboxes")
    return live.sandboxes_dir


def require_room(uow: UnitOfWork, instance_id: str | None = None) -> None:
    """Conflict where the case or the actor has too many of them."""
    of_case = sa.select(sa.func.count()).where(Sandbox.instance_id == instance_id, *still_open(uow))
    of_person = sa.select(sa.func.count()).where(
        Sandbox.made_by == uow.actor.user_id, *still_open(uow)
    )
    if instance_id is not None and (uow.session.scalar(of_case) or 0) >= MOST_OF_A_CASE:
        raise Conflict("这个案件的预演太多，请先删除不用的。", code="too-many-sandboxes")
    if (uow.session.scalar(of_person) or 0) >= MOST_OF_A_PERSON:
        raise Conflict("您的预演太多，请先删除不用的。", code="too-many-sandboxes")


def still_open(uow: UnitOfWork) -> tuple[sa.ColumnElement[bool], ...]:
    """Of those whose file is there and whose days are not over."""
    return Sandbox.state == SandboxState.OPEN, Sandbox.expires_at > uow.now


def _end(uow: UnitOfWork, row: Sandbox) -> None:
    row.state = SandboxState.ENDED
    row.ended_at = uow.now
    row.ended_by = uow.actor.account_id


@contextmanager
def _one_moment(database: Database) -> Iterator[sa.Connection]:
    """A connection that sees the database as of one moment."""
    options: dict[str, object] = {"dudao_write": False}
    if database.dialect == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    with database.engine.connect().execution_options(**options) as connection:
        yield connection
        connection.rollback()


@contextmanager
def _held(folder: Path, sandbox_id: str, *, wait: float = _WAIT) -> Iterator[None]:
    """The only one who acts in this sandbox, of all processes of this machine."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    until = time.monotonic() + wait
    with (folder / f"{sandbox_id}.lock").open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if time.monotonic() >= until:
                    raise Conflict(
                        "这个预演正在运行，请等它停下来再操作。", code="sandbox-busy"
                    ) from None
            time.sleep(0.05)
        yield


def file_of(folder: Path, sandbox_id: str) -> Path:
    """Where the database of one lies."""
    return folder / f"{sandbox_id}.db"


def remove(folder: Path, sandbox_id: str) -> None:
    """Delete its files."""
    rmtree(folder / sandbox_id, ignore_errors=True)
    for path in folder.glob(f"{sandbox_id}.*"):
        path.unlink(missing_ok=True)


def _remove_strays(live: Engine, actor: Actor, folder: Path) -> None:
    """Files of ended sandboxes that a crash left behind; one without a row is being made."""
    if not folder.is_dir():
        return
    for path in folder.glob(f"{REPLAY}*"):
        if live.clock.now().timestamp() - path.stat().st_mtime > _STALE.total_seconds():
            rmtree(path, ignore_errors=True)
    ids = {path.name.partition(".")[0] for path in folder.iterdir()}
    with live.read(actor) as uow:
        gone = uow.session.scalars(
            sa.select(Sandbox.id).where(
                Sandbox.id.in_(sorted(ids)[:500]), Sandbox.state == SandboxState.ENDED
            )
        ).all()
    for sandbox_id in gone:
        remove(folder, sandbox_id)


def values_of(row: Sandbox) -> dict[str, object]:
    """Column → value."""
    return {column.key: getattr(row, column.key) for column in sa.inspect(Sandbox).column_attrs}


def twin(row: Sandbox) -> Sandbox:
    """The same row for another database."""
    return Sandbox(**values_of(row))
