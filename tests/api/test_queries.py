"""A page costs the same number of statements however many rows it shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from tests.api.browser import Browser
from tests.api.conftest import World


@contextmanager
def _counted(world: World) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    sa.event.listen(world.engine.database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(world.engine.database.engine, "before_cursor_execute", note)


def _cost(world: World, window: Browser, path: str, **query: str) -> tuple[int, list[str]]:
    with _counted(world) as statements:
        answer = window.get(path, **query)
    assert answer.status_code == 200
    return len(answer.json["items"]), statements


@pytest.mark.parametrize(
    ("who", "path", "tab", "most"),
    [
        ("ada", "/tasks", "claimable", 30),
        ("ada", "/tasks", "started", 30),
        ("cai", "/instances", "", 40),
        ("sam", "/jobs", "", 10),
        ("ada", "/organisations", "", 6),
        ("ada", "/definitions", "", 7),
    ],
)
def test_a_page_of_many_costs_what_a_page_of_one_costs(
    world: World, who: str, path: str, tab: str, most: int
) -> None:
    window = world.browser(who)
    query = {"tab": tab} if tab else {}
    world.start()
    one, few = _cost(world, window, path, **query)
    for _ in range(12):
        world.start()
    many, all_of_them = _cost(world, window, path, **query)
    assert one >= 1
    if path.startswith(("/tasks", "/instances", "/jobs")):
        # a deadline brings two jobs: its reminders and its lapse
        assert many == (26 if path == "/jobs" else 13)
    assert len(all_of_them) == len(few), "\n".join(all_of_them)
    assert len(all_of_them) <= most, "\n".join(all_of_them)


def test_the_history_costs_the_same_however_long(world: World) -> None:
    instance_id = world.start()
    window = world.browser("ada")
    _, few = _cost(world, window, f"/instances/{instance_id}/events", limit="1")
    count, many = _cost(world, window, f"/instances/{instance_id}/events")
    assert count == 4
    assert len(many) == len(few)
