"""Rules of BPMN 2.0.2 that a file can break: each is refused with its element, or tolerated with a reason.

The rest of the rules: tests/unit/engine/test_checks.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.repository import definitions
from tests.models import bpmn, family, flows, user

START = "<startEvent id='start'/>"
END = "<endEvent id='end'/>"
LINE = START + user("ask") + END + flows("start>ask", "ask>end")
CHOICE = START + "<exclusiveGateway id='x' default='x_to_end'/>" + user("a") + END
CHOSEN = CHOICE + flows("start>x", "x>a: amount > 1", "x>end", "a>end")
MESSAGES = "<message id='m' name='m'/><message id='n' name='n'/>"
ERROR = "<error id='e' errorCode='e'/>"
SOON = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
FIRST = (
    START
    + "<eventBasedGateway id='g'/><receiveTask id='r' messageRef='m'/>"
    + "<receiveTask id='q' messageRef='n'/>"
    + END
    + flows("start>g", "g>q", "r>end", "q>end")
)
FORK = START + "<parallelGateway id='f'/><parallelGateway id='j'/>" + user("ask") + END
INSIDE = (
    START
    + "<subProcess id='sub'><startEvent id='s2'/>"
    + user("ask")
    + "<endEvent id='e2'/>"
    + flows("s2>ask", "ask>e2")
    + "</subProcess>"
    + END
)
LOOP = "multiInstanceLoopCharacteristics"
TWICE = f"<{LOOP}><loopCardinality>2</loopCardinality></{LOOP}>" * 2


def on(host: str, definition: str, element: str = "b") -> str:
    """A boundary event."""
    return f"<boundaryEvent id='{element}' attachedToRef='{host}'>{definition}</boundaryEvent>"


def pooled(ends: str) -> str:
    """A file with a pool around the process, and a message flow between the ends "a>b"."""
    source, target = ends.split(">")
    pool = (
        "<collaboration id='c'><participant id='own' processRef='main'/><participant id='other'/>"
        f"<messageFlow id='said' sourceRef='{source}' targetRef='{target}'/></collaboration>"
    )
    return bpmn("main", LINE, extra=pool)


CAUGHT = "<errorEventDefinition errorRef='e'/>"
AGAIN = "<sequenceFlow id='again' sourceRef='f' targetRef='j'/>"

REFUSED = {
    # 8.3.13, 10.6.1: sequence flows, their conditions and defaults
    "a default that is another node's flow": (
        "loose-default",
        "x",
        bpmn("main", CHOSEN.replace("default='x_to_end'", "default='a_to_end'")),
    ),
    "a default that is nowhere, without conditions": (
        "loose-default",
        "ask",
        bpmn("main", LINE.replace("<userTask ", "<userTask default='none' ")),
    ),
    "a condition behind an event gateway": (
        "condition-here",
        "g",
        bpmn("main", FIRST + flows("g>r: amount > 1"), extra=MESSAGES),
    ),
    "an empty condition": (
        "bad-expression",
        "x",
        bpmn("main", CHOSEN.replace("amount > 1", "")),
    ),
    "two ways from one fork into its join": (
        "same-way",
        "j",
        bpmn("main", FORK + flows("start>f", "f>j", "j>ask", "ask>end") + AGAIN),
    ),
    "a flow into a sub-process": (
        "loose-flow",
        "start_to_ask",
        bpmn("main", INSIDE + flows("start>ask", "start>sub", "sub>end")),
    ),
    # 10.6.6: event gateways
    "a boundary event on a receive task behind an event gateway": (
        "event-gateway",
        "r",
        bpmn("main", FIRST + flows("g>r", "b>end") + on("r", SOON), extra=MESSAGES),
    ),
    # 10.5: events
    "a boundary event on a gateway": (
        "loose-boundary",
        "b",
        bpmn("main", CHOSEN + on("x", SOON) + flows("b>end")),
    ),
    "a boundary event on nothing": (
        "loose-boundary",
        "b",
        bpmn("main", LINE + on("", SOON) + flows("b>end")),
    ),
    "a boundary event on a step of an inner scope": (
        "loose-boundary",
        "b",
        bpmn("main", INSIDE + on("ask", SOON) + flows("start>sub", "sub>end", "b>end")),
    ),
    "the same error caught twice on one step": (
        "same-error",
        "b2",
        bpmn(
            "main",
            LINE + on("ask", CAUGHT) + on("ask", CAUGHT, "b2") + flows("b>end", "b2>end"),
            extra=ERROR,
        ),
    ),
    "a way out of a compensation event": (
        "flow-here",
        "b",
        bpmn(
            "main",
            LINE
            + on("ask", "<compensateEventDefinition/>")
            + user("undo", extra="isForCompensation='true'")
            + "<association id='l' sourceRef='b' targetRef='undo'/>"
            + flows("b>end"),
        ),
    ),
    "a timer that starts an inner scope": (
        "event-here",
        "s2",
        bpmn(
            "main",
            INSIDE.replace("<startEvent id='s2'/>", f"<startEvent id='s2'>{SOON}</startEvent>")
            + flows("start>sub", "sub>end"),
        ),
    ),
    "a message that is a signal": (
        "no-message",
        "r",
        bpmn(
            "main",
            START + "<receiveTask id='r' messageRef='m'/>" + END + flows("start>r", "r>end"),
            extra="<signal id='m' name='m'/>",
        ),
    ),
    # 8.2, 10.3: ids, what is called, what is there once
    "a node without an id": ("no-id", "main", bpmn("main", LINE + "<userTask name='x'/>")),
    "a process without an id": (
        "no-id",
        "definitions_main",
        bpmn("main", LINE).replace("</definitions>", "<process/></definitions>"),
    ),
    "an id with a quotation mark and a line feed": (
        "bad-id",
        'a"s\nk',
        bpmn("main", LINE.replace("'ask'", "'a&quot;s&#10;k'")),
    ),
    "an id of the file that is that of its process": (
        "duplicate-id",
        "main",
        bpmn("main", LINE).replace('id="definitions_main"', 'id="main"'),
    ),
    "an id that the engine makes itself": (
        "reserved-id",
        "ask.fork",
        bpmn("main", LINE + user("ask.fork") + flows("ask>ask.fork", "ask.fork>end")),
    ),
    "a call of a global task": (
        "unknown-process",
        "c",
        bpmn(
            "main",
            START
            + "<callActivity id='c' calledElement='global'/>"
            + END
            + flows("start>c", "c>end"),
            extra="<globalUserTask id='global'/>",
        ),
    ),
    "two markers on one step": (
        "twice-here",
        "ask",
        bpmn(
            "main",
            START + user("ask", inner=TWICE) + END + flows("start>ask", "ask>end"),
        ),
    ),
    "an empty sub-process": (
        "one-start",
        "sub",
        bpmn("main", START + "<subProcess id='sub'/>" + END + flows("start>sub", "sub>end")),
    ),
    "an extension that must be understood": (
        "must-understand",
        "definitions_main",
        bpmn("main", LINE, extra="<extension mustUnderstand='true' definition='x:y'/>"),
    ),
    "a step in a namespace of somebody else": (
        "unreachable",
        "theirs",
        bpmn("main", LINE + "<x:userTask xmlns:x='urn:x' id='theirs'/>"),
    ),
    "a choreography": (
        "no-process",
        "definitions_main",
        bpmn("main", "").replace("process", "choreography"),
    ),
}

TOLD = {
    # the standard says of both that they are without effect, so nothing runs otherwise than drawn
    "a condition on the default flow": (
        "default-condition",
        "x",
        bpmn("main", CHOICE + flows("start>x", "x>a: amount > 1", "x>end: amount > 2", "a>end")),
    ),
    "a message flow within one pool": ("message-flow", "said", pooled("ask>end")),
    "a message flow from nowhere": ("message-flow", "said", pooled("none>ask")),
}

TOLERATED = {
    "message flows between pools only say what is sent": pooled("other>ask"),
    "a process that is not executable, as analysts draw": bpmn("main", LINE).replace(
        ' isExecutable="true"', ""
    ),
    "a participant of no process is a black box": bpmn(
        "main",
        LINE,
        extra="<collaboration id='c'><participant id='p' processRef='none'/></collaboration>",
    ),
    "lanes say who and run nothing": bpmn(
        "main",
        "<laneSet id='s'><lane id='l'><flowNodeRef>none</flowNodeRef></lane><lane id='k'>"
        "<flowNodeRef>ask</flowNodeRef></lane><lane id='i'><flowNodeRef>ask</flowNodeRef></lane>"
        "</laneSet>" + LINE,
    ),
    "shapes of nothing are not run": bpmn("main", LINE).replace(
        "</definitions>",
        "<bpmndi:BPMNDiagram xmlns:bpmndi='http://www.omg.org/spec/BPMN/20100524/DI'>"
        "<bpmndi:BPMNPlane bpmnElement='none'/></bpmndi:BPMNDiagram></definitions>",
    ),
    "a direction that a gateway does not keep to": bpmn(
        "main", CHOSEN.replace("<exclusiveGateway ", "<exclusiveGateway gatewayDirection='Mixed' ")
    ),
    "flows without ids": bpmn(
        "main", LINE.replace(" id='start_to_ask'", "").replace(" id='ask_to_end'", " id=''")
    ),
    "an id that begins with a digit": bpmn("main", LINE.replace("ask", "1ask").replace("T1", "T")),
    "ids and extensions in Chinese": bpmn(
        "main",
        LINE.replace("'ask'", "'审批'").replace("_ask", "_审批").replace("ask_", "审批_")
        + "<extensionElements><甲:属性 xmlns:甲='urn:x' 值='1'/></extensionElements>",
    ),
    "an event gateway with one exit": bpmn(
        "main",
        START
        + "<eventBasedGateway id='g'/><receiveTask id='r' messageRef='m'/>"
        + END
        + flows("start>g", "g>r", "r>end"),
        extra=MESSAGES,
    ),
    "two flows from a fork to one step start it twice": bpmn(
        "main",
        START
        + "<parallelGateway id='f'/>"
        + user("j")
        + END
        + flows("start>f", "f>j", "j>end")
        + AGAIN,
    ),
    "a process that calls itself": bpmn(
        "main",
        CHOICE.replace(user("a"), "<callActivity id='a' calledElement='main'/>")
        + flows("start>x", "x>a: amount > 1", "x>end", "a>end"),
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_breaks_the_standard_is_refused(tmp_path: Path, what: str) -> None:
    rule, element, text = REFUSED[what]
    found = definitions.check(family(tmp_path, text))
    assert (rule, element, "error") in {(f.rule, f.element_id, f.severity) for f in found}
    assert all(fault.mend and fault.consequence for fault in found)


@pytest.mark.parametrize("what", TOLD)
def test_what_breaks_it_without_effect_is_told_and_runs(tmp_path: Path, what: str) -> None:
    rule, element, text = TOLD[what]
    found = definitions.check(family(tmp_path, text))
    assert [(f.rule, f.element_id, f.severity) for f in found] == [(rule, element, "warning")]


@pytest.mark.parametrize("what", TOLERATED)
def test_what_only_draws_is_tolerated(tmp_path: Path, what: str) -> None:
    assert definitions.check(family(tmp_path, TOLERATED[what])) == []
