"""Who plays the sample stories: handed to the engine by the composition root (ops/troupe.py).

Stories are files beside a family's models, and sample people are a domain's: the engine knows neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from engine.clock import ManualClock
    from engine.engine import Engine
    from engine.package import ProcessPackage


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One step of a story, as it can be chosen. `on`: the date that it names."""

    number: int
    says: str
    on: datetime | None


@dataclass(frozen=True, kw_only=True)
class Tale:
    """A story, as it can be chosen."""

    key: str
    title: str
    source: str
    fiction: str
    starts: datetime
    steps: Sequence[Scene]


@dataclass(frozen=True, kw_only=True)
class Played:
    """How far a story went. `stopped`: why it does not go on here; `ran_out`: it may go on."""

    step: int
    stopped: str = ""
    ran_out: bool = False


class Troupe(Protocol):
    """What plays stories."""

    def has_people(self) -> bool:
        """Whether there are sample people at all."""
        ...

    def tales(self, package: ProcessPackage) -> Sequence[Tale]:
        """The stories that lie beside a family's models."""
        ...

    def settle_in(self, engine: Engine) -> None:
        """The sample organisations and people, into a database that has none."""
        ...

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
        """Play on from the step `after` (-1: nothing was started) up to and with the step `until`."""
        ...
