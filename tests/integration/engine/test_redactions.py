"""A payload goes by rule, and the chain says so; a payload that is merely gone is a break."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.actor import Actor
from engine.administration import journal
from engine.clock import ManualClock
from engine.errors import Conflict, EngineError, Invalid, NotAllowed, NotFound
from engine.filing import files
from engine.record import history, redactions
from engine.record.chains import Reason
from engine.tables import Event, EventPayload, EventRedaction, File, JournalEntry
from tests.conftest import EngineFor
from tests.driver import SYSTEM, Driver
from tests.models import bpmn, family, flows, user

RULES = """
[redactions.opinions]
name = "意见保存期满"
kinds = ["task.completed", "event.redacted"]
after_days = 365
ground = "试验"
files = true
"""

BODY = "<startEvent id='start'/>" + user("only", form="remark") + "<endEvent id='end'/>"


@pytest.fixture
def case(engine_for: EngineFor, clock: ManualClock, tmp_path: Path) -> Driver:
    """A family with a rule."""
    model = bpmn("main", BODY + flows("start>only", "only>end"))
    package = family(tmp_path, model, manifest=RULES)
    return Driver(engine=engine_for(package), clock=clock).set_up()


@pytest.fixture
def ended(case: Driver) -> str:
    """A case that ended a year ago."""
    instance_id = case.start()
    case.complete(instance_id, "only", {"remark": "本人病情"})
    assert case.state(instance_id) == "completed"
    case.clock.advance(days=366)
    return instance_id


def event_id(case: Driver, instance_id: str, kind: str) -> str:
    with case.engine.read(SYSTEM) as uow:
        query = sa.select(Event.id).where(Event.instance_id == instance_id, Event.kind == kind)
        return uow.session.scalars(query).one()


def redact(case: Driver, event: str, *, reason: str = "保存期满", by: Actor = SYSTEM) -> str:
    with case.engine.begin(by) as uow:
        return redactions.redact(uow, event, reason=reason).id


def test_a_redacted_payload_is_gone_and_the_chain_is_whole(case: Driver, ended: str) -> None:
    event = event_id(case, ended, "task.completed")
    recorded = redact(case, event)
    assert case.breaks(ended) == []
    with case.engine.read(SYSTEM) as uow:
        assert history.payload_of(uow, event) == {}
        said = history.payload_of(uow, recorded)
        stone = uow.session.get_one(EventRedaction, event)
        contents = uow.session.scalars(sa.select(sa.type_coerce(EventPayload.content, sa.Text)))
        assert not [content for content in contents if "本人病情" in content]
    assert said["event"] == event
    assert (said["rule"], said["after_days"], said["reason"]) == ("opinions", 365, "保存期满")
    assert (stone.recorded_id, stone.actor_name, stone.rule) == (recorded, "test", "opinions")


def test_a_payload_that_was_just_deleted_is_a_break(case: Driver, ended: str) -> None:
    event = event_id(case, ended, "task.completed")
    with case.engine.begin(SYSTEM) as uow:
        uow.session.delete(uow.session.get_one(EventPayload, event))
    assert [found.reason for found in case.breaks(ended)] == [Reason.PAYLOAD_GONE]


def test_a_tombstone_without_an_event_does_not_make_it_right(case: Driver, ended: str) -> None:
    event = event_id(case, ended, "task.completed")
    other = event_id(case, ended, "instance.completed")
    with case.engine.begin(SYSTEM) as uow:
        uow.session.delete(uow.session.get_one(EventPayload, event))
        uow.session.add(
            EventRedaction(
                event_id=event,
                recorded_id=other,
                at=uow.now,
                actor_id=None,
                actor_name="dba",
                rule="opinions",
                reason="",
            )
        )
    assert [found.reason for found in case.breaks(ended)] == [Reason.PAYLOAD_GONE]


def test_what_says_that_it_was_redacted_must_itself_be_whole(case: Driver, ended: str) -> None:
    recorded = redact(case, event_id(case, ended, "task.completed"))
    with case.engine.begin(SYSTEM) as uow:
        uow.session.delete(uow.session.get_one(EventPayload, recorded))
    assert [found.reason for found in case.breaks(ended)] == [Reason.PAYLOAD_GONE] * 2


def refused(case: Driver, event: str, **more: str) -> EngineError:
    before = count(case)
    with pytest.raises(EngineError) as caught:
        redact(case, event, **more)
    assert count(case) == before, "nothing was changed"
    return caught.value


def count(case: Driver) -> tuple[int | None, int | None]:
    with case.engine.read(SYSTEM) as uow:
        return (
            uow.session.scalar(sa.select(sa.func.count()).select_from(EventPayload)),
            uow.session.scalar(sa.select(sa.func.count()).select_from(Event)),
        )


def test_a_kind_that_no_rule_names_stays(case: Driver, ended: str) -> None:
    found = refused(case, event_id(case, ended, "instance.started"))
    assert (type(found), found.code) == (NotAllowed, "no-redaction-rule")


def test_what_says_that_something_was_redacted_stays_whatever_a_rule_says(
    case: Driver, ended: str
) -> None:
    recorded = redact(case, event_id(case, ended, "task.completed"))
    assert refused(case, recorded).code == "no-redaction-rule"


def test_a_payload_that_is_too_young_stays(case: Driver) -> None:
    instance_id = case.start()
    case.complete(instance_id, "only")
    case.clock.advance(days=364)
    assert refused(case, event_id(case, instance_id, "task.completed")).code == "no-redaction-rule"


def test_a_case_that_goes_on_loses_nothing(case: Driver) -> None:
    instance_id = case.start()
    case.clock.advance(days=400)
    found = refused(case, event_id(case, instance_id, "instance.started"))
    assert (type(found), found.code) == (Conflict, "case-goes-on")


def test_a_payload_goes_once(case: Driver, ended: str) -> None:
    event = event_id(case, ended, "task.completed")
    redact(case, event)
    assert refused(case, event).code == "payload-gone"


def test_no_person_redacts_and_nobody_without_a_reason(case: Driver, ended: str) -> None:
    event = event_id(case, ended, "task.completed")
    before = count(case)
    with pytest.raises(NotAllowed):
        redact(case, event, by=case.people["cai"])
    assert count(case) == before
    assert isinstance(refused(case, event, reason=" "), Invalid)


def test_an_event_that_is_not_there(case: Driver, ended: str) -> None:
    assert isinstance(refused(case, "0" * 32), NotFound)


def stored_file(case: Driver, instance_id: str, content: bytes) -> str:
    with case.engine.begin(SYSTEM) as uow:
        row = files.store(uow, io.BytesIO(content), "病历.txt")
        files.bind(uow, [row.id], instance_id=instance_id)
        return row.id


def sweep(case: Driver) -> None:
    """The nights that it takes until bytes that nobody names are gone."""
    for _ in range(4):
        case.clock.advance(days=30)
        with case.engine.begin(SYSTEM) as uow:
            files.sweep(uow)


def bytes_there(tmp_path: Path) -> int:
    return sum(path.is_file() for path in (tmp_path / "files").rglob("*"))


def test_what_is_due_goes_with_its_files_and_the_chain_is_whole(
    case: Driver, tmp_path: Path
) -> None:
    instance_id = case.start()
    file_id = stored_file(case, instance_id, "病情".encode())
    case.complete(instance_id, "only", {"remark": "本人病情"})
    with case.engine.read(SYSTEM) as uow:
        assert redactions.due(uow) == [], "too young"
    case.clock.advance(days=366)
    with case.engine.read(SYSTEM) as uow:
        [one] = redactions.due(uow)
    assert (len(one.events), list(one.files)) == (1, [file_id])
    sweep(case)
    assert bytes_there(tmp_path) == 1
    with case.engine.begin(SYSTEM) as uow:
        assert redactions.run(uow, one, reason="保存期满") == (1, 1)
    with case.engine.begin(SYSTEM) as uow:
        assert redactions.run(uow, one, reason="保存期满") == (0, 0), "once"
        assert redactions.due(uow) == []
        row = uow.session.get_one(File, file_id)
        assert (row.name, len(row.digest)) == ("病历.txt", 64), "name and digest stay"
        with pytest.raises(Conflict) as caught:
            files.open(uow, file_id)
    assert caught.value.code == "file-redacted"
    sweep(case)
    assert bytes_there(tmp_path) == 0
    assert case.breaks(instance_id) == []
    with case.engine.read(SYSTEM) as uow:
        [entry] = uow.session.scalars(
            sa.select(JournalEntry).where(JournalEntry.kind == "case.redacted")
        )
        assert entry.after == {"rule": "opinions", "ground": "试验", "events": 1, "files": 1}
        assert list(journal.verify(uow)) == []


def test_bytes_that_another_case_holds_stay(case: Driver, tmp_path: Path) -> None:
    first, second = case.start(), case.start()
    for instance_id in (first, second):
        stored_file(case, instance_id, b"one text")
    case.complete(first, "only", {"remark": "x"})
    case.clock.advance(days=366)
    with case.engine.begin(SYSTEM) as uow:
        [one] = redactions.due(uow)
        assert redactions.run(uow, one, reason="保存期满") == (1, 1)
    sweep(case)
    assert bytes_there(tmp_path) == 1


def test_of_a_case_that_is_held_nothing_goes_until_the_hold_is_lifted(
    case: Driver, ended: str
) -> None:
    event = event_id(case, ended, "task.completed")
    with case.engine.begin(SYSTEM) as uow:
        [one] = redactions.due(uow)
        redactions.hold(uow, ended, reason="诉讼")
    with case.engine.begin(SYSTEM) as uow:
        assert redactions.due(uow) == []
        assert redactions.run(uow, one, reason="保存期满") == (0, 0)
        with pytest.raises(Conflict):
            redactions.hold(uow, ended, reason="又一次")
    assert refused(case, event).code == "case-held"
    with case.engine.begin(SYSTEM) as uow:
        redactions.lift(uow, ended, reason="诉讼终结")
        assert len(redactions.due(uow)) == 1
        told = [row.kind for row in uow.session.scalars(sa.select(JournalEntry))]
    assert told[-2:] == ["case.held", "case.hold_lifted"]


def test_no_person_looks_holds_or_lifts(case: Driver, ended: str) -> None:
    with case.engine.begin(case.people["cai"]) as uow:
        for verb in (redactions.hold, redactions.lift):
            with pytest.raises(NotAllowed):
                verb(uow, ended, reason="x")
        with pytest.raises(NotAllowed):
            redactions.due(uow)
