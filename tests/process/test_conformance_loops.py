"""Loops that go round for years, and items: each knows its own, and all end together."""

from __future__ import annotations

from time import process_time

import pytest

from engine.errors import BpmnError
from engine.package import Handler, StepContext
from tests.models import flows, service, user
from tests.process.conformance import REFUSED, RUNG, Live, Plays, beside, end, start, sub

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
    case.told("start", "again", *("ask", "enough", "again") * 2999, "ask", "enough", "end")


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
    told = ["start"]
    for number in range(rounds):
        first, second = ("left", "right") if number % 2 else ("right", "left")
        case.complete(first, outcome="more", amount=number)
        said = {"outcome": "more", "amount": number, "note": str(number)}
        assert case.complete(second, **said) == ["left", "right"]
        told += ["again", "fork", first, second, "join", "enough"]
    if isinstance(case, Live):
        assert case.size() < 8_000
    case.complete("left", outcome="done")
    assert case.complete("right", outcome="done", note="last") == []
    assert case.ended()
    assert (case.variables()["note"], case.variables()["outcome"]) == ("last", "done")
    case.told(*told, "again", "fork", "left", "right", "join", "enough", "end")


def each(*, sequential: bool = False, of: str = "${units}", inner: str = "") -> str:
    """A multi-instance marker; its items are called `unit`."""
    how = "true" if sequential else "false"
    return (
        f"<multiInstanceLoopCharacteristics isSequential='{how}' camunda:collection='{of}'"
        f" camunda:elementVariable='unit'>{inner}</multiInstanceLoopCharacteristics>"
    )


@pytest.mark.parametrize("sequential", [False, True], ids=["parallel", "sequential"])
def test_items_within_items_each_know_their_own(play: Plays, sequential: bool) -> None:
    seen = []

    def look(step: StepContext) -> None:
        seen.append((step.variables["unit"], step.variables["loopCounter"]))

    call = service("look", "look").replace(
        "/>", f">{each(sequential=sequential, of='${unit}')}</serviceTask>"
    )
    inner = each(sequential=sequential) + start("s2") + call + end("e2")
    inner += flows("s2>look", "look>e2")
    body = start() + sub("rows", inner) + user("after") + end()
    body += flows("start>rows", "rows>after", "after>end")
    case = play(body, handlers={"look": Handler(call=look)})
    assert case.start(units=[["a", "b"], [], ["c"]]) == ["after"]
    assert sorted(seen) == [("a", 1), ("b", 2), ("c", 1)]
    assert {"unit", "loopCounter"} & case.variables().keys() == set()
    case.complete("after")
    assert case.ended()
    # a call for each item of a row, and the call itself; of rows side by side the last goes first
    one, two, none = ["look"] * 2, ["look"] * 3, ["look"]
    if sequential:
        rows = [["s2", *calls, "e2", "rows"] for calls in (two, none, one)]
        told = [step for row in rows for step in row]
    else:
        told = ["s2", *one, "e2", "s2", *none, "e2", "s2", *two, "e2", *["rows"] * 3]
    case.told("start", *told, "rows", "after", "end")


@pytest.mark.parametrize("how", ["boundary", "error"])
def test_items_one_after_the_other_are_interrupted_and_the_next_never_begins(
    play: Plays, how: str
) -> None:
    def refuse(step: StepContext) -> None:
        if step.variables.get("note") == "refused":
            raise BpmnError("refused")

    inner = each(sequential=True) + start("s2") + user("look") + service("check", "refuse")
    inner += end("e2") + flows("s2>look", "look>check", "check>e2")
    body = start() + sub("rows", inner) + user("stopped") + end()
    body += beside("stop", "rows", RUNG if how == "boundary" else REFUSED)
    body += flows("start>rows", "rows>end", "stop>stopped", "stopped>end")
    case = play(body, handlers={"refuse": Handler(call=refuse)})
    assert case.start(units=["a", "b", "c"]) == ["look"]
    assert case.complete("look") == ["look"]
    second = ["s2"]
    if how == "boundary":
        assert case.message("rung") == ["stopped"]
    else:
        assert case.complete("look", note="refused") == ["stopped"]
        second.append("look")
    case.complete("stopped")
    assert case.ended()
    one = ["s2", "look", "check", "e2", "rows"]
    case.told("start", *one, *second, "stop", "stopped", "end")


@pytest.mark.parametrize("sequential", [False, True], ids=["parallel", "sequential"])
def test_items_of_a_transaction_are_left_together_when_one_is_cancelled(
    play: Plays, sequential: bool
) -> None:
    cancel = "<cancelEventDefinition/>"
    inner = each(sequential=sequential) + start("s2") + user("look")
    inner += "<exclusiveGateway id='which' default='which_to_e2'/>" + end("e2") + end("e3", cancel)
    inner += flows("s2>look", "look>which", "which>e2", 'which>e3: note = "no"')
    deal = sub("deal", inner).replace("subProcess", "transaction")
    body = start() + deal + beside("gone", "deal", cancel) + user("apologise") + end()
    body += flows("start>deal", "deal>end", "gone>apologise", "apologise>end")
    case = play(body)
    case.start(units=["a", "b", "c"])
    assert case.complete("look") == (["look"] if sequential else ["look", "look"])
    assert case.complete("look", note="no") == ["apologise"]
    case.complete("apologise")
    assert case.ended()
    first, then = (["s2"], ["s2"]) if sequential else (["s2"] * 3, [])
    case.told(
        *("start", *first, "look", "which", "e2", "deal", *then, "look", "which", "gone"),
        *("apologise", "end"),
    )


def test_a_condition_may_ask_how_many_items_are_still_at_work(play: Plays) -> None:
    enough = "<completionCondition>nrOfActiveInstances &lt; 2</completionCondition>"
    case = play(
        start() + user("ask", inner=each(inner=enough)) + end() + flows("start>ask", "ask>end")
    )
    assert case.start(units=["a", "b", "c"]) == ["ask"] * 3
    assert case.complete("ask") == ["ask", "ask"]
    assert case.complete("ask") == []
    assert case.ended()
    case.told("start", "ask", "ask", "ask", "end")
