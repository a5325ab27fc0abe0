"""What the ledger does when a clock gets another end, and how often more time is granted there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from engine import runner
from engine.calendars.calendar import seed_year
from engine.errors import Conflict, Invalid, NotAllowed
from engine.tables import Deadline
from engine.timing import deadline_acts, deadlines, recounts
from supervision import extensions, problems
from tests.unit.supervision.desk import SYSTEM, Desk


def _limit(desk: Desk, problem_id: str) -> date | None:
    with desk.acting("county_staff1") as (uow, _):
        return problems.get(uow, problem_id).limit_on


def test_a_problem_s_limit_follows_its_clock_when_a_notice_moves_it(desk: Desk) -> None:
    desk.inspected()
    problem_id = desk.problem()
    with desk.acting("county_staff1") as (uow, case):
        problems.start_limits(uow, case, uow.today)
        problem = problems.get(uow, problem_id)
        clock = deadlines.open(uow, case.instance_id, problem.limit_key, starts_on=uow.today).id
        last = problem.limit_on
        assert last is not None
    with desk.engine.begin(SYSTEM) as uow:
        year = seed_year(last.year)
        off = replace(year, rest_days=year.rest_days | {last}, source="补充通知")
        recounts.start_year(uow, off, calendar="cn", reason="补充通知")
    runner.run_all_due(desk.engine)
    with desk.engine.read(SYSTEM) as uow:
        moved = uow.session.get_one(Deadline, clock).due_on
    assert moved > last
    assert _limit(desk, problem_id) == moved


def test_the_head_pauses_the_clock_of_a_problem_and_its_limit_follows(desk: Desk) -> None:
    desk.inspected()
    problem_id = desk.problem()
    with desk.acting("county_staff1") as (uow, case):
        problems.start_limits(uow, case, uow.today)
        problem = problems.get(uow, problem_id)
        clock = deadlines.open(uow, case.instance_id, problem.limit_key, starts_on=uow.today).id
        limit = problem.limit_on
        with pytest.raises(NotAllowed):
            deadline_acts.pause(uow, clock, reason="停课")
    with desk.acting("county_head") as (uow, _):
        deadline_acts.pause(uow, clock, reason="停课")
    desk.days(14)
    with desk.acting("county_head") as (uow, _):
        deadline_acts.resume(uow, clock, reason="复课")
    assert limit is not None
    assert _limit(desk, problem_id) == limit + timedelta(days=14)


def test_more_time_for_a_problem_is_granted_as_its_rule_says(desk: Desk) -> None:
    desk.inspected()
    problem_id = desk.problem()
    with desk.acting("county_staff1") as (uow, case):
        problems.start_limits(uow, case, uow.today)
        problem = problems.get(uow, problem_id)
        limit = problem.limit_on
        assert limit is not None
        with pytest.raises(Invalid):
            extensions.apply(uow, case, problem, reason="人手少", until_on=limit)
    with desk.acting("school_contact") as (uow, case):
        problem = problems.get(uow, problem_id)
        extensions.apply(uow, case, problem, reason="人手少", until_on=limit + timedelta(days=7))
    with desk.acting("county_head") as (uow, case):
        extensions.decide(
            uow,
            case,
            problems.get(uow, problem_id),
            is_granted=True,
            until_on=limit + timedelta(days=7),
            opinion="属实",
        )
    with desk.acting("school_contact") as (uow, case):
        problem = problems.get(uow, problem_id)
        with pytest.raises(Conflict) as used:
            extensions.apply(uow, case, problem, reason="x", until_on=limit + timedelta(days=9))
        assert used.value.code == "extension-used"
    desk.days(40)
    with desk.acting("school_contact") as (uow, case):
        problem = problems.get(uow, problem_id)
        with pytest.raises(Conflict) as late:
            extensions.apply(uow, case, problem, reason="x", until_on=limit + timedelta(days=60))
        assert late.value.code == "extension-late"
