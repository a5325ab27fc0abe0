"""Rehearsal stories: a whole case written down in YAML, read strictly.

A story says who starts what, and then step by step who completes which task with what, when, and what must
be true. It comes from a file that anyone may have written: safe loader, size cap, no aliases.

    title, source (what was published, and where), fiction (what was continued, invented)
    family, starts (a date), start: {by, values}
    continues: name                          instead: after all steps of name.yaml beside this file
    routine: {task: {by, values, upload}}    what is done the same way each time
    steps:
      - complete: task, or [task, task]      every open one of a list, in turn
        by: username                         left out: whoever among the sample accounts may
        on: date                             move the clock there first
        item: text, of: text                 which task: text of its form; of the instance's title
        each: true                           all that are open, not only the oldest
        values, upload: {scan: 扫描件.pdf}    engine/rehearsing/answers.py says what values may hold
        vote: agree, opinion: text           of a task that several sign: agree, refuse or abstain
        on_paper: {name, title, second}      done on paper; `by` records it, `second` compares
        refused: code                        the act must be refused, with this code
      - start: {by, values}                  another case
      - wait_until: date                     let deadlines run, and lapse
      - expect: {waiting: [task], …}         ops/expectations.py says what may be expected
        of: text                             of another instance than the first
    note: text                               on any step, said when it is played
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import yaml

from engine.clock import LOCAL_ZONE
from engine.spiff.signing import VOTES

MAX_BYTES = 512 * 1024
#: The hour at which a step happens when only its day is given.
OFFICE_HOUR = time(10, 0)

_OWN = frozenset({"title", "source", "fiction", "steps"})
_BEGINNING = frozenset({"family", "starts", "start"})
_KINDS = ("complete", "start", "wait_until", "expect")
_OF_COMPLETE = frozenset(
    {"by", "on", "item", "of", "each", "values", "upload", "vote", "opinion", "on_paper", "refused"}
)
_STEP_KEYS = {
    "complete": _OF_COMPLETE,
    "start": frozenset({"on"}),
    "wait_until": frozenset[str](),
    "expect": frozenset({"of"}),
}


_NAME = re.compile(r"[a-z][a-z0-9_]{0,60}")
_BOOL = "tag:yaml.org,2002:bool"


class StoryError(Exception):
    """The file is not a story; the message says where and what to write."""


@dataclass(frozen=True, kw_only=True)
class Opening:
    """Who starts a case, with which values of the start form."""

    by: str
    values: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Routine:
    """How a task is done wherever a step does not say otherwise."""

    by: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    upload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class OnPaper:
    """Who signed the paper, and who compares the record with it."""

    name: str
    title: str
    second: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """One line of a story. Exactly one of complete, start, wait_until and expect is given."""

    place: str  # file and number, for messages
    complete: tuple[str, ...] = ()
    start: Opening | None = None
    wait_until: datetime | None = None
    expect: dict[str, Any] = field(default_factory=dict)
    by: str = ""
    on: datetime | None = None
    item: str = ""
    of: str = ""
    each: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    upload: dict[str, Any] = field(default_factory=dict)
    vote: str = ""
    opinion: str = ""
    on_paper: OnPaper | None = None
    refused: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Story:
    """A case to rehearse."""

    title: str
    source: str
    fiction: str
    family: str
    starts: datetime
    start: Opening
    routine: dict[str, Routine]
    steps: tuple[Step, ...]


class _Loader(yaml.SafeLoader):
    """No aliases (a few lines of them can unfold into gigabytes), and no key twice.

    Only true and false are truth values, as in YAML 1.2: `on` is a key here, `yes` and `no` are
    answers.
    """

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise StoryError("故事文件不能用 YAML 别名（*）。")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        keys = [key.value for key, _ in node.value if isinstance(key.value, str)]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            line = node.start_mark.line + 1
            raise StoryError(f"第 {line} 行起的一段中，{'、'.join(twice)} 写了两次。")
        return super().construct_mapping(node, deep=deep)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rows if tag != _BOOL]
    for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_BOOL, re.compile(r"^(?:true|false)$"), list("tf"))


def read(path: Path) -> Story:
    """Read a story, with the one that it continues. StoryError; OSError when a file cannot be read."""
    document = _load(path)
    if "continues" not in document:
        return _story(path.name, document)
    name = str(document.pop("continues"))
    if not _NAME.fullmatch(name):
        raise StoryError(f"{path.name}：continues 应是同一文件夹里的故事名，写的是“{name}”。")
    return _continued(
        path.name, document, _story(f"{name}.yaml", _load(path.with_name(f"{name}.yaml")))
    )


def _load(path: Path) -> dict[str, Any]:
    if path.stat().st_size > MAX_BYTES:
        raise StoryError(f"{path.name} 超过 {MAX_BYTES // 1024} KB。")
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
    # ValueError: bytes that are not UTF-8, or a date that the calendar does not have
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise StoryError(f"{path.name} 不是可读的 YAML：{error}") from error
    if not isinstance(document, dict):
        raise StoryError(f"{path.name} 应是一份键值文件，写法见 ops/stories.py。")
    return document


def _story(name: str, document: dict[str, Any]) -> Story:
    _check(name, document, _OWN | _BEGINNING)
    return Story(
        title=str(document["title"]),
        source=str(document["source"]).strip(),
        fiction=str(document["fiction"]).strip(),
        family=str(document["family"]),
        starts=_moment(document["starts"], f"{name}：starts"),
        start=_opening(document["start"], f"{name}：start"),
        routine=_routines(name, document),
        steps=_steps(name, document),
    )


def _continued(name: str, document: dict[str, Any], first: Story) -> Story:
    """The steps of both under the later title; what is done the same way may change on the way."""
    _check(name, document, _OWN)
    return replace(
        first,
        title=str(document["title"]),
        source=str(document["source"]).strip(),
        fiction=str(document["fiction"]).strip(),
        routine={**first.routine, **_routines(name, document)},
        steps=first.steps + _steps(name, document),
    )


def _check(name: str, document: dict[str, Any], needed: frozenset[str]) -> None:
    missing = needed - document.keys()
    if missing:
        raise StoryError(f"{name} 缺少 {'、'.join(sorted(missing))}。")
    _only(document, needed | {"routine"}, name)
    if not isinstance(document["steps"], list):
        raise StoryError(f"{name}：steps 应是一个列表。")


def _routines(name: str, document: dict[str, Any]) -> dict[str, Routine]:
    rows = _mapping(document.get("routine"), f"{name}：routine")
    return {key: _routine(row, f"{name}：routine {key}") for key, row in rows.items()}


def _steps(name: str, document: dict[str, Any]) -> tuple[Step, ...]:
    return tuple(_step(name, n, row) for n, row in enumerate(document["steps"], start=1))


def _step(name: str, number: int, row: Any) -> Step:
    where = f"{name} 第 {number} 步"
    if not isinstance(row, dict):
        raise StoryError(f"{where}：应是键值。")
    kinds = [kind for kind in _KINDS if kind in row]
    if len(kinds) != 1:
        raise StoryError(f"{where}：{'、'.join(_KINDS)} 写一个。")
    _only(row, _STEP_KEYS[kinds[0]] | {kinds[0], "note"}, where)
    tasks = row.get("complete", [])
    return Step(
        place=where,
        complete=_elements(tasks, where) if "complete" in row else (),
        start=_opening(row["start"], where) if "start" in row else None,
        wait_until=_moment(row["wait_until"], where) if "wait_until" in row else None,
        expect=_mapping(row.get("expect"), where),
        by=str(row.get("by", "")),
        on=_moment(row["on"], where) if "on" in row else None,
        item=str(row.get("item", "")),
        of=str(row.get("of", "")),
        each=_truth(row.get("each", isinstance(tasks, list)), where),
        values=_mapping(row.get("values"), where),
        upload=_mapping(row.get("upload"), where),
        vote=_vote(row.get("vote", ""), where),
        opinion=str(row.get("opinion", "")),
        on_paper=_on_paper(row["on_paper"], where) if "on_paper" in row else None,
        refused=str(row.get("refused", "")),
        note=str(row.get("note", "")),
    )


def _elements(value: Any, where: str) -> tuple[str, ...]:
    """The names of the tasks to complete: one, or a list that is not empty."""
    names = value if isinstance(value, list) else [value]
    wrong = [str(name) for name in names if not (isinstance(name, str) and _NAME.fullmatch(name))]
    if wrong or not names:
        said = f"写的是“{'、'.join(wrong)}”" if wrong else "清单是空的"
        raise StoryError(f"{where}：complete 应是任务的 id，或者它们的清单，{said}。")
    return tuple(names)


def _vote(value: Any, where: str) -> str:
    if value not in ("", *VOTES):
        raise StoryError(f"{where}：vote 应是 {'、'.join(VOTES)} 之一，写的是“{value}”。")
    return str(value)


def _on_paper(value: Any, where: str) -> OnPaper:
    row, keys = _mapping(value, where), ("name", "title", "second")
    _only(row, frozenset(keys), where)
    if any(not str(row.get(key) or "").strip() for key in keys):
        raise StoryError(
            f"{where}：on_paper 应写明 name（签署人）、title（职务）和 second（复核人）。"
        )
    return OnPaper(**{key: str(row[key]) for key in keys})


def _truth(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise StoryError(f"{where}：each 应是 true 或 false，写的是“{value}”。")
    return value


def _opening(value: Any, where: str) -> Opening:
    row = _mapping(value, where)
    if "by" not in row:
        raise StoryError(f"{where}：应写明 by（谁发起）和 values。")
    _only(row, frozenset({"by", "values"}), where)
    return Opening(by=str(row["by"]), values=_mapping(row.get("values"), where))


def _routine(value: Any, where: str) -> Routine:
    row = _mapping(value, where)
    _only(row, frozenset({"by", "values", "upload"}), where)
    return Routine(
        by=str(row.get("by", "")),
        values=_mapping(row.get("values"), where),
        upload=_mapping(row.get("upload"), where),
    )


def _mapping(value: Any, where: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise StoryError(f"{where}：这里应是键值，写的是“{value}”。")
    return {str(key): inner for key, inner in value.items()}


def _only(row: dict[str, Any], known: frozenset[str], where: str) -> None:
    unknown = sorted(map(str, set(row) - known))
    if unknown:
        raise StoryError(
            f"{where}：不认识 {'、'.join(unknown)}；可以写 {'、'.join(sorted(known))}。"
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
