"""Loops that go round for years: they end right, and a late step costs what an early one does."""

from __future__ import annotations

from time import process_time

import pytest

from tests.models import flows, user
from tests.process.conformance import Live, Plays, end, start

AGAIN = "<exclusiveGateway id='again'/>"
ENOUGH = "<exclusiveGateway id='enough' default='enough_to_end'/>"


@pytest.mark.parametrize("play", ["live"], indirect=True)
def test_a_loop_of_three_thousand_rounds_ends_right_and_stays_small(play: Plays) -> None:
    body = start() + AGAIN + user("ask") + ENOUGH + end()
    body += flows("start>again", "again>ask", "ask>enough")
    body += flows('enough>again: outcome = "more"', "enough>end")
    case = play(body)
    assert isinstance(case, Live)
    case.start()
    took = []
    for rounds in (100, 2799):
        for _ in range(rounds):
            case.complete("ask", outcome="more")
        began = process_time()
        for _ in range(50):
            assert case.complete("ask", outcome="more") == ["ask"]
        took.append(process_time() - began)
    assert took[1] < took[0] * 1.5 + 0.05
    assert case.size() < 8_000
    assert case.complete("ask", outcome="done", note="over") == []
    assert case.ended()
    assert case.variables()["note"] == "over"
    assert (case.trace.count("ask"), case.trace[-3:]) == (3000, ["ask", "enough", "end"])


@pytest.mark.parametrize("rounds", [30])
def test_a_loop_with_a_parallel_join_ends_right(play: Plays, rounds: int) -> None:
    body = start() + AGAIN + "<parallelGateway id='fork'/>" + user("left") + user("right")
    body += "<parallelGateway id='join'/>" + ENOUGH + end()
    body += flows("start>again", "again>fork", "fork>left", "fork>right", "left>join")
    body += flows("right>join", "join>enough")
    body += flows('enough>again: outcome = "more"', "enough>end")
    case = play(body)
    if isinstance(case, Live):
        rounds = 300
    case.start()
    for number in range(rounds):
        first, second = ("left", "right") if number % 2 else ("right", "left")
        case.complete(first, outcome="more", amount=number)
        said = {"outcome": "more", "amount": number, "note": str(number)}
        assert case.complete(second, **said) == ["left", "right"]
    if isinstance(case, Live):
        assert case.size() < 8_000
    case.complete("left", outcome="done")
    assert case.complete("right", outcome="done", note="last") == []
    assert case.ended()
    assert (case.variables()["note"], case.variables()["outcome"]) == ("last", "done")
    assert case.trace.count("join") == rounds + 1
