"""A way back into an account takes two people and its owner."""

from __future__ import annotations

import pyotp
import pytest
from werkzeug.test import TestResponse

from engine.tables import AccountRecovery
from tests.api.browser import Browser, problem
from tests.api.conftest import World
from tests.factories import PASSWORD, SYSTEM

NEW = "quite another long sentence"


def ask(world: World, *, by: str = "sec", whom: str = "ada", **more: bool) -> TestResponse:
    path = f"/users/{world.people[whom].user_id}/recovery"
    return world.browser(by).post(path, {"reason": "本人当面申请，忘了密码", **more})


def opened(world: World, **more: bool) -> tuple[str, str]:
    """Both halves of the key, taken by the two people."""
    asked = ask(world, **more)
    assert asked.status_code == 201, asked.json
    proposal_id = asked.json["id"]
    confirmed = world.browser("sam").post(f"/proposals/{proposal_id}/confirm", {})
    assert confirmed.status_code == 200, confirmed.json
    return half(world.browser("sec"), proposal_id), half(world.browser("sam"), proposal_id)


def half(window: Browser, proposal_id: str) -> str:
    answer = window.post(f"/proposals/{proposal_id}/recovery-half")
    assert answer.status_code == 201, answer.json
    return str(answer.json["half"])


def recover(
    world: World, first: str, second: str, *, username: str = "ada", password: str = NEW
) -> TestResponse:
    body = {"username": username, "halves": [first, second], "password": password}
    return world.browser().send("POST", "/session/recovery", json=body)


def test_two_people_open_it_and_the_owner_sets_a_new_password(world: World) -> None:
    old = world.browser("ada")
    first, second = opened(world)
    assert old.get("/session").status_code == 200  # nothing has changed yet
    assert world.browser().sign_in("ada").status_code == 200
    assert recover(world, second, first).status_code == 204
    problem(old.get("/session"), 401, "unauthenticated")
    problem(world.browser().sign_in("ada"), 401, "sign-in-refused")
    assert world.browser().sign_in("ada", NEW).status_code == 200
    problem(recover(world, first, second, password=PASSWORD), 401, "recovery-refused")


def test_it_is_told_in_the_journal_without_any_secret(world: World) -> None:
    halves = opened(world)
    assert recover(world, *halves).status_code == 204
    answer = world.browser("aud").get("/journal", limit=200)
    kinds = [row["kind"] for row in answer.json["items"] if row["subject_name"] == "ada"]
    assert kinds[:3] == ["account.recovered", "recovery.half_taken", "recovery.half_taken"]
    text = answer.get_data(as_text=True) + world.browser("aud").get("/proposals").text
    assert not any(secret in text for secret in (*halves, NEW))


def test_neither_of_the_two_gets_in_alone(world: World) -> None:
    first, second = opened(world)
    for pair in ((first, first), (second, second), (first, "x"), ("x", second), ("", first)):
        assert recover(world, *pair).status_code in (401, 422)
    assert world.browser().sign_in("ada").status_code == 200
    problem(recover(world, first, second, username="bob"), 401, "recovery-refused")
    problem(recover(world, first, second, username="nobody"), 401, "recovery-refused")


def test_only_a_security_administrator_asks_and_not_for_themselves(world: World) -> None:
    for name in ("ada", "sam", "aud", "mia"):
        problem(ask(world, by=name), 403, "duty-required")
    problem(ask(world, whom="sec"), 403, "own-account")
    assert ask(world).status_code == 201
    problem(ask(world), 409, "proposal-pending")


def test_nobody_confirms_what_they_asked_for_and_no_owner_their_own(world: World) -> None:
    proposal_id = ask(world, whom="sam").json["id"]
    answer = world.browser("sec").post(f"/proposals/{proposal_id}/confirm", {})
    problem(answer, 403, "same-person")
    for name in ("sam", "ada", "mia"):  # sam is a system administrator, but the owner
        answer = world.browser(name).post(f"/proposals/{proposal_id}/confirm", {})
        problem(answer, 404, "proposal-not-found")
    world.grant("bob", "security_admin")
    assert world.browser("bob").post(f"/proposals/{proposal_id}/confirm", {}).status_code == 200


def test_each_takes_their_half_once_and_nobody_else_takes_one(world: World) -> None:
    proposal_id = ask(world).json["id"]
    sec, sam = world.browser("sec"), world.browser("sam")
    path = f"/proposals/{proposal_id}/recovery-half"
    problem(sec.post(path), 404, "recovery-not-found")  # not confirmed yet
    sam.post(f"/proposals/{proposal_id}/confirm", {})
    half(sec, proposal_id)
    problem(sec.post(path), 409, "recovery-taken")
    for name in ("ada", "aud", "mia"):
        problem(world.browser(name).post(path), 404, "recovery-not-found")
    half(sam, proposal_id)


def test_it_must_be_confirmed_and_used_within_a_day_each(world: World) -> None:
    late = ask(world).json["id"]
    world.clock.advance(hours=24)
    answer = world.browser("sam").post(f"/proposals/{late}/confirm", {})
    problem(answer, 409, "proposal-expired")
    halves = opened(world)
    world.clock.advance(hours=24)
    problem(recover(world, *halves), 401, "recovery-refused")


def test_a_weak_password_leaves_the_key_good(world: World) -> None:
    halves = opened(world)
    answer = recover(world, *halves, password="too short")  # noqa: S106
    problem(answer, 422, "password-refused")
    assert recover(world, *halves).status_code == 204


@pytest.mark.parametrize(("drops", "code"), [(True, None), (False, "second-factor-needed")])
def test_a_lost_authenticator_is_dropped_only_if_the_two_said_so(
    world: World, drops: bool, code: str | None
) -> None:
    window = world.browser("ada")
    begun = window.post("/account/second-factor", {"password": PASSWORD}).json
    first = pyotp.TOTP(begun["secret"]).at(world.clock.now())
    window.post("/account/second-factor/confirm", {"code": first})
    assert recover(world, *opened(world, drops_factor=drops)).status_code == 204
    answer = world.browser().sign_in("ada", NEW)
    assert answer.json.get("code") == code
    assert answer.status_code == (401 if code else 200)


def test_the_halves_are_kept_as_digests(world: World) -> None:
    first, second = opened(world)
    with world.engine.read(SYSTEM) as uow:
        [row] = uow.session.query(AccountRecovery)
    assert {row.first_digest, row.second_digest}.isdisjoint({first, second})
