"""My account: open sessions and tokens, ending them, a new password; what a token may not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from engine import identity
from tests.api.browser import Browser, problem
from tests.api.conftest import World
from tests.factories import PASSWORD, SYSTEM

NEW = "quite another long sentence"


def signed_in(world: World, username: str, *, agent: str = "Firefox") -> Browser:
    window = world.browser()
    body = {"username": username, "password": PASSWORD}
    answer = window.send("POST", "/session", json=body, headers={"User-Agent": agent})
    assert answer.status_code == 200
    window.csrf = answer.json["csrf_token"]
    return window


def token(window: Browser, world: World, *scopes: str) -> dict[str, str]:
    """The header of a new token of whoever has this window."""
    expires = (world.clock.now() + timedelta(days=30)).isoformat()
    body = {"name": "脚本", "scopes": list(scopes), "expires_at": expires}
    made = window.post("/tokens", body)
    assert made.status_code == 201, made.json
    return {"Authorization": f"Bearer {made.json['secret']}"}


def kinds(window: Browser) -> list[str]:
    return [row["kind"] for row in window.get("/account/sign-ins").json]


def test_a_person_sees_where_they_are_signed_in_and_which_of_it_is_here(world: World) -> None:
    office = signed_in(world, "ada", agent="Firefox at the office")
    world.clock.advance(hours=1)
    home = signed_in(world, "ada", agent="Phone")
    here, there = home.get("/account/sign-ins").json
    assert (here["is_current"], there["is_current"]) == (True, False)
    assert (here["agent"], there["agent"]) == ("Phone", "Firefox at the office")
    assert here["address"] == there["address"] == "127.0.0.1"
    assert here["created_at"] == here["last_used_at"] > there["created_at"]
    world.clock.advance(minutes=30)
    assert office.get("/session").status_code == 200
    again = {row["id"]: row for row in home.get("/account/sign-ins").json}
    assert again[there["id"]]["last_used_at"] > there["last_used_at"]


def test_the_last_use_is_written_once_in_ten_minutes_only(world: World) -> None:
    window = signed_in(world, "ada")
    [first] = window.get("/account/sign-ins").json
    world.clock.advance(minutes=9)
    assert window.get("/account/sign-ins").json == [first]
    world.clock.advance(minutes=1)
    [later] = window.get("/account/sign-ins").json
    assert later["last_used_at"] > first["last_used_at"]


def test_one_session_or_all_others_are_ended(world: World) -> None:
    here, lost, third = (signed_in(world, "ada") for _ in range(3))
    script = token(here, world, "read")
    [current] = [row for row in lost.get("/account/sign-ins").json if row["is_current"]]
    assert here.send("DELETE", f"/account/sign-ins/{current['id']}").status_code == 204
    problem(lost.get("/session"), 401, "unauthenticated")
    assert third.get("/session").status_code == 200
    assert here.post("/account/sign-ins/revoke-others").status_code == 204
    problem(third.get("/session"), 401, "unauthenticated")
    assert sorted(kinds(here)) == ["session", "token"]
    assert world.browser().send("GET", "/session", headers=script).status_code == 200


def test_nobody_ends_or_reads_the_sessions_of_others(world: World) -> None:
    ada = signed_in(world, "ada")
    [mine] = ada.get("/account/sign-ins").json
    ada_id = world.people["ada"].user_id
    for name in ("bob", "sam", "aud"):
        window = world.browser(name)
        answer = window.send("DELETE", f"/account/sign-ins/{mine['id']}")
        problem(answer, 404, "sign-in-not-found")
        problem(window.get(f"/users/{ada_id}/sign-ins"), 403, "duty-required")
        answer = window.send("DELETE", f"/users/{ada_id}/sign-ins/{mine['id']}")
        problem(answer, 403, "duty-required")
        problem(window.post(f"/users/{ada_id}/sign-ins/revoke-all"), 403, "duty-required")
    answer = world.browser("sec").send("DELETE", f"/account/sign-ins/{mine['id']}")
    problem(answer, 403, "not-your-account")
    assert ada.get("/session").status_code == 200


def test_a_security_administrator_ends_sessions_of_anybody_and_it_is_recorded(world: World) -> None:
    one, two = signed_in(world, "ada"), signed_in(world, "ada")
    sec = world.browser("sec")
    users = f"/users/{world.people['ada'].user_id}/sign-ins"
    rows = sec.get(users).json
    assert [row["is_current"] for row in rows] == [False, False]
    other = world.people["bob"].user_id
    answer = sec.send("DELETE", f"/users/{other}/sign-ins/{rows[0]['id']}")
    problem(answer, 404, "sign-in-not-found")
    assert len(sec.get(users).json) == 2
    assert sec.send("DELETE", f"{users}/{rows[0]['id']}").status_code == 204
    assert sec.post(f"{users}/revoke-all").status_code == 204
    for window in (one, two):
        problem(window.get("/session"), 401, "unauthenticated")
    found = world.browser("aud").get("/journal", kind="sign_in.revoked").json["items"]
    assert [(row["actor_name"], row["subject_name"]) for row in found] == [("sec", "ada")] * 2
    problem(sec.get(f"/users/{'0' * 32}/sign-ins"), 404, "user-not-found")


def test_a_session_from_before_a_change_of_posts_has_the_posts_of_now(world: World) -> None:
    window = signed_in(world, "ada")
    problem(window.get("/journal"), 403, "duty-required")
    world.grant("ada", "audit_admin")
    assert window.get("/journal").status_code == 200
    with world.engine.begin(SYSTEM) as uow:
        for post in identity.posts.of(uow, world.people["ada"].user_id or ""):
            identity.posts.end(uow, post.id)
    assert window.get("/session").json["posts"] == []
    problem(window.get("/journal"), 403, "duty-required")


def test_closing_an_account_ends_every_session_and_token_of_it(world: World) -> None:
    window = signed_in(world, "ada")
    script = token(window, world, "read", "write")
    with world.engine.begin(SYSTEM) as uow:
        identity.users.close(uow, world.people["ada"].user_id or "")
    problem(window.get("/session"), 401, "unauthenticated")
    problem(world.browser().send("GET", "/tasks", headers=script), 401, "unauthenticated")
    with world.engine.begin(SYSTEM) as uow:
        identity.users.reopen(uow, world.people["ada"].user_id or "")
    problem(window.get("/session"), 401, "unauthenticated")
    problem(world.browser().send("GET", "/tasks", headers=script), 401, "unauthenticated")


def change(window: Browser, current: str, password: str) -> Any:
    return window.post("/account/password", {"current": current, "password": password})


def test_a_new_password_ends_other_sessions_and_tokens_and_keeps_this_one(world: World) -> None:
    here, other = signed_in(world, "ada"), signed_in(world, "ada")
    script = token(here, world, "read")
    assert change(here, PASSWORD, NEW).status_code == 204
    assert here.get("/session").status_code == 200
    problem(other.get("/session"), 401, "unauthenticated")
    problem(world.browser().send("GET", "/session", headers=script), 401, "unauthenticated")
    problem(world.browser().sign_in("ada"), 401, "sign-in-refused")
    assert world.browser().sign_in("ada", NEW).status_code == 200


def test_a_weak_new_password_or_a_wrong_old_one_changes_nothing(world: World) -> None:
    window = signed_in(world, "ada")
    found = problem(change(window, PASSWORD, "123456789012"), 422, "password-refused")
    assert [fault["code"] for fault in found["errors"]] == ["pattern"]
    problem(change(window, "not the password", NEW), 403, "wrong-password")
    assert world.browser().sign_in("ada").status_code == 200


def test_who_took_over_a_session_cannot_guess_the_password_in_it(world: World) -> None:
    window = signed_in(world, "ada")
    for _ in range(5):
        problem(change(window, "not the password", NEW), 403, "wrong-password")
    problem(change(window, PASSWORD, NEW), 403, "wrong-password")
    world.clock.advance(minutes=1)
    assert change(window, PASSWORD, NEW).status_code == 204


def test_no_token_does_what_belongs_to_the_account(world: World) -> None:
    ada, sec = signed_in(world, "ada"), signed_in(world, "sec")
    ada_id = world.people["ada"].user_id
    script = token(ada, world, "read", "write", "admin")
    administrator = token(sec, world, "read", "write", "admin")
    nobody = world.browser()
    for headers, method, path, body in [
        (script, "GET", "/account/sign-ins", None),
        (script, "GET", "/tokens", None),
        (script, "POST", "/account/sign-ins/revoke-others", None),
        (script, "POST", "/account/password", {"current": PASSWORD, "password": NEW}),
        (script, "POST", "/account/second-factor", {"password": PASSWORD}),
        (administrator, "GET", f"/users/{ada_id}/sign-ins", None),
        (administrator, "POST", f"/users/{ada_id}/sign-ins/revoke-all", None),
        (administrator, "POST", f"/users/{ada_id}/recovery", {"reason": "忘了"}),
    ]:
        problem(nobody.send(method, path, json=body, headers=headers), 403, "token-scope")
    assert ada.get("/session").status_code == 200


def test_a_token_administers_only_with_the_scope_for_it(world: World) -> None:
    auditor, operator = signed_in(world, "aud"), signed_in(world, "sam")
    nobody = world.browser()
    for window, path in ((auditor, "/journal"), (operator, "/jobs"), (operator, "/incidents")):
        plain, admin = token(window, world, "read", "write"), token(window, world, "read", "admin")
        problem(nobody.send("GET", path, headers=plain), 403, "token-scope")
        assert nobody.send("GET", path, headers=admin).status_code == 200


def test_a_token_tells_when_it_was_last_used_and_ends_on_its_day(world: World) -> None:
    window = signed_in(world, "ada")
    script = token(window, world, "read")
    assert window.get("/tokens").json[0]["last_used_at"] is None
    assert world.browser().send("GET", "/tasks", headers=script).status_code == 200
    assert window.get("/tokens").json[0]["last_used_at"] is not None
    world.clock.advance(days=31)
    problem(world.browser().send("GET", "/tasks", headers=script), 401, "unauthenticated")
