"""Plays a shipped story on a copy of the prepared database, and looks at it from outside."""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine import identity
from engine.clock import LOCAL_ZONE
from engine.database import Database
from engine.permission import access
from engine.record import history
from engine.spiff.cache import SpecCache
from engine.tables import Deadline, Event, Instance, Party, Task
from engine.unit_of_work import UnitOfWork
from ops import expectations, rehearse, stories
from ops.narration import SYSTEM
from ops.rehearse import Stage
from ops.stories import Step
from supervision.tables import Delivery, Document, SupervisionCase
from supervision.terms import DocumentKind

FOLDER = Path(str(files("processes.supervision"))) / "rehearsals"

#: The samples are loaded on the morning of the first story.
BEFORE_ALL = datetime(2026, 3, 2, 8, tzinfo=LOCAL_ZONE)

#: What the unit may know of its case, and no more, however far it has gone.
OF_THE_UNIT = {"unit", "public"}

_NUMBER = re.compile(r"(?P<series>.+)〔(?P<year>\d{4})〕(?P<number>\d+)号")


@dataclass
class Played:
    """A story that went through, with what was told."""

    stage: Stage
    told: list[str]
    folder: Path
    steps: int
    born_late: list[Birth]

    def facts(self, of: str = "") -> dict[str, Any]:
        """What can be expected of the first instance whose title holds this text."""
        with self.stage.engine.read(SYSTEM) as uow:
            return expectations.found(uow, _instance(uow, of))

    def issued(self, of: str = "") -> list[str]:
        """The kinds of the numbered documents, in the order in which they were issued."""
        return [kind for kind, _ in self.numbered(of)]

    def numbered(self, of: str = "") -> list[tuple[str, str]]:
        """Kind and number of every numbered document of a case, in the order of issue."""
        with self.stage.engine.read(SYSTEM) as uow:
            case = uow.session.scalars(
                sa.select(SupervisionCase).where(
                    SupervisionCase.instance_id == _instance(uow, of).id
                )
            ).one()
            found = []
            for event in uow.session.scalars(
                sa.select(Event)
                .where(Event.kind == "document.issued")
                .order_by(Event.at, Event.instance_id, Event.seq)
            ):
                content = history.payload_of(uow, event.id) or {}
                if content.get("number") and _belongs(uow, event, case.id):
                    found.append((content["document_kind"], content["number"]))
            return found


@dataclass(frozen=True)
class Birth:
    """A task that was due before it was there."""

    element_id: str
    key: str
    created_at: datetime
    due_at: datetime


class Registrar:
    """Notes after every step which tasks came with their deadline already past."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.late: list[Birth] = []
        self._known: set[str] = set()

    def __call__(self, step: Step) -> None:
        """An extension moves the deadline later on, so every task is looked at when it is new."""
        with self.stage.engine.read(SYSTEM) as uow:
            query = sa.select(Task).where(Task.due_at.is_not(None)).order_by(Task.created_at)
            for task in uow.session.scalars(query):
                if task.id in self._known:
                    continue
                self._known.add(task.id)
                if task.due_at is not None and task.due_at <= task.created_at:
                    key = task.deadline.key if task.deadline is not None else ""
                    self.late.append(Birth(task.element_id, key, task.created_at, task.due_at))


class Onlooker:
    """Looks at a case with the eyes of its unit after every step."""

    def __init__(self, stage: Stage, usernames: Iterable[str]) -> None:
        self.stage = stage
        self.usernames = list(usernames)
        self.was_told = False
        self.looked_at = stage.clock.now()

    def __call__(self, step: Step) -> None:
        """Nothing before the notice; afterwards only what is for the unit."""
        for username in self.usernames:
            with self.stage.engine.read(SYSTEM) as uow:
                user = identity.users.by_username(uow, username)
                assert user is not None
                actor = identity.actor_of(uow, user.id)
                own = {post.organisation_id for post in actor.posts}
                told = [
                    row.instance_id
                    for row in uow.session.scalars(
                        sa.select(Party).where(
                            Party.relation == "unit", Party.organisation_id.in_(own)
                        )
                    )
                    if row.notified_at is not None
                ]
            self.was_told = self.was_told or bool(told)
            with self.stage.engine.read(actor) as uow:
                self._look(uow, told, own, step)
                if not self._is_accused(uow, own):
                    self._look_for_accusation(uow, step)
        self.looked_at = self.stage.clock.now()

    def _look(self, uow: UnitOfWork, told: list[str], own: set[str], step: Step) -> None:
        where = f"after {step.place}"
        seen = set(uow.session.scalars(sa.select(Instance.id).where(access.visible_instances(uow))))
        assert seen <= set(told), f"{where} the unit knows of a case that it was not told of"
        read = sa.select(Event.instance_id, Event.audience, Event.kind).distinct()
        for instance_id, audience, kind in uow.session.execute(
            read.where(access.visible_events(uow))
        ):
            assert audience in OF_THE_UNIT, f"{where} the unit reads {kind} for {audience}"
            assert instance_id in told, f"{where} the unit reads {kind} before its notice"
            assert not kind.startswith(("clue.", "consultation.", "approval.")), where
        for party in uow.session.scalars(sa.select(Party).where(access.visible_parties(uow))):
            assert party.organisation_id in own, f"{where} the unit sees {party.relation}"
        for task in uow.session.scalars(sa.select(Task).where(access.visible_tasks(uow))):
            assert task.audience in OF_THE_UNIT, f"{where} the unit sees {task.element_id}"
        clocks = uow.session.execute(
            sa.select(Deadline.key, Deadline.audience).where(access.visible_deadlines(uow))
        )
        for key, audience in clocks:
            assert audience in OF_THE_UNIT, f"{where} the unit sees the clock {key}"

    def _is_accused(self, uow: UnitOfWork, own: set[str]) -> bool:
        """Whether the 问责告知书 was served on the unit."""
        served = uow.session.scalar(
            sa.select(sa.func.count())
            .select_from(Delivery)
            .join(Document, Document.id == Delivery.document_id)
            .where(Document.kind == DocumentKind.ACCOUNTABILITY_NOTICE)
            .where(Delivery.recipient_id.in_(own))
        )
        return bool(served)

    def _look_for_accusation(self, uow: UnitOfWork, step: Step) -> None:
        """Until then nothing that the unit reads speaks of accountability."""
        texts = [
            f"{event.kind} {history.payload_of(uow, event.id)}"
            for event in uow.session.scalars(
                sa.select(Event).where(access.visible_events(uow), Event.at >= self.looked_at)
            )
        ]
        texts += uow.session.scalars(sa.select(Task.name).where(access.visible_tasks(uow)))
        for text in texts:
            assert "问责" not in text, f"after {step.place} the unit reads: {text}"
            assert "accountab" not in text, f"after {step.place} the unit reads: {text}"


@dataclass(frozen=True)
class Prepared:
    """A database at rest from which stories go on: before all of them, or after one of them."""

    folder: Path
    specs: SpecCache
    at: datetime
    after: int = 0


def prepare(folder: Path) -> Prepared:
    """Before the first step of any story, made by the function that the command uses."""
    stage = rehearse.prepare(folder, starts=BEFORE_ALL, say=lambda _: None)
    stage.engine.database.dispose()
    return Prepared(folder=folder, specs=stage.engine.specs, at=BEFORE_ALL)


def play(name: str, prepared: Prepared, folder: Path, *, unit: Iterable[str]) -> Played:
    """Play a shipped story to its end on a copy, watched by people of its unit."""
    shutil.copytree(prepared.folder, folder, dirs_exist_ok=True)
    story = stories.read(FOLDER / f"{name}.yaml")
    told: list[str] = []
    stage = rehearse.enter(
        Database(f"sqlite:///{folder / 'rehearsal.db'}"),
        folder / "files",
        starts=max(prepared.at, story.starts),
        say=told.append,
    )
    stage.engine.specs = prepared.specs
    onlooker, registrar = Onlooker(stage, unit), Registrar(stage)

    def watch(step: Step) -> None:
        onlooker(step)
        registrar(step)

    rehearse.play(story, stage, watch=watch, after=prepared.after)
    assert onlooker.was_told, "the unit was never told of its case"
    return Played(
        stage=stage,
        told=told,
        folder=folder,
        steps=len(story.steps),
        born_late=registrar.late,
    )


def rest(played: Played) -> Prepared:
    """The end of a story as the beginning of those that continue it."""
    played.stage.engine.database.dispose()
    return Prepared(
        folder=played.folder,
        specs=played.stage.engine.specs,
        at=played.stage.clock.now(),
        after=played.steps,
    )


def check_from_outside(played: Played) -> None:
    """What holds of every story: whole chains, nothing failed, numbers without gaps."""
    with played.stage.engine.read(SYSTEM) as uow:
        assert expectations.incidents(uow) == []
        for instance in uow.session.scalars(sa.select(Instance)):
            assert list(history.verify(uow, instance.id)) == [], instance.title
            assert instance.history_length > 0
    _no_gaps(played)


def reads(played: Played, username: str) -> set[str]:
    """The audiences of all events that a person reads at the end, in whatever case."""
    with played.stage.engine.read(SYSTEM) as uow:
        user = identity.users.by_username(uow, username)
        assert user is not None, username
        actor = identity.actor_of(uow, user.id)
    with played.stage.engine.read(actor) as uow:
        query = sa.select(Event.audience).where(access.visible_events(uow)).distinct()
        return set(uow.session.scalars(query))


def _no_gaps(played: Played) -> None:
    """Each series of numbers runs 1, 2, 3 … in the order of issue."""
    with played.stage.engine.read(SYSTEM) as uow:
        events = uow.session.scalars(
            sa.select(Event)
            .where(Event.kind == "document.issued")
            .order_by(Event.at, Event.instance_id, Event.seq)
        ).all()
        contents: list[Mapping[str, Any]] = [history.payload_of(uow, e.id) or {} for e in events]
    series: dict[tuple[str, str], list[int]] = defaultdict(list)
    for content in contents:
        if content.get("number"):
            match = _NUMBER.fullmatch(content["number"])
            assert match is not None, content["number"]
            assert content["issued_on"].startswith(match["year"])
            series[(match["series"], match["year"])].append(int(match["number"]))
    assert series
    for name, numbers in series.items():
        assert sorted(numbers) == list(range(1, len(numbers) + 1)), name


def _instance(uow: UnitOfWork, of: str) -> Instance:
    query = sa.select(Instance).order_by(Instance.started_at, Instance.id)
    return next(row for row in uow.session.scalars(query) if of in row.title)


def _belongs(uow: UnitOfWork, event: Event, case_id: str) -> bool:
    content = history.payload_of(uow, event.id) or {}
    return uow.session.get_one(Document, content["document_id"]).case_id == case_id
