"""The table of problems, the classes that it covers, and the paragraphs about them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api import problems
from api.app import ApiSettings, create_app
from api.problems import KINDS
from engine.clock import ManualClock
from engine.database import Database
from engine.engine import Engine
from engine.errors import EngineError, ProcessFault
from tests.api.browser import problem
from tests.api.conftest import World
from tests.conftest import START

ROOT = Path(__file__).parents[2]
HEADING = re.compile(r"^## ([a-z-]+) · (\d{3}) · `(\w+)`$", re.MULTILINE)


def _subclasses(base: type[EngineError]) -> Iterator[type[EngineError]]:
    for found in base.__subclasses__():
        yield found
        yield from _subclasses(found)


def test_every_row_has_its_paragraph_and_every_paragraph_its_row() -> None:
    text = (ROOT / "docs" / "errors.md").read_text()
    paragraphs = {(code, int(status), name) for code, status, name in HEADING.findall(text)}
    rows = {(cls.default_code, kind.status, cls.__name__) for cls, kind in KINDS.items()}
    assert paragraphs == rows
    statuses = [int(status) for _, status, _ in HEADING.findall(text)]
    assert statuses == sorted(statuses)


def test_every_error_class_has_a_row_or_a_listed_base() -> None:
    uncovered = {cls.__name__ for cls in _subclasses(EngineError) if problems.kind_of(cls) is None}
    assert uncovered == {ProcessFault.__name__}


def test_the_titles_stand_in_both_languages_and_the_classes_say_what_they_mean() -> None:
    for cls, kind in KINDS.items():
        assert kind.zh
        assert not kind.zh.isascii()
        assert kind.en.isascii()
        assert cls.__doc__


def test_every_code_is_a_slug() -> None:
    """All `code="…"` given where an error is made, in every layer."""
    codes = set()
    for folder in ("engine", "supervision", "processes", "api"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            codes |= set(_codes(ast.parse(path.read_text())))
    assert len(codes) > 30
    assert {code for code in codes if not re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", code)} == set()


def _codes(tree: ast.AST) -> Iterator[str]:
    names = {cls.__name__ for cls in _subclasses(EngineError)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) in names:
            for keyword in node.keywords:
                if keyword.arg == "code" and isinstance(keyword.value, ast.Constant):
                    yield str(keyword.value.value)


def test_an_address_that_is_none_and_a_method_that_it_has_not(world: World) -> None:
    ada = world.browser("ada")
    for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
        problem(ada.send(method, "/nothing"), 404, "no-such-address")
    answer = ada.send("DELETE", "/tasks")
    problem(answer, 405, "method-not-allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    problem(ada.send("TRACE", "/tasks"), 405, "method-not-allowed")


def test_titles_follow_the_readers_language(world: World) -> None:
    window = world.browser()
    for asked, title in (
        ("", "尚未登录"),
        ("en", "Not signed in"),
        ("en-GB,en;q=0.9,zh;q=0.8", "Not signed in"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "尚未登录"),
        ("fr", "尚未登录"),
        ("xx;;q=rubbish", "尚未登录"),
    ):
        answer = window.send("GET", "/tasks", headers={"Accept-Language": asked})
        body = problem(answer, 401, "unauthenticated")
        assert body["title"] == title, asked
        assert body["type"] == "/api/docs#problem-unauthenticated"


def test_a_bug_is_logged_under_a_number_and_not_shown(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> str:
        raise RuntimeError("the password is swordfish")

    world.app.add_url_rule("/api/v1/broken", view_func=broken)
    answer = world.browser("ada").get("/broken")
    body = problem(answer, 500, "internal-error")
    assert "swordfish" not in answer.get_data(as_text=True)
    number = re.search(r"编号 ([0-9a-f]{12})", body["detail"])
    assert number is not None
    logged = [record for record in caplog.records if number[1] in record.getMessage()]
    assert len(logged) == 1
    assert "swordfish" in str(logged[0].exc_info)


def test_a_database_that_is_away_is_a_503_that_says_when_to_come_back(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.db'}")
    app = create_app(Engine(database, ManualClock(START)), ApiSettings())
    answer = app.test_client().get("/api/v1/health")
    problem(answer, 503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    database.dispose()
