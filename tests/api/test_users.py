"""Accounts: added, activated by their owners, changed, closed, opened again, imported."""

from __future__ import annotations

import io
import logging
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from engine.tables import AccountActivation, JournalEntry, Task
from tests.api.browser import Browser, claimed, only, problem
from tests.api.conftest import SYSTEM, World

PASSWORD = "a sentence that nobody guesses"  # noqa: S105
DAN = {"username": "dan", "name": "丁一", "email": "dan@example.org", "phone": "022-12345678"}


def sent(window: Browser, text: str, *, check: bool = False) -> TestResponse:
    form = {"file": (io.BytesIO(text.encode()), "list.csv"), "check": "true" if check else "false"}
    return window.send("POST", "/accounts/import", data=form)


def added(world: World, body: dict[str, Any] | None = None) -> tuple[str, str]:
    """A new account's id and its activation code."""
    answer = world.browser("sec").post("/accounts", body or DAN)
    assert answer.status_code == 201, answer.json
    return answer.json["account"]["id"], answer.json["activation"]["code"]


def activate(world: World, code: str, password: str = PASSWORD) -> TestResponse:
    body = {"username": "dan", "code": code, "password": password}
    return world.browser().post("/session/activation", body)


def test_a_new_account_is_opened_by_its_owner_with_a_code_that_is_good_once(world: World) -> None:
    user_id, code = added(world)
    window = world.browser()
    problem(window.post("/session", {"username": "dan", "password": code}), 401, "sign-in-refused")
    problem(activate(world, "wrong"), 401, "activation-refused")
    problem(activate(world, code, "too short"), 422, "password-refused")
    assert activate(world, code).status_code == 204
    problem(activate(world, code, PASSWORD + "!"), 401, "activation-refused")
    signed_in = window.post("/session", {"username": "dan", "password": PASSWORD})
    assert signed_in.status_code == 200
    sec = world.browser("sec")
    assert sec.get(f"/accounts/{user_id}").json["is_activated"] is True
    problem(sec.post(f"/accounts/{user_id}/activation"), 409, "account-activated")
    with world.engine.read(SYSTEM) as uow:
        told = repr([(e.kind, e.before, e.after) for e in uow.session.query(JournalEntry)])
        assert uow.session.query(AccountActivation).all() == []
    assert "activation.issued" in told
    assert "account.activated" in told
    assert code not in told


def test_a_code_ends_after_three_days_and_when_another_is_made(world: World) -> None:
    user_id, first = added(world)
    sec = world.browser("sec")
    second = sec.post(f"/accounts/{user_id}/activation").json["code"]
    problem(activate(world, first), 401, "activation-refused")
    world.clock.advance(days=3, seconds=1)
    problem(activate(world, second), 401, "activation-refused")


def test_contacts_are_corrected_and_an_old_page_is_refused(world: World) -> None:
    user_id, _ = added(world)
    sec = world.browser("sec")
    body = {"name": "丁二", "email": "d@example.org"}
    changed = sec.put(f"/accounts/{user_id}", body, revision=1).json
    assert (changed["name"], changed["email"], changed["phone"]) == ("丁二", "d@example.org", None)
    problem(sec.put(f"/accounts/{user_id}", body, revision=1), 412, "stale")
    for wrong in ({"email": "no address"}, {"phone": "call me"}, {"name": "丁\u202e"}):
        refused = sec.put(f"/accounts/{user_id}", body | wrong, revision=2)
        assert (
            problem(refused, 422, "user-invalid")["errors"][0]["pointer"] == f"/{next(iter(wrong))}"
        )
    entry = next(
        row
        for row in world.browser("aud").get("/journal", subject_id=user_id).json["items"]
        if row["kind"] == "account.changed"
    )
    assert (entry["before"]["name"], entry["after"]["name"]) == ("丁一", "丁二")


def test_closing_gives_the_tasks_back_with_their_drafts_and_says_what_lies_there(
    world: World,
) -> None:
    instance_id = world.start()
    bob = world.browser("bob")
    task = claimed(bob)
    draft = {"values": {"note": "写到一半"}}
    bob.put(f"/tasks/{task['id']}/draft", draft, revision=task["revision"])
    sec = world.browser("sec")
    place = f"/accounts/{world.people['bob'].user_id}"
    (left,) = sec.get(f"{place}/closing").json
    assert (left["is_held"], left["heirs"]) == (True, 1)
    assert instance_id not in repr(left)
    ada = sec.get("/accounts", q="ada").json["items"][0]
    sec.post(f"/accounts/{ada['id']}/close", revision=1)
    (alone,) = sec.get(f"{place}/closing").json
    assert alone["heirs"] == 0
    closed = sec.post(f"{place}/close", revision=1).json
    assert closed["account"]["is_active"] is False
    assert [row["heirs"] for row in closed["left"]] == [0]
    problem(bob.get("/session"), 401, "unauthenticated")
    with world.engine.read(SYSTEM) as uow:
        row = uow.session.get_one(Task, task["id"])
        assert (row.state, row.assignee_id, row.draft) == ("ready", None, {"note": "写到一半"})
    assert sec.post(f"/accounts/{ada['id']}/reopen", revision=2).status_code == 200
    assert only(world.browser("ada"), "claimable")["id"] == task["id"]


def test_nobody_closes_themselves_or_the_last_security_administrator(world: World) -> None:
    sec = world.browser("sec")
    me = world.people["sec"].user_id
    problem(sec.post(f"/accounts/{me}/close", revision="*"), 403, "own-account")
    added(world)
    with world.engine.begin(SYSTEM) as uow:
        from engine import identity

        dan = identity.users.by_username(uow, "dan")
        assert dan is not None
        identity.posts.grant(uow, dan.id, "security_admin", world.office_id)
        actor = identity.actor_of(uow, dan.id)
        row = identity.posts.of(uow, me or "")[0]
    world.people["dan"] = actor
    # dan has no password yet, so sec is the last one who could act
    problem(
        world.browser("dan").post(f"/accounts/{me}/close", revision="*"), 409, "last-security-admin"
    )
    problem(world.browser("dan").post(f"/posts/{row.id}/end", {}), 409, "last-security-admin")
    del world.people["dan"]


def test_accounts_are_found_by_place_role_and_state(world: World) -> None:
    sec = world.browser("sec")

    def names(**query: str) -> list[str]:
        return [row["name"] for row in sec.get("/accounts", **query).json["items"]]

    assert names(group="staff") == ["ada", "bob", "eve"]
    assert names(group="staff", under=world.office_id) == ["ada", "bob"]
    assert names(under=world.unit_id) == ["uma"]
    assert names(is_active="false") == []
    assert world.browser("aud").get("/accounts").status_code == 200
    for name in ("ada", "sam", "mia"):
        problem(world.browser(name).get("/accounts"), 403, "duty-required")
    page = sec.get("/accounts", limit=3).json
    rest = sec.get("/accounts", limit=50, cursor=page["next_cursor"]).json
    assert len(page["items"]) + len(rest["items"]) == len(world.people)
    problem(sec.get("/accounts", cursor=page["next_cursor"], group="staff"), 422, "invalid")
    assert sec.get("/accounts", is_active="perhaps").status_code == 422


def test_a_list_of_people_brings_accounts_posts_and_codes_or_nothing(world: World) -> None:
    sec = world.browser("sec")
    head = "用户名,姓名,邮箱,角色,单位代码,职务,起始日,截止日\n"
    good = head + "dan,丁一,d@example.org,staff,office,科员,2026/9/1,\ndan,丁一,,head,unit,,,\n"
    tried = sent(sec, good, check=True).json["rows"]
    assert [(row["outcome"], row["code"]) for row in tried] == [
        ("added", None),
        ("post_given", None),
    ] or tried[0]["faults"]
    bad = head + (
        "dan,丁一,,system_admin,office,,,\neda,戊,,nobody,office,,,\nfay,己,,staff,nowhere,,,\n"
        "gus,庚,,staff,office,,2099-01-02,2099-01-01\nhal,辛,,staff,office,,soon,\nada,别人,,,,,,\n"
        "Bad Name,壬,,,,,,\nsec,sec,,staff,office,,,\n"
    )
    rows = {row["key"]: row["faults"] for row in sent(sec, bad, check=True).json["rows"]}
    assert {key: faults[0]["code"] for key, faults in rows.items()} == {
        "dan": "second-person-needed",
        "eda": "unknown-role",
        "fay": "unknown-organisation",
        "gus": "out-of-range",
        "hal": "date",
        "ada": "username-taken",
        "Bad Name": "username-form",
        "sec": "own-post",
    }
    assert len(problem(sent(sec, bad), 422, "import-refused")["errors"]) == 8
    assert sec.get("/accounts", q="dan").json["items"] == []
    plain = "username,name,group,organisation\ndan,丁一,staff,office\n"
    (row,) = sent(sec, plain).json["rows"]
    assert activate(world, row["code"]).status_code == 204
    assert sent(sec, plain).json["rows"][0]["outcome"] == "unchanged"


def test_a_person_reads_what_happened_to_their_own_account(world: World) -> None:
    user_id, code = added(world)
    activate(world, code)
    window = world.browser()
    for _ in range(2):
        window.post("/session", {"username": "dan", "password": "wrong"})
    signed_in = window.post("/session", {"username": "dan", "password": PASSWORD}).json
    window.csrf = signed_in["csrf_token"]
    sec = world.browser("sec")
    given = {"user_id": user_id, "group": "staff", "organisation_id": world.office_id}
    world.clock.advance(seconds=5)
    assert sec.post("/posts", given).status_code == 201
    items = window.get("/account/events").json["items"]
    assert items[0]["kind"] == "post.granted"
    assert items[0]["by"] == "sec"
    session = next(row for row in items if row["kind"] == "sign_in.opened")
    assert session["refused_before"] == 2
    first = window.get("/account/events", limit=2).json
    rest = window.get("/account/events", cursor=first["next_cursor"]).json
    assert [r["id"] for r in first["items"] + rest["items"]] == [r["id"] for r in items]
    kinds = {row["kind"] for row in world.browser("ada").get("/account/events").json["items"]}
    assert kinds <= {"sign_in.opened", "post.granted"}


def test_what_is_refused_is_a_line_in_the_log_without_any_secret(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="dudao.security"):
        world.browser().post("/session", {"username": "ada", "password": "my secret words"})
        world.browser("ada").get("/accounts", q="my secret words")
        world.browser("ada").get(f"/instances/{'0' * 32}")
    told = [record.__dict__ for record in caplog.records if record.name == "dudao.security"]
    assert [(row["status"], row["code"], row["rule"]) for row in told] == [
        (401, "sign-in-refused", "/api/v1/session"),
        (403, "duty-required", "/api/v1/accounts"),
        (404, "instance-not-found", "/api/v1/instances/<id:instance_id>"),
    ]
    assert told[1]["actor"] == world.people["ada"].user_id
    assert "secret words" not in repr(told)


def test_who_may_see_what_is_told_for_a_day_and_for_a_case(world: World) -> None:
    instance_id = world.start()
    aud, uma = world.browser("aud"), world.people["uma"].user_id
    today = aud.get(f"/accounts/{uma}/access").json
    (held,) = today["posts"]
    assert held["post"]["group"] == "unit"
    assert {(row["relation"], row["needs_notice"]) for row in held["standings"]} >= {("unit", True)}
    before = (world.clock.now() - timedelta(days=40)).date().isoformat()
    assert aud.get(f"/accounts/{uma}/access", on=before).json["posts"] == []
    names = [row["user"]["name"] for row in aud.get(f"/instances/{instance_id}/readers").json]
    assert names == ["ada", "bob", "cai"]
    world.notify(instance_id)
    readers = aud.get(f"/instances/{instance_id}/readers").json
    assert {row["user"]["name"]: row["audiences"] for row in readers}["uma"] == ["public", "unit"]
    for name in ("ada", "sam", "uma"):
        window = world.browser(name)
        problem(window.get(f"/instances/{instance_id}/readers"), 403, "duty-required")
        problem(window.get(f"/accounts/{uma}/access"), 403, "duty-required")
