"""The tables of docs/bpmn.md; `python -m tests.process.elements.page` writes them into it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.process.elements import activities, data, events, refused, silent
from tests.process.elements.rows import NO, YES, Element, Other

PAGE = Path(__file__).parents[3] / "docs" / "bpmn.md"
#: Behind this line everything is made here.
HEAD = "## Element by element\n"

TOPICS: Mapping[str, tuple[Element, ...]] = {
    **activities.TOPICS,
    **data.TOPICS,
    **events.TOPICS,
}
RUNS = [element for rows in TOPICS.values() for element in rows]
REFUSED = [*refused.NOT_RUN, *refused.WRONG]
SILENT = list(silent.SILENT)

_PEERS = ("Camunda 7", "Flowable")


def made() -> str:
    """The page from its tables on, as it has to be."""
    parts = [HEAD, *_counts()]
    for topic, rows in TOPICS.items():
        parts.append(f"\n### {topic}\n\n")
        parts += _table(("element", "here", "tests", *_PEERS), map(_of_running, rows))
    for topic, models in (
        ("Of the standard, but not run", refused.NOT_RUN),
        ("What no file may say", refused.WRONG),
    ):
        parts.append(f"\n### {topic}\n\n")
        head = ("element", "here", "rule", "mend", "test", *_PEERS)
        parts += _table(head, map(_of_refused, models))
    parts.append("\n### Kept, without meaning\n\n")
    parts += _table(("element", "here", "test", *_PEERS), map(_of_silent, SILENT))
    return "".join(parts)


def written() -> str:
    """What the page has there."""
    return HEAD + PAGE.read_text("utf-8").partition(HEAD)[2]


def _counts() -> Iterator[str]:
    asked: Sequence[Element | Other] = [*RUNS, *refused.NOT_RUN]
    runs = {"here": len(RUNS)}
    says_no = {"here": len(refused.NOT_RUN)}
    for peer, key in zip(_PEERS, ("camunda", "flowable"), strict=True):
        said = [getattr(each, key) for each in asked]
        runs[peer], says_no[peer] = said.count(YES), said.count(NO)
    yield (
        f"\nOf the {len(asked)} rows that the standard lets a process have and run, this many run,"
        " by the tests named or by the peer's documentation; the rest of a peer is not stated.\n\n"
    )
    lines = ((name, str(runs[name]), str(says_no[name])) for name in ("here", *_PEERS))
    yield from _table(("", "runs", "said not to run"), lines)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for row in (head, ["---"] * len(head), *rows):
        yield "| " + " | ".join(row) + " |\n"


def _of_running(element: Element) -> Sequence[str]:
    tests = dict.fromkeys(f"`{shown.name}`" for shown in element.shown)
    return element.name, "runs", ", ".join(tests), element.camunda, element.flowable


def _of_refused(other: Other) -> Sequence[str]:
    test = f"`test_it_is_refused[{other.name}]`"
    peers = other.camunda, other.flowable
    return other.name, "refused", f"`{other.rule}`", other.mend, test, *peers


def _of_silent(other: Other) -> Sequence[str]:
    test = f"`test_it_says_nothing[{other.name}]`"
    return other.name, "kept", test, other.camunda, other.flowable


if __name__ == "__main__":
    head = PAGE.read_text("utf-8").partition(HEAD)[0]
    PAGE.write_text(head + made(), "utf-8")
