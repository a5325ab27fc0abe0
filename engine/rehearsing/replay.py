"""The recorded acts of a case done again on two versions of its model, and what came of each.

Each version has a sandbox of its own that is thrown away: the case starts anew at the same instant
with the same entries, each person does at the recorded time what they did, timers run in between.
Where the version asks for something else than was done, the replay says where and stops.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine import identity, jobs, messages, starting, tasks, waits
from engine.actor import Actor
from engine.clock import ManualClock
from engine.database import Database
from engine.engine import Engine
from engine.errors import Conflict, EngineError, Fault, Invalid
from engine.filing import files
from engine.permission import access
from engine.rehearsing import answers, rehearsals, sandboxes
from engine.rehearsing.sandboxes import SYSTEM
from engine.signoff import signing
from engine.tables import (
    Activity,
    Deadline,
    Deployment,
    Event,
    EventPayload,
    File,
    Instance,
    StartEntry,
    Task,
)
from engine.unit_of_work import UnitOfWork

COMPLETED, VOTED, RECEIVED = "task.completed", "task.voted", "message.received"
HEARD = "signal.received"
#: Acts that change the way of a case and are not done again: what comes after them may not fit.
LEFT_OUT = frozenset(
    {
        "task.sent_back",
        "task.taken_back",
        "task.signer_added",
        "task.signer_removed",
        "instance.suspended",
        "instance.resumed",
        "instance.cancelled",
        "instance.mended",
        "instance.migrated",
        "variables.set",
        "deadline.extended",
        "deadline.paused",
        "deadline.resumed",
        "deadline.corrected",
    }
)
#: Seconds that each version may take.
MOST_SECONDS = 20.0


@dataclass(frozen=True, kw_only=True)
class Act:
    """One thing that a person did, as the history has it."""

    kind: str
    at: datetime
    actor_id: str | None
    actor_name: str
    element_id: str
    name: str
    item: str = ""
    said: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A case as it was done: how it began, and every act after that."""

    family: str
    title: str
    business_key: str | None
    started_by: str
    started_at: datetime
    until: datetime
    values: Mapping[str, Any]
    acts: Sequence[Act]
    left_out: Sequence[str]
    #: Names of the files that were handed in, by id.
    files: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Stop:
    """Where the history no longer fits, and why."""

    at: datetime
    element_id: str
    name: str
    by: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A deadline of an outcome."""

    key: str
    name: str
    starts_on: Any
    due_on: Any
    state: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a version. `path`: the elements that tokens left, in their order."""

    version: int
    done: int
    total: int
    stop: Stop | None
    state: str
    ended_at: datetime | None
    path: Sequence[str]
    tasks: Sequence[str]
    waiting: Sequence[str]
    documents: Sequence[str]
    deadlines: Sequence[Limit]
    incidents: int


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that is not alike: `subject` is a member of Outcome, the sides are in words."""

    subject: str
    left: str
    right: str


@dataclass(frozen=True, kw_only=True)
class Comparison:
    outcomes: Sequence[Outcome]
    differences: Sequence[Difference]
    #: Kinds of acts of the history that are not done again.
    left_out: Sequence[str]


def compare(live: Engine, actor: Actor, instance_id: str, versions: Sequence[int]) -> Comparison:
    """Replay the case on two deployed versions of its family. Nothing is kept.

    NotFound for who may not rehearse it; Invalid for a version that is not there, or twice the same;
    Conflict for a case whose beginning is not on record, or of which the actor reads only a part.
    """
    folder = sandboxes.folder_of(live)
    with live.read(actor) as uow:
        instance = sandboxes.require_readable(uow, instance_id)
        _require_versions(uow, instance.family, versions)
        recorded = read(uow, instance)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    outcomes = []
    for version in versions:
        with tempfile.TemporaryDirectory(prefix=sandboxes.REPLAY, dir=folder) as place:
            outcomes.append(_replay(live, Path(place), recorded, version))
    return Comparison(
        outcomes=outcomes,
        differences=differences(*outcomes),
        left_out=recorded.left_out,
    )


def read(uow: UnitOfWork, instance: Instance) -> Recorded:
    """The history as far as people acted. Conflict where it cannot be done again."""
    entry = uow.session.get(StartEntry, instance.id)
    if entry is None or instance.started_by is None:
        raise Conflict(
            "这个案件没有留下发起时填写的内容（早于本版本，或不是由人发起），不能重放。",
            code="no-start-entry",
        )
    query = (
        sa.select(Event, EventPayload.content)
        .outerjoin(EventPayload, EventPayload.event_id == Event.id)
        .where(Event.instance_id == instance.id)
        .order_by(Event.seq)
    )
    visible = set(
        uow.session.scalars(
            sa.select(Event.id).where(
                Event.instance_id == instance.id,
                access.visible_events(uow, within=[instance.id]),
            )
        )
    )
    acts, left_out = [], []
    for event, content in uow.session.execute(query):
        if event.kind in LEFT_OUT:
            left_out.append(event.kind)
        if event.kind not in (COMPLETED, VOTED, RECEIVED, HEARD):
            continue
        if event.id not in visible or content is None:
            raise Conflict(
                "案件有您看不到或已按规定删除的流转记录，不能重放。", code="history-incomplete"
            )
        acts.append(
            Act(
                kind=event.kind,
                at=event.at,
                actor_id=event.actor_id,
                actor_name=event.actor_name,
                element_id=event.element_id or "",
                name=str(content.get("name", "")),
                item=str(content.get("item", "")),
                said=content,
            )
        )
    handed_in = sa.select(File.id, File.name).where(File.instance_id == instance.id)
    return Recorded(
        family=instance.family,
        title=instance.title,
        business_key=instance.business_key,
        started_by=instance.started_by,
        started_at=instance.started_at,
        until=instance.ended_at or uow.now,
        values=entry.content,
        acts=acts,
        left_out=list(dict.fromkeys(left_out)),
        files={row.id: row.name for row in uow.session.execute(handed_in)},
    )


def differences(left: Outcome, right: Outcome) -> list[Difference]:
    """What is not alike, in words."""
    found = []
    for subject in ("state", "ended_at", "path", "tasks", "waiting", "documents", "incidents"):
        a, b = getattr(left, subject), getattr(right, subject)
        if a != b:
            found.append(Difference(subject=subject, left=_words(a), right=_words(b)))
    keys = list(dict.fromkeys(limit.key for limit in (*left.deadlines, *right.deadlines)))
    for key in keys:
        a, b = _limits(left, key), _limits(right, key)
        if a != b:
            found.append(Difference(subject="deadlines", left=a, right=b))
    if _stopped(left) != _stopped(right):
        found.append(Difference(subject="stop", left=_stopped(left), right=_stopped(right)))
    return found


def _replay(live: Engine, place: Path, recorded: Recorded, version: int) -> Outcome:
    path = place / "replay.db"
    sandboxes.write(live, path, family=recorded.family, instance_id=None, up_to_version=version)
    database = Database(f"sqlite:///{path}")
    try:
        clock = ManualClock(recorded.started_at)
        engine = sandboxes.enter(live, database, place / "files", clock)
        return _play(engine, clock, recorded, version)
    finally:
        database.dispose()


def _play(engine: Engine, clock: ManualClock, recorded: Recorded, version: int) -> Outcome:
    ids: dict[str, str] = {}
    try:
        instance_id = _start(engine, recorded)
    except EngineError as error:
        began = Act(
            kind="start",
            at=recorded.started_at,
            actor_id=recorded.started_by,
            actor_name="",
            element_id="",
            name="发起",
        )
        return _nothing(version, recorded, _stop(began, error))
    done, stop = 0, None
    for act in recorded.acts:
        try:
            _wait(engine, clock, act.at)
            _do(engine, instance_id, recorded, act, ids)
        except EngineError as error:
            stop = _stop(act, error)
            break
        done += 1
    if stop is None:
        _wait(engine, clock, recorded.until)
    return _outcome(engine, instance_id, version, recorded, done, stop)


def _start(engine: Engine, recorded: Recorded) -> str:
    with engine.read(SYSTEM) as uow:
        person = identity.actor_of(uow, recorded.started_by)
    package = engine.package(recorded.family)
    with engine.begin(person) as uow:
        instance_id = starting.by_person(
            uow,
            recorded.family,
            answers.merged(starting.start_data(uow, package), recorded.values),
            business_key=recorded.business_key if package.opener is None else None,
            title=recorded.title,
        ).id
    rehearsals.settle(engine)
    return instance_id


def _wait(engine: Engine, clock: ManualClock, until: datetime) -> None:
    ran = rehearsals.pass_time(
        engine, clock.now, clock.set, max(until, clock.now()), seconds=MOST_SECONDS
    )
    if ran.halt == rehearsals.Halt.TIME:
        raise Conflict("定时太多，没有在规定的时间内走完。", code="took-too-long")


def _do(
    engine: Engine, instance_id: str, recorded: Recorded, act: Act, ids: dict[str, str]
) -> None:
    if act.kind in (RECEIVED, HEARD):
        _hear(engine, instance_id, recorded, act)
        return
    task = _task(engine, instance_id, act)
    person = _person(engine, act, task.id)
    values = act.said.get("values") or {}
    with engine.begin(person) as uow:
        rehearsals.take(uow, task.id)
    handed_in = [file_id for file_id in tasks.texts(values) if file_id in recorded.files]
    with engine.begin(person) as uow:
        for file_id in sorted(set(handed_in) - ids.keys()):
            name = recorded.files[file_id]
            content = io.BytesIO(answers.small_pdf(name))
            ids[file_id] = files.store(uow, content, f"{Path(name).stem}.pdf", task_id=task.id).id
    with engine.begin(person) as uow:
        own = tasks.get(uow, task.id)
        given = answers.merged(tasks.form_context(uow, own), _with_ids(values, ids))
        if act.kind == VOTED:
            signing.vote(
                uow,
                own.id,
                act.said["vote"],
                values=given if own.form_key is not None else {},
                opinion=act.said.get("opinion", ""),
                revision=own.revision,
            )
        else:
            tasks.complete(uow, own.id, given, revision=own.revision)
    rehearsals.settle(engine)


def _hear(engine: Engine, instance_id: str, recorded: Recorded, act: Act) -> None:
    """Give again what came from a person or from another case, unless it came by itself here, too."""
    person = SYSTEM if act.actor_id is None else _person(engine, act, None)
    with engine.begin(person) as uow:
        if act.actor_id is None and _heard(uow, instance_id, act) >= _turn(recorded, act):
            return
        if act.kind == RECEIVED:
            messages.correlate(uow, act.name, instance_id=instance_id)
        else:
            said = {"name": act.name}
            jobs.schedule(uow, "signal", uow.now, instance_id=instance_id, payload=said)
    rehearsals.settle(engine)


def _turn(recorded: Recorded, act: Act) -> int:
    """The how manieth of its name it was."""
    alike = [each for each in recorded.acts if (each.kind, each.name) == (act.kind, act.name)]
    return next(number for number, each in enumerate(alike, start=1) if each is act)


def _heard(uow: UnitOfWork, instance_id: str, act: Act) -> int:
    query = (
        sa.select(EventPayload.content)
        .join(Event, Event.id == EventPayload.event_id)
        .where(Event.instance_id == instance_id, Event.kind == act.kind)
    )
    return sum((said or {}).get("name") == act.name for said in uow.session.scalars(query))


def _task(engine: Engine, instance_id: str, act: Act) -> Task:
    with engine.read(SYSTEM) as uow:
        waiting = uow.session.scalars(
            sa.select(Task)
            .where(Task.instance_id == instance_id, Task.state.in_(waits.OPEN_TASKS))
            .order_by(Task.created_at, Task.id)
        ).all()
    for task in waiting:
        if task.element_id == act.element_id and task.item_name == act.item:
            return task
    names = "、".join(dict.fromkeys(task.name for task in waiting))
    raise Conflict(f"这一版此时没有这项任务；等待的是：{names or '（无）'}。", code="no-such-task")


def _person(engine: Engine, act: Act, task_id: str | None) -> Actor:
    """Who did it; for what was done on paper whoever may. Conflict where that person may not."""
    if act.actor_id is None and task_id is not None:
        return rehearsals.anyone(engine, task_id)
    with engine.read(SYSTEM) as uow:
        found = identity.actor_of(uow, act.actor_id or "")
    if task_id is not None and not rehearsals.may(engine, found, task_id):
        raise Conflict(f"在这一版里{found.name}不能办理这项任务。", code="not-a-candidate")
    return found


def _outcome(
    engine: Engine,
    instance_id: str,
    version: int,
    recorded: Recorded,
    done: int,
    stop: Stop | None,
) -> Outcome:
    documents = engine.package(recorded.family).document_events
    with engine.read(SYSTEM) as uow:
        instance = uow.session.get_one(Instance, instance_id)
        path = uow.session.scalars(
            sa.select(Activity.element_id)
            .where(Activity.instance_id == instance_id, Activity.state == "completed")
            .order_by(Activity.entered_at, Activity.left_at, Activity.element_id)
        ).all()
        mine = uow.session.scalars(
            sa.select(Task)
            .where(Task.instance_id == instance_id)
            .order_by(Task.created_at, Task.element_id, Task.item)
        ).all()
        told = uow.session.execute(
            sa.select(Event.kind, EventPayload.content)
            .join(EventPayload, EventPayload.event_id == Event.id)
            .where(
                Event.instance_id == instance_id,
                Event.kind.in_({*documents, "incident.opened"}),
            )
            .order_by(Event.seq)
        ).all()
        deadlines = uow.session.scalars(
            sa.select(Deadline)
            .where(Deadline.instance_id == instance_id)
            .order_by(Deadline.opened_at, Deadline.key, Deadline.due_at)
        ).all()
        return Outcome(
            version=version,
            done=done,
            total=len(recorded.acts),
            stop=stop,
            state=instance.state,
            ended_at=instance.ended_at,
            path=list(path),
            tasks=[task.name for task in mine],
            waiting=[task.name for task in mine if task.state in waits.OPEN_TASKS],
            documents=[
                str(said.get("text") or said.get("name") or kind)
                for kind, said in told
                if kind in documents
            ],
            deadlines=[
                Limit(
                    key=row.key,
                    name=row.rule.name,
                    starts_on=row.starts_on,
                    due_on=row.due_on,
                    state=row.state,
                )
                for row in deadlines
            ],
            incidents=sum(kind == "incident.opened" for kind, _ in told),
        )


def _nothing(version: int, recorded: Recorded, stop: Stop) -> Outcome:
    return Outcome(
        version=version,
        done=0,
        total=len(recorded.acts),
        stop=stop,
        state="",
        ended_at=None,
        path=(),
        tasks=(),
        waiting=(),
        documents=(),
        deadlines=(),
        incidents=0,
    )


def _stop(act: Act, error: EngineError) -> Stop:
    faults = getattr(error, "errors", ())
    details = "；".join(f"{fault.pointer} {fault.detail}" for fault in faults)
    return Stop(
        at=act.at,
        element_id=act.element_id,
        name=act.name,
        by=act.actor_name,
        reason=f"{error.detail}{f'（{details}）' if details else ''}",
    )


def _require_versions(uow: UnitOfWork, family: str, versions: Sequence[int]) -> None:
    known = set(
        uow.session.scalars(sa.select(Deployment.version).where(Deployment.family == family))
    )
    faults = [
        Fault(pointer=f"/versions/{n}", detail=f"没有第{version}版。", code="unknown-version")
        for n, version in enumerate(versions)
        if version not in known
    ]
    if not faults and len(set(versions)) != len(versions):
        detail = "请选两个不同的版本。"
        faults = [Fault(pointer="/versions", detail=detail, code="same-version")]
    if faults:
        raise Invalid("没有比较。", errors=faults, code=faults[0].code)


def _with_ids(value: Any, ids: Mapping[str, str]) -> Any:
    """The values with the files of the sandbox in place of the recorded ones."""
    if isinstance(value, str):
        return ids.get(value, value)
    if isinstance(value, Mapping):
        return {key: _with_ids(inner, ids) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_ids(inner, ids) for inner in value]
    return value


def _limits(outcome: Outcome, key: str) -> str:
    return "；".join(
        f"{limit.name} {limit.starts_on}至{limit.due_on}（{limit.state}）"
        for limit in outcome.deadlines
        if limit.key == key
    )


def _stopped(outcome: Outcome) -> str:
    return "" if outcome.stop is None else f"{outcome.stop.name}：{outcome.stop.reason}"


def _words(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "、".join(map(str, value))
    return "" if value is None else str(value)
