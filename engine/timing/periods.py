"""What `deadlines.toml` says: clocks, parameters that are no clock, and which clocks must fit in which.

`read_…` take what was checked at its deployment as it stands; `faults` says before a deployment what
the engine cannot count by or the law does not know. Values of its tables are plain data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

#: Units that are counted in instants of the office's own hours.
WORKING_HOURS = "working_hours"
UNITS = frozenset({"days", "working_days", "months", "hours", "minutes", WORKING_HOURS})
MOST = 20_000
#: What a period without a law says of itself.
NO_LAW = "无法定期限"
#: The parameter that working hours are counted by.
OFFICE_HOURS = "office.hours"

_VALUES = (bool, int, str, list)


@dataclass(frozen=True, kw_only=True)
class DeadlineDefault:
    """A deadline parameter as shipped; stored as version 1 of a DeadlineRule when first seen."""

    key: str
    name: str
    amount: int
    unit: str
    start_event: str
    binds: str
    on_lapse: str
    is_law: bool
    mark: str
    source: str
    basis: str = ""
    #: The start event is the receipt of a document, which law or template make one.
    at_receipt: bool = False
    #: Why it may be paused, with its ground; empty: it may not.
    pausable: str = ""
    #: Who grants more time, how often, how long; see docs/deadlines.md.
    extensions: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class ParameterDefault:
    """A number, term or switch as shipped; stored as version 1 of a Parameter when first seen."""

    key: str
    name: str
    value: Any
    unit: str
    period: str
    is_law: bool
    mark: str
    source: str
    basis: str = ""
    bounds: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Enclosure:
    """Clocks that follow each other inside the period of another, from the same event.

    Where `within` counts back (a notice before a visit), the steps begin on its last day and must
    end by the event.
    """

    key: str
    name: str
    within: str
    steps: tuple[str, ...]


def read_deadline(row: Mapping[str, Any]) -> DeadlineDefault:
    """One `[[deadlines]]`. KeyError for an entry that is needed."""
    return DeadlineDefault(
        key=row["key"],
        name=row.get("name", row["key"]),
        amount=-row["amount"] if row.get("direction") == "before" else row["amount"],
        unit=row["unit"],
        start_event=row["start_event"],
        binds=row["binds"],
        on_lapse=row["on_lapse"],
        is_law=row["law"],
        mark=row["mark"],
        source=row["source"],
        basis=row.get("basis", ""),
        at_receipt=row.get("receipt", False),
        pausable=row.get("pausable", ""),
        extensions=row.get("extensions"),
    )


def read_parameter(row: Mapping[str, Any]) -> ParameterDefault:
    """One `[[parameters]]`. KeyError for an entry that is needed."""
    return ParameterDefault(
        key=row["key"],
        name=row["name"],
        value=row["value"],
        unit=row.get("unit", ""),
        period=row.get("period", ""),
        is_law=row["law"],
        mark=row["mark"],
        source=row["source"],
        basis=row.get("basis", ""),
        bounds={name: row[name] for name in ("least", "most", "among") if name in row},
    )


def read_enclosure(row: Mapping[str, Any]) -> Enclosure:
    """One `[[enclosures]]`. KeyError for an entry that is needed."""
    return Enclosure(
        key=row["key"], name=row["name"], within=row["within"], steps=tuple(row["steps"])
    )


def faults(
    clocks: Iterable[Mapping[str, Any]],
    parameters: Iterable[Mapping[str, Any]] = (),
    enclosures: Iterable[Mapping[str, Any]] = (),
) -> Iterator[str]:
    """What rows of the right shape say that cannot be."""
    clocks, parameters = list(clocks), list(parameters)
    known = [row["key"] for row in clocks]
    counts = [row["key"] for row in parameters]
    for name, keys in (("deadlines", known), ("parameters", counts)):
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            yield f"{name} 的 {key} 写了两次。"
    for row in clocks:
        for detail in _clock_faults(row, counts):
            yield f"deadlines 的 {row['key']} {detail}"
    for row in parameters:
        for detail in _parameter_faults(row):
            yield f"parameters 的 {row['key']} {detail}"
    for row in enclosures:
        missing = sorted({row["within"], *row["steps"]} - set(known))
        if missing or not row["steps"]:
            yield f"enclosures 的 {row['key']} 所指的期限不存在：{'、'.join(missing) or '（空）'}。"


def _clock_faults(row: Mapping[str, Any], counts: list[str]) -> Iterator[str]:
    if row["amount"] < 0:
        yield '的 amount 为负：期限不能是负数；倒计的请写 direction = "before"。'
    if row["amount"] > MOST:
        yield f"的 amount 最多 {MOST}。"
    if row["unit"] not in UNITS:
        yield f"的 unit 应是 {'、'.join(sorted(UNITS))} 之一。"
    if row["unit"] == WORKING_HOURS and row.get("direction") == "before":
        yield "按工作时不能倒计，请改用工作日。"
    if row["unit"] == WORKING_HOURS and OFFICE_HOURS not in counts:
        yield f"按工作时计算，请在 parameters 里写明 {OFFICE_HOURS}。"
    for entry in ("start_event", "binds", "on_lapse", "source"):
        if not row[entry].strip():
            yield f"的 {entry} 是空的：每项期限都要写明起算的事件、约束谁、逾期的后果和依据。"
    yield from _ground_faults(row)
    yield from _extension_faults(row.get("extensions"), counts)


def _ground_faults(row: Mapping[str, Any]) -> Iterator[str]:
    """A law has its article; without one the row says so, or from where the number is taken."""
    if row["law"] and not row.get("basis", "").strip():
        yield "标为法定，请在 basis 里写明条款；没有法律依据的请写 law = false。"
    if row["law"] and NO_LAW in row["source"]:
        yield f"标为法定，source 却说“{NO_LAW}”。"
    pausable = row.get("pausable", "")
    if row["law"] and pausable and "第" not in pausable:
        yield "是法定期限，只有法律规定可以中止的才能中止：请在 pausable 里写明条款，否则去掉。"


def _extension_faults(told: Mapping[str, Any] | None, counts: list[str]) -> Iterator[str]:
    if told is None:
        return
    for entry in sorted(set(told) - {"most", "by", "longest", "in_process"}):
        yield f"的 extensions 不认识 {entry}。"
    most = told.get("most")
    if type(most) is str and most not in counts:
        yield f"的 extensions 所指的参数 {most} 不存在。"
    elif type(most) not in (int, str) or (isinstance(most, int) and most < 1):
        yield "的 extensions 请写明 most：可以延期几次，或者记着次数的参数。"
    by = told.get("by")
    if not isinstance(by, list) or not by or any(type(group) is not str for group in by):
        yield "的 extensions 请写明 by：由哪些岗位批准。"
    longest = told.get("longest", 1)
    if type(longest) is not int or not 0 < longest <= MOST:
        yield "的 extensions 的 longest 应是正整数：最多延长的日数。"
    if type(told.get("in_process", False)) is not bool:
        yield "的 extensions 的 in_process 应是 true 或 false。"


def _parameter_faults(row: Mapping[str, Any]) -> Iterator[str]:
    if type(row["value"]) not in _VALUES:
        yield "的 value 应是数、文本、true/false 或列表。"
    if not row["source"].strip():
        yield "的 source 是空的：请写明依据，没有的写“默认值，无法定期限”。"
    if row["law"] and not row.get("basis", "").strip():
        yield "标为法定，请在 basis 里写明条款。"
