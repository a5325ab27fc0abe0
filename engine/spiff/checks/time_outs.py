"""What people must decide (dudao:neverAuto) is left or decided by no time-out, whatever is drawn around it.

A step is guarded with everything that holds it: its sub-processes, and the calls of its process. A
timer may remind, and may lead to people; it may not interrupt, end or pass over such a step.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
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
            for holder, step in drawn.holders.items():
                for timer, detail, mend in drawn.slips(holder):
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
        for key, node in self.nodes.items():
            if node.get("triggeredByEvent") == "true" and key != holder:
                for start in node.iterchildren(bpmn("startEvent")):
                    if _is_timer(start) and start.get("isInterrupting") != "false":
                        yield start, "会被这个定时的事件子流程中断。", "请改为非中断的开始事件。"
                    elif _is_timer(start) and self._throws(node, start.get("id")):
                        yield (
                            start,
                            "会被这个定时的事件子流程抛出的事件中断。",
                            "请让到期的一路先经过一步由人办理，或删去其中的抛出事件。",
                        )
        for key, node in self.nodes.items():
            if _is_timer(node) and self._runs_beside(key, holder):
                yield from self._slips_beside(key, holder)

    def _slips_beside(self, timer: str, holder: str) -> Iterator[tuple[Any, str, str]]:
        behind = self._reached(self.following.get(holder, ()), but={timer, holder})
        joins = {key for key in behind if self._is_join(key)}
        alone = self._reached(self.following.get(timer, ()), but=joins | {holder} | self.asking)
        if any(self._ends_all(key) for key in alone):
            yield (
                self.nodes[timer],
                "会被这个定时之后的终止或错误事件结束。",
                "请让到期的一路先经过一步由人办理，或改用普通结束事件。",
            )
        elif any(local(self.nodes[key].tag) in _AUTOMATIC for key in alone & behind):
            yield (
                self.nodes[timer],
                "还没有人办，这个定时就走到它之后自动办理的步骤。",
                "请让到期的一路先经过一步由人办理，或另画它自己的后续步骤。",
            )

    def _runs_beside(self, timer: str, holder: str) -> bool:
        """Whether the timer could fire while the holder is open, or instead of it."""
        for source, branches in self._forks():
            for branch in branches:
                others = [other for other in branches if other != branch]
                joins = {key for key in self._reached(others, but={source}) if self._is_join(key)}
                if timer in self._reached([branch], but=joins | {source}) and any(
                    holder in self._reached([other], but={branch, source}) for other in others
                ):
                    return True
        return False

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

    def _is_join(self, key: str) -> bool:
        entries = sum(key in targets for targets in self.following.values())
        return entries > 1 and local(self.nodes[key].tag) == "parallelGateway"

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
