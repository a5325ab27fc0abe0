"""Events as BPMN 2.0 has them: each model played live, and with store, drop and restore at each wait."""

from __future__ import annotations

import pytest

from engine.errors import BpmnError
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
    called_process,
    catch,
    end,
    start,
    sub,
    throw,
    when,
)


def event_sub(definition: str, *, interrupts: bool = True, prefix: str = "") -> str:
    """An event sub-process `on` that begins with `heard` and holds one task, `handle`."""
    says = "true" if interrupts else "false"
    return sub(
        f"{prefix}on",
        start(f"{prefix}heard", definition, attributes=f"isInterrupting='{says}'"),
        user(f"{prefix}handle"),
        end(f"{prefix}handled"),
        flows(f"{prefix}heard>{prefix}handle", f"{prefix}handle>{prefix}handled"),
        attributes="triggeredByEvent='true'",
    )


WORK = start() + user("work") + end() + flows("start>work", "work>end")


@pytest.mark.parametrize("nested", [False, True], ids=["top", "nested"])
@pytest.mark.parametrize("kind", ["message", "signal", "timer", "condition"])
def test_an_interrupting_event_sub_process_takes_the_place_of_its_scope(
    play: Plays, kind: str, nested: bool
) -> None:
    definition = {"message": RUNG, "signal": ALARM, "timer": DUE, "condition": when("amount > 3")}
    inner = start("s2") + user("work") + user("also") + end("e2")
    inner += flows("s2>work", "s2>also", "work>e2", "also>e2") + event_sub(definition[kind])
    if nested:
        inner = start() + sub("scope", inner) + user("after") + end()
        inner += flows("start>scope", "scope>after", "after>end")
    case = play(inner)
    assert case.start(amount=1) == ["also", "work"]
    assert not case.ended()
    waiting = {
        "message": lambda: case.message("rung"),
        "signal": lambda: case.signal("alarm"),
        "timer": lambda: case.timer("heard"),
        "condition": lambda: case.complete("also", amount=5),
    }[kind]()
    assert waiting == ["handle"]
    also = ["also"] if kind == "condition" else []
    if kind == "condition":
        also += ["e2"]
    if nested:
        assert case.complete("handle") == ["after"]
        case.complete("after")
        outer = ["scope", "after", "end"]
    else:
        assert case.complete("handle") == []
        outer = []
    assert case.ended()
    first = ["start"] if nested else []
    case.told(*first, "s2", *also, "heard", "handle", "handled", "on", *outer)


@pytest.mark.parametrize("kind", ["message", "signal", "timer", "condition", "escalation"])
def test_a_non_interrupting_event_sub_process_runs_beside_its_scope(play: Plays, kind: str) -> None:
    definition = {
        "message": RUNG,
        "signal": ALARM,
        "timer": DUE,
        "condition": when("amount > 3"),
        "escalation": LATE,
    }
    inner = start("s2") + user("first") + throw("tell", LATE if kind == "escalation" else "")
    inner += user("work") + end("e2") + flows("s2>first", "first>tell", "tell>work", "work>e2")
    inner += event_sub(definition[kind], interrupts=False)
    body = start() + sub("scope", inner) + end() + flows("start>scope", "scope>end")
    case = play(body)
    case.start(amount=1)
    waiting = case.complete("first", amount=5)
    if kind in {"message", "signal", "timer"}:
        assert waiting == ["work"]
        waiting = {
            "message": lambda: case.message("rung"),
            "signal": lambda: case.signal("alarm"),
            "timer": lambda: case.timer("heard"),
        }[kind]()
    assert waiting == ["handle", "work"]
    assert case.complete("work") == ["handle"]  # the scope is not over yet
    assert not case.ended()
    assert case.complete("handle") == []
    assert case.ended()
    case.told(
        *("start", "s2", "first", "tell", "heard", "work", "e2", "handle", "handled", "on"),
        *("scope", "end"),
    )


@pytest.mark.parametrize("nested", [False, True], ids=["top", "nested"])
@pytest.mark.parametrize("kind", ["escalation", "error"])
def test_what_is_thrown_within_a_scope_takes_its_place(
    play: Plays, kind: str, nested: bool
) -> None:
    inner = start("s2") + user("ask") + user("also") + end("e2")
    inner += throw("tell", LATE) if kind == "escalation" else end("tell", REFUSED)
    inner += flows("s2>ask", "s2>also", "ask>tell", "also>e2")
    inner += flows("tell>e2") if kind == "escalation" else ""
    inner += event_sub(LATE if kind == "escalation" else REFUSED)
    body = start() + sub("scope", inner) + user("after") + end()
    body += flows("start>scope", "scope>after", "after>end")
    case = play(body if nested else inner)
    assert case.start() == ["also", "ask"]
    assert case.complete("ask") == ["handle"]
    assert case.complete("handle") == (["after"] if nested else [])
    if nested:
        case.complete("after")
    assert case.ended()
    first, last = (["start"], ["scope", "after", "end"]) if nested else ([], [])
    thrown = ["tell"] if kind == "escalation" else []
    case.told(*first, "s2", "ask", *thrown, "heard", "handle", "handled", "on", *last)


def test_a_non_interrupting_event_sub_process_is_armed_again_and_again(play: Plays) -> None:
    case = play(WORK + event_sub(RUNG, interrupts=False))
    case.start()
    assert case.message("rung", note="one") == ["handle", "work"]
    assert case.message("rung", note="two") == ["handle", "handle", "work"]
    assert case.complete("handle") == ["handle", "work"]
    assert case.message("rung") == ["handle", "handle", "work"]
    assert case.complete("work") == ["handle", "handle"]
    case.complete("handle")
    case.complete("handle")
    assert case.ended()
    done = ("handle", "handled", "on")
    case.told("start", "heard", "heard", *done, "heard", "work", "end", *done, *done)


def test_an_event_sub_process_sees_what_its_scope_has_changed(play: Plays) -> None:
    body = start() + user("first") + user("work") + end()
    body += flows("start>first", "first>work", "work>end") + event_sub(RUNG)
    case = play(body)
    case.start(note="old")
    case.complete("first", note="new")
    assert case.message("rung", amount=7) == ["handle"]
    assert (case.variables()["note"], case.variables()["amount"]) == ("new", 7)
    case.complete("handle")
    assert case.ended()
    case.told("start", "first", "heard", "handle", "handled", "on")


def test_an_error_starts_the_event_sub_process_of_the_nearest_scope(play: Plays) -> None:
    def refuse(_context: object) -> None:
        raise BpmnError("refused", "not so")

    inner = start("s2") + user("go") + service("work", "refuse") + end("e2")
    inner += flows("s2>go", "go>work", "work>e2") + event_sub(REFUSED)
    body = start() + sub("scope", inner) + user("after") + end()
    body += flows("start>scope", "scope>after", "after>end") + event_sub(REFUSED, prefix="outer_")
    case = play(body, handlers={"refuse": Handler(call=refuse)})
    case.start()
    assert case.complete("go") == ["handle"]
    assert case.variables()["error_code"] == "refused"
    assert case.complete("handle") == ["after"]
    case.complete("after")
    assert case.ended()
    case.told(*("start", "s2", "go", "heard", "handle", "handled", "on", "scope", "after", "end"))


def test_an_interrupting_event_sub_process_ends_those_that_run_beside(play: Plays) -> None:
    body = WORK + event_sub(RUNG, interrupts=False, prefix="soft_") + event_sub(ALARM)
    case = play(body)
    case.start()
    assert case.message("rung") == ["soft_handle", "work"]
    assert case.signal("alarm") == ["handle"]
    case.complete("handle")
    assert case.ended()
    case.told("start", "soft_heard", "heard", "handle", "handled", "on")


def test_a_terminate_end_ends_what_event_sub_processes_do_beside(play: Plays) -> None:
    body = start() + user("work") + end("end", "<terminateEventDefinition/>")
    body += flows("start>work", "work>end") + event_sub(RUNG, interrupts=False)
    case = play(body)
    case.start()
    assert case.message("rung") == ["handle", "work"]
    assert case.complete("work") == []
    assert case.ended()
    case.told("start", "heard", "work", "end")


def test_an_escalation_is_caught_by_the_nearest_boundary_through_a_call(play: Plays) -> None:
    called = start() + user("late") + throw("tell", LATE) + user("go_on") + end()
    called += flows("start>late", "late>tell", "tell>go_on", "go_on>end")
    body = start() + "<callActivity id='call' calledElement='inner'/>"
    body += beside("told", "call", LATE, interrupts=False) + user("urge") + end() + end("e2")
    body += flows("start>call", "call>end", "told>urge", "urge>e2")
    case = play(body, called_process("inner", called))
    case.start()
    assert case.complete("late") == ["go_on", "urge"]
    assert case.complete("go_on") == ["urge"]
    case.complete("urge")
    assert case.ended()
    case.told(
        *("start", "start", "late", "tell", "told", "go_on", "end", "call", "end", "urge", "e2")
    )


def test_an_escalation_end_event_may_interrupt_what_it_ends(play: Plays) -> None:
    inner = start("s2") + user("ask") + user("beside") + end("tell", LATE) + end("e2")
    inner += flows("s2>ask", "s2>beside", "ask>tell", "beside>e2")
    body = start() + sub("scope", inner) + beside("told", "scope", LATE) + user("mend") + end()
    body += flows("start>scope", "scope>end", "told>mend", "mend>end")
    case = play(body)
    assert case.start() == ["ask", "beside"]
    assert case.complete("ask") == ["mend"]
    case.complete("mend")
    assert case.ended()
    case.told("start", "s2", "ask", "tell", "told", "mend", "end")


def test_an_escalation_that_nobody_catches_changes_nothing(play: Plays) -> None:
    body = start() + user("ask") + throw("tell", LATE) + user("after") + end("end", LATE)
    body += flows("start>ask", "ask>tell", "tell>after", "after>end")
    case = play(body)
    case.start()
    assert case.complete("ask") == ["after"]
    case.complete("after")
    assert case.ended()
    case.told("start", "ask", "tell", "after", "end")


def test_a_signal_reaches_all_who_wait_in_the_instance_that_throws_it(play: Plays) -> None:
    body = start() + "<parallelGateway id='fork'/>" + user("ask") + throw("shout", ALARM)
    body += catch("hear", ALARM) + user("heard_it") + user("busy") + beside("stop", "busy", ALARM)
    body += user("stopped") + end() + end("e2") + end("e3") + end("e4")
    body += flows("start>fork", "fork>ask", "ask>shout", "shout>end", "fork>hear")
    body += flows("hear>heard_it", "heard_it>e2", "fork>busy", "busy>e3", "stop>stopped")
    body += flows("stopped>e4")
    case = play(body)
    assert case.start() == ["ask", "busy"]
    assert case.complete("ask") == ["heard_it", "stopped"]
    case.complete("heard_it")
    case.complete("stopped")
    assert case.ended()
    case.told(
        *("start", "fork", "ask", "shout", "hear", "stop", "end", "heard_it", "e2"),
        *("stopped", "e4"),
    )


def test_a_signal_end_event_is_heard_before_its_scope_ends(play: Plays) -> None:
    inner = start("s2") + user("ask") + end("shout", ALARM) + flows("s2>ask", "ask>shout")
    body = start() + sub("scope", inner) + beside("stop", "scope", ALARM) + user("stopped") + end()
    body += flows("start>scope", "scope>end", "stop>stopped", "stopped>end")
    case = play(body)
    case.start()
    assert case.complete("ask") == ["stopped"]
    case.complete("stopped")
    assert case.ended()
    case.told("start", "s2", "ask", "shout", "stop", "stopped", "end")


@pytest.mark.parametrize("kind", ["message", "signal", "timer", "other", "condition"])
def test_an_event_gateway_takes_the_first_of_its_events(play: Plays, kind: str) -> None:
    body = start() + "<parallelGateway id='fork'/><eventBasedGateway id='first'/>" + user("beside")
    body += end("e2") + flows("start>fork", "fork>first", "fork>beside", "beside>e2")
    events = {"message": RUNG, "signal": ALARM, "timer": DUE, "other": DUE}
    events["condition"] = when("amount > 3")
    for name, definition in events.items():
        body += catch(f"on_{name}", definition) + user(f"after_{name}") + end(f"end_{name}")
        body += flows(f"first>on_{name}", f"on_{name}>after_{name}", f"after_{name}>end_{name}")
    case = play(body)
    assert case.start(amount=0) == ["beside"]
    waiting = {
        "message": lambda: case.message("rung"),
        "signal": lambda: case.signal("alarm"),
        "timer": lambda: case.timer("on_timer"),
        "other": lambda: case.timer("on_other"),
        "condition": lambda: case.complete("beside", amount=4),
    }[kind]()
    before, after = [], ["beside", "e2"]
    if kind == "condition":
        before, after = after, before
    assert waiting == [f"after_{kind}", *after[:1]]
    for element in waiting:
        case.complete(element)
    assert case.ended()
    caught = ["first", f"on_{kind}", f"after_{kind}", f"end_{kind}"]
    case.told("start", "fork", *before, *caught, *after)


def test_a_conditional_event_waits_until_its_condition_begins_to_hold(play: Plays) -> None:
    body = start() + "<parallelGateway id='fork'/>" + user("one") + user("two") + user("three")
    body += catch("enough", when("amount >= 3")) + user("after") + end() + end("e2")
    body += flows("start>fork", "fork>one", "one>two", "two>three", "three>end")
    body += flows("fork>enough", "enough>after", "after>e2")
    case = play(body)
    assert case.start() == ["one"]
    assert case.complete("one", amount=1) == ["two"]
    assert case.complete("two", amount=3) == ["after", "three"]
    case.complete("after")
    case.complete("three")
    assert case.ended()
    case.told("start", "fork", "one", "two", "enough", "after", "e2", "three", "end")


def test_a_condition_beside_a_step_fires_each_time_it_begins_to_hold(play: Plays) -> None:
    inner = start("s2") + user("one") + user("two") + user("three") + user("four") + end("e2")
    inner += flows("s2>one", "one>two", "two>three", "three>four", "four>e2")
    body = (
        start()
        + sub("scope", inner)
        + beside("high", "scope", when("amount > 3"), interrupts=False)
    )
    body += user("warn") + end() + end("e3")
    body += flows("start>scope", "scope>end", "high>warn", "warn>e3")
    case = play(body)
    case.start(amount=0)
    assert case.complete("one", amount=5) == ["two", "warn"]
    assert case.complete("two", amount=6) == ["three", "warn"]  # it held all the time
    assert case.complete("three", amount=1) == ["four", "warn"]
    assert case.complete("four", amount=9) == ["warn"]  # the scope was over at once
    case.complete("warn")
    assert case.ended()
    case.told(
        *("start", "s2", "one", "high", "two", "three", "four", "e2", "scope", "end", "warn"),
        "e3",
    )


def test_thrown_messages_are_sent_by_their_handler(play: Plays) -> None:
    sent: list[str] = []

    def send(context: StepContext) -> None:
        sent.append(context.element_id)

    by_hand = "<messageEventDefinition camunda:delegateExpression='${send}'/>"
    body = start() + throw("tell", by_hand) + user("ask") + end("told", by_hand)
    case = play(
        body + flows("start>tell", "tell>ask", "ask>told"), handlers={"send": Handler(call=send)}
    )
    assert case.start() == ["ask"]
    assert sent == ["tell"]
    case.complete("ask")
    assert case.ended()
    assert sent == ["tell", "told"]
    case.told("start", "tell", "ask", "told")


def test_a_link_goes_on_at_its_partner(play: Plays) -> None:
    link = "<linkEventDefinition name='over'/>"
    body = start() + user("a") + throw("from_a", link) + user("b") + throw("from_b", link)
    body += catch("to", link) + user("after") + end()
    body += flows("start>a", "start>b", "a>from_a", "b>from_b", "to>after", "after>end")
    case = play(body)
    assert case.start() == ["a", "b"]
    assert case.complete("a") == ["after", "b"]
    assert case.complete("b") == ["after", "after"]
    case.complete("after")
    case.complete("after")
    assert case.ended()
    case.told(*("start", "a", "from_a", "to", "b", "from_b", "to", "after", "end", "after", "end"))
