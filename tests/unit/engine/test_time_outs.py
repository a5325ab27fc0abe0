"""A step that people must decide is left, ended or passed over by no timer; reminders may be drawn."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.package import Handler
from engine.repository import definitions
from tests.models import bpmn, family, flows, service, user

RULE = "never-auto-timer"
#: Refused by itself, too, and so are its connections.
EVENT_SUB_PROCESS = {"event-sub-process", "unreachable", "dead-end"}
START = "<startEvent id='start'/>"
END = "<endEvent id='end'/>"
DECIDE = user("decide", extra="dudao:neverAuto='true'")
WAIT = "<timerEventDefinition id='d_{0}'><timeDuration>P5D</timeDuration></timerEventDefinition>"
LINE = START + DECIDE + END + flows("start>decide", "decide>end")


def on(host: str, *, interrupts: bool = True, element: str = "late") -> str:
    """A timer on the border of an activity."""
    return (
        f"<boundaryEvent id='{element}' attachedToRef='{host}'"
        f" cancelActivity='{str(interrupts).lower()}'>{WAIT.format(element)}</boundaryEvent>"
    )


def pause(element: str) -> str:
    """A timer that a token waits at."""
    return f"<intermediateCatchEvent id='{element}'>{WAIT.format(element)}</intermediateCatchEvent>"


def inside() -> str:
    """A sub-process with `decide` in it."""
    ends = "<startEvent id='begin'/><endEvent id='done'/>"
    line = ends + DECIDE + flows("begin>decide", "decide>done")
    return f"<subProcess id='inner'>{line}</subProcess>"


def timed_faults(folder: Path, *texts: str) -> list[str]:
    """The elements that the rule names."""
    work = {"work": Handler(call=lambda _step: {})}
    found = definitions.check(family(folder, *texts, handlers=work))
    assert {fault.rule for fault in found} <= {RULE, *EVENT_SUB_PROCESS}, found
    timed = [fault for fault in found if fault.rule == RULE]
    assert all("decide" in fault.detail and fault.mend for fault in timed)
    return [fault.element_id for fault in timed]


ISSUE = service("issue", "work")
TERMINATE = "<endEvent id='stop'><terminateEventDefinition id='d_stop'/></endEvent>"
MESSAGE = "<message id='m' name='reply'/>"
CATCH = (
    "<intermediateCatchEvent id='reply'><messageEventDefinition id='d_reply' messageRef='m'/>"
    "</intermediateCatchEvent>"
)


@pytest.mark.parametrize(
    "body",
    [
        LINE + on("decide") + flows("late>end"),
        START + inside() + END + on("inner") + flows("start>inner", "inner>end", "late>end"),
        # two branches, of which the timer's ends the other
        START + "<parallelGateway id='both'/>" + DECIDE + pause("late") + END + TERMINATE
        + flows("start>both", "both>decide", "both>late", "decide>end", "late>stop"),
        # a reminder that ends everything
        LINE + on("decide", interrupts=False) + TERMINATE + flows("late>stop"),
        # a reminder that issues what was not decided
        START + DECIDE + ISSUE + END + on("decide", interrupts=False)
        + flows("start>decide", "decide>issue", "issue>end", "late>issue"),
        # whichever comes first: the time-out goes on to what follows the decision
        START + "<eventBasedGateway id='first'/>" + CATCH + pause("late") + DECIDE + ISSUE + END
        + flows("start>first", "first>reply", "first>late", "reply>decide", "decide>issue",
                "late>issue", "issue>end"),
    ],
)  # fmt: skip
def test_a_timer_that_decides_instead_of_people_is_refused(tmp_path: Path, body: str) -> None:
    assert timed_faults(tmp_path, bpmn("main", body, extra=MESSAGE)) == ["late"]


def test_a_timer_on_a_call_of_a_process_with_such_a_step_is_refused(tmp_path: Path) -> None:
    call = "<callActivity id='call' calledElement='called'/>"
    outer = START + call + END + on("call") + flows("start>call", "call>end", "late>end")
    assert timed_faults(tmp_path, bpmn("main", outer), bpmn("called", LINE)) == ["late"]


def test_a_timed_event_sub_process_around_such_a_step_is_refused(tmp_path: Path) -> None:
    start = f"<startEvent id='late'>{WAIT.format('late')}</startEvent>"
    around = f"<subProcess id='around' triggeredByEvent='true'>{start}</subProcess>"
    assert timed_faults(tmp_path, bpmn("main", LINE + around)) == ["late"]


@pytest.mark.parametrize(("thrown", "refused"), [(True, ["late"]), (False, [])])
def test_a_timed_event_sub_process_may_remind_and_throw_nothing(
    tmp_path: Path, thrown: bool, refused: list[str]
) -> None:
    definition = "<escalationEventDefinition escalationRef='x'/>" if thrown else ""
    around = (
        "<subProcess id='around' triggeredByEvent='true'>"
        f"<startEvent id='late' isInterrupting='false'>{WAIT.format('late')}</startEvent>"
        f"<endEvent id='told'>{definition}</endEvent>{flows('late>told')}</subProcess>"
    )
    extra = "<escalation id='x' escalationCode='x'/>"
    assert timed_faults(tmp_path, bpmn("main", LINE + around, extra=extra)) == refused


@pytest.mark.parametrize(
    "body",
    [
        LINE,
        # a reminder
        LINE + on("decide", interrupts=False) + service("remind", "work") + "<endEvent id='told'/>"
        + flows("late>remind", "remind>told"),
        # the timer of another step
        START + user("write") + DECIDE + END + on("write")
        + flows("start>write", "write>decide", "decide>end", "late>decide"),
        # both branches are waited for
        START + "<parallelGateway id='both'/><parallelGateway id='join'/>" + DECIDE + pause("late")
        + ISSUE + END
        + flows("start>both", "both>decide", "both>late", "decide>join", "late>join",
                "join>issue", "issue>end"),
        # the time-out leads to another person
        START + "<eventBasedGateway id='first'/>" + CATCH + pause("late") + DECIDE
        + user("ask") + ISSUE + END
        + flows("start>first", "first>reply", "first>late", "reply>decide", "decide>issue",
                "late>ask", "ask>issue", "issue>end"),
        # no step of this kind
        (LINE + on("decide") + flows("late>end")).replace("dudao:neverAuto='true'", ""),
    ],
)  # fmt: skip
def test_a_timer_that_leaves_the_decision_to_people_is_no_fault(tmp_path: Path, body: str) -> None:
    assert timed_faults(tmp_path, bpmn("main", body, extra=MESSAGE)) == []
