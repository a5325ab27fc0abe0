"""Signals between instances: everybody who waits, start events, and nobody twice."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine import advance, instances, messages, runner, signals
from engine.errors import Conflict
from engine.permission.parties import Party
from engine.tables import Definition, Instance
from tests.driver import SYSTEM, Driver
from tests.integration.engine.conftest import Drive
from tests.models import bpmn, flows, user

START = "<startEvent id='start'/>"
END = "<endEvent id='end'/>"
ALARM = "<signalEventDefinition signalRef='s'/>"
NAMED = "<signal id='s' name='alarm'/><message id='m' name='alarm'/>"
HEARS = (
    START
    + f"<intermediateCatchEvent id='hear'>{ALARM}</intermediateCatchEvent>"
    + user("after")
    + END
    + flows("start>hear", "hear>after", "after>end")
)


def test_a_broadcast_reaches_every_waiting_instance_in_small_portions(
    drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signals, "BATCH", 2)
    case = drive(bpmn("main", HEARS, extra=NAMED))
    waiting = [case.start() for _ in range(5)]
    with case.engine.begin(SYSTEM) as uow:
        advance.broadcast(uow, "other")
        advance.broadcast(uow, "alarm")
    assert [case.waiting(each) for each in waiting] == [[]] * 5
    runner.run_all_due(case.engine)
    assert [case.waiting(each) for each in waiting] == [["after"]] * 5
    late = case.start()
    runner.run_all_due(case.engine)
    assert case.waiting(late) == []  # it had not waited yet
    assert [case.breaks(each) for each in waiting] == [[]] * 5


def test_a_signal_of_one_instance_wakes_others_and_starts_new_ones(drive: Drive) -> None:
    shout = (
        START
        + user("ask")
        + f"<endEvent id='end'>{ALARM}</endEvent>"
        + flows("start>ask", "ask>end")
    )
    begun = f"<startEvent id='start'>{ALARM}</startEvent>" + user("look") + END
    case = drive(
        bpmn("main", shout, extra=NAMED),
        bpmn("hears", HEARS, extra=NAMED),
        bpmn("begun", begun + flows("start>look", "look>end"), extra=NAMED),
    )
    hearing, shouting = case.start(process="hears"), case.start()
    case.complete(shouting, "ask")
    assert case.state(shouting) == "completed"
    runner.run_all_due(case.engine)
    assert case.waiting(hearing) == ["after"]
    [started] = of_process(case, "begun")
    assert (started.state, started.origin_id) == ("active", shouting)


def of_process(case: Driver, key: str) -> list[Instance]:
    """The instances of a process."""
    with case.engine.read(SYSTEM) as uow:
        query = sa.select(Instance).join(Definition, Definition.id == Instance.definition_id)
        return list(uow.session.scalars(query.where(Definition.key == key)))


def test_a_message_is_not_given_to_who_waits_for_a_signal_of_that_name(drive: Drive) -> None:
    case = drive(bpmn("main", HEARS, extra=NAMED))
    instance = case.start()
    with case.engine.begin(SYSTEM) as uow, pytest.raises(Conflict, match="没有案件在等待"):
        messages.correlate(uow, "alarm", instance_id=instance)


def test_a_suspended_instance_hears_the_signal_when_it_is_resumed(drive: Drive) -> None:
    case = drive(bpmn("main", HEARS, extra=NAMED))
    instance = case.start()
    with case.engine.begin(SYSTEM) as uow:
        instances.suspend(uow, instance, reason="等待核实")
        advance.broadcast(uow, "alarm")
    runner.run_all_due(case.engine)
    assert case.waiting(instance) == []
    with case.engine.begin(SYSTEM) as uow:
        instances.resume(uow, instance, reason="核实完毕")
    runner.run_all_due(case.engine)
    assert case.waiting(instance) == ["after"]


def test_each_start_event_of_a_process_is_served(drive: Drive) -> None:
    begins = (
        START
        + "<startEvent id='asked'><messageEventDefinition messageRef='m'/></startEvent>"
        + f"<startEvent id='alarmed'>{ALARM}</startEvent>"
        + user("usual")
        + user("reply")
        + user("run")
        + END
        + flows("start>usual", "asked>reply", "alarmed>run", "usual>end", "reply>end", "run>end")
    )
    on = "<subProcess id='on' triggeredByEvent='true'><startEvent id='late'>"
    on += "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
    on += "</startEvent>" + user("urge") + flows("late>urge") + "</subProcess>"
    case = drive(
        bpmn("main", begins, extra=NAMED),
        bpmn("other", begins.replace("alarm", "x") + on, extra=NAMED.replace("'alarm'", "'x'")),
    )
    office = [Party(relation="office", organisation_id=case.office_id)]
    with case.engine.begin(SYSTEM) as uow:
        asked = instances.start(uow, case.family, message="alarm", related=office).id
        other = instances.start(uow, case.family, message="x", related=office).id
        alarmed = instances.start(uow, case.family, process="main", signal="alarm", related=office)
    usual = case.start()
    assert (case.waiting(usual), case.waiting(asked)) == (["usual"], ["reply"])
    assert (case.waiting(alarmed.id), case.waiting(other)) == (["run"], ["reply"])
    for instance, element in ((usual, "usual"), (asked, "reply"), (alarmed.id, "run")):
        case.complete(instance, element)
        assert case.state(instance) == "completed"
    with case.engine.begin(SYSTEM) as uow:
        advance.broadcast(uow, "alarm")
    runner.run_all_due(case.engine)
    assert [case.visited(each.id) for each in of_process(case, "main")].count(["alarmed"]) == 1
