"""Gateways and items as BPMN 2.0 has them, played live and with restoring at each wait."""

from __future__ import annotations

import pytest

from engine.errors import BpmnError
from engine.package import Handler, StepContext
from tests.models import flows, service, user
from tests.process.conformance import (
    LATE,
    REFUSED,
    RUNG,
    Plays,
    beside,
    end,
    start,
    sub,
)

INCLUSIVE = (
    start()
    + "<inclusiveGateway id='some' default='some_to_c'/>"
    + user("a")
    + user("b")
    + user("c")
    + "<inclusiveGateway id='all'/>"
    + user("after")
    + end()
    + flows("start>some", "some>a: amount > 1", "some>b: amount > 2", "some>c")
    + flows("a>all", "b>all", "c>all", "all>after", "after>end")
)


@pytest.mark.parametrize(
    ("amount", "taken"), [(3, ["a", "b"]), (2, ["a"]), (1, ["c"])], ids=["two", "one", "default"]
)
def test_an_inclusive_split_takes_what_holds_and_its_join_waits_for_just_these(
    play: Plays, amount: int, taken: list[str]
) -> None:
    case = play(INCLUSIVE)
    assert case.start(amount=amount) == taken
    for number, element in enumerate(taken, start=1):
        waiting = case.complete(element, note=element)
        assert waiting == (taken[number:] or ["after"])
    assert case.variables()["note"] == taken[-1]
    case.complete("after")
    assert case.ended()
    case.told("start", "some", *taken, "all", "after", "end")


def test_an_inclusive_join_goes_on_when_a_token_takes_another_way(play: Plays) -> None:
    body = start() + "<parallelGateway id='fork'/>" + user("a") + user("b")
    body += "<exclusiveGateway id='which' default='which_to_all'/><inclusiveGateway id='all'/>"
    body += user("after") + end() + end("e2")
    body += flows("start>fork", "fork>a", "fork>b", "a>all", "b>which", 'which>e2: note = "out"')
    body += flows("which>all", "all>after", "after>end")
    case = play(body)
    case.start()
    assert case.complete("a") == ["b"]
    assert case.complete("b", note="out") == ["after"]
    case.complete("after")
    assert case.ended()
    case.told("start", "fork", "a", "b", "which", "all", "e2", "after", "end")


def test_an_inclusive_join_in_a_loop_joins_in_every_round(play: Plays) -> None:
    body = start() + "<exclusiveGateway id='again'/><inclusiveGateway id='some'/>"
    body += user("a") + user("b") + "<inclusiveGateway id='all'/>"
    body += "<exclusiveGateway id='enough' default='enough_to_end'/>" + end()
    body = body.replace("id='some'", "id='some' default='some_to_a'")
    body += flows("start>again", "again>some", "some>a", "some>b: amount > 0", "a>all", "b>all")
    body += flows("all>enough", 'enough>again: outcome = "more"', "enough>end")
    case = play(body)
    assert case.start(amount=0) == ["a"]
    assert case.complete("a", outcome="more", amount=1) == ["b"]
    assert case.complete("b", outcome="more", amount=0) == ["a"]
    assert case.complete("a", outcome="done") == []
    assert case.ended()
    rounds = [("again", "some", each, "all", "enough") for each in ("a", "b", "a")]
    case.told("start", *rounds[0], *rounds[1], *rounds[2], "end")


def test_an_inclusive_join_waits_for_a_token_inside_a_sub_process(play: Plays) -> None:
    inner = start("s2") + user("inside") + end("e2") + flows("s2>inside", "inside>e2")
    body = start() + "<parallelGateway id='fork'/>" + user("a") + sub("scope", inner)
    body += "<inclusiveGateway id='all'/>" + user("after") + end()
    body += flows("start>fork", "fork>a", "fork>scope", "a>all", "scope>all", "all>after")
    case = play(body + flows("after>end"))
    case.start()
    assert case.complete("a") == ["inside"]
    assert case.complete("inside") == ["after"]
    case.complete("after")
    assert case.ended()
    case.told("start", "fork", "s2", "a", "inside", "e2", "scope", "all", "after", "end")


def test_conditions_on_flows_out_of_a_step_are_taken_as_they_hold(play: Plays) -> None:
    body = start() + user("ask").replace("<userTask ", "<userTask default='ask_to_none' ")
    body += user("some") + user("more") + user("none") + end()
    body += flows("start>ask", "ask>some: amount > 1", "ask>more: amount > 2", "ask>none")
    body += flows("some>end", "more>end", "none>end")
    case = play(body)
    case.start()
    assert case.complete("ask", amount=3) == ["more", "some"]
    case.complete("more")
    case.complete("some")
    assert case.ended()
    case.told("start", "ask", "more", "end", "some", "end")
    case.start()
    assert case.complete("ask", amount=0) == ["none"]
    case.complete("none")
    assert case.ended()


def items(marker: str, *, attributes: str = "") -> str:
    """A multi-instance marker."""
    return f"<multiInstanceLoopCharacteristics {attributes}>{marker}</multiInstanceLoopCharacteristics>"


def line(marker: str, *, attributes: str = "", more: str = "") -> str:
    """A multi-instance task `each`, and one after it."""
    body = start() + user("each", inner=items(marker, attributes=attributes)) + more
    return body + user("after") + end() + flows("start>each", "each>after", "after>end")


def test_a_number_says_how_many_items_there_are(play: Plays) -> None:
    case = play(line("<loopCardinality>${amount + 1}</loopCardinality>"))
    assert case.start(amount=2) == ["each", "each", "each"]
    for left in (2, 1):
        assert case.complete("each") == ["each"] * left
    assert case.complete("each") == ["after"]
    case.complete("after")
    assert case.ended()
    case.told("start", *["each"] * 4, "after", "end")  # three items, and the activity itself


@pytest.mark.parametrize("how", ["parallel", "sequential"])
@pytest.mark.parametrize(
    "enough",
    [
        "nrOfCompletedInstances / nrOfInstances >= 0.5",
        "numberOfCompletedInstances >= numberOfInstances / 2",
        'note = "enough"',
    ],
    ids=["camunda", "standard", "variable"],
)
def test_items_end_early_when_it_is_enough(play: Plays, how: str, enough: str) -> None:
    marker = f"<completionCondition>{enough}</completionCondition>"
    attributes = (
        "camunda:collection='${units}' camunda:elementVariable='unit'"
        f" isSequential='{str(how == 'sequential').lower()}'"
    )
    case = play(line(marker.replace(">=", "&gt;="), attributes=attributes))
    first = case.start(units=["a", "b", "c", "d"])
    assert first == (["each"] * 4 if how == "parallel" else ["each"])
    assert case.complete("each") == (["each"] * 3 if how == "parallel" else ["each"])
    assert case.complete("each", note="enough") == ["after"]
    assert "nrOfInstances" not in case.variables()
    assert "unit" not in case.variables()
    case.complete("after")
    assert case.ended()
    case.told("start", *["each"] * 3, "after", "end")  # two items, and the activity itself


def test_what_each_item_gives_is_collected_in_the_order_of_the_items(play: Plays) -> None:
    marker = (
        "<loopDataInputRef>units</loopDataInputRef><loopDataOutputRef>answers</loopDataOutputRef>"
        "<inputDataItem name='unit'/><outputDataItem name='note'/>"
    )
    case = play(line(marker, attributes="isSequential='1'"))
    case.start(units=["a", "b"])
    case.complete("each", note="first")
    assert case.complete("each", note="second") == ["after"]
    assert case.variables()["answers"] == ["first", "second"]
    assert "note" not in case.variables()
    case.complete("after")
    assert case.ended()
    case.told("start", *["each"] * 3, "after", "end")


@pytest.mark.parametrize("how", ["boundary", "error", "escalation"])
def test_items_are_interrupted_together(play: Plays, how: str) -> None:
    def refuse(context: StepContext) -> None:
        if context.variables.get("note") == "refused":
            raise BpmnError("refused")

    definition = {"boundary": RUNG, "error": REFUSED, "escalation": LATE}[how]
    inner = items("", attributes="camunda:collection='${units}' camunda:elementVariable='u'")
    inner += start("s2") + user("look") + service("check", "refuse")
    inner += end("e2", LATE if how == "escalation" else "")
    inner += flows("s2>look", "look>check", "check>e2")
    body = start() + sub("each", inner) + beside("stop", "each", definition) + user("stopped")
    body += end() + flows("start>each", "each>end", "stop>stopped", "stopped>end")
    case = play(body, handlers={"refuse": Handler(call=refuse)})
    assert case.start(units=["a", "b", "c"]) == ["look"] * 3
    if how == "boundary":
        waiting = case.message("rung")
    else:
        waiting = case.complete("look", note="refused" if how == "error" else "")
    assert waiting == ["stopped"]
    case.complete("stopped")
    assert case.ended()
    done = {"boundary": [], "error": ["look"], "escalation": ["look", "check", "e2"]}[how]
    case.told("start", *["s2"] * 3, *done, "stop", "stopped", "end")


def test_five_hundred_items_are_one_join(play: Plays) -> None:
    def count(context: StepContext) -> dict[str, int]:
        return {f"n{context.variables['loopCounter']}": 1}

    inner = items("<loopCardinality>500</loopCardinality>")
    inner += start("s2") + service("count", "count") + end("e2") + flows("s2>count", "count>e2")
    body = start() + sub("each", inner) + user("after") + end()
    body += flows("start>each", "each>after", "after>end")
    case = play(body, handlers={"count": Handler(call=count)})
    assert case.start() == ["after"]
    assert sum(key.startswith("n") for key in case.variables()) == 500
    case.complete("after")
    assert case.ended()
    case.told("start", *("s2", "count", "e2") * 500, *["each"] * 501, "after", "end")
