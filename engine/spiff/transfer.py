"""The tokens of one version put on the specs of another: rename in the snapshot, then fit the tree.

A snapshot names task specs, so a mapping of elements is a renaming of its rows. What is finished and
has no name in the new version stays in the tree as history (`~name`, see `specs.gone`). What was
predicted is dropped and predicted anew. Boundary events come and go with the activity they are on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.util.task import TaskState

from engine.spiff import specs, state
from engine.spiff.state import Workflow
from engine.spiff.timers import CycleTimer, Timer

#: (process key, element id) → element id in the new version; None: it has no place there.
Mapped = Mapping[tuple[str, str], str | None]

_SUFFIXES = (".BoundaryEventSplit", ".BoundaryEventJoin", " [child]", ".EndJoin")
#: What normalise.py and nesting.py draw beside an element, or beside the process.
_INSERTED = (".fork", ".body", ".armed", ".start", ".end", ".begin", ".over", ".enough")
_TOKEN, _PARENT, _SPEC, _STATE, _TRIGGERED, _INTERNAL = 0, 1, 2, 3, 5, 8


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Why the tokens cannot go: the element, the reason and the mend, in Chinese."""

    element_id: str
    rule: str
    detail: str
    mend: str


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A token that stands: from which element to which."""

    token_id: str
    process_key: str
    before: str
    after: str


@dataclass(kw_only=True)
class Transfer:
    """The outcome: a snapshot for the new specs, or faults; and what changed on the way."""

    content: bytes = b""
    faults: list[Fault] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    #: Boundary events that were taken off an activity, and put on one: element ids.
    removed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)


def transfer(
    content: bytes, old: Mapping[str, Any], new: Mapping[str, Any], mapping: Mapped
) -> Transfer:
    """Put a snapshot of the old specs on the new ones. Reads nothing else and changes nothing."""
    document = state.read(content)
    outcome = Transfer()
    top = _Level(document["top"], old, new, mapping, outcome)
    top.carry(document["top"]["spec"])
    levels = {row[_TOKEN]: top for row in top.rows}
    inner: dict[str, Any] = {}
    for key, part in document["inner"].items():
        outer = levels.get(key)
        if outer is None or outer.target is None:
            continue  # the activity around it cannot go, and was told
        level = _Level(part, old, new, mapping, outcome)
        level.carry(outer.inner_of(key))
        levels |= {row[_TOKEN]: level for row in level.rows}
        inner[key] = level.written()
    if not outcome.faults:
        outcome.content = state.written({**document, "top": top.written(), "inner": inner})
    return outcome


def settle(workflow: Workflow) -> None:
    """Predict anew what may follow each token of a snapshot that `transfer` wrote."""
    for inner in workflow.all_workflows():
        for task in list(inner.tasks.values()):
            if task.id in inner.tasks and task.has_state(TaskState.DEFINITE_MASK):
                task.task_spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)


class _Level:
    """One process or sub-process of a snapshot on its way."""

    def __init__(
        self,
        part: dict[str, Any],
        old: Mapping[str, Any],
        new: Mapping[str, Any],
        mapping: Mapped,
        outcome: Transfer,
    ) -> None:
        self.part = part
        self.source = old[part["spec"]]
        self.news = new
        self.mapping = mapping
        self.outcome = outcome
        self.process = _process_of(self.source)
        self.target: Any = None
        self.rows: list[list[Any]] = []
        self.names: dict[str, str] = {}  # token → the name that its spec had

    def carry(self, target_name: str | None) -> None:
        """Rename, drop and add rows; faults go to the outcome."""
        self.target = self.news.get(target_name or "")
        if self.target is None or _process_of(self.target) != self.process:
            self._refuse(
                self.part["spec"], "process-gone", "所在的流程（子流程）在新版本中没有对应。"
            )
            self.target = None
            return
        kept: dict[str, list[Any]] = {}
        for source in self.part["tasks"]:
            row = list(source)
            self.names[row[_TOKEN]] = row[_SPEC]
            if row[_PARENT] is not None and row[_PARENT] not in kept:
                continue  # below something that was dropped
            if row[_STATE] & TaskState.FINISHED_MASK:
                row[_SPEC] = self._history(row[_SPEC])
            elif not self._is_standing(row, kept) or not self._carry_standing(row):
                continue
            kept[row[_TOKEN]] = row
        self.rows = list(kept.values())
        for row in list(self.rows):
            if self._is_activity(row):
                self._fit_boundary(row)
        self._check_joins()

    def _is_standing(self, row: list[Any], kept: Mapping[str, list[Any]]) -> bool:
        """Whether a row that is not finished is a token, and not a prediction."""
        if row[_STATE] & (TaskState.WAITING | TaskState.READY | TaskState.STARTED):
            return True
        parent = kept.get(row[_PARENT] or "")
        is_next = parent is not None and bool(parent[_STATE] & TaskState.FINISHED_MASK)
        return bool(row[_STATE] & TaskState.FUTURE) and (parent is None or is_next)

    def _history(self, name: str) -> str:
        if name.startswith(specs.GONE):
            return name
        found = self._renamed(name)
        same = found is not None and found in self.target.task_specs
        return str(found) if same else specs.gone_name(name)

    def _carry_standing(self, row: list[Any]) -> bool:
        """Rename a token's row; False where it is dropped."""
        name = row[_SPEC]
        spec = self.source.task_specs[name]
        found = self._renamed(name)
        target = self.target.task_specs.get(found) if found is not None else None
        if isinstance(spec, defaults.BoundaryEvent) and target is None:
            self.outcome.removed.append(name)
            return False
        if target is None and name.endswith(".BoundaryEventJoin"):
            return False
        element = getattr(spec, "element", None)
        shown = element.id if element is not None else name
        if target is None:
            self._refuse(
                shown, "no-place", f"“{_called(spec)}”处有办理中的位置，新版本里没有对应的环节。"
            )
            return False
        if type(target) is not type(spec):
            self._refuse(shown, "other-kind", f"“{_called(spec)}”在新版本里换了类型。")
            return False
        row[_SPEC] = found
        if isinstance(spec, specs.EventGateway):
            self._carry_due(row, spec, target)
        if element is not None and "index" not in row[_INTERNAL]:
            self.outcome.moved.append(
                Moved(
                    token_id=row[_TOKEN],
                    process_key=self.process,
                    before=element.id,
                    after=target.element.id,
                )
            )
        return True

    def _carry_due(self, row: list[Any], spec: Any, target: Any) -> None:
        """The times that an event gateway waits for, under their new names; changed ones are left out."""
        was, now = dict(spec.waits_for), dict(target.waits_for)
        kept = {}
        for name, due in row[_INTERNAL].get("due", {}).items():
            found = self._renamed(name) or ""
            before = self.source.task_specs[name].element
            after = getattr(self.target.task_specs.get(found), "element", None)
            is_same = found in now and _time(was[name], before) == _time(now[found], after)
            if is_same:
                kept[found] = due
        row[_INTERNAL] = {**row[_INTERNAL], "due": kept}

    def _renamed(self, name: str) -> str | None:
        """The name of a spec in the new version, by the element that it belongs to."""
        if name == self.source.end.name:
            return str(self.target.end.name)
        if name in {"Start", "End", "Root"}:
            return name
        base, suffix = name, ""
        for each in _SUFFIXES:
            if name.endswith(each):
                base, suffix = name.removesuffix(each), each
        while base.endswith(_INSERTED):  # an element may itself be called "begin"
            each = "." + base.rpartition(".")[2]
            base, suffix = base.removesuffix(each), each + suffix
        found = base if base == self.process else self.mapping.get((self.process, base))
        return None if found is None else found + suffix

    def _is_activity(self, row: list[Any]) -> bool:
        spec = self.target.task_specs.get(row[_SPEC])
        return (
            not row[_STATE] & TaskState.FINISHED_MASK
            and getattr(spec, "element", None) is not None
            and not isinstance(spec, defaults.BoundaryEvent)
            and "index" not in row[_INTERNAL]
        )

    def _fit_boundary(self, row: list[Any]) -> None:
        """Give an activity that is under way the boundary events that it has now."""
        split = self.target.task_specs.get(f"{row[_SPEC]}.BoundaryEventSplit")
        parent = next((each for each in self.rows if each[_TOKEN] == row[_PARENT]), None)
        if parent is None:
            return
        beside = [each for each in self.rows if each[_PARENT] == parent[_TOKEN]]
        if split is None:
            return
        if parent[_SPEC] != split.name:
            parent = self._insert_split(row, parent, split.name)
            beside = []
        there = {each[_SPEC] for each in beside}
        for event in split.outputs:
            if isinstance(event, defaults.BoundaryEvent) and event.name not in there:
                self.outcome.added.append(event.name)
                self.rows.append(self._fresh(parent, event.name, TaskState.WAITING))
        names = {event.name for event in split.outputs}
        for each in beside:
            spec = self.target.task_specs.get(each[_SPEC])
            is_event = isinstance(spec, defaults.BoundaryEvent)
            if is_event and each[_SPEC] not in names and not each[_STATE] & TaskState.FINISHED_MASK:
                self._refuse(
                    each[_SPEC],
                    "other-host",
                    f"边界事件“{_called(spec)}”在新版本里附在别的环节上。",
                )

    def _insert_split(self, row: list[Any], parent: list[Any], name: str) -> list[Any]:
        split = self._fresh(parent, name, TaskState.COMPLETED)
        split[_TRIGGERED] = 0
        self.rows.insert(self.rows.index(row), split)
        row[_PARENT] = split[_TOKEN]
        return split

    def _fresh(self, parent: list[Any], name: str, state_: int) -> list[Any]:
        return [str(uuid4()), parent[_TOKEN], name, state_, parent[4], 1, {}, [], {}]

    def inner_of(self, token: str) -> str | None:
        """The process or sub-process that the activity of this token runs in the new version."""
        row = next(each for each in self.rows if each[_TOKEN] == token)
        found: str | None = getattr(self.target.task_specs.get(row[_SPEC]), "spec", None)
        return found

    def _check_joins(self) -> None:
        """A parallel join that would wait for a branch which no token can come by any more."""
        standing = [row for row in self.rows if not row[_STATE] & TaskState.FINISHED_MASK]
        by_token = {row[_TOKEN]: row for row in self.rows}
        for join in self.target.task_specs.values():
            inputs = set(join._inputs) if isinstance(join, specs.ParallelGateway) else set()
            if len(inputs) < 2:
                continue
            arrived = [row for row in standing if row[_SPEC] == join.name]
            names = {row[_SPEC] for row in standing if row[_SPEC] != join.name}
            reached = self._reached(names, join.name)
            if not arrived and not inputs & reached:
                continue
            came_by = [by_token[row[_PARENT]][_SPEC] for row in arrived]
            unnamed = sum(1 for name in came_by if name not in inputs)
            missing = inputs - reached - set(came_by)
            if len(missing) > unnamed:
                self._refuse(
                    join.name,
                    "waits-for-ever",
                    f"并行汇聚“{_called(join)}”还要等一条没有办理位置能走到的分支，会一直等下去。",
                )

    def _reached(self, names: set[str], without: str) -> set[str]:
        """The specs at which tokens stand, and those that they may come to but over this one."""
        found, ahead = set(names), list(names)
        while ahead:
            spec = self.target.task_specs.get(ahead.pop())
            for name in spec._outputs if spec is not None else ():
                if name not in found and name != without:
                    found.add(name)
                    ahead.append(name)
        return found

    def _refuse(self, element_id: str, rule: str, detail: str) -> None:
        self.outcome.faults.append(
            Fault(element_id=element_id, rule=rule, detail=detail, mend=_MENDS[rule])
        )

    def written(self) -> dict[str, Any]:
        """This level as the snapshot has it."""
        tokens = {row[_TOKEN] for row in self.rows}
        last = self.part["last"] if self.part["last"] in tokens else None
        name = self.target.name if self.target is not None else self.part["spec"]
        return {**self.part, "spec": name, "last": last, "tasks": self.rows}


_MENDS = {
    "process-gone": "请保留该流程，或等案件走出这一段后再迁移。",
    "no-place": "请在迁移方案里为它指定一个环节，或等案件走过这一步后再迁移。",
    "other-kind": "请改为对应同一类型的环节。",
    "other-host": "请让边界事件附在对应的环节上，或不对应它。",
    "waits-for-ever": "请等案件走过并行部分后再迁移，或改画新版本的并行分支。",
}


def _process_of(spec: Any) -> str:
    elements = (getattr(each, "element", None) for each in spec.task_specs.values())
    return next(str(each.process_key) for each in elements if each is not None)


def _called(spec: Any) -> str:
    element = getattr(spec, "element", None)
    return str(element.name if element is not None else spec.name)


def retimed(old: Workflow, new: Workflow) -> Iterator[tuple[Any, Any, str | None]]:
    """Tokens that wait for a time whose model says another one now: (old task, new task, event id)."""
    before = {task.id: task for inner in old.all_workflows() for task in inner.tasks.values()}
    for inner in new.all_workflows():
        for task in inner.tasks.values():
            was = before.get(task.id)
            if was is None or task.state != TaskState.WAITING:
                continue
            if isinstance(task.task_spec, specs.EventGateway):
                yield from _retimed_events(was, task)
            elif _time_of(was.task_spec) != _time_of(task.task_spec):
                yield was, task, None


def _retimed_events(was: Any, task: Any) -> Iterator[tuple[Any, Any, str | None]]:
    for name, definition in task.task_spec.waits_for:
        if isinstance(definition, Timer) and name not in task.internal_data.get("due", {}):
            yield was, task, name


def _time_of(spec: Any) -> tuple[str, ...] | None:
    return _time(getattr(spec, "event_definition", None), getattr(spec, "element", None))


def _time(definition: Any, element: Any) -> tuple[str, ...] | None:
    """What a model says of a time, to be compared; None where it says none."""
    if not isinstance(definition, Timer | CycleTimer) or element is None:
        return None
    return definition.kind, definition.expression, element.deadline, element.deadline_from


@dataclass(frozen=True, kw_only=True)
class Items:
    """A multi-instance activity under way: how many items it has, and how many are done."""

    element_id: str
    total: int
    done: int


def items(workflow: Workflow) -> list[Items]:
    """The multi-instance activities that are under way."""
    found = []
    for inner in workflow.all_workflows():
        for task in inner.tasks.values():
            if task.state != TaskState.STARTED or "total" not in task.internal_data:
                continue
            done = [c for c in task.children if c.has_state(TaskState.FINISHED_MASK)]
            element_id = task.task_spec.element.id
            total = task.internal_data["total"]
            found.append(Items(element_id=element_id, total=total, done=len(done)))
    return found
