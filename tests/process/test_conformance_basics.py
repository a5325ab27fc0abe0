"""What every model is made of: tasks, flows, gateways and plain events, each in a line as short as can be."""

from __future__ import annotations

from itertools import pairwise

import pytest

from engine.package import Handler, StepContext
from tests.models import flows, service, user
from tests.process.conformance import (
    ALARM,
    DUE,
    LATE,
    REFUSED,
    RUNG,
    Plays,
    beside,
    catch,
    end,
    start,
    sub,
    throw,
    when,
)

TIMES_TWO = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
 namespace="https://dudao.example/tests"><decision id="twice" name="twice"><variable id="v"
 name="twice"/><literalExpression id="l"><text>amount * 2</text></literalExpression></decision>
</definitions>"""


def line(*steps: str, body: str) -> str:
    """Start, these steps one after the other, and end."""
    names = ("start", *steps, "end")
    return start() + body + end() + flows(*map(">".join, pairwise(names)))


def test_a_task_is_done_before_the_next_one_begins(play: Plays) -> None:
    case = play(line("one", "two", body=user("one") + user("two")))
    assert case.start() == ["one"]
    assert case.complete("one") == ["two"]
    assert not case.ended()
    assert case.complete("two") == []
    assert case.ended()
    case.told("start", "one", "two", "end")


@pytest.mark.parametrize("kind", ["service", "send", "script", "rule"])
def test_a_step_that_runs_by_itself_gives_what_it_came_to(play: Plays, kind: str) -> None:
    def double(context: StepContext) -> dict[str, float]:
        return {"result": context.variables["amount"] * 2}

    step = {
        "service": service("work", "double"),
        "send": service("work", "double").replace("serviceTask", "sendTask"),
        "script": "<scriptTask id='work' scriptFormat='feel' camunda:resultVariable='result'>"
        "<script>amount * 2</script></scriptTask>",
        "rule": "<businessRuleTask id='work' camunda:decisionRef='twice'"
        " camunda:resultVariable='result' camunda:mapDecisionResult='singleEntry'/>",
    }
    body = line("ask", "work", "after", body=user("ask") + step[kind] + user("after"))
    case = play(body, handlers={"double": Handler(call=double)}, dmn={"twice": TIMES_TWO})
    case.start()
    assert case.complete("ask", amount=4) == ["after"]
    assert case.variables().get("result") == 8
    case.complete("after")
    assert case.ended()
    case.told("start", "ask", "work", "after", "end")


@pytest.mark.parametrize("kind", ["receive", "message", "signal", "timer"])
def test_a_token_waits_until_what_it_waits_for_has_come(play: Plays, kind: str) -> None:
    step = {
        "receive": "<receiveTask id='wait' messageRef='_rung'/>",
        "message": catch("wait", RUNG),
        "signal": catch("wait", ALARM),
        "timer": catch("wait", DUE),
    }
    body = line("ask", "wait", "after", body=user("ask") + step[kind] + user("after"))
    case = play(body)
    case.start()
    assert case.complete("ask") == []
    assert not case.ended()
    waiting = {
        "receive": lambda: case.message("rung", note="come"),
        "message": lambda: case.message("rung", note="come"),
        "signal": lambda: case.signal("alarm"),
        "timer": lambda: case.timer("wait"),
    }[kind]()
    assert waiting == ["after"]
    case.complete("after")
    assert case.ended()
    case.told("start", "ask", "wait", "after", "end")


@pytest.mark.parametrize("kind", ["message", "signal", "timer", "condition"])
@pytest.mark.parametrize("interrupts", [True, False], ids=["instead", "beside"])
def test_an_event_on_the_border_of_a_step(play: Plays, kind: str, interrupts: bool) -> None:
    definition = {"message": RUNG, "signal": ALARM, "timer": DUE, "condition": when("amount > 3")}
    body = start() + "<parallelGateway id='fork'/>" + user("other") + end("other_end")
    body += user("work") + beside("heard", "work", definition[kind], interrupts=interrupts)
    body += user("handle") + end("handled") + end()
    body += flows("start>fork", "fork>other", "other>other_end", "fork>work", "work>end")
    case = play(body + flows("heard>handle", "handle>handled"))
    assert case.start(amount=0) == ["other", "work"]
    waiting = {
        "message": lambda: case.message("rung"),
        "signal": lambda: case.signal("alarm"),
        "timer": lambda: case.timer("heard"),
        "condition": lambda: case.complete("other", amount=5),
    }[kind]()
    first = ["heard"]
    if kind == "condition":
        first = ["other", "other_end", "heard"]
    last = [] if kind == "condition" else ["other", "other_end"]
    work = [] if interrupts else ["work"]
    assert waiting == sorted(["handle", *last[:1], *work])
    for element in [*work, "handle", *last[:1]]:
        case.complete(element)
    assert case.ended()
    done = [] if interrupts else ["work", "end"]
    told = [*first, *done, "handle", "handled", *last]
    case.told("start", "fork", *told)


def test_a_cycle_fires_again_and_again_beside_its_step(play: Plays) -> None:
    cycle = "<timerEventDefinition><timeCycle>R2/P1D</timeCycle></timerEventDefinition>"
    body = line("work", body=user("work") + beside("urge", "work", cycle, interrupts=False))
    case = play(body + user("hurry") + end("e2") + flows("urge>hurry", "hurry>e2"))
    case.start()
    assert case.timer("urge") == ["hurry", "work"]
    assert case.timer("urge") == ["hurry", "hurry", "work"]
    assert case.complete("work") == ["hurry", "hurry"]
    case.complete("hurry")
    assert case.complete("hurry") == []
    assert case.ended()
    case.told("start", "urge", "urge", "work", "end", "hurry", "e2", "hurry", "e2")


def test_an_error_end_is_caught_at_the_border_of_its_scope(play: Plays) -> None:
    inner = start("s2") + user("ask") + user("other") + end("refuse", REFUSED) + end("e2")
    inner += flows("s2>ask", "s2>other", "ask>refuse", "other>e2")
    body = line("scope", body=sub("scope", inner) + beside("refused", "scope", REFUSED))
    case = play(body + user("mend") + end("e3") + flows("refused>mend", "mend>e3"))
    assert case.start() == ["ask", "other"]
    assert case.complete("ask") == ["mend"]
    case.complete("mend")
    assert case.ended()
    # what threw the error was ended by it, and so is not among what was completed
    case.told("start", "s2", "ask", "refused", "mend", "e3")


def test_an_escalation_leaves_alone_what_it_tells_of(play: Plays) -> None:
    inner = start("s2") + user("ask") + throw("tell", LATE) + user("go_on") + end("e2")
    inner += flows("s2>ask", "ask>tell", "tell>go_on", "go_on>e2")
    told = beside("told", "scope", LATE, interrupts=False)
    body = line("scope", body=sub("scope", inner) + told)
    case = play(body + user("urge") + end("e3") + flows("told>urge", "urge>e3"))
    case.start()
    assert case.complete("ask") == ["go_on", "urge"]
    assert case.complete("urge") == ["go_on"]
    case.complete("go_on")
    assert case.ended()
    case.told("start", "s2", "ask", "tell", "told", "urge", "e3", "go_on", "e2", "scope", "end")


@pytest.mark.parametrize(("amount", "taken"), [(3, "many"), (1, "few"), (0, "none")])
def test_an_exclusive_gateway_takes_one_way(play: Plays, amount: int, taken: str) -> None:
    body = start() + user("ask") + "<exclusiveGateway id='which' default='which_to_none'/>"
    body += user("many") + user("few") + user("none") + "<exclusiveGateway id='join'/>" + end()
    body += flows("start>ask", "ask>which", "which>many: amount > 2", "which>few: amount > 0")
    body += flows("which>none", "many>join", "few>join", "none>join", "join>end")
    case = play(body)
    case.start()
    assert case.complete("ask", amount=amount) == [taken]
    assert case.complete(taken) == []
    assert case.ended()
    case.told("start", "ask", "which", taken, "join", "end")


def test_a_parallel_gateway_goes_all_ways_and_waits_for_all(play: Plays) -> None:
    body = start() + "<parallelGateway id='fork'/>" + user("a") + user("b")
    body += "<parallelGateway id='join'/>" + user("after") + end()
    body += flows("start>fork", "fork>a", "fork>b", "a>join", "b>join", "join>after", "after>end")
    case = play(body)
    assert case.start() == ["a", "b"]
    assert case.complete("b") == ["a"]
    assert case.complete("a") == ["after"]
    case.complete("after")
    assert case.ended()
    case.told("start", "fork", "b", "a", "join", "after", "end")


def test_all_flows_out_of_a_step_are_taken(play: Plays) -> None:
    body = start() + user("ask") + user("a") + user("b") + end() + end("e2")
    case = play(body + flows("start>ask", "ask>a", "ask>b", "a>end", "b>e2"))
    case.start()
    assert case.complete("ask") == ["a", "b"]
    assert case.complete("a") == ["b"]
    assert case.complete("b") == []
    assert case.ended()
    case.told("start", "ask", "a", "end", "b", "e2")


def test_a_sub_process_ends_when_all_within_has_ended(play: Plays) -> None:
    inner = start("s2") + user("a") + user("b") + end("e2") + end("e3")
    inner += flows("s2>a", "s2>b", "a>e2", "b>e3")
    case = play(line("scope", "after", body=sub("scope", inner) + user("after")))
    assert case.start() == ["a", "b"]
    assert case.complete("a") == ["b"]
    assert case.complete("b") == ["after"]
    case.complete("after")
    assert case.ended()
    case.told("start", "s2", "a", "e2", "b", "e3", "scope", "after", "end")


@pytest.mark.parametrize("kind", ["message", "signal", "timer"])
def test_a_case_begins_at_the_start_event_that_heard(play: Plays, kind: str) -> None:
    body = start() + user("by_hand") + user("by_event") + end()
    body += start("heard", {"message": RUNG, "signal": ALARM, "timer": DUE}[kind])
    body += flows("start>by_hand", "by_hand>end", "heard>by_event", "by_event>end")
    case = play(body)
    name = {"message": "rung", "signal": "alarm", "timer": "heard"}[kind]
    assert case.begin(kind, name, note="come") == ["by_event"]
    assert case.complete("by_event") == []
    assert case.ended()
    case.told("heard", "by_event", "end")


@pytest.mark.parametrize("how", ["parallel", "sequential"])
def test_a_step_is_done_for_each_item(play: Plays, how: str) -> None:
    in_turn = str(how == "sequential").lower()
    items = (
        f"<multiInstanceLoopCharacteristics isSequential='{in_turn}' camunda:collection='${{units}}'"
        " camunda:elementVariable='unit'/>"
    )
    case = play(line("each", "after", body=user("each", inner=items) + user("after")))
    at_once = ["each"] * (2 if how == "parallel" else 1)
    assert case.start(units=["a", "b"]) == at_once
    assert case.complete("each") == ["each"]
    assert case.complete("each") == ["after"]
    case.complete("after")
    assert case.ended()
    case.told("start", "each", "each", "each", "after", "end")


def test_without_items_the_flow_goes_on(play: Plays) -> None:
    items = (
        "<multiInstanceLoopCharacteristics camunda:collection='${units}'"
        " camunda:elementVariable='unit'/>"
    )
    case = play(line("each", "after", body=user("each", inner=items) + user("after")))
    assert case.start(units=[]) == ["after"]
    case.complete("after")
    assert case.ended()
    case.told("start", "each", "after", "end")


def test_a_plain_event_on_the_way_is_passed(play: Plays) -> None:
    case = play(line("ask", "passed", "after", body=user("ask") + throw("passed") + user("after")))
    case.start()
    assert case.complete("ask") == ["after"]
    case.complete("after")
    assert case.ended()
    case.told("start", "ask", "passed", "after", "end")
