"""Sending back along the real way, and taking back, straight and after parallel branches."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from engine import tasks
from engine.errors import Conflict, EngineError, NotAllowed
from engine.filing import files
from engine.handover import returns
from engine.handover.returns import Destination, Mode
from engine.package import Handler, StepContext
from engine.rehearsing.answers import small_pdf
from engine.tables import File, Task
from tests import models
from tests.driver import SYSTEM, Driver
from tests.integration.engine.conftest import Drive
from tests.models import flows, service, user

START, END = "<startEvent id='start'/>", "<endEvent id='end'/>"
FORK, JOIN = "<parallelGateway id='fork'/>", "<parallelGateway id='join'/>"

STRAIGHT = models.bpmn(
    "main",
    START
    + user("write")
    + user("check", group="head", form="remark")
    + user("sign", group="head", form="remark")
    + END
    + flows("start>write", "write>check", "check>sign", "sign>end"),
)
PARALLEL = models.bpmn(
    "main",
    START
    + user("write")
    + FORK
    + user("left")
    + user("left2")
    + user("right", form="remark")
    + JOIN
    + user("sign", group="head", form="remark")
    + END
    + flows(
        "start>write",
        "write>fork",
        "fork>left",
        "left>left2",
        "left2>join",
        "fork>right",
        "right>join",
        "join>sign",
        "sign>end",
    ),
)


def where(case: Driver, instance: str, element: str, by: str = "ada") -> list[Destination]:
    task = hold(case, instance, element, by)
    with case.engine.begin(case.people[by]) as uow:
        return returns.destinations(uow, task.id)


def hold(case: Driver, instance: str, element: str, by: str) -> Task:
    task = case.open_task(instance, element)
    with case.engine.begin(case.people[by]) as uow:
        return tasks.claim(uow, task.id)


def send(
    case: Driver,
    instance: str,
    element: str,
    to: str,
    *,
    mode: Mode = Mode.ONLY,
    by: str = "ada",
    opinion: str = "数字不对",
) -> None:
    task = hold(case, instance, element, by)
    with case.engine.begin(case.people[by]) as uow:
        [target] = [d for d in returns.destinations(uow, task.id) if d.task.element_id == to]
        returns.send_back(
            uow, task.id, to=target.task.id, mode=mode, opinion=opinion, revision=task.revision
        )


def names(found: list[Destination]) -> list[str]:
    return [d.task.element_id for d in found]


def test_a_task_goes_back_to_who_did_the_step_with_what_they_wrote(drive: Drive) -> None:
    case = drive(STRAIGHT)
    instance = case.start()
    case.complete(instance, "write", {"note": "first"}, by="bob")
    case.complete(instance, "check", by="cai")
    found = where(case, instance, "sign", "cai")
    assert names(found) == ["check", "write"]
    assert [d.is_previous for d in found] == [True, False]
    assert [d.is_start for d in found] == [False, True]
    assert found[1].done_by == "bob"
    assert found[1].again == ("check",)

    send(case, instance, "sign", "write", by="cai")
    [task] = case.open_tasks(instance)
    assert (task.element_id, task.assignee_id) == ("write", case.people["bob"].user_id)
    assert task.draft == {"note": "first", "outcome": None, "amount": None}
    assert task.returned is not None
    assert task.returned["opinion"] == "数字不对"
    assert task.returned["by_name"] == "cai"
    case.complete(instance, "write", {"note": "second"}, by="bob")
    case.complete(instance, "check", by="cai")
    case.complete(instance, "sign", by="cai")
    assert case.state(instance) == "completed"
    assert case.variables(instance)["note"] == "second"
    assert case.breaks(instance) == []


@pytest.mark.parametrize("mode", [Mode.ONLY, Mode.AND_BACK])
def test_a_step_that_is_done_again_is_handed_its_inputs_anew(drive: Drive, mode: Mode) -> None:
    def mapped(name: str, value: str, out: str, result: str) -> str:
        return (
            "<extensionElements><camunda:inputOutput>"
            f"<camunda:inputParameter name='{name}'>{value}</camunda:inputParameter>"
            f"<camunda:outputParameter name='{out}'>{result}</camunda:outputParameter>"
            "</camunda:inputOutput></extensionElements>"
        )

    body = START + user("write", inner=mapped("amount", "${base}", "answer", "${amount + 1}"))
    body += user("check", group="head", form="remark", inner=mapped("seen", "${answer}", "s", "1"))
    body += END + flows("start>write", "write>check", "check>end")
    case = drive(models.bpmn("main", body))
    instance = case.start({"base": 5})
    case.complete(instance, "write", {"amount": 7})
    send(case, instance, "check", "write", mode=mode, by="cai")
    assert "seen" not in case.variables(instance)
    case.complete(instance, "write", {"amount": 8})
    case.complete(instance, "check", by="cai")
    assert case.state(instance) == "completed"
    found = case.variables(instance)
    assert (found["answer"], found["s"], found["base"]) == (9, "1", 5)
    assert {"amount", "seen"} & found.keys() == set()


def test_what_is_to_come_straight_back_is_with_its_sender_again(drive: Drive) -> None:
    case = drive(STRAIGHT)
    instance = case.start()
    case.complete(instance, "write", {"note": "first"})
    case.complete(instance, "check", by="cai")
    task = hold(case, instance, "sign", "cai")
    with case.engine.begin(case.people["cai"]) as uow:
        tasks.save_draft(uow, task.id, {"remark": "half"}, revision=task.revision)
    send(case, instance, "sign", "write", mode=Mode.AND_BACK, by="cai")
    assert case.waiting(instance) == ["write"]
    case.complete(instance, "write", {"amount": 3})
    [task] = case.open_tasks(instance)
    assert (task.element_id, task.assignee_id) == ("sign", case.people["cai"].user_id)
    assert task.draft == {"remark": "half"}
    assert task.returned is not None
    assert task.returned["mode"] == "came_back"
    case.complete(instance, "sign", by="cai")
    assert case.state(instance) == "completed"
    assert case.variables(instance)["amount"] == 3


def test_what_its_sender_had_drafted_waits_at_the_step_with_its_files(drive: Drive) -> None:
    case = drive(STRAIGHT)
    instance = case.start()
    case.complete(instance, "write", {"note": "first"}, by="bob")
    task = hold(case, instance, "check", "cai")
    with case.engine.begin(case.people["cai"]) as uow:
        tasks.save_draft(uow, task.id, {"remark": "half"}, revision=task.revision)
        kept = files.store(uow, io.BytesIO(small_pdf("附")), "附.pdf", task_id=task.id).id
    send(case, instance, "check", "write", by="cai")
    case.complete(instance, "write", {"note": "second"}, by="bob")
    [again] = case.open_tasks(instance)
    assert (again.element_id, again.draft) == ("check", {"remark": "half"})
    with case.engine.read(SYSTEM) as uow:
        assert uow.session.get_one(File, kept).task_id == again.id
    case.complete(instance, "check", {"remark": "whole"}, by="cai")
    # what was done since is no draft any more
    send(case, instance, "sign", "write", by="cai")
    case.complete(instance, "write", {"note": "third"}, by="bob")
    [third] = case.open_tasks(instance)
    assert (third.element_id, third.draft) == ("check", None)
    assert case.breaks(instance) == []


def test_out_of_a_parallel_branch_the_other_branch_is_taken_away(drive: Drive) -> None:
    case = drive(PARALLEL)
    instance = case.start()
    case.complete(instance, "write", {"note": "first"})
    case.complete(instance, "left")
    found = where(case, instance, "left2")
    assert names(found) == ["left", "write"]
    task = case.open_task(instance, "left2")
    with case.engine.begin(case.people["ada"]) as uow:
        effects = returns.preview(uow, task.id, to=found[1].task.id, mode=Mode.ONLY)
    assert sorted(thing["element_id"] for thing in effects["cancels"]) == ["left2", "right"]
    assert [thing["element_id"] for thing in effects["creates"]] == ["write"]
    assert case.waiting(instance) == ["left2", "right"]

    send(case, instance, "left2", "write")
    assert case.waiting(instance) == ["write"]
    for element in ("write", "left", "left2", "right"):
        case.complete(instance, element)
    case.complete(instance, "sign", by="cai")
    assert case.state(instance) == "completed"
    assert case.breaks(instance) == []


def test_within_a_branch_the_other_one_stays(drive: Drive) -> None:
    case = drive(PARALLEL)
    instance = case.start()
    case.complete(instance, "write")
    case.complete(instance, "left")
    case.complete(instance, "right", {"remark": "seven"})
    send(case, instance, "left2", "left")
    assert case.waiting(instance) == ["left"]
    case.complete(instance, "left")
    case.complete(instance, "left2")
    assert case.waiting(instance) == ["sign"]
    assert case.variables(instance)["remark"] == "seven"


@pytest.mark.parametrize("last", ["left2", "right"])
def test_into_a_branch_behind_its_join_the_others_have_come_already(
    drive: Drive, last: str
) -> None:
    case = drive(PARALLEL)
    instance = case.start()
    case.complete(instance, "write")
    case.complete(instance, "left")
    for element in ["right", "left2"] if last == "left2" else ["left2", "right"]:
        case.complete(instance, element, {"remark": "seven"} if element == "right" else {})
    assert sorted(names(where(case, instance, "sign", "cai"))) == [
        "left",
        "left2",
        "right",
        "write",
    ]
    send(case, instance, "sign", "left", by="cai")
    assert case.waiting(instance) == ["left"]
    case.complete(instance, "left")
    case.complete(instance, "left2", {"note": "again"})
    assert case.waiting(instance) == ["sign"]
    assert case.variables(instance)["remark"] == "seven"
    assert case.variables(instance)["note"] == "again"
    send(case, instance, "sign", "right", by="cai")
    assert case.waiting(instance) == ["right"]
    case.complete(instance, "right")
    case.complete(instance, "sign", by="cai")
    assert case.state(instance) == "completed"
    assert case.breaks(instance) == []


def test_out_of_a_sub_process_it_ends_and_is_begun_anew(drive: Drive) -> None:
    inner = (
        "<subProcess id='sub'><startEvent id='s'/>"
        + user("one")
        + user("two")
        + "<endEvent id='e'/>"
        + flows("s>one", "one>two", "two>e")
        + "</subProcess>"
    )
    case = drive(
        models.bpmn(
            "main",
            START + user("write") + inner + END + flows("start>write", "write>sub", "sub>end"),
        )
    )
    instance = case.start()
    case.complete(instance, "write")
    case.complete(instance, "one", {"amount": 4})
    found = where(case, instance, "two")
    assert names(found) == ["one", "write"]
    assert found[1].refused[Mode.AND_BACK][0] == "other-process"
    assert Mode.ONLY not in found[1].refused
    send(case, instance, "two", "write")
    assert case.waiting(instance) == ["write"]
    assert case.variables(instance)["amount"] == 4
    for element in ("write", "one", "two"):
        case.complete(instance, element)
    assert case.state(instance) == "completed"
    assert case.breaks(instance) == []


def test_a_boundary_timer_of_the_step_is_armed_again_and_goes_with_it(drive: Drive) -> None:
    case = drive(
        models.bpmn(
            "main",
            START
            + user("write")
            + "<boundaryEvent id='late' attachedToRef='write'><timerEventDefinition id='t'>"
            "<timeDuration>P2D</timeDuration></timerEventDefinition></boundaryEvent>"
            + user("check", group="head")
            + user("alarm")
            + END
            + flows("start>write", "write>check", "check>end", "late>alarm", "alarm>end"),
        )
    )
    for mode in Mode:
        instance = case.start()
        case.complete(instance, "write")
        send(case, instance, "check", "write", mode=mode, by="cai")
        case.complete(instance, "write")
        case.pass_time(days=5)
        assert case.waiting(instance) == ["check"]
        send(case, instance, "check", "write", mode=mode, by="cai")
        case.pass_time(days=3)
        assert case.waiting(instance) == ["alarm"]
        case.complete(instance, "alarm")
        assert case.state(instance) == "completed"


def handlers() -> dict[str, Handler]:
    def call(_step: StepContext) -> dict[str, Any]:
        return {"done": True}

    return {
        "seal": Handler(call=call),
        "print": Handler(call=call, repeatable=True),
        "sworn": Handler(call=call),
    }


def test_nothing_goes_back_over_what_stands_nor_to_what_cannot_be_done_again(
    drive: Drive,
) -> None:
    case = drive(
        models.bpmn(
            "main",
            START
            + user("swear", extra="dudao:completion='sworn'")
            + user("write")
            + service("seal", "seal")
            + user("read")
            + service("print", "print")
            + user("file")
            + END
            + flows(
                "start>swear",
                "swear>write",
                "write>seal",
                "seal>read",
                "read>print",
                "print>file",
                "file>end",
            ),
        ),
        handlers=handlers(),
    )
    instance = case.start()
    for element in ("swear", "write", "read"):
        case.complete(instance, element)
    found = {d.task.element_id: d for d in where(case, instance, "file")}
    assert found["read"].refused == {}
    assert found["read"].again == ("print",)
    assert found["write"].refused[Mode.ONLY][0] == "over-what-stands"
    assert "“seal”" in found["write"].refused[Mode.ONLY][1]
    assert Mode.AND_BACK not in found["write"].refused
    assert found["swear"].refused[Mode.AND_BACK][0] == "not-repeatable"
    with pytest.raises(Conflict) as refused:
        send(case, instance, "file", "write")
    assert refused.value.code == "over-what-stands"
    assert case.waiting(instance) == ["file"]
    send(case, instance, "file", "write", mode=Mode.AND_BACK)
    case.complete(instance, "write")
    assert case.waiting(instance) == ["file"]
    send(case, instance, "file", "read")
    assert case.waiting(instance) == ["read"]


def test_bad_requests_change_nothing(drive: Drive) -> None:
    case = drive(STRAIGHT)
    instance = case.start()
    case.complete(instance, "write")
    other = case.start()
    case.complete(other, "write")
    task = hold(case, instance, "check", "cai")
    [target] = where(case, instance, "check", "cai")
    [foreign] = where(case, other, "check", "cai")
    attempts: list[tuple[Callable[[], object], str]] = []

    def attempt(code: str, **given: Any) -> None:
        call = {
            "to": target.task.id,
            "mode": Mode.ONLY,
            "opinion": "不全",
            "revision": task.revision,
            "by": "cai",
        } | given
        by = call.pop("by")

        def run() -> None:
            with case.engine.begin(case.people[str(by)]) as uow:
                returns.send_back(uow, task.id, **call)  # type: ignore[arg-type]

        attempts.append((run, code))

    attempt("opinion-required", opinion="  ")
    attempt("opinion-required", opinion="长" * 2_001)
    attempt("not-on-the-way", to=foreign.task.id)
    attempt("not-on-the-way", to="nowhere")
    attempt("stale", revision=task.revision - 1)
    attempt("precondition-missing", revision=None)
    attempt("not-a-candidate", by="ada")
    for run, code in attempts:
        with pytest.raises(EngineError) as refused:
            run()
        assert refused.value.code == code
        assert case.waiting(instance) == ["check"]


def test_one_takes_back_what_nobody_has_begun(drive: Drive) -> None:
    case = drive(PARALLEL)
    instance = case.start()
    task = hold(case, instance, "write", "ada")
    with case.engine.begin(case.people["ada"]) as uow:
        tasks.complete(uow, task.id, {"note": "too early"}, revision=task.revision)
    assert case.waiting(instance) == ["left", "right"]
    with case.engine.begin(case.people["ada"]) as uow:
        returns.take_back(uow, task.id, reason="漏了附件")
    [again] = case.open_tasks(instance)
    assert (again.element_id, (again.draft or {})["note"]) == ("write", "too early")
    case.complete(instance, "write")

    hold(case, instance, "right", "bob")
    with case.engine.begin(case.people["ada"]) as uow, pytest.raises(NotAllowed):
        returns.take_back(uow, again.id)
    with case.engine.begin(SYSTEM) as uow:
        assert uow.session.get_one(Task, again.id).state == "completed"
    assert case.waiting(instance) == ["left", "right"]


def test_a_model_says_whether_and_how_far_a_task_may_be_sent_back(drive: Drive) -> None:
    case = drive(
        STRAIGHT.replace("id='check'", "id='check' dudao:sendBack='none'").replace(
            "id='sign'", "id='sign' dudao:sendBack='previous'"
        )
    )
    instance = case.start()
    case.complete(instance, "write")
    hold(case, instance, "check", "cai")
    with pytest.raises(NotAllowed):
        where(case, instance, "check", "cai")
    case.complete(instance, "check", by="cai")
    found = where(case, instance, "sign", "cai")
    assert {d.task.element_id: sorted(m.value for m in d.refused) for d in found} == {
        "check": [],
        "write": ["and_back", "only"],
    }
