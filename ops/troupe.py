"""Plays the sample stories of a family in a sandbox: engine/rehearsing/troupe.py says what is asked of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from importlib.metadata import entry_points
from pathlib import Path

from engine.clock import ManualClock
from engine.engine import Engine
from engine.package import ProcessPackage
from engine.rehearsing.troupe import Played, Scene, Tale
from ops import rehearse, sample, stories
from ops.narration import Narrator
from ops.rehearse import RehearsalError, Stage
from ops.stories import Step, Story, StoryError

FOLDER = "rehearsals"


class Troupe:
    """The stories in `rehearsals/` beside a family's models, played by the sample people."""

    def has_people(self) -> bool:
        """Whether a domain with samples is installed."""
        return bool(entry_points(group=sample.ENTRY_POINT_GROUP))

    def tales(self, package: ProcessPackage) -> Sequence[Tale]:
        """In the order of their names; one that cannot be read is left out, as its tests say."""
        return [_tale(key, story) for key, story in _stories(package).items()]

    def settle_in(self, engine: Engine) -> None:
        """Nobody signs in there: no password is hashed."""
        rehearse.load_samples(engine)

    def play(
        self,
        engine: Engine,
        clock: ManualClock,
        key: str,
        *,
        after: int,
        until: int,
        seconds: float,
    ) -> Played:
        """As a story on the command line, told to nobody."""
        found = [
            s for each in engine.packages.values() for k, s in _stories(each).items() if k == key
        ]
        story, began = found[0], time.monotonic()
        stage = Stage(
            engine=engine, clock=clock, narrator=Narrator(engine=engine, say=lambda _: None)
        )
        step = after
        try:
            if step < 0:
                rehearse.begin(story, stage)
                step = 0
            while step < min(until, len(story.steps)):
                if time.monotonic() - began > seconds:
                    return Played(step=step, ran_out=True)
                rehearse.take_step(story, stage, story.steps[step])
                step += 1
        except RehearsalError as error:
            return Played(step=step, stopped=str(error))
        return Played(step=step)


def _stories(package: ProcessPackage) -> dict[str, Story]:
    folder = Path(str(package.root)) / FOLDER
    found = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            found[path.stem] = stories.read(path)
        except StoryError:
            continue
    return found


def _tale(key: str, story: Story) -> Tale:
    return Tale(
        key=key,
        title=story.title,
        source=story.source,
        fiction=story.fiction,
        starts=story.starts,
        steps=[
            Scene(number=number, says=_says(step), on=step.on or step.wait_until)
            for number, step in enumerate(story.steps, start=1)
        ],
    )


def _says(step: Step) -> str:
    """What happens at a step, in a line."""
    if step.note:
        return step.note
    if step.complete:
        who = f"（{step.by}）" if step.by else ""
        return f"{'、'.join(step.complete)}{who}"
    if step.start is not None:
        return f"发起（{step.start.by}）"
    return "等待" if step.wait_until is not None else "核对"
