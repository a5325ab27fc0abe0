"""What one account and one address may ask; where they are told from."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from api import limits
from engine.tables import RequestCount
from ops import housekeeping
from tests.api.browser import Browser, problem
from tests.api.conftest import World
from tests.factories import PASSWORD, SYSTEM

Build = Callable[..., World]


def guess(
    world: World,
    username: str,
    address: str,
    password: str = "not it",  # noqa: S107
) -> TestResponse:
    return world.browser().send(
        "POST",
        "/session",
        json={"username": username, "password": password},
        environ_overrides={"REMOTE_ADDR": address},
    )


def rows(world: World) -> list[tuple[str, int]]:
    with world.engine.read(SYSTEM) as uow:
        return sorted((row.subject, row.count) for row in uow.session.query(RequestCount))


def asked(window: Browser, times: int) -> list[int]:
    return [window.get("/session").status_code for _ in range(times)]


def test_trying_many_accounts_from_one_address_ends_for_a_while(build_world: Build) -> None:
    world = build_world(refused_sign_ins=10)
    for number in range(10):
        problem(guess(world, f"user{number}", "192.0.2.7"), 401, "sign-in-refused")
    refused = guess(world, "ada", "192.0.2.7", PASSWORD)
    problem(refused, 429, "too-many-sign-ins")
    assert 0 < int(refused.headers["Retry-After"]) <= 900
    assert guess(world, "ada", "192.0.2.8", PASSWORD).status_code == 200
    world.clock.advance(seconds=int(refused.headers["Retry-After"]))
    assert guess(world, "ada", "192.0.2.7", PASSWORD).status_code == 200


def test_all_web_processes_count_the_refused_sign_ins_together(build_world: Build) -> None:
    one, other = build_world(refused_sign_ins=4), build_world(refused_sign_ins=4)
    for world in (one, other, one, other):
        problem(guess(world, "nobody", "192.0.2.7"), 401, "sign-in-refused")
    for world in (one, other):
        problem(guess(world, "ada", "192.0.2.7", PASSWORD), 429, "too-many-sign-ins")


def test_signing_in_rightly_is_not_counted(build_world: Build) -> None:
    world = build_world(refused_sign_ins=2)
    for _ in range(5):
        assert guess(world, "ada", "192.0.2.7", PASSWORD).status_code == 200
    assert rows(world) == []


def test_of_ipv6_the_network_of_a_customer_counts_as_one_address(build_world: Build) -> None:
    world = build_world(refused_sign_ins=2)
    for host in ("::1", "::2"):
        problem(guess(world, "nobody", f"2001:db8:1:2{host}"), 401, "sign-in-refused")
    problem(guess(world, "nobody", "2001:db8:1:2::3"), 429, "too-many-sign-ins")
    problem(guess(world, "nobody", "2001:db8:1:3::3"), 401, "sign-in-refused")


def test_guessing_at_recovery_keys_counts_as_well(build_world: Build) -> None:
    world = build_world(refused_sign_ins=3)
    body = {"username": "ada", "halves": ["x", "y"], "password": "a new long sentence"}
    for _ in range(3):
        answer = world.browser().send("POST", "/session/recovery", json=body)
        problem(answer, 401, "recovery-refused")
    answer = world.browser().send("POST", "/session/recovery", json=body)
    problem(answer, 429, "too-many-sign-ins")


def test_one_account_asks_so_often_in_a_minute_and_others_go_on(build_world: Build) -> None:
    world = build_world(requests_per_minute=60)
    ada, again, bob = world.browser("ada"), world.browser("ada"), world.browser("bob")
    assert asked(ada, 30) + asked(again, 30) == [200] * 60
    for window in (ada, again):
        refused = window.get("/tasks")
        problem(refused, 429, "too-many-requests")
        assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert asked(bob, 1) == [200]
    world.clock.advance(seconds=60)
    assert asked(ada, 60) == [200] * 60


def test_who_asks_seldom_writes_nothing_and_batches_are_shared(build_world: Build) -> None:
    one, other = build_world(requests_per_minute=60), build_world(requests_per_minute=60)
    here, there = one.browser("ada"), other.browser("ada")
    assert asked(here, limits.BATCH - 1) == [200] * (limits.BATCH - 1)
    assert rows(one) == []
    assert asked(here, 1) == [200]
    assert [count for _, count in rows(one)] == [limits.BATCH]
    assert asked(there, limits.BATCH) == [200] * limits.BATCH
    assert [count for _, count in rows(one)] == [2 * limits.BATCH]
    # both know of 50, or will with their next batch: at most one batch too many for each process
    assert asked(there, 10) == [200] * 10
    problem(there.get("/session"), 429, "too-many-requests")
    passed = asked(here, 2 * limits.BATCH).count(200)
    assert passed <= 60 - limits.BATCH


def test_a_refused_request_writes_nothing(build_world: Build) -> None:
    world = build_world(requests_per_minute=limits.BATCH)
    window = world.browser("ada")
    asked(window, limits.BATCH)
    before = rows(world)
    assert asked(window, 60) == [429] * 60
    assert rows(world) == before


def test_old_counts_are_swept(build_world: Build) -> None:
    world = build_world()
    guess(world, "nobody", "192.0.2.7")
    assert len(rows(world)) == 1
    world.clock.advance(days=2)
    housekeeping.run(world.engine)
    assert rows(world) == []


@pytest.mark.parametrize(
    ("proxies", "seen"), [(0, "127.0.0.1"), (1, "198.51.100.9"), (2, "203.0.113.5")]
)
def test_an_address_is_believed_from_as_many_proxies_as_there_are(
    build_world: Build, proxies: int, seen: str
) -> None:
    window = build_world(proxies=proxies).browser()
    sent = {"X-Forwarded-For": "10.9.9.9, 203.0.113.5, 198.51.100.9"}
    body = {"username": "ada", "password": PASSWORD}
    assert window.send("POST", "/session", json=body, headers=sent).status_code == 200
    [row] = window.send("GET", "/account/sign-ins", headers=sent).json
    assert row["address"] == seen
