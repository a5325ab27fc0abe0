"""Rehearsal stories: a whole case written down in YAML, read strictly.

A story says who starts what, and then step by step who completes which task with what, when, and what must
be true. It comes from a file that anyone may have written: safe loader, size cap, no aliases.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import yaml

from engine.clock import LOCAL_ZONE

MAX_BYTES = 512 * 1024
#: The hour at which a step happens when only its day is given.
OFFICE_HOUR = time(10, 0)

_STEP_KEYS = frozenset(
    {"complete", "by", "on", "item", "values", "refused", "wait_until", "expect", "note", "each"}
)
_EXPECT_KEYS = frozenset({"waiting", "state", "not_waiting", "incidents", "documents", "missed"})


class StoryError(Exception):
    """The file is not a story; the message says where and what to write."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One line of a story. Exactly one of complete, wait_until and expect is given."""

    number: int
    complete: str = ""
    by: str = ""
    on: datetime | None = None
    item: str = ""
    each: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    refused: str = ""
    wait_until: datetime | None = None
    expect: dict[str, Any] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Story:
    """A case to rehearse."""

    title: str
    source: str
    fiction: str
    family: str
    starts: datetime
    started_by: str
    values: dict[str, Any]
    steps: tuple[Step, ...]


class _Loader(yaml.SafeLoader):
    """No aliases: a few lines of them can unfold into gigabytes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise StoryError("故事文件不能用 YAML 别名（*）。")
        return super().compose_node(parent, index)


def read(path: Path) -> Story:
    """Read a story. Raises StoryError; OSError when the file cannot be read."""
    if path.stat().st_size > MAX_BYTES:
        raise StoryError(f"{path.name} 超过 {MAX_BYTES // 1024} KB。")
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise StoryError(f"{path.name} 不是可读的 YAML：{error}") from error
    if not isinstance(document, dict):
        raise StoryError(f"{path.name} 应是一份键值文件，见 docs/rehearsal.md。")
    return _story(path.name, document)


def _story(name: str, document: dict[str, Any]) -> Story:
    for key in ("title", "source", "fiction", "family", "starts", "start", "steps"):
        if key not in document:
            raise StoryError(f"{name} 缺少 {key}。")
    start = document["start"]
    if not isinstance(start, dict) or "by" not in start:
        raise StoryError(f"{name}：start 应写明 by（谁发起）和 values。")
    if not isinstance(document["steps"], list):
        raise StoryError(f"{name}：steps 应是一个列表。")
    return Story(
        title=str(document["title"]),
        source=str(document["source"]),
        fiction=str(document["fiction"]),
        family=str(document["family"]),
        starts=_moment(document["starts"], f"{name}：starts"),
        started_by=str(start["by"]),
        values=dict(start.get("values") or {}),
        steps=tuple(_step(name, n, row) for n, row in enumerate(document["steps"], start=1)),
    )


def _step(name: str, number: int, row: Any) -> Step:
    where = f"{name} 第 {number} 步"
    if not isinstance(row, dict):
        raise StoryError(f"{where}：应是键值。")
    unknown = set(row) - _STEP_KEYS
    if unknown:
        raise StoryError(f"{where}：不认识 {'、'.join(sorted(map(str, unknown)))}。")
    if sum(key in row for key in ("complete", "wait_until", "expect")) != 1:
        raise StoryError(f"{where}：complete、wait_until、expect 三者写一个。")
    expect = row.get("expect") or {}
    if set(expect) - _EXPECT_KEYS:
        raise StoryError(f"{where}：expect 只认 {'、'.join(sorted(_EXPECT_KEYS))}。")
    return Step(
        number=number,
        complete=str(row.get("complete", "")),
        by=str(row.get("by", "")),
        on=_moment(row["on"], where) if "on" in row else None,
        item=str(row.get("item", "")),
        each=bool(row.get("each", False)),
        values=dict(row.get("values") or {}),
        refused=str(row.get("refused", "")),
        wait_until=_moment(row["wait_until"], where) if "wait_until" in row else None,
        expect=dict(expect),
        note=str(row.get("note", "")),
    )


def _moment(value: Any, where: str) -> datetime:
    """A YAML date or datetime, or ISO text, as an aware instant in the local zone."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError as error:
            raise StoryError(f"{where}：“{value}”不是日期。") from error
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=LOCAL_ZONE)
    if isinstance(value, date):
        return datetime.combine(value, OFFICE_HOUR, LOCAL_ZONE)
    raise StoryError(f"{where}：“{value}”不是日期。")
