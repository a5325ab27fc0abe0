"""Signing in and out, and what proves who sends a request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.api.browser import problem
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
    assert "Secure" not in cookie
    assert window.get("/session").json["user"]["username"] == "ada"


def test_over_https_the_cookie_goes_over_nothing_else(build_world: Callable[..., World]) -> None:
    world = build_world(cookie_secure=True)
    answer = world.browser().sign_in("ada")
    cookie = answer.headers["Set-Cookie"]
    assert "Secure" in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    name, _, rest = cookie.partition("=")
    assert (name, "Path=/" in rest, "Domain" in rest) == ("__Host-dudao_session", True, False)


def test_over_https_a_cookie_that_a_neighbour_could_set_opens_nothing(
    build_world: Callable[..., World],
) -> None:
    window = build_world(cookie_secure=True).browser()
    secret = window.sign_in("ada").headers["Set-Cookie"].partition("=")[2].partition(";")[0]
    over_https = {"base_url": "https://localhost"}
    assert window.client.get("/api/v1/session", **over_https).status_code == 200
    window.client.delete_cookie("__Host-dudao_session")
    window.client.set_cookie("dudao_session", secret)
    assert window.client.get("/api/v1/session", **over_https).status_code == 401


def test_administrators_are_told_what_their_duty_lets_them_do(world: World) -> None:
    assert world.browser("sam").get("/session").json["acts"] == ["deploy", "operate"]
    assert world.browser("mia").get("/session").json["acts"] == ["deploy"]


def test_nobody_is_a_401_that_names_the_scheme(world: World) -> None:
    answer = world.browser().get("/session")
    problem(answer, 401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(world: World) -> None:
    wrong = problem(world.browser().sign_in("ada", "not the password"), 401, "sign-in-refused")
    unknown = problem(world.browser().sign_in("nobody", "not the password"), 401, "sign-in-refused")
    assert wrong == unknown


def test_many_wrong_passwords_lock_the_right_one_out_for_a_while(world: World) -> None:
    for _ in range(6):
        world.browser().sign_in("ada", "not the password")
    problem(world.browser().sign_in("ada"), 401, "sign-in-refused")
    world.clock.advance(hours=1)
    assert world.browser().sign_in("ada").status_code == 200


def test_after_signing_out_the_cookie_opens_nothing(world: World) -> None:
    window = world.browser("ada")
    stolen = window.client.get_cookie("dudao_session")
    assert stolen is not None
    answer = window.send("DELETE", "/session")
    assert answer.status_code == 204
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    window.client.set_cookie("dudao_session", stolen.value)
    problem(window.get("/session"), 401, "unauthenticated")


def test_a_session_left_alone_ends_and_one_in_use_goes_on(world: World) -> None:
    window, idle = world.browser("ada"), world.browser("bob")
    for _ in range(5):
        world.clock.advance(hours=4)
        assert window.get("/session").status_code == 200
    problem(idle.get("/session"), 401, "unauthenticated")


def test_a_change_by_cookie_needs_the_token_that_only_our_page_can_read(world: World) -> None:
    window = world.browser("ada")
    body = {"family": "tests", "values": {"note": "x"}}
    for token in ("", "wrong", "错", world.browser("bob").csrf):
        sent = window.send("POST", "/instances", json=body, headers={"X-CSRF-Token": token})
        problem(sent, 403, "csrf")
    assert window.get("/instances").json["items"] == []
    assert window.post("/instances", body).status_code == 201


def test_signing_in_takes_json_only_so_that_no_foreign_form_can_do_it(world: World) -> None:
    answer = world.browser().send(
        "POST", "/session", data={"username": "ada", "password": "a long sentence for tests"}
    )
    problem(answer, 415, "unsupported-media-type")


def test_a_token_serves_a_script_without_cookie_and_csrf(world: World) -> None:
    window = world.browser("ada")
    expires = (world.clock.now() + timedelta(days=30)).isoformat()
    made = window.post("/tokens", {"name": "脚本", "scopes": ["read"], "expires_at": expires})
    assert made.status_code == 201
    secret = made.json["secret"]
    script = world.browser()
    bearer = {"Authorization": f"Bearer {secret}"}
    assert script.send("GET", "/session", headers=bearer).json["csrf_token"] is None
    refused = script.send(
        "POST", "/instances", json={"family": "tests", "values": {}}, headers=bearer
    )
    problem(refused, 403, "token-scope")
    assert [row["name"] for row in window.get("/tokens").json] == ["脚本"]
    assert window.send("DELETE", f"/tokens/{made.json['id']}").status_code == 204
    problem(script.send("GET", "/session", headers=bearer), 401, "unauthenticated")


def test_a_token_cannot_make_tokens(world: World) -> None:
    expires = (world.clock.now() + timedelta(days=30)).isoformat()
    wanted = {"name": "脚本", "scopes": ["read", "write"], "expires_at": expires}
    secret = world.browser("ada").post("/tokens", wanted).json["secret"]
    answer = world.browser().send(
        "POST", "/tokens", json=wanted, headers={"Authorization": f"Bearer {secret}"}
    )
    problem(answer, 403, "token-scope")


def test_rubbish_for_a_cookie_or_a_token_is_nobody(world: World) -> None:
    for value in ("Bearer x", "Bearer ", "Basic YTpi", "Bearer \xff", "bearer"):
        answer = world.browser().send("GET", "/session", headers={"Authorization": value})
        problem(answer, 401, "unauthenticated")
    window = world.browser()
    window.client.set_cookie("dudao_session", "x" * 3000)
    problem(window.get("/session"), 401, "unauthenticated")
