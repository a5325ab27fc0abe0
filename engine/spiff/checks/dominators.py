"""Which node every way to another one leads over (Cooper, Harvey and Kennedy 2001)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

Ways = Mapping[str, Sequence[str]]


def immediate(first: Collection[str], following: Ways) -> dict[str, str]:
    """The nearest such node of each node that is reached from `first`; "" where there is none."""
    order = _ordered(first, following)
    rank = {key: at for at, key in enumerate(order)}
    coming: dict[str, list[str]] = {key: [] for key in order}
    for key in order:
        for target in following.get(key, ()):
            coming[target].append(key)
    for key in first:
        coming[key].append("")
    nearest = {"": ""}
    rank[""] = -1
    has_changed = True
    while has_changed:
        has_changed = False
        for key in order:
            known = [source for source in coming[key] if source in nearest]
            found = known[0]
            for other in known[1:]:
                found = _shared(found, other, nearest, rank)
            if nearest.get(key) != found:
                nearest[key] = found
                has_changed = True
    return nearest


def _shared(one: str, other: str, nearest: Mapping[str, str], rank: Mapping[str, int]) -> str:
    while one != other:
        if rank[one] > rank[other]:
            one = nearest[one]
        else:
            other = nearest[other]
    return one


def _ordered(first: Collection[str], following: Ways) -> list[str]:
    """What is reached, each before what only it leads to (reverse postorder)."""
    seen: set[str] = set()
    left: list[str] = []
    for begin in first:
        if begin in seen:
            continue
        seen.add(begin)
        todo = [(begin, iter(following.get(begin, ())))]
        while todo:
            key, targets = todo[-1]
            target = next((each for each in targets if each not in seen), None)
            if target is None:
                left.append(key)
                todo.pop()
            else:
                seen.add(target)
                todo.append((target, iter(following.get(target, ()))))
    return left[::-1]
