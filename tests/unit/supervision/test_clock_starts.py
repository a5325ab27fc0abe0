"""Which clocks a receipt starts, which fit in which, and what a plan that cannot be kept says."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

import processes
from engine.errors import Conflict, Invalid
from engine.package import discover
from engine.tables import DeadlineRule
from engine.timing import enclosures, periods
from supervision import clocks
from tests.unit.supervision.desk import SYSTEM, Desk

FAMILY = Path(processes.__file__).parent / "supervision"
ROWS: list[dict[str, Any]] = tomllib.loads((FAMILY / "deadlines.toml").read_text("utf-8"))[
    "deadlines"
]

#: §9.2a: the clocks that start when the party whom they bind receives what was served on it.
STARTS_AT_RECEIPT = {
    "self_eval.submit",
    "defence.preliminary",
    "plan.submit",
    "plan.redo",
    "rectify.classA",
    "rectify.classB",
    "rectify.classC",
    "rectify.classD",
    "supervision_notice.handle",
    "account.defence",
    "review.apply",
    "appeal.direct",
    "appeal.after_review",
    "appeal.correct",
    "opinion.review.apply",
    "penalty.hearing_request",
}
#: Defaults of §8 that §9.2a does not list: the template of each document has its receipt slip.
BY_TEMPLATE = {"joint_duty.report", "self_review.submit"}
#: §9.2a: the arrival of what somebody hands in starts the clock of whom it is handed in to.
STARTS_AT_SUBMISSION = {"verify.after_report", "review.decide", "appeal.decide"}
#: §9.2a: "delivery to the member unit", which is proven by the day on the slip.
STARTS_AT_DELIVERY = {"resource.reply"}


def test_a_receipt_starts_a_clock_only_where_the_procedure_says_so() -> None:
    assert {row["key"] for row in ROWS if row.get("receipt")} == STARTS_AT_RECEIPT | BY_TEMPLATE


def _armed() -> Iterator[tuple[str, str, str | None]]:
    """(element, key, from what) of every clock that a shipped model arms."""
    for path in sorted(Path(processes.__file__).parent.glob("*/bpmn/*.bpmn")):
        for node in etree.parse(path).iter():
            told = {etree.QName(name).localname: value for name, value in node.attrib.items()}
            if "deadline" in told:
                yield f"{path.name}#{told.get('id')}", told["deadline"], told.get("deadlineFrom")


def test_in_every_model_a_clock_that_starts_at_a_receipt_is_given_its_day() -> None:
    """The arrival of a task is no receipt: such a clock is counted from a recorded day."""
    at_receipt = {
        default.key
        for package in discover()
        for default in package.manifest.deadlines.values()
        if default.at_receipt
    }
    found = [where for where, key, start in _armed() if key in at_receipt and start is None]
    assert found == []
    assert any(key in at_receipt for _, key, _ in _armed())


def test_no_other_clock_of_a_model_is_counted_from_a_receipt() -> None:
    """`…_received_on` holds the day of a proven receipt."""
    known = STARTS_AT_RECEIPT | BY_TEMPLATE | STARTS_AT_SUBMISSION | STARTS_AT_DELIVERY
    found = [
        where
        for where, key, start in _armed()
        if not key.startswith("${")
        and key not in known
        and start is not None
        and re.search(r"received_on", start)
    ]
    assert found == []


def test_no_clock_of_law_is_paused_or_extended() -> None:
    """The law as read in the procedure knows neither; only the penalty's own organ decides there."""
    law = [row for row in ROWS if row["law"]]
    assert law
    assert [row["key"] for row in law if row.get("pausable") or row.get("extensions")] == []


def test_every_pause_says_that_no_law_gives_it() -> None:
    assert {row["pausable"][:9] for row in ROWS if row.get("pausable")} == {"默认值，无法定期限"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"amount": -5}, "期限不能是负数"),
        ({"unit": "moons"}, "unit 应是"),
        ({"start_event": " "}, "start_event 是空的"),
        ({"binds": ""}, "binds 是空的"),
        ({"on_lapse": ""}, "on_lapse 是空的"),
        ({"source": ""}, "source 是空的"),
        ({"law": True, "basis": ""}, "标为法定，请在 basis 里写明条款"),
        ({"law": True, "basis": "第九条"}, "source 却说“无法定期限”"),
        (
            {"law": True, "basis": "第九条", "source": "某法9", "pausable": "不可抗力"},
            "只有法律规定可以中止的才能中止",
        ),
        ({"unit": "working_hours"}, "office.hours"),
        ({"extensions": {"most": "moon", "by": ["x"]}}, "所指的参数 moon 不存在"),
        ({"extensions": {"most": 0, "by": ["x"]}}, "写明 most"),
        ({"extensions": {"most": 1}}, "写明 by"),
        ({"extensions": {"most": 1, "by": ["x"], "longest": 0}}, "longest"),
        ({"extensions": {"most": 1, "by": ["x"], "often": 2}}, "不认识 often"),
    ],
)
def test_a_clock_without_start_bound_lapse_or_ground_is_refused(
    change: dict[str, object], said: str
) -> None:
    row = next(row for row in ROWS if row["key"] == "office.step")
    assert list(periods.faults([row])) == []
    found = list(periods.faults([{**row, **change}]))
    assert any(said in detail for detail in found), found


def _plain_starts() -> Iterator[date]:
    """Every day of the longest spans of 2026 in which two months hold no statutory holiday."""
    for first, last in (
        (date(2026, 3, 2), date(2026, 3, 3)),
        (date(2026, 6, 22), date(2026, 8, 24)),
    ):
        yield from (first + timedelta(days=n) for n in range((last - first).days + 1))


def test_the_defaults_fit_where_there_is_no_holiday(desk: Desk) -> None:
    with desk.engine.read(SYSTEM) as uow:
        for start in _plain_starts():
            for fit in enclosures.plan(uow, clocks.FAMILY, start):
                if fit.key != "visit.notice":
                    assert fit.fits, fit.text
                    assert 21 <= (fit.ends_on - start).days <= 30
        for visit in (date(2026, 8, 3) + timedelta(days=n) for n in range(40)):
            (fit,) = enclosures.plan(uow, clocks.FAMILY, visit, keys=["visit.notice"])
            assert fit.fits, fit.text


def test_over_a_holiday_the_clash_is_said(desk: Desk) -> None:
    with desk.engine.read(SYSTEM) as uow:
        said = clocks.clashes(uow, date(2026, 9, 14), "visit.opinion.comprehensive")
        assert len(said) == 1
        assert "放不下，请改期" in said[0]
        assert clocks.clashes(uow, date(2026, 7, 1), "visit.opinion.comprehensive") == []


def test_a_longer_step_that_no_longer_fits_is_warned_of(desk: Desk) -> None:
    with desk.engine.read(SYSTEM) as uow:
        rules = {}
        for key, amount in (("defence.preliminary", 10), ("defence.preliminary", 15)):
            old = clocks.deadline_rules.current(uow, clocks.FAMILY, key)
            rule: DeadlineRule = clocks.deadline_rules.proposed(
                uow, old, amount=amount, unit="working_days"
            )
            rules[amount] = enclosures.warnings(uow, clocks.FAMILY, rule)
        assert rules[10] == []
        assert len(rules[15]) == 2
        with pytest.raises((Invalid, Conflict)):
            clocks.deadline_rules.proposed(uow, old, amount=-1, unit="days")
