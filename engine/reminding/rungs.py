"""What a ladder of reminders says: its rungs, and what cannot be one. Pure; no database.

`[[ladders]]` of `deadlines.toml` are read here, and what an administrator sends in their place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.timing.periods import NO_LAW

#: The key of the ladder of every kind of deadline that has none of its own.
DEFAULT = "*"

WORKING_DAYS, DAYS, HOURS = "working_days", "days", "hours"
UNITS = (WORKING_DAYS, DAYS, HOURS)
FURTHEST = {WORKING_DAYS: 250, DAYS: 366, HOURS: 720}

#: The task's holder, or whoever may take it while nobody has.
HOLDER = "holder"
#: Whoever may take the task.
CANDIDATES = "candidates"
#: Who started the case.
STARTER = "starter"
_ROLE, _RELATION = "role:", "relation:"

IN_APP, EMAIL = "in_app", "email"
CHANNELS = (IN_APP, EMAIL)

MOST_RUNGS = 12
_ENTRIES = {"offset", "unit", "to", "channels", "binding"}


@dataclass(frozen=True, kw_only=True)
class Rung:
    """One reminder: so many units after the end (before it where negative), to whom, by what."""

    offset: int
    unit: str
    to: tuple[str, ...]
    channels: tuple[str, ...]
    #: Its mail goes at once to everybody, whatever they chose.
    binding: bool = False

    @property
    def key(self) -> str:
        """What tells it from the other rungs of its ladder: `-5wd`, `0wd`, `24h`."""
        return f"{self.offset}{ {WORKING_DAYS: 'wd', DAYS: 'd', HOURS: 'h'}[self.unit] }"

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(to.removeprefix(_ROLE) for to in self.to if to.startswith(_ROLE))

    @property
    def relations(self) -> tuple[str, ...]:
        return tuple(to.removeprefix(_RELATION) for to in self.to if to.startswith(_RELATION))

    def as_dict(self) -> dict[str, Any]:
        """As it is stored and shown."""
        return {
            "offset": self.offset,
            "unit": self.unit,
            "to": list(self.to),
            "channels": list(self.channels),
            "binding": self.binding,
        }


@dataclass(frozen=True, kw_only=True)
class LadderDefault:
    """A ladder as shipped; stored as version 1 of a ReminderLadder when first seen."""

    key: str
    rungs: tuple[Rung, ...]
    source: str


#: What a family is reminded by that says nothing of it.
FALLBACK = LadderDefault(
    key=DEFAULT,
    rungs=tuple(
        Rung(offset=offset, unit=WORKING_DAYS, to=(HOLDER,), channels=CHANNELS)
        for offset in (-5, -1, 0, 1, 3)
    ),
    source=f"默认值，{NO_LAW}",
)


def read(row: Mapping[str, Any]) -> Rung:
    """One rung that was checked. KeyError for an entry that is needed."""
    return Rung(
        offset=row["offset"],
        unit=row.get("unit", WORKING_DAYS),
        to=tuple(row["to"]),
        channels=tuple(row.get("channels", CHANNELS)),
        binding=row.get("binding", False),
    )


def read_ladder(row: Mapping[str, Any]) -> LadderDefault:
    """One `[[ladders]]` that was checked."""
    return LadderDefault(key=row["key"], rungs=tuple(map(read, row["rungs"])), source=row["source"])


def faults(
    rows: object, *, roles: Iterable[str], relations: Iterable[str]
) -> Iterator[tuple[str, str]]:
    """(pointer, what is wrong) of rungs that somebody wrote; nothing where `read` takes them all."""
    if not isinstance(rows, Sequence) or isinstance(rows, str) or len(rows) > MOST_RUNGS:
        yield "/rungs", f"应为最多{MOST_RUNGS}级提醒的列表。"
        return
    known = {HOLDER, CANDIDATES, STARTER}
    known |= {_ROLE + role for role in roles} | {_RELATION + relation for relation in relations}
    seen = set()
    for number, row in enumerate(rows):
        found = list(_rung_faults(row, known))
        yield from ((f"/rungs/{number}{pointer}", detail) for pointer, detail in found)
        if not found:
            key = read(row).key
            if key in seen:
                yield f"/rungs/{number}/offset", "同一时间写了两级提醒，请合并。"
            seen.add(key)


def ladder_faults(
    ladders: Sequence[Mapping[str, Any]],
    *,
    deadlines: Iterable[str],
    roles: Iterable[str],
    relations: Iterable[str],
) -> Iterator[str]:
    """What `[[ladders]]` of a family say that cannot be."""
    keys = [row["key"] for row in ladders]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield f"ladders 的 {key} 写了两次。"
    for key in sorted(set(keys) - {DEFAULT, *deadlines}):
        yield f"ladders 的 {key} 所指的期限不存在。"
    roles, relations = list(roles), list(relations)
    for row in ladders:
        if not row["source"].strip():
            yield f"ladders 的 {row['key']} 的 source 是空的：没有依据的写“默认值，{NO_LAW}”。"
        for pointer, detail in faults(row["rungs"], roles=roles, relations=relations):
            yield f"ladders 的 {row['key']} 的 {pointer.removeprefix('/')} {detail}"


def _rung_faults(row: object, known: set[str]) -> Iterator[tuple[str, str]]:
    if not isinstance(row, Mapping):
        yield "", "应为一个对象。"
        return
    for entry in sorted(set(map(str, row)) - _ENTRIES):
        yield f"/{entry}", "没有这一项，请检查名称。"
    unit, offset = row.get("unit", WORKING_DAYS), row.get("offset")
    if unit not in UNITS:
        yield "/unit", f"单位应为{'、'.join(UNITS)}之一。"
    elif type(offset) is not int or abs(offset) > FURTHEST[unit]:
        yield "/offset", f"应为不超过{FURTHEST[unit]}的整数，届满之前的为负。"
    if type(row.get("binding", False)) is not bool:
        yield "/binding", "应为 true 或 false。"
    yield from _list_faults("to", row.get("to"), known)
    channels = row.get("channels", CHANNELS)
    of_channels = list(_list_faults("channels", channels, set(CHANNELS)))
    yield from of_channels
    if not of_channels and IN_APP not in channels:
        yield "/channels", "站内提醒（in_app）总是有的，不能省去。"


def _list_faults(name: str, value: object, known: set[str]) -> Iterator[tuple[str, str]]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        yield f"/{name}", "应为至少一项的列表。"
        return
    unknown = [str(item) for item in value if not isinstance(item, str) or item not in known]
    if unknown:
        yield f"/{name}", f"不认识 {'、'.join(unknown)[:100]}。"
