"""Tokens: gateways, sub-processes, items, loops, data. Every step restores the state it left."""

from __future__ import annotations

import pytest

from engine.errors import BpmnError, Conflict, Invalid
from engine.package import Handler, StepContext
from tests.driver import SYSTEM
from tests.integration.engine.conftest import Drive
from tests.models import bpmn, flows, service, user

START = "<startEvent id='start'/>"
END = "<endEvent id='end'/>"
ERROR = "<error id='err' name='refused' errorCode='refused'/>"


def test_a_condition_chooses_the_way(drive: Drive) -> None:
    case = drive(
        bpmn(
            "main",
            START
            + user("ask")
            + "<exclusiveGateway id='which' default='which_to_small'/>"
            + user("small")
            + user("large")
            + END
            + flows(
                "start>ask",
                "ask>which",
                "which>large: amount >= 1000",
                "which>small",
                "small>end",
                "large>end",
            ),
        )
    )
    cheap, dear = case.start(), case.start()
    case.complete(cheap, "ask", {"amount": 5})
    case.complete(dear, "ask", {"amount": 1000})
    assert (case.waiting(cheap), case.waiting(dear)) == (["small"], ["large"])
    case.complete(dear, "large")
    assert case.state(dear) == "completed"
    assert case.breaks(dear) == []


def test_a_condition_without_an_answer_is_an_incident_that_can_be_mended(drive: Drive) -> None:
    case = drive(
        bpmn(
            "main",
            START
            + user("ask")
            + "<exclusiveGateway id='which' default='which_to_end'/>"
            + user("check")
            + END
            + flows("start>ask", "ask>which", "which>check: score > 3", "which>end", "check>end"),
        )
    )
    instance = case.start()
    incident = case.complete(instance, "ask", {})
    assert incident is not None
    assert (incident.element_id, case.state(instance)) == ("which", "active")
    with case.engine.begin(SYSTEM) as uow:
        from engine import instances
        from engine.operating import incidents

        instances.set_variables(uow, instance, {"score": 9}, reason="漏填")
        incidents.retry(uow, incident.id, reason="已排除原因")
    assert case.waiting(instance) == ["check"]
    assert case.incidents(instance) == []


def test_parallel_branches_join_and_keep_what_each_changed(drive: Drive) -> None:
    case = drive(
        bpmn(
            "main",
            START
            + "<parallelGateway id='fork'/>"
            + user("left")
            + user("right", form="remark")
            + "<parallelGateway id='join'/>"
            + user("after")
            + END
            + flows(
                "start>fork",
                "fork>left",
                "fork>right",
                "left>join",
                "right>join",
                "join>after",
                "after>end",
            ),
        )
    )
    instance = case.start({"note": "before", "list": [1, 2, 3]})
    case.complete(instance, "left", {"note": "by left"})
    assert case.waiting(instance) == ["right"]
    case.complete(instance, "right", {"remark": "ok"})
    assert case.waiting(instance) == ["after"]
    held = case.variables(instance)
    assert (held["note"], held["remark"], held["list"]) == ("by left", "ok", [1, 2, 3])


def test_a_parallel_join_in_a_loop_joins_in_every_round(drive: Drive) -> None:
    case = drive(
        bpmn(
            "main",
            START
            + "<exclusiveGateway id='again'/><parallelGateway id='fork'/>"
            + user("left")
            + user("right", form="remark")
            + "<parallelGateway id='join'/><exclusiveGateway id='enough' default='enough_to_end'/>"
            + END
            + flows(
                "start>again",
                "again>fork",
                "fork>left",
                "fork>right",
                "left>join",
                "right>join",
                "join>enough",
                'enough>again: outcome = "more"',
                "enough>end",
            ),
        )
    )
    instance = case.start()
    for _ in range(12):
        case.complete(instance, "left", {"outcome": "more"})
        case.complete(instance, "right")
        assert case.waiting(instance) == ["left", "right"]
    case.complete(instance, "right")
    case.complete(instance, "left", {"outcome": "done"})
    assert case.state(instance) == "completed"


def test_a_called_process_runs_in_the_same_instance_and_passes_what_is_mapped(
    drive: Drive,
) -> None:
    call = (
        "<callActivity id='call' calledElement='inner'><extensionElements>"
        "<camunda:in source='amount' target='asked'/>"
        "<camunda:out source='note' target='answer'/></extensionElements></callActivity>"
    )
    case = drive(
        bpmn(
            "main",
            START + call + user("after") + END + flows("start>call", "call>after", "after>end"),
        ),
        bpmn("inner", START + user("answer_it") + END + flows("start>answer_it", "answer_it>end")),
    )
    instance = case.start({"amount": 3, "secret": "stays"})
    task = case.open_task(instance, "answer_it")
    assert task.process_key == "inner"
    assert task.instance_id == instance
    case.complete(instance, "answer_it", {"note": "yes", "amount": 99})
    held = case.variables(instance)
    assert (held["answer"], held["amount"], held["secret"]) == ("yes", 3, "stays")


def test_items_run_side_by_side_and_their_variable_does_not_leak(drive: Drive) -> None:
    items = (
        "<multiInstanceLoopCharacteristics camunda:collection='${problems}'"
        " camunda:elementVariable='problem'/>"
    )
    loop = (
        "<subProcess id='line' name='line'>"
        + items
        + "<startEvent id='s2'/>"
        + user("mend")
        + user("check")
        + "<endEvent id='e2'/>"
        + flows("s2>mend", "mend>check", "check>e2")
        + "</subProcess>"
    )
    case = drive(
        bpmn(
            "main",
            START + loop + user("after") + END + flows("start>line", "line>after", "after>end"),
        )
    )
    instance = case.start({"problems": ["p1", "p2", "p3"]})
    assert [task.item for task in case.open_tasks(instance)] == ["p1", "p2", "p3"]
    case.complete(instance, "mend", item="p2")
    assert case.waiting(instance) == ["check", "mend", "mend"]
    for item in ("p1", "p3"):
        case.complete(instance, "mend", item=item)
    for item in ("p3", "p1", "p2"):
        case.complete(instance, "check", item=item)
    assert case.waiting(instance) == ["after"]
    assert "problem" not in case.variables(instance)


def test_no_items_means_straight_on(drive: Drive) -> None:
    task = user(
        "each",
        inner="<multiInstanceLoopCharacteristics camunda:collection='${none}' camunda:elementVariable='x'/>",
    )
    case = drive(
        bpmn(
            "main",
            START + task + user("after") + END + flows("start>each", "each>after", "after>end"),
        )
    )
    assert case.waiting(case.start({"none": []})) == ["after"]


def test_items_one_after_the_other(drive: Drive) -> None:
    task = user(
        "each",
        inner="<multiInstanceLoopCharacteristics isSequential='true'"
        " camunda:collection='${who}' camunda:elementVariable='x'/>",
    )
    case = drive(bpmn("main", START + task + END + flows("start>each", "each>end")))
    instance = case.start({"who": ["a", "b"]})
    assert [t.item for t in case.open_tasks(instance)] == ["a"]
    case.complete(instance, "each")
    assert [t.item for t in case.open_tasks(instance)] == ["b"]
    case.complete(instance, "each")
    assert case.state(instance) == "completed"


def test_a_handler_error_takes_the_error_path_and_cancels_what_runs_beside(drive: Drive) -> None:
    def refuse(_context: StepContext) -> None:
        raise BpmnError("refused", "not this way")

    inner = (
        "<subProcess id='try' name='try'><startEvent id='s2'/><parallelGateway id='f2'/>"
        + user("beside")
        + user("go")
        + service("refuse", "refuse")
        + "<endEvent id='e2'/><endEvent id='e3'/>"
        + flows("s2>f2", "f2>beside", "f2>go", "go>refuse", "refuse>e2", "beside>e3")
        + "</subProcess>"
        "<boundaryEvent id='caught' attachedToRef='try'><errorEventDefinition errorRef='err'/></boundaryEvent>"
    )
    case = drive(
        bpmn(
            "main",
            START
            + inner
            + user("mend")
            + END
            + flows("start>try", "try>end", "caught>mend", "mend>end"),
            extra=ERROR,
        ),
        handlers={"refuse": Handler(call=refuse)},
    )
    instance = case.start()
    assert case.waiting(instance) == ["beside", "go"]
    case.complete(instance, "go")
    assert case.waiting(instance) == ["mend"]
    assert case.variables(instance)["error_code"] == "refused"
    case.complete(instance, "mend")
    assert case.state(instance) == "completed"


def test_an_error_end_event_is_caught_outside_a_called_process(drive: Drive) -> None:
    outer = (
        START
        + "<callActivity id='call' calledElement='inner'/>"
        + "<boundaryEvent id='caught' attachedToRef='call'>"
        + "<errorEventDefinition errorRef='err'/></boundaryEvent>"
        + user("mend")
        + END
        + flows("start>call", "call>end", "caught>mend", "mend>end")
    )
    inner = (
        START
        + user("decide")
        + "<endEvent id='end'><errorEventDefinition errorRef='err'/></endEvent>"
        + flows("start>decide", "decide>end")
    )
    case = drive(bpmn("main", outer, extra=ERROR), bpmn("inner", inner, extra=ERROR))
    instance = case.start()
    case.complete(instance, "decide")
    assert case.waiting(instance) == ["mend"]


def test_a_completion_handler_may_take_the_error_path(drive: Drive) -> None:
    def refuse(_context: StepContext) -> None:
        raise BpmnError("refused", "not this way")

    body = (
        START
        + user("ask", extra="dudao:completion='refuse'")
        + "<boundaryEvent id='caught' attachedToRef='ask'>"
        + "<errorEventDefinition errorRef='err'/></boundaryEvent>"
        + user("mend")
        + END
        + flows("start>ask", "ask>end", "caught>mend", "mend>end")
    )
    case = drive(bpmn("main", body, extra=ERROR), handlers={"refuse": Handler(call=refuse)})
    instance = case.start()
    case.complete(instance, "ask")
    assert case.waiting(instance) == ["mend"]
    case.complete(instance, "mend")
    assert case.state(instance) == "completed"


def test_an_error_that_nobody_catches_is_an_incident(drive: Drive) -> None:
    def refuse(_context: StepContext) -> None:
        raise BpmnError("nobody")

    case = drive(
        bpmn(
            "main",
            START
            + user("go")
            + service("throw", "refuse")
            + END
            + flows("start>go", "go>throw", "throw>end"),
        ),
        handlers={"refuse": Handler(call=refuse)},
    )
    instance = case.start()
    incident = case.complete(instance, "go")
    assert incident is not None
    assert incident.element_id == "throw"
    assert case.state(instance) == "active"


def test_what_fails_after_a_persons_act_does_not_undo_the_act(drive: Drive) -> None:
    broken = [True]

    def work(context: StepContext) -> dict[str, str]:
        context.uow.record("trace", instance_id=context.instance.id)
        if broken[0]:
            raise Conflict("打印机没有纸。")
        return {"printed": "yes"}

    case = drive(
        bpmn(
            "main",
            START
            + user("go")
            + service("print", "work")
            + user("after")
            + END
            + flows("start>go", "go>print", "print>after", "after>end"),
        ),
        handlers={"work": Handler(call=work)},
    )
    instance = case.start()
    incident = case.complete(instance, "go", {"note": "kept"})
    assert incident is not None
    assert (incident.element_id, incident.message) == ("print", "打印机没有纸。")
    assert case.waiting(instance) == []
    assert case.variables(instance)["note"] == "kept"
    assert case.breaks(instance) == []
    broken[0] = False
    from engine.operating import incidents

    with case.engine.begin(SYSTEM) as uow:
        incidents.retry(uow, incident.id, reason="已排除原因")
    assert case.waiting(instance) == ["after"]
    assert case.incidents(instance) == []
    assert case.variables(instance)["printed"] == "yes"


def test_a_guard_refuses_the_act_itself(drive: Drive) -> None:
    def guard(_context: StepContext) -> None:
        raise Invalid("督导组不足三人。")

    case = drive(
        bpmn(
            "main",
            START
            + user("go")
            + service("guard", "guard")
            + END
            + flows("start>go", "go>guard", "guard>end"),
        ),
        handlers={"guard": Handler(call=guard, guard=True)},
    )
    instance = case.start()
    with pytest.raises(Invalid, match="不足三人"):
        case.complete(instance, "go")
    assert case.waiting(instance) == ["go"]
    assert case.incidents(instance) == []


def test_a_script_counts_exactly(drive: Drive) -> None:
    script = (
        "<scriptTask id='count' scriptFormat='feel' camunda:resultVariable='sum'>"
        "<script>0.1 + 0.2 = 0.3</script></scriptTask>"
    )
    case = drive(
        bpmn(
            "main",
            START + script + user("after") + END + flows("start>count", "count>after", "after>end"),
        )
    )
    assert case.variables(case.start())["sum"] is True


def test_several_flows_out_of_a_task_run_side_by_side(drive: Drive) -> None:
    case = drive(
        bpmn(
            "main",
            START
            + user("one")
            + user("two")
            + user("three")
            + END
            + "<endEvent id='end2'/>"
            + flows("start>one", "one>two", "one>three", "two>end", "three>end2"),
        )
    )
    instance = case.start()
    case.complete(instance, "one")
    assert case.waiting(instance) == ["three", "two"]
    case.complete(instance, "two")
    assert case.state(instance) == "active"
    case.complete(instance, "three")
    assert case.state(instance) == "completed"


def test_a_terminate_end_ends_all(drive: Drive) -> None:
    case = drive(
        bpmn(
            "main",
            START
            + "<parallelGateway id='fork'/>"
            + user("one")
            + user("two")
            + END
            + "<endEvent id='stop'><terminateEventDefinition/></endEvent>"
            + flows("start>fork", "fork>one", "fork>two", "one>end", "two>stop"),
        )
    )
    instance = case.start()
    case.complete(instance, "two")
    assert (case.waiting(instance), case.state(instance)) == ([], "completed")


def test_a_model_that_never_waits_ends_in_an_incident(drive: Drive) -> None:
    spin = (
        "<scriptTask id='turn' scriptFormat='feel' camunda:resultVariable='x'>"
        "<script>1</script></scriptTask>"
    )
    case = drive(
        bpmn(
            "main",
            START
            + user("go")
            + "<exclusiveGateway id='merge'/>"
            + spin
            + "<exclusiveGateway id='loop' default='loop_to_merge'/>"
            + END
            + flows(
                "start>go", "go>merge", "merge>turn", "turn>loop", "loop>end: x = 2", "loop>merge"
            ),
        )
    )
    instance = case.start()
    incident = case.complete(instance, "go")
    assert incident is not None
    assert "自动运行超过" in incident.message


def test_a_join_that_nobody_can_reach_any_more_is_an_incident(drive: Drive) -> None:
    case = drive(
        bpmn(
            "main",
            START
            + "<parallelGateway id='fork'/>"
            + user("left")
            + user("right")
            + "<exclusiveGateway id='which' default='which_to_join'/><parallelGateway id='join'/>"
            + END
            + "<endEvent id='end2'/>"
            + flows(
                "start>fork",
                "fork>left",
                "fork>right",
                "left>join",
                "right>which",
                'which>end2: outcome = "out"',
                "which>join",
                "join>end",
            ),
        )
    )
    instance = case.start()
    assert case.complete(instance, "left") is None
    incident = case.complete(instance, "right", {"outcome": "out"})
    assert incident is not None
    assert (incident.element_id, case.state(instance)) == ("join", "active")
    assert "没有分支" in incident.message
    assert "end2" in case.visited(instance)


def test_a_process_that_calls_itself_for_ever_is_an_incident(drive: Drive) -> None:
    call = "<callActivity id='call' calledElement='main'/>"
    case = drive(bpmn("main", START + call + END + flows("start>call", "call>end")))
    instance = case.start()
    assert case.state(instance) == "active"
    assert [incident.element_id for incident in case.incidents(instance)] != []
