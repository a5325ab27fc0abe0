"""Counting anew by a year's notice or a newer parameter: listed before, recorded after, never silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import runner
from engine.administration import parameters
from engine.calendars import notice, notices, working_calendar
from engine.calendars.calendar import Year, seed_year
from engine.clock import ManualClock
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.record import history
from engine.states import DeadlineState, JobState, RecountState
from engine.tables import Deadline, Job, Recount, Task
from engine.timing import deadline_rules, deadlines, enclosures, recounts
from tests.conftest import EngineFor
from tests.unit.engine.clocks import at, clock_world, entries, on, opened, row, told
from tests.unit.engine.test_notices import NOTICE
from tests.unit.engine.world import SYSTEM, World

THURSDAY = date(2026, 3, 5)


@pytest.fixture
def world(engine_for: EngineFor, clock: ManualClock, tmp_path: Path) -> World:
    made = clock_world(engine_for, clock, tmp_path)
    made.person("Sam", "system_admin@Office")
    made.person("Ada", "staff@Office")
    return made


@pytest.fixture
def case(world: World) -> str:
    return world.instance("office@Office", "unit@School!")


def _closed_thursday() -> Year:
    year = seed_year(2026)
    return replace(
        year,
        rest_days=year.rest_days | {THURSDAY},
        names={**year.names, THURSDAY: "特别放假"},
        source="补充通知",
    )


def _bring_in(world: World, year: Year) -> str:
    with world.engine.begin(world.people["Sam"]) as uow:
        return recounts.start_year(uow, year, calendar="cn", reason="国办补充通知").id


def _done(world: World, recount: str) -> Recount:
    runner.run_all_due(world.engine)
    with world.engine.read(world.people["Sam"]) as uow:
        return recounts.get(uow, recount)


def test_what_would_move_is_listed_before_anything_is_stored(world: World, case: str) -> None:
    desk = opened(world, case, "desk", on(2))
    opened(world, case, "answer", on(2))
    with world.engine.begin(world.people["Sam"]) as uow:
        found = notices.check(uow, _closed_thursday())
        assert found.version == 1
        assert [(d.on, d.before, d.after, d.name) for d in found.differences] == [
            (THURSDAY, "workday", "holiday", "特别放假")
        ]
        assert found.warnings[0].startswith("放假的工作日扣除调休上班后为14天")
        assert found.preview.looked == 2
        (move,) = found.moves
        assert (move.deadline_id, move.from_on, move.to_on) == (desk, on(12), on(13))
        assert "遇特别放假放假" in move.why
        assert move.business_key
    assert row(world, desk).due_on == on(12)
    with world.engine.read(SYSTEM) as uow:
        assert [y.version for y in working_calendar.years(uow) if y.year == 2026] == [1]


def test_the_act_moves_each_with_a_segment_an_event_and_its_task(world: World, case: str) -> None:
    desk = opened(world, case, "desk", on(2))
    task = world.task(case, "staff@Office", deadline_id=desk, due_at=at(13))
    untouched = opened(world, case, "answer", on(2))
    recount = _bring_in(world, _closed_thursday())
    assert row(world, desk).due_on == on(12)  # the act itself waits for nobody
    done = _done(world, recount)
    assert (done.state, done.total, done.looked) == (RecountState.DONE, 2, 2)
    assert (done.moved, done.refused) == (1, 0)
    moved = row(world, desk)
    assert (moved.due_on, moved.due_at) == (on(13), at(14))
    assert moved.why.startswith(
        "到达，自2026-03-02次日起算8个工作日，遇特别放假放假，至2026-03-13止"
    )
    assert "放假安排更新后重新推算，原为2026-03-12" in moved.why
    assert moved.why.endswith("；默认值，无法定期限。")
    segment = moved.segments[-1]
    assert (segment["kind"], segment["reason"], segment["by_name"]) == (
        "recomputed",
        "国办补充通知",
        "Sam",
    )
    assert segment["calendar"] == {"name": "cn", "year": 2026, "version": 2}
    (event,) = told(world, case, "deadline.recomputed")
    assert (event["from"], event["due_on"]) == ("2026-03-12", "2026-03-13")
    assert event["of"] == "2026年放假安排"
    assert len(row(world, untouched).segments) == 1
    with world.engine.read(world.people["Sam"]) as uow:
        assert uow.session.get_one(Task, task).due_at == at(14)
        (move,) = recounts.moves(uow, recounts.get(uow, recount))
        assert (move.deadline_id, move.from_on, move.to_on) == (desk, on(12), on(13))
        assert list(history.verify(uow, case)) == []
        lapse = uow.session.scalars(
            sa.select(Job).where(Job.deadline_id == desk, Job.state == JobState.SCHEDULED)
        ).one()
        assert lapse.due_at == at(14)
    assert [entry.reason for entry in entries(world, "recount.started")] == ["国办补充通知"]
    assert entries(world, "recount.finished")[0].after == {
        "version": 2,
        "moved": 1,
        "refused": 0,
    }


def test_a_recount_is_paused_and_goes_on_where_it_was(world: World, case: str) -> None:
    desk = opened(world, case, "desk", on(2))
    recount = _bring_in(world, _closed_thursday())
    with world.engine.begin(world.people["Sam"]) as uow:
        assert recounts.pause(uow, recount).state == RecountState.PAUSED
        with pytest.raises(Conflict) as twice:
            recounts.pause(uow, recount)
        assert twice.value.code == "recount-not-running"
    assert _done(world, recount).looked == 0
    assert row(world, desk).due_on == on(12)
    with world.engine.begin(world.people["Sam"]) as uow:
        assert recounts.resume(uow, recount).state == RecountState.RUNNING
        with pytest.raises(Conflict) as again:
            recounts.resume(uow, recount)
        assert again.value.code == "recount-not-paused"
    done = _done(world, recount)
    assert (done.state, done.looked, done.moved) == (RecountState.DONE, 1, 1)
    assert row(world, desk).due_on == on(13)
    assert entries(world, "recount.paused")[0].after == {"version": 2, "looked": 0}
    with pytest.raises(NotAllowed), world.engine.begin(world.people["Ada"]) as uow:
        recounts.pause(uow, recount)


def test_every_earlier_act_is_played_again_by_the_new_days(world: World, case: str) -> None:
    desk = opened(world, case, "desk", on(2))
    decided = opened(world, case, "plan.submit", on(2))
    with world.engine.begin(SYSTEM) as uow:
        deadlines.extend(uow, desk, amount=2, reason="材料多")
        deadlines.extend(uow, decided, to="2026-03-20", reason="主任批准")
    _done(world, _bring_in(world, _closed_thursday()))
    moved = row(world, desk)
    assert moved.due_on == on(17)  # 13, then two working days more
    assert "批准延期，自2026-03-13次日起算2个工作日，至2026-03-17止（材料多）" in moved.why
    assert row(world, decided).due_on == on(20)  # what was decided is no period


def test_a_provisional_year_is_listed_and_settled_by_its_notice(world: World, case: str) -> None:
    desk = opened(world, case, "desk", date(2026, 12, 28))
    assert row(world, desk).is_provisional
    with world.engine.read(world.people["Sam"]) as uow:
        assert notices.waiting(uow) == 1
        found = notices.check(uow, notice.read(NOTICE.encode()))
        assert found.was_provisional
        assert [move.deadline_id for move in found.moves] == [desk]
    _done(world, _bring_in(world, notice.read(NOTICE.encode())))
    settled = row(world, desk)
    assert not settled.is_provisional
    assert "尚未公布" not in settled.why
    with world.engine.read(SYSTEM) as uow:
        assert notices.waiting(uow) == 0


def test_closed_missed_and_paused_clocks_are_left_alone(world: World, case: str) -> None:
    ids = [opened(world, case, "desk", on(2), scope_id=scope) for scope in "abc"]
    with world.engine.begin(SYSTEM) as uow:
        deadlines.close(uow, deadlines.get(uow, ids[0]))
        for deadline, state in zip(
            ids[1:], (DeadlineState.MISSED, DeadlineState.PAUSED), strict=True
        ):
            uow.session.get_one(Deadline, deadline).state = state
    done = _done(world, _bring_in(world, _closed_thursday()))
    assert (done.total, done.moved) == (0, 0)
    assert {row(world, deadline).due_on for deadline in ids} == {on(12)}


def test_many_are_counted_in_chunks_and_none_twice(
    world: World, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recounts, "CHUNK", 3)
    ids = [opened(world, case, "desk", on(2), scope_id=str(n)) for n in range(8)]
    recount = _bring_in(world, _closed_thursday())
    seen = []
    while runner.run_due(world.engine, worker="one"):
        with world.engine.read(SYSTEM) as uow:
            seen.append(uow.session.get_one(Recount, recount).looked)
    assert seen == [3, 6, 8]
    assert {len(row(world, deadline).segments) for deadline in ids} == {2}
    assert len(told(world, case, "deadline.recomputed")) == 8


def test_the_same_notice_again_is_no_act(world: World) -> None:
    with world.engine.begin(world.people["Sam"]) as uow:
        with pytest.raises(Conflict, match="没有变动"):
            recounts.start_year(uow, seed_year(2026), calendar="cn", reason="再来")
        with pytest.raises(Invalid):
            recounts.start_year(uow, _closed_thursday(), calendar="cn", reason=" ")
    with world.engine.begin(world.people["Ada"]) as uow, pytest.raises(NotAllowed):
        recounts.start_year(uow, _closed_thursday(), calendar="cn", reason="我也要")


def test_a_parameter_reaches_running_clocks_by_an_act_alone(world: World, case: str) -> None:
    desk = opened(world, case, "desk", on(2))
    sam = world.people["Sam"]
    with world.engine.begin(sam) as uow:
        assert [m.to_on for m in recounts.preview_rule(uow, "cases", "desk", amount=3).moves] == [
            on(5)
        ]
        deadline_rules.change(
            uow, "cases", "desk", amount=3, unit="working_days", source="市督导办决定"
        )
    runner.run_all_due(world.engine)
    assert (row(world, desk).due_on, row(world, desk).rule.version) == (on(12), 1)
    new = opened(world, case, "desk", on(2), scope_id="new")
    assert (row(world, new).due_on, row(world, new).rule.version) == (on(5), 2)
    with world.engine.begin(sam) as uow:
        recount = recounts.start_rule(uow, "cases", "desk", reason="统一办理").id
    assert _done(world, recount).moved == 1
    moved = row(world, desk)
    assert (moved.due_on, moved.rule.version, moved.segments[-1]["kind"]) == (
        on(5),
        2,
        "parameter",
    )
    assert "期限参数调整后重新推算，原为2026-03-12" in moved.why
    with world.engine.read(SYSTEM) as uow:
        found = deadline_rules.versions(uow, "cases", "desk")
        assert [(rule.version, rule.amount) for rule in found] == [(2, 3), (1, 8)]


def test_a_negative_period_is_refused_and_one_that_counts_back_goes_on_so(world: World) -> None:
    with world.engine.begin(world.people["Sam"]) as uow:
        for key in ("desk", "visit.notice"):
            with pytest.raises(Invalid) as caught:
                deadline_rules.change(uow, "cases", key, amount=-3, unit="days", source="x")
            assert "不能是负数" in caught.value.errors[0].detail
        rule = deadline_rules.change(
            uow, "cases", "visit.notice", amount=5, unit="days", source="x"
        )
        assert rule.amount == -5


def test_a_change_says_what_no_longer_fits(world: World) -> None:
    with world.engine.begin(world.people["Sam"]) as uow:
        rule = deadline_rules.current(uow, "cases", "desk")
        assert enclosures.warnings(uow, "cases", rule) == [
            "办理与答复：在没有节假日的时段也放不下，最多超过2日。"
        ]
        shorter = deadline_rules.change(
            uow, "cases", "desk", amount=5, unit="working_days", source="区决定"
        )
        assert enclosures.warnings(uow, "cases", shorter) == []
        (fit,) = enclosures.plan(uow, "cases", date(2026, 9, 28))
        assert not fit.fits
        assert "放不下，请改期" in fit.text
        (fit,) = enclosures.plan(uow, "cases", on(2))
        assert fit.fits


def test_other_parameters_are_versions_with_type_and_bounds(world: World) -> None:
    with world.engine.begin(world.people["Sam"]) as uow:
        assert parameters.value(uow, "cases", "answer.extensions") == 1
        parameters.change(uow, "cases", "answer.extensions", value=2, source="市督导办决定")
        parameters.change(uow, "cases", "words", value="chair", source="市督导办决定")
        for key, wrong in (
            ("answer.extensions", 4),
            ("answer.extensions", -1),
            ("answer.extensions", True),
            ("answer.extensions", "2"),
            ("words", "nobody"),
            ("office.hours", []),
            ("office.hours", [1]),
        ):
            with pytest.raises(Invalid) as caught:
                parameters.change(uow, "cases", key, value=wrong, source="x")
            assert caught.value.errors[0].pointer == "/value"
        with pytest.raises(Invalid):
            parameters.change(uow, "cases", "words", value="lead", source=" ")
        with pytest.raises(NotFound):
            parameters.value(uow, "cases", "moon")
        found = parameters.versions(uow, "cases", "answer.extensions")
        assert [(p.version, p.value, p.source) for p in found] == [
            (2, 2, "市督导办决定"),
            (1, 1, "默认值，无法定期限"),
        ]
        assert {p.key for p in parameters.in_force(uow, "cases")} == {
            "answer.extensions",
            "office.hours",
            "words",
        }
    with world.engine.begin(world.people["Ada"]) as uow, pytest.raises(NotAllowed):
        parameters.change(uow, "cases", "words", value="lead", source="x")
    assert entries(world, "parameter.changed")[0].before == {"version": 1, "value": 1}


def test_the_office_s_hours_count_at_once(world: World, case: str) -> None:
    with world.engine.begin(world.people["Sam"]) as uow:
        parameters.change(uow, "cases", "office.hours", value=["09:00-12:00"], source="夏令时间")
    repair = opened(world, case, "repair", "2026-03-02T09:00:00")
    assert row(world, repair).due_at == at(3, 11)
