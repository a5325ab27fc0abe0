"""Running clocks: opened, shared, extended, lapsed, closed; and the calendar they count on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

import feel
from engine.calendars import working_calendar
from engine.calendars.calendar import seed_year
from engine.clock import LOCAL_ZONE, ManualClock
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.package import parse_manifest
from engine.states import DeadlineState, JobState, TaskState
from engine.tables import Deadline, Event, Instance, Job, Task, new_id
from engine.timing import deadline_rules, deadlines, extensions, lapses
from tests.conftest import EngineFor
from tests.unit.engine.world import CASES, SYSTEM, World, packages

#: A Monday; see tests/conftest.py.
MONDAY = date(2026, 3, 2)


@pytest.fixture
def world(engine_for: EngineFor, clock: ManualClock, tmp_path: Path) -> World:
    return World(engine=engine_for(*packages(tmp_path)), clock=clock).set_up()


@pytest.fixture
def case(world: World) -> str:
    return world.instance("office@Office", "unit@School!")


def _open(world: World, case: str, key: str = "plan.submit", **details: object) -> str:
    with world.engine.begin(SYSTEM) as uow:
        return deadlines.open(
            uow,
            case,
            key,
            **{"starts_on": MONDAY, **details},  # type: ignore[arg-type]
        ).id


def _local(day: int, hour: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=LOCAL_ZONE)


def _jobs(world: World, deadline_id: str) -> list[Job]:
    with world.engine.read(SYSTEM) as uow:
        return list(
            uow.session.scalars(
                sa.select(Job).where(Job.deadline_id == deadline_id).order_by(Job.due_at)
            )
        )


def _row(world: World, deadline_id: str) -> Deadline:
    with world.engine.read(SYSTEM) as uow:
        row = deadlines.get(uow, deadline_id)
        assert row.rule.key == row.key
        return row


def _lapse(world: World, deadline_id: str) -> None:
    with world.engine.begin(SYSTEM) as uow:
        for job in uow.session.scalars(
            sa.select(Job).where(Job.deadline_id == deadline_id, Job.state == JobState.SCHEDULED)
        ):
            job.state = JobState.SUCCEEDED
            deadlines.lapse(uow, job)


def _events(world: World, case: str, kind: str) -> list[Event]:
    with world.engine.read(SYSTEM) as uow:
        return list(
            uow.session.scalars(
                sa.select(Event)
                .where(Event.instance_id == case, Event.kind == kind)
                .order_by(Event.seq)
            )
        )


# -- opening ---------------------------------------------------------------------------------


def test_working_days_end_at_midnight_of_the_last_day_and_say_why(world: World, case: str) -> None:
    row = _row(world, _open(world, case))
    assert row.due_on == date(2026, 3, 9)
    assert row.due_at == _local(10)
    assert row.why == (
        "整改决定送达，自2026-03-02次日起算5个工作日，至2026-03-09止；默认值，无法定期限。"
    )
    assert not row.is_provisional
    assert row.segments[0]["to"] == "2026-03-09"


def test_holidays_are_named(world: World, case: str) -> None:
    row = _row(world, _open(world, case, starts_on=date(2026, 2, 13)))
    assert row.due_on == date(2026, 2, 27)
    assert "遇春节放假和调休" in row.why


def test_a_period_of_law_names_its_article(world: World, case: str) -> None:
    row = _row(world, _open(world, case, "review.apply", starts_on=date(2026, 9, 1)))
    assert row.due_on == date(2026, 10, 8)
    assert row.why.endswith("；依据《教育督导问责办法》第十九条。")


def test_a_period_taken_over_from_elsewhere_says_that_no_law_sets_it(
    world: World, case: str
) -> None:
    row = _row(world, _open(world, case, "opinion.issue", starts_on=date(2026, 1, 31)))
    assert row.due_on == date(2026, 2, 28)
    assert row.why.endswith("；默认值，无法定期限（参照沪21）。")


def test_an_amount_below_zero_counts_back_from_its_event(world: World, case: str) -> None:
    row = _row(world, _open(world, case, "visit.notice", starts_on=date(2026, 3, 30)))
    assert row.due_on == date(2026, 3, 16)
    assert "倒数10个工作日" in row.why


def test_hours_are_counted_from_the_instant(world: World, case: str) -> None:
    row = _row(world, _open(world, case, "urgent.report"))
    assert row.due_at == world.clock.now() + timedelta(hours=2)
    later = _row(
        world, _open(world, case, "urgent.report", starts_on="2026-03-02T23:30:00", scope_id="b")
    )
    assert (later.due_on, later.due_at) == (date(2026, 3, 3), _local(3, 1) + timedelta(minutes=30))


def test_a_year_without_notice_makes_the_date_provisional(world: World, case: str) -> None:
    row = _row(world, _open(world, case, starts_on=date(2026, 12, 30)))
    assert row.is_provisional
    assert "2027年放假安排尚未公布" in row.why


def test_a_year_that_is_not_stored_is_a_conflict_that_says_what_to_do(
    world: World, case: str
) -> None:
    with world.engine.begin(SYSTEM) as uow, pytest.raises(Conflict) as caught:
        deadlines.open(uow, case, "plan.submit", starts_on=date(2028, 5, 1))
    assert caught.value.code == "calendar-year-missing"
    assert "国务院办公厅" in caught.value.detail


def test_an_unknown_key_is_named(world: World, case: str) -> None:
    with world.engine.begin(SYSTEM) as uow, pytest.raises(NotFound, match="no_such"):
        deadlines.open(uow, case, "no_such", starts_on=MONDAY)


def test_the_same_clock_is_one_row_until_it_is_closed(world: World, case: str) -> None:
    first = _open(world, case, scope_id="a")
    assert _open(world, case, scope_id="a", audience="unit") == first
    assert _row(world, first).audience == "unit"
    assert _open(world, case, scope_id="b") != first
    assert _open(world, case, scope_id="a", starts_on=date(2026, 3, 3)) != first
    assert len(_jobs(world, first)) == 1
    with world.engine.begin(SYSTEM) as uow:
        deadlines.close(uow, deadlines.get(uow, first))
    assert _open(world, case, scope_id="a") != first


def test_a_running_deadline_keeps_the_rule_it_was_opened_with(world: World, case: str) -> None:
    before = _open(world, case)
    with world.engine.begin(SYSTEM) as uow:
        deadline_rules.change(
            uow, "cases", "plan.submit", amount=7, unit="working_days", source="市督导办决定"
        )
    after = _open(world, case, scope_id="b")
    assert (_row(world, before).due_on, _row(world, after).due_on) == (
        date(2026, 3, 9),
        date(2026, 3, 11),
    )
    assert _row(world, before).rule.version == 1
    assert _row(world, after).why.endswith("；默认值，无法定期限（参照市督导办决定）。")


def test_due_instant_makes_no_row(world: World, case: str) -> None:
    with world.engine.begin(SYSTEM) as uow:
        instance = uow.session.get_one(Instance, case)
        due = deadlines.due_instant(uow, instance, key="plan.submit", starts_on="2026-03-02")
        assert due == _local(10)
        assert uow.session.scalars(sa.select(Deadline)).all() == []


# -- closing and lapsing ---------------------------------------------------------------------


def test_done_in_time_is_met_and_nothing_lapses(world: World, case: str) -> None:
    deadline = _open(world, case)
    world.clock.set(_local(10))  # 24:00 of the last day
    with world.engine.begin(SYSTEM) as uow:
        deadlines.close(uow, deadlines.get(uow, deadline))
    assert _row(world, deadline).state == DeadlineState.MET
    assert [job.state for job in _jobs(world, deadline)] == [JobState.CANCELLED]


def test_a_lapse_is_recorded_once_with_what_follows(world: World, case: str) -> None:
    deadline = _open(world, case, element_id="submit_plan", audience="unit")
    _lapse(world, deadline)
    assert _row(world, deadline).state == DeadlineState.OPEN  # too early
    with world.engine.begin(SYSTEM) as uow:
        lapses.schedule(uow, deadlines.get(uow, deadline)).state = JobState.SCHEDULED
    world.clock.set(_local(10))
    _lapse(world, deadline)
    assert _row(world, deadline).state == DeadlineState.MISSED
    (event,) = _events(world, case, "deadline.missed")
    assert (event.element_id, event.audience) == ("submit_plan", "unit")
    with world.engine.read(SYSTEM) as uow:
        from engine.record.history import payload_of

        said = payload_of(uow, event.id)
    assert said["on_lapse"] == "通知上级单位"
    assert said["binds"] == "unit"
    world.clock.advance(hours=9)
    with world.engine.begin(SYSTEM) as uow:
        deadlines.close(uow, deadlines.get(uow, deadline))
    assert _row(world, deadline).state == DeadlineState.LATE


def test_an_act_on_paper_counts_from_the_day_it_was_done(world: World, case: str) -> None:
    deadline = _open(world, case)
    world.clock.set(_local(10, 12))
    _lapse(world, deadline)
    with world.engine.begin(SYSTEM) as uow:
        deadlines.close(uow, deadlines.get(uow, deadline), done_at=_local(9, 16))
    assert _row(world, deadline).state == DeadlineState.MET


def test_a_withdrawn_task_ends_its_deadline_unless_another_shares_it(
    world: World, case: str
) -> None:
    deadline = _open(world, case)
    first = world.task(case, "unit@School", deadline_id=deadline)
    second = world.task(case, "unit@School", deadline_id=deadline)
    for task_id, expected in ((first, DeadlineState.OPEN), (second, DeadlineState.CANCELLED)):
        with world.engine.begin(SYSTEM) as uow:
            task = uow.session.get_one(Task, task_id)
            task.state = TaskState.CANCELLED
            deadlines.withdraw(uow, task)
        assert _row(world, deadline).state == expected


def test_a_task_that_its_timer_took_away_is_missed_not_cancelled(world: World, case: str) -> None:
    deadline = _open(world, case)
    task_id = world.task(case, "unit@School", deadline_id=deadline)
    world.clock.set(_local(10))
    with world.engine.begin(SYSTEM) as uow:
        task = uow.session.get_one(Task, task_id)
        task.state = TaskState.CANCELLED
        deadlines.withdraw(uow, task)
    assert _row(world, deadline).state == DeadlineState.MISSED
    _lapse(world, deadline)
    assert len(_events(world, case, "deadline.missed")) == 1


def test_when_an_instance_ends_nothing_is_owed_any_more(world: World, case: str) -> None:
    missed, running = _open(world, case), _open(world, case, starts_on=date(2026, 3, 9))
    world.clock.set(_local(10))
    _lapse(world, missed)
    with world.engine.begin(SYSTEM) as uow:
        deadlines.withdraw_all(uow, case)
    assert _row(world, missed).state == DeadlineState.MISSED
    assert _row(world, running).state == DeadlineState.CANCELLED


# -- extending -------------------------------------------------------------------------------


def test_an_extension_moves_task_and_jobs_and_keeps_every_end(world: World, case: str) -> None:
    deadline = _open(world, case)
    task = world.task(case, "unit@School", deadline_id=deadline, due_at=_local(10))
    with world.engine.begin(SYSTEM) as uow:
        for kind, due_at in (("timer", _local(10)), ("reminder", _local(7))):
            uow.session.add(
                Job(
                    id=new_id(),
                    kind=kind,
                    instance_id=case,
                    deadline_id=deadline,
                    due_at=due_at,
                    created_at=uow.now,
                )
            )
    with world.engine.begin(SYSTEM) as uow:
        deadlines.extend(uow, deadline, amount=3, reason="材料较多。")
    row = _row(world, deadline)
    assert (row.due_on, row.due_at) == (date(2026, 3, 12), _local(13))
    assert [s["kind"] for s in row.segments] == ["initial", "extension"]
    assert row.segments[1]["from"] == "2026-03-09"
    assert row.segments[1]["reason"] == "材料较多。"
    assert row.why == (
        "整改决定送达，自2026-03-02次日起算5个工作日，至2026-03-09止；"
        "批准延期，自2026-03-09次日起算3个工作日，至2026-03-12止（材料较多）；默认值，无法定期限。"
    )
    assert {job.kind: job.due_at for job in _jobs(world, deadline)} == {
        "deadline": _local(13),
        "timer": _local(13),
        "reminder": _local(10),
    }
    with world.engine.read(SYSTEM) as uow:
        assert uow.session.get_one(Task, task).due_at == _local(13)
    assert len(_events(world, case, "deadline.extended")) == 1


def test_a_decided_day_stays_even_on_a_rest_day(world: World, case: str) -> None:
    deadline = _open(world, case)
    with world.engine.begin(SYSTEM) as uow:
        deadlines.extend(uow, deadline, to="2026-03-14", reason="主任批准")
    assert _row(world, deadline).due_on == date(2026, 3, 14)


def test_a_missed_deadline_that_is_extended_runs_and_lapses_again(world: World, case: str) -> None:
    deadline = _open(world, case)
    world.clock.set(_local(10))
    _lapse(world, deadline)
    with world.engine.begin(SYSTEM) as uow:
        deadlines.extend(uow, deadline, amount=2, reason="补办延期")
    assert _row(world, deadline).state == DeadlineState.OPEN
    assert [job.due_at for job in _jobs(world, deadline)] == [_local(10), _local(12)]
    world.clock.set(_local(12))
    _lapse(world, deadline)
    assert len(_events(world, case, "deadline.missed")) == 2


def test_a_lapse_claimed_before_an_extension_does_nothing(world: World, case: str) -> None:
    deadline = _open(world, case)
    world.clock.set(_local(10))
    with world.engine.begin(SYSTEM) as uow:
        job = uow.session.scalars(sa.select(Job).where(Job.deadline_id == deadline)).one()
        job.state = JobState.RUNNING
    with world.engine.begin(SYSTEM) as uow:
        deadlines.extend(uow, deadline, amount=1, reason="主任批准")
    with world.engine.begin(SYSTEM) as uow:
        deadlines.lapse(uow, uow.session.get_one(Job, job.id))
    assert _row(world, deadline).state == DeadlineState.OPEN
    assert len(_jobs(world, deadline)) == 2


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"amount": 1, "reason": " "}, "/reason"),
        ({"reason": "x"}, "/to"),
        ({"amount": 1, "to": "2026-03-20", "reason": "x"}, "/to"),
        ({"amount": 0, "reason": "x"}, "/amount"),
        ({"to": "2026-03-09", "reason": "x"}, "/to"),
        ({"to": "soon", "reason": "x"}, "/to"),
    ],
)
def test_an_extension_that_does_not_fit_changes_nothing(
    world: World, case: str, wrong: dict[str, object], pointer: str
) -> None:
    deadline = _open(world, case)
    with world.engine.begin(SYSTEM) as uow, pytest.raises(Invalid) as caught:
        extensions.extend(uow, deadline, **wrong)  # type: ignore[arg-type]
    assert pointer in {fault.pointer for fault in caught.value.errors}
    assert len(_row(world, deadline).segments) == 1


def test_a_closed_deadline_cannot_be_extended(world: World, case: str) -> None:
    deadline = _open(world, case)
    with world.engine.begin(SYSTEM) as uow:
        deadlines.cancel(uow, deadlines.get(uow, deadline))
        with pytest.raises(Conflict):
            deadlines.extend(uow, deadline, amount=1, reason="x")
        with pytest.raises(NotFound):
            deadlines.extend(uow, new_id(), amount=1, reason="x")


# -- views -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "amount", "light"),
    [
        (_local(2, 9), 5, "green"),
        (_local(3, 9), 4, "green"),
        (_local(4, 9), 3, "yellow"),
        (_local(7, 9), 1, "yellow"),
        (_local(9, 23), 0, "yellow"),
        (_local(10, 1), -1, "red"),
        (_local(14, 9), -4, "red"),
    ],
)
def test_what_is_left_is_signed_and_coloured(
    world: World, case: str, now: datetime, amount: int, light: str
) -> None:
    deadline = _open(world, case)
    world.clock.set(now)
    with world.engine.read(SYSTEM) as uow:
        row = deadlines.get(uow, deadline)
        left = deadlines.days_left(uow, row)
        assert left == deadlines.DaysLeft(amount=amount, unit="working_days")
        assert deadlines.light(uow, row) == light


def test_overdue_since_friday_is_overdue_on_saturday(world: World, case: str) -> None:
    deadline = _open(world, case, starts_on=date(2026, 2, 28))  # worked Saturday; due 03-06
    world.clock.set(_local(7, 9))
    with world.engine.read(SYSTEM) as uow:
        row = deadlines.get(uow, deadline)
        assert row.due_on == date(2026, 3, 6)
        left = deadlines.days_left(uow, row)
        assert left is not None
        assert left.amount == -1


def test_natural_days_are_shown_as_days_and_a_closed_one_shows_nothing(
    world: World, case: str
) -> None:
    deadline = _open(world, case, "review.apply")
    with world.engine.begin(SYSTEM) as uow:
        row = deadlines.get(uow, deadline)
        assert deadlines.days_left(uow, row) == deadlines.DaysLeft(amount=30, unit="days")
        deadlines.close(uow, row)
        assert deadlines.days_left(uow, row) is None
        assert deadlines.light(uow, row) is None


def test_a_list_does_not_fail_for_a_year_that_is_not_stored(world: World) -> None:
    with world.engine.read(SYSTEM) as uow:
        left = deadlines.days_until(uow, date(2029, 1, 1), family="cases")
        assert left == deadlines.DaysLeft(amount=1036, unit="days")
        assert deadlines.light_until(uow, date(2029, 1, 1), family="cases") == "green"


def test_a_deadline_is_seen_by_audience_or_with_its_task(world: World, case: str) -> None:
    uma = world.person("Uma", "unit@School")
    inside, theirs = _open(world, case, scope_id="a"), _open(world, case, audience="unit")
    task = world.task(case, "unit@School", audience="unit", deadline_id=inside)
    hidden = world.task(case, "staff@Office", deadline_id=inside)
    with world.engine.read(uma) as uow:
        assert [row.id for row in deadlines.of_instance(uow, case)] == [theirs]
        found = deadlines.of_task(uow, task)
        assert found is not None
        assert found.id == inside
        with pytest.raises(NotFound):
            deadlines.of_task(uow, hidden)


# -- FEEL ------------------------------------------------------------------------------------


def test_models_call_the_calendar_in_feel(world: World) -> None:
    with world.engine.read(SYSTEM) as uow:
        functions = deadlines.functions(uow, "cases")

        def value(text: str) -> object:
            return feel.compile(text, functions=frozenset(functions)).evaluate(
                {"served_on": "2026-02-13"}, functions=functions, now=uow.now
            )

        assert value('deadline("plan.submit", served_on)') == _local(28, month=2)
        assert value('deadline("plan.submit", date("2026-03-02"))') == _local(10)
        assert value('working days after(date("2026-02-13"), 5)') == date(2026, 2, 27)
        assert value('working days after(date("2026-03-02"), -1)') == date(2026, 2, 28)
        assert value('add working days(date("2026-02-13"), 5)') == date(2026, 2, 27)
        assert value('add working days(date: "2026-02-13", n: 5)') == date(2026, 2, 27)
        assert value('is working day("2026-02-28")') is True
        assert value('is working day(date("2026-03-01"))') is False
        assert value('working days between(date("2026-03-02"), date("2026-03-09"))') == Decimal(5)


@pytest.mark.parametrize(
    "call",
    [
        ("deadline", 5, "2026-03-02"),
        ("deadline", "plan.submit", None),
        ("working days after", "2026-03-02", Decimal("1.5")),
        ("working days after", "2029-03-02", Decimal(1)),
        ("add working days", None, Decimal(1)),
        ("is working day", "yesterday"),
        ("working days between", "yesterday", "2026-03-02"),
    ],
)
def test_a_wrong_argument_is_an_error_not_a_wrong_date(
    world: World, call: tuple[object, ...]
) -> None:
    name, *arguments = call
    with world.engine.read(SYSTEM) as uow, pytest.raises(feel.FeelError):
        deadlines.functions(uow, "cases")[str(name)](*arguments)


# -- stored parameters and calendar ----------------------------------------------------------


def test_defaults_are_stored_once_and_a_change_is_a_new_version(world: World) -> None:
    package = world.engine.package("cases")
    with world.engine.begin(SYSTEM) as uow:
        assert deadlines.seed_rules(uow, package) == []
        deadline_rules.change(
            uow,
            "cases",
            "plan.submit",
            amount=9,
            unit="days",
            source="区决定",
            basis="区〔2026〕1号",
        )
        assert deadlines.seed_rules(uow, package) == []
        rules = {rule.key: rule for rule in deadline_rules.in_force(uow, "cases")}
        assert set(rules) == set(package.manifest.deadlines)
        assert (rules["plan.submit"].version, rules["plan.submit"].amount) == (2, 9)
        assert rules["plan.submit"].start_event == "整改决定送达"
        assert rules["review.apply"].version == 1


def test_a_default_with_an_unknown_unit_is_refused(world: World) -> None:
    text = CASES.replace('unit = "months"', 'unit = "moons"').replace("opinion.issue", "moon.rise")
    package = world.engine.package("cases")
    broken = replace(package)
    broken.__dict__["manifest"] = parse_manifest(text.encode())
    with world.engine.begin(SYSTEM) as uow, pytest.raises(Invalid):
        deadlines.seed_rules(uow, broken)


def test_only_who_runs_the_system_changes_parameters_and_calendar(world: World) -> None:
    ada = world.person("Ada", "staff@Office")
    sam = world.person("Sam", "system_admin@Office")
    details = {"amount": 6, "unit": "working_days", "source": "市督导办决定"}
    with world.engine.begin(ada) as uow:
        with pytest.raises(NotAllowed):
            deadline_rules.change(uow, "cases", "plan.submit", **details)  # type: ignore[arg-type]
        with pytest.raises(NotAllowed):
            working_calendar.store(uow, seed_year(2026))
    with world.engine.begin(sam) as uow:
        deadline_rules.change(uow, "cases", "plan.submit", **details)  # type: ignore[arg-type]
        for wrong in ({"unit": "moons"}, {"amount": 10**6}, {"source": " "}):
            with pytest.raises(Invalid):
                deadline_rules.change(
                    uow,
                    "cases",
                    "plan.submit",
                    **{**details, **wrong},  # type: ignore[arg-type]
                )


def test_a_corrected_year_is_a_new_version_and_counts_at_once(world: World, case: str) -> None:
    with world.engine.begin(SYSTEM) as uow:
        assert working_calendar.seed(uow)
        rows = working_calendar.years(uow)
        assert [row.year for row in rows] == list(range(2020, 2028))
        assert [row.year for row in rows if row.provisional] == [2027]
        assert working_calendar.seed(uow) == []
        year = seed_year(2026)
        assert working_calendar.store(uow, year).version == 1  # the same again is no version
    before = _row(world, _open(world, case)).due_on
    with world.engine.begin(SYSTEM) as uow:
        day = date(2026, 3, 5)
        changed = replace(
            year,
            rest_days=year.rest_days | {day},
            names={**year.names, day: "特别放假"},
            source="国务院办公厅补充通知",
        )
        assert working_calendar.store(uow, changed).version == 2
        assert len(working_calendar.years(uow)) == 8
    after = _row(world, _open(world, case, scope_id="b"))
    assert (before, after.due_on) == (date(2026, 3, 9), date(2026, 3, 10))
    assert "特别放假" in after.why


def test_a_calendar_that_was_rolled_back_is_not_remembered(world: World) -> None:
    year = seed_year(2026)
    changed = replace(year, rest_days=year.rest_days | {date(2026, 3, 5)})

    def store_and_fail() -> None:
        with world.engine.begin(SYSTEM) as uow:
            working_calendar.store(uow, changed)
            assert not working_calendar.load(uow).is_working_day(date(2026, 3, 5))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        store_and_fail()
    with world.engine.read(SYSTEM) as uow:
        assert working_calendar.load(uow).is_working_day(date(2026, 3, 5))


def test_a_start_in_another_zone_counts_from_the_local_day(world: World, case: str) -> None:
    at = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)  # already the 3rd here
    assert _row(world, _open(world, case, starts_on=at)).starts_on == date(2026, 3, 3)
