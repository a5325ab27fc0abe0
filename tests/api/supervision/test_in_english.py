"""What the server says by itself of a case in rectification, asked in English: no Chinese but names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api import language
from engine.tables import Instance
from tests.api.supervision.conftest import Desk
from tests.api.supervision.test_dashboard import played

__all__ = ["played"]

API = Path(__file__).resolve().parents[3] / "api"
CHINESE = re.compile("[\u3400-\u9fff]")
#: What is quoted, laws with their articles, and numbers of papers stay as they are.
KEPT = re.compile(
    r"“[^”]*”|《[^》]*》(?:第[^条]{1,5}条)?|\S*〔\d{4}〕\d+号"
    r"|(?<=sets a period )\([^)]*\)|\bBy [^;]*\.$"
)
#: Also those of people and places; a source names laws and plans in their own words.
OPEN = {"name", "title", "label", "source"}

ADDRESSES = (
    "/instances/{id}",
    "/instances/{id}/events",
    "/instances/{id}/outlook",
    "/tasks?tab=mine",
    "/tasks?tab=claimable",
    "/tasks?tab=done",
    "/deadlines?state=all",
    "/supervision/cases",
    "/supervision/problems",
    "/supervision/dashboard",
    "/supervision/obligations",
    "/parameters?family=supervision",
    "/notifications",
    "/session",
    "/roles",
)


def keys() -> set[str]:
    """Names of the fields that hold a sentence of the program."""
    code = "\n".join(path.read_text("utf-8") for path in API.rglob("*.py"))
    return set(re.findall(r"^    (\w+) = (?:Sentence|Name)\(", code, re.MULTILINE)) - OPEN


def said(found: Any, wanted: set[str]) -> Iterator[tuple[str, str]]:
    """(key, text) of what is said, anywhere in an answer."""
    if isinstance(found, dict):
        for key, value in found.items():
            if key in wanted and isinstance(value, str):
                yield key, value
            yield from said(value, wanted)
    elif isinstance(found, list):
        for one in found:
            yield from said(one, wanted)


def texts(found: Any) -> Iterator[str]:
    """Every string of an answer."""
    if isinstance(found, str):
        yield found
    for one in (
        found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
    ):
        yield from texts(one)


@pytest.mark.parametrize("username", ["county_staff1", "county_head", "school_contact"])
def test_nothing_that_the_program_says_is_chinese(played: Desk, username: str) -> None:
    window = played.browser(username)
    english = {"Accept-Language": "en"}
    with played.office.engine.read(played.office.actor("county_staff1")) as uow:
        case = uow.session.query(Instance.id).order_by(Instance.started_at).first()
    assert case is not None
    wanted, names, found = keys(), set[str](), []
    for address in ADDRESSES:
        path, _, query = address.format(id=case[0]).partition("?")
        asked = dict(pair.split("=") for pair in query.split("&") if pair)
        answer = window.send("GET", path, headers=english, query_string=asked)
        if answer.status_code != 200:
            assert answer.status_code in {403, 404}, (path, answer.json)
            found.append((path, "detail", answer.json["detail"]))
            continue
        here = list(said(answer.json, wanted))
        found += [(path, key, text) for key, text in here]
        names |= set(texts(answer.json)) - {text for _, text in here}
    longest_first = sorted((name for name in names if CHINESE.search(name)), key=len, reverse=True)
    left = {one for one in found if CHINESE.search(_without(one[2], longest_first))}
    assert "\n".join(sorted(f"{one}" for one in left)) == ""


def test_a_task_and_its_form_are_named_in_english(played: Desk) -> None:
    window = played.browser("school_contact")
    english = {"Accept-Language": "en"}
    listed = window.send("GET", "/tasks", headers=english, query_string={"tab": "claimable"})
    asked = listed.json["items"][0]
    task = window.send("GET", f"/tasks/{asked['id']}", headers=english).json
    words = list(said(task["form"]["schema"], set(language.WORDS)))
    assert len(words) > 3
    assert [text for _, text in words if CHINESE.search(KEPT.sub("", text))] == []
    assert not CHINESE.search(task["name"] + asked["name"] + task["deadline"]["name"])


def _without(text: str, names: list[str]) -> str:
    rest = KEPT.sub("", text)
    for name in names:
        rest = rest.replace(name, "")
    return rest
