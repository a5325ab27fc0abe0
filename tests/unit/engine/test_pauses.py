"""A clock that stands still: what is left goes on, and nothing lapses meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.clock import ManualClock
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.reminding import reminders
from engine.states import DeadlineState, JobState
from engine.tables import Job, Task, new_id
from engine.timing import deadline_acts, deadlines, pauses
from engine.timing.countdown import words
from tests.conftest import EngineFor
from tests.unit.engine.clocks import at, clock_world, on, opened, row, told
from tests.unit.engine.world import SYSTEM, World


@pytest.fixture
def world(engine_for: EngineFor, clock: ManualClock, tmp_path: Path) -> World:
    made = clock_world(engine_for, clock, tmp_path)
    made.person("Ada", "staff@Office")
    made.person("Uma", "unit@School")
    return made


@pytest.fixture
def case(world: World) -> str:
    return world.instance("office@Office", "unit@School!")


def _pause(world: World, deadline: str, who: str = "Ada", reason: str = "停课") -> None:
    with world.engine.begin(world.people[who]) as uow:
        deadline_acts.pause(uow, deadline, reason=reason)


def _resume(world: World, deadline: str) -> None:
    with world.engine.begin(world.people["Ada"]) as uow:
        deadline_acts.resume(uow, deadline, reason="复课")


def test_natural_days_go_on_with_what_was_left(world: World, case: str) -> None:
    answer = opened(world, case, "answer", on(2))  # 10 days: until the 12th
    world.clock.set(at(5, 10))
    _pause(world, answer)
    paused = row(world, answer)
    assert (paused.state, paused.due_on) == (DeadlineState.PAUSED, on(12))
    assert paused.why.endswith("；自2026-03-05起中止；默认值，无法定期限。")
    world.clock.set(at(11, 9))
    _resume(world, answer)
    resumed = row(world, answer)
    # seven days were left behind the 5th: counted from the 11th they end on the 18th
    assert (resumed.state, resumed.due_on, resumed.due_at) == (DeadlineState.OPEN, on(18), at(19))
    assert "2026-03-05中止、2026-03-11恢复，中止期间不计入，余7日，至2026-03-18止" in resumed.why
    assert resumed.why.endswith("；默认值，无法定期限。")
    assert [s["kind"] for s in resumed.segments] == ["initial", "pause", "resume"]
    assert [found["reason"] for found in told(world, case, "deadline.paused")] == ["停课"]
    assert told(world, case, "deadline.resumed")[0]["due_on"] == "2026-03-18"


def test_what_is_left_of_natural_days_is_told_before_it_rolls_over(world: World, case: str) -> None:
    answer = opened(world, case, "answer", on(4))  # 14 March is a Saturday: the 16th
    assert row(world, answer).due_on == on(16)
    world.clock.set(at(5, 10))
    _pause(world, answer)
    world.clock.set(at(6, 10))
    _resume(world, answer)
    assert row(world, answer).due_on == on(16)  # the 15th, a Sunday, rolls over


def test_working_days_go_on_with_the_working_days_left(world: World, case: str) -> None:
    desk = opened(world, case, "desk", on(2))
    assert row(world, desk).due_on == on(12)
    world.clock.set(at(5, 10))
    _pause(world, desk)
    world.clock.set(at(4, 10, month=4))  # into 清明节
    _resume(world, desk)
    assert row(world, desk).due_on == on(13, 4)  # 7, 8, 9, 10, 13 April


def test_working_hours_go_on_to_the_minute(world: World, case: str) -> None:
    repair = opened(world, case, "repair", "2026-03-02T09:00:00")
    assert row(world, repair).due_at == at(2, 15, 30)
    world.clock.set(at(2, 11))
    _pause(world, repair)
    world.clock.set(at(3, 17))
    _resume(world, repair)
    # three hours were left: half an hour today, the rest tomorrow
    assert row(world, repair).due_at == at(4, 11)


def test_paused_and_resumed_on_one_day_changes_nothing(world: World, case: str) -> None:
    answer = opened(world, case, "answer", on(2))
    world.clock.set(at(5, 10))
    _pause(world, answer)
    world.clock.set(at(5, 11))
    _resume(world, answer)
    assert row(world, answer).due_on == on(12)


def test_nothing_lapses_and_no_timer_fires_while_it_is_paused(world: World, case: str) -> None:
    answer = opened(world, case, "answer", on(2))
    task = world.task(case, "unit@School", deadline_id=answer, due_at=at(13))
    with world.engine.begin(SYSTEM) as uow:
        timer = Job(
            kind="timer", instance_id=case, deadline_id=answer, due_at=at(13), created_at=uow.now
        )
        uow.session.add(timer)
    _pause(world, answer)
    with world.engine.read(SYSTEM) as uow:
        jobs = {job.kind: job for job in uow.session.scalars(sa.select(Job))}
        assert jobs["deadline"].state == JobState.CANCELLED
        assert jobs["timer"].due_at == pauses.NEVER
    world.clock.set(at(9, 9))  # a week later
    _resume(world, answer)
    with world.engine.read(SYSTEM) as uow:
        jobs = {
            job.kind: job
            for job in uow.session.scalars(
                sa.select(Job).where(
                    Job.state == JobState.SCHEDULED, Job.kind != reminders.JOB_KIND
                )
            )
        }
        assert {kind: job.due_at for kind, job in jobs.items()} == {
            "timer": at(20),
            "deadline": at(20),
        }
        assert jobs["timer"].payload == {}
        assert uow.session.get_one(Task, task).due_at == at(20)


def test_a_timer_claimed_before_the_pause_waits_too(world: World, case: str) -> None:
    answer = opened(world, case, "answer", on(2))
    _pause(world, answer)
    with world.engine.begin(SYSTEM) as uow:
        timer = Job(
            id=new_id(),
            kind="timer",
            instance_id=case,
            deadline_id=answer,
            due_at=at(13),
            created_at=uow.now,
            state=JobState.RUNNING,
        )
        uow.session.add(timer)
        assert pauses.hold_back(uow, timer)
        assert (timer.state, timer.due_at) == (JobState.SCHEDULED, pauses.NEVER)


def test_what_is_done_meanwhile_is_in_time(world: World, case: str) -> None:
    answer = opened(world, case, "answer", on(2))
    _pause(world, answer)
    world.clock.set(at(30))
    with world.engine.begin(SYSTEM) as uow:
        deadlines.close(uow, deadlines.get(uow, answer))
    assert row(world, answer).state == DeadlineState.MET


def test_the_light_has_words(world: World, case: str) -> None:
    answer = opened(world, case, "answer", on(2))

    def said() -> str:
        with world.engine.read(SYSTEM) as uow:
            return words(uow, deadlines.get(uow, answer))

    assert said() == "还剩10日"
    world.clock.set(at(12, 9))
    assert said() == "今天到期"
    world.clock.set(at(14, 9))
    assert said() == "已逾期2日"
    answer = opened(world, case, "answer", on(14))
    _pause(world, answer)
    assert said() == "中止中，不计时"
    with world.engine.begin(SYSTEM) as uow:
        deadlines.close(uow, deadlines.get(uow, answer))
    assert said() == "按期办结"


def test_only_what_its_rule_says_is_paused_and_only_while_it_runs(world: World, case: str) -> None:
    legal = opened(world, case, "review.apply", on(2))
    answer = opened(world, case, "answer", on(2))
    with pytest.raises(Conflict, match="没有可以中止的依据"):
        _pause(world, legal)
    with pytest.raises(Conflict, match="没有中止"):
        _resume(world, answer)
    with pytest.raises(Invalid):
        _pause(world, answer, reason=" ")
    world.clock.set(at(13))
    with pytest.raises(Conflict, match="届满"):
        _pause(world, answer)
    assert len(row(world, answer).segments) == 1


def test_who_may_pause_is_the_family_s_rule(world: World, case: str) -> None:
    answer = opened(world, case, "answer", on(2))
    world.person("Eve", "staff@Elsewhere")
    with pytest.raises(NotAllowed):
        _pause(world, answer, "Uma")
    with pytest.raises(NotFound):
        _pause(world, answer, "Eve")
    acts = {}
    for who in ("Ada", "Uma"):
        with world.engine.read(world.people[who]) as uow:
            acts[who] = deadline_acts.allowed_acts(uow, [deadlines.get(uow, answer)])[answer]
    assert acts == {"Ada": {"pause", "correct"}, "Uma": {"request_extension"}}
