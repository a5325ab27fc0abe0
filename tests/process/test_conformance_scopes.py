"""Scopes as BPMN 2.0 has them: what may be left undrawn, transactions, ad-hoc sub-processes."""

from __future__ import annotations

import pytest

from tests.models import flows, user
from tests.process.conformance import DUE, RUNG, Plays, beside, called_process, end, start, sub


def test_without_start_and_end_events_all_that_stands_first_begins(play: Plays) -> None:
    inner = user("x") + user("y") + user("z") + flows("x>z")
    case = play(user("a") + sub("scope", inner) + flows("a>scope"))
    assert case.start() == ["a"]
    assert case.complete("a") == ["x", "y"]
    assert case.complete("x") == ["y", "z"]
    assert case.complete("z") == ["y"]
    assert case.complete("y") == []
    assert case.ended()
    case.told("a", "x", "z", "y", "scope")


def test_a_transaction_that_nobody_cancels_is_a_sub_process(play: Plays) -> None:
    inner = start("s2") + user("pay") + end("e2") + flows("s2>pay", "pay>e2")
    body = start() + sub("deal", inner).replace("subProcess", "transaction") + user("after") + end()
    body += beside("stop", "deal", RUNG) + user("stopped")
    body += flows("start>deal", "deal>after", "after>end", "stop>stopped", "stopped>end")
    case = play(body)
    assert case.start() == ["pay"]
    assert case.complete("pay") == ["after"]
    case.complete("after")
    assert case.ended()
    case.told("start", "s2", "pay", "e2", "deal", "after", "end")


@pytest.mark.parametrize("begins_true", [False, True])
def test_the_steps_of_an_ad_hoc_sub_process_are_there_until_it_is_enough(
    play: Plays, begins_true: bool
) -> None:
    inner = "<completionCondition>amount &gt; 1</completionCondition>"
    inner += user("look") + user("ask") + user("write")
    hoc = sub("hoc", inner).replace("subProcess", "adHocSubProcess")
    case = play(
        start() + hoc + user("after") + end() + flows("start>hoc", "hoc>after", "after>end")
    )
    assert case.start(amount=5 if begins_true else 0) == ["ask", "look", "write"]
    if begins_true:
        assert case.complete("write", amount=5) == ["after"]
        done = ["write"]
    else:
        assert case.complete("write", amount=1) == ["ask", "look"]
        assert case.complete("ask", amount=2) == ["after"]
        done = ["write", "ask"]
    case.complete("after")
    assert case.ended()
    case.told("start", *done, "hoc", "after", "end")


def test_an_ad_hoc_sub_process_ends_when_all_its_steps_are_done(play: Plays) -> None:
    inner = user("look") + user("ask") + user("write") + flows("ask>write")
    hoc = sub("hoc", inner).replace("subProcess", "adHocSubProcess")
    case = play(start() + hoc + end() + flows("start>hoc", "hoc>end"))
    assert case.start() == ["ask", "look"]
    assert case.complete("ask") == ["look", "write"]
    case.complete("look")
    assert case.complete("write") == []
    assert case.ended()
    case.told("start", "ask", "look", "write", "hoc", "end")


ON = sub(
    "on",
    start("late", DUE, attributes="isInterrupting='false'"),
    user("urge"),
    end("urged"),
    flows("late>urge", "urge>urged"),
    attributes="triggeredByEvent='true'",
)


def test_a_called_process_has_its_own_event_sub_processes(play: Plays) -> None:
    called = start() + user("inside") + end() + flows("start>inside", "inside>end") + ON
    call = (
        "<callActivity id='call' calledElement='inner'><extensionElements>"
        "<camunda:in source='amount' target='asked'/>"
        "<camunda:out source='outcome' target='answer'/></extensionElements></callActivity>"
    )
    body = start() + call + user("after") + end()
    case = play(
        body + flows("start>call", "call>after", "after>end"), called_process("inner", called)
    )
    assert case.start(amount=3) == ["inside"]
    assert case.timer("late") == ["inside", "urge"]
    assert case.variables().get("asked") == 3
    assert case.complete("inside", outcome="yes") == ["urge"]
    assert case.complete("urge", outcome="yes") == ["after"]
    assert case.variables().get("answer") == "yes"
    assert "asked" not in case.variables()
    case.complete("after")
    assert case.ended()
    case.told(
        *("start", "start", "late", "inside", "end", "urge", "urged", "on", "call"),
        *("after", "end"),
    )


def test_each_item_has_its_own_event_sub_processes(play: Plays) -> None:
    inner = "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>"
    inner += "</multiInstanceLoopCharacteristics>"
    inner += start("s2") + user("look") + end("e2") + flows("s2>look", "look>e2") + ON
    case = play(start() + sub("each", inner) + end() + flows("start>each", "each>end"))
    assert case.start() == ["look", "look"]
    assert case.timer("late") == ["look", "look", "urge"]
    assert case.complete("look") == ["look", "urge"]
    assert case.complete("look") == ["urge"]
    assert case.complete("urge") == []
    assert case.ended()
    case.told(
        *("start", "s2", "s2", "late", "look", "e2", "each", "look", "e2", "urge", "urged"),
        *("on", "each", "each", "end"),
    )
