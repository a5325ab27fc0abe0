"""More time on request, and corrections: who asks, who decides, what is refused and changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import runner
from engine.administration import proposals
from engine.clock import ManualClock
from engine.errors import Conflict, EngineError, Invalid, NotAllowed, NotFound
from engine.permission import recusals
from engine.states import DeadlineState, ExtensionState
from engine.tables import ExtensionRequest
from engine.timing import corrections, deadline_acts, extension_requests
from tests.conftest import EngineFor
from tests.unit.engine.clocks import at, clock_world, entries, on, opened, row, told
from tests.unit.engine.world import SYSTEM, World


@pytest.fixture
def world(engine_for: EngineFor, clock: ManualClock, tmp_path: Path) -> World:
    made = clock_world(engine_for, clock, tmp_path)
    for name, post in (
        ("Ada", "staff@Office"),
        ("Bob", "staff@Office"),
        ("Uma", "unit@School"),
        ("Ulf", "unit@Elsewhere"),
        ("Ivy", "inspector@Group"),
        ("Sam", "system_admin@Office"),
    ):
        made.person(name, post)
    return made


@pytest.fixture
def case(world: World) -> str:
    return world.instance("office@Office", "unit@School!", "group@Group")


@pytest.fixture
def answer(world: World, case: str) -> str:
    return opened(world, case, "answer", on(2))  # until the 12th


def _ask(
    world: World, deadline: str, who: str = "Uma", day: int = 18, reason: str = "人手少"
) -> str:
    with world.engine.begin(world.people[who]) as uow:
        return deadline_acts.request_extension(uow, deadline, until_on=on(day), reason=reason).id


def _decide(world: World, request: str, who: str, *, granted: bool = True, day: int = 0) -> None:
    with world.engine.begin(world.people[who]) as uow:
        extension_requests.decide(
            uow,
            request,
            is_granted=granted,
            until_on=on(day) if day else None,
            opinion="情况属实" if granted else "理由不足",
        )


def test_who_is_bound_asks_and_the_office_grants(world: World, case: str, answer: str) -> None:
    request = _ask(world, answer)
    assert row(world, answer).due_on == on(12)  # asking moves nothing
    with world.engine.read(world.people["Ada"]) as uow:
        (asked,) = extension_requests.of_deadlines(uow, [answer])[answer]
        assert extension_requests.allowed_acts(uow, asked) == {"grant", "refuse"}
    _decide(world, request, "Ada", day=16)
    extended = row(world, answer)
    assert extended.due_on == on(16)
    assert "批准延期，自2026-03-12延至2026-03-16（人手少）" in extended.why
    assert [s["kind"] for s in extended.segments] == ["initial", "extension"]
    assert told(world, case, "deadline.extension_requested")[0]["until_on"] == "2026-03-18"
    assert told(world, case, "deadline.extension_granted")[0]["reason"] == "情况属实"
    with pytest.raises(Conflict, match="最多延期1次"):
        _ask(world, answer, day=19)


def test_how_often_is_a_parameter_that_counts_at_once(world: World, answer: str) -> None:
    from engine.administration import parameters

    _decide(world, _ask(world, answer), "Ada", day=14)
    with world.engine.begin(world.people["Sam"]) as uow:
        parameters.change(uow, "cases", "answer.extensions", value=2, source="区决定")
    _decide(world, _ask(world, answer), "Bob", day=17)
    assert row(world, answer).due_on == on(17)


def test_a_refusal_leaves_the_end_and_may_be_asked_again(world: World, answer: str) -> None:
    _decide(world, _ask(world, answer), "Ada", granted=False)
    assert (row(world, answer).due_on, len(row(world, answer).segments)) == (on(12), 1)
    with world.engine.begin(world.people["Uma"]) as uow:
        (first,) = extension_requests.of_deadlines(uow, [answer])[answer]
        assert (first.state, first.opinion) == (ExtensionState.REFUSED, "理由不足")
    again = _ask(world, answer)
    with world.engine.begin(world.people["Uma"]) as uow:
        assert extension_requests.withdraw(uow, again).state == ExtensionState.WITHDRAWN


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"day": 12}, "应晚于现在的期限"),
        ({"day": 23}, "最多延长10日"),
        ({"reason": " "}, "写明延期理由"),
        ({"who": "Ivy"}, "受这项期限约束"),
        ({"who": "Ada"}, "受这项期限约束"),
        ({"who": "Ulf"}, "无权查看"),
        ({"who": "Sam"}, "无权查看"),
    ],
)
def test_what_cannot_be_asked_changes_nothing(
    world: World, case: str, answer: str, wrong: dict[str, object], said: str
) -> None:
    with pytest.raises(EngineError) as caught:
        _ask(world, answer, **wrong)  # type: ignore[arg-type]
    errors = caught.value.errors if isinstance(caught.value, Invalid) else ()
    assert any(said in text for text in [caught.value.detail, *(e.detail for e in errors)])
    assert told(world, case, "deadline.extension_requested") == []
    with world.engine.read(SYSTEM) as uow:
        assert uow.session.scalars(sa.select(ExtensionRequest)).all() == []


def test_after_the_due_date_nothing_can_be_asked_for(world: World, answer: str) -> None:
    world.clock.set(at(13))
    for _ in range(2):  # before and after the lapse is recorded
        with pytest.raises(Conflict) as caught:
            _ask(world, answer)
        assert caught.value.code == "extension-late"
        runner.run_all_due(world.engine)
    assert row(world, answer).state == DeadlineState.MISSED


def test_what_was_asked_in_time_may_be_granted_after_the_end(world: World, answer: str) -> None:
    request = _ask(world, answer)
    world.clock.set(at(13))
    runner.run_all_due(world.engine)
    _decide(world, request, "Ada")
    assert (row(world, answer).state, row(world, answer).due_on) == (DeadlineState.OPEN, on(18))


def test_one_waits_at_a_time_and_others_are_not_asked_for_at_all(
    world: World, case: str, answer: str
) -> None:
    _ask(world, answer)
    with pytest.raises(Conflict, match="等待决定"):
        _ask(world, answer)
    legal = opened(world, case, "review.apply", on(2))
    with pytest.raises(Conflict, match="不能申请延期"):
        _ask(world, legal)
    desk = opened(world, case, "desk", on(2))
    with pytest.raises(Conflict, match="任务里申请"):
        _ask(world, desk, "Ada")


def test_nobody_decides_what_they_asked_or_what_is_not_theirs(world: World, answer: str) -> None:
    request = _ask(world, answer)
    for who in ("Uma", "Ivy"):
        with pytest.raises(NotAllowed):
            _decide(world, request, who)
    for who in ("Ulf", "Sam"):
        with pytest.raises(NotFound):
            _decide(world, request, who)
    _decide(world, request, "Ada")
    with pytest.raises(Conflict, match="已经办结"):
        _decide(world, request, "Bob")


def test_who_keeps_out_of_the_case_decides_nothing(world: World, case: str, answer: str) -> None:
    request = _ask(world, answer)
    with world.engine.begin(SYSTEM) as uow:
        recusals.add(uow, case, world.people["Ada"].user_id or "", reason="亲属")
    with pytest.raises(NotAllowed):
        _decide(world, request, "Ada")
    with pytest.raises(NotAllowed), world.engine.begin(world.people["Ada"]) as uow:
        deadline_acts.pause(uow, answer, reason="停课")


# -- corrections -----------------------------------------------------------------------------


def _propose(world: World, deadline: str, who: str = "Ada", **days: object) -> str:
    with world.engine.begin(world.people[who]) as uow:
        return corrections.propose(uow, deadline, reason="签收日期登记有误", **days).id  # type: ignore[arg-type]


def _confirm(world: World, proposal: str, who: str) -> None:
    with world.engine.begin(world.people[who]) as uow:
        proposals.confirm(uow, proposal, note="属实")


def test_a_wrong_start_is_corrected_by_two_people(world: World, case: str, answer: str) -> None:
    world.clock.set(at(4, 9))
    with world.engine.read(world.people["Ada"]) as uow:
        assert corrections.preview(uow, answer, starts_on=on(3)).due_on == on(13)
    proposal = _propose(world, answer, starts_on=on(3))
    assert row(world, answer).due_on == on(12)
    with pytest.raises(NotAllowed):
        _confirm(world, proposal, "Ada")
    _confirm(world, proposal, "Bob")
    corrected = row(world, answer)
    assert (corrected.starts_on, corrected.due_on, corrected.due_at) == (on(3), on(13), at(14))
    assert corrected.why == (
        "收到通知，自2026-03-03次日起算10日，至2026-03-13止；"
        "起算日由2026-03-02更正而来（签收日期登记有误）；默认值，无法定期限。"
    )
    segment = corrected.segments[-1]
    assert (segment["by_name"], segment["confirmed_by"]) == ("Ada", "Bob")
    (event,) = told(world, case, "deadline.corrected")
    assert (event["from"], event["due_on"], event["confirmed_by"]) == (
        "2026-03-12",
        "2026-03-13",
        "Bob",
    )
    assert entries(world, "proposal.confirmed")[0].instance_id == case


def test_a_wrong_end_is_set_and_a_missed_one_runs_again(world: World, answer: str) -> None:
    world.clock.set(at(13))
    runner.run_all_due(world.engine)
    assert row(world, answer).state == DeadlineState.MISSED
    _confirm(world, _propose(world, answer, due_on=on(20)), "Bob")
    assert (row(world, answer).state, row(world, answer).due_at) == (DeadlineState.OPEN, at(21))
    assert "更正为2026-03-20止" in row(world, answer).why


def test_an_end_corrected_into_the_past_is_missed_at_once(
    world: World, case: str, answer: str
) -> None:
    world.clock.set(at(10, 9))
    _confirm(world, _propose(world, answer, due_on=on(9)), "Bob")
    assert row(world, answer).state == DeadlineState.MISSED
    assert len(told(world, case, "deadline.missed")) == 1


@pytest.mark.parametrize(
    "days",
    [
        {},
        {"starts_on": on(1), "due_on": on(20)},
        {"starts_on": on(2)},
        {"starts_on": on(9)},
        {"due_on": on(12)},
        {"due_on": on(1)},
    ],
)
def test_a_correction_that_says_nothing_true_is_refused(
    world: World, answer: str, days: dict[str, object]
) -> None:
    with pytest.raises(Invalid):
        _propose(world, answer, **days)
    assert len(row(world, answer).segments) == 1


def test_only_the_case_s_office_proposes_and_confirms(world: World, answer: str) -> None:
    for who, refusal in (("Uma", NotAllowed), ("Ulf", NotFound), ("Sam", NotFound)):
        with pytest.raises(refusal):
            _propose(world, answer, who, due_on=on(20))
    proposal = _propose(world, answer, due_on=on(20))
    for who in ("Uma", "Sam"):
        with pytest.raises(NotFound):
            _confirm(world, proposal, who)


def test_what_moved_meanwhile_is_not_corrected(world: World, answer: str) -> None:
    proposal = _propose(world, answer, due_on=on(20))
    _decide(world, _ask(world, answer), "Bob")
    with pytest.raises(Conflict, match="又有变动"):
        _confirm(world, proposal, "Bob")
    assert row(world, answer).due_on == on(18)
