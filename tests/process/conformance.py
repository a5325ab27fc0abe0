"""Plays one model twice: on live tokens, and through the engine with store, drop and restore at each wait.

Both ways must give the same trace, the same waits and the same end.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Protocol

import sqlalchemy as sa

from engine import advance, messages, runner, store
from engine.package import Handler
from engine.repository import definitions
from engine.spiff import pruning, run, state, thrown
from engine.spiff.scripts import ScriptEngine
from engine.spiff.state import Workflow
from engine.tables import Activity, Instance, Job, new_id
from engine.timing import deadlines
from tests.driver import SYSTEM, Driver
from tests.models import bpmn


class Play(Protocol):
    """A case of one model. Each act returns what waits for people then: element ids, sorted."""

    #: The elements that were completed, in their order; see `Stored.trace`.
    trace: list[str]

    def start(self, **variables: Any) -> list[str]: ...
    def begin(self, kind: str, name: str, **variables: Any) -> list[str]: ...
    def complete(self, element_id: str, **values: Any) -> list[str]: ...
    def timer(self, element_id: str) -> list[str]: ...
    def message(self, name: str, **variables: Any) -> list[str]: ...
    def signal(self, name: str) -> list[str]: ...
    def variables(self) -> Mapping[str, Any]: ...
    def ended(self) -> bool: ...
    def told(self, *wanted: str) -> None: ...


@dataclass(kw_only=True)
class Live:
    """The tokens stay where they are: nothing is stored or restored."""

    case: Driver
    stack: ExitStack
    trace: list[str] = field(default_factory=list)
    workflow: Workflow = field(init=False)
    _seen: set[str] = field(default_factory=set)

    def start(self, **variables: Any) -> list[str]:
        return self._begin(None, variables)

    def begin(self, kind: str, name: str, **variables: Any) -> list[str]:
        """Start at the start event for this message or signal, or at the timer of this id."""
        return self._begin((kind, name), variables)

    def _begin(self, begun_by: tuple[str, str] | None, variables: dict[str, Any]) -> list[str]:
        uow = self.stack.enter_context(self.case.engine.read(SYSTEM))
        definition = definitions.latest(uow, "main")
        instance = Instance(id=new_id(), family=self.case.family, definition=definition)
        bundle = store.bundle(uow, definition.deployment_id)
        scripts = ScriptEngine(
            uow=uow,
            instance=instance,
            bundle=bundle,
            handlers=self.case.engine.package(self.case.family).handlers,
            functions=deadlines.functions(uow, self.case.family),
        )
        self.workflow = store.create(instance, scripts)
        run.start(self.workflow, variables, begun_by=begun_by)
        return self._settled()

    def complete(self, element_id: str, **values: Any) -> list[str]:
        run.complete(self._wait("user", element_id).task, values)
        return self._settled()

    def timer(self, element_id: str) -> list[str]:
        wait = self._wait("timer", element_id)
        run.fire(wait.task, event_id=wait.event_id)
        return self._settled()

    def message(self, name: str, **variables: Any) -> list[str]:
        waits = [w for w in run.waiting(self.workflow) if (w.kind, w.message) == ("message", name)]
        assert len(waits) == 1, f"{len(waits)} wait for message {name}"
        run.fire(waits[0].task, event_id=waits[0].event_id, payload=variables)
        return self._settled()

    def signal(self, name: str) -> list[str]:
        thrown.signal(self.workflow, name)
        return self._settled()

    def variables(self) -> Mapping[str, Any]:
        return run.variables(self.workflow)

    def ended(self) -> bool:
        return bool(self.workflow.completed)

    def size(self) -> int:
        """The bytes of the snapshot, as it would be stored now."""
        return len(state.dump(self.workflow))

    def told(self, *wanted: str) -> None:
        """The trace is exactly this, in this order."""
        assert self.trace == list(wanted), self.trace

    def _wait(self, kind: str, element_id: str) -> run.Waiting:
        found = [
            wait
            for wait in run.waiting(self.workflow)
            if wait.kind == kind and wait.element.id == element_id
        ]
        assert found, f"nothing waits for {kind} {element_id}"
        return found[0]

    def _settled(self) -> list[str]:
        run.until_waiting(self.workflow)
        left = []
        for inner in [*self.workflow.all_workflows(), *self.workflow.departed]:
            for task in inner.tasks.values():
                element = getattr(task.task_spec, "element", None)
                is_drawn = element is not None and not getattr(task.task_spec, "opens", False)
                if is_drawn and run._visit_state(task, has_left=False) == "completed":
                    left.append((task.last_state_change, str(task.id), task.task_spec.element.id))
        for _, token, element_id in sorted(left, key=lambda each: each[0]):
            if token not in self._seen:
                self._seen.add(token)
                self.trace.append(element_id)
        pruning.prune(self.workflow)
        if self.ended():
            return []
        return sorted(w.element.id for w in run.waiting(self.workflow) if w.kind == "user")


@dataclass(kw_only=True)
class Stored:
    """Through the engine: tokens are stored after each act, dropped, and restored for the next."""

    case: Driver
    trace: list[str] = field(default_factory=list)
    instance: str = ""
    _seen: set[str] = field(default_factory=set)
    #: How long the trace was after each act.
    _acts: list[int] = field(default_factory=list)

    def start(self, **variables: Any) -> list[str]:
        self.instance = self.case.start(variables)
        return self._settled()

    def begin(self, kind: str, name: str, **variables: Any) -> list[str]:
        """Start by this message, signal or timer."""
        self.instance = self.case.start(variables, **{kind: name})
        return self._settled()

    def complete(self, element_id: str, **values: Any) -> list[str]:
        self.case.complete(self.instance, element_id, values)
        return self._settled()

    def timer(self, element_id: str) -> list[str]:
        job = next(job for job in self.case.jobs(self.instance) if job.element_id == element_id)
        with self.case.engine.begin(SYSTEM) as uow:
            uow.session.get_one(Job, job.id).due_at = uow.now
        runner.run_all_due(self.case.engine)
        return self._settled()

    def message(self, name: str, **variables: Any) -> list[str]:
        with self.case.engine.begin(SYSTEM) as uow:
            messages.correlate(uow, name, instance_id=self.instance, variables=variables)
        return self._settled()

    def signal(self, name: str) -> list[str]:
        with self.case.engine.begin(SYSTEM) as uow:
            advance.broadcast(uow, name)
        runner.run_all_due(self.case.engine)
        return self._settled()

    def variables(self) -> Mapping[str, Any]:
        return self.case.variables(self.instance)

    def ended(self) -> bool:
        return self.case.state(self.instance) == "completed"

    def told(self, *wanted: str) -> None:
        """The trace is this, act by act; within one act the rows know no order."""
        cuts = list(itertools.pairwise([0, *self._acts]))
        assert [sorted(wanted[a:b]) for a, b in cuts] == [self.trace[a:b] for a, b in cuts]
        assert len(wanted) == len(self.trace), self.trace
        assert self.case.incidents(self.instance) == []
        assert self.case.breaks(self.instance) == []

    def _settled(self) -> list[str]:
        with self.case.engine.read(SYSTEM) as uow:
            query = sa.select(Activity.token_id, Activity.element_id).where(
                Activity.instance_id == self.instance, Activity.state == "completed"
            )
            for token, element_id in uow.session.execute(query.order_by(Activity.element_id)):
                if token not in self._seen:
                    self._seen.add(token)
                    self.trace.append(element_id)
        self._acts.append(len(self.trace))
        return self.case.waiting(self.instance)


class Plays(Protocol):
    """Deploys a process `main` with this body, and the processes that it calls."""

    def __call__(
        self,
        body: str,
        *others: str,
        handlers: Mapping[str, Handler] | None = None,
        dmn: Mapping[str, str] | None = None,
    ) -> Play: ...


def called_process(key: str, body: str) -> str:
    """A file with a process that `main` may call."""
    return bpmn(key, body, extra=NAMED)


def sub(element_id: str, *parts: str, attributes: str = "") -> str:
    """A sub-process."""
    return f"<subProcess id='{element_id}' name='{element_id}' {attributes}>{''.join(parts)}</subProcess>"


def start(element_id: str = "start", definition: str = "", *, attributes: str = "") -> str:
    """A start event."""
    return f"<startEvent id='{element_id}' {attributes}>{definition}</startEvent>"


def end(element_id: str = "end", definition: str = "") -> str:
    """An end event."""
    return f"<endEvent id='{element_id}'>{definition}</endEvent>"


def throw(element_id: str, definition: str = "") -> str:
    """An intermediate throw event."""
    return f"<intermediateThrowEvent id='{element_id}'>{definition}</intermediateThrowEvent>"


def catch(element_id: str, definition: str = "") -> str:
    """An intermediate catch event."""
    return f"<intermediateCatchEvent id='{element_id}'>{definition}</intermediateCatchEvent>"


def beside(element_id: str, attached: str, definition: str, *, interrupts: bool = True) -> str:
    """A boundary event."""
    cancel = "true" if interrupts else "false"
    return (
        f"<boundaryEvent id='{element_id}' attachedToRef='{attached}' cancelActivity='{cancel}'>"
        f"{definition}</boundaryEvent>"
    )


def when(condition: str) -> str:
    """The definition of a conditional event."""
    text = condition.replace("<", "&lt;")
    return f"<conditionalEventDefinition><condition>{text}</condition></conditionalEventDefinition>"


#: What the definitions below refer to.
NAMED = (
    "<message id='_rung' name='rung'/><signal id='_alarm' name='alarm'/>"
    "<error id='_refused' name='refused' errorCode='refused'/>"
    "<escalation id='_late' name='late' escalationCode='late'/>"
)
RUNG = "<messageEventDefinition messageRef='_rung'/>"
ALARM = "<signalEventDefinition signalRef='_alarm'/>"
REFUSED = "<errorEventDefinition errorRef='_refused'/>"
LATE = "<escalationEventDefinition escalationRef='_late'/>"
DUE = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
