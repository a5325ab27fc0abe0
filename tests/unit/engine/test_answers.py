"""What a story writes into forms: labels, expressions, rows of the case, files."""

from __future__ import annotations

import io
from typing import Any, cast

import pytest

from engine.actor import Actor, PostRef
from engine.filing import media
from engine.rehearsing import answers
from engine.rehearsing.answers import AnswerError
from engine.unit_of_work import UnitOfWork
from tests.conftest import START


class Desk:
    """As much of a unit of work as expressions ask for: who, and when."""

    actor = Actor(
        user_id="1", name="陶然", posts=(PostRef(group="g", organisation_id="o", title="经办人"),)
    )
    now = START


CONTEXT = {
    "unit_options": [{"value": "u1", "label": "第一中学"}, {"value": "u2", "label": "第一小学"}],
    "problem_options": [{"value": "p1", "label": "1. 班额"}, {"value": "p2", "label": "2. 图书"}],
    "problems": [{"problem_id": "p1", "limit": "B"}, {"problem_id": "p2", "limit": "B"}],
    "due_on": "2026-04-01",
}


def resolve(value: Any, key: str = "") -> Any:
    return answers.resolve(cast(UnitOfWork, Desk()), value, CONTEXT, key=key)


def test_an_option_is_found_by_its_label_or_by_a_part_of_it() -> None:
    assert resolve("@第一小学") == "u2"
    assert resolve(["@班额", "@图书"]) == ["p1", "p2"]
    assert resolve({"a": {"b": "@中学"}}) == {"a": {"b": "u1"}}


def test_a_label_that_nobody_or_more_than_one_has_is_refused_naming_what_there_is() -> None:
    with pytest.raises(AnswerError, match="第一小学"):
        resolve("@第二小学")
    with pytest.raises(AnswerError, match="不止一个"):
        resolve("@第一")


def test_an_expression_sees_the_form_the_day_and_the_person() -> None:
    assert resolve("= today()") == "2026-03-02"
    assert resolve("= me.name + me.title") == "陶然经办人"
    assert resolve('= date(due_on) + duration("P1D")') == "2026-04-02"
    assert resolve("=没有空格就是文字") == "=没有空格就是文字"
    with pytest.raises(AnswerError, match="不能运算"):
        resolve("= today(")


def test_rows_of_the_case_are_filled_in_one_by_one() -> None:
    found = resolve(
        {"problems": {"each": {"route": "rectify"}, "but": {"图书": {"route": "both"}}}}
    )
    assert found == {
        "problems": [
            {"problem_id": "p1", "limit": "B", "route": "rectify"},
            {"problem_id": "p2", "limit": "B", "route": "both"},
        ]
    }


def test_rows_that_the_case_has_not_are_refused() -> None:
    with pytest.raises(AnswerError, match="宿舍"):
        resolve({"problems": {"each": {}, "but": {"宿舍": {}}}})
    with pytest.raises(AnswerError, match="measures"):
        resolve({"measures": {"each": {}}})


def test_what_a_step_says_comes_before_what_is_usual() -> None:
    usual = {"outcome": "approved", "clue": {"text": "a", "trigger": "b"}, "rows": [1, 2]}
    own = {"clue": {"text": "c"}, "rows": [3]}
    assert answers.merged(usual, own) == {
        "outcome": "approved",
        "clue": {"text": "c", "trigger": "b"},
        "rows": [3],
    }


def test_a_small_file_is_a_real_pdf() -> None:
    content = answers.small_pdf("约谈记录.pdf")
    assert media.identify(io.BytesIO(content), "约谈记录.pdf") == "application/pdf"
    start = int(content.rsplit(b"startxref\n", 1)[1].split()[0])
    assert content[start:].startswith(b"xref")
