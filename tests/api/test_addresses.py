"""Addresses are built by the name of their entry, the first time and every time after."""

from __future__ import annotations

from flask import url_for
from werkzeug.routing import Rule

from api.converters import Address
from tests.api.conftest import World

A_ROW = "0123456789abcdef0123456789abcdef"


def test_an_address_is_built_as_the_library_builds_it(world: World) -> None:
    parts = {"task_id": A_ROW, "page": 2}
    with world.app.test_request_context():
        rule = next(r for r in world.app.url_map.iter_rules() if r.arguments == {"task_id"})
        assert isinstance(rule, Address)
        plain = Rule(rule.rule, endpoint=rule.endpoint, methods=rule.methods)
        plain.bind(world.app.url_map)
        for _ in range(2):
            assert rule.build(parts) == plain.build(parts)
            assert rule.build(parts, append_unknown=False) == plain.build(parts, False)


def test_an_address_without_parts_is_built(world: World) -> None:
    with world.app.test_request_context():
        assert url_for("docs").startswith("/api/")
