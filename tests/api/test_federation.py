"""Signing in at a provider: a real one in a process of its own, and our own server on a real port."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pyotp
import pytest
import sqlalchemy as sa
from waitress import wasyncore
from waitress.server import create_server

from api import fetching
from api.provider import ProviderSettings
from api.routes.federation import own_address
from engine import identity
from engine.actor import Actor
from engine.administration import journal, proposals
from engine.identity import federation, outside, posts, sign_ins, users
from engine.identity.federation import Seat
from engine.tables import (
    OutsideAttempt,
    OutsideIdentity,
    OutsideSession,
    SecondFactor,
    SignIn,
    User,
)
from tests.api.conftest import World
from tests.factories import PASSWORD, SYSTEM

pytestmark = pytest.mark.xdist_group("openid")

HERE = Path(__file__).parent
CLIENT_SECRET = "a secret of the client"  # noqa: S105
SEATS = {
    "dudao-staff": (Seat(group="staff", organisation="office", title="科员"),),
    "dudao-heads": (Seat(group="head", organisation="office"),),
    "dudao-admins": (Seat(group="security_admin", organisation="office"),),
    "nowhere": (Seat(group="staff", organisation="no-such-place"),),
}
WANG = {"sub": "w-1", "preferred_username": "Wang.Li", "name": "王力"}


@pytest.fixture(scope="module")
def provider_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The provider's process."""
    folder = tmp_path_factory.mktemp("openid")
    process = subprocess.Popen([sys.executable, str(HERE / "openid.py"), str(folder)])
    try:
        port = folder / "port"
        for _ in range(400):
            if port.exists() or process.poll() is not None:
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port.read_text()}"
    finally:
        process.terminate()
        process.wait(10)


@dataclass
class House:
    """Our server and the provider, as a person's browser meets them."""

    world: World
    url: str
    provider_url: str
    #: Closed when the test has ended.
    windows: list[httpx.Client]

    def provider(self, **ways: Any) -> list[str]:
        """Have the provider behave so; the addresses that it was asked for since."""
        now = self.world.clock.now().timestamp()
        whole = {"mode": "", "about": WANG, "told": {}, "now": now, **ways}
        return list(httpx.post(f"{self.provider_url}/ways", json=whole).json()["seen"])

    def window(self) -> httpx.Client:
        opened = httpx.Client(base_url=self.url, follow_redirects=True, timeout=20)
        self.windows.append(opened)
        return opened

    def leave(self, window: httpx.Client, next: str = "/tasks") -> str:
        """The provider's address that this window is sent to."""
        answer = window.post("/api/v1/session/oidc", json={"next": next})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["address"])

    def sign_in(self, window: httpx.Client | None = None, next: str = "/tasks") -> httpx.Response:
        """Through the provider and back."""
        with window or self.window() as client:
            return client.get(self.leave(client, next))

    def entered(self, next: str = "/tasks") -> httpx.Client:
        """A window in which somebody has signed in there."""
        window = self.window()
        answer = window.get(self.leave(window, next))
        assert answer.url.path == next, answer.url
        return window

    def problem(self) -> str:
        """The code with which a sign-in ends at the sign-in page."""
        answer = self.sign_in()
        assert answer.url.path == "/sign-in", answer.url
        return str(answer.url.params["problem"])

    def count(self, table: Any) -> int:
        with self.world.engine.read(SYSTEM) as uow:
            return uow.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0

    def user(self, username: str) -> User:
        with self.world.engine.read(SYSTEM) as uow:
            found = users.by_username(uow, username)
            assert found is not None
            return found

    def groups(self, username: str) -> set[str]:
        with self.world.engine.read(SYSTEM) as uow:
            return {post.group for post in posts.of(uow, self.user(username).id)}

    def journal(self, kind: str) -> list[dict[str, Any]]:
        with self.world.engine.read(SYSTEM) as uow:
            return [dict(entry.after or {}) for entry in journal.search(uow, kind=kind)]

    def link(self, username: str, subject: str) -> None:
        """Two people say that this is who that is."""
        sec, sam = self.world.people["sec"], self.world.people["sam"]
        user_id = self.user(username).id
        with self.world.engine.begin(sec) as uow:
            row = federation.ask_link(
                uow, user_id, issuer=self.provider_url, subject=subject, reason="同一人"
            )
        with self.world.engine.begin(Actor.system("test")) as uow:
            if username == "sam":  # nobody confirms for themselves
                posts.grant(
                    uow,
                    self.world.people["bob"].user_id or "",
                    "security_admin",
                    self.world.office_id,
                )
        with self.world.engine.begin(sam) as uow:
            second = identity.actor_of(uow, self.world.people["bob"].user_id or "")
        with self.world.engine.begin(second if username == "sam" else sam) as uow:
            proposals.confirm(uow, row.id)

    def logout(self, *, mode: str = "", **claims: Any) -> httpx.Response:
        """The provider tells that somebody has left."""
        self.provider(mode=mode)
        token = httpx.post(f"{self.provider_url}/logout-token", json=claims).json()["token"]
        return self.tell(token)

    def tell(self, token: str) -> httpx.Response:
        address = f"{self.url}/api/v1/session/oidc/logout"
        return httpx.post(address, data={"logout_token": token})


@pytest.fixture
def build_house(
    build_world: Callable[..., World], provider_url: str
) -> Iterator[Callable[..., House]]:
    """Our server, with these settings of the provider."""
    box: dict[str, Any] = {}
    sockets: dict[int, Any] = {}
    server = create_server(
        lambda environ, start: box["app"](environ, start),
        map=sockets,
        host="127.0.0.1",
        port=0,
        threads=4,
    )
    stopping = Event()
    windows: list[httpx.Client] = []

    def serve() -> None:
        while not stopping.is_set():
            wasyncore.loop(timeout=0.02, map=sockets, count=1)

    thread = Thread(target=serve, daemon=True)
    thread.start()

    def build(*, require_second_factor: bool = False, **settings: Any) -> House:
        url = f"http://127.0.0.1:{server.effective_port}"
        known = {
            "issuer": provider_url,
            "client_id": "dudao",
            "client_secret": CLIENT_SECRET,
            "own_address": url,
            "name": "市教育局统一认证",
            "seats": SEATS,
            **settings,
        }
        world = build_world(
            provider=ProviderSettings(**known), require_second_factor=require_second_factor
        )
        box["app"] = world.app
        house = House(world=world, url=url, provider_url=provider_url, windows=windows)
        house.provider()
        return house

    yield build
    for window in windows:
        window.close()
    stopping.set()
    thread.join(10)
    server.task_dispatcher.shutdown()
    wasyncore.close_all(sockets)


@pytest.fixture
def house(build_house: Callable[..., House]) -> House:
    return build_house()


def test_the_first_sign_in_makes_an_account_without_a_password(house: House) -> None:
    window = house.entered("/cases")
    me = window.get("/api/v1/session").json()
    assert (me["user"]["username"], me["user"]["name"]) == ("wang.li", "王力")
    assert me["user"]["has_password"] is False
    assert me["from_provider"] is True
    assert house.user("wang.li").password_hash == ""
    assert house.journal("account.added")[0]["username"] == "wang.li"
    assert house.journal("identity.linked") == [{"issuer": house.provider_url, "subject": "w-1"}]
    for password in ("", " "):
        answer = window.post("/api/v1/session", json={"username": "wang.li", "password": password})
        assert answer.status_code in (401, 422)


def test_the_second_sign_in_is_the_same_person_whatever_they_are_called_now(house: House) -> None:
    house.sign_in()
    house.provider(about={**WANG, "preferred_username": "ada", "name": "换了名", "email": "a@b.cn"})
    window = house.entered()
    assert window.get("/api/v1/session").json()["user"]["username"] == "wang.li"
    assert house.count(OutsideIdentity) == 1


def test_somebody_who_is_called_like_an_account_gets_one_of_their_own(house: House) -> None:
    house.provider(about={"sub": "x-9", "preferred_username": "ADA", "email": "ada@example.cn"})
    me = house.entered().get("/api/v1/session").json()
    assert me["user"]["username"] == "ada-2"
    assert me["posts"] == []


def test_whatever_the_provider_calls_them_the_username_is_one(
    house: House, subtests: pytest.Subtests
) -> None:
    wishes = ("张三", "", "..", "a" * 400, "x'; drop", "\u202e\u0007")
    for number, wished in enumerate(wishes):
        with subtests.test(wished=wished):
            about = {"sub": f"u-{number}", "preferred_username": wished}
            house.provider(about={**about, "name": "\u0007" + "长" * 200})
            me = house.entered().get("/api/v1/session").json()["user"]
            assert 3 <= len(me["username"]) <= 64
            assert me["username"].isascii()
            assert me["name"] == "长" * 80


def test_what_the_token_leaves_out_is_asked_of_the_user_info(house: House) -> None:
    house.provider(
        about={"sub": "w-1"}, told={"preferred_username": "told", "groups": ["dudao-staff"]}
    )
    house.entered()
    assert house.groups("told") == {"staff"}


def test_the_request_carries_pkce_state_and_nonce(house: House) -> None:
    with house.window() as window:
        sent = parse_qs(urlsplit(house.leave(window)).query)
    assert sent["code_challenge_method"] == ["S256"]
    assert sent["response_type"] == ["code"]
    assert sent["scope"] == ["openid profile"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(sent[name][0]) >= 43
    with house.world.engine.read(SYSTEM) as uow:
        kept = uow.session.scalars(sa.select(OutsideAttempt)).one()
    assert sent["state"][0] != kept.state_digest


def test_groups_give_posts_and_take_back_only_what_they_gave(house: House) -> None:
    house.provider(about={**WANG, "groups": ["dudao-staff", "dudao-heads", "strangers"]})
    house.sign_in()
    assert house.groups("wang.li") == {"staff", "head"}
    with house.world.engine.begin(SYSTEM) as uow:
        posts.grant(uow, house.user("wang.li").id, "unit", house.world.unit_id)
    house.provider(about={**WANG, "groups": "dudao-heads"})
    house.sign_in()
    assert house.groups("wang.li") == {"head", "unit"}
    house.provider(about=WANG)
    house.sign_in()
    assert house.groups("wang.li") == {"unit"}
    told = house.journal("account.mapped")
    assert [len(entry["given"]) for entry in told] == [0, 0, 2]
    assert [len(entry["ended"]) for entry in told] == [1, 1, 0]
    house.provider(about={**WANG, "groups": ["dudao-heads"]})
    house.sign_in()
    assert house.groups("wang.li") == {"head", "unit"}


def test_a_post_given_by_hand_is_not_the_groups_to_end(house: House) -> None:
    house.sign_in()
    with house.world.engine.begin(SYSTEM) as uow:
        posts.grant(uow, house.user("wang.li").id, "staff", house.world.office_id)
    house.provider(about={**WANG, "groups": ["dudao-staff"]})
    house.sign_in()
    house.provider(about=WANG)
    house.sign_in()
    assert house.groups("wang.li") == {"staff"}
    assert house.journal("account.mapped") == []


def test_no_group_makes_an_administrator_and_an_unknown_place_is_left_out(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.provider(about={**WANG, "groups": ["dudao-admins", "nowhere", "dudao-staff"]})
    house.entered()
    assert house.groups("wang.li") == {"staff"}
    assert "role=security_admin" in caplog.text
    assert "organisation=no-such-place" in caplog.text


def test_a_closed_account_stays_closed(house: House) -> None:
    house.sign_in()
    with house.world.engine.begin(SYSTEM) as uow:
        users.close(uow, house.user("wang.li").id)
    house.provider(about={**WANG, "groups": ["dudao-staff"]})
    assert house.problem() == "account-closed"
    assert house.groups("wang.li") == set()
    assert not house.user("wang.li").is_active


def test_an_account_is_linked_by_two_people_over_the_api(house: House) -> None:
    ada, sec = house.user("ada"), house.world.browser("sec")
    asked = sec.post(f"/users/{ada.id}/identities", json={"subject": "w-1", "reason": "核对证件"})
    assert asked.status_code == 201, asked.text
    assert "w-1" in asked.json["reason"]
    own = house.world.browser("ada").post(
        f"/users/{ada.id}/identities", json={"subject": "w-1", "reason": "我自己"}
    )
    assert own.status_code == 403
    alone = sec.post(f"/proposals/{asked.json['id']}/confirm", json={})
    assert alone.status_code == 403
    with house.world.engine.begin(house.world.people["sam"]) as uow:
        proposals.confirm(uow, asked.json["id"])
    house.provider(about={**WANG, "preferred_username": "bob"})
    assert house.entered().get("/api/v1/session").json()["user"]["username"] == "ada"
    again = sec.post(f"/users/{ada.id}/identities", json={"subject": "w-1", "reason": "再来"})
    assert (again.status_code, again.json["code"]) == (409, "identity-linked")


def test_nobody_asks_to_be_linked_themselves(house: House) -> None:
    sec = house.user("sec")
    answer = house.world.browser("sec").post(
        f"/users/{sec.id}/identities", json={"subject": "w-1", "reason": "我"}
    )
    assert (answer.status_code, answer.json["code"]) == (403, "own-account")


def test_unlinking_ends_the_sessions_and_the_posts_of_the_groups(house: House) -> None:
    house.provider(about={**WANG, "groups": ["dudao-staff"]})
    window = house.entered()
    user_id, sec = house.user("wang.li").id, house.world.browser("sec")
    listed = sec.get(f"/users/{user_id}/identities").json
    assert [row["subject"] for row in listed] == ["w-1"]
    gone = sec.send("DELETE", f"/users/{user_id}/identities/{listed[0]['id']}")
    assert gone.status_code == 204
    assert window.get("/api/v1/session").status_code == 401
    assert house.groups("wang.li") == set()
    assert len(house.journal("identity.unlinked")) == 1


# -- second factor


def _enrolled(house: House, username: str) -> pyotp.TOTP:
    secret = pyotp.random_base32()
    with house.world.engine.begin(SYSTEM) as uow:
        row = SecondFactor(
            user_id=house.user(username).id,
            secret=secret,
            created_at=uow.now,
            confirmed_at=uow.now,
        )
        uow.session.add(row)
    return pyotp.TOTP(secret)


def test_who_has_an_authenticator_gives_its_code_after_the_provider(house: House) -> None:
    house.sign_in()
    totp = _enrolled(house, "wang.li")
    with house.window() as window:
        answer = window.get(house.leave(window, "/cases"))
        assert (answer.url.path, answer.url.params["step"]) == ("/sign-in", "code")
        assert window.get("/api/v1/session").status_code == 401
        wrong = window.post("/api/v1/session/oidc/code", json={"code": "000000"})
        assert (wrong.status_code, wrong.json()["code"]) == (401, "second-factor-refused")
        code = {"code": totp.at(house.world.clock.now())}
        right = window.post("/api/v1/session/oidc/code", json=code)
        assert (right.status_code, right.json()["next"]) == (200, "/cases")
        assert window.get("/api/v1/session").json()["user"]["username"] == "wang.li"
        again = window.post("/api/v1/session/oidc/code", json=code)
        assert (again.status_code, again.json()["code"]) == (401, "sign-in-lost")


def test_wrong_codes_lead_to_the_same_growing_wait(house: House) -> None:
    house.sign_in()
    totp = _enrolled(house, "wang.li")
    with house.window() as window:
        window.get(house.leave(window))
        for _ in range(5):
            window.post("/api/v1/session/oidc/code", json={"code": "000000"})
        code = {"code": totp.at(house.world.clock.now())}
        answer = window.post("/api/v1/session/oidc/code", json=code)
    assert answer.json()["code"] == "second-factor-refused"
    assert house.user("wang.li").locked_until is not None


def test_the_providers_second_factor_counts_only_where_a_setting_names_it(
    build_house: Callable[..., House],
) -> None:
    house = build_house(require_second_factor=True)
    house.link("sam", "w-1")
    house.provider(about={**WANG, "amr": ["pwd", "otp"], "acr": "high"})
    assert house.entered().get("/api/v1/session").json()["must_enrol"] is True
    assert house.entered().get("/api/v1/jobs").status_code == 403
    strict = build_house(require_second_factor=True, second_factor=frozenset({"otp"}))
    assert strict.entered().get("/api/v1/session").json()["must_enrol"] is True
    strict.provider(about={**WANG, "amr": ["pwd", "otp"]})
    window = strict.entered()
    assert window.get("/api/v1/session").json()["must_enrol"] is False
    assert window.get("/api/v1/jobs").status_code == 200
    by_level = build_house(require_second_factor=True, second_factor=frozenset({"high"}))
    by_level.provider(about={**WANG, "acr": "high"})
    _enrolled(by_level, "sam")
    assert by_level.entered().get("/api/v1/session").status_code == 200


def test_who_has_no_password_enrols_an_authenticator_just_after_signing_in(house: House) -> None:
    window = house.entered()
    token = window.get("/api/v1/session").json()["csrf_token"]
    headers = {"X-CSRF-Token": token}
    begun = window.post("/api/v1/account/second-factor", json={}, headers=headers)
    assert begun.status_code == 201
    house.world.clock.advance(minutes=11)
    late = window.post("/api/v1/account/second-factor", json={}, headers=headers)
    assert (late.status_code, late.json()["code"]) == (403, "sign-in-anew")


# -- leaving


def test_signing_out_ends_ours_and_names_where_the_provider_ends_its_own(house: House) -> None:
    window = house.entered()
    token = window.get("/api/v1/session").json()["csrf_token"]
    answer = window.post("/api/v1/session/oidc/sign-out", headers={"X-CSRF-Token": token})
    address = urlsplit(answer.json()["address"])
    sent = parse_qs(address.query)
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{house.provider_url}/end"
    assert sent["post_logout_redirect_uri"] == [f"{house.url}/sign-in"]
    assert sent["id_token_hint"][0].count(".") == 2
    assert window.get("/api/v1/session").status_code == 401


def test_the_provider_ends_a_session_by_its_id_or_all_of_a_person(house: House) -> None:
    house.provider(about={**WANG, "sid": "s-1"})
    first = house.entered()
    house.provider(about={**WANG, "sid": "s-2"})
    second = house.entered()
    assert house.logout(sub="w-1", sid="s-1").status_code == 200
    assert first.get("/api/v1/session").status_code == 401
    assert second.get("/api/v1/session").status_code == 200
    assert house.logout(sub="w-1").status_code == 200
    assert second.get("/api/v1/session").status_code == 401


NO_LOGOUT: tuple[dict[str, Any], ...] = (
    {"iss": "http://other.example"},
    {"aud": "another client"},
    {"events": None},
    {"events": ["http://schemas.openid.net/event/backchannel-logout"]},
    {"events": {"http://schemas.openid.net/event/backchannel-logout": 1}},
    {"nonce": "x"},
    {"jti": None},
    {"jti": 7},
    {"sub": None},
    {"sub": 7},
    {"iat": None},
    {"iat": 1},
    {"exp": 1},
    {"exp": "soon"},
)


def test_a_logout_token_that_is_none_ends_nothing(house: House, subtests: pytest.Subtests) -> None:
    window = house.entered()
    for claims in NO_LOGOUT:
        with subtests.test(claims=claims):
            assert house.logout(**{"sub": "w-1", **claims}).status_code == 400
    assert window.get("/api/v1/session").status_code == 200


def test_a_logout_token_counts_once_and_only_with_the_providers_signature(house: House) -> None:
    window = house.entered()
    assert house.logout(mode="wrong key", sub="w-1").status_code == 400
    assert house.tell("garbage").status_code == 400
    assert house.tell("").status_code == 400
    assert window.get("/api/v1/session").status_code == 200
    assert house.logout(sub="w-1", jti="one").status_code == 200
    again = house.logout(sub="w-1", jti="one")
    assert (again.status_code, again.json()["code"]) == (400, "logout-repeated")


def test_a_logout_ends_a_sign_in_that_waits_for_its_code(house: House) -> None:
    house.sign_in()
    totp = _enrolled(house, "wang.li")
    with house.window() as window:
        window.get(house.leave(window))
        house.logout(sub="w-1")
        code = {"code": totp.at(house.world.clock.now())}
        late = window.post("/api/v1/session/oidc/code", json=code)
    assert late.json()["code"] == "sign-in-lost"


# -- a provider that fails


def _nothing_was_made(house: House) -> None:
    assert house.count(OutsideIdentity) == 0
    assert house.count(OutsideSession) == 0
    with house.world.engine.read(SYSTEM) as uow:
        assert users.by_username(uow, "wang.li") is None


#: What the provider does, and what may be said of it.
NONSENSE = {
    "discovery: 500": "unavailable",
    "discovery: html": "garbled",
    "discovery: no json": "garbled",
    "discovery: list": "garbled",
    "discovery: types": "garbled",
    "discovery: huge": "unavailable",
    "discovery: not utf-8": "garbled",
    "discovery: deep": "garbled",
    "discovery: elsewhere": "unavailable",
    "keys: 500": "unavailable",
    "keys: list": "garbled",
    "keys: types": "garbled",
    "other issuer": "garbled",
}


def test_a_provider_that_talks_nonsense_of_itself_leaves_the_password(
    house: House, subtests: pytest.Subtests
) -> None:
    window = house.window()
    for mode, fault in NONSENSE.items():
        with subtests.test(mode=mode):
            house.provider(mode=mode)
            answer = window.post("/api/v1/session/oidc", json={})
            assert (answer.status_code, answer.json()["code"]) == (503, f"provider-{fault}")
            assert "密码" in answer.json()["detail"]
        house.world.clock.advance(seconds=11)
    entered = window.post("/api/v1/session", json={"username": "ada", "password": PASSWORD})
    assert entered.status_code == 200
    _nothing_was_made(house)


#: What the provider does, what the page is told, and what the log says of it.
WRONG_ANSWERS = {
    "denied": ("denied", "no code"),
    "wrong nonce": ("garbled", "InvalidClaimError"),
    "wrong key": ("garbled", "BadSignatureError"),
    "expired": ("garbled", "ExpiredTokenError"),
    "about somebody else": ("garbled", "user info of somebody else"),
    "token: none": ("garbled", "algorithm"),
    "token: hs256": ("garbled", "algorithm"),
    "token: 500": ("unavailable", "status 500"),
    "token: html": ("garbled", "ValueError"),
    "token: no json": ("garbled", "ValueError"),
    "token: list": ("garbled", "ValueError"),
    "token: types": ("garbled", "no token"),
    "token: huge": ("unavailable", "too large"),
    "token: not utf-8": ("garbled", "ValueError"),
    "token: deep": ("garbled", "ValueError"),
    "token: error": ("garbled", "OAuth2Error"),
    "token: no token": ("garbled", "KeyError"),
    "token: elsewhere": ("garbled", "ValueError"),
}


def test_an_answer_that_is_wrong_ends_at_the_sign_in_page_and_makes_nothing(
    house: House, subtests: pytest.Subtests, caplog: pytest.LogCaptureFixture
) -> None:
    for mode, (problem, reason) in WRONG_ANSWERS.items():
        with subtests.test(mode=mode):
            house.provider(mode=mode)
            caplog.clear()
            assert house.problem() == f"provider-{problem}"
            ours = [row.getMessage() for row in caplog.records if row.name.startswith("dudao")]
            assert reason in " ".join(ours)
            for secret in (CLIENT_SECRET, "eyJ", "<b>"):
                assert secret not in " ".join(ours)
    _nothing_was_made(house)
    assert house.count(SignIn) == 0


WRONG_CLAIMS: tuple[dict[str, Any], ...] = (
    {"sub": ""},
    {"sub": 7},
    {"sub": "x" * 300},
    {"sub": "a\u0000b"},
    {"preferred_username": ["a"]},
    {"name": {"zh": "王"}},
    {"groups": 7},
    {"groups": [["dudao-staff"]]},
    {"amr": "otp"},
    {"iss": "http://other.example"},
    {"aud": "another client"},
    {"aud": ["dudao", "another"], "azp": "another"},
    {"exp": "later"},
    {"at_hash": "AAAA"},
    {"iat": 9999999999},
)


def test_claims_that_do_not_fit_make_nothing(house: House, subtests: pytest.Subtests) -> None:
    for about in WRONG_CLAIMS:
        with subtests.test(about=about):
            house.provider(about={**WANG, **about})
            assert house.problem() == "provider-garbled"
    _nothing_was_made(house)


def test_a_provider_that_drips_is_cut_off_and_left_alone_for_a_moment(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "DEADLINE", 0.3)
    house.provider(mode="discovery: slow")
    with house.window() as window:
        began = time.monotonic()
        assert window.post("/api/v1/session/oidc", json={}).status_code == 503
        assert time.monotonic() - began < 2
        house.provider()
        assert window.post("/api/v1/session/oidc", json={}).status_code == 503
        house.world.clock.advance(seconds=11)
        assert window.post("/api/v1/session/oidc", json={}).status_code == 200


def test_a_provider_that_cannot_be_reached_is_said_to_be(build_house: Callable[..., House]) -> None:
    house = build_house(issuer="http://127.0.0.1:9")
    with house.window() as window:
        answer = window.post("/api/v1/session/oidc", json={})
    assert (answer.status_code, answer.json()["code"]) == (503, "provider-unavailable")


def test_new_keys_are_read_when_a_token_names_one_and_not_for_every_unknown_one(
    house: House,
) -> None:
    house.entered()
    house.provider(rotate=True)
    house.entered()
    before = house.provider().count("/keys")
    house.provider(mode="wrong key")
    assert house.problem() == "provider-garbled"
    assert house.provider().count("/keys") == before


# -- coming back otherwise than one left


def test_an_answer_counts_once_in_the_window_that_asked_for_it(house: House) -> None:
    with house.window() as window:
        there = httpx.get(house.leave(window))
        back = there.headers["location"]
        with house.window() as thief:
            stolen = thief.get(back)
            assert stolen.url.params["problem"] == "sign-in-lost"
        kept = dict(window.cookies)
        assert window.get(back).url.path == "/tasks"
        again = window.get(back, headers={"Cookie": f"dudao_sign_in={kept['dudao_sign_in']}"})
        assert again.url.params["problem"] == "sign-in-lost"
    assert house.count(OutsideIdentity) == 1


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?state=x", "?error=access_denied", "?state=" + "x" * 9000]
)
def test_a_callback_out_of_nowhere_is_lost(house: House, query: str) -> None:
    with house.window() as window:
        house.leave(window)
        answer = window.get(f"/api/v1/session/oidc/callback{query}")
    assert answer.url.params["problem"] == "sign-in-lost"
    _nothing_was_made(house)


def test_another_state_or_another_issuer_is_refused(house: House) -> None:
    with house.window() as window:
        back = httpx.get(house.leave(window)).headers["location"]
        assert window.get(f"{back}&iss=http://other").url.params["problem"] == "provider-denied"
        back = httpx.get(house.leave(window)).headers["location"]
        code = parse_qs(urlsplit(back).query)["code"][0]
        answer = window.get(f"/api/v1/session/oidc/callback?code={code}&state=another")
        assert answer.url.params["problem"] == "sign-in-lost"
    _nothing_was_made(house)


def test_a_sign_in_may_take_ten_minutes(house: House) -> None:
    with house.window() as window:
        back = httpx.get(house.leave(window)).headers["location"]
        house.world.clock.advance(minutes=10)
        assert window.get(back).url.params["problem"] == "sign-in-lost"
    with house.world.engine.begin(SYSTEM) as uow:
        outside.sweep(uow)
    assert house.count(OutsideAttempt) == 0


@pytest.mark.parametrize(
    "next",
    [
        "//elsewhere.example",
        "/\\elsewhere.example",
        "https://elsewhere.example/",
        "javascript:alert(1)",
        "tasks",
        "/\u2028/x",
        "",
    ],
)
def test_nobody_is_sent_to_another_site_afterwards(next: str) -> None:
    assert own_address(next) == "/"


@pytest.mark.parametrize("next", ["/tasks?q=//x", "/cases/1#end", "/文书"])
def test_our_own_addresses_are_kept(next: str) -> None:
    assert own_address(next) == next


def test_refused_sign_ins_are_counted_together_with_wrong_passwords(house: House) -> None:
    house.world.app.extensions["dudao.api"].__dict__["refused_sign_ins"] = 3
    with house.window() as window:
        for _ in range(3):
            window.get("/api/v1/session/oidc/callback?code=x&state=x")
        answer = window.get(house.leave(window))
        assert answer.url.params["problem"] == "too-many-sign-ins"
        by_password = window.post("/api/v1/session", json={"username": "ada", "password": PASSWORD})
        assert by_password.status_code == 429


def test_one_address_begins_so_many_sign_ins(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.limits.MOST_DEPARTURES", 2)
    with house.window() as window:
        sent = [window.post("/api/v1/session/oidc", json={}).status_code for _ in range(3)]
    assert sent == [200, 200, 429]


# -- without a provider


def test_without_a_provider_there_is_no_button_and_no_way(world: World) -> None:
    window = world.browser()
    assert window.get("/session/provider").json == {"name": None}
    assert window.post("/session/oidc", json={}).status_code == 404
    assert window.get("/session/oidc/callback").status_code == 404
    assert window.post("/session/oidc/code", json={"code": "1"}).status_code == 404
    assert window.post("/session/oidc/logout", json={}).status_code == 404


def test_the_button_says_what_the_settings_say(house: House) -> None:
    with house.window() as window:
        assert window.get("/api/v1/session/provider").json() == {"name": "市教育局统一认证"}


def test_a_session_of_ours_is_kept_with_its_token_sealed(house: House) -> None:
    from cryptography.fernet import Fernet

    house.world.engine.secrets_key = Fernet.generate_key()
    house.entered()
    with house.world.engine.read(SYSTEM) as uow:
        row = uow.session.scalars(sa.select(OutsideSession)).one()
        assert row.id_token.startswith("fernet:")
        assert (outside.hint_of(uow, row.sign_in_id) or "").count(".") == 2
        kept = uow.session.get_one(SignIn, row.sign_in_id)
        assert kept.expires_at == kept.created_at + sign_ins.IDLE
