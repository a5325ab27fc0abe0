"""Letters that did not go out, by their addresses: who sees them, which are sent again."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.reminding.mails import Letters
from engine.states import MailState
from engine.tables import Mail, User, new_id
from tests.api.browser import done, problem
from tests.api.conftest import World
from tests.factories import SYSTEM


@pytest.fixture
def posted(world: World) -> World:
    """A letter to cai about a paper; it waits to be sent."""
    world.engine.letters = Letters(address="https://dudao.example")
    with world.engine.begin(SYSTEM) as uow:
        user = uow.session.get_one(User, str(world.people["cai"].user_id))
        user.email = "cai@example.cn"
    world.start(business_key="文-1", title="不外传的标题")
    done(world.browser("ada"))
    return world


def become(world: World, state: MailState, error: str | None = None) -> str:
    """The letter, as the sender would leave it."""
    with world.engine.begin(SYSTEM) as uow:
        row = uow.session.scalars(sa.select(Mail)).one()
        row.state, row.error, row.attempts = state, error, 5
        return row.id


def test_a_letter_says_little_and_is_no_matter_of_operators_while_it_waits(posted: World) -> None:
    with posted.engine.read(SYSTEM) as uow:
        row = uow.session.scalars(sa.select(Mail)).one()
        assert "文-1" in row.body
        assert "不外传的标题" not in row.subject + row.body
    sam = posted.browser("sam")
    assert sam.get("/mails").json["items"] == []
    [letter] = sam.get("/mails", state="waiting").json["items"]
    assert letter["allowed_acts"] == []
    assert not {"subject", "body", "user_id"} & letter.keys()
    problem(sam.post(f"/mails/{letter['id']}/retry"), 409, "mail-not-failed")


@pytest.mark.parametrize("state", [MailState.FAILED, MailState.UNCERTAIN])
def test_what_failed_or_is_uncertain_is_sent_again_when_somebody_says_so(
    posted: World, state: MailState
) -> None:
    letter_id = become(posted, state, "550 no such user")
    sam = posted.browser("sam")
    [letter] = sam.get("/mails").json["items"]
    assert (letter["id"], letter["state"], letter["error"]) == (
        letter_id,
        state,
        "550 no such user",
    )
    assert (letter["address"], letter["allowed_acts"]) == ("cai@example.cn", ["retry"])
    answer = sam.post(f"/mails/{letter_id}/retry")
    assert answer.status_code == 200, answer.json
    assert (answer.json["state"], answer.json["attempts"], answer.json["error"]) == (
        "waiting",
        0,
        None,
    )
    assert sam.get("/mails").json["items"] == []
    answer = problem(sam.post(f"/mails/{letter_id}/retry"), 409, "mail-not-failed")
    assert "只有发送失败或结果不明的邮件可以重发" in answer["detail"]


def test_pages_of_letters_follow_each_other(posted: World) -> None:
    for number in range(3):
        posted.clock.advance(minutes=1)
        posted.start(by="bob", business_key=f"后-{number}")
        done(posted.browser("bob"))
    sam = posted.browser("sam")
    whole = [row["id"] for row in sam.get("/mails", state="waiting").json["items"]]
    first = sam.get("/mails", state="waiting", limit=2).json
    second = sam.get("/mails", state="waiting", limit=2, cursor=first["next_cursor"]).json
    assert [row["id"] for row in first["items"] + second["items"]] == whole
    assert (len(whole), second["next_cursor"]) == (4, None)


def test_what_was_sent_is_never_sent_again(posted: World) -> None:
    letter_id = become(posted, MailState.SENT)
    problem(posted.browser("sam").post(f"/mails/{letter_id}/retry"), 409, "mail-not-failed")
    with posted.engine.read(SYSTEM) as uow:
        assert uow.session.get_one(Mail, letter_id).state == MailState.SENT


@pytest.mark.parametrize("who", ["ada", "cai", "uma", "mia", "sec", "aud"])
def test_letters_are_for_who_runs_the_system_alone(posted: World, who: str) -> None:
    letter_id = become(posted, MailState.FAILED, "550")
    window = posted.browser(who)
    problem(window.get("/mails"), 403, "duty-required")
    problem(window.post(f"/mails/{letter_id}/retry"), 403, "duty-required")
    with posted.engine.read(SYSTEM) as uow:
        assert uow.session.get_one(Mail, letter_id).state == MailState.FAILED


def test_what_is_asked_for_wrongly_is_said(posted: World) -> None:
    sam = posted.browser("sam")
    problem(sam.post(f"/mails/{new_id()}/retry"), 404, "mail-not-found")
    answer = problem(sam.get("/mails", state="lost"), 422, "invalid")
    assert answer["errors"][0]["pointer"] == "/state"


def test_who_wants_none_gets_none_and_a_digest_waits_for_its_hour(posted: World) -> None:
    cai = posted.browser("cai")
    cai.post("/account/mail", {"mode": "off"})
    posted.start(by="bob", business_key="文-2")
    done(posted.browser("bob"))
    cai.post("/account/mail", {"mode": "digest"})
    posted.start(by="bob", business_key="文-3")
    done(posted.browser("bob"))
    assert len(cai.get("/notifications").json["items"]) == 3
    with posted.engine.read(SYSTEM) as uow:
        assert len(uow.session.scalars(sa.select(Mail)).all()) == 1
