"""The numbers of the procedure, written down beside this test, against the parameters shipped."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

import processes
import supervision
from supervision import rules

FAMILY = Path(processes.__file__).parent / "supervision"
PROCEDURE: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "procedure.toml").read_text("utf-8")
)
SHIPPED: dict[str, Any] = tomllib.loads((FAMILY / "deadlines.toml").read_text("utf-8"))
CLOCKS = {row["key"]: row for row in SHIPPED["deadlines"]}
COUNTS = {row["key"]: row for row in SHIPPED["parameters"]}

#: Clocks of other organs (record only, §8.7 P) and of visits that no model plans yet.
NOT_ARMED = {
    "penalty.decide",
    "penalty.hearing_request",
    "penalty.hearing_notice",
    "penalty.service",
    "notice.routine",
}

#: Counts that nothing asks for, and what holds them instead. Changing such a row changes nothing yet.
HELD_OTHERWISE = {
    "office.hours": "engine/timing/reckoning.py",
    "press.max_rechecks": "press.bpmn: one recheck in each round",
    "rectify.max_extensions": "`extensions` of the rectify clocks, engine/timing/extension_requests.py",
    "facts.max_extensions": "an accountability record is extended or not",
    "remedy.max_reviews": "rules.py: one review per decision",
    "remedy.max_appeals": "rules.py: one appeal per decision",
    "circular.approver": "dmn/approver_level",
    "interview.approver": "dmn/approver_level",
    "interview.government_approver": "dmn/approver_level",
    "calendar.roll": "engine/timing/reckoning.py",
    "reminders.quiet_from": "engine/reminding/reminders.py",
    "reminders.quiet_until": "engine/reminding/reminders.py",
    "urge.cool_down_hours": "engine/handover/urging.py",
    "term.inspector": "rules.py, the law's number",
    "term.max_terms": "rules.py, the law's number",
    "routine.month": "no routine visits yet",
    "routine.semester": "no routine visits yet",
    "training.year": "no training yet",
    "cycle.district": "no yearly plan yet",
    "cycle.school": "no yearly plan yet",
}


def by_row(rows: list[dict[str, Any]]) -> Any:
    return [pytest.param(row, id=row["row"]) for row in rows]


@pytest.mark.parametrize("row", by_row(PROCEDURE["clocks"]))
def test_a_clock_of_the_procedure_is_a_parameter_with_its_very_number(row: dict[str, Any]) -> None:
    shipped = CLOCKS[row["key"]]
    assert (shipped["amount"], shipped["unit"]) == (row["amount"], row["unit"])
    assert row["start"] in shipped["start_event"]
    assert shipped["binds"] == row["binds"]
    assert shipped["mark"] == row["mark"]
    assert (shipped.get("direction") == "before") == (row["start"] == "倒计")


@pytest.mark.parametrize("row", by_row(PROCEDURE["clocks"]))
def test_only_what_is_law_in_the_procedure_is_shown_as_law(row: dict[str, Any]) -> None:
    shipped = CLOCKS[row["key"]]
    assert shipped["law"] == ("law" in row)
    if "law" in row:
        assert row["law"] in shipped["source"]
        assert row["law"] in shipped["basis"]


@pytest.mark.parametrize("row", by_row(PROCEDURE["counts"]))
def test_a_count_or_term_of_the_procedure_is_a_parameter_too(row: dict[str, Any]) -> None:
    shipped = COUNTS[row["key"]]
    assert shipped["value"] == row["value"]
    assert shipped["law"] == ("law" in row)
    assert row.get("law", "") in shipped["basis"]


def test_what_is_no_law_is_marked_as_a_default_of_the_system() -> None:
    known = {row["key"] for row in [*PROCEDURE["clocks"], *PROCEDURE["counts"]]}
    for key, row in (CLOCKS | COUNTS).items():
        if key not in known:  # our own additions are never law
            assert row["law"] is False, key
            assert row["mark"] == "C", key


def test_every_clock_is_armed_by_a_model_or_asked_for_by_a_verb() -> None:
    """A number that nothing counts by would be a promise only."""
    models = "".join(path.read_text("utf-8") for path in FAMILY.glob("bpmn/*.bpmn"))
    code = "".join(
        path.read_text("utf-8") for path in Path(supervision.__file__).parent.rglob("*.py")
    )
    families = {"feedback.": 'f"feedback.{', "rectify.class": 'f"rectify.class{'}
    for key in CLOCKS.keys() - NOT_ARMED:
        made = next((text for start, text in families.items() if key.startswith(start)), None)
        assert f'"{key}"' in models or (made or f'"{key}"') in code, key


def test_every_count_is_asked_for_or_said_to_be_held_otherwise() -> None:
    code = "".join(
        path.read_text("utf-8") for path in Path(supervision.__file__).parent.rglob("*.py")
    )
    asked = {key for key in COUNTS if f'"{key}"' in code}
    assert COUNTS.keys() - asked == HELD_OTHERWISE.keys()


def test_the_least_number_of_inspectors_is_the_law_s_in_the_rule_as_well() -> None:
    assert COUNTS["group.min_inspectors"]["value"] == rules.LEAST_INSPECTORS
    assert COUNTS["term.max_terms"]["value"] == rules.MOST_TERMS
    assert COUNTS["term.inspector"]["value"] == rules.TERM_YEARS
