"""docs/operations.md as it follows from what was played; what stands above its tables is written here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.integration.engine.operations import cases
from tests.integration.engine.operations.acts import ACTS, AROUND
from tests.integration.engine.operations.kinds import KINDS, SEPARATE
from tests.integration.engine.operations.persons import PERSONS
from tests.integration.engine.operations.playing import (
    ABSENT,
    ANY,
    APPROVE,
    FOR_AROUND,
    LONG,
    OK,
    SAME,
    Cell,
    Matrix,
    Outcome,
)
from tests.integration.engine.operations.states import STATES, why_absent

PAGE = Path(__file__).parents[4] / "docs" / "operations.md"

_HEAD = """# Operations: what may be done to a task, by kind and state

<!-- Written by `.venv/bin/python -m tests.integration.engine.operations`; not by hand. -->

Every cell of these tables was played: the engine's own verb, called as that person, on a task of
that kind in that state, and taken back.
Each was played twice, once straight on and once by an engine that had never seen the case and found
it stored; both came to the same.
`tests/integration/engine/operations/` plays them with every run of the tests, which fail when this
page says anything else, or when `allowed_acts` offers an act that is refused or hides one that is not.
To write it anew: `.venv/bin/python -m tests.integration.engine.operations`.

In the tables of tasks the same person acts (本人): a candidate, in an office that is party to the
case. What others come to is in [its own table](#whoever-else-其他人).

## Legend 图例

| sign | meaning |
|---|---|
| ✓ | done 可以办理 |
| = | theirs already: answered as done, and nothing is changed 已经如此，不变 |
| – | no such cell: a task of this kind is never in this state, for the reason below 不会出现 |
| `code` | refused with this [code](#codes-错误代码), and nothing is changed 不予办理 |
"""
_SIGNS = {OK: "✓", SAME: "=", ABSENT: "–"}
#: class of the error → its paragraph in errors.md, and the status.
_ROWS: Mapping[str, tuple[str, int]] = {
    "NotAllowed": ("not-allowed", 403),
    "NotFound": ("not-found", 404),
    "Conflict": ("conflict", 409),
    "Invalid": ("invalid", 422),
}
_NAMED = re.compile("“[a-z]+”")


def text(matrix: Matrix) -> str:
    """The whole page."""
    parts = [
        _HEAD,
        _kinds(),
        _states(),
        "## The task itself 任务的办理\n",
        *(
            _by_kind(f"{act.zh} `{act.key}`", act.note, matrix.tasks.straight, act.key)
            for act in ACTS
        ),
        _by_kind(
            "批量审批 `approve`",
            "one of many; claiming and passing on many is the single act for each",
            matrix.tasks.straight,
            APPROVE,
        ),
        _around(matrix),
        _persons(matrix),
        _cases(matrix),
        _lapsed(matrix),
        _codes(matrix),
    ]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _kinds() -> str:
    rows = [[kind.zh, kind.en, kind.says] for kind in (*KINDS, SEPARATE)]
    last = (
        f"{SEPARATE.zh} stands only in the table of persons: to everybody else it is as the first."
    )
    head = "## Kinds of task 任务种类\n\n"
    return head + _table(["种类", "kind", "how it is played"], rows) + "\n" + last


def _states() -> str:
    rows = [[state.zh, state.en] for state in STATES]
    absent: dict[tuple[str, str], list[str]] = {}
    for state in STATES:
        for kind in KINDS:
            if (why := why_absent(kind, state)) is not None:
                absent.setdefault((state.zh, why), []).append(kind.zh)
    never = [
        [zh, _all_or(kinds, [kind.zh for kind in KINDS]), why]
        for (zh, why), kinds in absent.items()
    ]
    return "\n".join(
        [
            "## States 状态\n",
            _table(["状态", "state"], rows),
            "A task that was taken over from another version of its model is as before:"
            " the same acts are offered there, and what may be completed is completed.\n",
            "Never in it; where kinds share a row below, it holds for those that can be in the state:\n",
            _table(["状态", "种类", "why"], never),
        ]
    )


def _by_kind(title: str, note: str, played: Mapping[Cell, Outcome], act: str) -> str:
    """Kinds that come to the same share a row."""
    rows: list[tuple[list[str], list[str]]] = []
    for kind in KINDS:
        codes = [played[act, kind.key, state.key].code for state in STATES]
        for names, known in rows:
            if all(a == b or ABSENT in (a, b) for a, b in zip(known, codes, strict=True)):
                names.append(kind.zh)
                known[:] = [b if a == ABSENT else a for a, b in zip(known, codes, strict=True)]
                break
        else:
            rows.append(([kind.zh], codes))
    everybody = [kind.zh for kind in KINDS]
    table = _table(
        ["种类", *(state.zh for state in STATES)],
        [[_all_or(names, everybody), *map(_sign, codes)] for names, codes in rows],
    )
    return f"### {title}\n\n" + (f"{note[0].upper()}{note[1:]}.\n\n" if note else "") + table


def _around(matrix: Matrix) -> str:
    """The same for each kind by which it was played; one of them is in every state."""
    rows = []
    for act in AROUND:
        codes = []
        for state in STATES:
            found = {
                played.straight[act.key, ANY, state.key].code
                for played in matrix.around.values()
                if (act.key, ANY, state.key) in played.straight
            }
            codes.append(" / ".join(sorted(map(_sign, found))))
        rows.append([f"{act.zh} `{act.key}`", *codes])
    names = {kind.key: kind.zh for kind in KINDS}
    by = "、".join(names[key] for key in FOR_AROUND)
    said = f"They ask only for a part in the case; played by {by}, with one outcome.\n\n"
    table = _table(["操作", *(state.zh for state in STATES)], rows)
    return "## Around a task, of whatever kind 任务之外\n\n" + said + table


def _persons(matrix: Matrix) -> str:
    who = _table(["谁", "who"], [[person.zh, person.says] for person in PERSONS])
    rows = [
        [
            f"{act.zh} `{act.key}`",
            *(_sign(matrix.persons.straight[act.key, person.key, ""].code) for person in PERSONS),
        ]
        for act in (*ACTS, *AROUND)
    ]
    table = _table(["操作", *(person.zh for person in PERSONS)], rows)
    said = "All on the first kind, but for those who must be kept separate.\n"
    return f"## Whoever else 其他人\n\n{said}\n{who}\n{table}"


def _cases(matrix: Matrix) -> str:
    parts = ["## The whole case 整个案件\n"]
    for act in cases.ACTS:
        groups: dict[tuple[str, ...], list[str]] = {}
        for kind in KINDS:
            codes = tuple(
                matrix.cases.straight[act.key, kind.key, state.key].code for state in cases.STATES
            )
            groups.setdefault(codes, []).append(kind.zh)
        everybody = [kind.zh for kind in KINDS]
        rows = [[_all_or(names, everybody), *map(_sign, codes)] for codes, names in groups.items()]
        note = f"{act.note[0].upper()}{act.note[1:]}.\n\n" if act.note else ""
        table = _table(["其中的任务", *(f"案件{state.zh}" for state in cases.STATES)], rows)
        parts.append(f"### {act.zh} `{act.key}`\n\n{note}{table}")
    return "\n".join(parts)


def _lapsed(matrix: Matrix) -> str:
    names = {"ready": "仍待认领 still waits", "claimed": "仍在办理 still its holder's", "–": "–"}
    rows = [
        [kind.zh, names[matrix.lapsed[kind.key, "free"]], names[matrix.lapsed[kind.key, "mine"]]]
        for kind in KINDS
    ]
    said = (
        "A deadline that passes is recorded, reminded of and escalated;"
        f" it completes, approves and votes nothing. Played over {LONG.days} days,"
        " with a worker that did all that fell due.\n\n"
    )
    table = _table(["种类", "等待认领", "本人认领"], rows)
    return "## Time-out 逾期\n\n" + said + table


def _codes(matrix: Matrix) -> str:
    found: dict[str, dict[str, set[str]]] = {}
    tables = [matrix.tasks, *matrix.around.values(), matrix.persons, matrix.cases]
    for outcome in (each for played in tables for each in played.straight.values()):
        if outcome.error:
            sentence = _NAMED.sub("“…”", outcome.detail)
            found.setdefault(outcome.code, {}).setdefault(outcome.error, set()).add(sentence)
    rows = []
    for code, by_class in sorted(found.items()):
        for error, sentences in sorted(by_class.items()):
            slug, status = _ROWS[error]
            link = f"[{status} {slug}](errors.md#{slug}--{status}--{error.lower()})"
            rows.append([f"`{code}`", link, " / ".join(sorted(sentences))])
    return "## Codes 错误代码\n\n" + _table(["code", "row of errors.md", "what is said"], rows)


def _sign(code: str) -> str:
    return _SIGNS.get(code, f"`{code}`")


def _all_or(names: Sequence[str], everybody: Sequence[str]) -> str:
    if len(names) == len(everybody):
        return "全部 all"
    missing = [name for name in everybody if name not in names]
    if len(missing) < len(names):
        return f"除{'、'.join(missing)}外 all others"
    return "、".join(names)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "".join(f"{line}\n" for line in _lines(head, rows))


def _lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield f"| {' | '.join(row)} |"
