"""The dashboard: each number is as long as the list behind it, and counts what its reader may read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from supervision.dashboard import KEYED, Figure
from tests.api.browser import Browser
from tests.api.supervision.conftest import UNIT, Desk
from tests.process import phases
from tests.process.office import Office

DASHBOARD = "/supervision/dashboard"


@pytest.fixture
def played(desk: Desk) -> Desk:
    """A case of the county in rectification, and a second one that was just opened."""
    desk.office.begin_with("dashboard", lambda: _play(desk.office))
    return desk


def _play(office: Office) -> str:
    found = office.open("county_staff1", UNIT, title="食堂专项督导")
    phases.prepare(office, visit_on="2026-04-20")
    phases.inspect(office, visit_on="2026-04-20")
    phases.conclude(office)
    phases.report(office)
    phases.order_rectification(office)
    office.open("county_staff2", "129901-S2", title="校园安全督导")
    return found


def counted(found: Any) -> Iterator[tuple[str, str, int]]:
    """(figure, key, number) of everything on the page."""
    for part in ("cases", "problems"):
        for figure, number in found[part].items():
            yield figure, "", number
    for step in found["steps"]:
        yield Figure.WAITING.value, step["element_id"], step["waiting"]
        yield Figure.DONE.value, step["element_id"], step["done"]
    for office in found["offices"]:
        yield Figure.OF_OFFICE.value, office["id"], office["cases"]
        yield Figure.CLOSED_BY_OFFICE.value, office["id"], office["closed"]
        yield Figure.MET.value, office["id"], office["met"]
        yield Figure.NOT_MET.value, office["id"], office["not_met"]
    for measure in found["measures"]:
        yield Figure.MEASURES.value, measure["kind"], measure["count"]


def listed(window: Browser, figure: str, key: str, **scope: str) -> list[Any]:
    asked = {"figure": figure, **({"key": key} if key else {}), **scope}
    answer = window.get(f"{DASHBOARD}/rows", limit="3", **asked)
    assert answer.status_code == 200, answer.json
    found = list(answer.json["items"])
    while answer.json["next_cursor"]:
        cursor = answer.json["next_cursor"]
        answer = window.get(f"{DASHBOARD}/rows", limit="3", cursor=cursor, **asked)
        found += answer.json["items"]
    return found


def test_each_number_is_as_long_as_its_list(played: Desk) -> None:
    window = played.browser("county_head")
    found = window.get(DASHBOARD).json
    numbers = list(counted(found))
    assert {Figure(figure) for figure, _, _ in numbers} >= set(Figure) - {Figure.MEASURES}
    for figure, key, number in numbers:
        rows = listed(window, figure, key)
        assert len({row["id"] for row in rows}) == len(rows) == number, (figure, key)
    assert found["cases"]["open"] == 2
    assert found["problems"]["problems"] > 0
    assert sum(found["steps"][0]["ages"]) == found["steps"][0]["waiting"]


def test_a_scope_narrows_every_number(played: Desk) -> None:
    window = played.browser("county_head")
    unit_id = played.office.organisation("129901-S2")
    found = window.get(DASHBOARD, unit_id=unit_id).json
    assert found["cases"]["open"] == 1
    assert found["problems"]["problems"] == 0
    for figure, key, number in counted(found):
        assert len(listed(window, figure, key, unit_id=unit_id)) == number, (figure, key)
    nothing = window.get(DASHBOARD, year="2020").json
    assert {number for _, _, number in counted(nothing)} == {0}


def test_from_outside_only_what_was_told_is_counted(played: Desk) -> None:
    told = played.browser("school_head").get(DASHBOARD).json
    assert told["cases"]["open"] == 1
    assert told["problems"]["problems"] > 0
    for name in ("steps", "offices", "measures"):
        assert told[name] == [], name
    stranger = played.browser("private_head").get(DASHBOARD).json
    assert {number for _, _, number in counted(stranger)} == {0}
    for figure in sorted(KEYED):
        key = played.office.organisation("129901-OFF")
        assert listed(played.browser("school_head"), figure, key) == [], figure


def test_a_late_case_is_overdue_and_no_longer_due_soon(played: Desk) -> None:
    window = played.browser("county_head")
    before = window.get(DASHBOARD).json["cases"]
    played.office.days(400)
    after = played.browser("county_head").get(DASHBOARD).json  # the session has ended meanwhile
    assert after["cases"]["overdue"] > before["overdue"]
    assert after["cases"]["due_soon"] == 0
    assert max(step["oldest"] or 0 for step in after["steps"]) > 200


def test_numbers_and_lists_come_as_workbooks(played: Desk) -> None:
    window = played.browser("county_head")
    whole = window.get(f"{DASHBOARD}/export")
    rows = window.get(f"{DASHBOARD}/rows/export", figure="problems")
    for answer, said in ((whole, "在办"), (rows, "食堂专项督导")):
        assert answer.status_code == 200
        with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
            text = b"".join(book.read(name) for name in book.namelist()).decode()
        assert said in text


def test_a_figure_without_its_key_is_refused(played: Desk) -> None:
    window = played.browser("county_head")
    for asked in ({"figure": "waiting"}, {"figure": "open", "key": "x"}):
        answer = window.get(f"{DASHBOARD}/rows", **asked)
        assert (answer.status_code, answer.json["code"]) == (422, "figure-key")
