"""What is refused at deployment, by rule, with the element named and a mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.repository import definitions
from engine.spiff.checks import ModelFault
from tests.models import bpmn, family, flows, service, user

START = "<startEvent id='start'/>"
END = "<endEvent id='end'/>"
LINE = START + user("ask") + END + flows("start>ask", "ask>end")


def faults(folder: Path, *texts: str) -> list[ModelFault]:
    """The faults of these models."""
    return definitions.check(family(folder, *texts))


def test_a_sound_model_has_no_faults(tmp_path: Path) -> None:
    assert faults(tmp_path, bpmn("main", LINE)) == []


@pytest.mark.parametrize(
    ("rule", "element", "body"),
    [
        ("unknown-group", "ask", LINE.replace("'staff'", "'nobody'")),
        ("unknown-form", "ask", LINE.replace("tests/note", "tests/none")),
        ("nobody", "ask", LINE.replace("camunda:candidateGroups='staff'", "")),
        ("unknown-audience", "ask", LINE.replace("<userTask ", "<userTask dudao:audience='all' ")),
        ("unknown-deadline", "ask", LINE.replace("<userTask ", "<userTask dudao:deadline='x' ")),
        ("unknown-attribute", "ask", LINE.replace("<userTask ", "<userTask dudao:deadlin='x' ")),
        ("bad-priority", "ask", LINE.replace("<userTask ", "<userTask camunda:priority='high' ")),
        ("async-here", "ask", LINE.replace("<userTask ", "<userTask camunda:asyncBefore='true' ")),
        ("token-quantity", "ask", LINE.replace("<userTask ", "<userTask startQuantity='2' ")),
        (
            "compensation-activity",
            "ask",
            LINE.replace("<userTask ", "<userTask isForCompensation='true' "),
        ),
        (
            "ignored-extension",
            "ask",
            START
            + user(
                "ask",
                inner="<extensionElements><camunda:connector/></extensionElements>",
            )
            + END
            + flows("start>ask", "ask>end"),
        ),
        ("foreign-code", "ask", LINE.replace("<userTask ", "<userTask camunda:class='a.B' ")),
        (
            "unknown-handler",
            "work",
            START + service("work", "nothing") + END + flows("start>work", "work>end"),
        ),
        ("unreachable", "lost", LINE + user("lost") + flows("lost>end")),
        ("dead-end", "ask", START + user("ask") + END + flows("start>ask", "start>end")),
        ("loose-flow", "ask_to_nowhere", LINE + flows("ask>nowhere")),
        ("no-end", "main", START + user("ask") + flows("start>ask", "ask>ask")),
        ("one-start", "main", LINE + "<startEvent id='second'/>" + flows("second>ask")),
        (
            "no-condition",
            "which",
            START
            + "<exclusiveGateway id='which'/>"
            + user("a")
            + END
            + flows("start>which", "which>a", "which>end", "a>end"),
        ),
        (
            "bad-expression",
            "which",
            START
            + "<exclusiveGateway id='which' default='which_to_end'/>"
            + user("a")
            + END
            + flows("start>which", "which>a: amount >=", "which>end", "a>end"),
        ),
        (
            "empty-timer",
            "wait",
            START
            + "<intermediateCatchEvent id='wait'><timerEventDefinition/></intermediateCatchEvent>"
            + END
            + flows("start>wait", "wait>end"),
        ),
        (
            "bad-timer",
            "wait",
            START
            + "<intermediateCatchEvent id='wait'><timerEventDefinition><timeDuration>P5X"
            + "</timeDuration></timerEventDefinition></intermediateCatchEvent>"
            + END
            + flows("start>wait", "wait>end"),
        ),
        (
            "unsupported-element",
            "many",
            START + "<complexGateway id='many'/>" + END + flows("start>many", "many>end"),
        ),
        (
            "event-here",
            "shout",
            START
            + "<intermediateThrowEvent id='shout'><timerEventDefinition/>"
            + "</intermediateThrowEvent>"
            + END
            + flows("start>shout", "shout>end"),
        ),
        (
            "not-feel",
            "sum",
            START
            + "<scriptTask id='sum' scriptFormat='python' camunda:resultVariable='x'>"
            + "<script>1</script></scriptTask>"
            + END
            + flows("start>sum", "sum>end"),
        ),
        (
            "unknown-process",
            "call",
            START
            + "<callActivity id='call' calledElement='none'/>"
            + END
            + flows("start>call", "call>end"),
        ),
        ("reserved-id", "End", LINE + "<endEvent id='End'/>" + flows("ask>End")),
        ("duplicate-id", "ask", LINE + "<textAnnotation id='ask'/>"),
        (
            "no-default",
            "ask",
            START + user("ask") + END + flows("start>ask", "ask>end: amount > 1"),
        ),
        (
            "no-collection",
            "ask",
            START
            + user("ask", inner="<multiInstanceLoopCharacteristics/>")
            + END
            + flows("start>ask", "ask>end"),
        ),
    ],
)
def test_a_fault_is_named_with_its_element_and_a_mend(
    tmp_path: Path, rule: str, element: str, body: str
) -> None:
    found = faults(tmp_path, bpmn("main", body))
    named = [fault for fault in found if fault.rule == rule]
    assert named, f"not found among {[fault.rule for fault in found]}"
    assert element in {fault.element_id for fault in named}
    assert all(fault.detail and fault.mend and fault.file for fault in named)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<definitions", "不是可读的 XML"),
        ('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "DOCTYPE"),
        ("<a>" * 100 + "</a>" * 100, "嵌套超过"),
    ],
)
def test_a_hostile_file_is_refused_before_it_is_read(
    tmp_path: Path, content: str, said: str
) -> None:
    found = faults(tmp_path, content)
    assert any(said in fault.detail for fault in found)


def test_every_fault_is_listed_at_once(tmp_path: Path) -> None:
    body = LINE.replace("'staff'", "'nobody'").replace("tests/note", "tests/none")
    found = {
        fault.rule
        for fault in faults(tmp_path, bpmn("main", body + user("lost") + flows("lost>end")))
    }
    assert {"unknown-group", "unknown-form", "unreachable"} <= found


TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
<decision id="who" name="who"><variable name="who"/><literalExpression><text>1</text></literalExpression>
</decision></definitions>"""


def test_a_process_or_decision_in_two_files_is_told_in_both(tmp_path: Path) -> None:
    twice = {"one": TABLE, "two": TABLE}
    package = family(tmp_path, bpmn("main", LINE), bpmn("main", LINE), dmn=twice)
    found = definitions.check(package)
    assert [(fault.rule, fault.file, fault.element_id) for fault in found] == [
        ("duplicate-process", "bpmn/m0.bpmn", "main"),
        ("duplicate-process", "bpmn/m1.bpmn", "main"),
        ("duplicate-decision", "dmn/one.dmn", "who"),
        ("duplicate-decision", "dmn/two.dmn", "who"),
    ]
    assert "bpmn/m1.bpmn" in found[0].detail
    assert "请改其中一个的标识" in found[0].mend


TWO = START + user("ask") + user("more") + END


@pytest.mark.parametrize(
    ("rule", "element", "body"),
    [
        (
            "loose-definition",
            "end",
            START
            + user("ask")
            + "<endEvent id='end'><eventDefinitionRef>gone</eventDefinitionRef></endEvent>"
            + flows("start>ask", "ask>end"),
        ),
        (
            "item-events",
            "ask",
            START
            + user(
                "ask",
                inner="<multiInstanceLoopCharacteristics behavior='One' camunda:collection='${a}'"
                " camunda:elementVariable='x'/>",
            )
            + END
            + flows("start>ask", "ask>end"),
        ),
        (
            "no-result-item",
            "ask",
            START
            + user(
                "ask",
                inner="<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>"
                "<loopDataOutputRef>all</loopDataOutputRef></multiInstanceLoopCharacteristics>",
            )
            + END
            + flows("start>ask", "ask>end"),
        ),
        (
            "instantiate",
            "first",
            START
            + "<receiveTask id='first' messageRef='m' instantiate='1'/>"
            + END
            + flows("start>first", "first>end"),
        ),
        (
            "several-times",
            "wait",
            START
            + "<intermediateCatchEvent id='wait'><timerEventDefinition>"
            + "<timeDate>2026-05-01</timeDate><timeDuration>P1D</timeDuration>"
            + "</timerEventDefinition></intermediateCatchEvent>"
            + END
            + flows("start>wait", "wait>end"),
        ),
        ("flow-here", "end", TWO + flows("start>ask", "ask>end", "end>more", "more>end")),
        ("flow-here", "start", TWO + flows("start>ask", "ask>end", "ask>more", "more>start")),
        (
            "foreign-language",
            "which",
            START
            + "<exclusiveGateway id='which' default='which_to_end'/>"
            + user("ask")
            + END
            + flows("start>which", "which>ask: amount > 3", "which>end", "ask>end").replace(
                "<conditionExpression ", "<conditionExpression language='groovy' "
            ),
        ),
        (
            "data-mapping",
            "ask",
            START
            + user(
                "ask",
                inner="<dataInputAssociation><targetRef>x</targetRef><assignment>"
                "<from>1</from><to>2</to></assignment></dataInputAssociation>",
            )
            + END
            + flows("start>ask", "ask>end"),
        ),
        (
            "unsupported-event",
            "over",
            START
            + "<intermediateThrowEvent id='over'><linkEventDefinition name='x'/>"
            + "</intermediateThrowEvent>"
            + END
            + flows("start>over", "over>end"),
        ),
        (
            "event-sub-process",
            "on",
            TWO
            + "<subProcess id='on' triggeredByEvent='1'><startEvent id='s2'>"
            + "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
            + "</startEvent><endEvent id='e2'/>"
            + flows("s2>e2")
            + "</subProcess>"
            + flows("start>ask", "ask>more", "more>end", "ask>on"),
        ),
        (
            "empty-event",
            "s2",
            LINE
            + "<subProcess id='on' triggeredByEvent='true'><startEvent id='s2'/>"
            + "<endEvent id='e2'/>"
            + flows("s2>e2")
            + "</subProcess>",
        ),
    ],
)
def test_what_would_run_otherwise_than_drawn_is_refused(
    tmp_path: Path, rule: str, element: str, body: str
) -> None:
    found = faults(tmp_path, bpmn("main", body, extra="<message id='m' name='m'/>"))
    assert (rule, element) in [(fault.rule, fault.element_id) for fault in found]
    assert all(fault.mend for fault in found)


def test_a_sub_process_of_the_same_id_in_two_files_is_refused(tmp_path: Path) -> None:
    inner = "<subProcess id='part'><startEvent id='{0}s'/><endEvent id='{0}e'/>"
    texts = [
        bpmn(
            key,
            START
            + inner.format(key)
            + flows(f"{key}s>{key}e")
            + "</subProcess>"
            + END
            + flows("start>part", "part>end"),
        )
        for key in ("main", "other")
    ]
    assert "duplicate-sub-process" in [fault.rule for fault in faults(tmp_path, *texts)]


CHOICE = START + "<exclusiveGateway id='which' default='which_to_a'/>" + user("a") + user("b")
JOIN = "<parallelGateway id='join'/>" + END + flows("join>end")


@pytest.mark.parametrize(
    ("body", "joins"),
    [
        (
            CHOICE
            + JOIN
            + flows("start>which", "which>a", "which>b: amount > 1", "a>join", "b>join"),
            1,
        ),
        # the choice is made twice: once for each token
        (
            CHOICE
            + JOIN
            + "<parallelGateway id='fork'/>"
            + flows("start>fork", "fork>which").replace("fork_to_which'", "again'")
            + flows("fork>which", "which>a", "which>b: amount > 1", "a>join", "b>join"),
            0,
        ),
        # each entry has a way of its own from the start
        (
            CHOICE
            + JOIN
            + "<parallelGateway id='fork'/>"
            + user("c")
            + flows("start>fork", "fork>which", "fork>c", "which>a", "which>b: amount > 1")
            + flows("a>join", "b>end", "c>join"),
            0,
        ),
    ],
)
def test_a_parallel_join_fed_by_one_choice_is_refused(
    tmp_path: Path, body: str, joins: int
) -> None:
    found = faults(tmp_path, bpmn("main", body))
    assert [fault.element_id for fault in found if fault.rule == "deadlock"] == ["join"] * joins


UNDO = "<compensateEventDefinition/>"
CANCEL = "<cancelEventDefinition/>"
GUARDED = f"<boundaryEvent id='c' attachedToRef='ask'>{UNDO}</boundaryEvent>"


#: What is no time without a case.
NO_TIMES = ("due", 'deadline("answer")', "2026-02-30", "P1X", "")


def begun(time: str) -> str:
    """A process that begins at a time."""
    definition = f"<timerEventDefinition>{time}</timerEventDefinition>"
    return LINE.replace(START, f"<startEvent id='start'>{definition}</startEvent>")


def regret(name: str) -> str:
    """An event sub-process that undoes the scope around it."""
    return (
        f"<subProcess id='{name}' triggeredByEvent='true'><startEvent id='{name}s'>{UNDO}"
        f"</startEvent><endEvent id='{name}_end'/>{flows(f'{name}s>{name}_end')}</subProcess>"
    )


@pytest.mark.parametrize(
    ("rule", "element", "body"),
    [
        ("no-compensation", "c", LINE + GUARDED),
        ("compensation-start", "as", LINE + regret("a")),
        *(("start-timer", "start", begun(f"<timeDate>{text}</timeDate>")) for text in NO_TIMES),
        ("start-timer", "start", begun("<timeCycle>R/PT1S</timeCycle>")),
        (
            "conditional-start",
            "start",
            begun("<condition>1 = 1</condition>").replace("timerEvent", "conditionalEvent"),
        ),
        (
            "compensation-start",
            "bs",
            START
            + f"<subProcess id='trip'>{user('ask')}{regret('a')}{regret('b')}</subProcess>"
            + END
            + flows("start>trip", "trip>end"),
        ),
        ("compensation-activity", "undo", LINE + user("undo", extra="isForCompensation='1'")),
        (
            "unknown-activity",
            "end",
            LINE.replace(
                "<endEvent id='end'/>",
                "<endEvent id='end'><compensateEventDefinition activityRef='ask'/></endEvent>",
            ),
        ),
        (
            "cancel-here",
            "end",
            LINE.replace("<endEvent id='end'/>", f"<endEvent id='end'>{CANCEL}</endEvent>"),
        ),
        (
            "cancel-here",
            "c",
            LINE
            + f"<boundaryEvent id='c' attachedToRef='ask'>{CANCEL}</boundaryEvent>"
            + flows("c>end"),
        ),
        (
            "ad-hoc",
            "hoc",
            START
            + "<adHocSubProcess id='hoc' ordering='Sequential'>"
            + user("ask")
            + "</adHocSubProcess>"
            + END
            + flows("start>hoc", "hoc>end"),
        ),
    ],
)
def test_what_could_not_be_undone_as_drawn_is_refused(
    tmp_path: Path, rule: str, element: str, body: str
) -> None:
    found = faults(tmp_path, bpmn("main", body))
    assert (rule, element) in [(fault.rule, fault.element_id) for fault in found]
