"""Models as other tools write them: kept as they are, and run or refused with the mend, never a crash."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from engine.errors import Invalid
from engine.repository import definitions, model_imports
from engine.spiff import drawn
from tests.models import bpmn, family, flows, user

FOLDER = Path(__file__).parents[2] / "fixtures/foreign"
FILES = sorted(FOLDER.glob("*.bpmn"))

#: What each file of another tool lacks to run here: (element, rule).
GAPS = {
    "activiti": {
        ("handle", "nobody"),
        ("handle", "no-form"),
        ("mail", "no-handler"),
    },
    "bizagi": {("Id_t", "nobody"), ("Id_t", "no-form")},
    "camunda_modeler": {
        ("assign", "unknown-form"),
        ("assign", "foreign-code"),
        ("Gateway_1", "no-default"),
        ("pay", "foreign-code"),
        ("pay", "no-handler"),
    },
    "signavio": {("sid-T1", "unsupported-element"), ("sid-T2", "unsupported-element")},
    "zeebe": {("collect", "no-handler")},
}


def meaning(text: bytes | str) -> bytes:
    """A file without order of attributes, prefixes' places and white space between elements."""
    content = text if isinstance(text, bytes) else text.encode()
    root = etree.fromstring(content, etree.XMLParser(remove_blank_text=True))
    return etree.tostring(root, method="c14n2", strip_text=True)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_model_of_another_tool_is_refused_with_the_gaps_that_it_has(
    tmp_path: Path, path: Path
) -> None:
    found = definitions.check(family(tmp_path, path.read_text("utf-8")))
    of_file = {(f.element_id, f.rule) for f in found if f.file.startswith("bpmn/")}
    assert {(e, r) for e, r in of_file if r not in WARNED} == GAPS[path.stem]
    assert all(fault.mend and fault.consequence for fault in found)


WARNED = {"attribute-here", "ignored-attribute"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_kept_of_a_file_is_the_file(path: Path) -> None:
    content = path.read_bytes()
    plain = content.replace(b'Ref="tns:', b'Ref="').replace(b">tns:", b">")
    assert model_imports.text_of(path.name, content).encode() == plain


@pytest.mark.parametrize("encoding", ["GBK", "UTF-16", "ISO-8859-1"])
def test_a_file_in_another_encoding_is_kept_with_the_same_meaning(encoding: str) -> None:
    name = "Revisión" if encoding == "ISO-8859-1" else "审批"
    text = bpmn("main", "<!-- 1 --><startEvent id='s'/>".replace("id=", f"name='{name}' id="))
    declared = text.replace("UTF-8", encoding)
    kept = model_imports.text_of("a.bpmn", declared.encode(encoding))
    assert name in kept
    assert "<!-- 1 -->" in kept
    assert 'encoding="UTF-8"' in kept
    assert meaning(kept) == meaning(text)


def test_a_half_written_file_is_kept_and_no_text_at_all_is_refused() -> None:
    assert model_imports.text_of("a.bpmn", b"\xef\xbb\xbf<definitions") == "<definitions"
    with pytest.raises(Invalid):
        model_imports.text_of("a.bpmn", b"\xff\xfe\x00\xd8<")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("A.1.0 报销.bpmn", "bpmn/A_1_0_4f61c84e.bpmn"),
        ("order.bpmn20.xml", "bpmn/order_bpmn20.bpmn"),
        ("table.DMN", "dmn/table.dmn"),
    ],
)
def test_a_file_of_any_name_gets_a_path(name: str, path: str) -> None:
    assert model_imports.path_of(name) == path
    with pytest.raises(Invalid):
        model_imports.path_of("picture.png")


# What conformance collections and textbooks draw, written small: the body, and the rules that refuse
# it ("" runs). All steps are user tasks here; drawings with plain tasks are refused by that alone.
S, E = "<startEvent id='s'/>", "<endEvent id='e'/>"
A, B, C = user("a"), user("b"), user("c")
TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
MESSAGE = "<messageEventDefinition messageRef='m'/>"
SIGNAL = "<signalEventDefinition signalRef='g'/>"
ERROR = "<errorEventDefinition errorRef='r'/>"
ESCALATION = "<escalationEventDefinition escalationRef='c1'/>"
DECLARED = (
    "<message id='m' name='m'/><signal id='g' name='g'/><error id='r' errorCode='r'/>"
    "<escalation id='c1' escalationCode='c1'/><dataStore id='ds' name='Store'/>"
)
INNER = "<subProcess id='sub'><startEvent id='s2'/>{0}<endEvent id='e2'/>{1}</subProcess>"
ONE_INNER = INNER.format(B, flows("s2>b", "b>e2"))


def at(host: str, definition: str, cancels: str = "true") -> str:
    """A boundary event with a step of its own behind it."""
    return (
        f"<boundaryEvent id='on' attachedToRef='{host}' cancelActivity='{cancels}'>{definition}"
        "</boundaryEvent>" + user("after") + "<endEvent id='e9'/>" + flows("on>after", "after>e9")
    )


def caught(definition: str) -> str:
    """An event between two steps."""
    event = f"<intermediateCatchEvent id='i'>{definition}</intermediateCatchEvent>"
    return S + A + event + E + flows("s>a", "a>i", "i>e")


def thrown(definition: str) -> str:
    """A thrown event between two steps."""
    event = f"<intermediateThrowEvent id='i'>{definition}</intermediateThrowEvent>"
    return S + A + event + E + flows("s>a", "a>i", "i>e")


def gateway(kind: str, *, conditions: bool) -> str:
    """A split into two steps and the join of the same kind."""
    default = " default='x_to_b'" if conditions else ""
    ways = flows("x>a: amount > 1" if conditions else "x>a", "x>b", "a>y", "b>y", "y>e", "s>x")
    return S + f"<{kind} id='x'{default}/><{kind} id='y'/>" + A + B + E + ways


DRAWINGS: dict[str, tuple[str, str]] = {
    "a straight line": (S + A + B + E + flows("s>a", "a>b", "b>e"), ""),
    "an exclusive split and join": (gateway("exclusiveGateway", conditions=True), ""),
    "a parallel split and join": (gateway("parallelGateway", conditions=False), ""),
    "an inclusive split and join": (gateway("inclusiveGateway", conditions=True), ""),
    "a complex split": (gateway("complexGateway", conditions=False), "unsupported-element"),
    "an exclusive split without conditions": (
        gateway("exclusiveGateway", conditions=False),
        "no-condition no-default",
    ),
    "no start and no end": (A + B + flows("a>b"), ""),
    "two steps side by side": (A + B, ""),
    "several ends": (S + A + B + E + "<endEvent id='f'/>" + flows("s>a", "s>b", "a>e", "b>f"), ""),
    "a merge without a gateway": (S + A + B + C + E + flows("s>a", "s>b", "a>c", "b>c", "c>e"), ""),
    "a loop back": (
        S
        + A
        + E
        + "<exclusiveGateway id='x' default='x_to_e'/>"
        + flows("s>a", "a>x", "x>a: amount > 1", "x>e"),
        "",
    ),
    "a loop marker": (
        S + user("a", inner="<standardLoopCharacteristics/>") + E + flows("s>a", "a>e"),
        "unsupported-loop",
    ),
    "a collapsed sub-process": (S + ONE_INNER + E + flows("s>sub", "sub>e"), ""),
    "a sub-process in a sub-process": (
        S
        + "<subProcess id='out'><startEvent id='s3'/>"
        + ONE_INNER
        + "<endEvent id='e3'/>"
        + flows("s3>sub", "sub>e3")
        + "</subProcess>"
        + E
        + flows("s>out", "out>e"),
        "",
    ),
    "a transaction that is cancelled": (
        S
        + ONE_INNER.replace("subProcess", "transaction").replace(
            "<endEvent id='e2'/>", "<endEvent id='e2'><cancelEventDefinition/></endEvent>"
        )
        + E
        + at("sub", "<cancelEventDefinition/>")
        + flows("s>sub", "sub>e"),
        "",
    ),
    "an ad-hoc sub-process": (
        S + f"<adHocSubProcess id='sub'>{A}{B}</adHocSubProcess>" + E + flows("s>sub", "sub>e"),
        "",
    ),
    "a timer on the border": (S + A + E + at("a", TIMER) + flows("s>a", "a>e"), ""),
    "a reminder on the border": (S + A + E + at("a", TIMER, "false") + flows("s>a", "a>e"), ""),
    "a message on the border": (S + A + E + at("a", MESSAGE) + flows("s>a", "a>e"), ""),
    "a signal on the border": (S + A + E + at("a", SIGNAL) + flows("s>a", "a>e"), ""),
    "an error out of a sub-process": (
        S
        + ONE_INNER.replace("<endEvent id='e2'/>", f"<endEvent id='e2'>{ERROR}</endEvent>")
        + E
        + at("sub", ERROR)
        + flows("s>sub", "sub>e"),
        "",
    ),
    "an escalation out of a sub-process": (
        S
        + ONE_INNER.replace("<endEvent id='e2'/>", f"<endEvent id='e2'>{ESCALATION}</endEvent>")
        + E
        + at("sub", ESCALATION, "false")
        + flows("s>sub", "sub>e"),
        "",
    ),
    "a wait for a time": (caught(TIMER), ""),
    "a wait for a message": (caught(MESSAGE), ""),
    "a wait for a signal": (caught(SIGNAL), ""),
    "a wait for a condition": (
        caught(
            "<conditionalEventDefinition><condition>amount &gt; 1</condition>"
            "</conditionalEventDefinition>"
        ),
        "",
    ),
    "a wait for nothing": (caught(""), "empty-event"),
    "a thrown signal": (thrown(SIGNAL), ""),
    "a thrown nothing": (thrown(""), ""),
    "a thrown message without a handler": (thrown(MESSAGE), "no-handler"),
    "a wait for two things at once": (caught(MESSAGE + SIGNAL), "several-events"),
    "an end that ends all": (
        S + A + "<endEvent id='e'><terminateEventDefinition/></endEvent>" + flows("s>a", "a>e"),
        "",
    ),
    "an event sub-process of a message": (
        S
        + A
        + E
        + ONE_INNER.replace("<subProcess ", "<subProcess triggeredByEvent='true' ").replace(
            "<startEvent id='s2'/>", f"<startEvent id='s2'>{MESSAGE}</startEvent>"
        )
        + flows("s>a", "a>e"),
        "",
    ),
    "a step done before it begins": (
        S + "<manualTask id='a'/>" + E + flows("s>a", "a>e"),
        "unsupported-element",
    ),
    "a data store beside a step": (
        "<dataStoreReference id='dr' dataStoreRef='ds'/><dataObject id='do'/>"
        "<dataObjectReference id='df' dataObjectRef='do'/>"
        "<textAnnotation id='t'><text>x</text></textAnnotation><group id='gr'/>"
        "<association id='as' sourceRef='t' targetRef='a'/>" + S + A + E + flows("s>a", "a>e"),
        "",
    ),
}


@pytest.mark.parametrize("what", DRAWINGS)
def test_a_drawing_as_collections_have_it_runs_or_says_what_it_lacks(
    tmp_path: Path, what: str
) -> None:
    body, rules = DRAWINGS[what]
    package = family(tmp_path, bpmn("main", body, extra=DECLARED))
    found = definitions.check(package)
    assert {fault.rule for fault in found} == set(rules.split())
    assert all(fault.mend and fault.consequence for fault in found)
    prefixed = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1q:", bpmn("main", body, extra=DECLARED))
    prefixed = prefixed.replace("xmlns=", "xmlns:q=").replace("q:camunda", "camunda")
    again = definitions.check(package, {**package.files, "bpmn/m0.bpmn": prefixed.encode()})
    assert [(f.element_id, f.rule) for f in again] == [(f.element_id, f.rule) for f in found]
    if not rules:
        assert drawn.read(package.files).elements.keys() >= {("main", "a")} or "sub" in body
