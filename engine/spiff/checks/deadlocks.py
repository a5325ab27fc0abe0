"""Parallel joins that can never be passed: one exclusive choice feeds several of their entries.

Sound, not complete: told only where one token at most comes to the choice, and every entry named is
reached through it alone. What is not seen here becomes an incident when it happens (`run.deadlock`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from engine.spiff.checks import dominators
from engine.spiff.names import bpmn, local


def of(nodes: Mapping[str, Any], flows: list[Any]) -> Iterator[tuple[Any, Any]]:
    """(join, exclusive gateway) of one scope."""
    entries: dict[str, list[str]] = {}
    following: dict[str, list[str]] = {}
    for flow in flows:
        source, target = flow.get("sourceRef"), flow.get("targetRef")
        if source in nodes and target in nodes:  # what is loose is told elsewhere
            following.setdefault(source, []).append(target)
            entries.setdefault(target, []).append(source)
    led_to = set(entries)
    for key, node in nodes.items():
        host = node.get("attachedToRef")
        if local(node.tag) == "boundaryEvent" and host in nodes:
            following.setdefault(host, []).append(key)
            led_to.add(key)
    nearest = dominators.immediate([key for key in nodes if key not in led_to], following)
    forks = [key for key, node in nodes.items() if _forks(node, following.get(key, ()))]
    by_several = _reached(forks, following)
    for join, coming in entries.items():
        if nodes[join].tag == bpmn("parallelGateway") and len(coming) > 1 and join in nearest:
            split = _choice_before(join, nodes, nearest, following)
            # where several tokens may come to the choice, they may choose differently
            if split and split not in by_several and _starves(join, split, coming, following):
                yield nodes[join], nodes[split]


def _forks(node: Any, targets: Collection[str]) -> bool:
    """Whether more than one token may leave a node."""
    if local(node.tag) == "boundaryEvent":
        return bool(node.get("cancelActivity") == "false")
    return len(targets) > 1 and local(node.tag) not in {"exclusiveGateway", "eventBasedGateway"}


def _choice_before(
    join: str,
    nodes: Mapping[str, Any],
    nearest: Mapping[str, str],
    following: Mapping[str, list[str]],
) -> str:
    """The last choice that every token to the join has passed.

    An earlier one starves no entry: from each of its ways the last one is reached.
    """
    key = nearest[join]
    while key:
        if nodes[key].tag == bpmn("exclusiveGateway") and len(following.get(key, ())) > 1:
            return key
        key = nearest[key]
    return ""


def _starves(join: str, split: str, coming: list[str], following: Mapping[str, list[str]]) -> bool:
    """Whether two entries are fed by different ways out of the choice, and none feeds all."""
    ways = following[split]
    reached = _ways_to(ways, following, but={split, join})
    direct = sum(1 << number for number, way in enumerate(ways) if way == join)
    fed_by = {direct if entry == split else reached.get(entry, 0) for entry in coming}
    fed = [by for by in fed_by if by]
    common = -1
    for by in fed_by:
        common &= by
    return not common and any(
        not one & other for at, one in enumerate(fed) for other in fed[at + 1 :]
    )


def _ways_to(
    ways: list[str], following: Mapping[str, list[str]], *, but: Collection[str]
) -> dict[str, int]:
    """By which ways each node is reached, as the bits of a number."""
    found: dict[str, int] = {}
    todo = [(way, 1 << number) for number, way in enumerate(ways)]
    while todo:
        waiting: dict[str, int] = {}
        for key, by in todo:
            if key not in but and by & ~found.get(key, 0):
                waiting[key] = waiting.get(key, 0) | by
        todo = []
        for key, by in waiting.items():
            found[key] = found.get(key, 0) | by
            todo += [(target, by) for target in following.get(key, ())]
    return found


def _reached(first: Collection[str], following: Mapping[str, list[str]]) -> set[str]:
    found: set[str] = set()
    todo = list(first)
    while todo:
        key = todo.pop()
        if key not in found:
            found.add(key)
            todo += following.get(key, ())
    return found
