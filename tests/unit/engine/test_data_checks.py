"""Data that could not be carried out as drawn is refused, with the element and the mend."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from engine.repository import definitions
from tests.models import bpmn, family, flows, user

OBJECTS = (
    "<dataObject id='order' name='order'/><dataObject id='twin' name='order'/>"
    "<dataObject id='two' name='two words'/><dataObject id='plain'/>"
    "<dataObjectReference id='plain_1' name='a' dataObjectRef='plain'/>"
    "<dataObjectReference id='plain_2' name='b' dataObjectRef='plain'/>"
    "<dataObject id='odd-id' name='two words'/><dataStoreReference id='files' name='files'/>"
)


def _given(number: int, source: str, rest: str = "") -> str:
    inputs = f"<ioSpecification><dataInput id='in_{number}' name='taken'/></ioSpecification>"
    origin = f"<sourceRef>{source}</sourceRef>" if source else ""
    association = f"<dataInputAssociation>{origin}<targetRef>in_{number}</targetRef>{rest}"
    return inputs + association + "</dataInputAssociation>"


def _parameters(inner: str) -> str:
    return (
        f"<extensionElements><camunda:inputOutput>{inner}</camunda:inputOutput></extensionElements>"
    )


def _assignment(value: str, to: str) -> str:
    return f"<assignment><from>{value}</from><to>{to}</to></assignment>"


LOOP = "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>"
LOOP += "</multiInstanceLoopCharacteristics>"
EACH = "<multiInstanceLoopCharacteristics><loopDataInputRef>{}</loopDataInputRef><inputDataItem name='x'/>"
EACH += "</multiInstanceLoopCharacteristics>"
OUT = "<camunda:outputParameter name='x'>1</camunda:outputParameter>"
GROOVY = "<camunda:script scriptFormat='groovy'>1</camunda:script>"
#: What stands in a task, and the rule that refuses it.
REFUSED = [
    (_given(0, "order"), ""),
    (_given(1, "twin"), ""),
    (_given(2, "two"), ""),
    (_given(3, "plain_1"), ""),
    (_given(4, "files"), "data-store"),
    (_given(5, "gone"), "data-mapping"),
    (_given(6, "order", _assignment("1", "order.price")), "data-mapping"),
    (_given(7, "order", _assignment("", "price")), "data-mapping"),
    (_given(8, "order", "<transformation>1 +</transformation>"), "bad-expression"),
    (
        _given(9, "order", "<transformation language='java'>1</transformation>"),
        "foreign-language",
    ),
    (_parameters(OUT) + LOOP, "item-output"),
    (EACH.format("odd-id"), "data-name"),
    (EACH.format("plain_1"), ""),
    (LOOP.replace(">2<", " language='mvel'>2<"), "foreign-language"),
    (_parameters(OUT.replace("'x'", "''")), "no-name"),
    (_parameters(OUT.replace(">1<", ">${1 +}<")), "bad-expression"),
    ("<potentialOwner id='owner'/>", "performer-unread"),
    (_parameters(OUT.replace(">1<", f">{GROOVY}<")), "foreign-language"),
]
CALLS = [
    ("<camunda:in source='a' target='b'/>", ""),
    ("<camunda:in source='a'/>", "bad-mapping"),
    ("<camunda:out target='a'/>", "bad-mapping"),
    ("<camunda:in variables='some'/>", "bad-mapping"),
    ("<camunda:in variables='all' local='true'/>", "local-mapping"),
    ("<camunda:in businessKey='${order}'/>", "business-key"),
    ("<camunda:out sourceExpression='${1 +}' target='b'/>", "bad-expression"),
]


def test_data_that_could_not_be_carried_out_is_refused(tmp_path: Path) -> None:
    tasks = [user(f"t{number}", inner=inner) for number, (inner, _) in enumerate(REFUSED)]
    calls = [
        f"<callActivity id='c{number}' calledElement='other'>"
        f"<extensionElements>{inner}</extensionElements></callActivity>"
        for number, (inner, _) in enumerate(CALLS)
    ]
    gateway = f"<exclusiveGateway id='way'>{_parameters('')}</exclusiveGateway>"
    names = ["start", *(f"t{n}" for n in range(len(tasks))), "way"]
    names += [*(f"c{n}" for n in range(len(calls))), "end"]
    ends = "<startEvent id='start'/><endEvent id='end'/>"
    body = OBJECTS + ends + "".join(tasks) + gateway + "".join(calls)
    body += flows(*(f"{one}>{two}" for one, two in pairwise(names)))
    other = bpmn("other", "<startEvent id='s2'/><endEvent id='e2'/>" + flows("s2>e2"))
    found = definitions.check(family(tmp_path, bpmn("main", body), other))
    expected = {(f"t{n}", rule) for n, (_, rule) in enumerate(REFUSED) if rule}
    expected |= {(f"c{n}", rule) for n, (_, rule) in enumerate(CALLS) if rule}
    assert {(each.element_id, each.rule) for each in found} == expected | {("way", "mapping-here")}
    assert all(each.mend for each in found)


def test_what_other_platforms_say_of_a_process_a_flow_or_an_event_is_named(tmp_path: Path) -> None:
    listener = "<extensionElements><camunda:executionListener class='x.Y'/></extensionElements>"
    ends = "<startEvent id='start'/><endEvent id='end'/>"
    wait = (
        "<intermediateCatchEvent id='wait'><timerEventDefinition>"
        "<extensionElements><camunda:in variables='all'/></extensionElements>"
        "<timeDuration>P1D</timeDuration></timerEventDefinition></intermediateCatchEvent>"
    )
    body = (
        listener
        + ends
        + wait
        + flows("start>wait", "wait>end").replace("></seq", f">{listener}</seq", 1)
    )
    text = bpmn("main", body).replace("<process ", "<process camunda:candidateStarterGroups='x' ")
    found = definitions.check(family(tmp_path, text))
    assert sorted((each.element_id, each.rule) for each in found) == [
        ("main", "foreign-code"),
        ("main", "ignored-attribute"),
        ("start_to_wait", "foreign-code"),
        ("wait", "ignored-extension"),
    ]


def test_extension_elements_of_other_tools_are_let_be(tmp_path: Path) -> None:
    foreign = (
        "<extensionElements><x:shape xmlns:x='urn:x' x:kind='1'><x:deep>text</x:deep></x:shape>"
        "<camunda:properties><camunda:property name='a' value='b'/></camunda:properties>"
        "</extensionElements>"
    )
    body = "<startEvent id='start'/><endEvent id='end'/>" + user("ask", inner=foreign)
    assert (
        definitions.check(family(tmp_path, bpmn("main", body + flows("start>ask", "ask>end"))))
        == []
    )
