"""The shipped stories go through, and hold from outside what the law and the office demand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ops import stories as reader
from tests.process.stories import FOLDER, Played, check_from_outside, play

#: Who looks on for the supervised unit of each story.
UNITS = {
    "private_school": ["private_head", "private_contact"],
}


@pytest.fixture
def played(
    request: pytest.FixtureRequest, sample_template: Path, tmp_path: Path
) -> Iterator[Played]:
    """The story of the test's parameter, played, and checked for what holds of all stories."""
    found = play(request.param, sample_template, tmp_path, unit=UNITS[request.param])
    check_from_outside(found)
    yield found
    found.stage.engine.database.dispose()


def test_every_shipped_story_is_played_here_and_names_its_source() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(UNITS)
    for path in FOLDER.glob("*.yaml"):
        story = reader.read(path)
        assert len(story.source) > 20, path.name
        assert len(story.fiction) > 20, path.name


@pytest.mark.parametrize("played", ["private_school"], indirect=True)
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
        "inspection_notice",
        "preliminary_opinion",
        "opinion_letter",
        "supervision_report",
        "rectification_order",
        "supervision_notice",
        "supervision_notice",
        "rectify_interview_notice",
        "rectify_circular",
        "supervision_notice",
        "handling_proposal",
        "result_letter",
    ]
    assert ("supervision_notice", "津青禾教督督〔2027〕1号") in played.numbered()
    assert "licence_proposal answered" in facts["measures"]
