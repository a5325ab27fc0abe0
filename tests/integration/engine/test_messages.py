"""Messages: to start events, once for each id, and those that nobody takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import advance, messages, runner, starting
from engine.actor import Actor, PostRef
from engine.administration import duties
from engine.clock import ManualClock
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.operating import kept_messages
from engine.permission.parties import Party
from engine.rehearsing import replay
from engine.repository import definitions
from engine.tables import Event, Instance, Job, JournalEntry
from tests.conftest import EngineFor
from tests.driver import SYSTEM, Driver
from tests.integration.engine.conftest import Drive
from tests.models import bpmn, family, flows, user

RUNG = "<messageEventDefinition messageRef='m'/>"
NAMED = "<message id='m' name='rung'/>"
HEAR = f"<intermediateCatchEvent id='hear'>{RUNG}</intermediateCatchEvent>"
END = "<endEvent id='end'/>"
WAITS = (
    "<startEvent id='start'/>"
    + user("first")
    + HEAR
    + user("after")
    + END
    + flows("start>first", "first>hear", "hear>after", "after>end")
)
#: Two events hear the same message.
TWICE = (
    "<startEvent id='start'/>"
    + HEAR
    + HEAR.replace("hear", "also")
    + user("after")
    + END
    + flows("start>hear", "start>also", "hear>after", "also>end", "after>end")
)
OPERATOR = Actor(
    user_id=None, name="oda", posts=(PostRef(group=duties.SYSTEM_ADMIN, organisation_id=None),)
)


def kept(case: Driver) -> list[Job]:
    """What an operator finds."""
    with case.engine.read(OPERATOR) as uow:
        return list(kept_messages.search(uow, limit=10))


def told(case: Driver, instance: str, kind: str) -> int:
    with case.engine.read(SYSTEM) as uow:
        query = sa.select(sa.func.count()).where(Event.instance_id == instance, Event.kind == kind)
        return uow.session.scalar(query) or 0


def test_a_message_starts_one_case_however_often_it_is_sent(drive: Drive) -> None:
    begun = f"<startEvent id='start'>{RUNG}</startEvent>" + user("look") + END
    case = drive(
        bpmn("main", WAITS, extra=NAMED),
        bpmn("begun", begun + flows("start>look", "look>end"), extra=NAMED),
    )
    sender = case.start()
    related = [Party(relation="office", organisation_id=case.office_id)]
    for said in (1, 2):
        with case.engine.begin(SYSTEM) as uow:
            messages.start(
                uow,
                case.family,
                "rung",
                key="k",
                title="来函",
                business_key="1号",
                variables={"said": said},
                related=related,
                origin_id=sender,
            )
    runner.run_all_due(case.engine)
    with case.engine.read(SYSTEM) as uow:
        [begun_case] = uow.session.scalars(sa.select(Instance).where(Instance.title == "来函"))
    assert (begun_case.business_key, begun_case.origin_id) == ("1号", sender)
    assert case.waiting(begun_case.id) == ["look"]
    assert case.variables(begun_case.id)["said"] == 1
    case.complete(begun_case.id, "look")  # the parties came along: the Office may act


def test_a_message_of_the_same_id_is_delivered_once(drive: Drive) -> None:
    beside = (
        "<startEvent id='start'/>"
        + user("work")
        + f"<boundaryEvent id='hear' attachedToRef='work' cancelActivity='false'>{RUNG}</boundaryEvent>"
        + user("after")
        + END
        + "<endEvent id='end2'/>"
        + flows("start>work", "work>end", "hear>after", "after>end2")
    )
    case = drive(bpmn("main", beside, extra=NAMED))
    instance = case.start()
    for message_id, received in (("a", 1), ("a", 1), ("b", 2)):
        with case.engine.begin(SYSTEM) as uow:
            answer = messages.correlate(uow, "rung", instance_id=instance, message_id=message_id)
        assert answer == instance
        assert told(case, instance, "message.received") == received
    other = case.start()
    with case.engine.begin(SYSTEM) as uow:  # another case: another message
        messages.correlate(uow, "rung", instance_id=other, message_id="a")
    assert case.waiting(other) == ["after", "work"]


def test_an_operator_sees_what_nobody_took_and_delivers_or_discards_it(drive: Drive) -> None:
    case = drive(bpmn("main", WAITS, extra=NAMED))
    instance = case.start()
    lives = timedelta(days=2)
    with case.engine.begin(SYSTEM) as uow:
        for key in ("one", "two"):
            messages.send(uow, "rung", instance_id=instance, key=key, keys={"n": 1}, lives=lives)
    case.pass_time(minutes=1)
    first, second = kept(case)
    assert (first.state, messages.kept_until(first) - first.created_at) == ("scheduled", lives)
    with case.engine.begin(OPERATOR) as uow, pytest.raises(Conflict, match="没有案件在等待"):
        kept_messages.deliver(uow, first.id, reason="催办")
    for days in (2, 1, 1):  # tried three times
        case.pass_time(days=days)
    assert {job.state for job in kept(case)} == {"failed"}
    assert ["没有案件在等待" in each.message for each in case.incidents(instance)] == [True] * 2
    with case.engine.begin(OPERATOR) as uow:
        kept_messages.discard(uow, second.id, reason="重复来函")
    case.complete(instance, "first")
    with case.engine.begin(OPERATOR) as uow:
        kept_messages.deliver(uow, first.id, reason="已补办")
    assert case.waiting(instance) == ["after"]
    assert (kept(case), case.incidents(instance), case.breaks(instance)) == ([], [], [])
    with case.engine.begin(OPERATOR) as uow:
        with pytest.raises(Conflict, match="已经送达"):
            kept_messages.discard(uow, first.id, reason="再来")
        written = uow.session.scalars(sa.select(JournalEntry.kind)).all()
    assert [kind for kind in written if kind.startswith("message.")] == [
        "message.discarded",
        "message.delivered",
    ]


def test_of_several_that_wait_the_operator_names_one(drive: Drive) -> None:
    case = drive(bpmn("main", TWICE, extra=NAMED))
    instance = case.start()
    with case.engine.begin(SYSTEM) as uow:
        messages.send(uow, "rung", instance_id=instance, key="one")
    for seconds in (1, 60, 600):
        case.pass_time(seconds=seconds)
    [job] = kept(case)
    assert job.error is not None
    assert "hear" in job.error
    assert "also" in job.error
    with case.engine.begin(OPERATOR) as uow:
        kept_messages.deliver(uow, job.id, reason="核对无误", element_id="hear")
    assert (case.waiting(instance), case.incidents(instance)) == (["after"], [])


def test_who_is_no_operator_does_nothing_with_kept_messages(drive: Drive) -> None:
    case = drive(bpmn("main", WAITS, extra=NAMED))
    instance = case.start()
    with case.engine.begin(SYSTEM) as uow:
        messages.send(uow, "rung", instance_id=instance, key="one")
    [job] = kept(case)
    with case.engine.begin(case.people["ada"]) as uow:
        with pytest.raises(NotAllowed):
            kept_messages.search(uow, limit=1)
        with pytest.raises(NotAllowed):
            kept_messages.deliver(uow, job.id, reason="x")
    with case.engine.begin(OPERATOR) as uow:
        with pytest.raises(Invalid, match="理由"):
            kept_messages.discard(uow, job.id, reason=" ")
        with pytest.raises(NotFound):
            kept_messages.discard(uow, instance, reason="x")


def test_a_replay_gives_again_what_came_from_other_cases(
    engine_for: EngineFor, clock: ManualClock, tmp_path: Path
) -> None:
    alarm = "<intermediateCatchEvent id='alarmed'><signalEventDefinition signalRef='s'/>"
    hears = (
        "<startEvent id='start'/>"
        + HEAR
        + alarm
        + "</intermediateCatchEvent>"
        + user("after")
        + END
        + flows("start>hear", "hear>alarmed", "alarmed>after", "after>end")
    )
    named = NAMED + "<signal id='s' name='alarm'/>"
    package = family(tmp_path, bpmn("main", hears, extra=named))
    package = replace(package, acts={"family": lambda _uow, _row: ["start"]})
    case = Driver(engine=engine_for(package), clock=clock).set_up()
    case.engine.sandboxes_dir = tmp_path / "sandboxes"
    newer = family(
        tmp_path / "newer", bpmn("main", hears.replace("'after'", "'newer'"), extra=named)
    )
    with case.engine.begin(case.people["ada"]) as uow:
        instance = starting.by_person(uow, case.family, {}).id
    with case.engine.begin(SYSTEM) as uow:
        messages.send(uow, "rung", instance_id=instance, key="one")
    case.pass_time(hours=1)
    with case.engine.begin(SYSTEM) as uow:
        advance.broadcast(uow, "alarm")
    case.pass_time(hours=1)
    case.complete(instance, "after")
    with case.engine.begin(SYSTEM) as uow:
        definitions.deploy(uow, case.engine.package(case.family), files=newer.files)
    compared = replay.compare(case.engine, case.people["ada"], instance, [1, 2])
    assert [each.done for each in compared.outcomes] == [3, 2]
    assert [each.waiting for each in compared.outcomes] == [[], ["newer"]]
