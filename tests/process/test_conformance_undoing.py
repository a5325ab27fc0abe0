"""Compensation and transactions as BPMN 2.0 has them, played live and with restoring at each wait."""

from __future__ import annotations

import pytest

from engine.errors import BpmnError
from engine.package import Handler
from tests.models import flows, service, user
from tests.process.conformance import REFUSED, RUNG, Plays, beside, end, start, sub, throw

UNDO = "<compensateEventDefinition/>"
CANCEL = "<cancelEventDefinition/>"


def undone(activity: str) -> str:
    """A task that undoes an activity, with its boundary event and association."""
    handler = user(f"undo_{activity}", extra="isForCompensation='true'")
    link = (
        f"<association id='{activity}_undone' associationDirection='One'"
        f" sourceRef='{activity}_c' targetRef='undo_{activity}'/>"
    )
    return beside(f"{activity}_c", activity, UNDO) + handler + link


def booked(*activities: str, last: str) -> str:
    """Activities one after the other, each of which may be undone, and what comes last."""
    line = ["s2", *activities]
    body = start("s2") + "".join(user(each) + undone(each) for each in activities) + last
    return body + flows(*(f"{a}>{b}" for a, b in zip(line, [*activities, "last"], strict=True)))


def test_what_was_done_is_undone_in_the_opposite_order_before_the_flow_goes_on(play: Plays) -> None:
    body = booked("hotel", "flight", last=throw("last", UNDO)) + user("never") + undone("never")
    body += user("after") + end() + "<exclusiveGateway id='x' default='x_to_after'/>"
    body += flows("last>x", "x>never: 1 > 2", "x>after", "never>after", "after>end")
    case = play(body)
    case.start(amount=0)
    case.complete("hotel", note="h")
    assert case.complete("flight") == ["undo_flight"]
    assert case.complete("undo_flight") == ["undo_hotel"]
    assert case.complete("undo_hotel", note="undone") == ["after"]
    assert case.variables()["note"] == "undone"
    case.complete("after")
    assert case.ended()
    case.told(*("s2", "hotel", "flight", "undo_flight", "undo_hotel", "last", "x", "after", "end"))


def test_a_compensation_of_one_activity_undoes_just_this(play: Plays) -> None:
    last = throw("last", UNDO.replace("/>", " activityRef='hotel'/>"))
    case = play(booked("hotel", "flight", last=last) + end() + flows("last>end"))
    case.start()
    case.complete("hotel")
    assert case.complete("flight") == ["undo_hotel"]
    assert case.complete("undo_hotel") == []
    assert case.ended()
    case.told("s2", "hotel", "flight", "undo_hotel", "last", "end")


def test_without_anything_done_a_compensation_goes_on_at_once(play: Plays) -> None:
    body = start() + user("skip") + throw("last", UNDO) + user("after") + end()
    case = play(body + flows("start>skip", "skip>last", "last>after", "after>end"))
    case.start()
    assert case.complete("skip") == ["after"]
    case.complete("after")
    assert case.ended()
    case.told("start", "skip", "last", "after", "end")


def test_what_was_done_in_a_sub_process_that_has_ended_is_undone_with_it(play: Plays) -> None:
    inner = booked("hotel", "flight", last=end("last"))
    body = start() + sub("trip", inner) + user("ask") + end("over", UNDO)
    case = play(body + flows("start>trip", "trip>ask", "ask>over"))
    case.start()
    case.complete("hotel")
    assert case.complete("flight") == ["ask"]
    assert case.complete("ask") == ["undo_flight"]
    assert case.complete("undo_flight") == ["undo_hotel"]
    assert case.complete("undo_hotel") == []
    assert case.ended()
    case.told(
        *("start", "s2", "hotel", "flight", "last", "trip", "ask", "undo_flight", "undo_hotel"),
        "over",
    )


def test_a_sub_process_with_a_step_that_undoes_it_is_undone_by_that_alone(play: Plays) -> None:
    inner = booked("hotel", last=end("last"))
    body = start() + sub("trip", inner) + undone("trip") + user("ask") + end("over", UNDO)
    case = play(body + flows("start>trip", "trip>ask", "ask>over"))
    case.start()
    assert case.complete("hotel") == ["ask"]
    assert case.complete("ask") == ["undo_trip"]
    assert case.complete("undo_trip") == []
    assert case.ended()
    case.told("start", "s2", "hotel", "last", "trip", "ask", "undo_trip", "over")


def test_a_loop_is_undone_round_by_round(play: Plays) -> None:
    body = start() + "<exclusiveGateway id='a'/>" + user("pay") + undone("pay")
    body += "<exclusiveGateway id='b' default='b_to_over'/>" + end("over", UNDO)
    body += flows("start>a", "a>pay", "pay>b", 'b>a: outcome = "more"', "b>over")
    case = play(body)
    case.start()
    for outcome in ("more", "more", "done"):
        waiting = case.complete("pay", outcome=outcome)
    assert waiting == ["undo_pay"]
    for left in (["undo_pay"], ["undo_pay"], []):
        assert case.complete("undo_pay") == left
    assert case.ended()
    case.told("start", *("a", "pay", "b") * 3, *["undo_pay"] * 3, "over")


@pytest.mark.parametrize("how", ["error", "message"])
def test_an_event_sub_process_undoes_what_its_scope_had_done(play: Plays, how: str) -> None:
    def refuse(_context: object) -> None:
        raise BpmnError("refused")

    on = start("heard", REFUSED if how == "error" else RUNG) + throw("tell", UNDO) + end("told")
    inner = booked("hotel", "flight", last=user("check") + service("last", "refuse") + end("e2"))
    inner = inner.replace("'flight_to_last'", "'flight_to_check'").replace(
        "sourceRef='flight' targetRef='last'", "sourceRef='flight' targetRef='check'"
    )
    inner += flows("check>last", "last>e2")
    inner += sub("on", on + flows("heard>tell", "tell>told"), attributes="triggeredByEvent='true'")
    body = start() + sub("trip", inner) + user("after") + end()
    body += flows("start>trip", "trip>after", "after>end")
    case = play(body, handlers={"refuse": Handler(call=refuse)})
    case.start()
    case.complete("hotel")
    assert case.complete("flight") == ["check"]
    waiting = case.complete("check") if how == "error" else case.message("rung")
    assert waiting == ["undo_flight"]
    assert case.complete("undo_flight") == ["undo_hotel"]
    assert case.complete("undo_hotel") == ["after"]
    case.complete("after")
    assert case.ended()
    check = ["check"] if how == "error" else []
    case.told(
        *("start", "s2", "hotel", "flight", *check, "heard", "undo_flight", "undo_hotel"),
        *("tell", "told", "on", "trip", "after", "end"),
    )


def test_a_cancelled_transaction_is_undone_and_left_by_its_cancel_event(play: Plays) -> None:
    last = "<exclusiveGateway id='last' default='last_to_e2'/>" + end("e2") + end("e3", CANCEL)
    inner = booked("hotel", "flight", last=last) + user("beside") + end("e4")
    inner += flows("last>e2", 'last>e3: note = "no"', "s2>beside", "beside>e4")
    deal = sub("deal", inner).replace("<subProcess ", "<transaction ")
    deal = deal.replace("</subProcess>", "</transaction>")
    body = start() + deal + beside("gone", "deal", CANCEL) + user("apologise") + end()
    body += flows("start>deal", "deal>end", "gone>apologise", "apologise>end")
    case = play(body)
    case.start()
    case.complete("hotel")
    assert case.complete("flight", note="no") == ["undo_flight"]
    assert case.complete("undo_flight") == ["undo_hotel"]
    assert case.complete("undo_hotel") == ["apologise"]
    case.complete("apologise")
    assert case.ended()
    case.told(
        *("start", "s2", "hotel", "flight", "last", "undo_flight", "undo_hotel", "gone"),
        *("apologise", "end"),
    )


def undoing(*parts: str) -> str:
    """An event sub-process that begins when the scope around it is undone."""
    return sub("regret", start("regrets", UNDO), *parts, attributes="triggeredByEvent='true'")


@pytest.mark.parametrize("with_rung", [False, True], ids=["alone", "beside another"])
def test_an_event_sub_process_undoes_the_sub_process_around_it_when_that_has_ended(
    play: Plays, with_rung: bool
) -> None:
    says = user("sorry") + throw("rest", UNDO) + end("e3")
    inner = booked("hotel", "flight", last=end("last"))
    inner += undoing(says, flows("regrets>sorry", "sorry>rest", "rest>e3"))
    if with_rung:
        on = start("heard", RUNG) + user("handle") + end("told")
        on += flows("heard>handle", "handle>told")
        inner += sub("on", on, attributes="triggeredByEvent='true'")
    body = start() + sub("trip", inner) + user("ask") + end("over", UNDO)
    case = play(body + flows("start>trip", "trip>ask", "ask>over"))
    case.start()
    case.complete("hotel")
    assert case.complete("flight", note="h", amount=7) == ["ask"]
    assert case.complete("ask") == ["sorry"]
    assert (case.variables()["note"], case.variables()["amount"]) == ("h", 7)
    assert case.complete("sorry", note="s") == ["undo_flight"]
    assert case.complete("undo_flight") == ["undo_hotel"]
    assert case.complete("undo_hotel") == []
    assert case.ended()
    case.told(
        *("start", "s2", "hotel", "flight", "last", "trip", "ask", "regrets", "sorry"),
        *("undo_flight", "undo_hotel", "rest", "e3", "regret", "over"),
    )


def test_an_event_sub_process_that_undoes_is_not_begun_for_what_has_not_ended(play: Plays) -> None:
    inner = start("s2") + user("pay") + end("e2") + flows("s2>pay", "pay>e2")
    inner += undoing(user("sorry"), end("e3"), flows("regrets>sorry", "sorry>e3"))
    body = start() + sub("trip", inner) + beside("stop", "trip", RUNG) + end("over", UNDO)
    case = play(body + end() + flows("start>trip", "trip>end", "stop>over"))
    case.start()
    assert case.message("rung") == []
    assert case.ended()
    case.told("start", "s2", "stop", "over")


def test_each_item_is_undone_by_the_event_sub_process_within_it(play: Plays) -> None:
    inner = start("s2") + user("pay") + end("e2") + flows("s2>pay", "pay>e2")
    inner += undoing(user("sorry"), end("e3"), flows("regrets>sorry", "sorry>e3"))
    inner += (
        "<multiInstanceLoopCharacteristics isSequential='true' camunda:collection='items'"
        " camunda:elementVariable='item'/>"
    )
    body = start() + sub("trip", inner) + user("ask") + end("over", UNDO)
    case = play(body + flows("start>trip", "trip>ask", "ask>over"))
    case.start(items=["a", "b"])
    case.complete("pay", note="1")
    assert case.complete("pay", note="2") == ["ask"]
    assert case.complete("ask") == ["sorry"]
    assert case.variables()["item"] == "b"
    assert case.complete("sorry") == ["sorry"]
    assert case.variables()["item"] == "a"
    assert case.complete("sorry") == []
    assert case.ended()
    case.told(
        *("start", *("s2", "pay", "e2", "trip") * 2, "trip", "ask"),
        *(*("regrets", "sorry", "e3", "regret") * 2, "over"),
    )
