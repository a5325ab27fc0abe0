"""What people must decide (dudao:neverAuto) is left or decided by no time-out, whatever is drawn around it.

A step is guarded with everything that holds it: its sub-processes, and the calls of its process. A
timer may remind, and may lead to people; it may not interrupt, end or pass over such a step.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine.spiff.checks.faults import ModelFault
from engine.spiff.names import bpmn, dudao, local

_PEOPLE = frozenset({"userTask", "receiveTask"})
_AUTOMATIC = frozenset(
    {
        "serviceTask",
        "sendTask",
        "scriptTask",
        "businessRuleTask",
        "subProcess",
        "callActivity",
        "transaction",
        "adHocSubProcess",
    }
)
#: What is thrown may end what others do.
_THROWN = ("errorEventDefinition", "escalationEventDefinition", "signalEventDefinition")
_ENDING = ("terminateEventDefinition", *_THROWN)


def faults(roots: Mapping[str, Any]) -> Iterator[ModelFault]:
    """Every timer of these files that could decide instead of a person."""
    processes = {p.get("id"): p for root in roots.values() for p in root.iter(bpmn("process"))}
    for path, root in roots.items():
        kinds = ("process", "subProcess", "transaction", "adHocSubProcess")
        for scope in root.iter(*map(bpmn, kinds)):
            drawn = _Scope.of(scope, processes)
            told: set[tuple[Any, str]] = set()
            for holder, step in drawn.holders.items():
                for timer, detail, mend in drawn.slips(holder):
                    if (timer, detail) in told:
                        continue  # one step is named, however many the timer threatens
                    told.add((timer, detail))
                    named = step.get("name") or step.get("id")
                    said = f"须由人决定的步骤“{named}”（dudao:neverAuto）{detail}"
                    yield _fault(path, timer, "never-auto-timer", said, mend)


@dataclass(frozen=True, kw_only=True)
class _Scope:
    """One process or sub-process: its nodes, and the steps behind them that people must decide."""

    nodes: Mapping[str, Any]
    following: Mapping[str, tuple[str, ...]]
    #: Boundary events by the activity that they sit on.
    borders: Mapping[str, tuple[str, ...]]
    holders: Mapping[str, Any]
    #: Nodes at which somebody or something else than a timer lets the token go on.
    asking: frozenset[str]

    @classmethod
    def of(cls, scope: Any, processes: Mapping[str, Any]) -> _Scope:
        parts = scope.iterchildren("{*}*")
        nodes = {n.get("id"): n for n in parts if n.get("id") and n.tag != bpmn("sequenceFlow")}
        following: dict[str, tuple[str, ...]] = {}
        for flow in scope.iterchildren(bpmn("sequenceFlow")):
            source, target = flow.get("sourceRef"), flow.get("targetRef")
            following[source] = (*following.get(source, ()), target)
        borders: dict[str, tuple[str, ...]] = {}
        for key, node in nodes.items():
            if local(node.tag) == "boundaryEvent":
                host = (node.get("attachedToRef") or "").rpartition(":")[2]
                borders[host] = (*borders.get(host, ()), key)
        inside = {key: list(_inside(node, processes, set())) for key, node in nodes.items()}
        return cls(
            nodes=nodes,
            following=following,
            borders=borders,
            holders={
                key: found
                for key, within in inside.items()
                if (found := next((n for n in within if _is_guarded(n)), None)) is not None
            },
            asking=frozenset(
                key for key, within in inside.items() if any(map(_waits_for_others, within))
            ),
        )

    def slips(self, holder: str) -> Iterator[tuple[Any, str, str]]:
        """(timer, what is wrong, mend) for one node that holds a guarded step."""
        for key in self.borders.get(holder, ()):
            if _is_timer(self.nodes[key]) and self.nodes[key].get("cancelActivity") != "false":
                yield (
                    self.nodes[key],
                    "会被这个定时中断，等于由到期代人决定。",
                    "请改为非中断的定时（只提醒），或删去它。",
                )
        for key, start, detail, mend in self.timed_sub_processes:
            if key != holder:
                yield start, detail, mend
        for timer in self.timers:
            if holder in self.beside.get(timer, ()):
                yield from self._slips_beside(timer, holder)

    def _slips_beside(self, timer: str, holder: str) -> Iterator[tuple[Any, str, str]]:
        at_most = self._alone(timer, frozenset())
        if at_most.isdisjoint(self.ending) and at_most.isdisjoint(self.automatic):
            return
        behind = self._behind(holder, timer)
        alone = self._alone(timer, behind & self.joins | ({holder} & at_most))
        if not alone.isdisjoint(self.ending):
            yield (
                self.nodes[timer],
                "会被这个定时之后的终止或错误事件结束。",
                "请让到期的一路先经过一步由人办理，或改用普通结束事件。",
            )
        elif not (alone & behind).isdisjoint(self.automatic):
            yield (
                self.nodes[timer],
                "还没有人办，这个定时就走到它之后自动办理的步骤。",
                "请让到期的一路先经过一步由人办理，或另画它自己的后续步骤。",
            )

    def _alone(self, timer: str, stops: frozenset[str]) -> frozenset[str]:
        """Where the token of a timer comes before anybody has a say."""
        found = self.known.get((timer, stops))
        if found is None:
            first = self.following.get(timer, ())
            found = frozenset(self._reached(first, but=stops | self.asking))
            self.known[timer, stops] = found
        return found

    def _behind(self, holder: str, timer: str) -> frozenset[str]:
        """What comes after a holder."""
        behind = self.after.get(holder)
        if behind is None:
            behind = frozenset(self._reached(self.following.get(holder, ()), but={holder}))
            self.after[holder] = behind
        if timer not in behind:
            return behind
        return frozenset(self._reached(self.following.get(holder, ()), but={holder, timer}))

    @cached_property
    def timed_sub_processes(self) -> list[tuple[str, Any, str, str]]:
        """Event sub-processes that a timer opens and that end what runs beside them."""
        found = []
        for key, node in self.nodes.items():
            starts = node.iterchildren(bpmn("startEvent"))
            for start in starts if node.get("triggeredByEvent") == "true" else ():
                if _is_timer(start) and start.get("isInterrupting") != "false":
                    mend = "请改为非中断的开始事件。"
                    found.append((key, start, "会被这个定时的事件子流程中断。", mend))
                elif _is_timer(start) and self._throws(node, start.get("id")):
                    mend = "请让到期的一路先经过一步由人办理，或删去其中的抛出事件。"
                    found.append((key, start, "会被这个定时的事件子流程抛出的事件中断。", mend))
        return found

    @cached_property
    def beside(self) -> Mapping[str, set[str]]:
        """By timer the holders that may be open while it fires, or that it is an alternative to."""
        found: dict[str, set[str]] = {}
        for source, branches in self._forks():
            for branch in branches:
                others = [other for other in branches if other != branch]
                joins = self._reached(others, but={source}) & self.joins
                held = self._reached(others, but={branch, source}) & self.holders.keys()
                for key in self._reached([branch], but=joins | {source}) if held else ():
                    if key in self.timers:
                        found.setdefault(key, set()).update(held)
        return found

    @cached_property
    def timers(self) -> Mapping[str, Any]:
        return {key: node for key, node in self.nodes.items() if _is_timer(node)}

    @cached_property
    def joins(self) -> frozenset[str]:
        entries = Counter(target for targets in self.following.values() for target in set(targets))
        return frozenset(
            key
            for key, node in self.nodes.items()
            if node.tag == bpmn("parallelGateway") and entries[key] > 1
        )

    @cached_property
    def ending(self) -> frozenset[str]:
        return frozenset(key for key in self.nodes if self._ends_all(key))

    @cached_property
    def automatic(self) -> frozenset[str]:
        kinds = {key: local(node.tag) for key, node in self.nodes.items()}
        return frozenset(key for key, kind in kinds.items() if kind in _AUTOMATIC)

    @cached_property
    def known(self) -> dict[tuple[str, frozenset[str]], frozenset[str]]:
        return {}

    @cached_property
    def after(self) -> dict[str, frozenset[str]]:
        return {}

    def _forks(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        for key, node in self.nodes.items():
            targets = self.following.get(key, ())
            if len(targets) > 1 and local(node.tag) != "exclusiveGateway":
                yield key, targets
            for border in self.borders.get(key, ()):
                if self.nodes[border].get("cancelActivity") == "false":
                    yield "", (key, border)

    def _reached(self, first: Collection[str], *, but: Collection[str]) -> set[str]:
        todo, seen = list(first), set[str]()
        while todo:
            key = todo.pop()
            if key in seen or key in but or key not in self.nodes:
                continue
            seen.add(key)
            todo += [*self.following.get(key, ()), *self.borders.get(key, ())]
        return seen

    def _ends_all(self, key: str) -> bool:
        node = self.nodes[key]
        ends = (node.find(bpmn(name)) is not None for name in _ENDING)
        return local(node.tag) in {"endEvent", "intermediateThrowEvent"} and any(ends)

    def _throws(self, scope: Any, start: str) -> bool:
        """Whether an event sub-process throws something before anybody else has a say."""
        inner = _Scope.of(scope, {})
        alone = inner._reached(inner.following.get(start, ()), but=inner.asking)
        thrown = (inner.nodes[key].find(bpmn(name)) for key in alone for name in _THROWN)
        return any(found is not None for found in thrown)


def _inside(node: Any, processes: Mapping[str, Any], seen: set[str]) -> Iterator[Any]:
    """The node, what is drawn inside it, and the process that it calls."""
    for inner in node.iter("{*}*"):
        yield inner
        if local(inner.tag) == "callActivity":
            called = (inner.get("calledElement") or "").rpartition(":")[2]
            if called in processes and called not in seen:
                seen.add(called)
                yield from _inside(processes[called], processes, seen)


def _is_guarded(node: Any) -> bool:
    return str(node.get(dudao("neverAuto"))) == "true"


def _is_timer(node: Any) -> bool:
    return node.find(bpmn("timerEventDefinition")) is not None


def _waits_for_others(node: Any) -> bool:
    kind = local(node.tag)
    catches = kind == "intermediateCatchEvent" and not _is_timer(node)
    return kind in _PEOPLE or catches


def _fault(path: str, node: Any, rule: str, detail: str, mend: str) -> ModelFault:
    return ModelFault(
        file=path,
        element_id=node.get("id") or "",
        element_name=node.get("name") or "",
        rule=rule,
        detail=detail,
        mend=mend,
    )
