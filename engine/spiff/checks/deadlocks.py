"""Parallel joins that can never be passed: one exclusive choice feeds several of their entries.

Sound, not complete: told only where one token at most comes to the choice, and every entry named is
reached through it alone. What is not seen here becomes an incident when it happens (`run.deadlock`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from engine.spiff.names import bpmn, local


def of(nodes: Mapping[str, Any], flows: list[Any]) -> Iterator[tuple[Any, Any]]:
    """(join, exclusive gateway) of one scope."""
    following: dict[str, list[str]] = {}
    for flow in flows:
        following.setdefault(flow.get("sourceRef"), []).append(flow.get("targetRef"))
    for key, node in nodes.items():
        if local(node.tag) == "boundaryEvent":
            following.setdefault(node.get("attachedToRef"), []).append(key)
    joins = [key for key, node in nodes.items() if node.tag == bpmn("parallelGateway")]
    splits = [
        key
        for key, node in nodes.items()
        if node.tag == bpmn("exclusiveGateway") and len(following.get(key, ())) > 1
    ]
    forks = {key for key, node in nodes.items() if _forks(node, following.get(key, ()))}
    entries = {
        key: [f.get("sourceRef") for f in flows if f.get("targetRef") == key] for key in joins
    }
    first = [key for key in nodes if not any(key in targets for targets in following.values())]
    for join in joins:
        for split in splits:
            if len(entries[join]) > 1 and _starves(join, split, entries, following, forks, first):
                yield nodes[join], nodes[split]
                break


def _forks(node: Any, targets: Collection[str]) -> bool:
    """Whether more than one token may leave a node."""
    if local(node.tag) == "boundaryEvent":
        return bool(node.get("cancelActivity") == "false")
    return len(targets) > 1 and local(node.tag) not in {"exclusiveGateway", "eventBasedGateway"}


def _starves(
    join: str,
    split: str,
    entries: Mapping[str, list[str]],
    following: Mapping[str, list[str]],
    forks: Collection[str],
    first: list[str],
) -> bool:
    if any(split in _reached([fork], following, but=()) for fork in forks):
        return False  # several tokens may come to the choice, and choose differently
    else_reached = _reached(first, following, but={split, join})
    ways = [
        {target} | _reached([target], following, but={split, join}) for target in following[split]
    ]
    fed_by = []
    for entry in entries[join]:
        if entry in else_reached:
            return False
        fed_by.append(
            {
                number
                for number, way in enumerate(ways)
                if entry in way or (entry == split and following[split][number] == join)
            }
        )
    return any(
        one and other and not one & other
        for index, one in enumerate(fed_by)
        for other in fed_by[index + 1 :]
    ) and not set.intersection(*fed_by)


def _reached(
    first: Collection[str], following: Mapping[str, list[str]], *, but: Collection[str]
) -> set[str]:
    found: set[str] = set()
    todo = list(first)
    while todo:
        key = todo.pop()
        if key not in found and key not in but:
            found.add(key)
            todo += following.get(key, ())
    return found
