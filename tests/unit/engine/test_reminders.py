"""Reminders along a deadline, under a clock that is moved: to whom, when, and never twice."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import runner
from engine.clock import LOCAL_ZONE, ManualClock
from engine.errors import Invalid, NotAllowed
from engine.permission import recusals
from engine.reminding import ladders, mails, notifications, reminders, tidings
from engine.reminding.mails import Letters
from engine.states import JobState
from engine.tables import Deadline, Job, Mail, Notification, User
from engine.timing import deadlines, pauses
from tests.conftest import EngineFor
from tests.unit.engine.clocks import clock_world, opened
from tests.unit.engine.world import SYSTEM, World


@pytest.fixture
def world(engine_for: EngineFor, clock: ManualClock, tmp_path: Path) -> World:
    made = clock_world(engine_for, clock, tmp_path)
    made.person("Ada", "staff@Office")
    made.engine.letters = Letters(address="https://dudao.example", digest_hour=8)
    with made.engine.begin(SYSTEM) as uow:
        uow.session.get_one(User, made.people["Ada"].user_id).email = "ada@example.cn"
    return made


@pytest.fixture
def case(world: World) -> str:
    return world.instance("office@Office")


@pytest.fixture
def answer(world: World, case: str) -> str:
    """Ten days from Monday, 2 March 2026: until Thursday the 12th; Ada has the task."""
    found = opened(world, case, "answer", date(2026, 3, 2))
    world.task(case, "staff@Office", assignee="Ada", deadline_id=found)
    return found


def told(world: World) -> list[tuple[int, str]]:
    """(offset, local time) of what was told, in its order."""
    with world.engine.read(SYSTEM) as uow:
        rows = uow.session.scalars(sa.select(Notification).order_by(Notification.created_at))
        return [
            (row.data["offset"], f"{row.created_at.astimezone(LOCAL_ZONE):%m-%d %H:%M}")
            for row in rows
            if row.kind == notifications.REMINDER
        ]


def go_to(world: World, *at: int) -> None:
    """Let time pass as a worker sees it: each job at its moment."""
    until = datetime(2026, *at, tzinfo=LOCAL_ZONE)
    while (due := runner.next_due(world.engine)) is not None and due <= until:
        world.clock.set(max(due, world.clock.now()))
        runner.run_all_due(world.engine)
    world.clock.set(until)


def close(world: World, deadline: str) -> None:
    with world.engine.begin(SYSTEM) as uow:
        deadlines.close(uow, uow.session.get_one(Deadline, deadline))


def test_each_rung_is_told_once_in_the_morning_of_a_working_day(world: World, answer: str) -> None:
    go_to(world, 3, 31)
    assert told(world) == [
        (-5, "03-05 08:00"),
        (-1, "03-11 08:00"),
        (0, "03-12 08:00"),
        (1, "03-13 08:00"),
        (3, "03-17 08:00"),
    ]


def test_what_is_done_is_reminded_of_no_more(world: World, answer: str) -> None:
    go_to(world, 3, 6)
    close(world, answer)
    go_to(world, 3, 31)
    assert told(world) == [(-5, "03-05 08:00")]


def test_a_clock_that_stands_still_reminds_of_nothing(world: World, answer: str) -> None:
    go_to(world, 3, 6)
    with world.engine.begin(SYSTEM) as uow:
        pauses.pause(uow, uow.session.get_one(Deadline, answer), reason="停课")
    go_to(world, 3, 20)
    assert told(world) == [(-5, "03-05 08:00")]
    with world.engine.begin(SYSTEM) as uow:
        row = pauses.resume(uow, uow.session.get_one(Deadline, answer), reason="复课")
        end = row.due_on
    go_to(world, 4, 30)
    offsets = [offset for offset, _ in told(world)]
    assert offsets[-3:] == [0, 1, 3]
    assert end > date(2026, 3, 20)


def test_of_what_passed_while_no_worker_ran_only_the_last_is_told(
    world: World, answer: str
) -> None:
    world.clock.set(datetime(2026, 3, 13, 10, tzinfo=LOCAL_ZONE))
    runner.run_all_due(world.engine)
    assert told(world) == [(1, "03-13 10:00")]


def test_a_late_worker_waits_for_the_morning(world: World, answer: str) -> None:
    world.clock.set(datetime(2026, 3, 13, 22, tzinfo=LOCAL_ZONE))  # a Friday night
    runner.run_all_due(world.engine)
    assert told(world) == []
    go_to(world, 3, 16, 12)
    assert told(world) == [(1, "03-16 08:00")]


def test_two_runs_of_one_rung_tell_once(world: World, answer: str) -> None:
    go_to(world, 3, 5, 9)
    with world.engine.begin(SYSTEM) as uow:
        row = uow.session.get_one(Deadline, answer)
        rung = reminders.moments(uow, row)[0][1]
        assert notifications.remind(uow, row, rung) == 0
    assert len(told(world)) == 1


def test_another_ladder_holds_from_the_next_reminder_on(world: World, answer: str) -> None:
    with world.engine.begin(SYSTEM) as uow:
        rungs = [{"offset": -2, "to": ["holder"], "channels": ["in_app"]}]
        ladders.change(uow, "cases", "answer", rungs=rungs, source="办公会")
        assert [row.version for row in ladders.versions(uow, "cases", "answer")] == [1]
    go_to(world, 3, 31)
    assert told(world) == [(-2, "03-10 08:00")]
    with world.engine.read(SYSTEM) as uow:
        assert uow.session.scalars(sa.select(Mail)).all() == []


@pytest.mark.parametrize(
    "rung",
    [
        {"offset": "1", "to": ["holder"]},
        {"offset": 1, "to": []},
        {"offset": 1, "to": ["role:nobody"]},
        {"offset": 1, "to": ["holder"], "channels": ["email"]},
        {"offset": 9999, "to": ["holder"]},
        {"offset": 1, "to": ["holder"], "unit": "years"},
        {"offset": 1, "to": ["holder"], "tone": "loud"},
        "soon",
    ],
)
def test_a_rung_that_cannot_be_is_refused_and_nothing_changes(world: World, rung: object) -> None:
    with pytest.raises(Invalid, match="提醒未作改动"), world.engine.begin(SYSTEM) as uow:
        ladders.change(uow, "cases", "answer", rungs=[rung], source="办公会")
    with world.engine.read(SYSTEM) as uow:
        assert ladders.versions(uow, "cases", "answer") == []
    with pytest.raises(NotAllowed), world.engine.begin(world.people["Ada"]) as uow:
        ladders.change(uow, "cases", "answer", rungs=[], source="办公会")


def test_mail_goes_at_once_or_in_one_digest_or_not_at_all(world: World, answer: str) -> None:
    ada = world.people["Ada"]
    go_to(world, 3, 5, 9)
    with world.engine.begin(ada) as uow:
        mails.prefer(uow, mails.DIGEST)
    go_to(world, 3, 11, 9)
    with world.engine.begin(SYSTEM) as uow:
        [first] = uow.session.scalars(sa.select(Mail))
        assert first.address == "ada@example.cn"
        assert "案-" in first.body
        assert "https://dudao.example/tasks/" in first.body
        assert mails.write_digests(uow) == 0
    world.clock.set(datetime(2026, 3, 12, 8, 1, tzinfo=LOCAL_ZONE))
    with world.engine.begin(SYSTEM) as uow:
        assert mails.write_digests(uow) == 1
        assert mails.write_digests(uow) == 0
        assert len(uow.session.scalars(sa.select(Mail)).all()) == 2
    with world.engine.begin(ada) as uow:
        mails.prefer(uow, mails.OFF)
    go_to(world, 3, 31)
    with world.engine.read(SYSTEM) as uow:
        assert len(uow.session.scalars(sa.select(Mail)).all()) == 2


def test_who_lost_sight_of_the_case_reads_only_that_there_was_something(
    world: World, case: str, answer: str
) -> None:
    go_to(world, 3, 5, 9)
    ada = world.people["Ada"]
    with world.engine.begin(ada) as uow:
        rows = notifications.search(uow)
        assert [found.is_visible for found in notifications.told(uow, rows)] == [True]
        assert notifications.unread_count(uow) == 1
    with world.engine.begin(SYSTEM) as uow:
        recusals.add(uow, case, ada.user_id or "", reason="亲属")
    with world.engine.begin(ada) as uow:
        [found] = notifications.told(uow, notifications.search(uow))
        assert (found.is_visible, found.data, found.instance) == (False, {}, None)
        assert notifications.read_all(uow) == 1
        assert notifications.unread_count(uow) == 0


def test_a_name_with_a_line_break_makes_no_header(world: World) -> None:
    data = {"task": "核对\r\nBcc: all@example.cn", "by": "张\n三"}
    subject, _ = tidings.letter("task.assigned", data, number="1", link="", locale="zh-CN")
    assert "\r" not in subject
    assert "\n" not in subject


def test_the_job_of_a_reminder_is_one_row(world: World, answer: str) -> None:
    go_to(world, 3, 12, 9)
    with world.engine.read(SYSTEM) as uow:
        rows = uow.session.scalars(sa.select(Job).where(Job.kind == reminders.JOB_KIND)).all()
        assert [row.state for row in rows] == [JobState.SCHEDULED]
