"""The page and its files, the readable document, and the headers of everything."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from api.headers import CONTENT_SECURITY_POLICY
from tests.api.browser import problem
from tests.api.conftest import World


@pytest.fixture
def site(build_world: Callable[..., World], tmp_path: Path) -> World:
    """A world with a built page."""
    root = tmp_path / "dist"
    (root / "assets").mkdir(parents=True)
    (root / "index.html").write_text("<!doctype html><title>督导</title>")
    (root / "favicon.svg").write_text("<svg/>")
    (root / "assets" / "index-a1b2c3.js").write_text("let a = 1;\n" * 500)
    (tmp_path / "secret.txt").write_text("secret")
    return build_world(static_dir=root)


@pytest.mark.parametrize("path", ["/", "/tasks", "/cases/0123/timeline", "/index.html"])
def test_the_page_is_given_for_every_address_of_its_router(site: World, path: str) -> None:
    answer = site.visit(path)
    assert answer.status_code == 200
    assert "督导" in answer.get_data(as_text=True)
    assert answer.content_type == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["ETag"]


def test_an_asset_is_kept_for_ever_and_sent_compressed_to_who_takes_it(site: World) -> None:
    plain = site.visit("/assets/index-a1b2c3.js")
    assert "immutable" in plain.headers["Cache-Control"]
    packed = site.visit("/assets/index-a1b2c3.js", {"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) < len(plain.data) / 5


@pytest.mark.parametrize(
    "path", ["/assets/index-old.js", "/logo.png", "/assets/", "/robots.txt", "/assets/../x.js"]
)
def test_a_missing_file_is_a_404_not_the_page(site: World, path: str) -> None:
    problem(site.visit(path), 404, "no-such-address")


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "/.//secret.txt"],
)
def test_nothing_outside_the_build_is_given(site: World, path: str) -> None:
    answer = site.visit(path)
    assert b"secret" not in answer.data or answer.status_code == 404


def test_without_a_build_the_api_still_answers(world: World) -> None:
    problem(world.visit("/"), 404, "no-such-address")
    assert world.browser().get("/health").json["status"] == "ok"


@pytest.mark.parametrize("path", ["/", "/api/docs", "/api/v1/health", "/api/v1/tasks", "/x.js"])
def test_every_answer_carries_the_strict_headers(site: World, path: str) -> None:
    headers = site.visit(path).headers
    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Permissions-Policy"]
    if path.startswith("/api/v1"):
        assert headers["Cache-Control"] == "no-store"


class _Links(HTMLParser):
    """What a page refers to, and the anchors that it has."""

    def __init__(self) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.anchors: set[str] = set()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in {"href", "src"} and value:
                self.links.add(value)
            if name == "id" and value:
                self.anchors.add(value)


def test_the_readable_page_has_every_address_and_asks_nobody_else_for_anything(
    world: World,
) -> None:
    page = _Links()
    text = world.visit("/api/docs").get_data(as_text=True)
    page.feed(text)
    assert "script" not in page.tags
    assert not [link for link in page.links if "//" in link]
    inside = {link[1:] for link in page.links if link.startswith("#")}
    assert inside <= page.anchors
    document = world.visit("/api/v1/openapi.json").json
    for path in document["paths"]:
        assert path in text
    for name in document["components"]["schemas"]:
        assert f"schema-{name}" in page.anchors
    for error in ("not-found", "invalid", "stale"):
        assert f"problem-{error}" in page.anchors
    assert world.visit("/api").headers["Location"] == "/api/docs"


def test_the_document_is_openapi_3_1_and_says_what_each_address_needs(world: World) -> None:
    document = world.visit("/api/v1/openapi.json").json
    assert document["openapi"].startswith("3.1")
    operations = [
        operation
        for path in document["paths"].values()
        for method, operation in path.items()
        if method != "parameters"
    ]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    assert all(
        operation["summary"] and "default" in operation["responses"] for operation in operations
    )
    public = {o["operationId"] for o in operations if o["security"] == []}
    assert public == {
        "health_get",
        "session_sign_in",
        "session_recover",
        "session_activate",
        "federation_get_provider",
        "federation_depart",
        "federation_come_back",
        "federation_finish",
        "federation_log_out",
    }
