"""Playing a story: who is cast, what is expected, what is said; on the small sample family."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.calendars import working_calendar
from engine.clock import ManualClock
from ops import casting, expectations, rehearse, stories
from ops.casting import CastingError
from ops.narration import SYSTEM, Narrator
from ops.rehearse import RehearsalError, Stage
from processes.leave_request.package import PACKAGE
from tests import factories
from tests.conftest import EngineFor

HEAD = """
title: 王安请假
source: 一则公开的例子，写在这里
fiction: 其余都是虚构
family: leave_request
starts: 2026-03-02
start:
  by: ann
  values: {reason: annual, starts_on: 2026-03-16, ends_on: 2026-03-18, colleagues: ["@博文"]}
"""


@pytest.fixture
def stage(engine_for: EngineFor, clock: ManualClock) -> Stage:
    """A department with the people of the family."""
    engine = engine_for(PACKAGE)
    with engine.begin(SYSTEM) as uow:
        working_calendar.seed(uow, range(2026, 2028))
        house = factories.organisation(uow, "house")
        place = factories.organisation(uow, "dept", parent=house)
        for username, role, name in (
            ("ann", "applicant", "王安"),
            ("bob", "colleague", "李博文"),
            ("mia", "manager", "米雅"),
            ("max", "manager", "马克"),
            ("dan", "director", "丹青"),
            ("hal", "hr", "何莉"),
        ):
            where = house if role in {"director", "hr"} else place
            factories.person(uow, username, (role, where), name=name)
    factories.deploy(engine, "leave_request")
    said: list[str] = []
    return Stage(engine=engine, clock=clock, narrator=Narrator(engine=engine, say=said.append))


def play(stage: Stage, folder: Path, steps: str, *, head: str = HEAD) -> list[str]:
    """What was said while these steps were played."""
    path = folder / "story.yaml"
    path.write_text(head + f"steps:\n{steps}" if steps else head + "steps: []\n", encoding="utf-8")
    said: list[str] = []
    stage.narrator.say = said.append
    rehearse.play(stories.read(path), stage)
    return said


def refused(stage: Stage, folder: Path, steps: str, *, head: str = HEAD) -> str:
    """Why the rehearsal could not go on."""
    with pytest.raises(RehearsalError) as found:
        play(stage, folder, steps, head=head)
    return str(found.value)


def test_a_story_goes_through_to_its_end_and_says_each_thing_once(
    stage: Stage, tmp_path: Path
) -> None:
    said = play(
        stage,
        tmp_path,
        """
  - {complete: approve_by_manager, by: mia, on: 2026-03-03, values: {outcome: approve}}
  - {complete: accept_handover, values: {accepted: yes}, note: 同事接手}
  - {wait_until: 2026-03-17}
  - {expect: {state: completed, waiting: [exactly], missed: [], incidents: 0}}
""",
    )
    assert said[:3] == ["《王安请假》", "来源：一则公开的例子，写在这里", "虚构：其余都是虚构"]
    assert "— 同事接手" in said
    [handover] = [line for line in said if "答复工作交接" in line]
    assert handover.startswith("2026-03-03 10:00  李博文")
    [booked] = [line for line in said if "登记请假" in line]
    assert booked.startswith("2026-03-16")  # in its own time, not when the clock stops
    assert any("期限 审批请假" in line for line in said)
    assert len([line for line in said if "登记请假" in line]) == 1
    assert said[-1].startswith("共 ")


def test_a_routine_stands_in_for_what_a_step_leaves_out(stage: Stage, tmp_path: Path) -> None:
    head = HEAD + "routine: {approve_by_manager: {by: max, values: {outcome: approve}}}\n"
    said = play(stage, tmp_path, "  - {complete: approve_by_manager}\n", head=head)
    assert any("马克" in line and "办结" in line for line in said)


def test_without_a_name_somebody_who_may_is_found(stage: Stage, tmp_path: Path) -> None:
    play(stage, tmp_path, "  - {complete: approve_by_manager, values: {outcome: approve}}\n")
    with stage.engine.read(SYSTEM) as uow:
        assert expectations.waiting(uow) == ["accept_handover"]


def test_a_task_that_is_not_there_is_refused_naming_what_is(stage: Stage, tmp_path: Path) -> None:
    said = refused(stage, tmp_path, "  - {complete: resolve_clash, by: hal}\n")
    assert "story.yaml 第 1 步" in said
    assert "resolve_clash" in said
    assert "approve_by_manager" in said


def test_somebody_nobody_knows_is_refused(stage: Stage, tmp_path: Path) -> None:
    assert "zoe" in refused(stage, tmp_path, "  - {complete: approve_by_manager, by: zoe}\n")
    with pytest.raises(CastingError, match="zoe"):
        casting.person(stage.engine, "zoe")


def test_who_may_not_act_is_refused_with_the_person_s_name(stage: Stage, tmp_path: Path) -> None:
    said = refused(
        stage,
        tmp_path,
        "  - {complete: approve_by_manager, by: bob, values: {outcome: approve}}\n",
    )
    assert "李博文" in said


def test_a_refusal_that_is_expected_is_told_and_nothing_changes(
    stage: Stage, tmp_path: Path
) -> None:
    said = play(
        stage,
        tmp_path,
        """
  - {complete: approve_by_manager, by: mia, refused: form-invalid}
  - {expect: {waiting: [approve_by_manager]}}
""",
    )
    assert any("米雅  被拒绝" in line for line in said)


def test_a_refusal_for_another_reason_is_not_the_one_expected(stage: Stage, tmp_path: Path) -> None:
    said = refused(
        stage, tmp_path, "  - {complete: approve_by_manager, by: mia, refused: not-approved}\n"
    )
    assert "应当以 not-approved 被拒绝，实为 form-invalid" in said


def test_an_act_that_should_have_been_refused_ends_the_rehearsal(
    stage: Stage, tmp_path: Path
) -> None:
    step = "{complete: approve_by_manager, by: mia, values: {outcome: approve}, refused: invalid}"
    assert "应当被拒绝" in refused(stage, tmp_path, f"  - {step}\n")


def test_wrong_values_are_said_with_their_place(stage: Stage, tmp_path: Path) -> None:
    step = "{complete: approve_by_manager, by: mia, values: {outcome: maybe}}"
    assert "/values/outcome" in refused(stage, tmp_path, f"  - {step}\n")


def test_the_clock_never_goes_back(stage: Stage, tmp_path: Path) -> None:
    assert "不能倒流" in refused(stage, tmp_path, "  - {wait_until: 2026-02-27}\n")


def test_what_is_missed_is_told_in_its_own_time_and_summed_up(stage: Stage, tmp_path: Path) -> None:
    said = play(
        stage,
        tmp_path,
        """
  - {wait_until: 2026-03-10}
  - {expect: {waiting: [approve_by_director], not_waiting: [approve_by_manager]}}
""",
    )
    assert any(line.startswith("2026-03-03") and "催办" in line for line in said)
    assert any("逾期：审批请假" in line for line in said)
    assert "其中逾期 1 个" in "".join(said)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("{state: completed}", "state 应为 completed，实为 active"),
        ("{waiting: [resolve_clash]}", "waiting 应为 resolve_clash，实为 approve_by_manager"),
        ("{waiting: [exactly]}", "waiting"),
        ("{not_waiting: [approve_by_manager]}", "not_waiting"),
        ("{incidents: 1}", "incidents 应为 1，实为 0"),
        ("{colour: red}", "不认识 colour"),
        ("{instances: [李四请假]}", "instances"),
    ],
)
def test_an_expectation_that_is_not_met_says_what_is(
    stage: Stage, tmp_path: Path, wanted: str, said: str
) -> None:
    found = refused(stage, tmp_path, f"  - {{expect: {wanted}}}\n")
    assert "story.yaml 第 1 步" in found
    assert said in found


def test_an_expectation_of_another_instance_is_found_by_its_title(
    stage: Stage, tmp_path: Path
) -> None:
    play(stage, tmp_path, "  - {expect: {instances: [请假：王安]}, of: 王安}\n")
    assert "没有标题含" in refused(stage, tmp_path, "  - {expect: {state: active}, of: 复核}\n")


def test_a_family_that_is_not_there_is_refused_naming_what_is(stage: Stage, tmp_path: Path) -> None:
    head = HEAD.replace("family: leave_request", "family: holiday")
    assert "holiday" in refused(stage, tmp_path, "", head=head)


def test_a_beginning_that_does_not_fit_its_form_is_said(stage: Stage, tmp_path: Path) -> None:
    assert "/values/ends_on" in refused(
        stage, tmp_path, "", head=HEAD.replace("2026-03-18", "2026-03-10")
    )
    assert "没有选项" in refused(stage, tmp_path, "", head=HEAD.replace("@博文", "@张三"))


@pytest.mark.parametrize(
    ("wanted", "actual", "is_met"),
    [
        (["a", "c"], ["a", "b", "c"], True),
        (["c", "a"], ["a", "b", "c"], False),
        (["exactly", "a"], ["a"], True),
        (["exactly", "a"], ["a", "b"], False),
        (["notice"], ["notice 〔2026〕1号"], True),
        ({"x": 1}, {"x": 1, "y": 2}, True),
        ({"x": [2]}, {"x": [1, 2]}, True),
        ({"z": 1}, {"x": 1}, False),
        (1, 1, True),
        ([], ["a"], True),
    ],
)
def test_lists_are_met_in_order_and_groups_by_what_they_name(
    wanted: Any, actual: Any, is_met: bool
) -> None:
    assert expectations._meets("rows", wanted, actual) is is_met
