"""Each row of docs/bpmn.md is carried by a test that fails when the element is taken out of the model."""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine.clock import ManualClock
from engine.database import Database
from engine.engine import Engine
from engine.errors import EngineError
from engine.package import Handler
from engine.repository import definitions
from tests import models
from tests.conftest import START
from tests.driver import SYSTEM, Driver
from tests.process.conformance import NAMED, Live, Play, Plays
from tests.process.elements import page
from tests.process.elements.rows import Other, Shown
from tests.process.removal import without

PLAYS = [
    pytest.param(shown, id=f"{element.name}: {shown.without} in {shown.name}")
    for element in page.RUNS
    for shown in element.shown
]


def named(rows: Sequence[Other]) -> list[Any]:
    return [pytest.param(each, id=each.name) for each in rows]


class Refused(Exception):  # what some of these models are to come to
    """A model without its element may not be deployed."""

    def __init__(self, rules: set[str]) -> None:
        super().__init__(", ".join(sorted(rules)))
        self.rules = rules


@dataclass(kw_only=True)
class Stage:
    """One database for all plays: each deploys its models as the next version of the family."""

    case: Driver
    folder: Path
    plays: int = 0

    def playing(self, stack: ExitStack, taken_out: str) -> Plays:
        """Plays live, with this taken out of the models."""

        def build(
            body: str,
            *others: str,
            handlers: Mapping[str, Handler] | None = None,
            dmn: Mapping[str, str] | None = None,
        ) -> Play:
            texts = without([models.bpmn("main", body, extra=NAMED), *others], taken_out)
            return self.play(stack, texts, handlers=handlers, dmn=dmn)

        return build

    def play(
        self,
        stack: ExitStack,
        texts: Sequence[str],
        *,
        handlers: Mapping[str, Handler] | None = None,
        dmn: Mapping[str, str] | None = None,
    ) -> Live:
        """Deploy these files; raises Refused."""
        self.plays += 1
        folder = self.folder / str(self.plays)
        package = models.family(folder, *texts, handlers=handlers, dmn=dmn)
        if found := definitions.check(package):
            raise Refused({fault.rule for fault in found})
        engine = Engine(self.case.engine.database, self.case.clock, [package], self.folder)
        with engine.begin(SYSTEM) as uow:
            definitions.deploy(uow, package)
        return Live(case=Driver(engine=engine, clock=self.case.clock), stack=stack)


@pytest.fixture(scope="module")
def stage(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A database with people, on which nothing has been played yet."""
    folder = tmp_path_factory.mktemp("stage")
    shutil.copy(sqlite_template, folder / "plays.db")
    database = Database(f"sqlite:///{folder / 'plays.db'}")
    line = models.bpmn("main", "<startEvent id='s'/><endEvent id='e'/>" + models.flows("s>e"))
    clock = ManualClock(START)
    engine = Engine(database, clock, [models.family(folder / "0", line)], folder)
    yield Stage(case=Driver(engine=engine, clock=clock).set_up(), folder=folder)
    database.dispose()


@pytest.mark.parametrize("shown", PLAYS)
def test_the_play_fails_without_the_element(stage: Stage, shown: Shown) -> None:
    with ExitStack() as stack:
        play = stage.playing(stack, shown.without)
        if shown.refused:
            with pytest.raises(Refused) as refused:
                shown.test(play=play, **shown.given)
            assert refused.value.rules == set(shown.refused.split())
        else:
            # a play also fails by reading a variable that is not there
            with pytest.raises((AssertionError, EngineError, KeyError)):
                shown.test(play=play, **shown.given)


@pytest.mark.parametrize("other", named(page.REFUSED))
def test_it_is_refused(tmp_path: Path, other: Other) -> None:
    handlers = {"work": Handler(call=print)}
    found = definitions.check(models.family(tmp_path, other.content, handlers=handlers))
    assert [(fault.rule, fault.element_id) for fault in found] == [(other.rule, other.element)]
    assert found[0].mend


@pytest.mark.parametrize("other", named(page.SILENT))
def test_it_says_nothing(stage: Stage, other: Other) -> None:
    for texts in ([other.content], without([other.content], other.element)):
        with ExitStack() as stack:
            case = stage.play(stack, texts)
            assert case.start() == ["ask"]
            assert case.complete("ask") == []
            assert case.ended()
            case.told("start", "ask", "end")


def test_the_page_has_the_tables_that_the_rows_make() -> None:
    assert page.written() == page.made(), "python -m tests.process.elements.page writes them"


def test_each_row_has_a_play_and_stands_once() -> None:
    others = [*page.REFUSED, *page.SILENT]
    names = [each.name for each in page.RUNS] + [each.name for each in others]
    assert len(names) == len(set(names))
    assert [each.name for each in page.RUNS if not each.shown] == []


def test_each_play_is_one_that_the_conformance_tests_run() -> None:
    for element in page.RUNS:
        for shown in element.shown:
            assert {"play", *shown.given} == set(inspect.signature(shown.test).parameters)
            source = inspect.getsource(shown.test)
            assert "case.told(" in source, f"{shown.name} asks for no ordered trace"
            assert "case.ended()" in source, f"{shown.name} asks for no end"
            for names, values in runs_of(shown):
                found = [shown.given[name] for name in names]
                assert (found[0] if len(names) == 1 else tuple(found)) in values, shown.name


def runs_of(shown: Shown) -> Iterator[tuple[list[str], Sequence[object]]]:
    for mark in getattr(shown.test, "pytestmark", []):
        names, values = mark.args
        yield [names] if isinstance(names, str) else list(names), values
