"""Play a whole case under a moved clock against a throw-away database, and say what happened.

`dudao rehearse CASE.yaml` and the tests in tests/process/ use the same functions. Tasks are claimed and
completed by the sample accounts through the engine's public verbs, exactly as over HTTP.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine import identity, runner, starting
from engine.actor import Actor
from engine.calendars import working_calendar
from engine.clock import ManualClock
from engine.database import Database
from engine.engine import Engine
from engine.errors import EngineError
from engine.package import discover
from engine.rehearsing import answers, rehearsals
from engine.rehearsing.answers import AnswerError
from engine.repository import definitions
from engine.tables import Instance, User
from engine.unit_of_work import UnitOfWork
from ops import casting, expectations, migrate, paperwork, sample
from ops.casting import CastingError
from ops.expectations import UnmetError
from ops.narration import SYSTEM, Narrator, Say, stamp
from ops.stories import Opening, Routine, Step, Story, StoryError, read

Watch = Callable[[Step], None]


class RehearsalError(Exception):
    """The story cannot go on, or something is not as it expects; the message says which step."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Where a story is played: an engine of its own, its clock, and who tells of it."""

    engine: Engine
    clock: ManualClock
    narrator: Narrator

    def say(self, text: str) -> None:
        self.narrator.say(text)


def run(path: Path, *, say: Say) -> bool:
    """Play the story in a file. True when it went through to its end."""
    try:
        story = read(path)
    except (StoryError, OSError) as error:
        say(f"✗ {error}")
        return False
    with tempfile.TemporaryDirectory(prefix="dudao-rehearsal-") as folder:
        try:
            stage = prepare(Path(folder), starts=story.starts, say=say)
        except EngineError as error:  # a family that does not deploy
            say(f"✗ {_explain(error)}")
            return False
        try:
            play(story, stage)
        except RehearsalError as error:
            say(f"✗ {error}")
            return False
        finally:
            stage.engine.database.dispose()
    say("✓ 预演完毕")
    return True


def prepare(folder: Path, *, starts: datetime, say: Say, database: Database | None = None) -> Stage:
    """A migrated throw-away database with the families deployed and the sample accounts loaded.

    `database` is an empty one; without it one is made in `folder`, where the files are kept.
    """
    database = database or Database(f"sqlite:///{folder / 'rehearsal.db'}")
    with database.engine.begin() as connection:
        migrate.upgrade(connection)
    stage = enter(database, folder / "files", starts=starts, say=say)
    with stage.engine.begin(SYSTEM) as uow:
        working_calendar.seed(uow)
        for package in stage.engine.packages.values():
            definitions.deploy(uow, package, note="预演")
    load_samples(stage.engine)
    return stage


def load_samples(engine: Engine) -> None:
    """The sample organisations and people of every installed domain."""
    for point in entry_points(group=sample.ENTRY_POINT_GROUP):
        point.load().load(engine, add_user=_add_user)


def _add_user(uow: UnitOfWork, *, username: str, name: str, password: str, is_demo: bool) -> User:
    """Nobody signs in at a rehearsal, and hashing a password is slow on purpose."""
    return identity.users.add(uow, username=username, name=name, password=None, is_demo=is_demo)


def enter(database: Database, files: Path, *, starts: datetime, say: Say) -> Stage:
    """A stage over a database that is prepared already, e.g. a copy."""
    clock = ManualClock(starts)
    engine = Engine(database, clock, discover(), files)
    return Stage(engine=engine, clock=clock, narrator=Narrator(engine=engine, say=say))


def play(story: Story, stage: Stage, *, watch: Watch | None = None, after: int = 0) -> None:
    """Play every step. Raises RehearsalError at the first that does not go as written.

    `watch` is called after each step; tests look then at what must hold at any time. `after`: so
    many steps were played on this database already (those of a story that this one continues).
    """
    stage.say(f"《{story.title}》")
    stage.say(f"来源：{story.source}")
    stage.say(f"虚构：{story.fiction}")
    if not after:
        begin(story, stage)
    for step in story.steps[after:]:
        take_step(story, stage, step)
        if watch is not None:
            watch(step)
    stage.narrator.sum_up()


def begin(story: Story, stage: Stage) -> None:
    """Start the story's case. Raises RehearsalError."""
    _start(stage, story, story.start, "发起")


def take_step(story: Story, stage: Stage, step: Step) -> None:
    """Play one step. Raises RehearsalError where it does not go as written."""
    if step.note:
        stage.say(f"— {step.note}")
    if step.on is not None:
        _move_clock(stage, step.on, step)
    if step.complete:
        _complete(stage, story, step)
    elif step.start is not None:
        _start(stage, story, step.start, step.place)
    elif step.wait_until is not None:
        _move_clock(stage, step.wait_until, step)
    else:
        _expect(stage, step)
    stage.narrator.tell()


def _start(stage: Stage, story: Story, opening: Opening, where: str) -> None:
    if story.family not in stage.engine.packages:
        known = "、".join(sorted(stage.engine.packages))
        raise RehearsalError(f"没有安装流程包 {story.family}；有 {known}。")
    try:
        with stage.engine.begin(casting.person(stage.engine, opening.by)) as uow:
            package = stage.engine.package(story.family)
            offered = starting.start_data(uow, package)
            values = answers.merged(offered, answers.resolve(uow, opening.values, offered))
            starting.by_person(uow, story.family, values, title=story.title)
    except (EngineError, AnswerError, CastingError) as error:
        raise RehearsalError(f"{where}：{_explain(error)}") from error
    runner.run_all_due(stage.engine)
    stage.narrator.tell()


def _complete(stage: Stage, story: Story, step: Step) -> None:
    for element_id in step.complete:
        routine = story.routine.get(element_id, Routine())
        try:
            found = casting.open_tasks(stage.engine, step, element_id)
            for task_id in found if step.each else found[:1]:
                _complete_one(stage, step, routine, element_id, task_id)
        except CastingError as error:
            raise RehearsalError(f"{step.place}：{error}") from error
        runner.run_all_due(stage.engine)
        _no_incidents(stage, step, element_id)


def _complete_one(
    stage: Stage, step: Step, routine: Routine, element_id: str, task_id: str
) -> None:
    username = step.by or routine.by
    actor = (
        casting.person(stage.engine, username)
        if username
        else casting.anyone(stage.engine, task_id)
    )
    where = f"{step.place} {element_id}（{actor.name}）"
    try:
        uploads = answers.merged(routine.upload, step.upload)
        if step.on_paper is not None:
            own = answers.merged(routine.values, step.values)
            paperwork.record(stage.engine, actor, task_id, step.on_paper, own, uploads)
            return
        handed_in = _hand_in(stage, actor, task_id, uploads)
        with stage.engine.begin(actor) as uow:
            own = answers.merged(answers.merged(routine.values, step.values), handed_in)
            rehearsals.finish(uow, task_id, own, vote=step.vote, opinion=step.opinion)
    except AnswerError as error:
        raise RehearsalError(f"{where}：{error}") from error
    except EngineError as error:
        if not step.refused:
            raise RehearsalError(f"{where}：{_explain(error)}") from error
        if step.refused not in _codes(error):
            raise RehearsalError(
                f"{where}：应当以 {step.refused} 被拒绝，实为 {'、'.join(_codes(error))}："
                f"{_explain(error)}"
            ) from error
        stage.say(f"{stamp(stage.clock.now())}  {actor.name}  被拒绝：{_explain(error)}")
    else:
        if step.refused:
            raise RehearsalError(f"{where}：应当被拒绝（{step.refused}），却通过了。")


def _hand_in(stage: Stage, actor: Actor, task_id: str, names: Mapping[str, Any]) -> dict[str, Any]:
    """Upload first, as a browser does; the task must be the person's by then."""
    if not names:
        return {}
    with stage.engine.begin(actor) as uow:
        rehearsals.take(uow, task_id)
    with stage.engine.begin(actor) as uow:
        return dict(answers.uploaded(uow, names, task_id=task_id))


def _codes(error: EngineError) -> list[str]:
    """The code of a refusal, and those of its faults."""
    return list(dict.fromkeys([error.code, *(f.code for f in getattr(error, "errors", ()))]))


def _move_clock(stage: Stage, until: datetime, step: Step) -> None:
    """Move the clock, stopping at each due job on the way, so that everything happens in its time."""
    now = stage.clock.now()
    if until < now:
        raise RehearsalError(
            f"{step.place}：时间不能倒流，现在是 {stamp(now)}，要去 {stamp(until)}。"
        )
    rehearsals.pass_time(
        stage.engine, stage.clock.now, stage.clock.set, until, tell=stage.narrator.tell
    )
    _no_incidents(stage, step, "时钟拨动")


def _expect(stage: Stage, step: Step) -> None:
    with stage.engine.read(SYSTEM) as uow:
        query = sa.select(Instance).order_by(Instance.started_at, Instance.id)
        rows = [row for row in uow.session.scalars(query) if step.of in row.title]
        if not rows:
            raise RehearsalError(f"{step.place}：没有标题含“{step.of}”的事项。")
        try:
            expectations.check(uow, rows[0], step.expect)
        except UnmetError as error:
            raise RehearsalError(f"{step.place}：{error}") from error


def _no_incidents(stage: Stage, step: Step, after: str) -> None:
    with stage.engine.read(SYSTEM) as uow:
        what = "；".join(f"{row.element_id}：{row.message}" for row in expectations.incidents(uow))
    if what:
        raise RehearsalError(f"{step.place} {after} 之后有异常：{what}")


def _explain(error: EngineError | AnswerError | CastingError) -> str:
    if not isinstance(error, EngineError):
        return str(error)
    faults = getattr(error, "errors", ())
    details = "；".join(f"{fault.pointer} {fault.detail}" for fault in faults)
    return f"{error.detail}{f'（{details}）' if details else ''}"
