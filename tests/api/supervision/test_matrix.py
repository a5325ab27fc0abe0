"""Every role × every endpoint × every relation to a case, each cell tried (tests/api/supervision/matrix)."""

from __future__ import annotations

import csv
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from engine.administration.duties import ADMINISTRATORS
from processes.supervision.package import PACKAGE
from tests.api.supervision.matrix.playthrough import Record, play
from tests.api.supervision.matrix.world import STAND_INS, Staged, stage
from tests.process.conftest import Template, sample_template

__all__ = ["sample_template"]

#: One worker plays the world for all of them.
pytestmark = pytest.mark.xdist_group("matrix")

FOLDER = Path(__file__).parent / "matrix"
API = "/api/v1"

#: Never done for another: one's account, acts of two people, entrusting, what administrators see to.
IN_PERSON = (
    "GET /session", "DELETE /session", "POST /session/oidc/sign-out", "* /account/*", "* /tokens*",
    "* /proposals*", "POST /deadlines/*/corrections", "POST /delegations*",
    "GET /ladders*", "GET /calendars/*/years*", "GET /deadline-rules*", "GET /parameters*",
    "GET /organisations/<*", "GET /jobs", "GET /incidents", "* /model-drafts*", "GET /modelling/*",
)  # fmt: skip
#: The absent person has it by now, for they were tried before: it is theirs, whoever enters it.
THEIRS_ALREADY = ("POST /phrases", "POST /saved-filters")
#: An upload that is bound to nothing is the uploader's account's.
OF_THE_ACCOUNT = "file unbound"


@dataclass(frozen=True)
class Table:
    """cells.csv as it is read."""

    people: list[str]
    standing: list[str]
    words: Mapping[tuple[tuple[str, str, str], str], str]

    @property
    def rows(self) -> set[tuple[str, str, str]]:
        return {key for key, _ in self.words}


def table() -> Table:
    with (FOLDER / "cells.csv").open(encoding="utf-8", newline="") as file:
        head, standing, *lines = csv.reader(file)
    people = head[3:]
    words = {}
    for method, address, subject, *cells in lines:
        assert len(cells) == len(people), (method, address, subject)
        for person, word in zip(people, cells, strict=True):
            words[(method, API + address, subject), person] = word
    return Table(people=people, standing=standing[3:], words=words)


TABLE = table()


@dataclass
class Played:
    staged: Staged
    record: Record


@pytest.fixture(scope="module")
def played(sample_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """The whole matrix, tried once. With DUDAO_MATRIX=<file> the answers are written there, too."""
    staged = stage(sample_template, tmp_path_factory.mktemp("matrix"))
    record = play(staged, [*TABLE.people, *STAND_INS])
    if "DUDAO_MATRIX" in os.environ:
        _write(Path(os.environ["DUDAO_MATRIX"]), record)
    yield Played(staged=staged, record=record)
    staged.engine.database.dispose()


def test_every_endpoint_is_tried_and_every_attempt_has_a_row(played: Played) -> None:
    endpoints = {
        (method, rule.rule)
        for rule in played.staged.app.url_map.iter_rules()
        if rule.rule.startswith(API)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    tried = {key for key, _ in played.record.words}
    assert endpoints - {key[:2] for key in tried} == set(), "no attempt in matrix/attempts.py"
    assert tried - TABLE.rows == set(), "no row in matrix/cells.csv"
    stale = {key for key in TABLE.rows - tried if key[:2] in endpoints}
    assert stale == set(), "rows of matrix/cells.csv that nobody tries"


def test_every_role_and_every_administrator_is_somebody_of_the_matrix(played: Played) -> None:
    held = {
        group
        for person in TABLE.people
        if person != "signed_out"
        for group in played.staged.actor(person).groups
    }
    assert held >= set(PACKAGE.manifest.roles) | ADMINISTRATORS
    assert all(TABLE.standing)
    assert len(TABLE.people) == len(set(TABLE.people))


def test_each_cell_is_answered_as_the_table_says(played: Played) -> None:
    wrong = [
        f"{' '.join(key)} as {person}: {word}, not {TABLE.words[key, person]}"
        for (key, person), word in played.record.words.items()
        if TABLE.words.get((key, person), word) != word
    ]
    assert wrong == []


def test_a_guessed_number_is_answered_like_one_that_nobody_has(played: Played) -> None:
    assert played.record.telling == []


def test_what_is_refused_has_changed_nothing(played: Played) -> None:
    assert played.record.changing == []


def test_nobody_is_given_anything_of_what_they_may_not_read(played: Played) -> None:
    allowed = tomllib.loads((FOLDER / "sight.toml").read_text(encoding="utf-8"))
    leaks = [
        f"{person} is given `{what}` by {where}"
        for person, seen in played.record.seen.items()
        for what, where in seen.items()
        if not any(fnmatchcase(what, pattern) for pattern in allowed.get(_column(person), ()))
    ]
    assert leaks == []


def test_a_stand_in_is_answered_like_the_absent_person_and_who_keeps_out_like_one_who_does(
    played: Played,
) -> None:
    wrong = [
        f"{' '.join(key)} as {person}: {word}, not {TABLE.words[key, _column(person)]}"
        for (key, person), word in played.record.words.items()
        if person in STAND_INS and not _is_of_stand_in(key, person, word)
    ]
    assert wrong == []
    kept_out, entrusted = (
        played.record.seen[name] for name in ("recused_stand_in", "handler_stand_in")
    )
    assert [what for what in entrusted if " internal " in what]
    assert [what for what in kept_out if " internal " in what] == []


def test_before_it_is_told_a_unit_is_given_nothing_by_any_road(played: Played) -> None:
    for person in ("private_head", "other_staff", "no_post", "former_staff", "signed_out"):
        assert played.record.seen.get(person, {}) == {}, person


def test_a_unit_that_was_told_is_given_nothing_of_how_it_is_deliberated(played: Played) -> None:
    seen = played.record.seen["school_head"]
    assert seen, "the school reads what was served"
    told = {what.removeprefix("main text ") for what in seen if what.startswith("main text ")}
    assert told.isdisjoint(
        {"form_working_group", "reply_consultation", "deliberate", "approve_accountability"}
        | {"triage_clues", "decide_start", "submit_opinion", "decide_appeal"}
    )
    assert not {what for what in seen if " clue " in what or " consultation " in what}
    assert not {what for what in seen if " internal " in what}


def test_the_marks_are_there_to_be_found_by_whoever_reads_the_case(played: Played) -> None:
    """Otherwise the tests above would find nothing because there is nothing."""
    seen = played.record.seen["county_staff1"]
    told = {what.removeprefix("main text ") for what in seen if what.startswith("main text ")}
    assert told >= {"form_working_group", "draft_accountability_opinion", "reply_consultation"}
    assert "quiet text title" in seen
    assert "appeal text decide_appeal" in played.record.seen["city_staff1"]


def _column(person: str) -> str:
    """Whose column and whose sight are theirs."""
    return STAND_INS[person][1] if person in STAND_INS else person


def _is_of_stand_in(key: tuple[str, str, str], person: str, word: str) -> bool:
    """Whether this is what the stand-in must be answered."""
    method, rule, subject = key
    own = TABLE.words.get((key, _column(person)), word)
    asked = f"{method} {rule.removeprefix(API)}"
    if any(fnmatchcase(asked, pattern) for pattern in IN_PERSON):
        return word == "403" or (word == own and own.startswith("4"))
    if asked in THEIRS_ALREADY:
        return word == "409"
    return word == ("404" if subject == OF_THE_ACCOUNT else own)


def _write(path: Path, record: Record) -> None:
    """The answers in the form of the table, for who adds an endpoint; reading them is the work."""
    rows: dict[tuple[str, str, str], dict[str, str]] = {}
    for (key, person), word in record.words.items():
        rows.setdefault(key, {})[person] = word
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["method", "address", "subject", *TABLE.people])
        writer.writerow(["", "", "", *TABLE.standing])
        for (method, rule, subject), words in rows.items():
            cells = [words[person] for person in TABLE.people]
            writer.writerow([method, rule.removeprefix(API), subject, *cells])
