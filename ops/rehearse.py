"""Play a whole case under a moved clock against a throw-away database, and say what happened.

`dudao rehearse CASE.yaml` and the tests in tests/process/ use the same function. Tasks are claimed and
completed by the sample accounts through the engine's public verbs, exactly as over HTTP.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine import (
    access,
    definitions,
    identity,
    runner,
    starting,
    tasks,
    waits,
    working_calendar,
)
from engine.actor import Actor
from engine.clock import LOCAL_ZONE, ManualClock
from engine.database import Database
from engine.engine import Engine
from engine.errors import EngineError, Invalid
from engine.package import discover
from engine.states import DeadlineState, IncidentState
from engine.tables import (
    Deadline,
    Event,
    EventPayload,
    Incident,
    Instance,
    Job,
    Task,
    User,
)
from ops import migrate, sample
from ops.stories import Step, Story, read

Say = Callable[[str], None]
SYSTEM = Actor.system("rehearsal")


class RehearsalError(Exception):
    """The story cannot go on, or something is not as it expects; the message says which step."""


@dataclass
class Stage:
    """Where a story is played: an engine of its own, its clock, and what was told already."""

    engine: Engine
    clock: ManualClock
    say: Say
    told_events: set[str] = field(default_factory=set)
    told_deadlines: set[str] = field(default_factory=set)


def run(path: Path, *, say: Say) -> bool:
    """Play the story in a file. True when it went through to its end."""
    story = read(path)
    with tempfile.TemporaryDirectory(prefix="dudao-rehearsal-") as folder:
        stage = prepare(story, Path(folder), say=say)
        try:
            play(story, stage)
        except RehearsalError as error:
            say(f"✗ {error}")
            return False
        finally:
            stage.engine.database.dispose()
    say("✓ 预演完毕")
    return True


def prepare(story: Story, folder: Path, *, say: Say, database: Database | None = None) -> Stage:
    """A migrated throw-away database with the families deployed and the sample accounts loaded."""
    clock = ManualClock(story.starts)
    if database is None:
        database = Database(f"sqlite:///{folder / 'rehearsal.db'}")
        with database.engine.begin() as connection:
            migrate.upgrade(connection)
    engine = Engine(database, clock, discover(), folder / "files")
    with engine.begin(SYSTEM) as uow:
        working_calendar.seed(uow)
        for package in engine.packages.values():
            definitions.deploy(uow, package, note="预演")
    for point in entry_points(group=sample.ENTRY_POINT_GROUP):
        point.load().load(engine)
    return Stage(engine=engine, clock=clock, say=say)


def play(story: Story, stage: Stage) -> None:
    """Play every step. Raises RehearsalError at the first that does not go as written."""
    stage.say(f"《{story.title}》")
    stage.say(f"来源：{story.source}")
    stage.say(f"虚构：{story.fiction}")
    _start(story, stage)
    for step in story.steps:
        if step.complete:
            _complete(stage, step)
        elif step.wait_until is not None:
            _move_clock(stage, step.wait_until)
        else:
            _expect(stage, step)
        _tell(stage)


def _start(story: Story, stage: Stage) -> None:
    with stage.engine.begin(_actor(stage, story.started_by)) as uow:
        package = stage.engine.package(story.family)
        values = _resolve(story.values, starting.start_data(uow, package), "start")
        try:
            starting.by_person(uow, story.family, values, title=story.title)
        except Invalid as error:
            raise RehearsalError(f"发起：{_explain(error)}") from error
    runner.run_all_due(stage.engine)
    _tell(stage)


def _complete(stage: Stage, step: Step) -> None:
    if step.on is not None:
        _move_clock(stage, step.on)
    found = _open_tasks(stage, step)
    for task_id in found if step.each else found[:1]:
        _complete_one(stage, step, task_id)
    runner.run_all_due(stage.engine)
    _no_incidents(stage, step)


def _open_tasks(stage: Stage, step: Step) -> list[str]:
    with stage.engine.read(SYSTEM) as uow:
        rows = uow.session.scalars(
            sa.select(Task)
            .where(Task.element_id == step.complete, Task.state.in_(waits.OPEN_TASKS))
            .order_by(Task.created_at, Task.id)
        ).all()
        if step.by:
            actor = _actor(stage, step.by)
            rows = [row for row in rows if _may(stage, actor, row.id)] or rows
        if step.item:
            rows = [row for row in rows if step.item in _item_label(stage, row)]
    if not rows:
        raise RehearsalError(
            f"第 {step.number} 步：没有待办“{step.complete}”{step.item}。现在等待的是："
            f"{'、'.join(_waiting(stage)) or '（无）'}。"
        )
    return [row.id for row in rows]


def _item_label(stage: Stage, task: Task) -> str:
    """An item by its id, or by any text of the form's context: a problem's or a unit's name."""
    with stage.engine.read(SYSTEM) as uow:
        row = uow.session.get_one(Task, task.id)
        texts = [row.item, *_texts(tasks.form_context(uow, row))]
    return "\n".join(texts)


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)


def _may(stage: Stage, actor: Actor, task_id: str) -> bool:
    with stage.engine.read(actor) as uow:
        row = uow.session.get_one(Task, task_id)
        acts = access.allowed_acts(uow, row)
    return "claim" in acts or "complete" in acts


def _complete_one(stage: Stage, step: Step, task_id: str) -> None:
    actor = _actor(stage, step.by) if step.by else _anyone(stage, step, task_id)
    try:
        with stage.engine.begin(actor) as uow:
            task = tasks.claim(uow, task_id)
            values = _resolve(step.values, tasks.form_context(uow, task), step.complete)
            tasks.complete(uow, task.id, values, revision=task.revision)
    except EngineError as error:
        if step.refused and step.refused in (error.code, type(error).__name__):
            stage.say(f"{_stamp(stage)}  {actor.name}：{step.complete} 被拒绝——{error.detail}")
            return
        raise RehearsalError(
            f"第 {step.number} 步 {step.complete}（{actor.name}）：{_explain(error)}"
        ) from error
    if step.refused:
        raise RehearsalError(
            f"第 {step.number} 步 {step.complete}：应当被拒绝（{step.refused}），却通过了。"
        )


def _anyone(stage: Stage, step: Step, task_id: str) -> Actor:
    """Whoever among the sample accounts may take the task."""
    with stage.engine.read(SYSTEM) as uow:
        people = identity.people_for(uow, uow.session.get_one(Task, task_id))
        actors = [identity.actor_of(uow, person.id) for person in people]
    for actor in actors:
        if _may(stage, actor, task_id):
            return actor
    raise RehearsalError(f"第 {step.number} 步 {step.complete}：样例账号里没有人可以办理。")


def _actor(stage: Stage, username: str) -> Actor:
    with stage.engine.read(SYSTEM) as uow:
        user_id = uow.session.scalar(sa.select(User.id).where(User.username == username))
        if user_id is None:
            raise RehearsalError(f"没有样例账号 {username}。")
        return identity.actor_of(uow, user_id)


def _resolve(values: Any, context: Mapping[str, Any], where: str) -> Any:
    """Replace “@标签” by the value of the option with that label in the form's lists."""
    if isinstance(values, str) and values.startswith("@"):
        return _option(values[1:], context, where)
    if isinstance(values, Mapping):
        return {key: _resolve(value, context, where) for key, value in values.items()}
    if isinstance(values, list):
        return [_resolve(value, context, where) for value in values]
    if isinstance(values, datetime):
        return values.isoformat()
    return values.isoformat() if hasattr(values, "isoformat") else values


def _option(label: str, context: Mapping[str, Any], where: str) -> Any:
    options = [
        row
        for rows in context.values()
        if isinstance(rows, list)
        for row in rows
        if isinstance(row, Mapping) and "value" in row and "label" in row
    ]
    exact = [row for row in options if row["label"] == label]
    found = exact or [row for row in options if label in str(row["label"])]
    if not found:
        known = "、".join(str(row["label"]) for row in options[:40])
        raise RehearsalError(f"{where}：没有选项“{label}”。可选的有：{known}")
    return found[0]["value"]


def _move_clock(stage: Stage, until: datetime) -> None:
    """Move the clock, stopping at each due job on the way, so that everything happens in its time."""
    if until < stage.clock.now():
        raise RehearsalError(f"时间不能倒流：现在是 {_stamp(stage)}，要去 {until:%Y-%m-%d %H:%M}。")
    while True:
        runner.run_all_due(stage.engine)
        _tell(stage)
        due = _next_due(stage)
        if due is None or due > until:
            break
        stage.clock.set(max(due, stage.clock.now()))
    stage.clock.set(until)
    _tell(stage)


def _next_due(stage: Stage) -> datetime | None:
    """The next due job of a case (house-keeping does not matter in a rehearsal)."""
    with stage.engine.read(SYSTEM) as uow:
        return uow.session.scalar(
            sa.select(sa.func.min(Job.due_at)).where(
                Job.state == "scheduled", Job.instance_id.is_not(None)
            )
        )


def _expect(stage: Stage, step: Step) -> None:
    for key, wanted in step.expect.items():
        found = _found(stage, key)
        is_met = _meets(key, wanted, found)
        if not is_met:
            raise RehearsalError(f"第 {step.number} 步：{key} 应为 {wanted}，实为 {found}。")


def _found(stage: Stage, key: str) -> Any:
    if key in {"waiting", "not_waiting"}:
        return _waiting(stage)
    with stage.engine.read(SYSTEM) as uow:
        if key == "state":
            return uow.session.scalars(
                sa.select(Instance.state).order_by(Instance.started_at).limit(1)
            ).one()
        if key == "incidents":
            return uow.session.scalar(
                sa.select(sa.func.count())
                .select_from(Incident)
                .where(Incident.state == IncidentState.OPEN)
            )
        if key == "missed":
            return sorted(
                uow.session.scalars(
                    sa.select(Deadline.key).where(Deadline.state == DeadlineState.MISSED)
                )
            )
    return [kind for kind in _told_kinds(stage) if kind.startswith("document.")]


def _meets(key: str, wanted: Any, found: Any) -> bool:
    if key == "waiting":
        return set(wanted) <= set(found)
    if key == "not_waiting":
        return not set(wanted) & set(found)
    if key == "missed":
        return set(wanted) <= set(found)
    return bool(wanted == found)


def _told_kinds(stage: Stage) -> list[str]:
    with stage.engine.read(SYSTEM) as uow:
        return list(uow.session.scalars(sa.select(Event.kind).order_by(Event.at, Event.seq)))


def _waiting(stage: Stage) -> list[str]:
    with stage.engine.read(SYSTEM) as uow:
        return sorted(
            uow.session.scalars(sa.select(Task.element_id).where(Task.state.in_(waits.OPEN_TASKS)))
        )


def _no_incidents(stage: Stage, step: Step) -> None:
    with stage.engine.read(SYSTEM) as uow:
        standing = uow.session.scalars(
            sa.select(Incident).where(Incident.state == IncidentState.OPEN)
        ).all()
    if standing and not step.refused:
        what = "；".join(f"{row.element_id}：{row.message}" for row in standing)
        raise RehearsalError(f"第 {step.number} 步 {step.complete} 之后有异常：{what}")


def _tell(stage: Stage) -> None:
    """Say every event and every deadline that came since the last time."""
    with stage.engine.read(SYSTEM) as uow:
        rows = uow.session.execute(
            sa.select(Event, EventPayload.content)
            .join(EventPayload, EventPayload.event_id == Event.id)
            .order_by(Event.at, Event.instance_id, Event.seq)
        ).all()
        for event, content in rows:
            if event.id in stage.told_events:
                continue
            stage.told_events.add(event.id)
            text = _sentence(event.kind, content)
            if text:
                who = f"{event.actor_name}{f'（{event.actor_title}）' if event.actor_title else ''}"
                stage.say(f"{event.at.astimezone(LOCAL_ZONE):%Y-%m-%d %H:%M}  {who}  {text}")
        for deadline in uow.session.scalars(sa.select(Deadline).order_by(Deadline.opened_at)):
            if deadline.id not in stage.told_deadlines:
                stage.told_deadlines.add(deadline.id)
                stage.say(f"    期限 {deadline.rule.name}：{deadline.why}")


def _sentence(kind: str, content: Mapping[str, Any]) -> str:
    if "text" in content:
        return str(content["text"])
    if kind == "task.completed":
        return f"办结“{content.get('name', '')}”"
    if kind == "task.cancelled":
        return f"“{content.get('name', '')}”因流程继续而撤回"
    if kind == "deadline.missed":
        return f"逾期：{content.get('name', '')}（{content.get('on_lapse', '')}）"
    if kind == "incident.opened":
        return f"异常：{content.get('message', '')}"
    return ""


def _explain(error: EngineError) -> str:
    faults = getattr(error, "errors", ())
    details = "；".join(f"{fault.pointer} {fault.detail}" for fault in faults)
    return f"{error.detail}{f'（{details}）' if details else ''}"


def _stamp(stage: Stage) -> str:
    return f"{stage.clock.now().astimezone(LOCAL_ZONE):%Y-%m-%d %H:%M}"
