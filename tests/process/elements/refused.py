"""What is refused, with the mend: a small model for each, that has this one fault."""

from __future__ import annotations

from tests.models import bpmn, flows, service, user
from tests.process.conformance import (
    DUE,
    NAMED,
    REFUSED,
    RUNG,
    beside,
    catch,
    end,
    start,
    sub,
    throw,
    when,
)
from tests.process.elements.rows import NO, UNSAID, YES, Other

LINE = start() + user("ask") + end() + flows("start>ask", "ask>end")
AFTER = user("ask") + end() + flows("ask>end")
UNDO = "<compensateEventDefinition/>"
LOOP = "multiInstanceLoopCharacteristics"


def model(body: str, extra: str = "") -> str:
    """A file with the process `main`."""
    return bpmn("main", body, extra=NAMED + extra)


def between(element: str) -> str:
    """A model that goes through the element `x`."""
    return model(start() + element + end() + flows("start>x", "x>end"))


def no(
    name: str,
    rule: str,
    content: str,
    mend: str,
    *,
    element: str = "x",
    camunda: str = UNSAID,
    flowable: str = UNSAID,
) -> Other:
    """What is refused."""
    return Other(
        name=name,
        content=content,
        element=element,
        rule=rule,
        mend=mend,
        camunda=camunda,
        flowable=flowable,
    )


NOT_RUN = (
    no(
        "undefined task",
        "unsupported-element",
        between("<task id='x'/>"),
        "a user or service task",
        camunda=NO,
    ),
    no(
        "manual task",
        "unsupported-element",
        between("<manualTask id='x'/>"),
        "a user task, in which it is recorded",
        camunda=YES,
        flowable=YES,
    ),
    no(
        "standard loop marker",
        "unsupported-loop",
        between(user("x", inner="<standardLoopCharacteristics/>")),
        "a loop drawn with a gateway, or multi-instance",
        camunda=NO,
    ),
    no(
        "multi-instance behaviour",
        "item-events",
        between(
            user(
                "x",
                inner=f"<{LOOP} behavior='One' camunda:collection='${{a}}'"
                " camunda:elementVariable='b'/>",
            )
        ),
        "leave it out",
    ),
    no(
        "token quantities",
        "token-quantity",
        between(user("x", extra="startQuantity='2'")),
        "multi-instance",
    ),
    no(
        "complex gateway",
        "unsupported-element",
        between("<complexGateway id='x'/>"),
        "exclusive and parallel gateways",
    ),
    no(
        "event-based gateway that starts a process",
        "instantiate",
        model(
            "<eventBasedGateway id='x' instantiate='true'/>"
            + catch("rung", RUNG)
            + catch("due", DUE)
            + end()
            + flows("x>rung", "x>due", "rung>end", "due>end")
        ),
        "message start events",
    ),
    no(
        "receive task that starts a process",
        "instantiate",
        model(
            "<receiveTask id='x' messageRef='_rung' instantiate='true'/>" + end() + flows("x>end")
        ),
        "a message start event",
        camunda=NO,
    ),
    no(
        "conditional start of a process",
        "conditional-start",
        model(start("x", when("1 > 2")) + AFTER + flows("x>ask")),
        "a message, signal or timer start; the condition at a gateway behind it",
    ),
    no(
        "several triggers of one event",
        "several-events",
        between(catch("x", RUNG + DUE)),
        "an event-based gateway, or an event for each",
        camunda=NO,
    ),
    no(
        "all of several triggers of one event",
        "several-events",
        between(catch("x", RUNG + DUE).replace("id='x'", "id='x' parallelMultiple='true'")),
        "a parallel gateway and an event for each",
        camunda=NO,
    ),
    no(
        "compensation that is not waited for",
        "compensation-waits",
        between(
            user("x")
            + beside("x_c", "x", UNDO)
            + user("undo", extra="isForCompensation='true'")
            + "<association id='a' sourceRef='x_c' targetRef='undo'/>"
        ).replace(
            "<endEvent id='end'></endEvent>",
            "<endEvent id='end'><compensateEventDefinition waitForCompletion='false'/></endEvent>",
        ),
        "leave `waitForCompletion` out",
        element="end",
        camunda=NO,
        flowable=NO,
    ),
    no(
        "compensation at the border of a multi-instance",
        "compensated-items",
        model(
            LINE.replace(
                user("ask"),
                user("ask", inner=f"<{LOOP}><loopCardinality>2</loopCardinality></{LOOP}>"),
            )
            + beside("x", "ask", UNDO)
            + user("undo", extra="isForCompensation='true'")
            + "<association id='a' sourceRef='x' targetRef='undo'/>"
        ),
        "a sub-process of many, with the event inside",
        camunda=YES,
        flowable=YES,
    ),
    no(
        "ad-hoc sub-process in sequence",
        "ad-hoc",
        between(f"<adHocSubProcess id='x' ordering='Sequential'>{user('a')}</adHocSubProcess>"),
        "an ordinary sub-process",
    ),
)

WRONG = (
    no(
        "link without its partner",
        "unsupported-event",
        between(throw("x", "<linkEventDefinition name='away'/>")),
        "one catching link for each name",
    ),
    no(
        "cancel outside a transaction",
        "cancel-here",
        model(
            start()
            + user("ask")
            + end("x", "<cancelEventDefinition/>")
            + flows("start>ask", "ask>x")
        ),
        "an error event, or a transaction",
    ),
    no(
        "compensation without an activity that undoes",
        "no-compensation",
        model(LINE + beside("x", "ask", UNDO)),
        "one association to a compensation activity",
    ),
    no(
        "error that does not interrupt",
        "error-must-interrupt",
        model(
            start()
            + service("work", "work")
            + end()
            + flows("start>work", "work>end", "x>end")
            + beside("x", "work", REFUSED, interrupts=False)
        ),
        "make it interrupt",
    ),
    no(
        "timer cycle that interrupts",
        "cycle-here",
        between(
            catch("x", "<timerEventDefinition><timeCycle>R3/P1D</timeCycle></timerEventDefinition>")
        ),
        "a duration or a date",
    ),
    no(
        "event that waits for nothing",
        "empty-event",
        between(catch("x")),
        "a timer, message, signal or condition",
    ),
    no(
        "step behind an event-based gateway",
        "event-gateway",
        model(
            start()
            + "<eventBasedGateway id='x'/>"
            + catch("rung", RUNG)
            + user("ask")
            + end()
            + flows("start>x", "x>rung", "x>ask", "rung>end", "ask>end")
        ),
        "catching events and receive tasks",
    ),
    no(
        "parallel join that one choice feeds",
        "deadlock",
        model(
            start()
            + "<exclusiveGateway id='which' default='which_to_b'/>"
            + user("a")
            + user("b")
            + "<parallelGateway id='x'/>"
            + end()
            + flows("start>which", "which>a: 1 > 2", "which>b", "a>x", "b>x", "x>end")
        ),
        "an exclusive join, or a parallel split",
    ),
    no(
        "condition behind a parallel gateway",
        "condition-on-parallel",
        model(
            start()
            + "<parallelGateway id='x'/>"
            + user("a")
            + user("b")
            + end()
            + flows("start>x", "x>a: 1 > 2", "x>b", "a>end", "b>end")
        ),
        "an exclusive or inclusive gateway",
    ),
    no(
        "choice without a default flow",
        "no-default",
        model(
            start()
            + user("x")
            + user("a")
            + end()
            + flows("start>x", "x>a: 1 > 2", "x>end: 2 > 3", "a>end")
        ),
        "a default flow",
    ),
    no(
        "flow into an event sub-process",
        "event-sub-process",
        model(
            LINE
            + sub(
                "x", start("s", DUE), end("e"), flows("s>e"), attributes="triggeredByEvent='true'"
            )
            + flows("ask>x")
        ),
        "leave the flow out",
    ),
    no(
        "step that no flow reaches",
        "unreachable",
        model(LINE + user("x") + flows("x>end")),
        "connect it",
    ),
    no(
        "step that no flow leaves",
        "dead-end",
        model(start() + user("x") + end() + flows("start>x", "start>end")),
        "connect it",
    ),
)
