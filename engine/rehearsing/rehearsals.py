"""What is done in a rehearsal: play anybody's part, let time run, look at what came of it.

The acts are the engine's own verbs, as over HTTP; only the clock and the person are chosen. Called
with the stage of an open sandbox (engine/rehearsing/sandboxes.py), and by ops/rehearse.py over a story.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from engine import identity, pages, runner, tasks, waits
from engine.actor import Actor
from engine.clock import LOCAL_ZONE
from engine.engine import Engine
from engine.errors import Conflict, Fault, Invalid
from engine.permission import access
from engine.rehearsing import answers
from engine.rehearsing.sandboxes import SYSTEM, Stage
from engine.reminding import notifications, tidings
from engine.signoff import signing
from engine.states import IncidentState, JobState
from engine.tables import (
    Deadline,
    Event,
    Incident,
    Instance,
    Job,
    Notification,
    Task,
    User,
)
from engine.unit_of_work import UnitOfWork

#: What one request may let pass: due moments, seconds of waiting, and how far into the future.
MOST_STEPS = 400
MOST_SECONDS = 20.0
FARTHEST = timedelta(days=20 * 366)
#: Jobs that may fall due at one moment before it is called a loop.
MOST_JOBS_AT_ONCE = 2000
#: Happenings that one answer tells, the earliest first.
MOST_TOLD = 1000


class Halt(StrEnum):
    """Why the clock stopped."""

    REACHED = "reached"  #: the date that was asked for
    IDLE = "idle"  #: nothing more falls due by itself
    STEPS = "steps"  #: enough due moments for one request
    TIME = "time"  #: long enough for one request
    HELD = "held"  #: what is due does not run: the case is suspended, or it re-arms itself
    ENDED = "ended"  #: the case is over


@dataclass(frozen=True, kw_only=True)
class Run:
    """How far the clock ran. `steps` counts the due moments on the way."""

    halt: Halt
    steps: int
    now: datetime


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One thing that the office would have met: `kind` is one of `KINDS`."""

    kind: str
    at: datetime
    name: str
    detail: str = ""
    person: str = ""
    element_id: str | None = None


#: notice: somebody is told of a task; reminder: of a limit that is theirs; escalation: of one that
#: passed and is another's; missed: a limit passed; document: a paper came into being.
KINDS = ("notice", "reminder", "escalation", "document", "missed", "incident", "ended")

#: An event, what it said, the task that it is about.
Entry = tuple[Event, Mapping[str, Any], Task | None]


@dataclass(frozen=True, kw_only=True)
class State:
    """Where a rehearsal stands, as the actor may see it."""

    now: datetime
    #: None while nothing was started.
    instance: Instance | None
    tasks: Sequence[Task] = ()
    timers: Sequence[Job] = ()
    deadlines: Sequence[Deadline] = ()
    incidents: Sequence[Incident] = ()
    happenings: Sequence[Happening] = ()
    events: Sequence[Entry] = ()


def state(uow: UnitOfWork, stage: Stage) -> State:
    """Read with the actor's own rights, by the rules of the live case."""
    if stage.instance_id is None:
        return State(now=stage.clock.now(), instance=None)
    instance = access.require_instance(uow, stage.instance_id)
    within = cases(uow, stage)
    open_tasks = pages.open_tasks(uow, within)
    return State(
        now=stage.clock.now(),
        instance=instance,
        tasks=[task for each in within for task in open_tasks.get(each, ())],
        timers=uow.session.scalars(
            sa.select(Job)
            .where(
                Job.instance_id.in_(within),
                Job.state == JobState.SCHEDULED,
                access.visible_jobs(uow),
            )
            .order_by(Job.due_at, Job.id)
        ).all(),
        deadlines=uow.session.scalars(
            sa.select(Deadline)
            .where(Deadline.instance_id.in_(within), access.visible_deadlines(uow, within=within))
            .order_by(Deadline.due_at, Deadline.id)
        ).all(),
        incidents=uow.session.scalars(
            sa.select(Incident)
            .where(
                Incident.instance_id.in_(within),
                Incident.state == IncidentState.OPEN,
                access.visible_incidents(uow),
            )
            .order_by(Incident.opened_at, Incident.id)
        ).all(),
        happenings=happenings(uow, stage),
        events=_events(uow, stage),
    )


def cases_of(uow: UnitOfWork, stage: Stage) -> Sequence[Instance]:
    """The cases that the sandbox is about: the copied one, or all that were started in it."""
    query = sa.select(Instance).order_by(Instance.started_at, Instance.id)
    if stage.is_of_case:
        query = query.where(Instance.id == stage.instance_id)
    return uow.session.scalars(query).all()


def cases(uow: UnitOfWork, stage: Stage) -> list[str]:
    """Their ids."""
    return [each.id for each in cases_of(uow, stage)]


def happenings(uow: UnitOfWork, stage: Stage) -> list[Happening]:
    """All that the office would have met since the copy, in order: see `KINDS`."""
    package = uow.engine.packages.get(stage.family)
    documents = package.document_events if package is not None else frozenset()
    found = []
    for entry in _events(uow, stage):
        happening = _happening(entry, documents)
        if happening is not None:
            found.append(happening)
    return sorted([*found, *_told(uow, stage)], key=lambda each: each.at)[:MOST_TOLD]


def _events(uow: UnitOfWork, stage: Stage) -> list[Entry]:
    since = _last_event_before(uow, stage) if stage.is_of_case else None
    found = [
        entry
        for each in cases(uow, stage)
        for entry in pages.events(uow, each, after_id=since, limit=MOST_TOLD)
    ]
    return sorted(found, key=lambda entry: entry[0].at)[:MOST_TOLD]


def _happening(entry: Entry, documents: frozenset[str]) -> Happening | None:
    event, said, task = entry
    kind = _kind_of(event.kind, documents)
    if kind is None:
        return None
    return Happening(
        kind=kind,
        at=event.at,
        name="办结" if kind == "ended" else str(said.get("text") or said.get("name") or event.kind),
        detail=str(said.get("on_lapse") or said.get("message") or ""),
        element_id=event.element_id or (task.element_id if task else None),
    )


def play(
    stage: Stage,
    actor: Actor,
    task_id: str,
    values: Mapping[str, Any],
    *,
    person_id: str | None = None,
    upload: Mapping[str, Any] | None = None,
    vote: str = "",
    opinion: str = "",
) -> None:
    """Complete a task as whoever may do it, or as one of them by name; then what follows at once.

    `values` and `upload` as in a story (engine/rehearsing/answers.py). The history of the sandbox says who
    played. NotFound for a task that the actor does not see; Conflict where nobody, or not this
    person, may do it; Invalid as `tasks.complete`.
    """
    with stage.engine.read(stage.reader(actor)) as uow:
        task = access.require_task(uow, task_id)
        if task.instance_id not in cases(uow, stage) or task.state not in waits.OPEN_TASKS:
            raise Conflict("这项任务在预演里已经不在等待办理。", code="not-waiting")
    person = _person(stage, person_id) if person_id else anyone(stage.engine, task_id)
    if not may(stage.engine, person, task_id):
        raise Conflict(f"{person.name}不能办理这项任务，请换一个人。", code="not-a-candidate")
    handed_in: dict[str, Any] = {}
    try:
        if upload:
            with stage.engine.begin(person) as uow:
                take(uow, task_id)
            with stage.engine.begin(person) as uow:
                handed_in = dict(answers.uploaded(uow, upload, task_id=task_id))
        with stage.engine.begin(person) as uow:
            own = answers.merged(values, handed_in)
            finish(uow, task_id, own, vote=vote, opinion=opinion)
            uow.record(
                "rehearsal.played",
                instance_id=task.instance_id,
                task_id=task_id,
                payload={"by": actor.account_id, "by_name": actor.name, "as_name": person.name},
            )
    except answers.AnswerError as error:
        fault = Fault(pointer="/values", detail=str(error), code="no-such-answer")
        raise Invalid("没有办理。", errors=[fault], code="no-such-answer") from error
    settle(stage.engine)


def step(stage: Stage) -> Run:
    """Let time pass to the next due moment."""
    return run(stage, None, most_steps=1)


def run(
    stage: Stage,
    until: datetime | None,
    *,
    most_steps: int = MOST_STEPS,
    seconds: float = MOST_SECONDS,
) -> Run:
    """Let time pass until a date, or until nothing falls due by itself. Invalid for the past.

    Nobody acts on the way: tasks wait, their limits pass. It stops early where it takes too long,
    and may then be called again.
    """
    _require_ahead(stage, until)
    if stage.instance_id is None:
        raise Conflict("预演里还没有发起案件，时钟先不走。", code="not-started")
    return pass_time(
        stage.engine,
        stage.clock.now,
        stage.move,
        until,
        # in a story another case may go on when the first is over
        instance_id=stage.instance_id if stage.is_of_case else None,
        most_steps=most_steps,
        seconds=seconds,
    )


def pass_time(
    engine: Engine,
    now: Callable[[], datetime],
    move: Callable[[datetime], None],
    until: datetime | None,
    *,
    instance_id: str | None = None,
    most_steps: int | None = None,
    seconds: float | None = None,
    tell: Callable[[], None] = lambda: None,
) -> Run:
    """Move a clock, stopping at each due job on the way, so that everything happens in its time."""
    began, steps = time.monotonic(), 0
    ran = settle(engine)
    while True:
        tell()
        due = next_due(engine)
        if instance_id is not None and _has_ended(engine, instance_id):
            halt = Halt.ENDED
        elif due is None or (until is not None and due > until):
            halt = Halt.IDLE if until is None else Halt.REACHED
        elif due <= now() and not ran:
            halt = Halt.HELD
        elif most_steps is not None and steps >= most_steps:
            return Run(halt=Halt.STEPS, steps=steps, now=now())
        elif seconds is not None and time.monotonic() - began > seconds:
            return Run(halt=Halt.TIME, steps=steps, now=now())
        else:
            move(max(due, now()))
            steps += 1
            ran = settle(engine)
            continue
        if until is not None and until > now():
            move(until)
        return Run(halt=halt, steps=steps, now=now())


def settle(engine: Engine) -> int:
    """Run what is due now; how many jobs. Conflict where they keep falling due."""
    total = 0
    while ran := runner.run_due(engine, worker="rehearsal"):
        total += ran
        if total > MOST_JOBS_AT_ONCE:
            raise Conflict(
                "有定时一直在同一时刻到期，时钟走不下去，请检查流程的定时。", code="clock-stuck"
            )
    return total


def next_due(engine: Engine) -> datetime | None:
    """The next due job of a case (house-keeping does not matter in a rehearsal)."""
    with engine.read(SYSTEM) as uow:
        return uow.session.scalar(
            sa.select(sa.func.min(Job.due_at)).where(
                Job.state == JobState.SCHEDULED, Job.instance_id.is_not(None)
            )
        )


def may(engine: Engine, actor: Actor, task_id: str) -> bool:
    """Whether the person may take the task, or has it."""
    with engine.read(actor) as uow:
        acts = access.allowed_acts(uow, uow.session.get_one(Task, task_id))
    return bool({"claim", "complete", "vote"} & set(acts))


def anyone(engine: Engine, task_id: str) -> Actor:
    """Whoever may do the task, its holder first. Conflict where nobody may."""
    with engine.read(SYSTEM) as uow:
        task = uow.session.get_one(Task, task_id)
        people = [user.id for user in identity.people_for(uow, task)]
        first = [task.assignee_id] if task.assignee_id is not None else []
        actors = [identity.actor_of(uow, user_id) for user_id in dict.fromkeys([*first, *people])]
        element_id = task.element_id
    for actor in actors:
        if may(engine, actor, task_id):
            return actor
    raise Conflict(f"没有人可以办理“{element_id}”。", code="nobody-may")


def take(uow: UnitOfWork, task_id: str) -> Task:
    """Claim what waits for a post; what was sent to the person is theirs already."""
    task = tasks.get(uow, task_id)
    return tasks.claim(uow, task_id) if task.assignee_id != uow.actor.user_id else task


def finish(
    uow: UnitOfWork,
    task_id: str,
    values: Mapping[str, Any],
    *,
    vote: str = "",
    opinion: str = "",
) -> None:
    """Take a task and complete it, or vote on it, as a browser does: what is prefilled is sent back.

    `values` as a story writes them; AnswerError where one is not among the options.
    """
    task = take(uow, task_id)
    context = tasks.form_context(uow, task)
    resolved = answers.merged(context, answers.resolve(uow, values, context))
    if not vote:
        tasks.complete(uow, task.id, resolved, revision=task.revision)
        return
    own = resolved if task.form_key is not None else {}
    signing.vote(uow, task.id, vote, values=own, opinion=opinion, revision=task.revision)


def people(stage: Stage, actor: Actor, task_id: str) -> list[User]:
    """Who may be played at a task. NotFound for a task that the actor does not see."""
    with stage.engine.read(stage.reader(actor)) as uow:
        access.require_task(uow, task_id)
    with stage.engine.read(SYSTEM) as uow:
        task = uow.session.get_one(Task, task_id)
        found = list(identity.people_for(uow, task))
    return [user for user in found if may(stage.engine, _person(stage, user.id), task_id)]


def _person(stage: Stage, user_id: str) -> Actor:
    with stage.engine.read(SYSTEM) as uow:
        return identity.actor_of(uow, user_id)


def _require_ahead(stage: Stage, until: datetime | None) -> None:
    if until is None:
        return
    now = stage.clock.now()
    said = f"{now.astimezone(LOCAL_ZONE):%Y-%m-%d %H:%M}"
    if until < now:
        detail = f"时间不能倒流：预演现在是{said}，请选以后的时间。"
        fault = Fault(pointer="/until", detail=detail, code="time-goes-back")
        raise Invalid("时钟没有拨动。", errors=[fault], code="time-goes-back")
    if until > now + FARTHEST:
        detail = f"太远了：从{said}起最多拨到二十年以后。"
        fault = Fault(pointer="/until", detail=detail, code="too-far")
        raise Invalid("时钟没有拨动。", errors=[fault], code="too-far")


def _has_ended(engine: Engine, instance_id: str) -> bool:
    with engine.read(SYSTEM) as uow:
        return uow.session.get_one(Instance, instance_id).ended_at is not None


def _last_event_before(uow: UnitOfWork, stage: Stage) -> str | None:
    return uow.session.scalar(
        sa.select(Event.id).where(
            Event.instance_id == stage.instance_id, Event.seq == stage.from_seq
        )
    )


def _kind_of(event_kind: str, documents: frozenset[str]) -> str | None:
    if event_kind in documents:
        return "document"
    return {
        "deadline.missed": "missed",
        "incident.opened": "incident",
        "instance.completed": "ended",
    }.get(event_kind)


def _told(uow: UnitOfWork, stage: Stage) -> list[Happening]:
    """Who would have been told: in a sandbox nothing goes out, the rows say it all."""
    within = cases(uow, stage)
    query = (
        sa.select(Notification, User.name)
        .join(User, User.id == Notification.user_id)
        .where(
            Notification.instance_id.in_(within),
            access.reads(uow, Notification.instance_id, "internal", within=within),
        )
        .order_by(Notification.created_at, Notification.id)
        .limit(MOST_TOLD)
    )
    return [
        Happening(
            kind=_kind_of_notice(row),
            at=row.created_at,
            name=str(row.data.get("deadline") or row.data.get("task") or row.kind),
            detail=tidings.line(row.kind, row.data, locale=uow.actor.locale),
            person=name,
            element_id=_element_of(uow, row),
        )
        for row, name in uow.session.execute(query)
    ]


def _kind_of_notice(row: Notification) -> str:
    """After its end a limit is escalated to who is told of it though it is not theirs to meet."""
    if row.kind != notifications.REMINDER:
        return "notice"
    is_late = int(row.data.get("offset", 0)) > 0
    return "escalation" if is_late and row.task_id is None else "reminder"


def _element_of(uow: UnitOfWork, row: Notification) -> str | None:
    if row.task_id is not None:
        task = uow.session.get(Task, row.task_id)
        return task.element_id if task is not None else None
    deadline = uow.session.get(Deadline, row.deadline_id) if row.deadline_id else None
    return deadline.element_id or None if deadline is not None else None
