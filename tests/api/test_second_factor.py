"""The second factor: enrolled with a code, asked for at sign-in, each code taken once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from cryptography.fernet import Fernet
from werkzeug.test import TestResponse

from engine.clock import ManualClock
from engine.tables import RecoveryCode, SecondFactor, User
from tests.api.browser import Browser, problem
from tests.api.conftest import Furnished, World, furnished_in, worlds
from tests.factories import PASSWORD, SYSTEM


def begin(window: Browser) -> pyotp.TOTP:
    """The person's phone, after its secret was shown."""
    answer = window.post("/account/second-factor", {"password": PASSWORD})
    assert answer.status_code == 201, answer.json
    return pyotp.TOTP(answer.json["secret"])


def enrol(world: World, window: Browser) -> tuple[pyotp.TOTP, list[str]]:
    """The phone and the recovery codes; the next code of the phone is a fresh one."""
    phone = begin(window)
    answer = window.post("/account/second-factor/confirm", {"code": phone.at(world.clock.now())})
    assert answer.status_code == 200, answer.json
    world.clock.advance(seconds=30)
    return phone, answer.json["recovery_codes"]


def sign_in(world: World, username: str, code: str = "", password: str = PASSWORD) -> TestResponse:
    body = {"username": username, "password": password, "code": code}
    return world.browser().send("POST", "/session", json=body)


def test_enrolling_shows_the_secret_once_and_counts_after_one_code(world: World) -> None:
    window = world.browser("ada")
    first = window.post("/account/second-factor", {"password": PASSWORD}).json
    uri = urlsplit(first["uri"])
    assert (uri.scheme, uri.netloc, uri.path) == ("otpauth", "totp", "/Dudao:ada")
    assert parse_qs(uri.query)["secret"] == [first["secret"]]
    assert sign_in(world, "ada").status_code == 200  # not confirmed yet
    answer = window.post("/account/second-factor/confirm", {"code": "000000"})
    problem(answer, 403, "second-factor-refused")
    _, codes = enrol(world, window)
    assert len(set(codes)) == 10
    assert window.get("/account/second-factor").json == {
        "is_enrolled": True,
        "is_demanded": False,
        "recovery_codes_left": 10,
    }
    again = window.post("/account/second-factor", {"password": PASSWORD})
    problem(again, 409, "second-factor-enrolled")
    late = window.post("/account/second-factor/confirm", {"code": "000000"})
    problem(late, 409, "second-factor-not-begun")


def test_enrolling_asks_for_the_password_and_ends_other_sessions(world: World) -> None:
    window, other = world.browser("ada"), world.browser("ada")
    answer = window.post("/account/second-factor", {"password": "not the password"})
    problem(answer, 403, "wrong-password")
    enrol(world, window)
    assert window.get("/session").status_code == 200
    problem(other.get("/session"), 401, "unauthenticated")


def test_signing_in_takes_two_steps(world: World) -> None:
    phone, _ = enrol(world, world.browser("ada"))
    problem(sign_in(world, "ada"), 401, "second-factor-needed")
    problem(sign_in(world, "ada", "000000"), 401, "second-factor-refused")
    answer = sign_in(world, "ada", phone.at(world.clock.now()))
    assert answer.status_code == 200
    assert answer.json["user"]["username"] == "ada"


def test_a_right_code_does_not_tell_that_a_password_is_wrong(world: World) -> None:
    phone, _ = enrol(world, world.browser("ada"))
    code = phone.at(world.clock.now())
    wrong = problem(sign_in(world, "ada", code, "not the password"), 401, "sign-in-refused")
    assert wrong == problem(sign_in(world, "nobody", code), 401, "sign-in-refused")
    assert sign_in(world, "ada", code).status_code == 200  # it was not used up


def test_a_code_is_taken_once_and_so_is_each_earlier_one(world: World) -> None:
    phone, _ = enrol(world, world.browser("ada"))
    now = world.clock.now()
    assert sign_in(world, "ada", phone.at(now)).status_code == 200
    for offset in (0, -1):
        code = phone.at(now, counter_offset=offset)
        problem(sign_in(world, "ada", code), 401, "second-factor-refused")
    world.clock.advance(seconds=30)
    assert sign_in(world, "ada", phone.at(world.clock.now())).status_code == 200


def test_the_code_of_enrolment_does_not_open_a_session(world: World) -> None:
    window = world.browser("ada")
    phone = begin(window)
    code = phone.at(world.clock.now())
    assert window.post("/account/second-factor/confirm", {"code": code}).status_code == 200
    problem(sign_in(world, "ada", code), 401, "second-factor-refused")


@pytest.mark.parametrize(("offset", "status"), [(-2, 401), (-1, 200), (0, 200), (1, 200), (2, 401)])
def test_a_phone_may_be_half_a_minute_off(world: World, offset: int, status: int) -> None:
    phone, _ = enrol(world, world.browser("ada"))
    world.clock.advance(minutes=10)
    code = phone.at(world.clock.now(), counter_offset=offset)
    assert sign_in(world, "ada", code).status_code == status


@pytest.mark.parametrize("code", ["１２３４５６", "12345", "abc", "0" * 40, "-1", "²²²²²²", " "])
def test_rubbish_is_no_code(world: World, code: str) -> None:
    enrol(world, world.browser("ada"))
    answer = sign_in(world, "ada", code)
    assert answer.status_code == 401
    assert answer.json["code"] in ("second-factor-refused", "second-factor-needed")


def test_wrong_codes_lock_for_a_while_like_wrong_passwords(world: World) -> None:
    phone, _ = enrol(world, world.browser("ada"))
    for _ in range(5):
        problem(sign_in(world, "ada", "000000"), 401, "second-factor-refused")
    right = phone.at(world.clock.now())
    problem(sign_in(world, "ada", right), 401, "sign-in-refused")
    world.clock.advance(seconds=30)
    assert sign_in(world, "ada", phone.at(world.clock.now())).status_code == 200


def test_asking_for_the_code_neither_counts_nor_forgets_wrong_tries(world: World) -> None:
    enrol(world, world.browser("ada"))
    for _ in range(4):
        problem(sign_in(world, "ada", "000000"), 401, "second-factor-refused")
        problem(sign_in(world, "ada"), 401, "second-factor-needed")
    problem(sign_in(world, "ada", "000000"), 401, "second-factor-refused")
    problem(sign_in(world, "ada"), 401, "sign-in-refused")  # locked by the five wrong ones


def test_a_recovery_code_opens_once_however_it_is_typed(world: World) -> None:
    window = world.browser("ada")
    _, codes = enrol(world, window)
    assert sign_in(world, "ada", codes[0].upper().replace("-", " ")).status_code == 200
    problem(sign_in(world, "ada", codes[0]), 401, "second-factor-refused")
    assert window.get("/account/second-factor").json["recovery_codes_left"] == 9
    assert sign_in(world, "ada", codes[1]).status_code == 200


def test_a_recovery_code_of_another_opens_nothing(world: World) -> None:
    _, codes = enrol(world, world.browser("ada"))
    enrol(world, world.browser("bob"))
    problem(sign_in(world, "bob", codes[0]), 401, "second-factor-refused")


def test_recovery_codes_are_renewed_and_kept_as_digests(world: World) -> None:
    window = world.browser("ada")
    phone, old = enrol(world, window)
    proof = {"password": PASSWORD, "code": phone.at(world.clock.now())}
    new = window.post("/account/second-factor/recovery-codes", proof).json["recovery_codes"]
    problem(sign_in(world, "ada", old[0]), 401, "second-factor-refused")
    with world.engine.read(SYSTEM) as uow:
        stored = {row.digest for row in uow.session.query(RecoveryCode)}
    assert len(stored) == 10
    assert not stored.intersection(new)
    assert sign_in(world, "ada", new[0]).status_code == 200


def test_removing_it_takes_password_and_code(world: World) -> None:
    window = world.browser("ada")
    phone, codes = enrol(world, window)
    for proof in (
        {"password": "not the password", "code": codes[0]},
        {"password": PASSWORD, "code": "000000"},
    ):
        assert window.post("/account/second-factor/remove", proof).status_code == 403
    proof = {"password": PASSWORD, "code": phone.at(world.clock.now())}
    assert window.post("/account/second-factor/remove", proof).status_code == 204
    assert sign_in(world, "ada").status_code == 200
    kinds = {row["kind"] for row in world.browser("aud").get("/journal", limit=200).json["items"]}
    assert {"second_factor.enrolled", "second_factor.removed"} <= kinds


def test_with_a_key_the_secret_is_sealed_and_without_that_key_nobody_gets_in(world: World) -> None:
    world.engine.secrets_key = Fernet.generate_key()
    phone, _ = enrol(world, world.browser("ada"))
    with world.engine.read(SYSTEM) as uow:
        [row] = uow.session.query(SecondFactor)
    assert row.secret.startswith("fernet:")
    assert phone.secret not in row.secret
    assert sign_in(world, "ada", phone.at(world.clock.now())).status_code == 200
    world.clock.advance(seconds=30)
    for key in (None, Fernet.generate_key()):
        world.engine.secrets_key = key
        answer = sign_in(world, "ada", phone.at(world.clock.now()))
        problem(answer, 503, "secrets-key-missing")


# -- posts that ask for it ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def demanding(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    """The head's post asks for a second factor."""
    folder = tmp_path_factory.mktemp("demanding")
    return furnished_in(folder, sqlite_template, second_factor="head")


@pytest.fixture
def demand(
    demanding: Furnished, clock: ManualClock, tmp_path: Path
) -> Iterator[Callable[..., World]]:
    with worlds(demanding, tmp_path, clock) as build:
        yield build


def test_who_should_have_one_and_has_none_reaches_the_enrolment_alone(
    demand: Callable[..., World],
) -> None:
    world = demand(require_second_factor=True)
    window = world.browser()
    assert window.sign_in("cai").json["must_enrol"] is True
    for path in ("/tasks", "/instances", "/organisations", "/tokens"):
        problem(window.get(path), 403, "second-factor-required")
    problem(window.post("/instances", {"family": "tests"}), 403, "second-factor-required")
    assert window.get("/account/second-factor").json["is_demanded"] is True
    assert window.get("/account/sign-ins").status_code == 200
    enrol(world, window)
    assert window.get("/session").json["must_enrol"] is False
    assert window.get("/tasks").status_code == 200


def test_others_work_without_and_administrators_do_not(demand: Callable[..., World]) -> None:
    world = demand(require_second_factor=True)
    for name in ("ada", "uma", "eve"):
        assert world.browser(name).get("/tasks").status_code == 200
    for name in ("sam", "sec", "aud", "mia"):
        problem(world.browser(name).get("/tasks"), 403, "second-factor-required")


def test_a_post_that_is_given_later_asks_for_it_in_the_open_session(
    demand: Callable[..., World],
) -> None:
    world = demand(require_second_factor=True)
    window = world.browser("ada")
    assert window.get("/tasks").status_code == 200
    world.grant("ada", "head")
    problem(window.get("/tasks"), 403, "second-factor-required")


def test_a_token_does_not_go_around_it(demand: Callable[..., World]) -> None:
    expires = "2026-05-01T00:00:00Z"
    wanted: dict[str, Any] = {"name": "脚本", "scopes": ["read"], "expires_at": expires}
    made = demand().browser("cai").post("/tokens", wanted)
    headers = {"Authorization": f"Bearer {made.json['secret']}"}
    answer = demand(require_second_factor=True).browser().send("GET", "/tasks", headers=headers)
    problem(answer, 403, "second-factor-required")


def test_demonstration_accounts_and_installations_that_switch_it_off_are_not_asked(
    demand: Callable[..., World],
) -> None:
    assert demand().browser("cai").get("/tasks").status_code == 200
    world = demand(require_second_factor=True)
    with world.engine.begin(SYSTEM) as uow:
        uow.session.get_one(User, world.people["cai"].user_id).is_demo = True
    window = world.browser("cai")
    assert window.get("/tasks").status_code == 200
    assert window.get("/session").json["must_enrol"] is False
