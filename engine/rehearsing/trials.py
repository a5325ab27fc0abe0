"""A rehearsal without a live case: a sample story, or a case begun by hand, on any files of a family.

The live version, a candidate that nobody deployed, or a model draft, with sample people in a database
of its own. For who compares the family's versions; inside they see all, for nothing there is real.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from engine import identity, starting
from engine.actor import Actor
from engine.clock import ManualClock
from engine.database import Database
from engine.engine import Engine
from engine.errors import Conflict, Fault, Invalid, NotAllowed
from engine.package import ProcessPackage
from engine.permission import access
from engine.rehearsing import forking, rehearsals, sandboxes
from engine.rehearsing.sandboxes import SYSTEM, Stage
from engine.rehearsing.troupe import Tale, Troupe
from engine.repository import comparison, definitions, model_drafts, model_parts
from engine.states import SandboxOrigin, SandboxState
from engine.tables import Instance, Sandbox, User, new_id
from engine.unit_of_work import UnitOfWork
from forms.definition import Form

#: Before anything was started; a story's first step is 1.
NOT_BEGUN = -1
MOST_SECONDS = 20.0


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """How a case may be begun by hand: the form, what it offers, and who may."""

    form: Form | None
    form_key: str | None
    values: Mapping[str, Any]
    people: Sequence[User]


@dataclass(frozen=True, kw_only=True)
class Telling:
    """Where the story of a sandbox stands."""

    key: str
    title: str
    step: int
    steps: int
    stopped: str


def tales(live: Engine, actor: Actor, family: str) -> Sequence[Tale]:
    """The family's stories. NotAllowed for who may not compare its versions; Invalid for no family."""
    with live.read(actor) as uow:
        comparison.require_reader(uow, family)
        package = model_drafts.require_family(uow, family)
    return live.troupe.tales(package) if live.troupe is not None else []


def of_family(uow: UnitOfWork, family: str) -> Sequence[Sandbox]:
    """The open ones of a family that belong to no draft, the newest first."""
    comparison.require_reader(uow, family)
    return _open(uow, Sandbox.family == family, Sandbox.draft_id.is_(None))


def of_draft(uow: UnitOfWork, draft_id: str) -> Sequence[Sandbox]:
    """The open ones of a model draft, the newest first."""
    return _open(uow, Sandbox.draft_id == model_drafts.get(uow, draft_id).id)


def of_live(live: Engine, actor: Actor, family: str, *, reason: str, story: str | None) -> Sandbox:
    """A sandbox for the live version of a family."""
    return _make(live, actor, family, reason=reason, story=story, origin=SandboxOrigin.STORY)


def of_candidate(
    live: Engine,
    actor: Actor,
    family: str,
    files: Mapping[str, bytes],
    *,
    reason: str,
    story: str | None,
) -> Sandbox:
    """A sandbox for files that are not deployed. Invalid with every fault."""
    origin = SandboxOrigin.CANDIDATE
    return _make(live, actor, family, reason=reason, story=story, origin=origin, files=files)


def of_model_draft(
    live: Engine, actor: Actor, draft_id: str, *, reason: str, story: str | None
) -> Sandbox:
    """A sandbox for a model draft as it is now. Invalid with every fault."""
    with live.read(actor) as uow:
        draft = model_drafts.get(uow, draft_id)
        files = model_parts.files(uow, draft)
    return _make(
        live,
        actor,
        draft.family,
        reason=reason,
        story=story,
        origin=SandboxOrigin.DRAFT,
        files=files,
        draft_id=draft.id,
    )


def go_on(stage: Stage, steps: int, *, seconds: float = MOST_SECONDS) -> rehearsals.Run:
    """Play the sandbox's story up to and with a step. Conflict where it has none, or stopped.

    A step that does not go as written is no error: the sandbox stands before it, and says why.
    """
    with stage.engine.read(SYSTEM) as uow:
        own = uow.session.get_one(Sandbox, stage.sandbox_id)
    if own.story is None:
        raise Conflict("这个预演没有选样例故事。", code="no-story")
    if own.story_stopped:
        raise Conflict(f"样例故事已经走不下去：{own.story_stopped}", code="story-stopped")
    before = stage.clock.now()
    played = _troupe(stage.engine).play(
        stage.engine,
        stage.clock,
        own.story,
        after=own.story_step,
        until=steps,
        seconds=seconds,
    )
    with stage.engine.begin(SYSTEM) as uow:
        row = uow.session.get_one(Sandbox, stage.sandbox_id)
        row.story_step, row.story_stopped = played.step, played.stopped
        row.stands_at = max(before, stage.clock.now())
        row.instance_id = _first(uow)
    halt = rehearsals.Halt.TIME if played.ran_out else rehearsals.Halt.REACHED
    return rehearsals.Run(halt=halt, steps=max(played.step, 0), now=stage.clock.now())


def begin(stage: Stage, person_id: str, values: Mapping[str, Any]) -> None:
    """Start a case by hand as one of the sample people. Conflict where one was started."""
    if stage.instance_id is not None:
        raise Conflict("这个预演里已经发起了案件。", code="already-started")
    person = next((each for each in _starters(stage) if each.user_id == person_id), None)
    if person is None:
        detail = "这个人不能发起，请从名单里选。"
        fault = Fault(pointer="/person_id", detail=detail, code="not-a-candidate")
        raise Invalid("没有发起。", errors=[fault], code="not-a-candidate")
    with stage.engine.begin(person) as uow:
        starting.by_person(uow, stage.family, values, title="预演")
    rehearsals.settle(stage.engine)
    with stage.engine.begin(SYSTEM) as uow:
        uow.session.get_one(Sandbox, stage.sandbox_id).instance_id = _first(uow)


def beginning(stage: Stage, person_id: str | None = None) -> Beginning:
    """The form that begins a case, with what it offers to this person, or to the first who may."""
    package = stage.engine.package(stage.family)
    people = _starters(stage)
    chosen = [each for each in people if person_id in (None, each.user_id)]
    with stage.engine.read(chosen[0] if chosen else SYSTEM) as uow:
        return Beginning(
            form=starting.start_form(uow, package),
            form_key=package.start_form,
            values=starting.start_data(uow, package) if chosen else {},
            people=[uow.session.get_one(User, each.user_id) for each in people],
        )


def telling(stage: Stage) -> Telling | None:
    """Where the story stands; None where none was chosen."""
    with stage.engine.read(SYSTEM) as uow:
        own = uow.session.get_one(Sandbox, stage.sandbox_id)
    if own.story is None:
        return None
    package = stage.engine.package(stage.family)
    tale = next(each for each in _troupe(stage.engine).tales(package) if each.key == own.story)
    return Telling(
        key=tale.key,
        title=tale.title,
        step=max(own.story_step, 0),
        steps=len(tale.steps),
        stopped=own.story_stopped,
    )


def _make(
    live: Engine,
    actor: Actor,
    family: str,
    *,
    reason: str,
    story: str | None,
    origin: SandboxOrigin,
    files: Mapping[str, bytes] | None = None,
    draft_id: str | None = None,
) -> Sandbox:
    with live.read(actor) as uow:
        comparison.require_reader(uow, family)
    tale = _tale(live, actor, family, story)
    folder, troupe = sandboxes.folder_of(live), _troupe(live)
    if not reason.strip():
        raise Invalid("请写明预演的目的。", code="reason-missing")
    with live.read(actor) as uow:
        package = model_drafts.require_family(uow, family)
        sandboxes.require_room(uow)
        if actor.user_id is None:
            raise NotAllowed("预演只由人来做。", code="no-person")
        if files is not None:
            definitions.require_faultless(package, files)
        elif model_drafts.newest_of(uow, family) is None:
            files = package.files
        row = Sandbox(
            id=new_id(),
            instance_id=None,
            family=family,
            origin=origin,
            draft_id=draft_id,
            story=story,
            story_step=NOT_BEGUN,
            story_stopped="",
            made_by=actor.user_id,
            made_at=uow.now,
            reason=reason.strip()[: sandboxes.LONGEST_REASON],
            expires_at=uow.now + timedelta(days=live.sandbox_days),
            from_seq=0,
            stands_at=tale.starts if tale is not None else uow.now,
            state=SandboxState.OPEN,
        )
    try:
        _furnish(live, troupe, row, files)
        with live.begin(actor) as uow:
            comparison.require_reader(uow, family)
            uow.session.add(sandboxes.twin(row))
    except BaseException:
        sandboxes.remove(folder, row.id)
        raise
    return row


def _furnish(live: Engine, troupe: Troupe, row: Sandbox, files: Mapping[str, bytes] | None) -> None:
    """The file: the family, the candidate as its newest version, the sample people."""
    folder = sandboxes.folder_of(live)
    path = sandboxes.file_of(folder, row.id)
    with sandboxes.new_file(live, path) as (source, target):
        forking.copy_family(source, target, family=row.family, maker_id=row.made_by)
        target.execute(sa.insert(Sandbox).values(sandboxes.values_of(row)))
    database = Database(f"sqlite:///{path}")
    try:
        clock = ManualClock(row.stands_at)
        engine = sandboxes.enter(live, database, folder / row.id, clock)
        if files is not None:
            with engine.begin(SYSTEM) as uow:
                definitions.deploy(uow, engine.package(row.family), files=files, note="预演")
        troupe.settle_in(engine)
    finally:
        database.dispose()


def _tale(live: Engine, actor: Actor, family: str, story: str | None) -> Tale | None:
    if story is None:
        return None
    found = next((each for each in tales(live, actor, family) if each.key == story), None)
    if found is None:
        fault = Fault(pointer="/story", detail="没有这个样例故事。", code="unknown-story")
        raise Invalid("没有预演。", errors=[fault], code="unknown-story")
    return found


def _starters(stage: Stage) -> list[Actor]:
    """Who of the sample people may begin a case."""
    package = stage.engine.package(stage.family)
    with stage.engine.read(SYSTEM) as uow:
        query = sa.select(User.id).where(User.is_active).order_by(User.username)
        people = [identity.actor_of(uow, user_id) for user_id in uow.session.scalars(query)]
    return [each for each in people if each.posts and _may_begin(stage, package, each)]


def _may_begin(stage: Stage, package: ProcessPackage, person: Actor) -> bool:
    with stage.engine.read(person) as uow:
        return "start" in access.allowed_acts(uow, package)


def _first(uow: UnitOfWork) -> str | None:
    query = sa.select(Instance.id).order_by(Instance.started_at, Instance.id)
    return uow.session.scalar(query.limit(1))


def _open(uow: UnitOfWork, *conditions: sa.ColumnElement[bool]) -> Sequence[Sandbox]:
    query = sa.select(Sandbox).where(
        Sandbox.instance_id.is_(None), *conditions, *sandboxes.still_open(uow)
    )
    return uow.session.scalars(query.order_by(Sandbox.made_at.desc(), Sandbox.id)).all()


def _troupe(live: Engine) -> Troupe:
    if live.troupe is None or not live.troupe.has_people():
        raise Conflict("本系统没有样例人员，只能预演真实的案件。", code="no-samples")
    return live.troupe
