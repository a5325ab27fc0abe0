"""Data as BPMN 2.0 and Camunda 7 have it: what goes into a step, what comes out, what stays inside."""

from __future__ import annotations

from itertools import pairwise

import pytest
import sqlalchemy as sa

from engine.package import Handler, StepContext
from engine.tables import Resource
from tests.driver import SYSTEM
from tests.models import flows, service, user
from tests.process.conformance import (
    RUNG,
    Live,
    Play,
    Plays,
    Stored,
    beside,
    called_process,
    catch,
    end,
    start,
    sub,
)

OBJECTS = (
    "<dataObject id='order'/><dataObjectReference id='order_ref' name='wish' dataObjectRef='order'/>"
    "<dataObject id='answer_object' name='answer'/>"
    "<dataStoreReference id='files' name='files'/>"
)


def mapped(*parameters: str) -> str:
    """An element's extension `camunda:inputOutput`."""
    inner = "".join(parameters)
    return (
        f"<extensionElements><camunda:inputOutput>{inner}</camunda:inputOutput></extensionElements>"
    )


def given(name: str, value: str) -> str:
    """One input parameter."""
    return f"<camunda:inputParameter name='{name}'>{value}</camunda:inputParameter>"


def result(name: str, value: str) -> str:
    """One output parameter."""
    return f"<camunda:outputParameter name='{name}'>{value}</camunda:outputParameter>"


def known(case: Play) -> dict[str, object]:
    """The variables of a case that have a value: a form leaves null in what nobody filled in."""
    return {name: value for name, value in case.variables().items() if value is not None}


def line(*steps: str) -> str:
    """Start, these steps one after the other, and end."""
    names = ["start", *steps, "end"]
    pairs = pairwise(names)
    return start() + end() + flows(*(f"{one}>{two}" for one, two in pairs))


def test_input_parameters_are_known_in_their_step_alone_and_output_parameters_outside(
    play: Plays,
) -> None:
    seen = []

    def look(step: StepContext) -> dict[str, object]:
        seen.append(dict(step.variables))
        return {"raw": 2, "amount": 99, "also": "kept"}

    inner = mapped(
        given("amount", "${amount + 1}"),
        given("greeting", "about ${ name }: #{amount}!"),
        given("plain", " as written "),
        given(
            "rows",
            "<camunda:list><camunda:value>${amount}</camunda:value>"
            "<camunda:script scriptFormat='feel'>[1]</camunda:script></camunda:list>",
        ),
        given(
            "row",
            "<camunda:map><camunda:entry key='a b'>${name}</camunda:entry>"
            "<camunda:entry key='c'><camunda:list/></camunda:entry></camunda:map>",
        ),
        result("total", "${raw * amount}"),
        result("doubled", "${total * 2}"),
    )
    step = service("call", "look").replace("/>", f">{inner}</serviceTask>")
    case = play(step + user("after") + line("call", "after"), handlers={"look": Handler(call=look)})
    assert case.start(amount=1, name="x") == ["after"]
    assert seen[0] == {
        "amount": 2,
        "name": "x",
        "greeting": "about x: 2!",
        "plain": "as written",
        "rows": [2, [1]],
        "row": {"a b": "x", "c": []},
    }
    assert known(case) == {
        **{"amount": 1, "name": "x", "raw": 2, "also": "kept"},
        **{"total": 198, "doubled": 396},
    }
    case.complete("after")
    assert case.ended()
    case.told("start", "call", "after", "end")


def test_a_person_works_on_what_the_step_was_handed(play: Plays) -> None:
    inner = mapped(given("amount", "${5}"), result("answer", "${amount}"))
    body = user("ask", inner=inner) + user("after") + user("rang") + beside("ring", "ask", RUNG)
    case = play(body + line("ask", "after") + flows("ring>rang", "rang>end"))
    assert case.start(amount=1) == ["ask"]
    assert case.variables()["amount"] == 1
    assert case.complete("ask", amount=7, note="n") == ["after"]
    assert (case.variables()["amount"], case.variables()["answer"]) == (1, 7)
    assert case.variables()["note"] == "n"
    case.complete("after")
    assert case.ended()
    case.told("start", "ask", "after", "end")


def test_an_interrupted_step_leaves_nothing_of_what_it_was_handed(play: Plays) -> None:
    inner = mapped(given("amount", "${5}"), result("answer", "${amount}"))
    body = user("ask", inner=inner) + user("rang") + beside("ring", "ask", RUNG)
    case = play(body + line("ask") + flows("ring>rang", "rang>end"))
    case.start(amount=1)
    assert case.message("rung") == ["rang"]
    assert known(case) == {"amount": 1}
    case.complete("rang")
    assert case.ended()
    case.told("start", "ring", "rang", "end")


def test_parameters_of_a_sub_process_hold_for_all_its_steps(play: Plays) -> None:
    inner = mapped(given("amount", "${5}"), result("answer", "${amount}"))
    inner += start("s2") + user("ask") + end("e2") + flows("s2>ask", "ask>e2")
    body = sub("scope", inner) + user("after")
    case = play(body + line("scope", "after"))
    assert case.start() == ["ask"]
    assert case.complete("ask", amount=8) == ["after"]
    assert known(case) == {"answer": 8}
    case.complete("after")
    assert case.ended()
    case.told("start", "s2", "ask", "e2", "scope", "after", "end")


def test_a_call_passes_all_or_what_it_lists_and_the_same_number(play: Plays) -> None:
    rows = (
        "<camunda:in businessKey='#{execution.processBusinessKey}'/>"
        "<camunda:in variables='all'/><camunda:in sourceExpression='${amount + 1}' target='more'/>"
        "<camunda:out sourceExpression='${more * 2}' target='doubled'/>"
        "<camunda:out source='note' target='said'/>"
    )
    call = (
        "<callActivity id='call' calledElement='inner'>"
        f"<extensionElements>{rows}</extensionElements></callActivity>"
    )
    called = start() + user("inside") + end() + flows("start>inside", "inside>end")
    case = play(call + user("after") + line("call", "after"), called_process("inner", called))
    assert case.start(amount=1, wish="w") == ["inside"]
    assert known(case) == {"amount": 1, "wish": "w", "more": 2}
    assert case.complete("inside", note="n", amount=50) == ["after"]
    assert known(case) == {"amount": 1, "wish": "w", "doubled": 4, "said": "n"}
    case.complete("after")
    assert case.ended()
    case.told("start", "start", "inside", "end", "call", "after", "end")


def test_associations_copy_data_objects_into_a_step_and_its_outputs_back(play: Plays) -> None:
    inner = (
        "<ioSpecification><dataInput id='i1' name='asked'/><dataInput id='i2' name='half'/>"
        "<dataOutput id='o1' name='note'/><inputSet/><outputSet/></ioSpecification>"
        "<dataInputAssociation><sourceRef>order_ref</sourceRef><targetRef>i1</targetRef>"
        "</dataInputAssociation>"
        "<dataInputAssociation><sourceRef>order_ref</sourceRef><targetRef>i2</targetRef>"
        "<transformation>wish / 2</transformation></dataInputAssociation>"
        "<dataInputAssociation><targetRef>i2</targetRef><assignment><from>wish + 1</from>"
        "<to>more</to></assignment></dataInputAssociation>"
        "<dataOutputAssociation><sourceRef>o1</sourceRef><targetRef>answer_object</targetRef>"
        "</dataOutputAssociation>"
        "<dataOutputAssociation><targetRef>order_ref</targetRef>"
        "<transformation>asked + half + more</transformation></dataOutputAssociation>"
    )
    case = play(OBJECTS + user("ask", inner=inner) + user("after") + line("ask", "after"))
    assert case.start(wish=4) == ["ask"]
    assert case.complete("ask", note="yes") == ["after"]
    assert known(case) == {"wish": 11, "note": "yes", "answer": "yes"}
    case.complete("after")
    assert case.ended()
    case.told("start", "ask", "after", "end")


def test_associations_as_modellers_draw_them_only_say_what_is_used(play: Plays) -> None:
    inner = (
        "<property id='p1' name='__targetRef_placeholder'/>"
        "<dataInputAssociation><sourceRef>files</sourceRef><targetRef>p1</targetRef>"
        "</dataInputAssociation>"
        "<dataOutputAssociation><targetRef>order_ref</targetRef></dataOutputAssociation>"
    )
    case = play(OBJECTS + user("ask", inner=inner) + line("ask"))
    case.start(wish=4)
    case.complete("ask", note="n")
    assert case.ended()
    assert known(case) == {"wish": 4, "note": "n"}
    case.told("start", "ask", "end")


def test_what_a_message_brings_goes_where_the_catch_event_says(play: Plays) -> None:
    inner = RUNG + (
        "<dataOutput id='o1' name='sent'/><dataOutputAssociation><sourceRef>o1</sourceRef>"
        "<targetRef>answer_object</targetRef></dataOutputAssociation>"
    )
    body = OBJECTS + catch("wait", inner) + user("after") + line("wait", "after")
    case = play(body)
    case.start()
    assert case.message("rung", sent=3) == ["after"]
    assert case.variables()["answer"] == 3
    case.complete("after")
    assert case.ended()
    case.told("start", "wait", "after", "end")


@pytest.mark.parametrize("sequential", ["true", "false"])
def test_items_as_the_standard_has_them_come_from_data_and_go_to_data(
    play: Plays, sequential: str
) -> None:
    inner = (
        "<ioSpecification><dataInput id='all_in' name='orders'/><dataInput id='one_in' name='own'/>"
        "<dataOutput id='all_out' name='answers'/><dataOutput id='one_out' name='note'/>"
        "<inputSet/><outputSet/></ioSpecification>"
        "<dataInputAssociation><sourceRef>order_ref</sourceRef><targetRef>all_in</targetRef>"
        "</dataInputAssociation>"
        "<dataInputAssociation><sourceRef>item</sourceRef><targetRef>one_in</targetRef>"
        "</dataInputAssociation>"
        "<dataOutputAssociation><sourceRef>one_out</sourceRef><targetRef>item_out</targetRef>"
        "</dataOutputAssociation>"
        "<dataOutputAssociation><sourceRef>all_out</sourceRef><targetRef>answer_object</targetRef>"
        "</dataOutputAssociation>"
        f"<multiInstanceLoopCharacteristics isSequential='{sequential}'>"
        "<loopDataInputRef>all_in</loopDataInputRef><loopDataOutputRef>all_out</loopDataOutputRef>"
        "<inputDataItem id='item' name='one'/><outputDataItem id='item_out' name='said'/>"
        "</multiInstanceLoopCharacteristics>"
    )
    # `one` and `loopCounter` are known outside, too: an item hides them
    case = play(OBJECTS + user("ask", inner=inner) + user("after") + line("ask", "after"))
    first = case.start(wish=["x", "y"], one="outer", loopCounter=9)
    assert first == (["ask"] if sequential == "true" else ["ask", "ask"])
    if isinstance(case, Live):
        task = case._wait("user", "ask").task
        assert (task.data["one"], task.data["own"], task.data["loopCounter"]) == ("x", "x", 1)
    case.complete("ask", note="1")
    assert case.complete("ask", note="2") == ["after"]
    found = case.variables()
    assert found["answer"] == ["1", "2"]
    assert (found["one"], found["loopCounter"]) == ("outer", 9)
    assert {"own", "orders", "said"} & found.keys() == set()
    case.complete("after")
    assert case.ended()
    case.told("start", "ask", "ask", "ask", "after", "end")


def test_each_item_has_its_own_input_parameters(play: Plays) -> None:
    inner = mapped(given("label", "no. ${loopCounter} of ${nrOfInstances}"))
    inner += (
        "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>"
        "<loopDataOutputRef>labels</loopDataOutputRef><outputDataItem name='note'/>"
        "</multiInstanceLoopCharacteristics>"
    )
    seen = []

    def look(step: StepContext) -> dict[str, object]:
        seen.append(step.variables["label"])
        return {"note": step.variables["label"]}

    step = service("call", "look").replace("/>", f">{inner}</serviceTask>")
    case = play(step + user("after") + line("call", "after"), handlers={"look": Handler(call=look)})
    assert case.start() == ["after"]
    assert known(case) == {"labels": ["no. 1 of 2", "no. 2 of 2"]}
    case.complete("after")
    assert case.ended()
    case.told("start", "call", "call", "call", "after", "end")


@pytest.mark.parametrize("play", ["stored"], indirect=True)
def test_extension_elements_of_other_tools_run_by_and_are_stored_as_they_came(play: Plays) -> None:
    foreign = (
        "<extensionElements><x:shape xmlns:x='urn:x' x:kind='1'> <x:deep>text</x:deep><!-- so -->"
        "</x:shape><camunda:properties><camunda:property name='a' value='b'/></camunda:properties>"
        "</extensionElements>"
    )
    case = play(user("ask", inner=foreign) + line("ask"))
    assert isinstance(case, Stored)
    case.start()
    case.complete("ask")
    assert case.ended()
    case.told("start", "ask", "end")
    with case.case.engine.read(SYSTEM) as uow:
        query = sa.select(Resource.content).where(Resource.path == "bpmn/m0.bpmn")
        assert foreign.encode() in uow.session.execute(query).scalar_one()
