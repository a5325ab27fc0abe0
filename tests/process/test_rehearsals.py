"""The shipped stories go through, and hold from outside what the law and the office demand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ops import stories as reader
from tests.process.stories import (
    FOLDER,
    Played,
    Prepared,
    check_from_outside,
    play,
    prepare,
    reads,
    rest,
)

#: Who looks on for the supervised unit of each story.
UNITS = {
    "private_school": ["private_head", "private_contact"],
    "teacher_pay": ["county_mayor"],
    "closed_without_problems": ["county_mayor"],
    "chair_asks_for_facts": ["county_finance"],
    "extra_classes": ["school_head", "school_contact"],
    "appeal_succeeds": ["school_head"],
    "appeal_fails": ["school_head"],
    "appeal_too_late": ["school_head"],
}

#: Tasks that may come with their deadline past, with the reason.
BORN_LATE: dict[str, str] = {}

#: Up to the day on which the first decision of a case is received.
INSPECTED = [
    "inspection_notice",
    "preliminary_opinion",
    "opinion_letter",
    "supervision_report",
    "rectification_order",
]


def shown(name: str) -> Any:
    """A story as a parameter: all its tests in one process, and those that go on from it."""
    group = "extra_classes" if name.startswith("appeal") else name
    return pytest.param(name, id=name, marks=pytest.mark.xdist_group(f"story-{group}"))


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """What every story begins with."""
    return prepare(tmp_path_factory.mktemp("rehearsal"))


@pytest.fixture(scope="session")
def theatre(
    prepared: Prepared, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Played]]:
    """Plays a story by name, once for all tests; those about remedies go on from another one."""
    shown: dict[str, Played] = {}

    def show(name: str) -> Played:
        if name not in shown:
            before = rest(show("extra_classes")) if name.startswith("appeal") else prepared
            folder = tmp_path_factory.mktemp(name)
            shown[name] = play(name, before, folder, unit=UNITS[name])
        return shown[name]

    yield show
    for played in shown.values():
        played.stage.engine.database.dispose()


@pytest.fixture
def played(request: pytest.FixtureRequest, theatre: Callable[[str], Played]) -> Played:
    """The story of the test's parameter, played, and checked for what holds of all stories."""
    found = theatre(request.param)
    check_from_outside(found)
    return found


def place(played: Played, text: str) -> int:
    """Where this was told first."""
    return next(number for number, line in enumerate(played.told) if text in line)


def test_every_shipped_story_is_played_here_and_names_its_source() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(UNITS)
    for path in FOLDER.glob("*.yaml"):
        story = reader.read(path)
        assert len(story.source) > 20, path.name
        assert len(story.fiction) > 10, path.name
        assert story.starts.year == 2026, path.name


@pytest.mark.parametrize("played", [shown(name) for name in UNITS], indirect=True)
def test_no_task_is_due_before_it_is_there(played: Played) -> None:
    late = [birth for birth in played.born_late if birth.element_id not in BORN_LATE]
    assert late == []


@pytest.mark.parametrize("played", [shown("private_school")], indirect=True)
def test_a_private_school_is_pressed_three_times_and_its_licence_left_to_the_organ(
    played: Played,
) -> None:
    facts = played.facts()
    assert (facts["stage"], facts["state"]) == ("archived", "completed")
    assert facts["accountability"] == []
    assert facts["missed"] == [
        "rectify.classC",
        "rectify.problem_report",
        "publish.unit",
        "supervision_notice.receipt",
    ]
    assert facts["late"] == []
    assert played.issued() == [
        *INSPECTED,
        "supervision_notice",
        "supervision_notice",
        "rectify_interview_notice",
        "rectify_circular",
        "supervision_notice",
        "handling_proposal",
        "result_letter",
    ]
    assert ("supervision_notice", "津青禾教督督〔2027〕1号") in played.numbered()
    left = [line for line in played.told if "）留置送达督办单" in line]
    assert len(left) == 1, "who did not sign is not said to have signed"
    assert "licence_proposal answered" in facts["measures"]
    assert reads(played, "county_edu") <= {"superior", "public"}  # superior and approval organ
    assert reads(played, "county_party") <= {"superior", "public"}
    assert reads(played, "school_head") <= {"public"}  # another school


@pytest.mark.parametrize("played", [shown("teacher_pay")], indirect=True)
def test_a_county_that_owes_its_teachers_is_held_accountable_with_its_responsible_persons(
    played: Played,
) -> None:
    facts = played.facts()
    assert (facts["stage"], facts["state"]) == ("archived", "completed")
    assert facts["accountability"] == ["archived"]
    assert facts["consultations"] == ["agree", "comment", "none"]
    assert facts["remedies"] == []
    assert played.issued() == [
        "preliminary_opinion",
        "opinion_letter",
        "transfer_letter",
        "supervision_report",
        "rectification_order",
        "supervision_notice",
        "rectify_interview_notice",
        "supervision_notice",
        "rectify_circular",
        "resource_letter",
        "supervision_notice",
        "criticism_notice",
        "group_notice",
        "accountability_notice",
        "accountability_decision",
        "accountability_circular",
        "measure_proposal",
        "measure_proposal",
        "measure_proposal",
        "written_review_order",
        "result_letter",
    ]
    assert ("accountability_decision", "津教督问〔2027〕2号") in played.numbered()
    assert facts["missed"] == [
        "defence.preliminary",
        "plan.endorse",
        "resource.reply",
        "account.consult",
        "review.apply",
    ]
    assert {"plan.submit", "rectify.classB"} <= set(facts["late"])
    assert "filing.upward" not in facts["late"]
    handed_over = place(played, "天津市财政局对移交的线索出具回执")
    assert place(played, "进入“整改中”") < handed_over  # a transfer stops nothing
    assert place(played, "报送督导报告备案") < place(played, "天津市人民政府签收督导报告")
    assert facts["measures"].count("organisational_handling answered") == 3
    assert facts["publications"] == ["society"] * 4
    assert reads(played, "city_finance") <= {"public"}  # asked, and sent a proposal
    assert reads(played, "city_hr") <= {"public"}  # asked, and silent
    assert reads(played, "city_inspector4") == set()  # recused
    assert "internal" in reads(played, "city_chair")


@pytest.mark.parametrize("played", [shown("closed_without_problems")], indirect=True)
def test_a_matter_without_problems_still_owes_report_filing_and_publication(
    played: Played,
) -> None:
    facts = played.facts()
    assert (facts["stage"], facts["state"]) == ("archived", "completed")
    assert facts["problems"] == facts["measures"] == facts["lapses"] == []
    assert facts["missed"] == facts["late"] == []
    assert played.issued() == [
        "inspection_notice",
        "preliminary_opinion",
        "opinion_letter",
        "supervision_report",
        "result_letter",
    ]
    assert facts["publications"] == ["society"]


@pytest.mark.parametrize("played", [shown("chair_asks_for_facts")], indirect=True)
def test_a_chair_who_asks_for_more_facts_gets_them_before_there_is_a_decision(
    played: Played,
) -> None:
    facts = played.facts()
    assert (facts["stage"], facts["accountability"]) == ("archived", ["archived"])
    assert "account.group" in facts["late"]
    assert any("逾期成立工作组的理由：同意" in line for line in played.told)
    assert played.issued() == [
        *INSPECTED,
        "group_notice",
        "accountability_notice",
        "accountability_notice",
        "accountability_decision",
        "accountability_interview_notice",
        "measure_proposal",
        "result_letter",
    ]
    assert facts["measures"] == ["accountability_interview done", "discipline unanswered"]


@pytest.mark.parametrize("played", [shown("extra_classes")], indirect=True)
def test_a_decision_is_carried_out_while_its_remedies_are_open(played: Played) -> None:
    facts = played.facts()
    assert facts["waiting"] == ["seek_remedy"]
    assert facts["missed"] == ["self_eval.submit", "defence.preliminary", "account.defence"]
    assert facts["measures"] == [
        "accountability_circular done",
        "personal_criticism done",
        "resource_adjustment answered",
    ]


@pytest.mark.parametrize("played", [shown("appeal_succeeds")], indirect=True)
def test_an_appeal_that_succeeds_takes_everything_of_the_decision_back(played: Played) -> None:
    facts = played.facts()
    assert (facts["stage"], facts["accountability"]) == ("archived", ["revoked"])
    assert {row.split()[-1] for row in facts["measures"]} == {"withdrawn"}
    numbers = dict(played.numbered())
    assert numbers["review_decision"] == "津青禾教督复〔2026〕1号"
    assert numbers["appeal_decision"] == "津教督复〔2026〕1号"  # the number of the Office above
    assert played.issued()[-4:] == [
        "review_decision",
        "result_letter",
        "appeal_decision",
        "correction",
    ]
    remedy = played.facts("复核")
    assert (remedy["state"], remedy["missed"], remedy["late"]) == ("completed", [], [])


@pytest.mark.parametrize("played", [shown("appeal_fails")], indirect=True)
def test_an_appeal_that_fails_leaves_the_decision_as_it_was(played: Played) -> None:
    facts = played.facts()
    assert (facts["stage"], facts["accountability"]) == ("archived", ["archived"])
    assert facts["remedies"] == ["appeal decided upheld"]
    assert played.facts("申诉")["late"] == ["appeal.decide"]
    assert "correction" not in played.issued()


@pytest.mark.parametrize("played", [shown("appeal_too_late")], indirect=True)
def test_an_appeal_that_comes_too_late_leaves_only_the_review(played: Played) -> None:
    facts = played.facts()
    assert (facts["stage"], facts["accountability"]) == ("archived", ["archived"])
    assert facts["remedies"] == ["review decided upheld"]
    assert played.facts("复核")["missed"] == ["appeal.after_review"]
    refused = [line for line in played.told if "被拒绝" in line]
    assert any("2026-07-07" in line and "2026-07-22" in line for line in refused), refused
