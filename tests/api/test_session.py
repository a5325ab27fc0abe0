"""Signing in and out, and what proves who sends a request."""

from __future__ import annotations

from tests.api.conftest import World


def test_signing_in_tells_who_i_am_and_sets_a_guarded_cookie(world: World) -> None:
    window = world.browser()
    answer = window.sign_in("ada")
    assert answer.status_code == 200
    assert answer.json["user"]["username"] == "ada"
    assert answer.json["posts"] == [
        {
            "group": "staff",
            "group_name": "经办",
            "organisation": {"id": world.office_id, "name": "督导办"},
            "title": "staff",
        }
    ]
    assert answer.json["acts"] == ["start"]
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert window.get("/session").json["user"]["username"] == "ada"
