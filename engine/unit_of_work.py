"""One act, one transaction: the session, who acts, the pinned present, and what to do after commit.

Only `Engine.begin` makes one, and only leaving its `with` commits. Nothing else commits, ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.clock import local_date
from engine.errors import EngineError
from engine.record import history
from engine.tables import Event

if TYPE_CHECKING:
    from engine.engine import Engine


@dataclass(kw_only=True)
class UnitOfWork:
    """What every verb takes first. `now` is read once, when the unit of work begins."""

    engine: Engine
    session: Session
    actor: Actor
    now: datetime
    _after_commit: list[Callable[[], None]] = field(default_factory=list)
    _after_refusal: list[Callable[[UnitOfWork, EngineError], None]] = field(default_factory=list)
    _recorded: list[Event] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The local calendar date of `now`."""
        return local_date(self.now)

    @property
    def acted_on(self) -> date:
        """The local date on which the act was done: today, or the date on the paper (代录)."""
        return self.today if self.actor.on_paper is None else self.actor.on_paper.acted_on

    @property
    def acted_at(self) -> datetime:
        """The instant that decides whether the act was in time."""
        return self.now if self.actor.on_paper is None else self.actor.on_paper.acted_at

    def record(
        self,
        kind: str,
        *,
        instance_id: str,
        element_id: str | None = None,
        task_id: str | None = None,
        audience: str = "internal",
        payload: Mapping[str, Any] | None = None,
    ) -> Event:
        """Append an event to the instance's chain and tell the family's listeners.

        The caller holds the instance lock (every verb that changes an instance does).
        """
        event = history.append(
            self,
            kind,
            instance_id=instance_id,
            element_id=element_id,
            task_id=task_id,
            audience=audience,
            payload={**(payload or {}), **self._mark()},
        )
        self._recorded.append(event)
        for listener in self.engine.listeners_of(self, instance_id):
            listener(self, event)
        return event

    def _mark(self) -> dict[str, Any]:
        paper = self.actor.on_paper
        if paper is not None:
            return {"on_paper": paper.as_dict()}
        stand_in = self.actor.stand_in
        if stand_in is None:
            return {}
        acted_for = {"user_id": self.actor.user_id, "name": self.actor.name}
        return {"acted_for": {**acted_for, "delegation": stand_in.delegation_id}}

    def run_before_commit(self) -> None:
        """Called by Engine.begin alone: whoever is to know of what was recorded is told with it."""
        if self._recorded:
            self.engine.tell(self, self._recorded)

    def after_commit(self, act: Callable[[], None]) -> None:
        """Run `act` once the transaction is durable; never when it rolled back."""
        self._after_commit.append(act)

    def after_refusal(self, tell: Callable[[UnitOfWork, EngineError], None]) -> None:
        """Run `tell` in a unit of work of its own if this one is refused from now on, and rolled back."""
        self._after_refusal.append(tell)

    def run_after_refusal(self, refusal: EngineError) -> None:
        """Called by Engine.begin alone, when nothing of this unit of work is left."""
        for tell in self._after_refusal:
            with self.engine.begin(self.actor) as uow:
                tell(uow, refusal)

    def after_commit_mark(self) -> int:
        """How many acts wait for the commit: where a savepoint began."""
        return len(self._after_commit)

    def after_commit_forget(self, mark: int) -> None:
        """Drop the acts that were added behind a savepoint that was rolled back."""
        del self._after_commit[mark:]

    def run_after_commit(self) -> None:
        """Called by Engine.begin alone."""
        for act in self._after_commit:
            act()
