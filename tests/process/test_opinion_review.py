"""The review of the opinion letter is off in Tianjin; switched on, it runs as in other provinces."""

from __future__ import annotations

import pytest

from engine.administration import parameters
from supervision.tables import Document
from supervision.terms import DocumentKind
from tests.process import phases
from tests.process.office import SYSTEM, Office


@pytest.fixture
def reviewing(office: Office) -> Office:
    """The same office with the parameter opinion_review.enabled switched on."""
    with office.engine.begin(SYSTEM) as uow:
        parameters.change(
            uow, "supervision", "opinion_review.enabled", value=True, source="市督导委决定"
        )
    return office


def opinion_out(office: Office) -> None:
    """A case whose opinion letter was served."""
    office.open("county_staff1", "129901-S1")
    phases.prepare(office, visit_on="2026-04-20")
    phases.inspect(office, visit_on="2026-04-20")
    office.do("draft_feedback", by="county_staff1")
    office.serve()
    office.do("submit_defence", defence="waived")
    card = {**phases.PROBLEM, "requirement": "立即整改", "limit_class": "A"}
    office.do("draft_opinion_letter", by="county_staff1", problems=[card])
    office.serve()


def test_the_unit_may_ask_for_a_review_and_gets_a_reply(reviewing: Office) -> None:
    opinion_out(reviewing)
    reviewing.do("apply_opinion_review", opinion_review="applied")
    reviewing.do("reply_opinion_review", by="county_staff1", opinion_review_result="upheld")
    [reply] = reviewing.rows(Document, Document.kind == DocumentKind.OPINION_REVIEW_REPLY)
    assert reply.number
    assert "triage_clues" in reviewing.waiting()


def test_the_opinion_stands_when_nobody_asks_in_time(reviewing: Office) -> None:
    opinion_out(reviewing)
    assert "apply_opinion_review" in reviewing.waiting()
    reviewing.days(20)
    assert "triage_clues" in reviewing.waiting()


def test_by_default_the_letter_goes_straight_to_triage(office: Office) -> None:
    opinion_out(office)
    assert office.waiting() == ["triage_clues"]
